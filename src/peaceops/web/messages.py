"""The strings of the interface, as they stand in code and templates, and what lacks translation.

    python -m peaceops.web.messages

lists for each language the strings without a translation, as entries for its `.po` file, and the
entries that nothing uses any more. Needs Babel's extraction and the package's own sources.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import resources

from babel.messages.catalog import Catalog
from babel.messages.extract import extract

from peaceops.analysis.review import REASONS
from peaceops.web.languages import read_catalogues

# Has its sentences in a file of their own.
_LEFT_OUT = ("country_page.py",)
_KEYWORDS = {
    "_": None,
    "say": None,
    "mark": None,
    "rich": None,
    "plural": (1, 2),
    "say_number": (1, 2),
}
Message = str | tuple[str, str]


def list_messages() -> dict[Message, str]:
    """Every string to translate (or singular and plural), with the file it stands in."""
    found: dict[Message, str] = dict.fromkeys(REASONS.values(), "analysis/review.py")
    package = resources.files(__package__)
    for folder, method, ending in (
        (package, "python", ".py"),
        (package / "templates", "jinja2.ext:babel_extract", ".html"),
    ):
        for file in sorted((f for f in folder.iterdir() if f.name.endswith(ending)), key=str):
            if file.name in _LEFT_OUT:
                continue
            with file.open("rb") as stream:
                for _, message, _, _ in extract(method, stream, _KEYWORDS):
                    if message:
                        found.setdefault(message if isinstance(message, str) else
                                         (message[0], message[1]), file.name)  # fmt: skip
    return found


def _is_translated(catalogue: Catalog, message: Message) -> bool:
    entry = catalogue.get(message)
    if entry is None or entry.fuzzy:
        return False
    if isinstance(message, tuple):
        return isinstance(entry.string, tuple) and all(entry.string)
    return isinstance(entry.string, str) and bool(entry.string)


def find_gaps() -> Iterator[tuple[str, str, Message]]:
    """(language, 'missing' or 'unused', message) for everything that is amiss."""
    messages = list_messages()
    for code, catalogue in read_catalogues().items():
        for message in messages:
            if not _is_translated(catalogue, message):
                yield code, "missing", message
        for entry in catalogue:
            key = entry.id if isinstance(entry.id, str) else (entry.id[0], entry.id[1])
            if key and key not in messages:
                yield code, "unused", key


if __name__ == "__main__":
    for code, what, message in find_gaps():
        sys.stdout.write(f"{code}: {what}: {message!r}\n")
