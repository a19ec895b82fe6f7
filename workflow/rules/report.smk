"""Needs results/tables, results/decision.json, results/figures, results/disagreements, results/logits, results/truth
and the test sets. Makes results/details (single inputs of each architecture, for the page), results/run.json and
results/report.html.
"""

REPORT_TEMPLATES = members.PACKAGE / "report/templates"
DETAILS = [
    f"results/details/{dataset}/{architecture}.json"
    for dataset, architecture in STUDY.architectures
]


def detailed_models(wildcards):
    """Return the models of one architecture with the data set's lowest seed: the page shows single inputs of these."""
    return [
        model
        for model in STUDY.models
        if (model.dataset, model.architecture)
        == (wildcards.dataset, wildcards.architecture)
        and model.seed == detailed_seed(wildcards)
    ]


def detailed_records(wildcards):
    """Return the records of the shown models."""
    return [
        f"results/models/{model.path}/model.json"
        for model in detailed_models(wildcards)
    ]


def detailed_logits(wildcards):
    """Return the files of logits of all variants of the shown models, including float32."""
    return [
        f"results/logits/{model.path}/{variant}/{suite}.npz"
        for model in detailed_models(wildcards)
        for variant in STUDY.variants_of(model)
        for suite in STUDY.suites(wildcards.dataset)
    ]


def detailed_disagreements(wildcards):
    """Return the tables of disagreements of the shown models, with a row for each input."""
    return [
        f"results/disagreements/{model.path}/{variant}.csv"
        for model in detailed_models(wildcards)
        for variant in STUDY.quantized_variants(model)
    ]


def detailed_inputs(wildcards):
    """Return the files from which the page shows inputs, in the order of `all_test_sets`."""
    if STUDY.is_given(wildcards.dataset):
        file = STUDY.inputs_of(wildcards.dataset)
    else:
        file = modality_of(wildcards.dataset)["SHOWN"]
    return [
        f"{test_folder(wildcards.dataset, test_set)}/{file}"
        for test_set in STUDY.all_test_sets(wildcards.dataset)
    ]


def split_labels(wildcards):
    """Return the files of labels of all splits of a data set."""
    given = STUDY.is_given(wildcards.dataset)
    return expand(
        f"results/datasets/{wildcards.dataset}/{{split}}/labels.npy",
        split=GIVEN_SPLITS if given else SPLITS,
    )


def details_code(wildcards):
    """Return the code that writes an architecture's details."""
    return code_of(
        "details", [*DETECTORS, f"report/modalities/{modality_name(wildcards)}"]
    )


def detailed_seed(wildcards):
    """Return the seed of the shown models."""
    return min(STUDY.seeds(wildcards.dataset))


rule details:
    input:
        records=detailed_records,
        logits=detailed_logits,
        disagreements=detailed_disagreements,
        truth="results/truth/{dataset}.npz",
        inputs=detailed_inputs,
        splits=split_labels,
    output:
        "results/details/{dataset}/{architecture}.json",
    log:
        "results/logs/details/{dataset}/{architecture}.log",
    benchmark:
        "results/benchmarks/details/{dataset}/{architecture}.tsv"
    threads: 1
    resources:
        mem_mb=memory("details"),
        runtime=minutes("details"),
    params:
        seed=detailed_seed,
        modality=modality_name,
        shape=input_shape,
        test_sets=all_test_sets,
        code=details_code,
    script:
        "../scripts/details.py"


rule run_record:
    input:
        rules.tables.input,
        # Not ancient: Snakemake (9.27) ignores a changed config here if the job of an ancient input runs.
        "results/decision.json",
        # The record contains the times of these jobs, so it is written after them; their contents do not matter.
        ancient(FIGURE_FILES),
        ancient(DETAILS),
    output:
        "results/run.json",
    log:
        "results/logs/run_record.log",
    threads: 1
    resources:
        mem_mb=memory("run_record"),
        runtime=minutes("run_record"),
    params:
        config=config,
        code=always_code("run_record"),
    script:
        "../scripts/run_record.py"


rule report_page:
    input:
        tables=rules.tables.input,
        decision="results/decision.json",
        record="results/run.json",
        details=DETAILS,
        fetched=expand("results/fetched/{artifact}", artifact=STUDY.artifacts),
        figures=FIGURE_FILES,
    output:
        report(
            "results/report.html",
            caption="../report/page.rst",
            category="The report",
            labels={"page": "the whole study"},
        ),
    log:
        "results/logs/report_page.log",
    benchmark:
        "results/benchmarks/report_page.tsv"
    threads: 1
    resources:
        mem_mb=memory("report_page"),
        runtime=minutes("report_page"),
    params:
        titles={
            figure: members.constants(f"figures/{figure}")["CATEGORY"]
            for figure in FIGURES
        },
        labels=members.labels(),
        templates=[digest(file) for file in sorted(REPORT_TEMPLATES.iterdir())],
        code=always_code("report_page"),
    script:
        "../scripts/report_page.py"
