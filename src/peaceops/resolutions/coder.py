"""A resolution coded as a mandate: what is asked, of whom, until when and with what force.

`code_resolution` uses the text alone, and the same text always gives the same answer. Every
statement carries the paragraph it rests on, and most the words. Where the file carries the
library's own headings, they are compared afterwards and differences listed under `problems`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from peaceops.errors import Problem
from peaceops.resolutions.accuracy import compare_with_library
from peaceops.resolutions.anchors import wording_of
from peaceops.resolutions.ceilings import Ceiling, find_ceilings
from peaceops.resolutions.clauses import (
    Cooperation,
    Duty,
    Quoted,
    find_chapter_vii,
    find_cooperation,
    find_duties,
    find_exit,
    find_impossible,
    find_means,
)
from peaceops.resolutions.corrections import Correction, apply_corrections, load_corrections
from peaceops.resolutions.decisions import Act, find_acts, split_clauses
from peaceops.resolutions.document import Resolution
from peaceops.resolutions.lexicon import Lexicon, load_lexicon
from peaceops.resolutions.naming import Naming
from peaceops.resolutions.scorecards import Evidence, Scorecard, score_mandate
from peaceops.resolutions.tasks import TaskCoding, code_tasks, count_tasks


@dataclass(frozen=True)
class CodedMandate:
    """What one resolution says, each statement with its paragraph."""

    document: Resolution
    acts_on: tuple[Act, ...]
    mentions: tuple[str, ...]
    ceilings: tuple[Ceiling, ...]
    chapter_vii: Quoted | None
    all_necessary_means: tuple[Quoted, ...]
    tasks: tuple[TaskCoding, ...]
    scorecard: Scorecard | None
    reports: tuple[Duty, ...]
    reviews: tuple[Duty, ...]
    exit: tuple[Quoted, ...]
    cooperation: tuple[Cooperation, ...]
    words: int
    problems: tuple[Problem, ...] = ()
    corrections: tuple[Correction, ...] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `read`, corrections applied."""
        document = self.document
        chapter = self.chapter_vii
        coded: dict[str, Any] = {
            "symbol": document.symbol,
            "date": _iso(document.date),
            "language": document.language,
            "acts_on": [
                {
                    "operation": a.operation,
                    "action": a.action,
                    "until": _iso(a.until),
                    "months": a.months,
                    "paragraph": a.paragraph,
                    "quote": a.quote,
                }
                for a in self.acts_on
            ],
            "mentions": list(self.mentions),
            "ceilings": [
                {
                    "operation": c.operation,
                    "kind": c.kind,
                    "persons": c.persons,
                    "change": c.change,
                    "from": c.start,
                    "within": c.within,
                    "paragraph": c.paragraph,
                    "quote": c.quote,
                }
                for c in self.ceilings
            ],
            "chapter_vii": {
                "value": chapter is not None,
                "paragraph": chapter.paragraph if chapter else None,
                "quote": chapter.quote if chapter else None,
            },
            "all_necessary_means": [
                {"operation": m.operation, "paragraph": m.paragraph, "quote": m.quote}
                for m in self.all_necessary_means
            ],
            **_scorecard_dict(self.scorecard),
            "tasks": [
                {
                    "operation": t.operation,
                    "task": t.task,
                    "mode": t.mode,
                    "strength": t.strength,
                    "paragraph": t.paragraph,
                    "quote": t.quote,
                }
                for t in self.tasks
            ],
            "reports": [d.as_dict() for d in self.reports],
            "reviews": [d.as_dict() for d in self.reviews],
            "exit": [{"paragraph": e.paragraph, "quote": e.quote} for e in self.exit],
            "cooperation": [
                {"partner": c.partner, "paragraph": c.paragraph, "quote": c.quote}
                for c in self.cooperation
            ],
            "length": {
                "words": self.words,
                "operative_paragraphs": len({p.number for p in document.top_level}),
                "tasks": count_tasks(self.tasks),
            },
            "problems": [p.as_dict() for p in self.problems],
        }
        return apply_corrections(coded, self.corrections)


def _scorecard_dict(card: Scorecard | None) -> dict[str, Any]:
    """Principles, priorities, A4P and clarity; empty where no operation is acted on."""
    if card is None:
        principles: dict[str, Any] = {"consent": [], "impartiality": [], "use_of_force": []}
        return {
            "principles": {**principles, "tensions": []},
            "priorities": {},
            "a4p": {},
            "clarity": None,
        }
    clarity = card.clarity
    return {
        "principles": {
            "consent": _evidence(card.principles.consent),
            "impartiality": _evidence(card.principles.impartiality),
            "use_of_force": _evidence(card.principles.use_of_force),
            "tensions": [
                {"kind": t.kind, "label": dict(t.label), "evidence": _evidence(t.evidence)}
                for t in card.principles.tensions
            ],
        },
        "priorities": {
            p.id: {
                "score": p.score,
                "evidence": _evidence(p.evidence),
                "points": {q.id: _evidence(q.evidence) for q in p.points},
            }
            for p in card.priorities
        },
        "a4p": {area: _evidence(found) for area, found in card.a4p.items()},
        "clarity": {
            "words": clarity.words,
            "operative_words": clarity.operative_words,
            "operative_paragraphs": clarity.operative_paragraphs,
            "tasks": clarity.tasks,
            "prioritisation": _evidence(clarity.prioritisation),
            "benchmarks": _evidence(clarity.benchmarks),
            "contributors": _evidence(clarity.contributors),
            "ceiling": clarity.ceiling,
        },
    }


def _evidence(found: Sequence[Evidence]) -> list[dict[str, str]]:
    return [{"paragraph": e.paragraph, "quote": e.quote} for e in found]


def _total_ceiling(ceilings: Sequence[Ceiling]) -> int | None:
    """Military and police together, of the operation whose ceiling comes first; None if unknown."""
    if not ceilings:
        return None
    operation = ceilings[0].operation
    highest: dict[str, int] = {}
    for ceiling in ceilings:
        if ceiling.operation == operation and ceiling.persons is not None:
            highest[ceiling.kind] = max(ceiling.persons, highest.get(ceiling.kind, 0))
    total = highest.get("uniformed") or highest.get("military", 0) + highest.get("police", 0)
    return total or None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def code_resolution(
    document: Resolution,
    lexicon: Lexicon | None = None,
    corrections: Mapping[str, tuple[Correction, ...]] | None = None,
) -> CodedMandate:
    """A resolution read for what it asks; lexicon and corrections default to the catalogue's."""
    lexicon = lexicon or load_lexicon()
    if corrections is None:
        corrections = load_corrections()
    naming = Naming(document, lexicon)
    words = lexicon.decisions.get(document.language)
    problems = list(document.problems)
    if words is None:
        problems.append(
            Problem(
                document.where,
                "language",
                f"{document.language or 'unknown'}: only the structure is read",
                "Texts are coded in English and French.",
            )
        )
    clauses = list(split_clauses(document, naming, lexicon)) if words else []
    acts = find_acts(clauses, document, naming, lexicon) if words else ()
    problems += find_impossible(clauses, lexicon, document.language, document.where)
    acted = [a.operation for a in acts]
    ceilings: tuple[Ceiling, ...] = ()
    if words and acts:
        ceilings = find_ceilings(
            clauses, words.deciding, lexicon.ceilings[document.language], naming.main, acted
        )
    reports, reviews = find_duties(document, lexicon)
    chapter = find_chapter_vii(document, lexicon)
    tasks = code_tasks(document, names_of(acted, lexicon, document.language)) if words else ()
    scorecard = None
    if acts:
        vii = Evidence(chapter.paragraph, chapter.quote) if chapter else None
        scorecard = score_mandate(document, tasks, vii, _total_ceiling(ceilings))
    mandate = CodedMandate(
        document=document,
        acts_on=acts,
        mentions=naming.mentioned,
        ceilings=ceilings,
        chapter_vii=chapter,
        all_necessary_means=find_means(
            document, naming, lexicon, {a.operation: a.paragraph for a in acts}
        ),
        tasks=tasks,
        scorecard=scorecard,
        reports=reports,
        reviews=reviews,
        exit=find_exit(document, lexicon) if acts else (),
        cooperation=find_cooperation(clauses, lexicon, document.language, acted),
        words=scorecard.clarity.words if scorecard else count_words(document),
        problems=tuple(problems),
        corrections=corrections.get(document.symbol, ()),
    )
    differences = compare_with_library(
        document, [(a.operation, a.action, a.until) for a in acts], chapter is not None, lexicon
    )
    if differences:
        object.__setattr__(mandate, "problems", (*mandate.problems, *differences))
    return mandate


def names_of(
    operations: Sequence[str], lexicon: Lexicon, language: str
) -> dict[str, tuple[str, ...]]:
    """The names each operation goes by in a language, as the coder of tasks wants them."""
    found = {}
    for operation in operations:
        known = lexicon.operations[operation]
        described = tuple(d.words for d in known.described if d.language == language)
        found[operation] = (*known.acronyms, *known.names[language], *described)
    return found


def count_words(document: Resolution) -> int:
    """Words of the preamble and the operative part, without annexes."""
    return sum(wording_of(p.text).count for p in (*document.preamble, *document.operative))
