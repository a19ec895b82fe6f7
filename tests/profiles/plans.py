"""What a dry run says of the jobs that a cluster would get."""

import re
from dataclasses import dataclass

from tests.workflow.project import Outcome

# What runs where snakemake does; a dry run does not tell it.
LOCAL = ("fetch", "all")


@dataclass(frozen=True)
class Plan:
    """The jobs of a dry run that a cluster gets: the rules of those that are submitted alone, and of each group."""

    alone: list[str]
    groups: dict[str, list[str]]

    @property
    def submitted(self) -> int:
        """Return the number of jobs that the cluster gets."""
        return len(self.alone) + len(self.groups)

    @property
    def jobs(self) -> int:
        """Return the number of jobs in them."""
        return len(self.alone) + sum(len(rules) for rules in self.groups.values())


def plan_of(outcome: Outcome) -> Plan:
    """Return the plan that a dry run announces."""
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
