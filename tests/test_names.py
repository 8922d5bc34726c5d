"""Awkward names: each row says what a publisher writes and which country or operation is meant."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from peaceops.build import build_database
from peaceops.importers.cells import read_count, read_day, read_number, tell_day_order
from peaceops.importers.names import NameTable
from peaceops.intake import read_names


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> NameTable:
    path = tmp_path_factory.mktemp("names") / "p.db"
    build_database(path)
    connection = sqlite3.connect(path)
    table = read_names(connection)
    connection.close()
    return table


@pytest.mark.parametrize(
    ("written", "iso3"),
    [
        ("Congo", "COG"), ("Republic of the Congo", "COG"), ("Congo-Brazzaville", "COG"),
        ("DR Congo", "COD"), ("DRC", "COD"), ("Democratic Republic of the Congo", "COD"),
        ("Congo, Democratic Republic of the", "COD"), ("DR Congo (Zaire)", "COD"),
        ("Republic of Korea", "KOR"), ("South Korea", "KOR"), ("Korea (ROK)", "KOR"),
        ("Democratic People's Republic of Korea", "PRK"), ("North Korea", "PRK"),
        ("Türkiye", "TUR"), ("Turkey", "TUR"), ("Turkiye", "TUR"),
        ("The former Yugoslav Republic of Macedonia", "MKD"), ("Macedonia", "MKD"),
        ("North Macedonia", "MKD"), ("Eswatini", "SWZ"), ("Swaziland", "SWZ"),
        ("Cote d'Ivoire", "CIV"), ("Côte d’Ivoire", "CIV"), ("Côte dIvoire", "CIV"),
        ("Cote d Ivoire", "CIV"), ("Ivory Coast", "CIV"), ("COTE D'IVOIRE", "CIV"),
        ("Gambia", "GMB"), ("The Gambia", "GMB"), ("Cabo Verde", "CPV"), ("Cape Verde", "CPV"),
        ("Czech Republic", "CZE"), ("Czechia", "CZE"), ("Timor-Leste", "TLS"),
        ("United Kingdom of Great Britain and Northern Ireland", "GBR"), ("UK", "GBR"),
        ("United States of America", "USA"), ("Russian Federation", "RUS"), ("Russia", "RUS"),
        ("Viet Nam", "VNM"), ("Vietnam", "VNM"), ("Kosovo", "XKX"), ("BEL", "BEL"),
        ("Freedonia", None), ("", None), ("Congo Korea", None),
    ],
)  # fmt: skip
def test_a_country_under_any_of_its_names(
    names: NameTable, written: str, iso3: str | None
) -> None:  # fmt: skip
    assert names.country(written) == iso3


def test_codes_of_every_kind_and_codes_that_contradict_the_name(names: NameTable) -> None:
    assert names.country("", "BEL") == names.country("", "", "056") == "BEL"
    assert names.country("", "", "56.0") == names.state("211") == names.state("211.0") == "BEL"
    assert names.state("345", "Serbia (Yugoslavia)") == "SRB" and names.state("347") == "XKX"
    assert names.country("Belgium", "FRA") is None
    assert names.country("Atlantis", "BEL") == "BEL"


@pytest.mark.parametrize(
    ("written", "day", "framework", "operation"),
    [
        ("UNMISS", "2014-03-31", "un", "unmiss"), ("MINUSS", "2014-03-31", "un", "unmiss"),
        ("unmiss ", "", "", "unmiss"), ("UNTSO", "1950", "un", "untso"),
        ("UNAVEM", "1990-11-30", "un", "unavem-i"), ("UNAVEM", "1991-06-30", "un", "unavem-ii"),
        ("UNAVEM", "1996", "un", "unavem-iii"), ("UNAVEM", "1991", "un", None),
        ("UNAVEM", "", "un", None), ("UNAVEM III", "1996-01", "un", "unavem-iii"),
        ("UNOSOM", "1993-01-31", "un", "unosom-i"), ("UNOSOM", "1994-01-31", "un", "unosom-ii"),
        ("ONUCI", "2010", "un", "unoci"), ("FINUL", "2010", "un", "unifil"),
        ("UNIFIL", "2010", "nato", None), ("NOSUCH", "2010", "un", None),
    ],
)  # fmt: skip
def test_an_operation_under_any_of_its_names_on_its_day(
    names: NameTable, written: str, day: str, framework: str, operation: str | None
) -> None:
    assert names.operation(written, day, framework) == operation


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("0", 0), (" 12 ", 12), ("1,234", 1234), ("1 234", 1234), ("1'234'567", 1234567),
        ("12.0", 12), ("N/A", None), ("NA", None), ("", None), ("-", None), ("..", None),
        ("-4", "is negative"), ("−1,200", "is negative"), ("12.5", "is not a whole number"),
        ("1,23", "is not a whole number"), ("12a", "is not a whole number"),
        ("1e3", "is not a whole number"), ("9" * 30, "is too large"), ("١٢", 12),
    ],
)  # fmt: skip
def test_a_number_of_people_is_read_or_the_reason_told(cell: str, value: int | str | None) -> None:
    assert read_count(cell) == value


@pytest.mark.parametrize(
    ("cell", "order", "day"),
    [
        ("2014-03-31", "", "2014-03-31"), ("2014-03-31 00:00:00.000", "", "2014-03-31"),
        ("20140331", "", "2014-03-31"), ("2014/03/31", "", "2014-03-31"),
        ("31/03/2014", "", "2014-03-31"), ("03/31/2014", "", "2014-03-31"),
        ("05/03/2014", "dmy", "2014-03-05"), ("05/03/2014", "mdy", "2014-05-03"),
        ("05/03/2014", "", None), ("31.03.2014", "dmy", "2014-03-31"),
        ("31-Mar-14", "", "2014-03-31"), ("31 March 2014", "", "2014-03-31"),
        ("March 31, 2014", "", "2014-03-31"), ("2014-3-31", "", None), ("2014-02-30", "", None),
        ("31/02/2014", "dmy", None), ("soon", "", None), ("", "", None),
    ],
)  # fmt: skip
def test_a_day_in_any_usual_form_and_never_a_guess(cell: str, order: str, day: str | None) -> None:
    assert read_day(cell, order) == day  # type: ignore[arg-type]


def test_one_telling_value_decides_how_a_column_writes_days() -> None:
    assert tell_day_order(["05/06/2021", "13/06/2021"]) == "dmy"
    assert tell_day_order(["05/06/2021", "06/13/2021"]) == "mdy"
    assert tell_day_order(["05/06/2021"]) == tell_day_order(["13/06/2021", "06/13/2021"]) == ""


def test_amounts_may_be_negative_and_grouped() -> None:
    assert read_number("-1,234.5") == -1234.5 and read_number("(12.5)") == -12.5
    assert read_number("n/a") is None and read_number("twelve") == "is not a number"


def test_the_published_files_name_hardly_anything_unknown(names: NameTable, shared: Path) -> None:
    import csv

    data = shared / "data"
    with (data / "un-contributions" / "ipi" / "data_mission.csv").open() as handle:
        unknown = {
            r["Mission"] for r in csv.DictReader(handle)
            if names.operation(r["Mission"], r["Date"], "un") is None
        }  # fmt: skip
    assert unknown <= {"LBB", "UNFOR"}  # a logistics base, and a name nobody else uses
    files = (data / "un-contributions" / "ipi" / "countries").glob("*.csv")
    assert [f.stem for f in files if names.country(f.stem) is None] == []
