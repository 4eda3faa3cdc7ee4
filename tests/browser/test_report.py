"""The report of the example, opened as a reader would open it."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from holdfast.app.assess import assess
from holdfast.app.owners import find_owners
from holdfast.app.ownership.register import OwnersRequest
from holdfast.app.report import write_report
from holdfast.app.settings import Settings

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of examples/northgate against the dossier of the package."""
    place = tmp_path_factory.mktemp("report")
    folder = place / "northgate"
    shutil.copytree(ROOT / "examples/northgate", folder)
    return write_report(assess(folder, Settings(place / "home")), place / "out")["report.html"]


@pytest.fixture
def page(browser: Browser, report: Path) -> Page:
    opened = browser.new_page(viewport={"width": 1200, "height": 900})
    opened.goto(report.as_uri())
    return opened


def test_page_opens_alone_and_without_complaint(browser: Browser, report: Path) -> None:
    """Nothing is fetched but the page itself, and the browser's console stays empty."""
    opened = browser.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(report.as_uri())
    assert asked == [report.as_uri()]
    assert not complaints


def test_every_step_leads_to_its_finding(page: Page) -> None:
    """Each link of the list of steps scrolls to an article that is on the page."""
    links = page.locator("#do-next a")
    assert links.count() > 0
    for index in range(links.count()):
        target = links.nth(index).get_attribute("href")
        assert target is not None
        assert page.locator(target).count() == 1


def test_nothing_overflows_a_telephone(page: Page) -> None:
    """On a narrow screen the page scrolls down, not sideways."""
    page.set_viewport_size({"width": 390, "height": 844})
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


def test_keyboard_reaches_what_to_do_first(page: Page) -> None:
    """The first stop of the tab key is the link that skips to the steps."""
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#do-next"


def test_verdicts_of_owners_fit_a_telephone(browser: Browser, tmp_path: Path) -> None:
    """On a narrow screen the reasons are as wide as the screen, not a ribbon beside the other columns."""
    (tmp_path / "h.csv").write_text("owner,owned,percent\nX,A,60\n", "utf-8")
    (tmp_path / "b.csv").write_text("entity\nX\n", "utf-8")
    request = OwnersRequest((tmp_path / "h.csv",), blocked=tmp_path / "b.csv", report=tmp_path / "page.html")
    list(find_owners(request, Settings(tmp_path / "home")).rows)
    opened = browser.new_page(viewport={"width": 390, "height": 844})
    opened.goto((tmp_path / "page.html").as_uri())
    box = opened.locator(".verdicts td").last.bounding_box()
    assert box is not None
    assert box["width"] > 300
    assert opened.evaluate("document.documentElement.scrollWidth") <= 390
