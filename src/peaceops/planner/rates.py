"""What may go wrong with a plan, how often, and where each number comes from.

The numbers are assumptions of this project unless a source is given: no public table of early
returns or late visas of single posts is known to it. A user's table `rates` replaces them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from peaceops.errors import DataError, did_you_mean
from peaceops.errors import Problem as Mistake
from peaceops.planner.problem import Problem, Rate

ENTERED = "entered for this simulation"
MOST_MONTHS_LATE = 24
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


def change_rates(problem: Problem, changed: Mapping[str, float]) -> Problem:
    """The problem with some of its rates replaced; what is not named stays as it was.

    A rate that is the same as the one in force keeps its source. DataError names every cause that
    is none and every rate that cannot be one.
    """
    mistakes = []
    for cause, rate in changed.items():
        if cause not in CAUSES:
            hint = did_you_mean(cause, CAUSES) or f"Causes are {', '.join(CAUSES)}."
            mistakes.append(Mistake("rate", cause, "no such cause", hint))
        elif not 0 <= rate <= (1 if CAUSES[cause].is_probability else MOST_MONTHS_LATE):
            hint = (
                "Write 0.02 for two per cent."
                if CAUSES[cause].is_probability
                else f"From 0 to {MOST_MONTHS_LATE}."
            )
            mistakes.append(Mistake("rate", cause, f"{rate:g} is no such rate", hint))
        elif not CAUSES[cause].is_probability and not float(rate).is_integer():
            mistakes.append(Mistake("rate", cause, f"{rate:g} is not a whole number"))
    if mistakes:
        raise DataError(mistakes)
    rates = rates_in_force(problem.rates)
    for cause, rate in changed.items():
        if float(rates[cause].rate) != float(rate):
            rates[cause] = Rate(cause, rate, ENTERED)
    return replace(problem, rates=tuple(rates.values()))
