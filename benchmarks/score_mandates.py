"""How right the coder is, against the United Nations library's titles and headings.

    python benchmarks/score_mandates.py [../shared/data/unsc] [--failures] [--json FILE]

By field and by year, and English against French. The library's own slips, each listed with its
reason in `peaceops.resolutions.accuracy`, are not counted against the coder; nor does any rule
know a resolution by its number.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from peaceops.resolutions.accuracy import (
    FIELDS,
    compare_languages,
    read_reading,
    read_truth,
    score,
)
from peaceops.resolutions.coder import code_resolution
from peaceops.resolutions.document import read_document
from peaceops.resolutions.lexicon import load_lexicon


def code_folder(folder: Path) -> dict[int, dict[str, Any]]:
    """Number → coding, for every file of a folder."""
    lexicon = load_lexicon()
    coded = {}
    for path in sorted(folder.rglob("*.xml")):
        mandate = code_resolution(read_document(path), lexicon, corrections={}).as_dict()
        digits = mandate["symbol"].removeprefix("S/RES/").partition(" ")[0]
        if digits.isdigit():
            coded[int(digits)] = mandate
    return coded


def show(found: dict[str, Any]) -> None:
    """Rates by field, then right answers by year."""
    print(f"{'field':<14}{'asked':>7}{'right':>7}{'recall':>9}{'false':>7}{'precision':>11}")
    for name in FIELDS:
        f = found["fields"][name]
        precision = f["precision"] if name == "chapter_vii" else ""
        print(
            f"{name:<14}{f['asked']:>7}{f['right']:>7}{f['recall']:>9}{f['false']:>7}{precision:>11}"
        )
    for year, fields in found["years"].items():
        cells = "  ".join(f"{n} {fields[n]['right']}/{fields[n]['asked']}" for n in FIELDS)
        print(f"{year}  {cells}")


def main() -> None:
    arguments = [a for a in sys.argv[1:] if not a.startswith("--")]
    target = None
    if "--json" in sys.argv:
        target = Path(sys.argv[sys.argv.index("--json") + 1])
        arguments = [a for a in arguments if Path(a) != target]
    folder = Path(arguments[0] if arguments else "../shared/data/unsc")
    lexicon = load_lexicon()
    english = code_folder(folder / "en")
    truths = {t.number: t for t in read_truth(folder / "metadata", lexicon)}
    found = score((english[n], truth) for n, truth in truths.items() if n in english).as_dict()
    print(f"{len(truths)} titles of {len(found['years'])} years; {len(english)} English texts")
    show(found)
    readings = [t for t in read_reading() if t.number in english]
    print(f"{len(readings)} resolutions of other years, read by a reader")
    read = score((english[t.number], t) for t in readings).as_dict()
    show(read)
    languages = compare_languages(english, code_folder(folder / "fr"))
    print(f"English against French, {languages['compared']} resolutions")
    for name, rate in languages["equal"].items():
        differ = languages["different"][name]
        print(f"  {name:<12}{rate:.4f}" + (f"  {', '.join(map(str, differ))}" if differ else ""))
    if "--failures" in sys.argv:
        for name in FIELDS:
            for failure in found["fields"][name]["failures"] + read["fields"][name]["failures"]:
                print(f"{name}: {failure}")
    if target:
        target.write_text(
            json.dumps({**found, "languages": languages}, ensure_ascii=False, indent=1),
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
