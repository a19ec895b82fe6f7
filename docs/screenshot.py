"""Take the picture of a report for README.md: ``python docs/screenshot.py results/report.html docs/report.png``.

It shows the decisions on the variants of the first model, and needs Playwright and Chromium.
"""

import argparse
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

WIDTH, HEIGHT = 1280, 1600  # of the window, in pixels
ROWS = 5  # of the table: the variants of the first model in the default study
EDGE = 16  # above the title, in pixels


def take(page: Path, picture: Path) -> None:
    """Write a picture of a report's first decisions, in light colours."""
    browsers = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, browsers)), None)
    if path is None:
        sys.exit(f"no {' or '.join(browsers)} on the path: install one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        window = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        window.goto(page.resolve().as_uri())
        window.wait_for_load_state("load")
        window.locator("#best").uncheck()
        top = window.locator("#ship-title").evaluate("title => title.getBoundingClientRect().top") - EDGE
        last = window.locator("#ship tbody tr").nth(ROWS - 1)
        bottom = last.evaluate("row => row.getBoundingClientRect().bottom")
        window.screenshot(path=picture, clip={"x": 0, "y": top, "width": WIDTH, "height": bottom - top})
        browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Take a picture of a report.")
    parser.add_argument("page", type=Path, help="the report, such as results/report.html")
    parser.add_argument("picture", type=Path, help="the picture to write, such as docs/report.png")
    arguments = parser.parse_args()
    take(arguments.page, arguments.picture)
