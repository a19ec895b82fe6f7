"""Needs results/models/*/float32.onnx and the variants that the user gives. Makes an ONNX file for each quantizer, and
results/inspections: the size, coverage and speed of each variant."""

# Inference settings of float32 and each preset.
INFERENCE = {variant: STUDY.inference(variant) for variant in STUDY.variants}


def preset(wildcards):
    """Return a quantizer's scheme and options (JSON)."""
    return json.dumps(STUDY.preset(wildcards.quantizer), sort_keys=True)


def quantize_code(wildcards):
    """Return the code that quantizes with a preset's scheme."""
    return code_of(
        "quantize",
        [f"quantizers/schemes/{STUDY.preset(wildcards.quantizer)['scheme']}"],
    )


rule quantize:
    input:
        float32="results/models/{model}/float32.onnx",
        record="results/models/{model}/model.json",
        calibration=split_of_model("calibration"),
    output:
        "results/models/{model}/{quantizer}.onnx",
    log:
        "results/logs/quantize/{model}/{quantizer}.log",
    benchmark:
        "results/benchmarks/quantize/{model}/{quantizer}.tsv"
    threads: 1
    resources:
        mem_mb=memory("quantize"),
        runtime=minutes("quantize"),
    params:
        preset=preset,
        code=quantize_code,
    shell:
        "{START}/quantize.py --log {log:q} --preset {params.preset:q}"
        " --float32 {input.float32:q} --record {input.record:q} --calibration {input.calibration:q}"
        " --model {output:q}"


def own_inference(wildcards):
    """Return the inference settings of a variant that the user gives, by its name (JSON)."""
    settings = {wildcards.variant: STUDY.inference(wildcards.variant)}
    return json.dumps(settings, sort_keys=True)


rule inspect:
    input:
        float32="results/models/{model}/float32.onnx",
        variants=expand(
            "results/models/{{model}}/{variant}.onnx", variant=STUDY.variants
        ),
        record="results/models/{model}/model.json",
        inputs=split_of_model("validation"),
    output:
        expand("results/inspections/{{model}}/{variant}.json", variant=STUDY.variants),
    log:
        "results/logs/inspect/{model}.log",
    benchmark:
        "results/benchmarks/inspect/{model}.tsv"
    threads: max(settings["threads"] for settings in INFERENCE.values())
    resources:
        mem_mb=memory("inspect"),
        runtime=minutes("inspect"),
    params:
        inference=json.dumps(INFERENCE, sort_keys=True),
        code=always_code("inspect"),
    shell:
        "{START}/inspect.py --log {log:q} --inference {params.inference:q}"
        " --float32 {input.float32:q} --variants {input.variants:q} --model-record {input.record:q} --inputs {input.inputs:q}"
        " --records {output:q}"


rule inspect_variant:
    input:
        float32="results/models/{model}/float32.onnx",
        variant="results/models/{model}/{variant}.onnx",
        record="results/models/{model}/model.json",
        inputs=split_of_model("validation"),
    output:
        "results/inspections/{model}/{variant}.json",
    log:
        "results/logs/inspect_variant/{model}/{variant}.log",
    benchmark:
        "results/benchmarks/inspect_variant/{model}/{variant}.tsv"
    wildcard_constraints:
        variant=OWN_VARIANTS,
    threads: variant_threads
    resources:
        mem_mb=memory("inspect_variant"),
        runtime=minutes("inspect_variant"),
    params:
        inference=own_inference,
        code=always_code("inspect"),
    shell:
        "{START}/inspect.py --log {log:q} --inference {params.inference:q}"
        " --float32 {input.float32:q} --variants {input.variant:q} --model-record {input.record:q} --inputs {input.inputs:q}"
        " --records {output:q}"
