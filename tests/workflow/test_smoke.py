"""The smoke study, from nothing to figures."""

import csv
import itertools
import json

from tests.workflow.conftest import SMOKE

METHODS = ("adversarial", "mixup", "qat", "standard")
VARIANTS = ("dynamic_int8", "float16", "float32", "static_int8", "weight_int8")


def rows(project, table):
    with (project.folder / f"results/tables/{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_no_cell_of_the_grid_is_missing(smoke):
    found = [
        (row["method"], row["variant"], row["suite"], row["shift"], row["severity"])
        for row in rows(smoke, "evaluation")
    ]
    shifts = {(suite, shift, severity) for _, _, suite, shift, severity in found}
    assert len(shifts) == 18
    assert ("clean", "none", "0") in shifts
    assert ("digits", "digits", "0") in shifts
    expected = {(method, variant, *shift) for method, variant, shift in itertools.product(METHODS, VARIANTS, shifts)}
    assert sorted(found) == sorted(expected)
    assert {row["n"] for row in rows(smoke, "evaluation")} == {"500"}


def test_the_variants_are_what_they_say(smoke):
    variants = {(row["method"], row["variant"]): row for row in rows(smoke, "variants")}
    assert sorted(variants) == sorted(itertools.product(METHODS, VARIANTS))
    for (_, variant), row in variants.items():
        assert float(row["quantized_weight_share"]) == (0 if variant == "float32" else 1)
        assert float(row["integer_compute_share"]) == (1 if variant in ("static_int8", "dynamic_int8") else 0)
        assert row["parity_argmax_equal"] == "True"
        assert float(row["parity_max_difference"]) < 1e-4
    assert variants["standard", "dynamic_int8"]["batch_size"] == "1"


def test_every_detector_is_tested_on_every_cell(smoke):
    found = rows(smoke, "detectors")
    cells = {(row["dataset"], row["architecture"], row["method"], row["seed"], row["variant"]) for row in found}
    evaluated = {
        (row["dataset"], row["architecture"], row["method"], row["seed"], row["variant"])
        for row in rows(smoke, "evaluation")
        if row["variant"] != "float32"
    }
    assert cells == evaluated
    kinds = {(row["metric"], row["protocol"], row["view"]) for row in found}
    metrics = {metric for metric, _, _ in kinds}
    assert {"entropy", "gini", "margin", "least_confidence", "logit_margin", "energy"} <= metrics
    assert kinds == set(itertools.product(metrics, ("natural", "published"), ("variant", "float32")))


def test_each_disagreement_is_told(smoke):
    for row in rows(smoke, "variants"):
        model = "/".join(row[name] for name in ("dataset", "architecture", "method", "seed"))
        path = smoke.folder / f"results/disagreements/{model}/{row['variant']}.csv"
        assert len(path.read_text(encoding="utf-8").splitlines()) - 1 == int(row["disagreements"])


def test_findings_have_verdicts(smoke):
    found = rows(smoke, "findings")
    assert {row["finding"] for row in found} >= {"1", "2", "3"}
    assert {row["verdict"] for row in found} <= {"supported", "contradicted", "inconclusive"}
    for row in found:
        assert float(row["effect_low"]) <= float(row["effect"]) <= float(row["effect_high"])


def test_every_published_cell_is_compared(smoke):
    # 17 sets of the study (the clean one and MNIST-C's 16), four methods, four quantizers.
    assert len(rows(smoke, "published_comparison")) == 17 * 4 * 4


def test_figures_are_there(smoke):
    for figure in ("heat_map", "clean_and_shifted", "published"):
        for ending in ("svg", "png"):
            assert (smoke.folder / f"results/figures/{figure}/mnist/lenet5.{ending}").stat().st_size > 10_000


def test_the_record_tells_what_was_run(smoke):
    record = json.loads((smoke.folder / "results/run.json").read_text(encoding="utf-8"))
    assert record["config"]["datasets"]["mnist"]["test_limit"] == 500
    assert record["versions"]["onnxruntime"]
    assert record["cpu"]["model"]
    assert record["start"] < record["end"]
    assert record["seconds_by_rule"]["train"]["jobs"] == 4


def test_every_job_has_its_log(smoke):
    log = smoke.folder / "results/logs/train/mnist/lenet5/mixup/0.log"
    assert "validation accuracy" in log.read_text(encoding="utf-8")
    left = [file.name for file in (smoke.folder / "results").rglob(".*")]
    assert set(left) <= {".snakemake_timestamp"}  # no temporary file


def test_asked_again_nothing_is_done(smoke):
    assert "Nothing to be done" in smoke.plan(*SMOKE).output
