"""The rows of the table of decisions that the page shows."""


def visible_rows(page):
    return page.locator("#ship-table tbody tr:visible")


def values(page, column):
    """Return the sort keys of a column's visible cells."""
    return visible_rows(page).evaluate_all("(rows, column) => rows.map(row => row.cells[column].dataset.value)", column)
