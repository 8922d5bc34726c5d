"""`page`, `review` and `export`: what leaves the program for readers elsewhere."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import click

from peaceops.cli.options import (
    open_for_reading,
    print_json,
    print_table,
    today,
    with_database,
    with_day,
    with_json,
)
from peaceops.errors import Problem, StoreError, UsageError
from peaceops.model import LANGUAGES


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside itself and move it into place, so that it is never half there."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise StoreError(
            Problem(str(path), "", f"cannot be written: {error.strerror or error}")
        ) from None
    finally:
        part.unlink(missing_ok=True)


@click.command("page")
@click.argument("country")
@click.option("--lang", "languages", default="en", help="fr, nl, de, en; several split by ','.")
@click.option(
    "--format", "form", type=click.Choice(["html", "md", "docx", "json"]), default=None,
    help="Default: what the file's name says, else md.",
)  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A file; {lang} is put in.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@with_database
@with_day
def page_command(
    country: str,
    languages: str,
    form: str | None,
    output: Path | None,
    as_json: bool,
    db: Path | None,
    as_of: date | None,
) -> None:
    """The country's public page on a date, in up to four languages."""
    from peaceops.web import documents
    from peaceops.web.country_page import write_country_page

    wanted = [code.strip() for code in languages.split(",") if code.strip()]
    wrong = [code for code in wanted if code not in LANGUAGES]
    if wrong or not wanted:
        raise UsageError(
            Problem("--lang", "", f"no page in '{', '.join(wrong)}'", "Write fr, nl, de or en.")
        )
    if as_json:
        form = "json"
    if form is None:
        suffix = output.suffix.lstrip(".").lower() if output else ""
        form = {"htm": "html", "markdown": "md"}.get(suffix, suffix) or "md"
        if form not in ("html", "md", "docx", "json"):
            raise UsageError(
                Problem(str(output), "", f"cannot tell the format from '.{suffix}'",
                        "Name it with --format html, md, docx or json.")
            )  # fmt: skip
    if len(wanted) > 1 and output is not None and "{lang}" not in str(output):
        output = output.with_name(f"{output.stem}.{{lang}}{output.suffix}")
    if form == "docx" and output is None:
        raise UsageError(Problem("--output", "", "a DOCX needs a file", "Add -o page.docx."))
    database = open_for_reading(db)
    pages = [write_country_page(database, country, code, as_of or today()) for code in wanted]
    if output is None and form == "json":
        answers = [documents.as_json(page) for page in pages]
        print_json(answers[0] if len(answers) == 1 else answers)
        return
    for page in pages:
        if form == "docx":
            content = documents.write_docx(page)
        elif form == "html":
            content = documents.write_html(page).encode()
        elif form == "md":
            content = documents.write_markdown(page).encode()
        else:
            import json

            from peaceops.cli.options import plain

            content = (
                json.dumps(documents.as_json(page), ensure_ascii=False, indent=1, default=plain)
                + "\n"
            ).encode()
        if output is None:
            click.echo(content.decode(), nl=False)
        else:
            path = Path(str(output).replace("{lang}", page.language))
            write_whole(path, content)
            click.echo(str(path), err=True)


@click.command("review")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--country", help="Whose page it is, as ISO 3166 alpha-3; else told from the text.")
@with_database
@with_day
@with_json
def review_command(
    file: Path, country: str | None, db: Path | None, as_of: date | None, as_json: bool
) -> None:
    """An existing page (text, HTML, DOCX, PDF) read back: what in it is no longer true."""
    from peaceops.analysis.review import review_page
    from peaceops.importers.page_text import read_page_file

    page = read_page_file(file)
    answer = review_page(open_for_reading(db), page, as_of or today(), country)
    if as_json:
        print_json(answer.as_contract())
        return
    click.echo(f"{answer.page}: {answer.language}, {answer.country or 'country not told'}, "
               f"on {answer.as_of}")  # fmt: skip
    print_table(
        ("line", "verdict", "mention", "operation", "claim", "reason"),
        [(m.line, m.verdict, m.text, m.operation, m.claim, m.reason) for m in answer.mentions]
        + [(c.line, c.verdict, c.text[:40], c.kind, c.stated, c.reason) for c in answer.claims],
    )
    stale = sum(m.verdict == "stale" for m in answer.mentions)
    stale += sum(c.verdict == "stale" for c in answer.claims)
    unsure = sum(m.verdict == "check" for m in answer.mentions)
    click.echo(f"{stale} no longer true, {unsure} mentions to check")


@click.command("export")
@click.argument("folder", type=click.Path(path_type=Path))
@with_database
@with_day
@with_json
def export_command(folder: Path, db: Path | None, as_of: date | None, as_json: bool) -> None:
    """The whole portal as static files, for a date, to be put on any web server."""
    from peaceops.web.export import export_portal

    database = open_for_reading(db)
    written = export_portal(
        database, folder, as_of or today(), lambda step: click.echo(f"  {step}", err=True)
    )
    if as_json:
        print_json({"folder": str(folder), "files": written})
    else:
        click.echo(f"{folder}: {written} files")
