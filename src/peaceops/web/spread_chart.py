"""Distributions in rows, one small histogram a row on a common scale of months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from peaceops.web.charts import number_ticks
from peaceops.web.languages import Language

ROW = 30.0
BAR = 22.0
LABEL = 30  # letters that fit beside a row


@dataclass(frozen=True)
class Spread:
    """One row: shares of the runs (0 to 1) by months held, the months planned, the middle run."""

    label: str
    planned: int
    middle: int
    shares: Mapping[int, float]


def draw_spreads(
    name: str, title: str, words: str, language: Language, rows: Sequence[Spread]
) -> Markup:
    """The rows as SVG, told apart without colour; every row says its figures to a screen reader."""
    left, right, head = 206.0, 704.0, 26.0
    most = max([r.planned for r in rows] + [m for r in rows for m in r.shares]) or 1
    ticks = [t for t in number_ticks(most) if t <= most]
    step = (right - left) / (most + 1)
    lower = head + ROW * len(rows)

    def x(months: float) -> float:
        return left + step * (months + 0.5)

    out = ['<g class="axis">']
    for tick in ticks:
        out.append(
            f'<line x1="{x(tick):.1f}" x2="{x(tick):.1f}" y1="{head:g}" y2="{lower:g}"/>'
            f'<text x="{x(tick):.1f}" y="{head - 8:g}" text-anchor="middle">'
            f"{escape(language.number(tick))}</text>"
        )
    out.append("</g>")
    for number, row in enumerate(rows):
        base = head + ROW * (number + 1) - 4
        label = row.label if len(row.label) <= LABEL else row.label[: LABEL - 1] + "…"
        tallest = max(row.shares.values())
        spoken = language.say(
            "%(name)s: %(planned)s months planned, %(middle)s in the middle run",
            name=row.label, planned=language.number(row.planned),
            middle=language.number(row.middle),
        )  # fmt: skip
        bars = "".join(
            f'<rect x="{x(months) - step * 0.4:.1f}" y="{base - BAR * share / tallest:.1f}"'
            f' width="{step * 0.8:.1f}" height="{BAR * share / tallest:.1f}"/>'
            for months, share in sorted(row.shares.items())
            if share / tallest > 0.004
        )
        out.append(
            f'<g class="row"><title>{escape(spoken)}</title>'
            f'<text x="{left - 10:g}" y="{base - 6:.1f}" text-anchor="end">{escape(label)}</text>'
            f'<line class="base" x1="{left:g}" x2="{right:g}" y1="{base:.1f}" y2="{base:.1f}"/>'
            f'<g class="bars">{bars}</g>'
            f'<line class="planned" x1="{x(row.planned) + step * 0.5:.1f}"'
            f' x2="{x(row.planned) + step * 0.5:.1f}" y1="{base - BAR - 3:.1f}" y2="{base:.1f}"/>'
            f'<circle class="middle" cx="{x(row.middle):.1f}" cy="{base:.1f}" r="3.6"/></g>'
        )
    return Markup(  # noqa: S704 - numbers, and texts that are escaped
        f'<svg class="spreads" viewBox="0 0 720 {lower + 8:g}" role="img"'
        f' aria-labelledby="{name}-t {name}-d"><title id="{name}-t">{escape(title)}</title>'
        f'<desc id="{name}-d">{escape(words)}</desc>{"".join(out)}</svg>'
    )
