"""A plan in the making: what each post has, what is left, and the best chain for one post more."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from peaceops.planner.network import DIRECT, FRESH, Bools, Floats, Ints, Network
from peaceops.planner.prices import Prices, Pricing

EMPTY_MUST = 1e7


class Slate:
    """Chosen choices, post by post, and what they leave. Everything put on it is feasible."""

    def __init__(self, pricing: Pricing, choices: Ints | None = None):
        self.pricing, net = pricing, pricing.network
        self.net: Network = net
        self.arc_from = np.searchsorted(net.arc_post, np.arange(len(net.post_first) + 1))
        self.chosen: dict[int, list[int]] = {}
        self.people = net.free.astype(np.int64).copy()
        self.caps = net.limit_left.copy()
        self.budget = net.budget_left.copy()
        self.held = np.zeros(net.presence_open.shape, dtype=np.int64)
        if choices is not None:
            for q in choices:
                self.put(int(q))

    def choices(self) -> Ints:
        """All choices on the slate."""
        return np.array(sorted(q for qs in self.chosen.values() for q in qs), dtype=np.int64)

    def put(self, q: int, sign: int = 1) -> None:
        """Puts a choice on the slate (or, with sign -1, gives back what it used)."""
        net = self.net
        n, k = net.choice_arc[q], net.choice_class[q]
        j = int(net.arc_post[n])
        arrive, end = net.arc_arrive[n], net.arc_end[n]
        self.people[k, arrive : net.arc_busy[n] + 1] -= sign
        self.held[net.post_operation[j], net.arc_start[n] : end + 1] += sign
        if len(self.caps):
            hit = net.limit_categories[:, net.post_category[j]]
            hit = hit & (net.limit_month >= arrive) & (net.limit_month <= end)
            self.caps[hit] -= sign
        if len(self.budget):
            rate = self.pricing.arc_cost_rate[n]
            years = net.month_year[arrive : end + 1]
            np.subtract.at(self.budget, years[years >= 0], sign * rate)
        if sign > 0:
            self.chosen.setdefault(j, []).append(q)

    def clear(self, post: int) -> list[int]:
        """Takes a post's tours off the slate and returns them."""
        taken = self.chosen.pop(post, [])
        for q in taken:
            self.put(q, -1)
        return taken

    def fits(self, first: int, last: int) -> Bools:
        """Which of the choices first..last-1 fit into what is left, each alone."""
        net = self.net
        q = slice(first, last)
        arcs, classes = net.choice_arc[q], net.choice_class[q]
        present, place = np.unique(classes, return_inverse=True)
        blocked = np.zeros((len(present), net.months + 1), dtype=np.int64)
        np.cumsum(self.people[present] <= 0, axis=1, out=blocked[:, 1:])
        good: Bools = blocked[place, net.arc_busy[arcs] + 1] == blocked[place, net.arc_arrive[arcs]]
        category = net.post_category[net.arc_post[arcs[0]]] if len(arcs) else 0
        if len(self.caps):
            full = np.zeros(net.months + 1, dtype=np.int64)
            over = (self.caps < 1 - 1e-9) & net.limit_categories[:, category]
            np.add.at(full, net.limit_month[over] + 1, 1)
            full = np.cumsum(full)
            good &= full[net.arc_end[arcs] + 1] == full[net.arc_arrive[arcs]]
        if len(self.budget):
            rate = self.pricing.arc_cost_rate[arcs]
            for y in range(len(self.budget)):
                months = np.flatnonzero(net.month_year == y)
                inside = np.minimum(net.arc_end[arcs], months[-1])
                inside = inside - np.maximum(net.arc_arrive[arcs], months[0]) + 1
                good &= rate * np.maximum(inside, 0) <= self.budget[y] + 1e-6
        return good

    def fill(self, post: int, prices: Prices, usable: Bools | None = None) -> None:
        """Puts the best chain that fits on an empty post.

        Gains are value and presence not yet shown, less what is used at these prices.
        """
        net, pricing = self.net, self.pricing
        a0, a1 = self.arc_from[post], self.arc_from[post + 1]
        if a0 == a1:
            return
        q0, q1 = int(net.choice_first[a0]), int(net.choice_first[a1])
        arcs = np.arange(a0, a1)
        o, c, h = net.post_operation[post], net.post_category[post], net.months
        fresh_presence = np.where(net.presence_open[o] & (self.held[o] == 0), net.presence[o], 0.0)
        earned = np.concatenate([[0.0], np.cumsum(fresh_presence)])
        cap = np.zeros(h)
        if len(self.caps):
            covered = net.limit_categories[:, c]
            np.add.at(cap, net.limit_month[covered], prices.caps[covered])
        if len(self.budget):
            year_price = np.where(net.month_year >= 0, prices.budget[net.month_year], 0.0)
            cap = cap + year_price * (pricing.arc_cost_rate[a0])
        paid = np.concatenate([[0.0], np.cumsum(cap)])
        arc_gain = net.arc_value[arcs] + earned[net.arc_end[arcs] + 1] - earned[net.arc_start[arcs]]
        arc_gain = arc_gain - paid[net.arc_end[arcs] + 1] + paid[net.arc_arrive[arcs]]
        q = slice(q0, q1)
        classes = net.choice_class[q]
        present, place = np.unique(classes, return_inverse=True)
        total = np.zeros((len(present), h + 1))
        np.cumsum(prices.people[present], axis=1, out=total[:, 1:])
        local = net.choice_arc[q] - a0
        busy_price = (
            total[place, net.arc_busy[net.choice_arc[q]] + 1]
            - total[place, net.arc_arrive[net.choice_arc[q]]]
        )
        gain = arc_gain[local] - busy_price + net.keep_bonus[q]
        if usable is not None:
            gain = np.where(usable[q], gain, -np.inf)
        at, relieved = int(net.post_first[post]), bool(net.post_begins_direct[post])
        for _ in range(net.months):
            masked = np.where(self.fits(q0, q1), gain, -np.inf)
            chain = self._chain(post, at, relieved, a0, a1, local, masked, q0)
            if not chain:
                return
            for number, picked in enumerate(chain):
                if number and not self.fits(picked, picked + 1)[0]:
                    break
                self.put(picked)
                at, relieved = int(net.arc_end[net.choice_arc[picked]]) + 1, True
            else:
                return

    def _chain(
        self,
        post: int,
        at: int,
        relieved: bool,
        a0: int,
        a1: int,
        local: Ints,
        gain: Floats,
        q0: int,
    ) -> list[int]:
        net = self.net
        width = a1 - a0
        starts = net.choice_first[a0:a1] - q0
        best = np.maximum.reduceat(gain, starts)
        top = np.flatnonzero(gain == best[local])
        which = np.zeros(width, dtype=np.int64)
        which[local[top[::-1]]] = top[::-1]
        last = int(net.post_last[post])
        wait_cost = EMPTY_MUST if net.post_must_fill[post] else 0.0
        split = bool(net.post_split[post])
        free = [0.0] * (last + 3)
        ended = [0.0] * (last + 3)
        take_free: list[int] = [-1] * (last + 3)
        take_ended: list[int] = [-1] * (last + 3)
        by_month: dict[int, list[int]] = {}
        start_list = net.arc_start[a0:a1].tolist()
        kinds = net.arc_kind[a0:a1].tolist()
        ends = net.arc_end[a0:a1].tolist()
        values = best.tolist()
        for n in range(width):
            if values[n] > -np.inf:
                by_month.setdefault(start_list[n], []).append(n)
        for t in range(last, at - 1, -1):
            free[t] = ended[t] = free[t + 1] - wait_cost
            for n in by_month.get(t, ()):
                worth = values[n] + ended[ends[n] + 1]
                if kinds[n] == FRESH:
                    if worth > free[t] + 1e-9:
                        free[t], take_free[t] = worth, n
                    if not split and worth > ended[t] + 1e-9:
                        ended[t], take_ended[t] = worth, n
                elif kinds[n] == DIRECT and worth > ended[t] + 1e-9:
                    ended[t], take_ended[t] = worth, n
        chain = []
        while at <= last:
            n = take_ended[at] if relieved else take_free[at]
            if n < 0:
                at, relieved = at + 1, False
                continue
            chain.append(q0 + int(which[n]))
            at, relieved = ends[n] + 1, True
        return chain

    def value(self) -> float:
        """Points of everything on the slate, served tours included."""
        net = self.net
        q = self.choices()
        total = float(net.arc_value[net.choice_arc[q]].sum() + net.keep_bonus[q].sum())
        shown = (self.held > 0) & net.presence_open
        return total + float((shown * net.presence[:, None]).sum()) + net.served_value

    def left(self) -> Prices:
        """What remains, as `Program` takes it."""
        still_open = self.net.presence_open & (self.held == 0)
        return Prices(
            self.people.astype(np.float64),
            self.caps.copy(),
            self.budget.copy(),
            still_open.astype(np.float64),
        )

    def is_overdrawn(self) -> bool:
        """Whether more is used of anything than there is."""
        over = (self.people < 0).any() or (self.caps < -1e-9).any() or (self.budget < -1e-6).any()
        return bool(over)

    def is_valid(self) -> bool:
        """Whether nothing is overdrawn and everything that must be filled is."""
        return not self.is_overdrawn() and self.must_fill_met()

    def must_fill_met(self) -> bool:
        """Whether every post with must_fill is held throughout what can still be planned."""
        net = self.net
        for j in np.flatnonzero(net.post_must_fill):
            held = sum(int(net.arc_held[net.choice_arc[q]]) for q in self.chosen.get(int(j), ()))
            if held < net.post_last[j] - net.post_first[j] + 1:
                return False
        return True


def construct(
    pricing: Pricing,
    prices: Prices,
    order: Iterable[int],
    base: Ints | None = None,
    usable: Bools | None = None,
) -> Slate:
    """A plan built post by post in the given order, at the given prices, around `base`."""
    slate = Slate(pricing, base)
    for j in order:
        if j not in slate.chosen:
            slate.fill(int(j), prices, usable)
    return slate
