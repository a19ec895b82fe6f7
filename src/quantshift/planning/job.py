"""A job of the workflow, as reported by Snakemake."""

from collections.abc import Mapping
from dataclasses import dataclass

from quantshift.core.model_id import ModelId


@dataclass(frozen=True)
class Job:
    """A job that has yet to run.

    Attributes:
        number: Snakemake's number for the job.
        rule: its rule.
        wildcards: values of its wildcards, by name.
        threads: requested cores.
        priority: jobs with a higher priority start first.
        memory: bytes that its rule requests.
        outputs: paths of its outputs, relative to the run's folder.
        log: its log, or empty.
        benchmark: the record of its time, or empty.
        needs: numbers of the jobs whose outputs it reads.
    """

    number: int
    rule: str
    wildcards: Mapping[str, str]
    threads: int
    priority: int
    memory: int
    outputs: tuple[str, ...]
    log: str
    benchmark: str
    needs: tuple[int, ...]

    @property
    def names(self) -> dict[str, str]:
        """Return the names in the job's wildcards, with the facets of a model instead of only its id."""
        model = self.wildcards.get("model")
        facets = ModelId.parse(model)._asdict() if model else {}
        return {**self.wildcards, **{name: str(facet) for name, facet in facets.items()}}
