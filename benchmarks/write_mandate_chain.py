"""Read every published text and write the catalogue's chain of decisions.

    python benchmarks/write_mandate_chain.py ../shared/data/unsc

The folder holds `en/` (XML, from 2000) and `text/` (plain text, 1946-1994).
"""

from __future__ import annotations

import sys
from pathlib import Path

from peaceops.resolutions.chain import build_chain, chain_path, write_chain


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data/unsc")
    links, problems = build_chain([folder / "text", folder / "en"])
    for problem in problems:
        print(problem, file=sys.stderr)
    path = chain_path()
    write_chain(links, path)
    operations = {link.operation for link in links}
    print(f"{len(links)} decisions of {len(operations)} operations in {path}")


if __name__ == "__main__":
    main()
