"""Needs the variants' ONNX files, the models' records, the test sets and results/truth. Makes results/logits, from
which all later results are computed without a model, results/comparisons (each variant with float32) and
results/disagreements (single inputs).
"""


def suite_inputs(wildcards):
    """Return the files of stored inputs that are predicted for a suite, in the config's order."""
    dataset = model_of(wildcards).dataset
    return [
        f"{test_folder(dataset, test_set)}/{STUDY.inputs_of(dataset)}"
        for test_set in STUDY.predicted(dataset, wildcards.suite)
    ]


def suite_names(wildcards):
    """Return the lists of the samples' names in the test sets of a suite, if the data are the user's own."""
    dataset = model_of(wildcards).dataset
    if not STUDY.is_given(dataset):
        return []
    return [
        f"{test_folder(dataset, test_set)}/{SIDE_FILE}"
        for test_set in STUDY.predicted(dataset, wildcards.suite)
    ]


def suite_keys(wildcards):
    """Return the keys of the test sets that are predicted for a suite, in the config's order."""
    dataset = model_of(wildcards).dataset
    return [test_set.key for test_set in STUDY.predicted(dataset, wildcards.suite)]


def logits_of_model(wildcards):
    """Return the files of logits of float32 and the presets of a model, on all suites of its data set."""
    return expand(
        f"results/logits/{wildcards.model}/{{variant}}/{{suite}}.npz",
        variant=STUDY.variants,
        suite=STUDY.suites(model_of(wildcards).dataset),
    )


def logits_of_own_variant(wildcards):
    """Return the files of logits of float32 and of a variant that the user gives, on all suites of the data."""
    return expand(
        f"results/logits/{wildcards.model}/{{variant}}/{{suite}}.npz",
        variant=[FLOAT32, wildcards.variant],
        suite=STUDY.suites(model_of(wildcards).dataset),
    )


rule evaluate:
    input:
        model="results/models/{model}/{variant}.onnx",
        record="results/models/{model}/model.json",
        test_sets=suite_inputs,
        names=suite_names,
    output:
        "results/logits/{model}/{variant}/{suite}.npz",
    log:
        "results/logs/evaluate/{model}/{variant}/{suite}.log",
    benchmark:
        "results/benchmarks/evaluate/{model}/{variant}/{suite}.tsv"
    threads: variant_threads
    resources:
        mem_mb=memory("evaluate"),
        runtime=minutes("evaluate"),
    params:
        test_set_keys=suite_keys,
        inference=variant_inference,
        code=always_code("evaluate"),
    shell:
        "{START}/evaluate.py --log {log:q} --inference {params.inference:q}"
        " --model {input.model:q} --record {input.record:q} --test-sets {input.test_sets:q} --test-set-keys {params.test_set_keys:q}"
        " --logits {output:q}"


rule compare:
    input:
        logits=logits_of_model,
        record="results/models/{model}/model.json",
        truth=truth_of_model,
    output:
        tables=expand(
            "results/comparisons/{{model}}/{variant}.csv", variant=STUDY.variants
        ),
        masks=expand(
            "results/comparisons/{{model}}/{variant}.npz", variant=STUDY.variants
        ),
        weakest=expand(
            "results/comparisons/{{model}}/{variant}.json", variant=STUDY.variants
        ),
        inputs=expand(
            "results/disagreements/{{model}}/{variant}.csv", variant=STUDY.variants
        ),
    log:
        "results/logs/compare/{model}.log",
    benchmark:
        "results/benchmarks/compare/{model}.tsv"
    threads: 1
    resources:
        mem_mb=memory("compare"),
        runtime=minutes("compare"),
    params:
        code=always_code("compare"),
    shell:
        "{START}/compare.py --log {log:q}"
        " --model {wildcards.model} --record {input.record:q} --logits {input.logits:q} --truth {input.truth:q}"
        " --tables {output.tables:q} --masks {output.masks:q} --inputs {output.inputs:q} --weakest {output.weakest:q}"


rule compare_variant:
    input:
        logits=logits_of_own_variant,
        record="results/models/{model}/model.json",
        truth=truth_of_model,
    output:
        table="results/comparisons/{model}/{variant}.csv",
        masks="results/comparisons/{model}/{variant}.npz",
        weakest="results/comparisons/{model}/{variant}.json",
        inputs="results/disagreements/{model}/{variant}.csv",
    log:
        "results/logs/compare_variant/{model}/{variant}.log",
    benchmark:
        "results/benchmarks/compare_variant/{model}/{variant}.tsv"
    wildcard_constraints:
        variant=OWN_VARIANTS,
    threads: 1
    resources:
        mem_mb=memory("compare_variant"),
        runtime=minutes("compare_variant"),
    params:
        code=always_code("compare"),
    shell:
        "{START}/compare.py --log {log:q}"
        " --model {wildcards.model} --record {input.record:q} --logits {input.logits:q} --truth {input.truth:q}"
        " --tables {output.table:q} --masks {output.masks:q} --inputs {output.inputs:q} --weakest {output.weakest:q}"
