"""The pages of planning: the form, a problem as it was checked, a plan as it forms and as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from peaceops.errors import Problem
from peaceops.planner.problem import ANY, month_text
from peaceops.web.gantt import Gantt
from peaceops.web.languages import Language, mark
from peaceops.web.maps import OperationMap
from peaceops.web.plan_asks import SECONDS
from peaceops.web.plan_frame import Frame, Mistake, make_frame, read_mistake
from peaceops.web.plan_kept import KeptPlan, Visit
from peaceops.web.plan_reading import EmptyLine, Line, MoneyLine, OperationLine, PlanReading
from peaceops.web.plan_words import tell
from peaceops.web.view import View

# The faces of a plan, in the order of their tabs.
FACES: Mapping[str, str] = {
    "overview": mark("Overview"),
    "posts": mark("By post"),
    "people": mark("By person"),
    "presence": mark("Presence"),
    "tours": mark("Tours"),
    "empty": mark("Empty months"),
}
ENDS: Mapping[str, str] = {
    "proof": mark("The search ended with a proof."),
    "user": mark("The search was stopped; this is the best plan found until then."),
    "clock": mark("The time was up; this is the best plan found until then."),
    "gap": mark("The search ended close enough to the best possible."),
    "work": mark("The search ended where more work promised little."),
}


@dataclass(frozen=True)
class PlanPage:
    """The form to begin with, and what was wrong with what was sent."""

    title: str
    mistakes: tuple[Mistake, ...] = ()
    problems: tuple[Problem, ...] = ()
    sent: str = ""


def plan_page(view: View) -> PlanPage:
    """The empty form."""
    return PlanPage(title=view.language.say("Plan who fills which post"))


def refused_page(view: View, sent: str, problems: tuple[Problem, ...]) -> PlanPage:
    """The form again, with every mistake of the workbook that was sent."""
    return replace(
        plan_page(view), sent=sent, mistakes=tuple(read_mistake(view.language, p) for p in problems)
    )


@dataclass(frozen=True)
class Setting:
    """One number a reader may change before solving again."""

    name: str
    label: str
    value: str
    original: str
    whole: bool
    hint: str = ""


@dataclass(frozen=True)
class Alteration:
    """A setting as it was for the plan before and as it is now."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class VisitPage:
    """A problem and its plan, on one of its faces."""

    title: str
    frame: Frame
    face: str
    first: str
    last: str
    months: int
    posts: int
    people: int
    must: int
    operations: tuple[OperationLine, ...]
    beyond: int
    notes: tuple[str, ...]
    settings: tuple[Setting, ...]
    seconds: int
    choices: tuple[int, ...]
    little: bool
    weights: tuple[tuple[str, str, float], ...]
    plan: dict[str, Any] | None
    has_plan: bool
    ended: str
    held: int
    offered: int
    cost: float
    files: tuple[str, ...]
    changes: tuple[tuple[str, str, Markup], ...] | None
    altered: tuple[Alteration, ...]
    binding: tuple[tuple[Markup, float | None, Markup, Markup], ...]
    clashes: tuple[Markup, ...]
    money: tuple[MoneyLine, ...]
    tours: tuple[Line, ...]
    empty: tuple[EmptyLine, ...]
    gantt: Gantt | None
    map: OperationMap | None
    month: str
    month_before: str
    month_after: str
    months_listed: tuple[str, ...]
    present: tuple[OperationLine, ...]
    counts: dict[str, int]


def visit_page(
    view: View,
    visit: Visit,
    kept: KeptPlan | None,
    minutes: int,
    waited: int,
    problems: tuple[Problem, ...] = (),
) -> VisitPage:
    """The visit as it stands now: one of its plans, on the face the reader chose."""
    workbook = kept.workbook if kept else visit.workbook
    reading = PlanReading(view, workbook, kept)
    now = visit.settings if kept is None else kept.settings
    if visit.state == "failed" and visit.job.workbook is workbook:
        now = visit.job.settings  # as asked, to be mended
    settings = tuple(_settings(view.language, workbook.problem, now))
    labels = {s.name: s.label for s in settings}
    frame = make_frame(view, visit, kept, minutes, waited, problems, labels)
    face = view.choice("face")
    face = face if face in FACES else "overview"
    shown = reading.plan is not None and not visit.is_busy
    say = view.language.say
    month = reading.chosen_month()
    title = say("The problem is sound")
    if frame.busy:
        title = frame.title
    elif kept is not None:
        title = frame.plan_name if len(visit.plans) > 1 else say("The plan")
    elif visit.state == "failed":
        title = say("No plan came of it")
    gantt: Gantt | None = None
    if shown and reading.has_plan and face in ("posts", "people", "presence"):
        gantt = {"posts": reading.by_post, "people": reading.by_person,
                 "presence": reading.by_operation}[face]()  # fmt: skip
    present = tuple(o for o in reading.operations if reading.counts_in(month).get(o.id))
    return VisitPage(
        title=title,
        frame=frame,
        face=face,
        first=month_text(reading.first),
        last=month_text(reading.last),
        months=reading.last - reading.first + 1,
        posts=len(reading.posts),
        people=workbook.problem["people"],
        must=sum(p["must_fill"] for p in reading.posts.values()),
        operations=reading.operations,
        beyond=sum(o.months_beyond > 0 for o in reading.operations),
        notes=tuple(workbook.problem["notes"]) + tuple((reading.plan or {}).get("notes", ())),
        settings=settings,
        seconds=frame.seconds if frame.seconds <= SECONDS[-1] else SECONDS[1],
        choices=SECONDS,
        little=visit.job.little,
        weights=tuple(
            (w["kind"], w["key"], w["weight"]) for w in (reading.plan or {}).get("weights", ())
        ),
        plan=reading.plan,
        has_plan=reading.has_plan,
        ended=say(ENDS.get((reading.plan or {}).get("stopped_by", ""), "")) if shown else "",
        held=sum(o.months_held for o in reading.operations),
        offered=sum(o.months_offered for o in reading.operations),
        cost=sum(line.cost for line in reading.tours),
        files=tuple(
            k for k in ("xlsx", "docx", "json") if k == "json" or (kept and k in kept.files)
        ),
        changes=reading.changes(),
        altered=tuple(_alterations(view.language, kept)),
        binding=reading.binding(),
        clashes=tuple(tell(view.language, c) for c in (reading.plan or {}).get("clashes", ())),
        money=tuple(reading.money()),
        tours=reading.tours,
        empty=tuple(reading.empty()),
        gantt=gantt,
        map=reading.map_of(present) if shown and face == "presence" else None,
        month=month_text(month),
        month_before=month_text(month - 1) if month > reading.first else "",
        month_after=month_text(month + 1) if month < reading.last else "",
        months_listed=tuple(month_text(m) for m in range(reading.first, reading.last + 1)),
        present=present,
        counts=reading.counts_in(month),
    )


def _say_limit(view_language: Language, row: Mapping[str, Any]) -> str:
    """Which people a limit counts, in which months."""
    say = view_language.say
    who = (
        say("all categories")
        if row["category"] == ANY
        else view_language.label("category", row["category"])
    )
    return say(
        "People deployed at once: %(who)s, %(first)s to %(last)s",
        who=who,
        first=view_language.date(month_text(row["first"]), "medium"),
        last=view_language.date(month_text(row["last"]), "medium"),
    )


def _settings(
    language: Language, problem: Mapping[str, Any], now: Mapping[str, Any]
) -> Iterable[Setting]:
    say = language.say
    for i, row in enumerate(problem["limits"]):
        yield Setting(f"limit-{i}", _say_limit(language, row), str(now["limits"][i]),
                      str(row["most"]), True)  # fmt: skip
    if not any(row["category"] == ANY for row in problem["limits"]):
        yield Setting(
            "cap", say("People deployed at once: all categories, the whole time"),
            "" if now["cap"] is None else str(now["cap"]), "", True,
            say("Empty: no limit."),
        )  # fmt: skip
    for year, money in problem["budget"].items():
        label = say("Budget of %(year)s in euros", year=year)
        yield Setting(f"budget-{year}", label, _plain(now["budget"][year]), _plain(money), False)
    yield Setting(
        "dwell_ratio", say("Months at home for each month deployed"),
        _plain(now["dwell_ratio"]), _plain(problem["dwell_ratio"]), False,
    )  # fmt: skip


def _plain(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else str(value)


def _alterations(language: Language, kept: KeptPlan | None) -> Iterable[Alteration]:
    if kept is None:
        return
    labels = {s.name: s.label for s in _settings(language, kept.workbook.problem, kept.settings)}
    for what, before, after in kept.altered:
        none = language.say("no limit")
        shown = [language.number(float(v)) if v else none for v in (before, after)]
        yield Alteration(labels.get(what, what), shown[0], shown[1])
