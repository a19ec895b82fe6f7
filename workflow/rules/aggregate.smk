"""Needs results/comparisons, results/detections, results/retraining, results/inspections and the records of the models
and of their trainings. Makes results/tables and results/decision.json."""

from quantshift.decision.order import configured

TABLE_MODELS = [model.path for model in STUDY.models]
# The published findings are claims about trained models.
TRAINED_MODELS = [model.path for model in STUDY.trained]
TABLE_DATASETS = sorted({model.dataset for model in STUDY.models})
INSPECTIONS = variant_files("results/inspections", "json", STUDY.variants_of)


rule evaluation_table:
    input:
        comparisons=variant_files("results/comparisons", "csv", STUDY.variants_of),
        # Only whether presets are applicable matters here, and if that changes, so do the comparisons.
        inspections=ancient(INSPECTIONS),
    output:
        report(
            "results/tables/evaluation.csv",
            caption="../report/table.rst",
            category="Tables",
            labels={"table": "evaluation"},
        ),
    log:
        "results/logs/evaluation_table.log",
    benchmark:
        "results/benchmarks/evaluation_table.tsv"
    threads: 1
    resources:
        mem_mb=memory("evaluation_table"),
        runtime=minutes("evaluation_table"),
    params:
        test_sets={
            dataset: sorted(
                (test_set.suite, test_set.shift, test_set.severity)
                for test_set in STUDY.all_test_sets(dataset)
            )
            for dataset in TABLE_DATASETS
        },
        code=always_code("evaluation_table"),
    script:
        "../scripts/evaluation_table.py"


rule variants_table:
    input:
        inspections=INSPECTIONS,
        weakest=variant_files("results/comparisons", "json", STUDY.variants_of),
        records=expand("results/models/{model}/model.json", model=TABLE_MODELS),
        trainings=[
            f"results/models/{model.path}/training.json" for model in STUDY.trained
        ],
    output:
        report(
            "results/tables/variants.csv",
            caption="../report/table.rst",
            category="Tables",
            labels={"table": "variants"},
        ),
    log:
        "results/logs/variants_table.log",
    benchmark:
        "results/benchmarks/variants_table.tsv"
    threads: 1
    resources:
        mem_mb=memory("variants_table"),
        runtime=minutes("variants_table"),
    params:
        code=always_code("variants_table"),
    script:
        "../scripts/variants_table.py"


rule findings_table:
    input:
        masks=expand(
            "results/comparisons/{model}/{quantizer}.npz",
            model=TRAINED_MODELS,
            quantizer=STUDY.quantizers,
        ),
        draws=expand(
            "results/detections/{model}/{quantizer}.npz",
            model=TRAINED_MODELS,
            quantizer=STUDY.quantizers,
        ),
        retrainings=[
            f"results/retraining/{model.path}/{protocol}.npz"
            for model, protocol in STUDY.retrained
        ],
        evaluation="results/tables/evaluation.csv",
    output:
        report(
            "results/tables/findings.csv",
            caption="../report/table.rst",
            category="Tables",
            labels={"table": "findings"},
        ),
    log:
        "results/logs/findings_table.log",
    benchmark:
        "results/benchmarks/findings_table.tsv"
    threads: 1
    resources:
        mem_mb=memory("findings_table"),
        runtime=minutes("findings_table"),
    params:
        published=[
            digest(published_files.EVALUATION),
            digest(published_files.DETECTORS),
            digest(published_files.RETRAINING),
        ],
        joining=STUDY.disagreeing,
        code=always_code("findings_table"),
    script:
        "../scripts/findings_table.py"


rule published_comparison_table:
    input:
        "results/tables/evaluation.csv",
    output:
        report(
            "results/tables/published_comparison.csv",
            caption="../report/table.rst",
            category="Tables",
            labels={"table": "published_comparison"},
        ),
    log:
        "results/logs/published_comparison_table.log",
    benchmark:
        "results/benchmarks/published_comparison_table.tsv"
    threads: 1
    resources:
        mem_mb=memory("published_comparison_table"),
        runtime=minutes("published_comparison_table"),
    params:
        severities=comparable(STUDY),
        published=digest(published_files.EVALUATION),
        code=always_code("published_comparison_table"),
    script:
        "../scripts/published_comparison_table.py"


rule decision:
    input:
        evaluation="results/tables/evaluation.csv",
        variants="results/tables/variants.csv",
        comparisons=variant_files("results/comparisons", "json", STUDY.variants_of),
        inputs=expand("results/truth/{dataset}.json", dataset=TABLE_DATASETS),
    output:
        "results/decision.json",
    log:
        "results/logs/decision.log",
    benchmark:
        "results/benchmarks/decision.tsv"
    threads: 1
    resources:
        mem_mb=memory("decision"),
        runtime=minutes("decision"),
    params:
        settings=config["decision"],
        order=configured(config),
        code=always_code("decision"),
    script:
        "../scripts/decision.py"


rule tables:
    input:
        expand("results/tables/{table}.csv", table=TABLES),
