"""The study that the config spans, and what more than one rule asks of it."""

import json
import os
import shlex
import sys
from functools import cache
from pathlib import Path

from quantshift.core import members, owner
from quantshift.configuration.check import check
from quantshift.configuration.sources import read_sources
from quantshift.core.errors import QuantshiftError
from quantshift.jobs.fork_server import start as fork_server
from quantshift.jobs.code_digest import code, digest
from quantshift.planning.resources import gpus, resources, too_long
from quantshift.aggregation.run_record import start
from quantshift.data.modalities import DATASET_FILE, SIDE_FILE
from quantshift.study import (
    TRUTH,
    Study,
    facts,
    feeding,
    method_part,
    modality,
    modality_of,
    test_folder,
)
from quantshift.core.alternatives import alternatives
from quantshift.core.names import CLEAN_SUITE, FLOAT32, PROTOCOLS, SPLITS, TABLES
from quantshift.core.model_id import ModelId
from quantshift.studies.arxiv_2204_04220 import published_files
from quantshift.studies.arxiv_2204_04220.severities import comparable
from quantshift.jobs.timers import cancel_at_exit
from snakemake.logging import logger

# numpy's matrix products take one thread, as the rules say (torch and onnxruntime have settings of their own): a pool of
# threads that nothing uses takes a third of numpy's import. Jobs that have a command line get their rule's threads from Snakemake.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

# The command line's files stand before the default one; jobs have the config that was checked when the run began.
CONFIG_FILES = workflow.config_settings.configfiles
DEFAULT_CONFIGS = [Path(file) for file in workflow.configfiles[len(CONFIG_FILES) :]]
if workflow.config_settings.replace_workflow_config:
    DEFAULT_CONFIGS = []

try:
    check(
        config,
        fetching=workflow.is_main_process,
        sources=(
            read_sources(
                [*DEFAULT_CONFIGS, *CONFIG_FILES],
                workflow.config_settings.config,
                Path(workflow.basedir),
            )
            if workflow.is_main_process
            else []
        ),
    )
except QuantshiftError as error:
    # Snakemake would show where in this file an exception was raised.
    logger.error(str(error))
    sys.exit(1)

STUDY = Study(config)
# The file of stored inputs, which the study's modalities name.
INPUTS = STUDY.inputs
fork_server.forget()
# Jobs of this process end with it.
owner.claim()
SCRIPTS = f"{workflow.basedir}/workflow/scripts"
# How rules with many jobs start their scripts: see quantshift.jobs.arguments and quantshift.jobs.fork_server.
START = f"{shlex.join(fork_server.command())} {shlex.quote(SCRIPTS)}"
# Whether what is fetched and generated is shared (`--cache`), see cache.smk.
CACHING = workflow.workflow_settings.cache is not None
# A retrained model's method ends with the protocol.
PROTOCOL = "|".join(PROTOCOLS)
# A model that is trained; what reads its model.json knows it by the wildcard `model`, its id.
MODEL = "{dataset}/{architecture}/{method}/{seed}"


wildcard_constraints:
    model=alternatives(model.path for model in STUDY.exported),
    artifact=r"[a-z0-9_]+",
    dataset=r"[a-z0-9_]+",
    architecture=r"[a-z0-9_]+",
    method=r"[a-z0-9_]+(\.(" + PROTOCOL + r"))?",
    protocol=PROTOCOL,
    seed=r"\d+",
    variant=r"[a-z0-9_]+",
    quantizer=r"(?!float32\b)[a-z0-9_]+",
    suite=r"[a-z0-9_]+",
    shift=r"[a-z0-9_]+",
    severity=r"[0-5]",


def code_of(name, members=()):
    """Return what a job's script and the members that it loads are made of, so that a changed one is run again."""
    return code_made_of(name, tuple(members))


def always_code(name, members=()):
    """Return the function of a rule's code where no wildcard changes it: only the rules of a run's jobs pay for it."""

    def of_job(wildcards):
        return code_of(name, members)

    return of_job


@cache
def code_made_of(name, members):
    """Follow the imports once for all jobs that have them in common."""
    return code(f"{SCRIPTS}/{name}.py", members)


def memory(rule):
    """Return the function that says how much memory (MB) a rule's jobs ask of a cluster."""

    def of_job(wildcards, attempt):
        return resources(STUDY, rule, wildcards, attempt).memory

    return of_job


def minutes(rule):
    """Return the function that says for how long a rule's jobs ask a cluster's nodes."""

    def of_job(wildcards, attempt):
        return resources(STUDY, rule, wildcards, attempt).minutes

    return of_job


def warn_of_saturation():
    """Warn when this CPU cuts off sums that one of the study's presets computes."""
    presets = [name for name in STUDY.quantizers if STUDY.saturates(name)]
    if presets:
        # Not above: the Snakefile imports the standard library alone, wherever it can.
        from quantshift.inspection.saturation import advice, cpu_saturates

        if cpu_saturates():
            logger.warning(advice(presets))


def warn_of_long_trainings():
    """Say it when a training may take longer than a cluster is asked for: it would be stopped, and begun again."""
    if models := too_long(STUDY):
        logger.warning(
            f"{len(models)} trainings may take more than a week on a CPU, which is the most that a job asks a cluster for: "
            f"{', '.join(models[:3])}{' ...' if len(models) > 3 else ''}; device: cuda asks for GPUs"
        )


def variant_threads(wildcards):
    """Return the threads with which a job's variant is run."""
    return STUDY.inference(wildcards.variant)["threads"]


def model_of(wildcards):
    """Return the id of the model that a job reads."""
    return ModelId.parse(wildcards.model)


def trained_model(wildcards):
    """Return the id of the model that a job trains, or retrains."""
    return ModelId(
        wildcards.dataset, wildcards.architecture, wildcards.method, int(wildcards.seed)
    )


def variant_inference(wildcards):
    """Return with what a job's variant is run: batch size, threads, entries of the session's config (JSON)."""
    return json.dumps(STUDY.inference(wildcards.variant), sort_keys=True)
