"""What may go wrong with a plan, how often, and where each number comes from.

The numbers are assumptions of this project unless a source is given: no public table of early
returns or late visas of single posts is known to it. A user's table `rates` replaces them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from peaceops.planner.problem import Rate

ASSUMED = "assumption of this project; replace it by your own figures"


@dataclass(frozen=True)
class Cause:
    """One cause: its default rate, the unit, and whether the rate is a probability."""

    rate: float
    unit: str
    meaning: str
    is_probability: bool = True
    source: str = ASSUMED


CAUSES: dict[str, Cause] = {
    "early-return": Cause(
        0.01, "per person and month held", "a person comes home for good at the start of a month"
    ),
    "refusal": Cause(0.03, "per tour", "a person declines or proves unfit before arrival"),
    "late-visa": Cause(0.10, "per tour", "a visa or clearance is late, the arrival is put off"),
    "late-visa-months": Cause(
        1, "months", "by how many months a late arrival is put off", is_probability=False
    ),
    "closure": Cause(
        0.003, "per operation and month", "an operation ends and all its posts with it"
    ),
}


def rates_in_force(rates: Iterable[Rate]) -> dict[str, Rate]:
    """The user's rates over the defaults, each with its source."""
    found = {name: Rate(name, cause.rate, cause.source) for name, cause in CAUSES.items()}
    found.update(
        {r.cause: Rate(r.cause, r.rate, r.source or "given in the problem") for r in rates}
    )
    return found
