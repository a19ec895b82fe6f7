"""The page that compares two runs names what changed, and escapes names and texts."""

import dataclasses

import pytest
from tests.small_study import HOSTILE, small_study

from quantshift.decision import baseline, record
from quantshift.report.comparison import SHOWN, render, sentence


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study") / "results"
    small_study(folder, seeds=(0,))
    return folder


def compared(results, forget):
    """Return what changed since a run in which some of each variant's inputs did not disagree yet."""
    entries, policy = record.read(results / "decision.json")
    now = baseline.inputs_of(results, entries)
    before = {key: dict(list((inputs or {}).items())[forget:]) for key, inputs in now.items()}
    file = results.parent / "<b>before</b>.json"
    return baseline.compare(baseline.Baseline(file, entries, policy, before), entries, policy, now)


def test_inputs_that_newly_disagree_are_shown(results):
    changes = compared(results, 3)
    variants = [variant for model in changes["models"] for variant in model["variants"]]
    number = sum(len(group["inputs"]) for variant in variants for group in variant["newly"])
    assert number > 3
    assert f"{number:,} inputs newly disagree, and 0 no longer do." in sentence(changes)
    text = render(changes, results)
    assert text.count("inputs that newly disagree") == sum(bool(variant["newly"]) for variant in variants)
    assert 'src="data:image/webp;base64,' in text
    assert f"The decision on 0 of {len(changes['models'])} models changed." in text


def test_many_inputs_are_cut(results):
    text = render(compared(results, 1000), results)
    assert f"({SHOWN} of " in text


def test_names_and_texts_are_escaped(results):
    text = render(compared(results, 1000), results)
    assert "<script" not in text
    assert "<b>before" not in text
    assert "&lt;script&gt;window.stolen" in text
    assert HOSTILE not in text


def test_a_run_that_lacks_a_model_is_worse(results):
    entries, policy = record.read(results / "decision.json")
    inputs = baseline.inputs_of(results, entries)
    left = [entry for entry in entries if entry.dataset != "imdb"]
    changes = baseline.compare(baseline.Baseline(results / "x", entries, policy, inputs), left, policy, inputs)
    text = render(changes, results)
    assert "Worse than before" in text
    assert 'class="badge absent"' in text
    changed = dataclasses.replace(policy, accept=0.5)
    other = baseline.compare(baseline.Baseline(results / "x", entries, policy, inputs), entries, changed, inputs)
    assert "had another policy" in render(other, results)
