"""How right the coding of tasks is, in one run: readers' labels, library headings, French, time.

    python benchmarks/score_tasks.py [--mistakes]

Needs the published resolutions in ../shared; says so and stops where they are absent.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections import defaultdict
from functools import cache
from pathlib import Path

from peaceops.analysis.facts import read_facts
from peaceops.analysis.mandate_chain import follow_tasks
from peaceops.build import build_database
from peaceops.places import catalogue_dir
from peaceops.resolutions.coder import code_resolution
from peaceops.resolutions.document import Resolution, read_document
from peaceops.resolutions.lexicon import load_lexicon
from peaceops.resolutions.mandate_lists import list_names, sets_out_mandate
from peaceops.resolutions.task_accuracy import (
    Labels,
    Tally,
    compare_languages,
    compare_readings,
    read_heading_rules,
    read_labels,
    recall_headings,
    score_labels,
)
from peaceops.resolutions.tasks import code_tasks, load_task_lexicon
from peaceops.store import open_database

UNSC = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "unsc"
LEXICON = load_lexicon()


@cache
def files_of(language: str) -> dict[int, Path]:
    """Number of a resolution → its file."""
    found = {}
    folder = UNSC / ("text" if language == "text" else language)
    for path in sorted(folder.rglob("*.*")):
        named = re.search(r"(?:RES|SC)[_-]0*(\d+)", path.stem)
        if named:
            found[int(named[1])] = path
    return found


@cache
def read(number: int, language: str = "en") -> Resolution:
    """A resolution by its number."""
    return read_document(files_of("text" if number <= 900 else language)[number])


def acted_on(document: Resolution) -> list[str]:
    """Operations the coder finds acted on, in order."""
    coded = code_resolution(document, LEXICON)
    acts = coded["acts_on"] if isinstance(coded, dict) else coded.as_dict()["acts_on"]
    return list(dict.fromkeys(a["operation"] for a in acts))


def tasks_of(document: Resolution, operations: list[str]) -> tuple:
    """Tasks of the operations named."""
    return code_tasks(document, {o: list_names(o, LEXICON) for o in operations})


def percent(value: float | None) -> str:
    """`0.912` or `–`."""
    return "–" if value is None else f"{value:.3f}"


def line(name: str, tally: Tally) -> str:
    """One row of the table."""
    counts = f"{tally.right:4d} right {tally.wrong:3d} wrong {tally.missed:3d} missed"
    return (
        f"{name:28s} precision {percent(tally.precision)}  recall {percent(tally.recall)}  {counts}"
    )


def score_readers() -> dict:
    """The labelled set."""
    settled = read_labels()
    folder = catalogue_dir() / "lexicon" / "labels"
    tasks = len(load_task_lexicon().tasks)
    readings = {
        name: tuple(read_labels(folder / f"{name}_{reader}.csv") for reader in "ab")
        for name in ("reading", "second_reading", "fourth_reading", "sixth_reading")
    }
    agreements = {
        name: compare_readings(first, second, tasks) for name, (first, second) in readings.items()
    }
    apart = [pair for name, pair in readings.items() if name != "reading"]
    pooled = [
        Labels({k: v for r in side for k, v in r.pairs.items()})
        for side in zip(*apart, strict=True)
    ]
    agreements["apart"] = compare_readings(*pooled, tasks)

    def code(pair):
        number = int(re.search(r"RES/(\d+)", pair[0])[1])
        operations = [o for s, o in settled.pairs if s == pair[0]]
        return tasks_of(read(number), operations)

    return {"agreements": agreements, "accuracy": score_labels(settled, code)}


def tasks_in_force() -> dict[int, set[str]]:
    """Number of a resolution → tasks in force after it, of all operations it decides on."""
    found: dict[int, set[str]] = defaultdict(set)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalogue.db"
        build_database(path)
        database = open_database(path)
        for operation in read_facts(database).operations.values():
            steps = follow_tasks(operation.decisions)
            for decision, step in zip(operation.decisions, steps, strict=True):
                named = re.match(r"S/RES/(\d+)", decision.symbol)
                if named:
                    found[int(named[1])] |= {t.task for t in step.in_force}
        database.close()
    return found


def score_library() -> dict:
    """The library's headings of 2000-2012."""
    rules = read_heading_rules()
    standing = tasks_in_force()
    every, mandates, in_force = [], [], []
    for path in sorted((UNSC / "metadata").glob("*.jsonl")):
        if not 2000 <= int(path.stem) <= 2012:
            continue
        for text in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(text)
            number = int(re.search(r"RES/(\d+)", row["symbol"])[1])
            if number not in files_of("en"):
                continue
            document = read(number)
            operations = acted_on(document)
            if not operations:
                continue
            headings = [s[0].strip() for s in row["subjects"] if s[1] == "UNBIS Thesaurus"]
            tasks = {c.task for c in tasks_of(document, operations)}
            every.append((headings, tasks))
            in_force.append((headings, tasks | standing[number]))
            if sets_out_mandate(document, [n for o in operations for n in list_names(o, LEXICON)]):
                mandates.append((headings, tasks))
    return {
        "resolutions": len(every),
        "mandates": len(mandates),
        "mandates_task_headings": recall_headings(rules, mandates)[0],
        "mandates_all_headings": recall_headings(rules, mandates, ("task", "subject"))[0],
        "all_task_headings": recall_headings(rules, every)[0],
        "in_force_task_headings": recall_headings(rules, in_force)[0],
        "by_heading": recall_headings(rules, mandates)[1],
    }


def score_french() -> dict:
    """English against French since 2020."""
    found: dict[int, float] = {}
    none = 0
    for number in sorted(files_of("fr")):
        if number not in files_of("en") or number < 2504:
            continue
        operations = acted_on(read(number))
        if not operations:
            continue
        value = compare_languages(
            tasks_of(read(number), operations), tasks_of(read(number, "fr"), operations)
        )
        if value is None:
            none += 1
        else:
            found[number] = value
    return {
        "mean": sum(found.values()) / len(found),
        "resolutions": len(found),
        "without_task": none,
        "lowest": sorted(found.items(), key=lambda x: x[1])[:10],
    }


def main() -> int:
    """Prints everything measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mistakes", action="store_true", help="list every difference")
    arguments = parser.parse_args()
    if not UNSC.is_dir():
        print("needs the published resolutions of ../shared, which are not on this machine")
        return 0
    readers = score_readers()
    accuracy = readers["accuracy"]
    for by, agreement in readers["agreements"].items():
        print(f"{by}, {agreement.pairs} pairs: F1 {agreement.f1:.3f}, kappa {agreement.kappa:.3f}")
    print(line("All labels", accuracy.overall))
    for part, tally in accuracy.by_part.items():
        print(line(f"  {part}", tally))
    for name, (same, compared) in (("mode", accuracy.modes), ("strength", accuracy.strengths)):
        print(f"{name} as the readers: {same} of {compared}, {same / compared:.3f}")
    for task in load_task_lexicon().tasks:
        if task in accuracy.by_task:
            print(line(task, accuracy.by_task[task]))
    if arguments.mistakes:
        for mistake in accuracy.mistakes:
            print("  ", *mistake)
    library = score_library()
    print(f"Library headings 2000-2012: {library['resolutions']} resolutions act on an operation,")
    print(f"of which {library['mandates']} set out a mandate in a list")
    for name in (
        "mandates_task_headings",
        "mandates_all_headings",
        "all_task_headings",
        "in_force_task_headings",
    ):
        tally = library[name]
        print(
            f"  {name.replace('_', ' ')}: "
            f"recall {percent(tally.recall)} of {tally.right + tally.missed}"
        )
    french = score_french()
    print(
        f"English and French since 2020: mean Jaccard {french['mean']:.3f} over "
        f"{french['resolutions']} resolutions with tasks ({french['without_task']} more have none)"
    )
    print("  lowest:", ", ".join(f"{n} {v:.2f}" for n, v in french["lowest"]))
    start = time.perf_counter()
    documents = [read(n) for n in list(files_of("en"))[:400]]
    acted = [(d, acted_on(d)) for d in documents]
    start = time.perf_counter()
    for document, operations in acted:
        if operations:
            tasks_of(document, operations)
    print(f"Coding tasks of 400 resolutions: {time.perf_counter() - start:.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
