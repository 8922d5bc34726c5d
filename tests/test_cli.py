"""The command line keeps the contract: JSON, CSV, exit codes, one line a problem."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from peaceops.store import Database


def run(*args: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "peaceops", *args],
        capture_output=True, text=True, timeout=120, cwd=cwd, check=False,
    )  # fmt: skip


def test_operations_as_json_have_the_contracts_keys(mini_db: Database) -> None:
    done = run("show", "operations", "--db", str(mini_db.path), "--as-of", "2009-07-01", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    keys = {"id", "framework", "kind", "acronym", "name", "hosts", "start", "end", "status",
            "mandate_until", "sources"}  # fmt: skip
    assert answer and all(keys <= set(o) for o in answer)
    unxyz = next(o for o in answer if o["id"] == "unxyz")
    assert unxyz["acronym"] == {"en": "UNXYZ", "fr": "MXYZ"}
    assert unxyz["mandate_until"] == "2012-06-30" and unxyz["status"] == "active"


def test_lists_come_as_csv_too(mini_db: Database) -> None:
    done = run("show", "operations", "--db", str(mini_db.path), "--as-of", "2009-07-01", "--csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert {r["id"] for r in rows} == {"unxyz", "eulapse", "natoopen"}


def test_ids_and_frameworks_are_known_however_they_are_written(mini_db: Database) -> None:
    done = run("show", "operation", "UNXYZ", "--db", str(mini_db.path), "--json")
    assert json.loads(done.stdout)["summary"]["id"] == "unxyz"
    done = run("show", "operations", "--framework", "UN", "--db", str(mini_db.path), "--csv",
               "--as-of", "2009-07-01")  # fmt: skip
    assert "unxyz" in done.stdout and "eulapse" not in done.stdout


def test_a_country_as_json_has_the_contracts_keys(mini_db: Database) -> None:
    done = run("show", "country", "xbb", "--db", str(mini_db.path), "--as-of", "2010-07-01",
               "--json")  # fmt: skip
    answer = json.loads(done.stdout)
    assert set(answer) >= {"country", "as_of", "last_updated", "frameworks"}
    assert set(answer["frameworks"]) == {"un", "nato", "eu", "osce"}
    (part,) = answer["frameworks"]["un"]["current"]
    assert set(part) >= {"operation", "persons", "counted_on", "categories", "functions", "from",
                         "to", "sources"}  # fmt: skip


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (("show", "operation", "nope"), 2, "no operation has this id"),
        (("show", "country", "QQQ"), 2, "no country has this code"),
        (("show", "operations", "--as-of", "2021-13-01"), 2, "'2021-13-01' is not a date"),
        (("show", "operations", "--as-of", "yesterday"), 2, "'yesterday' is not a date"),
        (("show", "calendar", "--as-of", "9999-12-31"), 2, "not a date between 1945 and 2099"),
        (("page", "XBB", "--as-of", "1944-12"), 2, "not a date between 1945 and 2099"),
        (("show", "operations", "--framework", "uno"), 2, "'uno' is not one of"),
        (("show", "operations", "--kind", "war"), 2, "'war' is not one of"),
        (("serve", "--port", "65536"), 2, "65536 is not in the range"),
        (("page", "XBB", "--lang", "xx"), 2, "no page in 'xx'"),
        (("page", "XBB", "--format", "docx"), 2, "a DOCX needs a file"),
        (("page", "XBB", "-o", "/nonexistent/folder/p.md"), 1, "cannot be written"),
        (("review", "/nonexistent/page.txt"), 1, "cannot be read"),
    ],
)
def test_each_mistake_gets_one_clear_message(
    mini_db: Database, args: tuple[str, ...], code: int, message: str
) -> None:
    done = run(*args, "--db", str(mini_db.path))
    assert done.returncode == code, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_command_is_wrong_usage() -> None:
    assert run("shwo").returncode == 2


def test_a_missing_database_says_how_to_make_one(tmp_path: Path) -> None:
    done = run("show", "operations", "--db", str(tmp_path / "no.db"))
    assert done.returncode == 1 and "peaceops build" in done.stderr


def test_check_names_file_and_line_and_exits_1(mini: Path) -> None:
    file = mini / "operations" / "unxyz.yaml"
    file.write_text(file.read_text().replace("2001-02-03", "never", 1))
    done = run("check", "--catalogue", str(mini))
    assert done.returncode == 1
    assert "catalogue/operations/unxyz.yaml:10: start.0.date: 'never' is not a date" in done.stdout
    as_json = json.loads(run("check", "--catalogue", str(mini), "--json").stdout)
    assert as_json[0]["where"].endswith("unxyz.yaml:10")


def test_build_refuses_a_broken_catalogue_and_keeps_the_old(mini: Path, tmp_path: Path) -> None:
    db = tmp_path / "p.db"
    assert run("build", "--catalogue", str(mini), "--db", str(db)).returncode == 0
    before = db.read_bytes()
    (mini / "countries.csv").write_text("iso3\n")
    done = run("build", "--catalogue", str(mini), "--db", str(db))
    assert done.returncode == 1 and "this column is missing" in done.stderr
    assert db.read_bytes() == before


def test_the_users_own_database_is_made_when_first_asked(mini: Path, tmp_path: Path) -> None:
    data = tmp_path / "d"
    environment = {**os.environ, "PEACEOPS_CATALOGUE": str(mini), "PEACEOPS_DATA": str(data)}
    done = subprocess.run(
        [sys.executable, "-m", "peaceops", "show", "operations", "--as-of", "2009-07-01"],
        capture_output=True, text=True, timeout=120, env=environment, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "unxyz" in done.stdout and (data / "peaceops.db").is_file()


def test_a_folder_without_resolutions_is_told(tmp_path: Path):
    done = run("read", str(tmp_path))
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr == f"{tmp_path}: no .xml or .txt file in this folder\n"
