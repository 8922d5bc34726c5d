"""Corrections by readers: applied, checked, written into the catalogue, from the command line."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from peaceops.build import build_database, is_current
from peaceops.cli import cli
from peaceops.correcting import (
    LONGEST_REASON,
    MOST_ENTRIES,
    CheckedCorrection,
    add_corrections,
    check_entry,
    check_file,
    complete_symbol,
    is_writable,
    read_known_words,
    refuse_unwritable,
)
from peaceops.errors import DataError, PeaceopsError, StoreError
from peaceops.model import MandateDecision
from peaceops.places import catalogue_dir
from peaceops.resolutions.coder import code_resolution
from peaceops.resolutions.corrected_chain import correct_decisions
from peaceops.resolutions.correction_file import append_entries, write_entry, write_scalar
from peaceops.resolutions.corrections import (
    Correction,
    apply_correction,
    apply_corrections,
    corrections_path,
    load_corrections,
    parse_entries,
    read_entry,
)
from peaceops.resolutions.document import read_bytes
from peaceops.store import Database
from peaceops.texts import import_texts
from resolution_files import paragraph, point, resolution

SYMBOL = "S/RES/2674 (2023)"
TEXT = resolution(
    paragraph("1.", "Decides to extend the mandate of UNFICYP until 31 January 2024;")
    + paragraph("2.", "Decides that UNFICYP shall comprise up to 860 military personnel;")
    + paragraph("3.", "Requests UNFICYP:", point("(a)", "to monitor the ceasefire;"))
    + paragraph("4.", "Welcomes the work of MINUSMA;"),
    ("Acting under Chapter VII of the Charter of the United Nations,",),
    symbol=SYMBOL, day="2023-01-30", printed="30 January 2023",
)  # fmt: skip
KNOWN = read_known_words()


def coding(corrections: dict[str, tuple[Correction, ...]] | None = None) -> dict[str, Any]:
    document = read_bytes(TEXT.encode(), "2674.xml")
    return code_resolution(document, corrections=corrections or {}).as_dict()


CODED = coding()


def entry(**changes: Any) -> dict[str, Any]:
    """An entry in order, with some of it changed; None takes a key away."""
    whole = {
        "symbol": SYMBOL,
        "field": "acts_on",
        "where": {"operation": "unficyp"},
        "set": {"until": "2024-02-29"},
        "because": "The Secretariat reissued the text.",
        **changes,
    }
    return {k: v for k, v in whole.items() if v is not None}


def checked(**changes: Any) -> CheckedCorrection:
    return check_entry(entry(**changes), KNOWN, CODED)


def refused(**changes: Any) -> dict[str, str]:
    """What is wrong with an entry, by field: message and hint."""
    with pytest.raises(DataError) as caught:
        checked(**changes)
    return {p.field: f"{p.message} | {p.hint}" for p in caught.value.problems}


# Applying ----------------------------------------------------------------------------------------


def test_the_text_is_coded_as_these_tests_take_it() -> None:
    assert [(a["operation"], a["action"], a["until"]) for a in CODED["acts_on"]] == [
        ("unficyp", "extend", "2024-01-31")
    ]
    assert CODED["ceilings"][0]["persons"] == 860
    assert [t["task"] for t in CODED["tasks"]] == ["ceasefire-monitoring"]
    assert CODED["chapter_vii"]["value"] is True
    assert "minusma" in CODED["mentions"]


@pytest.mark.parametrize(
    ("changes", "before", "after"),
    [
        ({}, {"until": "2024-01-31"}, {"until": "2024-02-29", "corrected": True}),
        ({"set": {"until": None}}, {"until": "2024-01-31"}, {"until": None}),
        ({"set": None, "remove": True}, {"operation": "unficyp"}, None),
        (
            {"where": None, "set": {"operation": "minusma", "action": "amend"}},
            None,
            {"operation": "minusma", "until": None, "months": None, "paragraph": "", "quote": ""},
        ),
        (
            {"field": "ceilings", "where": {"operation": "unficyp", "kind": "military"},
             "set": {"persons": "1300", "change": "-240"}},
            {"persons": 860, "change": None}, {"persons": 1300, "change": -240},
        ),
        (
            {"field": "tasks", "where": {"task": "ceasefire-monitoring"},
             "set": {"mode": "assist"}},
            {"mode": "monitor"}, {"mode": "assist", "corrected": True},
        ),
        (
            {"field": "tasks", "where": None,
             "set": {"operation": "unficyp", "task": "mine-action", "mode": "assist"}},
            None, {"task": "mine-action", "strength": "requested", "paragraph": ""},
        ),
        ({"field": "mentions", "where": {"operation": "minusma"}, "set": None, "remove": True},
         "minusma", None),
        ({"field": "mentions", "where": None, "set": {"operation": "unmiss"}}, None, "unmiss"),
        ({"field": "mentions", "where": {"operation": "minusma"}, "set": {"operation": "unmiss"}},
         "minusma", "unmiss"),
        ({"field": "chapter_vii", "where": None, "set": {"value": False}},
         {"value": True}, {"value": False, "paragraph": None, "quote": None, "corrected": True}),
        ({"field": "chapter_vii", "where": None, "set": {"paragraph": "4"}},
         {"value": True}, {"value": True, "paragraph": "4", "quote": None}),
    ],
)  # fmt: skip
def test_a_correction_shows_the_coding_before_and_after(
    changes: dict[str, Any], before: Any, after: Any
) -> None:
    one = checked(**changes)
    for found, expected in ((one.before, before), (one.after, after)):
        if expected is None:
            assert found == ()
        elif isinstance(expected, str):
            assert found == (expected,)
        else:
            assert len(found) == 1
            assert {k: found[0][k] for k in expected} == expected
    # and the file says the same to whoever reads it next
    again = read_entry(parse_entries(one.entry, "x")[0], "x", [])
    assert again == one.correction
    assert apply_correction(CODED, one.correction)[1] == "applied"


def test_the_number_of_tasks_follows_a_correction() -> None:
    added = checked(
        field="tasks", where=None,
        set={"operation": "unficyp", "task": "mine-action", "mode": "assist"},
    )  # fmt: skip
    assert CODED["length"]["tasks"] == 1
    assert apply_correction(CODED, added.correction)[0]["length"]["tasks"] == 2


def test_words_of_another_paragraph_are_not_kept() -> None:
    moved = checked(set={"paragraph": "4"})
    assert moved.before[0]["quote"]
    assert moved.after[0]["quote"] == ""


def test_a_correction_that_changes_nothing_is_reported() -> None:
    right = Correction(SYMBOL, "acts_on", {"operation": "unficyp"}, {"until": "2024-01-31"},
                       False, "x", "")  # fmt: skip
    lost = Correction(SYMBOL, "tasks", {"operation": "unmil"}, {}, True, "x", "")
    twice = Correction(SYMBOL, "mentions", {}, {"operation": "minusma"}, False, "x", "")
    result = apply_corrections(CODED, (right, lost, twice))
    assert [c["effect"] for c in result["corrections"]] == ["no change", "not found", "no change"]
    assert [p["field"] for p in result["problems"][-3:]] == ["acts_on", "tasks", "mentions"]
    assert {k: result[k] for k in ("acts_on", "tasks", "mentions")} == {
        k: CODED[k] for k in ("acts_on", "tasks", "mentions")
    }


def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "mandates.yaml"
    assert load_corrections(path) == {}
    append_entries(path, [checked().correction])
    assert load_corrections(path) == {SYMBOL: (checked().correction,)}
    append_entries(path, [checked(set={"months": "3"}).correction])
    assert len(load_corrections(path)[SYMBOL]) == 2


# Checking ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"symbol": "S/RES/2674 (2022)"}, "symbol", "Did you mean 'S/RES/2674 (2023)'?"),
        ({"symbol": "mandate"}, "symbol", "is no symbol of a resolution"),
        ({"symbol": 2674}, "symbol", "is no symbol of a resolution"),
        ({"symbol": "9999"}, "symbol", "the year of this resolution is not known here"),
        ({"field": "act_on"}, "field", "Did you mean 'acts_on'?"),
        ({"where": {"operation": "unficip"}}, "where.operation", "Did you mean 'unficyp'"),
        ({"where": {"opration": "unficyp"}}, "where.opration", "Did you mean 'operation'"),
        ({"where": "operation: unficyp"}, "where", "must be written {name: value}"),
        ({"where": {"operation": "unifil"}}, "where", "has no such statement | The coding"),
        ({"set": {"action": "extends"}}, "set.action", "Did you mean 'extend'?"),
        ({"set": {"until": "2023-02-30"}}, "set.until", "'2023-02-30' is not a day"),
        ({"set": {"until": "31/01/2024"}}, "set.until", "Write it as 2023-12-31"),
        ({"set": {"until": "20240131"}}, "set.until", "is not a day"),
        ({"set": {"until": 20240131}}, "set.until", "is not a text"),
        ({"set": {"months": "twelve"}}, "set.months", "is not a number"),
        ({"set": {"months": True}}, "set.months", "is not a number"),
        ({"set": {"months": "١٢"}}, "set.months", "is not a number"),
        ({"set": {"until": "2024-01-31"}}, "set", "this changes nothing"),
        ({"set": {"operation": ""}}, "set.operation", "is not known"),
        ({"set": None}, "set", "nothing is said to be right"),
        ({"remove": True}, "set", "set and remove exclude each other"),
        ({"where": None}, "set.operation", "a new statement needs this"),
        ({"where": None, "set": None, "remove": True}, "where", "which statement is meant"),
        ({"because": ""}, "because", "no reason given"),
        ({"because": " \n "}, "because", "no reason given"),
        ({"because": ["a"]}, "because", "no reason given"),
        ({"because": "x" * (LONGEST_REASON + 1)}, "because", "longer than 600 characters"),
        ({"because": "a\x1b[2Jb"}, "because", "characters that do not print"),
        ({"because": "right\u202eto left"}, "because", "characters that do not print"),
        ({"because": "half \ud83d"}, "because", "characters that do not print"),
        ({"source": "un-sc-res-267"}, None, ""),
        ({"source": "un-sc-res-26744"}, "source", "no such source card | Did you mean"),
        ({"source": "zzz"}, "source", "the text's own card is un-sc-res-2674"),
        ({"author": "me"}, "author", "is not a key of a correction"),
        ({"field": "tasks", "where": {"task": "ceasefire-monitoring"}, "set": {"task": "mine"}},
         "set.task", "is not known"),
        ({"field": "ceilings", "where": None, "set": {"operation": "unficyp", "kind": "police"}},
         "set.persons", "a new statement needs this"),
        ({"field": "ceilings", "where": {"kind": "military"}, "set": {"persons": "-1"}},
         "set.persons", "is below zero"),
        ({"field": "chapter_vii"}, "where.operation", "is no part of such a statement"),
        ({"field": "chapter_vii", "where": None, "set": {"value": "perhaps"}}, "set.value",
         "is neither true nor false"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_entry_is_told(
    changes: dict[str, Any], field: str | None, told: str
) -> None:
    if field is None:
        assert checked(**changes).entry
        return
    problems = refused(**changes)
    assert told in problems[field], problems


def test_every_mistake_is_told_at_once() -> None:
    problems = refused(
        symbol="2674 (1999)", where={"operation": "unficip", "color": "red"},
        set={"until": "soon", "action": "prolong"}, because="", source="nowhere", reason="x",
    )  # fmt: skip
    assert set(problems) == {
        "symbol", "where.operation", "where.color", "set.until", "set.action", "because", "source",
        "reason",
    }  # fmt: skip


def test_a_symbol_is_completed() -> None:
    for written in ("2674", "S/RES/2674", "s/res/2674(2023)", SYMBOL):
        assert complete_symbol(written, KNOWN) == SYMBOL
    assert complete_symbol("S/RES/9998 (2031)", KNOWN) == "S/RES/9998 (2031)"


def test_a_reason_of_several_lines_becomes_one() -> None:
    one = checked(because="First line.\r\n- symbol: S/RES/1 (1946)\n\tfield: acts_on")
    assert one.correction.because == "First line. - symbol: S/RES/1 (1946) field: acts_on"
    assert len(parse_entries(one.entry, "x")) == 1


def test_without_a_text_the_words_alone_are_checked() -> None:
    one = check_entry(entry(where={"operation": "unifil"}), KNOWN)
    assert (one.is_tried, one.before, one.after) == (False, (), ())
    with pytest.raises(DataError):
        check_entry(entry(where={"operation": "unifill"}), KNOWN)


def test_the_corrections_of_the_catalogue_are_in_order(tmp_path: Path) -> None:
    assert check_file(catalogue_dir()) == ()
    folder = working_copy(tmp_path)
    with corrections_path(folder).open("a", encoding="utf-8") as file:
        file.write("- {symbol: S/RES/2674 (2023), field: mentions, because: x,"
                   " set: {operation: unficip}}\n")  # fmt: skip
    (problem,) = check_file(folder)
    assert "set.operation: 'unficip' is not known" in str(problem)
    run = CliRunner().invoke(cli, ["check", "--catalogue", str(folder)])
    assert "'unficip' is not known" in run.output


# The chain ---------------------------------------------------------------------------------------


def chain_row(operation: str, **changes: Any) -> MandateDecision:
    whole = {"operation": operation, "symbol": SYMBOL, "date": "2023-01-30", "action": "extend",
             "until": "2024-01-31", "paragraph": "1", "tasks": ("ceasefire-monitoring",),
             "ceilings": ("military=860", "police=69(-1)", "civilian=+5"), "sets_out": True,
             "chapter_vii": True}  # fmt: skip
    return MandateDecision.model_validate({**whole, **changes})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [("unficyp", {"until": "2024-02-29", "action": "extend"})]),
        ({"set": None, "remove": True}, []),
        ({"where": {"operation": "unficyp", "until": "2020-01-01"}}, [("unficyp", {})]),
        ({"set": {"operation": "unifil"}}, [("unifil", {"until": "2024-01-31"})]),
        ({"where": None, "set": {"operation": "unifil", "action": "amend"}},
         [("unficyp", {}), ("unifil", {"action": "amend", "until": None, "paragraph": "",
                                       "tasks": (), "ceilings": (), "date": "2023-01-30"})]),
        ({"where": None, "set": {"operation": "fomuc", "action": "amend"}}, [("unficyp", {})]),
        ({"field": "chapter_vii", "where": None, "set": {"value": False}},
         [("unficyp", {"chapter_vii": False})]),
        ({"field": "ceilings", "where": {"operation": "unficyp", "kind": "military"},
          "set": {"persons": 800, "change": -60}},
         [("unficyp", {"ceilings": ("military=800(-60)", "police=69(-1)", "civilian=+5")})]),
        ({"field": "ceilings", "where": {"operation": "unficyp", "kind": "police"}, "set": None,
          "remove": True},
         [("unficyp", {"ceilings": ("military=860", "civilian=+5")})]),
        ({"field": "ceilings", "where": None,
          "set": {"operation": "unficyp", "kind": "total", "change": 9}},
         [("unficyp", {"ceilings": ("military=860", "police=69(-1)", "civilian=+5", "total=+9")})]),
        ({"field": "tasks", "where": None,
          "set": {"operation": "unficyp", "task": "mine-action", "mode": "assist"}},
         [("unficyp", {"tasks": ("ceasefire-monitoring", "mine-action")})]),
        ({"field": "tasks", "where": {"operation": "unficyp", "task": "ceasefire-monitoring"},
          "set": None, "remove": True},
         [("unficyp", {"tasks": ("ceasefire-monitoring",)})]),
    ],
)  # fmt: skip
def test_the_chain_takes_over_what_its_rows_can_hold(
    changes: dict[str, Any], expected: list[tuple[str, dict[str, Any]]]
) -> None:
    correction = check_entry(entry(**changes), KNOWN).correction
    other = chain_row("unmiss", symbol="S/RES/2677 (2023)")
    rows = (chain_row("unficyp"), other)
    known = {"unficyp", "unifil", "unmiss"}
    once = correct_decisions(rows, {SYMBOL: (correction,)}, known)
    assert once[-1] == other
    assert [r.operation for r in once[:-1]] == [operation for operation, _ in expected]
    for row, (operation, parts) in zip(once, expected, strict=False):
        assert row == chain_row(operation).model_copy(update={"sets_out": row.sets_out, **parts})
    assert correct_decisions(once, {SYMBOL: (correction,)}, known) == once


def test_the_database_is_built_with_the_corrections(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(catalogue_dir(), whole)
    build_database(tmp_path / "before.db", whole)
    trial = entry(
        symbol="S/RES/1791 (2007)", where={"operation": "binub"}, set={"until": "2009-03-31"}
    )
    add_corrections([check_entry(trial, KNOWN)], whole)
    assert not is_current(tmp_path / "before.db", whole)
    build_database(tmp_path / "after.db", whole)
    query = "select symbol, until from decision where operation_id = 'binub' order by 1"
    found = []
    for name in ("before.db", "after.db"):
        with contextlib.closing(sqlite3.connect(tmp_path / name)) as db:
            found.append(dict(db.execute(query).fetchall()))
    assert found[0].pop("S/RES/1791 (2007)") == "2008-12-31"
    assert found[1].pop("S/RES/1791 (2007)") == "2009-03-31"
    assert found[0] == found[1] != {}


# Writing -----------------------------------------------------------------------------------------


def working_copy(place: Path) -> Path:
    """The words of the catalogue and its corrections, in a folder that can be written."""
    folder = place / "catalogue"
    for part in ("operations", "sources", "lexicon", "corrections"):
        shutil.copytree(catalogue_dir() / part, folder / part)
    for file in ("tasks.csv", "countries.csv", "country_names.csv", "country_phrases.csv"):
        shutil.copy(catalogue_dir() / file, folder / file)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return working_copy(tmp_path)


def test_an_entry_is_added_and_all_else_stays(folder: Path) -> None:
    path = corrections_path(folder)
    old = path.read_text("utf-8")
    assert add_corrections([checked()], folder) == path
    new = path.read_text("utf-8")
    assert new == old + checked().entry
    assert "#   - symbol: S/RES/2690 (2023)" in new
    assert sorted(p.name for p in path.parent.iterdir()) == ["mandates.yaml"]


@pytest.mark.parametrize(
    "old",
    [
        "# alone, without a line end",
        "",
        "# Windows\r\n\r\n- symbol: S/RES/1 (1946)\r\n  field: mentions\r\n"
        "  set: {operation: untso}\r\n  because: x # y\r\n",
        "  # indented\n  - symbol: S/RES/1 (1946)\n    field: mentions\n"
        "    set: {operation: untso}\n    because: x",
    ],
)
def test_files_as_people_write_them_are_gone_on_with(tmp_path: Path, old: str) -> None:
    path = tmp_path / "mandates.yaml"
    path.write_bytes(old.encode())
    before = parse_entries(old, "x")
    append_entries(path, [checked().correction])
    new = path.read_bytes().decode()
    assert new.startswith(old)
    assert parse_entries(new, "x")[:-1] == before
    assert load_corrections(path)[SYMBOL] == (checked().correction,)
    if "\r\n" in old:
        assert new.count("\n") == new.count("\r\n")


@pytest.mark.parametrize(
    ("old", "told"),
    [
        ("[]\n", "entries cannot be added at the end of this file"),
        ("- symbol: [\n", "not valid YAML"),
        ("symbol: x\n", "is no list of entries"),
        ("- {symbol: 1}\n", "is no symbol"),
        ("[" * 5000, "not valid YAML"),
        ("# \xff", "is not UTF-8 text"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_stays_as_it_is(
    tmp_path: Path, old: str, told: str
) -> None:
    path = tmp_path / "mandates.yaml"
    path.write_bytes(old.encode("latin-1"))
    with pytest.raises(DataError, match=told):
        append_entries(path, [checked().correction])
    assert path.read_bytes() == old.encode("latin-1")
    assert [p.name for p in tmp_path.iterdir()] == ["mandates.yaml"]


def test_the_same_entry_is_not_written_twice(folder: Path) -> None:
    add_corrections([checked()], folder)
    before = corrections_path(folder).read_bytes()
    with pytest.raises(DataError, match="in the catalogue already"):
        add_corrections([checked(), checked(set={"months": "3"})], folder)
    assert corrections_path(folder).read_bytes() == before


def test_those_who_write_at_the_same_time_lose_nothing(folder: Path) -> None:
    def write(months: int) -> None:
        add_corrections([checked(set={"months": months})], folder)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(1, 25)))
    found = load_corrections(corrections_path(folder))[SYMBOL]
    assert sorted(c.values["months"] for c in found) == list(range(1, 25))


def test_processes_that_write_at_the_same_time_lose_nothing(folder: Path) -> None:
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from peaceops.correcting import *\n"
        "for n in range(5):\n"
        "    e = {'symbol': '2674', 'field': 'mentions', 'set': {'operation': 'unmiss'},"
        " 'because': f'{sys.argv[1]}-{n}'}\n"
        f"    add_corrections([check_entry(e, read_known_words())], Path({str(folder)!r}))\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", program, str(n)]) for n in range(3)]
    assert [p.wait(60) for p in running] == [0, 0, 0]
    assert len(load_corrections(corrections_path(folder))[SYMBOL]) == 15


def test_the_catalogue_of_an_installed_package_is_not_written(tmp_path: Path) -> None:
    installed = tmp_path / "site-packages" / "peaceops" / "_catalogue"
    shutil.copytree(working_copy(tmp_path), installed)
    before = corrections_path(installed).read_bytes()
    assert not is_writable(installed)
    with pytest.raises(StoreError) as caught:
        add_corrections([checked()], installed)
    assert "part of the installed program" in str(caught.value)
    assert "PEACEOPS_CATALOGUE" in str(caught.value)
    assert corrections_path(installed).read_bytes() == before


def test_a_read_only_catalogue_is_told_as_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(StoreError, match="cannot be written here"):
        refuse_unwritable(folder)
    with pytest.raises(StoreError, match="there is no catalogue here"):
        refuse_unwritable(folder / "nowhere")


def test_a_disk_that_refuses_is_told_and_changes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = corrections_path(folder).read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left on device"):
        add_corrections([checked()], folder)
    assert corrections_path(folder).read_bytes() == before
    assert [p.name for p in corrections_path(folder).parent.iterdir()] == ["mandates.yaml"]


@given(st.text(max_size=80))
def test_any_text_comes_back_from_yaml_as_it_was(text: str) -> None:
    written = write_scalar(text)
    assert "\n" not in written
    try:
        assert yaml.load(f"- a: {written}\n  b: c\n", yaml.BaseLoader) == [{"a": text, "b": "c"}]
        inside = write_scalar(text, inside=True)
        assert yaml.load(f"- {{a: {inside}, b: c}}\n", yaml.BaseLoader) == [{"a": text, "b": "c"}]
    except UnicodeEncodeError:
        assert any("\ud800" <= c <= "\udfff" for c in text)


@given(st.text(min_size=1, max_size=120))
def test_no_reason_can_break_out_of_its_entry(reason: str) -> None:
    try:
        one = check_entry(entry(because=reason), KNOWN, CODED)
    except PeaceopsError:
        return
    (found,) = parse_entries(one.entry, "x")
    assert found["because"] == one.correction.because == " ".join(reason.split())
    assert set(found) == {"symbol", "field", "where", "set", "because"}


# The command -------------------------------------------------------------------------------------

Call = Callable[..., Result]


@pytest.fixture(scope="module")
def texts(real_db: Database, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the text that these tests correct."""
    place = tmp_path_factory.mktemp("texts")
    shutil.copyfile(real_db.path, place / "peaceops.db")
    (place / "2674.xml").write_text(TEXT, "utf-8")
    import_texts(place / "peaceops.db", [place / "2674.xml"])
    return place


@pytest.fixture
def call(folder: Path, texts: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Call]:
    monkeypatch.setenv("PEACEOPS_DB", str(texts / "peaceops.db"))

    def run(*words: str) -> Result:
        command = [sys.executable, "-c", "from peaceops.cli import main; main()", "correct"]
        done = subprocess.run(
            [*command, *words, "--catalogue", str(folder)], capture_output=True, text=True,
            timeout=120, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return done  # type: ignore[return-value]

    yield run


RIGHT = ("--field", "acts_on", "--where", "operation=unficyp", "--set", "until=2024-02-29",
         "--because", "The Secretariat reissued the text.")  # fmt: skip


def test_the_command_shows_what_changes_and_writes_it(call: Any, folder: Path) -> None:
    old = corrections_path(folder).read_text("utf-8")
    done = call("2674", *RIGHT)
    assert done.returncode == 0, done.stderr
    assert "before  unficyp: extend until 2024-01-31" in done.stdout
    assert "after   unficyp: extend until 2024-02-29" in done.stdout
    assert f"written to {corrections_path(folder)}" in done.stdout
    assert corrections_path(folder).read_text("utf-8") == old + checked().entry
    again = call("S/RES/2674", *RIGHT)
    assert again.returncode == 1
    assert "this changes nothing" in again.stderr


def test_a_dry_run_writes_nothing(call: Any, folder: Path) -> None:
    old = corrections_path(folder).read_bytes()
    done = call("2674", *RIGHT, "--dry-run", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["written"]) == (0, None)
    (one,) = told["corrections"]
    assert one["before"][0]["until"] == "2024-01-31"
    assert one["after"][0]["until"] == "2024-02-29"
    assert one["entry"] == checked().entry
    assert corrections_path(folder).read_bytes() == old


def test_a_file_takes_the_place_of_a_symbol(call: Any, texts: Path, folder: Path) -> None:
    done = call(str(texts / "2674.xml"), *RIGHT)
    assert done.returncode == 0, done.stderr
    assert SYMBOL in load_corrections(corrections_path(folder))
    assert call(str(texts / "none.xml"), *RIGHT).returncode == 1


def test_an_entry_goes_by_file_from_one_to_another(call: Any, folder: Path, tmp_path: Path) -> None:
    old = corrections_path(folder).read_bytes()
    sent = tmp_path / "sent.yaml"
    assert call("2674", *RIGHT, "-o", str(sent)).returncode == 0
    assert corrections_path(folder).read_bytes() == old
    assert sent.read_text("utf-8") == checked().entry
    assert call("--from", str(sent)).returncode == 0
    assert corrections_path(folder).read_bytes() == old + sent.read_bytes()


def test_several_entries_are_written_all_or_none(call: Any, folder: Path, tmp_path: Path) -> None:
    old = corrections_path(folder).read_bytes()
    sent = tmp_path / "sent.yaml"
    good, next_one = checked().entry, checked(set={"months": "13"}).entry
    sent.write_text(good + next_one + good.replace("2024-02-29", "2024-02-30"), "utf-8")
    done = call("--from", str(sent))
    assert done.returncode == 1
    assert "entry 3: set.until: '2024-02-30' is not a day" in done.stderr
    assert corrections_path(folder).read_bytes() == old
    sent.write_text(good + next_one, "utf-8")
    assert call("--from", str(sent)).returncode == 0
    assert len(load_corrections(corrections_path(folder))[SYMBOL]) == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no entry in this file"),
        ("just words", "is no list of entries"),
        ("- just words", "is no entry"),
        ("&a [*a, *a]", "not valid YAML"),
        ("- &a {symbol: &b [x], field: *b}", "is no symbol"),
        ("{" * 3000, "not valid YAML"),
        ("a: &a [x]\nb: !!python/object/apply:os.system [true]\n", "is not a key"),
        ("- a\n" * (MOST_ENTRIES + 1), "more than 100 entries"),
        ("#" * 300_000, "more than 256,000 bytes"),
        ("\xff", "is not UTF-8 text"),
    ],
)
def test_a_hostile_file_of_entries_is_refused(
    call: Any, folder: Path, tmp_path: Path, text: str, told: str
) -> None:
    old = corrections_path(folder).read_bytes()
    sent = tmp_path / "sent.yaml"
    sent.write_bytes(text.encode("latin-1"))
    done = call("--from", str(sent))
    assert done.returncode == 1
    assert told in done.stderr
    assert corrections_path(folder).read_bytes() == old


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "RESOLUTION: is missing"),
        (("2674", "--field", "acts_on"), "--because: is missing"),
        (("2674", *RIGHT, "--where", "operation"), "'operation' is not NAME=VALUE"),
        (("2674", *RIGHT, "--set", "until=2024-03-01"), "'until' is said twice"),
        (("--from", "x.yaml", "--field", "tasks"), "the file says all of it"),
        (("--list", "--json", "--csv"), "choose --json or --csv"),
        (("2674", *RIGHT, "--csv"), "only with --list"),
    ],
)
def test_wrong_usage_is_told(call: Any, words: tuple[str, ...], told: str) -> None:
    done = call(*words)
    assert done.returncode == 2
    assert told in done.stderr


def test_an_unwritable_catalogue_leaves_the_entry_to_take_along(
    texts: Path, tmp_path: Path
) -> None:
    installed = tmp_path / "peaceops" / "_catalogue"
    shutil.copytree(working_copy(tmp_path), installed)
    done = subprocess.run(
        [sys.executable, "-c", "from peaceops.cli import main; main()", "correct", "2674", *RIGHT,
         "--db", str(texts / "peaceops.db")],
        capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "PEACEOPS_CATALOGUE": str(installed)},
    )  # fmt: skip
    assert done.returncode == 1
    assert "part of the installed program" in done.stderr
    assert "-o FILE" in done.stderr
    assert "set: {until: 2024-02-29}" in done.stdout
    assert SYMBOL not in load_corrections(corrections_path(installed))


def test_the_list_tells_what_no_longer_changes_anything(call: Any, folder: Path) -> None:
    call("2674", *RIGHT)
    stale = Correction(SYMBOL, "mentions", {}, {"operation": "minusma"}, False, "Named in 4.", "")
    append_entries(corrections_path(folder), [stale])
    rows = json.loads(call("--list", "--json").stdout)
    assert [(r["symbol"], r["field"], r["stale"]) for r in rows] == [
        ("S/RES/1594 (2005)", "acts_on", False),
        (SYMBOL, "acts_on", False),
        (SYMBOL, "mentions", True),
    ]
    assert rows[0]["state"].startswith("not tried")
    told = call("--list").stdout
    assert "[stale: the coding says so without it]" in told
    assert "1 of 3 no longer change anything" in told
    assert call("--list", "2674", "--csv").stdout.count("\n") == 3


def test_without_a_database_the_words_are_checked(
    call: Any, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PEACEOPS_DB", str(tmp_path / "none.db"))
    done = call("2674", *RIGHT)
    assert done.returncode == 0, done.stderr
    assert "its text is not at hand" in done.stdout
    assert not (tmp_path / "none.db").exists()
    assert SYMBOL in load_corrections(corrections_path(folder))


def test_an_entry_says_nothing_of_who_wrote_it() -> None:
    assert set(parse_entries(write_entry(checked(source="un-sc-res-2674").correction), "x")[0]) == {
        "symbol", "field", "where", "set", "because", "source",
    }  # fmt: skip
