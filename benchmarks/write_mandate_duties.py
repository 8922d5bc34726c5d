"""Read every published text and write the reports and reviews that mandates ask for.

    python benchmarks/write_mandate_duties.py ../shared/data/unsc

The folder holds `en/` (XML, from 2000).
"""

from __future__ import annotations

import sys
from pathlib import Path

from peaceops.resolutions.duties import build_duties, write_duties


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data/unsc")
    rows, problems = build_duties([folder / "en"])
    for problem in problems:
        print(problem, file=sys.stderr)
    write_duties(rows)
    print(f"{len(rows)} duties of {len({r.operation for r in rows})} operations")


if __name__ == "__main__":
    main()
