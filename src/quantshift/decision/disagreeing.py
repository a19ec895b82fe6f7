"""The inputs on which a variant disagrees with float32, from `results/disagreements`, and what changed between runs."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from quantshift.core.names import CLEAN_SUITE
from quantshift.core.test_set import TestSet
from quantshift.decision.policy import CLEAN, SHIFTED
from quantshift.storage.files import damaged

NAME = "a table of disagreements"


class Input(NamedTuple):
    """A test input: seed of the model, test set, and place of the input in it."""

    seed: int
    test_set: TestSet
    number: int


class Identity(NamedTuple):
    """What is the same for an input in all runs on the same data: its source and its label."""

    source: int
    label: str


Disagreeing = Mapping[Input, Identity]


@dataclass(frozen=True)
class Changes:
    """The inputs that disagree in only one of two runs on the same data.

    Attributes:
        newly: the inputs that disagree only now, by source.
        no_longer: the inputs that disagreed only before.
    """

    newly: dict[Input, int]
    no_longer: dict[Input, int]

    def sources(self) -> tuple[int, int]:
        """Return the numbers of sources with more and with fewer disagreements than before, over all seeds."""
        net = Counter(self.newly.values())
        net.subtract(Counter(self.no_longer.values()))
        return sum(count > 0 for count in net.values()), sum(count < 0 for count in net.values())

    def on(self, test_sets: str) -> "Changes":
        """Return the changes on the test sets of a policy: `clean`, `shifted` or, for all, `worst`."""

        def counted(key: Input) -> bool:
            is_clean = key.test_set.suite == CLEAN_SUITE
            return is_clean if test_sets == CLEAN else not is_clean if test_sets == SHIFTED else True

        return Changes(
            {key: source for key, source in self.newly.items() if counted(key)},
            {key: source for key, source in self.no_longer.items() if counted(key)},
        )


def read(results: Path, names: tuple[str, str, str], variant: str) -> dict[Input, Identity] | None:
    """Return the inputs on which a variant disagrees; None if there are no tables of them.

    Args:
        results: the folder of the results.
        names: data set, architecture and training method of the model.
        variant: the variant.

    Raises:
        QuantshiftError: a table is damaged.
    """
    files = sorted(results.joinpath("disagreements", *names).glob(f"*/{variant}.csv"))
    return dict(entry for file in files for entry in _rows(file)) if files else None


def changes(before: Disagreeing, now: Disagreeing) -> Changes | None:
    """Return what changed between two runs on the same test inputs; None if their sources or labels are not the same.

    That shows in inputs that disagree in both but have another source or label.
    """
    if any(before[key] != now[key] for key in before.keys() & now.keys()):
        return None
    newly, no_longer = sorted(now.keys() - before.keys()), sorted(before.keys() - now.keys())
    return Changes({key: now[key].source for key in newly}, {key: before[key].source for key in no_longer})


def by_test_set(inputs: Iterable[Input]) -> list[dict[str, object]]:
    """Return inputs as records: seed, suite, shift, severity and the numbers of the inputs."""
    grouped: dict[tuple[int, TestSet], list[int]] = {}
    for seed, test_set, number in inputs:
        grouped.setdefault((seed, test_set), []).append(number)
    return [
        {"seed": seed, **test_set._asdict(), "inputs": numbers} for (seed, test_set), numbers in sorted(grouped.items())
    ]


def count(groups: Iterable[Mapping[str, Any]]) -> int:
    """Return the number of inputs in records by test set.

    >>> count([{"inputs": [4, 7]}, {"inputs": [1]}])
    3
    """
    return sum(len(group["inputs"]) for group in groups)


def _rows(file: Path) -> Iterator[tuple[Input, Identity]]:
    try:
        with file.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                test_set = TestSet(row["suite"], row["shift"], int(row["severity"]))
                key = Input(int(file.parent.name), test_set, int(row["input"]))
                yield key, Identity(int(row["source"]), row["label"])
    except (KeyError, TypeError, ValueError) as error:
        raise damaged(file, NAME, error) from error
