"""The plans of a visit side by side: a list, clearly different ones, and any two compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from peaceops.errors import Problem
from peaceops.planner.compare import lay_side_by_side
from peaceops.planner.problem import Assignment, month_number
from peaceops.web.languages import Language, mark
from peaceops.web.plan_asks import SECONDS
from peaceops.web.plan_frame import Frame, make_frame, name_plan
from peaceops.web.plan_kept import KeptPlan, Visit
from peaceops.web.plan_reading import KINDS
from peaceops.web.plan_words import tell
from peaceops.web.view import View

PROOF: Mapping[str, str] = {
    "optimal": mark("proved best"),
    "feasible": mark("found, not proved best"),
    "infeasible": mark("impossible"),
    "unknown": mark("none found"),
}


@dataclass(frozen=True)
class OthersPage:
    """The plans of the visit, and the forms to look for others and to compare two."""

    title: str
    frame: Frame
    may_seek: bool
    seconds: int
    choices: tuple[int, ...]


def others_page(
    view: View,
    visit: Visit,
    kept: KeptPlan,
    minutes: int,
    waited: int,
    problems: tuple[Problem, ...] = (),
    sent: Mapping[str, str] | None = None,  # noqa: ARG001 - as the other pages of a plan
) -> OthersPage:
    """The list of plans."""
    frame = make_frame(view, visit, kept, minutes, waited, problems)
    return OthersPage(
        title=frame.title if frame.busy else view.language.say("Plans of this visit"),
        frame=frame,
        may_seek=kept.served_until is None,
        seconds=SECONDS[1],
        choices=SECONDS,
    )


@dataclass(frozen=True)
class ComparedFigure:
    """One figure of both plans."""

    what: str
    first: str
    second: str
    differs: bool


@dataclass(frozen=True)
class ComparedOperation:
    """Post-months held and months of presence in an operation, in both plans."""

    operation: str
    label: str
    held: tuple[int, int]
    present: tuple[int, int]


@dataclass(frozen=True)
class ComparePage:
    """Two plans of the visit side by side, and what differs tour by tour."""

    title: str
    frame: Frame
    first: int
    second: int
    names: tuple[str, str]
    figures: tuple[ComparedFigure, ...]
    operations: tuple[ComparedOperation, ...]
    changes: tuple[tuple[str, str, Markup], ...]


def compare_page(
    view: View, visit: Visit, first: KeptPlan, second: KeptPlan, minutes: int, waited: int
) -> ComparePage:
    """Two plans compared, as the planner does it for the command line."""
    language = view.language
    say, number = language.say, language.number
    told = compare_kept(first, second)
    a, b = told["first"], told["second"]

    def show(value: float | None) -> str:
        return "–" if value is None else number(round(value, 1))

    proofs = [PROOF[figures["status"]] for figures in (a, b)]
    rows = [
        (say("Points"), show(a["objective"]), show(b["objective"])),
        (say("Best possible at most"), show(a["bound"]), show(b["bound"])),
        (say("Proof"), say(proofs[0]), say(proofs[1])),
        (say("People sent"), number(a["people"]), number(b["people"])),
        (say("Tours"), number(a["tours"]), number(b["tours"])),
    ]
    for year in sorted({*a["cost_eur"], *b["cost_eur"]}):
        rows.append((say("Euros in %(year)s", year=year), number(a["cost_eur"].get(year, 0)),
                     number(b["cost_eur"].get(year, 0))))  # fmt: skip
    operations = []
    for name in sorted({*a["months_held"], *b["months_held"]}):
        known = view.facts.operations.get(name)
        operations.append(
            ComparedOperation(
                name, known.acronym(language.content) if known else name,
                (a["months_held"].get(name, 0), b["months_held"].get(name, 0)),
                (a["months_present"].get(name, 0), b["months_present"].get(name, 0)),
            )
        )  # fmt: skip
    return ComparePage(
        title=say("Two plans compared"),
        frame=make_frame(view, visit, second, minutes, waited),
        first=first.number,
        second=second.number,
        names=(name_plan(language, first), name_plan(language, second)),
        figures=tuple(ComparedFigure(*row, differs=row[1] != row[2]) for row in rows),
        operations=tuple(operations),
        changes=tuple(_change(language, c) for c in told["changes"]),
    )


def _change(language: Language, change: Mapping[str, str]) -> tuple[str, str, Markup]:
    kind = language.say(KINDS.get(change["kind"], change["kind"]))
    return kind, change["post"], tell(language, change["change"])


def compare_kept(first: KeptPlan, second: KeptPlan) -> dict[str, Any]:
    """Two plans of a visit compared; the same object as `plan --versus --json`."""
    return lay_side_by_side(first.figures, _tours(first), second.figures, _tours(second))


def _tours(kept: KeptPlan) -> list[Assignment]:
    return [
        Assignment(a["post"], month_number(a["start"]), month_number(a["end"]), a["person"],
                   month_number(a["arrive"]))
        for a in kept.plan["assignments"]
    ]  # fmt: skip
