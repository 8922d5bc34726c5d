"""Corrections by readers: data in the catalogue, applied after coding and shown as such."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from peaceops.errors import DataError, Problem, did_you_mean
from peaceops.places import catalogue_dir

LISTS = ("acts_on", "ceilings", "mentions", "tasks")
FIELDS = (*LISTS, "chapter_vii")


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


def load_corrections(path: Path | None = None) -> dict[str, tuple[Correction, ...]]:
    """Corrections by symbol (default: the catalogue's); none if there is no such file.

    Raises `DataError` naming every entry that cannot be used.
    """
    return _load(path or catalogue_dir() / "corrections" / "mandates.yaml")


@lru_cache(maxsize=4)
def _load(path: Path) -> dict[str, tuple[Correction, ...]]:
    if not path.is_file():
        return {}
    try:
        entries = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506
    except yaml.YAMLError:
        raise DataError(Problem(str(path), "", "not valid YAML")) from None
    problems: list[Problem] = []
    found: dict[str, list[Correction]] = {}
    for number, entry in enumerate(entries or [], 1):
        correction = _read_entry(entry, f"{path}: entry {number}", problems)
        if correction:
            found.setdefault(correction.symbol, []).append(correction)
    if problems:
        raise DataError(problems)
    return {symbol: tuple(items) for symbol, items in found.items()}


def _read_entry(entry: Any, where: str, problems: list[Problem]) -> Correction | None:
    if not isinstance(entry, dict):
        problems.append(Problem(where, "", "is no entry", "See the top of the file."))
        return None
    before = len(problems)
    symbol, field = str(entry.get("symbol", "")), str(entry.get("field", ""))
    if not re.fullmatch(r"S/RES/\d+ \(\d{4}\)", symbol):
        problems.append(
            Problem(where, "symbol", f"{symbol!r} is no symbol", "Write S/RES/2690 (2023).")
        )
    if field not in FIELDS:
        hint = did_you_mean(field, FIELDS) or f"Accepted: {', '.join(FIELDS)}."
        problems.append(Problem(where, "field", f"{field!r} cannot be corrected", hint))
    if not entry.get("because"):
        problems.append(Problem(where, "because", "no reason given"))
    for key in ("where", "set"):
        if not isinstance(entry.get(key, {}), dict):
            problems.append(Problem(where, key, "must be written {name: value}"))
    unknown = set(entry) - {"symbol", "field", "where", "set", "remove", "because", "source"}
    problems += [Problem(where, key, "is not a key of a correction") for key in sorted(unknown)]
    if len(problems) > before:
        return None
    return Correction(
        symbol=symbol,
        field=field,
        where=entry.get("where", {}),
        values={k: _typed(v) for k, v in entry.get("set", {}).items()},
        remove=str(entry.get("remove", "")).lower() in ("true", "yes", "1"),
        because=str(entry["because"]),
        source=str(entry.get("source", "")),
    )


def _typed(value: Any) -> Any:
    """YAML scalars are text; numbers, yes and no are typed here."""
    if isinstance(value, str):
        if value.isdigit():
            return int(value)
        if value.lower() in ("true", "false"):
            return value.lower() == "true"
        if value.lower() in ("null", "~", ""):
            return None
    return value


def apply_corrections(coded: dict[str, Any], corrections: tuple[Correction, ...]) -> dict[str, Any]:
    """The coding with its corrections applied and listed under `corrections`.

    A correction that no longer finds its entry is reported under `problems`, not passed over.
    """
    if not corrections:
        return coded
    result = {**coded, "corrections": [c.as_dict() for c in corrections]}
    for correction in corrections:
        if correction.field == "chapter_vii":
            result["chapter_vii"] = {**result["chapter_vii"], **correction.values}
        elif correction.field == "mentions":
            operation = str(correction.where.get("operation", correction.values.get("operation")))
            kept = [m for m in result["mentions"] if m != operation]
            result["mentions"] = kept if correction.remove else [*kept, operation]
        else:
            result[correction.field] = _correct_list(result, correction)
    return result


def _correct_list(result: dict[str, Any], correction: Correction) -> list[Any]:
    entries = result[correction.field]
    if not correction.where:
        return [*entries, {**dict(correction.values), "corrected": True}]
    corrected, hit = [], False
    for entry in entries:
        if all(str(entry.get(k)) == str(v) for k, v in correction.where.items()):
            hit = True
            if not correction.remove:
                corrected.append({**entry, **correction.values, "corrected": True})
        else:
            corrected.append(entry)
    if not hit:
        problem = Problem(
            result["symbol"],
            correction.field,
            "a correction found nothing to correct",
            f"It looked for {dict(correction.where)}; remove it if the coder reads it right now.",
        )
        result["problems"] = [*result["problems"], problem.as_dict()]
    return corrected
