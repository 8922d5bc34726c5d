"""Two mandates side by side: what was kept, reworded, moved, added and dropped.

Paragraphs are aligned by their words, not by their numbers, because a renewal renumbers. What
matters most comes first: expiry, ceilings and tasks gained and lost; then the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from peaceops.errors import NotFound, Problem
from peaceops.resolutions.alignment import CHANGES, Aligned, align_paragraphs
from peaceops.resolutions.coder import CodedMandate, code_resolution
from peaceops.resolutions.digest import build_digest
from peaceops.resolutions.document import Paragraph, Resolution, read_document
from peaceops.resolutions.duties import named_days
from peaceops.resolutions.lexicon import Lexicon


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
        compared = {
            "before": _head(before),
            "after": _head(after),
            "decisions": _compare_decisions(
                _find_ends(self.before, before), _find_ends(self.after, after)
            ),
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
            "reports": {
                "before": _reports(self.before, before),
                "after": _reports(self.after, after),
            },
            **{
                key: {"before": before[key], "after": after[key]}
                for key in ("exit", "principles", "cooperation")
            },
            "length": {"before": before["length"], "after": after["length"]},
            "counts": self.counts,
            "paragraphs": [p.as_dict() for p in self.paragraphs],
            "problems": before["problems"] + after["problems"] + self._problems(),
        }
        return {"digest": build_digest(compared), **compared}

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


_FINAL = re.compile(
    r"\b(?:(?:a|one) (?:last|final)|final) (?:time|period|extension)\b"
    r"|\b(?:pour la|une) dernière (?:fois|période)\b|\bultime (?:fois|période|prorogation)\b",
    re.I,
)
_WITHDRAWS = re.compile(
    r"\b(?:drawdown|reduction) and (?:\w+ )?withdrawal\b"
    r"|\bwithdrawal of (?:all|its|the (?:operation|mission|force))\b"
    r"|\bréduction et (?:le|du) retrait\b|\bretrait (?:de la mission|de ses effectifs)\b",
    re.I,
)


def _find_ends(coded: CodedMandate, data: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What is decided on each operation, with whether it is for the last time and ends in
    withdrawal, as the paragraph of the decision says itself.
    """
    texts: dict[str, str] = {}
    for p in coded.document.operative:
        texts[p.number] = f"{texts.get(p.number, '')} {p.text}"
    found = {}
    for act in data["acts_on"]:
        text = texts.get(act["paragraph"] or "", "") or act["quote"] or ""
        kept = {k: act[k] for k in ("action", "until", "months", "paragraph")}
        kept["final"] = act["action"] == "extend" and bool(_FINAL.search(text))
        kept["withdrawal"] = bool(_WITHDRAWS.search(text))
        found[act["operation"]] = kept
    return found


def _reports(coded: CodedMandate, data: dict[str, Any]) -> list[dict[str, Any]]:
    """The reports asked for, each with every day that the text names for it."""
    adopted = coded.document.date
    days = [named_days(d, adopted) if adopted else () for d in coded.reports]
    return [
        {**report, "days": [day.isoformat() for day in named]}
        for report, named in zip(data["reports"], days, strict=True)
    ]


def _compare_decisions(
    first: dict[str, dict[str, Any]], second: dict[str, dict[str, Any]]
) -> list[dict[str, Any]]:
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
            "given_before": None,
            "given_after": None,
        }

    return {
        "kept": [row(k) for k in second if k in first],
        "added": [row(k) for k in second if k not in first],
        "dropped": [row(k) for k in first if k not in second],
        "in_force": [],
    }


def _strongest(tasks: Sequence[dict[str, Any]]) -> str | None:
    strengths = {t["strength"] for t in tasks}
    return "requested" if "requested" in strengths else next(iter(strengths), None)


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
