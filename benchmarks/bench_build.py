"""How long `build` takes, against parsing the same YAML alone, side by side in one run.

Prints the ratio of the medians. Each is run as often in turn, so that a slow moment of the
machine meets both. Goal: within 3 times.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import yaml

from peaceops.build import build_database
from peaceops.places import catalogue_dir

RUNS = 7
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_yaml_alone(folder: Path) -> int:
    """Every YAML file of the catalogue loaded with PyYAML's own C loader; returns how many."""
    files = sorted(folder.rglob("*.yaml"))
    for file in files:
        with file.open(encoding="utf-8") as handle:
            yaml.load(handle, Loader=_LOADER)
    return len(files)


def seconds(function: object, *args: object) -> float:
    start = time.perf_counter()
    function(*args)  # type: ignore[operator]
    return time.perf_counter() - start


def main() -> None:
    folder = catalogue_dir()
    parses, builds = [], []
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "p.db"
        parse_yaml_alone(folder)
        build_database(path)
        for _ in range(RUNS):
            parses.append(seconds(parse_yaml_alone, folder))
            builds.append(seconds(build_database, path))
        size = path.stat().st_size / 1e6
    ratio = statistics.median(b / p for b, p in zip(builds, parses, strict=True))
    files = parse_yaml_alone(folder)
    print(f"{files} YAML files parsed alone: median {statistics.median(parses):.2f} s")
    print(f"build of all ({size:.1f} MB): median {statistics.median(builds):.2f} s")
    print(f"ratio build / parse: {ratio:.2f} (goal: at most 3)")


if __name__ == "__main__":
    main()
