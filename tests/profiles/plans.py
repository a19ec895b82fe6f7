"""The jobs that a cluster would get, parsed from a dry run."""

import re
from dataclasses import dataclass, field

from tests.workflow.project import Outcome

# Rules that run on snakemake's machine, which a dry run does not mark.
LOCAL = ("fetch", "all")


@dataclass(frozen=True)
class Group:
    """Jobs that a cluster gets as one.

    Attributes:
        name: the group's id, which other groups may share.
        rules: of its jobs, one each.
        models: the ids of the models that its jobs read.
    """

    name: str
    rules: list[str] = field(default_factory=list)
    models: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Plan:
    """The jobs that a cluster gets: the rules of jobs that are submitted individually, and the rules in each group."""

    alone: list[str]
    groups: list[Group]

    @property
    def submitted(self) -> int:
        """Return the number of submitted jobs."""
        return len(self.alone) + len(self.groups)

    @property
    def jobs(self) -> int:
        """Return the number of the workflow's jobs in them."""
        return len(self.alone) + sum(len(group.rules) for group in self.groups)


def plan_of(outcome: Outcome) -> Plan:
    """Return the plan in a dry run's output."""
    assert outcome.code == 0, outcome.output[-3000:]
    plan = Plan([], [])
    for line in outcome.output.splitlines():
        if group := re.match(r"(?:\[.*\] )?Group job (\S+) ", line):
            plan.groups.append(Group(group.group(1)))
        elif rule := re.fullmatch(r"( *)rule (\w+):", line):
            indented, name = rule.groups()
            if name not in LOCAL:
                (plan.groups[-1].rules if indented else plan.alone).append(name)
        elif model := re.match(r" {8}wildcards: (?:.*, )?model=([^,]+)", line):
            plan.groups[-1].models.add(model.group(1))
    return plan
