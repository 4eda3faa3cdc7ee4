"""Fixtures shared by all tests.

Real data that is too large or not ours to ship lies in a ``shared/data`` folder beside the project. A test that needs
a file of it asks for ``shared`` and skips, with the reason, where the folder is absent.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


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
