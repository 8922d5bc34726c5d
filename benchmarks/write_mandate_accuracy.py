"""Measure how right the coder is and keep the figures for the page on accuracy.

    python benchmarks/write_mandate_accuracy.py [../shared/data/unsc]

The same measurements as `score_mandates.py` and `score_tasks.py` print.
"""

from __future__ import annotations

import sys
from pathlib import Path

from score_mandates import code_folder
from score_tasks import score_french, score_library, score_readers

from peaceops.resolutions.accuracy import FIELDS, compare_languages, read_reading, read_truth, score
from peaceops.resolutions.accuracy_table import AccuracyRow, accuracy_path, write_accuracy
from peaceops.resolutions.lexicon import load_lexicon


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data/unsc")
    english = code_folder(folder / "en")
    truths = {t.number: t for t in read_truth(folder / "metadata", load_lexicon())}
    library = score((english[n], truth) for n, truth in truths.items() if n in english)
    reading = score((english[t.number], t) for t in read_reading() if t.number in english)
    rows = [
        AccuracyRow(part, name, year, tallies[name].asked, tallies[name].right,
                    tallies[name].false)
        for part, found in (("library", library), ("reading", reading))
        for year, tallies in sorted(found.by_year.items())
        for name in FIELDS
    ]  # fmt: skip
    languages = compare_languages(english, code_folder(folder / "fr"))
    for name, different in languages["different"].items():
        if name == "tasks":
            continue
        both = languages["compared"]
        rows.append(AccuracyRow("languages", name, None, both, both - len(different), 0))
    french = score_french()
    rows.append(
        AccuracyRow("languages", "tasks", None, french["resolutions"], 0, 0, french["mean"])
    )
    readers = score_readers()
    for task, tally in sorted(readers["accuracy"].by_task.items()):
        asked = tally.right + tally.missed
        rows.append(AccuracyRow("tasks", task, None, asked, tally.right, tally.wrong))
    agreement = readers["agreements"]["apart"]  # of readers who knew nothing of each other
    rows.append(AccuracyRow("readers", "f1", None, agreement.pairs, 0, 0, agreement.f1))
    rows.append(AccuracyRow("readers", "kappa", None, agreement.pairs, 0, 0, agreement.kappa))
    headings = score_library()
    for name, measured in (
        ("mandates", "mandates_task_headings"),
        ("all", "all_task_headings"),
        ("in-force", "in_force_task_headings"),
    ):
        tally = headings[measured]
        asked = tally.right + tally.missed
        rows.append(AccuracyRow("headings", name, None, asked, tally.right, 0))
    write_accuracy(rows)
    print(f"{len(rows)} figures in {accuracy_path()}")


if __name__ == "__main__":
    main()
