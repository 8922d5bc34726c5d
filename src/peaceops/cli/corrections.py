"""`correct`: a coding that is wrong, put right in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from peaceops.cli.mandates import is_symbol
from peaceops.cli.options import print_csv, print_json, with_csv, with_json
from peaceops.errors import DataError, NotFound, PeaceopsError, Problem, StoreError, UsageError
from peaceops.places import catalogue_dir, default_database

if TYPE_CHECKING:
    from peaceops.correcting import CheckedCorrection
    from peaceops.resolutions.corrections import Correction
    from peaceops.resolutions.document import Resolution
    from peaceops.store import Database

MOST_FILE = 256_000  # bytes of a file of entries


@click.command("correct")
@click.argument("resolution", required=False)
@click.option(
    "--field",
    metavar="FIELD",
    help="What is wrong: acts_on, ceilings, mentions, tasks or chapter_vii.",
)
@click.option(
    "--where",
    "where",
    multiple=True,
    metavar="NAME=VALUE",
    help="Which statement is meant; leave out to add one. May be given again.",
)
@click.option(
    "--set",
    "values",
    multiple=True,
    metavar="NAME=VALUE",
    help="What is right; null for none. May be given again.",
)
@click.option("--remove", is_flag=True, help="The text does not say this at all.")
@click.option("--because", metavar="TEXT", help="Why, in one sentence for the reader of the page.")
@click.option("--source", metavar="CARD", default="", help="A source card that shows it.")
@click.option(
    "--from",
    "entries",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Take the entries of a YAML file, such as the portal gives.",
)
@click.option("--list", "show_list", is_flag=True, help="The corrections in force; of RESOLUTION.")
@click.option("--catalogue", type=click.Path(path_type=Path), help="Another catalogue's folder.")
@click.option("--db", type=click.Path(path_type=Path), help="The database with the texts.")
@click.option("--lang", default="", help="Language of the text to try it on (default: English).")
@click.option("--dry-run", is_flag=True, help="Check and show; write nothing.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Write the entry to this file instead of the catalogue, to send it.",
)
@with_json
@with_csv
def correct_command(
    resolution: str | None,
    field: str | None,
    where: tuple[str, ...],
    values: tuple[str, ...],
    remove: bool,
    because: str | None,
    source: str,
    entries: Path | None,
    show_list: bool,
    catalogue: Path | None,
    db: Path | None,
    lang: str,
    dry_run: bool,
    output: Path | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Mark a coding as wrong: the correction is checked, shown, and written into the catalogue.

    RESOLUTION is a symbol (S/RES/2690, 2690) or a file. Where its text is at hand the correction is
    tried on it, and one that would change nothing is refused. The entry carries no name.

    \b
      peaceops correct 2690 --field acts_on --where operation=minusma
          --set until=2023-12-31 --because "The text says so in paragraph 1."
      peaceops correct --from correction-2690-acts-on.yaml
      peaceops correct --list
    """  # fmt: skip
    folder = catalogue or catalogue_dir()
    texts = _Texts(folder, db, lang.lower())
    if show_list:
        if as_json and as_csv:
            raise UsageError(Problem("correct", "", "choose --json or --csv, not both"))
        _show_list(_list(texts, resolution), as_json, as_csv)
        return
    if as_csv:
        raise UsageError(Problem("correct", "--csv", "only with --list"))
    if entries is not None:
        given = [field, where, values, remove, because, source]
        if any(given):
            raise UsageError(
                Problem("correct", "--from", "the file says all of it",
                        "Leave out --field, --where, --set, --remove, --because and --source.")
            )  # fmt: skip
        asked = _read_file(entries)
        place = str(entries)
    else:
        asked = [_entry_of(resolution, field, where, values, remove, because, source)]
        place = "correct"
    checked = _check(asked, texts, resolution, place)
    _finish(checked, folder, dry_run, output, as_json)


def _entry_of(
    resolution: str | None, field: str | None, where: Sequence[str], values: Sequence[str],
    remove: bool, because: str | None, source: str,
) -> dict[str, Any]:  # fmt: skip
    """The options as an entry. Raises `UsageError` for what is left out or not NAME=VALUE."""
    missing = [
        Problem("correct", name, "is missing", hint)
        for name, value, hint in (
            ("RESOLUTION", resolution, "Name a symbol such as S/RES/2690, or a file."),
            ("--field", field, "acts_on, ceilings, mentions, tasks or chapter_vii."),
            ("--because", because, "Say why in one sentence."),
        )
        if not value
    ]
    parts: list[dict[str, str]] = []
    for name, pairs in (("--where", where), ("--set", values)):
        found: dict[str, str] = {}
        for pair in pairs:
            key, sign, value = pair.partition("=")
            if not sign or not key.strip():
                missing.append(
                    Problem("correct", name, f"'{pair[:60]}' is not NAME=VALUE",
                            "Write operation=minusma.")
                )  # fmt: skip
            elif key.strip() in found:
                missing.append(Problem("correct", name, f"'{key.strip()[:60]}' is said twice"))
            found[key.strip()] = value.strip()
        parts.append(found)
    if missing:
        raise UsageError(missing)
    return {
        "symbol": resolution, "field": field, "where": parts[0], "set": parts[1],
        "remove": remove, "because": because, "source": source,
    }  # fmt: skip


def _read_file(path: Path) -> list[Any]:
    """The entries of a file; one alone need not be a list. Raises `DataError`."""
    from peaceops.correcting import MOST_ENTRIES
    from peaceops.resolutions.corrections import parse_entries

    try:
        with path.open("rb") as file:
            data = file.read(MOST_FILE + 1)
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise DataError(
            Problem(str(path), "", f"cannot be read: {error.strerror or error}")
        ) from None
    except UnicodeDecodeError:
        raise DataError(Problem(str(path), "", "is not UTF-8 text", "Save it as UTF-8.")) from None
    if len(data) > MOST_FILE:
        raise DataError(Problem(str(path), "", f"more than {MOST_FILE:,} bytes of entries"))
    found = parse_entries(text, str(path), alone=True)
    if not found:
        raise DataError(Problem(str(path), "", "no entry in this file"))
    if len(found) > MOST_ENTRIES:
        raise DataError(Problem(str(path), "", f"more than {MOST_ENTRIES} entries"))
    return found


class _Texts:
    """The coding of resolutions whose texts are at hand, each coded once."""

    def __init__(self, folder: Path, db: Path | None, language: str):
        self.folder, self.db, self.language = folder, db, language
        self._database: Database | None = None
        self._coded: dict[str, dict[str, Any] | None] = {}
        self.paragraphs: dict[str, frozenset[str]] = {}  # of each text coded, by symbol

    def open(self) -> Database | None:
        """The database as it is; it is not made anew for this. None where there is none."""
        from peaceops.store import open_database

        if self._database is None:
            if self.db is not None:
                self._database = open_database(self.db)
            elif default_database().is_file():
                try:
                    self._database = open_database(default_database())
                except StoreError as error:
                    click.echo(f"note: no texts: {error.problems[0].message}", err=True)
        return self._database

    def document(self, symbol: str) -> Resolution | None:
        """The text of a symbol; None where it is not at hand in the language asked for."""
        from peaceops.analysis.texts import find_text, load_text

        database = self.open()
        if database is None:
            return None
        try:
            return load_text(database, find_text(database, symbol, self.language))
        except NotFound:
            return None

    def coding(self, symbol: str) -> dict[str, Any] | None:
        """The JSON of `read` on the text, with the corrections in force; None without a text."""
        if symbol not in self._coded:
            document = self.document(symbol)
            self._coded[symbol] = None if document is None else self.code(document)
        return self._coded[symbol]

    def code(self, document: Resolution) -> dict[str, Any]:
        """A text coded as this catalogue codes it."""
        from peaceops.resolutions.coder import code_resolution
        from peaceops.resolutions.corrections import corrections_path, load_corrections
        from peaceops.resolutions.lexicon import load_lexicon

        lexicon = self.folder / "lexicon"
        numbers = {p.number for p in document.paragraphs if p.kind != "heading"}
        self.paragraphs[document.symbol] = frozenset(numbers - {""})
        return code_resolution(
            document,
            load_lexicon(lexicon) if lexicon.is_dir() else None,
            load_corrections(corrections_path(self.folder)),
        ).as_dict()

    def take(self, path: str) -> str:
        """Code a file; its symbol."""
        from peaceops.resolutions.document import read_document

        document = read_document(path)
        if not document.symbol.startswith("S/RES/"):
            raise DataError(
                Problem(path, "symbol", "the text does not tell which resolution it is")
            )
        self._coded[document.symbol] = self.code(document)
        return document.symbol

    def go_on(self, symbol: str, correction: Correction) -> None:
        """Let the next correction of the same text see this one."""
        from peaceops.resolutions.corrections import apply_correction

        coded = self._coded.get(symbol)
        if coded is not None:
            self._coded[symbol] = apply_correction(coded, correction)[0]


def _check(
    asked: Sequence[Any], texts: _Texts, resolution: str | None, place: str
) -> list[CheckedCorrection]:
    """Every entry checked and tried on its text; raises `DataError` with all that is wrong."""
    from peaceops.correcting import check_entry, complete_symbol, read_known_words

    known = read_known_words(texts.folder)
    symbol = ""
    if resolution is not None and not is_symbol(resolution):
        symbol = texts.take(resolution)
    checked: list[CheckedCorrection] = []
    problems: list[Problem] = []
    for number, given in enumerate(asked, 1):
        where = f"{place}: entry {number}" if len(asked) > 1 else place
        entry = dict(given) if isinstance(given, Mapping) else {}
        if not isinstance(given, Mapping):
            problems.append(Problem(where, "", "is no entry", "See docs/mandates.md."))
            continue
        if symbol and entry.get("symbol") == resolution:
            entry["symbol"] = symbol
        coded, full = None, ""
        try:
            full = complete_symbol(str(entry.get("symbol", "")), known)
            if symbol and full != symbol:
                problems.append(
                    Problem(where, "symbol", f"the entry is on {full}, the text is {symbol}")
                )
                continue
            coded = texts.coding(full)
        except DataError:
            pass  # told by check_entry, with all the rest
        try:
            one = check_entry(entry, known, coded, where, texts.paragraphs.get(full, ()))
        except DataError as error:
            problems += error.problems
            continue
        texts.go_on(one.correction.symbol, one.correction)
        checked.append(one)
    if problems:
        raise DataError(problems)
    return checked


def _finish(
    checked: Sequence[CheckedCorrection],
    folder: Path,
    dry_run: bool,
    output: Path | None,
    as_json: bool,
) -> None:
    """Show what was found right, and write it where it is to go."""
    from peaceops.correcting import add_corrections

    if not as_json:
        for one in checked:
            _print_checked(one)
    written: Path | None = None
    failure: PeaceopsError | None = None
    try:
        if dry_run:
            pass
        elif output is not None:
            from peaceops.cli.tell import write_whole

            write_whole(output, "".join(one.entry for one in checked).encode())
            written = output
        else:
            written = add_corrections(checked, folder)
    except PeaceopsError as error:
        failure = error
    if as_json:
        listed = [one.as_dict() for one in checked]
        print_json({"corrections": listed, "written": str(written) if written else None})
    elif dry_run:
        click.echo("nothing was written (--dry-run)")
    elif written is not None:
        click.echo(f"written to {written}")
    if failure is not None:
        raise failure


def _print_checked(one: CheckedCorrection) -> None:
    click.echo(f"{one.correction.symbol}: {one.correction.field}")
    if one.is_tried:
        for name, entries in (("before", one.before), ("after", one.after)):
            for line in [_in_words(one.correction.field, e) for e in entries] or ["–"]:
                click.echo(f"  {name:<7} {line}")
    else:
        click.echo("  its text is not at hand: only the words were checked, not what it changes")
    for line in one.entry.splitlines():
        click.echo(f"    {line}")


def _in_words(field: str, entry: Any) -> str:
    """A statement on one line, as `read` prints it."""
    if isinstance(entry, str):
        return entry
    place = f" (para. {entry['paragraph']})" if entry.get("paragraph") else ""
    if field == "chapter_vii":
        return ("Chapter VII" if entry["value"] else "no Chapter VII") + place
    if field == "acts_on":
        until = f" until {entry['until']}" if entry["until"] else ""
        months = f", {entry['months']} months" if entry["months"] else ""
        return f"{entry['operation']}: {entry['action']}{until}{months}{place}"
    if field == "ceilings":
        persons, change = entry["persons"], entry["change"]
        numbers = [f"{persons:,}"] if persons is not None else []
        numbers += [f"{change:+,}"] if change is not None else []
        numbers += [f"from {entry['from']}"] if entry.get("from") else []
        numbers += [f"of {entry['within']}"] if entry.get("within") else []
        return f"{entry['operation']}: {entry['kind']} {' '.join(numbers)}{place}"
    return f"{entry['operation']}: {entry['task']}, {entry['mode']}, {entry['strength']}{place}"


# The list ----------------------------------------------------------------------------------------

STATES = {
    "applied": "in force",
    "not found": "stale: the coding has no such statement",
    "no change": "stale: the coding says so without it",
    "": "not tried: the text is not at hand",
}


def _list(texts: _Texts, resolution: str | None) -> list[dict[str, Any]]:
    """Every correction of the catalogue with its state, in the order of the file."""
    from peaceops.correcting import complete_symbol, read_known_words
    from peaceops.resolutions.corrections import corrections_path, load_corrections

    listed = load_corrections(corrections_path(texts.folder))
    if resolution is not None:
        if is_symbol(resolution):
            wanted = complete_symbol(resolution, read_known_words(texts.folder))
        else:
            wanted = texts.take(resolution)
        listed = {wanted: listed.get(wanted, ())}
    rows = []
    for symbol, corrections in listed.items():
        if not corrections:
            continue
        coded = texts.coding(symbol)
        effects = [c["effect"] for c in coded["corrections"]] if coded else [""] * len(corrections)
        rows += [
            {"symbol": symbol, **c.as_dict(), "state": STATES[effect], "stale": effect[:2] == "no"}
            for c, effect in zip(corrections, effects, strict=True)
        ]
    return rows


def _show_list(rows: Sequence[dict[str, Any]], as_json: bool, as_csv: bool) -> None:
    if as_json:
        print_json(rows)
        return
    columns = ("symbol", "field", "where", "set", "state", "because", "source")
    cells = [
        [
            row["symbol"], row["field"], _pairs(row["where"]),
            "removed" if row["remove"] else _pairs(row["set"]), row["state"], row["because"],
            row["source"],
        ]
        for row in rows
    ]  # fmt: skip
    if as_csv:
        print_csv(columns, cells)
    elif cells:
        for symbol, field, where, right, state, because, source in cells:
            change = " → ".join(part for part in (where, right) if part)
            click.echo(f"{symbol}  {field}  {change}  [{state}]")
            click.echo(f"  {because}{f' ({source})' if source else ''}")
        stale = sum(row["stale"] for row in rows)
        if stale:
            click.echo(f"{stale} of {len(rows)} no longer change anything; they can be taken out")
    else:
        click.echo("no corrections")


def _pairs(parts: Mapping[str, Any]) -> str:
    return ", ".join(f"{k}={'null' if v is None else v}" for k, v in parts.items())
