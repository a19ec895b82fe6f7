"""quantshift: train -> export -> quantize -> evaluate on shifted data -> tables, figures and decisions.

`snakemake --cores all` runs the default study; see README.md.
"""

from snakemake.utils import min_version

min_version("9.0")


configfile: f"{workflow.basedir}/config/config.yaml"


report: "workflow/report/study.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/cache.smk"
include: "workflow/rules/given.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/quantize.smk"
include: "workflow/rules/evaluate.smk"
include: "workflow/rules/detect.smk"
include: "workflow/rules/retrain.smk"
include: "workflow/rules/aggregate.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/report.smk"


rule all:
    default_target: True
    input:
        rules.tables.input,
        rules.figures.input,
        "results/decision.json",
        "results/run.json",
        "results/report.html",


onstart:
    cancel_at_exit()
    if workflow.local_exec:
        fork_server.start(Path("results/logs/fork_server.log"))
    start(STUDY.subjects())
    warn_of_saturation()
    warn_of_long_trainings()


onerror:
    logger.info(
        "Finished outputs are preserved: run the same command again to continue. Logs are in results/logs/."
    )
