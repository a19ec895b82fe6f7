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


def model_weights(wildcards):
    """Return the files with weights that a user's own ONNX file names; a change reruns the job."""
    return external_files(model_file(wildcards))


def constant_files(wildcards):
    """Return the files of inputs of a user's own model that are the same for all samples."""
    return list(model_settings(wildcards).get("constant_files", {}).values())


def constant_names(wildcards):
    """Return the names of inputs that are the same for all samples, of the models that use some data (JSON)."""
    return json.dumps(STUDY.constants(wildcards.dataset))


def variant_file(wildcards):
    """Return a quantized file that the user gives for a model."""
    return model_settings(wildcards)["variants"][wildcards.variant]


def variant_weights(wildcards):
    """Return the files with weights that a variant and its model name, without duplicates."""
    return sorted({*external_files(variant_file(wildcards)), *model_weights(wildcards)})


def choices(wildcards):
    """Return what the config states about a model's answers and its constant inputs (JSON)."""
    return json.dumps(choices_of(model_settings(wildcards)), sort_keys=True)


def constants_json(wildcards):
    """Return the values of inputs of a user's own model that are the same for all samples (JSON)."""
    return json.dumps(constants_of(model_settings(wildcards)), sort_keys=True)


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


def settings_of_files(wildcards):
    """Return the settings that decide how a user's own data are read, without the shifted sets."""
    settings = data_settings(wildcards)
    others = ("shifted", "shifts", "shift_limit")
    return {name: value for name, value in settings.items() if name not in others}


def data_settings_json(wildcards):
    """Return the settings of a user's own data without its shifted sets (JSON)."""
    return json.dumps(settings_of_files(wildcards), sort_keys=True)


def shifted_settings_json(wildcards):
    """Return the settings of a shifted test set, and those of its data (JSON)."""
    shifted = {wildcards.shift: data_settings(wildcards)["shifted"][wildcards.shift]}
    return json.dumps(
        {**settings_of_files(wildcards), "shifted": shifted}, sort_keys=True
    )


def corruption_inputs(wildcards):
    """Return the files that a corruption of a user's own data is computed from."""
    folder = f"results/datasets/{wildcards.dataset}"
    texts = data_settings(wildcards).get("texts")
    artifact = corruption_artifact(wildcards)
    return {
        "feeding": f"{folder}/feeding.json",
        "test": [f"{folder}/test/{file}" for file in (GIVEN_INPUTS, *TRUTH, SIDE_FILE)],
        "tokenizer": [texts["tokenizer"]] if texts else [],
        "fetched": [f"results/fetched/{artifact}"] if artifact else [],
    }


def corruption_member(wildcards):
    """Return the member that corrupts."""
    return f"shifts/{STUDY.collection(wildcards.suite)}/{wildcards.shift}"


def corruption_artifact(wildcards):
    """Return the artifact that a corruption needs, if any."""
    return STUDY.corruption_artifact(wildcards.suite, wildcards.shift)


def corruption_code(wildcards):
    """Return the code that corrupts a user's own data."""
    return code_of("given_corruption", [corruption_member(wildcards)])


def corruption_limit(wildcards):
    """Return the number of test samples that are corrupted."""
    return STUDY.shift_limit(wildcards.dataset)


def text_settings_json(wildcards):
    """Return the settings of texts of a user's own data (JSON)."""
    settings = data_settings(wildcards)
    return json.dumps(
        {name: settings[name] for name in ("texts",) if name in settings},
        sort_keys=True,
    )


rule given_model:
    input:
        file=model_file,
        weights=model_weights,
        constants=constant_files,
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
        "{START}/given_model.py --log {log:q} --file {input.file:q} --choices {params.choices:q}"
        " --model {output.model:q} --signature {output.signature:q}"


rule given_variant:
    input:
        file=variant_file,
        source=model_file,
        weights=variant_weights,
        constants=constant_files,
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
        constants=constants_json,
        code=always_code("given_variant"),
    shell:
        "{START}/given_variant.py --log {log:q} --file {input.file:q} --source {input.source:q}"
        " --constants {params.constants:q} --signature {input.signature:q} --model {output:q}"


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
        constants=constant_names,
        folders=data_folders,
        code=always_code("given_data"),
    shell:
        "{START}/given_data.py --log {log:q} --name {wildcards.dataset} --settings {params.settings:q}"
        " --constants {params.constants:q} --signatures {input.signatures:q} --feeding {output.feeding:q}"


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
        constants=constant_names,
        folders=shifted_folders,
        code=always_code("given_shift"),
    shell:
        "{START}/given_shift.py --log {log:q} --name {wildcards.dataset} --shift {wildcards.shift}"
        " --settings {params.settings:q} --constants {params.constants:q} --signatures {input.signatures:q}"
        " --inputs {output.inputs:q}"


rule given_corruption:
    input:
        unpack(corruption_inputs),
    output:
        inputs="results/shifts/{dataset}/{suite}/{shift}/{severity}/" + GIVEN_INPUTS,
        labels="results/shifts/{dataset}/{suite}/{shift}/{severity}/labels.npy",
        sources="results/shifts/{dataset}/{suite}/{shift}/{severity}/sources.npy",
        beside="results/shifts/{dataset}/{suite}/{shift}/{severity}/" + SIDE_FILE,
    log:
        "results/logs/given_corruption/{dataset}/{suite}/{shift}/{severity}.log",
    benchmark:
        "results/benchmarks/given_corruption/{dataset}/{suite}/{shift}/{severity}.tsv"
    wildcard_constraints:
        dataset=GIVEN_DATASETS,
        suite=r"(?!given/)[a-z0-9_]+",
    threads: 1
    resources:
        mem_mb=memory("given_corruption"),
        runtime=minutes("given_corruption"),
    params:
        collection=shift_collection,
        limit=corruption_limit,
        settings=text_settings_json,
        code=corruption_code,
    shell:
        "{START}/given_corruption.py --log {log:q} --name {wildcards.dataset}"
        " --corruption {params.collection} {wildcards.suite} {wildcards.shift} {wildcards.severity}"
        " --settings {params.settings:q} --limit {params.limit} --fetched {input.fetched:q}"
        " --feeding {input.feeding:q} --inputs {output.inputs:q}"


rule given_record:
    input:
        file=model_file,
        weights=model_weights,
        constants=constant_files,
        model="results/models/{dataset}/{architecture}/given/0/float32.onnx",
        signature="results/models/{dataset}/{architecture}/given/0/signature.json",
        feeding="results/datasets/{dataset}/feeding.json",
        inputs="results/datasets/{dataset}/test/" + GIVEN_INPUTS,
        labels="results/datasets/{dataset}/test/labels.npy",
        calibration="results/datasets/{dataset}/calibration/" + GIVEN_INPUTS,
        beside="results/datasets/{dataset}/test/" + SIDE_FILE,
        calibration_beside="results/datasets/{dataset}/calibration/" + SIDE_FILE,
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
        " --inputs {input.inputs:q} --labels {input.labels:q} --calibration {input.calibration:q} --parity-inputs {params.parity_inputs} --model-record {output:q}"
