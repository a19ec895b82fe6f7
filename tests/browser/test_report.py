"""The report page in a real browser."""

import csv
import dataclasses
import itertools
import json
import re

import pytest

from quantshift.decision import record as decision_record
from quantshift.decision.decide import decide
from quantshift.decision.gain import LEAST_SPEED, MOST_SIZE
from quantshift.decision.numbers import percent
from quantshift.decision.policy import TEST_SETS
from tests.decision_cases import cases

SECTIONS = ("ship", "findings", "where", "which", "detection", "run")
STUDIES = {
    "complete": {},
    "no shifts, one seed": {"shifted": False, "seeds": (0,)},
    "no disagreements": {"disagreeing": False},
    "images only": {"datasets": ("mnist",), "methods": ("standard",), "seeds": (0,)},
    "texts only": {"datasets": ("imdb",), "methods": ("standard",), "seeds": (0,)},
}


def visible_rows(page):
    return page.locator("#ship-table tbody tr:visible")


def values(page, column):
    """Return the sort keys of a column's visible cells."""
    return visible_rows(page).evaluate_all("(rows, column) => rows.map(row => row.cells[column].dataset.value)", column)


@pytest.mark.parametrize("options", STUDIES.values(), ids=STUDIES.keys())
def test_the_page_logs_nothing_and_requests_only_itself(opened, page_of, options):
    for scheme, width in (("light", 1400), ("dark", 400)):
        visited = opened(scheme=scheme, width=width, charts=0, **options)
        visited.page.wait_for_function("() => document.querySelector('#ship-answer').textContent")
        visited.page.wait_for_timeout(1500)
        assert visited.messages == []
        addresses = [url for url in visited.requests if not url.startswith(("data:", "blob:"))]
        assert addresses == [page_of(**options).as_uri()]


@pytest.mark.parametrize("width", [400, 1400])
def test_each_section_is_visible_and_fits_the_screen(opened, width):
    page = opened(width=width, charts=4).page
    for section in SECTIONS:
        assert page.locator(f"#{section} h2").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("width", "chosen"), [(400, "standard"), (1400, "")])
def test_a_phone_shows_one_training_method_at_a_time(opened, width, chosen):
    page = opened(width=width, charts=4).page
    for model in ("mnist/lenet5", "imdb/lstm"):
        page.locator("#model").select_option(model)
        assert page.locator("#method").input_value() == chosen


def test_redrawing_a_chart_removes_the_listeners_of_the_previous_drawing(opened):
    page = opened(charts=4).page
    page.evaluate(
        """() => {
          window.listening = { addEventListener: 0, removeEventListener: 0 };
          for (const name of Object.keys(window.listening)) {
            const original = window[name];
            window[name] = function (type, ...rest) {
              window.listening[name] += type === "resize";
              return original.call(this, type, ...rest);
            };
          }
        }"""
    )
    for value in ("2", "3", "4"):
        page.locator("#tolerance").fill(value)
    page.wait_for_function("window.listening.addEventListener >= 3")
    page.wait_for_function("window.listening.addEventListener === window.listening.removeEventListener")


def test_the_page_meets_keyboard_and_screen_reader_basics(opened):
    page = opened(charts=4).page
    levels = page.locator("h1, h2, h3, h4").evaluate_all(
        "headings => headings.filter(each => each.checkVisibility()).map(each => +each.tagName[1])"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert page.locator("img:not([alt]), img[alt='']").count() == 0
    unnamed = "fields => fields.filter(each => !each.labels.length && !each.ariaLabel).map(each => each.id)"
    assert page.locator("input, select").evaluate_all(unnamed) == []
    assert page.locator("button").evaluate_all("all => all.filter(each => !each.textContent.trim()).length") == 0
    assert (
        page.evaluate(
            "(ids => ids.length - new Set(ids).size)([...document.querySelectorAll('[id]')].map(each => each.id))"
        )
        == 0
    )
    assert page.locator(".plot svg").evaluate_all(
        "charts => charts.every(each => each.closest('[aria-label]') || each.ariaLabel)"
    )
    assert page.evaluate("document.documentElement.lang") == "en"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_have_enough_contrast(opened, scheme):
    # WCAG 2: a contrast of 4.5 to 1.
    page = opened(scheme=scheme, charts=4).page
    script = """
    all => all.filter(each => each.checkVisibility()).map(each => {
      const luminance = rgb => rgb.map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
      const channels = text => text.match(/[\\d.]+/g).map(Number);
      const background = node => getComputedStyle(node).backgroundColor;
      let ground = each;
      while (ground && channels(background(ground))[3] === 0) ground = ground.parentElement;
      const pair = [getComputedStyle(each).color, ground ? background(ground) : 'rgb(255,255,255)']
        .map(text => luminance(channels(text).slice(0, 3))).sort((a, b) => b - a);
      return [(pair[0] + .05) / (pair[1] + .05), each.className, each.textContent.slice(0, 40)];
    })"""
    selector = (
        "p, .quiet, .badge, .warning, .note, a, th, td, label, #heat button, summary, dt, .risk, mark, blockquote"
    )
    contrasts = page.locator(selector).evaluate_all(script)
    assert len(contrasts) > 100
    assert [contrast for contrast in contrasts if contrast[0] < 4.5] == []


def test_the_page_follows_the_systems_colour_scheme(opened):
    page = opened(charts=4).page
    ground = "getComputedStyle(document.body).backgroundColor"
    axis = "document.querySelector('#gains svg .role-axis-label text').getAttribute('fill')"
    light = page.evaluate(ground), page.evaluate(axis)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"before => {axis} !== before", arg=light[1])
    assert page.evaluate(ground) != light[0]


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
    assert "4 of 4 models have a variant" in page.locator("#ship-answer").text_content()
    assert values(page, 3) == ["2"] * 4
    page.locator("#tolerance").fill("0")
    assert "none of 4 models has a variant" in page.locator("#ship-answer").text_content()
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
        assert "none of 4 models has a variant" in page.locator("#ship-answer").text_content()
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
        "([all, limits]) => all.map(([candidates, policy]) => quantshift.decide(candidates, policy, limits))",
        [[[case.candidates, case.policy] for case in cases()], limits],
    )
    for case, decisions in zip(cases(), decided, strict=True):
        assert decisions == case.decisions, case.name


def test_the_script_and_python_decide_alike_for_each_policy_on_the_page(opened, page_of):
    candidates, policy = decision_record.read(page_of().parent / "decision.json")
    page = opened().page
    page.locator("#best").uncheck()
    words = set()
    for test_sets, accept in itertools.product(TEST_SETS, (0.0, 0.01, 0.05, 0.1, 0.2, 0.5)):
        page.locator("#basis").select_option(test_sets)
        page.locator("#tolerance").fill(f"{100 * accept}")
        shown = visible_rows(page).evaluate_all("rows => rows.map(row => row.cells[3].innerText)")
        chosen = dataclasses.replace(policy, test_sets=test_sets, accept=accept)
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
        assert re.search(rf"worst shift: [\w ]+, {percent(candidate.worst_shifted.rate)} %", cell)


def test_the_script_shows_the_stored_decisions_until_the_policy_changes(opened, page_of):
    record = json.loads((page_of().parent / "decision.json").read_text(encoding="utf-8"))
    decisions = {
        (model["method"], variant["variant"]): (variant["decision"], variant["reasons"])
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


def test_selecting_a_cell_shows_its_inputs(opened):
    page = opened().page
    page.locator("#model").select_option("mnist/lenet5")
    cell = page.locator("#heat button[aria-label*='standard, static int8, stripe']")
    total = int(re.search(r"([\d,]+) disagreement", cell.get_attribute("aria-label")).group(1))
    assert total > 0
    cell.click()
    assert cell.get_attribute("aria-pressed") == "true"
    assert page.evaluate("document.activeElement.id") == "gallery-title"
    assert "static int8: stripe" in page.locator("#gallery-title").text_content()
    cards = page.locator("#gallery .card")
    # The heat map counts the disagreements of both seeds; the gallery shows those of the first.
    assert 0 < cards.count() <= total
    first = cards.first
    assert first.locator("img").count() == 2
    assert first.locator("img").evaluate_all(
        "images => Promise.all(images.map(image => image.decode().then(() => image.naturalWidth)))"
    ) == [28, 28]
    assert "clean" in first.text_content()
    page.locator("#heat button[aria-label*='standard, static int8, digits']").click()
    assert cards.first.locator("img").count() == 1  # other images have no clean original


def test_inputs_are_sorted_by_margin_and_filtered_by_correctness(opened):
    page = opened().page
    page.locator("#model").select_option("mnist/lenet5")
    page.locator("#heat button[aria-label*='standard, static int8, stripe']").click()

    def margins(row):
        return [
            float(text)
            for text in page.locator(f"#gallery tbody tr:nth-child({row}) td:last-child").all_text_contents()
        ]

    for value, row, reverse in (("4,-1", 2, True), ("4,1", 2, False), ("5,-1", 3, True), ("5,1", 3, False)):
        page.locator("#gallery-sort").select_option(value)
        assert len(margins(row)) > 3
        assert margins(row) == sorted(margins(row), reverse=reverse)
    counts = []
    for kind in ("all", "lost", "won", "wrong"):
        page.locator("#gallery-filter").select_option(kind)
        counts.append(page.locator("#gallery .card").count())
    assert counts[0] == sum(counts[1:])
    page.locator("#gallery-filter").select_option("lost")
    answers = page.locator("#gallery tbody tr:nth-child(2) td:nth-child(2)").all_text_contents()
    assert all(text.endswith("✓") for text in answers)


def test_arrow_keys_move_through_the_map(opened):
    page = opened().page
    page.locator("#model").select_option("mnist/lenet5")
    cells = page.locator("#heat tbody tr:first-child button")
    cells.first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.ariaLabel") == cells.nth(1).get_attribute("aria-label")
    page.keyboard.press("ArrowDown")
    assert "clean" not in page.evaluate("document.activeElement.ariaLabel")
    assert page.locator("#heat button[tabindex='0']").count() == 1
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "gallery-title"


def test_the_severity_is_selectable_where_there_are_several(opened):
    page = opened().page
    page.locator("#model").select_option("imdb/lstm")
    assert not page.locator("#severity").is_visible()
    page.locator("#model").select_option("mnist/lenet5")
    row_labels = page.locator("#heat tbody th[scope=row]")
    assert row_labels.all_text_contents() == ["clean", "digits", "fog (mean)", "stripe"]
    page.locator("#severity").fill("5")
    assert row_labels.all_text_contents() == ["clean", "digits", "fog 5", "stripe"]
    page.locator("#severity").fill("2")
    assert page.locator("#heat tr", has_text="fog 2").locator("button").count() == 0


def test_a_hostile_text_is_inert(opened):
    visited = opened()
    page = visited.page
    page.locator("#model").select_option("imdb/lstm")
    page.locator("#heat button[aria-label*='standard, static int8, word drop']").click()
    page.locator("#gallery-sort").select_option("0,1")
    quotes = page.locator("#gallery blockquote").all_text_contents()
    assert any("<script>window.stolen = 1</script><img src=x onerror=" in text for text in quotes)
    assert page.locator("#gallery blockquote *:not(mark)").count() == 0
    assert "<script>window.stolen" in page.locator("#run").text_content()  # from a licence
    page.wait_for_timeout(300)
    assert page.evaluate("window.stolen === undefined")
    assert visited.messages == []


def test_foreign_scripts_do_not_run(opened):
    page = opened().page
    page.evaluate("document.body.append(document.createElement('script'))")
    page.evaluate("document.body.lastElementChild.append('window.stolen = 1')")
    assert page.evaluate("window.stolen === undefined")


def test_charts_and_tables_can_be_saved(opened, tmp_path):
    page = opened(charts=4).page
    for id_, button, name, start in (
        ("#gains", "SVG", "gains.svg", b"<svg"),
        ("#threshold", "PNG", "threshold.png", b"\x89PNG"),
        ("#ship", "CSV of these rows", "can_i_ship_it.csv", b"dataset,architecture,"),
        ("#where", "CSV of this map", "where_they_differ.csv", b"dataset,architecture,"),
    ):
        with page.expect_download() as download:
            page.locator(id_).get_by_role("button", name=button).first.click()
        assert download.value.suggested_filename == name
        download.value.save_as(tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(start)
    assert b"of the size" in (tmp_path / "gains.svg").read_bytes()
    header, *lines = (tmp_path / "can_i_ship_it.csv").read_text(encoding="utf-8").splitlines()
    assert header.endswith(",may_saturate,saturates_without_vnni,reasons,cautions")
    assert len(lines) == 4
    assert {len(line) for line in csv.reader(lines)} == {len(header.split(","))}


def test_charts_compare_detectors_and_thresholds(opened):
    page = opened(charts=6).page
    page.locator("#detection-model").select_option("mnist/lenet5")
    page.locator("#detection-variant").select_option("static_int8")
    page.wait_for_function("document.querySelector('#roc-title').textContent.includes('AUROC')")
    assert "static int8 of LeNet-5 on MNIST" in page.locator("#roc-title").text_content()
    assert page.locator("#detectors tbody tr").count() == 8
    options = page.locator("#detection-group option").all_text_contents()
    assert options == ["all test sets", "the clean test set", "digits", "MNIST-C"]
    before = page.locator("#threshold-title").text_content()
    assert "would have caught" in before
    page.locator("#detection-group").select_option("digits")
    assert page.locator("#threshold-title").text_content() != before
    for chart in ("threshold", "margins", "roc", "precision"):
        page.wait_for_function(f"document.querySelector('#{chart} svg')")


def test_a_threshold_of_0_is_shown_as_a_number(opened):
    page = opened(charts=6, tied=True, datasets=("mnist",), methods=("standard",), seeds=(0,)).page
    page.locator("#detection-variant").select_option("static_int8")
    title = page.locator("#threshold-title").text_content()
    assert "a margin up to 0 (ties only) to float32 would have caught 100 % of the disagreements" in title
    assert "NaN" not in page.locator("#detection").inner_text()


def test_rates_are_also_shown_without_ties(opened):
    page = opened(charts=6, tied=True, datasets=("mnist",), methods=("standard",), seeds=(0,)).page
    page.locator("#best").uncheck()
    row = visible_rows(page).filter(has_text="static").first
    assert row.inner_text().count("without ties: 0 %") == 2
    cell = page.locator("#heat button[title*='disagreement']").first
    assert re.search(r"; [\d.]+ % without ties\)", cell.get_attribute("title"))


def test_tooltips_show_n_and_the_interval(opened):
    page = opened(charts=4).page
    page.locator("#gains svg .mark-symbol path").first.hover(force=True)
    page.wait_for_selector("#vg-tooltip-element.visible")
    tooltip = page.locator("#vg-tooltip-element").inner_text()
    assert "95 % interval" in tooltip
    assert re.search(r"\bn\b", tooltip)


def test_the_page_starts_with_the_configured_policy(opened):
    policy = {"accept": 0.0025, "test_sets": "worst", "confidence": 0.9, "gain": "either"}
    page = opened(charts=4, policy=policy).page
    assert "at most 0.25 % different answers on the worst test set" in page.locator("#ship-answer").text_content()
    assert "at least 1.1 × float32’s speed" in page.locator("#ship-answer").text_content()
    assert page.locator("#gains .role-axis-title", has_text="worst test set (%)").count() == 1
    page.locator("#gains svg .mark-symbol path").first.hover(force=True)
    page.wait_for_selector("#vg-tooltip-element.visible")
    assert "90 % interval" in page.locator("#vg-tooltip-element").inner_text()


def test_the_embedded_data_are_valid_json(page_of):
    text = page_of().read_text(encoding="utf-8")
    blocks = re.findall(r'<script type="application/json" id="([a-z-]+)">(.*?)</script>', text, re.DOTALL)
    assert [name for name, _ in blocks] == ["summary-data", "details-data"]
    for _, block in blocks:
        assert "<" not in block
        json.loads(block)
