"""Resolutions imported as texts: what goes in, what is refused, what survives, what is found."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peaceops import texts as texts_module
from peaceops.analysis.texts import (
    find_text,
    list_texts,
    load_text,
    name_anchors,
    search_texts,
    write_match,
)
from peaceops.build import build_database
from peaceops.cli.mandates import compare_command, read_command
from peaceops.cli.measures import imports_command
from peaceops.cli.sources import import_command
from peaceops.errors import NotFound, RefusedFile, StoreError, UsageError
from peaceops.intake import import_files
from peaceops.resolutions.document import MAX_BYTES, Resolution, read_bytes
from peaceops.resolutions.stored import (
    MAX_UNPACKED,
    pack_resolution,
    read_symbol,
    unpack_resolution,
)
from peaceops.store import Database, open_database
from peaceops.texts import ImportedText, holds_texts, import_texts
from resolution_files import paragraph, point, resolution

CARD = """id: un-sc-resolutions
title: Resolutions as texts
publisher: United Nations
kind: data
url: https://example.org/texts
trust: partial
documents: true
"""


def xml(number: int, year: int = 2021, extra: str = "", language: str = "eng") -> str:
    """An invented resolution in the publisher's format."""
    body = (
        paragraph("1.", "Decides to extend the mandate of UNXYZ until 30 June;")
        + paragraph("2.", "Requests UNXYZ:", point("(a)", f"to protect civilians{extra};")
                    + point("(b)", "to monitor the ceasefire;"))
        + paragraph("3.", "Decides to remain seized of the matter.")
    )  # fmt: skip
    return resolution(
        body, ("Recalling its earlier resolutions and the rôle of the force,",),
        symbol=f"S/RES/{number} ({year})", day=f"{year}-06-29", printed=f"29 June {year}",
        language=language,
    )  # fmt: skip


def plain(number: int, year: int = 1985, verb: str = "Calls upon") -> str:
    """An invented resolution as printed text."""
    return (
        f"Resolution {number} ({year})\nof 3 May {year}\n\nThe Security Council,\n\n"
        f"Having considered the report of the Secretary-General,\n\n1. {verb} all parties to the"
        " dispute to respect the ceasefire;\n\n2. Decides to remain seized of the matter.\n"
    )


@pytest.fixture
def db(mini: Path, tmp_path: Path) -> Path:
    """The small catalogue with the card of the texts, built."""
    (mini / "sources" / "un-sc-resolutions.yaml").write_text(CARD, "utf-8")
    path = tmp_path / "texts.db"
    build_database(path, mini)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with three sound resolutions."""
    home = tmp_path / "in"
    (home / "2021").mkdir(parents=True)
    (home / "2021" / "S_RES_9001 (2021)-E.xml").write_text(xml(9001), "utf-8")
    (home / "2021" / "S_RES_9002-F.xml").write_text(xml(9002, language="fra"), "utf-8")
    (home / "S_RES_0901_1985_EN.txt").write_text(plain(901), "utf-8")
    (home / "notes.md").write_text("not read", "utf-8")
    return home


def statuses(done: tuple[ImportedText, ...]) -> dict[str, str]:
    return {Path(t.file.split(": ")[-1]).name: t.status for t in done}


def said(done: tuple[ImportedText, ...]) -> list[str]:
    return [str(p) for t in done for p in t.problems]


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


# What goes in ------------------------------------------------------------------------------------


def test_a_folder_goes_in_and_each_text_is_what_the_reader_read(db: Path, folder: Path) -> None:
    done = import_texts(db, [folder])
    assert {t.status for t in done} == {"imported"}
    assert {(t.symbol, t.language, t.date) for t in done} == {
        ("S/RES/9001 (2021)", "en", "2021-06-29"),
        ("S/RES/9002 (2021)", "fr", "2021-06-29"),
        ("S/RES/901 (1985)", "en", "1985-05-03"),
    }
    database = open_database(db)
    stored = load_text(database, find_text(database, "S/RES/9001"))
    read = read_bytes(xml(9001).encode(), stored.where)
    assert stored == read
    assert [p.number for p in stored.operative] == ["1", "2", "2(a)", "2(b)", "3"]


def test_each_text_keeps_its_file_hash_day_and_citation(db: Path, folder: Path) -> None:
    import_texts(db, [folder])
    found = rows(
        db,
        "select t.file, t.sha256, t.bytes, length(t.imported_at), t.form, c.source_id"
        " from resolution_text t join citation c using (citation_id) where number = 901",
    )
    data = (folder / "S_RES_0901_1985_EN.txt").read_bytes()
    digest = texts_module.sha256(data).hexdigest()
    assert found == [("S_RES_0901_1985_EN.txt", digest, len(data), 25, "text", "un-sc-resolutions")]


def test_the_same_files_twice_change_nothing(db: Path, folder: Path) -> None:
    import_texts(db, [folder])
    before = db.read_bytes(), db.stat().st_mtime_ns
    done = import_texts(db, [folder])
    assert {t.status for t in done} == {"already imported"}
    assert (db.read_bytes(), db.stat().st_mtime_ns) == before


def test_a_changed_file_takes_the_place_of_the_earlier_and_says_so(db: Path, folder: Path) -> None:
    import_texts(db, [folder])
    file = folder / "2021" / "S_RES_9001 (2021)-E.xml"
    file.write_text(xml(9001, extra=" and schools"), "utf-8")
    done = import_texts(db, [folder])
    assert sorted(statuses(done).values()) == ["already imported", "already imported", "replaced"]
    (new,) = [t for t in done if t.status == "replaced"]
    assert new.note == "in place of S_RES_9001 (2021)-E.xml"
    database = open_database(db)
    assert rows(db, "select count(*) from resolution_text") == [(3,)]
    assert [h.symbol for h in search_texts(database, "schools", "en").hits] == ["S/RES/9001 (2021)"]
    assert search_texts(database, "protect civilians", "en").total == 1


def test_what_is_broken_is_named_and_the_rest_goes_in(db: Path, folder: Path) -> None:
    (folder / "a.xml").write_text("<akomaNtoso>", "utf-8")
    (folder / "b.txt").write_text("A recipe for soup", "utf-8")
    result = CliRunner().invoke(
        import_command, ["un-sc-resolutions", str(folder), "--db", str(db)], standalone_mode=False
    )
    assert result.return_value == 1
    assert "un-sc-resolutions: 3 imported, 2 refused" in result.stdout
    wrong = [line for line in result.stderr.splitlines() if line.startswith(str(folder))]
    assert len(wrong) == 2
    assert "a.xml: not well-formed XML" in wrong[0]
    assert "b.txt: text, but no resolution of the Security Council" in wrong[1]
    assert rows(db, "select count(*) from resolution_text") == [(3,)]


def test_auto_tells_texts_from_tables(tmp_path: Path, folder: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("organisation,operation\n", "utf-8")
    notes = tmp_path / "notes.txt"
    notes.write_text("a\tb\n1\t2\n", "utf-8")
    assert holds_texts(folder)
    assert holds_texts(folder / "S_RES_0901_1985_EN.txt")
    assert not holds_texts(table)
    assert not holds_texts(notes)
    assert not holds_texts(tmp_path / "absent.zip")


def test_languages_not_asked_for_are_left_out(db: Path, folder: Path) -> None:
    done = import_texts(db, [folder], languages=["fr"])
    assert [t.symbol for t in done if t.status == "imported"] == ["S/RES/9002 (2021)"]
    with pytest.raises(UsageError, match="xx: no resolutions are published in this language"):
        import_texts(db, [folder], languages=["fr", "xx"])


def test_a_database_of_an_earlier_form_is_made_anew_before_texts_go_in(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PEACEOPS_DB", str(tmp_path / "own.db"))
    with contextlib.closing(sqlite3.connect(tmp_path / "own.db")) as old:
        old.executescript(
            "create table meta (key text, value text);"
            "insert into meta values ('schema_version', 'of long ago')"
        )
    result = CliRunner().invoke(
        import_command, ["un-sc-resolutions", str(folder)], standalone_mode=False
    )
    assert result.exception is None, result.output
    assert rows(tmp_path / "own.db", "select count(*) from resolution_text")[0][0] > 0


def test_one_answer_per_file_as_json(db: Path, folder: Path) -> None:
    result = CliRunner().invoke(
        import_command, ["un-sc-resolutions", str(folder), "--db", str(db), "--json"],
        standalone_mode=False,
    )  # fmt: skip
    told = json.loads(result.stdout)
    assert {(t["symbol"], t["status"]) for t in told} == {
        ("S/RES/9001 (2021)", "imported"),
        ("S/RES/9002 (2021)", "imported"),
        ("S/RES/901 (1985)", "imported"),
    }


# A text that comes twice -------------------------------------------------------------------------


def test_another_text_of_the_same_resolution_in_one_import_is_refused(
    db: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.xml").write_text(xml(9001), "utf-8")
    (tmp_path / "b.xml").write_text(xml(9001, extra=" everywhere"), "utf-8")
    (tmp_path / "c.xml").write_text(xml(9001).replace("<meta>", "<meta><!-- other -->"), "utf-8")
    done = import_texts(db, [tmp_path / "a.xml", tmp_path / "b.xml", tmp_path / "c.xml"])
    assert statuses(done) == {
        "a.xml": "imported",
        "b.xml": "refused",
        "c.xml": "already imported",
    }
    assert "another text of S/RES/9001 (2021) (en) than" in said(done)[0]
    database = open_database(db)
    assert search_texts(database, "everywhere", "en").total == 0


@pytest.mark.parametrize("order", [("t.txt", "x.xml"), ("x.xml", "t.txt")])
def test_the_structured_text_goes_before_the_plain_one(
    db: Path, tmp_path: Path, order: tuple[str, str]
) -> None:
    (tmp_path / "x.xml").write_text(xml(901, 1985), "utf-8")
    (tmp_path / "t.txt").write_text(plain(901), "utf-8")
    together = import_texts(db, [tmp_path / name for name in order])
    assert statuses(together) == {"x.xml": "imported", "t.txt": "passed over"}
    later = import_texts(db, [tmp_path / "t.txt"])
    assert statuses(later) == {"t.txt": "passed over"}
    assert rows(db, "select form from resolution_text") == [("xml",)]


def test_a_structured_text_replaces_a_plain_one(db: Path, tmp_path: Path) -> None:
    (tmp_path / "x.xml").write_text(xml(901, 1985), "utf-8")
    (tmp_path / "t.txt").write_text(plain(901), "utf-8")
    import_texts(db, [tmp_path / "t.txt"])
    assert statuses(import_texts(db, [tmp_path / "x.xml"])) == {"x.xml": "replaced"}
    assert rows(db, "select form from resolution_text") == [("xml",)]


# What is refused ---------------------------------------------------------------------------------

ENTITIES = (
    '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">]>'
    '<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0">&y;</akomaNtoso>'
)
DEEP = "<akomaNtoso>" + "<a>" * 200 + "</a>" * 200 + "</akomaNtoso>"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("entities.xml", ENTITIES.encode(), "declares a document type"),
        ("deep.xml", DEEP.encode(), "nested more than 64 levels"),
        ("latin.txt", plain(901).replace("parties", "partiés").encode("latin-1"), "not UTF-8 text"),
        ("wide.txt", plain(901).encode("utf-16"), "neither XML nor text"),
        ("empty.txt", b"", "no resolution of the Security Council"),
        ("S_RES_902.txt", plain(901).encode(), "named 902, but headed S/RES/901 (1985)"),
        ("statement.xml", xml(9001).replace("S/RES/9001 (2021)", "S/PRST/2021/7").encode(),
         "is not the symbol of a resolution"),
        ("picture.txt", b"\x89PNG\x00\x00", "neither XML nor text"),
        ("undated.xml", xml(9001, extra="x" * 60_000).encode(), "no printed paragraph is that"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_what_it_should_be_changes_nothing(
    db: Path, tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    before = db.read_bytes()
    done = import_texts(db, [file])
    assert [t.status for t in done] == ["refused"]
    assert message in said(done)[0]
    assert str(file) in said(done)[0]
    assert db.read_bytes() == before


def test_a_text_in_another_unicode_encoding_that_says_so_is_read(db: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    text = '<?xml version="1.0" encoding="UTF-16"?>' + xml(9001)
    file.write_bytes(text.encode("utf-16"))
    assert [t.status for t in import_texts(db, [file])] == ["imported"]


def test_missing_files_and_empty_folders_are_named(db: Path, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    done = import_texts(db, [tmp_path / "absent.xml", tmp_path / "none", tmp_path / "absent.zip"])
    lines = said(done)
    assert any("absent.xml: no such file" in line for line in lines)
    assert any("none: no .xml or .txt file in this folder" in line for line in lines)
    assert any("absent.zip: no such file" in line for line in lines)


def test_a_link_that_leads_out_of_the_folder_is_left_alone(
    db: Path, folder: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.xml"
    outside.write_text(xml(9009), "utf-8")
    (folder / "inside.xml").symlink_to(outside)
    done = import_texts(db, [folder])
    assert "S/RES/9009 (2021)" not in {t.symbol for t in done}


def test_a_text_without_a_language_takes_the_one_its_name_tells(db: Path, tmp_path: Path) -> None:
    text = "Resolution 279 (1970)\nof 12 May 1970\n\nThe Security Council,\n\n1. Demands silence.\n"
    for name in ("S_RES_0279_1970_EN_GOLD.txt", "S_RES_0279.txt"):
        (tmp_path / name).write_text(text, "utf-8")
    done = import_texts(db, [tmp_path / "S_RES_0279.txt"])
    assert "the text does not tell its language" in said(done)[0]
    done = import_texts(db, [tmp_path / "S_RES_0279_1970_EN_GOLD.txt"])
    assert [(t.status, t.language) for t in done] == [("imported", "en")]


def test_a_database_without_the_card_says_what_to_do(mini: Path, tmp_path: Path) -> None:
    build_database(tmp_path / "bare.db", mini)
    with pytest.raises(StoreError, match="no card for 'un-sc-resolutions'"):
        import_texts(tmp_path / "bare.db", [tmp_path])


# Archives ----------------------------------------------------------------------------------------


def archive(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return path


def test_an_archive_goes_in_like_a_folder(db: Path, tmp_path: Path) -> None:
    file = archive(tmp_path / "all.zip", {
        "top/en/S_RES_9001.xml": xml(9001).encode(),
        "top/en/S_RES_9003.xml": xml(9003).encode(),
        "top/text/S_RES_0901.txt": plain(901).encode(),
        "top/README.md": b"not read",
        "__MACOSX/top/en/._S_RES_9001.xml": b"not read",
    })  # fmt: skip
    done = import_texts(db, [file])
    assert set(statuses(done).values()) == {"imported"}
    assert len(done) == 3
    assert holds_texts(file)
    assert not (tmp_path / "top").exists()


def test_a_bomb_in_an_archive_is_refused_and_its_neighbour_goes_in(
    db: Path, tmp_path: Path
) -> None:
    bomb = b" " * (MAX_BYTES + 1)
    file = archive(tmp_path / "bomb.zip", {"a.xml": bomb, "b.xml": xml(9001).encode()})
    assert file.stat().st_size < 30_000
    started = time.monotonic()
    done = import_texts(db, [file])
    assert time.monotonic() - started < 20
    assert statuses(done) == {"a.xml": "refused", "b.xml": "imported"}
    assert "more than 10,000,000 bytes; no resolution is that large" in said(done)[0]


def test_an_archive_that_unpacks_to_too_much_is_refused_whole(
    db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = archive(tmp_path / "large.zip", {"a.xml": xml(9001).encode(), "b.xml": b" " * 100_000})
    monkeypatch.setattr(texts_module, "MAX_UNPACKED", 100_000)
    done = import_texts(db, [file])
    assert [t.status for t in done] == ["refused"]
    assert "unpacks to an unreasonable size" in said(done)[0]


def test_an_archive_or_folder_of_too_many_files_is_refused_whole(
    db: Path, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = archive(tmp_path / "many.zip", {f"{n}.xml": b"<a/>" for n in range(4)})
    monkeypatch.setattr(texts_module, "MAX_FILES", 2)
    done = import_texts(db, [file, folder])
    assert [t.status for t in done] == ["refused", "refused"]
    assert all("more than 2 files" in line for line in said(done))


@pytest.mark.parametrize(
    "name", ["../../etc/S_RES_9001.xml", "/etc/S_RES_9001.xml", "..\\S_RES_9001.xml", "C:/a.xml"]
)
def test_names_that_lead_out_of_an_archive_are_refused(db: Path, tmp_path: Path, name: str) -> None:
    file = archive(tmp_path / "out.zip", {name: xml(9001).encode()})
    before = sorted(p.name for p in tmp_path.rglob("*"))
    done = import_texts(db, [file])
    assert [t.status for t in done] == ["refused"]
    assert "this name leads out of its folder" in said(done)[0]
    assert sorted(p.name for p in tmp_path.rglob("*") if ".lock" not in p.name) == [
        n for n in before if ".lock" not in n
    ]


def test_names_in_an_archive_cannot_write_to_the_terminal(db: Path, tmp_path: Path) -> None:
    file = archive(tmp_path / "names.zip", {"a\x1b[2Jb.xml": b"<a>", "x" * 900 + ".xml": b"<a>"})
    for line in said(import_texts(db, [file])):
        assert "\x1b" not in line
        assert len(line.splitlines()[0]) < 500


def test_broken_and_locked_archives_are_named(db: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 and no more")
    cut = archive(tmp_path / "cut.zip", {"a.xml": os.urandom(4000)})
    data = bytearray(cut.read_bytes())
    data[200:260] = bytes(60)
    cut.write_bytes(data)
    locked = archive(tmp_path / "locked.zip", {"a.xml": xml(9001).encode()})
    flagged = locked.read_bytes().replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00",
                                          b"PK\x01\x02\x14\x03\x14\x00\x01\x00")  # fmt: skip
    assert flagged != locked.read_bytes()
    locked.write_bytes(flagged)
    done = import_texts(db, [tmp_path / "broken.zip", cut, locked])
    assert [t.status for t in done] == ["refused"] * 3
    lines = said(done)
    assert "broken.zip: a broken archive" in lines[0]
    assert "cut.zip: a.xml: broken in the archive" in lines[1]
    assert "locked.zip: a.xml: broken in the archive" in lines[2]


# What survives -----------------------------------------------------------------------------------


@pytest.mark.parametrize("at", ["reading", "writing", "indexing"])
def test_stopped_at_any_step_the_old_database_is_as_it_was(db: Path, folder: Path, at: str) -> None:
    before = db.read_bytes()

    def stop(step: str) -> None:
        if step.startswith(at):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_texts(db, [folder], progress=stop)
    assert db.read_bytes() == before
    assert not list(db.parent.glob("*.part"))
    assert len(import_texts(db, [folder])) == 3


def test_texts_survive_a_rebuild_and_are_still_found(db: Path, folder: Path, mini: Path) -> None:
    import_texts(db, [folder])
    kept = "select number, language, sha256, imported_at, content from resolution_text order by 1"
    before = rows(db, kept)
    said: list[str] = []
    build_database(db, mini, said.append)
    assert rows(db, kept) == before
    assert "keeping 3 imported files" in said
    assert rows(
        db, "select distinct source_id from citation join resolution_text using (citation_id)"
    ) == [("un-sc-resolutions",)]
    database = open_database(db)
    assert search_texts(database, "monitor ceasefire", "en").total == 1
    assert {t.status for t in import_texts(db, [folder])} == {"already imported"}


def test_a_database_of_an_earlier_version_is_carried_over_without_texts(
    db: Path, mini: Path
) -> None:
    connection = sqlite3.connect(db)
    connection.executescript("drop table resolution_text; drop table text_index;")
    connection.execute(
        "insert into import (source_id, file, sha256, bytes, imported_at, rows_read, rows_taken,"
        " rows_set_aside, rows_unknown, citation_id) values ('doc-one', 'f', 'h', 1, '2020', 0, 0,"
        " 0, 0, 1)"
    )
    connection.commit()
    connection.close()
    build_database(db, mini)
    assert rows(db, "select count(*) from resolution_text") == [(0,)]
    assert rows(db, "select file from import") == [("f",)]


def test_rows_that_name_their_own_source_survive_a_rebuild(
    db: Path, mini: Path, tmp_path: Path
) -> None:
    """Each row of a desk's table has a citation of its own."""
    (mini / "sources" / "desk-table.yaml").write_text(
        CARD.replace("un-sc-resolutions", "desk-table").replace("documents: true\n", ""), "utf-8"
    )
    build_database(db, mini)
    table = tmp_path / "desk.csv"
    table.write_text(
        "organisation,operation,country,date,category,persons,source\n"
        "UN,UNXYZ,Beland,2009-02,military,12,A weekly report\n"
        "UN,UNXYZ,Beland,2009-03,military,13,doc-one\n",
        "utf-8",
    )
    import_files(db, "desk-table", [table])
    cited = (
        "select c.source_id, c.locator from series s join citation c using (citation_id)"
        " where s.import_id is not null order by 1"
    )
    before = rows(db, cited)
    assert before == [("desk-table", "A weekly report"), ("doc-one", "")]
    build_database(db, mini)
    assert rows(db, cited) == before


def test_the_index_has_no_words_but_those_of_the_texts(db: Path, folder: Path) -> None:
    import_texts(db, [folder])
    assert rows(db, "select count(*) from text_index where text_index match 'civilians'") == [(2,)]
    (folder / "2021" / "S_RES_9001 (2021)-E.xml").write_text(
        xml(9001).replace("civilians", "nobody"), "utf-8"
    )
    import_texts(db, [folder])
    assert rows(db, "select count(*) from text_index where text_index match 'civilians'") == [(1,)]


# As it is kept -----------------------------------------------------------------------------------


def test_a_text_is_unpacked_as_it_was_packed() -> None:
    document = read_bytes(xml(9001).encode(), "S/RES/9001 (2021)")
    assert unpack_resolution(pack_resolution(document)) == document


@pytest.mark.parametrize(
    "content",
    [b"", b"nothing", zlib.compress(b"{"), zlib.compress(b" " * (MAX_UNPACKED + 10)),
     zlib.compress(b"{}" * 5000)[:-20]],
)  # fmt: skip
def test_damaged_or_swollen_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(RefusedFile, match="the text in the database is damaged"):
        unpack_resolution(content, "S/RES/1")


def test_a_heading_repeated_on_every_paragraph_is_kept_once() -> None:
    heading = "H" * 40_000
    body = f"<heading>{heading}</heading>" + "".join(
        paragraph(f"{n}.", "Decides;") for n in range(1, 1500)
    )
    document = read_bytes(resolution(body).encode(), "long.xml")
    assert sum(len(p.section) for p in document.paragraphs) > MAX_UNPACKED
    assert len(pack_resolution(document)) < 50_000
    assert unpack_resolution(pack_resolution(document), "long.xml") == document


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("S/RES/2531 (2020)", (2531, 2020)),
        ("s/res/2531(2020)", (2531, 2020)),
        ("2531", (2531, None)),
        ("S/RES/0186", (186, None)),
        ("S/RES/25310", None),
        ("S/PRST/2020/1", None),
        ("0", None),
        ("2531.xml", None),
        ("", None),
    ],
)
def test_symbols_are_read_as_people_write_them(
    written: str, meant: tuple[int, int | None] | None
) -> None:
    assert read_symbol(written) == meant


# Words -------------------------------------------------------------------------------------------


@pytest.fixture
def found(db: Path, folder: Path) -> Database:
    import_texts(db, [folder])
    return open_database(db)


def test_words_are_found_whatever_their_accents_and_marked(found: Database) -> None:
    (hit,) = search_texts(found, "ROLE force", "en").hits
    assert (hit.symbol, hit.paragraph, hit.anchor) == (
        "S/RES/9001 (2021)", "preamble 1", "preamble-1",
    )  # fmt: skip
    assert [words for is_word, words in hit.runs if is_word] == ["rôle", "force"]


def test_words_in_quotes_stand_side_by_side(found: Database) -> None:
    assert search_texts(found, '"protect civilians"', "en").total == 1
    assert search_texts(found, '"civilians protect"', "en").total == 0
    assert search_texts(found, "civil*", "en").total == 1
    assert search_texts(found, "civil", "en").total == 0


def test_hits_can_be_narrowed(found: Database) -> None:
    assert search_texts(found, "seized", "en").total == 2
    assert search_texts(found, "seized", "en", year="1985").total == 1
    assert search_texts(found, "seized", "en", operation="unxyz").total == 0
    assert search_texts(found, "seized", "fr").total == 1


def test_hits_of_an_operation_are_those_of_its_decisions(
    db: Path, mini: Path, folder: Path
) -> None:
    file = mini / "operations" / "unxyz.yaml"
    file.write_text(file.read_text("utf-8").replace("symbol: R/2", "symbol: S/RES/9001(2021)"))
    build_database(db, mini)
    import_texts(db, [folder])
    hits = search_texts(open_database(db), "seized", "en", operation="unxyz").hits
    assert [h.number for h in hits] == [9001]


@pytest.mark.parametrize("question", ["", "   ", '""', "***", "—", "'\"", '"  "'])
def test_a_question_without_a_word_is_told(found: Database, question: str) -> None:
    with pytest.raises(UsageError, match="no word to search for"):
        search_texts(found, question, "en")


@pytest.mark.parametrize(
    "question",
    ['civilians"', '" OR 1=1 --', "words : civilians", "civilians NEAR(seized, 5)", "NOT civilians",
     "^civilians", "civilians - seized", "{words}: x", "a AND", "(((", "civilians) OR (seized",
     "text_index", "rank", "; drop table resolution_text", "\x00civilians", "civil* *", "*" * 200],
)  # fmt: skip
def test_nothing_a_reader_writes_is_an_operator(found: Database, question: str) -> None:
    try:
        result = search_texts(found, question, "en")
    except UsageError:
        return
    words = {w.strip('"* ').lower() for w in write_match(question).split()}
    for hit in result.hits:
        text = "".join(run for _, run in hit.runs).lower()
        assert all(w in text for w in words), (question, text)


@settings(max_examples=300, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(st.text(max_size=80))
def test_any_question_is_answered_or_told(found: Database, question: str) -> None:
    try:
        search_texts(found, question, "en", page=2)
    except UsageError as error:
        assert "no word" in str(error)


def test_a_question_is_cut_to_some_words() -> None:
    assert write_match("a b " * 50).count('"') == 24


def test_every_place_has_a_name_of_its_own() -> None:
    numbers = ["preamble 1", "1", "1", "1(a)", "1 a", "", "annex 1", "Annex 1", "place-2", "(١)"]
    names = name_anchors(numbers)
    assert len(set(names)) == len(numbers)
    assert names[:4] == ["preamble-1", "para-1", "place-3", "para-1-a"]


# On the command line -----------------------------------------------------------------------------


@pytest.fixture
def ask(db: Path, folder: Path) -> Callable[..., Any]:
    import_texts(db, [folder])

    def run(command: Any, *words: str) -> Any:
        return CliRunner().invoke(command, [*words, "--db", str(db)], standalone_mode=False)

    return run


def test_a_symbol_reads_as_its_file_does(ask: Callable[..., Any], folder: Path) -> None:
    by_symbol = ask(read_command, "S/RES/9001 (2021)", "--json")
    by_file = ask(read_command, str(folder / "2021" / "S_RES_9001 (2021)-E.xml"), "--json")
    first, second = json.loads(by_symbol.stdout), json.loads(by_file.stdout)
    for told in (first, second):
        told["problems"] = [p["message"] for p in told["problems"]]
    assert first == second
    assert first["symbol"] == "S/RES/9001 (2021)"


def test_symbols_and_files_can_be_read_together(ask: Callable[..., Any], folder: Path) -> None:
    result = ask(read_command, "9001", str(folder / "S_RES_0901_1985_EN.txt"), "--json")
    assert [r["symbol"] for r in json.loads(result.stdout)] == [
        "S/RES/9001 (2021)", "S/RES/901 (1985)",
    ]  # fmt: skip


def test_two_symbols_are_compared(ask: Callable[..., Any]) -> None:
    told = json.loads(ask(compare_command, "S/RES/901", "S/RES/9001(2021)", "--json").stdout)
    assert told["before"]["symbol"] == "S/RES/901 (1985)"
    assert told["after"]["symbol"] == "S/RES/9001 (2021)"
    assert told["counts"]["kept"] == 1


def test_what_is_not_at_hand_says_which_command_brings_it(ask: Callable[..., Any]) -> None:
    result = ask(compare_command, "S/RES/9001", "S/RES/9500")
    assert isinstance(result.exception, NotFound)
    assert str(result.exception) == (
        "S/RES/9500: no text of it in the database\n  Bring texts in with: peaceops sync"
        " un-sc-resolutions, or peaceops import un-sc-resolutions FILE…"
    )
    result = ask(read_command, "S/RES/9500")
    assert result.return_value == 1
    assert "peaceops import un-sc-resolutions" in result.stderr


def test_a_language_that_is_not_there_and_a_wrong_year_are_told(ask: Callable[..., Any]) -> None:
    told = ask(read_command, "S/RES/9002", "--lang", "en").stderr
    assert "no text of it in 'en' in the database\n  There in: fr." in told
    assert ask(read_command, "S/RES/9002").return_value == 0
    told = ask(read_command, "S/RES/9001 (2020)").stderr
    assert "In the database is S/RES/9001 (2021)." in told


def test_the_texts_are_listed_once_a_database(found: Database) -> None:
    assert list_texts(found) is list_texts(found)
    assert set(list_texts(found).of("S/RES/901(1985)")) == {"en"}
    assert list_texts(found).of("PC.DEC/901") == {}


def test_the_publishers_files_go_in_as_they_are(db: Path, shared: Path) -> None:
    files = sorted((shared / "data" / "unsc" / "en" / "2021").glob("*.xml"))[:12]
    others = [next((shared / "data" / "unsc" / c).rglob("*.xml")) for c in ("zh", "ar", "ru", "es")]
    done = import_texts(db, [*files, *others])
    assert {t.status for t in done} == {"imported"}
    assert {t.language for t in done} == {"en", "zh", "ar", "ru", "es"}
    database = open_database(db)

    def reread(file: Path) -> Resolution:
        return read_bytes(file.read_bytes(), "x")

    for file in files:
        read = reread(file)
        assert load_text(database, find_text(database, read.symbol)).paragraphs == read.paragraphs


def test_what_is_imported_lists_the_texts_by_language(db: Path, folder: Path) -> None:
    import_texts(db, [folder])
    result = CliRunner().invoke(imports_command, ["--json", "--db", str(db)], standalone_mode=False)
    told = {r["file"]: (r["rows_taken"], r["first_date"]) for r in json.loads(result.stdout)}
    assert told == {"texts (en)": (2, "1985-05-03"), "texts (fr)": (1, "2021-06-29")}
