"""What if: a post closes, a person falls out, months are history, a new call comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from peaceops.errors import Problem
from peaceops.planner.problem import month_text
from peaceops.web.plan_asks import SECONDS
from peaceops.web.plan_frame import Frame, make_frame
from peaceops.web.plan_kept import KeptPlan, Visit
from peaceops.web.view import View

LINES_SHOWN = 2  # for posts and for people; the form takes up to MOST_CHANGES


@dataclass(frozen=True)
class Happening:
    """One line of the form: a post or a person, and the first month without."""

    number: int
    name: str
    month: str


@dataclass(frozen=True)
class ChangePage:
    """The form for what happens to a plan, with what was written in it."""

    title: str
    frame: Frame
    closing: tuple[Happening, ...]
    going: tuple[Happening, ...]
    posts: tuple[str, ...]
    people: tuple[str, ...]
    months: tuple[str, ...]
    served: str
    disturbance: str
    usual_disturbance: float
    choices: tuple[int, ...]
    seconds: int


def change_page(
    view: View,
    visit: Visit,
    kept: KeptPlan,
    minutes: int,
    waited: int,
    problems: tuple[Problem, ...] = (),
    sent: Mapping[str, str] | None = None,
) -> ChangePage:
    """The page of a plan; `sent` is what a reader wrote that could not be used."""
    frame = make_frame(view, visit, kept, minutes, waited, problems)
    fields = sent or {}
    first, last = (int(kept.workbook.problem[k]) for k in ("first", "last"))
    known = kept.closed, kept.out
    lines = []
    for name, before in zip(("close", "out"), known, strict=True):
        filled = [(key, month_text(month)) for key, month in before.items()]
        if sent is not None:
            filled = [
                (fields.get(f"{name}-{i}", ""), fields.get(f"{name}-month-{i}", ""))
                for i in range(max(LINES_SHOWN, len(filled)))
            ]
        filled += [("", "")] * max(LINES_SHOWN - len(filled), 1 if sent is None else 0)
        lines.append(tuple(Happening(i, *pair) for i, pair in enumerate(filled[:5])))
    served = "" if kept.served_until is None else month_text(kept.served_until)
    values = [float(p["value"]) for p in kept.posts]
    return ChangePage(
        title=frame.title if frame.busy else view.language.say("What if something changes?"),
        frame=frame,
        closing=lines[0],
        going=lines[1],
        posts=tuple(sorted(p["post"] for p in kept.workbook.problem["posts"])),
        people=tuple(sorted({a["person"] for a in kept.plan["assignments"]})),
        months=tuple(month_text(m) for m in range(first, last + 1)),
        served=fields.get("served", served),
        disturbance=fields.get("disturbance", ""),
        usual_disturbance=round(sum(values) / len(values), 2) if values else 0,
        choices=SECONDS,
        seconds=SECONDS[1],
    )
