"""What a plan meets: early returns, refusals, late visas, closures; what stays filled.

Runs are simulated in blocks of fixed size, each with a seed of its own spawned from the user's
seed, so the same seed gives the same result on one process, on many and on a cluster. Inside a
block all runs advance together, tour by tour, as arrays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from peaceops.errors import Problem as Mistake
from peaceops.errors import UsageError
from peaceops.planner.problem import Assignment, Problem, month_text
from peaceops.planner.rates import rates_in_force

BLOCK_CELLS = 1_000_000  # runs x posts x months of one block, so that memory stays small
MAX_RUNS = 1_000_000
NEVER = 1 << 20
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Policy:
    """What is done about a vacancy.

    `reserve`: people the plan does not send step in. `replan`: so do people of the plan between
    their tours, where their rest and their next tour allow it. A replacement holds the post
    `delay` months after it fell vacant, at the earliest, until the end of the tour.
    """

    reserve: bool = True
    replan: bool = False
    delay: int = 2


@dataclass(frozen=True)
class Script:
    """A plan prepared for simulation; plain arrays and numbers, sent to workers as it is."""

    months: int
    posts: int
    operations: int
    post_operation: Ints
    tour_post: Ints
    tour_start: Ints
    tour_end: Ints
    value: Floats
    presence: Floats
    rates: dict[str, float]
    policy: Policy
    substitutes: int
    # per tour: for each month a replacement may begin, the people who could (places in a list)
    candidates: tuple[dict[int, tuple[tuple[int, int], ...]], ...]  # (person, free again)
    planned_held: npt.NDArray[np.bool_]  # J x H
    planned_present: npt.NDArray[np.bool_]  # O x H


@dataclass
class Tally:
    """What one block counted; tallies add up."""

    held: Ints  # J x (H + 1): runs by months held
    present: Ints  # O x (H + 1)
    lost: Ints  # O: runs in which a planned month of presence was lost
    lost_open: Ints  # O: ... while the operation was not closed
    month_held: Ints  # J x H: runs in which the post was held
    values: Floats  # one a run
    replaced: int
    vacancies: int

    def add(self, other: Tally) -> None:
        """Takes in the next block."""
        for name in ("held", "present", "lost", "lost_open", "month_held"):
            getattr(self, name).__iadd__(getattr(other, name))
        self.values = np.concatenate([self.values, other.values])
        self.replaced += other.replaced
        self.vacancies += other.vacancies


def prepare_script(problem: Problem, plan: Sequence[Assignment], policy: Policy) -> Script:
    """Everything a block needs, worked out once."""
    zero, months = problem.rules.first, problem.rules.last - problem.rules.first + 1
    rates = {name: float(rate.rate) for name, rate in rates_in_force(problem.rates).items()}
    operations = sorted({post.operation for post in problem.posts})
    number_of = {post.post: j for j, post in enumerate(problem.posts)}
    operation_of = {name: o for o, name in enumerate(operations)}
    tours = sorted(plan, key=lambda a: (a.start, a.post))
    busy: dict[str, list[Assignment]] = defaultdict(list)
    for a in tours:
        busy[a.person].append(a)
    place_of: dict[str, int] = {}
    candidates = []
    able: dict[tuple[object, ...], list[Any]] = {}
    for a in tours:
        post = problem.post_by_id[a.post]
        needs = (post.category, post.rank_min, post.rank_max, post.languages, post.skills)
        if needs not in able:
            able[needs] = [
                p
                for p in problem.people
                if (
                    (p.person not in busy and policy.reserve)
                    or (p.person in busy and policy.replan)
                )
                and problem.qualifies(p, post)
            ]
        by_month: dict[int, tuple[tuple[int, int], ...]] = {}
        for start in range(a.start + policy.delay, a.end + 1):
            who = []
            for p in able[needs]:
                earliest = problem.earliest_arrival(p)
                if earliest is not None and start < earliest:
                    continue
                if p.available_to is not None and a.end > p.available_to:
                    continue
                rest = problem.rules.rest
                after = a.end + rest(a.end - start + 1)
                if any(
                    b.arrive <= after and start <= b.end + rest(b.end - b.arrive + 1)
                    for b in busy.get(p.person, ())
                ):
                    continue
                place = place_of.setdefault(p.person, len(place_of))
                who.append((place, after + 1 - zero))
            if who:
                by_month[start - zero] = tuple(who)
        candidates.append(by_month)
    held = np.zeros((len(problem.posts), months), dtype=np.bool_)
    present = np.zeros((len(operations), months), dtype=np.bool_)
    for a in tours:
        post = problem.post_by_id[a.post]
        held[number_of[a.post], a.start - zero : a.end - zero + 1] = True
        present[operation_of[post.operation], a.start - zero : a.end - zero + 1] = True
    return Script(
        months=months,
        posts=len(problem.posts),
        operations=len(operations),
        post_operation=np.array([operation_of[p.operation] for p in problem.posts], dtype=np.int64),
        tour_post=np.array([number_of[a.post] for a in tours], dtype=np.int64),
        tour_start=np.array([a.start - zero for a in tours], dtype=np.int64),
        tour_end=np.array([a.end - zero for a in tours], dtype=np.int64),
        value=np.array([float(p.value) for p in problem.posts]),
        presence=np.array([float(problem.presence.get(name, 0)) for name in operations]),
        rates=rates,
        policy=policy,
        substitutes=len(place_of),
        candidates=tuple(candidates),
        planned_held=held,
        planned_present=present,
    )


def run_block(script: Script, seed: int, block: int, runs: int) -> Tally:
    """One block of runs."""
    chance = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(block,)))
    s, rates = script, script.rates
    tours, h = len(s.tour_post), s.months

    def months_until(rate: float, *shape: int) -> Ints:
        """Months that pass before it happens, when it may happen at the start of each."""
        if rate <= 0:
            return np.full(shape, NEVER, dtype=np.int64)
        if rate >= 1:
            return np.zeros(shape, dtype=np.int64)
        drawn: Floats = chance.standard_exponential(shape) / -np.log1p(-rate)
        return np.minimum(drawn, NEVER).astype(np.int64)

    closes = months_until(rates["closure"], runs, s.operations)
    refuses = chance.random((runs, tours)) < rates["refusal"]
    late = chance.random((runs, tours)) < rates["late-visa"]
    stays = months_until(rates["early-return"], runs, tours)
    second_stays = months_until(rates["early-return"], runs, tours)
    start = s.tour_start + np.where(late, int(rates["late-visa-months"]), 0)
    leaves = np.where(refuses, s.tour_start, np.minimum(start + stays, s.tour_end + 1))
    leaves = np.where(~refuses & (start > s.tour_end), s.tour_end + 1, leaves)
    begins = np.where(refuses, leaves, np.minimum(start, leaves))
    cells = runs * s.posts * (h + 1)
    seat = (np.arange(runs)[:, None] * s.posts + s.tour_post) * (h + 1)
    held = np.bincount((seat + begins).ravel(), minlength=cells).astype(np.int16)
    held -= np.bincount((seat + leaves).ravel(), minlength=cells).astype(np.int16)
    held = held.reshape(runs, s.posts, h + 1)
    free_from = np.zeros((runs, max(1, s.substitutes)), dtype=np.int64)
    vacancies = replaced = 0
    operation = s.post_operation[s.tour_post]
    vacant = ((leaves <= s.tour_end) & (leaves < closes[:, operation])).T.copy()
    for n in range(tours):
        j, end = s.tour_post[n], s.tour_end[n]
        rows = np.flatnonzero(vacant[n])
        vacancies += len(rows)
        if not len(rows) or not s.candidates[n]:
            continue
        first = leaves[rows, n] + s.policy.delay
        for month, people in s.candidates[n].items():
            here = rows[(first == month) & (month < closes[rows, operation[n]])]
            for person, again in people:
                if not len(here):
                    break
                fits = free_from[here, person] <= month
                taken = here[fits]
                free_from[taken, person] = again
                until = np.minimum(month + second_stays[taken, n], end + 1)
                held[taken, j, month] += 1
                held[taken, j, until] -= 1
                replaced += len(taken)
                here = here[~fits]
    on = np.cumsum(held[:, :, :h], axis=2) > 0
    still_open = np.arange(h) < closes[:, :, None]
    on &= still_open[:, s.post_operation, :]
    shown = np.zeros((runs, s.operations, h), dtype=np.bool_)
    for o in range(s.operations):
        shown[:, o, :] = on[:, s.post_operation == o, :].any(axis=1)
    held_months, shown_months = on.sum(axis=2), shown.sum(axis=2)
    gone = s.planned_present & ~shown
    return Tally(
        held=_histogram(held_months, h + 1),
        present=_histogram(shown_months, h + 1),
        lost=gone.any(axis=2).sum(axis=0).astype(np.int64),
        lost_open=(gone & still_open).any(axis=2).sum(axis=0).astype(np.int64),
        month_held=on.sum(axis=0).astype(np.int64),
        values=held_months @ s.value + shown_months @ s.presence,
        replaced=replaced,
        vacancies=vacancies,
    )


def _histogram(counts: npt.NDArray[Any], size: int) -> Ints:
    """Rows: things; columns: how many runs had 0, 1, 2, ... months."""
    things = counts.shape[1]
    flat = (counts + np.arange(things) * size).ravel()
    return np.bincount(flat, minlength=things * size).reshape(things, size).astype(np.int64)


def simulate_plan(
    problem: Problem,
    plan: Sequence[Assignment],
    *,
    runs: int = 10_000,
    seed: int = 0,
    policy: Policy | None = None,
    workers: int = 1,
    cluster: str | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> dict[str, Any]:
    """Distribution of months held per post and operation, and the risk of losing presence.

    Stopped early, the answer is of the runs done by then, at least one block of them.
    `cluster` is the address of a Dask scheduler whose workers have this program installed.
    """
    if not 1 <= runs <= MAX_RUNS:
        raise UsageError(Mistake("--runs", "", f"{runs} runs", f"From 1 to {MAX_RUNS:,}."))
    policy = policy or Policy()
    script = prepare_script(problem, plan, policy)
    block_runs = max(10, min(500, BLOCK_CELLS // max(1, script.posts * script.months)))
    jobs = [
        (block, min(block_runs, runs - block * block_runs))
        for block in range(-(-runs // block_runs))
    ]
    total: Tally | None = None
    done = 0
    tallies = _tallies(script, seed, jobs, workers=workers, cluster=cluster)
    for (_, size), tally in zip(jobs, tallies, strict=True):
        if total is None:
            total = tally
        else:
            total.add(tally)
        done += size
        if on_progress:
            on_progress(done, runs)
        if should_stop is not None and should_stop():
            break
    assert total is not None
    return _describe(problem, script, total, done, seed)


def _tallies(
    script: Script,
    seed: int,
    jobs: list[tuple[int, int]],
    *,
    workers: int,
    cluster: str | None,
) -> Iterable[Tally]:
    if cluster is not None:
        yield from _on_cluster(script, seed, jobs, cluster)
    elif workers <= 1 or len(jobs) == 1:
        for block, size in jobs:
            yield run_block(script, seed, block, size)
    else:
        import multiprocessing
        from concurrent.futures import ProcessPoolExecutor

        spawn = multiprocessing.get_context("spawn")
        count = min(workers, len(jobs))
        with ProcessPoolExecutor(
            count, mp_context=spawn, initializer=_take_script, initargs=(script, seed)
        ) as pool:
            yield from pool.map(_run_given, jobs, chunksize=max(1, len(jobs) // (4 * count)))


_given: list[tuple[Script, int]] = []


def _take_script(script: Script, seed: int) -> None:
    _given[:] = [(script, seed)]


def _run_given(job: tuple[int, int]) -> Tally:
    script, seed = _given[0]
    return run_block(script, seed, *job)


def _on_cluster(
    script: Script, seed: int, jobs: list[tuple[int, int]], address: str
) -> Iterable[Tally]:
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError(
            Mistake("--cluster", "", "Dask is not installed", "Install peaceops[cluster].")
        ) from error
    try:
        client: Any = Client(address, timeout=10)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError) as error:
        hint = "Give the address of a running Dask scheduler, such as tcp://host:8786."
        raise UsageError(Mistake("--cluster", "", f"no answer from '{address}'", hint)) from error
    with client:
        shared = client.scatter(script, broadcast=True)
        futures = [client.submit(run_block, shared, seed, *job, pure=False) for job in jobs]
        for future in futures:
            yield future.result()


def _describe(
    problem: Problem, script: Script, total: Tally, runs: int, seed: int
) -> dict[str, Any]:
    operations = sorted({post.operation for post in problem.posts})
    planned_value = float(script.planned_held.sum(axis=1) @ script.value)
    planned_value += float(script.planned_present.sum(axis=1) @ script.presence)
    return {
        "runs": runs,
        "seed": seed,
        "policy": {
            "reserve": script.policy.reserve,
            "replan": script.policy.replan,
            "delay_months": script.policy.delay,
        },
        "rates": [
            {"cause": r.cause, "rate": r.rate, "source": r.source}
            for r in rates_in_force(problem.rates).values()
        ],
        "objective": {
            "planned": planned_value,
            "mean": float(total.values.mean()),
            **{f"p{q}": float(np.percentile(total.values, q)) for q in (5, 50, 95)},
        },
        "vacancies_per_run": total.vacancies / runs,
        "replaced_per_run": total.replaced / runs,
        "posts": [
            {
                "post": post.post,
                "operation": post.operation,
                "planned": int(script.planned_held[j].sum()),
                **_spread(total.held[j]),
            }
            for j, post in enumerate(problem.posts)
        ],
        "operations": [
            {
                "operation": name,
                "planned": int(script.planned_present[o].sum()),
                **_spread(total.present[o]),
                "risk_of_losing_presence": int(total.lost[o]) / runs,
                "risk_while_open": int(total.lost_open[o]) / runs,
            }
            for o, name in enumerate(operations)
        ],
        "months": [
            {"month": month_text(problem.rules.first + t), "posts_held": held / runs}
            for t, held in enumerate(total.month_held.sum(axis=0).tolist())
        ],
    }


def _spread(histogram: Ints) -> dict[str, Any]:
    """Mean, percentiles and the distribution {months: runs}."""
    runs = int(histogram.sum())
    months = np.arange(len(histogram))
    total = np.cumsum(histogram)
    levels = {f"p{q}": int(np.searchsorted(total, q / 100 * runs)) for q in (5, 50, 95)}
    return {
        "mean": float((histogram @ months) / runs),
        **levels,
        "distribution": {int(m): int(n) for m, n in zip(months, histogram, strict=True) if n},
    }
