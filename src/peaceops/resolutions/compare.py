"""Two mandates side by side: what was kept, reworded, moved, added and dropped.

Paragraphs are aligned by their words, not by their numbers, because a renewal renumbers. What
matters most comes first: expiry, ceilings and tasks gained and lost; then the text.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from peaceops.errors import NotFound, Problem
from peaceops.resolutions.coder import CodedMandate, code_resolution
from peaceops.resolutions.document import Paragraph, Resolution, read_document
from peaceops.resolutions.lexicon import Lexicon

Change = Literal["kept", "reworded", "moved", "added", "dropped"]
CHANGES: tuple[Change, ...] = ("reworded", "moved", "added", "dropped", "kept")
# Below this share of common words two paragraphs are not versions of one.
LEAST_LIKENESS = 0.5


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of words: in both texts, only in the earlier, or only in the later."""

    kind: Literal["same", "dropped", "added"]
    text: str


@dataclass(frozen=True, slots=True)
class Aligned:
    """One paragraph of the earlier mandate beside its version in the later one.

    A paragraph that stands elsewhere is `moved`, whether or not its words changed too.
    """

    change: Change
    before: Paragraph | None
    after: Paragraph | None
    words: tuple[Segment, ...]

    def as_dict(self) -> dict[str, Any]:
        """As in the JSON of `compare`."""
        return {
            "change": self.change,
            "before": _paragraph_dict(self.before),
            "after": _paragraph_dict(self.after),
            "words": [[s.kind, s.text] for s in self.words],
        }


def _paragraph_dict(paragraph: Paragraph | None) -> dict[str, str] | None:
    if paragraph is None:
        return None
    return {
        "number": paragraph.number,
        "kind": paragraph.kind,
        "section": paragraph.section,
        "text": paragraph.text,
    }


@dataclass(frozen=True)
class Comparison:
    """Two coded mandates and how the second differs from the first."""

    before: CodedMandate
    after: CodedMandate
    paragraphs: tuple[Aligned, ...]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many paragraphs were kept, reworded, moved, added and dropped."""
        counted = Counter(p.change for p in self.paragraphs)
        return {change: counted[change] for change in CHANGES}

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `compare`."""
        before, after = self.before.as_dict(), self.after.as_dict()
        return {
            "before": _head(before),
            "after": _head(after),
            "decisions": _compare_decisions(before, after),
            "ceilings": _compare_ceilings(before, after),
            "tasks": _compare_tasks(before, after),
            "chapter_vii": {
                "before": before["chapter_vii"]["value"],
                "after": after["chapter_vii"]["value"],
            },
            "all_necessary_means": {
                "before": [m["paragraph"] for m in before["all_necessary_means"]],
                "after": [m["paragraph"] for m in after["all_necessary_means"]],
            },
            "reports": {"before": before["reports"], "after": after["reports"]},
            "length": {"before": before["length"], "after": after["length"]},
            "counts": self.counts,
            "paragraphs": [p.as_dict() for p in self.paragraphs],
            "problems": before["problems"] + after["problems"] + self._problems(),
        }

    def _problems(self) -> list[dict[str, str]]:
        first = {a.operation for a in self.before.acts_on}
        second = {a.operation for a in self.after.acts_on}
        if first and second and not first & second:
            return [
                Problem(
                    f"{self.before.document.symbol}, {self.after.document.symbol}",
                    "acts_on",
                    "the two resolutions act on different operations",
                    f"{', '.join(sorted(first))}; {', '.join(sorted(second))}.",
                ).as_dict()
            ]
        return []


def _head(coded: dict[str, Any]) -> dict[str, Any]:
    return {k: coded[k] for k in ("symbol", "date", "language")}


# --- what was decided -----------------------------------------------------------------------


def _compare_decisions(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    keys = ("action", "until", "months", "paragraph")
    first = {a["operation"]: {k: a[k] for k in keys} for a in before["acts_on"]}
    second = {a["operation"]: {k: a[k] for k in keys} for a in after["acts_on"]}
    return [
        {"operation": o, "before": first.get(o), "after": second.get(o)}
        for o in dict.fromkeys([*second, *first])
    ]


def _weight(ceiling: Mapping[str, Any]) -> tuple[bool, bool, str, int]:
    """Levels before changes, wholes before their parts, later before sooner, more before less."""
    persons = ceiling["persons"]
    return persons is not None, not ceiling["within"], ceiling["from"] or "", persons or 0


def _compare_ceilings(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """Level by operation and kind; a kind named twice counts with the level that applies last.

    `from` is the day from which the later text lets it apply, None for that of its adoption.
    """

    def levels(coded: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for ceiling in coded["ceilings"]:
            key = (ceiling["operation"], ceiling["kind"])
            kept = found.get(key)
            if kept is None or _weight(ceiling) > _weight(kept):
                found[key] = ceiling
        return found

    first, second = levels(before), levels(after)
    rows = []
    for key in dict.fromkeys([*second, *first]):
        old, new = first.get(key), second.get(key)
        old_persons, new_persons = (c["persons"] if c else None for c in (old, new))
        change = new["change"] if new and new["persons"] is None else None
        if old_persons is not None and new_persons is not None:
            change = new_persons - old_persons
        rows.append(
            {
                "operation": key[0],
                "kind": key[1],
                "before": old_persons,
                "after": new_persons,
                "change": change,
                "from": new["from"] if new else None,
                "paragraph_before": old["paragraph"] if old else None,
                "paragraph_after": new["paragraph"] if new else None,
            }
        )
    return rows


def _compare_tasks(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    def by_task(coded: dict[str, Any]) -> dict[tuple[str, str], list[dict[str, Any]]]:
        found: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for task in coded["tasks"]:
            found.setdefault((task["operation"], task["task"]), []).append(task)
        return found

    first, second = by_task(before), by_task(after)

    def row(key: tuple[str, str]) -> dict[str, Any]:
        old, new = first.get(key, []), second.get(key, [])
        return {
            "operation": key[0],
            "task": key[1],
            "before": list(dict.fromkeys(t["paragraph"] for t in old)),
            "after": list(dict.fromkeys(t["paragraph"] for t in new)),
            "strength_before": _strongest(old),
            "strength_after": _strongest(new),
        }

    return {
        "kept": [row(k) for k in second if k in first],
        "added": [row(k) for k in second if k not in first],
        "dropped": [row(k) for k in first if k not in second],
    }


def _strongest(tasks: Sequence[dict[str, Any]]) -> str | None:
    strengths = {t["strength"] for t in tasks}
    return "requested" if "requested" in strengths else next(iter(strengths), None)


# --- aligning the text ----------------------------------------------------------------------

_WORD = re.compile(r"\w+(?:['’/-]\w+)*|[^\w\s]")
_LETTERS = re.compile(r"\w+(?:['’-]\w+)*")


def align_paragraphs(
    before: Sequence[Paragraph], after: Sequence[Paragraph]
) -> tuple[Aligned, ...]:
    """Each paragraph beside its other version, in the order of the later text.

    Dropped paragraphs stand where they stood, after the last paragraph kept before them.
    """
    pairs = _match(before, after)
    in_order = _longest_increasing(sorted(pairs.items()))
    partner = {a: b for b, a in pairs.items()}
    rows: list[Aligned] = []
    dropped = [n for n in range(len(before)) if n not in pairs]
    for place, paragraph in enumerate(after):
        other = partner.get(place)
        if other is None:
            rows.append(Aligned("added", None, paragraph, (Segment("added", paragraph.text),)))
            continue
        while dropped and dropped[0] < other and other in in_order:
            rows.append(_dropped(before[dropped.pop(0)]))
        rows.append(_aligned(before[other], paragraph, moved=other not in in_order))
    rows += [_dropped(before[n]) for n in dropped]
    return tuple(rows)


def _dropped(paragraph: Paragraph) -> Aligned:
    return Aligned("dropped", paragraph, None, (Segment("dropped", paragraph.text),))


def _aligned(before: Paragraph, after: Paragraph, moved: bool) -> Aligned:
    same = _folded(before.text) == _folded(after.text)
    change: Change = "moved" if moved else "kept" if same else "reworded"
    segments = (Segment("same", after.text),) if same else word_changes(before.text, after.text)
    return Aligned(change, before, after, segments)


def _folded(text: str) -> tuple[str, ...]:
    return tuple(w.lower() for w in _LETTERS.findall(text))


def _match(before: Sequence[Paragraph], after: Sequence[Paragraph]) -> dict[int, int]:
    """Places of the earlier text and their versions in the later, best likeness first."""
    first = [_folded(p.text) for p in before]
    second = [_folded(p.text) for p in after]
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    where: dict[tuple[str, ...], list[int]] = {}
    for n, words in enumerate(second):
        where.setdefault(words, []).append(n)
    for n, words in enumerate(first):
        if words and where.get(words):
            pairs[n] = where[words].pop(0)
            taken.add(pairs[n])
    scores = []
    bags = [Counter(words) for words in second]
    for n, words in enumerate(first):
        if n in pairs or not words:
            continue
        bag = Counter(words)
        for m, other in enumerate(second):
            if m in taken or not other or before[n].kind != after[m].kind:
                continue
            likeness = 2 * sum((bag & bags[m]).values()) / (len(words) + len(other))
            if likeness >= LEAST_LIKENESS:
                distance = abs(n / len(first) - m / len(second))
                scores.append((likeness - 0.1 * distance, -n, -m))
    for _, n, m in sorted(scores, reverse=True):
        if -n not in pairs and -m not in taken:
            pairs[-n] = -m
            taken.add(-m)
    return pairs


def _longest_increasing(pairs: Sequence[tuple[int, int]]) -> set[int]:
    """The first members of the longest run of pairs whose second members rise."""
    best: list[int] = []
    previous: dict[int, int] = {}
    tails: list[int] = []
    for n, (_, place) in enumerate(pairs):
        low, high = 0, len(tails)
        while low < high:
            middle = (low + high) // 2
            if pairs[tails[middle]][1] < place:
                low = middle + 1
            else:
                high = middle
        if low:
            previous[n] = tails[low - 1]
        tails[low : low + 1] = [n]
        best = best if len(best) >= len(tails) else tails.copy()
    run: set[int] = set()
    at: int | None = tails[-1] if tails else None
    while at is not None:
        run.add(pairs[at][0])
        at = previous.get(at)
    return run


def word_changes(before: str, after: str) -> tuple[Segment, ...]:
    """What became of the words, as runs.

    >>> [(s.kind, s.text) for s in word_changes("until 30 June 2020", "until 30 June 2021")]
    [('same', 'until 30 June'), ('dropped', '2020'), ('added', '2021')]
    """
    first, second = list(_WORD.finditer(before)), list(_WORD.finditer(after))
    matcher = difflib.SequenceMatcher(
        None, [m.group() for m in first], [m.group() for m in second], autojunk=False
    )
    segments: list[Segment] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            segments.append(Segment("same", after[second[j1].start() : second[j2 - 1].end()]))
            continue
        if i2 > i1:
            segments.append(Segment("dropped", before[first[i1].start() : first[i2 - 1].end()]))
        if j2 > j1:
            segments.append(Segment("added", after[second[j1].start() : second[j2 - 1].end()]))
    return tuple(segments)


# --- the question ---------------------------------------------------------------------------


def compare_resolutions(
    before: Resolution, after: Resolution, lexicon: Lexicon | None = None
) -> Comparison:
    """The later resolution against the earlier: preamble and operative part, not annexes."""

    def body(document: Resolution) -> list[Paragraph]:
        return [p for p in document.paragraphs if p.kind in ("preamble", "operative") and p.text]

    return Comparison(
        before=code_resolution(before, lexicon),
        after=code_resolution(after, lexicon),
        paragraphs=align_paragraphs(body(before), body(after)),
    )


_NUMBER = re.compile(r"(?:S/RES/)?(\d{1,4})(?:\s*\((\d{4})\))?$")


def find_resolution(wanted: str, folder: Path | None, language: str = "en") -> Resolution:
    """A resolution by file name, or by symbol (`S/RES/2531 (2020)`, `2531`) within a folder.

    Raises `NotFound` if no file of the folder is that resolution, `RefusedFile` if it cannot be
    read.
    """
    path = Path(wanted)
    if path.is_file():
        return read_document(path)
    number = _NUMBER.fullmatch(wanted.strip())
    if number is None:
        raise NotFound(
            Problem(
                wanted, "", "no such file", "Give a file, or a symbol such as S/RES/2531 (2020)."
            )
        )
    if folder is None or not folder.is_dir():
        raise NotFound(
            Problem(wanted, "", "a symbol needs a folder of texts", "Name one with --texts FOLDER.")
        )
    in_name = re.compile(rf"(?<!\d)0*{number[1]}(?!\d)")
    candidates = [
        p
        for p in sorted(folder.rglob("*"))
        if p.suffix in (".xml", ".txt") and in_name.search(p.stem)
    ]
    found: Resolution | None = None
    for candidate in candidates:
        document = read_document(candidate)
        if re.match(rf"S/RES/{number[1]}\b", document.symbol) is None:
            continue
        if number[2] and f"({number[2]})" not in document.symbol:
            continue
        if document.language == language:
            return document
        found = found or document
    if found is None:
        raise NotFound(Problem(wanted, "", f"no text of it in {folder}"))
    return found
