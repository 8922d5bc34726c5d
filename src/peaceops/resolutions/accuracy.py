"""How right the coder is, measured against the United Nations library's titles and headings.

The library's title says which operation a resolution is about, what it does and often until when;
its heading says whether it was adopted under Chapter VII. The coder never sees either.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from peaceops.errors import Problem
from peaceops.places import catalogue_dir
from peaceops.resolutions.decisions import read_day
from peaceops.resolutions.document import LibraryHeadings, Resolution
from peaceops.resolutions.lexicon import DATE_SOURCE, Lexicon, fold_name

# The library's slips, each with the resolution that shows it: what the text itself says.
CHAPTER_VII_MISSING = frozenset(
    {1386, 1413, 1444, 1510, 1563, 1564, 1623, 1707, 1776, 1833, 2353, 2363, 2519, 2550, 2670}
    # `Acting under Article 41 of Chapter VII of the Charter`, as 1929, which the library has
    | {1696, 1737, 1747, 2680}
)
WRONG_TITLE_DAY = frozenset({2695})
# Titles that leave out what the text decides: 2704 extends UNVMC to 31 October 2024 (para. 1).
WRONG_TITLE_ACTION = frozenset({2704})
# 1790 extends the multinational force, not UNAMI; 2170 carries the end of another title; 1564
# welcomes what the African Union intends and decides nothing about its mission.
WRONG_TITLE_OPERATION = frozenset({1564, 1790, 2170})
# Titles too general to name the operation that the text founds, extends or enlarges.
TITLE_NAMES_NO_OPERATION = frozenset({1335, 1445, 1546, 1574, 2181, 2261, 2451})

FIELDS = ("acts_on", "action", "until", "chapter_vii", "mention_only")


@dataclass(frozen=True, slots=True)
class TitleFact:
    """What a title says of one operation; an empty action: it does not say."""

    operation: str
    action: str
    until: date | None


@dataclass(frozen=True, slots=True)
class Truth:
    """What the library says of one resolution; `chapter_vii` None: it says nothing."""

    symbol: str
    number: int
    year: int
    title: str
    facts: tuple[TitleFact, ...]
    chapter_vii: bool | None


@dataclass
class Tally:
    """Right and wrong answers of one field; for a rate with two sides, also false alarms."""

    right: int = 0
    missed: int = 0
    false: int = 0
    failures: list[str] = field(default_factory=list)

    @property
    def asked(self) -> int:
        return self.right + self.missed

    def as_dict(self) -> dict[str, Any]:
        """Counts and rates, as the quality page shows them."""
        said = self.right + self.false
        return {
            "asked": self.asked,
            "right": self.right,
            "recall": round(self.right / self.asked, 4) if self.asked else None,
            "false": self.false,
            "precision": round(self.right / said, 4) if said else None,
            "failures": self.failures,
        }


_TITLE_DATE = re.compile(r"(?:until|unitl|to|through)\s+" + DATE_SOURCE, re.I)
_SHORT_MONTHS = re.compile(r"\b(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\.")
_EXTENDS = re.compile(
    r"exten[dst]\w*|renew\w*|continu\w*|prolong\w*|to maintain|further period", re.I
)
_CHANGE_EXTENDED = re.compile(
    r"exten\w+ (?:up to \d+ \w+ )?of the (?:temporary )?(?:redeployment|increase)",
    re.I,
)
_ESTABLISHES = re.compile(r"establish\w*|creation|form and deploy|to form\b", re.I)
_ENDS = re.compile(r"terminat\w*|withdrawal of (?:the )?$|closure|end of the", re.I)
_DEPLOYS = re.compile(r"deployment of (?:an? |the )?(?:[A-Z][\w-]+ )*$|authorization of deployment")
_ALSO_EXTENDS = re.compile(
    r"^\W*and (?:\w+ )?extension of (?:the|its) mandate|^ to continue monitoring", re.I
)
_CHANGES = re.compile(
    r"expan|increas|addition|adjust|strength|redeploy|reduc|drawdown|change|composition|size"
    r"|number|maintaining|modif|revis|merg|operational aspects|withdrawal",
    re.I,
)
_NAMED_ONLY = re.compile(
    r"(?:support(?:s|ing)? (?:to|for|of)|package for|cooperation with|situation (?:in|of)|"
    r"security for|access .{0,40}|Support Office to|report.{0,60}|successor to|"
    r"Representative.{0,20}) (?:the )?$"
)


def read_title(title: str, lexicon: Lexicon, year: int) -> tuple[TitleFact, ...]:
    """The operations a library title names as its subject, with action and last day."""
    inner = re.search(r"\[(.*)", title)
    text = _SHORT_MONTHS.sub(r"\1", (inner[1] if inner else title).rstrip("] "))
    text = text.replace("Referendun", "Referendum")
    found: dict[str, tuple[int, int]] = {}
    for start, end, owner in sorted(_named_in(text, lexicon, year)):
        if _NAMED_ONLY.search(text[:start]) or any(s <= start < e for s, e in found.values()):
            continue
        first, _ = found.get(owner, (start, 0))
        found[owner] = (first, end)
    facts = []
    last_end = 0
    for operation, (start, end) in found.items():
        following = min((s for s, _ in found.values() if s > start), default=len(text))
        day = _TITLE_DATE.search(text, end, max(following, end))
        founded = lexicon.operations[operation].first_year
        action = _title_action(text[last_end:start], text[end:following], year - founded)
        if not action and last_end:
            action = _title_action(text[:start], text[end:following], year - founded)
        facts.append(TitleFact(operation, action, read_day(day) if day else None))
        last_end = end
    return tuple(facts)


def _named_in(text: str, lexicon: Lexicon, year: int) -> Iterator[tuple[int, int, str]]:
    described: list[tuple[int, int]] = []
    lowered = text.lower()
    for operation in lexicon.described:
        if not operation.exists_in(year, 1):
            continue
        for words in operation.described:
            if words.language != "en" or words.near not in text:
                continue
            printed = words.words.lower()
            place = lowered.find(printed)
            if place < 0:
                place = lowered.find(printed.replace("united nations", "un"))
            if place >= 0:
                described.append((place, place + len(words.words)))
                yield place, place + len(words.words), operation.id
    for match in lexicon.find_names(text):
        if match.start() and text[match.start() - 1].isalnum():
            continue
        owners = [
            lexicon.operations[o]
            for o in lexicon.name_owner.get(fold_name(match.group()), ())
            if lexicon.operations[o].exists_in(year, 1)
        ]
        if owners and not any(s <= match.start() < e for s, e in described):
            owner = max(owners, key=lambda o: (o.exists_in(year), o.first_year))
            yield match.start(), match.end(), owner.id


def _title_action(before: str, after: str, age: int) -> str:
    """The action a title's words mean for an operation founded `age` years before."""
    if _CHANGE_EXTENDED.search(before):
        return "amend"
    if _EXTENDS.search(before) or _ALSO_EXTENDS.search(after):
        return "extend"
    if _ENDS.search(before):
        return "terminate"
    if _ESTABLISHES.search(before):
        # An operation is founded once; a title that founds it again reports its renewal.
        return "establish" if age <= 0 else "extend"
    if _DEPLOYS.search(before):
        return "establish" if age <= 0 else ""
    return "amend" if _CHANGES.search(before) or _CHANGES.search(after) else ""


def read_truth(metadata: Path, lexicon: Lexicon) -> Iterator[Truth]:
    """The library's data of each resolution, from the published files of one folder."""
    for path in sorted(metadata.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            number = re.match(r"S/RES/(\d+)\s*\((\d{4})\)", row["symbol"])
            if number is None:
                continue
            if f"resolution {number[1]} " not in row["resolution_title"]:
                continue  # the title of another resolution, or none
            chapter = {"Chapter VII": True, "": False}.get(row["chapter_VII"])
            yield _truth(int(number[1]), int(number[2]), row["resolution_title"], chapter, lexicon)


def read_reading(path: Path | None = None) -> Iterator[Truth]:
    """What a reader found in resolutions of years for which the library's data were not at hand.

    From `catalogue/lexicon/labels/decisions.csv`. Acts that the reader held to be beside the
    subject of the resolution (`side`) are neither asked for nor counted as false.
    """
    path = path or catalogue_dir() / "lexicon" / "labels" / "decisions.csv"
    rows: dict[str, list[dict[str, str]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["symbol"], []).append(row)
    for symbol, found in rows.items():
        number, year = symbol.removeprefix("S/RES/").rstrip(")").split(" (")
        facts = tuple(
            TitleFact(
                r["operation"],
                r["action"],
                date.fromisoformat(r["until"]) if r["until"] else None,
            )
            for r in found
            if r["weight"] == "main"
        )
        # Without a title nothing is said to be only mentioned.
        title = "" if any(r["weight"] == "side" for r in found) else symbol
        chapter = found[0]["chapter_vii"] == "1"
        yield Truth(symbol, int(number), int(year), title, facts, chapter)


def truth_of_library(
    symbol: str, headings: LibraryHeadings | None, lexicon: Lexicon
) -> Truth | None:
    """The same from the headings inside a file, if it carries any."""
    number = re.match(r"S/RES/(\d+)\s*\((\d{4})\)", symbol)
    if number is None or headings is None or not headings.title:
        return None
    return _truth(int(number[1]), int(number[2]), headings.title, headings.chapter_vii, lexicon)


def _truth(number: int, year: int, title: str, chapter: bool | None, lexicon: Lexicon) -> Truth:
    if number in CHAPTER_VII_MISSING:
        chapter = True
    facts = read_title(title, lexicon, year)
    if number in WRONG_TITLE_DAY:
        facts = tuple(TitleFact(f.operation, f.action, None) for f in facts)
    if number in WRONG_TITLE_ACTION:
        facts = tuple(TitleFact(f.operation, "", f.until) for f in facts)
    if number in WRONG_TITLE_OPERATION:
        facts = ()
    return Truth(f"S/RES/{number} ({year})", number, year, title, facts, chapter)


def compare_with_library(
    document: Resolution,
    acts: Sequence[tuple[str, str, date | None]],
    chapter_vii: bool,
    lexicon: Lexicon,
) -> list[Problem]:
    """Differences between a coding and the library's headings inside the file, one line each."""
    truth = truth_of_library(document.symbol, document.library, lexicon)
    if truth is None:
        return []
    said = {operation: (action, until) for operation, action, until in acts}
    found: list[Problem] = []

    def differ(name: str, text: str, hint: str) -> None:
        found.append(Problem(document.where or document.symbol, name, text, hint))

    for fact in truth.facts:
        if fact.operation not in said:
            differ(
                "acts_on", f"the title names {fact.operation}, the text read does not", truth.title
            )
            continue
        action, until = said[fact.operation]
        if fact.action and fact.action != action:
            differ(
                "acts_on", f"{fact.operation}: {action}; the title says {fact.action}", truth.title
            )
        if fact.until and fact.until != until:
            differ("acts_on", f"{fact.operation}: until {until}; the title says {fact.until}", "")
    if truth.chapter_vii is not None and truth.chapter_vii != chapter_vii:
        library = "has" if truth.chapter_vii else "does not have"
        differ("chapter_vii", f"read as {chapter_vii}; the library {library} it", "")
    return found


@dataclass(frozen=True)
class Accuracy:
    """Tallies by field, in all and by year."""

    total: Mapping[str, Tally]
    by_year: Mapping[int, Mapping[str, Tally]]

    def as_dict(self) -> dict[str, Any]:
        """JSON for the quality page: rates and failures by field, rates by field and year."""
        by_year = {}
        for year, tallies in sorted(self.by_year.items()):
            by_year[str(year)] = {
                name: {k: v for k, v in tally.as_dict().items() if k != "failures"}
                for name, tally in tallies.items()
            }
        return {
            "fields": {name: tally.as_dict() for name, tally in self.total.items()},
            "years": by_year,
        }


def score(pairs: Iterable[tuple[Mapping[str, Any], Truth]]) -> Accuracy:
    """Compare coded mandates (as JSON) with what the library says.

    `mention_only` counts resolutions whose title names no operation although the text does:
    right where the coder says none is acted on.
    """
    total = {name: Tally() for name in FIELDS}
    by_year: dict[int, dict[str, Tally]] = {}
    for coded, truth in pairs:
        year = by_year.setdefault(truth.year, {name: Tally() for name in FIELDS})
        for name, right, kind, note in _compare(coded, truth):
            for tallies in (total, year):
                tally = tallies[name]
                if right:
                    tally.right += 1
                elif kind == "false":
                    tally.false += 1
                else:
                    tally.missed += 1
            if not right:
                total[name].failures.append(f"{truth.symbol}: {note}")
    return Accuracy(total, by_year)


def _compare(coded: Mapping[str, Any], truth: Truth) -> Iterator[tuple[str, bool, str, str]]:
    acts = {a["operation"]: a for a in coded["acts_on"]}
    for fact in truth.facts:
        act = acts.get(fact.operation)
        yield "acts_on", act is not None, "missed", f"{fact.operation} not acted on: {truth.title}"
        if act is None:
            continue
        if fact.action:
            note = f"{fact.operation} {act['action']}, title {fact.action}: {truth.title}"
            yield "action", act["action"] == fact.action, "missed", note
        if fact.until:
            note = f"{fact.operation} until {act['until']}, title {fact.until}"
            yield "until", act["until"] == fact.until.isoformat(), "missed", note
    silent = TITLE_NAMES_NO_OPERATION | WRONG_TITLE_OPERATION
    if not truth.facts and coded["mentions"] and truth.title and truth.number not in silent:
        note = f"said to act on {', '.join(acts)}: {truth.title}"
        yield "mention_only", not acts, "missed", note
    if truth.chapter_vii is not None:
        said = bool(coded["chapter_vii"]["value"])
        if truth.chapter_vii or said:
            kind = "missed" if truth.chapter_vii else "false"
            note = f"Chapter VII {said}, library {truth.chapter_vii}"
            yield "chapter_vii", said == truth.chapter_vii, kind, note


def compare_languages(
    english: Mapping[int, Mapping[str, Any]], french: Mapping[int, Mapping[str, Any]]
) -> dict[str, Any]:
    """Share of resolutions coded alike in both languages, by field, and those that differ.

    For tasks the mean Jaccard similarity of (operation, task) over resolutions with a task.
    """
    both = sorted(set(english) & set(french))
    different: dict[str, list[int]] = {name: [] for name in _LANGUAGE_FIELDS}
    likeness: list[float] = []
    for number in both:
        for name, view in _LANGUAGE_FIELDS.items():
            if view(english[number]) != view(french[number]):
                different[name].append(number)
        first, second = (
            {(t["operation"], t["task"]) for t in side[number]["tasks"]}
            for side in (english, french)
        )
        if first | second:
            likeness.append(len(first & second) / len(first | second))
    equal = {n: round(1 - len(d) / len(both), 4) for n, d in different.items()} if both else {}
    if likeness:
        equal["tasks"] = round(sum(likeness) / len(likeness), 4)
        different["tasks"] = []
    return {"compared": len(both), "equal": equal, "different": different}


_LANGUAGE_FIELDS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "acts_on": lambda c: sorted((a["operation"], a["action"]) for a in c["acts_on"]),
    "until": lambda c: sorted((a["operation"], str(a["until"])) for a in c["acts_on"]),
    "ceilings": lambda c: sorted(
        (x["operation"], x["kind"], *(str(x[k]) for k in ("persons", "change", "from", "within")))
        for x in c["ceilings"]
    ),
    "chapter_vii": lambda c: c["chapter_vii"]["value"],
}
