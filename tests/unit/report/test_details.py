"""Detail files agree with the study's files."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score
from tests.small_study import IMAGES, N

from quantshift.core.errors import QuantshiftError
from quantshift.core.test_set import TestSet
from quantshift.data.truth import Labels
from quantshift.detectors import entropy
from quantshift.report.details import CLEAN, detection_curves, margin_thresholds, originals, shown_inputs
from quantshift.report.gallery import GalleryCell
from quantshift.report.thumbnails import thumbnail
from quantshift.runtime.probabilities import margin
from quantshift.storage import archives
from quantshift.storage.files import write_json
from quantshift.tasks.label import Label

TEST_SETS = [TestSet(suite, *shift) for suite, shifts in IMAGES.items() for shift in shifts]


@pytest.fixture
def folder(study):
    return study.record.parent


@pytest.fixture
def mnist(study):
    return json.loads(study.details[0].read_text(encoding="utf-8"))


@pytest.fixture
def imdb(study):
    return json.loads(study.details[1].read_text(encoding="utf-8"))


def test_every_disagreement_is_counted_and_some_are_shown(mnist, folder):
    total = 0
    for cell in mnist["cells"]:
        path = folder / f"disagreements/mnist/lenet5/{cell['method']}/0/{cell['variant']}.csv"
        table = pd.read_csv(path)
        table = table[(table[["suite", "shift", "severity"]] == cell["test_set"]).all(axis=1)]
        assert cell["total"] == len(table)
        assert len(cell["rows"]) == min(24, len(table))
        expected = table.set_index("input").drop(columns=["suite", "shift", "severity", "source", "tied"])
        for number, *values in cell["rows"]:
            assert expected.loc[number].tolist() == values
        total += cell["total"]
    assert total > 100


def test_texts_show_the_words_that_models_read(tmp_path):
    write_json(tmp_path / "texts.json", ["One two three. Four, five!", "Two words"])
    keys = {"clean/none/0/0", "clean/none/0/1"}
    assert shown_inputs(keys, {TestSet("clean", "none", 0): tmp_path}, "text", (3,)) == {
        "clean/none/0/0": "… three. Four, five!",
        "clean/none/0/1": "Two words",
    }


def test_pictures_come_from_the_test_sets_and_their_originals(mnist, folder):
    shown = {f"{'/'.join(map(str, cell['test_set']))}/{row[0]}" for cell in mnist["cells"] for row in cell["rows"]}
    assert shown <= set(mnist["inputs"])
    assert set(mnist["inputs"]) == shown | set(mnist["partners"].values())
    key = next(key for key in sorted(shown) if key.startswith("mnist_c/fog/5/"))
    images = np.load(folder / "sets/mnist/mnist_c/fog/5/inputs.npy")
    number = key.rsplit("/", 1)[1]
    assert mnist["inputs"][key] == thumbnail(images[int(number)])
    assert mnist["partners"][key] == f"clean/none/0/{number}"
    # Clean inputs and inputs of a natural shift have no original.
    assert not any(key.startswith(("digits/", "clean/")) for key in mnist["partners"])


def test_the_original_of_a_shifted_copy_is_its_clean_input():
    """A shift uses a window of the clean test inputs, and some inputs share a source."""
    fog, digits = TestSet("mnist_c", "fog", 5), TestSet("digits", "digits", 0)
    cells = [
        GalleryCell("standard", "float16", test_set, 3, tuple((n, 0, 0, 1, 0.5, 0.5) for n in range(3)))
        for test_set in (fog, digits)
    ]
    sources = {CLEAN: [10, 11, 12, 12, 13], fog: [11, 12, 12], digits: [-1, -2, -3]}
    labels = {test_set: Labels(np.zeros(len(ids), np.int64), np.array(ids)) for test_set, ids in sources.items()}
    assert originals(cells, labels) == {f"mnist_c/fog/5/{n}": f"clean/none/0/{n + 1}" for n in range(3)}


def test_texts_are_stored_unchanged(imdb):
    assert imdb["kind"] == "text"
    key = next(key for key in imdb["inputs"] if int(key.rsplit("/", 1)[1]) % 2)
    assert "<script>window.stolen = 1</script>" in imdb["inputs"][key]


def test_sizes_are_reported(mnist):
    assert mnist["kind"] == "image"
    assert mnist["splits"] == dict.fromkeys(("train", "validation", "calibration", "test"), N)
    assert [tuple(test_set) for test_set in mnist["test_sets"]] == [(*test_set, N) for test_set in TEST_SETS]


def test_curves_and_margins_agree_with_the_logits(folder):
    logits_folder = folder / "logits/mnist/lenet5/standard/0"
    curves, margins, total = detection_curves(logits_folder / "float32", logits_folder / "static_int8", TEST_SETS)
    logits = {}
    for variant in ("float32", "static_int8"):
        parts = []
        for suite, shift, severity in TEST_SETS:
            with archives.opened(logits_folder / variant / f"{suite}.npz") as archive:
                parts.append(archive.read(f"{shift}/{severity}"))
        logits[variant] = np.concatenate(parts)
    disagrees = logits["float32"].argmax(axis=1) != logits["static_int8"].argmax(axis=1)
    area = np.trapezoid(curves["entropy"]["caught"], curves["entropy"]["alarms"])
    assert area == pytest.approx(roc_auc_score(disagrees, entropy.score(logits["static_int8"])), abs=0.01)
    assert total == disagrees.sum()
    assert set(margins) == {"all", *IMAGES}
    whole = margins["all"]
    assert (whole["n"], whole["disagreements"]) == (len(disagrees), disagrees.sum())
    assert sum(whole["disagreeing"]) == disagrees.sum()
    values = margin(logits["static_int8"])
    for threshold, sent, caught in list(zip(whole["thresholds"], whole["sent"], whole["caught"], strict=True))[1:]:
        # Rounded thresholds: an input at the threshold may fall on either side.
        assert sent == pytest.approx((values <= threshold + 1e-6).mean(), abs=2 / N)
        assert caught == pytest.approx((values[disagrees] <= threshold + 1e-6).mean(), abs=0.02)


def test_labels_alone_have_no_curves_and_no_margins(tmp_path):
    for name, answers in (("float32", [0, 1, 2]), ("int8", [0, 2, 1])):
        archives.write(tmp_path / name / "clean.npz", {"none/0": np.array(answers, np.float32)})
    test_sets = [TestSet("clean", "none", 0)]
    curves, margins, total = detection_curves(tmp_path / "float32", tmp_path / "int8", test_sets, Label(3))
    assert (curves, margins, total) == ({}, {}, 2)


def test_logits_of_different_shapes_are_an_error(tmp_path):
    for name, shape in (("float32", (3, 2)), ("int8", (4, 2))):
        archives.write(tmp_path / name / "clean.npz", {"none/0": np.zeros(shape, np.float32)})
    with pytest.raises(QuantshiftError, match=r"clean/none/0: the logits in .* have shape \(3, 2\)"):
        detection_curves(tmp_path / "float32", tmp_path / "int8", [TestSet("clean", "none", 0)])


def test_without_disagreements_there_are_no_thresholds():
    entries = margin_thresholds(np.array([False, False]), np.array([0.1, 0.9]))
    assert (entries["thresholds"], entries["disagreements"], sum(entries["agreeing"])) == ([], 0, 2)
