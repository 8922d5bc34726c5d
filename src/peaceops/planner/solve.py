"""From a problem to the best plan that can be found, with a bound that holds.

The stages, each of which leaves a valid plan and a valid bound behind it:

1. what must be filled, as a small exact program;
2. prices by subgradient, and plans built post by post at those prices;
3. sharper prices from the linear program over the choices that look cheap, choices added until the
   bound and the program agree; small problems begin here, with all choices;
4. the posts for which the linear program is undecided, as a small program of their own;
5. neighbourhoods of the plan are solved anew, one after the other: a few for small problems, which
   then are proved (every choice that cannot be part of a better plan is struck out, what remains
   is searched by `tree`), and until the clock ends it for large ones;
6. among plans of that value, one with fewer people.

With the same input, seed and limits the same plan comes out as long as the clock is not what ends
the search; `Plan.stopped_by` says what did.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from peaceops.planner.check import check_plan, count_people, plan_objective
from peaceops.planner.mip import Program
from peaceops.planner.network import Bools, Floats, Ints, Network, lay_out, name_people
from peaceops.planner.prices import Prices, Pricing, find_prices, no_prices
from peaceops.planner.problem import Assignment, Plan, Problem, relative_gap
from peaceops.planner.slate import Slate, construct
from peaceops.planner.tree import Tree

EXACT_CHOICES = 60_000  # up to here the whole program is proved
DIRECT_CHOICES = 15_000  # up to here the linear program is solved at once
VAST_CHOICES = 1_000_000  # from here plans are sought before the bound is sharp
GOOD = 0.01
CLOSE = 0.002  # plans are looked for among choices that cost the bound no larger a share of it
PROVABLE = 2_500  # up to so many choices left nothing is gained by a better plan first
NODES = 40  # regions divided at most in a neighbourhood
FEW = 10  # neighbourhoods without a better plan before a small problem is proved


@dataclass(frozen=True)
class Progress:
    """How far the search is."""

    stage: str
    seconds: float
    objective: float | None
    bound: float | None
    people: int | None = None

    @property
    def gap(self) -> float | None:
        """(bound - objective) / bound."""
        if self.objective is None or self.bound is None:
            return None
        return relative_gap(self.bound, self.objective)

    def as_dict(self) -> dict[str, Any]:
        return {
            "stage": self.stage,
            "seconds": round(self.seconds, 2),
            "objective": self.objective,
            "bound": self.bound,
            "gap": self.gap,
            "people": self.people,
        }


@dataclass(frozen=True)
class Effort:
    """How much work is done at most; the clock is a safety line."""

    seconds: float = 60.0
    gap: float = 0.0  # stop when the gap is no larger
    rounds: int = 400  # of prices, in one go
    neighbourhoods: int = 100_000
    fewer_people: bool = True


@dataclass
class Search:
    """State of one search."""

    network: Network
    effort: Effort
    seed: int
    on_progress: Callable[[Progress], None] | None = None
    should_stop: Callable[[], bool] | None = None
    began: float = field(default_factory=time.monotonic)
    bound: float = np.inf
    best: Ints | None = None
    value: float = -np.inf
    prices: Prices | None = None
    user_stopped: bool = False
    people_bound: int | None = None
    value_seconds: float | None = None
    halves: Floats | None = None  # Q: how much of each choice the linear program takes
    shared_people: Floats | None = None
    history: list[tuple[float, float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pricing = Pricing(self.network)
        self.random = np.random.default_rng(self.seed)
        self.last_told = -1.0
        self.grain = self.network.granularity
        self.reserve = min(6.0, 0.1 * self.effort.seconds) if self.effort.fewer_people else 0.0

    # --- clock and news

    def seconds(self) -> float:
        return time.monotonic() - self.began

    def left(self) -> float:
        """Seconds left for the value; the last tenth (at most 6 s) belongs to sending fewer."""
        return self.effort.seconds - self.reserve - self.seconds()

    def stop(self) -> bool:
        """Whether to end: the user said so or the clock ran out."""
        if not self.user_stopped and self.should_stop is not None and self.should_stop():
            self.user_stopped = True
        return self.user_stopped or self.left() <= 0

    def done(self) -> bool:
        """Whether nothing better can exist, or the gap asked for is reached."""
        if self.best is None:
            return False
        if self.bound - self.value <= max(1e-6, 1e-9 * abs(self.value)):
            return True
        return relative_gap(self.bound, self.value) <= self.effort.gap

    def over(self) -> bool:
        """Whether nothing is left to do, or no time to do it in."""
        return self.done() or self.stop()

    def tell(self, stage: str, *, always: bool = False) -> None:
        now = self.seconds()
        if self.on_progress and (always or now - self.last_told > 0.5):
            self.last_told = now
            self.on_progress(
                Progress(
                    stage,
                    now,
                    None if self.best is None else self.value,
                    self.bound if np.isfinite(self.bound) else None,
                )
            )

    @property
    def step(self) -> float:
        """What a better plan is worth more, at least."""
        return self.grain * (1 - 1e-6) if self.grain else 1e-6

    def offer_plan(self, choices: Ints, stage: str) -> bool:
        """Takes a better plan in; the value is computed anew from the choices."""
        slate = Slate(self.pricing, choices)
        if not slate.is_valid():
            return False
        value = slate.value()
        if value <= self.value + 1e-7:
            return False
        self.best, self.value = np.sort(choices), value
        self._note()
        self.tell(stage, always=True)
        return True

    def offer_bound(self, bound: float, stage: str) -> None:
        """Takes a lower bound in, rounded down to what a plan can be worth."""
        if self.grain:
            base = self.network.served_value
            steps = np.floor((bound - base) / self.grain + 1e-6)
            bound = min(bound, base + steps * self.grain)
        if bound < self.bound - 1e-9:
            self.bound = bound
            self._note()
            self.tell(stage)

    def _note(self) -> None:
        if self.best is not None and np.isfinite(self.bound):
            self.history.append((self.seconds(), self.value, self.bound))

    def seconds_to(self, gap: float) -> float | None:
        """When a plan within `gap` of the bound known at the end was first there."""
        for when, value, _ in self.history:
            if relative_gap(self.bound, value) <= gap:
                return when
        return None


def solve_plan(
    problem: Problem,
    *,
    seed: int = 0,
    seconds: float = 60.0,
    gap: float = 0.0,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    served: Sequence[Assignment] = (),
    served_until: int | None = None,
    keep: Sequence[Assignment] = (),
    keep_bonus: float = 0.0,
    effort: Effort | None = None,
) -> Plan:
    """The best plan found in `seconds`, checked by plain arithmetic, with a bound that holds.

    Reasons and limits that bind are added by `peaceops.planner.reasons.explain_plan`. When the plan
    is made from an existing one the bound still is of value and presence alone.
    """
    effort = effort or Effort(seconds=seconds, gap=gap)
    network = lay_out(
        problem, served=served, served_until=served_until, keep=keep, keep_bonus=keep_bonus
    )
    search = Search(network, effort, seed, on_progress, should_stop)
    status = run_search(search)
    if search.best is None:
        return Plan(status, None, None, search.seconds(), stopped_by=_why(search, status))
    assignments = tuple(sorted([*served, *name_people(network, search.best)]))
    wrong = check_plan(problem, assignments, served=served)
    if served_until is not None:
        # A seat that was empty in months gone by cannot be filled any more.
        wrong = [line for line in wrong if not line.startswith("rule 6")]
    if wrong:
        raise AssertionError("the planner made a plan its own check refuses: " + "; ".join(wrong))
    objective = float(plan_objective(problem, assignments))
    bound = max(objective, search.bound)
    if status == "optimal" and not keep_bonus:
        bound = objective
    return Plan(
        status=status,
        objective=objective,
        bound=bound,
        seconds=search.seconds(),
        assignments=assignments,
        people=count_people(assignments),
        people_bound=search.people_bound,
        stopped_by=_why(search, status),
        prices=search.prices,
        first_good=search.seconds_to(GOOD),
        value_seconds=search.value_seconds,
    )


def _why(search: Search, status: str) -> str:
    if status in ("optimal", "infeasible"):
        return "proof"
    if search.user_stopped:
        return "user"
    if search.left() <= 0:
        return "clock"
    return "gap" if search.done() else "work"


def run_search(search: Search) -> str:
    """Runs all stages; the status of what stands at the end."""
    net = search.network
    base = _fill_what_must(search)
    if base is None:
        return "unknown" if search.stop() else "infeasible"
    search.offer_plan(base, "must fill")
    if not net.choices:
        search.offer_bound(net.served_value, "nothing to plan")
        return "optimal"
    small = net.choices <= EXACT_CHOICES
    if net.choices > DIRECT_CHOICES:
        _price(search, base)
    if net.choices > VAST_CHOICES and not search.over():
        _sharpen(search, 2)
        _climb(search)
    if not search.over():
        _sharpen(search)
        _construct_some(search, base, 1)
    if small and not search.over():
        _decide(search)
    if not small and not search.over():
        _round_off(search)
    if not search.over() and small:
        _prove(search)
    elif not search.over():
        _improve(search, search.effort.neighbourhoods)
    optimal = search.bound - search.value <= max(1e-6, 1e-9 * abs(search.value))
    search.value_seconds = search.seconds()
    if search.effort.fewer_people and not search.user_stopped:
        _send_fewer(search, optimal=optimal)
    search.tell("done", always=True)
    return "optimal" if optimal else "feasible"


# --- 1. what must be filled


def _fill_what_must(search: Search) -> Ints | None:
    """Choices that fill every must_fill post, or None when there are none."""
    net = search.network
    must = net.post_must_fill & (net.post_first <= net.post_last)
    if not must.any():
        return np.zeros(0, dtype=np.int64)
    choices = np.flatnonzero(must[net.arc_post[net.choice_arc]])
    program = Program(net, choices)
    solved = program.solve(
        seconds=max(1.0, search.left()), seed=search.seed, should_stop=search.stop, gap=0.02
    )
    if solved.status == "infeasible":
        return None
    if solved.choices is None:
        search.user_stopped = search.user_stopped or search.left() > 0
        return None
    return solved.choices


# --- 2. prices


def _price(search: Search, base: Ints) -> None:
    net, pricing = search.network, search.pricing
    nothing = no_prices(net)
    post_worth = net.post_value * (net.post_last - net.post_first + 1)
    order = np.argsort(-post_worth, kind="stable")
    search.offer_plan(construct(pricing, nothing, order, base).choices(), "first plan")
    large = net.choices > VAST_CHOICES
    rounds = search.effort.rounds
    turns = 3 if large else 2

    def on_round(_number: int, bound: float, _prices: Prices, _answer: Any) -> float | None:
        search.offer_bound(bound, "prices")
        return None

    for turn in range(turns):
        if search.stop() or search.done():
            return
        bound, prices = find_prices(
            pricing,
            target=search.value,
            rounds=rounds // 4 if large and not turn else rounds,
            start=search.prices,
            should_stop=search.stop,
            on_round=on_round,
        )
        search.offer_bound(bound, "prices")
        search.prices = prices
        _construct_some(search, base, 1 if large else 2)


def _construct_some(search: Search, base: Ints, count: int) -> None:
    """Plans built at the prices known, posts in order of what they gain, shaken after the first."""
    pricing = search.pricing
    nothing = no_prices(search.network)
    prices = search.prices or nothing
    gain = pricing.answer(prices, chains=False).post_gain
    for shuffle in range(count):
        if search.stop():
            return
        shaken = search.random.uniform(0.6, 1.4, len(gain)) if shuffle else 1.0
        order = np.argsort(-gain * shaken, kind="stable")
        slate = construct(pricing, prices, order, base)
        _fill_holes(slate, order, nothing)
        search.offer_plan(slate.choices(), "prices")


def _fill_holes(slate: Slate, order: Ints, prices: Prices) -> None:
    """Posts that found nothing worth its price are tried again with everything free."""
    for j in order:
        if int(j) not in slate.chosen:
            slate.fill(int(j), prices)


# --- 3. sharper prices


def _scale(net: Network) -> float:
    """What a tour is worth on average."""
    worth = net.arc_value[net.arc_value > 0]
    return float(np.mean(worth)) if len(worth) else 1.0


def _cheap(net: Network, loss: Floats, most: float, per_arc: int) -> Bools:
    """Choices that lose at most `most`, and of each arc only the `per_arc` cheapest."""
    cheap = np.flatnonzero(loss <= most)
    order = np.lexsort((loss[cheap], net.choice_arc[cheap]))
    cheap = cheap[order]
    arcs = net.choice_arc[cheap]
    first = np.searchsorted(arcs, arcs)
    mask = np.zeros(net.choices, dtype=np.bool_)
    mask[cheap[np.arange(len(cheap)) - first < per_arc]] = True
    return mask


def cheapest_choices(pricing: Pricing, prices: Prices, most: int) -> Ints:
    """At most so many choices: those that cost the bound least; all where there are no more."""
    net = pricing.network
    if net.choices <= most:
        return np.arange(net.choices)
    _, loss = pricing.loss(prices)
    cheap = np.flatnonzero(_cheap(net, loss, np.inf, 6))
    if len(cheap) > most:
        cheap = cheap[np.argsort(loss[cheap], kind="stable")[:most]]
    return np.sort(cheap)


def _sharpen(search: Search, rounds: int = 12) -> None:
    """The linear program over cheap choices, grown until it agrees with the bound."""
    net, pricing = search.network, search.pricing
    prices = search.prices or no_prices(net)
    scale = _scale(net)
    if search.prices is None:
        loss = np.zeros(net.choices)
    else:
        _, loss = pricing.loss(prices)
    per_arc = 2 if net.choices > EXACT_CHOICES else 1_000
    most = 0.03 * scale
    mask = _cheap(net, loss, most, per_arc)
    if search.best is not None:
        mask[search.best] = True
    for _ in range(rounds):
        if search.stop():
            return
        columns = int(mask.sum())
        if columns > 400_000:
            return
        relaxed = Program(net, np.flatnonzero(mask)).relax(
            seconds=max(1.0, 0.5 * search.left()), interior=columns > 150_000
        )
        if relaxed is None:
            return
        objective, dual, taken = relaxed
        search.halves = np.zeros(net.choices)
        search.halves[mask] = taken
        objective += net.served_value
        bound, loss = pricing.loss(dual)
        if bound <= search.bound + 1e-9:
            search.prices = dual
        search.offer_bound(bound, "linear program")
        if min(bound, search.bound) - objective <= 5e-5 * abs(objective):
            break
        # Prices half way to the best known are often better than either.
        if search.prices is not None:
            mixed = dual.mixed(search.prices, 0.5)
            other = pricing.answer(mixed, chains=False).bound
            if other < search.bound:
                search.prices = mixed
                search.offer_bound(other, "linear program")
        mask |= _cheap(net, loss, 0.02 * scale, per_arc)


# --- 4. what the linear program leaves open


def _decide(search: Search) -> None:
    """Takes what the linear program decides and solves the posts about which it is undecided."""
    net, pricing = search.network, search.pricing
    if search.halves is None:
        return
    taken, post = search.halves, net.arc_post[net.choice_arc]
    undecided = np.zeros(len(net.post_first), dtype=np.bool_)
    undecided[post[(taken > 1e-6) & (taken < 1 - 1e-6)]] = True
    kept = np.flatnonzero((taken > 0.5) & ~undecided[post])
    bound, loss = pricing.loss(search.prices or no_prices(net))
    for share, least in ((CLOSE, 0.995), (3 * CLOSE, 0.98)):
        before = search.value
        near = np.flatnonzero(undecided[post] & (loss <= share * abs(bound)))
        least = max(before, least * bound)
        _solve_rest(
            search, kept, near, undecided, least=least, stage="linear program", nodes=3 * NODES
        )
        if search.value > before or search.over():
            return


def _solve_rest(
    search: Search,
    kept: Ints,
    candidates: Ints,
    free: Bools,
    *,
    least: float,
    stage: str,
    nodes: int = NODES,
) -> bool:
    """Looks for a plan worth more than `least` that holds `kept`; posts that are `free` choose
    among the candidates that fit. True when it was searched to its end (large: at once).
    """
    net = search.network
    slate = Slate(search.pricing, kept)
    candidates = candidates[_fit_alone(slate, candidates)]
    program = Program(net, candidates, left=slate.left(), must_fill=net.post_must_fill & free)
    if slate.is_overdrawn():
        return True
    if not program.columns:
        search.offer_plan(kept, stage)
        return True
    if net.choices > EXACT_CHOICES:
        solved = program.solve(
            seconds=min(10.0, max(0.1, search.left())),
            nodes=30,
            gap=1e-5,
            seed=search.seed,
            start=search.best,
            should_stop=search.stop,
        )
        if solved.choices is not None:
            search.offer_plan(np.union1d(kept, solved.choices), stage)
        return solved.status == "optimal" and solved.nodes <= 1
    try:
        tree = Tree(
            program,
            least - slate.value(),
            search.grain,
            eager=True,
            should_stop=search.stop,
            on_plan=lambda choices: search.offer_plan(np.union1d(kept, choices), stage),
        )
        return tree.search(nodes)
    except ArithmeticError:  # the solver failed on a linear program; there are other posts
        return False


# --- 4. large: the linear program rounded off


def _climb(search: Search) -> None:
    """The whole problem over the very cheapest choices, before the bound is sharp."""
    net, pricing = search.network, search.pricing
    _, loss = pricing.loss(search.prices or no_prices(net))
    mask = _cheap(net, loss, 0.001 * _scale(net), 2)
    if search.best is not None:
        mask[search.best] = True
    solved = Program(net, np.flatnonzero(mask)).solve(
        seconds=0.5 * search.left(),
        nodes=40,
        gap=1e-5,
        seed=search.seed,
        start=search.best,
        should_stop=lambda: search.stop() or search.done(),
        on_plan=lambda _, choices: search.offer_plan(choices, "cheapest choices"),
    )
    if solved.choices is not None:
        search.offer_plan(solved.choices, "cheapest choices")


def _least(net: Network, loss: Floats, most: int) -> Bools:
    """The choices that cost the bound least, of each arc two, at most so many."""
    cheap = np.flatnonzero(_cheap(net, loss, np.inf, 2))
    if len(cheap) > most:
        cheap = cheap[np.argsort(loss[cheap], kind="stable")[:most]]
    mask = np.zeros(net.choices, dtype=np.bool_)
    mask[cheap] = True
    return mask


def _round_off(search: Search) -> None:
    """Whole tours from the linear program's shares of tours.

    First the posts on which it is undecided, with the rest kept as it has it; then all posts, over
    what it takes, what costs least and the plan known.
    """
    net, pricing = search.network, search.pricing
    posts, post = len(net.post_first), net.arc_post[net.choice_arc]
    _, loss = pricing.loss(search.prices or no_prices(net))
    taken = np.zeros(net.choices) if search.halves is None else search.halves
    undecided = np.zeros(posts, dtype=np.bool_)
    undecided[post[(taken > 1e-6) & (taken < 1 - 1e-6)]] = True
    for whole, per_post, share in ((False, 20, 0.35), (True, 20, 0.35), (True, 32, 0.6)):
        if search.stop() or search.done():
            return
        mask = _least(net, loss, per_post * posts) | (taken > 1e-6)
        kept = np.zeros(0, dtype=np.int64)
        free = np.ones(posts, dtype=np.bool_)
        if whole:
            mask[search.best] = True
        else:
            kept, free = np.flatnonzero((taken > 0.5) & ~undecided[post]), undecided
        slate = Slate(pricing, kept)
        if slate.is_overdrawn():
            continue
        candidates = np.flatnonzero(mask & free[post])
        candidates = candidates[_fit_alone(slate, candidates)]
        program = Program(net, candidates, left=slate.left(), must_fill=net.post_must_fill & free)

        def on_plan(_value: float, choices: Ints, kept: Ints = kept) -> None:
            search.offer_plan(np.union1d(kept, choices), "rounding")

        program.solve(
            seconds=share * search.left(),
            gap=1e-5,
            seed=search.seed,
            start=search.best if whole else None,
            should_stop=lambda: search.stop() or search.done(),
            on_plan=on_plan,
        )


# --- 5a. neighbourhoods


def _improve(search: Search, patience: int) -> None:
    """Frees some posts, keeps the rest, solves, takes what is better; again and again, until
    nothing was better so many times in a row.
    """
    net, pricing = search.network, search.pricing
    assert search.best is not None
    bound, loss = pricing.loss(search.prices or no_prices(net))
    # No choice of a better plan loses more than what is open between plan and bound.
    usable = _cheap(net, loss, min(0.1 * _scale(net), bound - search.value), 4)
    post_of_choice = net.arc_post[net.choice_arc]
    posts = len(net.post_first)
    size = min(posts, 25)
    in_vain = 0
    for number in range(search.effort.neighbourhoods):
        if search.over() or in_vain >= patience:
            return
        chosen = _pick_posts(search, number, size)
        free = np.zeros(posts, dtype=np.bool_)
        free[chosen] = True
        own = free[post_of_choice[search.best]]
        kept = search.best[~own]
        candidates = np.union1d(np.flatnonzero(free[post_of_choice] & usable), search.best[own])
        before = search.value
        ended = _solve_rest(search, kept, candidates, free, least=before, stage="neighbourhoods")
        in_vain = 0 if search.value > before else in_vain + 1
        if ended and size < min(120, posts):
            size += 3
        elif not ended and size > 10:
            size -= 3
        search.tell("neighbourhoods")


def _fit_alone(slate: Slate, choices: Ints) -> Bools:
    net = slate.net
    blocked = np.zeros((slate.people.shape[0], net.months + 1), dtype=np.int64)
    np.cumsum(slate.people <= 0, axis=1, out=blocked[:, 1:])
    arcs, classes = net.choice_arc[choices], net.choice_class[choices]
    fine: Bools = blocked[classes, net.arc_busy[arcs] + 1] == blocked[classes, net.arc_arrive[arcs]]
    return fine


def _pick_posts(search: Search, number: int, size: int) -> Ints:
    """Posts that have something to do with one another: people, operation, category, or chance."""
    net, random = search.network, search.random
    posts = np.arange(len(net.post_first))
    kind = number % 4
    seed_post = int(random.integers(len(posts)))
    if kind == 0:
        return np.sort(random.choice(posts, size=size, replace=False))
    score = random.uniform(0, 1, len(posts))
    if kind == 1:
        score += 2.0 * (net.post_category == net.post_category[seed_post])
    elif kind == 2:
        score += 1.0 * (net.post_operation == net.post_operation[seed_post])
        score += 0.7 * (net.post_category == net.post_category[seed_post])
    else:
        score += 3.0 * _shared_people(search)[net.post_type[seed_post], net.post_type]
    score[seed_post] += 10
    return np.sort(np.argsort(-score, kind="stable")[:size])


def _shared_people(search: Search) -> Floats:
    """Share of the classes that two types of posts have in common."""
    if search.shared_people is None:
        net = search.network
        types = int(net.post_type.max()) + 1
        able = np.zeros((types, max(1, len(net.classes))))
        able[net.post_type[net.arc_post[net.choice_arc]], net.choice_class] = 1.0
        common = able @ able.T
        size = np.maximum(1.0, np.minimum.outer(able.sum(1), able.sum(1)))
        search.shared_people = common / size
    return search.shared_people


# --- 5b. small: strike out, then prove


def _prove(search: Search) -> None:
    """Searches what may hold a better plan to its end, with neighbourhoods in between."""
    helps = search.effort.neighbourhoods > 0
    while helps and not search.over() and len(_promising(search)) > PROVABLE:
        helps = _improves(search)
    nodes = NODES
    while not search.over():
        before = search.value
        choices = _promising(search)
        if not len(choices):
            search.offer_bound(search.value, "proof")
            return
        program = Program(search.network, choices)
        try:
            ended, nodes = _search_tree(search, program, nodes, helps=helps)
        except ArithmeticError:  # the linear program of some part could not be solved
            ended = _search_by_solver(search, program)
        if ended:
            search.offer_bound(search.value, "proof")
        if ended or search.value <= before:
            return


def _promising(search: Search) -> Ints:
    """Choices that may be part of a better plan: with any other, the bound is no more than ours."""
    net = search.network
    if search.prices is None or search.best is None:
        return np.arange(net.choices)
    bound, loss = search.pricing.loss(search.prices)
    return np.flatnonzero(bound - loss >= search.value + search.step)


def _improves(search: Search) -> bool:
    """Whether a few neighbourhoods make the plan better."""
    before = search.value
    _improve(search, FEW)
    return search.value > before


def _search_tree(search: Search, program: Program, nodes: int, *, helps: bool) -> tuple[bool, int]:
    """Whether the program was searched to its end, and how many regions the next search may
    divide. It stops where a better plan makes it worth while to begin anew with fewer choices.

    Neighbourhoods come in between, after more and more regions, as long as they help.
    """
    served, before = search.network.served_value, search.value
    tree = Tree(
        program,
        before - served,
        search.grain,
        should_stop=search.stop,
        on_plan=lambda choices: search.offer_plan(choices, "proof"),
        on_bound=lambda bound: search.offer_bound(max(bound + served, search.value), "proof"),
    )
    while not search.over() and search.value <= before:
        if tree.search(nodes):
            return True, nodes
        nodes *= 2
        helps = helps and _improves(search)
    return False, nodes


def _search_by_solver(search: Search, program: Program) -> bool:
    """The same by HiGHS's own branch and bound."""
    served = search.network.served_value
    solved = program.solve(
        seconds=search.left(),
        seed=search.seed,
        should_stop=search.stop,
        on_plan=lambda _value, choices: search.offer_plan(choices, "proof"),
        on_bound=lambda bound: search.offer_bound(max(bound + served, search.value), "proof"),
    )
    if solved.choices is not None:
        search.offer_plan(solved.choices, "proof")
    return solved.status in ("optimal", "infeasible")


# --- 6. fewer people


def _send_fewer(search: Search, *, optimal: bool) -> None:
    """Among plans of the same value one that sends fewer people."""
    net, pricing = search.network, search.pricing
    if search.best is None or not len(search.best) or search.network.keep_bonus.any():
        return
    before = count_people(name_people(net, search.best))
    allowed = np.zeros(net.choices, dtype=np.bool_)
    arcs = np.zeros(net.arcs, dtype=np.bool_)
    arcs[net.choice_arc[search.best]] = True
    whole = optimal and net.choices <= EXACT_CHOICES
    if whole:
        allowed[:] = True
        if search.prices is not None:
            bound, loss = pricing.loss(search.prices)
            allowed = bound - loss >= search.value - 1e-6 * max(1.0, abs(search.value))
            allowed[search.best] = True
    else:
        allowed = arcs[net.choice_arc]
    seconds = max(1.0, search.effort.seconds - search.seconds())
    if whole:
        seconds = min(seconds, max(5.0, search.seconds()))
    if int(allowed.sum()) > 150_000 or not seconds:
        return
    program = Program(net, np.flatnonzero(allowed), count_people=1.0)
    program.require_value(search.value - net.served_value - 1e-6 * max(1.0, abs(search.value)))
    solved = program.solve(
        seconds=seconds,
        nodes=2_000 if whole else 200,
        seed=search.seed,
        start=search.best,
        should_stop=search.should_stop,
        gap=0.0,
    )
    if solved.choices is not None:
        slate = Slate(pricing, solved.choices)
        enough = slate.value() >= search.value - 1e-6
        if enough and slate.is_valid() and count_people(name_people(net, solved.choices)) <= before:
            search.best = np.sort(solved.choices)
    if whole and np.isfinite(solved.bound):
        search.people_bound = int(np.ceil(-solved.bound - 1e-6))
