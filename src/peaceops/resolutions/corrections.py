"""Corrections by readers: data in the catalogue, applied after coding and shown as such."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml

from peaceops.errors import DataError, Problem, did_you_mean
from peaceops.model import check_partial_date
from peaceops.places import catalogue_dir

LISTS = ("acts_on", "ceilings", "mentions", "tasks")
FIELDS = (*LISTS, "chapter_vii")
ENTRY_KEYS = ("symbol", "field", "where", "set", "remove", "because", "source")

# What a statement of each field is made of, in the order in which its parts tell it from others.
Kind = Literal["word", "day", "date", "number", "yes-no", "text"]
PARTS: Mapping[str, Mapping[str, Kind]] = {
    "acts_on": {
        "operation": "word", "action": "word", "paragraph": "text", "until": "day",
        "months": "number", "quote": "text",
    },
    "ceilings": {
        "operation": "word", "kind": "word", "persons": "number", "change": "number",
        "paragraph": "text", "from": "date", "within": "word", "quote": "text",
    },
    "mentions": {"operation": "word"},
    "tasks": {
        "operation": "word", "task": "word", "paragraph": "text", "mode": "word",
        "strength": "word", "quote": "text",
    },
    "chapter_vii": {"value": "yes-no", "paragraph": "text", "quote": "text"},
}  # fmt: skip
# A statement added by hand has every part that a coded one has.
_BLANK: Mapping[Kind, str | None] = {
    "word": "", "text": "", "day": None, "date": None, "number": None,
}  # fmt: skip

Effect = Literal["applied", "not found", "no change"]


@dataclass(frozen=True)
class Correction:
    """One coding that a reader found wrong, and what is right."""

    symbol: str
    field: str
    where: Mapping[str, Any]
    values: Mapping[str, Any]
    remove: bool
    because: str
    source: str

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations it is about: the one read and the right one; none for Chapter VII."""
        named = (self.where.get("operation"), self.values.get("operation"))
        return tuple(dict.fromkeys(str(o) for o in named if o))

    def as_dict(self) -> dict[str, Any]:
        """As shown beside the coding."""
        return {
            "field": self.field,
            "where": dict(self.where),
            "set": dict(self.values),
            "remove": self.remove,
            "because": self.because,
            "source": self.source or None,
        }

    def as_entry(self) -> dict[str, Any]:
        """As an entry of the catalogue's file: only what is said, in the file's order."""
        entry: dict[str, Any] = {"symbol": self.symbol, "field": self.field}
        if self.where:
            entry["where"] = dict(self.where)
        if self.values:
            entry["set"] = dict(self.values)
        if self.remove:
            entry["remove"] = True
        entry["because"] = self.because
        if self.source:
            entry["source"] = self.source
        return entry


def corrections_path(folder: Path | None = None) -> Path:
    """The file that holds them, in a catalogue (default: the one in use)."""
    return (folder or catalogue_dir()) / "corrections" / "mandates.yaml"


def corrections_stamp(path: Path | None = None) -> tuple[int, int]:
    """Tells two states of the file apart; (0, 0) where there is none."""
    try:
        stat = (path or corrections_path()).stat()
    except OSError:
        return 0, 0
    return stat.st_mtime_ns, stat.st_size


def load_corrections(path: Path | None = None) -> dict[str, tuple[Correction, ...]]:
    """Corrections by symbol (default: the catalogue's); none if there is no such file.

    The file is read again when it has changed. Raises `DataError` naming every entry that cannot
    be used.
    """
    path = path or corrections_path()
    return _load(path, corrections_stamp(path))


@lru_cache(maxsize=4)
def _load(path: Path, stamp: tuple[int, int]) -> dict[str, tuple[Correction, ...]]:
    if not any(stamp):
        return {}
    problems: list[Problem] = []
    found: dict[str, list[Correction]] = {}
    for number, entry in enumerate(parse_entries(path.read_text("utf-8"), str(path)), 1):
        correction = read_entry(entry, f"{path}: entry {number}", problems)
        if correction:
            found.setdefault(correction.symbol, []).append(correction)
    if problems:
        raise DataError(problems)
    return {symbol: tuple(items) for symbol, items in found.items()}


def parse_entries(text: str, where: str, *, alone: bool = False) -> list[Any]:
    """The entries of a file of corrections, their values as text. Raises `DataError`.

    With `alone` the file may also be one entry that is no list.
    """
    try:
        entries = yaml.load(text, yaml.BaseLoader)  # noqa: S506 - it makes text and nothing else
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise DataError(Problem(f"{where}{line}", "", "not valid YAML")) from None
    except RecursionError:
        raise DataError(Problem(where, "", "not valid YAML", "It is nested too deep.")) from None
    if entries in (None, ""):
        return []
    if alone and isinstance(entries, dict):
        return [entries]
    if not isinstance(entries, list):
        raise DataError(Problem(where, "", "is no list of entries", "See the top of the file."))
    return entries


def read_entry(entry: Any, where: str, problems: list[Problem]) -> Correction | None:
    """One entry as written (text, or values of JSON) as a record; what is wrong goes to problems.

    Whether the words in it are known, and whether it changes anything, is asked elsewhere.
    """
    if not isinstance(entry, Mapping):
        problems.append(Problem(where, "", "is no entry", "See the top of the file."))
        return None
    before = len(problems)
    symbol, field = entry.get("symbol", ""), entry.get("field", "")
    if not isinstance(symbol, str) or not re.fullmatch(r"S/RES/[1-9]\d{0,3} \(\d{4}\)", symbol):
        problems.append(
            Problem(where, "symbol", f"{_short(symbol)} is no symbol", "Write S/RES/2690 (2023).")
        )
    if field not in FIELDS:
        hint = did_you_mean(str(field)[:40], FIELDS) or f"Accepted: {', '.join(FIELDS)}."
        problems.append(Problem(where, "field", f"{_short(field)} cannot be corrected", hint))
        field = ""
    because, source = entry.get("because") or "", entry.get("source") or ""
    if not isinstance(because, str) or not because.strip():
        problems.append(Problem(where, "because", "no reason given", "Say why in one sentence."))
    if not isinstance(source, str):
        problems.append(Problem(where, "source", f"{_short(source)}: no such source card"))
    parts = {}
    for key in ("where", "set"):
        given = entry.get(key) or {}
        if isinstance(given, Mapping):
            parts[key] = read_parts(field, given, (where, key), problems)
        else:
            problems.append(Problem(where, key, "must be written {name: value}"))
    unknown = {str(key)[:60] for key in entry} - set(ENTRY_KEYS)
    problems += [Problem(where, key, "is not a key of a correction") for key in sorted(unknown)]
    if len(problems) > before:
        return None
    return Correction(
        symbol=symbol,
        field=field,
        where=parts["where"],
        values=parts["set"],
        remove=str(entry.get("remove", "")).lower() in ("true", "yes", "1"),
        because=because,
        source=source,
    )


def _short(value: Any) -> str:
    """A value as written, in quotes, and no longer than a line."""
    text = value if isinstance(value, str) else str(value)
    return repr(text if len(text) <= 60 else f"{text[:59]}…")


def read_parts(
    field: str, given: Mapping[Any, Any], where: tuple[str, str], problems: list[Problem]
) -> dict[str, Any]:
    """The parts of a statement with their types; `where` names the place and the key they are of.

    What cannot be read goes to problems.
    """
    found = {}
    for key, value in given.items():
        place = f"{where[1]}.{str(key)[:60]}"
        if not field:
            continue
        kind = PARTS[field].get(key) if isinstance(key, str) else None
        if kind is None:
            accepted = ", ".join(PARTS[field])
            hint = did_you_mean(str(key)[:40], PARTS[field]) or f"Accepted: {accepted}."
            problems.append(Problem(where[0], place, "is no part of such a statement", hint))
            continue
        try:
            found[key] = _read_value(kind, value)
        except ValueError as error:
            message, hint = error.args
            problems.append(Problem(where[0], place, f"{_short(value)} {message}", hint))
    return found


def _read_value(kind: Kind, value: Any) -> Any:
    """A part of a statement, from text or JSON. Raises `ValueError` (message, hint)."""
    if value is None or (isinstance(value, str) and value.lower() in ("null", "~", "")):
        return None if kind in ("day", "date", "number") else ""
    if kind == "number":
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**6:
            return value
        if isinstance(value, str) and re.fullmatch(r"[+-]?[0-9]{1,6}", value):
            return int(value)
        raise ValueError("is not a number", "Write digits alone, such as 1300.")
    if kind == "yes-no":
        if str(value).lower() in ("true", "yes"):
            return True
        if str(value).lower() in ("false", "no"):
            return False
        raise ValueError("is neither true nor false", "Write true or false.")
    if not isinstance(value, str):
        raise ValueError("is not a text", "Write a word or a sentence.")
    if kind == "date":
        try:
            check_partial_date(value)
        except ValueError:
            hint = "Write it as 2023-12-31 or 2023-12, or null for none."
            raise ValueError("is not a date", hint) from None
        return value
    if kind == "day":
        try:
            if len(value) != 10:
                raise ValueError
            return date.fromisoformat(value).isoformat()
        except ValueError:
            raise ValueError("is not a day", "Write it as 2023-12-31, or null for none.") from None
    return value


# Applying ----------------------------------------------------------------------------------------


def apply_corrections(
    coded: Mapping[str, Any], corrections: Sequence[Correction]
) -> dict[str, Any]:
    """The coding with its corrections applied and listed under `corrections`.

    Each is listed with its `effect`: applied, not found, or no change. The last two are reported
    under `problems`, not passed over.
    """
    result = dict(coded)
    if not corrections:
        return result
    listed, problems = [], list(coded["problems"])
    for correction in corrections:
        result, effect = apply_correction(result, correction)
        listed.append({**correction.as_dict(), "effect": effect})
        if effect == "not found":
            message, hint = "a correction found nothing to correct", (
                f"It looked for {dict(correction.where)}; remove it if the coder reads it right"
                " now."
            )  # fmt: skip
        elif effect == "no change":
            message, hint = "a correction changes nothing any more", (
                f"The coder reads it right now: {dict(correction.values or correction.where)};"
                " remove it."
            )  # fmt: skip
        else:
            continue
        problems.append(Problem(coded["symbol"], correction.field, message, hint).as_dict())
    return {**result, "corrections": listed, "problems": problems}


def apply_correction(
    coded: Mapping[str, Any], correction: Correction
) -> tuple[dict[str, Any], Effect]:
    """The coding with one correction applied, and whether that changed it."""
    field = correction.field
    if field == "chapter_vii":
        old = coded["chapter_vii"]
        new = {**old, **correction.values}
        if correction.remove or not new["value"]:
            new = {**new, "value": False, "paragraph": None, "quote": None}
        elif new["paragraph"] != old["paragraph"] and "quote" not in correction.values:
            new["quote"] = None  # the words were those of the other paragraph
        if {**old, **new} == old:
            return dict(coded), "no change"
        return {**coded, "chapter_vii": {**new, "corrected": True}}, "applied"
    entries: list[Any]
    if field == "mentions":
        entries, effect = _correct_mentions(coded["mentions"], correction)
    else:
        entries, effect = _correct_list(coded[field], correction)
    result = {**coded, field: entries}
    if field == "tasks" and "length" in coded:
        different = {(t["operation"], t["task"]) for t in entries}
        result["length"] = {**coded["length"], "tasks": len(different)}
    return result, effect


def _correct_mentions(mentions: Sequence[str], correction: Correction) -> tuple[list[Any], Effect]:
    wrong, right = correction.where.get("operation"), correction.values.get("operation")
    if wrong and wrong not in mentions:
        return list(mentions), "not found"
    kept: list[Any] = [m for m in mentions if m != wrong]
    if right and right not in kept and not correction.remove:
        kept.append(str(right))
    return kept, "no change" if kept == list(mentions) else "applied"


def find_entries(entries: Sequence[Any], where: Mapping[str, Any]) -> list[int]:
    """The places of the statements that a `where` means."""
    return [n for n, entry in enumerate(entries) if _is_meant(entry, where)]


def tell_apart(field: str, entries: Sequence[Any], place: int) -> dict[str, Any]:
    """A `where` that means the statement at a place and, if possible, no other.

    >>> acts = [{"operation": "unficyp", "action": "extend"}, {"operation": "unifil"}]
    >>> tell_apart("acts_on", acts, 1)
    {'operation': 'unifil'}
    """
    entry = entries[place]
    if isinstance(entry, str):
        return {"operation": entry}
    where: dict[str, Any] = {}
    for part in PARTS[field]:
        if part == "quote":
            continue
        if len(where) >= _TELLING[field] and find_entries(entries, where) == [place]:
            break
        if entry.get(part) not in (None, ""):
            where[part] = entry[part]
    return where


_TELLING = {"acts_on": 1, "ceilings": 2, "tasks": 2}  # parts that a reader would name anyway


def _is_meant(entry: Any, where: Mapping[str, Any]) -> bool:
    if isinstance(entry, str):  # of mentions there is only the operation
        return bool(where) and where.get("operation") == entry
    return all((entry.get(k) or "") == (v or "") for k, v in where.items())


def _correct_list(entries: Sequence[Any], correction: Correction) -> tuple[list[Any], Effect]:
    values = dict(correction.values)
    if not correction.where:
        if any(all(e.get(k) == v for k, v in values.items()) for e in entries):
            return list(entries), "no change"
        blank = {key: _BLANK[kind] for key, kind in PARTS[correction.field].items()}
        if correction.field == "tasks":
            blank["strength"] = "requested"
        if correction.field == "ceilings":
            blank["within"] = None
        return [*entries, {**blank, **values, "corrected": True}], "applied"
    meant = set(find_entries(entries, correction.where))
    if not meant:
        return list(entries), "not found"
    corrected: list[Any] = []
    for n, entry in enumerate(entries):
        if n not in meant:
            corrected.append(entry)
        elif not correction.remove:
            new = {**entry, **values}
            if new["paragraph"] != entry["paragraph"] and "quote" not in values:
                new["quote"] = ""  # the words were those of the other paragraph
            corrected.append(entry if new == entry else {**new, "corrected": True})
    return corrected, "no change" if corrected == list(entries) else "applied"
