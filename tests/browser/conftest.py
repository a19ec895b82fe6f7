import dataclasses
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from quantshift.report.page import write_page
from tests.small_study import small_study

NAMES = ("chromium", "chromium-browser", "google-chrome")
INSTALL = "apt-get update -q && apt-get install -y -q --no-install-recommends chromium fonts-dejavu-core"


@dataclasses.dataclass
class Opened:
    """A page in the browser, with the console messages and network requests since it was opened."""

    page: Page
    messages: list[str]
    requests: list[str]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium; installs Chromium if it is missing and can be installed."""
    if path := next(filter(None, map(shutil.which, NAMES)), None):
        return path
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        pytest.skip(f"no {' or '.join(NAMES)} on the path, and only root can install it with apt-get")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        process = subprocess.run(
            ["sh", "-c", INSTALL], capture_output=True, text=True, timeout=600, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        pytest.skip("no Chromium on the path, and apt-get did not install it within 10 minutes")
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if process.returncode or not path:
        message = (process.stderr or process.stdout).strip().splitlines()[-1:] or ["apt-get printed nothing"]
        pytest.skip(f"no Chromium on the path, and apt-get could not install it: {message[0]}")
    return path


@pytest.fixture(scope="session")
def browser(chromium) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Containers run tests as root, where Chromium has no sandbox.
        chromium_browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield chromium_browser
        chromium_browser.close()


@pytest.fixture(scope="session")
def page_of(tmp_path_factory) -> Callable[..., Path]:
    """Return a function that writes the report page of a small study, once for each set of options."""
    pages: dict[str, Path] = {}

    def page(**options: object) -> Path:
        name = repr(sorted(options.items()))
        if name not in pages:
            folder = tmp_path_factory.mktemp("study") / "results"
            study = small_study(folder, **options)
            files = {field.name: getattr(study, field.name) for field in dataclasses.fields(study)}
            pages[name] = folder / "report.html"
            write_page(**files, page=pages[name])
        return pages[name]

    return page


@pytest.fixture
def opened(browser, page_of) -> Iterator[Callable[..., Opened]]:
    """Return a function that opens a report page and waits for its charts."""
    contexts = []

    def visit(*, width: int = 1400, scheme: str = "light", charts: int = 1, **options: object) -> Opened:
        path = page_of(**options)
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        visited = Opened(context.new_page(), [], [])
        visited.page.on("console", lambda message: visited.messages.append(f"{message.type}: {message.text}"))
        visited.page.on("pageerror", lambda error: visited.messages.append(f"error: {error}"))
        visited.page.on("request", lambda request: visited.requests.append(request.url))
        visited.page.goto(path.as_uri())
        if charts:
            visited.page.wait_for_function(
                "count => document.querySelectorAll('.plot svg').length >= count", arg=charts
            )
        return visited

    yield visit
    for context in contexts:
        context.close()
