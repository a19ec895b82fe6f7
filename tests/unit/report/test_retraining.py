"""The page's entries about retrained models come from the table, include the control and exclude ruined models."""

import pandas as pd
import pytest

from quantshift.report.retraining import outcome, sentences, summary


def row(protocol="held_out", persisting=19, fixed=126, new=112, ruined=False, **names):
    before, after = persisting + fixed, persisting + new
    cell = {"dataset": "mnist", "architecture": "lenet5", "method": "standard", "seed": 0, "variant": "float16"}
    return {
        **cell,
        **names,
        "protocol": protocol,
        "before": before,
        "after": after,
        "persisting": persisting,
        "fixed": fixed,
        "new": new,
        "persisting_by_chance": before * after / 1000,
        "ruined": ruined,
    }


def summarized(*rows):
    return summary(pd.DataFrame(rows, columns=list(row())))


@pytest.mark.parametrize("rows", [[], [row("published")]])
def test_without_held_out_inputs_there_is_no_summary(rows):
    assert summarized(*rows) is None


def test_counts_are_summed_over_variants_and_models():
    entries = summarized(
        row(),
        row("control", 5, 140, 95),
        row(variant="static_int8", persisting=1, fixed=2, new=3),
        row("control", variant="static_int8", persisting=2, fixed=1, new=3),
        row("published", 9, 9, 9),
        row(dataset="emoji", architecture="resnet50", persisting=4, fixed=0, new=1),
    )
    whole, emoji, lenet5 = entries["rows"]
    assert (whole["scope"], emoji["scope"], lenet5["scope"]) == (
        "all models",
        "emoji (demonstration) · ResNet-50",
        "MNIST · LeNet-5",
    )
    assert [lenet5[name] for name in ("before", "after", "persisting", "fixed", "new")] == [148, 135, 20, 128, 115]
    assert lenet5["persisting_by_chance"] == pytest.approx((145 * 131 + 3 * 4) / 1000)
    assert lenet5["control"] == 100 + 5
    # If some models have no control, the control's sum would cover fewer models.
    assert emoji["control"] is whole["control"] is None
    assert whole["before"] == emoji["before"] + lenet5["before"] == 152
    assert entries["ruined"] == []


@pytest.mark.parametrize("which", ["held_out", "control"])
def test_a_ruined_model_is_named_and_excluded(which):
    other = {"dataset": "emoji", "architecture": "resnet50"}
    entries = summarized(
        row(),
        row("control"),
        *(row(protocol, ruined=protocol == which, **other) for protocol in ("held_out", "control")),
    )
    assert entries["rows"][0]["before"] == 145
    assert [each["scope"] for each in entries["rows"]] == ["all models", "MNIST · LeNet-5"]
    assert entries["ruined"] == [
        f"emoji (demonstration) · ResNet-50, standard training, seed 0 ({which.replace('_', ' ')})"
    ]


def test_if_all_models_are_ruined_there_are_no_numbers():
    entries = summarized(row(ruined=True))
    assert (entries["rows"], entries["words"], len(entries["ruined"])) == ([], None, 1)


@pytest.mark.parametrize(
    ("persisting", "fixed", "new", "expected"),
    [
        (19, 126, 112, "the number stays, the inputs change"),
        (140, 5, 8, "the number stays, most of the inputs stay"),
        (19, 126, 1, "the number falls"),
        (10, 135, 60, "the number falls, the inputs change"),
        (80, 65, 0, "the number falls, most of the inputs stay"),
        (19, 126, 300, "the number rises, the inputs change"),
        (145, 0, 60, "the number rises, most of the inputs stay"),
    ],
)
def test_the_outcome_follows_from_the_numbers(persisting, fixed, new, expected):
    assert outcome(row(persisting=persisting, fixed=fixed, new=new)) == expected


def test_the_sentences_state_every_number():
    assert sentences(row() | {"control": 100}) == (
        "Of 145 disagreements, 126 are gone after retraining and 19 persist (19.0 expected by chance). 112 are new: "
        "the number stays, the inputs change. Trained equally long without the added inputs, the same models have 100 "
        "disagreements."
    )
    assert "Trained equally" not in sentences(row() | {"control": None})
    nothing = row(persisting=0, fixed=0, new=3) | {"control": None}
    assert sentences(nothing) == "There were no disagreements before retraining; 3 are new."
