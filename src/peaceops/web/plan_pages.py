"""The pages of planning: the form, a problem as it was checked, a plan as it forms and as it is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from peaceops.analysis.operations import OperationSummary, summarise_operation
from peaceops.errors import Problem
from peaceops.planner.problem import ANY, month_number, month_spans, month_text
from peaceops.web.gantt import Bar, Gantt, Kind, Row
from peaceops.web.languages import Language, mark
from peaceops.web.maps import OperationMap
from peaceops.web.pages import map_operations
from peaceops.web.plan_visits import BUSY, SECONDS, Visit
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
}
KINDS: Mapping[str, str] = {
    "new": mark("new"),
    "dropped": mark("dropped"),
    "moved": mark("moved"),
    "shortened": mark("shortened"),
    "replaced": mark("another person"),
}
ENDS: Mapping[str, str] = {
    "proof": mark("The search ended with a proof."),
    "user": mark("The search was stopped; this is the best plan found until then."),
    "clock": mark("The time was up; this is the best plan found until then."),
    "gap": mark("The search ended close enough to the best possible."),
    "work": mark("The search ended where more work promised little."),
}
_PLACE = re.compile(r"(?P<file>.*?), sheet '(?P<sheet>.*)'(?:, row (?P<row>\d+))?")
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
        plan_page(view), sent=sent, mistakes=tuple(_mistake(view.language, p) for p in problems)
    )


def _mistake(language: Language, problem: Problem) -> Mistake:
    place, cell = _PLACE.fullmatch(problem.where), _FIELD.fullmatch(problem.field)
    return Mistake(
        sheet=place["sheet"] if place else problem.where,
        row=(place["row"] or "") if place else "",
        column=cell["column"] if cell else problem.field,
        letter=cell["letter"] if cell else "",
        message=_say_or_mark(language, problem.message),
        hint=_say_or_mark(language, problem.hint),
    )


def _say_or_mark(language: Language, text: str) -> Markup:
    """A text of the portal translated, one of the planner as far as its form is known."""
    told = language.strings.gettext(text) if text else ""
    return tell(language, text) if told == text else Markup.escape(told)


@dataclass(frozen=True)
class OperationLine:
    """One operation of the problem, as the catalogue knows it, beside what is planned there."""

    id: str
    label: str
    framework: str
    hosts: tuple[str, ...]
    known: bool
    status: str
    mandate_until: str
    last_month: str
    posts: int
    months_beyond: int
    months_offered: int
    months_held: int


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
class Line:
    """One tour of the plan."""

    post: str
    operation: str
    label: str
    function: str
    person: str
    arrive: str
    start: str
    end: str
    months: int
    cost: float
    beyond: bool


@dataclass(frozen=True)
class EmptyLine:
    """Months of a post that nobody holds, and why."""

    post: str
    label: str
    months: str
    count: int
    reason: Markup
    must: bool


@dataclass(frozen=True)
class MoneyLine:
    """What a year costs, and what it may."""

    year: str
    spent: float
    budget: float | None


@dataclass(frozen=True)
class VisitPage:
    """A problem and its plan, on one of its faces."""

    title: str
    id: str
    name: str
    state: str
    busy: bool
    minutes: int
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
    stage: str
    steps: tuple[dict[str, Any], ...]
    waited: int
    still: bool
    problems: tuple[Problem, ...]
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
    view: View, visit: Visit, minutes: int, waited: int, problems: tuple[Problem, ...] = ()
) -> VisitPage:
    """The visit as it stands now, on the face the reader chose."""
    reading = _Reading(view, visit)
    face = view.choice("face")
    face = face if face in FACES else "overview"
    shown = reading.plan is not None and not visit.is_busy
    say = view.language.say
    month = reading.chosen_month()
    title = {
        "checked": say("The problem is sound"),
        "waiting": say("Waiting for a free solver"),
        "solving": say("The plan is forming"),
        "stopping": say("The plan is forming"),
        "failed": say("No plan came of it"),
    }.get(visit.state, say("The plan"))
    gantt: Gantt | None = None
    if shown and reading.has_plan and face in ("posts", "people", "presence"):
        gantt = {"posts": reading.by_post, "people": reading.by_person,
                 "presence": reading.by_operation}[face]()  # fmt: skip
    present = tuple(o for o in reading.operations if reading.counts_in(month).get(o.id))
    last_step = visit.steps[-1] if visit.steps else None
    return VisitPage(
        title=title,
        id=visit.id,
        name=visit.name,
        state=visit.state,
        busy=visit.state in BUSY,
        minutes=minutes,
        face=face,
        first=month_text(reading.first),
        last=month_text(reading.last),
        months=reading.last - reading.first + 1,
        posts=len(visit.problem["posts"]),
        people=visit.problem["people"],
        must=sum(p["must_fill"] for p in visit.problem["posts"]),
        operations=reading.operations,
        beyond=sum(o.months_beyond > 0 for o in reading.operations),
        notes=tuple(visit.problem["notes"]) + tuple((reading.plan or {}).get("notes", ())),
        settings=tuple(_settings(view.language, visit)),
        seconds=visit.seconds,
        choices=tuple(sorted({*SECONDS, visit.seconds})),
        little=visit.little,
        stage=_stage(view.language, last_step),
        steps=tuple(reversed(visit.steps)),
        waited=waited,
        still=view.choice("still") == "1",
        problems=(*problems, *(visit.problems if visit.state == "failed" else ())),
        plan=reading.plan,
        has_plan=reading.has_plan,
        ended=say(ENDS.get((reading.plan or {}).get("stopped_by", ""), "")) if shown else "",
        held=sum(o.months_held for o in reading.operations),
        offered=sum(o.months_offered for o in reading.operations),
        cost=sum(line.cost for line in reading.tours),
        files=("xlsx", "docx", "json") if visit.files else ("json",),
        changes=reading.changes(),
        altered=tuple(_alterations(view.language, visit)),
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


def _stage(language: Language, step: Mapping[str, Any] | None) -> str:
    if step is None:
        return language.say("reading the problem")
    return language.say(STAGES.get(step["stage"], mark("searching")))


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


def _settings(language: Language, visit: Visit) -> Iterable[Setting]:
    say, problem, now = language.say, visit.problem, visit.settings
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


def _alterations(language: Language, visit: Visit) -> Iterable[Alteration]:
    labels = {s.name: s.label for s in _settings(language, visit)}
    for what, before, after in visit.altered:
        none = language.say("no limit")
        shown = [language.number(float(v)) if v else none for v in (before, after)]
        yield Alteration(labels.get(what, what), shown[0], shown[1])


class _Reading:
    """A visit's problem and plan, taken apart once for all faces."""

    def __init__(self, view: View, visit: Visit):
        self.view, self.visit = view, visit
        self.language = view.language
        problem = visit.problem
        self.first, self.last = int(problem["first"]), int(problem["last"])
        self.posts: dict[str, dict[str, Any]] = {p["post"]: p for p in problem["posts"]}
        self.plan = visit.plan
        self.has_plan = self.plan is not None and self.plan["objective"] is not None
        self.rows = self.plan["assignments"] if self.plan and self.has_plan else []
        self.summaries: dict[str, OperationSummary] = {
            o: summarise_operation(view.facts.operations[o], view.as_of)
            for o in {p["operation"] for p in problem["posts"]}
            if o in view.facts.operations
        }
        self.held: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for a in self.rows:
            for month in range(month_number(a["start"]), month_number(a["end"]) + 1):
                self.held[self.posts[a["post"]]["operation"]][month] += 1
        self.ends = {o: self._known_end(o) for o in self.summaries}
        self.operations = tuple(self._operation_line(o) for o in self._order())
        self.tours = tuple(self._line(a) for a in self.rows)

    def _order(self) -> list[str]:
        """Operations in the order of their first post."""
        return list(dict.fromkeys(p["operation"] for p in self.posts.values()))

    def name(self, operation: str) -> str:
        """The acronym of an operation the catalogue knows, else its id."""
        facts = self.view.facts.operations.get(operation)
        return facts.acronym(self.language.content) if facts else operation

    def _known_end(self, operation: str) -> int | None:
        """The last month that a known mandate or a decided end covers; None where none is set."""
        o = self.summaries[operation]
        days = [d for d in (o.mandate_until, o.end) if d]
        return month_number(min(days)[:7]) if days and len(min(days)) >= 7 else None

    def _operation_line(self, operation: str) -> OperationLine:
        o = self.summaries.get(operation)
        posts = [p for p in self.posts.values() if p["operation"] == operation]
        end = self.ends.get(operation)
        beyond = 0
        if end is not None:
            beyond = sum(max(0, p["last"] - max(p["first"] - 1, end)) for p in posts)
        return OperationLine(
            id=operation,
            label=self.name(operation),
            framework=o.framework if o else "other",
            hosts=o.hosts if o else (),
            known=o is not None,
            status=o.status if o else "",
            mandate_until=(o.mandate_until or o.end or "") if o else "",
            last_month=month_text(max(p["last"] for p in posts)),
            posts=len(posts),
            months_beyond=beyond,
            months_offered=sum(p["last"] - p["first"] + 1 for p in posts),
            months_held=sum(self.held[operation].values()),
        )

    def _line(self, a: Mapping[str, str]) -> Line:
        post = self.posts[a["post"]]
        arrive, start, end = (month_number(a[k]) for k in ("arrive", "start", "end"))
        until = self.ends.get(post["operation"])
        return Line(
            post=a["post"], operation=post["operation"], label=self.name(post["operation"]),
            function=self.language.label("function", post["function"]) if post["function"] else "",
            person=a["person"], arrive=a["arrive"], start=a["start"], end=a["end"],
            months=end - start + 1, cost=(end - arrive + 1) * float(post["cost"]),
            beyond=until is not None and end > until,
        )  # fmt: skip

    # Months ---------------------------------------------------------------------------------

    def chosen_month(self) -> int:
        """The month of the map: the reader's choice, else the first."""
        try:
            month = month_number(self.view.choice("month"))
        except ValueError:
            return self.first
        return min(max(month, self.first), self.last)

    def counts_in(self, month: int) -> dict[str, int]:
        """Posts held in a month by operation."""
        return {o: months[month] for o, months in self.held.items() if months.get(month)}

    def map_of(self, present: Iterable[OperationLine]) -> OperationMap:
        """Where posts are held in the chosen month, each with how many."""
        found = tuple(self.summaries[o.id] for o in present if o.id in self.summaries)
        drawing = map_operations(self.view, found)
        counts = self.counts_in(self.chosen_month())
        return replace(
            drawing,
            markers=tuple(
                replace(
                    m,
                    title=self.language.say_number(
                        "%(n)s post held", "%(n)s posts held", counts[m.operation]
                    ),
                )
                for m in drawing.markers
            ),
        )

    def span(self, first: int, last: int) -> str:
        """Months in words: 'Jan 2027 – Mar 2027'."""
        texts = [self.language.date(month_text(m), "medium") for m in (first, last)]
        return texts[0] if first == last else f"{texts[0]} – {texts[1]}"

    # Bars -----------------------------------------------------------------------------------

    def _tours_of(self, key: str) -> dict[str, list[dict[str, str]]]:
        found: dict[str, list[dict[str, str]]] = defaultdict(list)
        for a in sorted(self.rows, key=lambda a: (a["arrive"], a["post"])):
            found[a[key]].append(a)
        return found

    def _tour_bars(self, a: Mapping[str, str], label: str, about: str) -> list[Bar]:
        arrive, start, end = (month_number(a[k]) for k in ("arrive", "start", "end"))
        bars = []
        if arrive < start:
            words = self.language.say("handover")
            title = f"{about}: {words}, {self.span(arrive, start - 1)}"
            bars.append(Bar(arrive, start - 1, "handover", title))
        title = f"{about}: {self.span(start, end)}"
        return [*bars, Bar(start, end, "held", title, label)]

    def by_post(self) -> Gantt:
        """Each post with who holds it, what stands empty, and where the known mandate ends."""
        say = self.language.say
        tours, rows = self._tours_of("post"), []
        empties: dict[str, list[int]] = defaultdict(list)
        for u in (self.plan or {}).get("unfilled", ()):
            empties[u["post"]] += [month_number(m) for m in u["months"]]
        for operation in self._order():
            rows.append(Row(self.name(operation), is_heading=True))
            for post in (p for p in self.posts.values() if p["operation"] == operation):
                bars: list[Bar] = []
                for first, last in month_spans(empties.get(post["post"], [])):
                    kind: Kind = "must" if post["must_fill"] else "empty"
                    words = f"{post['post']}: {say('empty')}, {self.span(first, last)}"
                    bars.append(Bar(first, last, kind, words))
                held = [self._tour_bars(a, a["person"], f"{post['post']}, {a['person']}")
                        for a in tours.get(post["post"], ())]  # fmt: skip
                # A handover lies beneath the tour it relieves.
                flat = [bar for each in held for bar in each]
                bars += [b for b in flat if b.kind == "held"]
                bars += [b for b in flat if b.kind == "handover"]
                end = self.ends.get(operation)
                if end is not None and end < post["last"]:
                    words = say("%(name)s: no mandate known after %(month)s",
                                name=self.name(operation), month=self.span(end, end))  # fmt: skip
                    bars.append(Bar(max(end + 1, post["first"]), post["last"], "beyond", words))
                rows.append(Row(post["post"], tuple(bars)))
        legend: list[tuple[Kind, str]] = [
            ("held", say("held")),
            ("handover", say("handover, two people there")),
            ("empty", say("empty")),
        ]
        if any(p["must_fill"] for p in self.posts.values()):
            legend.append(("must", say("empty though it must be filled")))
        if any(bar.kind == "beyond" for row in rows for bar in row.bars):
            legend.append(("beyond", say("after the end of the known mandate")))
        return self._gantt(
            say("Who holds which post"),
            say("Each row is a post, each column a month; the bars carry the person. The table"
                " of tours has the same facts."),
            rows, legend,
        )  # fmt: skip

    def by_person(self) -> Gantt:
        """Each person who is sent, with posts, handovers and the rest that must follow."""
        say = self.language.say
        rows = []
        for person, tours in sorted(self._tours_of("person").items()):
            bars: list[Bar] = []
            for a in tours:
                end, until = month_number(a["end"]), month_number(a["home_until"])
                if until > end and end < self.last:
                    words = f"{person}: {say('rest at home')}, {self.span(end + 1, until)}"
                    bars.append(Bar(end + 1, until, "rest", words))
            for a in tours:
                bars += self._tour_bars(a, a["post"], f"{person}, {a['post']}")
            rows.append(Row(person, tuple(bars)))
        return self._gantt(
            say("Who is where"),
            say("Each row is a person, each column a month; the bars carry the post. The table"
                " of tours has the same facts."),
            rows,
            [("held", say("holds a post")), ("handover", say("arrived, takes over")),
             ("rest", say("rest at home before another tour"))],
        )  # fmt: skip

    def by_operation(self) -> Gantt:
        """Each operation with how many posts are held in it over the months."""
        say = self.language.say
        rows = []
        for operation in self._order():
            bars: list[Bar] = []
            months = self.held[operation]
            begin = self.first
            for month in range(self.first, self.last + 2):
                if month > self.last or months.get(month, 0) != months.get(begin, 0):
                    count = months.get(begin, 0)
                    if count:
                        words = self.language.say_number(
                            "%(n)s post held", "%(n)s posts held", count
                        )
                        title = f"{self.name(operation)}: {words}, {self.span(begin, month - 1)}"
                        number = self.language.number(count)
                        bars.append(Bar(begin, month - 1, "held", title, number))
                    else:
                        title = (f"{self.name(operation)}: {say('no presence')},"
                                 f" {self.span(begin, month - 1)}")  # fmt: skip
                        bars.append(Bar(begin, month - 1, "empty", title))
                    begin = month
            rows.append(Row(self.name(operation), tuple(bars)))
        return self._gantt(
            say("Where posts are held"),
            say("Each row is an operation, each column a month; the bars carry the number of"
                " posts held."),
            rows, [("held", say("posts held, with their number")), ("empty", say("no presence"))],
        )  # fmt: skip

    def _gantt(
        self, title: str, description: str, rows: list[Row], legend: list[tuple[Kind, str]]
    ) -> Gantt:
        months = self.span(self.first, self.last)
        return Gantt(f"{title}, {months}", description, self.first, self.last,
                     tuple(rows), tuple(legend))  # fmt: skip

    # Reasons --------------------------------------------------------------------------------

    def changes(self) -> tuple[tuple[str, str, Markup], ...] | None:
        """(kind, post, words) of what changed since the plan before; None without one."""
        if self.visit.changes is None:
            return None
        say = self.language.say
        return tuple(
            (say(KINDS.get(c["kind"], c["kind"])), c["post"], tell(self.language, c["change"]))
            for c in self.visit.changes
        )

    def binding(self) -> tuple[tuple[Markup, float | None, Markup, Markup], ...]:
        """(limit, points, for what, how found) of the limits that hold the plan back."""
        return tuple(
            (
                tell(self.language, b["limit"]),
                b["worth"],
                tell(self.language, b["per"]) if b["per"] else Markup(),
                tell(self.language, b["how"]) if b["how"] else Markup(),
            )
            for b in (self.plan or {}).get("binding", ())
        )

    def empty(self) -> Iterable[EmptyLine]:
        """Months that stand empty, by post, with the reason."""
        for u in (self.plan or {}).get("unfilled", ()):
            post = self.posts[u["post"]]
            spans = month_spans([month_number(m) for m in u["months"]])
            yield EmptyLine(
                post=u["post"], label=self.name(post["operation"]),
                months=", ".join(self.span(a, b) for a, b in spans), count=len(u["months"]),
                reason=tell(self.language, u["reason"]), must=bool(post["must_fill"]),
            )  # fmt: skip

    def money(self) -> Iterable[MoneyLine]:
        """Cost of the plan by year beside the budget."""
        spent: dict[int, float] = defaultdict(float)
        for a in self.rows:
            for month in range(month_number(a["arrive"]), month_number(a["end"]) + 1):
                spent[month // 12] += float(self.posts[a["post"]]["cost"])
        for year in range(self.first // 12, self.last // 12 + 1):
            budget = self.visit.settings["budget"].get(str(year))
            yield MoneyLine(str(year), spent[year], None if budget is None else float(budget))
