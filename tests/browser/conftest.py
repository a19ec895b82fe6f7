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
    """A page in the browser, and what it has said and asked for since it was opened."""

    page: Page
    messages: list[str]
    requests: list[str]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium, which is installed where it is absent and can be."""
    if found := next(filter(None, map(shutil.which, NAMES)), None):
        return found
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        pytest.skip(f"no {' or '.join(NAMES)} on the path, and only root can install it with apt-get")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            ["sh", "-c", INSTALL], capture_output=True, text=True, timeout=600, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        pytest.skip("no Chromium on the path, and apt-get did not install it within 10 minutes")
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if done.returncode or not found:
        said = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["apt-get said nothing"]
        pytest.skip(f"no Chromium on the path, and apt-get could not install it: {said[0]}")
    return found


@pytest.fixture(scope="session")
def browser(chromium) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Containers run tests as root, where Chromium has no sandbox.
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def page_of(tmp_path_factory) -> Callable[..., Path]:
    """Return the function that makes a report page of a small study, once for each kind of study."""
    made: dict[str, Path] = {}

    def make(**options: object) -> Path:
        name = repr(sorted(options.items()))
        if name not in made:
            folder = tmp_path_factory.mktemp("study") / "results"
            study = small_study(folder, **options)
            files = {field.name: getattr(study, field.name) for field in dataclasses.fields(study)}
            made[name] = folder / "report.html"
            write_page(**files, page=made[name])
        return made[name]

    return make


@pytest.fixture
def opened(browser, page_of) -> Iterator[Callable[..., Opened]]:
    """Return the function that opens a report page and waits for its charts."""
    contexts = []

    def visit(*, width: int = 1400, scheme: str = "light", charts: int = 1, **options: object) -> Opened:
        path = page_of(**options)
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        found = Opened(context.new_page(), [], [])
        found.page.on("console", lambda message: found.messages.append(f"{message.type}: {message.text}"))
        found.page.on("pageerror", lambda error: found.messages.append(f"error: {error}"))
        found.page.on("request", lambda request: found.requests.append(request.url))
        found.page.goto(path.as_uri())
        if charts:
            found.page.wait_for_function("count => document.querySelectorAll('.plot svg').length >= count", arg=charts)
        return found

    yield visit
    for context in contexts:
        context.close()
