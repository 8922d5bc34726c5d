"""Tables as people keep them: a folder of CSV files (also zipped) or one workbook, to plain rows.

Stray spaces, empty rows, a title above the header, the header repeated further down, semicolons or
tabs instead of commas, a hidden sheet: read without complaint. Macro workbooks, archives that
unfold beyond bounds, XML with entities, files that are too big: refused.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from peaceops.errors import Problem as Mistake
from peaceops.errors import RefusedFile, did_you_mean
from peaceops.planner.archive import is_archive, read_archive

Cell = str | int | float | bool | dt.datetime | dt.date | None

MAX_FILE_BYTES = 40_000_000
MAX_UNPACKED_BYTES = 400_000_000
MAX_RATIO = 200
MAX_ROWS = 100_000
MAX_COLUMNS = 100
HEADER_WITHIN = 15


@dataclass(frozen=True)
class Row:
    """One row of a table: where it stands and its cells by column name."""

    where: str
    cells: Mapping[str, Cell]
    letters: Mapping[str, str]  # column name → letter, in a workbook

    def field(self, column: str) -> str:
        letter = self.letters.get(column)
        return f"{column} (column {letter})" if letter else column


@dataclass
class Table:
    """One table: its rows, and the columns its header named."""

    name: str
    where: str
    columns: tuple[str, ...]
    rows: list[Row]


@dataclass
class Tables:
    """All tables of a problem, with what was wrong and what is worth knowing about the files."""

    where: str
    tables: dict[str, Table] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_tables(path: Path, known: Mapping[str, Collection[str]]) -> Tables:
    """The known tables (name → their columns) of a folder of CSV, a ZIP of it, or one workbook.

    RefusedFile when the path is neither or the file is not safe to open.
    """
    if path.is_dir():
        return _read_folder(path, known)
    if not path.exists():
        raise RefusedFile(
            Mistake(str(path), "", "no such file or folder", "Give a folder of CSV or an .xlsx.")
        )
    return read_bytes(path.read_bytes() if _size_is_fine(path) else b"", path.name, known)


def read_bytes(data: bytes, name: str, known: Mapping[str, Collection[str]]) -> Tables:
    """The known tables of a workbook or of a ZIP of CSV files, told apart by what is in them."""
    if is_archive(data, name):
        return read_zipped(data, name, known)
    return read_workbook(data, name, known)


def _size_is_fine(path: Path) -> bool:
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise RefusedFile(
            Mistake(path.name, "", f"{size:,} bytes", f"At most {MAX_FILE_BYTES:,} are accepted.")
        )
    return True


# --- CSV ---------------------------------------------------------------------------------------


def _read_folder(path: Path, known: Mapping[str, Collection[str]]) -> Tables:
    found = Tables(str(path))
    files = sorted(p for p in path.iterdir() if p.suffix.casefold() == ".csv" and p.is_file())
    for file in files:
        if file.stem.strip().casefold() in known:
            if not file.resolve().is_relative_to(path.resolve()):
                found.mistakes.append(Mistake(file.name, "", "leads out of the folder"))
                continue
            if file.stat().st_size > MAX_FILE_BYTES:
                found.mistakes.append(
                    Mistake(file.name, "", "too big", f"At most {MAX_FILE_BYTES:,} bytes.")
                )
                continue
            _add_csv(found, file.name, file.read_bytes(), known)
        else:
            _add_csv(found, file.name, b"", known)
    if not files:
        near = (
            "A problem is posts.csv, people.csv, operations.csv, limits.csv, budget.csv, rules.csv."
        )
        found.mistakes.append(Mistake(str(path), "", "no CSV file in this folder", near))
    return found


def read_zipped(data: bytes, name: str, known: Mapping[str, Collection[str]]) -> Tables:
    """The known tables of a ZIP of CSV files given as bytes; RefusedFile as `read_archive`."""
    found = Tables(name)
    for packed in sorted(read_archive(data, name), key=lambda p: p.name):
        _add_csv(found, packed.name, packed.content, known)
    return found


def _add_csv(
    found: Tables, file: str, content: bytes, known: Mapping[str, Collection[str]]
) -> None:
    """One CSV file becomes a table, or a note where its name is none of a table's."""
    name = Path(file).stem.strip().casefold()
    if name not in known:
        near = did_you_mean(name, known)
        found.notes.append(f"{file} is not a table of a problem and was not read. {near}")
        return
    text, note = _decode(content)
    if text is None:
        found.mistakes.append(Mistake(file, "", "is not text", "Save the table as CSV UTF-8."))
        return
    if note:
        found.notes.append(f"{file}: {note}")
    rows = _csv_rows(file, text, found.mistakes, known[name])
    _add_table(found, name, file, rows, known[name], letters=False)


def _decode(data: bytes) -> tuple[str | None, str]:
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return None, ""
    for encoding in ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig",):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return (None, "") if "\x00" in text else (text, "")
    if b"\x00" in data:
        return None, ""
    return data.decode("cp1252", errors="replace"), "not UTF-8; read as Windows-1252"


def _csv_rows(
    where: str, text: str, mistakes: list[Mistake], known: Collection[str]
) -> Iterator[tuple[int, list[Any], str]]:
    lines = text.splitlines()[:HEADER_WITHIN]

    def names_found(delimiter: str) -> int:
        """Most known column names that one line gives when split there."""
        return max(
            (len({_header_name(c.strip('"')) for c in line.split(delimiter)} & set(known)))
            for line in [*lines, ""]
        )

    delimiter = max(",;\t", key=names_found)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=False)
    while True:
        start = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            mistakes.append(Mistake(f"{where}:{start}", "", f"not readable as CSV: {error}"))
            return
        yield start, list(cells), f"{where}:{start}"


# --- XLSX --------------------------------------------------------------------------------------


def read_workbook(data: bytes, name: str, known: Mapping[str, Collection[str]]) -> Tables:
    """The known tables of a workbook given as bytes."""
    refuse_unsafe_workbook(data, name)
    import openpyxl

    found = Tables(name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheets = list(book.worksheets)
            # A visible sheet goes before a hidden one of the same name.
            for sheet in sorted(sheets, key=lambda s: s.sheet_state != "visible"):
                title = str(sheet.title)
                table = title.strip().casefold()
                if table not in known:
                    near = did_you_mean(table, known)
                    found.notes.append(f"sheet '{title}' is not a table and was not read. {near}")
                    continue
                if table in found.tables:
                    found.notes.append(f"sheet '{title}' is hidden, a second one, and was not read")
                    continue
                if sheet.sheet_state != "visible":
                    found.notes.append(f"sheet '{title}' is hidden; it was read all the same")
                sheet.reset_dimensions()
                rows = (
                    (number, list(cells[:MAX_COLUMNS]), f"{name}, sheet '{title}', row {number}")
                    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1)
                )
                where = f"{name}, sheet '{title}'"
                _add_table(found, table, where, rows, known[table], letters=True)
            book.close()
    except Exception as error:
        # openpyxl raises whatever the broken part makes it meet: KeyError, ValueError, XML errors.
        raise RefusedFile(
            Mistake(name, "", f"not readable as a workbook ({type(error).__name__}: {error})")
        ) from error
    return found


def refuse_unsafe_workbook(data: bytes, name: str) -> None:
    """RefusedFile for what is not a plain, bounded .xlsx."""

    def refuse(
        message: str, hint: str = "Save it as an Excel workbook without macros (.xlsx)."
    ) -> None:
        raise RefusedFile(Mistake(name, "", message, hint))

    if len(data) > MAX_FILE_BYTES:
        refuse(f"{len(data):,} bytes", f"At most {MAX_FILE_BYTES:,} are accepted.")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        refuse("an old .xls file or a workbook with a password")
    if not data.startswith(b"PK"):
        refuse("neither a folder of CSV nor an .xlsx workbook")
    if Path(name).suffix.casefold() in {".xlsm", ".xltm", ".xlam", ".xlsb"}:
        refuse("a workbook that may hold macros")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            if len(parts) > 2_000 or unpacked > MAX_UNPACKED_BYTES:
                refuse(f"unfolds to {unpacked:,} bytes in {len(parts)} parts")
            if unpacked > 10_000_000 and unpacked > MAX_RATIO * max(1, len(data)):
                refuse(f"unfolds to {unpacked:,} bytes from {len(data):,}: not a normal workbook")
            names = [part.filename.casefold() for part in parts]
            if any(n.endswith(("vbaproject.bin", ".xlm")) or "macrosheets" in n for n in names):
                refuse("a workbook with macros")
            if "xl/workbook.xml" not in names:
                refuse("an archive, but not an .xlsx workbook")
            for part in parts:
                if part.filename.casefold().endswith((".xml", ".rels")):
                    _refuse_entities(archive, part, refuse)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        refuse(f"not readable as a workbook ({error})")


def _refuse_entities(archive: zipfile.ZipFile, part: zipfile.ZipInfo, refuse: object) -> None:
    """A DOCTYPE may only stand before the first element, so the beginning is enough."""
    with archive.open(part) as stream:
        head = stream.read(65_536)
    if re.search(rb"<\x00?!\x00?(D\x00?O\x00?C\x00?T|E\x00?N\x00?T)", head):
        assert callable(refuse)
        refuse(f"{part.filename} declares XML entities")


# --- both --------------------------------------------------------------------------------------


def clean_text(cell: Cell) -> str:
    """The cell as text without stray spaces (also the no-break ones); numbers as written."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        cell = int(cell)
    return re.sub(r"[\s\u00a0\u202f\u200b\ufeff]+", " ", str(cell)).strip()


def _header_name(cell: Cell) -> str:
    return re.sub(r"[\s-]+", "_", clean_text(cell).casefold())


def _add_table(
    found: Tables,
    name: str,
    where: str,
    rows: Iterable[tuple[int, list[Any], str]],
    known: Collection[str],
    *,
    letters: bool,
) -> None:
    header: list[str] | None = None
    letter_of: dict[str, str] = {}
    table = Table(name, where, (), [])
    first_line = ""
    for number, cells, row_where in rows:
        texts = [clean_text(cell) for cell in cells]
        if not any(texts):
            continue
        names = [_header_name(cell) for cell in cells]
        if header is None:
            first_line = first_line or ", ".join(t for t in texts if t)[:80]
            if len(set(names) & set(known)) >= min(2, len(known)):
                header = names
                table.columns = tuple(n for n in names if n)
                letter_of = {n: _letter(i) for i, n in enumerate(names) if n} if letters else {}
                _check_header(found, names, known, row_where)
            elif number > HEADER_WITHIN:
                break
            continue
        if [n for n in names if n] == [n for n in header if n]:
            continue  # the header again
        if len(table.rows) >= MAX_ROWS:
            found.mistakes.append(Mistake(row_where, "", f"more than {MAX_ROWS:,} rows"))
            break
        row = {n: cell for n, cell in zip(header, cells, strict=False) if n}
        beyond = [t for t in texts[len(header) :] if t]
        beyond += [t for n, t in zip(header, texts, strict=False) if t and not n]
        if beyond:
            found.mistakes.append(
                Mistake(
                    row_where,
                    "",
                    f"'{beyond[0]}' stands in a column without a header",
                    "A list inside a cell is split by ; and, in a file with ; between the columns, "
                    "stands in quotes.",
                )
            )
        table.rows.append(Row(row_where, row, letter_of))
    if header is None:
        message = f"no header found (first line: '{first_line}')" if first_line else "empty"
        if not first_line and name not in {"posts", "people", "rules"}:
            found.notes.append(f"{where} is empty")
            return
        hint = f"The first row names the columns: {', '.join(known)}."
        found.mistakes.append(Mistake(where, "", message, hint))
        return
    found.tables[name] = table


def _check_header(found: Tables, names: list[str], known: Collection[str], where: str) -> None:
    seen: set[str] = set()
    for column in filter(None, names):
        if column in seen:
            found.mistakes.append(Mistake(where, column, "this column stands twice"))
        seen.add(column)
        if column not in known and not column.startswith(("note", "remark", "comment", "_")):
            hint = did_you_mean(column, known) or f"Columns are {', '.join(known)}."
            hint += " A column of your own may be called note, remark or comment."
            found.mistakes.append(Mistake(where, column, "unknown column", hint))


def _letter(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
