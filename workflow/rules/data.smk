"""Needs only the config. Makes results/fetched (downloads and the user's files), results/datasets (splits),
results/shifts, and results/truth (the labels and sources of all test sets of a data set, for rules that read all).
"""


def artifact_of(wildcards):
    """Return the folder that a data set is read from."""
    return f"results/fetched/{STUDY.artifact(wildcards.dataset)}"


def shift_inputs(wildcards):
    """Return the inputs of a shifted test set: a fetched artifact, files of the data set, both or none."""
    kind = shift_kind(wildcards)
    constants = modality_of(wildcards.dataset)
    folder = f"results/datasets/{wildcards.dataset}"
    artifact = shift_artifact(wildcards)
    encoding = () if kind == "archive" else constants["ENCODED_WITH"]
    shifted = constants["SHIFTED"] if kind == "synthetic" else ()
    truth = () if kind == "natural" else TRUTH
    return {
        "fetched": [f"results/fetched/{artifact}"] if artifact else [],
        "dataset": [f"{folder}/{file}" for file in encoding],
        "clean": [f"{folder}/test/{file}" for file in (*shifted, *truth)],
    }


def shift_artifact(wildcards):
    """Return the artifact that a shifted test set needs, if any."""
    collection = STUDY.collection(wildcards.suite)
    if shift_kind(wildcards) == "archive":
        return collection
    return members.constants(f"shifts/{collection}/{wildcards.shift}").get("ARTIFACT")


def shift_kind(wildcards):
    """Return whether a shifted test set is synthetic, natural or read from an archive."""
    return STUDY.source_kind(wildcards.suite, wildcards.shift)


def shift_code(wildcards):
    """Return the code that creates a shifted test set."""
    archive = shift_kind(wildcards) == "archive"
    collection = STUDY.collection(wildcards.suite)
    member = (
        f"shifts/archives/{collection}"
        if archive
        else f"shifts/{collection}/{wildcards.shift}"
    )
    return code_of("shift", [f"data/modalities/{modality_name(wildcards)}", member])


def fetch_code(wildcards):
    """Return the code that fetches an artifact."""
    return code_of("fetch", [f"fetching/artifacts/{wildcards.artifact}"])


def dataset_code(wildcards):
    """Return the code that reads and splits a data set, with the facts about it."""
    reader = f"datasets/{wildcards.dataset}"
    return code_of("dataset", [reader, f"data/modalities/{modality_name(wildcards)}"])


def modality_name(wildcards):
    """Return the modality of a job's data set."""
    return STUDY.modality(wildcards.dataset)


def input_shape(wildcards):
    """Return the shape of one input of a data set; None for a user's own data, whose files state it."""
    if STUDY.is_given(wildcards.dataset):
        return None
    return facts_of(wildcards.dataset).shape


def modality_facts(wildcards):
    """Return the facts that only data sets of the same modality have."""
    return facts_of(wildcards.dataset).modality_facts


def modality_facts_json(wildcards):
    """Return the facts that only data sets of the same modality have (JSON), sorted."""
    return json.dumps(modality_facts(wildcards), sort_keys=True)


def split_settings(wildcards):
    """Return the sizes of a data set's splits."""
    return STUDY.splits(wildcards.dataset)


def shift_collection(wildcards):
    """Return the folder that has a suite's shifts, or the reader of its archive."""
    return STUDY.collection(wildcards.suite)


def names_of_test_set(wildcards):
    """Return the names of a shifted test set; the key of a cache depends on parameters, but not on wildcards."""
    return [wildcards.dataset, wildcards.suite, wildcards.shift, wildcards.severity]


def test_set_limit(wildcards):
    """Return the maximum number of inputs of a shifted test set, or null for all (JSON).

    A natural shift, which is not derived from the clean test set, has at most as many inputs as that.
    """
    if shift_kind(wildcards) == "natural":
        return json.dumps(STUDY.splits(wildcards.dataset)["test_limit"])
    return json.dumps(STUDY.shift_limit(wildcards.dataset))


def dataset_folder(wildcards):
    """Return the folder of a data set's splits."""
    return f"results/datasets/{wildcards.dataset}"


def split_of_model(split, file=None):
    """Return a function for the path of a file, by default the inputs, in a split of the data set of a job's model."""

    def of_job(wildcards):
        dataset = model_of(wildcards).dataset
        return f"results/datasets/{dataset}/{split}/{file or STUDY.inputs_of(dataset)}"

    return of_job


def truth_of_model(wildcards):
    """Return the file with the labels and sources of all test sets of the data set of a job's model."""
    return f"results/truth/{model_of(wildcards).dataset}.npz"


def origins(wildcards):
    """Return the origins of an artifact, in the order in which they are tried."""
    return config["artifacts"][wildcards.artifact]


def all_test_sets(wildcards):
    """Return a data set's test sets, as (suite, shift, severity)."""
    return [
        (test_set.suite, test_set.shift, test_set.severity)
        for test_set in STUDY.all_test_sets(wildcards.dataset)
    ]


def all_truth(wildcards):
    """Return the files of labels, sources and inputs of all test sets of a data set, in the order of `all_test_sets`."""
    return [
        f"{test_folder(wildcards.dataset, test_set)}/{file}"
        for test_set in STUDY.all_test_sets(wildcards.dataset)
        for file in (*TRUTH, STUDY.inputs_of(wildcards.dataset))
    ]


def classes_of(wildcards):
    """Return the number of classes of a data set, or None if it is a user's own data."""
    if STUDY.is_given(wildcards.dataset):
        return None  # the model's record states it
    return facts_of(wildcards.dataset).classes


rule fetch:
    output:
        directory("results/fetched/{artifact}"),
    log:
        "results/logs/fetch/{artifact}.log",
    benchmark:
        "results/benchmarks/fetch/{artifact}.tsv"
    cache: CACHING
    # Before all trainings, so that a limit that the data do not reach stops a run in its first minutes.
    priority: 20
    retries: 2
    # The nodes of a cluster often have no access to the internet.
    localrule: True
    threads: 1
    resources:
        mem_mb=memory("fetch"),
        runtime=minutes("fetch"),
    params:
        origins=origins,
        data_directory=config["data_directory"],
        code=fetch_code,
    script:
        "../scripts/fetch.py"


rule dataset:
    input:
        artifact_of,
    output:
        expand(
            "results/datasets/{{dataset}}/{split}/{file}",
            split=SPLITS,
            file=(INPUTS, *TRUTH),
        ),
        # Empty lists if the modality does not need them, because the outputs of a rule are fixed.
        expand(
            "results/datasets/{{dataset}}/{split}/{file}",
            split=SPLITS,
            file=SIDE_FILE,
        ),
        "results/datasets/{dataset}/" + DATASET_FILE,
    log:
        "results/logs/dataset/{dataset}.log",
    benchmark:
        "results/benchmarks/dataset/{dataset}.tsv"
    wildcard_constraints:
        dataset=TRAINED_DATASETS,
    # As for `fetch`.
    priority: 20
    threads: 1
    resources:
        mem_mb=memory("dataset"),
        runtime=minutes("dataset"),
    params:
        splits=split_settings,
        modality=modality_name,
        shape=input_shape,
        modality_facts=modality_facts,
        code=dataset_code,
    script:
        "../scripts/dataset.py"


rule shift:
    input:
        unpack(shift_inputs),
    output:
        inputs="results/shifts/{dataset}/{suite}/{shift}/{severity}/" + INPUTS,
        labels="results/shifts/{dataset}/{suite}/{shift}/{severity}/labels.npy",
        sources="results/shifts/{dataset}/{suite}/{shift}/{severity}/sources.npy",
        beside="results/shifts/{dataset}/{suite}/{shift}/{severity}/" + SIDE_FILE,
    log:
        "results/logs/shift/{dataset}/{suite}/{shift}/{severity}.log",
    benchmark:
        "results/benchmarks/shift/{dataset}/{suite}/{shift}/{severity}.tsv"
    wildcard_constraints:
        dataset=TRAINED_DATASETS,
    cache: CACHING
    threads: 1
    resources:
        mem_mb=memory("shift"),
        runtime=minutes("shift"),
    params:
        test_set=names_of_test_set,
        kind=shift_kind,
        collection=shift_collection,
        modality=modality_name,
        shape=input_shape,
        modality_facts=modality_facts_json,
        folder=dataset_folder,
        limit=test_set_limit,
        code=shift_code,
    shell:
        "{START}/shift.py --log {log:q} --shift {params.kind} {params.collection} {params.test_set}"
        " --modality {params.modality} --shape {params.shape} --modality-facts {params.modality_facts:q} --limit {params.limit}"
        " --fetched {input.fetched:q} --folder {params.folder:q} --inputs {output.inputs:q}"


rule truth:
    input:
        all_truth,
    output:
        truth="results/truth/{dataset}.npz",
        inputs="results/truth/{dataset}.json",
    log:
        "results/logs/truth/{dataset}.log",
    benchmark:
        "results/benchmarks/truth/{dataset}.tsv"
    threads: 1
    resources:
        mem_mb=memory("truth"),
        runtime=minutes("truth"),
    params:
        test_sets=all_test_sets,
        classes=classes_of,
        code=always_code("truth"),
    script:
        "../scripts/truth.py"
