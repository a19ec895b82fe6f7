"""Needs results/fetched. Makes results/datasets and results/shifts of data sets of texts, with the texts beside them."""


def text_dataset_code(wildcards):
    """Return the code that reads and splits a data set of texts."""
    return code_of("text_dataset", [f"datasets/{wildcards.dataset}"])


def text_shift_code(wildcards):
    """Return the code that makes a shifted test set of texts."""
    collection = STUDY.collection(wildcards.suite)
    # The data set's file has the length of an input and the size of the vocabulary.
    return code_of(
        "text_shift",
        [f"datasets/{wildcards.dataset}", f"shifts/{collection}/{wildcards.shift}"],
    )


def text_shift_inputs(wildcards):
    """Return what a shifted test set of texts is made from: the clean one, an artifact, or both."""
    collection = STUDY.collection(wildcards.suite)
    artifact = members.constants(f"shifts/{collection}/{wildcards.shift}").get(
        "ARTIFACT"
    )
    folder = f"results/datasets/{wildcards.dataset}"
    synthetic = shift_kind(wildcards) == "synthetic"
    files = ("texts.json", "labels.npy", "sources.npy") if synthetic else ()
    return {
        "vocabulary": f"{folder}/vocabulary.json",
        "fetched": [f"results/fetched/{artifact}"] if artifact else [],
        "clean": [f"{folder}/test/{file}" for file in files],
    }


rule text_dataset:
    input:
        artifact_of,
    output:
        expand(
            "results/datasets/{{dataset}}/{split}/{array}.npy",
            split=SPLITS,
            array=ARRAYS,
        ),
        expand("results/datasets/{{dataset}}/{split}/texts.json", split=SPLITS),
        vocabulary="results/datasets/{dataset}/vocabulary.json",
    log:
        "results/logs/text_dataset/{dataset}.log",
    benchmark:
        "results/benchmarks/text_dataset/{dataset}.tsv"
    wildcard_constraints:
        dataset=TEXT_DATASETS,
    threads: 1
    resources:
        mem_mb=memory("text_dataset"),
        runtime=minutes("text_dataset"),
    params:
        splits=split_settings,
        code=text_dataset_code,
    script:
        "../scripts/text_dataset.py"


rule text_shift:
    input:
        unpack(text_shift_inputs),
    output:
        inputs="results/shifts/{dataset}/{suite}/{shift}/{severity}/inputs.npy",
        labels="results/shifts/{dataset}/{suite}/{shift}/{severity}/labels.npy",
        sources="results/shifts/{dataset}/{suite}/{shift}/{severity}/sources.npy",
        texts="results/shifts/{dataset}/{suite}/{shift}/{severity}/texts.json",
    log:
        "results/logs/text_shift/{dataset}/{suite}/{shift}/{severity}.log",
    benchmark:
        "results/benchmarks/text_shift/{dataset}/{suite}/{shift}/{severity}.tsv"
    wildcard_constraints:
        dataset=TEXT_DATASETS,
    cache: CACHING
    threads: 1
    resources:
        mem_mb=memory("text_shift"),
        runtime=minutes("text_shift"),
    params:
        test_set=made_test_set,
        kind=shift_kind,
        collection=shift_collection,
        limit=test_set_limit,
        code=text_shift_code,
    shell:
        "{START}/text_shift.py --log {log:q} --shift {params.kind} {params.collection} {params.test_set}"
        " --limit {params.limit}"
        " --vocabulary {input.vocabulary:q} --fetched {input.fetched:q} --clean {input.clean:q} --texts {output.texts:q}"
