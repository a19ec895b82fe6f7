"""Failures are reported clearly, and leave nothing that the next run would regard as complete."""

import os
import shutil
import signal
import time

from tests.workflow.conftest import SMOKE

MODEL = "results/models/mnist/lenet5/standard/0"
LOGITS = "results/logits/mnist/lenet5/standard/0/float16/digits.npz"


def test_a_truncated_model_is_named(smoke):
    model = smoke.folder / MODEL / "float16.onnx"
    content, times = model.read_bytes(), model.stat()
    model.write_bytes(content[: len(content) // 2])
    os.utime(model, ns=(times.st_atime_ns, times.st_mtime_ns))
    original = (smoke.folder / LOGITS).read_bytes()
    (smoke.folder / LOGITS).unlink()
    try:
        outcome = smoke.snakemake("--cores", "1", LOGITS, *SMOKE)
        assert outcome.code != 0
        assert f"error: {MODEL}/float16.onnx is not an ONNX model as it was written (its checksum is" in outcome.output
        assert "run the same command again to continue" in outcome.output
        assert not (smoke.folder / LOGITS).exists()
        log = smoke.folder / "results/logs/evaluate/mnist/lenet5/standard/0/float16/digits.log"
        assert "float16.onnx is not an ONNX model" in log.read_text(encoding="utf-8")
    finally:
        model.write_bytes(content)
        os.utime(model, ns=(times.st_atime_ns, times.st_mtime_ns))
    # With the model restored, the logits are recreated with the same answers.
    smoke.run(LOGITS, *SMOKE)
    assert (smoke.folder / LOGITS).read_bytes() == original
    assert "Nothing to be done" in smoke.plan(*SMOKE).output


def test_a_killed_run_is_resumed(smoke):
    weights = "results/models/mnist/lenet5/standard/7/weights.npz"
    config = smoke.write("config/long.yaml", "study: {seeds: [0, 7]}\ntraining: {mnist: {standard: {epochs: 50}}}")
    run = smoke.start("--cores", "1", weights, *SMOKE, config)
    log = smoke.folder / "results/logs/train/mnist/lenet5/standard/7.log"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (log.exists() and "epoch 1/50" in log.read_text(encoding="utf-8")):
        time.sleep(0.2)
    os.kill(run.pid, signal.SIGKILL)  # only Snakemake, so its job becomes an orphan
    run.communicate(timeout=10)  # returns when the orphan has ended
    assert not (smoke.folder / weights).exists()
    smoke.snakemake("--unlock", *SMOKE)
    config = smoke.write("config/long.yaml", "study: {seeds: [0, 7]}")
    smoke.run(weights, *SMOKE, config)
    assert (smoke.folder / weights).exists()
    assert not list((smoke.folder / weights).parent.glob(".*"))
    shutil.rmtree((smoke.folder / weights).parent)
    (smoke.folder / "results/benchmarks/train/mnist/lenet5/standard/7.tsv").unlink()
    assert "Nothing to be done" in smoke.plan(*SMOKE).output


def test_a_damaged_file_of_the_user_is_reported(smoke):
    # Fetch in a separate folder, so that the study does not change.
    folder = smoke.folder / "elsewhere"
    data = folder / "data/mnist"
    data.mkdir(parents=True)
    for name in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
        (data / f"{name}-ubyte.gz").write_bytes(b"not the file")
    outcome = smoke.snakemake("--cores", "1", "--directory", str(folder), "--retries", "0", "results/fetched/mnist")
    assert outcome.code != 0
    assert "train-images-idx3-ubyte.gz" in outcome.output
    assert "md5" in outcome.output
    assert not (folder / "results/fetched/mnist").exists()


def test_a_comparison_of_another_study_is_reported(smoke):
    comparison = smoke.folder / "results/comparisons/mnist/lenet5/standard/0/float16.csv"
    table = smoke.folder / "results/tables/evaluation.csv"
    content, times, original = comparison.read_text(encoding="utf-8"), comparison.stat(), table.read_bytes()
    comparison.write_text(content.replace(",digits,digits,", ",digits,others,"), encoding="utf-8")
    os.utime(comparison, ns=(times.st_atime_ns, times.st_mtime_ns))
    table.unlink()
    try:
        outcome = smoke.snakemake("--cores", "1", "results/tables/evaluation.csv", *SMOKE)
        assert outcome.code != 0
        assert "float16.csv lacks rows of the study's config (suite shift severity): digits digits 0" in outcome.output
        assert not table.exists()
    finally:
        comparison.write_text(content, encoding="utf-8")
        os.utime(comparison, ns=(times.st_atime_ns, times.st_mtime_ns))
    smoke.run("results/tables/evaluation.csv", *SMOKE)
    assert table.read_bytes() == original
    smoke.run(*SMOKE)
    assert "Nothing to be done" in smoke.plan(*SMOKE).output
