"""A change reruns all jobs that depend on it, and no others. These are dry runs of the finished smoke study."""

import ast
import json
import os
import shutil

import pytest
import yaml

from tests.workflow.conftest import SMOKE

TABLES = {
    "evaluation_table",
    "variants_table",
    "detectors_table",
    "findings_table",
    "published_comparison_table",
    "retraining_table",
    "decision",
    "run_record",
    "figure",
    "details",
    "report_page",
}
# Rules that create the tables' inputs, apart from retraining.
STAGES = {
    *("fetch", "dataset", "shift", "truth"),
    *("train", "graph", "export", "quantize", "inspect", "evaluate", "compare", "detect"),
}
# Rules that depend on nearly everything.
LAST = {"figure", "run_record", "report_page"}


def overlay(project, text):
    """Return the arguments for the smoke study with an additional config."""
    return (*SMOKE, project.write("config/own.yaml", text))


def plain(outcome):
    """Return the jobs without those of retrained models, which depend on their models' disagreements."""
    return [
        (rule, wildcards)
        for rule, wildcards in outcome.jobs
        if "." not in wildcards.get("method", "") and "protocol" not in wildcards
    ]


def of(jobs, rule, wildcard):
    """Return a wildcard of a rule's jobs on MNIST, sorted."""
    return sorted(wildcards[wildcard] for name, wildcards in jobs if name == rule and wildcards["dataset"] == "mnist")


def test_a_new_preset_creates_its_own_cells(changed):
    text = """
study: {quantizers: [static_int8, dynamic_int8, weight_int8, float16, weight_int4]}
quantizers: {weight_int4: {scheme: weight_only, bits: 4}}
"""
    jobs = plain(changed.plan(*overlay(changed, text)))
    assert of(jobs, "quantize", "quantizer") == ["weight_int4"] * 4
    assert of(jobs, "evaluate", "variant") == ["weight_int4"] * 12
    # These are one job a model: its other variants are compared and measured again, which is cheap, and not predicted.
    for rule in ("inspect", "compare", "detect"):
        assert of(jobs, rule, "method") == ["continued", "mixup", "qat", "standard"]
    assert {rule for rule, _ in jobs} == {"quantize", "inspect", "evaluate", "compare", "detect"} | TABLES
    # Retrained models are quantized with it, too, but no model is retrained.
    assert not {"train", "retrain", "export"} & changed.plan(*overlay(changed, text)).rules


def test_a_changed_preset_recreates_its_own_cells(changed):
    jobs = plain(changed.plan(*overlay(changed, "quantizers: {static_int8: {reduce_range: true}}")))
    assert of(jobs, "quantize", "quantizer") == ["static_int8"] * 4
    assert set(of(jobs, "evaluate", "variant")) == {"static_int8"}
    for rule in ("inspect", "compare", "detect"):
        assert of(jobs, rule, "method") == ["continued", "mixup", "qat", "standard"]


def test_a_removed_preset_predicts_nothing(changed):
    jobs = plain(changed.plan(*overlay(changed, "study: {quantizers: [static_int8, dynamic_int8, weight_int8]}")))
    assert {rule for rule, _ in jobs} - TABLES == {"inspect", "compare", "detect"}


def test_new_inference_settings_do_not_quantize_again(changed):
    jobs = plain(changed.plan(*overlay(changed, "quantizers: {static_int8: {batch_size: 32}}")))
    assert "quantize" not in {rule for rule, _ in jobs}
    assert set(of(jobs, "evaluate", "variant")) == {"static_int8"}


def test_a_new_seed_creates_its_own_models(changed):
    jobs = plain(changed.plan(*overlay(changed, "datasets: {mnist: {seeds: [0, 1]}}")))
    for rule in ("train", "export", "quantize", "evaluate", "compare", "detect"):
        assert set(of(jobs, rule, "seed")) == {"1"}, rule
    assert len(of(jobs, "train", "seed")) == 4
    assert not {"fetch", "dataset", "shift"} & {rule for rule, _ in jobs}


def test_a_new_method_of_a_data_set_creates_its_own_models(changed):
    jobs = plain(changed.plan(*overlay(changed, "datasets: {imdb: {methods: [adversarial, mixup]}}")))
    trained = [(wildcards["dataset"], wildcards["method"]) for rule, wildcards in jobs if rule == "train"]
    assert trained == [("imdb", "mixup")]


def test_a_new_architecture_creates_its_own_models(changed):
    jobs = plain(changed.plan(*overlay(changed, "datasets: {mnist: {architectures: [lenet5, lenet1]}}")))
    for rule in ("train", "export", "quantize", "evaluate", "compare", "detect"):
        assert set(of(jobs, rule, "architecture")) == {"lenet1"}, rule
    assert not {"fetch", "dataset", "shift"} & {rule for rule, _ in jobs}


def test_another_precision_trains_again(changed):
    outcome = changed.plan(*overlay(changed, "precision: tf32"))
    assert of(outcome.jobs, "train", "method") == ["continued", "mixup", "qat", "standard"]
    assert "retrain" in outcome.rules
    assert not {"fetch", "dataset", "shift", "truth", "graph"} & outcome.rules


def test_a_suite_with_another_shift_reruns_only_its_predictions(changed):
    jobs = plain(changed.plan(*overlay(changed, "suites: {mnist_c: {shifts: {fog: [4, 5]}}}")))
    assert [wildcards for rule, wildcards in jobs if rule == "shift"] == [
        {"dataset": "mnist", "suite": "mnist_c", "shift": "fog", "severity": "4"}
    ]
    assert set(of(jobs, "evaluate", "suite")) == {"mnist_c"}
    assert not {"train", "export", "quantize"} & {rule for rule, _ in jobs}


def test_a_removed_suite_reruns_only_what_reads_all_suites(changed):
    outcome = changed.plan(*overlay(changed, "datasets: {mnist: {suites: [mnist_c]}}"))
    assert outcome.rules == {"truth", "compare", "detect"} | TABLES - {"retraining_table"}


def test_a_hyperparameter_retrains_only_its_method(changed):
    jobs = plain(changed.plan(*overlay(changed, "training: {mnist: {mixup: {learning_rate: 0.001}}}")))
    for rule in ("train", "export", "quantize", "evaluate", "compare", "detect"):
        assert set(of(jobs, rule, "method")) == {"mixup"}, rule


@pytest.mark.parametrize(
    ("setting", "trained"), [("learning_rate: 0.001", ["continued", "qat"]), ("range_momentum: 0.2", ["qat"])]
)
def test_the_control_is_retrained_for_shared_hyperparameters(changed, setting, trained):
    jobs = plain(changed.plan(*overlay(changed, f"training: {{mnist: {{qat: {{{setting}}}}}}}")))
    assert of(jobs, "train", "method") == trained


def test_a_change_of_a_method_retrains_the_methods_that_start_from_it(changed):
    jobs = plain(changed.plan(*overlay(changed, "training: {mnist: {standard: {learning_rate: 0.001}}}")))
    assert of(jobs, "train", "method") == ["continued", "qat", "standard"]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("storage/files.py", STAGES | TABLES),
        ("metrics/kl_divergence.py", {"compare"} | TABLES - {"detectors_table", "retraining_table"}),
        ("detectors/energy.py", {"detect", "detectors_table", "findings_table", "details"}),
        ("studies/arxiv_2204_04220/findings/small_margins.py", {"findings_table"}),
        ("studies/arxiv_2204_04220/findings/shifted_data.py", {"findings_table"}),
        ("studies/arxiv_2204_04220/findings/few_removed.py", {"findings_table"}),
        (
            "studies/arxiv_2204_04220/published_tables.py",
            {"findings_table", "published_comparison_table", "retraining_table"},
        ),
        ("plotting/words.py", set()),
        ("inspection/coverage.py", {"inspect", "variants_table", "decision"}),
        ("decision/decide.py", {"decision"}),
        ("quantizers/schemes/float16.py", {"quantize", "inspect", "evaluate", "compare", "detect"} | TABLES),
        ("runtime/evaluate.py", {"evaluate", "compare", "detect"} | TABLES),
        ("architectures/lenet1.py", set()),
        (
            "export/trace.py",
            {"graph", "export", "quantize", "inspect", "evaluate", "compare", "detect"} | TABLES,
        ),
        (
            "training/methods/standard.py",
            {"train", "export", "quantize", "inspect", "evaluate", "compare", "detect"} | TABLES,
        ),
    ],
)
def test_an_edited_file_reruns_the_stages_that_use_it(changed, file, expected):
    changed.edit(f"src/quantshift/{file}")
    rules = {rule for rule, _ in plain(changed.plan(*SMOKE))}
    assert rules - LAST == expected - LAST


def test_comments_docstrings_and_layout_rerun_nothing(changed):
    """This applies to the package and to all scripts, including those with Snakemake's `script:` directive."""
    for folder in ("src", "workflow/scripts"):
        for file in (changed.folder / folder).rglob("*.py"):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            # `unparse` drops all comments and changes line breaks and brackets.
            file.write_text(f'"""Another docstring."""\n# edited\n{ast.unparse(tree)}\n', encoding="utf-8")
    assert "Nothing to be done" in changed.plan(*SMOKE).output


def test_messages_rerun_nothing(changed):
    for file, old, new in (
        ("storage/files.py", "no space left on the disk while writing", "the disk is full at"),
        ("storage/files.py", "put the right file in its place", "replace it"),
        ("jobs/job.py", "cannot be written", "is not writable"),
        ("training/loop.py", ", loss {", " has the loss {"),
    ):
        changed.edit(f"src/quantshift/{file}", old, new)
    assert "Nothing to be done" in changed.plan(*SMOKE).output


def test_an_edited_figure_reruns_only_its_drawings(changed):
    changed.edit("src/quantshift/figures/heat_map.py")
    assert sorted(changed.plan(*SMOKE).jobs, key=str) == [
        ("figure", {"figure": "heat_map", "dataset": "imdb", "architecture": "lstm"}),
        ("figure", {"figure": "heat_map", "dataset": "mnist", "architecture": "lenet5"}),
        ("report_page", {}),
    ]


@pytest.mark.parametrize("file", ["report/findings.py", "report/templates/page.css"])
def test_an_edited_page_reruns_only_the_page(changed, file):
    changed.edit(f"src/quantshift/{file}", new="/* edited */\n" if file.endswith(".css") else "EDITED = True\n")
    assert changed.plan(*SMOKE).jobs == [("report_page", {})]


def test_an_edited_method_retrains_only_its_models(changed):
    changed.edit("src/quantshift/training/methods/mixup.py")
    jobs = plain(changed.plan(*SMOKE))
    assert of(jobs, "train", "method") == ["mixup"]


def test_an_edited_shift_reruns_only_its_cells(changed):
    changed.edit("src/quantshift/shifts/mnist_c/fog.py")
    jobs = plain(changed.plan(*SMOKE))
    assert of(jobs, "shift", "shift") == ["fog"]
    assert set(of(jobs, "evaluate", "suite")) == {"mnist_c"}
    assert "train" not in {rule for rule, _ in jobs}


def test_the_configuration_in_the_run_record_reruns_nothing(changed):
    recorded = json.loads((changed.folder / "results/run.json").read_text(encoding="utf-8"))["config"]
    config = changed.write("config/same.yaml", yaml.safe_dump(recorded, sort_keys=False))
    assert "Nothing to be done" in changed.snakemake("-n", "--cores", "1", "--configfile", config).output


def test_touched_files_rerun_nothing(changed):
    for file in (changed.folder / "src").rglob("*.py"):
        os.utime(file)
    assert "Nothing to be done" in changed.plan(*SMOKE).output


def test_a_deleted_table_reruns_only_its_rule(smoke):
    table = smoke.folder / "results/tables/published_comparison.csv"
    backup = table.with_suffix(".backup")
    shutil.copy2(table, backup)
    table.unlink()
    try:
        assert "published_comparison_table" in smoke.plan(*SMOKE).rules
        assert not {"evaluation_table", "compare"} & smoke.plan(*SMOKE).rules
    finally:
        backup.rename(table)
