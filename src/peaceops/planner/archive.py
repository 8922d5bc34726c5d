"""A ZIP of CSV tables, opened within bounds: nothing is unpacked to a disk, nothing is believed.

Accepted is what zipping a folder of CSV gives: the files themselves or one folder around them, with
the leftovers of macOS and Windows beside them. Everything else is refused with one message.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from peaceops.errors import Problem as Mistake
from peaceops.errors import RefusedFile

MOST_MEMBERS = 50
MOST_UNPACKED = 40_000_000
MOST_RATIO = 200
RATIO_FROM = 1_000_000  # small files may be packed as well as they like
SAVE_AGAIN = "Zip the folder with the CSV tables, and nothing else."
_LEFTOVERS = ("__macosx/", "._", ".ds_store", "thumbs.db", "desktop.ini")
_PACKED = (".zip", ".gz", ".7z", ".rar", ".tar", ".tgz", ".bz2", ".xz", ".xlsx", ".jar")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(frozen=True)
class PackedTable:
    """One CSV file of an archive."""

    name: str
    content: bytes


def is_archive(data: bytes, name: str) -> bool:
    """Whether it is to be read as a ZIP of tables and not as a workbook.

    >>> is_archive(b"PK but cut off", "tables.zip"), is_archive(b"PK but cut off", "plan.xlsx")
    (True, False)
    """
    called_zip = name.casefold().endswith(".zip")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {n.casefold() for n in archive.namelist()}
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError):
        return called_zip
    if any(n == "[content_types].xml" or n.startswith("xl/") for n in names):
        return False
    return called_zip or any(n.endswith(".csv") for n in names)


def read_archive(data: bytes, name: str) -> list[PackedTable]:
    """The CSV files of a ZIP, by name without the folder around them.

    RefusedFile, with one message, for everything that is not a zipped folder of tables: too many
    files or too much in them, an archive in the archive, a path that leads elsewhere, a link, a
    password, a broken file.
    """

    def refuse(message: str, hint: str = SAVE_AGAIN) -> RefusedFile:
        return RefusedFile(Mistake(name, "", message, hint))

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [m for m in archive.infolist() if not m.is_dir()]
            if len(members) > MOST_MEMBERS:
                raise refuse(f"{len(members):,} files in the archive",
                             f"At most {MOST_MEMBERS} are accepted.")  # fmt: skip
            _check_members(members, len(data), refuse)
            tables: list[PackedTable] = []
            left = MOST_UNPACKED
            for member in members:
                path = PurePosixPath(member.filename)
                if _is_leftover(path) or path.suffix.casefold() != ".csv":
                    continue
                # What a member says of its size may be a lie, so no more is read than is left.
                with archive.open(member) as stream:
                    content = stream.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise refuse(f"unfolds to more than {MOST_UNPACKED:,} bytes")
                tables.append(PackedTable(path.name, content))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError,
            zlib.error):  # fmt: skip
        raise refuse("a broken or cut-off archive") from None
    if not tables:
        raise refuse(
            "no CSV file in the archive",
            "Tables are posts.csv, people.csv, operations.csv, limits.csv, budget.csv, rules.csv.",
        )
    return tables


def _check_members(members: list[zipfile.ZipInfo], packed: int, refuse: object) -> None:
    assert callable(refuse)
    unpacked = sum(m.file_size for m in members)
    if unpacked > MOST_UNPACKED:
        raise refuse(f"unfolds to more than {MOST_UNPACKED:,} bytes")
    if unpacked > RATIO_FROM and unpacked > MOST_RATIO * max(1, packed):
        raise refuse("unfolds to far more than tables do")
    seen: dict[str, str] = {}
    for member in members:
        path, shown = PurePosixPath(member.filename), member.filename[:80]
        raw = member.orig_filename
        if path.is_absolute() or ".." in path.parts or "\\" in raw or ":" in raw or "\0" in raw:
            raise refuse(f"'{shown}' leads out of the archive")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise refuse(f"'{shown}' is a link, not a file")
        if _is_leftover(path):
            continue
        if member.flag_bits & 0x1:
            raise refuse(f"'{shown}' is locked with a password", "Zip it without a password.")
        if path.suffix.casefold() in _PACKED:
            raise refuse(f"'{shown}' is an archive inside the archive")
        if len(path.parts) > 2:
            raise refuse(f"'{shown}' lies deeper than one folder")
        if member.compress_type not in _METHODS:
            raise refuse(f"'{shown}' is packed in a way that is not read here")
        if path.suffix.casefold() == ".csv":
            key = path.name.casefold()
            if key in seen:
                raise refuse(f"'{seen[key]}' and '{shown}' are the same table twice")
            seen[key] = shown


def _is_leftover(path: PurePosixPath) -> bool:
    lower = str(path).casefold()
    return lower.startswith(_LEFTOVERS[0]) or path.name.casefold().startswith(_LEFTOVERS[1:])
