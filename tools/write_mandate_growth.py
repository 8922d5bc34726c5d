"""Writes catalogue/mandate_growth.csv from the published resolutions in ../shared.

    python tools/write_mandate_growth.py

The years 1995-1999, whose texts are not there, have no row.
"""

from __future__ import annotations

import sys
from pathlib import Path

from peaceops.errors import RefusedFile
from peaceops.places import catalogue_dir
from peaceops.resolutions.coder import code_resolution
from peaceops.resolutions.document import Resolution, read_document
from peaceops.resolutions.growth import (
    MandateSize,
    list_mandate_years,
    list_partial_years,
    write_mandate_years,
)
from peaceops.resolutions.lexicon import load_lexicon
from peaceops.resolutions.mandate_lists import list_names
from peaceops.resolutions.tasks import code_tasks

UNSC = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "unsc"


def read(path: Path) -> Resolution | None:
    """One resolution, or None when it cannot be read."""
    try:
        return read_document(path)
    except RefusedFile as refused:
        sys.stderr.write(f"{refused}\n")
        return None


def measure(document: Resolution) -> MandateSize | None:
    """One resolution, or None when it acts on no operation."""
    lexicon = load_lexicon()
    coded = code_resolution(document, lexicon)
    facts = coded if isinstance(coded, dict) else coded.as_dict()
    acts = facts["acts_on"]
    if not acts or document.date is None:
        return None
    operations = list(dict.fromkeys(a["operation"] for a in acts))
    given: dict[str, set[str]] = {o: set() for o in operations}
    for coding in code_tasks(document, {o: list_names(o, lexicon) for o in operations}):
        given[coding.operation].add(coding.task)
    return MandateSize(
        year=document.date.year,
        symbol=document.symbol,
        words=sum(len(p.text.split()) for p in (*document.preamble, *document.operative)),
        paragraphs=len(document.top_level),
        tasks=frozenset(max(given.values(), key=len)),
        chapter_vii=bool(facts["chapter_vii"]["value"]),
        establishes=any(a["action"] == "establish" for a in acts),
    )


def main() -> int:
    """Reads every English text and writes the series."""
    if not UNSC.is_dir():
        sys.stderr.write("needs the published resolutions of ../shared\n")
        return 1
    paths = [*sorted((UNSC / "text").glob("*.txt")), *sorted((UNSC / "en").rglob("*.xml"))]
    sizes, years = [], {}
    for document in filter(None, map(read, paths)):
        if document.date:
            years[int(document.symbol.split()[0].rpartition("/")[2])] = document.date.year
        sizes += [size for size in [measure(document)] if size]
    rows = list_mandate_years(sizes, list_partial_years(years))
    write_mandate_years(rows, catalogue_dir() / "mandate_growth.csv")
    sys.stdout.write(f"{len(rows)} years\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
