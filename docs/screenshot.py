"""Take the picture of a report for README.md: ``python docs/screenshot.py results/report.html docs/report.png``.

It shows the first screen: the answer and the first tiles. It needs Playwright and Chromium.
"""

import argparse
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

WIDTH, HEIGHT = 1280, 1020  # of the window, in pixels


def take(page: Path, picture: Path) -> None:
    """Write a picture of a report's first screen, in light colours."""
    browsers = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, browsers)), None)
    if path is None:
        sys.exit(f"no {' or '.join(browsers)} on the path: install one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        window = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        window.goto(page.resolve().as_uri())
        window.wait_for_load_state("load")
        window.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Take a picture of a report.")
    parser.add_argument("page", type=Path, help="the report, such as results/report.html")
    parser.add_argument("picture", type=Path, help="the picture to write, such as docs/report.png")
    arguments = parser.parse_args()
    take(arguments.page, arguments.picture)
