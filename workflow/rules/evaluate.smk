"""Needs the variants' ONNX files, the test sets and results/truth. Makes results/logits, the seam behind which all is cheap, and
what each variant's logits say beside float32's: results/comparisons, and input by input results/disagreements.
"""


def suite_inputs(wildcards):
    """Return the stored inputs of what is predicted for a suite, in the config's order."""
    dataset = model_of(wildcards).dataset
    return [
        f"{test_folder(dataset, test_set)}/{INPUTS}"
        for test_set in STUDY.predicted(wildcards.suite)
    ]


def suite_keys(wildcards):
    """Return the keys of what is predicted for a suite, in the config's order."""
    return [test_set.key for test_set in STUDY.predicted(wildcards.suite)]


def logits_beside_float32(model, variant):
    """Return the logits of float32 and of a model's variant on all suites of its data set."""
    pattern = f"results/logits/{model.path}/{{variant}}/{{suite}}.npz"
    suites = STUDY.suites(model.dataset)
    return {
        "float32": expand(pattern, variant=FLOAT32, suite=suites),
        "variant": expand(pattern, variant=variant, suite=suites),
    }


def compared_logits(wildcards):
    """Return the logits that a variant's are compared with, and its own."""
    return logits_beside_float32(model_of(wildcards), wildcards.variant)


rule evaluate:
    input:
        model="results/models/{model}/{variant}.onnx",
        record="results/models/{model}/model.json",
        test_sets=suite_inputs,
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
        unpack(compared_logits),
        record="results/models/{model}/model.json",
        truth=truth_of_model,
    output:
        table="results/comparisons/{model}/{variant}.csv",
        masks="results/comparisons/{model}/{variant}.npz",
        weakest="results/comparisons/{model}/{variant}.json",
        inputs="results/disagreements/{model}/{variant}.csv",
    log:
        "results/logs/compare/{model}/{variant}.log",
    benchmark:
        "results/benchmarks/compare/{model}/{variant}.tsv"
    threads: 1
    resources:
        mem_mb=memory("compare"),
        runtime=minutes("compare"),
    params:
        code=always_code("compare"),
    shell:
        "{START}/compare.py --log {log:q}"
        " --model {wildcards.model} --name {wildcards.variant}"
        " --record {input.record:q} --float32 {input.float32:q} --variant {input.variant:q} --truth {input.truth:q}"
        " --table {output.table:q} --masks {output.masks:q} --inputs {output.inputs:q} --weakest {output.weakest:q}"
