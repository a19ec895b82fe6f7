import csv

import numpy as np
import pytest

from quantshift.analysis import retrained
from quantshift.analysis.retraining import change, counts, figures, write_retraining
from quantshift.analysis.ruined import ruined
from quantshift.analysis.statistics.tests import mcnemar
from quantshift.core.errors import QuantshiftError
from quantshift.data.retraining_split import parts
from quantshift.storage import archives
from quantshift.storage.arrays import write_array
from quantshift.storage.files import write_json
from quantshift.tables.schemas import RETRAINING

# Disagreements on eight inputs before and after retraining.
BEFORE = np.array([1, 1, 1, 1, 0, 0, 0, 0], dtype=bool)
AFTER = np.array([1, 0, 0, 0, 1, 1, 0, 0], dtype=bool)


def one_hot(classes):
    return np.eye(3)[np.asarray(classes)]


def test_counts_by_hand():
    values = counts(BEFORE, AFTER)
    assert values.pop("persisting_by_chance") == 4 * 3 / 8
    assert values == {"n": 8, "before": 4, "after": 3, "persisting": 1, "fixed": 3, "new": 2}


def test_persisting_by_chance_agrees_with_shuffled_masks():
    random = np.random.default_rng(0)
    before, after = random.random(300) < 0.2, random.random(300) < 0.4
    shuffled = [counts(before, random.permutation(after))["persisting"] for _ in range(2000)]
    assert np.mean(shuffled) == pytest.approx(counts(before, after)["persisting_by_chance"], rel=0.02)


def test_change_by_hand():
    values = change(BEFORE, AFTER, np.arange(8))
    assert values["change"] == -1 / 8
    assert values["change_low"] < -1 / 8 < values["change_high"]
    assert values["change_p_value"] > 0.5  # 3 fixed and 2 new


def test_many_changes_have_nearly_mcnemars_p_value():
    before, after = np.zeros(10_000, dtype=bool), np.zeros(10_000, dtype=bool)
    before[:300], after[300:540] = True, True
    assert change(before, after, np.arange(10_000))["change_p_value"] == pytest.approx(mcnemar(300, 240), rel=0.2)


def test_without_changes_the_limits_allow_for_unseen_ones():
    values = change(BEFORE, BEFORE, np.arange(8))
    assert (values["change"], values["change_p_value"]) == (0, 1)
    assert values["change_low"] < 0 < values["change_high"]


def test_inputs_of_one_source_count_once():
    apart = change(np.repeat(BEFORE, 50), np.repeat(AFTER, 50), np.arange(400))
    together = change(np.repeat(BEFORE, 50), np.repeat(AFTER, 50), np.repeat(np.arange(8), 50))
    assert together["change"] == pytest.approx(apart["change"])
    assert together["change_high"] - together["change_low"] > 3 * (apart["change_high"] - apart["change_low"])


def test_inputs_of_one_source_are_not_independent_evidence():
    """A burst of ten pictures that are all fixed is one source, whose sign could have been the opposite by chance."""
    before, after = np.zeros(50, dtype=bool), np.zeros(50, dtype=bool)
    before[:10] = True
    sources = np.concatenate([np.zeros(10, dtype=np.int64), np.arange(1, 41)])
    assert change(before, after, sources)["change_p_value"] > 0.1


def test_figures_by_hand():
    labels = np.array([0, 1, 2, 0])
    before = one_hot([0, 1, 2, 1]), one_hot([0, 2, 2, 0])
    after = one_hot([0, 1, 0, 0]), one_hot([0, 1, 2, 0])
    values = figures(before, after, labels, np.arange(4))
    assert (values["before"], values["after"]) == (2, 1)
    assert (values["persisting"], values["fixed"], values["new"]) == (0, 2, 1)
    assert (values["accuracy_float32_before"], values["accuracy_before"]) == (0.75, 0.75)
    assert (values["accuracy_float32_after"], values["accuracy_after"]) == (0.75, 1)
    assert (values["disagreement_rate_before"], values["disagreement_rate_after"]) == (0.5, 0.25)


@pytest.fixture
def compared(tmp_path):
    def run(protocol, count=40, right=(9, 9), validation=10):
        """Variant `one` disagrees on all inputs before and on none after; `two` on none before and on all after.

        `right` is the number of validation inputs, of 10, on which float32 is right before and after.
        """
        write_array(tmp_path / "validation/labels.npy", np.zeros(validation, dtype=np.int64))
        write_array(tmp_path / "test/labels.npy", np.zeros(40, dtype=np.int64))
        write_array(tmp_path / "test/sources.npy", np.arange(40, dtype=np.int64) + 100)
        write_json(tmp_path / "training.json", {"added": [] if protocol == "control" else [100, 103]})
        answers = {"before": {"float32": 0, "one": 1, "two": 0}, "after": {"float32": 2, "one": 2, "two": 0}}
        files = {
            when: {variant: tmp_path / when / variant / "clean.npz" for variant in variants}
            for when, variants in answers.items()
        }
        for (when, variants), hits in zip(answers.items(), right, strict=True):
            for variant, top1 in variants.items():
                validation_logits = one_hot([0] * hits + [1] * (10 - hits))
                archives.write(
                    files[when][variant], {"none/0": one_hot([top1] * count), "validation/0": validation_logits}
                )
        write_retraining(
            model={"dataset": "mnist", "architecture": "lenet1", "method": "standard", "seed": 0},
            protocol=protocol,
            **files,
            test_set=tmp_path / "test",
            validation=tmp_path / "validation/labels.npy",
            record=tmp_path / "training.json",
            table=tmp_path / "out.csv",
            masks=tmp_path / "out.npz",
        )
        with (tmp_path / "out.csv").open(encoding="utf-8") as stream:
            return {row["variant"]: row for row in csv.DictReader(stream)}, retrained.read(tmp_path / "out.npz")

    return run


@pytest.mark.parametrize(
    ("protocol", "n", "leaks", "added"),
    [("published", "40", "True", "2"), ("held_out", "20", "False", "2"), ("control", "20", "False", "0")],
)
def test_rows_and_masks_cover_the_counted_inputs(compared, protocol, n, leaks, added):
    rows, masks = compared(protocol)
    assert list(rows) == ["one", "two"]
    assert (rows["one"]["before"], rows["one"]["after"]) == (n, "0")
    assert (rows["two"]["before"], rows["two"]["new"]) == ("0", n)
    assert {row["n"] for row in rows.values()} == {n}
    assert {row["leaks"] for row in rows.values()} == {leaks}
    assert {row["added"] for row in rows.values()} == {added}
    counted = parts(protocol, "mnist", np.arange(40) + 100).counted
    assert np.array_equal(masks["one"].sources, (np.arange(40) + 100)[counted])
    assert masks["one"].before.all()
    assert not masks["one"].after.any()
    assert set(rows["one"]) == set(RETRAINING.columns) - {"published_before", "published_after"}


def test_the_control_counts_the_inputs_of_held_out(compared):
    masks = [compared(protocol)[1] for protocol in ("held_out", "control")]
    assert np.array_equal(masks[0]["one"].sources, masks[1]["one"].sources)


@pytest.mark.parametrize(("right", "usable"), [((9, 9), True), ((9, 8), False), ((2, 9), True)])
def test_a_retraining_that_costs_accuracy_is_marked(compared, right, usable):
    rows, masks = compared("held_out", right=right)
    for row in rows.values():
        assert [float(row[f"accuracy_validation_{when}"]) for when in ("before", "after")] == [
            hits / 10 for hits in right
        ]
        assert row["ruined"] == str(not usable)
    assert {pair.usable for pair in masks.values()} == {usable}


def test_a_loss_of_two_points_is_tolerated_at_any_accuracy():
    for right in range(2, 101):
        assert not ruined(right / 100, (right - 2) / 100)
        assert ruined(right / 100, (right - 2) / 100 - 0.001)


def test_validation_logits_of_other_inputs_are_an_error(compared):
    with pytest.raises(QuantshiftError, match="logits of 10 validation inputs, but there are 11"):
        compared("published", validation=11)


def test_logits_of_other_inputs_are_an_error(compared):
    with pytest.raises(QuantshiftError, match="logits of 39 clean test inputs, but there are 40"):
        compared("published", count=39)


def test_a_damaged_archive_is_an_error(compared, tmp_path):
    compared("published")
    file = tmp_path / "out.npz"
    file.write_bytes(file.read_bytes()[:200])
    with pytest.raises(QuantshiftError, match=r"out\.npz is not"):
        retrained.read(file)
