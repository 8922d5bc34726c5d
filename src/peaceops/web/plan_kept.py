"""What a planning visit keeps: workbooks, plans and what was made of them, the job."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from peaceops.errors import NotFound, Problem
from peaceops.planner.problem import month_text
from peaceops.web.languages import mark
from peaceops.web.plan_asks import SECONDS, ChangeAsk, SimulationAsk

BUSY = ("waiting", "solving", "stopping")


@dataclass(frozen=True)
class Workbook:
    """A problem as it was sent (or the example), and what the planner read in it."""

    name: str
    source: str  # upload or example
    content: bytes
    problem: dict[str, Any]


@dataclass
class Curve:
    """Points of value against people or money, as far as they were computed."""

    of: int
    points: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class KeptPlan:
    """One plan of a visit, with what was asked for it and what was made from it.

    `origin` is solved, replanned, alternative or scenario; `base` the number of the plan it is
    compared with. Months in `closed`, `out` and `served_until` count from year 0. `simulation`
    is the planner's answer as packed JSON.
    """

    number: int
    workbook: Workbook
    settings: dict[str, Any]
    origin: str
    base: int | None
    plan: dict[str, Any]
    figures: dict[str, Any]
    posts: list[dict[str, Any]]
    changes: list[dict[str, str]] | None = None
    altered: list[tuple[str, str, str]] = field(default_factory=list)  # what, before, after
    closed: Mapping[str, int] = field(default_factory=dict)
    out: Mapping[str, int] = field(default_factory=dict)
    served_until: int | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    simulation: bytes = b""
    curves: dict[str, Curve] = field(default_factory=dict)

    @property
    def has_tours(self) -> bool:
        """Whether it is a plan, and not the answer that there is none."""
        return self.plan["objective"] is not None

    def read_simulation(self) -> dict[str, Any] | None:
        """What the simulation answered, if there was one."""
        if not self.simulation:
            return None
        answer: dict[str, Any] = json.loads(zlib.decompress(self.simulation))
        return answer

    @property
    def size(self) -> int:
        """Bytes it holds, roughly."""
        rows = 500 * (len(self.plan["assignments"]) + len(self.plan["unfilled"]))
        rows += 200 * len(self.changes or ())
        if self.posts is not self.workbook.problem["posts"]:
            rows += 300 * len(self.posts)
        return sum(map(len, self.files.values())) + len(self.simulation) + rows + 10_000


@dataclass(frozen=True)
class Job:
    """What is done, or was done last: solve, replan, scenario, alternatives, simulate, curve.

    `base` is the number of the plan it starts from, 0 where there is none.
    """

    kind: str = "solve"
    base: int = 0
    seconds: int = SECONDS[1]
    little: bool = False
    workbook: Workbook | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    change: ChangeAsk = field(default_factory=ChangeAsk)
    curve: str = ""
    simulation: SimulationAsk | None = None


@dataclass
class Visit:
    """One reader's problem and what came of it.

    `state` is `checked`, `waiting`, `solving`, `stopping`, `done` or `failed`, and is that of the
    job; plans are oldest first.
    """

    id: str
    workbook: Workbook
    touched: float
    state: str = "checked"
    settings: dict[str, Any] = field(default_factory=dict)  # as last asked
    job: Job = field(default_factory=Job)
    plans: list[KeptPlan] = field(default_factory=list)
    made: int = 0  # plans so far, with those that are gone
    steps: list[dict[str, Any]] = field(default_factory=list)
    problems: tuple[Problem, ...] = ()
    began: float = 0.0
    heard_end: bool = False
    process: asyncio.subprocess.Process | None = None
    task: asyncio.Task[None] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether it waits for a worker or has one."""
        return self.state in BUSY

    @property
    def newest(self) -> KeptPlan | None:
        """The plan made last that is none of several alternatives."""
        own = [p for p in self.plans if p.origin != "alternative"]
        return own[-1] if own else None

    def find_plan(self, text: str) -> KeptPlan | None:
        """The plan a reader asks for by number; the newest for ''. Raises `NotFound`."""
        if not text:
            return self.newest
        for kept in self.plans:
            if str(kept.number) == text:
                return kept
        raise NotFound(
            Problem("plan", "", mark("this visit has no such plan, or not any more"),
                    ", ".join(str(p.number) for p in self.plans))
        )  # fmt: skip

    @property
    def size(self) -> int:
        """Bytes it holds, roughly."""
        books = {id(b): b for b in (self.workbook, *(p.workbook for p in self.plans))}
        texts = sum(
            len(b.content) + 300 * len(b.problem["posts"]) + 80 * len(b.problem["persons"])
            for b in books.values()
        )
        return texts + sum(p.size for p in self.plans) + 20_000


def describe_kept(kept: KeptPlan) -> dict[str, Any]:
    """A plan of a visit in few words, as the API lists it."""
    return {
        "number": kept.number,
        "origin": kept.origin,
        "base": kept.base,
        "workbook": kept.workbook.name,
        **{k: kept.figures[k] for k in ("status", "objective", "bound", "people", "tours")},
        "closed": _months(kept.closed),
        "out": _months(kept.out),
        "served_until": None if kept.served_until is None else month_text(kept.served_until),
        "simulated": bool(kept.simulation),
        "curves": {kind: {"points": len(c.points), "of": c.of} for kind, c in kept.curves.items()},
    }


def _months(months: Mapping[str, int]) -> dict[str, str]:
    return {name: month_text(month) for name, month in months.items()}
