"""A workbook to start from, drawn from the catalogue: months, frameworks, countries, weights."""

from __future__ import annotations

from dataclasses import dataclass

from peaceops.analysis.offers import HOT_SPOT_DEATHS, OperationOffer
from peaceops.errors import Problem, UsageError
from peaceops.planner.problem import month_number, month_text
from peaceops.planner.template import Offered, change_weights, kinds_of_posts, weight_name
from peaceops.planner.values import DEFAULT_WEIGHTS, value_of_post
from peaceops.web.languages import Language, mark, sort_key
from peaceops.web.plan_drawing import LONGEST_MONTHS, Choice, read_offers, usual_months
from peaceops.web.view import View

FRAMEWORKS = ("un", "nato", "eu", "osce")
WEIGHT_NAMES = {
    "base": mark("A month on any post"),
    "function": mark("Function"),
    "framework": mark("Framework"),
    "hot-spot": mark("Hot spot"),
    "mandate": mark("Each point of the mandate score"),
}
WEIGHTS = tuple(weight_name(w) for w in DEFAULT_WEIGHTS)


@dataclass(frozen=True)
class WeightLine:
    """One weight of the table, as it may be changed."""

    field: str
    kind: str
    key: str
    value: str
    usual: str


@dataclass(frozen=True)
class DrawnPost:
    """One post that would be drawn, and what a month on it counts."""

    function: str
    value: float


@dataclass(frozen=True)
class DrawnOperation:
    """An operation of the choice, with its posts and what their value is made from."""

    offer: OperationOffer
    label: str
    posts: tuple[DrawnPost, ...]


@dataclass(frozen=True)
class TemplatePage:
    """The choice, what it draws, and where the workbook is.

    `lapsed` are operations left out because their mandate ran out more than a year ago.
    """

    title: str
    first: str
    last: str
    most_months: int
    frameworks: tuple[str, ...]
    framework: str
    country: str
    host: str
    countries: tuple[tuple[str, str], ...]
    hosts: tuple[tuple[str, str], ...]
    weights: tuple[WeightLine, ...]
    operations: tuple[DrawnOperation, ...]
    posts: int
    lapsed: tuple[str, ...]
    has_deaths: bool
    hot_spot_deaths: int
    query: dict[str, str]
    problems: tuple[Problem, ...]


def read_choice(view: View) -> Choice:
    """The choice of a reader, from the query; raises `UsageError` with all that is none."""
    mistakes: list[Problem] = []
    first, last = usual_months(view.as_of)

    def month(name: str, usual: int) -> int:
        text = view.choice(name)
        try:
            return month_number(text) if text else usual
        except ValueError:
            mistakes.append(Problem(name, "", mark("this is not a month"),
                                    mark("Write a month as 2026-03.")))  # fmt: skip
            return usual

    first, last = month("first", first), month("last", last)
    if not mistakes and last < first:
        mistakes.append(Problem("last", "", mark("the last month lies before the first")))
    elif last - first >= LONGEST_MONTHS:
        mistakes.append(Problem("last", "", mark("more than 60 months"),
                                mark("Choose fewer months.")))  # fmt: skip
    weights: dict[str, float] = {}
    for name in WEIGHTS:
        text = view.choice(f"w-{name}").replace(",", ".")
        if not text:
            continue
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not 0 <= value <= 1000:
            mistakes.append(
                Problem(f"w-{name}", "", mark("this is not a number that can be used"),
                        mark("Write a number such as 2 or 0.5."))
            )  # fmt: skip
        weights[name] = int(value) if value.is_integer() else value
    for name in ("country", "host"):
        code = view.choice(name).upper()
        if code and code not in view.facts.countries:
            hint = mark("Write an ISO 3166 alpha-3 code such as BEL.")
            mistakes.append(Problem(name, "", mark("there is no country of this code"), hint))
    framework = view.choice("framework")
    if framework and framework not in FRAMEWORKS:
        mistakes.append(Problem("framework", "", mark("this value is not one of the choices"),
                                ", ".join(FRAMEWORKS)))  # fmt: skip
    if mistakes:
        raise UsageError(mistakes)
    return Choice(
        first,
        last,
        view.choice("country").upper() or None,
        (framework,) if framework else FRAMEWORKS,
        (view.choice("host").upper(),) if view.choice("host") else (),
        weights,
    )


def template_page(view: View) -> TemplatePage:
    """What the choice draws; mistakes in it are shown beside the form."""
    problems: tuple[Problem, ...] = ()
    try:
        choice = read_choice(view)
    except UsageError as error:
        problems = error.problems
        choice = Choice(*usual_months(view.as_of), frameworks=FRAMEWORKS)
    offers = read_offers(view.db, view.as_of, choice)
    weights = change_weights(choice.weights)
    operations = []
    for o in offers.operations:
        offered = Offered(o.operation, o.framework, kind=o.kind)
        facts: dict[str, str | float] = {
            "framework": o.framework,
            "hot_spot": int(o.hot_spot),
            "mandate_score": o.mandate_score,
        }
        posts = tuple(
            DrawnPost(kind[0], value_of_post(kind[0], facts, weights))
            for kind in kinds_of_posts(offered)
        )
        label = view.facts.operations[o.operation].acronym(view.language.content)
        operations.append(DrawnOperation(o, label, posts))
    usual = {weight_name(w): w for w in DEFAULT_WEIGHTS}
    return TemplatePage(
        title=view.language.say("A workbook drawn from the catalogue"),
        first=view.choice("first") or month_text(choice.first),
        last=view.choice("last") or month_text(choice.last),
        most_months=LONGEST_MONTHS,
        frameworks=FRAMEWORKS,
        framework=view.choice("framework"),
        country=view.choice("country").upper(),
        host=view.choice("host").upper(),
        countries=_named(view, _senders(view)),
        hosts=_named(view, {h for o in _everywhere(view, choice) for h in o.hosts}),
        weights=tuple(
            WeightLine(
                f"w-{name}", w.kind, w.key,
                view.choice(f"w-{name}") or f"{w.weight:g}", f"{usual[name].weight:g}",
            )
            for name, w in usual.items()
        ),
        operations=tuple(operations),
        posts=sum(len(o.posts) for o in operations),
        lapsed=tuple(
            view.facts.operations[o].acronym(view.language.content) for o in offers.lapsed
        ),
        has_deaths=offers.has_deaths,
        hot_spot_deaths=HOT_SPOT_DEATHS,
        query={k: v for k, v in view.query.items() if v},
        problems=_tell(view.language, problems),
    )  # fmt: skip


def _tell(language: Language, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    say = language.strings.gettext
    return tuple(Problem(p.where, p.field, say(p.message), say(p.hint) if p.hint else "")
                 for p in problems)  # fmt: skip


def _everywhere(view: View, choice: Choice) -> tuple[OperationOffer, ...]:
    wide = Choice(choice.first, choice.last, frameworks=FRAMEWORKS)
    return read_offers(view.db, view.as_of, wide).operations


def _senders(view: View) -> set[str]:
    """Countries the database has contributions of."""
    return {str(row["country_iso3"]) for row in view.db.ask("contributing_countries")}


def _named(view: View, codes: set[str]) -> tuple[tuple[str, str], ...]:
    named = [(code, view.country(code)) for code in codes]
    return tuple(sorted(named, key=lambda pair: sort_key(pair[1])))
