"""Run one variant over the test sets of one suite."""

from pathlib import Path

from quantshift.evaluation import evaluate
from quantshift.jobs import job

with job(snakemake):
    test_sets = [Path(inputs) for inputs in snakemake.input.test_sets]
    evaluate(
        model=Path(snakemake.input.model),
        test_sets=dict(zip(snakemake.params.test_set_keys, test_sets, strict=True)),
        **snakemake.params.inference,
        logits=Path(snakemake.output[0]),
    )
