"""`import` and `sync`: published data files taken into the database."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from peaceops.build import build_database, is_current
from peaceops.cli.options import DayType, print_json, print_table, with_database, with_json
from peaceops.intake import Imported, import_files, read_cards
from peaceops.places import data_dir, default_database
from peaceops.texts import SOURCE as TEXTS
from peaceops.texts import ImportedText, holds_texts, import_texts


def database_to_write(db: Path | None) -> Path:
    """The database asked for; made from the catalogue first where there is none.

    The user's own is also made anew, with what was imported, where the catalogue or its form
    changed.
    """
    path = db or default_database()
    if not path.exists():
        click.echo("no database yet: building it", err=True)
        build_database(path)
    elif db is None and not is_current(path):
        click.echo("bringing the database up to date", err=True)
        build_database(path)
    return path


@click.command("import")
@click.argument("source", required=False)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--on", type=DayType(), default=None, help="The date of a file that bears none.")
@click.option("--lang", default="", help="Resolutions in these languages only, such as en,fr.")
@click.option("--list", "list_sources", is_flag=True, help="Every source that can be imported.")
@with_database
@with_json
def import_command(
    source: str | None,
    files: tuple[Path, ...],
    on: date | None,
    lang: str,
    list_sources: bool,
    db: Path | None,
    as_json: bool,
) -> int:
    """Published data FILES, checked and taken in; the same file twice changes nothing.

    SOURCE is an id of `peaceops import --list`, the publisher's id of the data set, or 'auto' to
    tell each file by its content. All tables are taken in, or none.

    Of 'un-sc-resolutions' FILES may be resolutions (Akoma Ntoso XML or text), folders and .zip
    archives of them. Each goes in by itself: one that is refused is named, the others are taken.
    """
    path = database_to_write(db)
    if list_sources:
        _print_sources(path, as_json)
        return 0
    if source is None or not files:
        raise click.UsageError("Name a source and a file; list sources with --list.")
    known = source.casefold()
    texts = [f for f in files if known == TEXTS or (known == "auto" and holds_texts(f))]
    tables = [f for f in files if f not in texts]
    if lang and tables:
        raise click.UsageError("--lang goes with resolutions only.")
    found: tuple[Imported, ...] = ()
    read: tuple[ImportedText, ...] = ()
    if tables:
        found = import_files(path, source, tables, day=on.isoformat() if on else "", progress=_tell)
    if texts:
        wanted = tuple(code.strip() for code in lang.casefold().split(",") if code.strip())
        read = import_texts(path, texts, languages=wanted, progress=_tell)
    if as_json:
        print_json([as_contract(i) for i in found] + [text_as_contract(t) for t in read])
    else:
        for one in found:
            print_imported(one)
        print_texts(read)
    return _tell_refused(read)


def _tell(step: str) -> None:
    click.echo(f"  {step}", err=True)


def _tell_refused(texts: tuple[ImportedText, ...]) -> int:
    """Each problem of the texts that were refused, on stderr; the exit code."""
    problems = [p for t in texts for p in t.problems]
    for problem in problems:
        click.echo(str(problem), err=True)
    return 1 if problems else 0


def text_as_contract(text: ImportedText) -> dict[str, Any]:
    """What became of one resolution's file, as JSON."""
    return {
        "source": TEXTS,
        **text.__dict__,
        "problems": [p.as_dict() for p in text.problems],
    }


def print_texts(texts: tuple[ImportedText, ...]) -> None:
    """What became of files of resolutions: how many, and by name those that replaced another."""
    if not texts:
        return
    counts = {
        status: sum(t.status == status for t in texts)
        for status in ("imported", "replaced", "already imported", "passed over", "refused")
    }
    told = ", ".join(f"{n:,} {status}" for status, n in counts.items() if n)
    end = "" if any(t.is_taken for t in texts) else "; nothing changed"
    click.echo(f"{TEXTS}: {told}{end}")
    for status in ("replaced", "passed over"):
        named = [t for t in texts if t.status == status]
        for t in named[:20]:
            click.echo(f"  {t.symbol} ({t.language}) {status}: {t.note}")
        if len(named) > 20:
            click.echo(f"  … and {len(named) - 20:,} more {status}; --json names all")


def as_contract(imported: Imported) -> dict[str, Any]:
    """What became of one file, as JSON."""
    return {
        **imported.__dict__,
        "notes": list(imported.notes),
        "set_aside": [
            {"reason": r, "field": f, "value": v, "rows": n} for r, f, v, n in imported.set_aside
        ],
        "unknown": [{"what": w, "name": n, "rows": r} for w, n, r in imported.unknown],
    }


def print_imported(one: Imported) -> None:
    """What became of one file, as text."""
    if one.status != "imported":
        click.echo(f"{one.file}: {one.source}: {one.status}; nothing changed")
        return
    span = f", {one.first_date} to {one.last_date}" if one.first_date else ""
    click.echo(f"{one.file}: {one.source}: {one.rows_taken:,} of {one.rows_read:,} rows{span}")
    for note in one.notes:
        click.echo(f"  note: {note}")
    if one.rows_set_aside:
        click.echo(f"  set aside: {one.rows_set_aside:,} rows")
        for reason, field, value, rows in one.set_aside[:12]:
            click.echo(f"    {rows:>6,}  {': '.join(x for x in (field, reason) if x)} '{value}'")
        if len(one.set_aside) > 12:
            click.echo(f"    … and {len(one.set_aside) - 12} more reasons")
    if one.unknown:
        click.echo(f"  waiting for a name: {one.rows_unknown:,} rows")
        for what, name, rows in one.unknown[:20]:
            click.echo(f"    {rows:>6,}  {what} '{name}'")
        click.echo("  Add a spelling to catalogue/country_names.csv or operation_names.csv, then"
                   " run peaceops build.")  # fmt: skip


@click.command("sync")
@click.argument("sources", nargs=-1)
@click.option("--folder", type=click.Path(path_type=Path), help="Where fetched files are kept.")
@with_database
@with_json
def sync_command(
    sources: tuple[str, ...], folder: Path | None, db: Path | None, as_json: bool
) -> int:
    """Official SOURCES fetched (all of them without a name), then imported.

    Interrupted, it loses nothing and goes on where it was. Only the hosts named in the sources'
    cards are contacted.
    """
    from peaceops.sync import sync_sources

    path = database_to_write(db)
    found = sync_sources(
        path, sources, folder or data_dir() / "fetched",
        progress=_tell,
    )  # fmt: skip
    failed = [f for f in found if f.status == "failed"]
    if as_json:
        print_json([
            {**f.__dict__, "problems": [p.as_dict() for p in f.problems],
             "imported": [as_contract(i) for i in f.imported],
             "texts": [text_as_contract(t) for t in f.texts]}
            for f in found
        ])  # fmt: skip
        return 1 if failed else 0
    for one in found:
        click.echo(f"{one.source}: {one.file}: {one.status}"
                   + (f", {one.bytes:,} bytes" if one.bytes else ""))  # fmt: skip
        for imported in one.imported:
            if imported.status == "imported":
                print_imported(imported)
        print_texts(one.texts)
        _tell_refused(one.texts)
    for one in failed:
        for problem in one.problems:
            click.echo(str(problem), err=True)
    return 1 if failed else 0


def _print_sources(path: Path, as_json: bool) -> None:
    cards = read_cards(path)
    if as_json:
        print_json([card.model_dump(mode="json") for card in cards.values()])
        return
    print_table(
        ("id", "data set", "fetched by sync", "title"),
        [(c.id, c.dataset, "yes" if c.files else "", c.title) for c in cards.values()],
    )
