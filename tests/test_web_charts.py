"""Charts and maps: readable without colour, by a table, outside the portal."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from peaceops.web.charts import (
    Chart,
    Series,
    Source,
    draw_png,
    draw_svg,
    list_figures,
    tabulate,
)
from peaceops.web.languages import read_languages
from peaceops.web.maps import (
    Marker,
    OperationMap,
    draw_hosts,
    draw_world,
    place_on_map,
    read_shapes,
    world_svg,
)

EN = read_languages()["en"]
SVG = "{http://www.w3.org/2000/svg}"
YEARS = Series("Ours <small>", (("2013-04-25", 100.0), ("2014-06", None), ("2016", 12500.0)))
OTHERS = Series("Theirs", (("2013", 7.0), ("2015", 9.0)), step=True)
BARS = Series("2014", (("Zambia", 3.0), ("Austria", 1.0), ("Mali", None)))
SPANS = Series("now", spans=(("First", "2010", "2012-06"), ("Second", "2013-01-02", None)))


def chart(kind: str, *series: Series, title: str = 'People & "posts"') -> Chart:
    sources = (Source("A report", "https://example.org/r?a=1&b=2"),)
    return Chart(
        kind,  # type: ignore[arg-type]
        title,
        "What is shown.",
        "people",
        "Date",
        series,
        sources,
        until="2020-01-01",
    )


ALL = [
    chart("line", YEARS, OTHERS),
    chart("area", YEARS),
    chart("bar", BARS),
    chart("bar", BARS, Series("2020", (("Zambia", 4.0),))),
    chart("slope", OTHERS, Series("Ours", (("2013", 1.0), ("2015", 9.0)))),
    chart("small-multiples", YEARS, OTHERS, YEARS, OTHERS),
    chart("timeline", SPANS),
    chart("gantt", SPANS, Series("before", spans=(("Third", "2000", "2001"),))),
]


@pytest.mark.parametrize("one", ALL, ids=lambda c: c.kind)
def test_every_kind_is_sound_svg_with_title_and_description(one: Chart) -> None:
    drawing = ET.fromstring(draw_svg(one, EN, file=True))
    assert drawing.find(f"{SVG}title").text == one.title  # type: ignore[union-attr]
    assert drawing.find(f"{SVG}desc").text == one.description  # type: ignore[union-attr]
    assert drawing.get("role") == "img"
    assert "style=" not in draw_svg(one, EN)
    numbers = re.findall(r"[\d.]+", drawing.get("viewBox") or "")
    for node in drawing.iter():
        for place, most in (("x", float(numbers[2])), ("y", float(numbers[3]))):
            value = node.get(place)
            if value and node.tag != f"{SVG}pattern":
                assert 0 <= float(value) <= most, (node.tag, node.attrib)


@pytest.mark.parametrize("one", ALL, ids=lambda c: c.kind)
def test_every_kind_becomes_a_picture_and_figures(one: Chart) -> None:
    assert draw_png(one, EN, 400).startswith(b"\x89PNG")
    rows = list_figures(one)
    assert len({len(row) for row in rows}) == 1
    table = tabulate(one, EN)
    assert all(len(row) == len(table.headers) for row in table.rows)


def test_series_differ_without_colour() -> None:
    lines = re.findall(r"<path class=\"s\d\"[^>]*>", draw_svg(chart("line", YEARS, OTHERS), EN))
    dashes = [re.search(r'stroke-dasharray="([^"]+)"', line) for line in lines]
    assert len({d and d[1] for d in dashes}) == 2
    bars = draw_svg(chart("bar", BARS, Series("2020", (("Zambia", 4.0),))), EN, "b")
    assert "url(#b-p0)" in bars
    assert "url(#b-p1)" in bars


def test_each_line_has_its_name_at_its_end() -> None:
    drawing = draw_svg(chart("line", YEARS, OTHERS), EN)
    assert "Ours &lt;small&gt;" in drawing
    assert "Theirs" in drawing


def test_a_value_that_is_not_known_breaks_the_line_and_stays_empty() -> None:
    one = chart("line", YEARS)
    path = re.search(r' d="(M[^"]+)"', draw_svg(one, EN))
    assert path is not None
    assert path[1].count("M") == 2
    assert [row[1] for row in tabulate(one, EN).rows] == ["100", "", "12,500"]
    assert ("Ours <small>", "2014-06", "") in list_figures(one)


def test_categories_keep_their_order_and_dates_are_put_in_theirs() -> None:
    assert [row[0] for row in tabulate(chart("bar", BARS), EN).rows] == [
        "Zambia", "Austria", "Mali",
    ]  # fmt: skip
    late = Series("Late", (("2016", 1.0), ("2013-04-25", 2.0)))
    assert [row[0] for row in tabulate(chart("line", late), EN).rows] == ["25 Apr 2013", "2016"]


def test_an_axis_starts_at_nought_and_ends_above_the_highest() -> None:
    marks = re.findall(r">([\d,]+)</text>", draw_svg(chart("line", YEARS), EN).split("</g>")[0])
    assert marks[0] == "0"
    assert "15,000" in marks


# Maps ----------------------------------------------------------------------------------------


def test_shapes_are_compact_and_follow_the_united_nations() -> None:
    folder = Path(__file__).parent.parent / "src" / "peaceops" / "web" / "shapes"
    assert sum(f.stat().st_size for f in folder.iterdir()) < 1_000_000
    for name in ("world", "near"):
        paths = read_shapes(name)["paths"]
        assert {"BEL", "MLI", "COD", "XKX", "ESH", "PSE", "UKR", "CYP", "SOM"} <= set(paths)
        assert all(re.fullmatch(r"[MlzZ\d.,-]+", path) for path in paths.values())
        assert all(len(code) == 3 for code in paths)


def bounds(iso3: str) -> tuple[float, float, float, float]:
    from peaceops.web.maps import _outlines

    boxes = [box for _, box in _outlines(iso3)]
    return (
        min(b[0] for b in boxes), min(b[1] for b in boxes),
        max(b[2] for b in boxes), max(b[3] for b in boxes),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("iso3", "lat", "lon"),
    [
        ("MLI", 12.64, -8.0), ("BEL", 50.85, 4.35), ("COD", -4.32, 15.31), ("HTI", 18.54, -72.34),
        ("UKR", 45.0, 34.1), ("CYP", 35.33, 33.32), ("SOM", 9.56, 44.07), ("AUS", -35.3, 149.1),
    ],
)  # fmt: skip
def test_places_lie_in_their_countries_on_the_map(iso3: str, lat: float, lon: float) -> None:
    x, y = place_on_map(lat, lon)
    west, north, east, south = bounds(iso3)
    assert west <= x <= east
    assert north <= y <= south


def test_the_world_map_names_and_links_every_operation_and_none_covers_another() -> None:
    markers = tuple(
        Marker(f"op{i}", f"OP{i}", 'In <Mali> & "beyond"', "un", "active", 12.6, -8.0)
        for i in range(12)
    )
    links = {m.operation: f"/en/operations/{m.operation}" for m in markers}
    drawing = draw_world(OperationMap(markers, ("MLI",)), "World", "/static/world.svg", links)
    ET.fromstring(drawing)
    places = [
        (float(x), float(y)) for x, y in re.findall(r'circle cx="([\d.]+)" cy="([\d.]+)"', drawing)
    ]
    assert len(places) == 12
    gaps = [
        ((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5
        for i, (ax, ay) in enumerate(places)
        for bx, by in places[:i]
    ]
    assert min(gaps) >= 9.2
    assert all(f'href="{link}"' in drawing for link in links.values())
    assert "<Mali>" not in drawing


def test_each_framework_has_a_sign_of_its_own() -> None:
    from peaceops.web.maps import sign

    corners = [sign(f, 0, 0, 5) for f in ("un", "nato", "eu", "osce", "au", "other")]
    assert len({(text.split()[0], text.count(",")) for text in corners}) >= 5
    assert len(set(corners)) == 6


def test_a_map_of_hosts_shows_them_among_their_neighbours() -> None:
    drawing = draw_hosts(
        OperationMap((Marker("m", "M", "Mali", "un", "active", 12.64, -8.0),), ("MLI",)),
        "Map: Mali", {"MLI": "Mali"},
    )  # fmt: skip
    assert drawing is not None
    root = ET.fromstring(drawing)
    assert len(root.findall(".//path[@class='host']")) == 1
    assert len(root.findall(".//path")) > 5
    assert "Mali</text>" in drawing
    assert len(drawing) < 60_000


def test_no_place_no_map() -> None:
    assert draw_hosts(OperationMap((), ()), "Nowhere", {}) is None
    assert len(world_svg()) < 150_000
