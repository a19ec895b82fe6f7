"""Plan a study: `python -m quantshift.planning --configfile config/paper.yaml --cores 16` (`make plan`)."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from quantshift.core.errors import QuantshiftError
from quantshift.planning.plan import plan

HELP = "overrides config/config.yaml (by default quantshift.yaml of the folder of the run, if it has one)"
CORES = (1, os.cpu_count() or 1, 16, 64)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a plan and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m quantshift.planning", description=__doc__)
    parser.add_argument("--configfile", type=Path, nargs="*", default=[], help=HELP)
    parser.add_argument(
        "--directory",
        type=Path,
        help="folder of the run, where relative paths of your own files start (by default the current folder)",
    )
    parser.add_argument(
        "--cores", type=int, nargs="*", default=[], help="in addition to 1, this machine's cores, 16 and 64"
    )
    parser.add_argument(
        "--records",
        type=Path,
        nargs="*",
        help="folders of finished runs with results/benchmarks (by default the folder of the run, if it has records)",
    )
    parser.add_argument(
        "--only-records",
        action="store_true",
        help="measure nothing: stop if a job that could be measured has no record",
    )
    parser.add_argument(
        "--cpu-time",
        action="store_true",
        help="count the CPU time of recorded jobs, for records from a machine that was busy with other work",
    )
    options = parser.parse_args(arguments)
    try:
        if invalid := [count for count in options.cores if count < 1]:
            raise QuantshiftError(f"--cores {invalid[0]}: expected 1 or more")
        print(
            plan(
                Path.cwd(),
                options.configfile,
                sorted({*options.cores, *CORES}),
                options.records,
                measuring=not options.only_records,
                cpu_time=options.cpu_time,
                report=lambda line: print(line, file=sys.stderr, flush=True),
                folder=options.directory,
            )
        )
    except QuantshiftError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
