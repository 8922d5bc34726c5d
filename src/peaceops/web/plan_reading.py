"""A plan of a visit read for its pages: operations, tours, bars, reasons, money."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from peaceops.analysis.operations import OperationSummary, summarise_operation
from peaceops.planner.problem import month_number, month_spans, month_text
from peaceops.web.gantt import Bar, Gantt, Kind, Row
from peaceops.web.languages import mark
from peaceops.web.maps import OperationMap
from peaceops.web.pages import map_operations
from peaceops.web.plan_asks import settings_of
from peaceops.web.plan_kept import KeptPlan, Workbook
from peaceops.web.plan_words import tell
from peaceops.web.view import View

KINDS: Mapping[str, str] = {
    "new": mark("new"),
    "dropped": mark("dropped"),
    "moved": mark("moved"),
    "shortened": mark("shortened"),
    "replaced": mark("another person"),
}


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


class PlanReading:
    """A problem and (where there is one) a plan of it, taken apart once for all faces."""

    def __init__(self, view: View, workbook: Workbook, kept: KeptPlan | None):
        self.view, self.workbook, self.kept = view, workbook, kept
        self.language = view.language
        problem = workbook.problem
        self.first, self.last = int(problem["first"]), int(problem["last"])
        self.posts: dict[str, dict[str, Any]] = {
            p["post"]: p for p in (kept.posts if kept else problem["posts"])
        }
        self.plan = kept.plan if kept else None
        self.settings = kept.settings if kept else settings_of(problem)
        self.has_plan = self.plan is not None and self.plan["objective"] is not None
        self.rows = self.plan["assignments"] if self.plan and self.has_plan else []
        self.summaries: dict[str, OperationSummary] = {
            o: summarise_operation(view.facts.operations[o], view.as_of)
            for o in {p["operation"] for p in self.posts.values()}
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
        if self.kept is None or self.kept.changes is None:
            return None
        say = self.language.say
        return tuple(
            (say(KINDS.get(c["kind"], c["kind"])), c["post"], tell(self.language, c["change"]))
            for c in self.kept.changes
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
            budget = self.settings["budget"].get(str(year))
            yield MoneyLine(str(year), spent[year], None if budget is None else float(budget))
