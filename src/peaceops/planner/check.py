"""A plan checked again by plain arithmetic, one function for each rule of `docs/planner.md`.

Nothing here knows how plans are made: no solver, no arrays, only the problem, the assignments and
counting. Every plan passes through `check_plan` before anybody sees it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction

from peaceops.planner.problem import (
    Assignment,
    Problem,
    exact,
    month_spans,
    month_text,
    span_text,
)


def check_plan(
    problem: Problem, assignments: Iterable[Assignment], *, served: Iterable[Assignment] = ()
) -> list[str]:
    """Everything the plan does that the rules forbid, in words; empty when the plan is valid.

    `served` are tours that began before the plan was made anew: what they were when they began is
    history (their length and their qualification are not judged), what they use now still counts.
    """
    plan = sorted(assignments)
    past = set(served)
    known = [a for a in plan if a.post in problem.post_by_id and a.person in problem.person_by_id]
    return [
        *_unknown_names(problem, plan),
        *_rule_1_lengths(problem, known, past),
        *_rule_2_one_holder_and_handovers(problem, known, past),
        *_rule_3_qualified_and_available(problem, known, past),
        *_rule_4_rest(problem, known, past),
        *_rule_5_limits(problem, known),
        *_rule_5_budget(problem, known),
        *_rule_6_must_fill(problem, known),
    ]


def plan_objective(problem: Problem, assignments: Iterable[Assignment]) -> Fraction:
    """Value of post-months held plus presence of operation-months with a post held, exactly."""
    held: set[tuple[str, int]] = set()
    for a in assignments:
        held.update((a.post, month) for month in a.held)
    posts = problem.post_by_id
    total = sum((exact(posts[post].value) for post, _ in held), Fraction(0))
    present = {(posts[post].operation, month) for post, month in held}
    return total + sum(
        (exact(problem.presence.get(operation, 0)) for operation, _ in present), Fraction(0)
    )


def count_people(assignments: Iterable[Assignment]) -> int:
    """How many different people a plan sends."""
    return len({a.person for a in assignments})


def _name(a: Assignment) -> str:
    return f"{a.person} on {a.post} {span_text(a.start, a.end)}"


def _unknown_names(problem: Problem, plan: list[Assignment]) -> Iterator[str]:
    for a in plan:
        if a.post not in problem.post_by_id:
            yield f"{_name(a)}: there is no such post"
        if a.person not in problem.person_by_id:
            yield f"{_name(a)}: there is no such person"


def _rule_1_lengths(
    problem: Problem, plan: list[Assignment], past: set[Assignment]
) -> Iterator[str]:
    """first <= start <= end <= last; length = tour, or min_tour <= length <= tour at the last
    month.
    """
    for a in plan:
        post = problem.post_by_id[a.post]
        length = a.end - a.start + 1
        if a.start < post.first or a.end > post.last or length < 1:
            if a not in past:
                yield f"rule 1: {_name(a)}: the post exists {span_text(post.first, post.last)}"
        elif length != post.tour and a not in past:
            if length > post.tour:
                yield f"rule 1: {_name(a)}: {length} months, a tour has {post.tour}"
            elif a.end != post.last:
                yield (
                    f"rule 1: {_name(a)}: {length} months; shorter than {post.tour} only when it "
                    f"ends in {month_text(post.last)}"
                )
            elif length < post.min_tour:
                yield f"rule 1: {_name(a)}: {length} months, at least {post.min_tour} are needed"


def _rule_2_one_holder_and_handovers(
    problem: Problem, plan: list[Assignment], past: set[Assignment]
) -> Iterator[str]:
    """No overlap on a post; arrive = start - handover after another person, else arrive = start."""
    by_post: dict[str, list[Assignment]] = defaultdict(list)
    for a in plan:
        by_post[a.post].append(a)
    for post_id, tours in by_post.items():
        handover = problem.post_by_id[post_id].handover
        tours.sort(key=lambda a: a.start)
        for place, a in enumerate(tours):
            before = tours[place - 1] if place else None
            if before and before.end >= a.start:
                yield f"rule 2: {_name(a)} overlaps {_name(before)}"
            direct = before and before.end == a.start - 1 and before.person != a.person
            arrive = a.start - handover if direct else a.start
            if a.arrive != arrive and a not in past:
                yield (
                    f"rule 2: {_name(a)} arrives {month_text(a.arrive)}, not {month_text(arrive)}"
                )


def _rule_3_qualified_and_available(
    problem: Problem, plan: list[Assignment], past: set[Assignment]
) -> Iterator[str]:
    """Category, rank, languages, skills; available from arrive - training to end."""
    training = problem.rules.training
    for a in plan:
        if a in past:
            continue
        person, post = problem.person_by_id[a.person], problem.post_by_id[a.post]
        if not problem.qualifies(person, post):
            yield f"rule 3: {_name(a)}: category, rank, languages or skills do not fit"
        if person.available_from is not None and a.arrive - training < person.available_from:
            yield f"rule 3: {_name(a)}: available only from {month_text(person.available_from)}"
        if person.available_to is not None and a.end > person.available_to:
            yield f"rule 3: {_name(a)}: available only to {month_text(person.available_to)}"


def _rule_4_rest(problem: Problem, plan: list[Assignment], past: set[Assignment]) -> Iterator[str]:
    """next arrive - 1 - end >= max(ceil(dwell_ratio x months deployed before), training)."""
    rules = problem.rules
    by_person: dict[str, list[Assignment]] = defaultdict(list)
    for a in plan:
        by_person[a.person].append(a)
    for person_id, tours in by_person.items():
        person = problem.person_by_id[person_id]
        tours.sort(key=lambda a: (a.arrive, a.end))
        for place, a in enumerate(tours):
            if a in past:
                continue
            if place:
                before = tours[place - 1]
                home = a.arrive - 1 - before.end
                need = rules.rest(before.end - before.arrive + 1)
                since = f"after {_name(before)}"
            elif person.home_since is not None:
                home = a.arrive - person.home_since
                need = rules.rest(person.last_tour)
                since = f"since {month_text(person.home_since)}"
            else:
                continue
            if home < need:
                yield f"rule 4: {_name(a)}: {home} months home {since}, {need} are needed"


def _rule_5_limits(problem: Problem, plan: list[Assignment]) -> Iterator[str]:
    """Sum of people deployed in a category in a month <= max_deployed."""
    count: Counter[tuple[str, int]] = Counter()
    for a in plan:
        for month in a.deployed:
            count[problem.post_by_id[a.post].category, month] += 1
    months = {month for _, month in count}
    categories = {category for category, _ in count}
    for limit in problem.limits:
        over = [
            month
            for month in months
            if sum(count[c, month] for c in categories if limit.covers(c, month))
            > limit.max_deployed
        ]
        for first, last in month_spans(over):
            yield f"rule 5: more people than {limit.name}: {span_text(first, last)}"


def _rule_5_budget(problem: Problem, plan: list[Assignment]) -> Iterator[str]:
    """Sum of cost_per_month_eur over months deployed in a year <= budget_eur."""
    spent: dict[int, Fraction] = defaultdict(Fraction)
    for a in plan:
        cost = exact(problem.post_by_id[a.post].cost)
        for month in a.deployed:
            spent[month // 12] += cost
    for year, budget in problem.budget.items():
        if spent[year] > exact(budget):
            yield f"rule 5: {float(spent[year]):,.2f} EUR in {year}, the budget is {budget:,} EUR"


def _rule_6_must_fill(problem: Problem, plan: list[Assignment]) -> Iterator[str]:
    """Held in every month from first to last."""
    held: dict[str, set[int]] = defaultdict(set)
    for a in plan:
        held[a.post].update(a.held)
    for post in problem.posts:
        if post.must_fill:
            empty = [month for month in post.months if month not in held[post.post]]
            for first, last in month_spans(empty):
                yield f"rule 6: {post.post} must be filled and is empty {span_text(first, last)}"
