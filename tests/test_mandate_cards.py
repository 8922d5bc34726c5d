"""What a resolution meets point by point, and what the catalogue knows beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from peaceops.analysis.contributions import show_operation_contributions
from peaceops.analysis.decision_setting import find_setting, list_in_force
from peaceops.analysis.facts import read_facts
from peaceops.cli.mandates import read_command
from peaceops.resolutions.scorecards import load_labels
from peaceops.store import Database
from peaceops.web.app import Portal
from resolution_files import paragraph, resolution
from test_web import reading

LANGUAGES = ("fr", "nl", "de", "en")


def renewal(symbol: str, day: str, extra: str = "") -> str:
    """A renewal of UNMIL in one paragraph, and what is added to it."""
    return resolution(
        paragraph("1.", "Decides to extend the mandate of UNMIL until 31 December 2014;") + extra,
        ("Acting under Chapter VII of the Charter of the United Nations,",),
        symbol=symbol, day=day, printed=day,
    )  # fmt: skip


SHORT = renewal("S/RES/2176 (2014)", "2014-09-15")
LONG = renewal(
    "S/RES/2176 (2014)", "2014-09-15",
    paragraph("2.", "Authorizes UNMIL to use all necessary means to carry out its mandate;")
    + paragraph("3.", "Requests UNMIL to protect civilians and to neutralize armed groups;")
    + paragraph("4.", "Requests UNMIL to cooperate with the European Union in police reform;"),
)  # fmt: skip


@pytest.fixture(scope="module")
def client(real_db: Database) -> Iterator[httpx.Client]:
    with reading(Portal(real_db.path, today=lambda: date(2021, 6, 30))) as reader:
        yield reader


def coded(symbol: str, day: str | None, *operations: str) -> dict[str, Any]:
    acts = [{"operation": o} for o in operations]
    return {"symbol": symbol, "date": day, "acts_on": acts, "ceilings": []}


def shown(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


# The catalogue beside a decision -----------------------------------------------------------------


def test_after_a_bare_renewal_the_tasks_given_before_are_in_force(real_db: Database) -> None:
    facts = read_facts(real_db)
    decision = next(
        d for d in facts.operations["unmil"].decisions if d.symbol == "S/RES/2176 (2014)"
    )
    assert decision.tasks == ()
    found = list_in_force(facts, "S/RES/2176 (2014)")
    assert found is not None
    assert {t.operation for t in found} == {"unmil"}
    assert ("protection-of-civilians", "S/RES/2116 (2013)") in {(t.task, t.symbol) for t in found}
    assert all(t.symbol != "S/RES/2176 (2014)" for t in found)


@pytest.mark.parametrize("symbol", ["", "S/RES/2176 (1999)", "S/RES/9999 (2030)", "draft"])
def test_a_symbol_no_chain_knows_has_no_tasks_in_force(real_db: Database, symbol: str) -> None:
    assert list_in_force(read_facts(real_db), symbol) is None
    assert "in_force" not in find_setting(real_db, coded(symbol, "2014-09-15", "unmil")).as_dict()


def test_people_present_are_the_nearest_figure_before_against_like(real_db: Database) -> None:
    (one,) = find_setting(real_db, coded("", "2014-06-25", "minusma")).operations
    counts = show_operation_contributions(real_db, "minusma", date(2014, 6, 25))
    last = counts.strengths[-1]
    assert one.strength is not None and one.filled is not None and one.contributors is not None
    assert one.strength.date == last.date == "2014-03-31"
    assert one.strength.source == last.source
    assert (one.filled.kind, one.filled.ceiling) == ("uniformed", 11200 + 1440)
    assert one.filled.strength == (last.military or 0) + (last.police or 0)
    assert one.filled.share == round(one.filled.strength / one.filled.ceiling, 3)
    assert one.contributors.countries == len(counts.contributors)
    assert one.contributors.largest[0].country == counts.contributors[0].country
    assert one.contributors.sources


def test_a_figure_of_years_before_fills_no_ceiling(real_db: Database) -> None:
    (one,) = find_setting(real_db, coded("", "2020-06-29", "minusma")).operations
    assert one.strength is not None and not one.strength.is_fresh
    assert one.filled is None


def test_what_the_text_states_goes_before_the_ceiling_of_the_catalogue(real_db: Database) -> None:
    stated = [
        {"operation": "minusma", "kind": "military", "persons": 10000},
        {"operation": "minusma", "kind": "police", "persons": None},
    ]
    (one,) = find_setting(
        real_db, coded("", "2014-06-25", "minusma") | {"ceilings": stated}
    ).operations
    ceilings = {c.kind: (c.persons, c.source is None) for c in one.ceilings}
    assert ceilings == {"military": (10000, True), "police": (1440, False)}


def test_nothing_is_invented_where_nothing_is_known(real_db: Database) -> None:
    (one,) = find_setting(real_db, coded("", "2013-04-25", "minusma")).operations
    assert (one.strength, one.filled, one.contributors) == (None, None, None)
    assert find_setting(real_db, coded("", None, "minusma")).operations == ()
    assert find_setting(real_db, coded("", "2013-04-25", "no-such")).operations == ()


# The terminal ------------------------------------------------------------------------------------


def read_in_terminal(path: Path, *words: str) -> str:
    result = CliRunner().invoke(read_command, [str(path), *words], standalone_mode=False)
    assert result.exception is None, result.output
    return result.stdout


def test_without_a_database_read_uses_the_text_alone(tmp_path: Path, real_db: Database) -> None:
    path = tmp_path / "a.xml"
    path.write_text(SHORT, "utf-8")
    alone = json.loads(read_in_terminal(path, "--json"))
    assert not {"in_force", "catalogue"} & alone.keys()
    beside = json.loads(read_in_terminal(path, "--json", "--db", str(real_db.path)))
    in_force, catalogue = beside.pop("in_force"), beside.pop("catalogue")
    assert beside == alone
    assert {"operation", "task", "symbol"} == set(in_force[0])
    assert catalogue[0]["strength"]["date"] == "2014-03-31"


def test_the_terminal_tells_the_scorecard_in_a_line_a_field(
    tmp_path: Path, real_db: Database
) -> None:
    path = tmp_path / "a.xml"
    path.write_text(LONG, "utf-8")
    told = read_in_terminal(path, "--db", str(real_db.path))
    data = json.loads(read_in_terminal(path, "--json"))
    lines = dict(x.strip().split(": ", 1) for x in told.splitlines() if ": " in x)
    assert lines["all necessary means"] == "unmil (para. 2)"
    assert "european-union (para. 4)" in lines["co-operation"]
    met = sum(s["score"] >= 0.5 for s in data["priorities"].values())
    assert lines["priorities"].startswith(f"{met} of 8 met ")
    assert "protection-of-civilians 1/5" in lines["priorities"]
    assert lines["a4p"].startswith(f"{sum(map(bool, data['a4p'].values()))} of 8 met")
    assert "Chapter VII without a clause of consent" in told
    assert "in force, from the catalogue: unmil: " in told
    assert "present, from the catalogue: unmil: " in told
    assert "in force" not in read_in_terminal(path)


# The pages ---------------------------------------------------------------------------------------


def test_every_point_has_a_name_in_four_languages() -> None:
    labels = load_labels()
    assert len(labels) == 8
    for points in labels.values():
        for point, label in points.items():
            assert all(label[code].strip() for code in LANGUAGES), point


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_sent_shows_its_tensions_and_each_point(client: httpx.Client, language: str) -> None:
    page = client.post(f"/{language}/mandates/read", files={"text_file": ("a.xml", LONG)}).text
    labels = load_labels()["protection-of-civilians"]
    summary = next(
        shown(s) for s in re.findall(r"<summary>.*?</summary>", page, re.S)
        if labels["mandated"][language] in unescape(s)
    )  # fmt: skip
    assert labels["first"][language] not in summary
    assert labels["first"][language] in unescape(page)
    principles = page[page.index('id="principles"') : page.index('id="clarity"')]
    assert "Acting under Chapter VII of the Charter" in principles
    assert "neutralize armed groups" in principles
    clauses = page[page.index('id="clauses"') : page.index('id="principles"')]
    assert "cooperate with the European Union" in clauses
    assert "S/RES/2116 (2013)" in page[page.index('id="in-force"') : page.index('id="clauses"')]
    assert "2014" in page[page.index('id="beside"') : page.index('id="priorities"')]


def test_what_is_not_met_is_said(client: httpx.Client) -> None:
    page = client.post("/en/mandates/read", data={"text": SHORT}).text
    assert "none of 5" in page
    told = shown(page)
    assert "Consent of the parties not in the text" in told
    assert "Co-operation with others not in the text" in told
    assert "Ceiling not in the text" in told


def test_a_file_does_not_land_in_the_box(client: httpx.Client) -> None:
    def box(page: str) -> str:
        found = re.search(r'<textarea id="text"[^>]*>(.*?)</textarea>', page, re.S)
        assert found
        return unescape(found[1])

    sent = client.post("/en/mandates/read", files={"text_file": ("a.xml", LONG)}).text
    assert box(sent) == ""
    assert 'form="sent"' in sent
    kept = re.search(r'<form id="sent".*?<textarea[^>]*>\n(.*?)</textarea>', sent, re.S)
    assert kept and unescape(kept[1]) == LONG
    pasted = client.post("/en/mandates/read", data={"text": LONG}).text
    assert box(pasted) == LONG
    assert 'form="sent"' not in pasted


def test_programs_get_what_the_catalogue_knows_apart(client: httpx.Client) -> None:
    told = client.post("/api/v1/mandates/read", content=SHORT.encode()).json()
    assert {t["symbol"] for t in told["in_force"]} and told["catalogue"][0]["operation"] == "unmil"
    assert told["tasks"] == []
    invented = SHORT.replace("S/RES/2176 (2014)", "S/RES/9876 (2014)")
    assert "in_force" not in client.post("/api/v1/mandates/read", content=invented.encode()).json()
