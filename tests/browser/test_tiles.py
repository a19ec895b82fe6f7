"""Each model has a tile with its decision, which follows the policy and the filters, and says what to do next."""

import re

import pytest
from playwright.sync_api import expect

from quantshift.decision import record as decision_record
from quantshift.decision.decide import decide
from tests.browser.rows import values, visible_rows
from tests.small_study import POLICY


def tiles(page):
    return page.locator("#tiles .tile")


def decisions(page):
    """Return the decision of each tile and its variant."""
    verdicts = tiles(page).locator(".verdict").all_text_contents()
    variants = tiles(page).locator(".as b").all_text_contents()
    # A mark precedes the decision.
    return [[verdict[2:], variant] for verdict, variant in zip(verdicts, variants, strict=True)]


def test_each_model_has_a_tile_with_its_decision(opened, page_of):
    entries, policy = decision_record.read(page_of().parent / "decision.json")
    expected = [[model.decision, model.variant.replace("_", " ")] for model in decide(entries, policy)]
    page = opened().page
    assert decisions(page) == expected
    for tile, model in zip(tiles(page).all_inner_texts(), decide(entries, policy), strict=True):
        assert all(reason in tile for reason in model.reasons)


def test_the_page_as_built_answers_like_the_script(opened, page_of):
    visited = opened()
    built = page_of().read_text(encoding="utf-8")
    sentence = re.search(r'id="ship-answer"[^>]*>([^<]+)<', built)[1]
    assert visited.page.locator("#ship-answer").text_content() == sentence
    assert built.count('<article class="tile') == tiles(visited.page).count() == 4


def test_a_tile_says_what_would_change_the_decision(opened):
    page = opened(methods=("standard",), policy=POLICY | {"accept": 0}).page
    tile = tiles(page).first
    step = tile.locator(".next").text_content()
    percent = re.search(r"([\w ]+) would ship if you accepted ([\d.]+) %\.", step)
    page.locator("#tolerance").fill(percent[2])
    tile = tiles(page).first
    assert tile.locator(".verdict").text_content() == "✓ ship"
    limit = re.search(r"would also ship if you accepted only ([\d.]+) %", tile.locator(".next").text_content())
    assert float(limit[1]) <= float(percent[2])
    page.locator("#tolerance").fill(limit[1])
    assert tiles(page).first.locator(".verdict").text_content() == "✓ ship"


def test_a_tile_says_how_many_inputs_would_decide(opened, page_of):
    entries, _ = decision_record.read(page_of().parent / "decision.json")
    least = min(entries, key=lambda entry: entry.shifted.high).shifted
    policy = POLICY | {"accept": (least.rate + least.high) / 2}
    entries, stated = decision_record.read(page_of(policy=policy).parent / "decision.json")
    needed = [model.inputs_needed for model in decide(entries, stated)]
    page = opened(policy=policy).page
    steps = tiles(page).locator(".next").all_text_contents()
    assert any(number is not None for number in needed)
    for number, step in zip(needed, steps, strict=True):
        assert (number is not None) == ("would decide" in step)
        if number is not None:
            assert f"{number:,} shifted test inputs would decide" in step


def test_filters_apply_to_the_answer_the_tiles_the_table_and_the_chart(opened):
    page = opened().page
    page.locator("#tolerance").fill("100")
    page.locator("#filter-variant").select_option("float16")
    assert decisions(page) == [["ship", "float16"]] * 4
    assert set(values(page, 2)) == {"float16"}
    assert visible_rows(page).count() == 4
    assert page.locator("#ship-answer").text_content().endswith("4 of 4 models (as float16) may ship: float16 for 4.")
    page.locator("#filter-dataset").select_option("imdb")
    assert tiles(page).count() == visible_rows(page).count() == 2
    assert "2 of 2 models (IMDb, as float16)" in page.locator("#ship-answer").text_content()
    expect(page.locator("#gains-title")).to_contain_text("LSTM on IMDb")
    page.locator("#filter-text").fill("nothing like this")
    assert tiles(page).count() == 0
    assert page.locator("#ship-none").is_visible()


def test_the_example_of_a_tile_leads_to_its_inputs(opened):
    page = opened(methods=("standard",)).page
    examples = tiles(page).filter(has=page.locator(".example"))
    assert examples.count() > 0
    for tile in examples.all():
        name = tile.locator("h3").text_content().split()[0]
        button = tile.locator(".example button")
        place = re.search(r"inputs on ([\w ]+) that ([\w ]+) answers", button.get_attribute("aria-label"))
        button.click()
        title = page.locator("#gallery-title").text_content()
        assert title.startswith(name)
        assert title.endswith(f"{place[2]}: {place[1].removeprefix('the ')}")
        assert page.locator("#gallery .card").count() > 0


def test_a_tile_shows_what_the_variant_saves(opened, page_of):
    entries, _ = decision_record.read(page_of().parent / "decision.json")
    first = entries[0]
    page = opened().page
    page.locator("#filter-variant").select_option(first.name)
    saved = tiles(page).first.locator(".savings").inner_text()
    assert f"{first.size:.2f} ×" in saved
    before, after = map(float, re.search(r"([\d.]+) → ([\d.]+) [kM]B", saved).groups())
    assert after / before == pytest.approx(first.size, rel=0.06)
