"""The check by plain arithmetic, rule by rule, and the planner against counting everything."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from peaceops.planner import solve
from peaceops.planner.check import check_plan, count_people, plan_objective
from peaceops.planner.generate import Size, generate_problem, generate_small
from peaceops.planner.plain import solve_plainly
from peaceops.planner.problem import (
    ANY,
    Assignment,
    Limit,
    Person,
    Post,
    Problem,
    Rules,
    exact,
    month_number,
    month_spans,
    month_text,
)
from peaceops.planner.solve import solve_plan

M = month_number("2026-01")


def small(**changes: object) -> Problem:
    post = Post("S1", "untso", "staff", M, M + 11, 6, 3, handover=1, cost=1000, value=10)
    people = (Person("P1", "staff"), Person("P2", "staff"), Person("P3", "police"))
    problem = Problem((post,), people, Rules(M, M + 11, dwell_ratio=1, training=1))
    return replace(problem, **changes)  # type: ignore[arg-type]


def tour(person: str, start: int, end: int, arrive: int | None = None) -> Assignment:
    return Assignment("S1", M + start, M + end, person, M + (start if arrive is None else arrive))


GOOD = [tour("P1", 0, 5), tour("P2", 6, 11, 5)]


def test_a_valid_plan_has_nothing_against_it():
    assert check_plan(small(), GOOD) == []
    assert plan_objective(small(), GOOD) == 120


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        ([tour("P1", 0, 4)], "rule 1"),
        ([tour("P1", 0, 6)], "rule 1"),
        ([tour("P1", 10, 11)], "rule 1"),
        ([tour("P1", 9, 14)], "rule 1"),
        ([tour("P1", 0, 5), tour("P2", 5, 10)], "rule 2"),
        ([tour("P1", 0, 5), tour("P2", 6, 11)], "rule 2"),
        ([tour("P1", 0, 5), tour("P2", 7, 11, 6)], "rule 2"),
        ([tour("P3", 0, 5)], "rule 3"),
        ([tour("P1", 0, 5), tour("P1", 9, 11)], "rule 4"),
        ([tour("P9", 0, 5)], "no such person"),
    ],
)
def test_each_broken_rule_is_named(plan, words):
    found = check_plan(small(), plan)
    assert found
    assert words in found[0]


def test_a_short_tour_is_fine_only_at_the_end_of_the_post():
    assert check_plan(small(), [tour("P1", 9, 11)]) == []


def test_training_must_lie_within_availability():
    people = (Person("P1", "staff", available_from=M, available_to=M + 6),)
    problem = small(people=people)
    assert "rule 3" in check_plan(problem, [tour("P1", 0, 5)])[0]
    assert check_plan(problem, [tour("P1", 1, 6)]) == []
    assert "rule 3" in check_plan(problem, [tour("P1", 2, 7)])[0]


def test_home_since_counts_the_rest_after_the_last_tour():
    people = (Person("P1", "staff", home_since=M - 2, last_tour=4),)
    problem = small(people=people)
    assert "rule 4" in check_plan(problem, [tour("P1", 1, 6)])[0]
    assert check_plan(problem, [tour("P1", 2, 7)]) == []


def test_handover_months_count_in_limits_and_budget_but_not_as_value():
    limited = small(limits=(Limit(ANY, M, M + 11, 1),))
    assert "rule 5" in check_plan(limited, GOOD)[0]
    assert check_plan(small(budget={2026: 13_000}), GOOD) == []
    assert "rule 5" in check_plan(small(budget={2026: 12_999.99}), GOOD)[0]


def test_must_fill_names_the_empty_months():
    must = small(posts=(replace(small().posts[0], must_fill=True),))
    assert check_plan(must, GOOD) == []
    assert "2026-07 to 2026-12" in check_plan(must, GOOD[:1])[0]


def test_presence_counts_an_operation_month_once():
    one = small().posts[0]
    problem = small(posts=(one, replace(one, post="S2")), presence={"untso": 100})
    plan = [tour("P1", 0, 5), replace(tour("P2", 3, 8), post="S2")]
    assert plan_objective(problem, plan) == 120 + 900


def test_rest_is_rounded_up_in_exact_arithmetic():
    assert Rules(M, M, dwell_ratio=1.1).rest(10) == 11
    assert Rules(M, M, dwell_ratio=1.5).rest(5) == 8
    assert Rules(M, M, dwell_ratio=0.5, training=4).rest(6) == 4
    assert exact(0.1) * 3 == exact(0.3)


def test_months_read_and_write():
    assert month_text(month_number("2026-12") + 1) == "2027-01"
    assert month_spans([3, 1, 2, 7]) == [(1, 3), (7, 7)]
    for wrong in ("2026-13", "2026-00", "26-01", "2026-1"):
        with pytest.raises(ValueError):
            month_number(wrong)


# --- brute force --------------------------------------------------------------------------------


def every_tour(problem: Problem) -> list[Assignment]:
    """All tours that rules 1 and 3 and the rest at home allow, with both possible arrivals."""
    found = []
    for post in problem.posts:
        for start in post.months:
            for end in range(start, post.last + 1):
                for person in problem.people:
                    for early in {0, post.handover}:
                        a = Assignment(post.post, start, end, person.person, start - early)
                        wrong = check_plan(problem, [a])
                        if not [w for w in wrong if not w.startswith(("rule 2", "rule 6"))]:
                            found.append(a)
    return found


def best_by_counting(problem: Problem) -> tuple[object, int] | None:
    """The best objective and fewest people over all valid plans, by trying every set of tours."""
    tours = every_tour(problem)
    best: tuple[object, int] | None = None

    def clash(a: Assignment, b: Assignment) -> bool:
        if a.post == b.post and a.start <= b.end and b.start <= a.end:
            return True
        return a.person == b.person and a.arrive <= b.end and b.arrive <= a.end

    def grow(index: int, plan: list[Assignment]) -> None:
        nonlocal best
        if not check_plan(problem, plan):
            key = (plan_objective(problem, plan), -count_people(plan))
            if best is None or key > best:
                best = key
        for n in range(index, len(tours)):
            if not any(clash(tours[n], a) for a in plan):
                grow(n + 1, [*plan, tours[n]])

    grow(0, [])
    return best


@pytest.mark.parametrize("block", range(8))
def test_tiny_problems_are_solved_as_well_as_by_trying_everything(block):
    compared = 0
    for seed in itertools.count(block * 1000):
        problem = generate_small(seed)
        if compared >= 25:
            break
        if len(every_tour(problem)) > 16:
            continue
        expected = best_by_counting(problem)
        plan = solve_plan(problem, seconds=20)
        if expected is None:
            assert plan.status == "infeasible", seed
        else:
            assert plan.status == "optimal", seed
            assert plan.objective == pytest.approx(float(expected[0])), seed
            assert plan.bound == plan.objective
            assert plan.people == -expected[1], seed
        compared += 1
    assert compared == 25


@pytest.mark.parametrize("block", range(4))
def test_hundreds_of_small_problems_give_valid_plans(block):
    for seed in range(100_000 + block * 200, 100_000 + (block + 1) * 200):
        problem = generate_small(seed)
        plan = solve_plan(problem, seconds=20)
        assert plan.status in ("optimal", "infeasible"), seed
        assert check_plan(problem, plan.assignments) == [] or plan.status == "infeasible", seed
        if plan.status == "optimal":
            assert plan.objective == float(plan_objective(problem, plan.assignments))
            assert plan.gap == 0


@pytest.mark.parametrize("tight", [False, True])
def test_the_same_seed_gives_the_same_plan(tight):
    problem = generate_problem(Size(60, 16, 14), tight=tight, seed=5)
    first, second = (solve_plan(problem, seconds=60, seed=3) for _ in range(2))
    assert first.assignments == second.assignments
    assert first.status == "optimal"


# --- against the textbook model -----------------------------------------------------------------


@pytest.mark.parametrize("seed", range(24))
def test_small_problems_are_solved_as_well_as_by_the_textbook_model(seed):
    problem = generate_problem(Size(24, 7, 12), tight=bool(seed % 2), seed=seed)
    if seed % 3 == 0:
        posts = tuple(replace(p, must_fill=n == 0) for n, p in enumerate(problem.posts))
        problem = replace(problem, posts=posts)
    plain = solve_plainly(problem, seconds=60)
    plan = solve_plan(problem, seconds=60)
    assert plan.status == plain.status
    if plain.status == "optimal":
        assert check_plan(problem, plain.assignments) == []
        assert plan.objective == pytest.approx(plain.objective)


@pytest.mark.parametrize("seed", range(3))
def test_the_ways_for_large_problems_agree_with_the_textbook_model(seed, monkeypatch):
    problem = generate_problem(Size(40, 12, 16), tight=bool(seed % 2), seed=seed)
    plain = solve_plainly(problem, seconds=60)
    monkeypatch.setattr(solve, "DIRECT_CHOICES", 0)
    monkeypatch.setattr(solve, "EXACT_CHOICES", 0)
    effort = solve.Effort(seconds=20, neighbourhoods=20)
    plan = solve.solve_plan(problem, effort=effort)
    assert check_plan(problem, plan.assignments) == []
    assert plan.bound >= plain.objective - 1e-6
    assert plan.objective <= plain.objective + 1e-6
    assert plan.objective >= 0.98 * plain.objective
