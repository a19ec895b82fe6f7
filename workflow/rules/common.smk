"""The study that the config defines, and functions that several rule files use."""

import json
import os
import shlex
import sys
from functools import cache
from pathlib import Path

from quantshift.core import members, owner
from quantshift.core.dataset_facts import facts_of
from quantshift.configuration.check import check
from quantshift.configuration.sources import read_sources
from quantshift.core.errors import QuantshiftError
from quantshift.jobs.fork_server import start as fork_server
from quantshift.jobs.code_digest import code, digest
from quantshift.planning.resources import gpus, resources, too_long
from quantshift.aggregation.run_record import start
from quantshift.data.modalities import DATASET_FILE, SIDE_FILE
from quantshift.study import (
    GIVEN_INPUTS,
    TRUTH,
    Study,
    choices_of,
    constants_of,
    feeding,
    files_of,
    method_part,
    modality,
    modality_of,
    test_folder,
)
from quantshift.core.alternatives import alternatives
from quantshift.core.external_data import external_files
from quantshift.core.listing import listing
from quantshift.core.names import (
    CLEAN_SUITE,
    FLOAT32,
    GIVEN_SPLITS,
    PROTOCOLS,
    SPLITS,
    TABLES,
)
from quantshift.core.model_id import ModelId
from quantshift.studies.arxiv_2204_04220 import published_files
from quantshift.studies.arxiv_2204_04220.severities import comparable
from quantshift.jobs.timers import cancel_at_exit
from snakemake.logging import logger

# Jobs use one thread for numpy's matrix products, as their rules request (torch and onnxruntime have other settings);
# starting unused threads would take a third of numpy's import time. For `shell:` rules, Snakemake sets this itself.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

# `workflow.configfiles` starts with the files of the command line. Jobs get the config that the main process checked.
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
    # For an exception, Snakemake would also show this file and line.
    logger.error(str(error))
    sys.exit(1)

STUDY = Study(config)
# Name of the file of stored inputs of data sets, which depends on the study's modalities.
INPUTS = STUDY.inputs
# Data sets that models are trained on, and the user's own data: the wildcard `dataset` of their rules.
TRAINED_DATASETS = alternatives(STUDY.datasets)
GIVEN_DATASETS = alternatives(STUDY.given_data)
# Quantized files that the user gives for some models: the wildcard `variant` of their rules.
OWN_VARIANTS = alternatives(STUDY.own_variants)
fork_server.forget()
# Jobs end when this process ends.
owner.claim()
SCRIPTS = f"{workflow.basedir}/workflow/scripts"
# Start of the command line of rules with many jobs: see quantshift.jobs.arguments and quantshift.jobs.fork_server.
START = f"{shlex.join(fork_server.command())} {shlex.quote(SCRIPTS)}"
# Whether downloads and generated shifts are shared (`--cache`), see cache.smk.
CACHING = workflow.workflow_settings.cache is not None
# The method of a retrained model ends with one of these.
PROTOCOL = "|".join(PROTOCOLS)
# The id of a model in rules that train and export it; later rules have the single wildcard `model`.
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
    quantizer=alternatives(config["quantizers"]),
    suite=r"[a-z0-9_]+",
    shift=r"[a-z0-9_]+",
    severity=r"[0-5]",


def code_of(name, members=()):
    """Return the digest of the code of a job's script and of the members that it loads; a change reruns the job."""
    return cached_code(name, tuple(members))


def always_code(name, members=()):
    """Return a function for the code of a rule whose members depend on no wildcard; it runs only if there are jobs."""

    def of_job(wildcards):
        return code_of(name, members)

    return of_job


@cache
def cached_code(name, members):
    """Return the digest of `code_of`; imports are followed only once for jobs with the same script and members."""
    return code(f"{SCRIPTS}/{name}.py", members)


def memory(rule):
    """Return the function for the memory (MB) that a rule's jobs request from a cluster."""

    def of_job(wildcards, attempt):
        return resources(STUDY, rule, wildcards, attempt).memory

    return of_job


def minutes(rule):
    """Return the function for the time (minutes) that a rule's jobs request from a cluster."""

    def of_job(wildcards, attempt):
        return resources(STUDY, rule, wildcards, attempt).minutes

    return of_job


def warn_of_saturation():
    """Warn if sums of one of the study's presets saturate on this CPU."""
    presets = [name for name in STUDY.quantizers if STUDY.saturates(name)]
    if presets:
        # Imported here, because the Snakefile avoids imports of large libraries.
        from quantshift.inspection.saturation import advice, cpu_saturates

        if cpu_saturates():
            logger.warning(advice(presets))


def warn_of_long_trainings():
    """Warn if a training may exceed the maximum time of a job, after which a cluster would stop it."""
    if models := too_long(STUDY):
        logger.warning(
            f"{len(models)} trainings may take more than a week on a CPU, the maximum that jobs request from a cluster: "
            f"{', '.join(models[:3])}{' ...' if len(models) > 3 else ''}; device: cuda requests GPUs"
        )


def variant_threads(wildcards):
    """Return the number of threads of a job's variant."""
    return STUDY.inference(wildcards.variant)["threads"]


def model_of(wildcards):
    """Return the id of the model that a job reads."""
    return ModelId.parse(wildcards.model)


def trained_model(wildcards):
    """Return the id of the model that a job trains or retrains."""
    return ModelId(
        wildcards.dataset, wildcards.architecture, wildcards.method, int(wildcards.seed)
    )


def variant_files(folder, ending, variants):
    """Return a file for each model and each of its variants, which a function of the model returns."""
    return [
        f"{folder}/{model.path}/{variant}.{ending}"
        for model in STUDY.models
        for variant in variants(model)
    ]


def variant_inference(wildcards):
    """Return the inference settings of a job's variant: batch size, threads, entries of the session's config (JSON)."""
    return json.dumps(STUDY.inference(wildcards.variant), sort_keys=True)
