"""A valid upper bound, and what each scarce thing is worth, from prices.

Put a price on every scarce thing (a busy month of a class of people, a place under a cap, a euro
of a year's budget, presence in a month) and let every post choose its best chain of tours for
itself. The sum of what the posts then gain, plus the value of everything that was priced, is never
below the value of any plan, whatever the prices (Lagrangian duality). So the bound rests on
arithmetic here and not on a solver's word; solvers only help to find good prices.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from peaceops.planner.network import DIRECT, FRESH, Floats, Ints, Network

NEVER = -1e15


@dataclass
class Prices:
    """One price for each scarce thing; all at least 0, presence at most the presence value."""

    people: Floats  # K x H: a busy month of one person of the class
    caps: Floats  # R
    budget: Floats  # Y: points per euro
    presence: Floats  # O x H: paid to a post for holding the month

    def copy(self) -> Prices:
        return Prices(
            self.people.copy(), self.caps.copy(), self.budget.copy(), self.presence.copy()
        )

    def mixed(self, other: Prices, share: float) -> Prices:
        """share x self + (1 - share) x other."""
        return Prices(
            share * self.people + (1 - share) * other.people,
            share * self.caps + (1 - share) * other.caps,
            share * self.budget + (1 - share) * other.budget,
            share * self.presence + (1 - share) * other.presence,
        )


def no_prices(network: Network) -> Prices:
    """Everything free; presence shared out so that one post per operation pays for it."""
    return Prices(
        np.zeros(network.free.shape),
        np.zeros(len(network.limit_left)),
        np.zeros(len(network.budget_left)),
        np.zeros(network.presence_open.shape),
    )


@dataclass
class Answer:
    """What the posts choose at given prices."""

    bound: float
    chosen_arcs: Ints
    chosen_choices: Ints
    post_gain: Floats  # J


class Pricing:
    """Evaluates prices; everything that does not depend on them is prepared once."""

    def __init__(self, network: Network):
        self.network = net = network
        self.active = np.ones(net.choices, dtype=np.bool_)
        self.busy_to = net.arc_busy[net.choice_arc] + 1
        self.busy_from = net.arc_arrive[net.choice_arc]
        width = net.months + 1
        self.flat_to = net.choice_class * width + self.busy_to
        self.flat_from = net.choice_class * width + self.busy_from
        self.arc_flat_cat = net.post_category[net.arc_post] * width
        self.arc_flat_op = net.post_operation[net.arc_post] * width
        self.arc_cost_rate = np.divide(
            net.arc_cost, (net.arc_end - net.arc_arrive + 1), dtype=np.float64
        )
        self.has_budget = len(net.budget_left) > 0
        self.has_caps = len(net.limit_left) > 0
        self.presence_total = np.where(net.presence_open, net.presence[:, None], 0.0)
        self.starts = net.choice_first[:-1]
        self.index = net.arc_index
        self.waits = ~net.post_must_fill

    # --- prices to gains

    def choice_gain(self, prices: Prices) -> tuple[Floats, Floats]:
        """Gain of every choice and, before people are paid, of every arc."""
        net = self.network
        gain = net.arc_value + self._over(prices.presence, self.arc_flat_op, net.arc_start)
        if self.has_caps:
            by_category = np.zeros((net.limit_categories.shape[1], net.months))
            for c in range(by_category.shape[0]):
                covered = net.limit_categories[:, c]
                np.add.at(by_category[c], net.limit_month[covered], prices.caps[covered])
            gain = gain - self._over(by_category, self.arc_flat_cat, net.arc_arrive)
        if self.has_budget:
            rate = np.where(net.month_year >= 0, prices.budget[net.month_year], 0.0)
            gain = gain - self.arc_cost_rate * self._over(rate[None, :], 0, net.arc_arrive)
        total = _sums(prices.people).ravel()
        paid = total[self.flat_to] - total[self.flat_from]
        return net.keep_bonus - paid + gain[net.choice_arc], gain

    def _over(self, by_month: Floats, row: Ints | int, first: Ints) -> Floats:
        total = _sums(by_month).ravel()
        result: Floats = total[row + self.network.arc_end + 1] - total[row + first]
        return result

    def best_choice(self, gain: Floats) -> tuple[Floats, Ints]:
        """For each arc the gain of its best choice, and which one it is."""
        net = self.network
        if not net.arcs:
            return np.zeros(0), np.zeros(0, dtype=np.int64)
        best = np.maximum.reduceat(gain, self.starts)
        hit = np.flatnonzero(gain == best[net.choice_arc])
        which = np.zeros(net.arcs, dtype=np.int64)
        which[net.choice_arc[hit[::-1]]] = hit[::-1]
        return best, which

    # --- chains of tours, all posts at once

    def forward_values(self, best: Floats) -> tuple[Floats, Floats]:
        """Best gain of each post from a month on: J x (H + 2) when free, when just relieved."""
        net = self.network
        posts = np.arange(len(net.post_first))
        free = np.zeros((len(posts), net.months + 2))
        ended = np.zeros((len(posts), net.months + 2))
        padded = np.append(best, NEVER)
        ends = np.append(net.arc_end + 1, net.months + 1)
        for t in range(net.months - 1, -1, -1):
            within = (t >= net.post_first) & (t <= net.post_last)
            wait = np.where(self.waits | ~within, free[:, t + 1], NEVER)
            options = self.index[:, t, :, :]
            values = padded[options] + ended[posts[:, None, None], ends[options]]
            fresh = values[:, FRESH, :].max(axis=1)
            direct = values[:, DIRECT, :].max(axis=1)
            free[:, t] = np.maximum(wait, fresh)
            ended[:, t] = np.where(net.post_split, np.maximum(wait, direct), free[:, t])
        return free, ended

    def best_chains(self, best: Floats, free: Floats, ended: Floats) -> Ints:
        """The arcs of each post's best chain."""
        net = self.network
        posts = np.arange(len(net.post_first))
        at = net.post_first.copy()
        relieved = net.post_begins_direct.copy()
        padded = np.append(best, NEVER)
        ends = np.append(net.arc_end + 1, net.months + 1)
        chosen: list[Ints] = []
        for t in range(net.months):
            here = posts[(at == t) & (t <= net.post_last)]
            if not len(here):
                continue
            kind = np.where(relieved[here] & net.post_split[here], DIRECT, FRESH)
            options = self.index[here, t, kind, :]
            values = padded[options] + ended[here[:, None], ends[options]]
            pick = values.argmax(axis=1)
            rows = np.arange(len(here))
            target = np.where(relieved[here], ended[here, t], free[here, t])
            wait = np.where(self.waits[here], free[here, t + 1], NEVER)
            take = (options[rows, pick] >= 0) & (values[rows, pick] >= target - 1e-12)
            take &= values[rows, pick] > wait + 1e-12
            arcs = options[rows, pick][take]
            chosen.append(arcs)
            at[here[take]] = net.arc_end[arcs] + 1
            relieved[here[take]] = True
            at[here[~take]] = t + 1
            relieved[here[~take]] = False
        return np.concatenate(chosen) if chosen else np.zeros(0, dtype=np.int64)

    def start_values(self, free: Floats, ended: Floats) -> Floats:
        """J: gain of each post from its first month that may be planned."""
        net = self.network
        rows = np.arange(len(net.post_first))
        first = np.minimum(net.post_first, net.months)
        value: Floats = np.where(
            net.post_begins_direct & net.post_split, ended[rows, first], free[rows, first]
        )
        return np.where(net.post_first > net.post_last, 0.0, value)

    def constant(self, prices: Prices) -> float:
        """The value of everything that was priced."""
        net = self.network
        total = float((prices.people * net.free[: prices.people.shape[0]]).sum())
        total += float(prices.caps @ net.limit_left) + float(prices.budget @ net.budget_left)
        total += float((self.presence_total - prices.presence).sum())
        return total + net.served_value

    def answer(self, prices: Prices, *, chains: bool = True) -> Answer:
        """The bound at these prices and what each post chooses."""
        gain, _ = self.choice_gain(prices)
        best, which = self.best_choice(gain)
        free, ended = self.forward_values(best)
        gains = self.start_values(free, ended)
        arcs = self.best_chains(best, free, ended) if chains else np.zeros(0, dtype=np.int64)
        bound = float(gains.sum()) + self.constant(prices)
        return Answer(bound, arcs, which[arcs] if len(arcs) else arcs, gains)

    def loss(self, prices: Prices) -> tuple[float, Floats]:
        """The bound, and for every choice how far the bound falls if the choice must be taken."""
        net = self.network
        gain, _ = self.choice_gain(prices)
        best, _ = self.best_choice(gain)
        free, ended = self.forward_values(best)
        gains = self.start_values(free, ended)
        bound = float(gains.sum()) + self.constant(prices)
        to_free, to_ended = self._backward_values(best)
        posts = net.arc_post
        split = net.post_split[posts]
        before = np.where(
            split,
            np.where(
                net.arc_kind == DIRECT,
                to_ended[posts, net.arc_start],
                to_free[posts, net.arc_start],
            ),
            np.maximum(to_ended[posts, net.arc_start], to_free[posts, net.arc_start]),
        )
        after = ended[posts, net.arc_end + 1]
        through = (before + after)[net.choice_arc] + gain
        return bound, np.maximum(0.0, gains[posts][net.choice_arc] - through)

    def _backward_values(self, best: Floats) -> tuple[Floats, Floats]:
        """Best gain of each post up to a month, when it is free then or when somebody just left."""
        net = self.network
        j = len(net.post_first)
        free = np.full((j, net.months + 2), NEVER)
        ended = np.full((j, net.months + 2), NEVER)
        rows = np.arange(j)
        inside = net.post_first <= net.post_last
        begins = net.post_begins_direct
        free[rows[inside & ~begins], net.post_first[inside & ~begins]] = 0.0
        ended[rows[inside & begins], net.post_first[inside & begins]] = 0.0
        order = np.argsort(net.arc_start, kind="stable")
        bounds = np.searchsorted(net.arc_start[order], np.arange(net.months + 1))
        for t in range(net.months):
            arcs = order[bounds[t] : bounds[t + 1]]
            if len(arcs):
                posts = net.arc_post[arcs]
                either = np.maximum(free[posts, t], ended[posts, t])
                source = np.where(
                    net.post_split[posts],
                    np.where(net.arc_kind[arcs] == DIRECT, ended[posts, t], free[posts, t]),
                    either,
                )
                np.maximum.at(ended, (posts, net.arc_end[arcs] + 1), source + best[arcs])
            within = (t >= net.post_first) & (t <= net.post_last)
            step = np.where(self.waits | ~within, np.maximum(free[:, t], ended[:, t]), NEVER)
            free[:, t + 1] = np.maximum(free[:, t + 1], step)
        return free, ended

    # --- slack of what was priced

    def slack(self, choices: Ints, weights: Floats | None = None) -> Prices:
        """What is left of everything when these choices are taken (a subgradient of the bound)."""
        net = self.network
        w = np.ones(len(choices)) if weights is None else weights
        arcs = net.choice_arc[choices]
        h = net.months
        busy = np.zeros((net.free.shape[0], h + 1))
        k = net.choice_class[choices]
        np.add.at(busy, (k, net.arc_arrive[arcs]), w)
        np.add.at(busy, (k, net.arc_busy[arcs] + 1), -w)
        people: Floats = net.free.astype(np.float64) - np.cumsum(busy[:, :h], axis=1)
        out = np.zeros((net.limit_categories.shape[1], h + 1))
        spent = np.zeros((1, h + 1))
        held = np.zeros((net.presence_open.shape[0], h + 1))
        category = net.post_category[net.arc_post[arcs]]
        np.add.at(out, (category, net.arc_arrive[arcs]), w)
        np.add.at(out, (category, net.arc_end[arcs] + 1), -w)
        rate = self.arc_cost_rate[arcs] * w
        np.add.at(spent[0], net.arc_arrive[arcs], rate)
        np.add.at(spent[0], net.arc_end[arcs] + 1, -rate)
        operation = net.post_operation[net.arc_post[arcs]]
        np.add.at(held, (operation, net.arc_start[arcs]), w)
        np.add.at(held, (operation, net.arc_end[arcs] + 1), -w)
        out = np.cumsum(out[:, :h], axis=1)
        spent_months = np.cumsum(spent[0, :h])
        caps = net.limit_left - np.array(
            (net.limit_categories * out.T[net.limit_month]).sum(axis=1)
            if self.has_caps
            else np.zeros(0)
        )
        by_year = np.zeros(len(net.budget_left))
        mask = net.month_year >= 0
        np.add.at(by_year, net.month_year[mask], spent_months[mask])
        return Prices(people, caps, net.budget_left - by_year, np.cumsum(held[:, :h], axis=1))

    @cached_property
    def budget_scale(self) -> float:
        """Euros that weigh like one person-month in a step."""
        net = self.network
        return float(np.mean(self.arc_cost_rate)) or 1.0 if net.arcs else 1.0


def _sums(by_month: Floats) -> Floats:
    """Sums of the months before each month: K x (H + 1)."""
    total = np.zeros((by_month.shape[0], by_month.shape[1] + 1))
    np.cumsum(by_month, axis=1, out=total[:, 1:])
    return total


def find_prices(
    pricing: Pricing,
    *,
    target: float,
    rounds: int,
    start: Prices | None = None,
    patience: int = 25,
    should_stop: Callable[[], bool] = lambda: False,
    on_round: Callable[[int, float, Prices, Answer], float | None] | None = None,
) -> tuple[float, Prices]:
    """Prices at which the bound is low, by the deflected subgradient method with Polyak steps.

    `target` is the value of the best plan known. `on_round` may return a better one.
    """
    net = pricing.network
    prices = start.copy() if start else no_prices(net)
    if start is None:
        share = np.maximum(1, _posts_per_operation_month(net))
        prices.presence = pricing.presence_total / share
    best_bound, best = np.inf, prices.copy()
    step, stale = 1.0, 0
    scale = pricing.budget_scale
    direction: Prices | None = None
    for number in range(rounds):
        if should_stop():
            break
        answer = pricing.answer(prices)
        if answer.bound < best_bound - 1e-9 * abs(best_bound if np.isfinite(best_bound) else 1):
            best_bound, best, stale = answer.bound, prices.copy(), 0
        else:
            stale += 1
            if stale >= patience:
                step, stale = step * 0.6, 0
                prices, direction = best.copy(), None
                if step < 0.003:
                    break
                answer = pricing.answer(prices)
        if on_round is not None:
            better = on_round(number, best_bound, prices, answer)
            if better is not None and better > target:
                target = better
        if best_bound - target <= 1e-9 * max(1.0, abs(target)):
            break
        slack = pricing.slack(answer.chosen_choices)
        open_months = net.presence_open
        presence = np.where(open_months, slack.presence - 1.0, 0.0)
        g = Prices(slack.people.astype(np.float64), slack.caps, slack.budget / scale, presence)
        # A price at its end that would be pushed further out does not count.
        g.people[(prices.people <= 0) & (g.people > 0)] = 0
        g.caps[(prices.caps <= 0) & (g.caps > 0)] = 0
        g.budget[(prices.budget <= 0) & (g.budget > 0)] = 0
        ceiling = pricing.presence_total
        g.presence[(prices.presence <= 0) & (g.presence > 0)] = 0
        g.presence[(prices.presence >= ceiling) & (g.presence < 0)] = 0
        if direction is not None:
            g = g.mixed(direction, 0.7)
        direction = g
        norm = float(
            (g.people**2).sum() + (g.caps**2).sum() + (g.budget**2).sum() + (g.presence**2).sum()
        )
        if norm <= 1e-12:
            break
        length = step * max(answer.bound - target, 1e-6 * abs(target) + 1e-9) / norm
        prices = Prices(
            np.maximum(0, prices.people - length * g.people),
            np.maximum(0, prices.caps - length * g.caps),
            np.maximum(0, prices.budget - length * g.budget / scale),
            np.clip(prices.presence - length * g.presence, 0, ceiling),
        )
    return best_bound, best


def _posts_per_operation_month(net: Network) -> Floats:
    count = np.zeros(net.presence_open.shape)
    for j in range(len(net.post_first)):
        count[net.post_operation[j], net.post_first[j] : net.post_last[j] + 1] += 1
    return count
