"""The jobs of a study, from a dry run."""

import signal
from pathlib import Path

import pytest

from quantshift.core.errors import QuantshiftError
from quantshift.planning import workflow
from quantshift.study import Study


@pytest.fixture(scope="module")
def smoke(root):
    """The jobs of the smoke study."""
    return workflow.jobs(root, [root / "config/smoke.yaml"])


def of(jobs, rule, **names):
    return [job for job in jobs if job.rule == rule and names.items() <= job.names.items()]


def test_all_jobs_of_the_grid_are_listed(smoke, root):
    study = Study(workflow.merged(root, [root / "config/smoke.yaml"]))
    assert len(of(smoke, "train")) == len(study.models) == 5
    assert len(of(smoke, "retrain")) == len(study.retrained) == 2
    assert len(of(smoke, "evaluate")) == ((5 + 2) + 5 * 2) * len(study.variants)
    for rule in ("compare", "detect", "inspect"):
        assert len(of(smoke, rule)) == len(study.models)
    # Rules without outputs, which only collect others, are not listed.
    assert not {"all", "tables", "figures"} & {job.rule for job in smoke}


def test_jobs_need_the_jobs_that_create_their_inputs(smoke):
    rules = {job.number: job.rule for job in smoke}
    (evaluate,) = of(smoke, "evaluate", dataset="mnist", method="qat", variant="static_int8", suite="digits")
    (train,) = of(smoke, "train", dataset="mnist", method="qat")
    assert sorted(rules[number] for number in evaluate.needs) == ["export", "quantize", "shift"]
    # It starts from the weights of standard training.
    assert sorted(rules[number] for number in train.needs) == ["dataset", "train"]
    assert of(smoke, "fetch", artifact="mnist")[0].needs == ()
    assert {number for job in smoke for number in job.needs} <= set(rules)


def test_a_job_that_reads_a_model_names_its_facets(smoke):
    (quantize,) = of(smoke, "quantize", dataset="imdb", quantizer="float16")
    assert quantize.wildcards == {"model": "imdb/lstm/adversarial/0", "quantizer": "float16"}
    assert {"architecture": "lstm", "method": "adversarial", "seed": "0"}.items() <= quantize.names.items()


def test_data_are_read_before_any_training(smoke):
    """A limit that the data do not reach stops a study in its first minutes, not after hours of training."""
    least = min(job.priority for rule in ("fetch", "dataset") for job in of(smoke, rule))
    assert least > max(job.priority for job in smoke if job.rule not in ("fetch", "dataset"))


def test_jobs_have_the_values_that_their_rules_state(smoke):
    (train,) = of(smoke, "train", dataset="mnist", method="qat")
    assert train.wildcards == {"dataset": "mnist", "architecture": "lenet5", "method": "qat", "seed": "0"}
    assert train.priority == 10
    assert train.memory > 0
    assert train.benchmark == "results/benchmarks/train/mnist/lenet5/qat/0.tsv"
    assert train.log == "results/logs/train/mnist/lenet5/qat/0.log"
    assert "results/models/mnist/lenet5/qat/0/weights.npz" in train.outputs


def test_most_jobs_leave_a_record(smoke):
    without = {job.rule for job in smoke if not job.benchmark}
    assert not without & {"fetch", "dataset", "shift", "train", "retrain", "export", "quantize", "inspect", "evaluate"}
    assert not without & {"compare", "detect", "compare_retraining", "figure", "findings_table", "variants_table"}


def test_planning_does_not_need_the_users_folder(root, tmp_path, smoke):
    config = tmp_path / "own.yaml"
    config.write_text("data_directory: my_files", encoding="utf-8")
    assert len(workflow.jobs(root, [root / "config/smoke.yaml", config])) == len(smoke)


def test_threads_are_those_of_the_config(root, tmp_path):
    config = tmp_path / "threads.yaml"
    config.write_text("training: {mnist: {standard: {threads: 48}}}", encoding="utf-8")
    jobs = workflow.jobs(root, [root / "config/smoke.yaml", config])
    assert {job.threads for job in of(jobs, "train", dataset="mnist", method="standard")} == {48}


def test_nothing_is_left_behind(root, capfd):
    before = Path.cwd(), signal.getsignal(signal.SIGTERM)
    workflow.jobs(root, [root / "config/smoke.yaml"])
    assert (Path.cwd(), signal.getsignal(signal.SIGTERM)) == before
    assert "evaluate" not in "".join(capfd.readouterr())


def test_a_wrong_config_is_reported(root, tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("study: {seeds: [one]}", encoding="utf-8")
    with pytest.raises(QuantshiftError, match=r"study\.seeds\[0\]"):
        workflow.jobs(root, [wrong])
