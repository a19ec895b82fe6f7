"""The jobs that a cluster would get, parsed from a dry run."""

import re
from dataclasses import dataclass

from tests.workflow.project import Outcome

# Rules that run on snakemake's machine, which a dry run does not mark.
LOCAL = ("fetch", "all")


@dataclass(frozen=True)
class Plan:
    """The jobs that a cluster gets: the rules of jobs that are submitted individually, and the rules in each group."""

    alone: list[str]
    groups: dict[str, list[str]]

    @property
    def submitted(self) -> int:
        """Return the number of submitted jobs."""
        return len(self.alone) + len(self.groups)

    @property
    def jobs(self) -> int:
        """Return the number of the workflow's jobs in them."""
        return len(self.alone) + sum(len(rules) for rules in self.groups.values())


def plan_of(outcome: Outcome) -> Plan:
    """Return the plan in a dry run's output."""
    assert outcome.code == 0, outcome.output[-3000:]
    plan = Plan([], {})
    rules: list[str] = []
    for line in outcome.output.splitlines():
        if group := re.match(r"(?:\[.*\] )?Group job (\S+) ", line):
            rules = plan.groups.setdefault(group.group(1), [])
        elif rule := re.fullmatch(r"( *)rule (\w+):", line):
            indented, name = rule.groups()
            if name not in LOCAL:
                (rules if indented else plan.alone).append(name)
    return plan
