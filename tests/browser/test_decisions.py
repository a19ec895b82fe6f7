"""The page's table of decisions follows the policy, and agrees with the decisions of Python."""

import dataclasses
import itertools
import json
import re

from quantshift.decision import record as decision_record
from quantshift.decision.decide import decide
from quantshift.decision.gain import LEAST_SPEED, MOST_SIZE
from quantshift.decision.numbers import percent
from quantshift.decision.policy import TEST_SETS
from tests.browser.rows import values, visible_rows
from tests.decision_cases import cases
from tests.small_study import POLICY, QUANTIZERS, REASON


def test_rows_are_sorted(opened):
    page = opened().page
    page.locator("#best").uncheck()
    header = page.locator("#ship-table th", has_text="differs, shifted")
    header.locator("button").click()
    rates = [float(value) for value in values(page, 5)]
    assert header.get_attribute("aria-sort") == "descending"
    assert rates == sorted(rates, reverse=True)
    assert len(set(rates)) > 2
    header.locator("button").press("Enter")
    assert header.get_attribute("aria-sort") == "ascending"
    assert [float(value) for value in values(page, 5)] == sorted(rates)
    page.locator("#ship-table th", has_text="variant").locator("button").click()
    names = values(page, 2)
    assert names == sorted(names)


def test_rows_are_filtered(opened):
    page = opened().page
    # One row for each of two architectures with two training methods; two variants each.
    assert visible_rows(page).count() == 4
    page.locator("#best").uncheck()
    assert visible_rows(page).count() == 8
    page.locator("#filter-variant").select_option("float16")
    assert set(values(page, 2)) == {"float16"}
    page.locator("#filter-dataset").select_option("imdb")
    assert visible_rows(page).count() == 2
    page.locator("#filter-text").fill("quantization-aware")
    assert visible_rows(page).count() == 1
    page.locator("#filter-text").fill("nothing like this")
    assert page.locator("#ship-none").is_visible()


def test_the_answer_follows_the_accepted_rate(opened):
    page = opened().page
    page.locator("#tolerance").fill("100")
    assert "4 of 4 models may ship" in page.locator("#ship-answer").text_content()
    assert values(page, 3) == ["2"] * 4
    page.locator("#tolerance").fill("0")
    assert "none of 4 models may ship" in page.locator("#ship-answer").text_content()
    page.locator("#tolerance").fill("100")
    page.locator("#best").uncheck()
    # Rows whose sums may overflow, here or elsewhere, carry a warning.
    assert visible_rows(page).filter(has_text="sums overflow on this run’s CPU").count() == 2
    assert visible_rows(page).filter(has_text="different answers on CPUs without VNNI").count() == 2
    assert "static_int8_portable" in page.locator("#saturation").text_content()


def test_variants_that_gain_too_little_are_not_shipped(opened):
    page = opened(gaining=False).page
    page.locator("#tolerance").fill("100")
    size, speed = "1.00 × float32’s bytes", "1.00 × float32’s speed"
    for wanted, reasons in (("size", [size]), ("speed", [speed]), ("either", [size, speed])):
        page.locator("#preference").select_option(wanted)
        assert "none of 4 models may ship" in page.locator("#ship-answer").text_content()
        for reason in ["✗ do not ship", *reasons]:
            assert visible_rows(page).filter(has_text=reason).count() == 4
        assert visible_rows(page).filter(has_text="✓ ship").count() == 0
    page = opened().page
    page.locator("#tolerance").fill("100")
    assert visible_rows(page).filter(has_text="✓ ship").count() == 4
    assert visible_rows(page).filter(has_text="the smallest file").count() == 4


def test_the_script_and_python_decide_alike(opened):
    page = opened().page
    limits = {"most_size": MOST_SIZE, "least_speed": LEAST_SPEED}
    decided = page.evaluate(
        "([all, limits]) => all.map(([candidates, others, policy]) =>"
        " quantshift.decide(candidates, others, policy, limits))",
        [[[case.candidates, case.not_applicable, case.policy] for case in cases()], limits],
    )
    for case, decisions in zip(cases(), decided, strict=True):
        assert decisions == case.decisions, case.name


def test_the_script_and_python_decide_alike_for_each_policy_on_the_page(opened, page_of):
    candidates, policy = decision_record.read(page_of().parent / "decision.json")
    page = opened().page
    page.locator("#best").uncheck()
    words = set()
    for on, accept in itertools.product(TEST_SETS, (0.0, 0.01, 0.05, 0.1, 0.2, 0.5)):
        page.locator("#basis").select_option(on)
        page.locator("#tolerance").fill(f"{100 * accept}")
        shown = visible_rows(page).evaluate_all("rows => rows.map(row => row.cells[3].innerText)")
        chosen = dataclasses.replace(policy, on=on, accept=accept)
        decided = [variant for model in decide(candidates, chosen) for variant in model.variants]
        for text, variant in zip(shown, decided, strict=True):
            # A mark precedes the decision.
            assert text[2:].startswith(variant.decision)
            assert all(reason in text for reason in variant.reasons)
            words.add(variant.decision)
    assert words == {"ship", "do not ship", "cannot tell"}


def test_the_table_names_the_worst_shift(opened, page_of):
    candidates, _ = decision_record.read(page_of().parent / "decision.json")
    page = opened().page
    page.locator("#best").uncheck()
    cells = visible_rows(page).evaluate_all("rows => rows.map(row => row.cells[5].innerText)")
    for cell, candidate in zip(cells, candidates, strict=True):
        assert f"{percent(candidate.shifted.rate)} %" in cell
        assert f"n = {candidate.shifted.n}, effectively {candidate.shifted.effective_n:.0f})" in cell
        worst = re.search(r"worst shift: [\w ]+, ([\d.<]+) %", cell)
        assert (worst and worst[1]) == (percent(candidate.worst_shifted.rate) if candidate.worst_shifted.rate else None)


def test_the_script_shows_the_stored_decisions_until_the_policy_changes(opened, page_of):
    record = json.loads((page_of().parent / "decision.json").read_text(encoding="utf-8"))
    decisions = {
        (model["method"], variant["name"]): (variant["decision"], variant["reasons"])
        for model in record["models"]
        for variant in model["variants"]
        if model["dataset"] == "mnist"
    }
    page = opened().page
    page.locator("#best").uncheck()
    page.locator("#filter-dataset").select_option("mnist")
    shown = visible_rows(page).evaluate_all("rows => rows.map(row => row.cells[3].innerText)")
    assert len(shown) == len(decisions) == 4
    for text, (decision, reasons) in zip(shown, decisions.values(), strict=True):
        assert decision in text
        assert all(reason in text for reason in reasons)


def test_variants_that_are_not_applicable_are_listed_with_the_reason(opened):
    refused = [("mnist", "static_int8"), ("imdb", "static_int8"), ("imdb", "float16")]
    for width in (1400, 400):
        opening = opened(not_applicable=refused, methods=("standard",), seeds=(0,), width=width)
        page = opening.page
        entries = page.locator("#not-applicable > li")
        assert [text.split()[0] for text in entries.all_inner_texts()] == ["LeNet-5", "LSTM"]
        assert page.locator("#not-applicable li li").count() == 3
        assert REASON in entries.first.inner_text()
        assert "do not ship" not in entries.first.inner_text()
        assert "do not ship" in entries.last.inner_text()
        assert "no variant is applicable to this model" in entries.last.inner_text()
        # A phone folds the table.
        assert page.locator("#ship-table").is_visible() == (width > 760)
        page.locator("#ship-details").evaluate("details => { details.open = true; }")
        page.locator("#best").uncheck()
        assert values(page, 2) == ["float16"]
        assert "of 2 models may ship" in page.locator("#ship-answer").text_content()
        assert page.locator("#detection-variant option").all_inner_texts() == ["float16"]
        page.locator("#tolerance").fill("100")
        assert "1 of 2 models may ship" in page.locator("#ship-answer").text_content()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert opening.messages == []


def test_a_page_without_any_applicable_variant_works(opened):
    opening = opened(
        charts=0, not_applicable=[("mnist", name) for name in QUANTIZERS], datasets=("mnist",), methods=("standard",)
    )
    page = opening.page
    page.wait_for_function("document.querySelector('#ship-answer').textContent")
    assert "none of 1 model may ship" in page.locator("#ship-answer").text_content()
    assert "1 architecture on MNIST" in " ".join(page.locator(".lead").inner_text().split())
    page.locator("#tolerance").fill("100")
    assert opening.messages == []


def test_rates_are_also_shown_without_ties(opened):
    page = opened(charts=6, tied=True, datasets=("mnist",), methods=("standard",), seeds=(0,)).page
    page.locator("#best").uncheck()
    row = visible_rows(page).filter(has_text="static").first
    assert row.inner_text().count("without ties: 0 %") == 2
    cell = page.locator("#heat button[title*='disagreement']").first
    assert re.search(r"; [\d.]+ % without ties\)", cell.get_attribute("title"))


def test_the_page_starts_with_the_configured_policy(opened):
    policy = POLICY | {"accept": 0.0025, "test_sets": "worst", "confidence": 0.9, "gain": "either"}
    page = opened(charts=4, policy=policy).page
    assert "at most 0.25 % different answers on the worst test set" in page.locator("#ship-answer").text_content()
    assert "at least 1.1 × float32’s speed" in page.locator("#ship-answer").text_content()
    assert page.locator("#gains .role-axis-title", has_text="worst test set (%)").count() == 1
    page.locator("#gains svg .mark-symbol path").first.hover(force=True)
    page.wait_for_selector("#vg-tooltip-element.visible")
    assert "90 % interval" in page.locator("#vg-tooltip-element").inner_text()
