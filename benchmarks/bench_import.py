"""Importing files of the true size, against DuckDB's `read_csv` into a table of the same file.

Prints seconds, their ratio and the peak memory of each, every run in a process of its own; then how
the build compares with reading the catalogue, and how the questions answer on the full data.

    python benchmarks/bench_import.py [--times 1] [--grow]
"""

from __future__ import annotations

import argparse
import calendar
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

HUB_ROWS, GED_ROWS = 450_000, 390_000
GOALS = {"hub": (4.0, 300), "ged": (4.0, 500)}


def write_hub(path: Path, rows: int) -> None:
    """A file in the form of DPO-UCHISTORICAL: contributors, operations, five types, months."""
    from peaceops.catalogue import read_catalogue

    random.seed(7)
    countries = [c for c in read_catalogue().countries if c.m49][:130]
    missions = (
        "UNTSO", "UNMOGIP", "UNFICYP", "UNDOF", "UNIFIL", "MINURSO", "UNMIK", "MONUSCO", "UNAMID",
        "UNISFA", "UNMISS", "MINUSMA", "MINUSCA", "UNAMA", "UNAMI", "MINUSTAH", "UNMIL", "UNOCI",
    )  # fmt: skip
    kinds = ("Troops", "Staff Officer", "Experts on Mission", "Individual Police",
             "Formed Police Units")  # fmt: skip
    months = [f"{y}-{m:02d}-{calendar.monthrange(y, m)[1]}"
              for y in range(2010, 2026) for m in range(1, 13)]  # fmt: skip
    header = ("contribution_id,isocode3,m49_code,contributing_country,mission_acronym,"
              "personnel_type,female_personnel,male_personnel,last_reporting_date")  # fmt: skip
    pairs = [(m, k) for m in missions for k in kinds]
    each = min(-(-rows // (len(months) * len(countries))), len(pairs))
    number = 0
    with path.open("w", encoding="utf-8") as out:
        out.write(header + "\n")
        while number < rows:
            for month in months:
                for c in countries:
                    name = f'"{c.name_en}"' if "," in c.name_en else c.name_en
                    for mission, kind in random.sample(pairs, each):
                        number += 1
                        women, men = random.randint(0, 60), random.randint(0, 900)
                        out.write(
                            f"{number},{c.iso3},{c.m49},{name},{mission},{kind},{women},{men},{month}\n"
                        )


def write_ged(path: Path, rows: int) -> None:
    """A file in UCDP's 49 columns, texts of the usual length."""
    from peaceops.importers.ucdp import COLUMNS

    random.seed(7)
    places = [
        ("Mali", 432, 17.0, -4.0), ("Syria", 652, 35.0, 38.0), ("Afghanistan", 700, 34.0, 66.0),
        ("Ukraine", 369, 49.0, 32.0), ("Mexico", 70, 23.0, -102.0),
    ]  # fmt: skip
    headline = "Government forces clash with armed group near the town, dozens reported killed"
    with path.open("w", encoding="utf-8") as out:
        out.write(",".join(COLUMNS) + "\n")
        for i in range(rows):
            name, code, lat, lon = random.choice(places)
            y, m, d = random.randint(1989, 2024), random.randint(1, 12), random.randint(1, 28)
            lat, lon = lat + random.uniform(-3, 3), lon + random.uniform(-3, 3)
            n = random.randint(0, 40)
            cells = {
                "id": i + 1, "relid": f"X-{i}", "year": y, "active_year": 1, "code_status": "Clear",
                "type_of_violence": random.randint(1, 3), "conflict_name": f"{name}: Government",
                "dyad_name": f"Government of {name} - Group", "side_a": f"Government of {name}",
                "side_b": "Group", "number_of_sources": 2,
                "source_article": f'"""Agency,{y}-{m:02d},{headline}"";""Other,{headline}"""',
                "source_office": "Agency;Other", "source_date": f"{y}-{m:02d}-{d:02d}",
                "source_headline": f'"{headline}; {headline}"', "source_original": "police",
                "where_prec": 1, "where_coordinates": "Some town", "where_description": "near town",
                "adm_1": "Province", "adm_2": "District", "latitude": f"{lat:.6f}",
                "longitude": f"{lon:.6f}", "geom_wkt": f"POINT ({lon:.6f} {lat:.6f})",
                "priogrid_gid": 150000, "country": name, "country_id": code, "region": "Africa",
                "event_clarity": 1, "date_prec": 1,
                "date_start": f"{y}-{m:02d}-{d:02d} 00:00:00.000",
                "date_end": f"{y}-{m:02d}-{d:02d} 00:00:00.000", "deaths_a": 0, "deaths_b": n,
                "deaths_civilians": n // 3, "deaths_unknown": 0, "best": n, "high": n + 5, "low": n,
                "gwnoa": code,
            }  # fmt: skip
            out.write(",".join(str(cells.get(c, "")) for c in COLUMNS) + "\n")


def in_own_process(action: str, *arguments: str) -> tuple[float, float]:
    """Seconds and peak megabytes of one action, in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--do", action, *arguments],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    answer = json.loads(done.stdout.splitlines()[-1])
    return answer["seconds"], answer["megabytes"]


def do(action: str, arguments: list[str]) -> None:
    """What the process of its own does."""
    if action == "duckdb":
        import duckdb

        start = time.perf_counter()
        connection = duckdb.connect(arguments[1])
        connection.execute("create table t as select * from read_csv(?)", [arguments[0]])
        connection.close()
    elif action == "import":
        import duckdb

        from peaceops.intake import import_files

        start = time.perf_counter()
        import_files(Path(arguments[1]), arguments[2], [Path(arguments[0])])
    elif action == "build":
        from peaceops.build import build_database

        start = time.perf_counter()
        build_database(Path(arguments[0]))
    else:
        from peaceops.catalogue import read_catalogue

        start = time.perf_counter()
        read_catalogue()
    seconds = time.perf_counter() - start
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "megabytes": megabytes}))


def compare(folder: Path, kind: str, source: str, file: Path, empty: Path, times: int) -> Path:
    """Import a file and let DuckDB read it, in turn; prints the medians. Returns the database."""
    ours, theirs, memory = [], [], 0.0
    database = folder / f"{kind}.db"
    for turn in range(times):
        seconds, _ = in_own_process("duckdb", str(file), str(folder / f"{kind}{turn}.duckdb"))
        theirs.append(seconds)
        database.write_bytes(empty.read_bytes())
        seconds, peak = in_own_process("import", str(file), str(database), source)
        ours.append(seconds)
        memory = max(memory, peak)
    a, b = statistics.median(ours), statistics.median(theirs)
    goal, most = GOALS[kind.rstrip("0123456789x")]
    print(f"{kind}: {file.stat().st_size / 1e6:.0f} MB; import {a:.2f} s, read_csv into a table"
          f" {b:.2f} s: {a / b:.1f} times (goal {goal:g}); peak {memory:.0f} MB (goal {most});"
          f" database {database.stat().st_size / 1e6:.0f} MB")  # fmt: skip
    return database


def time_questions(database: Path) -> None:
    """p50 and p99 of the questions a country's page asks, over countries and dates."""
    from peaceops.analysis.contributions import list_months, show_contributions
    from peaceops.analysis.facts import read_facts
    from peaceops.analysis.hotspots import list_hotspots
    from peaceops.analysis.participation import show_country
    from peaceops.analysis.presence import show_presence
    from peaceops.store import open_database

    db = open_database(database)
    codes = sorted(c for c, f in read_facts(db).countries.items() if f.m49)[:60]
    day = date(2024, 12, 31)
    questions: dict[str, Callable[[str], object]] = {
        "show country": lambda c: show_country(db, c, day),
        "months of a country": lambda c: list_months(db, c, day),
        "show contributions": lambda c: show_contributions(db, c, day),
        "show presence": lambda c: show_presence(db, c, day),
        "show hotspots": lambda c: list_hotspots(db, day, c),
    }
    for name, ask in questions.items():
        times = []
        for code in codes:
            start = time.perf_counter()
            ask(code)
            times.append((time.perf_counter() - start) * 1000)
        times.sort()
        print(f"{name}: p50 {times[len(times) // 2]:.1f} ms, p99 {times[-1]:.1f} ms")
    db.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--do", nargs="+", help=argparse.SUPPRESS)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--grow", action="store_true", help="Also ten times the rows of the hub.")
    chosen = parser.parse_args()
    if chosen.do:
        do(chosen.do[0], chosen.do[1:])
        return
    with tempfile.TemporaryDirectory(prefix="peaceops-bench-") as name:
        folder = Path(name)
        empty = folder / "empty.db"
        reading = statistics.median(in_own_process("catalogue")[0] for _ in range(chosen.times))
        building = statistics.median(
            in_own_process("build", str(empty))[0] for _ in range(chosen.times)
        )
        print(f"catalogue read in {reading:.2f} s, built in {building:.2f} s:"
              f" {building / reading:.1f} times (goal 3)")  # fmt: skip
        hub, ged = folder / "DPO-UCHISTORICAL.csv", folder / "GEDEvent.csv"
        write_hub(hub, HUB_ROWS)
        database = compare(folder, "hub", "un-dpo-uchistorical", hub, empty, chosen.times)
        write_ged(ged, GED_ROWS)
        database = compare(folder, "ged", "ucdp-ged", ged, database, chosen.times)
        again = in_own_process("build", str(database))[0]
        print(f"built anew with both kept: {again:.2f} s")
        time_questions(database)
        if chosen.grow:
            write_hub(hub, HUB_ROWS * 10)
            compare(folder, "hub10x", "un-dpo-uchistorical", hub, empty, 1)


if __name__ == "__main__":
    main()
