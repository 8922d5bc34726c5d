"""10,000 simulated runs of a plan of size M beside the same simulation in SimPy on 100 runs.

    python benchmarks/bench_simulate.py [--runs 10000] [--simpy-runs 100] [--workers 2]

Both use the same rates, the same plan and the same policy (reserves step in after two months);
their mean months held must agree within what chance allows.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from typing import Any

import simpy

from peaceops.planner.generate import generate_problem
from peaceops.planner.problem import Assignment, Problem
from peaceops.planner.simulate import Policy, Script, prepare_script, simulate_plan
from peaceops.planner.solve import Effort, solve_plan


def months_until(chance: random.Random, rate: float) -> int:
    """Months that pass before it happens."""
    if rate <= 0:
        return 1 << 20
    return int(math.log(1.0 - chance.random()) / math.log(1.0 - rate))


class SimpyRun:
    """One run: a process for every tour, one for every operation that may close."""

    def __init__(self, script: Script, seed: int):
        self.s = script
        self.chance = random.Random(seed)
        self.env = simpy.Environment()
        self.closed = [False] * script.operations
        self.held: list[set[int]] = [set() for _ in range(script.posts)]
        self.free_from = [0] * script.substitutes

    def run(self) -> int:
        """Post-months held."""
        for o in range(self.s.operations):
            self.env.process(self.close(o))
        for n in range(len(self.s.tour_post)):
            self.env.process(self.tour(n))
        self.env.run(until=self.s.months + 0.9)
        return sum(len(months) for months in self.held)

    def close(self, operation: int):
        yield self.env.timeout(months_until(self.chance, self.s.rates["closure"]))
        self.closed[operation] = True

    def tour(self, n: int):
        s, rates, chance = self.s, self.s.rates, self.chance
        j, start, end = int(s.tour_post[n]), int(s.tour_start[n]), int(s.tour_end[n])
        operation = int(s.post_operation[j])
        yield self.env.timeout(start + 0.5)
        vacant = chance.random() < rates["refusal"]
        if not vacant:
            late = chance.random() < rates["late-visa"]
            if late:
                yield self.env.timeout(int(rates["late-visa-months"]))
            vacant = yield self.env.process(self.hold(j, operation, end))
        if not vacant or self.closed[operation]:
            return
        yield self.env.timeout(s.policy.delay)
        month = int(self.env.now)
        if self.closed[operation] or month > end:
            return
        for person, again in s.candidates[n].get(month, ()):
            if self.free_from[person] <= month:
                self.free_from[person] = again
                yield self.env.process(self.hold(j, operation, end))
                return

    def hold(self, j: int, operation: int, end: int):
        """Months on the post, one by one; True when the person goes home early."""
        while int(self.env.now) <= end:
            if self.closed[operation]:
                return False
            if self.chance.random() < self.s.rates["early-return"]:
                return True
            self.held[j].add(int(self.env.now))
            yield self.env.timeout(1)
        return False


def simulate_with_simpy(
    problem: Problem, plan: tuple[Assignment, ...], runs: int, policy: Policy
) -> tuple[list[int], float]:
    """Post-months held in each run, and seconds per run (preparation not counted)."""
    script = prepare_script(problem, plan, policy)
    began = time.perf_counter()
    held = [SimpyRun(script, seed).run() for seed in range(runs)]
    return held, (time.perf_counter() - began) / runs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--simpy-runs", type=int, default=100)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    problem = generate_problem("M", tight=True, seed=1)
    plan = solve_plan(problem, effort=Effort(seconds=20, gap=0.01, fewer_people=False)).assignments
    policy = Policy()
    held, per_simpy = simulate_with_simpy(problem, plan, options.simpy_runs, policy)
    results: dict[int, dict[str, Any]] = {}
    for workers in sorted({1, options.workers}):
        began = time.perf_counter()
        results[workers] = simulate_plan(
            problem, plan, runs=options.runs, seed=1, policy=policy, workers=workers
        )
        seconds = time.perf_counter() - began
        per_run = seconds / options.runs
        print(
            f"{workers} process(es): {options.runs:,} runs in {seconds:.2f} s, "
            f"{1e6 * per_run:.0f} us a run, {per_simpy / per_run:.0f} times as fast as SimPy"
        )
    print(f"SimPy: {options.simpy_runs} runs, {1e6 * per_simpy:.0f} us a run")
    assert len({str(result) for result in results.values()}) == 1, "workers changed the result"
    mean = sum(post["mean"] for post in results[1]["posts"])
    simpy_mean = sum(held) / len(held)
    spread = math.sqrt(sum((x - simpy_mean) ** 2 for x in held) / (len(held) - 1) / len(held))
    print(f"post-months held: {mean:.1f}; SimPy {simpy_mean:.1f} +- {2 * spread:.1f}")
    assert abs(mean - simpy_mean) < 4 * spread, "the two simulations disagree"


if __name__ == "__main__":
    main()
