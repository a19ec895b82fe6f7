"""Check that verdicts hold their level: simulate studies with the designs of real configs, with and without effects.

Each simulated study has the sizes of a config's test sets: clean inputs, windows of shifted copies, natural shifts,
models and seeds. Its disagreements are drawn with a known effect for each finding, and the findings' code tests them.
The claim `decision` is the decision about the shifted data as a whole, to ship or not to ship, where the accepted rate
is the true one or, with an effect, twice or half of it.

Without an effect, the table reports how often a claim is decided at 5 % (at most 7 % is required); with an effect, how
often it is detected (the power). In both cases it reports how often the 95 % interval contains the true effect (at
least 93 % is required).

    python benchmarks/coverage.py --table results.csv    # the designs of config/config.yaml, 1,000 studies each
    OMP_NUM_THREADS=1 python benchmarks/coverage.py --configfile config/thorough.yaml --processes 16 --table results.csv
    python benchmarks/coverage.py --show results.csv     # the summary of a table

The same arguments give the same results with any number of processes. Batches of studies alternate over the grid, and
the table is written after each batch, so an interrupted run leaves a table of fewer studies.
"""

import argparse
import multiprocessing
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from simulated_studies.decision import decision
from simulated_studies.designs import Design, designs, study_of
from simulated_studies.findings import FINDINGS
from simulated_studies.inputs import Truth

from quantshift.seeds import generator

CLAIMS = {str(number): finding for number, finding in enumerate(FINDINGS, start=1)} | {"decision": decision}
RATES = (0.002, 0.01, 0.05)
SHARES = (0.0, 0.5, 0.9)
# Studies per batch.
BATCH_SIZE = 50
KEYS = ["claim", "level", "dataset", "effect", "rate", "share"]
MEANS = ["decided", "covered", "half_width"]


class Batch(NamedTuple):
    """A batch of studies of one claim and one truth."""

    sizes: tuple[Design, ...]
    claim: str
    truth: Truth
    number: int
    studies: int

    def simulate(self) -> pd.DataFrame:
        """Return the table of sums over these studies, with one row per level and data set."""
        truth = self.truth
        random = generator("coverage", self.claim, str(truth.rate), str(truth.share), str(truth.effect), self.number)
        rows = [
            (self.claim, outcome.level, outcome.dataset, truth.effect, truth.rate, truth.share, 1, *outcome[2:])
            for _ in range(self.studies)
            for outcome in CLAIMS[self.claim](self.sizes, truth, random)
        ]
        return _summed(pd.DataFrame(rows, columns=[*KEYS, "studies", *MEANS]))


def batches(sizes: Sequence[Design], studies: int, claims: Sequence[str], truths: Sequence[Truth]) -> list[Batch]:
    """Return the batches to simulate, with the first batch of every cell of the grid first."""
    return [
        Batch(tuple(sizes), claim, truth, start // BATCH_SIZE, min(BATCH_SIZE, studies - start))
        for start in range(0, studies, BATCH_SIZE)
        for truth in truths
        for claim in claims
    ]


def simulate(todo: Sequence[Batch], processes: int = 1) -> Iterator[pd.DataFrame]:
    """Yield, after each batch, the table of all batches so far: one row per claim, level, data set and truth."""
    sums = pd.DataFrame(columns=[*KEYS, "studies", *MEANS])
    for table in _simulated(todo, processes):
        sums = _summed(pd.concat([sums, table])) if len(sums) else table
        yield sums.assign(**{name: sums[name] / sums["studies"] for name in MEANS})


def _simulated(todo: Sequence[Batch], processes: int) -> Iterator[pd.DataFrame]:
    if processes == 1:
        yield from map(Batch.simulate, todo)
        return
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        yield from pool.imap(Batch.simulate, todo)


def _summed(table: pd.DataFrame) -> pd.DataFrame:
    return table.groupby(KEYS, as_index=False).sum()


def summary(table: pd.DataFrame, fewest: int) -> pd.DataFrame:
    """Return, by claim and level, the mean and the worst values over the cells of the grid with enough studies."""
    return (
        table[table["studies"] >= fewest]
        .groupby(["effect", "claim", "level"], as_index=False)
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
    """Print the summary of a table and the cells that miss the requirements."""
    fewest = int(table["studies"].max()) // 5
    sys.stdout.write(summary(table, fewest).to_string(index=False, float_format=lambda value: f"{value:.3f}") + "\n")
    misses = ((table["decided"] > 0.07) & ~table["effect"].astype(bool)) | (table["covered"] < 0.93)
    failed = table[(table["studies"] >= fewest) & misses]
    error = 0.05**0.5 * 0.95**0.5 / int(table["studies"].max()) ** 0.5
    sys.stdout.write(
        "required: decided <= 0.070 without an effect, covered >= 0.930; simulation error of a value near 5 %: "
        f"{error:.3f}\n{len(failed)} of {len(table)} cells of the grid miss these requirements:\n"
    )
    if len(failed):
        sys.stdout.write(failed.to_string(index=False, float_format=lambda value: f"{value:.3f}") + "\n")


def main() -> None:
    """Simulate and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--configfile", type=Path, action="append", default=[], help="laid over the default config")
    parser.add_argument("--studies", type=int, default=1_000)
    parser.add_argument("--claims", nargs="+", default=list(CLAIMS), choices=list(CLAIMS), help="findings")
    parser.add_argument("--rates", type=float, nargs="+", default=RATES, help="disagreement rates")
    parser.add_argument(
        "--shares", type=float, nargs="+", default=SHARES, help="fractions of the variance that copies share"
    )
    parser.add_argument("--effects", nargs="+", default=["none", "some"], choices=["none", "some"])
    parser.add_argument("--datasets", nargs="+", help="only these data sets")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--table", type=Path, help="CSV file of all results, written after each batch")
    parser.add_argument("--show", type=Path, help="print the summary of this CSV instead")
    options = parser.parse_args()
    if options.show:
        show(pd.read_csv(options.show))
        return
    sizes = designs(study_of(options.configfile))
    if options.datasets:
        sizes = [design for design in sizes if design.dataset in options.datasets]
    truths = [
        Truth(rate, share, effect == "some")
        for effect in options.effects
        for rate in options.rates
        for share in options.shares
    ]
    todo = batches(sizes, options.studies, options.claims, truths)
    table = pd.DataFrame()
    for batch, current in zip(todo, simulate(todo, options.processes), strict=True):
        table = current
        if options.table:
            temporary = options.table.with_suffix(".part")
            table.to_csv(temporary, index=False)
            temporary.replace(options.table)
        studies = batch.number * BATCH_SIZE + batch.studies
        sys.stderr.write(f"{batch.claim}, {batch.truth}: {studies} studies\n")
    show(table)


if __name__ == "__main__":
    main()
