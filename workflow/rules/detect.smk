"""Needs results/logits and results/truth. Makes results/detections: how well each detector tells each
quantized variant's disagreements, and the table of all of them."""

# The group of all test sets.
ALL_SUITES = "all"
DETECTORS = [f"detectors/{name}" for name in members.names("detectors")]


rule detect:
    input:
        # Those of the validation data are with the clean test set's.
        logits=logits_of_model,
        truth=truth_of_model,
    output:
        tables=expand(
            "results/detections/{{model}}/{quantizer}.csv", quantizer=STUDY.quantizers
        ),
        draws=expand(
            "results/detections/{{model}}/{quantizer}.npz", quantizer=STUDY.quantizers
        ),
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
        " --model {wildcards.model} --logits {input.logits:q} --truth {input.truth:q}"
        " --tables {output.tables:q} --draws {output.draws:q}"


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
        metrics=members.names("detectors"),
        code=always_code("detectors_table"),
    script:
        "../scripts/detectors_table.py"
