"""Plans of a user's own models and data."""

import json
import re
import shutil

import pytest
import yaml
from tests.own_linear import linear, write_model_record

from quantshift.command.main import main as quantshift
from quantshift.core.errors import QuantshiftError
from quantshift.planning import workflow
from quantshift.planning.__main__ import main
from quantshift.planning.plan import plan

HEADER = "s\th:m:s\tmax_rss\tmax_vms\tmax_uss\tmax_pss\tio_in\tio_out\tmean_load\tcpu_time\n"


def of(jobs, rule):
    return [job.names for job in jobs if job.rule == rule]


def listed(own, *more):
    return workflow.jobs(own.root, [own.folder / "quantshift.yaml", *more], own.folder)


def test_all_jobs_of_a_users_model_are_listed(own):
    jobs = listed(own)
    variants = ("float32", "weight_int8", "static_int8", "theirs")
    assert {(names["variant"], names["suite"]) for names in of(jobs, "evaluate")} == {
        (variant, suite) for variant in variants for suite in ("clean", "given", "features")
    }
    counts = {rule: len(of(jobs, rule)) for rule in ("given_model", "given_variant", "given_record", "given_data")}
    assert counts == dict.fromkeys(counts, 1)
    assert sorted(names["shift"] for names in of(jobs, "given_shift")) == ["noisy", "others"]
    assert len(of(jobs, "given_corruption")) == 9
    assert {names["quantizer"] for names in of(jobs, "quantize")} == {"weight_int8", "static_int8"}
    for rule in ("compare", "compare_variant", "detect", "detect_variant", "inspect", "inspect_variant", "details"):
        assert len(of(jobs, rule)) == 1
    assert all(job.memory > 0 for job in jobs)
    assert not (own.folder / "results").exists()


def test_a_users_model_is_planned_with_trained_models(own):
    config = own.config
    config["study"].pop("datasets")
    (own.folder / "quantshift.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    jobs = workflow.jobs(own.root, [own.root / "config/smoke.yaml", own.folder / "quantshift.yaml"], own.folder)
    assert len(of(jobs, "train")) > 1
    assert len(of(jobs, "given_model")) == 1
    assert {names["dataset"] for names in of(jobs, "compare")} > {"sensor", "mnist"}


@pytest.fixture
def finished(own):
    """The folder after a run: 10 s for each job, of which 8 s are work, and 90 MiB."""
    for job in listed(own):
        if job.benchmark:
            (own.folder / job.benchmark).parent.mkdir(parents=True, exist_ok=True)
            (own.folder / job.benchmark).write_text(f"{HEADER}10.0\t-\t90.0\t-\t-\t-\t-\t-\t-\t7.0\n", encoding="utf-8")
            (own.folder / job.log).parent.mkdir(parents=True, exist_ok=True)
            (own.folder / job.log).write_text("done in 8.00 s, 4.00 s of CPU\n", encoding="utf-8")
    write_model_record(own.folder, (own.folder / "m.onnx").stat().st_size)
    (own.folder / "results/run.json").write_text(json.dumps({"config": relative(own)}), encoding="utf-8")
    return own


def relative(own):
    """Return the merged config of a run, with the paths as in the user's file."""
    merged = dict(workflow.merged(own.root, [own.folder / "quantshift.yaml"], own.folder))
    return merged | {section: own.config[section] for section in ("models", "data")}


def planned(own, *arguments, capsys, code=0):
    """Return what the command shows."""
    assert quantshift(["plan", "--directory", str(own.folder), "--only-records", *arguments]) == code
    return capsys.readouterr()


def test_a_finished_check_is_predicted_from_its_records(finished, capsys):
    shown = planned(finished, capsys=capsys).out
    jobs = int(re.search(r": (\d+) jobs", shown).group(1))
    words = shown.splitlines()[3].split()
    assert words[0] == "1"
    assert 60 * int(words[1]) + int(words[3]) == pytest.approx(10.1 * jobs, rel=0.03)
    assert "measured here" not in shown
    note = "own data sensor, counted in its files: 100 test samples, 20 for calibration; shifted: noisy 100, others 30"
    assert note in shown.splitlines()


def test_the_check_may_have_moved_and_is_found_from_any_folder(finished, capsys, monkeypatch, tmp_path):
    moved = tmp_path / "moved"
    shutil.move(finished.folder, moved)
    finished.folder = moved
    before = planned(finished, capsys=capsys).out.splitlines()
    monkeypatch.chdir(moved)
    assert quantshift(["plan", "--only-records"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == before[0].replace(f"{moved}/", "")
    # The time that Snakemake needs to list the jobs is a part of the wall time.
    start = next(number for number, line in enumerate(shown) if line.startswith("stage"))
    assert shown[start:] == before[start:]


def test_the_module_plans_a_check_too(finished, capsys, monkeypatch):
    monkeypatch.chdir(finished.root)
    assert main(["--directory", str(finished.folder), "--only-records"]) == 0
    assert "given_model" in capsys.readouterr().out


def test_a_new_model_has_no_records(finished, capsys):
    linear(finished.folder / "m.onnx", features=48)
    shown = planned(finished, capsys=capsys, code=3)
    assert re.search(r"error: --only-records: \d+ kinds of jobs have no record, such as .*linear", shown.err)


def test_a_run_whose_files_are_gone_has_no_records(finished, capsys):
    config = relative(finished)
    config["data"]["sensor"]["test"]["file"] = "gone.npy"
    (finished.folder / "results/run.json").write_text(json.dumps({"config": config}), encoding="utf-8")
    shown = planned(finished, capsys=capsys, code=3)
    (line,) = (line for line in shown.err.splitlines() if "not used" in line)
    assert line.startswith("the records of the last run are not used: ")
    assert 'data.sensor.test.file = "' in line
    # Records that are named must exist.
    shown = planned(finished, "--records", str(finished.folder), capsys=capsys, code=3)
    assert "error: " in shown.err
    assert "no longer valid" in shown.err


@pytest.mark.parametrize(
    ("file", "key"),
    [
        ("m.onnx", "models.linear.file"),
        ("q.onnx", "models.linear.variants.theirs"),
        ("rows.npy", "data.sensor.test.file"),
        ("noisy.npy", "data.sensor.shifted.noisy.file"),
    ],
)
def test_a_missing_file_is_one_line(own, capsys, file, key):
    (own.folder / file).unlink()
    error = planned(own, capsys=capsys, code=3).err.splitlines()[-1]
    path = (own.folder / file).resolve()
    assert error.startswith(f'error: {own.folder}/quantshift.yaml: {key} = "{path}": there is no such file; expected')


def test_a_folder_without_a_config_is_one_line(own, capsys, tmp_path):
    own.folder = tmp_path / "other"
    error = planned(own, capsys=capsys, code=3).err.splitlines()[-1]
    assert error.startswith(f"error: {tmp_path}/other has no quantshift.yaml: name the folder of a check")


def test_what_has_no_records_is_measured(own, monkeypatch):
    from quantshift.planning import timing

    monkeypatch.setattr(timing, "SECONDS", 0.02)
    monkeypatch.setattr(timing, "BRIEF", 0.02)
    # The start of a process is measured in other tests, and takes long for many rules.
    monkeypatch.setattr("quantshift.planning.plan.start", lambda script: 0.25)
    lines = []
    shown = plan(
        own.root, [], [1], None, measuring=True, cpu_time=False, report=lines.append, folder=own.folder
    ).splitlines()
    assert re.fullmatch(r"measuring sensor \(1 of 1\): \d\d kinds of jobs", lines[-1])
    stages = {line.split()[0]: line for line in shown if "measured here" in line and line.split()[0] != "measured"}
    assert "measured here 12" in stages["evaluate"]
    assert any("your own models with the first samples of their data" in line for line in shown)
    (disk,) = (line for line in shown if line.startswith("disk: "))
    assert all(kind in disk for kind in ("models", "data", "logits"))


def test_a_missing_config_is_reported(own):
    with pytest.raises(QuantshiftError, match=r"nowhere\.yaml: no such file"):
        workflow.jobs(own.root, [own.folder / "nowhere.yaml"], own.folder)
