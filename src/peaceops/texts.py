"""Resolutions taken into the database as texts, so that they can be asked for by their symbol.

One file is one unit: what can be read goes in, what cannot is named and changes nothing. As with
other imports the new database is written beside the old one and moved into its place, so a killed
program leaves the old one as it was. The rules are written down in docs/imports.md.
"""

from __future__ import annotations

import contextlib
import itertools
import lzma
import os
import re
import shutil
import sqlite3
import time
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Literal

from peaceops.errors import PeaceopsError, Problem, RefusedFile, StoreError, UsageError
from peaceops.intake import Progress, cite_card, read_cards
from peaceops.resolutions.stored import pack_resolution, read_symbol, unpack_json
from peaceops.store import hold_for_writing, insert_rows, tune_for_writing

if TYPE_CHECKING:
    from peaceops.resolutions.document import Resolution

SOURCE = "un-sc-resolutions"
SUFFIXES = (".xml", ".txt")
MAX_FILES = 60_000  # of one folder or archive: all resolutions in six languages are some 17,000
MAX_UNPACKED = 1_500_000_000  # bytes of one archive's texts
PARAGRAPHS = 32_768  # places kept in the index for each text; a resolution has at most 20,000

# Languages in which the Council's resolutions are published, and how file names abbreviate them.
LANGUAGES = {"en": "en", "fr": "fr", "es": "es", "ru": "ru", "ar": "ar", "zh": "zh", "ch": "zh"}

Status = Literal["imported", "replaced", "already imported", "passed over", "refused"]


@dataclass(frozen=True)
class ImportedText:
    """What became of one file: which text it is, and whether it was taken in."""

    file: str
    status: Status
    symbol: str = ""
    language: str = ""
    date: str | None = None
    note: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def is_taken(self) -> bool:
        """Whether the file's text is now in the database because of this import."""
        return self.status in ("imported", "replaced")


@dataclass(frozen=True)
class _Unit:
    """One file to read: its name as shown and how its bytes are had."""

    name: str
    load: Callable[[], bytes]


@dataclass(frozen=True)
class _Candidate:
    """One text that could be read, ready to be stored."""

    file: str
    document: Resolution
    number: int
    year: int
    form: str
    sha256: str
    size: int
    content: bytes

    @property
    def key(self) -> tuple[int, str]:
        return self.number, self.document.language

    def outcome(self, status: Status, note: str = "", *problems: Problem) -> ImportedText:
        day = self.document.date
        return ImportedText(
            self.file, status, self.document.symbol, self.document.language,
            day.isoformat() if day else None, note, problems,
        )  # fmt: skip


def holds_texts(path: Path) -> bool:
    """Whether a path is what `import_texts` takes, rather than a table: told by name and content.

    Folders, XML, archives of XML or text, and text that begins as a resolution does.
    """
    if path.is_dir() or path.suffix.lower() == ".xml":
        return True
    try:
        if path.suffix.lower() == ".zip":
            with zipfile.ZipFile(path) as archive:
                return any(n.lower().endswith(SUFFIXES) for n in archive.namelist())
        if path.suffix.lower() == ".txt":
            with path.open("rb") as handle:
                head = handle.read(4000).decode("utf-8", "replace")
            return bool(_HEAD.search(head))
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError):
        return False
    return False


_HEAD = re.compile(r"\b(?:The Security Council|Le Conseil de sécurité)\s*,|S/RES/\d", re.I)


def import_texts(
    database: Path,
    paths: Sequence[Path],
    *,
    languages: Sequence[str] = (),
    progress: Progress = lambda _: None,
) -> tuple[ImportedText, ...]:
    """Take resolutions into a database: files of XML or plain text, folders and archives of them.

    Returns what became of each file, in the order read; a file that is refused carries its
    problems, and the others go in all the same. With `languages` texts in others are left out.
    Where nothing new is found the database file is not touched. Raises `UsageError` for a language
    in which no resolutions are published, `StoreError` where the database cannot be written.
    """
    strange = sorted(set(languages) - set(LANGUAGES.values()))
    if strange:
        raise UsageError(
            Problem(", ".join(strange), "", "no resolutions are published in this language",
                    f"Choose from {', '.join(dict.fromkeys(LANGUAGES.values()))}.")
        )  # fmt: skip
    if SOURCE not in read_cards(database):
        raise StoreError(
            Problem(str(database), "", f"the catalogue has no card for '{SOURCE}'",
                    "Make the database anew with: peaceops build")
        )  # fmt: skip
    with hold_for_writing(database):
        done: list[ImportedText] = []
        chosen: dict[tuple[int, str], _Candidate] = {}
        for outcome in _read_all(paths, languages, progress):
            if isinstance(outcome, ImportedText):
                done.append(outcome)
            else:
                done += _choose(chosen, outcome)
        try:
            done += _write(database, list(chosen.values()), progress)
        except (OSError, sqlite3.OperationalError) as error:
            raise StoreError(
                Problem(str(database), "", f"the database cannot be written: {error}")
            ) from None
    return tuple(done)


def _choose(chosen: dict[tuple[int, str], _Candidate], found: _Candidate) -> Iterator[ImportedText]:
    """Settle which of two files of one import stands for a text; says what becomes of the other."""
    other = chosen.get(found.key)
    if other is None:
        chosen[found.key] = found
    elif other.form != found.form:
        winner, loser = (found, other) if found.form == "xml" else (other, found)
        chosen[found.key] = winner
        yield loser.outcome("passed over", f"the Akoma Ntoso file {winner.file} is taken")
    elif found.content == other.content:
        yield found.outcome("already imported", f"the same text as {other.file}")
    else:
        problem = Problem(
            found.file, "",
            f"another text of {found.document.symbol} ({found.document.language})"
            f" than {other.file}, which is taken",
            "Import the right one of the two alone; it then replaces the other.",
        )  # fmt: skip
        yield found.outcome("refused", "", problem)


# Reading -----------------------------------------------------------------------------------------


def _read_all(
    paths: Sequence[Path], languages: Sequence[str], progress: Progress
) -> Iterator[_Candidate | ImportedText]:
    with contextlib.ExitStack() as stack:
        units: list[_Unit] = []
        for path in paths:
            try:
                units += _list_units(path, stack)
            except RefusedFile as error:
                yield ImportedText(str(path), "refused", problems=error.problems)
        shown = time.monotonic()
        for n, unit in enumerate(units):
            if n == 0 or time.monotonic() - shown > 1:
                shown = time.monotonic()
                progress(f"reading {n + 1:,} of {len(units):,}: {unit.name}")
            try:
                candidate = _read_unit(unit)
            except PeaceopsError as error:
                yield ImportedText(unit.name, "refused", problems=error.problems)
                continue
            if languages and candidate.document.language not in languages:
                yield candidate.outcome("passed over", "in a language not asked for")
            else:
                yield candidate


def _list_units(path: Path, stack: contextlib.ExitStack) -> list[_Unit]:
    if path.is_dir():
        return _list_folder(path)
    if path.suffix.lower() == ".zip":
        return _list_archive(path, stack)
    return [_Unit(str(path), lambda: _load_file(path))]


def _list_folder(folder: Path) -> list[_Unit]:
    """The texts below a folder; links that lead out of it are left alone."""
    home = folder.resolve()
    inside = (
        p
        for p in folder.rglob("*")
        if p.suffix.lower() in SUFFIXES and p.resolve().is_relative_to(home) and p.is_file()
    )
    files = sorted(itertools.islice(inside, MAX_FILES + 1))
    _check_number(str(folder), len(files), "folder")

    def loader(file: Path) -> Callable[[], bytes]:
        return lambda: _load_file(file)

    return [_Unit(str(file), loader(file)) for file in files]


def _check_number(name: str, files: int, what: str) -> None:
    if not files:
        raise RefusedFile(
            Problem(name, "", f"no .xml or .txt file in this {what}",
                    "Give resolutions in Akoma Ntoso XML or as UTF-8 text.")
        )  # fmt: skip
    if files > MAX_FILES:
        raise RefusedFile(
            Problem(name, "", f"more than {MAX_FILES:,} files", "Import it in parts.")
        )


def _load_file(path: Path) -> bytes:
    from peaceops.resolutions.document import MAX_BYTES, read_document

    try:
        if not path.is_file() or path.stat().st_size > MAX_BYTES:
            read_document(path)  # says what is wrong with it
        return path.read_bytes()
    except OSError as error:
        raise RefusedFile(Problem(str(path), "", f"cannot be read: {error.strerror}")) from None


_BROKEN = (
    zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError, ValueError,
    zlib.error, lzma.LZMAError,
)  # fmt: skip


def _list_archive(path: Path, stack: contextlib.ExitStack) -> list[_Unit]:
    """The texts in an archive. Nothing of it is written anywhere but to the database."""
    try:
        archive = stack.enter_context(zipfile.ZipFile(path))
    except FileNotFoundError:
        raise RefusedFile(Problem(str(path), "", "no such file")) from None
    except _BROKEN as error:
        raise RefusedFile(
            Problem(str(path), "", f"a broken archive: {error}", "Fetch it again.")
        ) from None
    members = [
        m
        for m in archive.infolist()
        if m.filename.lower().endswith(SUFFIXES) and not _is_hidden(m.filename)
    ]
    _check_number(str(path), len(members), "archive")
    if sum(m.file_size for m in members) > MAX_UNPACKED:
        raise RefusedFile(
            Problem(str(path), "", "unpacks to an unreasonable size",
                    f"Accepted: up to {MAX_UNPACKED:,} bytes of texts.")
        )  # fmt: skip

    def loader(member: zipfile.ZipInfo, name: str) -> Callable[[], bytes]:
        return lambda: _load_member(archive, member, name)

    units = []
    for member in sorted(members, key=lambda m: m.filename):
        name = f"{path}: {_printable(member.filename)}"
        units.append(_Unit(name, loader(member, name)))
    return units


def _is_hidden(name: str) -> bool:
    """Copies that some systems put beside each file of an archive."""
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith("._")


def _printable(name: str) -> str:
    """A name from an archive as it may be shown: nothing that moves the cursor, not too long."""
    plain = "".join(c if c.isprintable() else "?" for c in name)
    return plain if len(plain) <= 200 else f"…{plain[-199:]}"


def _load_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> bytes:
    from peaceops.resolutions.document import MAX_BYTES

    path = PurePosixPath(member.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        raise RefusedFile(Problem(name, "", "this name leads out of its folder"))
    try:
        with archive.open(member) as opened:
            data = opened.read(MAX_BYTES + 1)
    except _BROKEN as error:
        raise RefusedFile(
            Problem(name, "", f"broken in the archive: {error}", "Fetch the archive again.")
        ) from None
    if len(data) > MAX_BYTES:
        raise RefusedFile(
            Problem(name, "", f"more than {MAX_BYTES:,} bytes; no resolution is that large",
                    f"Accepted: up to {MAX_BYTES:,} bytes.")
        )  # fmt: skip
    return data


_NAMED = re.compile(r"S[_-]?RES[_-]0*(\d{1,4})(?!\d)", re.I)
_NAMED_LANGUAGE = re.compile(r"[_-](en|fr|es|ru|ar|zh|ch)(?=[_.-])", re.I)


def _read_unit(unit: _Unit) -> _Candidate:
    """One file as a text. Raises `RefusedFile` for what is no resolution, or contradicts itself."""
    from peaceops.resolutions.document import read_bytes

    data = unit.load()
    document = read_bytes(data, unit.name)
    name = re.split(r"[/\\]", unit.name)[-1]
    if not document.language:
        told = _NAMED_LANGUAGE.search(name)
        document = replace(document, language=LANGUAGES[told[1].lower()] if told else "")
    problems = []
    symbol = read_symbol(document.symbol)
    if symbol is None or not document.symbol.startswith("S/RES/"):
        problems.append(
            Problem(unit.name, "symbol", f"'{document.symbol}' is not the symbol of a resolution",
                    "Accepted: resolutions of the Security Council, S/RES/….")
        )  # fmt: skip
    elif symbol[1] is None:
        problems.append(Problem(unit.name, "symbol", f"'{document.symbol}' bears no year"))
    named = _NAMED.search(name)
    if symbol and named and int(named[1]) != symbol[0]:
        problems.append(
            Problem(unit.name, "symbol",
                    f"the file is named {named[1].lstrip('0')}, but headed {document.symbol}",
                    "Correct the heading or the name.")
        )  # fmt: skip
    if document.language not in LANGUAGES.values():
        problems.append(
            Problem(unit.name, "language", "the text does not tell its language",
                    "Name the file so that it does, such as S_RES_0279_1970_EN.txt.")
        )  # fmt: skip
    if problems or symbol is None or symbol[1] is None:
        raise RefusedFile(problems)
    is_xml = data[:400].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").startswith(b"<")
    return _Candidate(
        unit.name, document, symbol[0], symbol[1], "xml" if is_xml else "text",
        sha256(data).hexdigest(), len(data), pack_resolution(document),
    )  # fmt: skip


# Writing -----------------------------------------------------------------------------------------


def _write(database: Path, candidates: list[_Candidate], progress: Progress) -> list[ImportedText]:
    """Store what is new or differs; a database to which nothing is added stays as it was."""
    done: list[ImportedText] = []
    fresh: list[tuple[_Candidate, Status, str]] = []
    with contextlib.closing(
        sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)
    ) as old:
        for c in candidates:
            row = old.execute(
                "select form, file, sha256, content from resolution_text"
                " where number = ? and language = ?", c.key,
            ).fetchone()  # fmt: skip
            if row is None:
                fresh.append((c, "imported", ""))
                continue
            form, file, digest, content = row
            if form == "xml" and c.form == "text":
                note = f"the Akoma Ntoso text at hand is kept ({file})"
                done.append(c.outcome("passed over", note))
            elif content == c.content or _same_text(content, c.content):
                done.append(c.outcome("already imported"))
            else:
                note = f"in place of {file}" if digest != c.sha256 else "read anew"
                fresh.append((c, "replaced", note))
    if not fresh:
        return done
    progress(f"writing {len(fresh):,} texts")
    part = database.with_name(f".{database.name}.{os.getpid()}.part")
    try:
        shutil.copyfile(database, part)
        with contextlib.closing(sqlite3.connect(part, isolation_level=None)) as connection:
            _store(connection, database, [c for c, _, _ in fresh])
            replaced = any(status == "replaced" for _, status, _ in fresh)
            progress("indexing the words")
            index_texts(connection, None if replaced else {c.key for c, _, _ in fresh})
            connection.execute("commit")
        os.replace(part, database)  # noqa: PTH105 - one atomic step
    finally:
        part.unlink(missing_ok=True)
    return done + [c.outcome(status, note) for c, status, note in fresh]


def _same_text(stored: bytes, new: bytes) -> bool:
    """Whether two packed texts say the same, however they were compressed."""
    try:
        return bool(unpack_json(stored) == unpack_json(new))
    except RefusedFile:
        return False


def _store(connection: sqlite3.Connection, database: Path, texts: Iterable[_Candidate]) -> None:
    tune_for_writing(connection)
    connection.execute("begin")
    citation = cite_card(connection, read_cards(database)[SOURCE])
    now = datetime.now(UTC).isoformat(timespec="seconds")
    connection.executemany(
        "insert into resolution_text (number, year, symbol, language, date, form, file, sha256,"
        " bytes, imported_at, content, citation_id) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " on conflict (number, language) do update set year = excluded.year,"
        " symbol = excluded.symbol, date = excluded.date, form = excluded.form,"
        " file = excluded.file, sha256 = excluded.sha256, bytes = excluded.bytes,"
        " imported_at = excluded.imported_at, content = excluded.content,"
        " citation_id = excluded.citation_id",
        (
            (
                c.number, c.year, c.document.symbol, c.document.language,
                c.document.date.isoformat() if c.document.date else None, c.form,
                re.split(r"[/\\]", c.file)[-1], c.sha256, c.size, now, c.content, citation,
            )
            for c in texts
        ),
    )  # fmt: skip


def index_texts(connection: sqlite3.Connection, only: set[tuple[int, str]] | None = None) -> None:
    """Index the words of all texts anew, or add those of some (number, language) to the index.

    The row of a paragraph is 32,768 times its text's id, plus its place in the text.
    """
    if only is None:
        connection.execute("insert into text_index (text_index) values ('delete-all')")

    def rows() -> Iterator[tuple[int, str]]:
        for text_id, number, language, content in connection.execute(
            "select text_id, number, language, content from resolution_text order by text_id"
        ).fetchall():
            if only is None or (number, language) in only:
                for place, paragraph in enumerate(unpack_json(content)["paragraphs"]):
                    yield text_id * PARAGRAPHS + place, paragraph[2]

    insert_rows(connection, "text_index", ("rowid", "words"), rows())
    connection.execute("insert into text_index (text_index) values ('optimize')")
