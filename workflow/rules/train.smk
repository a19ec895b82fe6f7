"""Needs results/datasets. Makes results/graphs (traced graphs, which the export fills with weights) and results/models
(trained weights, the equivalent float32 ONNX files, and the models' records).
"""


def start_weights(wildcards):
    """Return the weights that a model starts from: those of another method, published ones, or none."""
    model = trained_model(wildcards)
    start, pretrained = STUDY.start(model), STUDY.pretrained(model)
    return {
        "start": [f"results/models/{start.path}/weights.npz"] if start else [],
        "pretrained": (
            [f"results/fetched/{pretrained}"] if pretrained and not start else []
        ),
    }


def training_settings(wildcards):
    """Return a model's hyperparameters (JSON), sorted, because another order would count as a change."""
    return json.dumps(
        STUDY.training(wildcards.dataset, wildcards.method), sort_keys=True
    )


def architecture_options(wildcards):
    """Return all options of a model's architecture (JSON), sorted."""
    return json.dumps(
        STUDY.architecture_options(wildcards.architecture), sort_keys=True
    )


def training_threads(wildcards):
    """Return the number of threads of a training; the config sets it, because it affects the last digits of sums."""
    return STUDY.training(wildcards.dataset, wildcards.method)["threads"]


def training_code(wildcards):
    """Return the code that trains a model."""
    architecture, method = wildcards.architecture, wildcards.method
    return code_of(
        "train",
        [
            f"architectures/{architecture}",
            f"training/methods/{method}",
            facts_file(wildcards),
            *method_parts(wildcards),
        ],
    )


def facts_file(wildcards):
    """Return the file with the facts about a data set, for jobs that do not read the data set by its reader."""
    return f"datasets/{wildcards.dataset}.toml"


def method_parts(wildcards):
    """Return the modality-specific members of a training: the method's part and the augmentation, if there are any."""
    parts = [wildcards.method]
    if STUDY.training(wildcards.dataset, wildcards.method).get("augmentation"):
        parts.append("augmentation")
    kind = modality(wildcards.dataset)
    return [part for name in parts if (part := method_part(name, kind))]


def fed_inputs(wildcards):
    """Return how a data set's stored inputs become model inputs (JSON)."""
    return json.dumps(feeding(wildcards.dataset)._asdict())


def graph_code(wildcards):
    """Return the code that traces an architecture."""
    return code_of(
        "graph",
        [f"architectures/{wildcards.architecture}", facts_file(wildcards)],
    )


rule train:
    input:
        unpack(start_weights),
        train_inputs="results/datasets/{dataset}/train/" + INPUTS,
        train_labels="results/datasets/{dataset}/train/labels.npy",
        validation_inputs="results/datasets/{dataset}/validation/" + INPUTS,
        validation_labels="results/datasets/{dataset}/validation/labels.npy",
    output:
        weights=f"results/models/{MODEL}/weights.npz",
        torch_logits=f"results/models/{MODEL}/torch_logits.npy",
        record=f"results/models/{MODEL}/training.json",
    log:
        f"results/logs/train/{MODEL}.log",
    benchmark:
        f"results/benchmarks/train/{MODEL}.tsv"
    wildcard_constraints:
        # Retrained models have another rule.
        method=r"[a-z0-9_]+",
    # Long jobs start first, so that no core waits for one of them at the end.
    priority: 10
    threads: training_threads
    resources:
        mem_mb=memory("train"),
        runtime=minutes("train"),
        gpu=gpus(STUDY),
    params:
        options=architecture_options,
        settings=training_settings,
        feeding=fed_inputs,
        device=config["device"],
        precision=config["precision"],
        code=training_code,
    shell:
        "{START}/train.py --log {log:q}"
        " --model {wildcards.dataset} {wildcards.architecture} {wildcards.method} {wildcards.seed}"
        " --options {params.options:q} --settings {params.settings:q} --feeding {params.feeding:q}"
        " --device {params.device} --precision {params.precision}"
        " --train-inputs {input.train_inputs:q} --start {input.start:q} --pretrained {input.pretrained:q}"
        " --weights {output.weights:q} --torch-logits {output.torch_logits:q} --record {output.record:q}"


rule graph:
    output:
        "results/graphs/{dataset}/{architecture}.onnx",
    log:
        "results/logs/graph/{dataset}/{architecture}.log",
    benchmark:
        "results/benchmarks/graph/{dataset}/{architecture}.tsv"
    priority: 5
    threads: 1
    resources:
        mem_mb=memory("graph"),
        runtime=minutes("graph"),
    params:
        options=architecture_options,
        feeding=fed_inputs,
        code=graph_code,
    shell:
        "{START}/graph.py --log {log:q} --dataset {wildcards.dataset} --architecture {wildcards.architecture}"
        " --options {params.options:q} --feeding {params.feeding:q} --graph {output:q}"


rule export:
    input:
        graph="results/graphs/{dataset}/{architecture}.onnx",
        weights=f"results/models/{MODEL}/weights.npz",
        torch_logits=f"results/models/{MODEL}/torch_logits.npy",
        record=f"results/models/{MODEL}/training.json",
        inputs="results/datasets/{dataset}/validation/" + INPUTS,
    output:
        model=f"results/models/{MODEL}/float32.onnx",
        record=f"results/models/{MODEL}/model.json",
    log:
        f"results/logs/export/{MODEL}.log",
    benchmark:
        f"results/benchmarks/export/{MODEL}.tsv"
    wildcard_constraints:
        dataset=TRAINED_DATASETS,
    priority: 5
    threads: 1
    resources:
        mem_mb=memory("export"),
        runtime=minutes("export"),
    params:
        feeding=fed_inputs,
        parity_inputs=config["export"]["parity_inputs"],
        parity_tolerance=config["export"]["parity_tolerance"],
        code=always_code("export"),
    shell:
        "{START}/export.py --log {log:q} --graph {input.graph:q} --weights {input.weights:q}"
        " --torch-logits {input.torch_logits:q} --record {input.record:q} --inputs {input.inputs:q}"
        " --feeding {params.feeding:q} --parity-inputs {params.parity_inputs} --parity-tolerance {params.parity_tolerance}"
        " --id {wildcards.dataset}/{wildcards.architecture}/{wildcards.method}/{wildcards.seed}"
        " --model {output.model:q} --model-record {output.record:q}"
