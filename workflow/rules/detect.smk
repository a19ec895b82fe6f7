"""Needs results/logits and results/truth. Makes results/detections: how well each detector tells each
quantized variant's disagreements, and the table of all of them."""

from quantshift.core.signature import LOGITS
from quantshift.detectors import detectors_for

# The group of all test sets.
ALL_SUITES = "all"
# Trained models give logits.
METRICS = detectors_for(LOGITS)
DETECTORS = [f"detectors/{name}" for name in METRICS]


def detected_logits(wildcards):
    """Return the logits of float32 and of a quantized variant, the validation data's with the clean test set's."""
    return logits_beside_float32(model_of(wildcards), wildcards.quantizer)


rule detect:
    input:
        unpack(detected_logits),
        record="results/models/{model}/model.json",
        truth=truth_of_model,
    output:
        table="results/detections/{model}/{quantizer}.csv",
        draws="results/detections/{model}/{quantizer}.npz",
    log:
        "results/logs/detect/{model}/{quantizer}.log",
    benchmark:
        "results/benchmarks/detect/{model}/{quantizer}.tsv"
    threads: 1
    resources:
        mem_mb=memory("detect"),
        runtime=minutes("detect"),
    params:
        code=always_code("detect", DETECTORS),
    shell:
        "{START}/detect.py --log {log:q}"
        " --model {wildcards.model} --name {wildcards.quantizer}"
        " --record {input.record:q} --float32 {input.float32:q} --variant {input.variant:q} --truth {input.truth:q}"
        " --table {output.table:q} --draws {output.draws:q}"


rule detectors_table:
    input:
        expand(
            "results/detections/{model}/{quantizer}.csv",
            model=[model.path for model in STUDY.models],
            quantizer=STUDY.quantizers,
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
