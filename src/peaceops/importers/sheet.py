"""A published table opened: what kind of file it is, how its text is written, where its header is.

Everything that can be wrong with a file before its first figure is told here: a web page instead
of a table, a file that breaks off, another separator, another encoding.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import json
import shutil
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from peaceops.errors import Problem, RefusedFile, did_you_mean
from peaceops.importers.cells import DayOrder, tell_day_order

MAX_BYTES = 4_000_000_000
_MAX_JSON_IN_MEMORY = 48_000_000
_CHUNK = 1 << 20
_SAMPLE = 1 << 17
_SEPARATORS = ",;\t|"


def normalise(column: str) -> str:
    """A column's name as compared: lower case, one '_' between words.

    >>> normalise(" Mission Acronym"), normalise("Contributor_ISO-3")
    ('mission_acronym', 'contributor_iso_3')
    """
    return "_".join("".join(c if c.isalnum() else " " for c in column.casefold()).split())


@dataclass
class Aside:
    """Rows not taken, counted by reason, field and value as written; and what is merely odd."""

    rows: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    first: dict[tuple[str, str, str], int] = field(default_factory=dict)
    notes: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, reason: str, column: str, value: str, row: int, rows: int = 1) -> None:
        """Count rows set aside; `row` is the first of them, counted from the first row of data."""
        key = (reason, column, value[:120])
        if key not in self.rows and len(self.rows) >= 2000:
            key = (reason, column, "(other values)")
        self.rows[key] += rows
        self.first[key] = min(row, self.first.get(key, row))

    def note(self, column: str, message: str, rows: int = 1) -> None:
        """Count something odd that changes nothing."""
        self.notes[column, message] += rows

    @property
    def total(self) -> int:
        """Rows set aside."""
        return sum(self.rows.values())


@dataclass(frozen=True)
class Form:
    """The columns of one published file, by their normalised names."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    # spelled otherwise in other releases: normalised spelling → column
    spelled: dict[str, str] = field(default_factory=dict)

    def column(self, name: str) -> str:
        """The column a header cell names."""
        plain = normalise(name)
        return self.spelled.get(plain, plain)


@dataclass(eq=False)
class Sheet:
    """One table of a file: CSV in any separator and encoding, or a JSON list of objects."""

    name: str
    path: Path
    kind: str
    delimiter: str
    head: tuple[tuple[str, ...], ...]
    sha256: str
    size: int
    aside: Aside
    ends_with_line: bool = True
    header: tuple[str, ...] = ()
    skip: int = 0
    count: int = 0  # rows of data read so far by `rows`
    _items: list[dict[str, Any]] | None = None

    def score(self, form: Form) -> float:
        """How much the file looks like a form: the share of its required columns that stand in
        one of the first rows; 1 means all of them."""
        best = 0.0
        for row in self.head[:10]:
            found = {form.column(cell) for cell in row}
            best = max(best, sum(c in found for c in form.required) / len(form.required))
        return best

    def use_form(self, form: Form) -> None:
        """Find the header of a form; raises `RefusedFile` naming each column that is missing."""
        best, place = 0, 0
        for index, row in enumerate(self.head[:10]):
            hits = sum(c in {form.column(cell) for cell in row} for c in form.required)
            if hits > best:
                best, place = hits, index
        columns = [
            form.column(cell) or f"column_{number}"
            for number, cell in enumerate(self.head[place] if self.head else (), 1)
        ]
        missing = [c for c in form.required if c not in columns]
        if missing:
            spare = [c for c in columns if c not in form.required and c not in form.optional]
            raise RefusedFile(
                [
                    Problem(self.name, column, "this column is missing",
                            did_you_mean(column, spare).replace("Did you mean", "Is it now")
                            or f"The file has: {', '.join(columns)[:300]}.")
                    for column in missing
                ]
            )  # fmt: skip
        twice = [c for c, n in Counter(columns).items() if n > 1 and c]
        if twice:
            raise RefusedFile([Problem(self.name, c, "this column stands here twice")
                               for c in twice])  # fmt: skip
        if place:
            self.aside.note("", f"{place} lines before the header were passed over")
        for column in columns:
            known = column in form.required or column in form.optional
            if not known and not column.startswith("column_"):
                self.aside.note(column, "a column not known before; it is not used")
        self.header, self.skip = tuple(columns), place + 1

    def use_header(self, columns: Sequence[str]) -> None:
        """The file has no header row; its columns are these."""
        self.header, self.skip = tuple(columns), 0

    def rows_once(self, ignoring: Iterable[str] = ()) -> Iterator[tuple[int, dict[str, str]]]:
        """Like `rows`, but a row that repeats another in all other columns counts once."""
        seen: set[int] = set()
        ignored = frozenset(ignoring)
        for number, row in self.rows():
            mark = hash(tuple(v for c, v in row.items() if c not in ignored))
            if mark in seen:
                self.aside.note("", "rows that stand in the file twice were counted once")
                continue
            seen.add(mark)
            yield number, row

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """(row number, cells by column) of each row of data that has all its cells.

        Rows with too few or too many cells, and the header again, are set aside; raises
        `RefusedFile` where the file breaks off.
        """
        if self.kind == "json":
            for number, item in enumerate(self._read_items(), 1):
                self.count = number
                yield number, {k: "" if item.get(k) is None else str(item[k]) for k in self.header}
            return
        width, number = len(self.header), 0
        short: tuple[int, int] | None = None
        with self.path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.reader(handle, delimiter=self.delimiter, strict=True)
            try:
                for _ in range(self.skip):
                    next(reader, None)
                for row in reader:
                    if short is not None:
                        self.aside.add("wrong number of cells", "", str(short[1]), short[0])
                        short = None
                    number += 1
                    self.count = number
                    if not row or not any(cell.strip() for cell in row):
                        continue
                    if len(row) != width:
                        if all(not cell for cell in row[width:]) and len(row) > width:
                            row = row[:width]
                        else:
                            short = (number, len(row))
                            continue
                    if self._is_header(row):
                        self.aside.add("the header again", "", row[0], number)
                        continue
                    yield number, dict(zip(self.header, row, strict=True))
            except csv.Error as error:
                raise self._broken(f"row {number + 1}: {error}") from None
        if short is not None:
            if short[1] < width and not self.ends_with_line:
                raise self._broken(f"its last row has {short[1]} of {width} cells")
            self.aside.add("wrong number of cells", "", str(short[1]), short[0])

    def day_order(self, column: str) -> DayOrder:
        """How a column writes 03/04/2021; the file is read once where it writes days so."""
        for _, row in self.rows():
            if not any(mark in row[column] for mark in "/."):
                return ""
            break
        aside, self.aside = self.aside, Aside()
        try:
            return tell_day_order(row[column] for _, row in self.rows())
        finally:
            self.aside = aside

    def _is_header(self, row: Sequence[str]) -> bool:
        return bool(row[0]) and all(
            normalise(cell) in (column, "") for cell, column in zip(row, self.header, strict=True)
        )

    def _broken(self, what: str) -> RefusedFile:
        return RefusedFile(
            Problem(self.name, "", f"the file breaks off: {what}",
                    "It was cut short on its way; fetch it again.")
        )  # fmt: skip

    def refuse_if_cut(self, row: int, last: int, column: str, value: str) -> None:
        """Stop where the very last cell cannot be read and no line end follows it."""
        if row == last and not self.ends_with_line and column == self.header[-1]:
            raise self._broken(f"its last cell is '{value}'")

    def _read_items(self) -> list[dict[str, Any]]:
        if self._items is None:
            self._items = _json_items(self.name, self.path.read_text("utf-8-sig"))
        return [{normalise(k): v for k, v in item.items()} for item in self._items]

    def load(self, con: Any, table: str, columns: Iterable[str]) -> int:
        """Put columns, as text, into a DuckDB table; returns how many rows the file has.

        The same rows are set aside, and the same files refused, as by `rows`.
        """
        wanted = ", ".join(f'"{c}"' for c in columns)
        if self.kind == "json":
            fields = "{" + ", ".join(f"'{k}': 'VARCHAR'" for k in self._json_keys()) + "}"
            names = {normalise(k): k for k in self._json_keys()}
            picked = ", ".join(
                f'coalesce("{names[c]}", \'\') as "{c}"' if c in names else f"'' as \"{c}\""
                for c in columns
            )
            try:
                con.execute(
                    f"create table {table} as select {picked} from read_json(?, format='array',"  # noqa: S608
                    f" columns={fields}, maximum_object_size=16777216)",
                    [str(self.path)],
                )
            except Exception as error:
                raise self._broken(str(error).splitlines()[0][:160]) from None
            return int(con.execute(f"select count(*) from {table}").fetchone()[0])  # noqa: S608
        fields = "{" + ", ".join(f"'{c}': 'VARCHAR'" for c in self.header) + "}"
        try:
            con.execute(
                f"create table {table} as select {wanted} from read_csv(?, auto_detect=false,"  # noqa: S608
                f" columns={fields}, delim=?, quote='\"', escape='\"', header=false,"
                f" skip={self.skip}, nullstr='\x01', ignore_errors=true, store_rejects=true,"
                " rejects_limit=100000, max_line_size=16000000)",
                [str(self.path), self.delimiter],
            )
        except Exception as error:
            raise RefusedFile(
                Problem(self.name, "", f"cannot be read: {str(error).splitlines()[0][:160]}")
            ) from None
        count = int(con.execute(f"select count(*) from {table}").fetchone()[0])  # noqa: S608
        rejected = con.execute(
            "select line, error_type::varchar, column_idx, csv_line from reject_errors order by 1"
        ).fetchall()
        last_line = -1
        for line, kind, cells, _text in rejected:
            row = int(line) - self.skip
            if kind not in ("MISSING COLUMNS", "TOO MANY COLUMNS"):
                if kind == "UNQUOTED VALUE":
                    raise self._broken(f"a quotation mark opened in row {row} is never closed")
                raise RefusedFile(
                    Problem(self.name, "", f"row {row} cannot be read: {kind.lower()}")
                )
            if line != last_line:
                last_line = int(line)
                self.aside.add("wrong number of cells", "", str(cells), row)
        if rejected and not self.ends_with_line and rejected[-1][1] == "MISSING COLUMNS":
            tail = _last_line(self.path)
            if rejected[-1][3].strip() == tail.strip():
                raise self._broken(
                    f"its last row has {rejected[-1][2]} of {len(self.header)} cells"
                )
        return count + len({line for line, *_ in rejected})

    def _json_keys(self) -> tuple[str, ...]:
        return self.head[0]


def _last_line(path: Path) -> str:
    with path.open("rb") as handle:
        handle.seek(0, io.SEEK_END)
        handle.seek(max(0, handle.tell() - 65536))
        return handle.read().decode("utf-8", "replace").splitlines()[-1]


@contextmanager
def open_sheet(path: Path, name: str | None = None) -> Iterator[Sheet]:
    """A file on disk as a table; raises `RefusedFile` where it is none.

    A text that is not UTF-8 is read as Windows-1252 from a copy, and noted; so is the one table
    inside an archive.
    """
    copies: list[tempfile.TemporaryDirectory[str]] = []
    try:
        try:
            sheet = _open(path, name or path.name, copies)
        except OSError as error:
            raise RefusedFile(
                Problem(name or path.name, "", f"cannot be read: {error.strerror or error}")
            ) from None
        yield sheet
    finally:
        for copy in copies:
            copy.cleanup()


def _open(path: Path, name: str, copies: list[tempfile.TemporaryDirectory[str]]) -> Sheet:
    if not path.is_file():
        raise RefusedFile(Problem(name, "", "no such file"))
    size = path.stat().st_size
    if size == 0:
        raise RefusedFile(Problem(name, "", "an empty file", "Fetch it again."))
    if size > MAX_BYTES:
        raise RefusedFile(Problem(name, "", f"larger than {MAX_BYTES // 10**9} GB"))
    with path.open("rb") as handle:
        start = handle.read(8)
    aside = Aside()
    if start.startswith(b"PK\x03\x04"):
        path, member = _unpack(path, name, _copy(copies))
        aside.note("", f"read '{member}' out of the archive")
        with path.open("rb") as handle:
            start = handle.read(8)
    digest, utf8, last = _scan(path, name)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        path = _recode(path, "utf-16", aside, _copy(copies))
    elif not utf8:
        path = _recode(path, "cp1252", aside, _copy(copies))
    with path.open("rb") as handle:
        raw = handle.read(_SAMPLE)
    sample = raw.decode("utf-8-sig", "ignore")
    text = sample.lstrip()
    if text[:1] == "<":
        raise RefusedFile(
            Problem(name, "", "this is a web page or XML, not a table",
                    "The publisher's site answered with a page; fetch the data file itself.")
        )  # fmt: skip
    if not text:
        raise RefusedFile(Problem(name, "", "an empty file", "Fetch it again."))
    if text[0] in "[{":
        return _open_json(path, name, sample, digest, size, aside, copies)
    delimiter = _tell_separator(text)
    rows = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        head = tuple(tuple(row) for _, row in zip(range(12), rows, strict=False))
    except csv.Error as error:
        raise RefusedFile(
            Problem(name, "", f"cannot be read as CSV: {error}", "Fetch it again.")
        ) from None
    return Sheet(name, path, "csv", delimiter, head, digest, size, aside, last in (b"\n", b"\r"))


def _scan(path: Path, name: str) -> tuple[str, bool, bytes]:
    """SHA-256, whether the text is UTF-8, and its last byte."""
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    utf8, last, nul = True, b"", False
    with path.open("rb") as handle:
        first = True
        while chunk := handle.read(_CHUNK):
            digest.update(chunk)
            last = chunk[-1:]
            if first:
                nul = b"\0" in chunk and not chunk.startswith(
                    (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
                )
                first = False
            if utf8:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    utf8 = False
    if utf8:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            utf8 = False
    if nul:
        raise RefusedFile(
            Problem(name, "", "not a text file", "Save the table as CSV in UTF-8, then import it.")
        )
    return digest.hexdigest(), utf8, last


def _copy(copies: list[tempfile.TemporaryDirectory[str]]) -> Path:
    """A place for a recoded or unpacked copy, gone when the sheet is closed."""
    copies.append(tempfile.TemporaryDirectory(prefix="peaceops-"))
    return Path(copies[-1].name) / "text"


def _recode(path: Path, encoding: str, aside: Aside, copy: Path) -> Path:
    with (
        path.open(encoding=encoding, errors="replace", newline="") as old,
        copy.open("w", encoding="utf-8", newline="") as new,
    ):
        shutil.copyfileobj(old, new, _CHUNK)
    label = "UTF-16" if encoding == "utf-16" else "Windows-1252 (Latin-1)"
    aside.note("", f"not UTF-8; read as {label}")
    return copy


def _unpack(path: Path, name: str, copy: Path) -> tuple[Path, str]:
    """The one table of an archive, bounded in size."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [
                i for i in archive.infolist() if i.filename.lower().endswith((".csv", ".json"))
            ]
            if len(members) != 1:
                raise RefusedFile(
                    Problem(name, "", f"an archive with {len(members)} tables",
                            "Unpack it and name the file wanted; save a workbook as CSV.")
                )  # fmt: skip
            member = members[0]
            if member.file_size > MAX_BYTES or member.file_size > 500 * max(
                member.compress_size, 1
            ):
                raise RefusedFile(Problem(name, "", "unpacks to an unreasonable size"))
            left = member.file_size
            with archive.open(member) as old, copy.open("wb") as new:
                while chunk := old.read(_CHUNK):
                    left -= len(chunk)
                    if left < 0:
                        raise RefusedFile(Problem(name, "", "larger than the archive says"))
                    new.write(chunk)
            return copy, Path(member.filename).name
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise RefusedFile(
            Problem(name, "", f"a broken archive: {error}", "Fetch it again.")
        ) from None


def _tell_separator(text: str) -> str:
    """The separator that cuts the first lines into most cells."""
    lines = text.replace("\r", "\n").replace("\0", "").split("\n")[:5]
    counts: dict[str, int] = {}
    for separator in _SEPARATORS:
        rows = csv.reader(lines, delimiter=separator)
        counts[separator] = max((len(row) for row in rows), default=0)
    best = max(_SEPARATORS, key=lambda s: counts[s])
    return best if counts[best] > 1 else ","


def _json_items(name: str, text: str) -> list[dict[str, Any]]:
    """The objects of a JSON list, or of the one list inside a JSON object."""
    try:
        data = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        raise RefusedFile(
            Problem(f"{name}:{line}" if line else name, "", "broken JSON: the file breaks off or"
                    " is not JSON", "Fetch it again.")
        ) from None  # fmt: skip
    if isinstance(data, dict):
        lists = [v for v in data.values() if isinstance(v, list)]
        data = lists[0] if len(lists) == 1 else [data]
    if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
        raise RefusedFile(Problem(name, "", "not a JSON list of objects"))
    if not data:
        raise RefusedFile(Problem(name, "", "a JSON list without rows", "Fetch it again."))
    return data


def _open_json(
    path: Path,
    name: str,
    sample: str,
    digest: str,
    size: int,
    aside: Aside,
    copies: list[tempfile.TemporaryDirectory[str]],
) -> Sheet:  # fmt: skip
    items: list[dict[str, Any]] | None = None
    if size <= _MAX_JSON_IN_MEMORY:
        items = _json_items(name, path.read_text("utf-8-sig"))
        keys = tuple(dict.fromkeys(k for item in items for k in item))
        if "[" not in sample[:200].lstrip()[:1]:  # an object around the list
            copy = _copy(copies)
            copy.write_text(json.dumps(items), "utf-8")
            path = copy
    else:
        start = sample.find("{")
        try:
            first, _ = json.JSONDecoder().raw_decode(sample[start:])
        except (json.JSONDecodeError, RecursionError):
            raise RefusedFile(Problem(name, "", "not a JSON list of objects")) from None
        keys = tuple(first)
    if any('"' in k or "'" in k for k in keys):
        raise RefusedFile(Problem(name, "", "a column's name holds a quotation mark"))
    return Sheet(
        name, path, "json", "", (keys,), digest, size, aside, _items=items
    )  # fmt: skip
