"""Branch and bound of our own over the linear program, for problems small enough to be proved.

Set packings of tours have linear programs that are nearly whole already, so a small tree is enough
when it branches well. Two things make it small. It branches on *rows*: how often a post is covered
in a month is whole in every plan, and splitting on it moves many choices at once, where fixing one
choice moves one. And at each node choices that cannot be part of a better plan are struck out.

Every bound is arithmetic: at any row prices y the value of the program is at most
`sum y x side + sum max(0, value - y x column)`, whatever a solver says of y (weak duality).
The two sides of a split are solved in two threads; each thread has a HiGHS object of its own and
their answers are used in a fixed order, so the clock of a thread changes nothing.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from peaceops.planner.mip import INFINITE, Program
from peaceops.planner.network import Floats, Ints

WHOLE = 1e-6  # nearer to a whole number than this counts as whole
TRIALS = 8  # splits tried at a node
HASTY = 2  # the same while any plan would do
MANY = 10**9
RELIABLE = 8  # trials after which what a split gains is believed


@dataclass(frozen=True)
class Region:
    """Part of the program: bounds of columns and rows."""

    least: Floats  # of each column
    most: Floats
    low: Floats  # of each row
    high: Floats


@dataclass(frozen=True)
class Outcome:
    """A region solved: no plan in it is worth more than `bound`."""

    region: Region
    bound: float
    values: Floats
    reduced: Floats
    basis: Any


class Relaxation:
    """The linear program of a `Program`, solved again and again from the basis it had."""

    def __init__(self, program: Program):
        rows = program.rows
        self.row = np.concatenate(rows.row) if rows.row else np.zeros(0, dtype=np.int64)
        self.column = np.concatenate(rows.column) if rows.column else np.zeros(0, dtype=np.int64)
        self.value = np.concatenate(rows.value) if rows.value else np.zeros(0)
        self.cost = np.concatenate(program.cost)
        self.whole = Region(
            np.zeros(len(self.cost)),
            np.concatenate(program.high),
            np.concatenate(rows.low) if rows.low else np.zeros(0),
            np.concatenate(rows.high) if rows.high else np.zeros(0),
        )
        self.highs = program.load(relaxed=True)
        self.highs.setOptionValue("presolve", "off")
        self.at = self.whole

    def activity(self, values: Floats) -> Floats:
        """What each row adds up to."""
        taken = self.value * values[self.column]
        return self._sum(self.row, taken, len(self.whole.low))

    @staticmethod
    def _sum(place: Ints, amount: Floats, size: int) -> Floats:
        return np.bincount(place, amount, minlength=size).astype(np.float64)

    def solve(self, region: Region, basis: Any = None) -> Outcome | None:
        """The region's linear program; None where it holds no plan at all."""
        import highspy

        self._move(region)
        if basis is not None:
            self.highs.setBasis(basis)
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal and basis is not None:
            self.highs.clearSolver()
            self.highs.run()
        state = self.highs.getModelStatus()
        if state == highspy.HighsModelStatus.kInfeasible:
            return None
        if state != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(self.highs.modelStatusToString(state))
        solution = self.highs.getSolution()
        bound, reduced = self.bound_at(np.asarray(solution.row_dual), region)
        values = np.asarray(solution.col_value)
        return Outcome(region, bound, values, reduced, self.highs.getBasis())

    def bound_at(self, prices: Floats, region: Region) -> tuple[float, Floats]:
        """The bound at these row prices, by arithmetic, and what each column gains at them."""
        y = np.where(region.high >= INFINITE, np.minimum(prices, 0.0), prices)
        y = np.where(region.low <= -INFINITE, np.maximum(y, 0.0), y)
        side = np.where(y > 0, region.high, np.where(y < 0, region.low, 0.0))
        paid = self._sum(self.column, self.value * y[self.row], len(self.cost))
        gain = self.cost - paid
        earned = np.where(gain > 0, gain * region.most, gain * region.least)
        return float(y @ side + earned.sum()), gain

    def _move(self, region: Region) -> None:
        """Tells HiGHS the bounds that changed since the last region."""
        changed = (region.least != self.at.least) | (region.most != self.at.most)
        columns = np.flatnonzero(changed).astype(np.int32)
        if len(columns):
            self.highs.changeColsBounds(
                len(columns), columns, region.least[columns], region.most[columns]
            )
        changed = (region.low != self.at.low) | (region.high != self.at.high)
        rows = np.flatnonzero(changed).astype(np.int32)
        if len(rows):
            self.highs.changeRowsBounds(len(rows), rows, region.low[rows], region.high[rows])
        self.at = region


@dataclass
class Split:
    """A row (or, from `rows` on, a column) whose amount is not whole, and the amount."""

    which: int
    amount: float

    @property
    def fraction(self) -> float:
        return self.amount - float(np.floor(self.amount))


@dataclass
class Experience:
    """What splits gained so far, down and up, for each row and column and on the whole."""

    count: Ints
    gain: Floats  # 2 x (rows + columns): mean gain per unit
    seen: int = 0
    mean: list[float] = field(default_factory=lambda: [1.0, 1.0])

    def learn(self, split: Split, gains: tuple[float, float]) -> None:
        units = (split.fraction, 1.0 - split.fraction)
        n = self.count[split.which]
        for side in (0, 1):
            per_unit = gains[side] / units[side]
            self.gain[side, split.which] += (per_unit - self.gain[side, split.which]) / (n + 1)
            self.mean[side] += (per_unit - self.mean[side]) / (self.seen + 1)
        self.count[split.which] += 1
        self.seen += 1

    def score(self, split: Split) -> float:
        """The more a split is expected to gain on both sides, the better."""
        known = self.count[split.which] > 0
        down, up = self.gain[:, split.which] if known else self.mean
        return _score(down * split.fraction, up * (1.0 - split.fraction))


def _score(down: float, up: float) -> float:
    return max(down, 1e-3) * max(up, 1e-3)


class Tree:
    """Searches a program for a plan worth more than `value`, and proves when there is none.

    `step` is the least by which values of plans differ (0 when unknown). `on_plan` is given the
    choices of each better plan, `on_bound` each bound. An `eager` tree weighs its splits less
    carefully until it has found a plan.
    """

    def __init__(
        self,
        program: Program,
        value: float,
        step: float,
        *,
        eager: bool = False,
        should_stop: Callable[[], bool] | None = None,
        on_plan: Callable[[Ints], object] | None = None,
        on_bound: Callable[[float], object] | None = None,
    ):
        self.program, self.value, self.step, self.eager = program, value, step, eager
        self.should_stop, self.on_plan, self.on_bound = should_stop, on_plan, on_bound
        self.nodes = 0
        self.waiting: list[tuple[float, int, Outcome]] = []
        self.pushed = 0
        self.sides = (Relaxation(program), Relaxation(program))
        lp = self.sides[0]
        rows, columns = len(lp.whole.low), len(lp.cost)
        self.rows = rows
        self.experience = Experience(
            np.zeros(rows + columns, dtype=np.int64), np.zeros((2, rows + columns))
        )
        # Rows that count tours of posts, of classes and under limits: whole in every plan.
        self.counts = np.zeros(rows, dtype=np.bool_)
        for family in (program.post_rows, program.people_rows, program.cap_rows[0]):
            self.counts[family] = True

    @property
    def least(self) -> float:
        """What a better plan is worth at least."""
        return self.value + (self.step * (1 - 1e-6) if self.step else 1e-6)

    def search(self, nodes: int = MANY) -> bool:
        """Divides at most so many regions more; True when nothing better is left anywhere."""
        with ThreadPoolExecutor(1) as other:
            self.other = other
            if not self.nodes:
                self._push(self.sides[0].solve(self.sides[0].whole))
            end = self.nodes + nodes
            while self.waiting:
                if self.on_bound is not None:
                    self.on_bound(max(part.bound for _, _, part in self.waiting))
                here: Outcome | None = heapq.heappop(self.waiting)[2]
                while here is not None and here.bound >= self.least:
                    if self.nodes >= end or (self.should_stop is not None and self.should_stop()):
                        self._push(here)
                        return False
                    parts = self._divide(here)
                    here = parts[0] if parts else None
                    for part in parts[1:]:
                        self._push(part)
        return True

    def _push(self, part: Outcome | None) -> None:
        """Keeps a part for later: the highest bound comes first, and among bounds that promise the
        same value the latest part, because plans are found at the bottom of a dive.
        """
        if part is not None:
            self.pushed += 1
            heapq.heappush(self.waiting, (-self._promise(part.bound), -self.pushed, part))

    def _promise(self, bound: float) -> float:
        """The most a plan can be worth under a bound, in steps."""
        return float(np.floor(bound / self.step + 1e-6)) if self.step else bound

    def _divide(self, here: Outcome) -> list[Outcome]:
        """The parts of a region that may hold a better plan, most promising first."""
        self.nodes += 1
        here = self._strike_out(here)
        splits = self._splits(here.values)
        if not splits:
            self._whole(here)
            return []
        splits.sort(key=self.experience.score, reverse=True)
        best: tuple[float, Split, list[Outcome] | None] | None = None
        parts: list[Outcome] | None
        for split in splits[: HASTY if self.eager else TRIALS]:
            if self.experience.count[split.which] >= RELIABLE:
                score, parts = self.experience.score(split), None
            else:
                parts = self._try(here, split)
                if len(parts) < 2:
                    return parts
                score = _score(here.bound - parts[0].bound, here.bound - parts[1].bound)
            if best is None or score > best[0]:
                best = (score, split, parts)
        assert best is not None
        parts = self._try(here, best[1]) if best[2] is None else best[2]
        return sorted(parts, key=lambda part: -part.bound)

    def _strike_out(self, here: Outcome) -> Outcome:
        """Choices without which the region still holds every better plan are closed."""
        region = here.region
        closed = (region.most > region.least) & (here.values < 0.5)
        closed &= here.bound + np.minimum(0.0, here.reduced) < self.least
        if not closed.any():
            return here
        most = np.where(closed, 0.0, region.most)
        return replace(here, region=replace(region, most=most))

    def _splits(self, values: Floats) -> list[Split]:
        """Rows whose amount is not whole; where all are, choices that are not."""
        activity = self.sides[0].activity(values)
        off = np.flatnonzero(self.counts & (np.abs(activity - np.round(activity)) > WHOLE))
        if len(off):
            return [Split(int(i), float(activity[i])) for i in off]
        x = values[: len(self.program.choices)]
        off = np.flatnonzero(np.abs(x - np.round(x)) > WHOLE)
        return [Split(self.rows + int(i), float(x[i])) for i in off]

    def _try(self, here: Outcome, split: Split) -> list[Outcome]:
        """Both sides of a split as far as they may hold a better plan."""
        down, up = self._halves(here.region, split)
        task = self.other.submit(self.sides[1].solve, down, here.basis)
        above = self.sides[0].solve(up, here.basis)
        below = task.result()
        gains = tuple(
            max(0.0, here.bound - (self.value if part is None else max(self.value, part.bound)))
            for part in (below, above)
        )
        self.experience.learn(split, (gains[0], gains[1]))
        return [p for p in (below, above) if p is not None and p.bound >= self.least]

    def _halves(self, region: Region, split: Split) -> tuple[Region, Region]:
        floor = float(np.floor(split.amount))
        if split.which < self.rows:
            low, high = region.low.copy(), region.high.copy()
            high[split.which], low[split.which] = floor, floor + 1
            return replace(region, high=high), replace(region, low=low)
        least, most = region.least.copy(), region.most.copy()
        most[split.which - self.rows], least[split.which - self.rows] = 0.0, 1.0
        return replace(region, most=most), replace(region, least=least)

    def _whole(self, here: Outcome) -> None:
        """Takes in the plan of a region whose best values are whole."""
        taken = here.values[: len(self.program.choices)] > 0.5
        choices = self.program.choices[np.flatnonzero(taken)]
        value = self.program.worth(choices)
        if value < here.bound - 1e-6 * max(1.0, abs(here.bound)):
            raise ArithmeticError("a plan is worth less than the bound it reaches")
        if value > self.value + 1e-9:
            self.value, self.eager = value, False
            if self.on_plan is not None:
                self.on_plan(choices)
