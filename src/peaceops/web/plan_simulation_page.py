"""What a plan meets: the form with its rates, and what stayed filled in the runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from peaceops.errors import Problem
from peaceops.planner.rates import CAUSES
from peaceops.web.languages import Language, mark
from peaceops.web.plan_asks import RUNS
from peaceops.web.plan_frame import Frame, make_frame
from peaceops.web.plan_kept import KeptPlan, Visit
from peaceops.web.plan_words import tell
from peaceops.web.spread_chart import Spread, draw_spreads
from peaceops.web.view import View

NAMES: Mapping[str, str] = {
    "early-return": mark("Early return"),
    "refusal": mark("Refusal"),
    "late-visa": mark("Late visa or clearance"),
    "late-visa-months": mark("Delay by a late visa, in months"),
    "closure": mark("Closure of an operation"),
}
UNITS: Mapping[str, str] = {
    "early-return": mark("for each person and month held: a person comes home for good"),
    "refusal": mark("for each tour: a person declines or proves unfit before arrival"),
    "late-visa": mark("for each tour: the arrival is put off"),
    "late-visa-months": mark("by how much a late arrival is put off"),
    "closure": mark("for each operation and month: it ends, and all its posts with it"),
}
MOST_DRAWN = 60


@dataclass(frozen=True)
class RateLine:
    """One rate as it may be changed, with where it comes from."""

    cause: str
    name: str
    unit: str
    value: str
    source: Markup
    whole: bool


@dataclass(frozen=True)
class SpreadLine:
    """Months one post is held, or one operation is present: planned, and in the runs.

    `whole` is the share of runs in which no planned month was lost; risks only for operations.
    """

    name: str
    label: str
    planned: int
    mean: float
    p5: int
    p50: int
    p95: int
    whole: float
    risk: float | None = None
    risk_open: float | None = None


@dataclass(frozen=True)
class SimulationPage:
    """The form, and the answer to the last simulation of this plan."""

    title: str
    frame: Frame
    rates: tuple[RateLine, ...]
    runs: int
    run_choices: tuple[int, ...]
    seed: str
    reserve: bool
    replan: bool
    delay: str
    result: dict[str, Any] | None
    result_rates: tuple[tuple[str, str, Markup], ...]
    operations: tuple[SpreadLine, ...]
    posts: tuple[SpreadLine, ...]
    operation_chart: Markup | None
    post_chart: Markup | None
    drawn: int


def simulation_page(
    view: View,
    visit: Visit,
    kept: KeptPlan,
    minutes: int,
    waited: int,
    problems: tuple[Problem, ...] = (),
    sent: Mapping[str, str] | None = None,
) -> SimulationPage:
    """The page of a plan; the form holds what was asked last, or what could not be used."""
    language = view.language
    say = language.say
    labels = {f"rate-{cause}": say(name) for cause, name in NAMES.items()}
    frame = make_frame(view, visit, kept, minutes, waited, problems, labels)
    result = None if frame.busy else kept.read_simulation()
    rates = {r["cause"]: r for r in (result or kept.workbook.problem)["rates"]}
    policy = result["policy"] if result else {"reserve": True, "replan": False, "delay_months": 2}
    fields = sent or {}
    runs = result["runs"] if result else RUNS[1]
    operations = tuple(_lines(view, (result or {}).get("operations", ()), "operation"))
    posts = tuple(_lines(view, (result or {}).get("posts", ()), "post"))
    worst = _most_lost(result["posts"]) if result else []
    return SimulationPage(
        title=frame.title if frame.busy else say("What the plan meets"),
        frame=frame,
        rates=tuple(_rate(language, rates[cause], fields) for cause in CAUSES),
        runs=runs,
        run_choices=tuple(sorted({*RUNS, runs})),
        seed=fields.get("seed", str(result["seed"] if result else 0)),
        reserve=bool(fields.get("reserve") if sent is not None else policy["reserve"]),
        replan=bool(fields.get("replan") if sent is not None else policy["replan"]),
        delay=fields.get("delay", str(policy["delay_months"])),
        result=result,
        result_rates=tuple(
            (labels[f"rate-{r['cause']}"], language.number(r["rate"]), tell(language, r["source"]))
            for r in rates.values()
        ) if result else (),
        operations=operations,
        posts=posts,
        operation_chart=_draw(language, "operations", say("Months of presence in each operation"),
                              result["operations"], operations) if result else None,
        post_chart=_draw(language, "posts", say("Months each post is held"), worst, posts)
        if result else None,
        drawn=len(worst),
    )  # fmt: skip


def _rate(language: Language, rate: Mapping[str, Any], fields: Mapping[str, str]) -> RateLine:
    cause = rate["cause"]
    return RateLine(
        cause=cause,
        name=language.say(NAMES[cause]),
        unit=language.say(UNITS[cause]),
        value=fields.get(f"rate-{cause}", f"{rate['rate']:g}"),
        source=tell(language, rate["source"]),
        whole=not CAUSES[cause].is_probability,
    )


def _lines(view: View, rows: Iterable[Mapping[str, Any]], key: str) -> Iterable[SpreadLine]:
    for row in rows:
        known = view.facts.operations.get(row["operation"])
        label = known.acronym(view.language.content) if known else row["operation"]
        runs = sum(row["distribution"].values())
        kept = sum(n for months, n in row["distribution"].items() if int(months) >= row["planned"])
        yield SpreadLine(
            name=row[key],
            label=label,
            planned=row["planned"],
            mean=row["mean"],
            p5=row["p5"],
            p50=row["p50"],
            p95=row["p95"],
            whole=kept / runs,
            risk=row.get("risk_of_losing_presence"),
            risk_open=row.get("risk_while_open"),
        )


def _most_lost(posts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The planned posts, those that lose most first where there are too many to draw."""
    planned = [p for p in posts if p["planned"]]
    if len(planned) <= MOST_DRAWN:
        return planned
    return sorted(planned, key=lambda p: p["mean"] - p["planned"])[:MOST_DRAWN]


def _draw(
    language: Language,
    name: str,
    title: str,
    rows: Iterable[Mapping[str, Any]],
    lines: Iterable[SpreadLine],
) -> Markup | None:
    labels = {line.name: line.label if name == "operations" else line.name for line in lines}
    spreads = []
    for row in rows:
        if not row["planned"]:
            continue
        runs = sum(row["distribution"].values())
        shares = {int(months): n / runs for months, n in row["distribution"].items()}
        key = row["operation"] if name == "operations" else row["post"]
        spreads.append(Spread(labels[key], row["planned"], row["p50"], shares))
    words = language.say(
        "Each row shows in how many of the runs how many months were held: the taller the bar, the"
        " more runs. The dashed line is what was planned, the dot the run in the middle. The table"
        " has the figures."
    )
    return draw_spreads(name, title, words, language, spreads) if spreads else None
