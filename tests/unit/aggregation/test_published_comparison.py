import pytest

from quantshift.aggregation import evaluation
from quantshift.core.errors import QuantshiftError
from quantshift.studies.arxiv_2204_04220 import comparison as published_comparison
from quantshift.studies.arxiv_2204_04220 import published_tables
from quantshift.tables.table import read

CLEAN = ("clean", "none", 0)
SEVERITIES = {"mnist_c/fog": 5, "mnist_c/shear": 2, "mnist_c/rotate": 2, "digits/digits": 0}


@pytest.fixture
def compared(comparison, tmp_path):
    """Return a function that compares a variant with given disagreements with the published results."""

    def compare(disagreements, **names):
        evaluation.aggregate(
            [comparison(disagreements, **names)], tmp_path / "evaluation.csv", {"mnist": list(disagreements)}
        )
        published_comparison.aggregate(tmp_path / "evaluation.csv", SEVERITIES, tmp_path / "table.csv")
        return read("published_comparison", tmp_path / "table.csv")

    return compare


def test_our_rates_are_next_to_the_published_ones(compared):
    shifts = {("mnist_c", shift, severity): 5 for shift, severity in (("fog", 5), ("shear", 2), ("rotate", 2))}
    table = compared({CLEAN: 1} | shifts).set_index("shift")
    assert set(table.index) == {"none", "fog", "shear", "rotate"}
    rates = published_tables.rates()
    for shift in table.index:
        theirs = rates["mnist", "lenet5", "standard", "static_int8", shift]
        assert table.loc[shift, "published_rate"] == pytest.approx(theirs)
        assert table.loc[shift, "difference"] == pytest.approx(table.loc[shift, "disagreement_rate"] - theirs)
    assert set(table["shifts_compared"]) == {3}


def test_only_common_cells_are_compared(compared):
    table = compared({CLEAN: 1, ("mnist_c", "fog", 5): 5, ("mnist_c", "fog", 1): 2, ("digits", "digits", 0): 9})
    assert table[["shift", "severity"]].to_numpy().tolist() == [["fog", 5], ["none", 0]]
    assert table["spearman"].isna().all()


@pytest.mark.parametrize("names", [{"variant": "weight_int4"}, {"method": "distilled"}])
def test_without_published_cells_the_table_is_empty(compared, names):
    assert len(compared({CLEAN: 1, ("mnist_c", "fog", 5): 5}, **names)) == 0


def test_a_damaged_table_is_named(tmp_path):
    (tmp_path / "evaluation.csv").write_text("dataset,architecture\nmnist")
    with pytest.raises(QuantshiftError, match=r"evaluation\.csv"):
        published_comparison.aggregate(tmp_path / "evaluation.csv", SEVERITIES, tmp_path / "table.csv")
    assert not (tmp_path / "table.csv").exists()
