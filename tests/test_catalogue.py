"""The catalogue's reader, on small catalogues of its own and on the real one."""

from __future__ import annotations

from pathlib import Path

import pytest

from peaceops.catalogue import check_catalogue, read_catalogue
from peaceops.errors import DataError
from peaceops.places import catalogue_dir


def lines_of(folder: Path) -> list[str]:
    return [str(problem) for problem in check_catalogue(folder)]


def test_a_small_catalogue_is_read_into_records(mini: Path) -> None:
    catalogue = read_catalogue(mini)
    operation = next(o for o in catalogue.operations if o.id == "unxyz")
    assert operation.names[0].acronym == "UNXYZ"
    assert operation.start[0].date == "2001-02-03"
    assert [p.operation for p in catalogue.contributors[0].participation] == ["unxyz", "unxyz"]


def test_no_stays_norway(mini: Path) -> None:
    """Scalars are text: a country written NO is not turned into false."""
    file = mini / "operations" / "unxyz.yaml"
    file.write_text(file.read_text().replace("country: XAA", "country: NO"))
    assert any("'NO'" in line for line in lines_of(mini))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("2001-02-03", "2001-2-3", "unxyz.yaml:10: start.0.date: '2001-2-3' is not a date"),
        ("2001-02-03", "2001-02-30", "'2001-02-30' is not a date"),
        ("kind: peacekeeping", "kind: peacekeping", "'peacekeping' is not known here"),
        ("country: XAA", "country: XQQ", "'XQQ' is no country of countries.csv"),
        ("source: doc-one", "source: doc-on", "'doc-on': no such card"),
        ("framework: un", "framwork: un", "framwork: no such field"),
        ("id: unxyz", "id: unxyzz", "'unxyzz' is not the file's name"),
        ("framework: un", "framework: un\nframework: eu", "stands here twice"),
        ("names:", "names: [", "broken YAML"),
        (
            "summary: Sets it up.",
            "summary: Sets up.",
            "'Sets it up.' is the summary of no decision",
        ),
        ("{symbol: R/2,", "{symbol: R/2, tasks: [election],", "'election': no such task"),
    ],
)
def test_each_slip_is_named_with_its_file(mini: Path, old: str, new: str, expected: str) -> None:
    file = mini / "operations" / "unxyz.yaml"
    file.write_text(file.read_text().replace(old, new, 1))
    problems = lines_of(mini)
    assert any(expected in line and line.startswith("catalogue/") for line in problems), problems


def test_every_problem_of_every_file_is_reported_at_once(mini: Path) -> None:
    file = mini / "operations" / "unxyz.yaml"
    file.write_text(file.read_text().replace("2001-02-03", "soon").replace("lat: 1", "lat: 91"))
    table = mini / "contributors" / "XBB" / "participation.csv"
    table.write_text(table.read_text().replace(",12,", ",twelve,"))
    problems = "\n".join(lines_of(mini))
    assert "'soon' is not a date" in problems
    assert "headquarters.0.lat" in problems
    assert "participation.csv:2: persons: 'twelve' is not a whole number" in problems


def test_a_file_that_cannot_be_read_is_one_problem_not_one_a_row_that_names_it(mini: Path) -> None:
    file = mini / "operations" / "unxyz.yaml"
    file.write_text(file.read_text().replace("names:", "names: [", 1))
    problems = lines_of(mini)
    assert sum("broken YAML" in line for line in problems) == 1
    assert not [line for line in problems if "no such operation" in line]
    table = mini / "contributors" / "XBB" / "participation.csv"
    table.write_text(table.read_text().replace("unxyz", "unxyy"))
    assert any("'unxyy': no such operation" in line for line in lines_of(mini))


def test_a_source_that_nothing_cites_is_a_problem(mini: Path) -> None:
    table = mini / "sources" / "mini.csv"
    table.write_text(table.read_text() + "idle,Idle,P,page,,https://example.org/i,verified,,\n")
    assert any("source 'idle' is cited by no fact" in line for line in lines_of(mini))


def test_an_unknown_column_is_named_with_the_nearest(mini: Path) -> None:
    table = mini / "contributors" / "XBB" / "participation.csv"
    table.write_text(table.read_text().replace("counted_on", "counted"))
    problems = "\n".join(lines_of(mini))
    assert "participation.csv:1: counted: no such column" in problems
    assert "counted_on" in problems


def test_a_figure_without_a_date_is_a_problem(mini: Path) -> None:
    table = mini / "contributors" / "XBB" / "participation.csv"
    table.write_text(table.read_text().replace("2010-05-01,present", ",present"))
    assert any("a figure needs its date" in line for line in lines_of(mini))


def test_a_latin1_file_is_refused_in_one_line(mini: Path) -> None:
    file = mini / "operations" / "unxyz.yaml"
    file.write_bytes(file.read_text().replace("XYZ in", "Opération").encode("latin-1"))
    problems = lines_of(mini)
    assert any("not UTF-8 text" in line for line in problems)


def test_a_deeply_nested_file_is_refused(mini: Path) -> None:
    (mini / "operations" / "deep.yaml").write_text("[" * 200 + "]" * 200)
    assert any("nested too deeply" in line for line in lines_of(mini))


def test_an_alias_bomb_is_refused_quickly(mini: Path) -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n"
    for left, right in zip("bcdefghi", "abcdefgh", strict=True):
        bomb += f"{left}: &{left} [{','.join(['*' + right] * 9)}]\n"
    (mini / "operations" / "bomb.yaml").write_text(bomb)
    assert any("bomb.yaml" in line for line in lines_of(mini))


def test_a_folder_without_operations_is_no_catalogue(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no catalogue here"):
        read_catalogue(tmp_path)


def test_the_real_catalogue_has_no_problem() -> None:
    assert lines_of(catalogue_dir()) == []
