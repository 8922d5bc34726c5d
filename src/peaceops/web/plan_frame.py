"""What every page of a planning visit shows around its matter: state, progress, plans, mistakes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from peaceops.errors import Problem
from peaceops.planner.problem import month_text
from peaceops.web.languages import Language, mark
from peaceops.web.plan_kept import KeptPlan, Visit
from peaceops.web.plan_words import tell
from peaceops.web.problems import tell as tell_problem
from peaceops.web.view import View

STAGES: Mapping[str, str] = {
    "must fill": mark("filling what must be filled"),
    "first plan": mark("building a first plan"),
    "prices": mark("weighing posts against limits"),
    "linear program": mark("sharpening the bound"),
    "proof": mark("looking for a better plan or the proof that there is none"),
    "cheapest choices": mark("combining the most promising tours"),
    "neighbourhoods": mark("improving the plan part by part"),
    "reasons": mark("finding the reasons"),
    "done": mark("writing down the result"),
    "alternatives": mark("looking for clearly different plans"),
    "curve": mark("computing one point after the other"),
    "simulation": mark("letting the plan run"),
}
BUSY_TITLES: Mapping[str, str] = {
    "solve": mark("The plan is forming"),
    "replan": mark("The plan is being changed"),
    "scenario": mark("The second plan is forming"),
    "alternatives": mark("Other plans are being sought"),
    "simulate": mark("The plan is being simulated"),
    "curve": mark("The curve is being computed"),
}
ORIGINS: Mapping[str, str] = {
    "solved": mark("solved"),
    "replanned": mark("changed little"),
    "alternative": mark("clearly different"),
    "scenario": mark("planned afresh"),
}
# What the fields of forms are called where one of them cannot be used; `close-0` by `close-`.
FIELDS: Mapping[str, str] = {
    "runs": mark("Runs"),
    "seed": mark("Seed"),
    "delay": mark("Months until a replacement arrives"),
    "steps": mark("Points"),
    "seconds": mark("Search for at most"),
    "kind": mark("Curve"),
    "served": mark("History until"),
    "disturbance": mark("A changed tour counts"),
    "close-": mark("A post closes"),
    "out-": mark("A person falls out"),
}
_PLACES = (
    re.compile(r"(?P<file>.*?), sheet '(?P<sheet>.*)'(?:, row (?P<row>\d+))?"),
    re.compile(r"(?P<sheet>.*\.csv)(?::(?P<row>\d+))?", re.IGNORECASE),
)
_FIELD = re.compile(r"(?P<column>.*) \(column (?P<letter>[A-Z]+)\)")


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong in a workbook, with its place taken apart."""

    sheet: str
    row: str
    column: str
    letter: str
    message: Markup
    hint: Markup


def read_mistake(
    language: Language, problem: Problem, labels: Mapping[str, str] | None = None
) -> Mistake:
    """A problem in the reader's language, with sheet (or file or field), row and column."""
    cell = _FIELD.fullmatch(problem.field)
    place = next((found for form in _PLACES if (found := form.fullmatch(problem.where))), None)
    return Mistake(
        sheet=place["sheet"] if place else _name_field(language, problem.where, labels or {}),
        row=(place["row"] or "") if place else "",
        column=cell["column"] if cell else problem.field,
        letter=cell["letter"] if cell else "",
        message=say_or_mark(language, problem.message),
        hint=say_or_mark(language, problem.hint),
    )


def _name_field(language: Language, where: str, labels: Mapping[str, str]) -> str:
    """What a field of a form is called; the place itself where it is none."""
    if where in labels:
        return labels[where]
    for name, label in FIELDS.items():
        if where == name or (name.endswith("-") and where.startswith(name)):
            return language.say(label)
    return where


def say_or_mark(language: Language, text: str) -> Markup:
    """A text of the portal translated, one of the planner as far as its form is known."""
    told = tell_problem(language, text)
    return tell(language, text) if told == text else Markup.escape(told)


@dataclass(frozen=True)
class PlanLine:
    """One plan of the visit in the list of them."""

    number: int
    name: str
    origin: str
    workbook: str
    base: int | None
    objective: float | None
    people: int
    tours: int
    held: int
    cost: float
    changes: int | None
    events: tuple[str, ...]
    simulated: bool


@dataclass(frozen=True)
class Frame:
    """A visit as every one of its pages shows it.

    `number` is the plan the page is about, 0 without one; `keep` what an address must say so that
    it stays the same plan.
    """

    id: str
    name: str
    state: str
    busy: bool
    job: str
    title: str
    minutes: int
    number: int
    plan_name: str
    has_plan: bool
    keep: dict[str, str]
    plans: tuple[PlanLine, ...]
    stage: str
    steps: tuple[dict[str, Any], ...]
    done: int
    of: int
    waited: int
    seconds: int
    still: bool
    problems: tuple[Mistake, ...]


def make_frame(
    view: View,
    visit: Visit,
    kept: KeptPlan | None,
    minutes: int,
    waited: int,
    problems: Iterable[Problem] = (),
    labels: Mapping[str, str] | None = None,
) -> Frame:
    """The frame of a visit around one of its plans.

    `problems` are those of what was just sent, `labels` what a page calls fields of its own.
    """
    say = view.language.say
    step = visit.steps[-1] if visit.steps else {}
    newest = visit.newest
    failed = visit.problems if visit.state == "failed" else ()
    title = say("Waiting for a free solver")
    if visit.state != "waiting":
        title = say(BUSY_TITLES[visit.job.kind])
    return Frame(
        id=visit.id,
        name=(kept.workbook if kept else visit.workbook).name,
        state=visit.state,
        busy=visit.is_busy,
        job=visit.job.kind,
        title=title,
        minutes=minutes,
        number=kept.number if kept else 0,
        plan_name=name_plan(view.language, kept) if kept else "",
        has_plan=kept is not None and kept.has_tours,
        keep={"plan": str(kept.number)} if kept is not None and kept is not newest else {},
        plans=tuple(_line(view.language, p) for p in visit.plans),
        stage=say(STAGES.get(step["stage"], mark("searching"))) if step
        else say("reading the problem"),
        steps=tuple(reversed(visit.steps)),
        done=int(step.get("done", 0)),
        of=int(step.get("of", 0)),
        waited=waited,
        seconds=visit.job.seconds,
        still=view.choice("still") == "1",
        problems=tuple(read_mistake(view.language, p, labels) for p in (*problems, *failed)),
    )  # fmt: skip


def name_plan(language: Language, kept: KeptPlan) -> str:
    """What a plan is called: its number."""
    return language.say("Plan %(n)s", n=language.number(kept.number))


def _line(language: Language, kept: KeptPlan) -> PlanLine:
    say = language.say
    events = [
        say("%(post)s closed from %(month)s", post=post,
            month=language.date(month_text(month), "medium"))
        for post, month in kept.closed.items()
    ] + [
        say("%(person)s out from %(month)s", person=person,
            month=language.date(month_text(month), "medium"))
        for person, month in kept.out.items()
    ]  # fmt: skip
    if kept.served_until is not None:
        month = language.date(month_text(kept.served_until), "medium")
        events.append(say("history until %(month)s", month=month))
    return PlanLine(
        number=kept.number,
        name=name_plan(language, kept),
        origin=say(ORIGINS[kept.origin]),
        workbook=kept.workbook.name,
        base=kept.base,
        objective=kept.figures["objective"],
        people=kept.figures["people"],
        tours=kept.figures["tours"],
        held=sum(kept.figures["months_held"].values()),
        cost=sum(kept.figures["cost_eur"].values()),
        changes=None if kept.changes is None else len(kept.changes),
        events=tuple(events),
        simulated=bool(kept.simulation),
    )
