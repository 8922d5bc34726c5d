"""An operation's mandates: every decision by the date, what each changed, and a picture of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup, escape

from peaceops.analysis.facts import DecisionFact, OperationFacts, SourceRef
from peaceops.analysis.mandate_chain import CeilingInForce, follow_ceilings, follow_tasks
from peaceops.analysis.texts import Texts, list_texts
from peaceops.errors import NotFound, Problem, did_you_mean
from peaceops.model import first_day, last_day
from peaceops.resolutions.ceiling_cells import CeilingStep, read_ceiling
from peaceops.web.correction_notes import CorrectionNote, notes_by_decision
from peaceops.web.languages import Language, mark
from peaceops.web.task_names import name_task
from peaceops.web.text_pages import previous_text
from peaceops.web.view import View


@dataclass(frozen=True)
class StandingTask:
    """A task in force, in the reader's language, and the decision that gave it last."""

    task: str
    symbol: str


@dataclass(frozen=True)
class ChainLine:
    """One decision and what it changed against the one before.

    `tasks` are those its text gives (none where it only refers to an earlier text or was not
    read); `in_force` those the operation then has, from whichever decision, and `added` and
    `dropped` what this decision changed in them. Only a text that `sets_out` the mandate drops any.
    `text` is the resolution's number where its text was imported, `previous_text` that of the
    mandate before it.
    """

    date: str
    symbol: str
    action: str
    until: str | None
    open_ended: bool
    summary: str
    summary_language: str
    chapter_vii: bool | None
    chapter_vii_new: bool
    ceilings: tuple[CeilingStep, ...]
    tasks: tuple[str, ...]
    sets_out: bool
    in_force: tuple[StandingTask, ...]
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    compared_with: str
    source: SourceRef
    text: int | None = None
    corrections: tuple[CorrectionNote, ...] = ()
    previous_text: int | None = None


@dataclass(frozen=True)
class Band:
    """One stretch of the picture: from a day to a day, with what it is and how much."""

    start: str
    end: str
    label: str
    value: int | None


@dataclass(frozen=True)
class MandateTimeline:
    """The picture: periods of the mandate, Chapter VII, tasks and ceilings over time."""

    start: str
    end: str
    periods: tuple[Band, ...]
    chapter_vii: tuple[Band, ...]
    tasks: tuple[Band, ...]
    ceilings: tuple[Band, ...]


@dataclass(frozen=True)
class ChainPage:
    """All decisions on an operation by the date, newest first."""

    title: str
    operation: str
    acronym: str
    name: str
    framework: str
    mandate_until: str | None
    status: str
    lines: tuple[ChainLine, ...]
    later: int
    timeline: MandateTimeline | None


def chain_page(view: View, operation_id: str) -> ChainPage:
    """The chain of one operation; raises `NotFound`."""
    operation = view.facts.operations.get(operation_id)
    if operation is None:
        raise NotFound(
            Problem(operation_id, "", mark("there is no operation of this name"),
                    did_you_mean(operation_id.lower(), view.facts.operations))
        )  # fmt: skip
    day = view.as_of.isoformat()
    known = [d for d in operation.decisions if d.date <= day]
    lang = view.language.content
    corrected = notes_by_decision(view, operation.id, {d.symbol for d in known})
    lines = [
        replace(line, corrections=corrected.get(line.symbol, ()))
        for line in list_changes(known, lang, list_texts(view.db))
    ]
    acronym = operation.acronym(lang)
    return ChainPage(
        title=view.language.say("Mandates of %(name)s", name=acronym),
        operation=operation.id,
        acronym=acronym,
        name=operation.name(lang),
        framework=operation.framework,
        mandate_until=operation.mandate_until(view.as_of),
        status=operation.status(view.as_of),
        lines=tuple(reversed(lines)),
        later=len(operation.decisions) - len(known),
        timeline=_timeline(operation, lines, follow_ceilings(known), view.as_of),
    )


def _speaks_of_force(action: str, chapter_vii: bool) -> bool:
    """Whether a decision settles that the mandate is under Chapter VII, or that it is not.

    A change that is not adopted under Chapter VII leaves the mandate under it.
    """
    return chapter_vii or action in ("establish", "extend", "terminate")


def list_changes(
    decisions: Sequence[DecisionFact], language: str, texts: Texts | None = None
) -> list[ChainLine]:
    """Each decision with what it changed, oldest first; tasks in the language."""
    lines: list[ChainLine] = []
    given_by = ""
    chapter: bool | None = None

    def named(tasks: Iterable[str]) -> tuple[str, ...]:
        return tuple(name_task(t, language) for t in tasks)

    for n, (d, step) in enumerate(zip(decisions, follow_tasks(decisions), strict=True)):
        at_hand = texts.of(d.symbol) if texts else {}
        summary, told_in = d.tell(language)
        lines.append(
            ChainLine(
                date=d.date,
                symbol=d.symbol,
                action=d.action,
                until=d.until,
                open_ended=d.open_ended,
                summary=summary,
                summary_language=told_in,
                chapter_vii=d.chapter_vii,
                chapter_vii_new=bool(d.chapter_vii) and chapter is False,
                ceilings=tuple(c for text in d.ceilings if (c := read_ceiling(text))),
                tasks=named(d.tasks),
                sets_out=d.sets_out,
                in_force=tuple(
                    StandingTask(name_task(t.task, language), t.symbol) for t in step.in_force
                ),
                added=named(step.added) if given_by else (),
                dropped=named(step.dropped),
                compared_with=given_by if d.tasks else "",
                source=d.source,
                text=next((t.number for t in at_hand.values()), None),
                previous_text=previous_text(texts, decisions[: n + 1])
                if texts and at_hand
                else None,
            )
        )
        if d.tasks:
            given_by = d.symbol
        if d.chapter_vii is not None and _speaks_of_force(d.action, d.chapter_vii):
            chapter = d.chapter_vii
    return lines


# The picture -------------------------------------------------------------------------------------


def _timeline(
    operation: OperationFacts,
    lines: Sequence[ChainLine],
    ceilings: Iterable[CeilingInForce],
    as_of: date,
) -> MandateTimeline | None:
    """The bands of the picture; None where fewer than two decisions are known."""
    if len(lines) < 2:
        return None
    start = first_day(lines[0].date)
    finish = min(operation.last_day or as_of, as_of)
    ends = [last_day(line.until) for line in lines if line.until]
    end = max([finish, *(d for d in ends if operation.last_day is None or d <= as_of)])
    last = lines[-1]
    if operation.last_day is None or operation.last_day > as_of:
        until = last_day(last.until) if last.until else as_of
        end = max(end, until)
    if end <= start:
        return None
    periods: list[Band] = []
    running = [x for x in lines if x.until or x.open_ended]
    for n, line in enumerate(running):
        to = last_day(line.until) if line.until else end
        if n + 1 < len(running):
            to = min(to, first_day(running[n + 1].date))
        periods.append(Band(line.date, min(to, end).isoformat(), line.symbol, None))
    chapter = [
        (x.date, x.symbol, int(x.chapter_vii))
        for x in lines
        if x.chapter_vii is not None and _speaks_of_force(x.action, x.chapter_vii)
    ]
    tasks = [(x.date, x.symbol, len(x.in_force)) for x in lines if x.tasks]
    levels = [
        (c.start, c.decision.symbol, c.persons)
        for c in ceilings
        if c.kind == "military" and c.persons and first_day(c.start) <= end
    ]
    return MandateTimeline(
        start=start.isoformat(),
        end=end.isoformat(),
        periods=tuple(periods),
        chapter_vii=tuple(b for b in _steps(chapter, end) if b.value),
        tasks=_steps(tasks, end),
        ceilings=_steps(levels, end),
    )


def _steps(values: Sequence[tuple[str, str, int]], end: date) -> tuple[Band, ...]:
    """Each value (from when, by which decision, how much) from its day to that of the next."""
    out: list[Band] = []
    for n, (since, symbol, value) in enumerate(values):
        to = values[n + 1][0] if n + 1 < len(values) else end.isoformat()
        out.append(Band(since, to, symbol, value))
    return tuple(out)


_LEFT, _RIGHT = 138.0, 700.0


def draw_timeline(timeline: MandateTimeline, title: str, language: Language) -> Markup:
    """The picture as SVG; its words stand in the chain below it."""
    first, last = date.fromisoformat(timeline.start), date.fromisoformat(timeline.end)
    days = max((last - first).days, 1)

    def x(day: str) -> float:
        inside = min(max((first_day(day) - first).days, 0), days)
        return _LEFT + (_RIGHT - _LEFT) * inside / days

    def name(text: str, y: float) -> str:
        place = f'x="{_LEFT - 10:g}" y="{y:g}" text-anchor="end"'
        return f'<text class="row" {place}>{escape(text)}</text>'

    out: list[str] = []
    y = 8.0
    out.append(name(language.say("Mandate"), y + 15))
    for n, band in enumerate(timeline.periods):
        left, right = x(band.start), x(band.end)
        told = f"{band.label}: {language.date(band.start)} – {language.date(band.end)}"
        out.append(
            f'<rect class="period {"odd" if n % 2 else "even"}" x="{left:.1f}" y="{y:g}"'
            f' width="{max(right - left - 0.6, 0.8):.1f}" height="22">'
            f"<title>{escape(told)}</title></rect>"
        )
    y += 34
    if timeline.chapter_vii:
        out.append(name(language.say("Chapter VII"), y + 10))
        out += [
            f'<rect class="seven" x="{x(b.start):.1f}" y="{y:g}"'
            f' width="{max(x(b.end) - x(b.start), 0.8):.1f}" height="12"/>'
            for b in timeline.chapter_vii
        ]
        y += 26
    for title_of_row, bands in (
        (language.say("Tasks"), timeline.tasks),
        (language.say("Military ceiling"), timeline.ceilings),
    ):
        if not bands:
            continue
        height, top = 58.0, max(b.value or 0 for b in bands) or 1
        base = y + height
        out.append(name(title_of_row, base - height / 2 + 4))
        previous = None
        for b in bands:
            value = b.value or 0
            tall = (height - 14) * value / top
            left, right = x(b.start), x(b.end)
            told = f"{b.label}, {language.date(b.start)}: {language.number(value)}"
            out.append(
                f'<rect class="level" x="{left:.1f}" y="{base - tall:.1f}"'
                f' width="{max(right - left, 0.8):.1f}" height="{max(tall, 0.8):.1f}">'
                f"<title>{escape(told)}</title></rect>"
            )
            if value != previous and (value == top or b is bands[-1] or right - left > 60):
                # a number near the right edge would leave the picture
                anchor, at = ("end", right) if left > _RIGHT - 50 else ("start", left)
                out.append(
                    f'<text class="value" x="{at:.1f}" y="{base - tall - 3:.1f}"'
                    f' text-anchor="{anchor}">{escape(language.number(value))}</text>'
                )
            previous = value
        out.append(f'<path class="base" d="M{_LEFT:g} {base:g}H{_RIGHT:g}"/>')
        y = base + 14
    out.append(_years(first, last, y, x))
    return Markup(  # noqa: S704 - escaped where it is written
        f'<svg class="chart timeline" viewBox="0 0 720 {y + 26:g}" role="img"'
        f' aria-label="{escape(title)}">{"".join(out)}</svg>'
    )


def _years(first: date, last: date, y: float, x: object) -> str:
    """The years below the picture."""
    assert callable(x)
    span = last.year - first.year + 1
    step = next(s for s in (1, 2, 5, 10, 20) if span / s <= 9)
    out = ['<g class="axis">']
    for year in range(-(-first.year // step) * step, last.year + 1, step):
        if date(year, 1, 1) < first:
            continue
        at = x(f"{year}-01-01")
        out.append(
            f'<line x1="{at:.1f}" x2="{at:.1f}" y1="4" y2="{y:g}"/>'
            f'<text x="{at:.1f}" y="{y + 16:g}" text-anchor="middle">{year}</text>'
        )
    return "".join([*out, "</g>"])
