"""The calendar as files that calendars and readers subscribe to: iCalendar and Atom.

Written by the letter of RFC 5545 (lines folded at 75 octets, text escaped, whole days) and
RFC 4287. What an entry is called never depends on its date: a calendar that reads the file again
moves the entry. Given the file written before, an entry that changed gets a higher `SEQUENCE` and
a new `LAST-MODIFIED`, one that no longer falls due is cancelled, and the others stay as they were.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from lxml import etree

from peaceops.analysis.calendar import CalendarEntry
from peaceops.analysis.facts import Facts
from peaceops.errors import DataError, Problem
from peaceops.model import first_day
from peaceops.web.languages import Language, mark

ICS_TYPE = "text/calendar; charset=utf-8"
ATOM_TYPE = "application/atom+xml; charset=utf-8"
DOMAIN = "peaceops"
# Every id in a feed is derived from this one, so that no address has to stay the same.
_SPACE = uuid.UUID("5d8d6d0c-6d55-5f0f-9d6e-6b4a4c1c7a2e")
_ATOM = "http://www.w3.org/2005/Atom"

TITLES: Mapping[str, str] = {
    "expiry": mark("%(name)s: the mandate runs out"),
    "ending": mark("%(name)s: the operation ends"),
    "report": mark("%(name)s: report to the Security Council"),
    "review": mark("%(name)s: review by the Security Council"),
    "national": mark("%(name)s: %(country)s’s own decision runs out"),
}


@dataclass(frozen=True)
class Notice:
    """A calendar entry in a reader's words."""

    uid: str
    day: date
    title: str
    text: str
    category: str
    url: str
    changed: datetime
    sequence: int


def write_notices(
    entries: Iterable[CalendarEntry], facts: Facts, language: Language
) -> list[Notice]:
    """The entries in the reader's words, in their order."""
    return [_notice(e, facts, language) for e in entries]


def name_calendar(
    facts: Facts, language: Language, framework: str | None, country: str | None
) -> str:
    """What the calendar is called: 'Peace operations: what falls due – Belgium, EU'."""
    name = language.say("Peace operations: what falls due")
    narrowed = []
    if country:
        narrowed.append(facts.country(country).name(language.content))
    if framework:
        narrowed.append(language.label("framework-short", framework))
    return f"{name} – {', '.join(narrowed)}" if narrowed else name


def say_title(entry: CalendarEntry, facts: Facts, language: Language) -> str:
    """'MINUSMA: the mandate runs out', in the language."""
    name = facts.operations[entry.operation].acronym(language.content)
    country = facts.country(entry.country).name(language.content) if entry.country else ""
    return language.say(TITLES[entry.what], name=name, country=country)


def say_basis(entry: CalendarEntry, language: Language, *, with_place: bool = True) -> str:
    """'S/RES/2584 (2021), para. 17 (29 June 2021)', in the language."""
    where = entry.decision
    if with_place and entry.source.at:
        where += f", {language.place(entry.source.at)}"
    return f"{where} ({language.date(entry.decided)})" if entry.decided else where


def _notice(entry: CalendarEntry, facts: Facts, language: Language) -> Notice:
    operation = facts.operations[entry.operation]
    lines = [operation.name(language.content), say_basis(entry, language)]
    if entry.words:
        lines.append(entry.words)
    if entry.estimated:
        lines.append(language.say("Counted from the interval the decision sets; no day is named."))
    elif len(entry.date) < 10:
        lines.append(language.say("Only %(date)s is known.", date=language.date(entry.date)))
    if entry.source.trust != "verified":
        lines.append(
            language.say("Source: %(source)s (%(trust)s)", source=entry.source.title,
                         trust=language.label("trust", entry.source.trust))
        )  # fmt: skip
    decided = first_day(entry.decided) if entry.decided else first_day("1945")
    return Notice(
        uid=entry.uid,
        day=date.fromisoformat(entry.day),
        title=say_title(entry, facts, language),
        text="\n".join(lines),
        category=language.label("framework-short", entry.framework),
        url=entry.source.url,
        changed=datetime(decided.year, decided.month, decided.day, tzinfo=UTC),
        sequence=entry.sequence,
    )


# iCalendar ---------------------------------------------------------------------------------------


def write_ics(
    notices: Iterable[Notice],
    name: str,
    language: str,
    stamp: datetime,
    *,
    today: date,
    earlier: bytes = b"",
) -> bytes:
    """The notices as a calendar called `name`; `stamp` is the moment at which it is written.

    `earlier` is the file written before, if there is one. Raises `DataError` where it is no
    calendar.
    """
    before = _read_events(earlier) if earlier else {}
    out = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//peaceops//calendar//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME;LANGUAGE={language}:{escape_text(name)}",
        f"X-WR-CALNAME:{escape_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:P1D",
        "X-PUBLISHED-TTL:P1D",
    ]
    for notice in notices:
        known = before.pop(f"{notice.uid}@{DOMAIN}", None)
        out += _event(notice, language, stamp, known)
    for event in before.values():
        out += _cancelled(event, stamp, today)
    out.append("END:VCALENDAR")
    return b"".join(fold_line(line) for line in out)


def escape_text(text: str) -> str:
    r"""A TEXT value: backslash, semicolon, comma and line break are escaped (RFC 5545, 3.3.11).

    >>> escape_text("a, b; c\nd")
    'a\\, b\\; c\\nd'
    """
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    text = re.sub(r"\r\n|\r|\n", r"\\n", text)
    return "".join(c for c in text if (c >= " " and c != "\x7f") or c == "\t")


def fold_line(line: str) -> bytes:
    r"""A content line cut into pieces of at most 75 octets, no character cut through.

    >>> fold_line("SUMMARY:" + "x" * 70)
    b'SUMMARY:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n xxx\r\n'
    """
    pieces: list[bytes] = []
    piece = b""
    for character in line:
        octets = character.encode()
        if len(piece) + len(octets) > 75:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"


def _event(
    notice: Notice, language: str, stamp: datetime, known: Mapping[str, str] | None
) -> list[str]:
    said = {
        "DTSTART;VALUE=DATE": f"{notice.day:%Y%m%d}",
        "DTEND;VALUE=DATE": f"{notice.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY;LANGUAGE={language}": escape_text(notice.title),
        f"DESCRIPTION;LANGUAGE={language}": escape_text(notice.text),
        f"CATEGORIES;LANGUAGE={language}": escape_text(notice.category),
        "URL": notice.url,
        "STATUS": "CONFIRMED",
        "TRANSP": "TRANSPARENT",
    }
    sequence, changed = notice.sequence, _moment(notice.changed)
    if known is not None:
        same = all(known.get(k) == v for k, v in said.items())
        # A change of the text alone need not raise it; raising it on every change is allowed.
        number = int(known.get("SEQUENCE", "0"))
        sequence = number if same else max(sequence, number + 1)
        changed = known.get("LAST-MODIFIED", changed) if same else _moment(stamp)
    return [
        "BEGIN:VEVENT",
        f"UID:{notice.uid}@{DOMAIN}",
        f"DTSTAMP:{_moment(stamp)}",
        f"LAST-MODIFIED:{changed}",
        f"SEQUENCE:{sequence}",
        *(f"{k}:{v}" for k, v in said.items()),
        "END:VEVENT",
    ]


def _cancelled(event: Mapping[str, str], stamp: datetime, today: date) -> list[str]:
    """An entry of the file before that no longer falls due; what lies in the past is left out."""
    if event.get("DTSTART;VALUE=DATE", "") < f"{today:%Y%m%d}":
        return []
    done = event.get("STATUS") == "CANCELLED"
    sequence = int(event.get("SEQUENCE", "0")) + (not done)
    kept = {k: v for k, v in event.items() if k.split(";")[0] in ("DTSTART", "DTEND", "SUMMARY")}
    return [
        "BEGIN:VEVENT",
        f"UID:{event['UID']}",
        f"DTSTAMP:{_moment(stamp)}",
        f"LAST-MODIFIED:{event.get('LAST-MODIFIED') if done else _moment(stamp)}",
        f"SEQUENCE:{sequence}",
        *(f"{k}:{v}" for k, v in kept.items()),
        "STATUS:CANCELLED",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _read_events(content: bytes) -> dict[str, dict[str, str]]:
    """The events of a calendar of our own by UID: each property as written, unfolded."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = ""
    lines = re.sub(r"\r?\n[ \t]", "", text).splitlines()
    if not lines or lines[0] != "BEGIN:VCALENDAR":
        raise DataError(
            Problem("calendar", "", "the file that is there is no calendar",
                    "Name another file, or move that one away.")
        )  # fmt: skip
    found: dict[str, dict[str, str]] = {}
    event: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            event = {}
        elif line == "END:VEVENT" and "UID" in event:
            found[event["UID"]] = event
        else:
            event[name] = value
    for event in found.values():
        if not event.get("SEQUENCE", "0").isdigit():
            event["SEQUENCE"] = "0"
    return found


# Atom --------------------------------------------------------------------------------------------


def write_atom(
    notices: Iterable[Notice],
    name: str,
    language: Language,
    stamp: datetime,
    *,
    address: str = "",
    earlier: bytes = b"",
) -> bytes:
    """The notices as an Atom feed called `name`, soonest first; `address` is where it lies.

    An entry is `updated` when the decision behind it was taken, or, where the feed written before
    (`earlier`) had it otherwise, at `stamp`. Raises `DataError` where that is no feed.
    """
    before = _read_entries(earlier) if earlier else {}
    feed = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})  # type: ignore[dict-item]
    feed.set("{http://www.w3.org/XML/1998/namespace}lang", language.code)

    def add(parent: etree._Element, tag: str, text: str = "", **attributes: str) -> etree._Element:
        element = etree.SubElement(parent, f"{{{_ATOM}}}{tag}", attributes)
        if text:
            element.text = _xml_text(text)
        return element

    add(feed, "id", uuid.uuid5(_SPACE, f"feed:{name}").urn)
    add(feed, "title", name)
    updated = add(feed, "updated")
    add(add(feed, "author"), "name", "peaceops")
    add(feed, "generator", "peaceops")
    add(feed, "rights", "CC BY 4.0")
    if address:
        add(feed, "link", rel="self", type="application/atom+xml", href=address)
    moments = []
    for notice in notices:
        key = uuid.uuid5(_SPACE, notice.uid).urn
        title = f"{language.date(notice.day)} – {notice.title}"
        changed = _rfc3339(notice.changed)
        if key in before:
            same = before[key][:2] == (title, notice.text)
            changed = before[key][2] if same else _rfc3339(stamp)
        moments.append(changed)
        entry = add(feed, "entry")
        add(entry, "id", key)
        add(entry, "title", title)
        add(entry, "updated", changed)
        add(entry, "published", _rfc3339(notice.changed))
        add(entry, "category", term=notice.category)
        add(entry, "link", rel="alternate", href=notice.url)
        add(entry, "content", notice.text, type="text")
    updated.text = max(moments, default=_rfc3339(stamp))
    etree.indent(feed, " ")
    return bytes(etree.tostring(feed, xml_declaration=True, encoding="utf-8")) + b"\n"


def _read_entries(content: bytes) -> dict[str, tuple[str, str, str]]:
    """The entries of a feed of our own by id: title, content, updated."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        feed = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        feed = None
    if feed is None or feed.tag != f"{{{_ATOM}}}feed":
        raise DataError(
            Problem("feed", "", "the file that is there is no Atom feed",
                    "Name another file, or move that one away.")
        )  # fmt: skip
    return dict(_entry_parts(feed))


def _entry_parts(feed: etree._Element) -> Iterator[tuple[str, tuple[str, str, str]]]:
    for entry in feed.findall(f"{{{_ATOM}}}entry"):
        text = {
            tag: entry.findtext(f"{{{_ATOM}}}{tag}") or ""
            for tag in ("id", "title", "content", "updated")
        }
        yield text["id"], (text["title"], text["content"], text["updated"])


def _rfc3339(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _xml_text(text: str) -> str:
    """Text without the control characters that XML cannot hold."""
    return "".join(c for c in text if c in "\t\n" or c >= " ")
