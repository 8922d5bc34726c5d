"""Corrections as pages show them: what was wrong, what is right, why, on which source."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from peaceops.analysis.texts import list_texts
from peaceops.errors import DataError
from peaceops.resolutions.corrections import Correction, load_corrections
from peaceops.resolutions.stored import read_symbol
from peaceops.web.statements import say_part
from peaceops.web.view import View

log = logging.getLogger("peaceops.web")


@dataclass(frozen=True)
class CorrectionNote:
    """One correction in the reader's words.

    `about` says which statement is meant ('' where one was added), `change` what is right (''
    where it was taken out). `number` is the resolution's where its text is at hand; `effect` what
    the correction did to the coding shown beside it, '' where there is none.
    """

    symbol: str
    number: int | None
    field: str
    about: str
    change: str
    because: str
    source: str
    source_url: str
    effect: str


def note_corrections(view: View, coded: Mapping[str, Any]) -> tuple[CorrectionNote, ...]:
    """The corrections of a coding (the JSON of `read`)."""
    return tuple(
        _note(
            view, coded["symbol"], c["field"], c["where"], c["set"], c["because"],
            c["source"] or "", c.get("effect", ""),
        )
        for c in coded.get("corrections", ())
    )  # fmt: skip


def list_notes(view: View) -> tuple[CorrectionNote, ...]:
    """All corrections of the catalogue, by resolution, the newest first."""
    listed = _load()
    return tuple(
        note_one(view, c)
        for _, corrections in sorted(listed.items(), key=lambda item: _order(item[0]), reverse=True)
        for c in corrections
    )


def _load() -> Mapping[str, tuple[Correction, ...]]:
    """The corrections; none while the file is not in order, so that pages about else go on."""
    try:
        return load_corrections()
    except DataError as error:
        log.warning("corrections are not shown: %s", error)
        return {}


def _order(symbol: str) -> tuple[int, int]:
    number, year = read_symbol(symbol) or (0, 0)
    return year or 0, number


def notes_by_decision(
    view: View, operation: str, symbols: Iterable[str]
) -> dict[str, tuple[CorrectionNote, ...]]:
    """Corrections of decisions on an operation, by symbol: those on it, and on Chapter VII."""
    listed = _load()
    return {
        symbol: tuple(
            note_one(view, c)
            for c in listed[symbol]
            if operation in c.operations or c.field == "chapter_vii"
        )
        for symbol in symbols
        if symbol in listed
    }


def note_one(view: View, c: Correction) -> CorrectionNote:
    """A correction of the catalogue, without a coding beside it."""
    return _note(view, c.symbol, c.field, c.where, c.values, c.because, c.source, "")


def _note(
    view: View, symbol: str, field: str, where: Mapping[str, Any], values: Mapping[str, Any],
    because: str, source: str, effect: str,
) -> CorrectionNote:  # fmt: skip
    number = (read_symbol(symbol) or (0, None))[0]
    label = view.language.label

    def said(parts: Mapping[str, Any]) -> str:
        return "; ".join(
            f"{label('part', name)}: {say_part(view, name, value)}" for name, value in parts.items()
        )

    return CorrectionNote(
        symbol, number if number in list_texts(view.db).by_number else None, field,
        said(where), said(values), because, source, _address(view, source), effect,
    )  # fmt: skip


def _address(view: View, source: str) -> str:
    """Where a source card leads; '' where the database has none of this id."""
    if not source:
        return ""
    row = view.db.ask_one("source_address", source_id=source)
    if row is not None:
        return str(row["url"])
    number = source.removeprefix("un-sc-res-")
    return f"https://docs.un.org/en/S/RES/{number}" if number.isdigit() else ""
