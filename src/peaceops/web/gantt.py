"""Bars over months as SVG: rows with a name, one column a month, readable without colour.

Each kind of bar has a look of its own in black and white too: a full bar, a hatched one, a dashed
outline, a dotted line. The colours are those of `static/plan.css`; a file carries its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup, escape

from peaceops.web.languages import Language

Kind = Literal["held", "handover", "empty", "must", "rest", "beyond"]

_STYLE = """
text{font:12px 'Liberation Sans','DejaVu Sans',Arial,sans-serif;fill:#1a242d}
.soft{fill:#4b5964}.head{font-weight:bold}.grid{stroke:#d3dbe1}.year{stroke:#86939d}
.held{fill:#cfe0ef;stroke:#14395b}.handover{stroke:#14395b}.hatch{stroke:#14395b}
.empty{fill:none;stroke:#86939d}.must{fill:none;stroke:#9b1c1c}.rest{stroke:#4b5964}
.beyond{stroke:#7a4b00;fill:none}.bar{fill:#0d2438}
"""


@dataclass(frozen=True)
class Bar:
    """Months from first to last (both included) of one kind, with words on and about it."""

    first: int
    last: int
    kind: Kind
    title: str
    label: str = ""


@dataclass(frozen=True)
class Row:
    """One line of bars; a row without bars is a heading."""

    name: str
    bars: tuple[Bar, ...] = ()
    is_heading: bool = False


@dataclass(frozen=True)
class Gantt:
    """What is drawn: rows over the months from first to last, and what the signs mean."""

    title: str
    description: str
    first: int
    last: int
    rows: tuple[Row, ...]
    legend: tuple[tuple[Kind, str], ...]


_LEFT, _ROW, _TOP = 196, 26, 48


def draw_gantt(
    gantt: Gantt, language: Language, number: str = "gantt", *, file: bool = False
) -> str:
    """The bars as SVG; `file` adds colours and a title, for use outside the portal."""
    months = gantt.last - gantt.first + 1
    step = 35 if months <= 24 else 24 if months <= 36 else 18
    width = _LEFT + months * step + 10
    height = _TOP + _ROW * len(gantt.rows) + 8
    out = [_patterns(number), _scale(gantt, language, step, height)]
    for index, row in enumerate(gantt.rows):
        out.append(_draw_row(row, gantt, step, _TOP + _ROW * index, number))
    legend, lines = _draw_legend(gantt.legend, width, height + 12, number)
    out.append(legend)
    total = height + 14 + 22 * lines
    head = f'<title id="{number}-t">{escape(gantt.title)}</title>'
    head += f'<desc id="{number}-d">{escape(gantt.description)}</desc>'
    body = "".join(out)
    if not file:
        return (
            f'<svg class="gantt" viewBox="0 0 {width} {total}" width="{width}" height="{total}"'
            f' role="img" aria-labelledby="{number}-t {number}-d">{head}{body}</svg>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {total + 34}"'
        f' width="{width}" height="{total + 34}" role="img" aria-labelledby="{number}-t">{head}'
        f'<style>{_STYLE}</style><rect width="{width}" height="{total + 34}" fill="#fff"/>'
        f'<text class="head" x="8" y="22">{escape(gantt.title)}</text>'
        f'<g transform="translate(0 34)">{body}</g></svg>'
    )


def picture_of_gantt(gantt: Gantt, language: Language, number: str = "gantt") -> Markup:
    """The bars as part of a page."""
    return Markup(draw_gantt(gantt, language, number))  # noqa: S704 - escaped where it is drawn


def _patterns(number: str) -> str:
    return (
        f'<defs><pattern id="{number}-h" width="6" height="6" patternUnits="userSpaceOnUse">'
        '<path class="hatch" d="M0 6L6 0M-1 1L1 -1M5 7L7 5" stroke-width="1.3"/></pattern></defs>'
    )


def _scale(gantt: Gantt, language: Language, step: int, height: int) -> str:
    """Years and months above, a line before each year and a thinner one before each quarter."""
    out = []
    names = language.locale.months["stand-alone"]["narrow"]
    for month in range(gantt.first, gantt.last + 2):
        x = _LEFT + (month - gantt.first) * step
        if month % 12 == 0 or month == gantt.first:
            out.append(f'<path class="year" d="M{x} 8V{height}"/>')
            if month <= gantt.last:
                out.append(f'<text class="head" x="{x + 5}" y="20">{month // 12}</text>')
        elif month % 3 == 0 or month > gantt.last:
            out.append(f'<path class="grid" d="M{x} 28V{height}"/>')
        if month <= gantt.last:
            out.append(
                f'<text class="soft" x="{x + step / 2:g}" y="40" text-anchor="middle">'
                f"{escape(names[month % 12 + 1])}</text>"
            )
    return f'<g aria-hidden="true">{"".join(out)}</g>'


def _draw_row(row: Row, gantt: Gantt, step: int, y: int, number: str) -> str:
    name = row.name if len(row.name) <= 29 else f"{row.name[:28]}…"
    right = _LEFT + (gantt.last - gantt.first + 1) * step
    if row.is_heading:
        return (
            f'<path class="grid" d="M0 {y + 3}H{right}"/>'
            f'<text class="head" x="4" y="{y + 19}">{escape(name)}</text>'
        )
    out = [f'<text x="12" y="{y + 17}">{escape(name)}</text>']
    for bar in row.bars:
        first, last = max(bar.first, gantt.first), min(bar.last, gantt.last)
        if first > last:
            continue
        x = _LEFT + (first - gantt.first) * step
        wide = (last - first + 1) * step
        out.append(
            f"<g><title>{escape(bar.title)}</title>{_shape(bar.kind, x, y, wide, number)}"
            f"{_bar_label(bar.label, x, y, wide)}</g>"
        )
    return "".join(out)


def _bar_label(label: str, x: float, y: float, wide: float) -> str:
    room = int((wide - 6) / 6.6)
    if not label or room < min(len(label), 3):
        return ""
    text = label if len(label) <= room else f"{label[: room - 1]}…"
    return (
        f'<text class="bar" x="{x + wide / 2:g}" y="{y + 17:g}" text-anchor="middle">'
        f"{escape(text)}</text>"
    )


def _shape(kind: Kind, x: float, y: float, wide: float, number: str) -> str:
    box = f'x="{x + 1:g}" y="{y + 4:g}" width="{wide - 2:g}" height="18" rx="2"'
    if kind == "held":
        return f'<rect class="held" {box}/>'
    if kind == "handover":
        return f'<rect class="handover" {box} fill="url(#{number}-h)"/>'
    if kind == "empty":
        return f'<rect class="empty" {box} stroke-dasharray="2 3"/>'
    if kind == "must":
        cross = f"M{x + 1:g} {y + 22:g}l{min(wide - 2, 18):g} -18"
        return f'<rect class="must" {box} stroke-width="2"/><path class="must" d="{cross}"/>'
    if kind == "rest":
        line = f"M{x + 3:g} {y + 13:g}H{x + wide - 3:g}"
        return f'<path class="rest" d="{line}" stroke-width="2" stroke-dasharray="1 4"/>'
    # Where the known mandate ends: a thick stroke with a foot along what lies beyond it.
    line = f"M{x:g} {y + 1:g}V{y + 24.5:g}H{x + wide:g}"
    return f'<path class="beyond" d="{line}" stroke-width="2"/>'


def _draw_legend(
    legend: Sequence[tuple[Kind, str]], width: float, y: float, number: str
) -> tuple[str, int]:
    out, x, line = [], 12.0, 0
    for kind, words in legend:
        wide = 46 + 6.8 * len(words)
        if x > 12 and x + wide > width:
            x, line = 12.0, line + 1
        top = y + 22 * line
        out.append(_shape(kind, x, top - 4, 26, number))
        out.append(f'<text class="soft" x="{x + 34:g}" y="{top + 13:g}">{escape(words)}</text>')
        x += wide
    return "".join(out), line + 1
