"""Evaluation rows and masks from stored logits."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from quantshift.analysis import masks
from quantshift.analysis.comparison import compare, comparison
from quantshift.analysis.effects import source_rates
from quantshift.analysis.statistics.intervals import wilson
from quantshift.core.errors import InputError, QuantshiftError
from quantshift.core.test_set import TestSet
from quantshift.data import truth
from quantshift.data.labelled import NO_LABEL
from quantshift.seeds import generator
from quantshift.storage.arrays import write_array
from quantshift.storage.files import read_json
from quantshift.tables import schemas, table
from quantshift.tasks.label import Label

CELL = {"dataset": "mnist", "architecture": "lenet1", "method": "standard", "seed": 0, "variant": "static_int8"}
SUITES = {"clean": [("none", 0)], "mnist_c": [("fog", 1), ("fog", 2)], "digits": [("digits", 0)]}
TEST_SETS = [TestSet(suite, *shift) for suite, shifts in SUITES.items() for shift in shifts]


def logits(classes: list[int]) -> np.ndarray:
    return np.eye(3, dtype=np.float32)[classes]


def test_row_by_hand() -> None:
    row = compare(logits([0, 1, 2, 0, 1]), logits([0, 2, 2, 1, 0]), np.array([0, 1, 2, 2, 1]))
    assert row["n"] == 5
    assert row["accuracy_float32"] == 0.8
    assert row["accuracy"] == 0.4
    assert (row["disagreements"], row["disagreement_rate"]) == (3, 0.6)
    assert (row["negative_flips"], row["positive_flips"]) == (2, 0)
    assert (row["disagreement_low"], row["disagreement_high"]) == pytest.approx((0.2307, 0.8824), abs=1e-4)
    assert row["kl_mean"] == pytest.approx(0.6 * (np.e - 1) / (np.e + 2))
    assert row["accuracy_p_value"] == 0.5
    assert row["most_frequent_share"] == 0.4


def test_a_label_may_be_above_all_answers_of_a_model_with_an_unknown_number_of_classes() -> None:
    row = compare(np.float32([0, 1, 1]), np.float32([0, 1, 4]), np.array([0, 4, 4]), Label())
    assert (row["accuracy_float32"], row["accuracy"], row["positive_flips"]) == (pytest.approx(1 / 3), 2 / 3, 1)


def test_outputs_of_the_variant_must_fit_the_task() -> None:
    with pytest.raises(ValueError, match=r"the variant has the label 0\.5, expected whole numbers from 0"):
        compare(np.float32([0, 1]), np.float32([0, 0.5]), np.array([0, 1]), Label())


@pytest.mark.parametrize("copies", [2, 7])
@pytest.mark.parametrize("disagreeing", [0, 3, 40])
def test_copies_of_a_sample_in_one_group_give_the_interval_of_the_samples(copies: int, disagreeing: int) -> None:
    answers = np.random.default_rng(0).integers(0, 3, 200)
    others = np.where(np.arange(200) < disagreeing, (answers + 1) % 3, answers)
    labels = np.zeros(200, dtype=np.int64)
    single = compare(logits(list(answers)), logits(list(others)), labels, sources=np.arange(200))
    assert single == compare(logits(list(answers)), logits(list(others)), labels)
    repeated = [np.repeat(values, copies) for values in (answers, others, labels, np.arange(200))]
    grouped = compare(logits(list(repeated[0])), logits(list(repeated[1])), repeated[2], sources=repeated[3])
    assert grouped["n"] == 200 * copies
    assert grouped["effective_inputs"] == pytest.approx(200)
    for limit in ("disagreement_low", "disagreement_high", "disagreement_high_without_ties"):
        assert grouped[limit] == pytest.approx(single[limit])
    assert grouped["accuracy_p_value"] == single["accuracy_p_value"]
    # Without the groups, the copies would look like more evidence.
    naive = compare(logits(list(repeated[0])), logits(list(repeated[1])), repeated[2])
    assert naive["disagreement_high"] < grouped["disagreement_high"]
    assert naive["accuracy_p_value"] < grouped["accuracy_p_value"] or not disagreeing


def test_flips_of_one_group_count_together_in_the_test_of_accuracy() -> None:
    # Twelve frames of one video become wrong, and one sample of another source becomes right.
    right, wrong = [0] * 12 + [1] + [0] * 7, [1] * 12 + [0] + [0] * 7
    labels, groups = np.zeros(20, dtype=np.int64), np.array([0] * 12 + list(range(1, 9)))
    alone = compare(logits(right), logits(wrong), labels)
    assert (alone["negative_flips"], alone["positive_flips"]) == (12, 1)
    assert alone["accuracy_p_value"] < 0.01
    assert compare(logits(right), logits(wrong), labels, sources=groups)["accuracy_p_value"] == 1.0


@pytest.mark.parametrize(
    ("reference", "variant", "labels"),
    [
        (logits([0, 1]), logits([0]), np.array([0, 1])),
        (logits([0, 1]), logits([0, 1]), np.array([0])),
        (logits([0, 1]), logits([0, 1]) * np.nan, np.array([0, 1])),
        (logits([]), logits([]), np.array([], dtype=int)),
    ],
)
def test_mismatched_arrays_are_rejected(reference: np.ndarray, variant: np.ndarray, labels: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"do not match|not a number"):
        compare(reference, variant, labels)


def write_truth(path: Path, counts: dict[TestSet, int], *, distinct: bool = False) -> None:
    """Write an archive of `count` inputs of class 0, with a common source or with different sources."""
    folders = {TestSet(*test_set): path.parent.joinpath("others", *map(str, test_set)) for test_set in counts}
    for test_set, count in counts.items():
        write_array(folders[TestSet(*test_set)] / "labels.npy", np.zeros(count, dtype=np.int64))
        write_array(folders[TestSet(*test_set)] / "sources.npy", np.arange(count, dtype=np.int64) * distinct)
    truth.gather(folders, path)


def write_comparison(*, table: Path, masks: Path, inputs: Path, weakest: Path, **given: Any) -> None:
    """Compare a variant with float32, and write what comes of it."""
    comparison(**given).write(table=table, masks=masks, inputs=inputs, weakest=weakest)


@pytest.fixture
def arguments(tmp_path: Path) -> dict[str, Any]:
    """Return arguments for write_comparison, with stored logits of random classes."""
    random = generator("comparison")
    reference, variant = {}, {}
    folders: dict[TestSet, Path] = {}
    for suite, shifts in SUITES.items():
        arrays: dict[str, dict[str, np.ndarray]] = {"float32": {}, "int8": {}}
        for shift, severity in shifts:
            folder = tmp_path / suite / shift / str(severity)
            folder.mkdir(parents=True)
            n = 30 if suite == "digits" else 50
            np.save(folder / "labels.npy", random.integers(0, 3, n))
            np.save(folder / "sources.npy", np.arange(n) + (1_000 if suite == "digits" else 0))
            folders[TestSet(suite, shift, severity)] = folder
            classes = random.integers(0, 3, n)
            arrays["float32"][f"{shift}/{severity}"] = logits(classes)
            arrays["int8"][f"{shift}/{severity}"] = logits(np.where(np.arange(n) < severity + 1, 2 - classes, classes))
        for name, paths in (("float32", reference), ("int8", variant)):
            paths[suite] = tmp_path / f"{name}-{suite}.npz"
            np.savez(paths[suite], **arrays[name])
    truth.gather(folders, tmp_path / "truth.npz")
    return {
        "cell": CELL,
        "reference": reference,
        "variant": variant,
        "truth_file": tmp_path / "truth.npz",
        "table": tmp_path / "out" / "rows.csv",
        "masks": tmp_path / "out" / "masks.npz",
        "inputs": tmp_path / "out" / "inputs.csv",
        "weakest": tmp_path / "out" / "weakest.json",
    }


def test_rows_fit_the_evaluation_table(arguments: dict[str, Any]) -> None:
    write_comparison(**arguments)
    rows = pd.read_csv(arguments["table"])
    assert list(rows.columns) == list(schemas.EVALUATION.columns)
    assert list(rows["shift"]) == ["none", "fog", "fog", "digits"]
    assert list(rows["n"]) == [50, 50, 50, 30]
    assert len(table.read("evaluation", arguments["table"])) == 4


def test_masks_are_read_with_their_sources(arguments: dict[str, Any]) -> None:
    write_comparison(**arguments)
    rows = pd.read_csv(arguments["table"])
    stored = list(masks.read(arguments["masks"]))
    assert [(mask.suite, mask.shift, mask.severity) for mask in stored] == [
        (suite, *pair) for suite, pairs in SUITES.items() for pair in pairs
    ]
    assert [int(mask.disagrees.sum()) for mask in stored] == list(rows["disagreements"])
    assert sum(rows["disagreements"]) > 0
    labels = truth.read(arguments["truth_file"])
    for mask in stored:
        np.testing.assert_array_equal(mask.sources, labels[mask.suite, mask.shift, mask.severity].sources)
    with np.load(arguments["masks"]) as archive:
        assert archive["mnist_c/fog/2"].dtype == np.bool_
        assert sum(key.startswith("sources/") for key in archive.files) == 2


def test_each_disagreement_has_a_row(arguments: dict[str, Any]) -> None:
    write_comparison(**arguments)
    rows = table.read("disagreements", arguments["inputs"])
    assert list(pd.read_csv(arguments["inputs"]).columns) == list(schemas.DISAGREEMENTS.columns)
    expected = [
        (mask.suite, mask.shift, mask.severity, index, mask.sources[index])
        for mask in masks.read(arguments["masks"])
        for index in np.flatnonzero(mask.disagrees)
    ]
    columns = ["suite", "shift", "severity", "input", "source"]
    assert list(rows[columns].itertuples(index=False, name=None)) == sorted(expected)
    labels = truth.read(arguments["truth_file"])
    for row in rows.itertuples():
        assert row.label == labels[row.suite, row.shift, row.severity].labels[row.input]
        for side, paths in (("float32", arguments["reference"]), ("variant", arguments["variant"])):
            with np.load(paths[row.suite]) as archive:
                row_logits = archive[f"{row.shift}/{row.severity}"][row.input]
            assert getattr(row, f"top1_{side}") == row_logits.argmax()
            exponentials = np.exp(row_logits.astype(float))
            ordered = np.sort(exponentials / exponentials.sum())
            assert getattr(row, f"margin_{side}") == pytest.approx(ordered[-1] - ordered[-2], abs=1e-8)


def test_weak_spots_cover_all_test_sets(arguments: dict[str, Any]) -> None:
    write_comparison(**arguments)
    weakest, rows = read_json(arguments["weakest"]), pd.read_csv(arguments["table"])
    assert weakest["disagreements"] == rows["disagreements"].sum()
    assert weakest["tied_disagreements"] == 0
    inputs = table.read("disagreements", arguments["inputs"])
    counts = inputs["label"].value_counts()
    labels = np.concatenate([labels for labels, _ in truth.read(arguments["truth_file"]).values()])
    rates = {str(label): counts.get(label, 0) / (labels == label).sum() for label in range(3)}
    assert weakest["worst_class_rate"] == pytest.approx(max(rates.values()))
    assert rates[weakest["worst_class"]] == max(rates.values())
    assert weakest["worst_shift"] == "digits/digits" or weakest["worst_shift"] == "mnist_c/fog"
    assert weakest["severity_shifts"] == 1


def test_the_rate_on_the_shifted_data_is_the_mean_of_the_test_sets(arguments: dict[str, Any]) -> None:
    write_comparison(**arguments)
    record, rows = read_json(arguments["weakest"]), pd.read_csv(arguments["table"])
    shifted = rows[rows["suite"] != "clean"]
    assert len(shifted) == 3
    assert record["shifted_inputs"] == shifted["n"].sum() == 130
    assert record["shifted_rate"] == pytest.approx(shifted["disagreement_rate"].mean())
    assert record["shifted_rate_without_ties"] == pytest.approx(shifted["disagreement_rate_without_ties"].mean())
    # Two of the test sets share their sources, and the sources that disagree in one also do in the other.
    assert 75 < record["shifted_effective_inputs"] < 100


def test_without_shifted_test_sets_there_is_no_rate_on_shifted_data(arguments: dict[str, Any]) -> None:
    write_truth(arguments["truth_file"], {("clean", "none", 0): 50}, distinct=True)
    write_comparison(**arguments)
    record = read_json(arguments["weakest"])
    assert {name: record[name] for name in schemas.SHIFTED} == dict.fromkeys(schemas.SHIFTED)


def test_ties_of_the_variants_logits_are_counted(arguments: dict[str, Any]) -> None:
    """The variant cannot tell two classes distinct, and the first of them wins."""
    paths = [arguments[side]["clean"] for side in ("reference", "variant")]
    np.savez(paths[0], **{"none/0": logits([1] * 50)})
    np.savez(paths[1], **{"none/0": np.array([[1, 1, 0]] * 40 + [[1, 0, 0]] * 10, dtype=np.float32)})
    write_truth(arguments["truth_file"], {("clean", "none", 0): 50}, distinct=True)
    write_comparison(**arguments)
    weakest = read_json(arguments["weakest"])
    assert (weakest["disagreements"], weakest["tied_disagreements"]) == (50, 40)
    row = table.read("evaluation", arguments["table"]).iloc[0]
    assert (row["tied_disagreements"], row["disagreement_rate_without_ties"]) == (40, 0.2)
    low, high = wilson(10, 50)
    assert (row["disagreement_low_without_ties"], row["disagreement_high_without_ties"]) == (float(low), float(high))
    assert table.read("disagreements", arguments["inputs"])["tied"].tolist() == [True] * 40 + [False] * 10
    (mask,) = masks.read(arguments["masks"])
    assert mask.tied is not None
    assert mask.tied.tolist() == [True] * 40 + [False] * 10
    assert mask.without_ties().disagrees.tolist() == [False] * 40 + [True] * 10
    for ties, rate in ((True, 1.0), (False, 0.2)):
        (group,) = source_rates.read(arguments["masks"], ties=ties).groups
        assert group.rates["clean"].sum() == pytest.approx(rate)


def test_a_tie_with_the_same_answer_is_not_a_disagreement() -> None:
    row = compare(logits([0, 1]), np.array([[1, 1, 0], [1, 1, 0]], dtype=np.float32), np.array([0, 0]))
    assert (row["disagreements"], row["tied_disagreements"], row["disagreement_rate_without_ties"]) == (1, 1, 0.0)


def test_a_variant_with_numbers_that_are_not_finite_is_a_mistake_in_the_input(arguments: dict[str, Any]) -> None:
    """Such as float16, whose largest number is 65,504: to run the comparison again would not help."""
    arrays = dict(np.load(arguments["variant"]["clean"]))
    arrays["none/0"][7, 1] = np.inf
    np.savez(arguments["variant"]["clean"], **arrays)
    message = r"the variant static_int8 gives numbers that are infinite .* for input 7 \(counted from 0\), although"
    with pytest.raises(InputError, match=message):
        write_comparison(**arguments)
    np.savez(arguments["reference"]["clean"], **arrays)
    with pytest.raises(QuantshiftError, match="float32 gives numbers that are infinite"):
        write_comparison(**arguments)


def test_float32_against_itself(arguments: dict[str, Any]) -> None:
    write_comparison(**arguments | {"variant": arguments["reference"], "cell": CELL | {"variant": "float32"}})
    assert table.read("disagreements", arguments["inputs"]).empty
    rows = pd.read_csv(arguments["table"])
    assert (rows["disagreements"] == 0).all()
    assert (rows["accuracy"] == rows["accuracy_float32"]).all()
    assert (rows["kl_mean"] == 0).all()


def test_the_same_logits_give_the_same_bytes(arguments: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    write_comparison(**arguments)
    written = [arguments[name] for name in ("table", "masks", "inputs", "weakest")]
    first = [path.read_bytes() for path in written]
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    write_comparison(**arguments)
    assert [path.read_bytes() for path in written] == first


@pytest.mark.parametrize("fault", ["missing", "truncated", "flipped", "other sets", "labels"])
def test_faults_name_the_file(arguments: dict[str, Any], fault: str) -> None:
    path = arguments["variant"]["mnist_c"]
    content = bytearray(path.read_bytes())
    match fault:
        case "missing":
            path.unlink()
        case "truncated":
            path.write_bytes(content[: len(content) // 2])
        case "flipped":
            content[300] ^= 0xFF
            path.write_bytes(content)
        case "other sets":
            np.savez(path, **{"fog/1": logits([0] * 50)})
        case "labels":
            path = arguments["truth_file"]
            write_truth(path, dict.fromkeys(truth.read(path), 3))
    with pytest.raises(QuantshiftError) as error:
        write_comparison(**arguments)
    assert str(path) in str(error.value)
    assert not arguments["table"].exists()


def test_a_mask_cannot_be_added_twice() -> None:
    writer = masks.Writer()
    mask = masks.Mask("clean", "none", 0, np.zeros(2, dtype=bool), np.arange(2))
    writer.add(mask)
    with pytest.raises(ValueError, match="twice"):
        writer.add(mask)


def remove_labels(arguments: dict[str, Any], suites: set[str]) -> None:
    """Rewrite the archive of labels without those of some suites."""
    folders = {test_set: arguments["truth_file"].parent.joinpath(*map(str, test_set)) for test_set in TEST_SETS}
    for test_set, folder in folders.items():
        if test_set.suite in suites:
            labels = np.load(folder / "labels.npy")
            np.save(folder / "labels.npy", np.full_like(labels, NO_LABEL))
    truth.gather(folders, arguments["truth_file"])


def test_without_labels_the_disagreements_are_the_same(arguments: dict[str, Any]) -> None:
    write_comparison(**arguments)
    labelled = table.read("evaluation", arguments["table"])
    inputs = table.read("disagreements", arguments["inputs"])
    remove_labels(arguments, {"mnist_c", "digits"})
    write_comparison(**arguments)
    rows = table.read("evaluation", arguments["table"])
    unlabelled = rows["suite"] != "clean"
    assert unlabelled.sum() == 3
    assert rows.loc[unlabelled, schemas.WITH_LABELS].isna().all(axis=None)
    pd.testing.assert_frame_equal(rows[~unlabelled], labelled[~unlabelled])
    others = [column for column in rows.columns if column not in schemas.WITH_LABELS]
    pd.testing.assert_frame_equal(rows[others], labelled[others])
    stored = table.read("disagreements", arguments["inputs"])
    assert list(stored["label"].isna()) == list(stored["suite"] != "clean")
    pd.testing.assert_frame_equal(stored.drop(columns="label"), inputs.drop(columns="label"))


def test_without_any_labels_no_class_is_the_worst(arguments: dict[str, Any]) -> None:
    remove_labels(arguments, set(SUITES))
    write_comparison(**arguments)
    weakest = read_json(arguments["weakest"])
    assert (weakest["worst_class"], weakest["worst_class_rate"]) == ("", None)
    assert weakest["worst_shift"]


def test_one_missing_label_is_a_fault(arguments: dict[str, Any]) -> None:
    folder = arguments["truth_file"].parent / "clean/none/0"
    labels = np.load(folder / "labels.npy")
    labels[0] = NO_LABEL
    np.save(folder / "labels.npy", labels)
    with pytest.raises(QuantshiftError, match=r"labels\.npy holds the label -1"):
        truth.gather({TestSet("clean", "none", 0): folder}, arguments["truth_file"])
