"""Fixtures shared by all tests.

Real data that is too large or not ours to ship lies in a ``shared/data`` folder beside the project. A test that needs
a file of it asks for ``shared`` and skips, with the reason, where the folder is absent.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent

hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")
# A busy machine is no failure: no property fails because an example took long.

BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""Without the network flags a browser on a closed network spends its time failing to call home."""


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """A function from a path below the shared data folder to where it lies."""
    base = Path(os.environ.get("HOLDFAST_SHARED", ROOT.parent / "shared")) / "data"

    def find(path: str) -> Path:
        place = base / path
        if not place.exists():
            pytest.skip(f"needs shared data: {path} (set HOLDFAST_SHARED)")
        return place

    return find


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty Holdfast home, in force for this test."""
    place = tmp_path / "home"
    monkeypatch.setenv("HOLDFAST_HOME", str(place))
    return place


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """A real browser, or a skip that says what is missing."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("needs chromium (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=BROWSER_FLAGS)
        yield started
        started.close()
