"""The report page in a real browser: it is accessible, fits the screen, and neither loads nor runs foreign content."""

import itertools
import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

SECTIONS = ("ship", "findings", "where", "which", "detection", "run")
STUDIES = {
    "complete": {},
    "no shifts, one seed": {"shifted": False, "seeds": (0,)},
    "no disagreements": {"disagreeing": False},
    "images only": {"datasets": ("mnist",), "methods": ("standard",), "seeds": (0,)},
    "texts only": {"datasets": ("imdb",), "methods": ("standard",), "seeds": (0,)},
}


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


def test_the_embedded_data_are_valid_json(page_of):
    text = page_of().read_text(encoding="utf-8")
    blocks = re.findall(r'<script type="application/json" id="([a-z-]+)">(.*?)</script>', text, re.DOTALL)
    assert [name for name, _ in blocks] == ["summary-data", "details-data"]
    for _, block in blocks:
        assert "<" not in block
        json.loads(block)


@pytest.mark.parametrize("width", [400, 1400, 2000])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault_of_accessibility(opened, scheme, width):
    page = opened(charts=4, scheme=scheme, width=width).page
    page.locator("details").evaluate_all("all => all.forEach(each => { each.open = true; })")
    results = Axe().run(page)
    assert results.response["violations"] == [], results.generate_report()
    assert len(results.response["passes"]) > 20


@pytest.mark.parametrize("width", [400, 700, 1000, 1400, 1700, 2000])
def test_the_page_fits_screens_of_any_width(opened, width):
    page = opened(width=width, charts=0).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # Nothing covers the contents, such as the navigation at the side of wide screens.
    overlap = (
        "() => { const [nav, main] = ['nav', 'main'].map(name => document.querySelector(name).getBoundingClientRect());"
    )
    overlap += (
        " return getComputedStyle(document.querySelector('nav')).position === 'fixed' && nav.right > main.left + 20; }"
    )
    assert not page.evaluate(overlap)


def test_a_print_has_every_column(opened):
    # A4 in landscape without its margins, in pixels of 1/96 inch.
    page = opened(width=1046, charts=4).page
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1046
    cut = "all => all.filter(each => each.scrollWidth > each.clientWidth + 1).map(each => each.id || each.ariaLabel)"
    assert page.locator(".scroll").evaluate_all(cut) == []
    assert not page.locator("nav").is_visible()


@pytest.mark.parametrize(("text", "stated"), [("2,5", "2.5"), ("2.5", "2.5"), (" 7 % ", "7"), (",5", "0.5")])
def test_a_percentage_has_a_point_or_a_comma(opened, text, stated):
    page = opened().page
    page.locator("#tolerance").fill(text)
    assert f"at most {stated} % different" in page.locator("#ship-answer").text_content()
    assert not page.locator("#tolerance-note").is_visible()


@pytest.mark.parametrize("text", ["", "x", "-1", "101", "1.2.3", "1e9"])
def test_a_wrong_percentage_is_said(opened, text):
    page = opened().page
    page.locator("#tolerance").fill(text)
    assert "not a percentage from 0 to 100" in page.locator("#tolerance-note").text_content()
    assert "at most 1 % different" in page.locator("#ship-answer").text_content()
    page.locator("#tolerance").fill("3")
    assert not page.locator("#tolerance-note").is_visible()


def test_without_scripts_the_answer_the_tiles_and_the_tables_are_there(browser, page_of):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(page_of().as_uri())
    assert "models may ship" in page.locator("#ship-answer").text_content()
    assert page.locator("#tiles .tile").count() == 4
    assert page.locator("#ship-table tbody tr:visible").count() == 8
    assert page.locator("#glossary dt", has_text="disagreement").is_visible()
    context.close()


def test_the_first_screen_appears_within_a_second(opened):
    page = opened(charts=1).page
    paint = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    assert page.evaluate(paint) < 1000
