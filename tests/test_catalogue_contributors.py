"""Facts of countries, contributors and concepts that must hold, whoever edits the catalogue."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from peaceops.catalogue import read_catalogue
from peaceops.model import Catalogue, Category, Function, first_day, last_day
from peaceops.places import catalogue_dir

# What publishers write where no country can be meant.
NO_COUNTRY = {
    "", "CARICOM", "Ethiopia/Eritrea", "Multinational", "TCC name unknown", "Un",
    "ZZ [Undetermined]",
}  # fmt: skip


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue()


def _column(path: Path, name: str) -> Iterator[str]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        for row in csv.DictReader(handle):
            yield row[name]


def _spellings(catalogue: Catalogue) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for c in catalogue.countries:
        for name in (c.name_en, c.name_fr, c.name_nl, c.name_de):
            found.setdefault(name.casefold(), set()).add(c.iso3)
    for n in catalogue.country_names:
        found.setdefault(n.name.casefold(), set()).add(n.iso3)
    return found


def test_no_spelling_names_two_countries(catalogue: Catalogue) -> None:
    assert {k: v for k, v in _spellings(catalogue).items() if len(v) > 1} == {}


@pytest.mark.parametrize(
    ("name", "iso3"),
    [
        ("Congo", "COG"),
        ("DR Congo (Zaire)", "COD"),
        ("Democratic People's Republic of Korea", "PRK"),
        ("Korea (ROK)", "KOR"),
        ("Turkey", "TUR"),
        ("Türkiye", "TUR"),
        ("Macedonia, FYR", "MKD"),
        ("Kingdom of eSwatini (Swaziland)", "SWZ"),
        ("Cote d Ivoire", "CIV"),
        ("Serbia (Yugoslavia)", "SRB"),
        ("Kosovo*", "XKX"),
        ("Centraal-Afrikaanse Republiek", "CAF"),
    ],
)
def test_an_awkward_name_finds_its_country(catalogue: Catalogue, name: str, iso3: str) -> None:
    assert _spellings(catalogue)[name.casefold()] == {iso3}


def test_kosovo_carries_the_footnote_of_the_un(catalogue: Catalogue) -> None:
    (kosovo,) = [c for c in catalogue.countries if c.iso3 == "XKX"]
    assert "resolution 1244 (1999)" in kosovo.note


def test_every_spelling_in_the_published_tables_is_known(
    catalogue: Catalogue, shared: Path
) -> None:
    known = _spellings(catalogue)
    used = {p.stem for p in (shared / "data/un-contributions/ipi/countries").glob("*.csv")}
    used |= set(_column(shared / "data/un-psdata/DPPADPOSS-FATALITIES.csv", "casualty_nationality"))
    used |= set(_column(shared / "data/ucdp/GEDEvent_v23_1_sample1000.csv", "country"))
    used |= set(_column(shared / "data/geo-pko/FrontMap_v.2.3.csv", "country"))
    for path in (shared / "reference/contributors").glob("*.csv"):
        with path.open(encoding="utf-8") as handle:
            if "contributor" in next(csv.reader(handle)):
                used |= set(_column(path, "contributor"))
    assert {name for name in used if name.casefold() not in known} <= NO_COUNTRY


@pytest.mark.parametrize(
    ("source", "category", "persons"),
    [
        ("ipi-ppp-2014-03", "total", 97_811),
        ("nato-kfor-placemat-2017-02", "military", 4_273),
        ("afp-isaf-2010-11", "military", 130_930),
        ("us-house-monuc-2004", "military", 12_216),
    ],
)
def test_a_published_table_adds_up_to_its_known_total(
    catalogue: Catalogue, source: str, category: str, persons: int
) -> None:
    rows = [c for c in catalogue.contributions if c.source == source and c.category == category]
    assert sum(c.persons for c in rows) == persons


def test_a_contributor_is_counted_once_a_day_in_each_category(catalogue: Catalogue) -> None:
    seen = Counter((c.country, c.operation, c.on, c.category, c.sex, c.framework)
                   for c in catalogue.contributions)  # fmt: skip
    assert [key for key, times in seen.items() if times > 1] == []


def test_categories_of_a_day_add_up_to_their_total(catalogue: Catalogue) -> None:
    totals: dict[tuple[str, str, str], int] = {}
    sums: Counter[tuple[str, str, str]] = Counter()
    for c in catalogue.contributions:
        if c.source in ("ipi-ppp", "ipi-ppp-2014-03"):
            key = (c.country, c.operation, c.on)
            if c.category == "total":
                totals[key] = c.persons
            else:
                sums[key] += c.persons
    assert totals == dict(sums)


def test_belgium_is_known_in_mali_congo_and_the_middle_east_in_2021(catalogue: Catalogue) -> None:
    (belgium,) = [c for c in catalogue.contributors if c.country == "BEL"]
    in_2021 = {
        p.operation
        for p in belgium.participation
        if p.framework == "un" and (p.counted_on or "").startswith("2021") and p.operation != "*"
    }
    assert in_2021 == {"minusma", "monusco", "untso"}
    for gone in ("unosom-ii", "unamir", "unifil", "unmis"):
        rows = [p for p in belgium.participation if p.operation == gone]
        assert rows and all(first_day(p.counted_on or p.start or p.end or "1948").year < 2021
                            for p in rows)  # fmt: skip


def test_belgian_deaths_are_those_of_the_un_data(catalogue: Catalogue) -> None:
    (belgium,) = [c for c in catalogue.contributors if c.country == "BEL"]
    by_category = Counter[str]()
    for death in belgium.deaths:
        by_category[death.category or ""] += death.persons
    assert by_category == {"military": 26, "civilian": 4}


def test_each_of_two_countries_is_there_by_its_files_alone(catalogue: Catalogue) -> None:
    folders = {p.name for p in (catalogue_dir() / "contributors").iterdir() if p.is_dir()}
    assert {"BEL", "LUX"} <= folders == {c.country for c in catalogue.contributors}


def test_no_participation_ends_before_it_starts(catalogue: Catalogue) -> None:
    wrong = [
        (c.country, p.operation, p.start, p.end)
        for c in catalogue.contributors
        for p in c.participation
        if p.start and p.end and last_day(p.end) < first_day(p.start)
    ]
    assert wrong == []


def test_every_category_and_function_is_explained(catalogue: Catalogue) -> None:
    assert {c.id for c in catalogue.concepts["categories"]} == set(get_args(Category))
    assert {c.id for c in catalogue.concepts["functions"]} == set(get_args(Function))


def test_the_schemes_are_as_long_as_the_un_says(catalogue: Catalogue) -> None:
    assert len(catalogue.concepts["principles"]) == 3
    assert len(catalogue.concepts["priorities"]) == 8
    assert len(catalogue.concepts["a4p-areas"]) == 8
    assert len(catalogue.concepts["a4p-plus"]) == 7 + 2


def test_commitments_belong_to_an_area(catalogue: Catalogue) -> None:
    areas = {c.id for c in catalogue.concepts["a4p-areas"]}
    assert {c.parent for c in catalogue.concepts["a4p-commitments"]} <= areas


def test_belgian_priorities_are_the_eight_of_the_scheme(catalogue: Catalogue) -> None:
    (belgium,) = [c for c in catalogue.contributors if c.country == "BEL"]
    stated = [p.id for p in belgium.policy if p.scheme == "priorities"]
    assert stated == [c.id for c in catalogue.concepts["priorities"]]
