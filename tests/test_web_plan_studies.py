"""What is asked of a plan in the portal: simulated, traded off, changed, compared; also hostile."""

from __future__ import annotations

import csv
import io
import re
import time
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import openpyxl
import pytest

from peaceops.errors import DataError, NotFound, UsageError
from peaceops.store import Database
from peaceops.web.app import Portal
from peaceops.web.languages import read_languages
from peaceops.web.plan_asks import read_change, read_curve, read_simulation, settings_of
from peaceops.web.plan_curve_page import draw_curve
from peaceops.web.plan_kept import Job, KeptPlan, Visit, Workbook
from peaceops.web.plan_visits import MOST_PLANS, PlanVisits
from peaceops.web.spread_chart import Spread, draw_spreads
from test_web import TODAY, reading
from test_web_browser import browser, opened, violations
from test_web_plan import LANGUAGES, SMALL, begin, wait, workbook

__all__ = ["browser"]

API = "/api/v1/plan"


@pytest.fixture
def portal(mini_db: Database) -> Portal:
    return Portal(mini_db.path, today=lambda: TODAY)


@pytest.fixture
def client(portal: Portal) -> Iterator[httpx.Client]:
    with reading(portal) as reader:
        yield reader


def solved(client: httpx.Client, content: bytes | None = None) -> tuple[str, dict[str, Any]]:
    """The address of a visit that has a plan, and the visit."""
    address = begin(client, content)
    client.post(f"{address}/solve", data={"seconds": "15"})
    visit = wait(client, address)
    assert visit["plan"]["status"] == "optimal"
    return address, visit


def zipped(**tables: list[list[Any]]) -> bytes:
    """The small problem as a ZIP of CSV files in a folder."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in {**SMALL, **tables}.items():
            text = io.StringIO()
            csv.writer(text).writerows(rows)
            archive.writestr(f"mine/{name}.csv", text.getvalue())
    return out.getvalue()


def test_a_zipped_folder_is_planned_like_a_workbook(client: httpx.Client) -> None:
    answer = client.post("/en/plan", files={"file": ("mine.zip", zipped())})
    assert answer.status_code == 303, answer.text
    address = answer.headers["location"]
    client.post(f"{address}/solve", data={"seconds": "15"})
    assert wait(client, address)["plan"]["objective"] == 18 * (10 + 8 + 3)
    people = [["person", "category"], ["P1", ""]]
    wrong = client.post("/fr/plan", files={"file": ("mine.zip", zipped(people=people))})
    assert wrong.status_code == 422
    assert '<th scope="row">people.csv</th><td class="num">2</td><td>category' in wrong.text
    assert "est vide" in wrong.text


def test_a_hostile_zip_is_refused_with_one_message_and_nothing_kept(
    client: httpx.Client, portal: Portal
) -> None:
    bomb, upwards = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("posts.csv", b"0" * 35_000_000)
    with zipfile.ZipFile(upwards, "w") as archive:
        archive.writestr("../../posts.csv", b"post\n")
    for content, words in ((bomb.getvalue(), "weit mehr"), (upwards.getvalue(), "führt aus")):
        answer = client.post("/de/plan", files={"file": ("mine.zip", content)})
        assert answer.status_code == 422
        assert words in answer.text
        table = answer.text.partition('<table class="mistakes">')[2].partition("</table>")[0]
        assert table.count('<th scope="row">') == 1
        assert '<span lang="en">' not in answer.text
    assert len(portal.planning.visits) == 0


def test_a_plan_is_simulated_with_changed_rates_and_taken_along(client: httpx.Client) -> None:
    address, visit = solved(client)
    data = f"{API}/{visit['id']}"
    assert client.get(f"{data}/simulate").json() is None
    assert client.get(f"{data}/simulation.csv").status_code == 404
    form = {"asked": "1", "runs": "1000", "seed": "7", "delay": "1", "rate-refusal": "1",
            "rate-closure": "0,5"}  # fmt: skip
    begun = client.post(f"{address}/simulate", data=form)
    assert begun.headers["location"] == f"{address}/simulate?plan=1"
    assert wait(client, address)["state"] == "done"
    result = client.get(f"{data}/simulate").json()
    rates = {r["cause"]: r for r in result["rates"]}
    assert rates["closure"] == {
        "cause": "closure", "rate": 0.5, "source": "entered for this simulation",
    }  # fmt: skip
    assert "assumption" in rates["late-visa"]["source"]
    assert result["policy"] == {"reserve": False, "replan": False, "delay_months": 1}
    # Everybody declines and nobody steps in: nothing is held.
    assert result["objective"]["mean"] == 0
    assert {o["risk_of_losing_presence"] for o in result["operations"]
            if o["planned"]} == {1.0}  # fmt: skip
    for language in LANGUAGES:
        page = client.get(f"{address.replace('/en/', f'/{language}/')}/simulate").text
        assert page.count('<svg class="spreads"') == 2
        assert 'value="0.5"' in page
        assert '<span lang="en">' not in page
    rows = list(csv.DictReader(io.StringIO(client.get(f"{data}/simulation.csv").text)))
    assert {row["post"] for row in rows} == {"A1", "A2", "B1"}
    rows = list(
        csv.DictReader(io.StringIO(client.get(f"{data}/simulation.csv?table=operations").text))
    )
    assert rows[0]["risk_of_losing_presence"]
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{data}/simulation.xlsx").content))
    assert {"operations", "posts", "distributions", "rates"} <= set(book.sheetnames)
    assert client.get(f"{data}/simulation.json").json() == result


def test_the_same_seed_gives_the_same_simulation(client: httpx.Client) -> None:
    address, visit = solved(client)
    answers = []
    for _ in range(2):
        client.post(f"{API}/{visit['id']}/simulate", data={"runs": "500", "seed": "3"})
        wait(client, address)
        answers.append(client.get(f"{API}/{visit['id']}/simulate").json())
    assert answers[0] == answers[1]
    assert answers[0]["runs"] == 500
    assert answers[0]["policy"]["reserve"] is True


def test_a_simulation_that_is_stopped_keeps_the_runs_done(client: httpx.Client) -> None:
    answer = client.post(API, data={"example": "1"})
    address = f"/en/plan/{answer.json()['id']}"
    client.post(f"{address}/solve", data={"seconds": "3"})
    visit = wait(client, address, 120)
    client.post(f"{address}/simulate", data={"runs": "100000"})
    data = f"{API}/{visit['id']}"
    end = time.monotonic() + 60
    while time.monotonic() < end:
        now = client.get(f"{data}?only=progress").json()
        if now["progress"] and now["progress"].get("done"):
            break
        time.sleep(0.05)
    page = client.get(f"{address}/simulate").text
    assert "Stop and keep what has been computed" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    stopped = client.post(f"{address}/stop", data={"at": "simulate", "plan": "1"})
    assert stopped.headers["location"] == f"{address}/simulate?plan=1"
    assert wait(client, address)["state"] == "done"
    assert 0 < client.get(f"{data}/simulate").json()["runs"] < 100_000


def test_curves_rise_and_keep_their_points(client: httpx.Client) -> None:
    address, visit = solved(client)
    data = f"{API}/{visit['id']}"
    for kind in ("people", "money"):
        begun = client.post(f"{address}/curves", data={"kind": kind, "steps": "4", "seconds": "15"})
        assert begun.headers["location"] == f"{address}/curves?plan=1"
        assert wait(client, address)["state"] == "done"
    curves = client.get(f"{data}/curves").json()
    people = [(p["limit"], p["objective"]) for p in curves["people"]["points"]]
    # The problem's own limit of two people stands beside the curve's.
    assert people == [(1, 18 * 13), (2, 18 * 21), (3, 18 * 21)]
    money = [p["objective"] for p in curves["money"]["points"]]
    assert money == sorted(money)
    for language in LANGUAGES:
        page = client.get(f"{address.replace('/en/', f'/{language}/')}/curves").text
        assert page.count('<svg class="curve"') == 2
    lines = client.get(f"{data}/curve.csv?kind=money").text.splitlines()
    assert lines[0] == "limit,objective,bound,people,status"
    assert client.get(f"{data}/curve.csv?kind=nonsense").status_code == 404


def test_other_plans_are_listed_opened_and_compared(client: httpx.Client) -> None:
    address, visit = solved(client)
    data = f"{API}/{visit['id']}"
    client.post(f"{address}/plans", data={"seconds": "15"})
    wait(client, address)
    plans = client.get(f"{data}/plans").json()
    assert [p["origin"] for p in plans] == ["solved", "alternative", "alternative"]
    assert all(p["objective"] <= plans[0]["objective"] for p in plans)
    page = client.get(f"{address}/plans").text
    assert f'href="{address}?plan=2"' in page
    other = client.get(f"{data}?plan=2").json()
    assert other["number"] == 2
    assert other["plan"]["assignments"] != visit["plan"]["assignments"]
    # The plan itself stays the one that is shown where no number is named.
    assert client.get(data).json()["number"] == 1
    face = client.get(f"{address}?plan=2&face=tours").text
    assert "plan=2&amp;face=posts" in face or "face=posts&amp;plan=2" in face
    assert client.get(f"{data}/plan.xlsx?plan=2").content.startswith(b"PK")
    told = client.get(f"{data}/compare?first=1&second=2").json()
    assert told["first"]["objective"] == plans[0]["objective"]
    assert told["changes"] == other["changes"]
    for language in LANGUAGES:
        there = address.replace("/en/", f"/{language}/")
        page = client.get(f"{there}/compare?first=1&second=2")
        assert page.status_code == 200
        assert '<span lang="en">' not in page.text
    assert client.get(f"{data}/compare?first=1&second=9").status_code == 404
    assert client.get(f"{data}?plan=9").status_code == 404
    # Asked again, the new ones take the place of the old.
    client.post(f"{address}/plans", data={"seconds": "15"})
    wait(client, address)
    assert [p["number"] for p in client.get(f"{data}/plans").json()] == [1, 4, 5]


def test_a_post_closes_a_person_falls_out_and_history_stays(client: httpx.Client) -> None:
    address, visit = solved(client)
    data = f"{API}/{visit['id']}"
    before = {(a["post"], a["start"]): a for a in visit["plan"]["assignments"]}
    out = next(a["person"] for a in before.values() if a["start"] > "2011-10")
    form = {"close-0": "A2", "close-month-0": "2012-01", "out-0": out, "out-month-0": "2011-11",
            "served": "2011-09", "seconds": "15"}  # fmt: skip
    begun = client.post(f"{address}/what-if", data=form)
    assert begun.headers["location"] == address
    after = wait(client, address)
    assert after["state"] == "done", after["problems"]
    assert after["plans"][-1]["closed"] == {"A2": "2012-01"}
    assert after["plans"][-1]["served_until"] == "2011-09"
    tours = after["plan"]["assignments"]
    assert not any(a["post"] == "A2" and a["end"] > "2011-12" for a in tours)
    assert not any(a["person"] == out and a["end"] > "2011-10" for a in tours)
    history = [a for a in before.values() if a["arrive"] <= "2011-09"]
    kept = {(a["post"], a["start"]): a["person"] for a in tours}
    assert all(kept[a["post"], a["start"]] == a["person"] for a in history)
    page = client.get(address).text
    assert "A2 closed from Jan 2012" in page
    assert "history until Sept 2011" in page or "history until Sep 2011" in page
    assert after["changes"]
    # What has happened stays, also where only a limit changes afterwards.
    client.post(f"{address}/solve", data={"limit-0": "3", "seconds": "15"})
    again = wait(client, address)
    assert again["plans"][-1]["closed"] == {"A2": "2012-01"}
    kept = {(a["post"], a["start"]): a["person"] for a in again["plan"]["assignments"]}
    assert all(kept[a["post"], a["start"]] == a["person"] for a in history)
    # Months that are history have no alternatives.
    refused = client.post(f"{data}/plans", data={"seconds": "15"})
    assert refused.status_code == 400


def test_a_new_call_is_a_second_workbook_and_the_old_tours_stay(client: httpx.Client) -> None:
    address, visit = solved(client)
    posts = [*SMALL["posts"],
             ["NEW", "natoopen", "staff-officer", "2012-01", "2012-12", 6, 1000, 30]]  # fmt: skip
    limits = [["category", "max_deployed"], ["*", 3]]
    second = zipped(posts=posts, limits=limits)
    answer = client.post(f"{address}/what-if", files={"file": ("call.zip", second)},
                         data={"served": "2011-12", "seconds": "15"})  # fmt: skip
    assert answer.status_code == 303, answer.text
    after = wait(client, address)
    assert after["name"] == "call.zip"
    assert {c["kind"] for c in after["changes"]} == {"new"}
    assert {c["post"] for c in after["changes"]} == {"NEW"}
    # Afresh it is a scenario beside the first plan.
    client.post(f"{address}/what-if?plan=1", files={"file": ("call.zip", second)},
                data={"afresh": "1", "seconds": "15"})  # fmt: skip
    scenario = wait(client, address)
    assert scenario["plans"][-1]["origin"] == "scenario"
    assert scenario["plan"]["objective"] >= after["plan"]["objective"]
    told = client.get(f"{API}/{visit['id']}/compare?first=1&second=3").json()
    assert told["second"]["objective"] == scenario["plan"]["objective"]


def test_a_second_workbook_that_lacks_history_or_is_broken_is_refused(
    client: httpx.Client,
) -> None:
    address, visit = solved(client)
    first = min(visit["plan"]["assignments"], key=lambda a: str(a["arrive"]))
    fewer = [row for row in SMALL["posts"] if row[0] != first["post"]]
    client.post(f"{address}/what-if", files={"file": ("less.xlsx", workbook(posts=fewer))},
                data={"served": "2011-12", "seconds": "15"})  # fmt: skip
    after = wait(client, address)
    assert after["state"] == "failed"
    assert first["post"] in str(after["problems"])
    page = client.get(address.replace("/en/", "/nl/")).text
    assert "vaststaande maanden" in page
    # The plan that stood is still there.
    assert after["number"] == 1
    posts = [list(row) for row in SMALL["posts"]]
    posts[1][3] = "2011-13"
    for content, words in ((workbook(posts=posts), "first_month"), (b"PK\x03\x04", "class")):
        answer = client.post(f"{address}/what-if", files={"file": ("x.xlsx", content)})
        assert answer.status_code == 422
        assert words in answer.text
        assert 'role="alert"' in answer.text
    assert len(client.get(f"{API}/{visit['id']}/plans").json()) == 1


def test_fields_that_cannot_be_used_are_all_named(client: httpx.Client) -> None:
    address, _ = solved(client)
    form = {"asked": "1", "runs": "0", "seed": "-1", "delay": "61", "rate-refusal": "2",
            "rate-late-visa-months": "1.5"}  # fmt: skip
    page = client.post(f"{address.replace('/en/', '/fr/')}/simulate", data=form)
    assert page.status_code == 422
    assert page.text.count('class="notice bad"') == 5
    assert re.search(r"Désistement\s: ce n’est pas un nombre utilisable\.", page.text)
    assert '<span lang="en">' not in page.text
    assert 'value="2"' in page.text
    change = client.post(
        f"{address}/what-if",
        data={"close-0": "Z9", "out-month-0": "2012-01", "served": "2031-01", "disturbance": "x"},
    )
    assert change.status_code == 422
    assert change.text.count('class="notice bad"') == 5
    assert 'value="Z9"' in change.text
    assert client.post(f"{address}/curves", data={"kind": "x", "steps": "1"}).status_code == 422


def test_numbers_are_read_as_people_write_them() -> None:
    rates = {"early-return": 0.01, "refusal": 0.03, "late-visa": 0.1, "late-visa-months": 1,
             "closure": 0.003}  # fmt: skip
    ask = read_simulation({"runs": "50 000", "rate-refusal": "0,05", "replan": "1"}, rates)
    assert (ask.runs, ask.rates["refusal"], ask.reserve, ask.replan) == (50_000, 0.05, True, True)
    assert not read_simulation({"asked": "1"}, rates).reserve
    with pytest.raises(DataError):
        read_simulation({"runs": "1000001"}, rates)
    with pytest.raises(DataError) as caught:
        read_curve({"kind": "time", "steps": "21"})
    assert [p.where for p in caught.value.problems] == ["kind", "steps"]
    problem = {"first": 24138, "last": 24149, "posts": [{"post": "A"}], "persons": ["P"]}
    change = read_change({"close-4": "A", "close-month-4": "2011-09"}, problem, {}, {"P": 24140}, 7)
    assert (change.closed, change.out) == ({"A": 24140}, {"P": 24140})
    assert change.served_until == 7  # history does not become shorter


def make_visit(visits: PlanVisits, plans: int) -> Visit:
    problem = {"posts": [], "persons": [], "limits": [], "budget": {}, "dwell_ratio": 1}
    book = Workbook("x.xlsx", "upload", b"x" * 1000, problem)
    visit = Visit("a", book, 0.0, settings=settings_of(problem))
    plan = {"objective": 1.0, "bound": 1.0, "assignments": [], "unfilled": []}
    for number in range(1, plans + 1):
        visit.plans.append(KeptPlan(number, book, {}, "solved", None, plan, {}, []))
    visits._visits["a"] = visit
    return visit


def test_a_visit_keeps_a_bounded_number_of_plans_within_the_bytes_of_all() -> None:
    visits = PlanVisits(clock=lambda: 0.0)
    visit = make_visit(visits, MOST_PLANS + 3)
    visit.job = Job(base=2)
    visits._thin_out(visit)
    assert [p.number for p in visit.plans] == [2, *range(5, MOST_PLANS + 4)]
    tight = PlanVisits(clock=lambda: 0.0, most_bytes=90_000)
    visit = make_visit(tight, 5)
    visit.plans[1].files["xlsx"] = bytes(50_000)
    tight._thin_out(visit)
    assert visit.plans[-1].number == 5
    assert visit.size <= 90_000


def test_one_thing_at_a_time_and_only_from_a_plan() -> None:
    visits = PlanVisits(clock=lambda: 0.0)
    visit = make_visit(visits, 1)
    visit.state = "solving"
    with pytest.raises(UsageError):
        visits.begin(visit, Job("simulate", 1), [])
    visit.state = "done"
    with pytest.raises(UsageError):
        visits.begin(visit, Job("simulate", 0), [])
    with pytest.raises(NotFound):
        visits.begin(visit, Job("simulate", 5), [])


def test_another_site_cannot_begin_a_study(client: httpx.Client) -> None:
    address, _ = solved(client)
    for name in ("simulate", "curves", "plans", "what-if"):
        answer = client.post(f"{address}/{name}", headers={"origin": "https://example.org"})
        assert answer.status_code == 400


def test_studies_of_a_problem_without_plan_are_not_found(client: httpx.Client) -> None:
    address = begin(client)
    for name in ("simulate", "curves", "plans", "what-if"):
        assert client.get(f"{address}/{name}").status_code == 404
        assert client.post(f"{address}/{name}").status_code == 404


def test_charts_are_told_apart_without_colour_and_escape_their_names() -> None:
    english = read_languages()["en"]
    rows = [Spread("<b>", 12, 10, {10: 0.5, 12: 0.5}), Spread("a" * 50, 3, 3, {3: 1.0})]
    drawing = draw_spreads("posts", "T & t", "words", english, rows)
    assert 'role="img" aria-labelledby="posts-t posts-d"' in drawing
    assert "&lt;b&gt;: 12 months planned, 10 in the middle run" in drawing
    assert "<b>" not in drawing
    assert "a" * 29 + "…" in drawing
    assert 'class="planned"' in drawing
    assert draw_curve(english, "people", "T", "x", ()).count("<circle") == 0


@pytest.mark.browser
def test_every_study_passes_axe_works_without_script_and_fits_a_phone(
    browser: Any, mini_db: Database
) -> None:
    portal = Portal(mini_db.path, today=lambda: date(2011, 6, 1))
    found: list[str] = []
    with reading(portal) as client:
        site = str(client.base_url).rstrip("/")
        address, _ = solved(client)
        with opened(browser, java_script_enabled=False) as page:
            page.goto(f"{site}{address}/simulate")
            page.click(".settings button")
            for _ in range(30):  # the page looks again by itself, by its refresh
                if page.locator("svg.spreads").count():
                    break
                page.wait_for_timeout(500)
            assert page.locator("svg.spreads").count() == 2
        for name, form in (
            ("curves", {"steps": "2", "seconds": "5"}),
            ("plans", {"seconds": "5"}),
            ("what-if", {"close-0": "A2", "close-month-0": "2012-01", "seconds": "5"}),
        ):
            client.post(f"{address}/{name}?plan=1", data=form)
            wait(client, address)
        with opened(browser, viewport={"width": 1280, "height": 900}) as page:
            for language, place in (
                ("fr", "/simulate?plan=1"), ("nl", "/curves?plan=1"), ("de", "/plans"),
                ("en", "/what-if"), ("fr", "/compare?first=1&second=2"), ("de", ""),
                ("nl", "/../template"),
            ):  # fmt: skip
                page.goto(f"{site}{address.replace('/en/', f'/{language}/')}{place}")
                found += violations(page)
                page.set_viewport_size({"width": 360, "height": 740})
                width = page.evaluate("document.documentElement.scrollWidth")
                assert width <= 360, (place, width)
                page.set_viewport_size({"width": 1280, "height": 900})
            # The keyboard reaches the form and sends it.
            page.goto(f"{site}{address}/curves")
            page.focus("#kind")
            page.keyboard.press("Tab")
            page.keyboard.press("Tab")
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
            page.wait_for_selector("svg.curve", timeout=90_000)
    assert found == []
