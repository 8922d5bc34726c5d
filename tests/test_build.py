"""The database is made beside the old one, and only a sound one takes its place."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from peaceops.analysis.facts import read_facts
from peaceops.build import build_database, is_current
from peaceops.errors import DataError, StoreError
from peaceops.store import list_checks, open_database, read_schema


def test_a_catalogue_with_a_slip_leaves_the_old_database(mini: Path, tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    build_database(path, mini)
    before = path.read_bytes()
    (mini / "operations" / "unxyz.yaml").write_text("id: [")
    with pytest.raises(DataError):
        build_database(path, mini)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".part"] == []


@pytest.mark.parametrize("delay", [0.05, 0.2, 0.35, 0.5, 0.7])
def test_killing_build_leaves_the_old_database(mini: Path, tmp_path: Path, delay: float) -> None:
    path = tmp_path / "p.db"
    build_database(path, mini)
    before = path.read_bytes()
    process = subprocess.Popen(
        [sys.executable, "-m", "peaceops", "build", "--db", str(path)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.wait()
    with open_database(path).connection as db:
        assert db.execute("pragma integrity_check").fetchone()[0] == "ok"
    assert path.read_bytes() == before or is_current(path)


def test_the_next_build_clears_away_what_a_killed_one_left(mini: Path, tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    for name in (".p.db.99999.part", ".p.db.99999.part-journal", f".p.db.{os.getpid()}.part"):
        (tmp_path / name).write_bytes(b"half a database")
    (tmp_path / ".other.db.99999.part").write_bytes(b"not ours")
    build_database(path, mini)
    left = {p.name for p in tmp_path.iterdir() if p.suffix != ".lock"}
    assert left >= {"p.db", ".other.db.99999.part"}
    assert not [name for name in left if name.startswith(".p.db.")]


def test_a_folder_that_cannot_be_written_is_named(mini: Path, tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        build_database(blocker / "p.db", mini)


def test_every_fact_table_has_a_citation_that_cannot_be_null() -> None:
    facts = [
        part
        for part in read_schema().split("create table ")[1:]
        if part.split()[0]
        not in ("meta", "source", "citation", "country", "country_name", "country_phrase",
                "operation", "operation_alias", "operation_spelling", "contributor", "data_card",
                "set_aside", "import_note")
    ]  # fmt: skip
    assert len(facts) > 10
    # rows of an import or a series stand on its citation; sums of a source on the source
    derived = {"coverage", "country_month", "world_month", "conflict_month"}
    for part in facts:
        name, body = part.split()[0], part.split(") strict")[0]
        if name in derived:
            assert "source_id text not null references source" in body, name
        elif name in ("observation", "event", "private_event"):
            assert re.search(r"_id integer not null references (series|import)\b", body), name
        else:
            assert "citation_id" in body and "not null references citation" in body, name


def test_an_uncited_fact_cannot_be_stored(mini: Path, tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    build_database(path, mini)
    with sqlite3.connect(path) as db, pytest.raises(sqlite3.IntegrityError):
        db.execute("insert into ceiling values ('unxyz', 'military', 5, '2001', null)")


def test_a_database_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as db:
        db.execute("create table meta (key text, value text)")
    db.close()
    with pytest.raises(StoreError, match="another version"):
        open_database(path)
    (tmp_path / "no.db").write_text("not a database at all, but some text in a file")
    with pytest.raises(StoreError, match="not a peaceops database"):
        open_database(tmp_path / "no.db")


def test_is_current_sees_a_changed_file(mini: Path, tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    build_database(path, mini)
    assert is_current(path, mini)
    file = mini / "operations" / "unxyz.yaml"
    os.utime(file, (1, 1))
    assert not is_current(path, mini)


def test_the_rules_of_checks_hold_in_the_real_database(real_db) -> None:  # type: ignore[no-untyped-def]
    for rule, sql in list_checks().items():
        assert real_db.connection.execute(sql).fetchall() == [], rule


def test_every_source_is_used_and_every_fact_has_one(real_db) -> None:  # type: ignore[no-untyped-def]
    db = real_db.connection
    assert db.execute("pragma foreign_key_check").fetchall() == []
    unused = db.execute(
        "select source_id from source where source_id not in (select source_id from citation)"
        " and source_id not in (select source_id from data_card)"  # offered for import
    ).fetchall()
    assert unused == []


def test_tasks_a_source_states_are_kept_where_no_text_was_read(mini: Path, tmp_path: Path) -> None:
    file = mini / "operations" / "unxyz.yaml"
    file.write_text(
        file.read_text().replace(
            "{symbol: R/1,", "{symbol: R/1, tasks: [elections], sets_out: true, chapter_vii: false,"
        )
    )
    build_database(tmp_path / "kept.db", mini)
    db = open_database(tmp_path / "kept.db")
    first, *rest = read_facts(db).operations["unxyz"].decisions
    db.close()
    assert (first.tasks, first.sets_out, first.chapter_vii) == (("elections",), True, False)
    assert [(d.tasks, d.sets_out, d.chapter_vii) for d in rest] == [((), False, None)] * 2


def test_a_summary_is_told_in_the_language_where_it_was_translated(
    mini: Path, tmp_path: Path
) -> None:
    build_database(tmp_path / "told.db", mini)
    db = open_database(tmp_path / "told.db")
    first, second, _ = read_facts(db).operations["unxyz"].decisions
    db.close()
    assert first.tell("fr") == ("La crée.", "fr")
    assert first.tell("en") == ("Sets it up.", "en")
    assert second.tell("fr") == ("", "en")
