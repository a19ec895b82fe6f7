"""Mistakes in a member's file are reported before any job, with the file's name."""

import shutil

import pytest

from quantshift.configuration.files import incomplete
from quantshift.configuration.fit import requirements
from quantshift.configuration.suites import unknown_shifts
from quantshift.core import members
from quantshift.core.errors import QuantshiftError


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An editable copy of the package's members."""
    shutil.copytree(members.PACKAGE, tmp_path / "quantshift", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(members, "PACKAGE", tmp_path / "quantshift")
    return tmp_path / "quantshift"


def test_the_projects_own_files_are_complete():
    assert list(incomplete()) == []


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("architectures/tiny.py", "def build(shape, classes): ...", "tiny.py lacks MODALITY, a plain value"),
        ("architectures/tiny.py", 'MODALITY = "image"', "tiny.py lacks the function build"),
        (
            "architectures/tiny.py",
            'MODALITY = "image"\nOPTIONS = {"width": {"type": "number", "description": "x"}}\ndef build(a, b): ...',
            "tiny.py: OPTIONS.width lacks its default",
        ),
        (
            "training/methods/mine.py",
            'SETTINGS = {"rate": {"type": "number", "minimun": 0, "description": "x"}}',
            "mine.py: SETTINGS.rate.minimun = 0: unknown key; did you mean 'minimum'?",
        ),
        (
            "training/methods/mine.py",
            'SETTINGS = {"rate": {"type": "float", "description": "x"}}',
            'mine.py: SETTINGS.rate.type = "float": known: integer, number, boolean',
        ),
        ("training/methods/mine.py", 'SETTINGS = {"rate": 3}', "mine.py: SETTINGS.rate = 3: expected a mapping"),
        (
            "training/methods/mine.py",
            'SETTINGS = {"rate": {"minimum": 0, "description": "x"}}',
            "mine.py: SETTINGS.rate lacks its type",
        ),
        (
            "architectures/tiny.py",
            'MODALITY = "imge"\ndef build(shape, classes): ...',
            "tiny.py: MODALITY = 'imge': no such modality; did you mean 'image'?",
        ),
        (
            "architectures/tiny.py",
            'MODALITY = "text"\nFACTS = ("TOKENS",)\ndef build(shape, classes): ...',
            "tiny.py: FACTS has 'TOKENS': text data sets have no such fact; did you mean 'tokens'? known: tokens",
        ),
        (
            "architectures/tiny.py",
            'MODALITY = "image"\nTAKES = {"CHANNELS": 3}\ndef build(shape, classes): ...',
            "tiny.py: TAKES has 'CHANNELS': no data set has such a fact; did you mean 'channels'?",
        ),
        ("shifts/digits/__init__.py", 'TAKES = ("shape",)', "__init__.py: TAKES = ('shape',): expected a dictionary"),
        ("training/methods/mine.py", "METHOD = None", "mine.py lacks SETTINGS, a plain value"),
        ("detectors/mine.py", "SCORE = None", "mine.py lacks the function score"),
        (
            "detectors/mine.py",
            'OUTPUTS = ("logit",)\ndef score(logits): ...',
            "mine.py: OUTPUTS has 'logit': models have no such outputs; did you mean 'logits'? known: logits, ",
        ),
        (
            "detectors/My-Metric.py",
            "def score(logits): ...",
            "My-Metric.py: expected a name of lower-case letters, digits and underscores",
        ),
    ],
)
def test_an_incomplete_file_is_reported(package, file, content, message):
    (package / file).write_text(content, encoding="utf-8")
    (line,) = incomplete()
    assert line.startswith(f"src/quantshift/{file.rpartition('/')[0]}/")
    assert message in line


def test_a_file_that_is_not_python_is_reported(package):
    (package / "detectors/mine.py").write_text("LIMIT = 1\ndef score(logits)\n", encoding="utf-8")
    with pytest.raises(QuantshiftError, match=r"detectors/mine\.py, line 2: .*expected valid Python"):
        list(incomplete())


def test_a_folder_of_shifts_needs_no_constants(package):
    (package / "shifts/own").mkdir()
    assert requirements("own") == {}
    assert requirements("cifar10_c") == {"modality": "image", "channels": 3}


def test_a_users_shift_needs_no_published_severity(package):
    (package / "shifts/own").mkdir()
    (package / "shifts/own/mine.py").write_text("def apply(images, severity, generator): ...\n", encoding="utf-8")
    assert list(unknown_shifts("own", {"shifts": {"mine": [0]}})) == []
    (line,) = unknown_shifts("own", {"shifts": {"mine": [1]}})
    assert line == "suites.own.shifts.mine = [1]: mine has no severity 1; it has [0]"


def test_a_file_without_a_shift_function_is_reported(package):
    (package / "shifts/digits/mine.py").write_text("LEVELS = (1, 2)\n", encoding="utf-8")
    (line,) = unknown_shifts("digits", {"shifts": {"mine": [1]}})
    assert "its file src/quantshift/shifts/digits/mine.py lacks the function apply or load" in line
