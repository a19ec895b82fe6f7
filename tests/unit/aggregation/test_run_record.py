"""The record of a run."""

import datetime
import json
import subprocess
from pathlib import Path

import pytest

from quantshift.aggregation import run_record

X86 = """processor\t: 0
vendor_id\t: GenuineIntel
model name\t: A Processor @ 2.00GHz
flags\t\t: fpu sse2 avx avx2 {flags}
bugs\t\t: spectre_v1

processor\t: 1
model name\t: Another Processor
flags\t\t: fpu
"""
ARM = "processor\t: 0\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd asimddp i8mm\nCPU part\t: 0xd40\n"
CONFIG = {"study": {"seeds": [0]}}
HEADER = "s\th:m:s\tmax_rss\tcpu_time\n"


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository with one commit; the test runs inside it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "file").write_text("one")
    who = ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.org"]
    for arguments in (["init", "--quiet"], ["add", "file"], [*who, "commit", "--quiet", "--message", "one"]):
        subprocess.run(["git", *arguments], check=True)
    return tmp_path


def revision():
    return subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize(
    ("text", "model", "features"),
    [
        (X86.format(flags="avx512f avx512_vnni"), "A Processor @ 2.00GHz", ["avx2", "avx512f", "avx512_vnni"]),
        (X86.format(flags="avx_vnni amx_int8"), "A Processor @ 2.00GHz", ["avx2", "avx_vnni", "amx_int8"]),
        (X86.format(flags=""), "A Processor @ 2.00GHz", ["avx2"]),
        (ARM, None, ["asimddp", "i8mm"]),
    ],
    ids=["vnni-512", "vnni", "no-vnni", "arm"],
)
def test_the_cpu(tmp_path, text, model, features):
    (tmp_path / "cpuinfo").write_text(text)
    record = run_record.cpu(tmp_path / "cpuinfo")
    assert record["integer_features"] == features
    assert record["model"] == model if model else record["model"]
    assert record["cores"] >= 1


def test_a_machine_without_cpuinfo(tmp_path):
    record = run_record.cpu(tmp_path / "nothing")
    assert record["integer_features"] == []
    assert record["model"]


def test_the_revision_of_a_clean_tree(repository):
    assert run_record.git_revision(Path.cwd()) == revision()
    assert len(revision()) == 40


def test_a_tag_does_not_replace_the_revision(repository):
    subprocess.run(["git", "tag", "v1.0"], check=True)
    assert run_record.git_revision(Path.cwd()) == revision()


def test_the_revision_of_a_changed_tree_is_marked(repository):
    (repository / "file").write_text("two")
    assert run_record.git_revision(Path.cwd()) == f"{revision()}-dirty"


def test_a_new_member_is_a_change(repository):
    (repository / "notes.txt").write_text("not code")
    assert run_record.git_revision(Path.cwd()) == revision()
    (repository / "src").mkdir()
    (repository / "src/new.py").write_text("NEW = True")
    assert run_record.git_revision(Path.cwd()) == f"{revision()}-dirty"


def test_outside_a_repository_there_is_no_revision(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert run_record.git_revision(Path.cwd()) is None


def test_without_git_there_is_no_revision(repository, monkeypatch):
    monkeypatch.setenv("PATH", str(repository))
    assert run_record.git_revision(Path.cwd()) is None


def test_seconds_of_the_studys_jobs_are_summed_by_rule(tmp_path):
    files = {
        "evaluate/mnist/lenet5/digits.tsv": HEADER + "1.5\t0:00:01\t100\t2.25\n",
        "evaluate/mnist/lenet1/digits.tsv": HEADER + "0.25\t0:00:00\tNA\tNA\n",
        "evaluate/mnist/lenet300/digits.tsv": HEADER + "500\t0:08:20\t100\t500\n",
        "export/mnist/lenet300.tsv": HEADER + "500\t0:08:20\t100\t500\n",
        "train/mnist.tsv": HEADER + "10\t0:00:10\t100\t9.5\n20\t0:00:20\t100\t19.5\n",
        "findings_table.tsv": HEADER + "3\t0:00:03\t100\t2\n",
    }
    for name, content in files.items():
        (tmp_path / "benchmarks" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "benchmarks" / name).write_text(content)
    (tmp_path / "benchmarks/evaluate/notes.txt").write_text("nothing")
    # The process that Snakemake started does not use the CPU time of a forked job.
    log = tmp_path / "logs/evaluate/mnist/lenet1/digits.log"
    log.parent.mkdir(parents=True)
    log.write_text("done in 0.20 s, 0.15 s of CPU, 80 MB at most\n")
    subjects = {"", "mnist", "mnist/lenet5/digits", "mnist/lenet1/digits"}
    assert run_record.seconds_by_rule(tmp_path, subjects) == {
        "evaluate": {"jobs": 2, "seconds": 1.75, "cpu_seconds": 2.4},
        "findings_table": {"jobs": 1, "seconds": 3.0, "cpu_seconds": 2.0},
        "train": {"jobs": 2, "seconds": 30.0, "cpu_seconds": 29.0},
    }


def test_without_records_there_are_no_rules(tmp_path):
    assert run_record.seconds_by_rule(tmp_path / "nothing", {""}) == {}


@pytest.mark.parametrize("text", ["NA", "", "-"])
def test_a_missing_measurement_counts_as_0(text):
    assert run_record.number(text) == 0.0


def test_a_record(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run_record.start({"", "mnist"})
    for dataset in ("mnist", "forgotten"):
        file = tmp_path / f"benchmarks/dataset/{dataset}.tsv"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(HEADER + "1.5\t0:00:01\t100\t2.25\n")
    run_record.write(CONFIG, tmp_path, tmp_path / "run.json")
    record = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert record["config"] == CONFIG
    assert record["seconds_by_rule"] == {"dataset": {"jobs": 1, "seconds": 1.5, "cpu_seconds": 2.25}}
    assert {"python", "quantshift", "snakemake", "numpy", "onnxruntime", "torch"} <= set(record["versions"])
    start, end = (datetime.datetime.fromisoformat(record[key]) for key in ("start", "end"))
    assert start <= end
    assert start.utcoffset() == datetime.timedelta(0)


def test_a_run_without_a_recorded_start(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run_record.write(CONFIG, tmp_path, tmp_path / "run.json")
    record = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert (record["start"], record["seconds_by_rule"]) == (None, {})
