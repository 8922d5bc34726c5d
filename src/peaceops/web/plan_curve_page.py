"""The trade-offs of a plan: value against people deployed at once, and against money a year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from peaceops.errors import Problem
from peaceops.web.charts import number_ticks
from peaceops.web.languages import Language, mark
from peaceops.web.plan_asks import CURVES, SECONDS, STEPS
from peaceops.web.plan_frame import Frame, make_frame
from peaceops.web.plan_kept import KeptPlan, Visit
from peaceops.web.view import View

TITLES: Mapping[str, str] = {
    "people": mark("Value against people deployed at once"),
    "money": mark("Value against money a year"),
}
AXES: Mapping[str, str] = {
    "people": mark("People deployed at once, at most"),
    "money": mark("Euros a year, at most"),
}


@dataclass(frozen=True)
class CurvePoint:
    """The best plan found under one limit; None where none is possible."""

    limit: float
    objective: float | None
    bound: float | None
    people: int
    proved: bool
    gain: float | None


@dataclass(frozen=True)
class CurveView:
    """One curve as far as it is computed."""

    kind: str
    title: str
    axis: str
    of: int
    points: tuple[CurvePoint, ...]
    drawing: Markup | None


@dataclass(frozen=True)
class CurvePage:
    """Both curves of a plan's problem, and the form to compute them."""

    title: str
    frame: Frame
    curves: tuple[CurveView, ...]
    kinds: tuple[tuple[str, str], ...]
    kind: str
    steps: int
    step_choices: tuple[int, ...]
    seconds: int
    choices: tuple[int, ...]


def curve_page(
    view: View,
    visit: Visit,
    kept: KeptPlan,
    minutes: int,
    waited: int,
    problems: tuple[Problem, ...] = (),
    sent: Mapping[str, str] | None = None,
) -> CurvePage:
    """The page of a plan; shown while a curve is computed too, with the points there are."""
    frame = make_frame(view, visit, kept, minutes, waited, problems)
    say = view.language.say
    curves = []
    for kind in CURVES:
        curve = kept.curves.get(kind)
        if curve is None:
            continue
        points = _read_points(curve.points)
        title, axis = say(TITLES[kind]), say(AXES[kind])
        drawing = draw_curve(view.language, kind, title, axis, points) if points else None
        curves.append(CurveView(kind, title, axis, curve.of, points, drawing))
    wish = (sent or {}).get("kind", visit.job.curve or CURVES[0])
    return CurvePage(
        title=frame.title if frame.busy else say("What more people or money would bring"),
        frame=frame,
        curves=tuple(curves),
        kinds=tuple((kind, say(TITLES[kind])) for kind in CURVES),
        kind=wish if wish in CURVES else CURVES[0],
        steps=STEPS[1],
        step_choices=STEPS,
        seconds=SECONDS[1],
        choices=SECONDS,
    )


def _read_points(rows: list[dict[str, Any]]) -> tuple[CurvePoint, ...]:
    points: list[CurvePoint] = []
    before: float | None = None
    for row in rows:
        value = row["objective"]
        gain = value - before if value is not None and before is not None else None
        points.append(
            CurvePoint(row["limit"], value, row["bound"], row["people"],
                       row["status"] == "optimal", gain)
        )  # fmt: skip
        before = value if value is not None else before
    return tuple(points)


def draw_curve(
    language: Language, kind: str, title: str, axis: str, points: tuple[CurvePoint, ...]
) -> Markup:
    """The curve as SVG: value as points joined by a line, above it the best possible as a band."""
    left, right, upper, lower = 66.0, 690.0, 16.0, 286.0
    known = [p for p in points if p.objective is not None]
    top_x = max((p.limit for p in points), default=1.0) or 1.0
    top_y = max((max(p.objective or 0, p.bound or 0) for p in known), default=1.0) or 1.0
    xs, ys = number_ticks(top_x), number_ticks(top_y)
    # A scale of small numbers may end far above the last point; the axis ends with it instead.
    end_x = max(top_x, *(x for x in xs if x <= top_x))

    def x(value: float) -> float:
        return left + (right - left) * value / end_x

    def y(value: float) -> float:
        return lower - (lower - upper) * value / ys[-1]

    out = ['<g class="axis">']
    for tick in ys:
        out.append(
            f'<line x1="{left:g}" x2="{right:g}" y1="{y(tick):.1f}" y2="{y(tick):.1f}"/>'
            f'<text x="{left - 8:g}" y="{y(tick) + 4:.1f}" text-anchor="end">'
            f"{escape(language.number(tick))}</text>"
        )
    for tick in (t for t in xs if t <= end_x):
        out.append(
            f'<line x1="{x(tick):.1f}" x2="{x(tick):.1f}" y1="{lower:g}" y2="{lower + 5:g}"/>'
            f'<text x="{x(tick):.1f}" y="{lower + 20:g}" text-anchor="middle">'
            f"{escape(language.number(tick))}</text>"
        )
    out.append(
        f'</g><text class="soft" x="{(left + right) / 2:g}" y="{lower + 40:g}"'
        f' text-anchor="middle">{escape(axis)}</text>'
    )
    if any((p.bound or 0) - (p.objective or 0) > 0.001 * ys[-1] for p in known):
        above = "L".join(f"{x(p.limit):.1f} {y(p.bound or 0):.1f}" for p in known)
        below = "L".join(f"{x(p.limit):.1f} {y(p.objective or 0):.1f}" for p in reversed(known))
        out.append(f'<path class="band" d="M{above}L{below}z"/>')
    if len(known) > 1:
        line = "L".join(f"{x(p.limit):.1f} {y(p.objective or 0):.1f}" for p in known)
        out.append(f'<path class="line" d="M{line}"/>')
    for p in known:
        words = (
            f"{language.number(p.limit)}: "
            + language.say("%(points)s points", points=language.number(round(p.objective or 0, 1)))
        )  # fmt: skip
        out.append(
            f'<circle class="{"point" if p.proved else "open"}" cx="{x(p.limit):.1f}"'
            f' cy="{y(p.objective or 0):.1f}" r="4.5"><title>{escape(words)}</title></circle>'
        )
    words = language.say("Each point is the best plan found under one limit; the table has them.")
    return Markup(  # noqa: S704 - numbers, and texts that are escaped
        f'<svg class="curve" viewBox="0 0 720 334" role="img" aria-labelledby="{kind}-t {kind}-d">'
        f'<title id="{kind}-t">{escape(title)}</title><desc id="{kind}-d">{escape(words)}</desc>'
        f"{''.join(out)}</svg>"
    )
