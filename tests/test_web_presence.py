"""The pages on presence, contributions and hot spots, over a small imported data set."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub_names import NAMES
from peaceops.analysis.presence import DEFINITIONS
from peaceops.importers.ucdp import COLUMNS
from peaceops.intake import import_files
from peaceops.store import Database
from peaceops.web.app import Portal
from peaceops.web.presence_pages import GROUPS
from test_web import reading
from test_web_browser import browser, opened, violations  # noqa: F401 - `browser` is a fixture

DAY = "2021-06-30"


def contributions() -> str:
    """Two months of the UN's table: 25 contributors, the Netherlands in the first only."""
    lines = ["contribution_id,isocode3,m49_code,contributing_country,mission_acronym,"
             "personnel_type,female_personnel,male_personnel,last_reporting_date"]  # fmt: skip
    for month in ("2020-06-30", "2021-06-30"):
        for i, name in enumerate(NAMES):
            if name != "Netherlands" or month != DAY:
                lines.append(f"{len(lines)},,,{name},MINUSMA,Troops,{i},{100 - i},{month}")
        lines.append(f"{len(lines)},,,Belgium,MINUSMA,Staff Officer,2,8,{month}")
        lines.append(f"{len(lines)},,,Nepal,UNIFIL,Formed Police Units,10,90,{month}")
    return "\n".join(lines) + "\n"


def events() -> str:
    """Deaths in Mali (an operation) and in Mexico (none) in the year to the date."""

    def event(number: int, day: str, deaths: int, country: str, code: int, at: str) -> str:
        lat, lon = at.split()
        known = {"id": number, "type_of_violence": 1, "latitude": lat, "longitude": lon,
                 "country": country, "country_id": code, "date_start": day, "date_end": day,
                 "deaths_civilians": 1, "best": deaths, "low": deaths, "high": deaths}  # fmt: skip
        return ",".join(str(known.get(c, "")) for c in COLUMNS)

    return "\n".join(
        [
            ",".join(COLUMNS),
            event(1, "2020-07-15", 60, "Mali", 432, "16.27 -0.04"),
            event(2, "2021-06-20", 10, "Mali", 432, "14.0 -4.0"),
            event(3, "2021-05-05", 30, "Mexico", 70, "19.4 -99.1"),
        ]
    )


SITES = (
    "mission,year,country,location,latitude,longitude,Infantry,NoTroops,Reserve,hq,UNPOL,Med,Av,UNMO,"
    "ave.no.troops\nMINUSMA,2021,Mali,Gao,16.27,-0.04,650,650,0,3,0,1,1,1,700\n"
)


@pytest.fixture(scope="module")
def full(real_db: Database, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalogue with the small tables imported."""
    folder = tmp_path_factory.mktemp("presence")
    path = folder / "p.db"
    shutil.copy(real_db.path, path)
    for name, text in (("hub", contributions()), ("ged", events()), ("sites", SITES)):
        (folder / f"{name}.csv").write_text(text)
    import_files(path, "auto", [folder / f"{n}.csv" for n in ("hub", "ged", "sites")])
    return path


@pytest.fixture(scope="module")
def client(full: Path) -> Iterator[httpx.Client]:
    """A reader of the portal over the imported data."""
    with reading(Portal(full, today=lambda: date(2021, 7, 15))) as reader:
        yield reader


@pytest.fixture(scope="module")
def bare(real_db: Database) -> Iterator[httpx.Client]:
    """A reader of the portal over the catalogue alone."""
    with reading(Portal(real_db.path, today=lambda: date(2021, 7, 15))) as reader:
        yield reader


def read(text: str) -> str:
    """What a page says, in single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_the_page_defines_every_component_that_is_measured() -> None:
    shown = [id for _, rows in GROUPS for id, _, _ in rows]
    assert sorted(shown) == sorted(DEFINITIONS)
    said = {id: meaning for _, rows in GROUPS for id, _, meaning in rows}
    for id, (_, meaning) in DEFINITIONS.items():
        assert said[id].split()[0] == meaning.split()[0]


def test_a_country_stands_beside_those_chosen(client: httpx.Client) -> None:
    page = client.get(f"/fr/countries/BEL/presence?date={DAY}&compare=LUX,FRA&compare2=NPL")
    assert page.status_code == 200
    for name in ("Belgique", "Luxembourg", "France", "Népal"):
        assert name in page.text
    data = client.get(f"/api/v1/countries/BEL/presence?date={DAY}&compare=LUX,FRA&compare2=NPL")
    found = data.json()
    assert [c["country"] for c in found["countries"]] == ["BEL", "LUX", "FRA", "NPL"]
    rows = {row["id"]: row for group in found["groups"] for row in group["rows"]}
    assert rows["people"]["values"][3]["value"] == 200
    assert rows["hotspots"]["values"][1]["value"] == 1
    assert not found["without_conflict_data"]


def test_too_many_countries_or_none_such_are_refused(client: httpx.Client) -> None:
    many = client.get("/nl/countries/BEL/presence?compare=LUX,FRA,NPL,IND,GHA,TCD")
    assert many.status_code == 400
    assert "Kies er hoogstens 5" in many.text
    assert client.get("/nl/countries/BEL/presence?compare=XQX").status_code == 404
    assert client.get("/nl/countries/XQX/presence").status_code == 404


def test_charts_of_a_comparison_can_be_taken_along(client: httpx.Client) -> None:
    page = client.get(f"/en/countries/BEL/presence?date={DAY}&compare=LUX").text
    links = re.findall(r'href="(/en/charts/presence-[a-z]+/BEL-LUX\.[a-z]+[^"]*)"', page)
    assert {link.split("/")[3] for link in links} >= {"presence-people", "presence-ranking"}
    for link in links:
        answer = client.get(link.replace("&amp;", "&"))
        assert answer.status_code == 200, link
        assert answer.content
    assert client.get("/en/charts/presence-people/BEL-QQQ.svg").status_code == 404


def test_hot_spots_name_the_operations_there_and_those_without(client: httpx.Client) -> None:
    data = client.get(f"/api/v1/hotspots?date={DAY}&country=DEU").json()
    assert [(c["country"], c["deaths"]) for c in data["found"]["countries"]] == [
        ("MLI", 70),
        ("MEX", 30),
    ]
    assert [c["country"] for c in data["without_operation"]] == ["MEX"]
    assert data["without_country"] == []
    text = read(client.get(f"/de/hotspots?date={DAY}&country=DEU").text)
    assert "Mexiko 30 Todesopfer" in text
    assert "MINUSMA" in text
    elsewhere = client.get(f"/api/v1/hotspots?date={DAY}&country=CHL").json()
    assert [c["country"] for c in elsewhere["without_country"]] == ["MLI"]


def test_the_map_of_hot_spots_draws_each_cell_and_site(client: httpx.Client) -> None:
    page = client.get(f"/en/hotspots?date={DAY}").text
    deaths = re.search(r'<g class="deaths"[^>]*>(.*?)</g>', page)
    assert deaths is not None
    radii = [float(r) for r in re.findall(r'r="([\d.]+)"', deaths[1])]
    assert len(radii) == 3
    assert radii == sorted(radii, reverse=True)
    assert 'class="sites"' in page
    assert "Gao" in page
    cells = re.search(r'<caption id="cells-table">.*?</table>', page, re.DOTALL)
    assert cells is not None
    assert cells[0].count("<tr><th") == 4
    assert "MINUSMA" in cells[0]


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "ne veut pas dire zéro"), ("nl", "dat is niet nul"), ("en", "that is not zero")],
)
def test_without_conflict_data_the_page_says_how_to_get_them(
    bare: httpx.Client, language: str, words: str
) -> None:
    page = bare.get(f"/{language}/hotspots").text
    assert words in page
    assert "peaceops sync ucdp-ged ucdp-candidate" in page
    assert 'class="map"' in page
    presence = bare.get(f"/{language}/countries/BEL/presence").text
    assert f'href="/{language}/hotspots"' in presence


def test_a_newcomer_finds_the_pages(client: httpx.Client) -> None:
    home = client.get("/en/").text
    assert 'href="/en/hotspots"' in home
    assert 'href="/en/frameworks/eu"' in client.get("/en/operations").text
    country = client.get("/en/countries/BEL").text
    assert 'href="/en/countries/BEL/presence"' in country
    assert 'href="/en/countries/BEL/contributions"' in country
    operation = client.get("/en/operations/minusma").text
    assert 'href="/en/operations/minusma/contributions"' in operation


def test_a_country_is_shown_what_it_contributes(client: httpx.Client) -> None:
    data = client.get(f"/api/v1/countries/BEL/contributions?date={DAY}").json()
    assert data["counted_on"] == DAY
    assert [(o["operation"], o["persons"], o["female"]) for o in data["latest"]] == [
        ("minusma", 110, 2)
    ]
    assert data["latest"][0]["categories"] == {"contingent-troops": 100, "staff-officer": 10}
    june = next(m for m in data["months"] if m["month"] == "2021-06" and m["framework"] == "un")
    assert (june["persons"], june["place"], june["contributors"]) == (110, 2, 24)
    assert {s["id"] for s in data["sources"]} >= {june["source"]}
    text = read(client.get(f"/nl/countries/BEL/contributions?date={DAY}").text)
    assert "MINUSMA 110" in text
    assert "Vrouwen, en de pariteitsdoelen" in text


def test_absence_from_a_full_table_is_zero_and_no_table_is_not(client: httpx.Client) -> None:
    data = client.get(f"/api/v1/countries/NLD/contributions?date={DAY}").json()
    months = {m["month"]: m["persons"] for m in data["months"] if m["framework"] == "un"}
    assert months["2021-06"] == 0
    assert "2021-05" not in months
    assert {"first": "2020-07", "last": "2021-05", "months": 11} in data["gaps"]["un"]


def test_a_line_breaks_where_years_are_not_known(client: httpx.Client) -> None:
    rows = client.get(f"/en/charts/contributions-share/BEL.csv?date={DAY}").text.splitlines()
    assert any(row.startswith("Belgium,2015") and row.endswith(",") for row in rows)


def test_an_operation_names_its_contributors_and_its_ceilings(client: httpx.Client) -> None:
    data = client.get(f"/api/v1/operations/minusma/contributions?date={DAY}").json()
    found = data["found"]
    assert found["counted_on"] == DAY
    assert len(found["contributors"]) == 24
    assert found["contributors"][0]["country"] == "BEL"
    assert found["strengths"][-1]["persons"] == 2410
    assert found["strengths"][-1]["ceilings"]["military"] > 10000
    page = client.get(f"/fr/operations/minusma/contributions?date={DAY}").text
    assert "Effectif et plafond" in page
    for name in ("operation-strength", "operation-contributors", "operation-senders"):
        for kind in ("svg", "csv", "html"):
            address = f"/fr/charts/{name}/minusma.{kind}?date={DAY}"
            assert client.get(address).status_code == 200, address


def test_pages_without_data_say_which_command_fetches_them(bare: httpx.Client) -> None:
    page = bare.get("/fr/countries/NPL/contributions").text
    assert "peaceops sync un-dpo-uchistorical" in page
    assert "Chaque mois par opération, catégorie et sexe depuis 2010." in page
    althea = bare.get("/en/operations/eufor-althea/contributions").text
    assert "peaceops import desk-table FILE" in althea
    assert "That is not zero" in althea


@pytest.mark.parametrize("framework", ["un", "nato", "eu", "osce"])
def test_a_framework_is_shown_year_by_year(client: httpx.Client, framework: str) -> None:
    data = client.get(f"/api/v1/frameworks/{framework}?date={DAY}").json()
    years = [int(y["year"]) for y in data["years"]]
    assert years == sorted(years, reverse=True)
    assert years[0] == 2021
    assert data["years"][0]["operations"]
    assert data["with_people"] is (framework == "un")
    assert client.get(f"/de/charts/framework-operations/{framework}.svg").status_code == 200


def test_there_is_no_page_of_an_unknown_framework_or_operation(client: httpx.Client) -> None:
    for path in ("/frameworks/oas", "/operations/nope/contributions"):
        assert client.get(f"/en{path}").status_code == 404
    for name in ("framework-people/oas", "operation-deaths/nope", "contributions-share/QQQ"):
        assert client.get(f"/en/charts/{name}.svg").status_code == 404


def test_sources_that_speak_of_the_same_month_stand_side_by_side(bare: httpx.Client) -> None:
    data = bare.get("/api/v1/data/differences?country=BEL").json()
    assert data["compared"] == data["agreeing"] + len(data["differing"])
    assert data["compared"] > 0
    for q in data["differing"]:
        counts = [s["persons"] for s in q["statements"]]
        assert q["difference"] == max(counts) - min(counts) > 0
    overview = bare.get("/en/data/differences").text
    assert 'href="/en/data/differences?country=BEL"' in overview
    assert 'href="/en/data/differences"' in bare.get("/en/data").text
    both = bare.get("/en/data/differences?country=BEL&operation=unifil")
    assert both.status_code == 400


PATHS = (
    f"/countries/BEL/contributions?date={DAY}",
    f"/operations/minusma/contributions?date={DAY}",
    f"/frameworks/eu?date={DAY}",
    f"/data/differences?date={DAY}&country=BEL",
    f"/countries/BEL/presence?date={DAY}&compare=LUX,FRA,NPL,IND,GHA",
    f"/hotspots?date={DAY}&country=BEL",
)


@pytest.mark.browser
@pytest.mark.parametrize("language", ["fr", "nl", "de", "en"])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(
    browser: Any,  # noqa: F811
    client: httpx.Client,
    language: str,
) -> None:
    found: list[str] = []
    for width in (1280, 320):
        with opened(browser, viewport={"width": width, "height": 800}) as page:
            for path in PATHS:
                page.goto(str(client.base_url.join(f"/{language}{path}")))
                found += violations(page)
                assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert found == []
