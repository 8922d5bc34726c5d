"""A reader's correction: checked against the catalogue and the coding, then written into it.

The command and the portal ask the same three questions here: is the entry right (`check_entry`),
can this catalogue be written (`refuse_unwritable`), and, at last, write it (`add_corrections`).
"""

from __future__ import annotations

import csv
import os
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from peaceops.errors import DataError, Problem, StoreError, did_you_mean
from peaceops.places import catalogue_dir, is_packaged
from peaceops.resolutions.correction_file import append_entries, write_entry
from peaceops.resolutions.corrections import (
    FIELDS,
    PARTS,
    Correction,
    apply_correction,
    corrections_path,
    find_entries,
    load_corrections,
    read_entry,
    read_parts,
)
from peaceops.resolutions.stored import read_symbol

ACTIONS = ("establish", "extend", "amend", "terminate")
MODES = ("monitor", "assist", "secure", "implement")
STRENGTHS = ("requested", "encouraged")
LONGEST_REASON = 600
LONGEST_QUOTE = 2000
MOST_ENTRIES = 100  # written at a time

# What a statement that is added must have.
_NEEDED = {
    "acts_on": ("operation", "action"),
    "ceilings": ("operation", "kind"),
    "mentions": ("operation",),
    "tasks": ("operation", "task", "mode"),
    "chapter_vii": ("value",),
}


@dataclass(frozen=True)
class KnownWords:
    """The words a correction may use: what the catalogue has of each kind.

    `resolutions` gives the year of each resolution by number, as far as known.
    """

    operations: tuple[str, ...]
    tasks: tuple[str, ...]
    kinds: tuple[str, ...]
    sources: frozenset[str]
    resolutions: Mapping[int, int]

    def choices(self, part: str) -> tuple[str, ...] | None:
        """What a part of a statement may say; None where it is no choice."""
        return {
            "operation": self.operations, "task": self.tasks, "kind": self.kinds,
            "within": self.kinds,
            "action": ACTIONS, "mode": MODES, "strength": STRENGTHS,
        }.get(part)  # fmt: skip


@dataclass(frozen=True)
class CheckedCorrection:
    """A correction in order, its YAML, and what of the coding it changes.

    `before` and `after` are the statements that differ (of `chapter_vii` the one), as `read` gives
    them; both empty where the text was not at hand (`is_tried` False).
    """

    correction: Correction
    entry: str
    is_tried: bool
    before: tuple[Any, ...]
    after: tuple[Any, ...]

    def as_dict(self) -> dict[str, Any]:
        """The face the API and `correct --json` show."""
        return {
            **self.correction.as_entry(),
            "entry": self.entry,
            "tried_on_text": self.is_tried,
            "before": list(self.before),
            "after": list(self.after),
        }


# The words of the catalogue ----------------------------------------------------------------------


def read_known_words(folder: Path | None = None) -> KnownWords:
    """The words of a catalogue (default: the one in use), read again when its files change."""
    folder = folder or catalogue_dir()
    files = (
        folder / "operations", folder / "sources", folder / "sources" / "security-council.csv",
        folder / "tasks.csv", folder / "lexicon" / "operations.yaml",
    )  # fmt: skip
    return _read_known_words(folder, tuple(f.stat().st_mtime_ns for f in files if f.exists()))


@lru_cache(maxsize=4)
def _read_known_words(folder: Path, stamp: tuple[int, ...]) -> KnownWords:
    del stamp  # only tells states of the folder apart
    lexicon = folder / "lexicon"
    operations = {p.stem for p in (folder / "operations").glob("*.yaml")}
    operations |= {str(e.get("id")) for e in _load_yaml(lexicon / "operations.yaml") or ()}
    ceilings = (_load_yaml(lexicon / "ceilings.yaml") or {}).get("en", {})
    kinds = {**ceilings.get("categories", {}), **ceilings.get("counted", {})}
    numbers = _first_column(folder / "sources" / "security-council.csv", ("number", "date"))
    sources = {p.stem for p in (folder / "sources").glob("*.yaml")}
    for path in (folder / "sources").glob("*.csv"):
        sources |= {row[0] for row in _first_column(path, ("id",))}
    sources |= {f"un-sc-res-{number}" for number, _ in numbers}
    return KnownWords(
        operations=tuple(sorted(operations)),
        tasks=tuple(row[0] for row in _first_column(folder / "tasks.csv", ("task",))),
        kinds=tuple(kinds),
        sources=frozenset(sources),
        resolutions={int(n): int(day[:4]) for n, day in numbers if n.isdigit()},
    )


def _load_yaml(path: Path) -> Any:
    if not path.is_file():
        return None
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(path.read_text("utf-8"), loader)  # noqa: S506 - it is the safe one
    except yaml.YAMLError:
        raise DataError(Problem(str(path), "", "not valid YAML")) from None


def _first_column(path: Path, names: tuple[str, ...]) -> list[tuple[str, ...]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        if not set(names) <= set(rows.fieldnames or ()):
            return []
        return [tuple(row[n] or "" for n in names) for row in rows]


_ANY_SYMBOL = "S/RES/1 (1946)"  # in place of one that is wrong, so that the rest can be checked


# Checking ----------------------------------------------------------------------------------------


def complete_symbol(written: str, known: KnownWords) -> str:
    """A resolution's symbol in full, from any way of writing it: `2690` is `S/RES/2690 (2023)`.

    Raises `DataError` for what is no symbol, and for a year that is not the resolution's.
    """
    found = read_symbol(written[:60])
    if found is None:
        raise DataError(
            Problem(written[:60], "symbol", "is no symbol of a resolution",
                    "Write S/RES/2690 (2023), S/RES/2690 or 2690, or name a file.")
        )  # fmt: skip
    number, year = found
    right = known.resolutions.get(number)
    if year is None and right is None:
        raise DataError(
            Problem(written, "symbol", "the year of this resolution is not known here",
                    "Write it with its year, as S/RES/2690 (2023).")
        )  # fmt: skip
    if year is not None and right is not None and year != right:
        raise DataError(
            Problem(written, "symbol", "no resolution has this number and year",
                    f"Did you mean 'S/RES/{number} ({right})'?")
        )  # fmt: skip
    return f"S/RES/{number} ({year or right})"


def check_entry(
    entry: Mapping[str, Any],
    known: KnownWords,
    coded: Mapping[str, Any] | None = None,
    where: str = "correction",
    paragraphs: Collection[str] = (),
) -> CheckedCorrection:
    """An entry as written, found right; with the coding (JSON of `read`) also tried on it.

    The symbol is completed; a paragraph must be one of those given, where any are. Raises
    `DataError` with everything that is wrong: a word that the catalogue does not know, a date that
    is none, a statement the coding does not have, and a correction that would change nothing.
    """
    problems: list[Problem] = []
    entry = dict(entry)
    if isinstance(entry.get("symbol"), str):
        try:
            entry["symbol"] = complete_symbol(entry["symbol"], known)
        except DataError as error:
            problems += [Problem(where, p.field, p.message, p.hint) for p in error.problems]
            entry["symbol"] = _ANY_SYMBOL
    else:
        problems.append(
            Problem(where, "symbol", "is no symbol of a resolution", "Write S/RES/2690 (2023).")
        )
        entry["symbol"] = _ANY_SYMBOL
    if isinstance(entry.get("because"), str):
        entry["because"] = " ".join(entry["because"].split())
    for key in ("source", "field"):
        if isinstance(entry.get(key), str):
            entry[key] = entry[key].strip()
    correction = read_entry(entry, where, problems)
    if correction is None:
        raise DataError([*problems, *_check_words(_legible(entry), known, where)])
    problems += _check_words(correction, known, where)
    problems += _check_shape(correction, where)
    place = correction.values.get("paragraph")
    if place and paragraphs and place not in paragraphs:
        problems.append(
            Problem(where, "set.paragraph", f"{_cut(place)}: no such paragraph in the text",
                    did_you_mean(str(place)[:40], paragraphs))
        )  # fmt: skip
    if problems:
        raise DataError(problems)
    if coded is None:
        return CheckedCorrection(correction, write_entry(correction), False, (), ())
    before, after = _try_on(correction, coded, where)
    return CheckedCorrection(correction, write_entry(correction), True, before, after)


def _legible(entry: Mapping[str, Any]) -> Correction:
    """What can be read of an entry that cannot be used, so that all its mistakes are told."""
    field = entry.get("field")
    parts: list[dict[str, Any]] = []
    for key in ("where", "set"):
        given = entry.get(key)
        legible = given if field in FIELDS and isinstance(given, Mapping) else {}
        parts.append(read_parts(str(field), legible, ("", key), []))
    because, source = (
        value if isinstance(value := entry.get(key), str) else "" for key in ("because", "source")
    )
    return Correction(entry["symbol"], str(field), parts[0], parts[1], False, because, source)


def _check_words(correction: Correction, known: KnownWords, where: str) -> Iterable[Problem]:
    for name, parts in (("where", correction.where), ("set", correction.values)):
        for part, value in parts.items():
            choices = known.choices(part)
            if choices is not None and value not in choices and not (name == "where" and not value):
                hint = did_you_mean(str(value)[:60], choices)
                if not hint and len(choices) <= 12:
                    hint = f"Accepted: {', '.join(choices)}."
                if not hint and part == "operation":
                    hint = "peaceops show operations --all lists them."
                yield Problem(where, f"{name}.{part}", f"{_cut(value)} is not known", hint)
            elif isinstance(value, str):
                yield from _check_text(value, LONGEST_QUOTE, where, f"{name}.{part}")
    yield from _check_text(correction.because, LONGEST_REASON, where, "because")
    if correction.source and correction.source not in known.sources:
        number = int(correction.symbol.split("/")[2].split(" ")[0])
        own = f"un-sc-res-{number}"
        near = did_you_mean(correction.source[:60], (*sorted(known.sources - {own}), own))
        hint = near or "Cards lie in catalogue/sources; the text's own card is " + own + "."
        yield Problem(where, "source", f"{_cut(correction.source)}: no such source card", hint)


def _cut(value: Any) -> str:
    text = str(value)
    return repr(text if len(text) <= 60 else f"{text[:59]}…")


def _check_text(text: str, longest: int, where: str, field: str) -> Iterable[Problem]:
    if len(text) > longest:
        yield Problem(where, field, f"longer than {longest} characters", "Say it in one sentence.")
    if any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for c in text):
        yield Problem(where, field, "has characters that do not print", "Write it anew by hand.")


def _check_shape(correction: Correction, where: str) -> Iterable[Problem]:
    """Whether it says what is to be done, all of it, and nothing that excludes the rest."""
    if correction.remove and correction.values:
        yield Problem(where, "set", "set and remove exclude each other", "Leave out one of them.")
    if not correction.remove and not correction.values:
        yield Problem(where, "set", "nothing is said to be right",
                      "Give set, or remove: true where the text does not say it.")  # fmt: skip
    if correction.field == "chapter_vii":
        if correction.where:
            yield Problem(where, "where", "there is only one statement on Chapter VII",
                          "Leave out where.")  # fmt: skip
        return
    if correction.remove and not correction.where:
        yield Problem(where, "where", "which statement is meant is not said",
                      "Give where, such as operation: minusma.")  # fmt: skip
    if not correction.where and not correction.remove:
        for part in _NEEDED[correction.field]:
            if not correction.values.get(part):
                yield Problem(where, f"set.{part}", "a new statement needs this",
                              f"Accepted: {', '.join(PARTS[correction.field])}.")  # fmt: skip
        amounts = (correction.values.get("persons"), correction.values.get("change"))
        if correction.field == "ceilings" and amounts == (None, None):
            yield Problem(where, "set.persons", "a new statement needs this",
                          "Give persons, or change where only that is said.")  # fmt: skip
    persons = correction.values.get("persons")
    if persons is not None and persons < 0:
        yield Problem(where, "set.persons", "is below zero", "Write how many, such as 1300.")


def _try_on(
    correction: Correction, coded: Mapping[str, Any], where: str
) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    field = correction.field
    result, effect = apply_correction(coded, correction)
    if effect == "not found":
        known = [_say(field, e) for e in coded[field]]
        hint = f"The coding has: {'; '.join(known[:12])}." if known else "The coding has none."
        raise DataError(
            Problem(where, "where", "the coding of this text has no such statement", hint)
        )
    if effect == "no change":
        raise DataError(
            Problem(where, "set", "this changes nothing", "The coding says so already.")
        )
    if field == "chapter_vii":
        return (coded[field],), (result[field],)
    if correction.where:
        meant = set(find_entries(coded[field], correction.where))
        before = tuple(e for n, e in enumerate(coded[field]) if n in meant)
        if correction.remove:
            return before, ()
        if field == "mentions":
            return before, (correction.values["operation"],)
        return before, tuple(e for n, e in enumerate(result[field]) if n in meant)
    return (), (result[field][-1],)


def _say(field: str, entry: Any) -> str:
    """A statement in a few words, for a hint."""
    if isinstance(entry, str):
        return entry
    parts = [f"{k}={entry[k]}" for k in PARTS[field] if k != "quote" and entry.get(k) is not None]
    return " ".join(parts)


def check_file(folder: Path) -> tuple[Problem, ...]:
    """Everything that is wrong with a catalogue's corrections, without their texts."""
    path = corrections_path(folder)
    try:
        listed = load_corrections(path)
    except DataError as error:
        return error.problems
    known = read_known_words(folder)
    problems: list[Problem] = []
    for corrections in listed.values():
        for c in corrections:
            try:
                check_entry(c.as_entry(), known, None, f"{path}: {c.symbol}")
            except DataError as error:
                problems += error.problems
    return tuple(problems)


# Writing -----------------------------------------------------------------------------------------


def refuse_unwritable(folder: Path | None = None) -> None:
    """Raise `StoreError` where a catalogue is the one of an installed package, or read-only."""
    folder = folder or catalogue_dir()
    instead = (
        "Nothing was written. Save the entry (-o FILE) and send it to whoever keeps the catalogue,"
        " or use a working copy: --catalogue FOLDER, or PEACEOPS_CATALOGUE=FOLDER."
    )
    if not folder.is_dir():
        raise StoreError(Problem(str(folder), "", "there is no catalogue here", instead))
    if is_packaged(folder):
        raise StoreError(
            Problem(str(folder), "", "this catalogue is part of the installed program", instead)
        )
    path = corrections_path(folder)
    places = [p for p in (path, path.parent) if p.exists()] or [folder]
    if not all(os.access(p, os.W_OK) for p in places):
        raise StoreError(Problem(str(path), "", "this catalogue cannot be written here", instead))


def is_writable(folder: Path | None = None) -> bool:
    """Whether `refuse_unwritable` lets a catalogue pass."""
    try:
        refuse_unwritable(folder)
    except StoreError:
        return False
    return True


def add_corrections(checked: Sequence[CheckedCorrection], folder: Path | None = None) -> Path:
    """Write corrections into a catalogue, all or none; returns the file.

    Raises `StoreError` where the catalogue cannot be written, `DataError` where one is there
    already. The file is then as it was.
    """
    folder = folder or catalogue_dir()
    refuse_unwritable(folder)
    path = corrections_path(folder)
    append_entries(path, [c.correction for c in checked])
    return path


def name_file(correction: Correction) -> str:
    """What a file with this one entry is called.

    >>> name_file(Correction("S/RES/2690 (2023)", "acts_on", {}, {}, True, "", ""))
    'correction-2690-acts-on.yaml'
    """
    number = re.sub(r"\D.*", "", correction.symbol.removeprefix("S/RES/"))
    field = correction.field if correction.field in FIELDS else "entry"
    return f"correction-{number}-{field.replace('_', '-')}.yaml"
