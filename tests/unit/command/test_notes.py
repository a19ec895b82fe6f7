"""The notes on variants that a check ends with."""

import csv

from quantshift.command.notes import note_lines

MODEL = {"dataset": "data", "architecture": "net", "method": "given"}


def test_each_variant_of_the_model_has_the_notes_of_its_first_seed(tmp_path):
    rows = [
        MODEL | {"seed": 0, "variant": "float32", "notes": ""},
        MODEL | {"seed": 0, "variant": "theirs", "notes": ""},
        MODEL | {"seed": 1, "variant": "theirs", "notes": "its only output y is compared with logits"},
        MODEL | {"seed": 2, "variant": "theirs", "notes": "another"},
        MODEL | {"seed": 0, "variant": "searched", "notes": "a, b"},
        MODEL | {"architecture": "other", "seed": 0, "variant": "theirs", "notes": "of another model"},
    ]
    (tmp_path / "results/tables").mkdir(parents=True)
    with (tmp_path / "results/tables/variants.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert note_lines(tmp_path, MODEL) == ["theirs: its only output y is compared with logits", "searched: a, b"]


def test_a_folder_with_a_decision_alone_has_none(tmp_path):
    assert note_lines(tmp_path, MODEL) == []
