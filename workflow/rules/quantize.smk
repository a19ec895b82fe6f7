"""Needs results/models/*/float32.onnx. Makes one ONNX file for each quantizer, and a record of what each file is."""


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
        float32=f"results/models/{MODEL}/float32.onnx",
        record=f"results/models/{MODEL}/model.json",
        calibration="results/datasets/{dataset}/calibration/" + INPUTS,
    output:
        f"results/models/{MODEL}/{{quantizer}}.onnx",
    log:
        f"results/logs/quantize/{MODEL}/{{quantizer}}.log",
    benchmark:
        f"results/benchmarks/quantize/{MODEL}/{{quantizer}}.tsv"
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


rule inspect:
    input:
        variant=f"results/models/{MODEL}/{{variant}}.onnx",
        float32=f"results/models/{MODEL}/float32.onnx",
        record=f"results/models/{MODEL}/model.json",
        inputs="results/datasets/{dataset}/validation/" + INPUTS,
    output:
        f"results/inspections/{MODEL}/{{variant}}.json",
    log:
        f"results/logs/inspect/{MODEL}/{{variant}}.log",
    benchmark:
        f"results/benchmarks/inspect/{MODEL}/{{variant}}.tsv"
    threads: variant_threads
    resources:
        mem_mb=memory("inspect"),
        runtime=minutes("inspect"),
    params:
        inference=variant_inference,
        code=always_code("inspect"),
    shell:
        "{START}/inspect.py --log {log:q} --inference {params.inference:q}"
        " --variant {input.variant:q} --float32 {input.float32:q} --model-record {input.record:q} --inputs {input.inputs:q}"
        " --record {output:q}"
