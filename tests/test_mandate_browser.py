"""The pages that read and compare resolutions, in real Chromium: axe, a phone, no script."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from peaceops.places import catalogue_dir
from peaceops.store import Database
from peaceops.web.app import Portal
from test_mandate_portal import EARLIER, LATER
from test_text_pages import COMPARED, TODAY, files, texts_db
from test_web import reading
from test_web_browser import browser, opened, site, violations

pytestmark = pytest.mark.browser
__all__ = ["browser", "files", "site", "texts_db"]


@pytest.fixture(scope="module")
def texts_site(texts_db: Database) -> Iterator[str]:
    """The address of the portal over the real catalogue with some invented texts."""
    with reading(Portal(texts_db.path, today=lambda: TODAY)) as client:
        yield str(client.base_url)


@pytest.mark.parametrize("language", ["fr", "nl", "de", "en"])
@pytest.mark.parametrize(
    "path",
    [COMPARED, "/mandates/compare?operation=unficyp", "/resolutions/2723",
     "/resolutions/2723?text=zh", "/mandates/search?q=ceasefire&text=en",
     "/operations/unficyp/mandates", "/resolutions/2723/correct?text=en",
     "/resolutions/2723/correct?mark=acts_on:0&text=en",
     "/resolutions/2723/correct?mark=tasks:new&text=en"],
)  # fmt: skip
def test_axe_finds_nothing_on_pages_of_imported_texts(
    browser: Any, texts_site: str, language: str, path: str
) -> None:
    with opened(browser, viewport={"width": 320, "height": 740}, is_mobile=True) as page:
        page.goto(f"{texts_site}/{language}{path}")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_two_decisions_are_picked_and_taken_along_without_script(
    browser: Any, texts_site: str
) -> None:
    with opened(browser, java_script_enabled=False, accept_downloads=True) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{texts_site}/fr/mandates/compare")
        page.select_option("#operation", "unficyp")
        page.locator("main form button").first.click()
        page.select_option("#a", "2646")
        page.select_option("#b", "2723")
        page.locator("form.long button").click()
        assert "/fr/operations/unficyp/mandates/compare?a=2646&b=2723" in page.url
        assert "800 (−60)" in page.inner_text("main")
        with page.expect_download() as waiting:
            page.click("text=DOCX")
        assert waiting.value.suggested_filename == "mandates-2646-2723.docx"
        assert all(url.startswith(texts_site) for url in asked)


def test_a_hit_leads_to_its_paragraph(browser: Any, texts_site: str) -> None:
    with opened(browser, viewport={"width": 1200, "height": 300}) as page:
        page.goto(f"{texts_site}/en/mandates/search")
        page.fill("#q", '"physical violence"')
        page.locator("main form button").click()
        page.locator(".hits a").first.click()
        assert page.url.endswith("/en/resolutions/2723?text=en#para-3-b")
        place = page.locator("#para-3-b")
        assert place.bounding_box()["y"] < 300
        assert "Protection of civilians" in place.inner_text()


@pytest.fixture
def own_site(texts_db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a portal on the reader's own machine, over a working copy."""
    shutil.copytree(catalogue_dir(), tmp_path / "catalogue")
    monkeypatch.setenv("PEACEOPS_CATALOGUE", str(tmp_path / "catalogue"))
    with reading(Portal(texts_db.path, today=lambda: TODAY, is_local=True)) as client:
        yield str(client.base_url)


def test_a_coding_is_marked_previewed_and_corrected_without_script(
    browser: Any, own_site: str
) -> None:
    with opened(browser, java_script_enabled=False, accept_downloads=True) as page:
        page.goto(f"{own_site}/de/resolutions/2723")
        page.locator("#para-1 a.wrong").click()
        page.fill("#s-until", "2025-02-28")
        page.fill("#because", "Der Text wurde neu herausgegeben.")
        page.click("button[value=check]")
        assert "bis 28. Februar 2025" in page.inner_text(".preview ins")
        with page.expect_download() as waiting:
            page.click("button[value=file]")
        assert waiting.value.suggested_filename == "correction-2723-acts-on.yaml"
        page.click("button[value=write]")
        assert page.url == f"{own_site}/de/resolutions/2723?text=en#corrections"
        assert "Der Text wurde neu herausgegeben." in page.inner_text(".corrections")
        assert "28. Februar 2025" in page.inner_text("#para-1")


def test_a_pasted_text_is_marked_with_the_keyboard(browser: Any, own_site: str) -> None:
    with opened(browser) as page:
        page.goto(f"{own_site}/en/mandates/read")
        page.fill("#text", EARLIER)
        page.click("main form button")
        page.locator("button.wrong").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#because")
        page.focus("input[value=change]")
        page.keyboard.press("ArrowDown")
        page.focus("#because")
        page.keyboard.type("It does not.")
        page.keyboard.press("Tab")
        page.keyboard.type("un-sc-res-2561")
        page.keyboard.press("Enter")
        page.wait_for_selector(".preview")
        assert "remove: true" in page.inner_text(".entry")


@pytest.mark.parametrize("language", ["fr", "nl", "de", "en"])
def test_axe_finds_nothing_on_a_preview_or_on_mistakes(
    browser: Any, own_site: str, language: str
) -> None:
    options = {"viewport": {"width": 320, "height": 740}, "is_mobile": True}
    with opened(browser, **options, color_scheme="dark") as page:
        page.goto(f"{own_site}/{language}/resolutions/2723/correct?mark=acts_on:0&text=en")
        page.fill("#because", "x")
        page.fill("#source", "nowhere")
        page.click("button[value=check]")
        page.wait_for_selector(".notice.bad")
        assert page.get_attribute("#source", "aria-invalid") == "true"
        assert violations(page) == []
        page.fill("#source", "")
        page.check("input[value=remove]")
        page.click("button[value=check]")
        page.wait_for_selector("button[value=write]")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.click("button[value=write]")
        page.wait_for_selector(".corrections")
        assert violations(page) == []


@pytest.mark.parametrize("language", ["fr", "nl", "de", "en"])
def test_axe_finds_nothing_on_a_reading_or_a_comparison(
    browser: Any,
    site: str,
    language: str,
) -> None:
    with opened(browser, viewport={"width": 320, "height": 740}, is_mobile=True) as page:
        page.goto(f"{site}/{language}/mandates/read")
        page.fill("#text", EARLIER)
        page.click("main form button")
        page.wait_for_selector(".found")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.goto(f"{site}/{language}/mandates/compare")
        page.fill("#before", EARLIER)
        page.fill("#after", LATER)
        page.locator("main form button").first.click()
        page.wait_for_selector(".found")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_comparison_works_without_script_and_is_saved(
    browser: Any,
    site: str,
) -> None:
    with opened(browser, java_script_enabled=False, accept_downloads=True) as page:
        page.goto(f"{site}/en/mandates/compare")
        page.fill("#before", EARLIER)
        page.fill("#after", LATER)
        page.locator("main form button").first.click()
        assert "800 (−60)" in page.inner_text("main")
        with page.expect_download() as waiting:
            page.locator("form.tools button").click()
        assert waiting.value.suggested_filename == "mandates-compared.docx"


def test_the_calendar_is_narrowed_without_script_and_on_its_date(
    browser: Any,
    site: str,
) -> None:
    with opened(browser, java_script_enabled=False) as page:
        page.goto(f"{site}/fr/calendar?date=2021-06-30")
        page.select_option("#framework", "eu")
        page.select_option("#days", "366")
        page.click(".facets button")
        assert "date=2021-06-30" in page.url
        assert "EUFOR Althea" in page.inner_text("main")
        assert "FINUL" not in page.inner_text("main")
        ics = page.locator("a[type='text/calendar']").get_attribute("href")
        assert ics == "/fr/calendar.ics?date=2021-06-30&days=366&framework=eu"


@pytest.mark.parametrize("language", ["fr", "nl", "de", "en"])
@pytest.mark.parametrize("width", [320, 1200])
def test_axe_finds_nothing_on_a_card_with_every_detail_open(
    browser: Any, texts_site: str, language: str, width: int
) -> None:
    with opened(browser, viewport={"width": width, "height": 740}) as page:
        page.goto(f"{texts_site}/{language}/resolutions/2723?text=en")
        summary = page.locator("#priorities ~ .scores summary").first
        summary.focus()
        page.keyboard.press("Enter")
        assert page.locator("#priorities ~ .scores .points").first.is_visible()
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
