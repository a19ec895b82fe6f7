"""Notes on variants: one for each model, or one for all models that have the variant."""

import pandas as pd

from quantshift.report.notes import notes


def table(*rows):
    return pd.DataFrame(rows, columns=["dataset", "architecture", "method", "seed", "variant", "notes"])


def test_a_note_that_all_models_share_is_there_once():
    rows = [("mnist", name, "standard", seed, "weight_int8", "session") for name in "ab" for seed in (0, 1)]
    assert notes(table(*rows)) == [{"variant": "weight_int8", "text": "session", "model": None}]


def test_other_notes_name_their_model():
    a, b = ("mnist", "a", "standard", 0), ("mnist", "b", "standard", 0)
    rows = [(*a, "theirs", "by order"), (*b, "theirs", ""), (*a, "other", ""), (*b, "other", "")]
    model = {"dataset": "mnist", "architecture": "a", "method": "standard"}
    assert notes(table(*rows)) == [{"variant": "theirs", "text": "by order", "model": model}]


def test_the_note_of_a_single_model_names_it():
    (note,) = notes(table(("rows", "net", "given", 0, "weight_int8", "session")))
    assert note["model"] == {"dataset": "rows", "architecture": "net", "method": "given"}
