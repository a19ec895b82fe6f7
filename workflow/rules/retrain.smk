"""Needs trained models and their logits on the clean test set. Makes results/models of retrained models, which the
other rules export, quantize and evaluate like all models, and results/retraining."""


def clean_logits(model, quantizers):
    """Return the files of logits of float32 and of some quantizers of a model on the clean test set."""
    return expand(
        f"results/logits/{model.path}/{{variant}}/{CLEAN_SUITE}.npz",
        variant=[FLOAT32, *quantizers],
    )


def logits_searched(wildcards):
    """Return the clean logits that are searched for disagreements; adding other presets to a study retrains nothing."""
    return clean_logits(trained_model(wildcards), STUDY.disagreeing)


def logits_before(wildcards):
    """Return the clean logits of the model that is retrained."""
    return clean_logits(model_of(wildcards), STUDY.quantizers)


def logits_after(wildcards):
    """Return the clean logits of the retrained model."""
    return clean_logits(retrained_model(wildcards), STUDY.quantizers)


def record_after(wildcards):
    """Return the training record of the retrained model."""
    return f"results/models/{retrained_model(wildcards).path}/training.json"


def retrained_model(wildcards):
    """Return the id of the retrained model of a job's model."""
    return model_of(wildcards).retrained(wildcards.protocol)


def retraining_settings(wildcards):
    """Return the hyperparameters of a retraining (JSON), sorted like those of a training."""
    return json.dumps(
        STUDY.retraining(wildcards.dataset, wildcards.method), sort_keys=True
    )


def retraining_code(wildcards):
    """Return the code that retrains a model."""
    architecture, method = wildcards.architecture, wildcards.method
    return code_of(
        "retrain",
        [
            f"architectures/{architecture}",
            f"training/methods/{method}",
            facts_file(wildcards),
            *method_parts(wildcards),
        ],
    )


rule retrain:
    input:
        weights=f"results/models/{MODEL}/weights.npz",
        record=f"results/models/{MODEL}/training.json",
        logits=logits_searched,
        data=expand(
            "results/datasets/{{dataset}}/{split}/{file}",
            split=("train", "validation", "test"),
            file=(INPUTS, "labels.npy"),
        ),
        sources="results/datasets/{dataset}/test/sources.npy",
    output:
        weights="results/models/{dataset}/{architecture}/{method}.{protocol}/{seed}/weights.npz",
        torch_logits="results/models/{dataset}/{architecture}/{method}.{protocol}/{seed}/torch_logits.npy",
        record="results/models/{dataset}/{architecture}/{method}.{protocol}/{seed}/training.json",
    log:
        "results/logs/retrain/{dataset}/{architecture}/{method}.{protocol}/{seed}.log",
    benchmark:
        "results/benchmarks/retrain/{dataset}/{architecture}/{method}.{protocol}/{seed}.tsv"
    wildcard_constraints:
        method=r"[a-z0-9_]+",
    priority: 10
    threads: training_threads
    resources:
        mem_mb=memory("retrain"),
        runtime=minutes("retrain"),
        gpu=gpus(STUDY),
    params:
        options=architecture_options,
        settings=retraining_settings,
        feeding=fed_inputs,
        device=config["device"],
        precision=config["precision"],
        code=retraining_code,
    shell:
        "{START}/retrain.py --log {log:q} --model {wildcards.dataset} {wildcards.architecture}"
        " {wildcards.method} {wildcards.seed} {wildcards.protocol}"
        " --options {params.options:q} --settings {params.settings:q} --feeding {params.feeding:q}"
        " --device {params.device} --precision {params.precision}"
        " --base-weights {input.weights:q} --base-record {input.record:q} --logits {input.logits:q}"
        " --sources {input.sources:q}"
        " --weights {output.weights:q} --torch-logits {output.torch_logits:q} --record {output.record:q}"


rule compare_retraining:
    input:
        before=logits_before,
        after=logits_after,
        labels=split_of_model("test", "labels.npy"),
        sources=split_of_model("test", "sources.npy"),
        validation=split_of_model("validation", "labels.npy"),
        record=record_after,
        model_record="results/models/{model}/model.json",
    output:
        table="results/retraining/{model}/{protocol}.csv",
        masks="results/retraining/{model}/{protocol}.npz",
    log:
        "results/logs/compare_retraining/{model}/{protocol}.log",
    benchmark:
        "results/benchmarks/compare_retraining/{model}/{protocol}.tsv"
    threads: 1
    resources:
        mem_mb=memory("compare_retraining"),
        runtime=minutes("compare_retraining"),
    params:
        code=always_code("compare_retraining"),
    script:
        "../scripts/compare_retraining.py"


rule retraining_table:
    input:
        [
            f"results/retraining/{model.path}/{protocol}.csv"
            for model, protocol in STUDY.retrained
        ],
    output:
        report(
            "results/tables/retraining.csv",
            caption="../report/table.rst",
            category="Tables",
            labels={"table": "retraining"},
        ),
    log:
        "results/logs/retraining_table.log",
    benchmark:
        "results/benchmarks/retraining_table.tsv"
    threads: 1
    resources:
        mem_mb=memory("retraining_table"),
        runtime=minutes("retraining_table"),
    params:
        published=digest(published_files.RETRAINING),
        quantizers=sorted(STUDY.quantizers),
        code=always_code("retraining_table"),
    script:
        "../scripts/retraining_table.py"
