"""A wrong config stops before any job, with one line for its author."""

import time

import pytest

from tests.workflow.project import Project


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ("study: {method: [standard]}", "study.method = [\"standard\"]: unknown key; did you mean 'methods'?"),
        ("training: {mnist: {standard: {epochs: many}}}", 'training.mnist.standard.epochs = "many": expected a whole'),
        ("training: {mnist: {standard: {epochs: -1}}}", "training.mnist.standard.epochs = -1: expected at least 1"),
        ("datasets: {mnist: {architectures: [lenet6]}}", '"lenet6": unknown; did you mean \'lenet'),
        ("suites: {mnist_c: {shifts: {fog: [9]}}}", "suites.mnist_c.shifts.fog[0] = 9: expected at most 5"),
        ("quantizers: {own: {scheme: static, bits: 8}}", "quantizers.own.bits = 8: unknown key"),
    ],
)
def test_a_wrong_config_is_told_in_one_line(project, config, told):
    project.write("config/wrong.yaml", config)
    outcome = project.snakemake("--cores", "1", "--configfile", "config/wrong.yaml")
    assert outcome.code != 0
    assert told in outcome.output
    assert [told in line for line in own_lines(outcome, "config/wrong.yaml")] == [True]


def own_lines(outcome, name):
    """Return the lines of an output that are not Snakemake's own opening ones, all of which name a file or option."""
    opening = ("Using workflow specific profile", "Config file ")
    lines = [line for line in outcome.output.splitlines() if line.strip() and not line.startswith(opening)]
    assert all(line.startswith(name) for line in lines), outcome.output[-3000:]
    return lines


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project that has no results."""
    return Project.copied(tmp_path_factory.mktemp("configs") / "project")


BOMB = b"a0: &a0 {x: 1, y: 2}\n" + b"".join(
    b"a%d: &a%d {%s}\n" % (level, level, b", ".join(b"k%d: *a%d" % (key, level - 1) for key in range(9)))
    for level in range(1, 9)
)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "my.yaml: no such file: expected a config file"),
        (BOMB, "my.yaml, line 5: a4 has more than 20,000 values"),
        (b"study: " + b"[" * 3000 + b"]" * 3000, "my.yaml, line 1: study[0][0]"),
        (b"study: &a\n  x: *a", "my.yaml, line 2: study.x: *a refers to a value that contains it"),
        ("study: {note: né}".encode("utf-16"), "my.yaml: text in UTF-16: expected UTF-8 text"),
        ("study: {note: né}".encode("latin-1"), "my.yaml, line 1: the byte 0xe9: expected UTF-8 text"),
        (bytes(range(256)), "my.yaml, line 2: the byte 0x80: expected UTF-8 text"),
        (b"study: {seeds: [0", "my.yaml, line 1: not YAML: while parsing a flow sequence"),
        (b"device: cpu\ndevice: cuda", "my.yaml, line 2: the key device occurs twice"),
        (b'study: {note: "a\\ud800b"}', 'my.yaml: study.note = "a\\ud800b": expected a string without halves of'),
        (b'quantizers: {"a1\\n": {scheme: float16}}', 'my.yaml: quantizers has the name "a1\\n": expected lower-case'),
        (b'data_directory: "~nosuchuser"', 'my.yaml: data_directory = "~nosuchuser": there is no home folder of'),
    ],
    ids=lambda value: None if isinstance(value, bytes) else value and value[:30],
)
def test_a_damaged_file_is_told_in_one_line_and_soon(project, content, told):
    file = project.folder / "my.yaml"
    file.unlink(missing_ok=True)
    if content is not None:
        file.write_bytes(content)
    began = time.monotonic()
    outcome = project.snakemake("-n", "--configfile", "my.yaml")
    assert time.monotonic() - began < 30
    assert outcome.code == 1
    assert [line.startswith(told) for line in own_lines(outcome, "my.yaml")] == [True]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("study.seeds=1", '--config "study.seeds=1": expected key=value with a top-level key'),
        ("device=gpu", '--config: device = "gpu": did you mean'),
        ("study={note: a, note: b}", '--config "study={note: a, note: b}": the key note occurs twice'),
    ],
)
def test_a_wrong_value_of_the_command_line_is_told_in_one_line(project, given, told):
    outcome = project.snakemake("-n", "--config", given)
    assert outcome.code == 1
    assert [line.startswith(told) for line in own_lines(outcome, "--config")] == [True]
