"""Make the portal's country shapes from Natural Earth, once; the result is committed.

    npm pack world-atlas@2 && tar xzf world-atlas-2.0.2.tgz
    python tools/draw_world.py package/countries-50m.json

Writes `src/peaceops/web/shapes/near.json` (as detailed as the 1:50 million source) and
`src/peaceops/web/shapes/world.json` (simplified, for a map of the whole world). Both hold SVG
paths by ISO 3166 alpha-3 code in the Equal Earth projection (Šavrič, Patterson and Jenny 2018,
doi:10.1080/13658816.2018.1504949), 1000 units wide.

Natural Earth draws who controls the ground. The United Nations' designations are followed where
they differ in a way these shapes can show: Somaliland is part of Somalia, the north of Cyprus
part of Cyprus, Crimea part of Ukraine (General Assembly resolution 68/262). Kosovo keeps its own
shape, under the code XKX, to be read in the light of Security Council resolution 1244 (1999).
"""

from __future__ import annotations

import csv
import json
import math
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SHAPES = ROOT / "src" / "peaceops" / "web" / "shapes"
WIDTH = 1000.0
NORTH, SOUTH = 83.7, -56.0
A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
BY_NAME = {"Somaliland": "SOM", "N. Cyprus": "CYP", "Kosovo": "XKX"}
LEFT_OUT = {"Antarctica", "Siachen Glacier", "Indian Ocean Ter.", "Ashmore and Cartier Is."}
CRIMEA = (32.0, 44.2, 36.8, 46.4)  # west, south, east, north

Point = tuple[float, float]
Ring = list[int]  # signed arc numbers, as TopoJSON writes them


def equal_earth(lon: float, lat: float) -> Point:
    """Longitude and latitude in degrees → x, y before scaling."""
    t = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(lat)))
    x = 2 * math.sqrt(3) * math.radians(lon) * math.cos(t)
    x /= 3 * (9 * A4 * t**8 + 7 * A3 * t**6 + 3 * A2 * t**2 + A1)
    return x, t * (A1 + A2 * t**2 + t**6 * (A3 + A4 * t**2))


SCALE = WIDTH / (2 * equal_earth(180, 0)[0])
TOP = equal_earth(0, NORTH)[1]


def project(lon: float, lat: float) -> Point:
    """Longitude and latitude in degrees → the drawing's x and y."""
    x, y = equal_earth(lon, lat)
    return WIDTH / 2 + x * SCALE, (TOP - y) * SCALE


def decode_arcs(topology: dict) -> list[list[Point]]:
    """Each arc as longitudes and latitudes."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)
    return arcs


def read_countries(topology: dict, arcs: list[list[Point]]) -> dict[str, list[Ring]]:
    """Rings by ISO3 code, joined as the module's docstring says."""
    with (ROOT / "catalogue" / "countries.csv").open(encoding="utf-8") as file:
        by_number = {row["m49"]: row["iso3"] for row in csv.DictReader(file) if row["m49"]}
    by_number["158"] = "TWN"
    rings: dict[str, list[Ring]] = {}
    for shape in topology["objects"]["countries"]["geometries"]:
        name = shape["properties"]["name"]
        if name in LEFT_OUT:
            continue
        iso3 = BY_NAME.get(name) or by_number.get(shape.get("id", ""))
        if iso3 is None:
            sys.exit(f"no ISO3 code for {name} {shape.get('id')}")
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        for polygon in polygons:
            owner = iso3
            if iso3 == "RUS" and inside(CRIMEA, [arcs[a if a >= 0 else ~a] for a in polygon[0]]):
                owner = "UKR"
            rings.setdefault(owner, []).extend(list(ring) for ring in polygon)
    return {iso3: dissolve(found, arcs) for iso3, found in rings.items()}


def inside(box: tuple[float, float, float, float], lines: list[list[Point]]) -> bool:
    """Whether all points lie in a box of degrees."""
    west, south, east, north = box
    return all(west <= x <= east and south <= y <= north for line in lines for x, y in line)


def dissolve(rings: list[Ring], arcs: list[list[Point]]) -> list[Ring]:
    """The same area without the lines that two of its own rings share."""
    used = {arc for ring in rings for arc in ring}
    shared = {arc for arc in used if ~arc in used}
    if not shared:
        return rings
    loose = [arc for ring in rings for arc in ring if arc not in shared]

    def ends(arc: int) -> tuple[Point, Point]:
        points = arcs[arc] if arc >= 0 else arcs[~arc][::-1]
        return points[0], points[-1]

    out: list[Ring] = []
    while loose:
        ring = [loose.pop(0)]
        start, here = ends(ring[0])
        while here != start:
            following = next(i for i, arc in enumerate(loose) if ends(arc)[0] == here)
            ring.append(loose.pop(following))
            here = ends(ring[-1])[1]
        out.append(ring)
    return out


def simplify(points: list[Point], tolerance: float) -> list[Point]:
    """Douglas-Peucker on the drawing; both ends stay, so neighbours still share their border."""
    if len(points) < 3:
        return points
    drawn = [project(lon, lat) for lon, lat in points]
    keep = [False] * len(points)
    keep[0] = keep[-1] = True
    stack = [(0, len(points) - 1)]
    if points[0] == points[-1]:
        far = max(range(len(points)), key=lambda i: math.dist(drawn[i], drawn[0]))
        keep[far] = True
        stack = [(0, far), (far, len(points) - 1)]
    while stack:
        first, last = stack.pop()
        (ax, ay), (bx, by) = drawn[first], drawn[last]
        length = math.hypot(bx - ax, by - ay)
        worst, where = 0.0, 0
        for i in range(first + 1, last):
            px, py = drawn[i]
            if length:
                off = abs((bx - ax) * (ay - py) - (ax - px) * (by - ay)) / length
            else:
                off = math.hypot(px - ax, py - ay)
            if off > worst:
                worst, where = off, i
        if worst > tolerance:
            keep[where] = True
            stack += [(first, where), (where, last)]
    return [p for p, kept in zip(points, keep, strict=True) if kept]


def cut_at_antimeridian(ring: list[Point]) -> list[list[Point]]:
    """A ring of degrees as one or two rings, none of which crosses 180 degrees."""
    turned = [ring[0]]
    for lon, lat in ring[1:]:
        while lon - turned[-1][0] > 180:
            lon -= 360
        while lon - turned[-1][0] < -180:
            lon += 360
        turned.append((lon, lat))
    west, east = min(x for x, _ in turned), max(x for x, _ in turned)
    if west >= -180 and east <= 180:
        return [turned]
    line, side = (180.0, 1) if east > 180 else (-180.0, -1)
    beyond = [(x - 360 * side, y) for x, y in clip(turned, line, side)]
    return [clip(turned, line, -side), beyond]


def clip(ring: list[Point], line: float, side: int) -> list[Point]:
    """The part of a ring on one side of a meridian (Sutherland-Hodgman)."""
    out: list[Point] = []
    for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True):
        a_in, b_in = (ax - line) * side >= 0, (bx - line) * side >= 0
        if a_in != b_in:
            crossing = (line, ay + (by - ay) * (line - ax) / (bx - ax))
            out += [crossing, (bx, by)] if b_in else [crossing]
        elif b_in:
            out.append((bx, by))
    return out


def ring_area(points: list[Point]) -> float:
    """Area in square units of the drawing."""
    pairs = zip(points, points[1:] + points[:1], strict=True)
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs)) / 2


def write_path(points: list[Point], digits: int) -> str:
    """A closed SVG path with relative steps, which are shorter to write."""
    factor = 10**digits
    grid = [(round(x * factor), round(y * factor)) for x, y in points]
    if grid[0] == grid[-1]:
        grid.pop()

    def number(n: int) -> str:
        text = f"{n / factor:.{digits}f}".rstrip("0").rstrip(".")
        return text.replace("0.", ".", 1) if abs(n) < factor else text

    out = [f"M{number(grid[0][0])},{number(grid[0][1])}"]
    previous = grid[0]
    for x, y in grid[1:]:
        if (x, y) != previous:
            out.append(f"l{number(x - previous[0])},{number(y - previous[1])}")
            previous = (x, y)
    return "".join(out) + "z"


def draw(
    countries: dict[str, list[Ring]],
    arcs: list[list[Point]],
    tolerance: float,
    digits: int,
    smallest: float,
) -> dict[str, str]:
    """SVG path by ISO3; rings below `smallest` go, but the largest of a country stays."""
    simpler = [simplify(arc, tolerance) for arc in arcs]
    paths = {}
    for iso3, rings in sorted(countries.items()):
        outlines = []
        for ring in rings:
            points: list[Point] = []
            for arc in ring:
                line = simpler[arc] if arc >= 0 else simpler[~arc][::-1]
                points += line[1:] if points else line
            outlines += [[project(*p) for p in part] for part in cut_at_antimeridian(points)]
        outlines.sort(key=ring_area, reverse=True)
        kept = [o for i, o in enumerate(outlines) if i == 0 or ring_area(o) >= smallest]
        text = "".join(write_path(o, digits) for o in kept if len(set(o)) > 2)
        if text:
            paths[iso3] = text
    return paths


def main() -> None:
    """Read the TopoJSON file named on the command line, write both files of shapes."""
    topology = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    arcs = decode_arcs(topology)
    countries = read_countries(topology, arcs)
    height = math.ceil(project(0, SOUTH)[1])
    SHAPES.mkdir(exist_ok=True)
    for name, tolerance, digits, smallest in (
        ("near", 0.02, 2, 0.0),
        ("world", 0.28, 1, 0.35),
    ):
        shapes = {
            "origin": "Natural Earth 1:50m (public domain), version 4.1.0, by world-atlas 2.0.2",
            "projection": "Equal Earth",
            "width": int(WIDTH),
            "height": height,
            "paths": draw(countries, arcs, tolerance, digits, smallest),
        }
        path = SHAPES / f"{name}.json"
        path.write_text(json.dumps(shapes, indent=0) + "\n", "utf-8")
        size = f"{path.stat().st_size:,} bytes"
        sys.stdout.write(f"{path.relative_to(ROOT)}: {len(shapes['paths'])} shapes, {size}\n")


if __name__ == "__main__":
    main()
