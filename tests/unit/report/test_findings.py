"""What is said of the findings: verdicts, the published value, contradictions."""

import math

import pandas as pd
import pytest

from quantshift.report.findings import FINDINGS, seen, summary


def row(finding=1, scope="overall", level="overall", verdict="supported", effect=0.01, published=math.nan, **names):
    given = {"dataset": "", "architecture": "", "method": "", "variant": "", "suite": ""} | names
    return {
        "finding": finding,
        "scope": scope,
        "statement": "Claim",
        "verdict": verdict,
        "effect": effect,
        "effect_low": effect - 0.005,
        "effect_high": effect + 0.005,
        "p_value": 0.01,
        "n": 1000,
        "level": level,
        "unit": "inputs",
        "seeds": 1,
        "published_effect": published,
        "events": 50,
        "seed_sets": 2 if verdict != "inconclusive" else 0,
        "effect_without_ties": math.nan,
        "effect_without_ties_low": math.nan,
        "effect_without_ties_high": math.nan,
        **given,
    }


def told(number, *rows):
    return summary(number, pd.DataFrame(rows, columns=list(row())))


@pytest.mark.parametrize("number", FINDINGS)
def test_a_finding_that_was_not_tested_says_why(number):
    found = told(number)
    assert not found["tested"]
    assert found["absent"]


@pytest.mark.parametrize("number", FINDINGS)
@pytest.mark.parametrize("verdict", ["supported", "contradicted", "inconclusive"])
def test_every_status_has_a_meaning_of_its_own(number, verdict):
    found = told(number, row(number, verdict=verdict))
    status = "open" if verdict == "inconclusive" else verdict
    assert found["status"] == found["rows"][0]["verdict"] == status
    assert found["meaning"] == FINDINGS[number].meaning[status]
    assert len(set(FINDINGS[number].meaning.values())) == 3
    assert (found["contradicts"] is not None) == (verdict == "contradicted")
    assert (found["because"] is not None) == (status == "open")


def test_what_no_other_seeds_repeat_is_open():
    found = told(1, row() | {"seed_sets": 1})
    assert found["status"] == found["rows"][0]["verdict"] == "open"
    assert "trained with different seeds" in found["because"]


def test_what_no_other_seeds_repeat_contradicts_nothing():
    alone = {"seed_sets": 1}
    cells = [row(scope=str(at), level="cell", verdict="contradicted") | alone for at in range(3)]
    found = told(1, row(verdict="contradicted") | alone, *cells)
    assert found["contradicts"] is None
    assert found["counts"] == {"supported": 0, "contradicted": 0, "open": 3}


def test_too_few_events_are_told():
    assert "Only 9 inputs show" in told(1, row(verdict="inconclusive") | {"events": 9})["because"]
    assert "Only 1 input shows" in told(1, row(verdict="inconclusive") | {"events": 1})["because"]


def test_ties_are_shown_apart():
    apart = {"effect_without_ties": 0.002, "effect_without_ties_low": -0.001, "effect_without_ties_high": 0.004}
    assert told(1, row() | apart)["effect_without_ties"] == "0.20 percentage points (-0.10 to 0.40 percentage points)"
    assert told(1, row())["effect_without_ties"] is None


def test_a_conjunction_is_the_main_claim_and_its_parts_are_shown_first():
    parts = [
        row(2, scope="overall/adversarial", method="adversarial"),
        row(2, scope="overall/standard", method="standard"),
        row(2, scope="overall/static_int8/standard", method="standard", variant="static_int8"),
    ]
    found = told(2, *parts, row(2, verdict="inconclusive"))
    assert found["status"] == "open"
    assert [one["scope"] for one in found["rows"]] == [
        "all data sets, against standard, static int8",
        "all data sets, against standard",
        "all data sets, against adversarial",
        "all data sets",
    ]


def test_the_control_of_retraining_is_shown_and_is_not_the_verdict():
    rows = [
        row(4, effect=0.1),
        row(4, scope="overall/control", effect=0.3),
        row(4, scope="overall/against_control", effect=0.2),
    ]
    found = told(4, *rows)
    assert found["effect"] == "60 %"
    assert [one["scope"] for one in found["rows"]] == [
        "all data sets",
        "all data sets, trained for as long without the disagreements",
    ]


def test_a_difference_is_told_in_percentage_points():
    found = told(1, row(published=0.0053))
    assert found["effect"] == "1.00 percentage points"
    assert found["interval"] == "0.50 to 1.50 percentage points"
    assert found["published"] == "0.53 percentage points"
    assert found["rows"][0]["effect"] == pytest.approx(1.0)
    assert told(1, row())["published"] is None


def test_an_effect_below_nothing_is_told_the_other_way_round():
    assert seen(FINDINGS[2], -0.01, -0.015, -0.005) == (
        "Models of quantization-aware training disagree 1.000 percentage points more often than models of the best "
        "other method "
        "(95 % interval 0.500 to 1.500 percentage points)"
    )
    assert seen(FINDINGS[4], -0.1, -0.4, 0.2).startswith("40 % of the disagreements are left")


def test_single_models_that_contradict_are_counted():
    cells = [row(scope=str(at), level="cell", verdict="contradicted" if at < 2 else "supported") for at in range(5)]
    found = told(1, row(), *cells)
    assert found["counts"] == {"supported": 3, "contradicted": 2, "open": 0}
    assert found["contradicts"] == "Of the 5 single claims 2 contradict the paper."
    assert [one["level"] for one in found["rows"]] == ["overall"]


def test_retraining_is_told_by_what_was_held_out_beside_the_published_value():
    rows = [row(4, effect=0.1), row(4, scope="overall/published", effect=-0.3, published=0.25)]
    found = told(4, *rows)
    assert found["effect"] == "60 %"
    assert (found["published"], found["published_leaks"]) == ("75 %", True)
    assert [one["scope"] for one in found["rows"]] == ["all data sets", "all data sets, as published (leaks)"]
    assert told(4, rows[1])["effect"] == "20 %"


def test_a_suite_or_a_preset_may_be_named_published():
    suite = row(scope="mnist/published", level="dataset", dataset="mnist", suite="published")
    preset = row(
        4, scope="a/b/c/published", level="cell", dataset="a", architecture="b", method="c", variant="published"
    )
    assert [one["scope"] for one in told(1, suite)["rows"]] == ["MNIST · published"]
    assert told(4, row(4), preset)["counts"]["supported"] == 1


def test_seeds_are_told_beside_the_inputs():
    found = told(1, row() | {"n": 11_797, "unit": "seeds", "seeds": 3})
    assert found["units"] == found["rows"][0]["units"] == "11,797 inputs, 3 seeds"
    assert told(1, row())["units"] == "1,000 inputs"


def test_scopes_are_named_in_words():
    rows = [
        row(),
        row(scope="mnist/lenet5", level="architecture", dataset="mnist", architecture="lenet5", suite="mnist_c"),
    ]
    assert [one["scope"] for one in told(1, *rows)["rows"]] == ["all data sets", "MNIST · LeNet-5 · MNIST-C"]


def test_shares_without_an_end_in_sight_are_not_drawn():
    wide, few = row(4, level="dataset", scope="emoji", dataset="emoji"), row(4, level="dataset", scope="x", dataset="x")
    rows = [row(4), wide | {"effect_high": 40.0}, few | {"events": 3}]
    assert [one["scope"] for one in told(4, *rows)["rows"]] == ["all data sets"]


def test_parts_of_a_conjunction_are_drawn_where_a_reader_compares_them():
    names = {"dataset": "mnist", "architecture": "lenet5"}
    rows = [
        row(2),
        row(2, level="dataset", scope="mnist/standard", dataset="mnist", method="standard"),
        row(
            2,
            level="dataset",
            scope="mnist/static_int8/standard",
            dataset="mnist",
            method="standard",
            variant="static_int8",
        ),
        row(2, level="architecture", scope="mnist/lenet5", **names),
        row(2, level="architecture", scope="mnist/lenet5/standard", method="standard", **names),
    ]
    shown = [one["scope"] for one in told(2, *rows)["rows"]]
    assert shown == ["all data sets", "MNIST, against standard", "MNIST · LeNet-5"]
