import pytest

from quantshift.aggregation import evaluation
from quantshift.core.errors import QuantshiftError
from quantshift.tables.table import read

CLEAN = ("clean", "none", 0)
FOG = ("mnist_c", "fog", 5)
BOTH = {"mnist": [CLEAN, FOG]}
ALONE = {"mnist": [CLEAN]}


def test_rows_are_complete_and_sorted(comparison, tmp_path):
    files = [
        comparison({FOG: 7, CLEAN: 2}, variant="static_int8"),
        comparison({CLEAN: 0, FOG: 1}, variant="float16"),
        comparison({CLEAN: 3, FOG: 4}, variant="float16", seed=1),
    ]
    evaluation.aggregate(files, tmp_path / "evaluation.csv", BOTH)
    table = read("evaluation", tmp_path / "evaluation.csv")
    rows = table[["seed", "variant", "suite", "shift", "disagreements"]].to_numpy().tolist()
    assert rows == [
        [0, "float16", "clean", "none", 0],
        [0, "float16", "mnist_c", "fog", 1],
        [0, "static_int8", "clean", "none", 2],
        [0, "static_int8", "mnist_c", "fog", 7],
        [1, "float16", "clean", "none", 3],
        [1, "float16", "mnist_c", "fog", 4],
    ]


def test_the_order_of_the_files_does_not_matter(comparison, tmp_path):
    files = [comparison({CLEAN: count}, seed=count) for count in range(4)]
    evaluation.aggregate(files, tmp_path / "first.csv", ALONE)
    evaluation.aggregate(files[::-1], tmp_path / "second.csv", ALONE)
    assert (tmp_path / "first.csv").read_bytes() == (tmp_path / "second.csv").read_bytes()


def test_the_clean_shift_is_named_none(comparison, tmp_path):
    evaluation.aggregate([comparison({CLEAN: 1})], tmp_path / "evaluation.csv", ALONE)
    assert "clean,none,0" in (tmp_path / "evaluation.csv").read_text()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\x80", b'dataset,"n\n1,2'], ids=["empty", "binary", "quote"])
def test_a_damaged_file_is_named(comparison, tmp_path, content):
    file = comparison({CLEAN: 1})
    file.write_bytes(content)
    with pytest.raises(QuantshiftError, match=r"static_int8\.csv is not a comparison's table"):
        evaluation.aggregate([comparison({CLEAN: 1}, seed=1), file], tmp_path / "evaluation.csv", ALONE)
    assert not (tmp_path / "evaluation.csv").exists()


def test_a_truncated_row_is_rejected(comparison, tmp_path):
    file = comparison({CLEAN: 1, FOG: 2})
    lines = file.read_text().splitlines()
    for end, reason in (("", "it is cut off"), ("\n", "table evaluation")):
        file.write_text("\n".join([*lines[:-1], lines[-1][:60]]) + end)
        with pytest.raises(QuantshiftError, match=rf"static_int8\.csv.*{reason}"):
            evaluation.aggregate([file], tmp_path / "evaluation.csv", BOTH)
    assert not (tmp_path / "evaluation.csv").exists()


def test_a_duplicate_cell_is_rejected(comparison, tmp_path):
    file = comparison({CLEAN: 1})
    with pytest.raises(QuantshiftError, match="two rows have the same key"):
        evaluation.aggregate([file, file], tmp_path / "evaluation.csv", ALONE)


@pytest.mark.parametrize(
    ("actual", "expected", "message"),
    [
        ({CLEAN: 1}, [CLEAN, FOG], r"lacks rows of .* \(suite shift severity\): mnist_c fog 5; "),
        (
            {CLEAN: 1, FOG: 1},
            [CLEAN],
            r"has rows that are not in the study's config \(suite shift severity\): mnist_c fog 5; ",
        ),
        (
            {CLEAN: 1, FOG: 1},
            [CLEAN, (*FOG[:2], 4)],
            r"lacks rows of .* \(suite shift severity\): mnist_c fog 4; ",
        ),
    ],
)
def test_a_file_must_have_exactly_the_test_sets_of_the_study(comparison, tmp_path, actual, expected, message):
    file = comparison(actual)
    with pytest.raises(QuantshiftError, match=message) as raised:
        evaluation.aggregate(
            [comparison(dict.fromkeys(expected, 0), seed=1), file], tmp_path / "t.csv", {"mnist": expected}
        )
    assert str(raised.value).startswith(f"{file} ")
    assert not (tmp_path / "t.csv").exists()


def test_a_files_rows_must_match_its_path(comparison, tmp_path):
    stale = comparison({CLEAN: 1}, variant="a1")
    file = stale.rename(stale.with_stem("a2"))
    with pytest.raises(QuantshiftError, match=r"a2\.csv.*it has rows of mnist/lenet5/standard/0/a1"):
        evaluation.aggregate([file], tmp_path / "evaluation.csv", ALONE)


def test_a_variant_that_is_not_applicable_has_no_rows(comparison, inspection, tmp_path):
    files = [comparison({CLEAN: 1, FOG: 2}), comparison({}, variant="float16")]
    inspections = [inspection(), inspection("float16", reason="why")]
    evaluation.aggregate(files, tmp_path / "evaluation.csv", BOTH, inspections)
    table = read("evaluation", tmp_path / "evaluation.csv")
    assert table["variant"].tolist() == ["static_int8"] * 2
    evaluation.aggregate(files[1:], tmp_path / "empty.csv", BOTH, inspections)
    assert read("evaluation", tmp_path / "empty.csv").empty


def test_only_such_a_variant_may_lack_rows(comparison, inspection, tmp_path):
    target = tmp_path / "evaluation.csv"
    inspections = [inspection(), inspection("float16", reason="why")]
    with pytest.raises(QuantshiftError, match=r"static_int8\.csv lacks rows of the study's config"):
        evaluation.aggregate([comparison({}), comparison({}, variant="float16")], target, BOTH, inspections)
    with pytest.raises(QuantshiftError, match=r"float16\.csv has rows that are not in the study's config"):
        evaluation.aggregate([comparison({CLEAN: 1}, variant="float16")], target, BOTH, inspections)
    with pytest.raises(QuantshiftError, match=r"float16\.csv lacks rows of the study's config"):
        evaluation.aggregate([comparison({}, variant="float16", seed=1)], target, BOTH, inspections)
    assert not target.exists()
