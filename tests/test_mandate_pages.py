"""The pages on mandates: chains, the series, accuracy."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx
import pytest
from lxml import etree

from peaceops.analysis.facts import DecisionFact, SourceRef
from peaceops.analysis.mandate_chain import follow_ceilings, follow_tasks
from peaceops.resolutions.accuracy_table import (
    PARTS,
    AccuracyRow,
    read_accuracy,
    write_accuracy,
)
from peaceops.resolutions.ceiling_cells import CeilingStep, read_ceiling, write_ceiling
from peaceops.store import Database
from peaceops.web.app import Portal
from peaceops.web.chain_page import StandingTask, draw_timeline, list_changes
from peaceops.web.languages import read_languages
from peaceops.web.mandate_series import FIELDS
from peaceops.web.routes import BY_NAME
from peaceops.web.statements import say_ceiling
from peaceops.web.task_names import name_task, read_task_names
from peaceops.web.view import View
from test_web import reading

DAY = date(2021, 6, 30)
SOURCE = SourceRef("s", "S", "P", "https://example.org", None, "resolution", "", "verified", "")


def decision(
    symbol: str, day: str, tasks: str = "", seven: bool | None = None, *, sets_out: bool = False,
    ends: bool = False, until: str | None = None,
) -> DecisionFact:  # fmt: skip
    return DecisionFact(
        symbol, day, "terminate" if ends else "extend", until, False, "", tuple(tasks.split()),
        sets_out, (), seven, SOURCE,
    )  # fmt: skip


def view(db: Database, day: date = DAY, code: str = "en") -> View:
    return View(db, read_languages()[code], day, day)


@pytest.fixture(scope="module")
def client(real_db: Database) -> Iterator[httpx.Client]:
    """A reader of the portal over the real catalogue, on 30 June 2021."""
    with reading(Portal(real_db.path, today=lambda: DAY)) as reader:
        yield reader


def test_a_text_that_sets_out_the_mandate_replaces_tasks_and_any_other_adds_to_them() -> None:
    lines = list_changes(
        [
            decision("A", "2001-01-01", "mine-action elections", False, sets_out=True),
            decision("B", "2002-01-01"),
            decision("C", "2003-01-01", "elections liaison"),
            decision("D", "2004-01-01", "mine-action small-arms", True, sets_out=True),
        ],
        "en",
    )
    name = {t: name_task(t, "en") for t in ("mine-action", "elections", "liaison", "small-arms")}
    assert [len(x.tasks) for x in lines] == [2, 0, 2, 2]
    assert lines[0].added == ()  # the first mandate is no change
    assert (lines[1].added, lines[1].dropped, lines[1].compared_with) == ((), (), "")
    assert [t.symbol for t in lines[1].in_force] == ["A", "A"]
    assert (lines[2].added, lines[2].dropped) == ((name["liaison"],), ())
    assert lines[2].in_force == (
        StandingTask(name["mine-action"], "A"),
        StandingTask(name["elections"], "C"),
        StandingTask(name["liaison"], "C"),
    )
    assert lines[3].compared_with == "C"
    assert lines[3].added == (name["small-arms"],)
    assert lines[3].dropped == (name["elections"], name["liaison"])
    assert [x.chapter_vii_new for x in lines] == [False, False, False, True]


def test_a_change_not_adopted_under_chapter_seven_leaves_the_mandate_under_it() -> None:
    change = replace(decision("B", "2017-01-01", seven=False), action="amend")
    lines = list_changes(
        [decision("A", "2016-01-01", seven=True), change, decision("C", "2018-01-01", seven=True)],
        "en",
    )
    assert [x.chapter_vii_new for x in lines] == [False, False, False]


@pytest.mark.parametrize(
    ("end", "left"),
    [
        (decision("B", "2002-01-01", ends=True), ()),
        (decision("B", "2002-01-01", ends=True, until="2002-01-01"), ()),
        (decision("B", "2002-01-01", ends=True, until="2002-06-30"), ("elections", "liaison")),
        (decision("B", "2002-01-01", "liaison", ends=True, until="2002-06-30"), ("liaison",)),
    ],
)
def test_after_its_end_an_operation_has_the_tasks_left_to_it(
    end: DecisionFact, left: tuple[str, ...]
) -> None:
    _, last = follow_tasks([decision("A", "2001-01-01", "elections liaison"), end])
    assert tuple(t.task for t in last.in_force) == left


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("military=13289", CeilingStep("military", 13289, None)),
        ("military=13000(-2000)", CeilingStep("military", 13000, -2000)),
        ("police=+940", CeilingStep("police", None, 940)),
        ("formed-police=-5", CeilingStep("formed-police", None, -5)),
        ("military=11500@2024-07-01", CeilingStep("military", 11500, None, "2024-07-01")),
        ("military=8202(-2029)@2010-05", CeilingStep("military", 8202, -2029, "2010-05")),
        (
            "police=680@2025-07-01/uniformed",
            CeilingStep("police", 680, None, "2025-07-01", "uniformed"),
        ),
        ("nonsense", None),
        ("military=", None),
        ("military=5@tomorrow", None),
    ],
)
def test_a_ceiling_is_read_as_the_chain_writes_it(text: str, step: CeilingStep | None) -> None:
    assert read_ceiling(text) == step
    if step:
        assert write_ceiling(step) == text


def test_a_level_counts_from_the_day_it_applies() -> None:
    steps = [
        replace(
            decision("A", "2018-04-23"), ceilings=("military=4791", "military=4250@2018-10-15")
        ),
        replace(
            decision("B", "2018-10-11"), ceilings=("military=4500", "military=-541@2019-04-15")
        ),
        replace(
            decision("C", "2023-12-19"),
            ceilings=(
                "military=3250@2024-07-01",
                "military=3000/military",
                "military-observers=90",
            ),
        ),
    ]
    found = [(c.kind, c.persons, c.start, c.decision.symbol) for c in follow_ceilings(steps)]
    assert found == [
        ("military", 4791, "2018-04-23", "A"),
        ("military", 4500, "2018-10-11", "B"),  # before the 4,250 of A could apply
        ("military-observers", 90, "2023-12-19", "C"),
        ("military", 3250, "2024-07-01", "C"),
    ]


@pytest.mark.parametrize(
    ("language", "day", "told"),
    [
        ("en", "2024-07-01", "of which 680 (+80) police personnel from 1 July 2024"),
        ("fr", "2024-07-01", "dont 680 (+80) policiers à partir du 1er juillet 2024"),
        ("fr", "2009-10", "dont 680 (+80) policiers dès octobre 2009"),
        ("nl", "2024-07-01", "waarvan 680 (+80) politiemensen vanaf 1 juli 2024"),
        ("de", "2024-07-01", "davon 680 (+80) Polizeikräfte ab dem 1. Juli 2024"),
    ],
)
def test_a_ceiling_is_told_with_its_day(
    real_db: Database, language: str, day: str, told: str
) -> None:
    ceiling = {"kind": "police", "persons": 680, "change": 80, "from": day, "within": "uniformed"}
    assert say_ceiling(replace(view(real_db), language=read_languages()[language]), ceiling) == told


def test_every_ceiling_and_task_of_the_catalogue_has_a_name(real_db: Database) -> None:
    names = read_task_names()
    labels = read_languages()["fr"]
    for operation in view(real_db).facts.operations.values():
        for d in operation.decisions:
            assert set(d.tasks) <= set(names)
            for text in d.ceilings:
                step = read_ceiling(text)
                assert step is not None, text
                assert labels.label("ceiling", step.kind) != step.kind.replace("-", " ")


def test_the_chain_shows_what_each_resolution_changed(client: httpx.Client) -> None:
    data = client.get("/api/v1/operations/minusma/mandates").json()
    newest = data["lines"][0]
    assert (newest["symbol"], newest["until"]) == ("S/RES/2584 (2021)", "2022-06-30")
    assert newest["ceilings"][0] == {
        "kind": "military", "persons": 13289, "change": None, "start": None, "within": None,
    }  # fmt: skip
    assert newest["chapter_vii"] is True
    assert newest["compared_with"] == "S/RES/2531 (2020)"
    assert data["later"] == 2
    page = client.get("/fr/operations/minusma/mandates").text
    assert "Lutte antimines" in page
    assert "13\u202f289 militaires" in page


def test_the_picture_is_sound_for_every_operation_on_every_date(real_db: Database) -> None:
    language = read_languages()["en"]
    drawn = 0
    for day in (date(1964, 1, 1), date(1995, 1, 1), DAY, date(2026, 11, 1)):
        seen = view(real_db, day)
        for keys in BY_NAME["mandates-of"].keys(seen):
            timeline = BY_NAME["mandates-of"].page(seen, **keys).timeline
            if timeline is None:
                continue
            drawn += 1
            svg = etree.fromstring(str(draw_timeline(timeline, "x", language)))
            for rect in svg.iter("{*}rect"):
                left, width = float(rect.get("x") or 0), float(rect.get("width") or 0)
                assert 0 < width <= 569
                assert 131 <= left <= 700.1
                assert left + width <= 701
    assert drawn > 200


def test_mandates_in_force_come_in_the_order_in_which_they_run_out(client: httpx.Client) -> None:
    mandates = client.get("/api/v1/mandates").json()["mandates"]
    ends = [m["until"] or "9999" for m in mandates]
    assert ends == sorted(ends)
    by_id = {m["operation"]: m for m in mandates}
    assert by_id["minusma"]["symbol"] == "S/RES/2584 (2021)"
    assert by_id["undof"]["chapter_vii"] is False
    assert by_id["minusma"]["chapter_vii"] is True


def test_the_series_ends_with_the_year_of_the_date(client: httpx.Client) -> None:
    data = client.get("/api/v1/mandates/growth").json()
    assert data["years"][0]["year"] == 1948
    assert data["years"][-1]["year"] == 2021
    assert client.get("/api/v1/mandates/growth?date=1975-01-01").json()["years"][-1]["year"] <= 1975
    assert client.get("/en/charts/mandate-growth/tasks.csv").text.startswith("series,x,tasks\r\n")
    assert client.get("/en/charts/mandate-growth/nothing.svg").status_code == 404


def test_the_figures_of_accuracy_are_those_of_the_benchmark(client: httpx.Client) -> None:
    rows = read_accuracy()
    data = client.get("/api/v1/mandates/accuracy").json()
    shown = {f["field"]: f for f in data["fields"]}
    for field in ("acts_on", "until", "chapter_vii"):
        mine = [r for r in rows if r.part == "library" and r.field == field]
        assert shown[field]["asked"] == sum(r.asked for r in mine) > 200
        assert shown[field]["right"] == sum(r.right for r in mine)
    assert data["years"][0]["year"] == 2000
    assert {r.part for r in rows} <= set(PARTS)
    assert {r.field for r in rows if r.part in ("library", "languages")} <= set(FIELDS)


def test_the_measurements_are_kept_and_read_back(tmp_path: Path) -> None:
    rows = (
        AccuracyRow("library", "until", 2021, 10, 9, 1),
        AccuracyRow("languages", "tasks", None, 109, 0, 0, 0.917),
        AccuracyRow("library", "until", 2000, 0, 0, 0),
    )
    write_accuracy(rows, tmp_path / "a.csv")
    assert read_accuracy(tmp_path / "a.csv") == rows
    assert [(r.recall, r.precision) for r in rows] == [(0.9, 0.9), (0.917, None), (None, None)]
    assert read_accuracy(tmp_path / "none.csv") == ()


def test_a_rate_is_a_hundred_per_cent_only_where_it_is() -> None:
    english = read_languages()["en"]
    assert english.rate(1.0) == "100%"
    assert english.rate(0.9999) == "99.9%"
    assert english.rate(0.985) == "98.5%"
    assert json.dumps(read_languages()["fr"].rate(0.5)).startswith('"50')


def test_pages_on_mandates_have_one_heading_and_captions(client: httpx.Client) -> None:
    for path in ("/mandates", "/mandates/growth", "/mandates/accuracy", "/calendar"):
        for code in ("fr", "nl", "de", "en"):
            page = client.get(f"/{code}{path}").text
            assert page.count("<h1") == 1
            assert page.count("<table") == page.count("<caption")
            assert not re.search(r"%\(\w+\)s", page)
