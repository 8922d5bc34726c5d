"""The portal in real Chromium: axe on every page in every language, a phone, no script, keys."""

from __future__ import annotations

import contextlib
import itertools
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import uvicorn

from peaceops.store import Database
from peaceops.web.app import Portal
from peaceops.web.routes import PAGES

pytestmark = pytest.mark.browser

LANGUAGES = ("fr", "nl", "de", "en")
DAY = "2021-06-30"
# Each page once: where a page has a key, the richest one known.
# A resolution without its text is told so; pages with texts are tried in test_mandate_browser.py.
KEYS = {"operation_id": "minusma", "iso3": "BEL", "framework": "un", "number": "2531"}
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
OLD_PAGE = (
    "Actuellement, la Belgique déploie des militaires au Mali (MINUSMA) et au Liban (FINUL).\n"
    "L'ONU conduit 16 opérations de maintien de la paix.\n"
)


@pytest.fixture(scope="module")
def site(real_db: Database) -> Iterator[str]:
    """The address of the portal over the real catalogue, on 1 November 2026."""
    portal = Portal(real_db.path, today=lambda: date(2026, 11, 1))
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(portal, log_level="critical", access_log=False, lifespan="off")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listener.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real Chromium, or a skip that says what is missing."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("needs Chromium, which is not on this machine (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield chromium
        chromium.close()


@contextlib.contextmanager
def opened(browser: Any, **options: Any) -> Iterator[Any]:
    """A page of a fresh window; anything the console complains of fails the test."""
    context = browser.new_context(**options)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: complaints.append(str(e)))
    yield page
    context.close()
    assert [c for c in complaints if "status of 4" not in c] == []


def addresses(language: str) -> list[str]:
    """Every page once, and its other faces: with a map, narrowed, with an error."""
    paths = [route.path.format_map(KEYS) for route in PAGES]
    found = [f"/{language}{path}?date={DAY}" for path in paths if path != "/sources"]
    return [
        *found,
        f"/{language}/",
        f"/{language}/sources?trust=unverified",
        f"/{language}/operations?show=map&framework=eu&status=all",
        f"/{language}/operations/smm-ukraine",
        f"/{language}/countries/LUX?date={DAY}",
        f"/{language}/charts/operation-figures/kfor.html",
        f"/{language}/operations?date=nonsense",
        f"/{language}/operations/no-such",
    ]


def violations(page: Any) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{page.url}: {v['id']}: {v['help']}: {[n['html'][:150] for n in v['nodes'][:3]]}"
        for v in found
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_any_page(browser: Any, site: str, language: str) -> None:
    found: list[str] = []
    with opened(browser, viewport={"width": 1280, "height": 900}) as page:
        for address in addresses(language):
            page.goto(site + address)
            found += violations(page)
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_a_review(browser: Any, site: str, language: str) -> None:
    with opened(browser) as page:
        page.goto(f"{site}/{language}/review?date=2026-11-01")
        page.fill("#text", OLD_PAGE)
        page.click("main form button")
        page.wait_for_selector(".findings")
        assert page.locator(".findings .stale").count() >= 2
        assert violations(page) == []


def test_axe_finds_nothing_in_the_dark_or_on_a_phone(browser: Any, site: str) -> None:
    found: list[str] = []
    for options in (
        {"color_scheme": "dark"},
        {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True},
    ):
        with opened(browser, **options) as page:
            for path in ("/", "/operations", "/operations/minusma", "/countries/BEL"):
                page.goto(f"{site}/nl{path}?date={DAY}")
                found += violations(page)
    assert found == []


@pytest.mark.parametrize("width", [320, 360])
def test_no_page_is_wider_than_a_phone(browser: Any, site: str, width: int) -> None:
    wide = []
    with opened(browser, viewport={"width": width, "height": 740}, is_mobile=True) as page:
        for address in addresses("de"):
            page.goto(site + address)
            needed = page.evaluate("document.documentElement.scrollWidth")
            if needed > width:
                wide.append((address, needed))
    assert wide == []


def test_every_page_works_without_script(browser: Any, site: str) -> None:
    with opened(browser, java_script_enabled=False) as page:
        page.goto(f"{site}/en/")
        page.fill("#date", DAY)
        page.click(".asof button")
        assert page.url == f"{site}/en/?date={DAY}"
        assert "30 June 2021" in page.inner_text("h1")
        page.click("nav.years li:nth-child(60) a")
        assert page.url == f"{site}/en/?date=2007-12-31"
        page.goto(f"{site}/en/operations?date={DAY}")
        page.select_option("#framework", "nato")
        page.click(".facets button")
        assert "framework=nato" in page.url
        assert f"date={DAY}" in page.url
        assert "KFOR" in page.inner_text("main")
        assert "MINUSMA" not in page.inner_text("main")
        page.click("text=FR")
        assert page.url.startswith(f"{site}/fr/operations?")
        assert "framework=nato" in page.url
        page.goto(f"{site}/fr/review?date=2026-11-01")
        page.fill("#text", OLD_PAGE)
        page.click("main form button")
        assert "n’est plus exact" in page.inner_text("main")


def test_the_years_are_one_stop_for_the_tab_key(browser: Any, site: str) -> None:
    with opened(browser) as page:
        page.goto(f"{site}/en/?date=2007-12-31")
        assert page.locator('nav.years a[tabindex="0"]').count() == 1
        page.locator('nav.years a[tabindex="0"]').focus()
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site}/en/?date=2006-12-31")


def test_the_first_tab_leads_past_the_navigation(browser: Any, site: str) -> None:
    with opened(browser) as page:
        page.goto(f"{site}/de/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


def test_headings_come_in_order_and_tables_have_captions(browser: Any, site: str) -> None:
    with opened(browser) as page:
        for address in addresses("en"):
            page.goto(site + address)
            levels = page.evaluate(
                "[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])"
            )
            assert levels[0] == 1, address
            assert levels.count(1) == 1, address
            assert all(b - a <= 1 for a, b in itertools.pairwise(levels)), address
            assert page.locator("table:not(:has(caption))").count() == 0, address
            assert page.locator("th:not([scope])").count() == 0, address
