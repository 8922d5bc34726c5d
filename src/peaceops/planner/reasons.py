"""Why a plan is as it is: empty months, limits that bind and their worth, requirements that clash,
and other plans that are nearly as good."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from peaceops.planner.check import check_plan, count_people, plan_objective
from peaceops.planner.mip import Program
from peaceops.planner.network import lay_out, name_people
from peaceops.planner.prices import Pricing, find_prices, no_prices
from peaceops.planner.problem import (
    ANY,
    Assignment,
    Binding,
    Person,
    Plan,
    Post,
    Problem,
    Unfilled,
    exact,
    month_spans,
    span_text,
)
from peaceops.planner.solve import Effort, cheapest_choices, solve_plan

AGAIN_CHOICES = 20_000  # up to this size worth is found by solving again
STEP_EUR = 100_000


def explain_plan(
    problem: Problem,
    plan: Plan,
    *,
    seconds: float = 15.0,
    seed: int = 0,
    should_stop: Callable[[], bool] = lambda: False,
) -> Plan:
    """The plan with its reasons: every empty month, what binds; for an impossible problem what
    clashes.

    `seconds` bounds the time spent on worth by solving again and on the clashing set.
    """
    if plan.status == "infeasible":
        return replace(plan, clashes=tuple(find_clash(problem, seconds=max(30.0, seconds))))
    if plan.objective is None:
        return plan
    unfilled = explain_empty_months(problem, plan.assignments)
    if plan.status != "optimal":  # what is worth more is known only of a plan proved best
        unfilled = [replace(u, reason=_without_claim(u.reason)) for u in unfilled]
    return replace(
        plan,
        unfilled=tuple(unfilled),
        binding=tuple(
            find_binding(problem, plan, seconds=seconds, seed=seed, should_stop=should_stop)
        ),
    )


# --- empty months

CLAIMS = {
    "; relieving them there is worth more": "",
    "; other posts are worth more": "; other posts have it",
    " is spent on what is worth more": " is spent elsewhere",
}


def _without_claim(reason: str) -> str:
    for claim, instead in CLAIMS.items():
        reason = reason.replace(claim, instead)
    return reason


class _Use:
    """What a plan uses, for questions about one tour more."""

    def __init__(self, problem: Problem, plan: Sequence[Assignment]):
        self.problem = problem
        self.out: Counter[tuple[str, int]] = Counter()
        self.spent: dict[int, float] = defaultdict(float)
        self.tours: dict[str, list[Assignment]] = defaultdict(list)
        self.by_post: dict[str, list[Assignment]] = defaultdict(list)
        for a in sorted(plan, key=lambda a: (a.arrive, a.end)):
            post = problem.post_by_id[a.post]
            for month in a.deployed:
                self.out[post.category, month] += 1
                self.out[ANY, month] += 1
                self.spent[month // 12] += float(post.cost)
            self.tours[a.person].append(a)
            self.by_post[a.post].append(a)
        for tours in self.by_post.values():
            tours.sort()
        self.able: dict[tuple[object, ...], list[Person]] = {}

    def qualified(self, post: Post) -> list[Person]:
        needs = (post.category, post.rank_min, post.rank_max, post.languages, post.skills)
        if needs not in self.able:
            self.able[needs] = [p for p in self.problem.people if self.problem.qualifies(p, post)]
        return self.able[needs]

    def available(self, person: Person, arrive: int, end: int) -> bool:
        """Apart from what the plan does with the person."""
        earliest = self.problem.earliest_arrival(person)
        if earliest is not None and arrive < earliest:
            return False
        return person.available_to is None or end <= person.available_to

    def rested(self, person: Person, arrive: int, end: int) -> bool:
        """Whether the plan leaves the person free for it, rest before and after included."""
        rest = self.problem.rules.rest
        for a in self.tours.get(person.person, ()):
            if a.arrive <= end and arrive <= a.end:
                return False
            if a.end < arrive and arrive - 1 - a.end < rest(a.end - a.arrive + 1):
                return False
            if end < a.arrive and a.arrive - 1 - end < rest(end - arrive + 1):
                return False
        return True

    def full_limit(self, post: Post, arrive: int, end: int) -> str | None:
        for limit in self.problem.limits:
            if limit.category not in (ANY, post.category):
                continue
            for month in range(max(arrive, limit.first), min(end, limit.last) + 1):
                if self.out[limit.category, month] >= limit.max_deployed:
                    return limit.name
        return None

    def spent_budget(self, post: Post, arrive: int, end: int) -> int | None:
        need: dict[int, float] = defaultdict(float)
        for month in range(arrive, end + 1):
            need[month // 12] += float(post.cost)
        for year, money in need.items():
            if year in self.problem.budget:
                left = float(self.problem.budget[year]) - self.spent[year]
                if money > left + 1e-6:
                    return year
        return None


def explain_empty_months(problem: Problem, plan: Sequence[Assignment]) -> list[Unfilled]:
    """For every month in which a post stands empty the reason, months with one reason together.

    The question asked is: with everything else as planned, could one tour more cover this month?
    The first thing in the way is named, in the order: nobody qualifies, the gap is shorter than a
    tour, nobody is available, everybody able is out or resting, a limit is full, a budget is spent.
    """
    use = _Use(problem, plan)
    found: list[Unfilled] = []
    for post in problem.posts:
        held = {m for a in use.by_post.get(post.post, ()) for m in a.held}
        reasons: dict[str, list[int]] = {}
        for first, last in month_spans([m for m in post.months if m not in held]):
            for month, reason in _reasons_in_gap(use, post, first, last):
                reasons.setdefault(reason, []).append(month)
        found += [Unfilled(post.post, tuple(m), reason) for reason, m in reasons.items()]
    return found


def _reasons_in_gap(use: _Use, post: Post, first: int, last: int) -> list[tuple[int, str]]:
    months = range(first, last + 1)
    qualified = use.qualified(post)
    if not qualified:
        reason = f"nobody qualifies: {_why_nobody(use.problem, post)}"
        return [(month, reason) for month in months]
    tours = _tours_in_gap(use, post, first, last)
    if not tours:
        what = f"{last - first + 1} free month{'s' if last > first else ''} cannot take a tour of"
        shortest = post.tour if last < post.last else post.min_tour
        return [(month, f"{what} {shortest}") for month in months]
    judged: list[tuple[int, str, int, int]] = []
    for start, end, arrive in tours:
        judged.append((*_judge(use, post, qualified, arrive, end), start, end))
    reasons = []
    for month in months:
        covering = [j for j in judged if j[2] <= month <= j[3]]
        if covering:
            reasons.append((month, max(covering)[1]))
        else:
            reasons.append((month, f"no tour of {post.tour} months covers this month in the gap"))
    return reasons


def _tours_in_gap(use: _Use, post: Post, first: int, last: int) -> list[tuple[int, int, int]]:
    """(start, end, arrive) of every tour that fits between the neighbours."""
    relieved = any(a.end == first - 1 for a in use.by_post.get(post.post, ()))
    found = []
    for start in range(first, last + 1):
        end = min(start + post.tour - 1, post.last)
        if end > last or end - start + 1 < min(post.min_tour, post.tour):
            continue
        arrive = start - post.handover if relieved and start == first else start
        found.append((start, end, arrive))
    return found


def _judge(
    use: _Use, post: Post, qualified: list[Person], arrive: int, end: int
) -> tuple[int, str]:
    """How far one tour more gets, and what stops it there."""
    count = len(qualified)
    some = f"the {count} qualified people are" if count > 1 else "the one qualified person is"
    available = [p for p in qualified if use.available(p, arrive, end)]
    if not available:
        return 1, f"{some} not available then or home too short"
    free = [p for p in available if use.rested(p, arrive, end)]
    limit = use.full_limit(post, arrive, end)
    year = use.spent_budget(post, arrive, end)
    if not free:
        number = len(available)
        who = (
            f"the {number} qualified people available are"
            if number > 1
            else ("the one qualified person available is")
        )
        return 2, f"{who} out or home too short; relieving them there is worth more"
    if limit:
        return 3, f"the limit is reached: {limit}; other posts are worth more"
    if year is not None:
        return 4, f"the budget of {year} is spent on what is worth more"
    if not post.value:
        return 5, "holding it is worth nothing, and a smaller number of people is preferred"
    return 6, "somebody could be sent; the search ended before it was proved best"


def _why_nobody(problem: Problem, post: Post) -> str:
    """Which requirement leaves nobody, in the order category, rank, languages, skills."""
    people = [p for p in problem.people if p.category == post.category]
    if not people:
        return f"no person of category '{post.category}'"
    bare = replace(post, languages=frozenset(), skills=frozenset())
    ranked = [p for p in people if problem.qualifies(p, bare)]
    if not ranked:
        ranks = " to ".join(r for r in (post.rank_min, post.rank_max) if r)
        return f"none of the {len(people)} of category '{post.category}' has a rank of {ranks}"
    speaking = [p for p in ranked if post.languages <= p.languages]
    if not speaking:
        return f"none of {len(ranked)} with the rank speaks {' and '.join(sorted(post.languages))}"
    return f"none of {len(speaking)} otherwise fit has {' and '.join(sorted(post.skills))}"


# --- what binds


@dataclass(frozen=True)
class _Change:
    """One loosening, and what it is called."""

    limit: str
    per: str
    problem: Problem
    estimate: float | None


def find_binding(
    problem: Problem,
    plan: Plan,
    *,
    seconds: float,
    seed: int = 0,
    should_stop: Callable[[], bool] = lambda: False,
) -> list[Binding]:
    """Limits, budgets and languages that hold the plan back, most valuable first.

    Worth is what the objective gains. Small problems are solved again ("solved again"); otherwise
    the price in the bound is given ("estimate"), which tends to be too high rather than too low.
    """
    changes = _changes(problem, plan)
    began = time.monotonic()
    again = False
    if changes and plan.status == "optimal":
        again = lay_out(problem).choices <= AGAIN_CHOICES
    found = []
    for number, change in enumerate(changes):
        worth, kind = change.estimate, "estimate"
        left = seconds - (time.monotonic() - began)
        if again and left > 0.2 and not should_stop():
            share = max(1.0, left / (len(changes) - number))
            other = solve_plan(
                change.problem,
                seed=seed,
                should_stop=should_stop,
                effort=Effort(seconds=share, fewer_people=False),
            )
            if other.status == "optimal" and other.objective is not None:
                assert plan.objective is not None
                worth, kind = round(other.objective - plan.objective, 6), "solved again"
        if not worth and change.per.startswith("one more speaker"):
            continue
        found.append(
            Binding(change.limit, worth, change.per, kind if worth is not None else "not known")
        )
    return sorted(found, key=lambda b: -(b.worth or 0))


def _changes(problem: Problem, plan: Plan) -> list[_Change]:
    use = _Use(problem, plan.assignments)
    prices = plan.prices
    network = lay_out(problem)
    if prices is None and 0 < network.choices <= AGAIN_CHOICES:
        relaxed = Program(network, np.arange(network.choices)).relax(seconds=10)
        prices = relaxed[1] if relaxed else None
    changes = []
    for number, limit in enumerate(problem.limits):
        months = range(
            max(limit.first, problem.rules.first), min(limit.last, problem.rules.last) + 1
        )
        full = [m for m in months if use.out[limit.category, m] >= limit.max_deployed]
        if not full:
            continue
        loose = replace(limit, max_deployed=limit.max_deployed + 1)
        limits = (*problem.limits[:number], loose, *problem.limits[number + 1 :])
        estimate = None
        if prices is not None:
            estimate = round(float(prices.caps[network.limit_row == number].sum()), 2)
        changes.append(
            _Change(limit.name, "one more place", replace(problem, limits=limits), estimate)
        )
    cheapest = min((float(p.cost) for p in problem.posts if p.cost), default=0.0)
    for year, budget in problem.budget.items():
        left = float(budget) - use.spent[year]
        if not problem.rules.first // 12 <= year <= problem.rules.last // 12 or left >= cheapest:
            continue
        more = {**problem.budget, year: budget + STEP_EUR}
        estimate = None
        if prices is not None:
            row = int(np.flatnonzero(network.budget_years == year)[0])
            estimate = round(float(prices.budget[row]) * STEP_EUR, 2)
        changes.append(
            _Change(
                f"budget of {year}: {float(budget):,.0f} EUR",
                f"{STEP_EUR:,} EUR more",
                replace(problem, budget=more),
                estimate,
            )
        )
    changes += _speaker_changes(problem, use)
    return changes


def _speaker_changes(problem: Problem, use: _Use) -> list[_Change]:
    """One more person who speaks a language, fit for the emptiest post that asks for it."""
    changes = []
    for language in sorted({lang for post in problem.posts for lang in post.languages}):
        best: tuple[float, Post] | None = None
        for post in problem.posts:
            if language in post.languages:
                held = sum(len(a.held) for a in use.by_post.get(post.post, ()))
                lost = (len(post.months) - held) * float(post.value)
                if lost > 0 and (best is None or lost > best[0]):
                    best = (lost, post)
        if best is None:
            continue
        post = best[1]
        person = Person(
            "one more person",
            post.category,
            post.rank_min or post.rank_max,
            post.languages,
            post.skills,
        )
        fit = f"fit for post {post.post}"
        changes.append(
            _Change(
                f"speakers of '{language}' ({fit})",
                f"one more speaker, {fit}",
                replace(problem, people=(*problem.people, person)),
                None,
            )
        )
    return changes


# --- requirements that clash


@dataclass(frozen=True)
class _Requirement:
    words: str
    drop: Callable[[Problem], Problem]


def find_clash(problem: Problem, *, seconds: float = 60.0) -> list[str]:
    """A smallest set of requirements that cannot stand together, in words.

    Smallest in the sense that any one of them left out, the rest can be met (for that every set
    tried is decided exactly). Empty when the problem is possible.
    """
    began = time.monotonic()
    undecided: list[bool] = []

    def possible(kept: Sequence[_Requirement]) -> bool:
        changed = problem
        names = {r.words for r in kept}
        for requirement in requirements:
            if requirement.words not in names:
                changed = requirement.drop(changed)
        changed = replace(
            changed, posts=tuple(p for p in changed.posts if p.must_fill), presence={}
        )
        if not changed.posts:
            return True
        network = lay_out(changed)
        program = Program(network, np.arange(network.choices))
        left = seconds - (time.monotonic() - began)
        solved = program.solve(seconds=max(1.0, left), gap=1.0)
        if solved.status == "unknown":
            undecided.append(True)
            return True
        return solved.status != "infeasible"

    requirements = _requirements(problem)
    if possible(requirements):
        return []
    core = _quick_explain(possible, [], requirements, has_delta=False)
    words = [r.words for r in requirements if r in core]
    if undecided:
        words.append("(time ran out before it was sure that none of these could be left out)")
    return words


def _quick_explain(
    possible: Callable[[Sequence[_Requirement]], bool],
    background: list[_Requirement],
    candidates: list[_Requirement],
    *,
    has_delta: bool,
) -> list[_Requirement]:
    """U. Junker's QuickXplain: a minimal clashing set with few questions."""
    if has_delta and not possible(background):
        return []
    if len(candidates) <= 1:
        return candidates
    half = len(candidates) // 2
    first, second = candidates[:half], candidates[half:]
    second_core = _quick_explain(possible, [*background, *first], second, has_delta=bool(first))
    first_core = _quick_explain(
        possible, [*background, *second_core], first, has_delta=bool(second_core)
    )
    return [*first_core, *second_core]


def _requirements(problem: Problem) -> list[_Requirement]:
    found = []
    for post in problem.posts:
        if not post.must_fill:
            continue
        able = sum(problem.qualifies(p, post) for p in problem.people)
        who = "nobody qualifies" if not able else f"{able} qualif{'ies' if able == 1 else 'y'}"
        if not able:
            who += f", {_why_nobody(problem, post)}"
        tour = f"tours of {post.tour} months"
        if post.handover:
            tour += f" with {post.handover} of handover"
        words = (
            f"post {post.post} must be filled {span_text(post.first, post.last)} ({tour}; {who})"
        )

        def drop_post(changed: Problem, name: str = post.post) -> Problem:
            return replace(changed, posts=tuple(p for p in changed.posts if p.post != name))

        found.append(_Requirement(words, drop_post))
    for limit in problem.limits:

        def drop_limit(changed: Problem, limit: object = limit) -> Problem:
            return replace(changed, limits=tuple(one for one in changed.limits if one is not limit))

        if not any(r.words == limit.name for r in found):
            found.append(_Requirement(limit.name, drop_limit))
    for year, budget in problem.budget.items():

        def drop_budget(changed: Problem, year: int = year) -> Problem:
            rest = {y: b for y, b in changed.budget.items() if y != year}
            return replace(changed, budget=rest)

        found.append(_Requirement(f"the budget of {year}, {float(budget):,.0f} EUR", drop_budget))
    rules = problem.rules
    if rules.dwell_ratio:
        found.append(
            _Requirement(
                f"rest at home of {rules.dwell_ratio} x the months of the deployment before",
                lambda changed: replace(changed, rules=replace(changed.rules, dwell_ratio=0)),
            )
        )
    if rules.training:
        found.append(
            _Requirement(
                f"{rules.training} months of training before each arrival",
                lambda changed: replace(changed, rules=replace(changed.rules, training=0)),
            )
        )
    if any(p.available_from is not None or p.available_to is not None for p in problem.people):
        found.append(
            _Requirement(
                "the months in which people are available",
                lambda changed: replace(
                    changed,
                    people=tuple(
                        replace(p, available_from=None, available_to=None) for p in changed.people
                    ),
                ),
            )
        )
    return found


# --- other plans

MOST_CHOICES = 60_000


def find_alternatives(
    problem: Problem,
    plan: Plan,
    *,
    count: int = 2,
    different: float = 0.25,
    seconds: float = 30.0,
    seed: int = 0,
    should_stop: Callable[[], bool] = lambda: False,
    on_plan: Callable[[Plan], None] | None = None,
) -> list[Plan]:
    """Up to `count` more plans, best first, each clearly different from all before it.

    Clearly different: at least a share `different` of the post-months held in an earlier plan stand
    empty or are held by somebody of another kind (other qualifications, not only another name).
    """
    network = lay_out(problem)
    zero = problem.rules.first
    class_of = {name: k for k, group in enumerate(network.classes) for name in group.members}
    number_of = {post.post: j for j, post in enumerate(problem.posts)}
    pricing = Pricing(network)
    prices = plan.prices
    if prices is None and network.choices > MOST_CHOICES:
        # A plan read back has no prices any more; find some, so that the right choices are kept.
        target = float(plan.objective or 0)
        _, prices = find_prices(pricing, target=target, rounds=100, should_stop=should_stop)
    choices = cheapest_choices(pricing, prices or no_prices(network), MOST_CHOICES)
    found = [plan]
    for turn in range(count):
        if should_stop():
            break
        began = time.monotonic()
        program = Program(network, choices)
        for earlier in found:
            holder = np.full((len(problem.posts), network.months + 1), -1, dtype=np.int64)
            for a in earlier.assignments:
                holder[number_of[a.post], a.start - zero : a.end - zero + 1] = class_of[a.person]
            held = int((holder >= 0).sum())
            arcs = network.choice_arc[choices]
            post, k = network.arc_post[arcs], network.choice_class[choices]
            same = np.zeros(len(choices))
            for t in range(network.months):
                inside = (network.arc_start[arcs] <= t) & (t <= network.arc_end[arcs])
                same += inside & (holder[post, t] == k)
            program.limit_sum(same, np.floor((1 - different) * held))
        solved = program.solve(
            seconds=seconds / count, seed=seed + turn, gap=1e-4, should_stop=should_stop
        )
        if solved.choices is None:
            break
        assignments = tuple(name_people(network, solved.choices))
        wrong = check_plan(problem, assignments)
        if wrong:
            raise AssertionError("; ".join(wrong))
        objective = float(plan_objective(problem, assignments))
        found.append(
            Plan(
                "feasible",
                objective,
                plan.bound,
                time.monotonic() - began,
                assignments,
                people=count_people(assignments),
                stopped_by="proof" if solved.status == "optimal" else "clock",
            )
        )
        if on_plan is not None:
            on_plan(found[-1])
    return found[1:]


def lost_points(problem: Problem, plan: Plan) -> list[tuple[str, float]]:
    """Posts by the points their empty months would have been worth, most first."""
    held: Counter[str] = Counter()
    for a in plan.assignments:
        held[a.post] += len(a.held)
    lost = [
        (post.post, float(exact(post.value) * (len(post.months) - held[post.post])))
        for post in problem.posts
    ]
    return sorted((row for row in lost if row[1] > 0), key=lambda row: -row[1])
