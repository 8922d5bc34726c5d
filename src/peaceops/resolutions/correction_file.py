"""The catalogue's file of corrections: an entry as YAML, and entries added to the file.

What people wrote in the file stays as they wrote it, comments included: entries are only added at
its end, and the file is replaced in one step, after it was read back.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from peaceops.errors import DataError, Problem, StoreError
from peaceops.resolutions.corrections import Correction, parse_entries, read_entry

HEAD = """\
# Corrections to what the coder reads in a resolution.
#
# Who finds a coding wrong writes it here, or has `peaceops correct` write it; it is applied after
# coding and shown as a correction. docs/mandates.md explains the entries.
"""
MOST_BYTES = 4_000_000

# Texts that YAML and its readers can take for nothing but themselves, without quotes.
_PLAIN = re.compile(r"[A-Za-z][\w()'’/,.; –-]*[\w().]|[A-Za-z]|[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TAKEN = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))


def write_scalar(value: Any, *, inside: bool = False) -> str:
    """A value as YAML on one line; `inside` braces a comma would end it.

    >>> write_scalar("minusma"), write_scalar("- symbol: x"), write_scalar(None)
    ('minusma', '"- symbol: x"', 'null')
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    text = str(value)
    plain = _PLAIN.fullmatch(text) and text.lower() not in _TAKEN and "  " not in text
    if plain and not (inside and "," in text):
        return text
    # JSON is YAML; what does not print is written by its number
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else _by_number(c) for c in quoted)


def _by_number(char: str) -> str:
    return f"\\U{ord(char):08x}" if ord(char) > 0xFFFF else f"\\u{ord(char):04x}"


def write_entry(correction: Correction, indent: str = "") -> str:
    """One entry as it stands in the file, with its line ends."""
    lines = []
    for key, value in correction.as_entry().items():
        if isinstance(value, dict):
            inner = ", ".join(f"{k}: {write_scalar(v, inside=True)}" for k, v in value.items())
            lines.append(f"{key}: {{{inner}}}")
        else:
            lines.append(f"{key}: {write_scalar(value)}")
    return f"{indent}- " + f"\n{indent}  ".join(lines) + "\n"


def append_entries(path: Path, corrections: Sequence[Correction]) -> None:
    """Add entries at the end of the file, all or none; the file is made where there is none.

    Two that write at the same time write one after the other. Raises `DataError` where an entry
    stands in the file already or the file is not what it should be, `StoreError` where it cannot
    be written; the file is then as it was.
    """
    path = path.resolve()
    try:
        path.parent.mkdir(exist_ok=True)
        with _hold(path.parent):
            old = path.read_bytes().decode("utf-8") if path.exists() else HEAD
            _replace(path, _add(old, corrections, str(path)))
    except OSError as error:
        raise StoreError(
            Problem(str(path), "", f"cannot be written: {error.strerror or error}",
                    "Nothing was changed. Save the entry with -o and send it to whoever keeps the"
                    " catalogue.")
        ) from None  # fmt: skip
    except UnicodeDecodeError:
        raise DataError(Problem(str(path), "", "is not UTF-8 text", "Save it as UTF-8.")) from None


@contextlib.contextmanager
def _hold(folder: Path) -> Iterator[None]:
    """Holds off other writers in the folder; let go even when killed, and leaves no file behind."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _add(old: str, corrections: Sequence[Correction], where: str) -> str:
    """The text of the file with the entries added, read back before it is given."""
    before = parse_entries(old, where)
    problems: list[Problem] = []
    known = [read_entry(e, f"{where}: entry {n}", problems) for n, e in enumerate(before, 1)]
    if problems:
        raise DataError(problems)
    twice = [c for n, c in enumerate(corrections) if c in known or c in corrections[:n]]
    if twice:
        raise DataError(
            Problem(c.symbol, c.field, "this correction is in the catalogue already")
            for c in twice
        )  # fmt: skip
    first = re.search(r"^( *)- ", old, re.M)
    added = "".join(write_entry(c, first[1] if first and before else "") for c in corrections)
    text = old if not old or old.endswith("\n") else old + "\n"
    if "\r\n" in old:
        text, added = (
            text.removesuffix("\n").removesuffix("\r") + "\r\n",
            added.replace("\n", "\r\n"),
        )
    new = text + added
    after: list[Any] = []
    with contextlib.suppress(DataError):
        after = parse_entries(new, where)
    read = [read_entry(e, "", problems) for e in after[len(before) :]]
    if after[: len(before)] != before or read != list(corrections):
        raise DataError(
            Problem(where, "", "entries cannot be added at the end of this file",
                    "Write its list as the top of the file shows, and nothing after it.")
        )  # fmt: skip
    if len(new.encode()) > MOST_BYTES:
        raise DataError(Problem(where, "", f"more than {MOST_BYTES:,} bytes of corrections"))
    return new


def _replace(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
