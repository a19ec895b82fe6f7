"""The page's heat map, and the inputs of its cells."""

import re


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
    # Only the severities that were run are offered.
    assert page.locator("#severity option").all_text_contents() == ["mean", "1", "5"]
    page.locator("#severity").select_option("5")
    assert row_labels.all_text_contents() == ["clean", "digits", "fog 5", "stripe"]


def test_ties_are_named_and_can_be_selected(opened):
    page = opened(charts=6, tied=True, datasets=("mnist",), methods=("standard",), seeds=(0,)).page
    page.locator("#heat button[aria-label*='static int8, stripe']").click()
    page.locator("#gallery-filter").select_option("tied")
    margins = page.locator("#gallery tbody tr:nth-child(3) td:last-child").all_text_contents()
    assert margins
    assert set(margins) == {"0 (tie)"}


def test_words_that_a_shift_drops_are_marked_in_the_clean_text(opened):
    page = opened(datasets=("imdb",)).page
    page.locator("#heat button[aria-label*='static int8, word drop']").first.click()
    for card in page.locator("#gallery .card").all():
        clean, shifted = card.locator("blockquote").all()
        marked = clean.locator("mark").all_text_contents()
        assert set(marked).isdisjoint(shifted.text_content().split())


def test_inputs_are_selected_by_the_pair_of_answers_and_by_class(opened):
    page = opened(datasets=("mnist",), methods=("standard",)).page
    cells = page.locator("#heat tbody button[aria-label*='static int8']")
    page.locator("#heat thead button", has_text="static int8").click()
    assert page.locator("#gallery-title").text_content().endswith("static int8: all test sets")
    everything = page.locator("#gallery .card").count()
    cells.first.click()
    assert 0 < page.locator("#gallery .card").count() < everything
    page.locator("#heat thead button", has_text="static int8").click()
    pairs = page.locator("#gallery-pair option").evaluate_all(
        "all => all.slice(1).map(each => [each.value, each.text])"
    )
    numbers = [int(re.search(r"\((\d+)\)$", text)[1]) for _, text in pairs]
    assert sum(numbers) == everything
    assert numbers == sorted(numbers, reverse=True)
    page.locator("#gallery-pair").select_option(pairs[0][0])
    assert page.locator("#gallery .card").count() == numbers[0]
    float32, variant = pairs[0][0].split(",")
    answers = page.locator("#gallery .card").first.locator("tbody td:nth-child(2)").all_text_contents()
    assert [answer.split()[0] for answer in answers[1:]] == [float32, variant]
    page.locator("#gallery-pair").select_option("")
    page.locator("#gallery-class").select_option("3")
    labels = page.locator("#gallery tbody tr:nth-child(1) td:nth-child(2)").all_text_contents()
    assert set(labels) == {"3"}


def test_inputs_that_only_float32_answers_right_come_first(opened):
    page = opened(datasets=("mnist",), methods=("standard",)).page
    page.locator("#heat thead button", has_text="static int8").click()
    answers = page.locator("#gallery .card").evaluate_all(
        "cards => cards.map(card => [...card.querySelectorAll('tbody td:nth-child(2)')].map(each => each.innerText))"
    )
    ranks = [0 if "✓" in float32 else 2 if "✓" in variant else 1 for _, float32, variant in answers]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == 3
