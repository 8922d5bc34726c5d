"""Two mandates side by side, on the command line and as a document."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from docx import Document

from peaceops.cli.mandates import compare_command, read_command
from peaceops.errors import NotFound
from peaceops.resolutions.compare import (
    align_paragraphs,
    compare_resolutions,
    find_resolution,
    word_changes,
)
from peaceops.resolutions.comparison_docx import comparison_docx
from peaceops.resolutions.document import Resolution, read_bytes
from resolution_files import paragraph, resolution

PREAMBLE = ("Commending the United Nations Mission in Liberia (UNMIL),",)
KEPT = "Calls upon all parties to cooperate fully with the operations of UNMIL in the country;"
MOVED = "Commends the contribution of troop- and police-contributing countries and of donors;"
GONE = "Urges the Government to adopt the law on the national commission of human rights;"
NEW = "Requests UNMIL to support the preparation of the elections in October;"


def version(year: int, texts: list[str], number: int) -> str:
    body = "".join(paragraph(f"{n}.", text) for n, text in enumerate(texts, 1))
    day = f"{year}-09-15"
    symbol = f"S/RES/{number} ({year})"
    return resolution(body, PREAMBLE, symbol=symbol, day=day, printed=f"15 September {year}")


def extend(until: int, troops: str) -> list[str]:
    return [
        f"Decides to extend the mandate of UNMIL until 30 September {until};",
        f"Decides that UNMIL shall comprise up to {troops} military personnel;",
    ]


BEFORE = version(2010, [*extend(2011, "8,000"), KEPT, GONE, MOVED], 9101)
AFTER = version(2011, [MOVED, *extend(2012, "7,500"), KEPT, NEW], 9102)


def read(markup: str) -> Resolution:
    return read_bytes(markup.encode(), "invented.xml")


@pytest.fixture(scope="module")
def comparison() -> dict[str, Any]:
    return compare_resolutions(read(BEFORE), read(AFTER)).as_dict()


def test_paragraphs_are_aligned_by_their_words(comparison: dict[str, Any]) -> None:
    found = [
        (
            row["change"],
            row["before"] and row["before"]["number"],
            row["after"] and row["after"]["number"],
        )
        for row in comparison["paragraphs"]
        if (row["after"] or row["before"])["kind"] == "operative"
    ]
    assert found == [
        ("moved", "5", "1"),
        ("reworded", "1", "2"),
        ("reworded", "2", "3"),
        ("kept", "3", "4"),
        ("added", None, "5"),
        ("dropped", "4", None),
    ]


def test_the_words_that_changed_are_shown() -> None:
    changes = word_changes("until 30 September 2011;", "until 30 September 2012;")
    assert [(s.kind, s.text) for s in changes] == [
        ("same", "until 30 September"),
        ("dropped", "2011"),
        ("added", "2012"),
        ("same", ";"),
    ]


def test_expiry_and_ceilings_come_first(comparison: dict[str, Any]) -> None:
    decision = comparison["decisions"][0]
    assert (decision["before"]["until"], decision["after"]["until"]) == ("2011-09-30", "2012-09-30")
    ceiling = comparison["ceilings"][0]
    assert (ceiling["before"], ceiling["after"], ceiling["change"]) == (8000, 7500, -500)


def test_tasks_gained_are_listed_with_their_paragraph(comparison: dict[str, Any]) -> None:
    gained = {(t["task"], tuple(t["after"])) for t in comparison["tasks"]["added"]}
    assert ("elections", ("5",)) in gained


def test_a_text_against_itself_is_all_kept() -> None:
    document = read(BEFORE)
    rows = align_paragraphs(document.paragraphs, document.paragraphs)
    assert {r.change for r in rows} == {"kept"} and len(rows) == len(document.paragraphs)


def test_resolutions_on_different_operations_are_said_to_be() -> None:
    other = AFTER.replace("UNMIL", "MINUSTAH").replace("Mission in Liberia", "X")
    comparison = compare_resolutions(read(BEFORE), read(other)).as_dict()
    assert "different operations" in comparison["problems"][-1]["message"]


def test_the_document_strikes_what_was_dropped() -> None:
    content = comparison_docx(compare_resolutions(read(BEFORE), read(AFTER)))
    document = Document(io.BytesIO(content))
    runs = [
        run
        for row in document.tables[-1].rows
        for cell in row.cells
        for paragraph_ in cell.paragraphs
        for run in paragraph_.runs
    ]
    assert any(r.font.strike and "2011" in r.text for r in runs)
    assert any(r.font.underline and "2012" in r.text for r in runs)


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    (tmp_path / "S_RES_9101_E.xml").write_text(BEFORE, encoding="utf-8")
    (tmp_path / "S_RES_9102_E.xml").write_text(AFTER, encoding="utf-8")
    return tmp_path


def test_compare_finds_symbols_in_a_folder(texts: Path) -> None:
    result = CliRunner().invoke(
        compare_command, ["S/RES/9101 (2010)", "9102", "--texts", str(texts), "--json"]
    )
    assert result.exit_code == 0
    assert json.loads(result.stdout)["counts"]["reworded"] == 2
    with pytest.raises(NotFound):
        find_resolution("S/RES/9101 (1999)", texts)
    with pytest.raises(NotFound):
        find_resolution("nothing.xml", texts)


def test_compare_prints_and_writes(texts: Path) -> None:
    files = [str(texts / "S_RES_9101_E.xml"), str(texts / "S_RES_9102_E.xml")]
    result = CliRunner().invoke(compare_command, files)
    assert "[−2011−] [+2012+]" in result.stdout and "unmil military: 8,000 → 7,500" in result.stdout
    target = texts / "out.docx"
    assert CliRunner().invoke(compare_command, [*files, "-o", str(target)]).exit_code == 0
    assert target.read_bytes()[:2] == b"PK"


def test_a_bad_file_does_not_stop_the_batch(texts: Path) -> None:
    bad = texts / "bad.xml"
    bad.write_text("<html/>", encoding="utf-8")
    result = CliRunner().invoke(
        read_command, [str(texts), str(texts / "missing.xml"), "--json"], standalone_mode=False
    )
    assert result.return_value == 1
    coded = json.loads(result.stdout)
    assert [c["symbol"] for c in coded] == ["S/RES/9101 (2010)", "S/RES/9102 (2011)"]
    assert len([line for line in result.stderr.splitlines() if "bad.xml" in line]) == 1
    assert "missing.xml: no such file" in result.stderr


def test_one_file_gives_one_object(texts: Path) -> None:
    result = CliRunner().invoke(read_command, [str(texts / "S_RES_9101_E.xml"), "--json"])
    coded = json.loads(result.stdout)
    assert coded["acts_on"][0]["operation"] == "unmil"
    promised = {
        "symbol", "date", "language", "acts_on", "mentions", "ceilings", "chapter_vii",
        "all_necessary_means", "principles", "tasks", "priorities", "a4p", "length", "problems",
    }  # fmt: skip
    assert promised <= set(coded)


def test_csv_has_a_row_for_each_decision(texts: Path) -> None:
    result = CliRunner().invoke(read_command, [str(texts), "--csv"])
    lines = result.stdout.splitlines()
    assert lines[0].startswith("symbol,date") and len(lines) == 3
    assert "military=8000" in lines[1]
