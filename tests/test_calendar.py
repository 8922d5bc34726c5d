"""The calendar: what falls due from a date, and the files others subscribe to."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import etree

from peaceops.analysis.calendar import CalendarEntry, list_due
from peaceops.analysis.facts import SourceRef, read_facts
from peaceops.cli import cli
from peaceops.errors import DataError, NotFound, UsageError
from peaceops.store import Database
from peaceops.web.feeds import (
    escape_text,
    fold_line,
    write_atom,
    write_ics,
    write_notices,
)
from peaceops.web.languages import read_languages

NOW = datetime(2011, 6, 1, 12, tzinfo=UTC)
LATER = datetime(2011, 6, 2, 12, tzinfo=UTC)
TODAY = date(2011, 6, 1)


# Readers as strict as the standards -------------------------------------------------------------


def read_ics(content: bytes) -> list[dict[str, tuple[dict[str, str], str]]]:
    """The events of a calendar, by RFC 5545 and nothing looser: property → (parameters, value)."""
    assert content.endswith(b"\r\n")
    physical = content.removesuffix(b"\r\n").split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in physical)
    lines: list[bytes] = []
    for line in physical:
        assert 0 < len(line) <= 75
        line.decode("utf-8")
        if line.startswith((b" ", b"\t")):
            lines[-1] += line[1:]
        else:
            lines.append(line)
    stack: list[str] = []
    events: list[dict[str, tuple[dict[str, str], str]]] = []
    calendar: dict[str, str] = {}
    for line in (x.decode("utf-8") for x in lines):
        match = re.fullmatch(
            r"([A-Z][A-Z0-9-]*)((?:;[A-Z-]+=(?:\"[^\"]*\"|[^\";:,]+))*):(.*)", line
        )
        assert match, line
        name, parameters, value = match.groups()
        given = dict(p.split("=", 1) for p in parameters.split(";")[1:])
        if name == "BEGIN":
            stack.append(value)
            if value == "VEVENT":
                assert stack == ["VCALENDAR", "VEVENT"]
                events.append({})
        elif name == "END":
            assert stack.pop() == value
        elif stack == ["VCALENDAR"]:
            assert name not in calendar or name.startswith("X-")
            calendar[name] = value
        else:
            assert name not in events[-1]
            events[-1][name] = (given, value)
    assert stack == []
    assert calendar["VERSION"] == "2.0"
    assert calendar["PRODID"]
    for event in events:
        assert {"UID", "DTSTAMP", "DTSTART", "SEQUENCE", "LAST-MODIFIED", "SUMMARY"} <= set(event)
        for name in ("DTSTAMP", "LAST-MODIFIED"):
            assert re.fullmatch(r"\d{8}T\d{6}Z", event[name][1])
        for name in ("DTSTART", "DTEND"):
            assert event[name][0] == {"VALUE": "DATE"}
            assert re.fullmatch(r"\d{8}", event[name][1])
        for name in ("SUMMARY", "DESCRIPTION", "CATEGORIES"):
            if name in event:
                assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", event[name][1])
                assert not re.search(r"(?<!\\)(?:\\\\)*\\[^\\;,nN]", event[name][1])
    uids = [e["UID"][1] for e in events]
    assert len(uids) == len(set(uids))
    return events


def plain(text: str) -> str:
    """A TEXT value without its escapes."""
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], text)


ATOM = "{http://www.w3.org/2005/Atom}"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def read_atom(content: bytes) -> list[dict[str, str]]:
    """The entries of a feed, with all that RFC 4287 demands."""
    feed = etree.fromstring(content)
    assert feed.tag == f"{ATOM}feed"

    def one(parent: etree._Element, tag: str) -> str:
        found = parent.findall(f"{ATOM}{tag}")
        assert len(found) == 1, tag
        return found[0].text or ""

    for tag in ("id", "title", "updated"):
        assert one(feed, tag)
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    entries = []
    for entry in feed.findall(f"{ATOM}entry"):
        told = {tag: one(entry, tag) for tag in ("id", "title", "updated", "content")}
        assert MOMENT.fullmatch(told["updated"])
        assert told["id"].startswith("urn:uuid:")
        link = entry.find(f"{ATOM}link[@rel='alternate']")
        assert link is not None
        entries.append({**told, "href": str(link.get("href"))})
    assert len({e["id"] for e in entries}) == len(entries)
    assert one(feed, "updated") == max(
        (e["updated"] for e in entries), default=one(feed, "updated")
    )
    return entries


def entry(**changes: object) -> CalendarEntry:
    """A mandate that runs out on 30 June 2012."""
    source = SourceRef(
        "doc-two", "Renewal", "Council", "https://example.org/2", "2009-06-01", "resolution",
        "para. 1", "verified", "",
    )  # fmt: skip
    made = CalendarEntry(
        uid="mandate.unxyz", what="expiry", date="2012-06-30", day="2012-06-30", estimated=False,
        operation="unxyz", framework="un", country=None, decision="R/2", decided="2009-06-01",
        action="extend", every=None, sequence=2, source=source,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def ics(db: Database, entries: list[CalendarEntry], earlier: bytes = b"",
        stamp: datetime = NOW, lang: str = "en") -> bytes:  # fmt: skip
    language = read_languages()[lang]
    notices = write_notices(entries, read_facts(db), language)
    return write_ics(notices, "Due", lang, stamp, today=TODAY, earlier=earlier)


# What falls due ---------------------------------------------------------------------------------


def test_a_mandate_falls_due_on_its_last_day(mini_db: Database) -> None:
    (found,) = list_due(mini_db, TODAY, 400)
    assert (found.operation, found.what, found.day) == ("unxyz", "expiry", "2012-06-30")
    assert (found.decision, found.decided, found.source.id) == ("R/2", "2009-06-01", "doc-two")
    assert list_due(mini_db, TODAY, 394) == ()
    assert len(list_due(mini_db, TODAY, 395)) == 1


def test_a_decided_ending_takes_the_place_of_the_mandate(mini_db: Database) -> None:
    (before,) = list_due(mini_db, date(2012, 5, 31), 400)
    (after,) = list_due(mini_db, date(2012, 6, 1), 400)
    assert (before.what, before.day) == ("expiry", "2012-06-30")
    assert (after.what, after.day, after.decision) == ("ending", "2012-12-31", "R/3")
    assert before.uid == after.uid
    assert before.sequence < after.sequence


def test_what_was_not_yet_decided_is_not_in_the_calendar(mini_db: Database) -> None:
    (found,) = list_due(mini_db, date(2009, 5, 31), 60)
    assert found.day == "2009-06-30"
    assert {e.operation for e in list_due(mini_db, date(2009, 6, 1), 60)} == set()


def test_an_operation_without_end_or_already_over_has_no_date(mini_db: Database) -> None:
    operations = {e.operation for e in list_due(mini_db, date(2009, 7, 1), 3660)}
    assert operations == {"unxyz", "eulapse"}
    assert list_due(mini_db, date(2013, 1, 1), 3660) == ()


def test_a_country_sees_the_operations_it_is_in_and_its_own_decision(mini_db: Database) -> None:
    found = list_due(mini_db, date(2009, 7, 1), 3660, country="xbb")
    assert [(e.what, e.operation, e.day) for e in found] == [
        ("national", "unxyz", "2010-12-31"),
        ("expiry", "unxyz", "2012-06-30"),
    ]
    assert found[0].country == "XBB"
    assert list_due(mini_db, date(2009, 7, 1), 3660, country="XAA") == ()


def test_a_framework_narrows_the_calendar(mini_db: Database) -> None:
    found = list_due(mini_db, date(2009, 7, 1), 3660, framework="eu")
    assert [e.operation for e in found] == ["eulapse"]


def test_questions_that_cannot_be_meant_are_refused(mini_db: Database) -> None:
    with pytest.raises(UsageError, match="between 0 and"):
        list_due(mini_db, TODAY, -1)
    with pytest.raises(NotFound):
        list_due(mini_db, TODAY, 10, country="ZZZ")


def test_the_mandates_of_mid_2021_fall_due_when_the_resolutions_say(real_db: Database) -> None:
    found = list_due(real_db, date(2021, 6, 30), 366, framework="un")
    ends = {e.operation: (e.day, e.decision) for e in found if e.what in ("expiry", "ending")}
    assert ends["minusma"] == ("2022-06-30", "S/RES/2584 (2021)")
    assert ends["unifil"] == ("2021-08-31", "S/RES/2539 (2020)")
    assert ends["undof"] == ("2021-12-31", "S/RES/2581 (2021)")
    assert ends["unficyp"] == ("2021-07-31", "S/RES/2561 (2021)")
    assert not {"untso", "unmogip", "unmik"} & set(ends)


def test_reports_fall_due_on_the_days_named_or_after_the_interval(real_db: Database) -> None:
    found = [e for e in list_due(real_db, date(2021, 6, 30), 366) if e.what == "report"]
    days = {(e.operation, e.decision): [] for e in found}  # type: ignore[var-annotated]
    for e in found:
        days[e.operation, e.decision].append((e.day, e.estimated, e.every))
    assert days["unficyp", "S/RES/2561 (2021)"][0] == ("2021-07-10", False, None)
    assert days["undof", "S/RES/2581 (2021)"] == [
        ("2021-09-27", True, "90 days"),
        ("2021-12-26", True, "90 days"),
    ]
    assert ("2021-10-11", False, None) in days["minusca", "S/RES/2552 (2020)"]
    assert all(e.day >= "2021-06-30" for e in found)


def test_what_one_paragraph_asks_of_two_operations_is_one_date(real_db: Database) -> None:
    found = list_due(real_db, date(2026, 1, 10), 366)
    asked = [e for e in found if e.decision == "S/RES/2809 (2025)" and e.what == "report"]
    assert len({(e.source.at, e.day) for e in asked}) == len(asked) > 0


# iCalendar --------------------------------------------------------------------------------------


def test_the_calendar_is_readable_by_the_letter_of_the_standard(mini_db: Database) -> None:
    (event,) = read_ics(ics(mini_db, [entry()], lang="fr"))
    assert event["UID"][1] == "mandate.unxyz@peaceops"
    assert event["DTSTART"][1] == "20120630"
    assert event["DTEND"][1] == "20120701"
    assert event["SUMMARY"] == ({"LANGUAGE": "fr"}, "MXYZ : le mandat expire")
    assert "R/2, par. 1 (1er juin 2009)" in plain(event["DESCRIPTION"][1])


def test_lines_are_folded_at_75_octets_without_cutting_a_character() -> None:
    for text in ("é" * 200, "😀" * 60, "a" * 75, "a" * 76, "añ" * 50, "x"):
        folded = fold_line("SUMMARY:" + text)
        pieces = folded.removesuffix(b"\r\n").split(b"\r\n")
        assert all(len(piece) <= 75 for piece in pieces)
        for piece in pieces:
            piece.decode()
        unfolded = pieces[0] + b"".join(piece[1:] for piece in pieces[1:])
        assert unfolded.decode() == "SUMMARY:" + text


@pytest.mark.parametrize("text", ["a;b,c\\d\ne", "\\n", ";;,,", "a\r\nb", "\\,", "x\x00y"])
def test_every_sign_of_a_text_survives_its_escape(text: str) -> None:
    escaped = escape_text(text)
    assert "\n" not in escaped
    assert plain(escaped) == text.replace("\r\n", "\n").replace("\x00", "")


def test_an_unchanged_entry_stays_as_it_was(mini_db: Database) -> None:
    first = ics(mini_db, [entry()])
    again = ics(mini_db, [entry()], first, LATER)
    (a,), (b,) = read_ics(first), read_ics(again)
    assert {k: v for k, v in a.items() if k != "DTSTAMP"} == {
        k: v for k, v in b.items() if k != "DTSTAMP"
    }


def test_a_changed_date_moves_the_same_entry(mini_db: Database) -> None:
    first = ics(mini_db, [entry()])
    for moved in (entry(date="2013-06-30", day="2013-06-30"), entry(decision="R/2 bis")):
        (event,) = read_ics(ics(mini_db, [moved], first, LATER))
        assert event["UID"][1] == "mandate.unxyz@peaceops"
        assert event["SEQUENCE"][1] == "3"
        assert event["LAST-MODIFIED"][1] == "20110602T120000Z"


def test_an_entry_that_no_longer_falls_due_is_cancelled_once(mini_db: Database) -> None:
    first = ics(mini_db, [entry(), entry(uid="past", date="2011-05-01", day="2011-05-01")])
    second = ics(mini_db, [], first, LATER)
    (event,) = read_ics(second)
    assert (event["STATUS"][1], event["SEQUENCE"][1]) == ("CANCELLED", "3")
    (still,) = read_ics(ics(mini_db, [], second, LATER))
    assert still["SEQUENCE"][1] == "3"
    (back,) = read_ics(ics(mini_db, [entry()], second, LATER))
    assert (back["STATUS"][1], back["SEQUENCE"][1]) == ("CONFIRMED", "4")


@pytest.mark.parametrize("content", [b"hello", b"\xff\xfe\x00", b"\n\n", b"BEGIN:VCARD\r\n"])
def test_a_file_that_is_no_calendar_is_not_overwritten(mini_db: Database, content: bytes) -> None:
    with pytest.raises(DataError):
        ics(mini_db, [entry()], content)


def test_the_whole_calendar_of_the_catalogue_is_sound_in_every_language(real_db: Database) -> None:
    facts = read_facts(real_db)
    for day in (date(2021, 6, 30), date(2026, 11, 1)):
        found = list_due(real_db, day, 731)
        assert len(found) >= 20
        for code, language in read_languages().items():
            notices = write_notices(found, facts, language)
            events = read_ics(write_ics(notices, "Due", code, NOW, today=day))
            assert [e["DTSTART"][1] for e in events] == [e.day.replace("-", "") for e in found]
            entries = read_atom(write_atom(notices, "Due", language, NOW))
            assert len(entries) == len(found)


# Atom -------------------------------------------------------------------------------------------


def test_the_feed_has_what_the_standard_demands(mini_db: Database) -> None:
    language = read_languages()["de"]
    notices = write_notices([entry()], read_facts(mini_db), language)
    content = write_atom(notices, "Fällig <&>", language, NOW, address="https://example.org/a?b&c")
    (told,) = read_atom(content)
    assert told["title"] == "30. Juni 2012 – UNXYZ: das Mandat läuft aus"
    assert told["updated"] == "2009-06-01T00:00:00Z"
    assert told["href"] == "https://example.org/2"
    feed = etree.fromstring(content)
    assert feed.findtext(f"{ATOM}title") == "Fällig <&>"
    assert feed.find(f"{ATOM}link[@rel='self']").get("href") == "https://example.org/a?b&c"


def test_a_moved_entry_keeps_its_id_and_is_updated(mini_db: Database) -> None:
    language, facts = read_languages()["en"], read_facts(mini_db)
    first = write_atom(write_notices([entry()], facts, language), "Due", language, NOW)
    moved = entry(date="2013-06-30", day="2013-06-30")
    second = write_atom(
        write_notices([moved], facts, language), "Due", language, LATER, earlier=first
    )
    (a,), (b,) = read_atom(first), read_atom(second)
    assert a["id"] == b["id"]
    assert b["updated"] == "2011-06-02T12:00:00Z"
    third = write_atom(
        write_notices([moved], facts, language), "Due", language, LATER, earlier=second
    )
    assert read_atom(third) == read_atom(second)
    with pytest.raises(DataError):
        write_atom([], "Due", language, NOW, earlier=b"<html/>")


# The command ------------------------------------------------------------------------------------


def test_the_command_answers_in_four_forms(mini_db: Database, tmp_path: Path) -> None:
    arguments = ["show", "calendar", "--db", str(mini_db.path), "--as-of", "2011-06-01"]
    arguments += ["--days", "400"]

    def run(*more: str) -> str:
        result = CliRunner().invoke(cli, [*arguments, *more], catch_exceptions=False)
        assert result.exit_code == 0
        return result.output

    (told,) = json.loads(run("--json"))
    assert (told["operation"], told["date"], told["what"]) == ("unxyz", "2012-06-30", "expiry")
    assert told["sources"][0]["url"] == "https://example.org/2"
    assert run("--csv").splitlines()[1].startswith("2012-06-30,expiry,unxyz,un,R/2,2009-06-01")
    assert "1 due by 2012-07-05" in run()
    calendar, feed = tmp_path / "due.ics", tmp_path / "due.atom"
    for _ in range(2):
        run("--ics", str(calendar), "--atom", str(feed), "--lang", "nl")
        (event,) = read_ics(calendar.read_bytes())
        assert event["SEQUENCE"][1] == "2"
        assert len(read_atom(feed.read_bytes())) == 1
    assert [f.name for f in tmp_path.glob("*.part")] == []
