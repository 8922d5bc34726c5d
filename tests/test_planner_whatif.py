"""Reasons, clashes, alternatives, re-planning, curves: what is said about a plan is true."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from peaceops.errors import DataError, RefusedFile
from peaceops.planner.check import check_plan, plan_objective
from peaceops.planner.compare import compare_plans, list_changes
from peaceops.planner.generate import Size, generate_problem, generate_small
from peaceops.planner.mip import Program
from peaceops.planner.network import lay_out
from peaceops.planner.prices import Pricing, find_prices
from peaceops.planner.problem import (
    ANY,
    Assignment,
    Limit,
    Person,
    Post,
    Problem,
    Rules,
    month_number,
)
from peaceops.planner.reasons import (
    explain_empty_months,
    explain_plan,
    find_alternatives,
    find_clash,
)
from peaceops.planner.report import plan_as_dict
from peaceops.planner.slate import construct
from peaceops.planner.solve import Effort, solve_plan
from peaceops.planner.whatif import (
    close_posts,
    fit_tours,
    money_curve,
    people_curve,
    read_plan,
    replan,
    take_people_out,
)

M = month_number("2026-01")
MEDIUM = generate_problem(Size(80, 20, 18), tight=True, seed=2)


def post(name: str = "S1", **changes: object) -> Post:
    base = Post(name, "untso", "staff", M, M + 11, 6, 6, cost=1000, value=10)
    return replace(base, **changes)  # type: ignore[arg-type]


def problem(posts: list[Post], people: int = 2, **changes: object) -> Problem:
    persons = tuple(Person(f"P{n}", "staff", languages=frozenset(["en"])) for n in range(people))
    base = Problem(tuple(posts), persons, Rules(M, M + 11, dwell_ratio=1, training=0))
    return replace(base, **changes)  # type: ignore[arg-type]


# --- bounds


@pytest.mark.parametrize("tight", [False, True])
def test_prices_of_any_kind_bound_the_best_plan_from_above(tight):
    one = generate_problem(Size(40, 12, 12), tight=tight, seed=9)
    best = solve_plan(one, seconds=30)
    assert best.status == "optimal"
    network = lay_out(one)
    pricing = Pricing(network)
    random = np.random.default_rng(1)
    bound, prices = find_prices(pricing, target=best.objective, rounds=300)
    assert bound >= best.objective - 1e-6
    assert bound <= 1.05 * best.objective
    for _ in range(20):
        noisy = prices.copy()
        noisy.people *= random.uniform(0, 2, noisy.people.shape)
        noisy.caps *= random.uniform(0, 2, noisy.caps.shape)
        noisy.budget *= random.uniform(0, 2, noisy.budget.shape)
        noisy.presence *= random.uniform(0, 1, noisy.presence.shape)
        assert pricing.answer(noisy).bound >= best.objective - 1e-6


@pytest.mark.parametrize("seed", range(60))
def test_the_prices_of_the_linear_program_give_its_value_as_bound(seed):
    one = generate_small(seed)
    network = lay_out(one)
    if not network.choices:
        return
    relaxed = Program(network, np.arange(network.choices)).relax()
    if relaxed is None:  # must_fill cannot be met
        return
    value, prices, _ = relaxed
    assert Pricing(network).answer(prices).bound == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize("seed", range(40))
def test_plans_built_post_by_post_are_valid(seed):
    one = generate_problem(Size(30, 10, 12), tight=bool(seed % 2), seed=seed)
    network = lay_out(one)
    pricing = Pricing(network)
    _, prices = find_prices(pricing, target=1.0, rounds=20)
    slate = construct(pricing, prices, np.random.default_rng(seed).permutation(10))
    from peaceops.planner.network import name_people

    plan = name_people(network, slate.choices())
    assert check_plan(one, plan) == []
    assert slate.value() == pytest.approx(float(plan_objective(one, plan)))


def test_stopping_keeps_a_valid_plan():
    big = generate_problem(Size(300, 80, 24), tight=True, seed=1)
    asked = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 30

    plan = solve_plan(big, seconds=60, should_stop=stop)
    assert plan.stopped_by == "user"
    assert plan.status == "feasible"
    assert check_plan(big, plan.assignments) == []
    assert plan.bound >= plan.objective


def test_progress_shows_plan_bound_and_gap():
    seen = []
    solve_plan(MEDIUM, seconds=30, on_progress=seen.append)
    assert seen[-1].stage == "done"
    assert seen[-1].gap == pytest.approx(0, abs=1e-9)
    objectives = [p.objective for p in seen if p.objective is not None]
    assert objectives == sorted(objectives)
    assert set(seen[-1].as_dict()) >= {"seconds", "objective", "bound", "gap"}


# --- reasons


def reasons(one: Problem) -> list[str]:
    plan = solve_plan(one, seconds=20)
    return [u.reason for u in explain_empty_months(one, plan.assignments)]


def test_reasons_name_what_is_in_the_way():
    assert "nobody qualifies" in reasons(problem([post(languages=frozenset(["ar"]))]))[0]
    assert "speaks ar" in reasons(problem([post(languages=frozenset(["ar"]))]))[0]
    assert "no person of category" in reasons(problem([post(category="police")]))[0]
    capped = problem([post(), post("S2", value=5)], 9, limits=(Limit(ANY, M, M + 11, 1),))
    assert any("the limit is reached: at most 1" in r for r in reasons(capped))
    poor = problem([post(), post("S2", value=5)], 9, budget={2026: 12_000})
    assert any("budget of 2026 is spent" in r for r in reasons(poor))
    assert any("home too short" in r for r in reasons(problem([post(), post("S2")], 2)))
    away = replace(Person("P0", "staff"), home_since=M, last_tour=12)
    assert any(
        "not available" in r
        for r in reasons(problem([post()], people=1))
        + reasons(replace(problem([post()]), people=(away,)))
    )


def test_every_empty_month_has_exactly_one_reason():
    plan = solve_plan(MEDIUM, seconds=30)
    empty = {(u.post, m) for u in explain_empty_months(MEDIUM, plan.assignments) for m in u.months}
    held = {(a.post, m) for a in plan.assignments for m in a.held}
    every = {(p.post, m) for p in MEDIUM.posts for m in p.months}
    assert empty | held == every
    assert not empty & held
    words = [u.reason for u in explain_empty_months(MEDIUM, plan.assignments)]
    assert not any("the search ended before" in w for w in words)


def test_worth_is_what_solving_again_gains():
    capped = problem(
        [post(), post("S2", value=5)],
        9,
        limits=(Limit(ANY, M, M + 11, 1),),
        budget={2026: 500_000},
    )
    plan = explain_plan(capped, solve_plan(capped, seconds=20), seconds=20)
    assert [(b.worth, b.kind) for b in plan.binding] == [(60, "solved again")]
    poor = problem([post(), post("S2", value=5)], 9, budget={2026: 12_000})
    plan = explain_plan(poor, solve_plan(poor, seconds=20), seconds=20)
    assert plan.binding[0].worth == 60
    assert "100,000 EUR" in plan.binding[0].per
    arabic = problem([post(languages=frozenset(["ar"]))])
    plan = explain_plan(arabic, solve_plan(arabic, seconds=20), seconds=20)
    assert plan.binding[0].worth == 60
    assert "'ar'" in plan.binding[0].limit


# --- clashes


def test_a_clash_names_a_smallest_set_in_words():
    posts = [post(must_fill=True), post("S2", must_fill=True), post("S3", must_fill=True)]
    one = problem(
        posts,
        9,
        limits=(Limit(ANY, M, M + 11, 1), Limit("staff", M, M + 11, 7)),
        budget={2026: 1_000_000},
    )
    plan = explain_plan(one, solve_plan(one, seconds=20))
    assert plan.status == "infeasible"
    assert len(plan.clashes) == 3
    assert sum("must be filled" in c for c in plan.clashes) == 2
    assert any(c.startswith("at most 1 people") for c in plan.clashes)


def test_a_post_nobody_can_fill_clashes_alone():
    one = problem([post(must_fill=True, languages=frozenset(["ar"])), post("S2", must_fill=True)])
    clash = find_clash(one)
    assert len(clash) == 1
    assert "S1" in clash[0]
    assert "speaks ar" in clash[0]


def test_rest_training_budget_and_availability_take_part_in_clashes():
    alone = problem([post(must_fill=True)], people=1)
    assert any("rest at home" in c for c in find_clash(alone))
    poor = problem([post(must_fill=True)], budget={2026: 11_999})
    assert any("budget of 2026" in c for c in find_clash(poor))
    people = tuple(Person(f"P{n}", "staff", available_from=M + 2) for n in range(5))
    late = problem([post(must_fill=True)], people=5)
    assert any("available" in c for c in find_clash(replace(late, people=people)))
    assert find_clash(problem([post(must_fill=True)])) == []


@pytest.mark.parametrize("seed", range(300, 420))
def test_every_clash_is_irreducible(seed):
    one = generate_small(seed)
    if solve_plan(one, seconds=20).status != "infeasible":
        return
    clash = find_clash(one)
    assert clash
    named = [p.post for p in one.posts if any(f"post {p.post} must" in c for c in clash)]
    assert named
    for name in named:  # without any one of the posts the rest of the clash is gone
        posts = tuple(p for p in one.posts if p.post in named and p.post != name)
        fewer = replace(
            one,
            posts=posts,
            limits=tuple(limit for limit in one.limits if limit.name in clash),
            budget={
                y: b for y, b in one.budget.items() if any(f"budget of {y}" in c for c in clash)
            },
        )
        if not any("rest at home" in c for c in clash):
            fewer = replace(fewer, rules=replace(fewer.rules, dwell_ratio=0))
        if not any("of training" in c for c in clash):
            fewer = replace(fewer, rules=replace(fewer.rules, training=0))
        if not any("people are available" in c for c in clash):
            people = tuple(replace(p, available_from=None, available_to=None) for p in fewer.people)
            fewer = replace(fewer, people=people)
        assert find_clash(fewer) == []


# --- alternatives


def test_alternatives_are_valid_different_and_no_better():
    plan = solve_plan(MEDIUM, seconds=30)
    others = find_alternatives(MEDIUM, plan, seconds=20)
    assert len(others) == 2
    held = {(a.post, m): a.person for a in plan.assignments for m in a.held}
    for other in others:
        assert check_plan(MEDIUM, other.assignments) == []
        assert other.objective <= plan.objective
        now = {(a.post, m): a.person for a in other.assignments for m in a.held}
        same = sum(now.get(key) == person for key, person in held.items())
        assert same <= 0.75 * len(held)


# --- what if


def test_replanning_without_a_reason_changes_nothing():
    plan = solve_plan(MEDIUM, seconds=30)
    result = replan(MEDIUM, plan.assignments, served_until=M + 5, seconds=40)
    assert result.changes == ()
    assert result.plan.objective == plan.objective
    assert result.kept == len(plan.assignments)


def test_a_person_falls_out_a_post_closes_and_served_months_stay():
    plan = solve_plan(MEDIUM, seconds=30)
    until = M + 4
    began = [a for a in plan.assignments if a.arrive <= until]
    person = next(a.person for a in began if a.end > until + 1)
    closing = next(a.post for a in plan.assignments if a.start > until + 3)
    result = replan(
        MEDIUM,
        plan.assignments,
        served_until=until,
        closed={closing: until + 3},
        out={person: until + 2},
        seconds=40,
    )
    after = result.plan.assignments
    for a in began:
        if a.person == person:
            assert any(b.start == a.start and b.end == until + 1 for b in after if b.post == a.post)
        elif a.post != closing:
            assert a in after
    assert not any(a.post == closing and a.end >= until + 3 for a in after)
    assert not any(a.person == person and a.end > until + 1 for a in after)
    assert not any(a.arrive <= until for a in after if a not in result.served)
    wrong = check_plan(result.problem, after, served=result.served)
    assert [w for w in wrong if not w.startswith("rule 6")] == []
    assert result.changes
    assert result.kept >= 0.6 * len(plan.assignments)


def test_changes_are_named_by_kind():
    old = [Assignment("S1", M, M + 5, "P1", M), Assignment("S2", M, M + 5, "P2", M)]
    new = [
        Assignment("S1", M + 1, M + 6, "P1", M + 1),
        Assignment("S2", M, M + 5, "P3", M),
        Assignment("S3", M, M + 5, "P2", M),
    ]
    assert [c.kind for c in list_changes(old, new)] == ["moved", "replaced", "new"]
    assert [c.kind for c in list_changes(old, old[:1])] == ["dropped"]
    assert list_changes(old, old) == []


def test_unknown_posts_and_people_are_said():
    with pytest.raises(DataError):
        close_posts(MEDIUM, {"nowhere": M})
    with pytest.raises(DataError):
        take_people_out(MEDIUM, {"nobody": M})


def test_a_plan_reads_back_from_its_json(tmp_path):
    plan = solve_plan(MEDIUM, seconds=30)
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan_as_dict(MEDIUM, plan)))
    assert tuple(read_plan(path, MEDIUM)) == plan.assignments
    gone = plan.assignments[0].post
    other = replace(MEDIUM, posts=tuple(p for p in MEDIUM.posts if p.post != gone))
    with pytest.raises(DataError):
        read_plan(path, other)
    path.write_text("[]")
    with pytest.raises(RefusedFile):
        read_plan(path)
    path.write_text(json.dumps({"assignments": [{"post": "S1"}]}))
    with pytest.raises(DataError):
        read_plan(path)


def test_curves_rise_and_two_scenarios_compare():
    small = generate_problem(Size(40, 10, 12), tight=True, seed=1)
    for points in (
        people_curve(small, steps=4, seconds=40),
        money_curve(small, steps=4, seconds=40),
    ):
        values = [p.objective for p in points]
        assert values == sorted(values)
        assert values[0] < values[-1]
    loose = replace(small, budget={})
    plans = [solve_plan(p, seconds=20) for p in (small, loose)]
    answer = compare_plans((small, plans[0]), (loose, plans[1]))
    assert answer["second"]["objective"] >= answer["first"]["objective"]
    assert set(answer) == {"first", "second", "changes"}


def test_the_worth_of_fewer_people_is_kept():
    one = problem([post(), post("S2", first=M + 6, operation="undof")], people=5)
    rules = replace(one.rules, dwell_ratio=0)
    plan = solve_plan(replace(one, rules=rules), effort=Effort(seconds=10))
    assert plan.objective == 180
    assert plan.people == 2


def test_a_plan_not_proved_best_does_not_claim_that_others_are_worth_more():
    plan = solve_plan(MEDIUM, seconds=30)
    proved = {u.reason for u in explain_plan(MEDIUM, plan, seconds=0).unfilled}
    unproved = explain_plan(MEDIUM, replace(plan, status="feasible"), seconds=0).unfilled
    assert any("worth more" in reason for reason in proved)
    assert not any("worth more" in u.reason for u in unproved)


# --- watched and stopped


def test_a_curve_that_is_stopped_keeps_its_points():
    one = problem([post(), post("S2"), post("S3")], 6)
    told: list[tuple[float, int]] = []
    points = people_curve(
        one,
        limits=[1, 2, 3],
        seconds=30,
        on_point=lambda point, of: told.append((point.limit, of)),
        should_stop=lambda: len(told) >= 2,
    )
    assert told == [(1, 3), (2, 3)]
    assert [p.limit for p in points] == [1, 2]
    assert points[1].objective > points[0].objective


def test_alternatives_are_told_as_they_are_found_and_no_more_are_sought_when_stopped():
    plan = solve_plan(MEDIUM, seconds=30)
    told = []
    found = find_alternatives(
        MEDIUM,
        replace(plan, prices=None),
        seconds=20,
        on_plan=told.append,
        should_stop=lambda: len(told) >= 1,
    )
    assert found == told
    assert len(told) == 1
    assert check_plan(MEDIUM, told[0].assignments) == []


def test_tours_of_a_changed_problem_stay_or_are_named_where_they_are_history():
    one = problem([post(), post("S2")], 2)
    tours = [Assignment("S1", M, M + 5, "P0", M), Assignment("GONE", M + 6, M + 11, "P1", M + 6)]
    assert fit_tours(tours, one) == tours[:1]
    assert fit_tours(tours, one, M + 5) == tours[:1]
    with pytest.raises(DataError, match="'GONE': no such post"):
        fit_tours(tours, one, M + 6)
    with pytest.raises(DataError, match="'X': no such person"):
        fit_tours([replace(tours[0], person="X")], one, M)


def test_a_plan_made_anew_in_no_time_is_no_worse_than_what_still_stands():
    big = generate_problem(Size(200, 50, 24), tight=True, seed=2)
    plan = solve_plan(big, seconds=6)
    tour = plan.assignments[0]
    hurried = replan(big, plan.assignments, closed={tour.post: tour.start}, seconds=0.02)
    assert check_plan(hurried.problem, hurried.plan.assignments) == []
    assert hurried.plan.bound >= hurried.plan.objective
    assert hurried.plan.objective >= 0.7 * plan.objective
    assert hurried.kept >= 0.7 * len(plan.assignments)
