"""The planner's own branch and bound beside HiGHS's, and its bounds by arithmetic."""

from __future__ import annotations

import numpy as np
import pytest

from peaceops.planner import mip
from peaceops.planner.generate import Size, generate_problem, generate_small
from peaceops.planner.mip import Program
from peaceops.planner.network import lay_out
from peaceops.planner.prices import Pricing
from peaceops.planner.slate import Slate
from peaceops.planner.solve import solve_plan
from peaceops.planner.tree import Relaxation, Tree


def whole_program(seed: int) -> Program:
    network = lay_out(generate_problem(Size(30, 9, 14), tight=bool(seed % 2), seed=seed))
    return Program(network, np.arange(network.choices))


@pytest.mark.parametrize("seed", range(20))
def test_the_tree_finds_what_the_solver_finds(seed):
    program = whole_program(seed)
    solved = program.solve(seconds=60)
    assert solved.status == "optimal"
    found = []
    tree = Tree(program, -1.0, program.network.granularity, on_plan=found.append)
    assert tree.search()
    assert tree.value == pytest.approx(solved.objective)
    slate = Slate(Pricing(program.network), found[-1])
    assert slate.is_valid()
    assert slate.value() == pytest.approx(solved.objective)


@pytest.mark.parametrize("seed", range(6))
def test_nothing_better_than_the_best_is_found_and_stops_change_nothing(seed):
    program = whole_program(seed)
    best = program.solve(seconds=60).objective
    step = program.network.granularity
    found = []
    assert Tree(program, best, step, on_plan=found.append).search()
    assert found == []
    in_parts = Tree(program, best - step, step, on_plan=found.append)
    while not in_parts.search(nodes=1):
        pass
    assert in_parts.value == pytest.approx(best)
    assert program.worth(found[-1]) == pytest.approx(best)


@pytest.mark.parametrize("seed", range(40))
def test_small_problems_with_must_fill_agree_too(seed):
    network = lay_out(generate_small(seed))
    if not network.choices:
        return
    program = Program(network, np.arange(network.choices))
    solved = program.solve(seconds=20)
    found = []
    step = network.granularity
    assert Tree(program, -1.0 - step, step, on_plan=found.append).search()
    assert bool(found) == (solved.status == "optimal")
    if found:
        assert program.worth(found[-1]) == pytest.approx(solved.objective)


@pytest.mark.parametrize("seed", range(6))
def test_bounds_hold_at_any_prices(seed):
    program = whole_program(seed)
    best = program.solve(seconds=60).objective
    relaxation = Relaxation(program)
    whole = relaxation.solve(relaxation.whole)
    assert whole is not None
    assert whole.bound >= best - 1e-6
    random = np.random.default_rng(seed)
    for _ in range(50):
        prices = random.normal(0, 20, len(relaxation.whole.low))
        assert relaxation.bound_at(prices, relaxation.whole)[0] >= best - 1e-6


@pytest.mark.parametrize("seed", range(10))
def test_rows_left_out_said_nothing(seed, monkeypatch):
    program = whole_program(seed)
    lean = program.relax()
    monkeypatch.setattr(mip, "_needed", lambda keys, *_: np.ones(len(keys), dtype=np.bool_))
    full = Program(program.network, program.choices)
    assert full.rows.count > program.rows.count
    complete = full.relax()
    assert lean is not None
    assert complete is not None
    assert lean[0] == pytest.approx(complete[0])
    values = np.zeros(full.columns)
    values[: len(full.choices)] = np.isin(full.choices, program.solve().choices)
    relaxation = Relaxation(full)
    activity = relaxation.activity(values)[full.people_rows]
    assert (activity <= relaxation.whole.high[full.people_rows] + 1e-9).all()


def test_a_linear_program_that_fails_leaves_the_proof_to_the_solver(monkeypatch):
    problem = generate_problem(Size(30, 9, 14), tight=True, seed=3)
    expected = solve_plan(problem, seconds=60)

    def fail(*_args: object, **_options: object) -> None:
        raise ArithmeticError

    monkeypatch.setattr(Tree, "search", fail)
    plan = solve_plan(problem, seconds=60)
    assert expected.status == plan.status == "optimal"
    assert plan.objective == expected.objective
