"""What leaves the planner: JSON, workbook, note, command line, worker, simulation."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from docx import Document

from peaceops.cli import cli, main
from peaceops.errors import PeaceopsError, UsageError
from peaceops.planner.check import check_plan
from peaceops.planner.generate import Size, generate_problem
from peaceops.planner.note import plan_note
from peaceops.planner.problem import Assignment, Person, Post, Problem, Rate, Rules, month_number
from peaceops.planner.reading import read_problem
from peaceops.planner.reasons import explain_plan
from peaceops.planner.report import plan_as_csv, plan_as_dict, plan_as_text, write_plan
from peaceops.planner.simulate import Policy, simulate_plan
from peaceops.planner.solve import solve_plan
from peaceops.planner.template import write_problem
from peaceops.planner.workbook import plan_workbook

M = month_number("2026-01")
LINE = re.compile(r"^    peaceops (plan|simulate) ")
SMALL = generate_problem(Size(60, 12, 14), tight=True, seed=3)


@pytest.fixture(scope="module")
def plan():
    return explain_plan(SMALL, solve_plan(SMALL, seconds=30), seconds=3)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("problem") / "tables"
    write_problem(SMALL, path)
    return path


# --- JSON, XLSX, DOCX


def test_json_has_what_the_contract_names(plan):
    answer = json.loads(json.dumps(plan_as_dict(SMALL, plan)))
    names = [
        "status",
        "objective",
        "bound",
        "gap",
        "seconds",
        "assignments",
        "unfilled",
        "binding",
        "clashes",
    ]
    assert list(answer)[: len(names)] == names
    assert answer["status"] == "optimal"
    assert answer["gap"] == 0
    assert set(answer["assignments"][0]) == {"person", "post", "arrive", "start", "end"}
    assert set(answer["unfilled"][0]) == {"post", "months", "reason"}
    assert {"limit", "worth"} <= set(answer["binding"][0])
    again = [
        Assignment(
            a["post"],
            month_number(a["start"]),
            month_number(a["end"]),
            a["person"],
            month_number(a["arrive"]),
        )
        for a in answer["assignments"]
    ]
    assert check_plan(SMALL, again) == []


def test_the_gap_is_counted_against_the_bound(plan):
    open_plan = replace(plan, status="feasible", objective=90.0, bound=100.0)
    assert plan_as_dict(SMALL, open_plan)["gap"] == pytest.approx(0.1)


def test_the_workbook_opens_with_dates_formulas_and_a_gantt(plan):
    book = openpyxl.load_workbook(io.BytesIO(plan_workbook(SMALL, plan)))
    assert {"summary", "tours", "by post", "by person", "presence", "money"} <= set(book.sheetnames)
    tours = book["tours"]
    assert tours.max_row == len(plan.assignments) + 1
    assert tours["H2"].value.startswith("=(YEAR(")
    assert tours["E2"].is_date
    gantt = book["by post"]
    months = SMALL.rules.last - SMALL.rules.first + 1
    assert gantt.max_column == 2 + months
    first = plan.assignments[0]
    row = [p.post for p in SMALL.posts].index(first.post) + 2
    cell = gantt.cell(row, first.start - SMALL.rules.first + 3)
    assert cell.value == first.person
    assert cell.fill.fgColor.rgb.endswith("8FAADC")
    assert gantt.page_setup.orientation == "landscape"


def test_text_that_looks_like_a_formula_stays_text(plan):
    person = plan.assignments[0].person
    evil = '=HYPERLINK("http://x")'
    people = tuple(replace(p, person=evil) if p.person == person else p for p in SMALL.people)
    tours = tuple(replace(a, person=evil) if a.person == person else a for a in plan.assignments)
    book = openpyxl.load_workbook(
        io.BytesIO(plan_workbook(replace(SMALL, people=people), replace(plan, assignments=tours)))
    )
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            assert not any(str(c.value).startswith("=HYPERLINK") for c in row)


def test_the_note_names_every_tour_and_reason(plan):
    text = io.BytesIO(plan_note(SMALL, plan))
    document = Document(text)
    cells = {c.text for t in document.tables for row in t.rows for c in row.cells}
    assert {a.person for a in plan.assignments} <= cells
    assert {u.reason for u in plan.unfilled} <= cells
    assert "proved to be the best" in document.paragraphs[1].text


def test_text_and_csv_show_the_plan(plan):
    assert "proved best" in plan_as_text(SMALL, plan)
    assert len(plan_as_csv(plan).splitlines()) == len(plan.assignments) + 1


def test_an_output_of_an_unknown_kind_is_refused_and_nothing_half_written(tmp_path, plan):
    for name in ("plan.xlsx", "plan.docx", "plan.json"):
        write_plan(SMALL, plan, tmp_path / name)
        assert (tmp_path / name).stat().st_size > 1000
    assert len(list(tmp_path.iterdir())) == 3


# --- the command line


def run(*arguments: object) -> tuple[int, str]:
    try:
        result = CliRunner().invoke(cli, [str(a) for a in arguments], catch_exceptions=False)
    except PeaceopsError as error:
        return error.exit_code, str(error)
    return result.exit_code, result.stdout


def test_plan_prints_json_and_nothing_else_on_standard_output(folder, tmp_path):
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from peaceops.cli import main; main()",
            *("plan", str(folder), "--json", "--seconds", "30", "--no-reasons"),
            *("-o", str(tmp_path / "p.xlsx")),
        ],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["status"] == "optimal"
    assert "gap" in done.stderr
    assert (tmp_path / "p.xlsx").exists()


def test_plan_refuses_bad_input_with_one_and_writes_nothing(folder, tmp_path, capsys):
    bad = tmp_path / "bad"
    bad.mkdir()
    for file in folder.iterdir():
        text = file.read_text()
        if file.name == "budget.csv":
            text = text.replace(",", ",-", 2)
        (bad / file.name).write_text(text)
    with pytest.raises(SystemExit) as stopped:
        main(["plan", str(bad), "-o", str(tmp_path / "p.json")])
    assert stopped.value.code == 1
    assert "budget.csv" in capsys.readouterr().err
    assert not (tmp_path / "p.json").exists()


def test_wrong_usage_ends_with_two(folder, tmp_path):
    assert run("plan")[0] == 2
    assert run("plan", folder, "-o", tmp_path / "plan.pdf")[0] == 2
    assert run("plan", folder, "--served-until", "2026-03")[0] == 2
    assert run("plan", folder, "--from", "x.json", "--served-until", "March")[0] == 2
    assert run("plan", folder, "--close", "S1")[0] == 2
    assert run("simulate", folder, "--runs", "0", "--quiet", "--seconds", "20")[0] == 2


def test_an_impossible_problem_names_the_clash_and_ends_with_one(tmp_path):
    post = Post("S1", "untso", "staff", M, M + 5, 6, 6, must_fill=True, languages=frozenset(["ar"]))
    problem = Problem((post,), (Person("P1", "staff"),), Rules(M, M + 5), {"untso": 1})
    write_problem(problem, tmp_path / "t")
    code, text = run("plan", tmp_path / "t", "--quiet", "--json")
    assert code == 1
    answer = json.loads(text)
    assert answer["status"] == "infeasible"
    assert answer["assignments"] == []
    assert answer["objective"] is None
    assert "S1" in answer["clashes"][0]


def test_plan_again_from_a_plan_lists_changes(folder, tmp_path):
    file = tmp_path / "plan.json"
    assert run("plan", folder, "--quiet", "--no-reasons", "-o", file, "--csv")[0] == 0
    tour = json.loads(file.read_text())["assignments"][-1]
    code, text = run(
        *("plan", folder, "--quiet", "--no-reasons", "--json", "--from", file),
        *("--out", f"{tour['person']}:{tour['start']}"),
    )
    assert code == 0
    answer = json.loads(text)
    assert answer["changes"]
    assert not any(
        a["person"] == tour["person"] and a["end"] >= tour["start"] for a in answer["assignments"]
    )


def test_alternatives_curves_and_comparisons_are_json_too(folder):
    code, text = run(
        *("plan", folder, "--quiet", "--no-reasons", "--json", "--alternatives", "--seconds", "30")
    )
    assert code == 0
    assert len(json.loads(text)["alternatives"]) == 2
    code, text = run("plan", folder, "--quiet", "--curve", "people", "--steps", 2, "--json")
    assert [p["limit"] for p in json.loads(text)] == [6, 12]
    code, text = run("plan", folder, "--quiet", "--versus", folder, "--json")
    assert json.loads(text)["changes"] == []


def test_the_template_is_written_once(tmp_path):
    assert run("plan", "--template", tmp_path / "t.xlsx")[0] == 0
    assert len(read_problem(tmp_path / "t.xlsx").people) == 120
    assert run("plan", "--template", tmp_path / "t.xlsx")[0] == 2


def test_every_command_of_the_document_runs(tmp_path, monkeypatch):
    text = (Path(__file__).parent.parent / "docs" / "planner.md").read_text()
    commands = [line.split("#")[0].split()[1:] for line in text.splitlines() if LINE.match(line)]
    assert len(commands) >= 6
    monkeypatch.chdir(tmp_path)
    for words in commands:
        words = ["example" if w == "other-example" else w for w in words]
        target = words[words.index(">") + 1] if ">" in words else None
        words = words[: words.index(">")] if target else words
        if "--template" not in words:
            words += ["--seconds", "4", "--quiet"]
        code, out = run(*words)
        assert code == 0, words
        if target:
            Path(target).write_text(out)
    assert Path("plan.xlsx").exists()


# --- the worker


def worker(order: str, *, then: str = "") -> list[dict[str, object]]:
    done = subprocess.run(
        [sys.executable, "-m", "peaceops.planner"],
        input=order + "\n" + then,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_worker_answers_in_lines_of_json(folder):
    import threading

    process = subprocess.Popen(
        [sys.executable, "-m", "peaceops.planner"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin and process.stdout
    killer = threading.Timer(100, process.kill)
    killer.start()
    order = {
        "problem": str(folder),
        "seconds": 30,
        "limits": [{"category": "*", "max_deployed": 2}],
    }
    process.stdin.write(json.dumps(order) + "\n")
    process.stdin.flush()
    lines = [json.loads(line) for line in process.stdout]
    process.stdin.close()
    process.stdout.close()
    assert process.wait(20) == 0
    killer.cancel()
    assert lines[0]["event"] == "problem"
    assert lines[-1]["event"] == "plan"
    assert lines[-1]["plan"]["status"] == "optimal"
    assert {line["event"] for line in lines} == {"problem", "progress", "plan"}


def test_the_worker_says_what_is_wrong(folder, tmp_path):
    assert worker("nonsense")[0]["event"] == "mistakes"
    assert worker("{}")[0]["event"] == "mistakes"
    missing = worker(json.dumps({"problem": str(tmp_path / "none")}))
    assert "no such file" in missing[0]["problems"][0]["message"]


# --- simulation


def one_post(**rates: float) -> tuple[Problem, list[Assignment]]:
    posts = (Post("S1", "untso", "staff", M, M + 11, 6, 6, value=10),)
    people = (Person("P1", "staff"), Person("P2", "staff"), Person("P3", "staff"))
    none = dict.fromkeys(("early-return", "refusal", "late-visa", "closure"), 0.0)
    table = tuple(Rate(name, rate) for name, rate in {**none, **rates}.items())
    problem = Problem(posts, people, Rules(M, M + 11), {"untso": 1}, rates=table)
    return problem, [
        Assignment("S1", M, M + 5, "P1", M),
        Assignment("S1", M + 6, M + 11, "P2", M + 6),
    ]


ALONE = Policy(reserve=False)


def months(result: dict) -> float:
    return result["posts"][0]["mean"]


def test_without_mishaps_the_plan_is_what_happens():
    result = simulate_plan(*one_post(), runs=300)
    assert months(result) == 12
    assert result["objective"]["mean"] == result["objective"]["planned"] == 132
    assert result["operations"][0]["risk_of_losing_presence"] == 0
    assert result["posts"][0]["distribution"] == {12: 300}


def test_each_cause_costs_what_it_should():
    runs = 20_000
    refused = simulate_plan(*one_post(refusal=0.25), runs=runs, policy=ALONE)
    assert months(refused) == pytest.approx(12 * 0.75, rel=0.02)
    late = simulate_plan(*one_post(**{"late-visa": 0.5}), runs=runs, policy=ALONE)
    assert months(late) == pytest.approx(12 - 2 * 0.5, rel=0.01)
    closed = simulate_plan(*one_post(closure=0.1), runs=runs, policy=ALONE)
    expected = sum(0.9 ** (m + 1) for m in range(12))
    assert months(closed) == pytest.approx(expected, rel=0.02)
    early = simulate_plan(*one_post(**{"early-return": 0.1}), runs=runs, policy=ALONE)
    assert months(early) == pytest.approx(2 * sum(0.9 ** (m + 1) for m in range(6)), rel=0.02)
    assert closed["operations"][0]["risk_of_losing_presence"] == pytest.approx(
        1 - 0.9**12, abs=0.02
    )
    assert closed["operations"][0]["risk_while_open"] == 0


def test_a_reserve_steps_in_after_the_delay():
    problem, plan = one_post(refusal=1.0)
    result = simulate_plan(problem, plan, runs=100, policy=Policy(delay=2))
    assert months(result) == 8  # P3 takes both: no rest is asked for here
    rested = replace(problem, rules=replace(problem.rules, dwell_ratio=1))
    assert months(simulate_plan(rested, plan, runs=100, policy=Policy(delay=2))) == 4
    assert months(simulate_plan(problem, plan, runs=100, policy=ALONE)) == 0


def test_people_of_the_plan_step_in_only_when_replanning():
    problem, plan = one_post(refusal=1.0)
    two = replace(problem, people=problem.people[:2])
    assert months(simulate_plan(two, plan, runs=50)) == 0
    assert months(simulate_plan(two, plan, runs=50, policy=Policy(replan=True))) > 0


def test_the_same_seed_gives_the_same_result_whatever_the_workers(plan):
    first = simulate_plan(SMALL, plan.assignments, runs=1100, seed=7)
    assert simulate_plan(SMALL, plan.assignments, runs=1100, seed=7, workers=2) == first
    assert simulate_plan(SMALL, plan.assignments, runs=1100, seed=8) != first


def test_a_cluster_gives_the_same_result_as_one_machine(plan):
    distributed = pytest.importorskip("distributed")
    local = simulate_plan(SMALL, plan.assignments, runs=600, seed=7)
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None
    ) as cluster:
        address = cluster.scheduler_address
        assert simulate_plan(SMALL, plan.assignments, runs=600, seed=7, cluster=address) == local


def test_a_cluster_that_is_not_there_is_said():
    with pytest.raises(UsageError):
        simulate_plan(*one_post(), runs=10, cluster="nonsense://x")


def test_simulate_prints_json_csv_and_text(folder, tmp_path):
    file = tmp_path / "plan.json"
    assert run("plan", folder, "--quiet", "--no-reasons", "-o", file, "--csv")[0] == 0
    common = ("simulate", folder, "--from", file, "--runs", 300, "--quiet")
    code, text = run(*common, "--json")
    answer = json.loads(text)
    assert code == 0
    assert answer["runs"] == 300
    assert all(rate["source"] for rate in answer["rates"])
    assert run(*common, "--csv")[1].startswith("post,operation,planned,mean")
    assert "risk of losing presence" in run(*common)[1]


def test_a_simulation_that_is_stopped_answers_for_the_runs_done():
    problem, tours = one_post()
    asked = []
    result = simulate_plan(
        problem, tours, runs=5_000, should_stop=lambda: asked.append(1) or len(asked) >= 2
    )
    assert result["runs"] == 1_000
    assert sum(result["posts"][0]["distribution"].values()) == 1_000


def test_rates_are_changed_by_name_and_the_result_written_as_a_workbook(folder, tmp_path):
    written = tmp_path / "s.xlsx"
    base = ("simulate", folder, "--quiet", "--seconds", 4, "--runs", 50)
    code, text = run(*base, "--rate", "refusal=1", "--rate", "closure=0", "-o", written, "--json")
    assert code == 0
    rates = {r["cause"]: r for r in json.loads(text)["rates"]}
    assert (rates["refusal"]["rate"], rates["closure"]["rate"]) == (1, 0)
    assert rates["refusal"]["source"] == "entered for this simulation"
    assert rates["late-visa"]["source"].startswith("assumption")
    book = openpyxl.load_workbook(written)
    assert book["rates"]["C2"].value.startswith("assumption")
    assert book["operations"].max_row > 1
    for wrong in ("refusal=2", "nonsense=0.1", "late-visa-months=1.5", "refusal"):
        assert run(*base, "--rate", wrong)[0] != 0
