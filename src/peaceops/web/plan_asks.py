"""What a reader asks of the planner in a form: limits, time, rates, changes; read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from peaceops.errors import DataError, Problem
from peaceops.planner.problem import month_number
from peaceops.planner.rates import CAUSES, MOST_MONTHS_LATE
from peaceops.web.languages import mark

SECONDS = (15, 60, 180, 300)
RUNS = (1_000, 10_000, 50_000, 100_000)
CURVES = ("people", "money")
STEPS = (4, 8, 12, 20)
MOST_SEED = 2**31 - 1
MOST_DELAY = 60
MOST_POINTS = 1_000_000.0


def settings_of(problem: Mapping[str, Any]) -> dict[str, Any]:
    """What may be changed of a problem, as it stands in it."""
    return {
        "limits": [row["most"] for row in problem["limits"]],
        "cap": None,
        "budget": dict(problem["budget"]),
        "dwell_ratio": problem["dwell_ratio"],
    }


def read_settings(now: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, Any]:
    """The limits, budgets and rest a reader wrote; what is left out stays as it is `now`.

    Raises `DataError` with every field that is no such number.
    """
    form = _Fields(fields)
    whole, real = mark("Write a whole number from 0 on."), mark("Write a number such as 2 or 0.5.")

    def read(name: str, default: Any, most: float, hint: str) -> Any:
        return form.number(name, default, most=most, whole=hint is whole, hint=hint)

    settings = {
        "limits": [
            read(f"limit-{i}", most, 1_000_000, whole) for i, most in enumerate(now["limits"])
        ],
        "cap": read("cap", now["cap"], 1_000_000, whole),
        "budget": {
            year: read(f"budget-{year}", money, 1e12, real) for year, money in now["budget"].items()
        },
        "dwell_ratio": read("dwell_ratio", now["dwell_ratio"], 100, real),
    }
    form.check()
    return settings


def read_seconds(fields: Mapping[str, str]) -> int:
    """How long the search may take; raises `DataError` for what is no choice."""
    text = fields.get("seconds", "").strip() or str(SECONDS[1])
    if not text.isdigit() or not 1 <= int(text) <= SECONDS[-1]:
        raise DataError(
            Problem("seconds", "", mark("this is not a number that can be used"),
                    mark("Write a whole number of seconds from 1 to 300."))
        )  # fmt: skip
    return int(text)


def list_alterations(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(what, before, after) of every setting that changed: `limit-0`, `cap`, `budget-2027`…"""
    pairs = [
        (f"limit-{i}", a, b)
        for i, (a, b) in enumerate(zip(old["limits"], new["limits"], strict=True))
    ]
    pairs.append(("cap", old["cap"], new["cap"]))
    pairs += [
        (f"budget-{year}", old["budget"][year], new["budget"][year]) for year in old["budget"]
    ]
    pairs.append(("dwell_ratio", old["dwell_ratio"], new["dwell_ratio"]))
    return [(what, "" if a is None else str(a), "" if b is None else str(b))
            for what, a, b in pairs if a != b]  # fmt: skip


class _Fields:
    """The fields of a form as numbers and choices; every mistake is remembered."""

    def __init__(self, fields: Mapping[str, str]):
        self.fields = fields
        self.mistakes: list[Problem] = []

    def text(self, name: str) -> str:
        return self.fields.get(name, "").strip()

    def number(self, name: str, default: float, *, most: float, whole: bool, hint: str) -> float:
        text = self.text(name)
        for space in (" ", "\u00a0", "\u202f", "'", "\u2019"):
            text = text.replace(space, "")
        if not text:
            return default
        try:
            value = float(int(text)) if whole else float(text.replace(",", "."))
        except ValueError:
            value = -1.0
        if not 0 <= value <= most:
            self.report(name, mark("this is not a number that can be used"), hint)
            return default
        return int(value) if value.is_integer() else value

    def report(self, name: str, message: str, hint: str = "") -> None:
        self.mistakes.append(Problem(name, "", message, hint))

    def month(self, name: str, first: int, last: int) -> int | None:
        """A month from first to last, counted from year 0; None where nothing was chosen."""
        text = self.text(name)
        if not text:
            return None
        try:
            month = month_number(text)
        except ValueError:
            month = -1
        if not first <= month <= last:
            self.report(name, mark("this is not a month of the plan"),
                        mark("Write a month as 2026-03."))  # fmt: skip
            return None
        return month

    def check(self) -> None:
        """Raises `DataError` with every mistake."""
        if self.mistakes:
            raise DataError(self.mistakes)


@dataclass(frozen=True)
class SimulationAsk:
    """How a plan is to be simulated; `rates` by cause, as they are to be used."""

    runs: int
    seed: int
    reserve: bool
    replan: bool
    delay: int
    rates: Mapping[str, float]

    def as_dict(self) -> dict[str, Any]:
        return {"runs": self.runs, "seed": self.seed, "reserve": self.reserve,
                "replan": self.replan, "delay": self.delay, "rates": dict(self.rates)}  # fmt: skip


def read_simulation(fields: Mapping[str, str], rates: Mapping[str, float]) -> SimulationAsk:
    """A simulation as asked for; what is left out has its usual value, `rates` being those.

    Raises `DataError` with every field that cannot be used.
    """
    form = _Fields(fields)
    number = mark("Write a whole number from 0 on.")
    runs = form.number("runs", 10_000, most=RUNS[-1], whole=True,
                       hint=mark("Write a whole number from 1 to 100,000."))  # fmt: skip
    if runs < 1:
        form.report("runs", mark("this is not a number that can be used"),
                    mark("Write a whole number from 1 to 100,000."))  # fmt: skip
    seed = form.number("seed", 0, most=MOST_SEED, whole=True, hint=number)
    delay = form.number("delay", 2, most=MOST_DELAY, whole=True,
                        hint=mark("Write a whole number from 0 to 60."))  # fmt: skip
    found = {}
    for cause, about in CAUSES.items():
        usual = float(rates[cause])
        if about.is_probability:
            found[cause] = form.number(f"rate-{cause}", usual, most=1, whole=False,
                                       hint=mark("Write 0.02 for two per cent."))  # fmt: skip
        else:
            found[cause] = form.number(f"rate-{cause}", usual, most=MOST_MONTHS_LATE, whole=True,
                                       hint=mark("Write a whole number from 0 to 24."))  # fmt: skip
    form.check()
    # A box that is not ticked is not sent; a form that was filled in says so.
    reserve = bool(form.text("reserve")) if form.text("asked") else form.text("reserve") != "0"
    return SimulationAsk(int(runs), int(seed), reserve, form.text("replan") not in ("", "0"),
                         int(delay), found)  # fmt: skip


@dataclass(frozen=True)
class CurveAsk:
    """Which curve, of how many points, in how many seconds in all."""

    kind: str
    steps: int
    seconds: int


def read_curve(fields: Mapping[str, str]) -> CurveAsk:
    """A curve as asked for; raises `DataError`."""
    form = _Fields(fields)
    kind = form.text("kind") or CURVES[0]
    if kind not in CURVES:
        form.report("kind", mark("this value is not one of the choices"), ", ".join(CURVES))
    hint = mark("Write a whole number from 2 to 20.")
    steps = form.number("steps", STEPS[1], most=STEPS[-1], whole=True, hint=hint)
    if steps < 2:
        form.report("steps", mark("this is not a number that can be used"), hint)
    form.check()
    return CurveAsk(kind, int(steps), read_seconds(fields))


@dataclass(frozen=True)
class ChangeAsk:
    """What happens to a plan: posts that close, people who fall out, months that are history.

    Months count from year 0: the first in which the post or the person is no longer there.
    `disturbance` None: an average month on a post. `afresh`: the old plan is only compared with.
    """

    closed: Mapping[str, int] = field(default_factory=dict)
    out: Mapping[str, int] = field(default_factory=dict)
    served_until: int | None = None
    disturbance: float | None = None
    afresh: bool = False
    seconds: int = SECONDS[1]


MOST_CHANGES = 5  # lines of each kind in the form


def read_change(
    fields: Mapping[str, str], problem: Mapping[str, Any], closed: Mapping[str, int],
    out: Mapping[str, int],
    served_before: int | None = None,
) -> ChangeAsk:  # fmt: skip
    """A change as asked for, on top of what is closed, out and history already.

    `close-0` and `close-month-0`, `out-0` and `out-month-0`… name posts and people with a month
    each. Raises `DataError` with every field that names none or cannot be used.
    """
    form = _Fields(fields)
    first, last = int(problem["first"]), int(problem["last"])
    closing, going = dict(closed), dict(out)
    posts = {p["post"] for p in problem["posts"]}
    for name, found, known, message in (
        ("close", closing, posts, mark("there is no such post in the problem")),
        ("out", going, set(problem["persons"]), mark("there is no such person in the problem")),
    ):
        for i in range(MOST_CHANGES):
            key, when = form.text(f"{name}-{i}"), f"{name}-month-{i}"
            if not key:
                if form.text(when):
                    form.report(f"{name}-{i}", mark("a month is given, but nothing it is for"))
                continue
            if key not in known:
                form.report(f"{name}-{i}", message, key[:60])
            month = form.month(when, first, last)
            if month is not None:
                found[key] = month
            elif not form.text(when):
                form.report(when, mark("the month is missing"), mark("Write a month as 2026-03."))
    served = form.month("served", first, last)
    if served_before is not None:
        served = max(served_before, served if served is not None else 0)
    disturbance: float | None = None
    if form.text("disturbance"):
        disturbance = form.number("disturbance", 0, most=MOST_POINTS, whole=False,
                                  hint=mark("Write a number such as 2 or 0.5."))  # fmt: skip
    form.check()
    return ChangeAsk(closing, going, served, disturbance, form.text("afresh") not in ("", "0"),
                     read_seconds(fields))  # fmt: skip
