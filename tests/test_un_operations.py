"""The UN's operations against the Security Council's texts and against the UN's own counts."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from peaceops.catalogue import read_catalogue
from peaceops.model import Catalogue, Decision, Operation, first_day, last_day
from peaceops.resolutions.document import Resolution, read_bytes, read_document

# Founding and ending texts that do not use the operation's name, and why.
WITHOUT_NAME = {
    ("untso", 50): "the observers had no name yet",
    ("unmogip", 47): "lets the Commission on India and Pakistan place observers",
    ("unogil", 128): "says 'an observation group'",
    ("onuc", 143): "authorizes military assistance; the force was named afterwards",
    ("unyom", 179): "says 'the observation operation'",
    ("domrep", 203): "says 'a representative'",
    ("unipom", 211): "asks for the assistance needed to supervise the cease-fire",
    ("unikom", 687): "says 'a United Nations observer unit'",
    ("unifil", 425): "says 'interim force for Southern Lebanon'; resolution 426 names it",
    ("ungomap", 647): "says 'the mission of good offices'",
    ("unomig", 1866): "says 'the United Nations mission' because of the name's dispute",
    ("un-mission-in-colombia", 2261): "says 'a political mission'",
    ("unamis", 1547): "says 'a United Nations advance team in Sudan'",
    ("unitad", 2379): "says 'an Investigative Team'",
    ("unitad", 2697): "says 'the Investigative Team'",
    ("unom", 2085): "says 'a multidisciplinary United Nations presence'",
    ("unomsa", 772): "authorizes observers, who had no name yet",
    ("unsoa", 1863): "asks for a support package; the office was named afterwards",
}
# Days that the published copy of a text misprints.
MISPRINTED = {("onusal", 832): "'30 November i993'", ("undof", 485): "'30 November 198]'"}
# Copies that open with the end of another text; read from the heading on.
OPENS_ELSEWHERE = {851: "Resolution 851 (1993)"}


def _plain(text: str) -> str:
    text = text.replace("’", "'").replace("-", "").replace("/", "")
    return re.sub(r"\s+", " ", text).casefold()


def _without_numeral(name: str) -> str:
    return re.sub(r"^(First|Second) | (I|II|III)$", "", name)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue()


@pytest.fixture(scope="module")
def un_operations(catalogue: Catalogue) -> list[Operation]:
    return [o for o in catalogue.operations if o.framework == "un"]


@pytest.fixture(scope="module")
def peacekeeping(un_operations: list[Operation]) -> list[Operation]:
    return [o for o in un_operations if o.kind == "peacekeeping"]


@cache
def _files(folder: Path) -> dict[int, Path]:
    found = {}
    for path in [*folder.glob("text/*.txt"), *folder.glob("en/*/*.xml")]:
        match = re.match(r"(?:S_RES[-_]|SC_)0*(\d+)", path.name)
        if match:
            found[int(match[1])] = path
    return found


@cache
def _resolution(folder: Path, number: int) -> Resolution | None:
    path = _files(folder).get(number)
    if path and number in OPENS_ELSEWHERE:
        text = path.read_text("utf-8")
        return read_bytes(text[text.index(OPENS_ELSEWHERE[number]) :].encode(), path.name)
    return read_document(path) if path else None


def _number(decision: Decision) -> int | None:
    match = re.fullmatch(r"S/RES/(\d+) \(\d{4}\)", decision.symbol)
    return int(match[1]) if match else None


def _founding_and_ending(operation: Operation) -> list[Decision]:
    chosen = [d for d in operation.decisions if d.action in ("establish", "terminate")]
    extensions = [d for d in operation.decisions if d.action == "extend"]
    if operation.end and extensions and not any(d.action == "terminate" for d in chosen):
        chosen.append(max(extensions, key=lambda d: first_day(d.date)))
    return chosen


def _exists_on(operation: Operation, day: date) -> bool:
    start = next(f.date for f in operation.start if f.preferred)
    end = next((f.date for f in operation.end if f.preferred), None)
    return first_day(start) <= day and (end is None or day <= last_day(end))


def test_there_are_71_peacekeeping_operations(peacekeeping: list[Operation]) -> None:
    assert len(peacekeeping) == 71


@pytest.mark.parametrize(
    ("day", "count"),
    [
        (date(2014, 12, 31), 16),
        (date(2018, 6, 30), 14),
        (date(2022, 1, 31), 12),
        (date(2024, 12, 31), 11),
    ],
)
def test_as_many_run_on_a_day_as_the_un_counts(
    peacekeeping: list[Operation], day: date, count: int
) -> None:
    assert len([o.id for o in peacekeeping if _exists_on(o, day)]) == count


def test_every_operation_has_a_founding_decision_a_start_and_a_host(
    un_operations: list[Operation],
) -> None:
    bare = [
        o.id
        for o in un_operations
        if not o.start
        or not (o.hosts or o.area)
        or not any(d.action == "establish" for d in o.decisions)
    ]
    assert bare == []


def test_names_stand_in_english_and_french(un_operations: list[Operation]) -> None:
    assert [
        o.id for o in un_operations if not {"en", "fr"} <= {name.lang for name in o.names}
    ] == []


def test_dates_of_start_and_end_rest_on_a_source_that_was_read(
    catalogue: Catalogue, un_operations: list[Operation]
) -> None:
    trust = {s.id: s.trust for s in catalogue.sources}
    unread = [
        (o.id, f.date)
        for o in un_operations
        for f in (*o.start, *o.end)
        if f.preferred and (f.trust or trust[f.source]) == "unverified"
    ]
    assert unread == []


def test_founding_and_ending_decisions_agree_with_the_texts(
    un_operations: list[Operation], shared: Path
) -> None:
    folder = shared / "data" / "unsc"
    wrong, checked = [], 0
    for operation in un_operations:
        for decision in _founding_and_ending(operation):
            number = _number(decision)
            text = _resolution(folder, number) if number else None
            if number is None or text is None:
                continue
            checked += 1
            where = f"{operation.id}, resolution {number}"
            if str(text.date) != decision.date:
                wrong.append(f"{where}: the text is of {text.date}, not {decision.date}")
            words = _plain(" ".join(p.text for p in text.paragraphs))
            names = {_without_numeral(n.name) for n in operation.names if n.lang == "en"}
            acronyms = {n.acronym for n in operation.names if n.lang == "en" and n.acronym}
            named = any(_plain(name) in words for name in names) or any(
                re.search(rf"\b{re.escape(_plain(a))}\b", words) for a in acronyms
            )
            if named == ((operation.id, number) in WITHOUT_NAME):
                wrong.append(f"{where}: " + ("needs no reason" if named else "is not named"))
    assert wrong == []
    assert checked > 120


def test_cited_paragraphs_exist_and_dates_stand_in_the_text(
    un_operations: list[Operation], shared: Path
) -> None:
    folder = shared / "data" / "unsc"
    wrong = []
    for operation in un_operations:
        for decision in operation.decisions:
            number = _number(decision)
            if number is None or decision.source != f"un-sc-res-{number}":
                continue
            text = _resolution(folder, number)
            if text is None:
                continue
            where = f"{operation.id}, resolution {number}"
            numbers = {p.number for p in text.paragraphs}
            if decision.at and decision.at.removeprefix("para. ") not in numbers:
                wrong.append(f"{where}: no {decision.at}")
            if (
                decision.until
                and "reckoned" not in decision.note
                and (operation.id, number) not in MISPRINTED
            ):
                day = date.fromisoformat(decision.until)
                words = " ".join(p.text for p in text.paragraphs)
                written = {
                    f"{day.day} {day:%B} {day.year}",
                    f"{day:%B} {day.day} {day.year}",
                    f"{day:%B} {day.day}, {day.year}",
                }
                if not any(w in words for w in written):
                    wrong.append(f"{where}: {decision.until} does not stand in the text")
    assert wrong == []


def test_a_reason_is_given_only_for_a_founding_or_ending_text(
    un_operations: list[Operation],
) -> None:
    decided = {(o.id, _number(d)) for o in un_operations for d in _founding_and_ending(o)}
    assert set(WITHOUT_NAME) - decided == set()


def test_resolution_numbers_rise_with_their_dates(un_operations: list[Operation]) -> None:
    dates: dict[int, str] = {}
    wrong = []
    for operation in un_operations:
        for decision in operation.decisions:
            number = _number(decision)
            if number is None:
                continue
            if dates.setdefault(number, decision.date) != decision.date:
                wrong.append(f"{operation.id}: resolution {number} has two dates")
            if decision.symbol[-5:-1] != decision.date[:4]:
                wrong.append(f"{operation.id}: {decision.symbol} is not of {decision.date}")
    numbers = sorted(dates)
    wrong += [
        f"resolution {later} is older than {earlier}"
        for earlier, later in pairwise(numbers)
        if dates[later] < dates[earlier]
    ]
    assert wrong == []


def test_decisions_stand_in_their_order_and_a_term_ends_after_its_decision(
    un_operations: list[Operation],
) -> None:
    wrong = []
    for operation in un_operations:
        days = [first_day(d.date) for d in operation.decisions]
        if days != sorted(days):
            wrong.append(f"{operation.id}: not in order")
        wrong += [
            f"{operation.id}: {d.symbol} ends before it begins"
            for d in operation.decisions
            if d.until and last_day(d.until) < first_day(d.date)
        ]
    assert wrong == []


@pytest.mark.parametrize("operation_id", ["unficyp", "undof", "unifil", "minurso", "unomig"])
def test_the_terms_of_1995_to_1999_follow_without_a_gap(
    un_operations: list[Operation], operation_id: str
) -> None:
    operation = next(o for o in un_operations if o.id == operation_id)
    terms = [
        (first_day(d.date), last_day(d.until))
        for d in operation.decisions
        if d.until and date(1994, 6, 1) < first_day(d.date) < date(2000, 1, 1)
    ]
    assert len(terms) >= 10
    gaps = [(until, later) for (_, until), (later, _) in pairwise(terms) if later > until]
    assert gaps == []
