"""Whether verdicts keep their level: simulated studies on the designs of real configs, with and without effects.

Each simulated study has the sizes of a config's test sets: clean inputs, windows of shifted copies, natural shifts,
models and seeds. Its disagreements are drawn so that it is known how large each finding's effect is. The findings' own
code then tests it. Without an effect, a table says how often it decides at 5 % (at most 7 % are asked for); with one,
how often it finds it (the power). Either way it says how often its 95 % interval holds the true effect (at least 93 %).

    python benchmarks/coverage.py --table found.csv      # the designs of config/config.yaml, 1,000 studies each
    OMP_NUM_THREADS=1 python benchmarks/coverage.py --configfile config/thorough.yaml --processes 16 --table found.csv
    python benchmarks/coverage.py --show found.csv       # the summary of a table

The same arguments give the same figures with any number of processes. All parts of the grid get studies in turns, and
the table is written after each turn of a part: a run that was stopped leaves a table of fewer studies.
"""

import argparse
import multiprocessing
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from simulated_studies.designs import Design, designs, study_of
from simulated_studies.findings import FINDINGS
from simulated_studies.inputs import Truth

from quantshift.seeds import generator

RATES = (0.002, 0.01, 0.05)
SHARES = (0.0, 0.5, 0.9)
# Studies that are simulated at once.
TURN = 50
KEYS = ["finding", "level", "dataset", "effect", "rate", "share"]
MEANS = ["decided", "covered", "half_width"]


class Part(NamedTuple):
    """Some studies of one finding and one truth."""

    sizes: tuple[Design, ...]
    finding: int
    truth: Truth
    turn: int
    studies: int

    def simulate(self) -> pd.DataFrame:
        """Return the table of sums over these studies: a row for each level and data set."""
        truth = self.truth
        random = generator("coverage", self.finding, str(truth.rate), str(truth.share), str(truth.effect), self.turn)
        rows = [
            (self.finding, one.level, one.dataset, truth.effect, truth.rate, truth.share, 1, *one[2:])
            for _ in range(self.studies)
            for one in FINDINGS[self.finding - 1](self.sizes, truth, random)
        ]
        return _summed(pd.DataFrame(rows, columns=[*KEYS, "studies", *MEANS]))


def parts(sizes: Sequence[Design], studies: int, findings: Sequence[int], truths: Sequence[Truth]) -> list[Part]:
    """Return what there is to simulate, the first turn of everything first."""
    return [
        Part(tuple(sizes), finding, truth, start // TURN, min(TURN, studies - start))
        for start in range(0, studies, TURN)
        for truth in truths
        for finding in findings
    ]


def simulate(wanted: Sequence[Part], processes: int = 1) -> Iterator[pd.DataFrame]:
    """Yield, after each part, the table of all parts so far: a row for each finding, level, data set and truth."""
    sums = pd.DataFrame(columns=[*KEYS, "studies", *MEANS])
    for part in _done(wanted, processes):
        sums = _summed(pd.concat([sums, part])) if len(sums) else part
        yield sums.assign(**{name: sums[name] / sums["studies"] for name in MEANS})


def _done(wanted: Sequence[Part], processes: int) -> Iterator[pd.DataFrame]:
    if processes == 1:
        yield from map(Part.simulate, wanted)
        return
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        yield from pool.imap(Part.simulate, wanted)


def _summed(table: pd.DataFrame) -> pd.DataFrame:
    return table.groupby(KEYS, as_index=False).sum()


def summary(table: pd.DataFrame, fewest: int) -> pd.DataFrame:
    """Return for each finding and level the mean and the worst figures over the grid, of those with enough studies."""
    return (
        table[table["studies"] >= fewest]
        .groupby(["effect", "finding", "level"], as_index=False)
        .agg(
            decided=("decided", "mean"),
            most=("decided", "max"),
            covered=("covered", "mean"),
            least=("covered", "min"),
            grid=("studies", "size"),
            fewest=("studies", "min"),
            studies=("studies", "sum"),
        )
    )


def show(table: pd.DataFrame) -> None:
    """Print the summary of a table and what is beyond the limits."""
    fewest = int(table["studies"].max()) // 5
    sys.stdout.write(summary(table, fewest).to_string(index=False, float_format=lambda value: f"{value:.3f}") + "\n")
    wrong = ((table["decided"] > 0.07) & ~table["effect"].astype(bool)) | (table["covered"] < 0.93)
    beyond = table[(table["studies"] >= fewest) & wrong]
    error = 0.05**0.5 * 0.95**0.5 / int(table["studies"].max()) ** 0.5
    sys.stdout.write(
        "asked for: decided <= 0.070 without an effect, covered >= 0.930; simulation error of a figure near 5 %: "
        f"{error:.3f}\n{len(beyond)} of {len(table)} cells of the grid are beyond that:\n"
    )
    if len(beyond):
        sys.stdout.write(beyond.to_string(index=False, float_format=lambda value: f"{value:.3f}") + "\n")


def main() -> None:
    """Simulate and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--configfile", type=Path, action="append", default=[], help="laid over the default config")
    parser.add_argument("--studies", type=int, default=1_000)
    parser.add_argument("--findings", type=int, nargs="+", default=[1, 2, 3, 4], choices=[1, 2, 3, 4])
    parser.add_argument("--rates", type=float, nargs="+", default=RATES, help="of disagreement")
    parser.add_argument("--shares", type=float, nargs="+", default=SHARES, help="of the variance that copies share")
    parser.add_argument("--effects", nargs="+", default=["none", "some"], choices=["none", "some"])
    parser.add_argument("--datasets", nargs="+", help="these alone")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--table", type=Path, help="CSV of all figures to write, after each part")
    parser.add_argument("--show", type=Path, help="print the summary of this CSV instead")
    given = parser.parse_args()
    if given.show:
        show(pd.read_csv(given.show))
        return
    sizes = [one for one in designs(study_of(given.configfile)) if one.dataset in (given.datasets or [one.dataset])]
    truths = [
        Truth(rate, share, effect == "some")
        for effect in given.effects
        for rate in given.rates
        for share in given.shares
    ]
    wanted = parts(sizes, given.studies, given.findings, truths)
    table = pd.DataFrame()
    for part, found in zip(wanted, simulate(wanted, given.processes), strict=True):
        table = found
        if given.table:
            beside = given.table.with_suffix(".part")
            table.to_csv(beside, index=False)
            beside.replace(given.table)
        sys.stderr.write(f"finding {part.finding}, {part.truth}: {part.turn * TURN + part.studies} studies\n")
    show(table)


if __name__ == "__main__":
    main()
