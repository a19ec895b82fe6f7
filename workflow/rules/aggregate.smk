"""Needs results/comparisons, results/detections, results/retraining, results/inspections and the models' records. Makes
results/tables and results/run.json."""

TABLE_MODELS = [model.path for model in STUDY.models]


rule evaluation_table:
    input:
        expand(
            "results/comparisons/{model}/{variant}.csv",
            model=TABLE_MODELS,
            variant=STUDY.variants,
        ),
    output:
        "results/tables/evaluation.csv",
    log:
        "results/logs/evaluation_table.log",
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        code=code_of("evaluation_table"),
    script:
        "../scripts/evaluation_table.py"


rule variants_table:
    input:
        inspections=expand(
            "results/inspections/{model}/{variant}.json",
            model=TABLE_MODELS,
            variant=STUDY.variants,
        ),
        weakest=expand(
            "results/comparisons/{model}/{variant}.json",
            model=TABLE_MODELS,
            variant=STUDY.variants,
        ),
        parities=expand("results/models/{model}/parity.json", model=TABLE_MODELS),
    output:
        report(
            "results/tables/variants.csv",
            caption="../report/table.rst",
            category="Tables",
        ),
    log:
        "results/logs/variants_table.log",
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        code=code_of("variants_table"),
    script:
        "../scripts/variants_table.py"


rule findings_table:
    input:
        masks=expand(
            "results/comparisons/{model}/{quantizer}.npz",
            model=TABLE_MODELS,
            quantizer=STUDY.quantizers,
        ),
        draws=expand(
            "results/detections/{model}/{quantizer}.npz",
            model=TABLE_MODELS,
            quantizer=STUDY.quantizers,
        ),
        retrainings=[
            f"results/retraining/{model.path}/{protocol}.npz"
            for model, protocol in STUDY.retrained
        ],
    output:
        report(
            "results/tables/findings.csv",
            caption="../report/table.rst",
            category="Tables",
        ),
    log:
        "results/logs/findings_table.log",
    benchmark:
        "results/benchmarks/findings_table.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        published=[
            digest(PUBLISHED),
            digest(PUBLISHED.with_name("detectors.csv")),
            digest(PUBLISHED.with_name("retraining.csv")),
        ],
        code=code_of("findings_table"),
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
        ),
    log:
        "results/logs/published_comparison_table.log",
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        severities=STUDY.published_severities(),
        published=digest(PUBLISHED),
        code=code_of("published_comparison_table"),
    script:
        "../scripts/published_comparison_table.py"


rule tables:
    input:
        expand("results/tables/{table}.csv", table=TABLES),


rule run_record:
    input:
        rules.tables.input,
    output:
        "results/run.json",
    log:
        "results/logs/run_record.log",
    threads: 1
    resources:
        mem_mb=500,
        runtime=5,
    params:
        config=config,
        code=code_of("run_record"),
    script:
        "../scripts/run_record.py"
