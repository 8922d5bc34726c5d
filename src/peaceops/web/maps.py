"""Maps of operations as accessible SVG, from shapes drawn once by `tools/draw_world.py`.

A framework is told by the shape of its sign and by its name, not by colour alone.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from markupsafe import Markup, escape

# The part of the drawing shown on a map of the world: x, y, width, height.
WORLD_BOX = (100.0, 8.0, 870.0, 425.0)
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_NORTH = 83.7
_STEP = re.compile(r"([Mlz])(-?[\d.]*),?(-?[\d.]*)")


@dataclass(frozen=True)
class Marker:
    """One operation on a map."""

    operation: str
    label: str
    title: str
    framework: str
    status: str
    lat: float
    lon: float


@dataclass(frozen=True)
class OperationMap:
    """Operations where they are, and the countries that host them."""

    markers: tuple[Marker, ...]
    hosts: tuple[str, ...]


@cache
def read_shapes(name: str) -> dict[str, Any]:
    """`world` or `near`: SVG paths by ISO3, with the drawing's width and height."""
    text = (resources.files(__package__) / "shapes" / f"{name}.json").read_text("utf-8")
    shapes: dict[str, Any] = json.loads(text)
    return shapes


def _equal_earth(lon: float, lat: float) -> tuple[float, float]:
    t = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(lat)))
    x = 2 * math.sqrt(3) * math.radians(lon) * math.cos(t)
    x /= 3 * (9 * _A4 * t**8 + 7 * _A3 * t**6 + 3 * _A2 * t**2 + _A1)
    return x, t * (_A1 + _A2 * t**2 + t**6 * (_A3 + _A4 * t**2))


def place_on_map(lat: float, lon: float) -> tuple[float, float]:
    """Degrees → x and y of the drawing, 1000 units wide.

    >>> place_on_map(0, 0)[0]
    500.0
    """
    scale = 1000 / (2 * _equal_earth(180, 0)[0])
    x, y = _equal_earth(lon, lat)
    return 500 + x * scale, (_equal_earth(0, _NORTH)[1] - y) * scale


Box = tuple[float, float, float, float]  # west, north, east, south


@cache
def _outlines(iso3: str) -> tuple[tuple[str, Box], ...]:
    """A country's outlines in the near drawing, each an SVG path with its bounds, largest first."""
    found = []
    for outline in read_shapes("near")["paths"].get(iso3, "").split("z"):
        x = y = 0.0
        xs, ys = [], []
        for command, dx, dy in _STEP.findall(outline):
            if command == "M":
                x, y = float(dx), float(dy)
            elif command == "l":
                x, y = x + float(dx), y + float(dy)
            xs.append(x)
            ys.append(y)
        if xs:
            found.append((f"{outline}z", (min(xs), min(ys), max(xs), max(ys))))
    found.sort(key=lambda item: -(item[1][2] - item[1][0]) * (item[1][3] - item[1][1]))
    return tuple(found)


@cache
def world_svg() -> str:
    """The land of the whole world as an SVG file of its own, light or dark as the reader's page."""
    x, y, width, height = WORLD_BOX
    paths = "".join(f'<path d="{d}"/>' for d in read_shapes("world")["paths"].values())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{x:g} {y:g} {width:g} {height:g}">'
        "<style>path{fill:#d5dce0;stroke:#f5f8fa;stroke-width:.5;stroke-linejoin:round}"
        "@media(prefers-color-scheme:dark){path{fill:#37434d;stroke:#1b232a}}</style>"
        f"{paths}</svg>"
    )


def _spread(points: list[tuple[float, float]], gap: float) -> list[tuple[float, float]]:
    """Move points apart until signs of size `gap` do not cover each other: each takes the nearest
    free place on rings around its own."""
    taken: list[tuple[float, float]] = []
    out = []
    for x, y in points:
        place = (x, y)
        ring = 0
        while any(math.dist(place, t) < gap for t in taken):
            ring += 1
            spots = 6 * ring
            candidates = [
                (
                    x + ring * gap * 0.9 * math.cos(2 * math.pi * i / spots),
                    y + ring * gap * 0.9 * math.sin(2 * math.pi * i / spots),
                )
                for i in range(spots)
            ]
            free = [c for c in candidates if all(math.dist(c, t) >= gap for t in taken)]
            if free:
                place = free[0]
                break
        taken.append(place)
        out.append(place)
    return out


def sign(framework: str, x: float, y: float, r: float, digits: int = 1) -> str:
    """The sign of a framework: circle, diamond, square, triangle, hexagon, cross."""
    if framework == "un":
        return f'<circle cx="{x:.{digits}f}" cy="{y:.{digits}f}" r="{r:.{digits}f}"/>'
    corners = {
        "nato": [(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)],
        "eu": [(-0.92, -0.92), (0.92, -0.92), (0.92, 0.92), (-0.92, 0.92)],
        "osce": [(0, -1.2), (1.15, 0.85), (-1.15, 0.85)],
        "au": [(math.cos(a), math.sin(a)) for a in (k * math.pi / 3 for k in range(6))],
    }.get(
        framework,
        [
            (-0.4, -1.1), (0.4, -1.1), (0.4, -0.4), (1.1, -0.4), (1.1, 0.4), (0.4, 0.4),
            (0.4, 1.1), (-0.4, 1.1), (-0.4, 0.4), (-1.1, 0.4), (-1.1, -0.4), (-0.4, -0.4),
        ],
    )  # fmt: skip
    text = " ".join(f"{x + r * dx:.{digits}f},{y + r * dy:.{digits}f}" for dx, dy in corners)
    return f'<polygon points="{text}"/>'


def draw_world(
    drawing: OperationMap,
    title: str,
    land: str,
    links: dict[str, str],
    number: str = "map",
    layer: Markup | str = "",
) -> Markup:
    """The world with its operations; `land` is the address of `world_svg`, `links` by operation.

    `layer` is drawn between the hosts and the signs.
    """
    x, y, width, height = WORLD_BOX
    paths = read_shapes("world")["paths"]
    hosts = "".join(f'<path d="{paths[h]}"/>' for h in drawing.hosts if h in paths)
    places = _spread([place_on_map(m.lat, m.lon) for m in drawing.markers], 11.5)
    signs = []
    for marker, (mx, my) in zip(drawing.markers, places, strict=True):
        unsure = " unsure" if marker.status == "unconfirmed" else ""
        words = escape(f"{marker.label}: {marker.title}")
        signs.append(
            f'<a href="{escape(links[marker.operation])}" class="sign {marker.framework}{unsure}">'
            f"<title>{words}</title>{sign(marker.framework, mx, my, 4.6)}</a>"
        )
    return Markup(  # noqa: S704 - every text in it is escaped above
        f'<svg class="map" viewBox="{x:g} {y:g} {width:g} {height:g}" role="group"'
        f' aria-labelledby="{number}-title"><title id="{number}-title">{escape(title)}</title>'
        f'<image href="{escape(land)}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"/>'
        f'<g class="hosts" aria-hidden="true">{hosts}</g>{escape(layer)}{"".join(signs)}</svg>'
    )


def draw_hosts(drawing: OperationMap, title: str, names: dict[str, str]) -> Markup | None:
    """The hosts of one operation among their neighbours; None where no place is known.

    `names` are the hosts' names in the reader's language, written on the map.
    """
    shapes = read_shapes("near")["paths"]
    boxes = [outlines[0][1] for outlines in map(_outlines, drawing.hosts) if outlines]
    points = [place_on_map(m.lat, m.lon) for m in drawing.markers]
    boxes += [(px - 4, py - 4, px + 4, py + 4) for px, py in points]
    if not boxes:
        return None
    west, north = min(b[0] for b in boxes), min(b[1] for b in boxes)
    east, south = max(b[2] for b in boxes), max(b[3] for b in boxes)
    width = max(east - west, (south - north) * 1.6, 26) * 1.35
    width = min(width, 1000.0)
    height = width / 1.6
    x, y = (west + east) / 2 - width / 2, (north + south) / 2 - height / 2
    unit = width / 400
    near = []
    for iso3 in shapes:
        inside = "".join(
            path
            for path, (w, n, e, s) in _outlines(iso3)
            if w <= x + width and e >= x and n <= y + height and s >= y
        )
        if inside:
            kind = ' class="host"' if iso3 in drawing.hosts else ""
            near.append(f'<path{kind} d="{inside}"/>')
    marks = []
    for marker, (px, py) in zip(drawing.markers, points, strict=True):
        marks.append(
            f'<g class="sign {marker.framework}" stroke-width="{unit:.3f}">'
            f"{sign(marker.framework, px, py, 6 * unit, 3)}</g>"
        )
    labels = []
    for iso3, name in names.items():
        outlines = _outlines(iso3)
        if outlines:
            bounds = outlines[0][1]
            tx, ty = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
            if any(abs(tx - px) < 50 * unit and abs(ty - py) < 14 * unit for px, py in points):
                ty = max(py for _, py in points) + 20 * unit
            labels.append(
                f'<text x="{tx:.2f}" y="{ty:.2f}" font-size="{12 * unit:.2f}">{escape(name)}</text>'
            )
    return Markup(  # noqa: S704 - every text in it is escaped above
        f'<svg class="map near" viewBox="{x:.2f} {y:.2f} {width:.2f} {height:.2f}" role="img"'
        f' aria-labelledby="hosts-title"><title id="hosts-title">{escape(title)}</title>'
        f'<g class="land" stroke-width="{0.6 * unit:.3f}">{"".join(near)}</g>'
        f"{''.join(labels)}{''.join(marks)}</svg>"
    )
