"""What a month on a post is worth, from a small table of weights that the user may change.

    value = base x function x framework x hot spot x (1 + mandate weight x mandate score)

Every factor comes from the table `weights` (kind, key, weight); what the table does not name counts
as 1 (mandate: 0). The defaults are a judgement of this project, not a published scale, and are
shown with every result that uses them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from peaceops.planner.problem import Number, Weight

WEIGHT_KINDS = ("base", "function", "framework", "hot-spot", "mandate")
OPERATION_FACTS = ("framework", "hot_spot", "mandate_score")

DEFAULT_WEIGHTS: tuple[Weight, ...] = (
    Weight("base", "", 10),
    Weight("function", "command", 2),
    Weight("function", "staff", 1.5),
    Weight("function", "liaison", 1.3),
    Weight("function", "observation", 1.2),
    Weight("function", "training", 1.1),
    Weight("function", "policing", 1.1),
    Weight("function", "justice", 1.1),
    Weight("function", "civil-protection", 1),
    Weight("function", "support", 0.8),
    Weight("function", "contingent", 0.7),
    Weight("framework", "un", 1.2),
    Weight("framework", "eu", 1.1),
    Weight("framework", "nato", 1),
    Weight("framework", "osce", 1),
    Weight("hot-spot", "", 1.5),
    Weight("mandate", "", 0.05),
)


def value_of_post(
    function: str, facts: Mapping[str, str | Number], weights: Iterable[Weight]
) -> Number:
    """Points per month, rounded to one decimal.

    >>> value_of_post("command", {"framework": "un", "hot_spot": 1}, DEFAULT_WEIGHTS)
    36
    """
    table = {(w.kind, w.key): w.weight for w in weights}
    score = facts.get("mandate_score", 0)
    value = (
        table.get(("base", ""), 1)
        * table.get(("function", function.casefold()), 1)
        * table.get(("framework", str(facts.get("framework", ""))), 1)
        * (table.get(("hot-spot", ""), 1) if facts.get("hot_spot") else 1)
        * (1 + table.get(("mandate", ""), 0) * (score if isinstance(score, int | float) else 0))
    )
    rounded = round(float(value), 1)
    return int(rounded) if rounded.is_integer() else rounded
