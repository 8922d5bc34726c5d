"""What the tasks of a mandate are called, from `catalogue/tasks.csv`."""

from __future__ import annotations

import csv
from functools import cache

from peaceops.model import LANGUAGES
from peaceops.places import catalogue_dir


@cache
def read_task_names() -> dict[str, dict[str, str]]:
    """Task → language → name; empty where the catalogue has no list of tasks."""
    path = catalogue_dir() / "tasks.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["task"]: {code: row[f"label_{code}"] for code in LANGUAGES}
            for row in csv.DictReader(file)
        }


def name_task(task: str, language: str) -> str:
    """The name of a task in a language; its id in words where it has none.

    >>> name_task("mine-action", "en")
    'Mine action'
    """
    return read_task_names().get(task, {}).get(language) or task.replace("-", " ")
