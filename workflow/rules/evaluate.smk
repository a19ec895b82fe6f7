"""Needs the variants' ONNX files, the test sets and results/truth. Makes results/logits, the seam behind which all is cheap, and
what each variant's logits say beside float32's: results/comparisons, and input by input results/disagreements.
"""


def suite_inputs(wildcards):
    """Return the stored inputs of what is predicted for a suite, in the config's order."""
    return [
        f"{test_folder(wildcards.dataset, test_set)}/{INPUTS}"
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
        model=f"results/models/{MODEL}/{{variant}}.onnx",
        record=f"results/models/{MODEL}/model.json",
        test_sets=suite_inputs,
    output:
        f"results/logits/{MODEL}/{{variant}}/{{suite}}.npz",
    log:
        f"results/logs/evaluate/{MODEL}/{{variant}}/{{suite}}.log",
    benchmark:
        f"results/benchmarks/evaluate/{MODEL}/{{variant}}/{{suite}}.tsv"
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
        record=f"results/models/{MODEL}/model.json",
        truth="results/truth/{dataset}.npz",
    output:
        table=f"results/comparisons/{MODEL}/{{variant}}.csv",
        masks=f"results/comparisons/{MODEL}/{{variant}}.npz",
        weakest=f"results/comparisons/{MODEL}/{{variant}}.json",
        inputs=f"results/disagreements/{MODEL}/{{variant}}.csv",
    log:
        f"results/logs/compare/{MODEL}/{{variant}}.log",
    benchmark:
        f"results/benchmarks/compare/{MODEL}/{{variant}}.tsv"
    threads: 1
    resources:
        mem_mb=memory("compare"),
        runtime=minutes("compare"),
    params:
        code=always_code("compare"),
    shell:
        "{START}/compare.py --log {log:q}"
        " --model {wildcards.dataset}/{wildcards.architecture}/{wildcards.method}/{wildcards.seed} --name {wildcards.variant}"
        " --record {input.record:q} --float32 {input.float32:q} --variant {input.variant:q} --truth {input.truth:q}"
        " --table {output.table:q} --masks {output.masks:q} --inputs {output.inputs:q} --weakest {output.weakest:q}"
