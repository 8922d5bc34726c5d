"""Problems made by chance from a seed: the same size, kind and seed give the same problem.

Used by the tests and the benchmarks. `easy` problems have people enough and no cap; `tight` ones
have scarce skills, rest of two to three times the tour, a cap at half the posts, a budget that
binds, and handovers.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from peaceops.planner.problem import ANY, Limit, Number, Person, Post, Problem, Rules

RANKS = ("of1", "of2", "of3", "of4", "of5", "of6", "of7")
CATEGORIES = ("staff-officer", "military-expert", "police", "civilian-expert")
LANGUAGES = {"en": 0.85, "fr": 0.5, "es": 0.15, "ar": 0.08}
SKILLS = ("medical", "logistics", "intelligence", "air", "legal", "engineering")
FUNCTIONS = ("command", "staff", "observation", "liaison", "training", "policing")


@dataclass(frozen=True)
class Size:
    """How big: people, posts, months."""

    people: int
    posts: int
    months: int


SIZES = {
    "XS": Size(12, 4, 8),
    "S": Size(40, 12, 12),
    "M": Size(200, 50, 24),
    "L": Size(1_000, 250, 36),
    "XL": Size(4_000, 1_000, 48),
}


def generate_problem(size: Size | str, *, tight: bool, seed: int) -> Problem:
    """A problem of realistic shape."""
    size = SIZES[size] if isinstance(size, str) else size
    chance = random.Random(f"{size}/{tight}/{seed}")  # noqa: S311
    first = 2026 * 12
    last = first + size.months - 1
    dwell: Number = chance.choice([2, 2.5, 3]) if tight else chance.choice([1, 1.5])
    rules = Rules(first, last, dwell, training=chance.choice([1, 2]), ranks=RANKS)
    operations = [f"op-{n:02d}" for n in range(1, max(2, size.posts // 5) + 1)]
    people = tuple(
        _person(chance, f"P{n:04d}", first, last, tight=tight) for n in range(1, size.people + 1)
    )
    posts = tuple(
        _post(chance, n, chance.choice(operations), chance.choice(people), rules, tight=tight)
        for n in range(1, size.posts + 1)
    )
    presence: dict[str, Number] = {name: chance.choice([0, 5, 10, 20]) for name in operations}
    limits: tuple[Limit, ...] = ()
    budget: dict[int, Number] = {}
    if tight:
        limits = (
            Limit(ANY, first, last, max(1, size.posts // 2)),
            Limit("staff-officer", first, last, max(1, size.posts // 5)),
        )
        for year in range(first // 12, last // 12 + 1):
            share = sum(
                post.cost * sum(month // 12 == year for month in post.months) for post in posts
            )
            budget[year] = round(share * 0.45, -3)
    return Problem(posts, people, rules, presence, limits, budget)


def _post(
    chance: random.Random, number: int, operation: str, like: Person, rules: Rules, *, tight: bool
) -> Post:
    """A post that at least one person, `like`, could hold."""
    first, last = rules.first, rules.last
    months = last - first + 1
    start = first if chance.random() < 0.6 else first + chance.randrange(0, max(1, months // 2))
    end = last if chance.random() < 0.6 else last - chance.randrange(0, max(1, months // 3))
    end = max(end, min(last, start + 3))
    rank = RANKS.index(like.rank)
    low = max(0, rank - chance.choice([0, 0, 1]))
    high = min(len(RANKS) - 1, rank + chance.choice([0, 1, 1]))
    tour = min(chance.choice([4, 6, 6, 6, 9, 12]), max(2, months // 2))
    languages = set(like.languages) & {"en"}
    if chance.random() < (0.6 if tight else 0.4):
        languages |= set(sorted(like.languages)[:2])
    skills = sorted(like.skills)[:1] if chance.random() < (0.8 if tight else 0.4) else []
    return Post(
        post=f"S{number:04d}",
        operation=operation,
        category=like.category,
        first=start,
        last=end,
        tour=tour,
        min_tour=max(1, tour - chance.choice([0, 2, 3])),
        handover=chance.choice([0, 1, 1]) if tight else chance.choice([0, 0, 1]),
        cost=chance.choice([4_000, 6_000, 8_500, 12_000]),
        value=chance.randrange(5, 40),
        function=chance.choice(FUNCTIONS),
        rank_min=RANKS[low],
        rank_max=RANKS[high],
        languages=frozenset(languages),
        skills=frozenset(skills),
    )


def _person(chance: random.Random, name: str, first: int, last: int, *, tight: bool) -> Person:
    spoken = frozenset(lang for lang, share in LANGUAGES.items() if chance.random() < share)
    odds = 0.12 if tight else 0.25
    skills = frozenset(skill for skill in SKILLS if chance.random() < odds)
    months = last - first + 1
    home_since = first - chance.randrange(0, 12) if chance.random() < 0.4 else None
    late = chance.random() < 0.15
    leaves = chance.random() < 0.15
    return Person(
        person=name,
        category=chance.choices(CATEGORIES, [4, 3, 2, 1])[0],
        rank=RANKS[min(len(RANKS) - 1, int(chance.triangular(0, len(RANKS), 2)))],
        languages=spoken,
        skills=skills,
        sex=chance.choice("fm"),
        available_from=first + chance.randrange(0, max(1, months // 3)) if late else None,
        available_to=last - chance.randrange(0, max(1, months // 3)) if leaves else None,
        home_since=home_since,
        last_tour=6 if home_since is not None else 0,
    )


def generate_small(seed: int) -> Problem:
    """A tiny problem in which every rule may matter, for tests against brute force."""
    chance = random.Random(f"small/{seed}")  # noqa: S311
    months = chance.randrange(3, 9)
    first = 2026 * 12 + chance.randrange(0, 12)
    last = first + months - 1
    rules = Rules(
        first,
        last,
        dwell_ratio=chance.choice([0, 0.5, 1, 1.1, 2]),
        training=chance.choice([0, 0, 1, 2]),
        ranks=RANKS[:3],
    )
    operations = ["op-a", "op-b"]
    posts = []
    for n in range(chance.randrange(1, 4)):
        start = first + chance.choice([0, 0, 1])
        end = max(start, last - chance.choice([0, 0, 1, 2]))
        tour = chance.randrange(1, 4)
        low = chance.randrange(0, 2)
        posts.append(
            Post(
                post=f"S{n}",
                operation=chance.choice(operations),
                category=chance.choice(["a", "a", "b"]),
                first=start,
                last=end,
                tour=tour,
                min_tour=chance.randrange(1, tour + 1),
                handover=chance.randrange(0, min(tour, 2) + 1),
                cost=chance.choice([0, 100, 250.5]),
                value=chance.choice([0, 1, 2, 2.5, 7]),
                must_fill=chance.random() < 0.12,
                rank_min=RANKS[low] if chance.random() < 0.5 else "",
                rank_max=RANKS[low + 1] if chance.random() < 0.3 else "",
                languages=frozenset(["fr"]) if chance.random() < 0.25 else frozenset(),
            )
        )
    people = tuple(
        Person(
            person=f"P{n}",
            category=chance.choice(["a", "a", "b"]),
            rank=chance.choice(RANKS[:3]),
            languages=frozenset(chance.sample(["fr", "en"], chance.randrange(0, 3))),
            available_from=first + chance.randrange(-2, 1) if chance.random() < 0.3 else None,
            available_to=last - chance.randrange(0, 3) if chance.random() < 0.3 else None,
            home_since=first - chance.randrange(0, 4) if (away := chance.random() < 0.3) else None,
            last_tour=chance.randrange(1, 4) if away else 0,
        )
        for n in range(chance.randrange(1, 5))
    )
    limits = []
    if chance.random() < 0.4:
        limits.append(Limit(ANY, first, last - chance.choice([0, 1]), chance.randrange(0, 3)))
    if chance.random() < 0.3:
        limits.append(Limit("a", first, last, chance.randrange(0, 2)))
    budget: dict[int, Number] = {}
    if chance.random() < 0.4:
        budget[first // 12] = chance.choice([0, 400, 900.25, 2_000])
    presence: dict[str, Number] = {"op-a": chance.choice([0, 1, 5]), "op-b": chance.choice([0, 3])}
    return Problem(tuple(posts), people, rules, presence, tuple(limits), budget)
