"""The page that compares two runs is accessible and fits the screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from quantshift.report.comparison import render
from tests.unit.report.test_comparison import compared


@pytest.mark.parametrize("width", [400, 1400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_comparison_is_accessible_and_fits_the_screen(browser, page_of, tmp_path, scheme, width):
    results = page_of(seeds=(0,)).parent
    file = tmp_path / "comparison.html"
    file.write_text(render(compared(results, 5), results), encoding="utf-8")
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(file.as_uri())
    page.locator("details").evaluate_all("all => all.forEach(each => { each.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    results = Axe().run(page)
    assert results.response["violations"] == [], results.generate_report()
    context.close()
