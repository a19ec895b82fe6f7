"""The page's text is complete, escaped, within its size limit, and the same for the same study."""

import dataclasses
import html
import json
import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from tests.small_study import QUANTIZERS, REASON, small_study

from quantshift.core.errors import QuantshiftError
from quantshift.decision import record as decision_record
from quantshift.report import page
from quantshift.report.page import Study, figure_groups, render, write_page
from quantshift.storage.files import read_json
from quantshift.tables import table


def loaded(study):
    entries, policy = decision_record.read(study.decision)
    return Study(
        entries=entries,
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
    """Collects the elements with their attributes."""

    def __init__(self):
        super().__init__()
        self.elements = []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))


def test_the_page_loads_nothing_from_elsewhere(text):
    parser = Elements()
    parser.feed(text)
    for tag, attributes in parser.elements:
        assert "src" not in attributes, tag
        assert tag not in ("iframe", "object", "embed", "base", "form") or "action" not in attributes
        if tag == "link":
            assert attributes["href"] == "data:,"
    policy = next(attributes["content"] for tag, attributes in parser.elements if "http-equiv" in attributes)
    assert policy.startswith("default-src 'none'")
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]


def test_data_are_escaped(text):
    parser = Elements()
    parser.feed(text)
    assert [tag for tag, _ in parser.elements].count("script") == 4
    assert not any("onerror" in attributes for _, attributes in parser.elements)
    assert "&lt;script&gt;window.stolen" in text


@pytest.mark.parametrize(("note", "shown"), [("Model 3 <b>on</b> our data", True), (None, False)])
def test_the_note_of_a_study_is_shown(study, note, shown):
    contents = loaded(study)
    config = {**contents.record["config"], "study": {**contents.record["config"]["study"], "note": note}}
    text = render(dataclasses.replace(contents, record={**contents.record, "config": config}))
    assert ("Model 3 &lt;b&gt;on&lt;/b&gt; our data</p>" in text) == shown
    assert ('<p class="study-note">' in text) == shown


def test_the_same_study_gives_the_same_page(study, text):
    assert render(loaded(study)) == text


def test_the_page_stays_within_its_budget_and_reports_it(study, text):
    # The gallery is all that gives way.
    least = len(render(loaded(study), size=0).encode())
    size = next(
        least + extra
        for extra in range(0, 1_000_000, 20_000)
        if any(
            cell[6]
            for model in block(render(loaded(study), size=least + extra), "details-data")["models"]
            for cell in model["cells"]
        )
    )
    small = render(loaded(study), size=size)
    assert least < len(small.encode()) <= size
    assert len(block(small, "details-data")["inputs"]["mnist"]) < len(block(text, "details-data")["inputs"]["mnist"])
    shown = sum(len(cell[6]) for model in block(small, "details-data")["models"] for cell in model["cells"])
    total = sum(cell[5] for model in block(small, "details-data")["models"] for cell in model["cells"])
    assert f"This page holds {shown:,} of the {total:,} disagreements" in re.sub(r"\s+", " ", small)


def test_the_page_shows_the_decisions_without_its_script(study, text):
    record = read_json(study.decision)
    cells = re.findall(r'<td data-label="decision".*?</td>', text)
    variants = [variant for model in record["models"] for variant in model["variants"]]
    assert len(cells) == len(variants) == 8
    assert {variant["decision"] for variant in variants} == {"do not ship", "cannot tell"}
    for cell, variant in zip(cells, variants, strict=True):
        assert f">{variant['decision']}</span>" in cell
        assert html.escape(variant["reasons"][0]) in cell


@pytest.fixture(scope="module")
def partial_study(tmp_path_factory):
    """The files of a study in which a model cannot take a preset, and another model none."""
    refused = [("mnist", "static_int8"), *(("imdb", name) for name in QUANTIZERS)]
    folder = tmp_path_factory.mktemp("partial") / "results"
    return small_study(folder, methods=("standard",), seeds=(0,), not_applicable=refused)


def test_variants_that_are_not_applicable_are_shown_with_the_reason(partial_study, tmp_path):
    files = {field.name: getattr(partial_study, field.name) for field in dataclasses.fields(partial_study)}
    write_page(**files, page=tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    listed = re.search(r'<ul id="not-applicable".*?\n</ul>', text, re.DOTALL).group(0)
    assert re.findall(r"<li>([^<]*): not applicable: ([^<]*)</li>", listed) == [
        ("static int8", html.escape(REASON)),
        ("static int8", html.escape(REASON)),
        ("float16", html.escape(REASON)),
    ]
    assert listed.count("no variant is applicable to this model") == 1
    assert len(re.findall(r'<td data-label="decision".*?</td>', text)) == 1
    record = read_json(partial_study.decision)
    assert record["counts"] == {"ship": 0, "do not ship": 1, "cannot tell": 1}
    statuses = [[variant["status"] for variant in model["variants"]] for model in record["models"]]
    assert [status.count("not applicable") for status in statuses] == [1, 2]
    assert "2 architectures on MNIST, IMDb" in re.sub(r"\s+", " ", text)


def test_details_leave_out_variants_that_are_not_applicable(partial_study):
    mnist, imdb = (read_json(path) for path in partial_study.details)
    assert list(mnist["curves"]["standard"]) == list(mnist["margins"]["standard"]) == ["float16"]
    assert imdb["curves"] == imdb["margins"] == {}
    assert imdb["cells"] == []


def test_a_page_without_such_variants_has_no_list(text):
    assert 'id="not-applicable"' not in text


def test_the_page_starts_with_the_policy_of_the_study(study):
    whole = loaded(study)
    policy = dataclasses.replace(whole.policy, accept=0.0025, on="worst", gain="either")
    text = render(dataclasses.replace(whole, policy=policy))
    assert re.search(r'id="tolerance"[^>]* value="0\.25"', text)
    assert re.findall(r'<option value="(\w+)" selected>', text) == ["worst", "either"]


def test_decisions_of_another_study_are_rejected(study, tmp_path):
    files = {field.name: getattr(study, field.name) for field in dataclasses.fields(study)}
    whole = loaded(study)
    other = tmp_path / "results/decision.json"
    decision_record.write(other, whole.entries[1:], whole.policy)
    with pytest.raises(
        QuantshiftError,
        match=r"decision\.json lacks rows of the study's config \(dataset ",
    ):
        write_page(**files | {"decision": other}, page=tmp_path / "report.html")


def test_every_shown_input_has_its_picture_or_text(text):
    details = block(text, "details-data")
    for model in details["models"]:
        inputs = details["inputs"][model["dataset"]]
        for _, _, suite, shift, severity, _, rows in model["cells"]:
            for row in rows:
                assert f"{suite}/{shift}/{severity}/{row[0]}" in inputs
                assert row[6] is None or f"clean/none/0/{row[6]}" in inputs


def test_each_row_has_the_index_of_its_clean_original(study):
    whole = loaded(study)
    first = whole.details[0]
    clean = sorted(set(first["partners"].values()))
    # Exchange the originals, so that a copy and its original have different indices.
    partners = {key: clean[clean.index(original) - 1] for key, original in first["partners"].items()}
    text = render(dataclasses.replace(whole, details=[{**first, "partners": partners}, *whole.details[1:]]))
    indices = {
        f"{suite}/{shift}/{severity}/{row[0]}": row[6]
        for _, _, suite, shift, severity, _, rows in block(text, "details-data")["models"][0]["cells"]
        for row in rows
    }
    for key, index in indices.items():
        assert partners.get(key) == (None if index is None else f"clean/none/0/{index}")
    assert {index is None for index in indices.values()} == {True, False}


def test_curves_have_the_sign_of_their_detectors(study):
    whole = loaded(study)
    frame = whole.tables["detectors"]
    flipped = dataclasses.replace(
        whole, tables={**whole.tables, "detectors": frame.assign(sign=-frame["sign"].fillna(1))}
    )
    curves, flipped_curves = (
        block(render(contents), "details-data")["models"][0]["curves"]["standard"]["static_int8"]
        for contents in (whole, flipped)
    )
    alarms, caught, _ = curves["margin"]
    assert flipped_curves["margin"][0] == pytest.approx([1 - value for value in alarms[::-1]], abs=1e-5)
    assert flipped_curves["margin"][1] == pytest.approx([1 - value for value in caught[::-1]], abs=1e-5)


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
def test_retraining_is_shown_next_to_its_control(study, ruined):
    contents = loaded(study)
    row = {"dataset": "mnist", "architecture": "lenet5", "method": "standard", "seed": 0, "variant": "float16"}
    row |= {"before": 145, "after": 131, "persisting": 19, "persisting_by_chance": 17.5, "fixed": 126, "new": 112}
    rows = [{**row, "protocol": protocol, "ruined": ruined} for protocol in ("held_out", "control")]
    text = render(dataclasses.replace(contents, tables={**contents.tables, "retraining": pd.DataFrame(rows)}))
    assert ("the number stays, the inputs change" in text) != ruined
    assert ("<td>19 (17.5)</td><td>126</td><td>112</td><td>131</td>" in text) != ruined
    assert ("retraining cost float32 more than 2 points of accuracy" in text) == ruined
    assert "Which inputs disagree before and after" not in render(contents)


def test_models_that_have_not_learned_are_named(study):
    contents = loaded(study)
    evaluation = contents.tables["evaluation"].assign(accuracy_float32=0.9, most_frequent_share=0.1)
    page = render(dataclasses.replace(contents, tables={**contents.tables, "evaluation": evaluation}))
    assert "have not learned" not in page
    names = {"suite": "clean", "dataset": "mnist", "method": "qat", "seed": 1}
    evaluation.loc[(evaluation[list(names)] == pd.Series(names)).all(axis=1), "accuracy_float32"] = 0.2
    page = render(dataclasses.replace(contents, tables={**contents.tables, "evaluation": evaluation}))
    assert (
        "MNIST · LeNet-5, quantization-aware training, seed 1 (20.0 % right, at least 13.8 %; more than 18.2 % needed)"
        in page
    )
    assert page.count("% needed)") == 1


def test_a_run_is_reproduced_by_the_command_that_fits_it(study):
    """Who checks an own model has a folder with a config, and need not know Snakemake."""
    contents = loaded(study)
    trained = render(contents)
    config = contents.record["config"] | {"models": {"net": {"file": "net.onnx", "data": "photos"}}}
    own = render(dataclasses.replace(contents, record={**contents.record, "config": config}))
    assert "snakemake --cores all --configfile same.yaml" in trained
    assert "quantshift check --directory" not in trained
    assert "snakemake --cores all" not in own
    assert "quantshift check --directory ." in own
    assert "quantshift gate --directory ." in own
