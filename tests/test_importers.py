"""Published files in their publishers' forms, whole and damaged: what is taken, what is not."""

from __future__ import annotations

import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from peaceops.errors import RefusedFile, UsageError
from peaceops.intake import Imported, import_files
from peaceops.store import open_database

HUB = (
    "contribution_id,isocode3,m49_code,contributing_country,mission_acronym,personnel_type,"
    "female_personnel,male_personnel,last_reporting_date\n"
)
BELGIUM = "1,BEL,056,Belgium,MINUSMA,Troops,5,95,2021-06-30\n"
CONGO = "2,COD,180,Democratic Republic of the Congo,MINUSCA,Individual Police,1,9,2021-06-30\n"
IVORY = "3,,,Cote d'Ivoire,UNIFIL,Staff Officer,0,2,2021-06-30\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from peaceops.build import build_database

    path = tmp_path_factory.mktemp("built") / "p.db"
    build_database(path)
    return path


@pytest.fixture
def db(built: Path, tmp_path: Path) -> Path:
    path = tmp_path / "p.db"
    shutil.copyfile(built, path)
    return path


def take(db: Path, text: str | bytes, source: str = "auto", name: str = "f.csv") -> Imported:
    file = db.parent / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return import_files(db, source, [file])[0]


def rows(db: Path, sql: str) -> list[tuple]:  # type: ignore[type-arg]
    connection = sqlite3.connect(db)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


IMPORTED = (
    "select country_iso3, operation_id, category, date, persons, female from contribution"
    " where import_id is not null order by 1, 2, 4"
)


def test_a_hub_file_becomes_figures_by_category_and_sex(db: Path) -> None:
    done = take(db, HUB + BELGIUM + CONGO + IVORY)
    assert (done.source, done.rows_read, done.rows_taken) == ("un-dpo-uchistorical", 3, 3)
    assert rows(db, IMPORTED) == [
        ("BEL", "minusma", "contingent-troops", "2021-06-30", 100, 5),
        ("CIV", "unifil", "staff-officer", "2021-06-30", 2, 0),
        ("COD", "minusca", "individual-police", "2021-06-30", 10, 1),
    ]
    assert rows(db, "select count(*) from contribution where citation_id is null") == [(0,)]


def test_the_same_file_twice_changes_nothing(db: Path) -> None:
    take(db, HUB + BELGIUM)
    before = db.read_bytes()
    assert take(db, HUB + BELGIUM, name="again.csv").status == "already imported"
    assert db.read_bytes() == before


def test_a_later_file_replaces_the_months_it_holds_and_no_others(db: Path) -> None:
    take(db, HUB + BELGIUM + BELGIUM.replace("06-30", "05-31").replace("1,BEL", "9,BEL"))
    take(db, HUB + BELGIUM.replace(",95,", ",90,"), name="later.csv")
    found = {(r[3], r[4]) for r in rows(db, IMPORTED)}
    assert found == {("2021-05-31", 100), ("2021-06-30", 95)}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HUB.replace("female_personnel", "women") + BELGIUM, "female_personnel"),
        (HUB.replace("reporting_date", "report_date") + BELGIUM, "Is it now 'last_report_date'?"),
        ("<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
        ("  \n<html>", "web page"),
        ("", "empty"),
        (HUB, "without rows"),
        (HUB + BELGIUM + CONGO[:40], "breaks off"),
        (HUB + BELGIUM + CONGO.rstrip("\n")[:-1], "breaks off"),
        (HUB + BELGIUM + '7,BEL,056,"Belgium,MINUSMA,Troops,5,95,2021-06-30\n', "quotation mark"),
        (HUB + BELGIUM.replace("2021-06-30", "soon"), "cannot be read"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "not a text file"),
        (b"PK\x03\x04broken", "archive"),
        ('[{"contributing_country": "Belgium"', "broken JSON"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_changes_nothing(
    db: Path, text: str | bytes, says: str
) -> None:
    before = db.read_bytes()
    with pytest.raises(RefusedFile) as refused:
        take(db, text, "un-dpo-uchistorical")
    assert says in str(refused.value)
    assert db.read_bytes() == before
    assert not list(db.parent.glob("*.part"))


def test_killed_at_any_moment_the_database_is_the_old_or_the_new_one(db: Path) -> None:
    file = db.parent / "big.csv"
    months = [f"{y}-{m:02d}-28" for y in range(2010, 2024) for m in range(1, 13)]
    file.write_text(HUB + "".join(
        f"{i},,,{c},{o},Troops,{i % 7},9,{day}\n"
        for i, (day, c, o) in enumerate(
            (d, c, o) for d in months for c in ("Belgium", "Nepal", "Ghana", "Togo")
            for o in ("MINUSMA", "UNIFIL", "UNTSO", "MONUSCO")
        )
    ))  # fmt: skip
    code = (
        "import sys; from pathlib import Path; from peaceops.intake import import_files;"
        "import_files(Path(sys.argv[1]), 'auto', [Path(sys.argv[2])])"
    )
    before = db.read_bytes()
    for wait in (0.35, 0.6, 0.8, 1.0):
        process = subprocess.Popen([sys.executable, "-c", code, str(db), str(file)])
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
        if db.read_bytes() != before:
            break
        assert rows(db, "select count(*) from import") == [(0,)]
    import_files(db, "auto", [file])
    assert rows(db, "select count(*), sum(rows_taken) from import") == [(1, 168 * 16)]
    assert rows(db, "pragma integrity_check") == [("ok",)]
    assert not list(db.parent.glob(".*.part"))


def test_two_different_rows_for_one_month_add_up_and_are_noted(db: Path) -> None:
    done = take(db, HUB + BELGIUM + BELGIUM.replace("1,BEL", "9,BEL").replace(",95,", ",5,"))
    assert any("added up" in note for note in done.notes)
    assert rows(db, IMPORTED)[0][4:] == (110, 10)


def test_one_bad_file_among_many_keeps_all_out(db: Path) -> None:
    good, bad = db.parent / "good.csv", db.parent / "bad.csv"
    good.write_text(HUB + BELGIUM)
    bad.write_text("<html>")
    before = db.read_bytes()
    with pytest.raises(RefusedFile, match=r"bad\.csv"):
        import_files(db, "auto", [good, bad])
    assert db.read_bytes() == before


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (BELGIUM.replace("Troops", "Space Cadets"), ("unknown category", "personnel_type")),
        (BELGIUM.replace(",95,", ",N/A,"), ("no figure", "male_personnel")),
        (BELGIUM.replace(",95,", ",-95,"), ("is negative", "male_personnel")),
        (BELGIUM.replace(",95,", ",9.5,"), ("is not a whole number", "male_personnel")),
        (BELGIUM.replace("2021-06-30", "30 Juneteen"), ("not a date", "last_reporting_date")),
        ("8,BEL,056,Belgium\n", ("wrong number of cells", "")),
        (HUB, ("the header again", "personnel_type")),
    ],
)
def test_a_row_that_cannot_be_read_is_set_aside_and_counted(
    db: Path, row: str, reason: tuple[str, str]
) -> None:
    done = take(db, HUB + CONGO + row + IVORY)
    assert (done.rows_read, done.rows_taken, done.rows_set_aside) == (3, 2, 1)
    assert done.set_aside[0][:2] == reason
    assert rows(db, "select reason, field, rows from set_aside") == [(*reason, 1)]
    assert len(rows(db, IMPORTED)) == 2


@pytest.mark.parametrize(
    "text",
    [
        HUB + BELGIUM.replace(",95,", ',"1,095",'),
        (HUB + BELGIUM.replace(",95,", ",1095,")).replace(",", ";"),
        "\ufeff" + HUB + BELGIUM.replace(",95,", ",1095,"),
        (HUB + BELGIUM.replace(",95,", ",1095,")).replace("\n", "\r\n"),
        (HUB + BELGIUM.replace(",95,", ",1095,")).rstrip("\n"),
        (HUB + BELGIUM.replace(",95,", ",1095,")).encode("utf-16"),
        "Uniformed personnel\n" + HUB + BELGIUM.replace(",95,", ",1095,"),
        HUB + BELGIUM.replace(",95,", ",1095.0,"),
        '"",' + HUB + '"1",' + BELGIUM.replace(",95,", ",1095,"),
        HUB.replace("\n", ",\n") + BELGIUM.replace(",95,", ",1095,").replace("\n", ",\n"),
        HUB + 2 * BELGIUM.replace(",95,", ",1095,"),
        HUB + BELGIUM.replace(",95,", ",1095,").replace("2021-06-30", "30/06/2021"),
        HUB + BELGIUM.replace(",95,", ",1095,").replace("2021-06-30", "06/30/2021"),
        HUB + BELGIUM.replace(",95,", ",1095,").replace("2021-06-30", "30-Jun-21"),
        HUB + BELGIUM.replace(",95,", ",1095,").replace("2021-06-30", "2021-06-30T00:00:00"),
        HUB + BELGIUM.replace(",95,", ",1095,").replace("MINUSMA", "minusma "),
        json.dumps([dict(zip(HUB.strip().split(","),
                             [1, "BEL", 56, "Belgium", "MINUSMA", "Troops", 5, 1095, "2021-06-30"],
                             strict=True))]),
    ],
)  # fmt: skip
def test_the_same_figures_in_other_dress_are_the_same(db: Path, text: str | bytes) -> None:
    take(db, text)
    assert rows(db, IMPORTED) == [
        ("BEL", "minusma", "contingent-troops", "2021-06-30", 1100, 5)
    ]  # fmt: skip


def test_latin_1_is_read_and_noted(db: Path) -> None:
    text = HUB + "3,,,Côte d’Ivoire,UNIFIL,Troops,0,2,2021-06-30\n"
    done = take(db, text.encode("cp1252"))
    assert "Windows-1252" in done.notes[0]
    assert rows(db, IMPORTED)[0][0] == "CIV"


def test_a_day_that_could_be_two_is_not_guessed(db: Path) -> None:
    with pytest.raises(RefusedFile, match="not a date"):
        take(db, HUB + BELGIUM.replace("2021-06-30", "05/06/2021"))


def test_a_column_not_known_before_is_noted(db: Path) -> None:
    text = HUB.replace("\n", ",region\n") + BELGIUM.replace("\n", ",Europe\n")
    assert any("region" in note for note in take(db, text).notes)


def test_code_and_name_that_disagree_are_not_reconciled_by_guessing(db: Path) -> None:
    done = take(db, HUB + BELGIUM + CONGO.replace("COD", "COG"))
    assert done.rows_unknown == 1
    assert [r[0] for r in rows(db, IMPORTED)] == ["BEL"]


def test_an_unknown_name_waits_and_comes_in_when_the_catalogue_learns_it(
    db: Path, tmp_path: Path
) -> None:
    from peaceops.build import build_database
    from peaceops.places import catalogue_dir

    done = take(db, HUB + BELGIUM + BELGIUM.replace("1,BEL", "2,BEL").replace("MINUSMA", "UNNEW"))
    assert done.unknown == (("operation", "UNNEW", 1),)
    assert len(rows(db, IMPORTED)) == 1
    folder = tmp_path / "catalogue"
    shutil.copytree(catalogue_dir(), folder)
    with (folder / "operation_names.csv").open("a") as handle:
        handle.write("UNNEW,untso,,,a new acronym\n")
    build_database(db, folder)
    assert ("BEL", "untso", "contingent-troops", "2021-06-30", 100, 5) in rows(db, IMPORTED)
    assert rows(db, "select operations from country_month where origin = 'import'") == [(2,)]


def test_an_acronym_that_changed_its_meaning_is_told_apart_by_date(db: Path) -> None:
    text = "Date,Contributor,Mission,Troops,Total\n"
    text += "1990-11-30,Belgium,UNAVEM,1,1\n1993-01-31,Belgium,UNAVEM,2,2\n"
    text += "1996-01-31,Belgium,UNAVEM,3,3\n"
    take(db, text)
    assert [r[1] for r in rows(db, IMPORTED)] == ["unavem-i", "unavem-ii", "unavem-iii"]


def test_building_anew_keeps_what_was_imported(db: Path) -> None:
    from peaceops.build import build_database

    take(db, HUB + BELGIUM + CONGO)
    before = rows(db, IMPORTED), rows(db, "select source_id, sha256 from import")
    build_database(db)
    assert (rows(db, IMPORTED), rows(db, "select source_id, sha256 from import")) == before
    assert take(db, HUB + BELGIUM + CONGO).status == "already imported"


def test_the_better_source_is_preferred_and_the_other_kept(db: Path) -> None:
    hub = "2,BEL,056,Belgium,UNTSO,Experts on Mission,1,1,2014-03-31\n"
    take(db, HUB + hub)
    found = rows(
        db, "select source_id, sum(persons), is_preferred from contribution"
        " where operation_id = 'untso' and country_iso3 = 'BEL' and date = '2014-03-31'"
        " and category = 'military-expert' group by 1, 3 order by 3",
    )  # fmt: skip
    assert found == [("ipi-ppp-2014-03", 2, 0), ("un-dpo-uchistorical", 2, 1)]


def test_a_source_nobody_knows_is_wrong_usage(db: Path) -> None:
    with pytest.raises(UsageError, match="Did you mean 'geo-pko'"):
        import_files(db, "geo-pk", [])


def test_another_sources_file_is_named(db: Path) -> None:
    with pytest.raises(RefusedFile, match="this is a file of 'un-dpo-uchistorical'"):
        take(db, HUB + BELGIUM, "ucdp-ged")


def test_a_country_file_is_read_by_its_name_and_its_gaps_stay_gaps(db: Path) -> None:
    text = '"Date","Troops","Police","Experts"\n2013-01-31,4,NA,NA\n2013-02-28,NA,NA,NA\n'
    take(db, text, name="DR Congo.csv")
    found = rows(db, "select country_iso3, date, persons from contribution"
                     " where import_id is not null")  # fmt: skip
    assert found == [("COD", "2013-01-31", 4)]
    with pytest.raises(RefusedFile, match="no country is called"):
        take(db, text, name="Atlantis.csv")


def test_the_latest_table_gives_totals_by_sex(db: Path) -> None:
    text = (
        "contributing_country,female_personnel,id,isocode3,last_reporting_date,m49_code,"
        "male_personnel,personnel_contribution_rank,total_uniformed_personnel\n"
        "Nepal,600,1,NPL,2023-09-30,524,5400,1,6000\nTürkiye,1,2,TUR,2023-09-30,792,9,90,10\n"
    )
    assert take(db, text).source == "un-dpo-uclatest"
    found = rows(db, "select country_iso3, operation_id, category, persons, female"
                     " from contribution where import_id is not null order by 1")  # fmt: skip
    assert found == [("NPL", None, "total", 6000, 600), ("TUR", None, "total", 10, 1)]


def test_a_death_under_two_nationalities_counts_once(db: Path) -> None:
    text = (
        "id,incident_date,casualty_id,mission_acronym,type_of_casualty,gender,casualty_nationality,"
        "casualty_personnel_type,type_of_incident,m49_code,isocode3,last_update\n"
        "1,2003-05-05,X-1,UNMIK,Fatality,,Montenegro,Local ,Illness,499.0,MNE,2023-11-28\n"
        "2,2003-05-05,X-1,UNMIK,Fatality,,Serbia and Montenegro,Local ,Illness,891,SCG,2023-11-28\n"
        "3,1994-04-07,X-2,UNAMIR,Fatality,M,Belgium,Military,Malicious Act,56.0,BEL,2023-11-28\n"
        "4,1994-04-07,X-3,UNAMIR,Fatality,M,Belgium,Military,Malicious Act,56.0,BEL,2023-11-28\n"
    )
    take(db, text)
    assert rows(db, "select country_iso3, operation_id, cause, persons from death order by 1") == [
        (None, "unmik", "illness", 1),
        ("BEL", "unamir", "malicious-act", 2),
    ]
    assert (
        rows(db, "select name from pragma_table_info('death') where name like '%casualty%'") == []
    )


def test_operations_justice_experts_and_money_are_told_apart(db: Path) -> None:
    pko = (
        "end_date,id,lead_department,mission_acronym,mission_isactive,mission_latitude,"
        "mission_location,mission_longitude,mission_name,start_date,last_update\n"
        ",1,DPO,UNTSO,Yes,31.78,Jerusalem,35.22,United Nations Truce Supervision Organization,"
        "1948-05-29,2024-01-01\n"
    )
    political = pko.replace("DPO", "DPPA").replace("UNTSO", "UNAMA")
    justice = (
        "contributing_country,female,gpp_type,iso_alpha3_code,m49_code,male,mission_acronym\n"
        "Belgium,1,Justice GPP,BEL,56,2,MINUSCA\nBelgium,0,Corrections GPP,BEL,56,1,MINUSCA\n"
    )
    money = (
        "Apportionment,Budget_class,Budget_subclass,Document_symbol,End_date,Expenditure,"
        "Mission_acronym,Start_date,Variance\n"
        '"1,000.5",Military,Contingents,A/1/2,2021-06-30,900.5,UNIFIL,2020-07-01,100\n'
    )
    assert take(db, pko, name="a.csv").source == "un-dppadposs-pko"
    assert take(db, political, name="b.csv").source == "un-dppa-politicalmissions"
    assert take(db, justice, name="c.csv").source == "un-dpo-jcs-gpp"
    assert take(db, money, name="d.csv").source == "un-dpo-pkbudget"
    assert rows(db, "select operation_id, start_date, end_date from operation_listing") == [
        ("untso", "1948-05-29", None), ("unama", "1948-05-29", None),
    ]  # fmt: skip
    assert rows(
        db,
        "select category, persons, female from contribution where import_id is not null order by 1",
    ) == [("corrections-expert", 1, 0), ("justice-expert", 3, 1)]
    assert rows(db, "select operation_id, apportioned_kusd, spent_kusd from budget") == [
        ("unifil", 1000.5, 900.5)
    ]


EVENT = {
    "id": "1", "type_of_violence": "1", "latitude": "4.147059", "longitude": "22.462899",
    "country": "Mali", "country_id": "432", "date_start": "2022-01-03",
    "date_end": "2022-01-04 00:00:00.000", "deaths_civilians": "1", "best": "5", "high": "7",
    "low": "4", "year": "2022", "code_status": "Clear",
}  # fmt: skip


def ged(*events: dict[str, str], header: bool = True) -> str:
    from peaceops.importers.ucdp import COLUMNS

    lines = [",".join(COLUMNS)] if header else []
    for event in events:
        lines.append(",".join((EVENT | event).get(c, "") for c in COLUMNS))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("header", [True, False])
def test_conflict_events_with_and_without_a_header_row(db: Path, header: bool) -> None:
    done = take(db, ged({}, {"id": "2", "best": "-1"}, header=header))
    assert (done.source, done.rows_taken, done.rows_set_aside) == ("ucdp-ged", 1, 1)
    assert rows(db, "select event_id, country_iso3, cell, date_end, best from event") == [
        (1, "MLI", 135765, "2022-01-04", 5)
    ]


def test_files_of_one_release_add_up_and_a_new_release_replaces(db: Path) -> None:
    take(db, ged({"id": "1"}, {"id": "2", "date_end": "2022-12-31"}), name="a.csv")
    take(db, ged({"id": "3", "country": "Niger", "country_id": "436"}), name="b.csv")
    assert rows(db, "select event_id from event order by 1") == [(1,), (2,), (3,)]
    whole = ged(*[{"id": str(i), "date_start": "1989-01-01", "date_end": "2023-12-31",
                   "country": c, "country_id": n}
                  for i, (c, n) in enumerate([("Mali", "432"), ("Niger", "436"), ("Chad", "483")],
                                             11)])  # fmt: skip
    take(db, whole, name="c.csv")
    assert rows(db, "select event_id from event order by 1") == [(11,), (12,), (13,)]


def test_candidate_events_are_told_by_their_status(db: Path) -> None:
    text = ged({"code_status": "Check dyad", "year": "2024"})
    assert take(db, text).source == "ucdp-candidate"


def test_private_events_stay_out_of_every_public_table(db: Path) -> None:
    text = (
        "event_id_cnty,event_date,year,event_type,country,latitude,longitude,fatalities,iso\n"
        "MLI1,03 January 2022,2022,Battles,Mali,16.0,-3.0,4,466\n"
    )
    assert take(db, text).source == "acled"
    assert rows(db, "select country_iso3, date, deaths from private_event") == [
        ("MLI", "2022-01-03", 4)
    ]
    assert rows(db, "select count(*) from event") == [(0,)]


def test_a_desk_enters_what_exists_on_paper_with_its_source(db: Path) -> None:
    text = (
        "organisation,operation,country,date,category,persons,source\n"
        "NATO,KFOR,Belgium,2017-02,military,3,nato-kfor-placemat-2017-02\n"
        "OSCE,SMM Ukraine,*,2019-09-12,total,740,Weekly report of 12 September 2019\n"
        "NATO,KFOR,Belgium,2017-03,military,3,\n"
    )
    done = take(db, text)
    assert (done.source, done.rows_set_aside) == ("desk-table", 1)
    database = open_database(db)
    found = database.connection.execute(
        "select s.country_text, s.operation_id, o.date, o.persons, c.source_id, c.locator"
        " from series s join observation o using (series_id) join citation c using (citation_id)"
        " where s.import_id is not null order by 1"
    ).fetchall()
    assert [tuple(r) for r in found] == [
        ("*", "smm-ukraine", "2019-09-12", 740, "desk-table", "Weekly report of 12 September 2019"),
        ("Belgium", "kfor", "2017-02", 3, "nato-kfor-placemat-2017-02", ""),
    ]
    corrected = text.replace("military,3,nato", "military,4,nato")
    take(db, corrected, name="corrected.csv")
    assert rows(db, "select persons from contribution where import_id is not null") == [(4,)]
    database.close()


def test_places_of_deployment_in_both_forms(db: Path) -> None:
    front = (
        "mission,year,country,location,latitude,longitude,Infantry,NoTroops,Reserve,hq,UNPOL,Med,Av,"
        "UNMO,ave.no.troops\nMINUSMA,2021,Mali,Gao,16.27,-0.04,650,650,0,2,0,1,1,1,700\n"
        "UNMEE,2004,Ethiopia/Eritrea,Badme,14.7,37.8,0,0,0,0,0,0,0,1,NA\n"
    )
    tcc = (
        "mission,year,location,latitude,longitude,No.TCC,year.overview\n"
        'MINUSMA,2021,Gao,16.27,-0.04,2,"Korea (ROK) (150), Germany (size unknown)"\n'
    )
    whole = (
        "source,mission,year,month,country,location,latitude,longitude,no.troops,no.tcc,nameoftcc_1,"
        "notroopspertcc_1,nameoftcc_2,notroopspertcc_2,hq,unmo.dummy,unpol.dummy\n"
        "Map 1,MINUSMA,2022,1,Mali,Gao,16.27,-0.04,150,1,Germany,150,NA,NA,2,1,0\n"
        "Map 2,MINUSMA,2022,6,Mali,Gao,16.27,-0.04,450,2,Germany,300,Togo,unknown,2,1,0\n"
    )
    take(db, front, name="front.csv")
    take(db, tcc, name="tcc.csv")
    assert rows(db, "select operation_id, country_iso3, troops, headquarters from site order by 1"
                ) == [("minusma", "MLI", 700, 2), ("unmee", None, None, 0)]  # fmt: skip
    assert rows(db, "select country_iso3, troops from site_contributor order by 1") == [
        ("DEU", None), ("KOR", 150),
    ]  # fmt: skip
    take(db, whole, name="whole.csv")
    assert rows(db, "select year, troops from site") == [(2022, 300)]
    assert rows(db, "select country_iso3, troops from site_contributor order by 1") == [
        ("DEU", 300), ("TGO", None),
    ]  # fmt: skip


def test_no_damage_to_a_file_ends_in_anything_but_a_clear_refusal(db: Path) -> None:
    """Bytes changed or lost at random: taken in, or refused with the database as it was."""
    seeds = [
        (HUB + BELGIUM + CONGO + IVORY).encode(),
        ged({}, {"id": "2"}).encode(),
        b"Date,Contributor,Mission,Troops,Total\n1990-11-30,Belgium,UNTSO,1,1\n",
        b'[{"contributing_country":"Belgium","mission_acronym":"UNTSO","personnel_type":"Troops",'
        b'"female_personnel":1,"male_personnel":2,"last_reporting_date":"2021-06-30"}]',
        b"organisation,operation,country,date,category,persons,source\n"
        b"NATO,KFOR,Belgium,2017-02,military,3,x\n",
    ]
    bits = [b'"', b",", b"\n", b"\0", b"\xff", b";", b"-", b"9" * 30, b"NA", b"{", b"\r", b"inf"]
    chance = random.Random(5)
    ends = {"taken": 0, "refused": 0}
    for _ in range(70):
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 5)):
            at = chance.randrange(len(data) + 1)
            kind = chance.randrange(3)
            if kind == 0:
                data[at:at] = chance.choice(bits)
            elif kind == 1:
                data[at : at + chance.randint(1, 20)] = b""
            else:
                data[at : at + 1] = chance.choice(bits)
        before = db.stat().st_mtime_ns
        try:
            take(db, bytes(data))
            ends["taken"] += 1
        except RefusedFile as refused:
            assert all(p.where and p.message for p in refused.problems)
            assert db.stat().st_mtime_ns == before
            ends["refused"] += 1
    assert min(ends.values()) > 5, ends
    assert rows(db, "pragma integrity_check") == [("ok",)]


def test_printed_totals_of_march_2014_are_reproduced(db: Path, shared: Path) -> None:
    ipi = shared / "data" / "un-contributions" / "ipi"
    done = import_files(db, "auto", [ipi / "full_data_2014-03.csv"])[0]
    assert done.rows_set_aside == done.rows_unknown == 0
    assert "adds up to the printed 97,811 on 2014-03-31" in done.notes
    assert sum("adds up to the printed" in n for n in done.notes) == 5
    world = rows(db, "select distinct world, contributors from country_month where origin ="
                     " 'import'")  # fmt: skip
    assert world == [(97811, 122)]


def test_country_files_agree_with_the_totals_of_operations_in_every_month(
    db: Path, shared: Path
) -> None:
    ipi = shared / "data" / "un-contributions" / "ipi"
    done = import_files(db, "auto", [*sorted((ipi / "countries").glob("*.csv")),
                                     ipi / "data_mission.csv"])  # fmt: skip
    assert len(done) == 149 and not any(d.rows_set_aside for d in done)
    months = rows(
        db,
        "with c as (select date, sum(persons) n from series join observation using (series_id)"
        "  where source_id = 'ipi-countries' group by date),"
        " m as (select date, sum(persons) n from series join observation using (series_id)"
        "  where source_id = 'ipi-missions' group by date)"
        " select count(*), sum(c.n = m.n) from c join m using (date)",
    )
    assert months == [(281, 281)]


def test_the_published_fatalities_places_and_events_are_taken_in(db: Path, shared: Path) -> None:
    data = shared / "data"
    files = [data / "un-psdata" / "DPPADPOSS-FATALITIES.csv", *sorted((data / "geo-pko").glob("*")),
             *sorted((data / "ucdp").glob("*.csv"))]  # fmt: skip
    done = {d.file: d for d in import_files(db, "auto", files)}
    assert all(d.rows_set_aside == 0 for d in done.values())
    # 4,350 rows, six deaths listed under two nationalities
    assert rows(db, "select sum(persons) from death") == [(4344,)]
    assert rows(db, "select sum(persons) from death where country_iso3 = 'BEL'") == [(30,)]
    # 1,848 events of one country and 1,000 of all, some of them the same
    events = rows(db, "select count(*), count(distinct event_id) from event")[0]
    assert events[0] == events[1] and 1848 < events[0] <= 2848
