"""Needs results/comparisons, results/inspections and the models' records. Makes results/tables and results/run.json."""

TABLE_MODELS = [model.path for model in STUDY.models]


rule evaluation_table:
    input:
        expand("results/comparisons/{model}/{variant}.csv", model=TABLE_MODELS, variant=STUDY.variants),
    output:
        "results/tables/evaluation.csv",
    log:
        "results/logs/evaluation_table.log",
    params:
        code=code_of("evaluation_table"),
    resources:
        mem_mb=1000,
        runtime=10,
    threads: 1
    script:
        "../scripts/evaluation_table.py"


rule variants_table:
    input:
        inspections=expand(
            "results/inspections/{model}/{variant}.json", model=TABLE_MODELS, variant=STUDY.variants
        ),
        parities=expand("results/models/{model}/parity.json", model=TABLE_MODELS),
    output:
        "results/tables/variants.csv",
    log:
        "results/logs/variants_table.log",
    params:
        code=code_of("variants_table"),
    resources:
        mem_mb=1000,
        runtime=10,
    threads: 1
    script:
        "../scripts/variants_table.py"


rule findings_table:
    input:
        expand("results/comparisons/{model}/{quantizer}.npz", model=TABLE_MODELS, quantizer=STUDY.quantizers),
    output:
        "results/tables/findings.csv",
    log:
        "results/logs/findings_table.log",
    benchmark:
        "results/benchmarks/findings_table.tsv"
    params:
        code=code_of("findings_table"),
    resources:
        mem_mb=2000,
        runtime=30,
    threads: 1
    script:
        "../scripts/findings_table.py"


rule published_comparison_table:
    input:
        "results/tables/evaluation.csv",
    output:
        "results/tables/published_comparison.csv",
    log:
        "results/logs/published_comparison_table.log",
    params:
        severities=STUDY.published_severities(),
        code=code_of("published_comparison_table"),
    resources:
        mem_mb=1000,
        runtime=10,
    threads: 1
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
    params:
        config=config,
        code=code_of("run_record"),
    resources:
        mem_mb=500,
        runtime=5,
    threads: 1
    script:
        "../scripts/run_record.py"
