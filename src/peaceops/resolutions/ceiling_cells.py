"""A ceiling as one cell of the chain writes it, for those who write it and those who read it.

`military=13289` is a level, `police=+940` a change alone, `military=13000(-2000)` both;
`military=11500@2024-07-01` says from when, `staff-officers=160/military` what it is a part of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_CELL = re.compile(
    r"(?P<kind>[a-z-]+)=(?:(?P<persons>\d+)(?:\((?P<both>[+-]\d+)\))?|(?P<change>[+-]\d+))"
    r"(?:@(?P<start>\d{4}(?:-\d\d){0,2}))?(?:/(?P<within>[a-z-]+))?"
)


@dataclass(frozen=True)
class CeilingStep:
    """A ceiling as a decision sets it: the level, the change, or both.

    `start` is the day from which it applies, as precise as the text, None for that of the
    decision; `within` the kind of the number it is a part of.
    """

    kind: str
    persons: int | None
    change: int | None
    start: str | None = None
    within: str | None = None


def read_ceiling(text: str) -> CeilingStep | None:
    """A ceiling as the chain writes it; None for what is no ceiling.

    >>> read_ceiling("military=11500@2024-07-01").start, read_ceiling("police=+940").change
    ('2024-07-01', 940)
    """
    match = _CELL.fullmatch(text)
    if match is None:
        return None
    change = match["both"] or match["change"]
    return CeilingStep(
        match["kind"],
        int(match["persons"]) if match["persons"] else None,
        int(change) if change else None,
        match["start"],
        match["within"],
    )


def write_ceiling(step: CeilingStep) -> str:
    """The cell of a ceiling, which `read_ceiling` reads back.

    >>> write_ceiling(CeilingStep("military", 13000, -2000, "2024-07-01"))
    'military=13000(-2000)@2024-07-01'
    """
    change = "" if step.change is None else f"{step.change:+d}"
    if step.persons is None:
        amount = change
    else:
        amount = str(step.persons) + (f"({change})" if change else "")
    since = f"@{step.start}" if step.start else ""
    return f"{step.kind}={amount}{since}" + (f"/{step.within}" if step.within else "")
