"""The pages that read and compare resolutions, in real Chromium: axe, a phone, no script."""

from __future__ import annotations

from typing import Any

import pytest

from test_mandate_portal import EARLIER, LATER
from test_web_browser import browser, opened, site, violations

pytestmark = pytest.mark.browser
__all__ = ["browser", "site"]


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
