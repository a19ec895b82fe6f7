"""Needs the user's own ONNX files and data, which are not changed. Makes results/models/*/{float32.onnx, signature.json,
model.json} of these models, an ONNX file for each quantized file that the user gives, and results/datasets and
results/shifts of these data."""


def model_settings(wildcards):
    """Return the settings of a user's own model."""
    return config["models"][wildcards.architecture]


def data_settings(wildcards):
    """Return the settings of a user's own data."""
    return config["data"][wildcards.dataset]


def model_file(wildcards):
    """Return a user's own ONNX file."""
    return model_settings(wildcards)["file"]


def variant_file(wildcards):
    """Return a quantized file that the user gives for a model."""
    return model_settings(wildcards)["variants"][wildcards.variant]


def choices(wildcards):
    """Return what the config states about a model's answers (JSON)."""
    settings = model_settings(wildcards)
    stated = {name: settings.get(name) for name in ("output", "answers", "threshold")}
    return json.dumps(stated, sort_keys=True)


def signatures(wildcards):
    """Return the signatures of the user's models that use some data; the data become inputs of these models."""
    return [
        f"results/models/{model.path}/signature.json"
        for model in STUDY.given
        if model.dataset == wildcards.dataset
    ]


def data_files(wildcards):
    """Return the files of the clean test set and of the calibration data, and of the data's options."""
    return files_of(data_settings(wildcards), "test", "calibration")


def shifted_files(wildcards):
    """Return the files of a shifted test set and of the test set, whose sources it may share."""
    shifted = data_settings(wildcards)["shifted"][wildcards.shift]
    return [*files_of({"test": shifted}, "test"), *data_files(wildcards)]


def data_folders(wildcards):
    """Return the listings of the folders among `data_files`; a change reruns the job."""
    return listing(data_files(wildcards))


def shifted_folders(wildcards):
    """Return the listings of the folders among `shifted_files`; a change reruns the job."""
    return listing(shifted_files(wildcards))


def data_settings_json(wildcards):
    """Return the settings of a user's own data without its shifted sets (JSON)."""
    settings = {**data_settings(wildcards), "shifted": {}}
    return json.dumps(settings, sort_keys=True)


def shifted_settings_json(wildcards):
    """Return the settings of a shifted test set, and those of its data (JSON)."""
    settings = data_settings(wildcards)
    shifted = {wildcards.shift: settings["shifted"][wildcards.shift]}
    return json.dumps({**settings, "shifted": shifted}, sort_keys=True)


rule given_model:
    input:
        model_file,
    output:
        model="results/models/{dataset}/{architecture}/given/0/float32.onnx",
        signature="results/models/{dataset}/{architecture}/given/0/signature.json",
    log:
        "results/logs/given_model/{dataset}/{architecture}/given/0.log",
    benchmark:
        "results/benchmarks/given_model/{dataset}/{architecture}/given/0.tsv"
    wildcard_constraints:
        dataset=GIVEN_DATASETS,
    priority: 10
    threads: 1
    resources:
        mem_mb=memory("given_model"),
        runtime=minutes("given_model"),
    params:
        choices=choices,
        code=always_code("given_model"),
    shell:
        "{START}/given_model.py --log {log:q} --file {input:q} --choices {params.choices:q}"
        " --model {output.model:q} --signature {output.signature:q}"


rule given_variant:
    input:
        file=variant_file,
        source=model_file,
        signature="results/models/{dataset}/{architecture}/given/0/signature.json",
    output:
        "results/models/{dataset}/{architecture}/given/0/{variant}.onnx",
    log:
        "results/logs/given_variant/{dataset}/{architecture}/given/0/{variant}.log",
    benchmark:
        "results/benchmarks/given_variant/{dataset}/{architecture}/given/0/{variant}.tsv"
    wildcard_constraints:
        dataset=GIVEN_DATASETS,
        variant=OWN_VARIANTS,
    threads: 1
    resources:
        mem_mb=memory("given_variant"),
        runtime=minutes("given_variant"),
    params:
        code=always_code("given_variant"),
    shell:
        "{START}/given_variant.py --log {log:q} --file {input.file:q} --source {input.source:q}"
        " --signature {input.signature:q} --model {output:q}"


rule given_data:
    input:
        files=data_files,
        signatures=signatures,
    output:
        expand(
            "results/datasets/{{dataset}}/{split}/{file}",
            split=GIVEN_SPLITS,
            file=(GIVEN_INPUTS, *TRUTH, SIDE_FILE),
        ),
        feeding="results/datasets/{dataset}/feeding.json",
    log:
        "results/logs/given_data/{dataset}.log",
    benchmark:
        "results/benchmarks/given_data/{dataset}.tsv"
    wildcard_constraints:
        dataset=GIVEN_DATASETS,
    threads: 1
    resources:
        mem_mb=memory("given_data"),
        runtime=minutes("given_data"),
    params:
        settings=data_settings_json,
        folders=data_folders,
        code=always_code("given_data"),
    shell:
        "{START}/given_data.py --log {log:q} --name {wildcards.dataset} --settings {params.settings:q}"
        " --signatures {input.signatures:q} --feeding {output.feeding:q}"


rule given_shift:
    input:
        files=shifted_files,
        signatures=signatures,
    output:
        inputs="results/shifts/{dataset}/given/{shift}/0/" + GIVEN_INPUTS,
        labels="results/shifts/{dataset}/given/{shift}/0/labels.npy",
        sources="results/shifts/{dataset}/given/{shift}/0/sources.npy",
        beside="results/shifts/{dataset}/given/{shift}/0/" + SIDE_FILE,
    log:
        "results/logs/given_shift/{dataset}/given/{shift}/0.log",
    benchmark:
        "results/benchmarks/given_shift/{dataset}/given/{shift}/0.tsv"
    wildcard_constraints:
        dataset=GIVEN_DATASETS,
    threads: 1
    resources:
        mem_mb=memory("given_shift"),
        runtime=minutes("given_shift"),
    params:
        settings=shifted_settings_json,
        folders=shifted_folders,
        code=always_code("given_shift"),
    shell:
        "{START}/given_shift.py --log {log:q} --name {wildcards.dataset} --shift {wildcards.shift}"
        " --settings {params.settings:q} --signatures {input.signatures:q}"
        " --inputs {output.inputs:q}"


rule given_record:
    input:
        file=model_file,
        model="results/models/{dataset}/{architecture}/given/0/float32.onnx",
        signature="results/models/{dataset}/{architecture}/given/0/signature.json",
        feeding="results/datasets/{dataset}/feeding.json",
        inputs="results/datasets/{dataset}/test/" + GIVEN_INPUTS,
        labels="results/datasets/{dataset}/test/labels.npy",
    output:
        "results/models/{dataset}/{architecture}/given/0/model.json",
    log:
        "results/logs/given_record/{dataset}/{architecture}/given/0.log",
    benchmark:
        "results/benchmarks/given_record/{dataset}/{architecture}/given/0.tsv"
    wildcard_constraints:
        dataset=GIVEN_DATASETS,
    threads: 1
    resources:
        mem_mb=memory("given_record"),
        runtime=minutes("given_record"),
    params:
        choices=choices,
        parity_inputs=config["export"]["parity_inputs"],
        code=always_code("given_record"),
    shell:
        "{START}/given_record.py --log {log:q} --id {wildcards.dataset}/{wildcards.architecture}/given/0"
        " --file {input.file:q} --choices {params.choices:q} --model {input.model:q} --feeding {input.feeding:q}"
        " --inputs {input.inputs:q} --labels {input.labels:q} --parity-inputs {params.parity_inputs} --model-record {output:q}"
