"""What a resolution provides for, point by point, and what the catalogue knows beside it.

Clauses, principles, clarity, priorities and areas are those of the JSON of `read`, in the reader's
words; each point says whether it is met and where. Tasks in force and people present are the
catalogue's and stand apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from peaceops.analysis.decision_setting import (
    InForce,
    OperationSetting,
    find_setting,
    list_in_force,
)
from peaceops.analysis.texts import list_texts
from peaceops.errors import DataError
from peaceops.resolutions.scorecards import load_labels
from peaceops.web.languages import mark
from peaceops.web.statements import Speaker, name_operation
from peaceops.web.task_names import name_task
from peaceops.web.view import View

_CLAUSES = {
    "all_necessary_means": mark("All necessary means"),
    "reports": mark("Reports"),
    "reviews": mark("Reviews"),
    "exit": mark("Drawdown and exit"),
    "cooperation": mark("Co-operation with others"),
}
_PRINCIPLES = {
    "consent": mark("Consent of the parties"),
    "impartiality": mark("Impartiality"),
    "use_of_force": mark("Force only in self-defence and in defence of the mandate"),
    "tensions": mark("Tensions"),
}
_CLARITY = {
    "prioritisation": mark("Order of priority"),
    "benchmarks": mark("Benchmarks"),
    "contributors": mark("Availability of contributors"),
}


@dataclass(frozen=True)
class Statement:
    """Something the text says: what, in which paragraph, in which words.

    `mark` names it where it can be marked as wrong: `acts_on:0` is the first operation acted on.
    """

    what: str
    paragraph: str
    quote: str
    mark: str = ""
    is_corrected: bool = False


@dataclass(frozen=True)
class Section:
    """Statements of one kind; none where the text makes none."""

    title: str
    statements: tuple[Statement, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What the statements are about, each once."""
        return tuple(dict.fromkeys(s.what for s in self.statements if s.what))

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Where they stand, each paragraph once."""
        return tuple(dict.fromkeys(s.paragraph for s in self.statements))


@dataclass(frozen=True)
class PointScore:
    """One point of a priority: whether the text meets it, and where."""

    name: str
    met: bool
    places: tuple[Statement, ...]


@dataclass(frozen=True)
class Score:
    """One priority with its points; or one area, which has none and is met where it has places."""

    name: str
    score: float | None
    points: tuple[PointScore, ...]
    places: tuple[Statement, ...]

    @property
    def met(self) -> tuple[PointScore, ...]:
        """The points that are met."""
        return tuple(p for p in self.points if p.met)


@dataclass(frozen=True)
class Clarity:
    """How long and how clear the text is; `ceiling` is None where it states none."""

    words: int
    operative_words: int
    operative_paragraphs: int
    tasks: int
    ceiling: int | None
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class TaskGiven:
    """Tasks in force, by their names, that one decision gave last; `number` where its text is."""

    symbol: str
    number: int | None
    tasks: tuple[str, ...]


@dataclass(frozen=True)
class TasksAfter:
    """The tasks an operation has after the decision, those of the latest decision first."""

    operation: str
    acronym: str
    count: int
    given: tuple[TaskGiven, ...]


@dataclass(frozen=True)
class Beside:
    """One operation on the day of the decision, as the catalogue knows it."""

    acronym: str
    setting: OperationSetting


@dataclass(frozen=True)
class MandateCard:
    """All of it; `in_force` is None where no chain of the catalogue has the decision."""

    clauses: tuple[Section, ...] = ()
    principles: tuple[Section, ...] = ()
    clarity: Clarity | None = None
    priorities: tuple[Score, ...] = ()
    a4p: tuple[Score, ...] = ()
    in_force: tuple[TasksAfter, ...] | None = None
    beside: tuple[Beside, ...] = ()

    @property
    def areas_met(self) -> tuple[str, ...]:
        """The areas of Action for Peacekeeping on which the text says something."""
        return tuple(a.name for a in self.a4p if a.places)


def read_card(view: View, coded: Mapping[str, Any]) -> MandateCard:
    """The card of a coded resolution (the JSON of `read`)."""
    setting = find_setting(view.db, coded)
    beside = tuple(Beside(name_operation(view, o.operation), o) for o in setting.operations)
    in_force = _in_force(view, setting.in_force)
    if coded["clarity"] is None:  # it acts on no operation, so there is no mandate to score
        clauses = [s for s in _clauses(view, coded) if s.statements]
        return MandateCard(clauses=tuple(clauses), in_force=in_force, beside=beside)
    say, principles = view.language.say, coded["principles"]
    return MandateCard(
        clauses=tuple(_clauses(view, coded)),
        principles=tuple(
            Section(
                say(title),
                _tensions(view, principles[key]) if key == "tensions" else _quoted(principles[key]),
            )
            for key, title in _PRINCIPLES.items()
        ),
        clarity=_clarity(view, coded["clarity"]),
        priorities=_priorities(view, coded["priorities"]),
        a4p=tuple(
            Score(_label(view, "a4p-areas", area), None, (), _quoted(found))
            for area, found in coded["a4p"].items()
        ),
        in_force=in_force,
        beside=beside,
    )


def bare_card(view: View, symbol: str) -> MandateCard:
    """The card of a text that cannot be coded: what the catalogue knows of its symbol."""
    return MandateCard(in_force=_in_force(view, list_in_force(view.facts, symbol)))


def _label(view: View, scheme: str, concept: str) -> str:
    return view.facts.label(scheme, concept, view.language.content)


def _quoted(found: Sequence[Mapping[str, Any]], what: str = "") -> tuple[Statement, ...]:
    return tuple(Statement(what, e["paragraph"] or "", e["quote"] or "") for e in found)


# Clauses and principles --------------------------------------------------------------------------


def _clauses(view: View, coded: Mapping[str, Any]) -> list[Section]:
    say = view.language.say
    return [
        Section(say(title), tuple(_clause(view, key, s) for s in coded[key]))
        for key, title in _CLAUSES.items()
    ]


def _clause(view: View, key: str, said: Mapping[str, Any]) -> Statement:
    what = ""
    if key == "all_necessary_means" and said.get("operation"):
        what = name_operation(view, said["operation"])
    elif key == "cooperation":
        what = _partner(view, said["partner"])
    elif key in ("reports", "reviews"):
        parts = [view.language.date(said["due"])] if said.get("due") else []
        if said.get("every"):
            parts.append(say_interval(view, said["every"]))
        elif said.get("basis"):
            parts.append(view.language.label("basis", said["basis"]))
        what = ", ".join(parts)
    return Statement(what, said.get("paragraph") or "", said.get("quote") or "")


def _partner(view: View, partner: str) -> str:
    """A partner's name: an operation's acronym, or that of an organisation."""
    if partner in view.facts.operations:
        return name_operation(view, partner)
    return view.language.label("partner", partner)


def say_interval(view: Speaker, every: str) -> str:
    """'at intervals of 90 days' in the reader's language."""
    amount, unit = every.split()
    n = int(amount)
    language = view.language
    if unit == "days":
        return language.say_number("at intervals of %(n)s day", "at intervals of %(n)s days", n)
    if unit == "weeks":
        return language.say_number("at intervals of %(n)s week", "at intervals of %(n)s weeks", n)
    if unit == "years":
        return language.say_number("at intervals of %(n)s year", "at intervals of %(n)s years", n)
    return language.say_number("at intervals of %(n)s month", "at intervals of %(n)s months", n)


def _tensions(view: View, found: Sequence[Mapping[str, Any]]) -> tuple[Statement, ...]:
    lang = view.language.content
    return tuple(
        statement
        for t in found
        for statement in _quoted(t["evidence"], t["label"].get(lang) or t["kind"].replace("-", " "))
    )


# Clarity, priorities -----------------------------------------------------------------------------


def _clarity(view: View, found: Mapping[str, Any]) -> Clarity:
    return Clarity(
        found["words"],
        found["operative_words"],
        found["operative_paragraphs"],
        found["tasks"],
        found["ceiling"],
        tuple(
            Section(view.language.say(title), _quoted(found[key]))
            for key, title in _CLARITY.items()
        ),
    )


def _priorities(view: View, found: Mapping[str, Any]) -> tuple[Score, ...]:
    lang = view.language.content
    labels: Mapping[str, Mapping[str, Mapping[str, str]]]
    try:
        labels = load_labels()
    except DataError:  # while the file is being mended the points are called by their ids
        labels = {}
    out = []
    for key, value in found.items():
        named = labels.get(key, {})
        points = tuple(
            PointScore(
                named.get(point, {}).get(lang) or point.replace("-", " "),
                bool(places),
                _quoted(places),
            )
            for point, places in value["points"].items()
        )
        name = _label(view, "priorities", key)
        out.append(Score(name, value["score"], points, _quoted(value["evidence"])))
    return tuple(out)


# From the catalogue ------------------------------------------------------------------------------


def _in_force(view: View, found: tuple[InForce, ...] | None) -> tuple[TasksAfter, ...] | None:
    if found is None:
        return None
    texts = list_texts(view.db)
    by_operation: dict[str, dict[str, list[str]]] = {}
    for t in found:
        by_symbol = by_operation.setdefault(t.operation, {})
        by_symbol.setdefault(t.symbol, []).append(name_task(t.task, view.language.content))
    dated = {
        (o, d.symbol): d.date for o in by_operation for d in view.facts.operations[o].decisions
    }
    return tuple(
        TasksAfter(
            operation,
            name_operation(view, operation),
            sum(map(len, by_symbol.values())),
            tuple(
                TaskGiven(
                    symbol, next((t.number for t in texts.of(symbol).values()), None), tuple(tasks)
                )
                for symbol, tasks in sorted(
                    by_symbol.items(), key=lambda item: dated[operation, item[0]], reverse=True
                )
            ),
        )
        for operation, by_symbol in by_operation.items()
    )
