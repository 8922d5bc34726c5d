"""Posts drawn from the catalogue: which operations, which months, which values; also by command."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from peaceops.analysis.offers import list_offers
from peaceops.cli import cli
from peaceops.errors import DataError, NotFound, UsageError
from peaceops.planner.problem import month_number
from peaceops.planner.reading import read_problem, read_problem_bytes
from peaceops.planner.template import (
    Offered,
    change_weights,
    draw_posts,
    drawn_problem,
    problem_tables,
    write_tables,
)
from peaceops.store import Database
from peaceops.web.app import Portal
from test_web import TODAY, reading

DAY = date(2011, 6, 1)
FIRST, LAST = month_number("2011-07"), month_number("2013-06")


def test_operations_are_offered_for_the_months_they_run(mini_db: Database) -> None:
    offers = list_offers(mini_db, DAY, FIRST, LAST)
    found = {o.operation: o for o in offers.operations}
    # One that has a known end is offered until then; one whose mandate lapsed long ago is left out.
    assert set(found) == {"unxyz", "natoopen"}
    assert found["unxyz"].last == month_number("2012-12")
    assert found["natoopen"].last is None
    assert found["unxyz"].hosts == ("XAA",)
    assert offers.lapsed == ("eulapse",)
    assert not offers.has_deaths
    later = list_offers(mini_db, date(2012, 7, 1), month_number("2012-08"), LAST)
    assert {o.operation: o.last for o in later.operations}["unxyz"] == month_number("2012-12")
    gone = list_offers(mini_db, date(2012, 7, 1), month_number("2013-01"), LAST)
    assert [o.operation for o in gone.operations] == ["natoopen"]


def test_offers_are_narrowed_by_framework_host_and_participation(mini_db: Database) -> None:
    day = date(2010, 6, 1)  # a month after the ministry counted its people in UNXYZ

    def names(**choice: object) -> set[str]:
        offers = list_offers(mini_db, day, FIRST, LAST, **choice)  # type: ignore[arg-type]
        return {o.operation for o in offers.operations}

    assert names(frameworks=("nato",)) == {"natoopen"}
    everything = {"unxyz", "natoopen", "eulapse"}  # lapsed five months ago
    assert names(hosts=("XAA",)) == everything
    assert names(hosts=("XBB",)) == set()
    assert names(country="XBB", only_present=True) == {"unxyz"}
    assert names(country="XBB") == everything
    present = list_offers(mini_db, day, FIRST, LAST, country="XBB").operations
    assert {o.operation for o in present if o.present} == {"unxyz"}
    with pytest.raises(NotFound):
        names(hosts=("QQQ",))
    with pytest.raises(UsageError):
        list_offers(mini_db, DAY, LAST, FIRST)
    with pytest.raises(UsageError):
        names(only_present=True)


def test_posts_follow_the_kind_of_operation_and_the_weights() -> None:
    military = Offered("eutm-x", "eu", kind="military-training")
    civilian = Offered("eucap-x", "eu", kind="civilian", hot_spot=True)
    other = Offered("force-x", "other", kind="military")
    posts = draw_posts([military, civilian, other], FIRST, LAST, weights=change_weights({}))
    functions = {(p.operation, p.function) for p in posts}
    assert ("eutm-x", "training") in functions
    assert ("eutm-x", "justice") not in functions
    assert ("eucap-x", "justice") in functions
    assert not any(p.operation == "force-x" for p in posts)
    hotter = draw_posts([civilian], FIRST, LAST, weights=change_weights({"hot-spot": 3}))
    usual = draw_posts([civilian], FIRST, LAST)
    assert hotter[0].value == pytest.approx(2 * usual[0].value, abs=0.15)  # one decimal each


def test_weights_and_choices_that_are_none_are_all_named() -> None:
    with pytest.raises(DataError) as caught:
        change_weights({"hotspot": 2, "framework:eu": -1})
    assert [(p.field, p.message) for p in caught.value.problems] == [
        ("hotspot", "no such weight"), ("framework:eu", "-1 is no such weight"),
    ]  # fmt: skip
    with pytest.raises(DataError, match="no operation of this choice"):
        drawn_problem([Offered("force-x", "other")], FIRST, LAST)


def test_a_drawn_problem_leaves_values_to_the_weights_and_reads_back(tmp_path: Path) -> None:
    offered = [Offered("a", "un", hot_spot=True, mandate_score=4), Offered("b", "osce")]
    problem = drawn_problem(offered, FIRST, LAST, people=10)
    tables = problem_tables(problem, offered, by_weights=True)
    assert all(row["value_per_month"] is None for row in tables["posts"])
    write_tables(tables, tmp_path / "drawn.xlsx")
    again = read_problem(tmp_path / "drawn.xlsx")
    assert {p.post: p.value for p in again.posts} == {p.post: p.value for p in problem.posts}
    assert again.weights == problem.weights


def test_the_command_draws_from_the_database_named(mini_db: Database, tmp_path: Path) -> None:
    def run(*words: object) -> tuple[int, str]:
        result = CliRunner().invoke(cli, [str(w) for w in words])
        return result.exit_code, result.output

    base = ("plan", "--template", tmp_path / "t.xlsx", "--draw", "--db", mini_db.path)
    code, out = run(*base, "--as-of", "2011-06-01", "--months", "2011-07:2012-06",
                    "--weight", "framework:nato=3")  # fmt: skip
    assert code == 0, out
    assert "eulapse" in out
    problem = read_problem(tmp_path / "t.xlsx")
    assert {p.operation for p in problem.posts} == {"unxyz", "natoopen"}
    assert {w.weight for w in problem.weights if w.key == "nato"} == {3}
    assert run("plan", "--draw")[0] != 0
    assert run("plan", "--template", tmp_path / "u", "--country", "XBB")[0] != 0
    assert run(*base, "--months", "2012")[0] != 0
    assert run(*base, "--weight", "hot-spot")[0] != 0
    assert not (tmp_path / "u").exists()


def test_the_portal_shows_the_choice_and_gives_the_workbook(mini_db: Database) -> None:
    portal = Portal(mini_db.path, today=lambda: TODAY)
    with reading(portal) as client:
        query = "first=2011-07&last=2012-06&framework=nato&w-framework:nato=2"
        for language in ("fr", "nl", "de", "en"):
            page = client.get(f"/{language}/plan/template?{query}")
            assert page.status_code == 200
            assert "NOPEN" in page.text
            assert "UNXYZ" not in page.text
        data = client.get(f"/api/v1/plan/template?{query}").json()
        assert [o["offer"]["operation"] for o in data["operations"]] == ["natoopen"]
        book = client.get(f"/api/v1/plan/template.xlsx?{query}")
        assert book.headers["content-type"].endswith("spreadsheetml.sheet")
        problem = read_problem_bytes(book.content, "t.xlsx")
        shown = {p["function"]: p["value"] for p in data["operations"][0]["posts"]}
        assert {p.function: p.value for p in problem.posts} == shown
        _refuses(client)


def _refuses(client: httpx.Client) -> None:
    wrong = "first=2011&last=2012-06&country=QQQ&framework=x&w-base=much"
    page = client.get(f"/de/plan/template?{wrong}")
    assert page.status_code == 200
    assert page.text.count('class="notice bad"') == 4
    assert "Das ist kein Monat" in page.text or "das ist kein Monat" in page.text
    answer = client.get(f"/api/v1/plan/template.xlsx?{wrong}")
    assert answer.status_code == 400
    assert len(answer.json()["problems"]) == 4
    empty = client.get("/api/v1/plan/template.xlsx?first=2011-07&last=2012-06&framework=osce")
    assert empty.status_code == 422
    assert "no operation of this choice" in empty.text
