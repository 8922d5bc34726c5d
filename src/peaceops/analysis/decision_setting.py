"""What the catalogue knows beside the text of a decision.

The tasks then in force, the people then present against those authorised, and who sent them. The
coding of a text uses the text alone; all this is the catalogue's, each figure with its source, and
what the catalogue does not know is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from peaceops.analysis.contributions import (
    ContributorShare,
    OperationStrength,
    show_operation_contributions,
)
from peaceops.analysis.facts import Facts, OperationFacts, SourceRef, read_facts
from peaceops.analysis.mandate_chain import follow_tasks, list_ceilings
from peaceops.model import last_day
from peaceops.resolutions.stored import read_symbol
from peaceops.store import Database

FRESH_DAYS = 366  # how old a figure may be to say who was present
NAMED_CONTRIBUTORS = 5
_PARTS = ("military", "police")


@dataclass(frozen=True)
class InForce:
    """A task an operation has after a decision, and the decision whose text gave it last."""

    operation: str
    task: str
    symbol: str


@dataclass(frozen=True)
class Authorised:
    """A ceiling of one kind; `source` is None where the decision's own text states it."""

    kind: str
    persons: int
    date: str
    source: SourceRef | None


@dataclass(frozen=True)
class Present:
    """People counted on the nearest day up to the decision, by kind; `is_fresh` within a year."""

    date: str
    persons: Mapping[str, int]
    is_fresh: bool
    source: SourceRef


@dataclass(frozen=True)
class Filled:
    """The share of a ceiling that was filled (0 to 1), and what was set against what."""

    kind: str
    ceiling: int
    strength: int
    share: float


@dataclass(frozen=True)
class Largest:
    """One of the largest contributors, its people and its share of all (0 to 1)."""

    country: str
    persons: int
    share: float


@dataclass(frozen=True)
class Senders:
    """Contributors on the nearest day up to the decision: how many, and the largest of them."""

    date: str
    countries: int
    persons: int
    largest: tuple[Largest, ...]
    is_fresh: bool
    sources: tuple[SourceRef, ...]


@dataclass(frozen=True)
class OperationSetting:
    """One operation on the day of a decision, as the catalogue knows it."""

    operation: str
    ceilings: tuple[Authorised, ...]
    strength: Present | None
    filled: Filled | None
    contributors: Senders | None


@dataclass(frozen=True)
class DecisionSetting:
    """Beside one decision: tasks in force (None where no chain has it), and each operation."""

    in_force: tuple[InForce, ...] | None
    operations: tuple[OperationSetting, ...]

    def as_dict(self) -> dict[str, Any]:
        """What `read --json` adds: `in_force` where a chain has the decision, and `catalogue`."""
        added: dict[str, Any] = {}
        if self.in_force is not None:
            added["in_force"] = [
                {"operation": t.operation, "task": t.task, "symbol": t.symbol}
                for t in self.in_force
            ]
        added["catalogue"] = [_setting_dict(o) for o in self.operations]
        return added


def find_setting(db: Database, coded: Mapping[str, Any]) -> DecisionSetting:
    """What the catalogue knows beside a coded resolution (the JSON of `read`).

    Operations are those the text acts on, as far as the catalogue has them; without a date
    nothing is said of their people.
    """
    facts = read_facts(db)
    adopted = date.fromisoformat(coded["date"]) if coded["date"] else None
    operations = dict.fromkeys(act["operation"] for act in coded["acts_on"])
    found = []
    for name in operations:
        if adopted is not None and name in facts.operations:
            stated = [c for c in coded["ceilings"] if c["operation"] == name]
            found.append(_find_operation(db, facts.operations[name], adopted, stated))
    return DecisionSetting(list_in_force(facts, coded["symbol"] or ""), tuple(found))


def list_in_force(facts: Facts, symbol: str) -> tuple[InForce, ...] | None:
    """The tasks each operation has after a decision; None where no operation's chain has it."""
    wanted = read_symbol(symbol)
    if wanted is None:
        return None
    known = False
    out: list[InForce] = []
    for operation in facts.operations.values():
        at = [
            n
            for n, d in enumerate(operation.decisions)
            if d.symbol == symbol or (d.symbol.startswith("S/RES/") and _same(d.symbol, wanted))
        ]
        if not at:
            continue
        known = True
        step = follow_tasks(operation.decisions[: at[-1] + 1])[-1]
        out += [InForce(operation.id, t.task, t.symbol) for t in step.in_force]
    return tuple(out) if known else None


def _same(symbol: str, wanted: tuple[int, int | None]) -> bool:
    """Whether a symbol is the resolution wanted; a year goes along where both have one."""
    known = read_symbol(symbol)
    return (
        known is not None
        and known[0] == wanted[0]
        and (known[1] is None or wanted[1] is None or known[1] == wanted[1])
    )


def _find_operation(
    db: Database, operation: OperationFacts, adopted: date, stated: list[Mapping[str, Any]]
) -> OperationSetting:
    counts = show_operation_contributions(db, operation.id, adopted)
    ceilings = _find_ceilings(operation, adopted, stated)
    strength = _find_strength(operation, counts.strengths, adopted)
    return OperationSetting(
        operation.id,
        tuple(ceilings.values()),
        strength,
        _find_filled({k: c.persons for k, c in ceilings.items()}, strength),
        _find_senders(counts.counted_on, counts.contributors, adopted),
    )


def _find_ceilings(
    operation: OperationFacts, adopted: date, stated: list[Mapping[str, Any]]
) -> dict[str, Authorised]:
    """By kind: what the text states; of soldiers and police else the catalogue's latest."""
    day = adopted.isoformat()
    found = {
        f.kind: Authorised(f.kind, f.persons, f.date, f.source)
        for f in list_ceilings(operation.figures, operation.decisions)
        if f.kind in ("uniformed", *_PARTS) and last_day(f.date) <= adopted
    }
    own: dict[str, int] = {}
    for c in stated:
        if c["persons"] is not None:
            own[c["kind"]] = max(c["persons"], own.get(c["kind"], 0))
    if "uniformed" in own:  # the whole is stated anew: parts stated earlier no longer count
        found = {k: c for k, c in found.items() if k not in _PARTS}
    elif own.keys() & set(_PARTS):
        found.pop("uniformed", None)
    return found | {kind: Authorised(kind, n, day, None) for kind, n in own.items()}


def _find_strength(
    operation: OperationFacts, months: tuple[OperationStrength, ...], adopted: date
) -> Present | None:
    """The nearest figure up to a day, of the operation's file or of the months; these go first."""
    counted: dict[str, tuple[dict[str, int], SourceRef]] = {}
    for f in operation.figures:
        if f.what == "strength" and last_day(f.date) <= adopted:
            kinds, _ = counted.setdefault(f.date, ({}, f.source))
            kinds[f.kind] = f.persons
    for m in months:
        kinds = {k: n for k in (*_PARTS, "civilian") if (n := getattr(m, k)) is not None}
        counted[m.date] = ({"total": m.persons, **kinds}, m.source)
    if not counted:
        return None
    day = max(counted, key=last_day)
    persons, source = counted[day]
    return Present(day, persons, _is_fresh(day, adopted), source)


def _is_fresh(day: str, adopted: date) -> bool:
    return adopted - last_day(day) <= timedelta(days=FRESH_DAYS)


def _find_filled(ceilings: Mapping[str, int], strength: Present | None) -> Filled | None:
    """Like against like: all in uniform where both sides tell them, else one kind; else None."""
    if strength is None or not strength.is_fresh:
        return None
    people = strength.persons
    for kind in ("uniformed", *_PARTS):
        allowed, there = ceilings.get(kind), people.get(kind)
        if kind == "uniformed":
            allowed, there = allowed or _sum_parts(ceilings), there or _sum_parts(people)
        if allowed and there is not None:
            return Filled(kind, allowed, there, round(there / allowed, 3))
    return None


def _sum_parts(by_kind: Mapping[str, int]) -> int | None:
    return sum(by_kind[k] for k in _PARTS) if all(k in by_kind for k in _PARTS) else None


def _find_senders(
    day: str | None, shares: tuple[ContributorShare, ...], adopted: date
) -> Senders | None:
    there = [c for c in shares if c.persons]
    if day is None or not there:
        return None
    return Senders(
        day,
        len(there),
        sum(c.persons for c in there),
        tuple(Largest(c.country, c.persons, round(c.share or 0.0, 3))
              for c in there[:NAMED_CONTRIBUTORS]),
        _is_fresh(day, adopted),
        tuple(dict.fromkeys(c.source for c in there)),
    )  # fmt: skip


# JSON --------------------------------------------------------------------------------------------


def _setting_dict(o: OperationSetting) -> dict[str, Any]:
    strength, filled, sent = o.strength, o.filled, o.contributors
    return {
        "operation": o.operation,
        "ceilings": [
            {
                "kind": c.kind, "persons": c.persons, "date": c.date,
                "from": "catalogue" if c.source else "text",
                "source": _source_dict(c.source) if c.source else None,
            }
            for c in o.ceilings
        ],
        "strength": {
            "date": strength.date,
            "persons": dict(strength.persons),
            "fresh": strength.is_fresh,
            "source": _source_dict(strength.source),
        }
        if strength else None,
        "filled": {
            "kind": filled.kind, "ceiling": filled.ceiling, "strength": filled.strength,
            "share": filled.share,
        }
        if filled else None,
        "contributors": {
            "date": sent.date,
            "countries": sent.countries,
            "persons": sent.persons,
            "fresh": sent.is_fresh,
            "largest": [
                {"country": c.country, "persons": c.persons, "share": c.share}
                for c in sent.largest
            ],
            "sources": [_source_dict(s) for s in sent.sources],
        }
        if sent else None,
    }  # fmt: skip


def _source_dict(source: SourceRef) -> dict[str, str]:
    return {"id": source.id, "title": source.title, "at": source.at, "url": source.url}
