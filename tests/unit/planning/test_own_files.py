"""The sizes of a user's own models and data."""

import numpy as np
import pytest
from PIL import Image
from tests import given_models
from tests.own_linear import FEATURES, write_model_record

from quantshift.core.errors import QuantshiftError
from quantshift.core.test_set import CLEAN, VALIDATION, TestSet
from quantshift.planning import own_files
from quantshift.planning.own_files import OwnData, OwnFiles, of_run
from quantshift.planning.planned_study import PlannedStudy

NOISY, OTHERS = TestSet("given", "noisy", 0), TestSet("given", "others", 0)
COUNTS = {VALIDATION: 20, CLEAN: 100, NOISY: 100, OTHERS: 30}


def test_samples_are_counted(own):
    study = own.study()
    assert study.own == OwnFiles(
        {"linear": (own.folder / "m.onnx").stat().st_size}, {"sensor": OwnData(COUNTS, FEATURES)}
    )
    assert study.calibration("sensor") == 20
    # A corruption is applied to `shift_limit` samples.
    assert [study.samples("sensor", test_set) for test_set in (CLEAN, OTHERS, TestSet("features", "noise", 3))] == [
        *(100, 30, 50)
    ]
    assert study.total_samples("sensor", study.all_test_sets("sensor")) == 100 + 100 + 30 + 9 * 50


def data(own, **settings):
    """Return the sizes of data with other settings."""
    own.edit(data={"sensor": settings})
    return own.study().own.data["sensor"]


def test_calibration_data_of_their_own_leave_all_test_samples(own):
    sizes = data(own, test={"file": "rows.npy"}, calibration={"file": "others.npz"})
    assert sizes.samples == {VALIDATION: 30, CLEAN: 120}


def test_constants_and_labels_in_an_archive_are_no_samples(own):
    np.savez(own.folder / "all.npz", scale=np.ones(1), groups=np.arange(40), x=np.ones((40, 2, 3)), y=np.ones((40, 5)))
    own.edit(models={"linear": {"file": "m.onnx", "data": "sensor", "constants": {"scale": 1}}})
    sizes = data(own, test={"file": "all.npz"})
    assert (sizes.samples, sizes.values) == ({VALIDATION: 8, CLEAN: 32}, 11)


def test_rows_of_a_table_and_images_of_a_folder_are_counted(own):
    rows = "\n".join("1,2" for _ in range(25))
    (own.folder / "rows.csv").write_text(f"a,b\n{rows}\n", encoding="utf-8")
    assert data(own, test={"file": "rows.csv"}) == OwnData({VALIDATION: 5, CLEAN: 20}, None)
    for name in ("cat/1.png", "cat/2.png", "dog/3.png"):
        (own.folder / "photos" / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (2, 2)).save(own.folder / "photos" / name)
    (own.folder / "photos/labels.csv").write_text("file,label\n", encoding="utf-8")
    files = {"file": "photos", "labels": "photos/labels.csv"}
    assert data(own, test=files, calibration_samples=1) == OwnData({VALIDATION: 1, CLEAN: 2}, None)


def test_external_data_count(own):
    file = given_models.with_external_data(given_models.shared(), own.folder / "m.onnx")
    assert own_files.model_bytes(str(file)) == file.stat().st_size + file.with_name("weights.bin").stat().st_size


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("rows.npy", b"no array", r"rows\.npy is not a \.npy array"),
        ("rows.npz", b"no archive", r"rows\.npz is not a complete \.npz archive"),
        ("rows.csv", b"", r"rows\.csv has no header"),
        ("rows.txt", b"", r"rows\.txt has an unknown format"),
    ],
)
def test_a_file_that_cannot_be_counted_is_one_sentence(own, file, content, message):
    (own.folder / file).write_bytes(content)
    with pytest.raises(QuantshiftError, match=message) as caught:
        data(own, test={"file": file})
    assert "\n" not in str(caught.value)


def test_too_few_samples_are_one_sentence(own):
    with pytest.raises(QuantshiftError, match=r"rows\.npy has no samples besides 120 for calibration"):
        data(own, test={"file": "rows.npy"}, calibration_samples=120)


def test_a_run_counts_the_samples_that_it_has_read(own):
    study = own.study()
    results = own.folder / "results"
    for test_set, count in COUNTS.items():
        folder = own.folder / own_files.test_folder("sensor", test_set)
        folder.mkdir(parents=True)
        np.save(folder / "labels.npy", np.zeros(count))
    np.savez(results / "datasets/sensor/test/inputs.npz", rows=np.zeros((100, FEATURES)))
    before = study.own
    # The user's files grow after the run.
    np.save(own.folder / "rows.npy", np.zeros((900, FEATURES)))
    assert own.study().own != before
    assert of_run(PlannedStudy(study.config), own.folder).data == before.data
    # What the results lack is read from the files.
    (results / "datasets/sensor/validation/labels.npy").unlink()
    assert of_run(PlannedStudy(study.config), own.folder) == own.study().own


def test_a_run_has_the_size_of_the_model_in_its_record(own):
    study = own.study()
    write_model_record(own.folder, 12_345)
    assert of_run(study, own.folder).models == {"linear": 12_345}
