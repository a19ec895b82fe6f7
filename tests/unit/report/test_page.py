"""The page as a text: whole, escaped, within its size, the same for the same study."""

import dataclasses
import json
import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from quantshift.core.errors import QuantshiftError
from quantshift.decision import record as decisions
from quantshift.report import page
from quantshift.report.page import Study, figure_groups, render, write_page
from quantshift.storage.files import read_json
from quantshift.tables import table


def loaded(study):
    candidates, policy = decisions.read(study.decision)
    return Study(
        candidates=candidates,
        policy=policy,
        tables={name: table.read(name, study.tables[name]) for name in page.SUMMARY_TABLES},
        record=read_json(study.record),
        details=[read_json(path) for path in study.details],
        origins=[read_json(path) for path in study.origins],
        table_links=["tables/evaluation.csv"],
        figure_links=["figures/heat_map/mnist/lenet5.svg"],
        titles=study.titles,
    )


@pytest.fixture(scope="module")
def text(study):
    return render(loaded(study))


def block(text, name):
    return json.loads(
        re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', text, re.DOTALL).group(1)
    )


class Elements(HTMLParser):
    """Gathers the elements and their attributes."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_nothing_is_loaded_from_elsewhere(text):
    parser = Elements()
    parser.feed(text)
    for tag, attributes in parser.found:
        assert "src" not in attributes, tag
        assert tag not in ("iframe", "object", "embed", "base", "form") or "action" not in attributes
        if tag == "link":
            assert attributes["href"] == "data:,"
    policy = next(attributes["content"] for tag, attributes in parser.found if "http-equiv" in attributes)
    assert policy.startswith("default-src 'none'")
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]


def test_what_stems_from_data_is_escaped(text):
    parser = Elements()
    parser.feed(text)
    assert [tag for tag, _ in parser.found].count("script") == 4
    assert not any("onerror" in attributes for _, attributes in parser.found)
    assert "&lt;script&gt;window.stolen" in text


@pytest.mark.parametrize(("note", "shown"), [("Model 3 <b>on</b> our data", True), (None, False)])
def test_the_note_of_the_study_is_shown_where_there_is_one(study, note, shown):
    given = loaded(study)
    config = {**given.record["config"], "study": {**given.record["config"]["study"], "note": note}}
    text = render(dataclasses.replace(given, record={**given.record, "config": config}))
    assert ("Model 3 &lt;b&gt;on&lt;/b&gt; our data</p>" in text) == shown
    assert ('<p class="own-note">' in text) == shown


def test_the_same_study_gives_the_same_page(study, text):
    assert render(loaded(study)) == text


def test_the_page_keeps_to_its_budget_and_says_so(study, text):
    small = render(loaded(study), budget=20_000)
    assert len(block(small, "details-data")["inputs"]["mnist"]) < len(block(text, "details-data")["inputs"]["mnist"])
    held = sum(len(cell[6]) for model in block(small, "details-data")["models"] for cell in model["cells"])
    total = sum(cell[5] for model in block(small, "details-data")["models"] for cell in model["cells"])
    assert f"This page holds {held:,} of the {total:,} disagreements" in re.sub(r"\s+", " ", small)


def test_the_page_shows_the_decisions_without_its_script(study, text):
    found = read_json(study.decision)
    cells = re.findall(r'<td data-label="decision".*?</td>', text)
    variants = [variant for model in found["models"] for variant in model["variants"]]
    assert len(cells) == len(variants) == 8
    assert {variant["decision"] for variant in variants} == {"do not ship", "cannot tell"}
    for cell, variant in zip(cells, variants, strict=True):
        assert f">{variant['decision']}</span>" in cell
        assert variant["reasons"][0] in cell


def test_the_page_begins_with_the_policy_of_the_study(study):
    whole = loaded(study)
    policy = dataclasses.replace(whole.policy, accept=0.0025, test_sets="worst", gain="either")
    text = render(dataclasses.replace(whole, policy=policy))
    assert re.search(r'id="tolerance"[^>]* value="0\.25"', text)
    assert re.findall(r'<option value="(\w+)" selected>', text) == ["worst", "either"]


def test_decisions_of_another_study_are_refused(study, tmp_path):
    files = {field.name: getattr(study, field.name) for field in dataclasses.fields(study)}
    whole = loaded(study)
    other = tmp_path / "results/decision.json"
    decisions.write(other, whole.candidates[1:], whole.policy)
    with pytest.raises(QuantshiftError, match=r"decision\.json lacks the rows of dataset architecture method variant"):
        write_page(**files | {"decision": other}, page=tmp_path / "report.html")


def test_every_shown_input_has_its_picture_or_text(text):
    details = block(text, "details-data")
    for model in details["models"]:
        inputs = details["inputs"][model["dataset"]]
        for _, _, suite, shift, severity, _, rows in model["cells"]:
            for row in rows:
                assert f"{suite}/{shift}/{severity}/{row[0]}" in inputs
                assert row[6] is None or f"clean/none/0/{row[6]}" in inputs


def test_each_row_names_the_clean_original_that_is_shown(study):
    whole = loaded(study)
    first = whole.details[0]
    clean = sorted(set(first["partners"].values()))
    # Each copy has another clean input for its original: it lies at another place than that.
    partners = {key: clean[clean.index(one) - 1] for key, one in first["partners"].items()}
    text = render(dataclasses.replace(whole, details=[{**first, "partners": partners}, *whole.details[1:]]))
    found = {
        f"{suite}/{shift}/{severity}/{row[0]}": row[6]
        for _, _, suite, shift, severity, _, rows in block(text, "details-data")["models"][0]["cells"]
        for row in rows
    }
    for key, number in found.items():
        assert partners.get(key) == (None if number is None else f"clean/none/0/{number}")
    assert {number is None for number in found.values()} == {True, False}


def test_curves_are_turned_as_the_detectors_are(study):
    whole = loaded(study)
    frame = whole.tables["detectors"]
    flipped = dataclasses.replace(
        whole, tables={**whole.tables, "detectors": frame.assign(sign=-frame["sign"].fillna(1))}
    )
    one, other = (
        block(render(given), "details-data")["models"][0]["curves"]["standard"]["static_int8"]
        for given in (whole, flipped)
    )
    alarms, caught, _ = one["margin"]
    assert other["margin"][0] == pytest.approx([1 - value for value in alarms[::-1]], abs=1e-5)
    assert other["margin"][1] == pytest.approx([1 - value for value in caught[::-1]], abs=1e-5)


def test_links_are_relative_to_the_page(study, tmp_path):
    files = {field.name: getattr(study, field.name) for field in dataclasses.fields(study)}
    target = study.record.parent / "report.html"
    write_page(**files, page=target)
    text = target.read_text(encoding="utf-8")
    assert 'href="tables/findings.csv"' in text
    assert 'href="figures/heat_map/mnist/lenet5.svg"' in text
    assert str(target.parent) not in text


def test_figures_are_grouped():
    links = [
        f"figures/{name}.{ending}" for name in ("heat_map/a/b", "heat_map/a/c", "new/a/b") for ending in ("svg", "png")
    ]
    groups = figure_groups(links, {"heat_map": "Where variants disagree"})
    assert [(group["figure"], len(group["drawn"])) for group in groups] == [("heat_map", 2), ("new", 1)]
    assert groups[0]["title"] == "Where variants disagree"
    assert groups[1]["drawn"][0]["links"] == [("SVG", "figures/new/a/b.svg"), ("PNG", "figures/new/a/b.png")]


@pytest.mark.parametrize("ruined", [False, True])
def test_what_retraining_did_stands_beside_its_control(study, ruined):
    given = loaded(study)
    row = {"dataset": "mnist", "architecture": "lenet5", "method": "standard", "seed": 0, "variant": "float16"}
    row |= {"before": 145, "after": 131, "persisting": 19, "persisting_by_chance": 17.5, "fixed": 126, "new": 112}
    rows = [{**row, "protocol": protocol, "ruined": ruined} for protocol in ("held_out", "control")]
    text = render(dataclasses.replace(given, tables={**given.tables, "retraining": pd.DataFrame(rows)}))
    assert ("the number stays, the inputs change" in text) != ruined
    assert ("<td>19 (17.5)</td><td>126</td><td>112</td><td>131</td>" in text) != ruined
    assert ("retraining cost float32 more than 2 points of accuracy" in text) == ruined
    assert "Which inputs disagree before and after" not in render(given)


def test_models_that_have_not_learned_are_named(study):
    given = loaded(study)
    evaluation = given.tables["evaluation"]
    clean = evaluation["suite"] == "clean"
    known = evaluation.assign(accuracy_float32=0.9, most_frequent_share=0.1)
    assert "have not learned" not in render(dataclasses.replace(given, tables={**given.tables, "evaluation": known}))
    lost = clean & (known["dataset"] == "mnist") & (known["method"] == "qat") & (known["seed"] == 1)
    known.loc[lost, "accuracy_float32"] = 0.2
    text = render(dataclasses.replace(given, tables={**given.tables, "evaluation": known}))
    assert (
        "MNIST · LeNet-5, quantization-aware training, seed 1 (20.0 % right, at least 13.8 %; more than 18.2 % needed)"
        in text
    )
    assert text.count("% needed)") == 1
