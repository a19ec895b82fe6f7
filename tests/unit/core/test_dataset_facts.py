"""The facts about data sets are read from TOML files; mistakes in them are one line with the file and the key."""

from pathlib import Path

import pytest

from quantshift.configuration.files import incomplete
from quantshift.core import members
from quantshift.core.dataset_facts import DatasetFacts, canonical_facts, facts_of
from quantshift.core.errors import QuantshiftError
from quantshift.core.facts_check import mistakes

FACTS = {
    "artifact": '"own"',
    "modality": '"text"',
    "shape": "[5]",
    "tokens": "20",
    "classes": "2",
    "counts": "{training = 9, test = 8}",
}
WHOLE = "expected a whole number from"


def toml(**changes: str | None) -> str:
    """Return the text of a file with facts, some of them changed or, if None, left out."""
    return "".join(f"{key} = {value}\n" for key, value in (FACTS | changes).items() if value is not None)


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folder of members with the reader of the data set `own`, which lacks the facts."""
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets/own.py").write_text("def read(folder): ...\n", encoding="utf-8")
    monkeypatch.setenv(members.VARIABLE, str(tmp_path))
    return tmp_path / "datasets"


def test_the_facts_in_a_users_folder(own):
    (own / "own.toml").write_text(toml(counts="{training = 9_000, test = 8, validation = 7}"), encoding="utf-8")
    assert facts_of("own") == DatasetFacts("own", "text", (5,), 2, 9_000, 8, 7, {"tokens": 20})
    assert list(incomplete()) == []


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf" + toml().encode(), toml().replace("\n", "\r\n").encode()])
def test_files_of_all_editors_are_read(own, content):
    (own / "own.toml").write_bytes(content)
    assert facts_of("own").classes == 2
    assert list(incomplete()) == []


def test_the_label_is_the_display_name(own):
    (own / "own.toml").write_text(toml(label='"Own texts"'), encoding="utf-8")
    assert list(incomplete()) == []
    assert members.labels() == {"own": "Own texts"}
    assert "label" not in facts_of("own").modality_facts


def test_a_missing_file_is_reported_with_what_to_write(own):
    (line,) = incomplete()
    assert line.startswith(
        f"{own / 'own.toml'} is missing: write the facts about the data set own into it, one per line"
    )
    for fact in ("artifact = ", "modality = ", "shape = [1, 28, 28]", "counts = {training = 60_000, test = 10_000}"):
        assert fact in line
    with pytest.raises(QuantshiftError, match="is missing"):
        facts_of("own")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (toml().encode() + b"label = ", "Invalid value (at end of document): expected valid TOML"),
        (b"artifact = 'own'\nmodality == 'text'\n", "Invalid value (at line 2, column 11): expected valid TOML"),
        (b"classes = 1\nclasses = 2\n", "line 2, column 12): expected valid TOML"),
        (b"shape = " + b"[" * 100_000, "values nested too deeply: expected valid TOML"),
        (b"classes = " + b"9" * 5_000, "expected valid TOML"),
        (
            b"classes = 2\nlabel = 'caf\xe9'\n",
            "line 2: the byte 0xe9: expected UTF-8 text; save the file in that encoding",
        ),
        (
            "classes = 2\n".encode("utf-16"),
            "line 1: the byte 0xff: expected UTF-8 text; save the file in that encoding",
        ),
    ],
)
def test_a_file_that_is_not_toml_is_reported(own, content, message):
    (own / "own.toml").write_bytes(content)
    (line,) = incomplete()
    assert line.startswith(str(own / "own.toml"))
    assert line.endswith(message)
    assert "\n" not in line


def test_a_folder_in_place_of_the_file_is_reported(own):
    (own / "own.toml").mkdir()
    (line,) = incomplete()
    assert line == f"{own / 'own.toml'} cannot be read (Is a directory): expected a TOML file"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"artifact": None}, 'artifact is missing: expected a text of one line in quotes, such as artifact = "mnist"'),
        ({"artifact": "7"}, "artifact = 7: expected a text of one line in quotes"),
        ({"artifact": '""'}, 'artifact = "": expected a text of one line in quotes'),
        ({"label": '"a\\nb"'}, 'label = "a\\nb": expected a text of one line in quotes'),
        ({"modality": '"texts"'}, "modality = 'texts': no such modality; did you mean 'text'? known: image, text"),
        ({"modality": "1"}, "modality = 1: expected a text of one line in quotes"),
        ({"modality": None}, "modality is missing: expected a text of one line in quotes"),
        ({"modality": '"image"'}, "tokens = 20: unknown key; "),
        ({"tokens": None}, f"tokens is missing: {WHOLE} 1 to 1_000_000_000_000, such as tokens = 20_000"),
        ({"tokens": "0"}, f"tokens = 0: {WHOLE} 1 to"),
        ({"shape": "[]"}, "shape = []: expected a list of one or more whole numbers from 1 to"),
        ({"shape": "5"}, "shape = 5: expected a list of one or more"),
        ({"shape": "[3, -1]"}, "shape = [3, -1]: expected a list of one or more"),
        ({"shape": "[true]"}, "shape = [true]: expected a list of one or more"),
        ({"shape": "[28.0]"}, "shape = [28.0]: expected a list of one or more"),
        ({"classes": "true"}, f"classes = true: {WHOLE} 2 to"),
        ({"classes": "1"}, f"classes = 1: {WHOLE} 2 to"),
        ({"classes": "-10"}, f"classes = -10: {WHOLE} 2 to"),
        ({"classes": "nan"}, f"classes = NaN: {WHOLE} 2 to"),
        ({"classes": "2026-01-01"}, f'classes = "2026-01-01": {WHOLE} 2 to'),
        ({"classes": "1_000_000_000_001"}, f"classes = 1000000000001: {WHOLE} 2 to"),
        ({"classes": "0x" + "f" * 5_000}, f"classes = …: {WHOLE} 2 to"),
        ({"clases": "2"}, "clases = 2: unknown key; did you mean 'classes'?"),
        ({"classes": None, "clases": "2"}, "clases = 2: unknown key; did you mean 'classes'?"),
        ({"modality": None, "modalty": '"text"'}, "modalty = \"text\": unknown key; did you mean 'modality'?"),
        ({'"a b"': "1"}, '"a b" = 1: unknown key; '),
        ({"counts": "[9, 8]"}, "counts = [9, 8]: expected a table with the numbers of inputs"),
        (
            {"counts": "{training = 9}"},
            "counts.test is missing: expected the number of test inputs, such as counts = {",
        ),
        (
            {"counts": "{training = 9, tests = 8}"},
            "counts.tests = 8: unknown key; did you mean 'test'? known: training,",
        ),
        ({"counts": "{training = false, test = 8}"}, f"counts.training = false: {WHOLE} 1 to"),
        ({"counts": "{training = 9, test = 8, validation = 0}"}, f"counts.validation = 0: {WHOLE} 1 to"),
    ],
)
def test_a_wrong_fact_is_one_line_with_file_key_value_and_remedy(own, changes, message):
    (own / "own.toml").write_text(toml(**changes), encoding="utf-8")
    (line,) = incomplete()
    assert line.startswith(f"{own / 'own.toml'}: {message}")
    assert len(line) < len(str(own)) + 300


def test_each_wrong_fact_has_a_line(own):
    (own / "own.toml").write_text(toml(classes="0", shape="[]", counts="{}"), encoding="utf-8")
    assert [line.partition(": ")[2].split(" ")[0] for line in incomplete()] == [
        "shape",
        "classes",
        "counts.training",
        "counts.test",
    ]
    with pytest.raises(QuantshiftError, match=r"own\.toml: shape = \[\]: expected a list"):
        facts_of("own")


def test_the_facts_of_another_modality_need_no_code_here():
    facts = {"artifact": "a", "modality": "sound", "shape": [9], "classes": 2, "counts": {"training": 1, "test": 1}}
    assert list(mistakes(facts | {"rate": 8_000}, "a.toml")) == []
    assert list(mistakes(facts | {"rate": 8_000}, "a.toml", ("rate",))) == []
    (mistake,) = mistakes(facts, "a.toml", ("rate",))
    assert str(mistake).startswith("a.toml: rate is missing")


def test_the_canonical_form_has_the_values_without_the_label():
    facts = {"shape": [1, 2], "classes": 3}
    assert canonical_facts(facts) == canonical_facts({"label": "Any", "classes": 3, "shape": [1, 2]})
    assert canonical_facts(facts) != canonical_facts({"shape": [2, 1], "classes": 3})


@pytest.mark.parametrize("name", members.names("datasets"))
def test_readers_have_no_copies_of_the_facts(name):
    """The names that these constants had; a reader looks facts up instead."""
    former = {"ARTIFACT", "CLASSES", "COUNTS", "INPUT", "LABEL", "SHAPE", "TOKENS", "VALIDATION_COUNT"}
    assert not former.intersection(members.constants(f"datasets/{name}"))
