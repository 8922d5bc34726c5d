"""One chart specification for page, file and embedding: `Chart` → SVG, PNG or a table.

Charts are readable without colour: every series has its own dash or pattern, its own sign, and its
name written at its end. The colours are those of `static/portal.css`; a file carries its own.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from markupsafe import Markup, escape

from peaceops.model import first_day, last_day
from peaceops.web.languages import Language

ChartKind = Literal["line", "area", "bar", "slope", "small-multiples", "timeline", "gantt"]

# What a chart looks like outside the portal's stylesheet; the same classes are in portal.css.
_STYLE = """
text{font:13px 'Liberation Sans','DejaVu Sans',Arial,sans-serif}
.axis text{fill:#4a5863;font-size:12px}.axis line,.axis path{stroke:#c4ced5;fill:none}
.title{font-size:17px;font-weight:bold}.note{font-size:11px;fill:#4a5863}
.s0{--c:#0f5c94}.s1{--c:#a34a00}.s2{--c:#2c6e49}.s3{--c:#6b3fa0}.s4{--c:#8a1f3d}.s5{--c:#4f5b66}
"""
_COLOURS = ("#0f5c94", "#a34a00", "#2c6e49", "#6b3fa0", "#8a1f3d", "#4f5b66")
_DASHES = ("", "7 4", "2 3", "10 3 2 3", "5 2", "1 4")


@dataclass(frozen=True)
class Source:
    """Where a chart's figures come from."""

    title: str
    url: str


@dataclass(frozen=True)
class Series:
    """One line, area, row of bars or set of spans, with its name.

    `points` are (x, y): x a date ('2013-04-25', '2013-04', '2013') or a category; y None where
    nothing is known. A timeline or gantt has `spans` instead: (label, start, end or None).
    """

    name: str
    points: tuple[tuple[str, float | None], ...] = ()
    spans: tuple[tuple[str, str, str | None], ...] = ()
    step: bool = False


@dataclass(frozen=True)
class Chart:
    """What is to be shown; how it is drawn follows from it.

    `since` and `until` widen the time shown beyond the first and last point.
    """

    kind: ChartKind
    title: str
    description: str
    unit: str
    x_title: str
    series: tuple[Series, ...]
    sources: tuple[Source, ...] = ()
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class Table:
    """The same figures as a table: first column the x values, one column a series."""

    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tabulate(chart: Chart, language: Language) -> Table:
    """The chart's twin for readers of tables and for CSV."""
    say = language.say
    if chart.kind in ("timeline", "gantt"):
        rows = [
            (series.name, label, language.date(start, "medium"), language.date(end, "medium"))
            for series in chart.series
            for label, start, end in series.spans
        ]
        return Table(chart.title, ("", chart.x_title, say("Start"), say("End")), tuple(rows))
    xs = list(dict.fromkeys(x for s in chart.series for x, _ in s.points))
    dated = all(_is_date(x) for x in xs)
    if dated:
        xs.sort(key=first_day)
    by_series = [dict(s.points) for s in chart.series]
    body = tuple(
        (
            language.date(x, "medium") if dated else x,
            *(
                language.number(value) if (value := values.get(x)) is not None else ""
                for values in by_series
            ),
        )
        for x in xs
    )
    return Table(chart.title, (chart.x_title, *(s.name for s in chart.series)), body)


def list_figures(chart: Chart) -> list[tuple[str, ...]]:
    """Header and rows for a CSV file: dates and numbers as they are, empty where not known."""
    if chart.kind in ("timeline", "gantt"):
        rows = [(s.name, *(part or "" for part in span)) for s in chart.series for span in s.spans]
        return [("series", "label", "start", "end"), *rows]
    out: list[tuple[str, ...]] = [("series", "x", chart.unit or "value")]
    for s in chart.series:
        out += [(s.name, x, "" if y is None else f"{y:g}") for x, y in s.points]
    return out


def _is_date(text: str) -> bool:
    return bool(re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", text))


def number_ticks(top: float) -> list[float]:
    """Round numbers from 0 to just above `top`, at most seven."""
    if top <= 0:
        return [0.0, 1.0]
    raw = top / 5
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= raw)
    step = max(step, 1.0)
    return [step * i for i in range(math.ceil(top / step) + 1)]


def _years(first: date, last: date, most: int = 8) -> list[int]:
    span = last.year - first.year + 1
    step = next(s for s in (1, 2, 5, 10, 20, 50) if span / s <= most)
    start = -(-first.year // step) * step
    return [y for y in range(start, last.year + 1, step) if date(y, 1, 1) >= first]


class _Frame:
    """A drawing area with a time scale across and a number scale up."""

    def __init__(self, first: date, last: date, top: float, box: tuple[float, ...]):
        self.first, self.last = first, last
        self.left, self.upper, self.right, self.lower = box
        self.ticks = number_ticks(top)
        self.top = self.ticks[-1]
        self.days = max((last - first).days, 1)

    def x(self, partial: str, *, end: bool = False) -> float:
        day = last_day(partial) if end else first_day(partial)
        return self.left + (self.right - self.left) * (day - self.first).days / self.days

    def y(self, value: float) -> float:
        return self.lower - (self.lower - self.upper) * value / self.top

    def axes(self, language: Language) -> str:
        out = ['<g class="axis">']
        for tick in self.ticks:
            y = self.y(tick)
            out.append(
                f'<line x1="{self.left:g}" x2="{self.right:g}" y1="{y:.1f}" y2="{y:.1f}"/>'
                f'<text x="{self.left - 8:g}" y="{y + 4:.1f}" text-anchor="end">'
                f"{escape(language.number(tick))}</text>"
            )
        return "".join([*out, self.years(), "</g>"])

    def years(self) -> str:
        out = []
        for year in _years(self.first, self.last):
            x = self.x(str(year))
            out.append(
                f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{self.lower:g}" y2="{self.lower + 5:g}"/>'
                f'<text x="{x:.1f}" y="{self.lower + 19:g}" text-anchor="middle">{year}</text>'
            )
        return "".join(out)


def draw_svg(chart: Chart, language: Language, number: str = "chart", *, file: bool = False) -> str:
    """The chart as SVG; `file` adds title, sources and colours, for use outside the portal."""
    if chart.kind in ("line", "area"):
        body, height = _draw_lines(chart, language)
    elif chart.kind == "slope":
        body, height = _draw_slope(chart, language)
    elif chart.kind == "bar":
        body, height = _draw_bars(chart, language, number)
    elif chart.kind == "small-multiples":
        body, height = _draw_multiples(chart, language)
    else:
        body, height = _draw_spans(chart, number)
    width = 720
    head = f'<title id="{number}-t">{escape(chart.title)}</title>'
    head += f'<desc id="{number}-d">{escape(chart.description)}</desc>'
    if not file:
        return (
            f'<svg class="chart" viewBox="0 0 {width} {height:g}" role="img"'
            f' aria-labelledby="{number}-t {number}-d">{head}{body}</svg>'
        )
    notes = [chart.description, *(f"{s.title}: {s.url}" for s in chart.sources[:4])]
    lines = "".join(
        f'<text class="note" x="8" y="{height + 58 + 16 * i:g}">{escape(note[:125])}</text>'
        for i, note in enumerate(notes)
    )
    total = height + 64 + 16 * len(notes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {total:g}" width="{width}"'
        f' fill="#24313b"'
        f' height="{total:g}" role="img" aria-labelledby="{number}-t {number}-d">{head}'
        f'<style>{_STYLE}</style><rect width="{width}" height="{total:g}" fill="#fff"/>'
        f'<text class="title" x="8" y="24">{escape(chart.title[:80])}</text>'
        f'<g transform="translate(0 38)">{body}</g>{lines}</svg>'
    )


def draw_png(chart: Chart, language: Language, width: int = 1440) -> bytes:
    """The chart as a PNG picture, by resvg; loaded only when a picture is asked for."""
    import resvg_py

    svg = draw_svg(chart, language, file=True)
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=width, background="#ffffff"))


def picture(chart: Chart, language: Language, number: str = "chart") -> Markup:
    """The chart as part of a page."""
    return Markup(draw_svg(chart, language, number))  # noqa: S704 - escaped where it is drawn


def _stroke(index: int) -> str:
    dash = _DASHES[index % len(_DASHES)]
    return f'class="s{index % 6}" stroke="{_COLOURS[index % 6]}" stroke-width="2.2" fill="none"' + (
        f' stroke-dasharray="{dash}"' if dash else ""
    )


def _point(index: int, x: float, y: float) -> str:
    """A point's sign, another for each series."""
    colour = f'class="s{index % 6} dot" fill="{_COLOURS[index % 6]}"'
    if index % 3 == 0:
        return f'<circle {colour} cx="{x:.1f}" cy="{y:.1f}" r="3.4"/>'
    if index % 3 == 1:
        return f'<rect {colour} x="{x - 3.2:.1f}" y="{y - 3.2:.1f}" width="6.4" height="6.4"/>'
    return f'<path {colour} d="M{x:.1f} {y - 4.4:.1f}l4.2 7.4h-8.4z"/>'


def _labels(items: Sequence[tuple[float, str, int]], x: float, room: int) -> str:
    """Names at the ends of lines, moved apart, cut to the room there is in at most two lines."""
    out = []
    below = -math.inf
    for y, name, index in sorted(items):
        words = _wrap(name, room)
        here = max(y, below + 15)
        for k, line in enumerate(words):
            out.append(
                f'<text class="s{index % 6} label" fill="{_COLOURS[index % 6]}" x="{x:.1f}"'
                f' y="{here + 4 + 14 * k:.1f}">{escape(line)}</text>'
            )
        below = here + 14 * (len(words) - 1)
    return "".join(out)


def _wrap(text: str, room: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines[:3]


def _time_range(chart: Chart) -> tuple[date, date]:
    days = [first_day(x) for s in chart.series for x, _ in s.points]
    days += [first_day(a) for s in chart.series for _, a, _ in s.spans]
    days += [last_day(b) for s in chart.series for _, _, b in s.spans if b]
    days += [first_day(day) for day in (chart.since, chart.until) if day]
    return min(days), max(days)


def _path(frame: _Frame, series: Series) -> str:
    """A line broken where a value is not known; a step keeps its height until the next."""
    out: list[str] = []
    drawing = False
    for x, y in series.points:
        if y is None:
            drawing = False
            continue
        px, py = frame.x(x), frame.y(y)
        if not drawing:
            out.append(f"M{px:.1f} {py:.1f}")
        elif series.step:
            out.append(f"H{px:.1f}V{py:.1f}")
        else:
            out.append(f"L{px:.1f} {py:.1f}")
        drawing = True
    return "".join(out)


def _runs(series: Series) -> list[list[tuple[str, float]]]:
    """The stretches of a series in which every value is known."""
    runs: list[list[tuple[str, float]]] = [[]]
    for x, y in series.points:
        if y is None:
            runs.append([])
        else:
            runs[-1].append((x, y))
    return [run for run in runs if run]


def _area(frame: _Frame, run: list[tuple[str, float]], index: int) -> str:
    top = "L".join(f"{frame.x(x):.1f} {frame.y(y):.1f}" for x, y in run)
    first, last = frame.x(run[0][0]), frame.x(run[-1][0])
    return (
        f'<path class="s{index % 6} fill" fill="{_COLOURS[index % 6]}" fill-opacity=".18"'
        f' d="M{top}L{last:.1f} {frame.lower:g}L{first:.1f} {frame.lower:g}z"/>'
    )


def _draw_lines(chart: Chart, language: Language) -> tuple[str, float]:
    first, last = _time_range(chart)
    top = max((y for s in chart.series for _, y in s.points if y is not None), default=1.0)
    frame = _Frame(first, last, top, (64, 14, 540, 300))
    out = [frame.axes(language)]
    ends = []
    for index, series in enumerate(chart.series):
        known = [(x, y) for x, y in series.points if y is not None]
        if not known:
            continue
        path = _path(frame, series)
        if chart.kind == "area":
            out += [_area(frame, run, index) for run in _runs(series) if len(run) > 1]
        if len(known) > 1:
            out.append(f'<path {_stroke(index)} d="{path}"/>')
        if len(known) <= 40:
            shown = known[:-1] if series.step and len(known) > 1 else known
        else:  # a year between two that are not known is no line
            shown = [run[0] for run in _runs(series) if len(run) == 1]
        out += [_point(index, frame.x(x), frame.y(y)) for x, y in shown]
        ends.append((frame.y(known[-1][1]), series.name, index))
    out.append(_labels(ends, frame.right + 10, 21))
    return "".join(out), 330


def _draw_slope(chart: Chart, language: Language) -> tuple[str, float]:
    """Each series from its first to its last value, both written at their ends."""
    top = max((y for s in chart.series for _, y in s.points if y is not None), default=1.0) or 1.0
    out = []
    left, right, upper, lower = 200.0, 520.0, 34.0, 320.0
    names = [x for x, _ in chart.series[0].points] if chart.series else []
    for x, name, anchor in ((left, names[0], "end"), (right, names[-1], "start")):
        label = language.date(name, "medium") if _is_date(name) else name
        out.append(f'<text x="{x:g}" y="16" text-anchor="{anchor}">{escape(label)}</text>')
        out.append(
            f'<g class="axis"><line x1="{x:g}" x2="{x:g}" y1="{upper:g}" y2="{lower:g}"/></g>'
        )
    ends, starts = [], []
    for index, series in enumerate(chart.series):
        a, b = series.points[0][1], series.points[-1][1]
        if a is None or b is None:
            continue
        ya, yb = lower - (lower - upper) * a / top, lower - (lower - upper) * b / top
        out.append(f'<path {_stroke(index)} d="M{left} {ya:.1f}L{right} {yb:.1f}"/>')
        out += [_point(index, left, ya), _point(index, right, yb)]
        ends.append((yb, f"{language.number(b)} {series.name}", index))
        starts.append((ya, language.number(a), index))
    out.append(_labels(ends, right + 10, 26))
    below = -math.inf
    for y, text, index in sorted(starts):
        y = max(y, below + 15)
        below = y
        out.append(
            f'<text class="s{index % 6} label" fill="{_COLOURS[index % 6]}" x="{left - 10:g}"'
            f' y="{y + 4:.1f}" text-anchor="end">{escape(text)}</text>'
        )
    return "".join(out), 340


def _patterns(count: int, number: str) -> str:
    """A pattern for each series, so that bars differ without colour."""
    marks = (
        "",
        '<path d="M0 8L8 0" stroke="#fff" stroke-width="2"/>',
        '<circle cx="4" cy="4" r="1.7" fill="#fff"/>',
        '<path d="M0 4H8" stroke="#fff" stroke-width="2"/>',
        '<path d="M4 0V8" stroke="#fff" stroke-width="2"/>',
        '<path d="M0 0L8 8M0 8L8 0" stroke="#fff" stroke-width="1.3"/>',
    )
    return (
        "<defs>"
        + "".join(
            f'<pattern id="{number}-p{i}" width="8" height="8" patternUnits="userSpaceOnUse">'
            f'<rect class="s{i} dot" width="8" height="8" fill="{_COLOURS[i]}"/>'
            f"{marks[i]}</pattern>"
            for i in range(min(count, 6))
        )
        + "</defs>"
    )


def _draw_bars(chart: Chart, language: Language, number: str) -> tuple[str, float]:
    """Rows of bars, one row a category, one bar a series, the value written at its end."""
    names = list(dict.fromkeys(x for s in chart.series for x, _ in s.points))
    top = max((y for s in chart.series for _, y in s.points if y is not None), default=1.0) or 1.0
    many = len(chart.series)
    bar = 17.0 if many == 1 else 13.0
    row = bar * many + 12
    left, right = 210.0, 640.0
    out = [_patterns(many, number)]
    y = 6.0
    if many > 1:
        x = left
        for i, series in enumerate(chart.series):
            out.append(
                f'<rect x="{x:.1f}" y="2" width="14" height="14" fill="url(#{number}-p{i % 6})"/>'
                f'<text x="{x + 20:.1f}" y="14">{escape(series.name)}</text>'
            )
            x += 36 + 7.2 * len(series.name)
        y = 30.0
    values = [dict(s.points) for s in chart.series]
    for name in names:
        label = language.date(name, "medium") if _is_date(name) and len(name) > 4 else name
        for k, line in enumerate(_wrap(label, 30)[:2]):
            out.append(
                f'<text x="{left - 10:g}" y="{y + bar - 4 + 13 * k:.1f}" text-anchor="end">'
                f"{escape(line)}</text>"
            )
        for i, by_name in enumerate(values):
            value = by_name.get(name)
            if value is None:
                continue
            length = max((right - left) * value / top, 1)
            yy = y + i * bar
            out.append(
                f'<rect x="{left:g}" y="{yy:.1f}" width="{length:.1f}" height="{bar - 2:g}"'
                f' fill="url(#{number}-p{i % 6})"/><text x="{left + length + 6:.1f}"'
                f' y="{yy + bar - 4:.1f}">{escape(language.number(value))}</text>'
            )
        y += max(row, 28 if len(label) > 30 else row)
    return "".join(out), y + 6


def _draw_multiples(chart: Chart, language: Language) -> tuple[str, float]:
    """One small chart a series, all on the same scales."""
    first, last = _time_range(chart)
    top = max((y for s in chart.series for _, y in s.points if y is not None), default=1.0)
    out = []
    for index, series in enumerate(chart.series):
        column, line = index % 3, index // 3
        left, upper = 44 + column * 232, 28 + line * 150
        frame = _Frame(first, last, top, (left, upper, left + 180, upper + 90))
        frame.ticks = [0, frame.top]
        out.append(f'<text x="{left}" y="{upper - 10}">{escape(series.name[:30])}</text>')
        out.append('<g class="axis">')
        for tick in frame.ticks:
            y = frame.y(tick)
            out.append(
                f'<line x1="{left}" x2="{left + 180}" y1="{y:.1f}" y2="{y:.1f}"/>'
                f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">'
                f"{escape(language.number(tick))}</text>"
            )
        for day, anchor in ((first, "start"), (last, "end")):
            x = left if day == first else left + 180
            out.append(f'<text x="{x}" y="{upper + 107}" text-anchor="{anchor}">{day.year}</text>')
        out.append(f'</g><path {_stroke(index)} d="{_path(frame, series)}"/>')
        known = [(x, y) for x, y in series.points if y is not None]
        if known:
            out.append(_point(index, frame.x(known[-1][0]), frame.y(known[-1][1])))
    return "".join(out), 30 + 150 * -(-len(chart.series) // 3)


def _draw_spans(chart: Chart, number: str) -> tuple[str, float]:
    """Spans of time, one row a label; a span without an end fades out at the last date."""
    first, last = _time_range(chart)
    rows = [(i, *span) for i, s in enumerate(chart.series) for span in s.spans]
    height = 22.0
    frame = _Frame(first, last, 1, (200, 8, 690, 8 + height * len(rows)))
    out = [_patterns(len(chart.series), number), f'<g class="axis">{frame.years()}</g>']
    for k, (index, label, start, end) in enumerate(rows):
        y = frame.upper + k * height
        x = frame.x(start)
        right = frame.x(end, end=True) if end else frame.right
        open_end = "" if end else ' fill-opacity=".55"'
        out.append(
            f'<text x="190" y="{y + 14:.1f}" text-anchor="end">{escape(label[:28])}</text>'
            f'<rect x="{x:.1f}" y="{y + 3:.1f}" width="{max(right - x, 2):.1f}" height="14"'
            f' fill="url(#{number}-p{index % 6})"{open_end}/>'
        )
    return "".join(out), frame.lower + 30


@lru_cache(maxsize=64)
def png_of(chart: Chart, language: Language) -> bytes:
    """`draw_png`, remembered for the charts asked for last."""
    return draw_png(chart, language)
