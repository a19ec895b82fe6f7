"""Needs results/logits, results/truth, results/inspections and the models' records. Makes results/detections (how well
each detector detects the disagreements of each quantized variant) and the table `detectors`.
"""

from quantshift.core.signature import LOGITS
from quantshift.detectors import detectors_for

# Name of the group of all test sets.
ALL_SUITES = "all"
# Trained models return logits.
METRICS = detectors_for(LOGITS)
DETECTORS = [f"detectors/{name}" for name in METRICS]
# A rule must have an output. Without presets, the study has only variants that the user gives, and no job needs this
# file, whose name no variant can have.
DETECTED = STUDY.quantizers or ["no-preset"]


rule detect:
    input:
        # The archive of the clean suite includes the validation data.
        logits=logits_of_model,
        record="results/models/{model}/model.json",
        truth=truth_of_model,
    output:
        tables=expand(
            "results/detections/{{model}}/{quantizer}.csv", quantizer=DETECTED
        ),
        draws=expand("results/detections/{{model}}/{quantizer}.npz", quantizer=DETECTED),
    log:
        "results/logs/detect/{model}.log",
    benchmark:
        "results/benchmarks/detect/{model}.tsv"
    threads: 1
    resources:
        mem_mb=memory("detect"),
        runtime=minutes("detect"),
    params:
        code=always_code("detect", DETECTORS),
    shell:
        "{START}/detect.py --log {log:q}"
        " --model {wildcards.model} --record {input.record:q} --logits {input.logits:q} --truth {input.truth:q}"
        " --tables {output.tables:q} --draws {output.draws:q}"


rule detect_variant:
    input:
        logits=logits_of_own_variant,
        record="results/models/{model}/model.json",
        truth=truth_of_model,
    output:
        table="results/detections/{model}/{variant}.csv",
        draws="results/detections/{model}/{variant}.npz",
    log:
        "results/logs/detect_variant/{model}/{variant}.log",
    benchmark:
        "results/benchmarks/detect_variant/{model}/{variant}.tsv"
    wildcard_constraints:
        variant=OWN_VARIANTS,
    threads: 1
    resources:
        mem_mb=memory("detect_variant"),
        runtime=minutes("detect_variant"),
    params:
        code=always_code("detect", DETECTORS),
    shell:
        "{START}/detect.py --log {log:q}"
        " --model {wildcards.model} --record {input.record:q} --logits {input.logits:q} --truth {input.truth:q}"
        " --tables {output.table:q} --draws {output.draws:q}"


rule detectors_table:
    input:
        detections=variant_files("results/detections", "csv", STUDY.quantized_variants),
        # Only whether presets are applicable matters here, and if that changes, so do the detections.
        inspections=ancient(
            variant_files("results/inspections", "json", STUDY.quantized_variants)
        ),
    output:
        report(
            "results/tables/detectors.csv",
            caption="../report/table.rst",
            category="Tables",
            labels={"table": "detectors"},
        ),
    log:
        "results/logs/detectors_table.log",
    benchmark:
        "results/benchmarks/detectors_table.tsv"
    threads: 1
    resources:
        mem_mb=memory("detectors_table"),
        runtime=minutes("detectors_table"),
    params:
        groups={
            dataset: sorted([*STUDY.suites(dataset), ALL_SUITES])
            for dataset in sorted({model.dataset for model in STUDY.models})
        },
        metrics=METRICS,
        code=always_code("detectors_table"),
    script:
        "../scripts/detectors_table.py"
