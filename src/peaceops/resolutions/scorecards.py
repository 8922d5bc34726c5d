"""Scorecards of a mandate: principles, priorities, A4P areas, clarity; each point with its words.

What to look for is data, in `catalogue/lexicon/scorecards.yaml`. A score says what a text provides
for; whether an operation achieves it is another matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from peaceops.errors import DataError, Problem
from peaceops.places import catalogue_dir
from peaceops.resolutions.anchors import wording_of
from peaceops.resolutions.document import Paragraph, Resolution
from peaceops.resolutions.phrases import (
    Phrase,
    PhraseBook,
    PhraseError,
    compile_phrase,
    read_phrase_file,
)
from peaceops.resolutions.tasks import LANGUAGES, TaskCoding, count_tasks

SHOWN_LANGUAGES = ("fr", "nl", "de", "en")  # of labels that readers of the portal see
MOST_EVIDENCE = 6
QUOTE_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Evidence:
    """The paragraph, as printed, and the words a statement rests on."""

    paragraph: str
    quote: str


@dataclass(frozen=True, slots=True)
class Tension:
    """Two things in one mandate that pull apart; which ones, and where they stand."""

    kind: str
    label: Mapping[str, str]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Principles:
    """The three principles of peacekeeping where a text states them, and tensions with them."""

    consent: tuple[Evidence, ...]
    impartiality: tuple[Evidence, ...]
    use_of_force: tuple[Evidence, ...]
    tensions: tuple[Tension, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One question a priority asks of a mandate, and what answers it."""

    id: str
    label: Mapping[str, str]
    evidence: tuple[Evidence, ...]

    @property
    def met(self) -> bool:
        """Whether anything answers it."""
        return bool(self.evidence)


@dataclass(frozen=True, slots=True)
class PriorityScore:
    """How far a mandate provides for one priority: the share of its points that are met."""

    id: str
    label: Mapping[str, str]
    points: tuple[Point, ...]

    @property
    def score(self) -> float:
        """From 0 (no point met) to 1 (all met), two decimals."""
        return round(sum(p.met for p in self.points) / len(self.points), 2)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What answers the points, in their order, each paragraph once."""
        seen: dict[str, Evidence] = {}
        for point in self.points:
            for found in point.evidence:
                seen.setdefault(found.paragraph, found)
        return tuple(seen.values())


@dataclass(frozen=True, slots=True)
class Clarity:
    """What makes a mandate clear and realistic; unknown is None, never 0.

    `words` counts preamble and operative part, `operative_words` the latter alone; annexes are
    left out. `filled` is the strength present over the ceiling authorized.
    """

    words: int
    operative_words: int
    operative_paragraphs: int
    tasks: int
    prioritisation: tuple[Evidence, ...]
    benchmarks: tuple[Evidence, ...]
    contributors: tuple[Evidence, ...]
    ceiling: int | None
    strength: int | None
    filled: float | None


# --- the lexicon ----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Question:
    label: Mapping[str, str]
    tasks: frozenset[str]


@dataclass(frozen=True)
class ScorecardLexicon:
    """Everything the scorecards look for, in one book per language.

    Labels of the book are paths: `principles/consent`, `priorities/<id>/<point>`, `a4p/<area>`,
    `clarity/benchmarks`.
    """

    books: Mapping[str, PhraseBook]
    priorities: Mapping[str, tuple[Mapping[str, str], Mapping[str, _Question]]]
    a4p: Mapping[str, _Question]
    tensions: Mapping[str, Mapping[str, str]]


@lru_cache(maxsize=4)
def load_scorecards(path: Path | None = None) -> ScorecardLexicon:
    """The scorecards from YAML, by default the catalogue's `lexicon/scorecards.yaml`.

    Raises `DataError` with every entry that cannot be read.
    """
    path = path or catalogue_dir() / "lexicon" / "scorecards.yaml"
    return _ScorecardReader(str(path)).read(read_phrase_file(path))


@lru_cache(maxsize=4)
def load_labels(path: Path | None = None) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Priority → point → language → what the point asks, without compiling any phrase.

    For those who show a scorecard. Raises `DataError` as `load_scorecards`.
    """
    path = path or catalogue_dir() / "lexicon" / "scorecards.yaml"
    raw = read_phrase_file(path)
    try:
        return {
            name: {point: dict(asked["label"]) for point, asked in body["points"].items()}
            for name, body in raw["priorities"].items()
        }
    except (AttributeError, KeyError, TypeError, ValueError):
        raise DataError([Problem(str(path), "priorities", "cannot be read")]) from None


class _ScorecardReader:
    def __init__(self, where: str):
        self.where = where
        self.problems: list[Problem] = []
        self.entries: dict[str, list[tuple[str, Phrase]]] = {x: [] for x in LANGUAGES}

    def read(self, raw: Any) -> ScorecardLexicon:
        parts = ("principles", "tensions", "priorities", "a4p", "clarity")
        missing = [p for p in parts if not isinstance(raw, dict) or not raw.get(p)]
        if missing:
            raise DataError([Problem(self.where, p, "is missing") for p in missing])
        for name, body in raw["principles"].items():
            self._phrases(f"principles/{name}", body, required=True)
        for name, body in raw["clarity"].items():
            self._phrases(f"clarity/{name}", body, required=True)
        priorities = {}
        for name, body in raw["priorities"].items():
            points = {
                point: self._question(f"priorities/{name}/{point}", question, SHOWN_LANGUAGES)
                for point, question in body["points"].items()
            }
            priorities[name] = (self._label(f"priorities/{name}", body), points)
        areas = {name: self._question(f"a4p/{name}", body) for name, body in raw["a4p"].items()}
        tensions = {
            n: self._label(f"tensions/{n}", body, SHOWN_LANGUAGES)
            for n, body in raw["tensions"].items()
        }
        if self.problems:
            raise DataError(self.problems)
        books = {x: PhraseBook(self.entries[x]) for x in LANGUAGES}
        return ScorecardLexicon(books, priorities, areas, tensions)

    def _label(
        self, field: str, body: Mapping[str, Any], languages: tuple[str, ...] = LANGUAGES
    ) -> Mapping[str, str]:
        label = body.get("label")
        if not isinstance(label, dict) or set(languages) - set(label):
            example = ", ".join(f"{code}: …" for code in languages)
            self.problems.append(
                Problem(self.where, field, "needs a label", f"Write label: {{{example}}}.")
            )
            return {}
        return dict(label)

    def _question(
        self, field: str, body: Mapping[str, Any], languages: tuple[str, ...] = LANGUAGES
    ) -> _Question:
        tasks = frozenset(body.get("tasks", ()))
        self._phrases(field, body, required=not tasks)
        return _Question(self._label(field, body, languages), tasks)

    def _phrases(self, field: str, body: Mapping[str, Any], required: bool) -> None:
        for language in LANGUAGES:
            written = body.get(language, [])
            if required and not written:
                self.problems.append(Problem(self.where, f"{field}.{language}", "has no phrase"))
            for entry in written:
                say, unless = entry, ()
                if isinstance(entry, dict):
                    say, unless = entry.get("say"), entry.get("unless", ())
                try:
                    self.entries[language].append((field, compile_phrase(str(say), (), unless)))
                except PhraseError as error:
                    self.problems.append(
                        Problem(self.where, f"{field}.{language}", f"{say!r} {error}")
                    )


# --- findings -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scorecard:
    """All that the scorecards say of one resolution; made once, read by every question."""

    principles: Principles
    priorities: tuple[PriorityScore, ...]
    a4p: Mapping[str, tuple[Evidence, ...]]
    clarity: Clarity

    def as_dict(self) -> dict[str, Any]:
        """The face of `read --json`: principles, tensions, priorities, a4p, clarity."""
        principles = self.principles
        return {
            "principles": {
                name: _as_list(getattr(principles, name))
                for name in ("consent", "impartiality", "use_of_force")
            },
            "tensions": [
                {"kind": t.kind, "label": dict(t.label), "evidence": _as_list(t.evidence)}
                for t in principles.tensions
            ],
            "priorities": {
                p.id: {
                    "score": p.score,
                    "evidence": _as_list(p.evidence),
                    "points": {q.id: _as_list(q.evidence) for q in p.points},
                }
                for p in self.priorities
            },
            "a4p": {area: _as_list(found) for area, found in self.a4p.items()},
            "clarity": {
                "words": self.clarity.words,
                "operative_words": self.clarity.operative_words,
                "operative_paragraphs": self.clarity.operative_paragraphs,
                "tasks": self.clarity.tasks,
                "prioritisation": _as_list(self.clarity.prioritisation),
                "benchmarks": _as_list(self.clarity.benchmarks),
                "contributors": _as_list(self.clarity.contributors),
                "ceiling": self.clarity.ceiling,
                "strength": self.clarity.strength,
                "filled": self.clarity.filled,
            },
        }


def _as_list(evidence: Iterable[Evidence]) -> list[dict[str, str]]:
    return [{"paragraph": e.paragraph, "quote": e.quote} for e in evidence]


def _quote(text: str, start: int, end: int) -> str:
    """The words around a match, cut at spaces, verbatim; `…` where the text goes on after them."""
    if len(text) <= QUOTE_LENGTH:
        return text
    middle = (start + end) // 2
    begin = max(0, min(middle - QUOTE_LENGTH // 2, len(text) - QUOTE_LENGTH))
    stop = begin + QUOTE_LENGTH
    if begin:
        begin = text.find(" ", begin) + 1 or begin
    if stop < len(text):
        stop = text.rfind(" ", begin, stop)
    return text[begin:stop].strip(" ,;") + "…" * bool(text[stop:].strip(" ,;."))


def _find_all(paragraphs: Iterable[Paragraph], book: PhraseBook) -> dict[str, dict[str, Evidence]]:
    """Label → paragraph → its first words, for every label of the book."""
    found: dict[str, dict[str, Evidence]] = {}
    for paragraph in paragraphs:
        for label, start, end in wording_of(paragraph.text).recall(book):
            places = found.setdefault(label, {})
            if len(places) < MOST_EVIDENCE and paragraph.number not in places:
                quote = _quote(paragraph.text, start, end)
                places[paragraph.number] = Evidence(paragraph.number, quote)
    return found


class _Tasks:
    """The codings of a mandate, found by their tasks."""

    def __init__(self, tasks: Sequence[TaskCoding]):
        self._tasks = tasks
        self._places: dict[str, list[int]] = {}
        for place, coding in enumerate(tasks):
            self._places.setdefault(coding.task, []).append(place)

    def evidence_of(self, wanted: Iterable[str]) -> list[Evidence]:
        """Where one of some tasks is given, each paragraph once, in the order of the text."""
        found: dict[str, Evidence] = {}
        for place in sorted(n for task in wanted for n in self._places.get(task, ())):
            coding = self._tasks[place]
            if coding.paragraph not in found:
                found[coding.paragraph] = Evidence(coding.paragraph, coding.quote)
        return list(found.values())[:MOST_EVIDENCE]


def score_mandate(
    document: Resolution,
    tasks: Sequence[TaskCoding],
    chapter_vii: Evidence | None = None,
    ceiling: int | None = None,
    strength: int | None = None,
    lexicon: ScorecardLexicon | None = None,
) -> Scorecard:
    """The scorecards of one resolution.

    `tasks` are those of `code_tasks`; `chapter_vii` is where the Council acts under Chapter VII,
    None if it does not; `ceiling` and `strength` are persons authorized and present, None if not
    known. Only words the text holds count.
    """
    lexicon = lexicon or load_scorecards()
    language = document.language if document.language in LANGUAGES else "en"
    book = lexicon.books[language]
    operative = _find_all(document.operative, book)
    preamble = _find_all(document.preamble, book)
    given = _Tasks(tasks)

    def stated(label: str) -> tuple[Evidence, ...]:
        both = {**preamble.get(label, {}), **operative.get(label, {})}
        return tuple(both.values())

    def answered(label: str, question: _Question) -> tuple[Evidence, ...]:
        places = {e.paragraph: e for e in given.evidence_of(question.tasks)}
        for number, evidence in operative.get(label, {}).items():
            places.setdefault(number, evidence)
        return tuple(places.values())[:MOST_EVIDENCE]

    consent = stated("principles/consent")
    principles = Principles(
        consent,
        stated("principles/impartiality"),
        stated("principles/use_of_force"),
        tuple(_find_tensions(given, chapter_vii, consent, lexicon)),
    )
    priorities = tuple(
        PriorityScore(
            name,
            label,
            tuple(
                Point(point, question.label, answered(f"priorities/{name}/{point}", question))
                for point, question in points.items()
            ),
        )
        for name, (label, points) in lexicon.priorities.items()
    )
    a4p = {name: answered(f"a4p/{name}", question) for name, question in lexicon.a4p.items()}
    operative_words = sum(wording_of(p.text).count for p in document.operative)
    clarity = Clarity(
        words=operative_words + sum(wording_of(p.text).count for p in document.preamble),
        operative_words=operative_words,
        operative_paragraphs=len(document.top_level),
        tasks=count_tasks(tasks),
        prioritisation=tuple(operative.get("clarity/prioritisation", {}).values()),
        benchmarks=tuple(operative.get("clarity/benchmarks", {}).values()),
        contributors=tuple(operative.get("clarity/contributors", {}).values()),
        ceiling=ceiling,
        strength=strength,
        filled=round(strength / ceiling, 3) if ceiling and strength is not None else None,
    )
    return Scorecard(principles, priorities, a4p, clarity)


def _find_tensions(
    given: _Tasks,
    chapter_vii: Evidence | None,
    consent: tuple[Evidence, ...],
    lexicon: ScorecardLexicon,
) -> Iterable[Tension]:
    labels = lexicon.tensions
    if chapter_vii and not consent:
        kind = "chapter-vii-without-consent"
        yield Tension(kind, labels.get(kind, {}), (chapter_vii,))
    for kind, task in (
        ("neutralize-armed-groups", "neutralize-armed-groups"),
        ("support-to-national-forces", "support-other-forces"),
    ):
        evidence = given.evidence_of((task,))
        if evidence:
            yield Tension(kind, labels.get(kind, {}), tuple(evidence))


def code_principles(
    document: Resolution,
    tasks: Sequence[TaskCoding] = (),
    chapter_vii: Evidence | None = None,
    lexicon: ScorecardLexicon | None = None,
) -> Principles:
    """The principles a text states, with tensions; see `score_mandate`."""
    return score_mandate(document, tasks, chapter_vii, lexicon=lexicon).principles


def score_priorities(
    document: Resolution,
    tasks: Sequence[TaskCoding] = (),
    lexicon: ScorecardLexicon | None = None,
) -> tuple[PriorityScore, ...]:
    """The eight priorities, in their order; see `score_mandate`."""
    return score_mandate(document, tasks, lexicon=lexicon).priorities


def score_a4p(
    document: Resolution,
    tasks: Sequence[TaskCoding] = (),
    lexicon: ScorecardLexicon | None = None,
) -> Mapping[str, tuple[Evidence, ...]]:
    """The eight areas of Action for Peacekeeping, with what a text says on each."""
    return score_mandate(document, tasks, lexicon=lexicon).a4p
