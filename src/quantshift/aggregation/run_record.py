"""Record what was run, on which machine, and when, for the rule `run_record`."""

import datetime
import os
import platform
import subprocess
from collections.abc import Collection
from importlib import metadata
from pathlib import Path
from typing import Any, TypedDict

from quantshift.inspection.saturation import cpu_saturates
from quantshift.jobs.code_digest import LIBRARIES, PACKAGE
from quantshift.jobs.usage import JobUsage
from quantshift.storage.files import write_json
from quantshift.storage.records import read_as

STARTED = Path("results/logs/started.json")
# CPU features that decide which integer kernels onnxruntime uses, as named in /proc/cpuinfo.
INTEGER_FEATURES = ("avx2", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16", "amx_int8", "asimddp", "i8mm")


class Started(TypedDict):
    """When a run started, and the subjects of its jobs."""

    start: str | None
    subjects: list[str]


def start(subjects: Collection[str]) -> None:
    """Record when this run of the workflow starts, and the subjects of its study's jobs (see `Study.subjects`)."""
    write_json(STARTED, {"start": now(), "subjects": sorted(subjects)})


def write(config: dict[str, Any], results: Path, record: Path) -> None:
    """Write the record of a run.

    Args:
        config: the merged config.
        results: folder of the jobs' records and logs, which may include those of other studies.
        record: the record to write (JSON).
    """
    started: Started = {"start": None, "subjects": []}
    if STARTED.exists():
        started = read_as(STARTED, Started, "the record of when a run started")
    names = ["snakemake", "quantshift", *sorted(LIBRARIES.values())]
    # Some of the libraries are only for trainings.
    versions = {name: metadata.version(name) for name in names if any(metadata.distributions(name=name))}
    write_json(
        record,
        {
            "config": config,
            "versions": {"python": platform.python_version(), **versions},
            "cpu": {**cpu(), "saturates_uint8_int8": cpu_saturates()},
            "git_revision": git_revision(),
            "start": started["start"],
            "end": now(),
            "seconds_by_rule": seconds_by_rule(results, set(started["subjects"])),
        },
        # The order of the config defines the order of the test sets; Snakemake treats another order as a change.
        sort_keys=False,
    )


def now() -> str:
    """Return the time in UTC, to the second."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def cpu(cpuinfo: Path = Path("/proc/cpuinfo")) -> dict[str, Any]:
    """Return the CPU's model, number of cores and the features that decide which integer kernels it runs."""
    fields: dict[str, str] = {}
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition(":")
            fields.setdefault(key.strip(), value.strip())
    flags = set(fields.get("flags", fields.get("Features", "")).split())
    return {
        "model": fields.get("model name", platform.processor() or platform.machine()),
        "architecture": platform.machine(),
        "cores": os.cpu_count(),
        "integer_features": [feature for feature in INTEGER_FEATURES if feature in flags],
    }


def git_revision(folder: Path = PACKAGE) -> str | None:
    """Return the revision of the working tree that contains `folder`, marked if it has changes; None without git.

    An untracked file in the code's folders counts as a change, because it can be a new member.
    """
    try:
        described = _git(folder, "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")
        untracked = _git(folder, "ls-files", "--others", "--exclude-standard", ":/src", ":/workflow")
    except (OSError, subprocess.CalledProcessError):
        return None
    return f"{described}-dirty" if untracked and not described.endswith("-dirty") else described


def _git(folder: Path, *arguments: str) -> str:
    """Return the output of a git command in a folder."""
    return subprocess.run(["git", *arguments], capture_output=True, text=True, check=True, cwd=folder).stdout.strip()


def seconds_by_rule(results: Path, subjects: Collection[str]) -> dict[str, dict[str, float]]:
    """Return, for each rule, the number of its jobs and the sums of their wall-clock and CPU seconds.

    Args:
        results: folder with the jobs' records in `benchmarks`, ``<rule>/<subject>.tsv`` or ``<rule>.tsv`` for the
            subject ``""``, and their logs in `logs`, under the same names; only the log has a forked job's CPU time.
        subjects: the subjects of the study's jobs; files of other subjects belong to other studies and are ignored.
    """
    sums: dict[str, dict[str, float]] = {}
    for file in sorted((results / "benchmarks").rglob("*.tsv")):
        path = file.relative_to(results / "benchmarks")
        name, *subject = path.with_suffix("").parts
        if "/".join(subject) not in subjects:
            continue
        usage = JobUsage.from_log(results / "logs" / path.with_suffix(".log"))
        header, *rows = (line.split("\t") for line in file.read_text(encoding="utf-8").splitlines())
        rule = sums.setdefault(name, {"jobs": 0, "seconds": 0.0, "cpu_seconds": 0.0})
        for row in rows:
            values = dict(zip(header, row, strict=True))
            rule["jobs"] += 1
            rule["seconds"] = round(rule["seconds"] + number(values["s"]), 3)
            cpu_seconds = max(usage.cpu_seconds if usage else 0.0, number(values["cpu_time"]))
            rule["cpu_seconds"] = round(rule["cpu_seconds"] + cpu_seconds, 3)
    return sums


def number(text: str) -> float:
    """Return a value of a benchmark record; a job that is too short to be sampled has none, which counts as 0."""
    try:
        return float(text)
    except ValueError:
        return 0.0
