"""A mistake in the input is exit code 3 and one sentence; other failures name the log and its last line."""

from quantshift.command.exit_codes import RunFailedError
from quantshift.command.failure import error_of
from quantshift.command.run import Outcome


def outcome(*events):
    result = Outcome(code=1)
    for event in events:
        result.add(event)
    return result


def failed(rule, log):
    return {"kind": "job_error", "jobid": 1, "rule_name": rule, "log": [log]}


def test_an_explained_error_in_the_input_is_the_sentence(tmp_path):
    (tmp_path / "model.log").write_text("reading\ninput error: net.onnx is no classifier: add one\n", encoding="utf-8")
    error = error_of(outcome(failed("given_model", "model.log")), tmp_path, tmp_path / "run.log")
    assert str(error) == "net.onnx is no classifier: add one"
    assert not isinstance(error, RunFailedError)


def test_an_error_in_the_input_comes_first(tmp_path):
    (tmp_path / "model.log").write_text("input error: net.onnx is no classifier\n", encoding="utf-8")
    (tmp_path / "other.log").write_text("error: boom\n", encoding="utf-8")
    events = failed("retraining_table", "other.log"), failed("given_model", "model.log")
    assert str(error_of(outcome(*events), tmp_path, tmp_path / "run.log")) == "net.onnx is no classifier"


def test_a_mistake_that_a_later_step_finds_is_one_of_the_input(tmp_path):
    (tmp_path / "a.log").write_text("input error: the shifted set noisy: ...\n", encoding="utf-8")
    error = error_of(outcome(failed("evaluate", "a.log")), tmp_path, tmp_path / "run.log")
    assert str(error) == "the shifted set noisy: ..."
    assert not isinstance(error, RunFailedError)


def test_a_full_disk_while_the_input_is_read_is_a_failed_run(tmp_path):
    (tmp_path / "data.log").write_text("error: no space left on the disk\n", encoding="utf-8")
    error = error_of(outcome(failed("given_data", "data.log")), tmp_path, tmp_path / "run.log")
    assert isinstance(error, RunFailedError)


def test_a_bug_in_reading_the_input_is_a_failed_run(tmp_path):
    text = "Traceback (most recent call last):\nTypeError: x\nerror: TypeError: x (see model.log for the traceback)\n"
    (tmp_path / "model.log").write_text(text, encoding="utf-8")
    error = error_of(outcome(failed("given_model", "model.log")), tmp_path, tmp_path / "run.log")
    assert isinstance(error, RunFailedError)


def test_another_failure_names_the_logs_and_the_last_line(tmp_path):
    (tmp_path / "a.log").write_text("starting\nerror: the disk is full\n", encoding="utf-8")
    error = error_of(outcome(failed("evaluate", "a.log"), failed("inspect", "b.log")), tmp_path, tmp_path / "run.log")
    assert isinstance(error, RunFailedError)
    assert str(error) == (
        f"the step evaluate failed (and 1 more): the disk is full\nits log is {tmp_path / 'a.log'}, that of the run is "
        f"{tmp_path / 'run.log'}"
    )


def test_a_job_without_a_log_may_have_been_killed(tmp_path):
    error = error_of(outcome(failed("evaluate", "a.log")), tmp_path, tmp_path / "run.log")
    assert "it may have been killed, perhaps because memory ran out" in str(error)


def test_mistakes_in_the_config_are_shown_as_they_are(tmp_path):
    error = error_of(outcome({"kind": "message", "text": "my.yaml: a = 1: wrong"}), tmp_path, tmp_path / "run.log")
    assert str(error) == "my.yaml: a = 1: wrong"
    assert not isinstance(error, RunFailedError)


def test_a_locked_folder_is_explained(tmp_path):
    event = {"kind": "error", "exception": "LockException", "text": "Error: Directory cannot be locked."}
    error = error_of(outcome(event), tmp_path, tmp_path / "run.log")
    assert isinstance(error, RunFailedError)
    assert f"quantshift study --directory {tmp_path} --unlock" in str(error)
