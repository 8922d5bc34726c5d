"""Problems read from CSV and XLSX as people keep them, and everything wrong with them said at
once.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from peaceops.errors import DataError, RefusedFile, UsageError
from peaceops.planner.generate import generate_problem, generate_small
from peaceops.planner.problem import month_number, month_text
from peaceops.planner.reading import read_problem, read_problem_bytes
from peaceops.planner.template import example_problem, write_problem

POSTS = (
    "post,operation,function,category,rank_min,rank_max,languages,skills,first_month,last_month,"
    "tour_months,min_tour_months,handover_months,cost_per_month_eur,value_per_month,must_fill\n"
    "S1,untso,observation,staff,cpt,maj,fr;en,,2026-01,2026-12,6,4,1,5000,10,0\n"
)
PEOPLE = (
    "person,category,rank,languages,skills,sex,available_from,available_to,home_since,"
    "last_tour_months\nP1,staff,cpt,en;fr,,f,,,,\n"
)
TABLES = {
    "posts": POSTS,
    "people": PEOPLE,
    "operations": "operation,presence_value_per_month\nuntso,5\n",
    "limits": "category,from_month,to_month,max_deployed\n*,2026-01,2026-12,3\n",
    "budget": "year,budget_eur\n2026,100000\n",
    "rules": "rule,value\nranks,lt;cpt;maj\ndwell_ratio,2\ntraining_months,1\n"
    "horizon_first,2026-01\nhorizon_last,2026-12\n",
}


def folder(tmp_path: Path, **changed: str | bytes) -> Path:
    for name, text in {**TABLES, **changed}.items():
        data = text if isinstance(text, bytes) else text.encode()
        (tmp_path / f"{name}.csv").write_bytes(data)
    return tmp_path


def mistakes(path: Path, **kwargs: object) -> str:
    with pytest.raises(DataError) as caught:
        read_problem(path, **kwargs)  # type: ignore[arg-type]
    return "\n".join(str(p) for p in caught.value.problems)


def test_a_folder_of_csv_is_read(tmp_path):
    problem = read_problem(folder(tmp_path))
    post = problem.posts[0]
    assert (post.tour, post.min_tour, post.handover, post.cost, post.value) == (6, 4, 1, 5000, 10)
    assert post.languages == {"fr", "en"}
    assert month_text(post.first) == "2026-01"
    assert problem.rules.ranks == ("lt", "cpt", "maj")
    assert problem.presence == {"untso": 5}
    assert problem.limits[0].max_deployed == 3
    assert problem.budget == {2026: 100_000}
    assert problem.people[0].home_since is None


@pytest.mark.parametrize(
    ("table", "old", "new", "expected"),
    [
        (
            "posts",
            "2026-01,2026-12",
            "2026-13,2026-12",
            "posts.csv:2: first_month: '2026-13' is not",
        ),
        ("posts", "2026-01,2026-12", "2026-06,2026-02", "lies before first_month"),
        ("posts", "2026-01,2026-12", "2025-06,2026-12", "lies outside"),
        ("posts", "2026-01,2026-12", "2026-01-15,2026-12", "is a day, not a month"),
        ("posts", "untso,obs", "unsto,obs", "'unsto': no such operation"),
        ("posts", "cpt,maj", "cpt,mj", "'mj' is not in the list of ranks"),
        ("posts", "cpt,maj", "maj,cpt", "lower than rank_min"),
        ("posts", ",5000,", ",five,", "cost_per_month_eur: 'five' is not a number"),
        ("posts", ",6,4,", ",6,8,", "longer than tour_months"),
        ("posts", ",6,4,1,", ",6,4,7,", "longer than tour_months"),
        ("posts", ",6,4,", ",0,4,", "tour_months: 0 is below 1"),
        ("posts", ",10,0", ",10,maybe", "neither 1 nor 0"),
        ("posts", "skills", "skils", "posts.csv:1: skils: unknown column"),
        ("people", "P1,staff,cpt,", "P1,staff,capt,", "'capt' is not in the list of ranks"),
        ("people", "f,,,,", "f,,,2025-06,", "last_tour_months: is empty"),
        ("people", "f,,,,", "f,2026-05,2026-03,,", "lies before available_from"),
        ("budget", "2026,100000", "2026,-5", "budget_eur: -5 is negative"),
        ("budget", "2026,100000", '2026,"100,000"', "'100,000' is not a number"),
        ("budget", "2026,100000", "2026,1\n2026,2", "'2026' stands twice"),
        ("limits", ",3\n", ",2.5\n", "2.5 is not a whole number"),
        ("rules", "dwell_ratio", "dwell_ration", "Did you mean 'dwell_ratio'?"),
        ("rules", "dwell_ratio,2\n", "", "dwell_ratio: this rule is missing"),
        ("rules", "horizon_last,2026-12", "horizon_last,2025-12", "lies before horizon_first"),
        ("rules", "ranks,lt;cpt;maj", "ranks,lt;cpt;cpt", "a rank stands twice"),
    ],
)
def test_each_mistake_is_said_with_file_row_and_column(tmp_path, table, old, new, expected):
    assert old in TABLES[table]
    text = mistakes(folder(tmp_path, **{table: TABLES[table].replace(old, new, 1)}))
    assert expected in text


def test_every_mistake_is_reported_at_once(tmp_path):
    text = mistakes(
        folder(
            tmp_path,
            posts=POSTS.replace("2026-12", "2026-99").replace("5000", "x"),
            people=PEOPLE + "P1,staff,zzz,,,,,,,\n",
            budget="year,budget_eur\n2026,-1\n",
        )
    )
    for part in ("2026-99", "'x' is not a number", "'zzz' is not", "'P1' stands twice", "negative"):
        assert part in text
    assert "First at people.csv:2" in text


def test_operations_of_the_catalogue_are_known_too(tmp_path):
    path = folder(tmp_path, operations="operation,presence_value_per_month\nkfor,5\n")
    assert "no such operation" in mistakes(path)
    assert read_problem(path, operations=["untso", "kfor"]).posts[0].operation == "untso"
    assert "no such operation" in mistakes(path, operations=["undof"])


def test_a_missing_table_is_named(tmp_path):
    path = folder(tmp_path)
    (path / "people.csv").unlink()
    assert "people: this table is missing" in mistakes(path)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_a_byte_order_mark_spaces_and_empty_rows_are_fine(tmp_path, delimiter):
    changed = {}
    for name, text in TABLES.items():
        rows = [line.split(",") for line in text.splitlines()]
        lines = [
            delimiter.join(f'" {c} "' if ";" in c or c == "S1" else c for c in row) for row in rows
        ]
        lines.insert(1, delimiter * 3)
        lines.append(lines[0])  # the header again
        changed[name] = ("\ufeff" + "\r\n".join(lines)).encode()
    problem = read_problem(folder(tmp_path, **changed))
    assert problem.posts[0].post == "S1"
    assert problem.rules.ranks == ("lt", "cpt", "maj")
    assert len(problem.people) == 1


def test_numbers_as_europeans_write_them(tmp_path):
    text = TABLES["rules"].replace("dwell_ratio,2", 'dwell_ratio,"1,5"')
    budget = "year,budget_eur\n2026,1 250 000\n"
    problem = read_problem(folder(tmp_path, rules=text, budget=budget))
    assert problem.rules.dwell_ratio == 1.5
    assert problem.budget[2026] == 1_250_000


def workbook(change=None) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, text in TABLES.items():
        sheet = book.create_sheet(name)
        for line in text.splitlines():
            sheet.append([int(c) if c.isdigit() else (c or None) for c in line.split(",")])
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_with_dates_titles_hidden_sheets_and_formats_is_read():
    def change(book):
        posts = book["posts"]
        posts["I2"] = dt.datetime(2026, 1, 1)
        posts["J2"] = dt.date(2026, 12, 31)
        posts["P2"] = False
        posts.insert_rows(1, 2)
        posts["A1"] = "Posts on offer, as of today"
        posts["A5"] = None
        book["limits"].sheet_state = "hidden"
        book["operations"].title = " Operations "
        book.create_sheet("my notes")["A1"] = "nothing"

    problem = read_problem_bytes(workbook(change), "p.xlsx")
    assert month_text(problem.posts[0].first) == "2026-01"
    assert month_text(problem.posts[0].last) == "2026-12"
    assert problem.presence == {"untso": 5}
    assert any("hidden" in note for note in problem.notes)
    assert any("my notes" in note for note in problem.notes)


def test_a_mistake_in_a_workbook_names_sheet_row_and_column():
    def change(book):
        book["posts"]["N2"] = "lots"

    with pytest.raises(DataError) as caught:
        read_problem_bytes(workbook(change), "p.xlsx")
    line = str(caught.value.problems[0])
    assert line.startswith("p.xlsx, sheet 'posts', row 2: cost_per_month_eur (column N): 'lots'")


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"\xd0\xcf\x11\xe0" + b"0" * 500, "p.xlsx", "old .xls"),
        (b"hello", "p.xlsx", "neither a folder"),
        (b"PK\x03\x04 broken", "p.xlsx", "not readable"),
        (zipped({"a.txt": b"x"}), "p.xlsx", "not an .xlsx"),
        (zipped({"xl/workbook.xml": b"<x/>", "xl/vbaProject.bin": b"x"}), "p.xlsx", "macros"),
        (zipped({"xl/workbook.xml": b"<x/>"}), "p.xlsm", "macros"),
        (zipped({"xl/workbook.xml": b"<x/>", "b": b"0" * 60_000_000}), "p.xlsx", "unfolds"),
        (
            zipped({"xl/workbook.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}),
            "p.xlsx",
            "entities",
        ),
        (zipped({"xl/workbook.xml": b"<x>"}), "p.xlsx", "not readable"),
    ],
)
def test_files_that_are_not_plain_workbooks_are_refused(data, name, words):
    with pytest.raises(RefusedFile) as caught:
        read_problem_bytes(data, name)
    assert words in str(caught.value)


def test_a_workbook_under_the_name_of_a_csv_is_said_to_be_one(tmp_path):
    assert "is not text" in mistakes(folder(tmp_path, posts=workbook()))


@pytest.mark.parametrize("seed", range(30))
def test_written_problems_read_back_the_same(tmp_path, seed):
    problem = generate_small(seed)
    for path in (tmp_path / "tables", tmp_path / "book.xlsx"):
        write_problem(problem, path)
        again = read_problem(path)
        assert again.posts == problem.posts
        assert again.people == problem.people
        assert again.rules == problem.rules
        assert again.limits == problem.limits
        assert again.budget == problem.budget
        assert dict(again.presence) == dict(problem.presence)


def test_a_generated_problem_depends_on_its_seed_alone():
    assert generate_problem("S", tight=True, seed=4) == generate_problem("S", tight=True, seed=4)
    assert generate_problem("S", tight=True, seed=4) != generate_problem("S", tight=True, seed=5)


def test_the_example_has_belgiums_size_and_real_operations(tmp_path):
    for path in (tmp_path / "example", tmp_path / "example.xlsx"):
        write_problem(example_problem(), path)
        catalogue = Path(__file__).parent.parent / "catalogue" / "operations"
        known = [file.stem for file in catalogue.glob("*.yaml")]
        problem = read_problem(path, operations=known)
        assert 25 <= len(problem.posts) <= 35
        assert len(problem.people) == 120
        if known:
            assert {post.operation for post in problem.posts} <= set(known)
        with pytest.raises(UsageError):
            write_problem(example_problem(), path)


def test_values_left_empty_come_from_the_weights(tmp_path):
    posts = POSTS.replace(",10,0", ",,0")
    weights = "kind,key,weight\nbase,,10\nfunction,observation,1.5\nframework,un,2\nhot-spot,,3\n"
    operations = "operation,presence_value_per_month,framework,hot_spot\nuntso,5,UN,1\n"
    problem = read_problem(folder(tmp_path, posts=posts, weights=weights, operations=operations))
    assert problem.posts[0].value == 90


def test_people_as_numbers_need_no_names(tmp_path):
    path = folder(tmp_path, strength="category,rank,languages,skills,persons\nstaff,cpt,fr;en,,3\n")
    (path / "people.csv").unlink()
    problem = read_problem(path)
    assert problem.strategic
    assert len({p.person for p in problem.people}) == 3
    assert all(problem.qualifies(p, problem.posts[0]) for p in problem.people)


def test_excel_errors_are_not_values(tmp_path):
    assert "'#REF!' is not a number" in mistakes(
        folder(tmp_path, posts=POSTS.replace(",5000,", ",#REF!,"))
    )


def test_months_outside_reason_are_refused():
    with pytest.raises(ValueError):
        month_number("0001-01")
