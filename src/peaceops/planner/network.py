"""A problem laid out in arrays: what the solvers and the bound work on.

Months are counted from 0, the first month of the horizon. Three observations keep it small.

*Arcs.* On a post a tour that starts in month t has one length only: the full tour, or what is left
to the post's last month. So a post has at most two arcs for each month: a *fresh* start, and a
*direct* one that takes over from the one who leaves (and arrives `handover` months earlier).

*Blocks.* After a deployment a person is busy until rest and training are over: the interval
[arrive, end + rest]. A person's deployments are valid exactly when these intervals do not overlap.

*Classes.* People who qualify for the same posts and leave on the same month differ only by the
month they become free, and intervals that never overlap more than n deep can be shared out among n
people (interval graphs are perfect). So it is enough to count: of class k, no more people are busy
in month t than `free[k, t]`. Nothing is lost by it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import floor, gcd

import numpy as np
import numpy.typing as npt

from peaceops.planner.problem import Assignment, Number, Person, Problem, exact

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
FRESH, DIRECT = 0, 1


@dataclass(frozen=True)
class PeopleClass:
    """People the posts cannot tell apart: members in the order in which they become free."""

    members: tuple[str, ...]
    free_from: tuple[int, ...]
    leaves: int  # last month anybody of the class is available


@dataclass(frozen=True)
class Network:
    """Arrays for one problem. Sizes: J posts, K classes, H months, N arcs, Q choices (arc x class).

    A choice is one arc taken by one class; choices are sorted by arc.
    """

    problem: Problem
    months: int
    # posts
    post_type: Ints  # J: which set of classes may hold it
    post_first: Ints  # J: first month that may still be planned
    post_last: Ints
    post_value: Floats
    post_operation: Ints
    post_category: Ints
    post_split: Bools  # J: whether a direct start differs from a fresh one
    post_begins_direct: Bools  # J: somebody on the post leaves just before post_first
    post_must_fill: Bools
    # people
    classes: tuple[PeopleClass, ...]
    free: Ints  # K x H
    # arcs
    arc_post: Ints
    arc_start: Ints
    arc_kind: Ints
    arc_arrive: Ints
    arc_end: Ints
    arc_busy: Ints  # last month of the block, at most H - 1
    arc_cost: Floats  # N: EUR, whole
    # choices
    choice_arc: Ints
    choice_class: Ints
    choice_first: Ints  # N + 1: where the choices of an arc begin
    # limits
    limit_month: Ints  # R: month of each cap row
    limit_row: Ints  # R: which Limit
    limit_categories: Bools  # R x C
    limit_left: Floats  # R
    budget_years: Ints  # Y: year
    budget_left: Floats  # Y, EUR, a whole number of cost units where there is one
    cost_unit: float  # EUR that every cost per month is a multiple of, or 0
    month_year: Ints  # H: row of budget_years or -1
    presence: Floats  # O: points per month
    presence_open: Bools  # O x H: a post of the operation may be held and none is served
    # what is fixed
    served: tuple[Assignment, ...]
    served_value: float
    keep_bonus: Floats  # Q: points for leaving an assignment of the plan before as it was

    @property
    def arcs(self) -> int:
        return len(self.arc_post)

    @property
    def choices(self) -> int:
        return len(self.choice_arc)

    @cached_property
    def arc_held(self) -> Ints:
        """N: months held."""
        return self.arc_end - self.arc_start + 1

    @cached_property
    def arc_value(self) -> Floats:
        """N: points without presence."""
        return self.post_value[self.arc_post] * self.arc_held

    @cached_property
    def arc_index(self) -> Ints:
        """J x (H + 1) x 2 x B: the arc of a post that starts in a month, or -1."""
        counts: dict[tuple[int, int, int], int] = defaultdict(int)
        slots = np.zeros(self.arcs, dtype=np.int64)
        if self.has_blocks_of_tours:
            for n in range(self.arcs):
                key = (int(self.arc_post[n]), int(self.arc_start[n]), int(self.arc_kind[n]))
                slots[n] = counts[key]
                counts[key] += 1
        depth = int(slots.max(initial=0)) + 1
        index = np.full((len(self.post_first), self.months + 1, 2, depth), -1, dtype=np.int64)
        index[self.arc_post, self.arc_start, self.arc_kind, slots] = np.arange(self.arcs)
        return index

    @property
    def has_blocks_of_tours(self) -> bool:
        """Without any rest a person may follow themself: several tours in one arc."""
        return self.problem.rules.rest(1) == 0

    @cached_property
    def granularity(self) -> float:
        """The largest number all objective values are multiples of; 0 when there is none to use."""
        numbers = [exact(post.value) for post in self.problem.posts]
        numbers += [exact(value) for value in self.problem.presence.values()]
        return 0.0 if np.any(self.keep_bonus) else float(common_unit(numbers))


def common_unit(numbers: Iterable[Fraction]) -> Fraction:
    """The largest number all are whole multiples of; 0 when there is none worth using."""
    scale, common = 1, 0
    used = [n for n in numbers if n]
    for n in used:
        scale = scale * n.denominator // gcd(scale, n.denominator)
        if scale > 10_000:
            return Fraction(0)
    for n in used:
        common = gcd(common, int(n * scale))
    return Fraction(common, scale)


def lay_out(
    problem: Problem,
    *,
    served: Sequence[Assignment] = (),
    served_until: int | None = None,
    keep: Iterable[Assignment] = (),
    keep_bonus: float = 0.0,
) -> Network:
    """The arrays of a problem.

    `served` tours stay as they are and use what they use; nothing new may arrive up to and
    including `served_until`. Leaving an assignment of `keep` as it was earns `keep_bonus` points.
    """
    rules = problem.rules
    zero, months = rules.first, rules.last - rules.first + 1
    first_new = 0 if served_until is None else max(0, served_until + 1 - zero)
    kept = {(a.person, a.post, a.start, a.end, a.arrive) for a in keep}
    named = {a.person for a in keep} if keep_bonus else set()
    by_post = defaultdict(list)
    by_person = defaultdict(list)
    for a in served:
        by_post[a.post].append(a)
        by_person[a.person].append(a)

    # --- post types and classes of people
    profile_of: dict[tuple[object, ...], list[Person]] = defaultdict(list)
    for person in problem.people:
        profile = (person.category, person.rank.casefold(), person.languages, person.skills)
        profile_of[profile].append(person)
    kind_of_post: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for j, post in enumerate(problem.posts):
        needs = (post.category, post.rank_min, post.rank_max, post.languages, post.skills)
        kind_of_post[needs].append(j)
    profiles = list(profile_of.values())
    by_category: dict[str, list[int]] = defaultdict(list)
    for i, group in enumerate(profiles):
        by_category[group[0].category].append(i)
    type_of: dict[tuple[int, ...], int] = {}
    post_type = np.zeros(len(problem.posts), dtype=np.int64)
    for indices in kind_of_post.values():
        post = problem.posts[indices[0]]
        able = tuple(
            i for i in by_category[post.category] if problem.qualifies(profiles[i][0], post)
        )
        post_type[indices] = type_of.setdefault(able, len(type_of))
    types_of_profile: dict[int, list[int]] = defaultdict(list)
    for able, number in type_of.items():
        for i in able:
            types_of_profile[i].append(number)
    members: dict[tuple[tuple[int, ...], int, str], list[tuple[int, str]]] = defaultdict(list)
    for i, group in enumerate(profiles):
        able_types = tuple(types_of_profile.get(i, ()))
        if not able_types:
            continue
        for person in group:
            earliest = problem.earliest_arrival(person)
            free_from = max(first_new, (earliest if earliest is not None else zero) - zero)
            for a in by_person.get(person.person, ()):
                busy = a.end + rules.rest(a.end - a.arrive + 1)
                free_from = max(free_from, busy + 1 - zero)
            leaves = months - 1 if person.available_to is None else person.available_to - zero
            leaves = min(leaves, months - 1)
            if free_from > leaves:
                continue
            alone = person.person if person.person in named else ""
            members[able_types, leaves, alone].append((free_from, person.person))
    classes = []
    classes_of_type: dict[int, list[int]] = defaultdict(list)
    free = np.zeros((max(1, len(members)), months), dtype=np.int64)
    for k, ((able_types, leaves, _alone), found) in enumerate(members.items()):
        found.sort()
        classes.append(PeopleClass(tuple(p for _, p in found), tuple(f for f, _ in found), leaves))
        for free_from, _ in found:
            free[k, free_from:] += 1
        for number in able_types:
            classes_of_type[number].append(k)

    # --- arcs
    arcs: list[tuple[int, int, int, int, int, int]] = []
    no_rest = rules.rest(1) == 0
    rest_of = [
        rules.rest(n) for n in range(months + 14 + max((p.tour for p in problem.posts), default=0))
    ]
    post_first = np.zeros(len(problem.posts), dtype=np.int64)
    begins_direct = np.zeros(len(problem.posts), dtype=np.bool_)
    for j, post in enumerate(problem.posts):
        first, last = max(post.first - zero, first_new), post.last - zero
        ends = [a.end - zero for a in by_post[post.post]]
        latest = max(ends, default=-1)
        if ends and latest + 1 >= first:
            first = latest + 1
            begins_direct[j] = True
        post_first[j] = first
        split = post.handover > 0
        for start in range(first, last + 1):
            most = (last - start) // post.tour + 1 if (no_rest and split) else 1
            for count in range(1, most + 1):
                end = min(start + count * post.tour - 1, last)
                length = end - start + 1 - (count - 1) * post.tour
                if length < 1 or (length < post.tour and length < post.min_tour):
                    continue
                for kind in (FRESH, DIRECT) if split else (FRESH,):
                    if kind == FRESH and split and start == first and begins_direct[j]:
                        continue
                    relieved = start - post.tour >= first or (start == first and begins_direct[j])
                    if kind == DIRECT and not relieved:
                        continue
                    arrive = start - post.handover if kind == DIRECT else start
                    if arrive < first_new:
                        continue
                    busy = min(end + rest_of[end - arrive + 1], months - 1)
                    arcs.append((j, start, kind, arrive, end, busy))
    table = np.array(arcs, dtype=np.int64).reshape(-1, 6)

    # --- choices: arcs by classes, sorted by arc
    type_classes = [
        np.array(classes_of_type.get(number, ()), dtype=np.int64) for number in range(len(type_of))
    ]
    leaves_of = np.array([c.leaves for c in classes], dtype=np.int64)
    parts_arc, parts_class = [], []
    arc_type = post_type[table[:, 0]] if len(table) else np.zeros(0, dtype=np.int64)
    for number, able_classes in enumerate(type_classes):
        rows = np.flatnonzero(arc_type == number)
        if not len(rows) or not len(able_classes):
            continue
        fits = (free[able_classes][:, table[rows, 3]] > 0) & (
            leaves_of[able_classes][:, None] >= table[rows, 4][None, :]
        )
        which_class, which_arc = np.nonzero(fits)
        parts_arc.append(rows[which_arc])
        parts_class.append(able_classes[which_class])
    choice_arc = np.concatenate(parts_arc) if parts_arc else np.zeros(0, dtype=np.int64)
    choice_class = np.concatenate(parts_class) if parts_class else np.zeros(0, dtype=np.int64)
    order = np.lexsort((choice_class, choice_arc))
    choice_arc, choice_class = choice_arc[order], choice_class[order]
    # arcs nobody can take go
    used = np.zeros(len(table), dtype=np.bool_)
    used[choice_arc] = True
    renumber = np.cumsum(used) - 1
    table = table[used]
    choice_arc = renumber[choice_arc]
    choice_first = np.searchsorted(choice_arc, np.arange(len(table) + 1))
    arc_post = table[:, 0]
    cost = np.array([float(post.cost) for post in problem.posts], dtype=np.float64)

    # --- limits
    categories = sorted({post.category for post in problem.posts})
    category_of = {name: c for c, name in enumerate(categories)}
    used_by_served: dict[tuple[str, int], int] = defaultdict(int)
    spent_by_served: dict[int, float] = defaultdict(float)
    held_by_served: set[tuple[str, int]] = set()
    served_value = 0.0
    for a in served:
        served_post = problem.post_by_id[a.post]
        for month in a.deployed:
            used_by_served[served_post.category, month] += 1
            spent_by_served[month // 12] += float(served_post.cost)
        for month in a.held:
            held_by_served.add((served_post.operation, month))
        served_value += float(exact(served_post.value) * len(a.held))
    limit_rows: list[tuple[int, int, float]] = []
    limit_categories = []
    for number, limit in enumerate(problem.limits):
        for month in range(max(limit.first, zero), min(limit.last, rules.last) + 1):
            covered = [limit.covers(name, month) for name in categories]
            taken = sum(
                used_by_served[name, month]
                for name, c in zip(categories, covered, strict=True)
                if c
            )
            if any(covered):
                limit_rows.append((month - zero, number, limit.max_deployed - taken))
                limit_categories.append(covered)
    years = sorted(y for y in problem.budget if zero // 12 <= y <= rules.last // 12)
    unit = common_unit(exact(post.cost) for post in problem.posts)

    def spendable(money: Number) -> float:
        """What of a budget can be spent at all."""
        return float(floor(exact(money) / unit) * unit) if unit else float(money)

    row_of_year = {year: row for row, year in enumerate(years)}

    # --- presence
    operations = sorted({post.operation for post in problem.posts})
    operation_of = {name: o for o, name in enumerate(operations)}
    open_months = np.zeros((len(operations), months), dtype=np.bool_)
    for n in range(len(table)):
        o = operation_of[problem.posts[arc_post[n]].operation]
        open_months[o, table[n, 1] : table[n, 4] + 1] = True
    for name, month in held_by_served:
        open_months[operation_of[name], month - zero] = False
        served_value += float(problem.presence.get(name, 0))

    bonus = np.zeros(len(choice_arc))
    if keep_bonus and kept:
        single = np.array([len(c.members) == 1 and c.members[0] in named for c in classes])
        for q in np.flatnonzero(single[choice_class]):
            n, one = choice_arc[q], classes[choice_class[q]]
            key = (
                one.members[0],
                problem.posts[arc_post[n]].post,
                int(table[n, 1]) + zero,
                int(table[n, 4]) + zero,
                int(table[n, 3]) + zero,
            )
            bonus[q] = keep_bonus if key in kept else 0.0
    return Network(
        problem=problem,
        months=months,
        post_type=post_type,
        post_first=post_first,
        post_last=np.array([post.last - zero for post in problem.posts], dtype=np.int64),
        post_value=np.array([float(post.value) for post in problem.posts]),
        post_operation=np.array([operation_of[p.operation] for p in problem.posts], dtype=np.int64),
        post_category=np.array([category_of[p.category] for p in problem.posts], dtype=np.int64),
        post_split=np.array([p.handover > 0 for p in problem.posts], dtype=np.bool_),
        post_begins_direct=begins_direct,
        post_must_fill=np.array([p.must_fill for p in problem.posts], dtype=np.bool_),
        classes=tuple(classes),
        free=free,
        arc_post=arc_post,
        arc_start=table[:, 1],
        arc_kind=table[:, 2],
        arc_arrive=table[:, 3],
        arc_end=table[:, 4],
        arc_busy=table[:, 5],
        arc_cost=cost[arc_post] * (table[:, 4] - table[:, 3] + 1),
        choice_arc=choice_arc,
        choice_class=choice_class,
        choice_first=choice_first,
        limit_month=np.array([row[0] for row in limit_rows], dtype=np.int64),
        limit_row=np.array([row[1] for row in limit_rows], dtype=np.int64),
        limit_categories=np.array(limit_categories, dtype=np.bool_).reshape(-1, len(categories)),
        limit_left=np.array([row[2] for row in limit_rows], dtype=np.float64),
        budget_years=np.array(years, dtype=np.int64),
        budget_left=np.array([spendable(problem.budget[y]) - spent_by_served[y] for y in years]),
        cost_unit=float(unit),
        month_year=np.array(
            [row_of_year.get((zero + t) // 12, -1) for t in range(months)], dtype=np.int64
        ),
        presence=np.array([float(problem.presence.get(name, 0)) for name in operations]),
        presence_open=open_months,
        served=tuple(served),
        served_value=served_value,
        keep_bonus=bonus,
    )


def name_people(network: Network, choices: Iterable[int]) -> list[Assignment]:
    """Assignments with names for the chosen choices: each class shared out among its members.

    People already sent are taken before anybody new, so no class uses more people than are ever
    busy at the same time. ValueError when the choices ask for more people than there are.
    """
    problem = network.problem
    zero = problem.rules.first
    by_class: dict[int, list[int]] = defaultdict(list)
    for q in choices:
        by_class[int(network.choice_class[q])].append(int(network.choice_arc[q]))
    plan: list[Assignment] = []
    for k, arcs in sorted(by_class.items()):
        group = network.classes[k]
        free_at: dict[str, int] = {}
        for n in sorted(arcs, key=lambda n: (network.arc_arrive[n], network.arc_end[n], n)):
            arrive = int(network.arc_arrive[n])
            ready = [p for p, month in free_at.items() if month <= arrive]
            if ready:
                person = ready[0]
            else:
                fresh = [
                    p
                    for p, month in zip(group.members, group.free_from, strict=True)
                    if p not in free_at and month <= arrive
                ]
                if not fresh:
                    raise ValueError(f"class {k} has nobody left in month {arrive}")
                person = fresh[0]
            free_at[person] = int(network.arc_busy[n]) + 1
            post = problem.posts[network.arc_post[n]]
            start, end = int(network.arc_start[n]) + zero, int(network.arc_end[n]) + zero
            plan.append(
                Assignment(
                    post=post.post,
                    start=start,
                    end=min(end, start + post.tour - 1),
                    person=person,
                    arrive=arrive + zero,
                )
            )
            while plan[-1].end < end:  # several tours of one person in a row
                start = plan[-1].end + 1
                tour_end = min(end, start + post.tour - 1)
                plan.append(Assignment(post.post, start, tour_end, person, start))
    return sorted(plan)
