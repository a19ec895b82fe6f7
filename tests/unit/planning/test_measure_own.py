"""Measurements of a user's own models and data."""

import numpy as np
import onnx
import pytest
from PIL import Image
from tests import given_models
from tests.own_linear import CLASSES, FEATURES, linear

from quantshift.core.errors import QuantshiftError
from quantshift.planning import timing, workflow
from quantshift.planning.disk import stored
from quantshift.planning.estimates import unknown
from quantshift.planning.measure_own import measure_own
from quantshift.planning.rates import Rates
from quantshift.planning.work import work


@pytest.fixture(autouse=True)
def brief(monkeypatch):
    """Measure less long."""
    monkeypatch.setattr(timing, "SECONDS", 0.02)
    monkeypatch.setattr(timing, "BRIEF", 0.02)


def listed(own):
    """Return one job of each kind that can be measured."""
    jobs = workflow.jobs(own.root, [own.folder / "quantshift.yaml"], own.folder)
    return unknown(jobs, own.study(), Rates([]))


def measured(own):
    """Return the study, one job of each kind that can be measured, and their measurements."""
    study, missing = own.study(), listed(own)
    return study, missing, measure_own(missing, study)


def test_each_kind_of_job_of_a_users_model_is_measured(own):
    before = sorted(own.folder.iterdir())
    study, missing, result = measured(own)
    assert {job.rule for job in missing} == {
        *("given_model", "given_variant", "given_record", "given_data", "given_shift", "given_corruption"),
        *("quantize", "inspect", "inspect_variant", "evaluate"),
    }
    assert set(result.lines) == {work(job, study).kind for job in missing}
    assert all(line.seconds(1000) > 0 for line in result.lines.values())
    sizes = {job.rule: stored(job, study, Rates([]), result.stored) for job in missing}
    # Values, a label and a source of 8 bytes each, and the place of the sample in the side file.
    assert sizes["given_data"] == pytest.approx((100 + 2 * 20) * (4 * FEATURES + 2 * 8), rel=0.5)
    assert sizes["given_model"] == pytest.approx((own.folder / "m.onnx").stat().st_size, rel=0.5)
    (evaluate,) = (job for job in missing if job.rule == "evaluate" and job.names["variant"] == "theirs")
    assert stored(evaluate, study, Rates([]), result.stored) == work(evaluate, study).amount * CLASSES * 4
    assert sizes["inspect"] is None
    assert sorted(own.folder.iterdir()) == before


def test_a_preset_that_a_model_cannot_take_is_not_run(own):
    onnx.save(given_models.branches(), own.folder / "m.onnx")
    np.savez(own.folder / "vectors.npz", **given_models.vectors(60))
    own.edit(
        study={"datasets": [], "methods": ["standard"], "quantizers": ["dynamic_int8", "static_int8"]},
        models={"net": {"file": "m.onnx", "data": "sensor"}},
        data={"sensor": {"test": {"file": "vectors.npz"}}},
    )
    study, missing, result = measured(own)
    rates = {
        job.names["variant"]: result.lines[work(job, study).kind].unit for job in missing if job.rule == "evaluate"
    }
    assert rates["float32"] > 0
    assert rates["dynamic_int8"] > 0
    assert rates["static_int8"] == 0


def test_images_and_tables_are_measured_too(own):
    onnx.save(given_models.convolutional(), own.folder / "net.onnx")
    pixels = np.random.default_rng(0).integers(0, 256, size=(30, 8, 8, 3), dtype=np.uint8)
    (own.folder / "photos").mkdir()
    for number, image in enumerate(pixels):
        Image.fromarray(image).save(own.folder / f"photos/{number}.png")
    rows = "\n".join(",".join(f"{value:.3f}" for value in row) for row in np.load(own.folder / "rows.npy"))
    names = ",".join(f"f{number}" for number in range(FEATURES))
    (own.folder / "rows.csv").write_text(f"{names}\n{rows}\n", encoding="utf-8")
    own.edit(
        study={"datasets": [], "methods": ["standard"], "quantizers": ["weight_int8"]},
        suites={"foggy": {"collection": "image_corruptions", "source": "generated", "shifts": {"fog": [1, 5]}}},
        models={"net": {"file": "net.onnx", "data": "photos"}, "linear": {"file": "m.onnx", "data": "table"}},
        data={
            "photos": {"test": {"file": "photos"}, "images": {"values": "0..1"}, "shifts": ["foggy"]},
            "table": {"test": {"file": "rows.csv"}, "calibration": {"file": "rows.csv"}},
        },
    )
    jobs = {"photos": [], "table": []}
    for job in listed(own):
        jobs[job.names["dataset"]].append(job)
    for name, missing in jobs.items():
        study = own.study()
        result = measure_own(missing, study)
        assert set(result.lines) == {work(job, study).kind for job in missing}
        (line,) = (result.lines[work(job, study).kind] for job in missing if job.rule == "given_data")
        assert line.seconds(1000) > 0
        sizes = {job.rule: stored(job, study, Rates([]), result.stored) for job in missing}
        samples, values = {"photos": (24 + 2 * 6, 3 * 8 * 8), "table": (120 + 2 * 120, 4 * FEATURES)}[name]
        assert sizes["given_data"] == pytest.approx(samples * (values + 2 * 8), rel=0.7)


def test_models_that_share_their_data_are_measured_together(own):
    linear(own.folder / "wide.onnx", seed=2)
    own.edit(
        models={
            "linear": {"file": "m.onnx", "data": "sensor"},
            "other": {"file": "wide.onnx", "data": "sensor", "variants": {"theirs": "q.onnx"}},
        }
    )
    study, missing, result = measured(own)
    # Files of one size count as one architecture, of which one model is measured.
    models = {job.names["architecture"] for job in missing if job.rule == "given_model"}
    assert len(models) == 1
    assert set(result.lines) == {work(job, study).kind for job in missing}


def test_other_jobs_cannot_be_measured(own, job):
    with pytest.raises(ValueError, match="rule compare"):
        measure_own([job("compare", dataset="sensor", architecture="linear")], own.study())


def test_data_that_do_not_fit_the_model_are_reported_as_by_the_job(own):
    np.save(own.folder / "rows.npy", np.zeros((120, FEATURES + 1), dtype=np.float32))
    with pytest.raises(QuantshiftError, match=r"rows\.npy .*13"):
        measured(own)
