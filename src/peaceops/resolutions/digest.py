"""What matters in a comparison of two mandates, in a few lines, the weightiest first.

Until when, what was decided, ceilings, Chapter VII and means, tasks, reports, drawdown, principles,
co-operation; then new and dropped paragraphs of substance. The lines are codes and numbers, said in
words where they are shown; `row` is the place in `paragraphs` that a line speaks of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from peaceops.resolutions.spelling import join_words, spell_words

MOST_LINES = 15
MOST_OPERATIONS = 3
WORDS_SHOWN = 14
LEAST_WORDS = 8
ASKING_WORDS = 8
PRINCIPLES = ("consent", "impartiality", "use_of_force")

Line = dict[str, Any]


def build_digest(compared: Mapping[str, Any]) -> list[Line]:
    """The lines for a comparison (the JSON of `compare`), at most `MOST_LINES`.

    Each has `kind` and `change`, and what belongs to the kind: `operation`, `before`, `after`,
    `items`, `paragraphs`, `number`, `text`; `row` is None where no one paragraph is meant. What did
    not change is gathered in one line of kind `same`.
    """
    return _Digest(compared).lines()


class _Digest:
    def __init__(self, compared: Mapping[str, Any]):
        self.data = compared
        self.rows: Sequence[Mapping[str, Any]] = compared["paragraphs"]
        self.same: list[str] = []
        self._rows_by_number: dict[str, dict[str, list[int]]] = {"before": {}, "after": {}}
        for n, row in enumerate(self.rows):
            for side, found in self._rows_by_number.items():
                if row[side]:
                    found.setdefault(row[side]["number"], []).append(n)

    def lines(self) -> list[Line]:
        found = [
            *self._decisions(),
            *self._ceilings(),
            *self._force(),
            *self._tasks(),
            *self._reports(),
            *self._exit(),
            *self._principles(),
            *self._cooperation(),
        ]
        if self.same:
            found.append({"kind": "same", "change": "same", "items": self.same, "row": None})
        return [*found, *self._paragraphs(found, MOST_LINES - len(found))][:MOST_LINES]

    def _row(self, side: str, statement: Mapping[str, Any] | None) -> int | None:
        """The place of the paragraph a statement rests on; by its words where several fit."""
        if not statement:
            return None
        places = self._rows_by_number[side].get(statement["paragraph"] or "", [])
        words = (statement.get("quote") or "").strip("… ")[:60]
        exact = (n for n in places if words and words in self.rows[n][side]["text"])
        return next(exact, places[0] if places else None)

    # -- what was decided --

    def _decisions(self) -> Iterator[Line]:
        for decided in self.data["decisions"][:MOST_OPERATIONS]:
            before, after = decided["before"], decided["after"]
            row = self._row("after", after)
            if row is None:
                row = self._row("before", before)
            line = {"operation": decided["operation"], "before": before, "after": after, "row": row}
            change = "lost" if not after else "gained" if not before else "changed"
            if before and after and before["until"] == after["until"]:
                change = "same"
            yield {"kind": "until", "change": change, **line}
            if after and (after["final"] or after["withdrawal"] or _acts(before) != _acts(after)):
                yield {"kind": "action", "change": "changed", **line}

    def _ceilings(self) -> Iterator[Line]:
        operations = dict.fromkeys(c["operation"] for c in self.data["ceilings"])
        for operation in list(operations)[:MOST_OPERATIONS]:
            rows = [c for c in self.data["ceilings"] if c["operation"] == operation]
            changed = [c for c in rows if c["before"] != c["after"]]
            if not changed:
                self.same.append("ceilings")
                continue
            new = next((c["paragraph_after"] for c in changed if c["paragraph_after"]), None)
            old = next((c["paragraph_before"] for c in changed if c["paragraph_before"]), None)
            yield {
                "kind": "ceilings",
                "change": "changed",
                "operation": operation,
                "items": [
                    {k: c[k] for k in ("kind", "before", "after", "change")} for c in changed
                ],
                "row": self._row("after", {"paragraph": new})
                if new
                else self._row("before", {"paragraph": old}),
            }

    def _force(self) -> Iterator[Line]:
        seven, means = self.data["chapter_vii"], self.data["all_necessary_means"]
        for kind, before, after in (
            ("chapter_vii", seven["before"], seven["after"]),
            ("means", bool(means["before"]), bool(means["after"])),
        ):
            if before == after:
                if before:
                    self.same.append(kind)
                continue
            side = "after" if after else "before"
            places = means[side] if kind == "means" else []
            yield {
                "kind": kind,
                "change": "gained" if after else "lost",
                "paragraphs": places,
                "row": self._row(side, {"paragraph": places[0]}) if places else None,
            }

    # -- tasks and duties --

    def _tasks(self) -> Iterator[Line]:
        tasks = self.data["tasks"]
        rows = [*tasks["kept"], *tasks["added"], *tasks["dropped"]]
        in_force = tasks.get("in_force", ())
        for operation in list(dict.fromkeys(r["operation"] for r in rows))[:MOST_OPERATIONS]:
            stated = [
                any(r[side] for r in rows if r["operation"] == operation)
                for side in ("before", "after")
            ]
            if operation not in in_force and not all(stated) and self._acted_on_by_both(operation):
                yield {
                    "kind": "tasks",
                    "change": "unstated",
                    "operation": operation,
                    "side": "after" if stated[0] else "before",
                    "items": [r["task"] for r in rows if r["operation"] == operation],
                    "row": None,
                }
                continue
            for change, key, side in (("gained", "added", "after"), ("lost", "dropped", "before")):
                found = [r for r in tasks[key] if r["operation"] == operation]
                if not found:
                    continue
                place = next((r[side][0] for r in found if r[side]), None)
                yield {
                    "kind": "tasks",
                    "change": change,
                    "operation": operation,
                    "items": [r["task"] for r in found],
                    "row": self._row(side, {"paragraph": place}) if place else None,
                }
            if not any(r["operation"] == operation for r in [*tasks["added"], *tasks["dropped"]]):
                self.same.append("tasks")

    def _acted_on_by_both(self, operation: str) -> bool:
        return any(
            d["operation"] == operation and d["before"] and d["after"]
            for d in self.data["decisions"]
        )

    def _reports(self) -> Iterator[Line]:
        sides = [
            [
                {
                    **{k: r[k] for k in ("paragraph", "due", "every", "basis", "days")},
                    "row": n,
                    "quote": r["quote"],
                }
                for r in self.data["reports"][side]
                if (r["due"] or r["every"] or r["basis"]) and r["basis"] != "as-appropriate"
                for n in (self._row(side, r),)
            ]
            for side in ("before", "after")
        ]
        old, new = sides
        pairs = list(_pair_reports(old, new))
        asked = [r for r in new if not any(r is b for _, b in pairs) and self._is_news("before", r)]
        gone = [r for r in old if not any(r is a for a, _ in pairs) and self._is_news("after", r)]
        changed = [
            {**b, "before": {k: a[k] for k in ("due", "every", "basis", "days")}}
            for a, b in pairs
            if (_rhythm(a), len(a["days"])) != (_rhythm(b), len(b["days"]))
        ]
        for change, items in (("gained", asked), ("changed", changed), ("lost", gone)):
            if items:
                told = [{k: v for k, v in item.items() if k != "quote"} for item in items]
                yield {"kind": "reports", "change": change, "items": told, "row": told[0]["row"]}
        if pairs and not (asked or gone or changed):
            self.same.append("reports")

    def _is_news(self, other: str, report: Mapping[str, Any]) -> bool:
        """Whether the other version of a report's paragraph does not ask in the same words."""
        row = self.rows[report["row"]] if report["row"] is not None else None
        if row is None or row[other] is None:
            return True
        asking = "".join(spell_words(report["quote"])[:ASKING_WORDS])
        return asking not in join_words(row[other]["text"])

    # -- exit, principles, partners --

    def _exit(self) -> Iterator[Line]:
        places = {
            side: {self._row(side, e): e for e in self.data["exit"][side]}
            for side in ("before", "after")
        }
        new = {n: e for n, e in places["after"].items() if n not in places["before"]}
        gone = {n: e for n, e in places["before"].items() if n not in places["after"]}
        for change, found in (("gained", new), ("lost", gone)):
            if found:
                first = next(iter(found))
                yield {
                    "kind": "exit",
                    "change": change,
                    "paragraphs": list(dict.fromkeys(e["paragraph"] for e in found.values())),
                    "row": first,
                }
        if places["before"] and not (new or gone):
            self.same.append("exit")

    def _principles(self) -> Iterator[Line]:
        sides = self.data["principles"]
        stated = {s: [p for p in PRINCIPLES if sides[s].get(p)] for s in sides}
        yield from self._sets("principles", stated, lambda s, p: sides[s][p][0])
        tense = {s: {t["kind"]: t for t in sides[s].get("tensions", ())} for s in sides}
        yield from self._sets("tensions", tense, lambda s, t: tense[s][t]["evidence"][0])

    def _cooperation(self) -> Iterator[Line]:
        partners = {
            side: {c["partner"]: c for c in reversed(self.data["cooperation"][side])}
            for side in ("before", "after")
        }
        yield from self._sets("cooperation", partners, lambda s, p: partners[s][p])

    def _sets(self, kind: str, sides: Mapping[str, Iterable[str]], place: Any) -> Iterator[Line]:
        """Gained and lost members of a set; `place` gives the statement a member rests on."""
        old, new = list(sides["before"]), list(sides["after"])
        for change, side, found in (
            ("gained", "after", [x for x in new if x not in old]),
            ("lost", "before", [x for x in old if x not in new]),
        ):
            if found:
                yield {
                    "kind": kind,
                    "change": change,
                    "items": found,
                    "row": self._row(side, place(side, found[0])),
                }
        if old and set(old) == set(new):
            self.same.append(kind)

    # -- paragraphs --

    def _paragraphs(self, said: Sequence[Line], room: int) -> Iterator[Line]:
        """New and dropped paragraphs, operative and long ones first; the last line counts the rest.

        What is new weighs twice what is gone.

        What an earlier line leads to, and what stands within another paragraph, is left out.
        """
        told = {line["row"] for line in said}
        told |= {i["row"] for line in said if line["kind"] == "reports" for i in line["items"]}
        found: list[tuple[tuple[bool, int], int]] = []
        lists: dict[tuple[str, str], int] = {}
        for n, row in enumerate(self.rows):
            if row["change"] not in ("added", "dropped") or row["within"]:
                continue
            paragraph = row["after"] or row["before"]
            words = len(paragraph["text"].split()) * (2 if row["change"] == "added" else 1)
            head = row["change"], paragraph["number"].partition("(")[0]
            if "(" in paragraph["number"] and head in lists:
                place = lists[head]  # an item of a list that is new or gone as a whole
                found[place] = ((found[place][0][0], found[place][0][1] + words), found[place][1])
                continue
            if n in told or words < LEAST_WORDS:
                continue
            if paragraph["kind"] == "operative":
                lists.setdefault(head, len(found))
            found.append(((paragraph["kind"] == "operative", words), -n))
        found.sort(reverse=True)
        shown = found if len(found) <= room else found[: max(room - 1, 0)]
        order = {"added": 0, "dropped": 1}
        for n in sorted((-n for _, n in shown), key=lambda n: (order[self.rows[n]["change"]], n)):
            row = self.rows[n]
            paragraph = row["after"] or row["before"]
            yield {
                "kind": "paragraph",
                "change": row["change"],
                "number": paragraph["number"],
                "text": first_words(paragraph["text"]),
                "row": n,
            }
        rest = [self.rows[-n]["change"] for _, n in found[len(shown) :]]
        if rest and room > 0:
            yield {
                "kind": "more",
                "change": "changed",
                "added": rest.count("added"),
                "dropped": rest.count("dropped"),
                "row": None,
            }


def _acts(act: Mapping[str, Any] | None) -> tuple[Any, ...] | None:
    return (act["action"], act["final"], act["withdrawal"]) if act else None


def _pair_reports(
    old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Reports of the two texts that are the same one: of one paragraph, else of one rhythm."""
    left, right = list(old), list(new)
    for same in (_same_place_and_rhythm, _same_place, _same_rhythm):
        for a in list(left):
            b = next((b for b in right if same(a, b)), None)
            if b is not None:
                left.remove(a)
                right.remove(b)
                yield a, b


def _same_place(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    return a["row"] is not None and a["row"] == b["row"]


def _same_rhythm(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    return _rhythm(a) is not None and _rhythm(a) == _rhythm(b)


def _same_place_and_rhythm(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    return _same_place(a, b) and _rhythm(a) == _rhythm(b)


_INTERVALS = {"monthly": "1 months", "quarterly": "3 months", "semi-annual": "6 months"}


def _rhythm(report: Mapping[str, Any]) -> str | None:
    """How often: an interval, whether counted or in a word, or a word that names none."""
    basis = report["basis"]
    rhythm: str | None = report["every"] or _INTERVALS.get(basis, basis)
    return rhythm


def first_words(text: str, most: int = WORDS_SHOWN) -> str:
    """The first words of a text, with an ellipsis where it goes on.

    >>> first_words("one two three", 2)
    'one two …'
    """
    words = text.split()
    return " ".join(words) if len(words) <= most else " ".join(words[:most]).rstrip(",;:") + " …"


def take_tasks_in_force(
    compared: Mapping[str, Any], standing: Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]]
) -> dict[str, Any]:
    """The JSON of `compare` with the tasks in force where a text states none of its own.

    `standing` has, for an operation, the tasks in force under the earlier and the later resolution,
    each with the symbol of the one whose text gave it last. They replace the tasks of the texts of
    operations of which one of the two texts states none; `in_force` lists these operations, and
    `given_before` and `given_after` say where a task comes from. The digest follows.
    """
    tasks = compared["tasks"]
    rows = [(change, row) for change in ("kept", "added", "dropped") for row in tasks[change]]
    stated = {
        (side, row["operation"]) for _, row in rows for side in ("before", "after") if row[side]
    }
    bare = [o for o in standing if any(standing[o]) and not {("before", o), ("after", o)} <= stated]
    if not bare:
        return dict(compared)
    found: dict[str, list[dict[str, Any]]] = {"kept": [], "added": [], "dropped": []}
    said = {}
    for change, row in rows:
        if row["operation"] in bare:
            said[row["operation"], row["task"]] = row
        else:
            found[change].append(row)
    for operation in bare:
        first, second = standing[operation]
        for task in dict.fromkeys([*second, *first]):
            row = said.get((operation, task)) or {
                "operation": operation,
                "task": task,
                "before": [],
                "after": [],
                "strength_before": None,
                "strength_after": None,
            }
            change = "kept" if task in first and task in second else "added"
            if task not in second:
                change = "dropped"
            given = {"given_before": first.get(task), "given_after": second.get(task)}
            found[change].append({**row, **given})
    whole = {**compared, "tasks": {**found, "in_force": bare}}
    return {**whole, "digest": build_digest(whole)}
