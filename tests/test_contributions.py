"""Contributions, presence, hot spots and reconciliation: from the catalogue alone and with data."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from hub_names import NAMES
from peaceops.analysis.contributions import (
    compare_countries,
    find_gaps,
    list_months,
    show_contributions,
    show_framework,
    show_operation_contributions,
)
from peaceops.analysis.facts import read_facts
from peaceops.analysis.hotspots import cell_middle, list_hotspots
from peaceops.analysis.presence import DEFINITIONS, show_presence
from peaceops.analysis.reconcile import reconcile_country, reconcile_operation
from peaceops.build import build_database
from peaceops.cli import cli
from peaceops.errors import NotFound, UsageError
from peaceops.importers.cells import find_cell
from peaceops.intake import import_files
from peaceops.store import Database, open_database

JUNE = date(2021, 6, 30)


def hub_rows() -> str:
    lines = ["contribution_id,isocode3,m49_code,contributing_country,mission_acronym,"
             "personnel_type,female_personnel,male_personnel,last_reporting_date"]  # fmt: skip
    n = 0
    for month in ("2021-04-30", "2021-06-30"):
        for i, name in enumerate(NAMES):
            if name == "Netherlands" and month == "2021-06-30":
                continue
            n += 1
            lines.append(f"{n},,,{name},MINUSMA,Troops,{i},{100 - i},{month}")
    lines.append(f"{n + 1},,,Belgium,MINUSMA,Staff Officer,2,8,2021-06-30")
    lines.append(f"{n + 2},,,Belgium,UNTSO,Experts on Mission,1,1,2021-06-30")
    lines.append(f"{n + 3},,,Nepal,UNIFIL,Formed Police Units,10,90,2021-06-30")
    return "\n".join(lines) + "\n"


def events() -> str:
    from peaceops.importers.ucdp import COLUMNS

    def event(number: int, day: str, deaths: int, country: str, code: int, lat: float, lon: float):  # type: ignore[no-untyped-def]
        known = {"id": number, "type_of_violence": 1, "latitude": lat, "longitude": lon,
                 "country": country, "country_id": code, "date_start": day, "date_end": day,
                 "deaths_civilians": 1, "best": deaths, "low": deaths, "high": deaths}  # fmt: skip
        return ",".join(str(known.get(c, "")) for c in COLUMNS)

    return "\n".join(
        [
            ",".join(COLUMNS),
            event(1, "2020-06-29", 1000, "Mali", 432, 16.27, -0.04),
            event(2, "2020-07-15", 60, "Mali", 432, 16.27, -0.04),
            event(3, "2021-06-20", 10, "Mali", 432, 14.0, -4.0),
            event(4, "2021-05-05", 30, "Mexico", 70, 19.4, -99.1),
            event(5, "2021-07-01", 500, "Mali", 432, 16.27, -0.04),
        ]
    )


SITES = (
    "mission,year,country,location,latitude,longitude,Infantry,NoTroops,Reserve,hq,UNPOL,Med,Av,UNMO,"
    "ave.no.troops\nMINUSMA,2021,Mali,Gao,16.27,-0.04,650,650,0,2,0,1,1,1,700\n"
)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Database:
    path = tmp_path_factory.mktemp("bare") / "p.db"
    build_database(path)
    return open_database(path)


@pytest.fixture(scope="module")
def full(bare: Database, tmp_path_factory: pytest.TempPathFactory) -> Database:
    folder = tmp_path_factory.mktemp("full")
    path = folder / "p.db"
    path.write_bytes(bare.path.read_bytes())
    files = {"hub.csv": hub_rows(), "ged.csv": events(), "sites.csv": SITES}
    for name, text in files.items():
        (folder / name).write_text(text)
    import_files(path, "auto", [folder / name for name in files])
    return open_database(path)


def test_the_first_run_already_answers_for_every_country(bare: Database) -> None:
    answer = show_contributions(bare, "NPL", date(2026, 1, 1))
    assert [m.month for m in answer.months][:2] == ["1990-12", "1991-12"]
    december = next(m for m in answer.months if m.month == "2013-12")
    assert december.persons > 4000 and december.place and december.place < 8
    assert december.share == december.persons / december.world  # type: ignore[operator]
    assert answer.latest[0].date == "2014-03-31"
    assert any("sync un-dpo-uchistorical" in line for line in answer.missing)
    for country in read_facts(bare).countries:
        show_contributions(bare, country, date(2026, 1, 1))


def test_the_printed_total_of_march_2014_is_the_world(bare: Database) -> None:
    march = [m for m in list_months(bare, "BEL", date(2014, 3, 31)) if m.month == "2014-03"]
    assert [(m.persons, m.world, m.contributors) for m in march] == [(106, 97811, 122)]


def test_months_nobody_speaks_of_are_gaps_and_absence_from_a_full_table_is_zero(
    full: Database,
) -> None:
    answer = show_contributions(full, "NLD", JUNE)
    by_month = {m.month: m for m in answer.months}
    assert by_month["2021-06"].persons == 0 and by_month["2021-06"].contributors == 24
    assert "2021-05" not in by_month
    assert answer.gaps["un"][-1] == find_gaps(["2021-04", "2021-06"])[0]


def test_a_table_of_one_operation_is_not_a_countrys_total(bare: Database) -> None:
    months = [m for m in list_months(bare, "BEL", date(2005, 1, 31)) if m.month == "2004-12"]
    assert [m.source.id for m in months] == ["ipi-ppp"]


def test_shares_categories_and_women_of_a_month(full: Database) -> None:
    answer = show_contributions(full, "BEL", JUNE)
    latest = {o.operation: o for o in answer.latest}
    assert latest["minusma"].persons == 110 and latest["minusma"].total == 24 * 100 + 10
    assert latest["minusma"].share == pytest.approx(110 / 2410)
    assert latest["untso"].categories == {"military-expert": 2}
    june = next(m for m in answer.months if m.month == "2021-06")
    assert (june.persons, june.female, june.operations, june.place) == (112, 3, 2, 2)
    women = {(w.group, w.date): w for w in answer.women}
    staff = women["staff-and-experts", "2021-06-30"]
    assert (staff.female, staff.persons, staff.target, staff.basis) == (3, 12, 0.18, "stated")
    assert staff.met is True
    troops = women["contingent-troops", "2021-06-30"]
    assert troops.met is False and troops.share == 0


def test_a_target_between_two_stated_years_is_marked_as_worked_out(bare: Database) -> None:
    from peaceops.analysis.contributions import find_target, read_targets

    facts, targets = read_facts(bare), read_targets(bare)
    assert find_target(targets, facts, "contingent-troops", 2024)[:3] == (11.0, 2024, "between")
    assert find_target(targets, facts, "individual-police", 2024)[:3] == (30.0, 2028, "goal")
    assert find_target(targets, facts, "nobody", 2024)[0] is None


def test_an_operations_contributors_strength_and_ceiling(full: Database) -> None:
    answer = show_operation_contributions(full, "minusma", JUNE)
    assert answer.counted_on == "2021-06-30"
    assert answer.contributors[0].country == "BEL" and answer.contributors[0].persons == 110
    assert sum(c.share or 0 for c in answer.contributors) == pytest.approx(1)
    last = answer.strengths[-1]
    assert (last.month, last.persons, last.military) == ("2021-06", 2410, 2410)
    assert last.ceilings.get("military", 0) > 10000
    assert ("2021-05", "2021-05") in {(g.first, g.last) for g in answer.gaps}
    with pytest.raises(NotFound):
        show_operation_contributions(full, "nowhere", JUNE)


def test_a_framework_over_the_years_by_kind_of_people(bare: Database) -> None:
    years = {y.year: y for y in show_framework(bare, "un", date(2020, 12, 31))}
    assert years["1993"].persons == 69931 and years["1993"].complete
    assert years["1993"].military == 68883 and years["1993"].police == 1048
    assert years["2019"].persons is None and years["2019"].operations["peacekeeping"] > 10
    eu = {y.year: y for y in show_framework(bare, "eu", date(2020, 12, 31))}
    assert sum(eu["2008"].operations.values()) > sum(eu["2003"].operations.values()) > 0
    assert eu["2008"].operations["civilian"] > eu["2003"].operations.get("civilian", 0)
    stated = [s for y in eu.values() for s in y.strengths]
    assert stated and all(s.persons > 0 and s.source.url for s in stated)
    with pytest.raises(UsageError, match="no framework"):
        show_framework(bare, "warsaw-pact", JUNE)


def test_up_to_six_countries_are_compared(full: Database) -> None:
    answer = compare_countries(full, ["BEL", "nld", "BEL"], JUNE)
    assert answer.countries == ("BEL", "NLD")
    with pytest.raises(UsageError, match="at most 6"):
        compare_countries(full, ["BEL", "NLD", "LUX", "FRA", "DEU", "ITA", "ESP"], JUNE)


def test_presence_has_components_with_their_meaning_and_no_index(full: Database) -> None:
    answer = show_presence(full, "BEL", JUNE, ["NPL"])
    belgium, nepal = answer.countries
    assert [c.id for c in belgium.components] == list(DEFINITIONS)
    assert all(c.definition for c in belgium.components)
    assert nepal.value("operations") == 2 and nepal.value("people") == 200
    assert nepal.value("per_100") == pytest.approx(1.0)
    assert nepal.value("police_share") == pytest.approx(0.5)
    # Mali 70 of 100 deaths in the window; Mexico hosts nothing
    assert nepal.value("hotspot_deaths_share") == pytest.approx(0.7)
    assert nepal.value("hotspots") == 1
    assert belgium.value("operations_with_observation") >= 1
    assert [y.year for y in nepal.years][-1] == "2021"


def test_what_is_not_known_is_not_none(bare: Database) -> None:
    answer = show_presence(bare, "NLD", JUNE)
    assert {c.value for c in answer.countries[0].components} == {None}
    assert answer.missing
    belgium = show_presence(bare, "BEL", JUNE).countries[0]
    assert belgium.value("operations") > 0 and belgium.value("hotspot_deaths_share") is None


def test_hot_spots_of_twelve_months_with_operations_and_sites(full: Database) -> None:
    answer = list_hotspots(full, JUNE, "BEL")
    assert (answer.first, answer.last, answer.is_late) == ("2020-07-01", "2021-06-30", False)
    assert answer.deaths == 100
    mali, mexico = answer.countries
    assert (mali.country, mali.deaths, mali.events) == ("MLI", 70, 2) and mali.present is True
    assert "minusma" in {o.operation for o in mali.operations}
    assert mexico.operations == () and answer.without_operation == ("MEX",)
    assert answer.cells[0].deaths == 60 and answer.cells[0].operations == ("minusma",)
    assert [(s.place, s.deaths_near) for s in answer.sites] == [("Gao", 60)]
    assert find_cell(*cell_middle(answer.cells[0].cell)) == answer.cells[0].cell
    luxembourg = list_hotspots(full, JUNE, "ESP")
    assert luxembourg.countries[0].present is True
    nobody = list_hotspots(full, JUNE, "JPN")
    assert nobody.without_country == ("MLI",)


def test_data_that_end_before_the_date_say_so(full: Database) -> None:
    answer = list_hotspots(full, date(2024, 1, 1))
    assert answer.is_late and answer.last == "2021-07-31"
    assert any("end on 2021-07-31" in line for line in answer.missing)


def test_without_conflict_data_hot_spots_say_how_to_get_them(bare: Database) -> None:
    answer = list_hotspots(bare, JUNE, "BEL")
    assert answer.countries == () and "peaceops sync ucdp-ged" in answer.missing[0]


def test_private_data_appear_only_when_asked_for(full: Database, tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    path.write_bytes(full.path.read_bytes())
    file = tmp_path / "mine.csv"
    file.write_text(
        "event_id_cnty,event_date,event_type,country,latitude,longitude,fatalities\n"
        "X1,2021-06-01,Battles,Chad,12.1,15.0,7777\n"
    )
    import_files(path, "acled", [file])
    db = open_database(path)
    assert "7777" not in repr(list_hotspots(db, JUNE, "BEL"))
    assert list_hotspots(db, JUNE, private=True).deaths == 7777
    db.close()


def test_two_sources_for_one_quantity_stand_side_by_side(bare: Database) -> None:
    answer = reconcile_country(bare, "BEL", date(2014, 12, 31))
    march = [q for q in answer.quantities if q.month == "2014-03" and q.what == "country"]
    assert march and march[0].agree and sum(s.preferred for s in march[0].statements) == 1
    assert {s.source.id for s in march[0].statements} == {"ipi-ppp", "ipi-ppp-2014-03"}
    assert "lowest rank" in answer.rule
    assert march[0].statements[0].source.id == "ipi-ppp-2014-03"


def test_differing_sources_come_first_and_one_is_used(full: Database, shared: Path) -> None:
    path = full.path.with_name("ipi.db")
    path.write_bytes(full.path.read_bytes())
    ipi = shared / "data" / "un-contributions" / "ipi"
    import_files(path, "auto", [ipi / "data_mission.csv", ipi / "full_data_2014-03.csv"])
    db = open_database(path)
    answer = reconcile_operation(db, "minusma", date(2014, 12, 31))
    march = next(q for q in answer.quantities if q.month == "2014-03")
    assert march.agree and march.statements[0].source.id == "ipi-full-data"
    db.close()


@pytest.mark.parametrize(
    "arguments",
    [
        ["contributions", "BEL"],
        ["contributions", "--operation", "minusma"],
        ["contributions", "--framework", "un"],
        ["contributions", "BEL", "--compare", "NLD,LUX"],
        ["presence", "BEL", "--compare", "NPL"],
        ["presence", "BEL", "--years"],
        ["hotspots", "--country", "BEL"],
        ["hotspots", "--cells"],
        ["reconciliation", "BEL"],
        ["reconciliation", "--operation", "minusma"],
        ["imports"],
    ],
)
@pytest.mark.parametrize("form", [[], ["--json"], ["--csv"]])
def test_every_measure_is_told_as_text_json_and_csv(
    full: Database, arguments: list[str], form: list[str]
) -> None:
    import csv
    import json

    command = ["show", *arguments, "--db", str(full.path), *form]
    if arguments != ["imports"]:
        command += ["--as-of", "2021-06-30"]
    result = CliRunner().invoke(cli, command)
    assert result.exit_code == 0, result.output
    if form == ["--json"]:
        assert json.loads(result.stdout)
    elif form == ["--csv"]:
        table = list(csv.reader(result.stdout.splitlines()))
        assert len({len(row) for row in table}) == 1 and len(table[0]) > 1
