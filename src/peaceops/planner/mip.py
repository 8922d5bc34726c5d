"""The planning problem as a mixed-integer program over chosen choices, solved by HiGHS.

Columns are choices (an arc taken by a class, 0 or 1) and presence (an operation in a month, 0 to
1). Each family of rows is one function of `Program`; `docs/planner.md` writes them down. The
program can be restricted: only some choices, some posts, with the rest of the plan kept as it is.
HiGHS is imported when first used, so that reading and checking problems stays light.
"""

from __future__ import annotations

import ctypes
import functools
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from peaceops.planner.network import DIRECT, Bools, Floats, Ints, Network
from peaceops.planner.prices import Prices

INFINITE = 1e30
PLAIN_COLUMNS = 10_000  # up to here presolving a linear program costs more than it saves


@dataclass
class Rows:
    """Rows of a sparse matrix, gathered family by family."""

    row: list[Ints] = field(default_factory=list)
    column: list[Ints] = field(default_factory=list)
    value: list[Floats] = field(default_factory=list)
    low: list[Floats] = field(default_factory=list)
    high: list[Floats] = field(default_factory=list)
    count: int = 0

    def add(
        self, row: Ints, column: Ints, value: Floats | float, low: Floats, high: Floats
    ) -> slice:
        """Rows numbered from 0 within the family; the slice they got."""
        first = self.count
        self.row.append(row + first)
        self.column.append(column)
        self.value.append(np.broadcast_to(np.asarray(value, dtype=np.float64), row.shape))
        self.low.append(low)
        self.high.append(high)
        self.count += len(low)
        return slice(first, self.count)


@dataclass
class Solved:
    """What HiGHS found. `choices` is None when it found nothing."""

    status: str  # optimal, feasible, infeasible, unknown
    objective: float
    bound: float
    choices: Ints | None
    nodes: int = 0
    iterations: int = 0


class Program:
    """One program over some choices of a network.

    `left` is what remains of people, caps, budget and presence when the rest of the plan is kept;
    None for the whole network.
    """

    def __init__(
        self,
        network: Network,
        choices: Ints,
        *,
        left: Prices | None = None,
        must_fill: Bools | None = None,
        count_people: float | None = None,
        with_limits: Bools | None = None,
        with_budget: Bools | None = None,
    ):
        self.network, self.choices = network, choices
        net = network
        self.free = net.free if left is None else left.people
        self.caps = net.limit_left if left is None else left.caps
        self.budget = net.budget_left if left is None else left.budget
        self.open = net.presence_open if left is None else left.presence > 0.5
        self.must_fill = net.post_must_fill if must_fill is None else must_fill
        self.arc = net.choice_arc[choices]
        self.post = net.arc_post[self.arc]
        self.rows = Rows()
        self.cost: list[Floats] = [net.arc_value[self.arc] + net.keep_bonus[choices]]
        self.high: list[Floats] = [np.ones(len(choices))]
        self.integral: list[Bools] = [np.ones(len(choices), dtype=np.bool_)]
        self.columns = len(choices)
        self.presence_columns = self._add_presence()
        self.post_rows = self._add_posts()
        self.with_limits, self.with_budget = with_limits, with_budget
        self.people_columns: slice | None = None
        self.people_rows, self.people_keys = self._add_people(count_people)
        self.cap_rows = self._add_caps()
        self.budget_rows, self.budget_scale = self._add_budget()

    def _new_columns(self, cost: Floats, high: Floats, *, integral: bool) -> slice:
        first = self.columns
        self.cost.append(cost)
        self.high.append(high)
        self.integral.append(np.full(len(cost), integral))
        self.columns += len(cost)
        return slice(first, self.columns)

    def _add_posts(self) -> slice:
        """A post has one holder: sum of tours that cover month t <= 1.

        Where handovers exist the month after a tour is covered too, unless a direct successor
        starts in it; and direct starts in t <= tours that end in t - 1. With must_fill the first
        kind is = 1 in every month and the second an equality.
        """
        net, rows = self.network, self.rows
        first_of_all = rows.count
        split = net.post_split[self.post]
        start, end = net.arc_start[self.arc], net.arc_end[self.arc]
        direct = split & (net.arc_kind[self.arc] == DIRECT)
        begins = net.post_begins_direct
        width = net.months + 2
        cover_from = np.where(direct, start + 1, start)
        cover_to = np.where(split, end + 1, end)
        must = self.must_fill[self.post]
        keys = np.unique(self.post * width + cover_from)
        forced = [
            j * width + np.arange(net.post_first[j], net.post_last[j] + 1)
            for j in np.flatnonzero(self.must_fill)
        ]
        if forced:
            keys = np.unique(np.concatenate([keys, *forced]))
        keys = keys[keys % width <= net.post_last[keys // width]] if len(keys) else keys
        # Somebody leaves just before the first month: that month is covered unless a successor
        # starts.
        held = begins & net.post_split
        taken = held[keys // width] & (keys % width == net.post_first[keys // width])
        forced_rows = self.must_fill[keys // width]
        needed = forced_rows | _needed(
            keys, self.post * width + cover_to, 1.0 - taken.astype(np.float64), width
        )
        keys, taken, forced_rows = keys[needed], taken[needed], forced_rows[needed]
        low_row = np.searchsorted(keys, self.post * width + cover_from)
        high_row = np.searchsorted(keys, self.post * width + cover_to, side="right")
        row, column = _expand(low_row, high_row)
        high = 1.0 - taken.astype(np.float64)
        rows.add(row, column, 1.0, np.where(forced_rows, high, -INFINITE), high)
        # direct(t) - ended(t - 1) <= 0
        wanted = np.unique((self.post * width + start)[direct])
        follow = np.unique(
            (self.post * width + end + 1)[split & must & (end < net.post_last[self.post])]
        )
        keys = np.union1d(wanted, follow)
        if len(keys):
            at = np.searchsorted(keys, self.post * width + start)
            at = np.minimum(at, len(keys) - 1)
            is_direct = direct & (keys[at] == self.post * width + start)
            into = np.minimum(np.searchsorted(keys, self.post * width + end + 1), len(keys) - 1)
            ends_here = split & (keys[into] == self.post * width + end + 1)
            row = np.concatenate([at[is_direct], into[ends_here]])
            column = np.concatenate([np.flatnonzero(is_direct), np.flatnonzero(ends_here)])
            value = np.concatenate([np.ones(is_direct.sum()), -np.ones(ends_here.sum())])
            post_of_key, month_of_key = keys // width, keys % width
            relieved = begins[post_of_key] & (month_of_key == net.post_first[post_of_key])
            high = relieved.astype(np.float64)
            low = np.where(self.must_fill[post_of_key], high, -INFINITE)
            rows.add(row, column, value, low, high)
        return slice(first_of_all, rows.count)

    def _add_people(self, count_people: float | None) -> tuple[slice, Ints]:
        """Busy people of class k in month t <= free[k, t] (and <= people sent, when they count)."""
        net = self.network
        k = net.choice_class[self.choices]
        width = net.months + 1
        arrive, busy = net.arc_arrive[self.arc], net.arc_busy[self.arc]
        keys = np.unique(k * width + arrive)
        if count_people is None:
            room_of_key = self.free[keys // width, keys % width].astype(np.float64)
            keys = keys[_needed(keys, k * width + busy, room_of_key, width)]
        row, column = _expand(
            np.searchsorted(keys, k * width + arrive),
            np.searchsorted(keys, k * width + busy, side="right"),
        )
        class_of_key, month_of_key = keys // width, keys % width
        room = self.free[class_of_key, month_of_key].astype(np.float64)
        # A row that cannot be exceeded says nothing.
        crowd = np.bincount(row, minlength=len(keys))
        matters = crowd > room
        keep = matters[row]
        renumber = np.cumsum(matters) - 1
        used = self.rows.add(
            renumber[row[keep]],
            column[keep],
            1.0,
            np.full(int(matters.sum()), -INFINITE),
            room[matters],
        )
        if count_people is not None:
            present, index = np.unique(class_of_key, return_inverse=True)
            self.people_present = present
            size = np.array([len(net.classes[c].members) for c in present], dtype=np.float64)
            self.people_columns = self._new_columns(
                np.full(len(present), -count_people), size, integral=True
            )
            people = np.arange(len(keys))
            row = np.concatenate([row, people])
            column = np.concatenate([column, self.people_columns.start + index])
            value = np.concatenate([np.ones(len(row) - len(keys)), -np.ones(len(keys))])
            self.rows.add(row, column, value, np.full(len(keys), -INFINITE), np.zeros(len(keys)))
        return used, keys[matters]

    def _add_caps(self) -> tuple[slice, Ints]:
        """People deployed in month t in the categories of a limit <= max_deployed."""
        net = self.network
        category = net.post_category[self.post]
        arrive, end = net.arc_arrive[self.arc], net.arc_end[self.arc]
        row_parts, column_parts = [], []
        kept: list[int] = []
        for r in range(len(self.caps)):
            if self.with_limits is not None and not self.with_limits[net.limit_row[r]]:
                continue
            month = net.limit_month[r]
            inside = net.limit_categories[r][category] & (arrive <= month) & (month <= end)
            columns = np.flatnonzero(inside)
            if len(columns) > self.caps[r] or self.caps[r] < 0:
                row_parts.append(np.full(len(columns), len(kept)))
                column_parts.append(columns)
                kept.append(r)
        which = np.array(kept, dtype=np.int64)
        if not kept:
            return slice(self.rows.count, self.rows.count), which
        used = self.rows.add(
            np.concatenate(row_parts),
            np.concatenate(column_parts),
            1.0,
            np.full(len(kept), -INFINITE),
            self.caps[which],
        )
        return used, which

    def _add_budget(self) -> tuple[slice, float]:
        """Sum of cost_per_month_eur over months deployed in a year <= budget_eur, in units of
        scale.
        """
        net = self.network
        if not len(self.budget):
            return slice(self.rows.count, self.rows.count), 1.0
        arrive, end = net.arc_arrive[self.arc], net.arc_end[self.arc]
        rate = net.arc_cost[self.arc] / (end - arrive + 1)
        scale = net.cost_unit
        if not scale or (len(rate) and rate.max() > 100_000 * scale):
            scale = float(rate.max()) if len(rate) and rate.max() > 0 else 1.0
        row_parts, column_parts, value_parts = [], [], []
        for y in range(len(self.budget)):
            months = np.flatnonzero(net.month_year == y)
            inside = np.clip(
                np.minimum(end, months[-1]) - np.maximum(arrive, months[0]) + 1, 0, None
            )
            columns = np.flatnonzero((inside > 0) & (rate > 0))
            row_parts.append(np.full(len(columns), y))
            column_parts.append(columns)
            value_parts.append(rate[columns] * inside[columns] / scale)
        high = (
            np.floor(self.budget / scale + 1e-6) if scale == net.cost_unit else self.budget / scale
        )
        if self.with_budget is not None:
            high = np.where(self.with_budget, high, INFINITE)
        used = self.rows.add(
            np.concatenate(row_parts),
            np.concatenate(column_parts),
            np.concatenate(value_parts),
            np.full(len(self.budget), -INFINITE),
            high,
        )
        return used, scale

    def _add_presence(self) -> slice:
        """presence[o, t] <= posts of the operation held in month t, <= 1."""
        net = self.network
        operation = net.post_operation[self.post]
        worth = net.presence[operation] > 0
        width = net.months + 1
        start, end = net.arc_start[self.arc], net.arc_end[self.arc]
        columns_of = np.flatnonzero(worth)
        if not len(columns_of):
            return slice(self.columns, self.columns)
        keys_parts = [
            o * width + np.flatnonzero(self.open[o]) for o in np.unique(operation[columns_of])
        ]
        keys = np.concatenate(keys_parts) if keys_parts else np.zeros(0, dtype=np.int64)
        low_row = np.searchsorted(keys, operation[columns_of] * width + start[columns_of])
        high_row = np.searchsorted(
            keys, operation[columns_of] * width + end[columns_of], side="right"
        )
        row, column = _expand(low_row, high_row)
        column = columns_of[column]
        held = np.bincount(row, minlength=len(keys)) > 0
        renumber = np.cumsum(held) - 1
        keys = keys[held]
        new = self._new_columns(net.presence[keys // width], np.ones(len(keys)), integral=False)
        self.rows.add(
            np.concatenate([renumber[row], np.arange(len(keys))]),
            np.concatenate([column, new.start + np.arange(len(keys))]),
            np.concatenate([-np.ones(len(row)), np.ones(len(keys))]),
            np.full(len(keys), -INFINITE),
            np.zeros(len(keys)),
        )
        self.presence_keys = keys
        return new

    def require_value(self, least: float) -> None:
        """Value and presence together are at least so many points; they no longer count
        otherwise.
        """
        value = np.concatenate(self.cost)
        if self.people_columns is not None:
            value = value.copy()
            value[self.people_columns] = 0.0
        columns = np.flatnonzero(value)
        self.rows.add(
            np.zeros(len(columns), dtype=np.int64),
            columns,
            value[columns],
            np.array([least]),
            np.array([INFINITE]),
        )
        cost = np.zeros(self.columns)
        if self.people_columns is not None:
            cost[self.people_columns] = -1.0
        self.cost = [cost]

    def limit_sum(self, weights: Floats, most: float) -> None:
        """One row more: sum of weights of the choices taken <= most."""
        columns = np.flatnonzero(weights)
        self.rows.add(
            np.zeros(len(columns), dtype=np.int64),
            columns,
            weights[columns],
            np.array([-INFINITE]),
            np.array([float(most)]),
        )

    # --- HiGHS

    def load(self, *, relaxed: bool = False) -> Any:
        """A HiGHS object with this program, silent, on one thread."""
        import highspy

        rows = self.rows
        row = np.concatenate(rows.row) if rows.row else np.zeros(0, dtype=np.int64)
        column = np.concatenate(rows.column) if rows.column else np.zeros(0, dtype=np.int64)
        value = np.concatenate(rows.value) if rows.value else np.zeros(0)
        order = np.lexsort((row, column))
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.columns, rows.count
        lp.col_cost_ = np.concatenate(self.cost)
        lp.col_lower_ = np.zeros(self.columns)
        lp.col_upper_ = np.concatenate(self.high)
        lp.row_lower_ = np.concatenate(rows.low) if rows.low else np.zeros(0)
        lp.row_upper_ = np.concatenate(rows.high) if rows.high else np.zeros(0)
        lp.sense_ = highspy.ObjSense.kMaximize
        matrix = lp.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kColwise
        matrix.num_col_, matrix.num_row_ = self.columns, rows.count
        matrix.start_ = np.searchsorted(column[order], np.arange(self.columns + 1)).astype(np.int32)
        matrix.index_ = row[order].astype(np.int32)
        matrix.value_ = value[order]
        if not relaxed:
            whole, real = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
            lp.integrality_ = [whole if i else real for i in np.concatenate(self.integral)]
        highs = new_highs()
        highs.setOptionValue("threads", 1)
        highs.setOptionValue("parallel", "off")
        highs.passModel(lp)
        return highs

    def solve(
        self,
        *,
        seconds: float = INFINITE,
        nodes: int | None = None,
        gap: float = 0.0,
        seed: int = 0,
        start: Ints | None = None,
        should_stop: Callable[[], bool] | None = None,
        on_plan: Callable[[float, Ints], object] | None = None,
        on_bound: Callable[[float], object] | None = None,
    ) -> Solved:
        """The best choices. `start` are choices (of the network) known to be feasible."""
        import highspy

        if not self.columns:
            bad = any(np.any(low > 0) for low in self.rows.low)
            status = "infeasible" if bad else "optimal"
            return Solved(status, 0.0, 0.0, None if bad else np.zeros(0, dtype=np.int64))
        highs = self.load()
        highs.setOptionValue("random_seed", int(seed) % 2_000_000_000)
        highs.setOptionValue("mip_rel_gap", gap)
        highs.setOptionValue("mip_abs_gap", 1e-6)
        if seconds < INFINITE:
            highs.setOptionValue("time_limit", float(max(0.05, seconds)))
        if nodes is not None:
            highs.setOptionValue("mip_max_nodes", int(nodes))
        if start is not None:
            self._warm_start(highs, start)
        size = len(self.choices)
        if should_stop is not None or on_bound is not None:

            def interrupt(event: Any) -> None:
                if on_bound is not None:
                    on_bound(float(event.data_out.mip_dual_bound))
                if should_stop is not None and should_stop():
                    event.data_in.user_interrupt = True

            highs.cbMipInterrupt.subscribe(interrupt)
        if on_plan is not None:

            def improved(event: Any) -> None:
                values = np.asarray(event.data_out.mip_solution)[:size]
                on_plan(float(event.data_out.objective_function_value), self._taken(values))

            highs.cbMipImprovingSolution.subscribe(improved)
        highs.run()
        info = highs.getInfo()
        status = highs.getModelStatus()
        found = None
        if info.primal_solution_status == 2:
            found = self._taken(np.asarray(highs.getSolution().col_value)[:size])
        states = highspy.HighsModelStatus
        if status == states.kOptimal:
            name = "optimal"
        elif status in (states.kInfeasible, states.kUnboundedOrInfeasible):
            name = "infeasible"
        else:
            name = "feasible" if found is not None else "unknown"
        bound = float(info.mip_dual_bound)
        result = Solved(
            name,
            float(info.objective_function_value) if found is not None else -np.inf,
            bound if np.isfinite(bound) else np.inf,
            found,
            int(info.mip_node_count),
            int(max(0, info.simplex_iteration_count)),
        )
        highs.clear()
        return result

    def _taken(self, values: Floats) -> Ints:
        return self.choices[np.flatnonzero(values > 0.5)]

    def worth(self, choices: Ints) -> float:
        """The value of the program when these of its choices are taken."""
        return float(np.concatenate(self.cost) @ self._column_values(choices))

    def _warm_start(self, highs: Any, start: Ints) -> None:
        index = np.arange(self.columns, dtype=np.int32)
        highs.setSolution(len(index), index, self._column_values(start))

    def _column_values(self, taken: Ints) -> Floats:
        """Every column: the choices, and what presence and people follow from them."""
        net = self.network
        values = np.zeros(self.columns)
        chosen = np.isin(self.choices, taken)
        values[: len(self.choices)] = chosen
        arcs = self.arc[chosen]
        width = net.months + 1
        if self.presence_columns.stop > self.presence_columns.start:
            shown = np.zeros((net.presence_open.shape[0], width + 1))
            operation = net.post_operation[net.arc_post[arcs]]
            np.add.at(shown, (operation, net.arc_start[arcs]), 1)
            np.add.at(shown, (operation, net.arc_end[arcs] + 1), -1)
            present = np.cumsum(shown, axis=1)[:, :width] > 0
            values[self.presence_columns] = present.ravel()[self.presence_keys]
        if self.people_columns is not None:
            busy = np.zeros((net.free.shape[0], width + 1))
            k = net.choice_class[self.choices[chosen]]
            np.add.at(busy, (k, net.arc_arrive[arcs]), 1)
            np.add.at(busy, (k, net.arc_busy[arcs] + 1), -1)
            values[self.people_columns] = np.cumsum(busy, axis=1).max(axis=1)[self.people_present]
        return values

    def relax(
        self, *, seconds: float = INFINITE, interior: bool = False
    ) -> tuple[float, Prices, Floats] | None:
        """Objective of the LP, its prices as far as this program has rows for them, its choices."""
        import highspy

        net = self.network
        highs = self.load(relaxed=True)
        if seconds < INFINITE:
            highs.setOptionValue("time_limit", float(max(0.1, seconds)))
        if self.columns <= PLAIN_COLUMNS:
            highs.setOptionValue("presolve", "off")
        if interior:
            highs.setOptionValue("solver", "ipm")
            highs.setOptionValue("run_crossover", "off")
        highs.run()
        status = highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            return None
        solution = highs.getSolution()
        dual = np.asarray(solution.row_dual)
        values = np.asarray(solution.col_value)[: len(self.choices)]
        people = np.zeros(net.free.shape)
        width = net.months + 1
        people[self.people_keys // width, self.people_keys % width] = np.abs(dual[self.people_rows])
        caps = np.zeros(len(net.limit_left))
        cap_slice, which = self.cap_rows
        caps[which] = np.abs(dual[cap_slice])
        budget = np.zeros(len(net.budget_left))
        if len(budget):
            budget = np.abs(dual[self.budget_rows]) / self.budget_scale
        presence = np.where(net.presence_open, net.presence[:, None], 0.0)
        if self.presence_columns.stop > self.presence_columns.start:
            rows = slice(0, len(self.presence_keys))
            o, t = self.presence_keys // width, self.presence_keys % width
            presence[o, t] = np.clip(np.abs(dual[rows]), 0, presence[o, t])
        objective = float(highs.getInfo().objective_function_value)
        highs.clear()
        return objective, Prices(people, caps, budget, presence), values


@functools.cache
def _print_banner_nowhere() -> None:
    """HiGHS greets on standard output when it is first made, before it can be told not to.

    JSON is printed there, so the greeting goes to the null device, by file descriptor.
    """
    import highspy

    try:
        c = ctypes.CDLL(None) if os.name == "posix" else ctypes.cdll.msvcrt  # type: ignore[attr-defined, unused-ignore]
        sys.stdout.flush()
        c.fflush(None)
        kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    except OSError:
        return
    try:
        os.dup2(nowhere, 1)
        highspy.Highs()  # type: ignore[no-untyped-call]
        c.fflush(None)
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def new_highs() -> Any:
    """A silent HiGHS object."""
    import highspy

    _print_banner_nowhere()
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    return highs


def _expand(low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Rows low..high-1 of each column: (row, column) of every entry."""
    length = np.maximum(0, high - low)
    column = np.repeat(np.arange(len(low)), length)
    offset = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    return np.repeat(low, length) + offset, column


def _needed(keys: Ints, ends: Ints, room: Floats, width: int) -> Bools:
    """Which rows of intervals say something the row after them does not.

    Keys are group x width + month, sorted, one wherever an interval begins; `ends` are the last
    keys of the intervals. When no interval ends between a row and the next one of its group,
    everything in the row is in the next one too; it can go when the next one leaves no more room.
    """
    needed = np.ones(len(keys), dtype=np.bool_)
    if len(keys) < 2:
        return needed
    stops = np.sort(ends)
    closing = np.searchsorted(stops, keys[1:]) > np.searchsorted(stops, keys[:-1])
    same = keys[1:] // width == keys[:-1] // width
    needed[:-1] = closing | ~same | (room[1:] > room[:-1])
    return needed
