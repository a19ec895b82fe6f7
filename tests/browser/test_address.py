"""The address of the page holds the reader's selections, so that a link shows what the reader sees."""

from tests.browser.rows import values


def state(page):
    """Return what a reader sees of each section."""
    ids = ("ship-answer", "gains-title", "heat-title", "gallery-title", "gallery-note", "roc-title", "threshold-title")
    texts = {name: page.locator(f"#{name}").text_content() for name in ids}
    return texts | {
        "tiles": page.locator("#tiles .tile").all_inner_texts(),
        "rows": values(page, 5),
        "cards": page.locator("#gallery .card").all_inner_texts(),
        "pressed": page.locator("#heat button[aria-pressed=true]").get_attribute("aria-label"),
    }


def test_a_link_shows_what_the_reader_sees(opened):
    page = opened(charts=6).page
    page.locator("#tolerance").fill("7.5")
    page.locator("#basis").select_option("clean")
    page.locator("#filter-dataset").select_option("mnist")
    page.locator("#best").uncheck()
    page.locator("#ship-table th", has_text="differs, shifted").locator("button").click()
    page.locator("#model").select_option("mnist/lenet5")
    page.locator("#method").select_option("standard")
    page.locator("#severity").select_option("5")
    page.locator("#heat button[aria-label*='static int8, fog 5']").click()
    page.locator("#gallery-filter").select_option("lost")
    page.locator("#gallery-sort").select_option("5,1")
    page.locator("#detection-variant").select_option("static_int8")
    page.locator("#detection-group").select_option("digits")
    page.wait_for_function("location.hash.includes('digits')")
    expected = state(page)
    other = opened(charts=0).page
    other.goto(page.url)
    other.reload()
    other.wait_for_function("document.querySelectorAll('.plot svg').length >= 6")
    assert state(other) == expected
    # Without the state, the same page is as it was built.
    other.goto(page.url.partition("#")[0])
    other.reload()
    assert state(other) != expected


def test_the_address_is_short_and_keeps_sections(opened):
    page = opened(charts=6).page
    assert "#" not in page.url
    page.locator("nav a", has_text="Where").click()
    assert page.url.endswith("#where")
    page.locator("#tolerance").fill("7")
    page.wait_for_function("location.hash === '#accept=7'")
    page.locator("#tolerance").fill("1")
    page.wait_for_function("location.hash === ''")


def test_unknown_names_and_values_in_the_address_have_no_effect(opened):
    page = opened(charts=6).page
    before = state(page)
    visited = opened(charts=0)
    visited.page.goto(page.url + "#model=nothing&cell=%5B&sort=99,x&on=%3Cscript%3E&other=1")
    visited.page.reload()
    visited.page.wait_for_function("document.querySelectorAll('.plot svg').length >= 6")
    assert state(visited.page) == before
    assert visited.messages == []
