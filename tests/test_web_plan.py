"""Planning in the portal: a workbook checked, a plan watched, stopped, changed, forgotten."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import openpyxl
import pytest

from peaceops.errors import DataError, NotFound
from peaceops.planner.problem import month_number
from peaceops.store import Database
from peaceops.web.app import Portal
from peaceops.web.gantt import Bar, Gantt, Row, draw_gantt
from peaceops.web.languages import read_languages
from peaceops.web.plan_asks import read_settings
from peaceops.web.plan_kept import Visit, Workbook
from peaceops.web.plan_visits import MOST_UPLOAD, Crowded, PlanVisits
from peaceops.web.plan_words import translate_sentence
from test_web import TODAY, reading
from test_web_browser import browser, opened, violations

__all__ = ["browser"]

LANGUAGES = ("fr", "nl", "de", "en")
SMALL: dict[str, list[list[Any]]] = {
    "posts": [
        ["post", "operation", "category", "first_month", "last_month", "tour_months",
         "cost_per_month_eur", "value_per_month"],
        ["A1", "unxyz", "staff-officer", "2011-07", "2012-12", 6, 1000, 10],
        ["A2", "unxyz", "staff-officer", "2011-07", "2012-12", 6, 1000, 8],
        ["B1", "natoopen", "staff-officer", "2011-07", "2012-12", 6, 1000, 5],
    ],
    "people": [["person", "category"], *([f"P{i}", "staff-officer"] for i in range(1, 7))],
    "operations": [["operation", "presence_value_per_month"], ["unxyz", 3], ["natoopen", 3]],
    "limits": [["category", "max_deployed"], ["*", 2]],
    "budget": [["year", "budget_eur"], [2011, 50000], [2012, 50000]],
    "rules": [["rule", "value"], ["dwell_ratio", 1], ["training_months", 0],
              ["horizon_first", "2011-07"], ["horizon_last", "2012-12"]],
}  # fmt: skip


def workbook(**tables: list[list[Any]]) -> bytes:
    """The small problem as an .xlsx, with some of its tables replaced."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in {**SMALL, **tables}.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def portal(mini_db: Database) -> Portal:
    return Portal(mini_db.path, today=lambda: TODAY)


@pytest.fixture
def client(portal: Portal) -> Iterator[httpx.Client]:
    with reading(portal) as reader:
        yield reader


def begin(client: httpx.Client, content: bytes | None = None, language: str = "en") -> str:
    """The address of a visit that began with a workbook."""
    answer = client.post(f"/{language}/plan", files={"file": ("mine.xlsx", content or workbook())})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def wait(client: httpx.Client, address: str, seconds: float = 60) -> dict[str, Any]:
    """The visit as data once nothing is under way any more."""
    data = f"/api/v1/plan/{address.split('/')[-1]}"
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer: dict[str, Any] = client.get(data).json()
        if answer["state"] not in ("waiting", "solving", "stopping"):
            return answer
        time.sleep(0.1)
    raise AssertionError(f"no plan after {seconds} seconds")


def test_a_broken_workbook_is_listed_with_sheet_row_and_column_and_not_kept(
    client: httpx.Client, portal: Portal
) -> None:
    posts = [list(row) for row in SMALL["posts"]]
    posts[1][3] = "2011-13"
    posts[2][6] = "much"
    posts[3][1] = "no-such-operation"
    people = [*SMALL["people"], ["P1", "staff-officer"]]
    operations = SMALL["operations"][:2]
    content = workbook(posts=posts, people=people, operations=operations)
    answer = client.post("/en/plan", files={"file": ("mine.xlsx", content)})
    assert answer.status_code == 422
    rows = re.findall(r'<tr><th scope="row">(.*?)</th><td class="num">(.*?)</td><td>(.*?)</td>',
                      answer.text)  # fmt: skip
    places = {(sheet, row, re.sub("<.*?>", "", column)) for sheet, row, column in rows}
    assert ("posts", "2", "first_month (D)") in places
    assert ("posts", "3", "cost_per_month_eur (G)") in places
    assert ("posts", "4", "operation (B)") in places
    assert ("people", "8", "person (A)") in places
    assert len(portal.planning.visits) == 0


def test_what_is_no_workbook_is_refused(client: httpx.Client, portal: Portal) -> None:
    for content in (b"PK\x03\x04 cut off", b"just text", b"\xd0\xcf\x11\xe0 old"):
        answer = client.post("/de/plan", files={"file": ("x.xlsx", content)})
        assert answer.status_code == 422
        assert 'lang="de"' in answer.text
    assert client.post("/en/plan", data={}).status_code == 422
    large = client.post("/en/plan", files={"file": ("x.xlsx", bytes(MOST_UPLOAD + 1))})
    assert large.status_code == 422
    assert "4 MB" in large.text
    huge = client.post("/en/plan", files={"file": ("x.xlsx", bytes(11 * 1024 * 1024))})
    assert huge.status_code == 413
    assert len(portal.planning.visits) == 0


def test_a_small_problem_is_solved_read_changed_and_forgotten(
    client: httpx.Client, portal: Portal
) -> None:
    address = begin(client)
    page = client.get(address).text
    assert "posts lie after the end of the mandate" in page
    assert 'name="limit-0"' in page
    assert client.post(f"{address}/solve", data={"seconds": "20"}).status_code == 303
    visit = wait(client, address)
    plan = visit["plan"]
    assert plan["status"] == "optimal"
    # Two people at once: the posts of 10 and 8, or of 10 and 5 with presence in both.
    assert plan["objective"] == 18 * (10 + 8 + 3)
    for face in ("overview", "posts", "people", "presence", "tours", "empty"):
        for language in LANGUAGES:
            other = address.replace("/en/", f"/{language}/")
            answer = client.get(f"{other}?face={face}")
            assert answer.status_code == 200
            assert answer.headers["cache-control"] == "no-store"
    drawing = client.get(f"{address}/posts.svg")
    assert drawing.headers["content-type"] == "image/svg+xml"
    assert all(f">{a['person']}<" in drawing.text for a in plan["assignments"])
    data = f"/api/v1/plan/{visit['id']}"
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{data}/plan.xlsx").content))
    assert {"summary", "tours", "by post"} <= set(book.sheetnames)
    assert client.get(f"{data}/plan.docx").content.startswith(b"PK")
    assert client.get(f"{data}/plan.json").json()["objective"] == plan["objective"]

    assert client.post(f"{address}/solve", data={"limit-0": "many"}).status_code == 422
    changed = client.post(f"{address}/solve", data={"limit-0": "1", "seconds": "20"})
    assert changed.status_code == 303
    again = wait(client, address)
    assert again["plan"]["objective"] == 18 * (10 + 3)
    assert again["changes"]
    page = client.get(address.replace("/en/", "/fr/")).text
    assert "Ce qui a changé" in page
    assert "2 → <strong>1</strong>" in page

    assert client.post(f"{address}/forget").headers["location"] == "/en/plan?forgotten=1"
    assert client.get(address).status_code == 404
    assert client.get(data).status_code == 404
    assert len(portal.planning.visits) == 0


def test_an_impossible_problem_names_what_clashes(client: httpx.Client) -> None:
    posts = [[*row, "must_fill" if i == 0 else 1] for i, row in enumerate(SMALL["posts"])]
    address = begin(client, workbook(posts=posts))
    client.post(f"{address}/solve", data={"seconds": "15"})
    visit = wait(client, address, 120)
    assert visit["plan"]["status"] == "infeasible"
    page = client.get(address).text
    assert "cannot stand together" in page
    assert "at most 2 people of all categories" in page


def test_stop_keeps_the_best_plan_so_far(client: httpx.Client) -> None:
    answer = client.post("/api/v1/plan", content=b"example=1",
                         headers={"content-type": "application/x-www-form-urlencoded"})  # fmt: skip
    assert answer.status_code in (201, 422)
    if answer.status_code == 422:
        # The small catalogue knows none of the example's operations; its own table does.
        raise AssertionError(answer.text)
    visit = answer.json()
    address = f"/en/plan/{visit['id']}"
    begun = client.post(f"/api/v1/plan/{visit['id']}/solve", data={"seconds": "300"})
    assert begun.status_code == 202
    end = time.monotonic() + 60
    while time.monotonic() < end:
        now = client.get(f"/api/v1/plan/{visit['id']}?only=progress").json()
        if now["progress"] and now["progress"]["objective"]:
            break
        time.sleep(0.1)
    page = client.get(address).text
    assert "Stop and keep the best plan so far" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert "http-equiv" not in client.get(f"{address}?still=1").text
    began = time.monotonic()
    assert client.post(f"{address}/stop").status_code == 303
    done = wait(client, address)
    assert time.monotonic() - began < 45
    assert done["plan"]["status"] == "feasible"
    assert done["plan"]["objective"] >= now["progress"]["objective"] - 1e-6
    assert done["plan"]["stopped_by"] == "user"


def test_forgetting_ends_the_solver(client: httpx.Client, portal: Portal) -> None:
    address = begin(client)
    client.post(f"{address}/solve", data={"seconds": "60"})
    visit = portal.planning.visits.find(address.split("/")[-1])
    client.post(f"{address}/forget")
    end = time.monotonic() + 10
    while visit.process is not None and time.monotonic() < end:
        time.sleep(0.05)
    assert visit.process is None
    assert visit.workbook.content == b""
    assert visit.plans == []


def test_another_site_cannot_act_here(client: httpx.Client) -> None:
    address = begin(client)
    answer = client.post(f"{address}/forget", headers={"origin": "https://example.org"})
    assert answer.status_code == 400
    assert client.get(address).status_code == 200


def make_visit(number: int, now: float) -> Visit:
    problem = {"posts": [], "persons": [], "limits": [], "budget": {}, "dwell_ratio": 1}
    return Visit(str(number), Workbook("x.xlsx", "upload", b"x" * 1000, problem), now)


def test_visits_go_after_their_time_and_make_room() -> None:
    now = [0.0]
    visits = PlanVisits(clock=lambda: now[0], most_visits=2, kept_seconds=1800)
    for number in range(2):
        visits._visits[str(number)] = make_visit(number, now[0])
    with pytest.raises(Crowded):
        visits._make_room(1000)
    now[0] = 400
    visits.find("1")
    visits._make_room(1000)
    with pytest.raises(NotFound):
        visits.find("0")
    now[0] = 400 + 1801
    visits.sweep()
    assert len(visits) == 0


def test_settings_that_are_no_numbers_are_all_listed() -> None:
    now = {"limits": [3], "cap": None, "budget": {"2027": 5}, "dwell_ratio": 1}
    fields = {"limit-0": "-1", "budget-2027": "lots", "dwell_ratio": "nan"}
    with pytest.raises(DataError) as caught:
        read_settings(now, fields)
    assert [p.where for p in caught.value.problems] == ["limit-0", "budget-2027", "dwell_ratio"]
    read = read_settings(now, {"budget-2027": "2 330 000,5", "cap": "4"})
    assert read == {"limits": [3], "cap": 4, "budget": {"2027": 2330000.5}, "dwell_ratio": 1}


def test_reasons_are_told_in_every_language() -> None:
    sentences = (
        "5 free months cannot take a tour of 6",
        "nobody qualifies: none of 12 with the rank speaks ar and fr",
        "the limit is reached: at most 28 people of all categories, from 2027-01 to 2028-12; "
        "other posts are worth more",
        "post A must be filled from 2027-01 to 2027-12 (tours of 6 months with 1 of handover; "
        "nobody qualifies, no person of category 'x')",
        "P051 from 2027-01 to 2027-12, now P088 in 2027-01",
    )
    for sentence in sentences:
        told = {translate_sentence(lang, sentence) for lang in read_languages().values()}
        assert None not in told
        assert len(told) == 4
    assert translate_sentence(read_languages()["fr"], "something new") is None


def test_bars_are_told_apart_without_colour() -> None:
    first = month_number("2027-01")
    bars = (
        Bar(first, first, "handover", "arrives <b>"),
        Bar(first + 1, first + 5, "held", "holds", "P1"),
        Bar(first + 6, first + 8, "empty", "nobody"),
    )
    gantt = Gantt("Title", "Words", first, first + 11, (Row("A & B", bars),), (("held", "held"),))
    drawing = draw_gantt(gantt, read_languages()["en"])
    assert "url(#gantt-h)" in drawing
    assert "stroke-dasharray" in drawing
    assert "A &amp; B" in drawing
    assert "arrives &lt;b&gt;" in drawing
    assert 'role="img" aria-labelledby="gantt-t gantt-d"' in drawing


@pytest.mark.browser
def test_planning_in_a_browser_passes_axe_on_every_face(browser: Any, mini_db: Database) -> None:
    portal = Portal(mini_db.path, today=lambda: date(2011, 6, 1))
    found: list[str] = []
    with reading(portal) as client, opened(browser) as page:
        site = str(client.base_url).rstrip("/")
        page.goto(f"{site}/nl/plan")
        found += violations(page)
        page.set_input_files(
            "#file", {"name": "m.xlsx", "mimeType": "application/octet-stream",
                      "buffer": workbook(people=[["person", "category"], ["P1", ""]])},
        )  # fmt: skip
        page.click(".start:first-child button")
        page.wait_for_selector("table.mistakes")
        found += violations(page)
        page.set_input_files(
            "#file", {"name": "m.xlsx", "mimeType": "application/octet-stream",
                      "buffer": workbook()},
        )  # fmt: skip
        page.click(".start:first-child button")
        page.wait_for_selector(".settings")
        found += violations(page)
        page.click(".settings button")
        page.wait_for_selector(".views", timeout=60_000)
        for face in ("overview", "posts", "people", "presence", "tours", "empty"):
            page.goto(f"{page.url.split('?')[0]}?face={face}")
            found += violations(page)
            page.set_viewport_size({"width": 360, "height": 740})
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, face
            page.set_viewport_size({"width": 1280, "height": 800})
    assert found == []
