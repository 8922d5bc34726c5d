"""Corrections applied to the chain of decisions, which was written when the texts were at hand.

The rows of the chain hold less than a coding does: a task in it may rest on several paragraphs. So
tasks are only added here; one that was taken out or renamed follows when the chain is written anew.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from peaceops.model import MandateDecision
from peaceops.resolutions.ceiling_cells import CeilingStep, read_ceiling, write_ceiling
from peaceops.resolutions.corrections import Correction

_PARTS = ("operation", "action", "until", "months", "paragraph")


def correct_decisions(
    decisions: Sequence[MandateDecision],
    corrections: Mapping[str, Sequence[Correction]],
    operations: Collection[str],
) -> tuple[MandateDecision, ...]:
    """The chain's decisions with the corrections of their resolutions; applied twice alike.

    Operations that are none of those given, and resolutions with no row, are left alone.
    """
    rows = list(decisions)
    known = {row.symbol for row in rows}
    for symbol in corrections.keys() & known:
        for correction in corrections[symbol]:
            if set(correction.operations) <= set(operations) or not correction.values:
                own = [row for row in rows if row.symbol == symbol]
                corrected = _correct(own, correction)
                at = rows.index(own[0]) if own else len(rows)
                rows = [row for row in rows if row.symbol != symbol]
                rows[at:at] = corrected
    return tuple(rows)


def _correct(rows: list[MandateDecision], c: Correction) -> list[MandateDecision]:
    """The rows of one resolution corrected."""
    if not rows:
        return rows
    if c.field == "acts_on":
        return _correct_acts(rows, c)
    if c.field == "chapter_vii":
        value = False if c.remove else c.values.get("value", True)
        return [row.model_copy(update={"chapter_vii": value}) for row in rows]
    operation = c.where.get("operation") or c.values.get("operation")
    out = []
    for row in rows:
        changes: dict[str, Any] = {}
        if row.operation == operation and c.field == "ceilings":
            changes["ceilings"] = _correct_ceilings(row.ceilings, c)
        elif row.operation == operation and c.field == "tasks" and not c.where:
            changes["tasks"] = tuple(dict.fromkeys((*row.tasks, c.values["task"])))
        out.append(row.model_copy(update=changes))
    return out


def _correct_acts(rows: list[MandateDecision], c: Correction) -> list[MandateDecision]:
    named = [row.operation for row in rows]
    right = c.values.get("operation")
    changes = {part: c.values[part] for part in _PARTS if part in c.values}
    if not c.where:
        bare = {"until": None, "months": None, "paragraph": "", "ceilings": (), "tasks": ()}
        added = rows[0].model_copy(update={**bare, "sets_out": False, **changes})
        return rows if right in named else [*rows, added]
    out = []
    for row in rows:
        if any(getattr(row, p) != v for p, v in c.where.items() if p in _PARTS):
            out.append(row)
        elif not c.remove and (right in (None, row.operation) or right not in named):
            out.append(row.model_copy(update=changes))
    return out


def _correct_ceilings(ceilings: Sequence[str], c: Correction) -> tuple[str, ...]:
    if not c.where:
        return tuple(dict.fromkeys((*ceilings, _write(c.values))))
    out = []
    for text in ceilings:
        step = read_ceiling(text)
        parts = _parts(step) if step else {}
        if not parts or any(parts[p] != v for p, v in c.where.items() if p in parts):
            out.append(text)
        elif not c.remove:
            out.append(_write({**parts, **c.values}))
    return tuple(dict.fromkeys(out))


def _parts(step: CeilingStep) -> dict[str, Any]:
    """A ceiling's parts as a correction names them."""
    return {
        "kind": step.kind,
        "persons": step.persons,
        "change": step.change,
        "from": step.start,
        "within": step.within,
    }


def _write(parts: Mapping[str, Any]) -> str:
    """A ceiling as the chain writes it, from the parts of a correction."""
    return write_ceiling(
        CeilingStep(
            parts["kind"],
            parts.get("persons"),
            parts.get("change"),
            parts.get("from"),
            parts.get("within") or None,
        )
    )
