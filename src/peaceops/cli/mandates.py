"""`read` and `compare`: resolutions coded as mandates, and two mandates side by side."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from peaceops.cli.options import (
    open_for_reading,
    plain,
    print_csv,
    print_json,
    with_csv,
    with_database,
    with_json,
)
from peaceops.errors import PeaceopsError, UsageError

if TYPE_CHECKING:
    from peaceops.resolutions.document import Resolution
    from peaceops.web.compare_reader import ComparePage
    from peaceops.web.languages import Language
    from peaceops.web.statements import Speaker

SUFFIXES = (".xml", ".txt")


def list_files(paths: tuple[str, ...]) -> Iterator[Path]:
    """The files named, and those of the folders named, in order."""
    for path in map(Path, paths):
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES)
        else:
            yield path


def is_symbol(wanted: str) -> bool:
    """Whether a word names a resolution rather than a file: no such file, and a symbol's form."""
    from peaceops.resolutions.stored import read_symbol

    return read_symbol(wanted) is not None and not Path(wanted).exists()


def read_one(wanted: str, db: Path | None, language: str) -> Resolution:
    """A file, or the text of a symbol in the database.

    Raises `NotFound` where the database has no text of it, `RefusedFile` for a bad file.
    """
    from peaceops.analysis.texts import find_text, load_text
    from peaceops.resolutions.document import read_document

    if not is_symbol(wanted):
        return read_document(wanted)
    database = open_for_reading(db)
    return load_text(database, find_text(database, wanted, language))


@click.command("read")
@click.argument("files", nargs=-1, required=True)
@click.option("--lang", default="", help="Language of the texts of symbols (default: English).")
@with_database
@with_json
@with_csv
def read_command(
    files: tuple[str, ...], lang: str, db: Path | None, as_json: bool, as_csv: bool
) -> int:
    """Security Council resolutions coded as mandates.

    FILES are Akoma Ntoso XML or plain text, folders of them, or symbols such as S/RES/2531 where
    the text was imported (peaceops import un-sc-resolutions).

    A file that cannot be read gets its line on stderr; the rest goes on, and the exit code is 1.
    With --json one file gives one object, several files a list of objects.
    """
    if as_json and as_csv:
        raise UsageError(_problem("choose --json or --csv, not both"))
    from peaceops.resolutions.coder import code_resolution
    from peaceops.resolutions.lexicon import load_lexicon

    lexicon = load_lexicon()
    failed, written = False, 0
    rows: list[list[Any]] = []
    listed = [f for name in files for f in ([name] if is_symbol(name) else list_files((name,)))]
    many = len(listed) != 1 or Path(files[0]).is_dir()
    for wanted in listed:
        try:
            coded = code_resolution(read_one(str(wanted), db, lang.lower()), lexicon).as_dict()
        except PeaceopsError as error:
            failed = True
            for problem in error.problems:
                click.echo(str(problem), err=True)
            continue
        if as_json:
            lead = "[" if many and not written else "," if many else ""
            click.echo(lead + json.dumps(coded, ensure_ascii=False, indent=1, default=plain))
        elif as_csv:
            rows += _csv_rows(coded)
        else:
            _print_summary(coded)
        written += 1
    if as_json and many:
        click.echo("]" if written else "[]")
    if as_csv:
        print_csv(CSV_COLUMNS, rows)
    return 1 if failed else 0


CSV_COLUMNS = (
    "symbol", "date", "language", "operation", "action", "until", "months", "paragraph",
    "chapter_vii", "ceilings", "tasks",
)  # fmt: skip


def _csv_rows(coded: dict[str, Any]) -> Iterator[list[Any]]:
    for act in coded["acts_on"]:
        operation = act["operation"]
        yield [
            coded["symbol"],
            coded["date"],
            coded["language"],
            operation,
            act["action"],
            act["until"],
            act["months"],
            act["paragraph"],
            int(coded["chapter_vii"]["value"]),
            [
                f"{c['kind']}={c['persons'] if c['persons'] is not None else c['change']}"
                for c in coded["ceilings"]
                if c["operation"] == operation
            ],
            list(dict.fromkeys(t["task"] for t in coded["tasks"] if t["operation"] == operation)),
        ]


def _print_summary(coded: dict[str, Any]) -> None:
    chapter = coded["chapter_vii"]
    force = f", Chapter VII ({chapter['paragraph']})" if chapter["value"] else ""
    click.echo(f"{coded['symbol']}, {coded['date'] or 'no date'}, {coded['language']}{force}")
    if not coded["acts_on"]:
        named = f"; names {', '.join(coded['mentions'])}" if coded["mentions"] else ""
        click.echo(f"  acts on no operation{named}")
    for act in coded["acts_on"]:
        until = f" until {act['until']}" if act["until"] else ""
        click.echo(f"  {act['operation']}: {act['action']}{until} (para. {act['paragraph']})")
        for ceiling in coded["ceilings"]:
            if ceiling["operation"] == act["operation"]:
                persons, change = ceiling["persons"], ceiling["change"]
                number = f"{persons:,}" if persons is not None else f"{change:+,}"
                click.echo(f"    {ceiling['kind']}: {number} (para. {ceiling['paragraph']})")
        tasks: dict[str, list[str]] = {}
        for task in coded["tasks"]:
            if task["operation"] == act["operation"]:
                tasks.setdefault(task["task"], []).append(task["paragraph"])
        for name, paragraphs in tasks.items():
            click.echo(f"    {name}: {', '.join(dict.fromkeys(paragraphs))}")
    for duty in coded["reports"]:
        when = duty["due"] or duty["every"] or duty["basis"]
        if when:
            click.echo(f"  report: {when} (para. {duty['paragraph']})")
    for problem in coded["problems"]:
        click.echo(f"  note: {problem['field']}: {problem['message']}")


def _problem(message: str) -> Any:
    from peaceops.errors import Problem

    return Problem("read", "", message)


@click.command("compare")
@click.argument("before")
@click.argument("after")
@click.option(
    "--texts",
    type=click.Path(path_type=Path),
    help="Folder in which symbols are found, in place of the database.",
)
@click.option(
    "--lang",
    default="",
    help="Language of the answer and of the texts of symbols (default: English); with nl and de the"
    " texts are English.",
)
@with_database
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A .docx or .json file.")
@click.option("--all", "show_all", is_flag=True, help="Also the paragraphs that say the same.")
@with_json
def compare_command(
    before: str,
    after: str,
    texts: Path | None,
    lang: str,
    db: Path | None,
    output: Path | None,
    show_all: bool,
    as_json: bool,
) -> None:
    """Two mandates side by side; BEFORE and AFTER are files, or symbols such as S/RES/2531.

    Symbols are looked up among the imported texts (peaceops import un-sc-resolutions), or in a
    folder with --texts.
    """
    from peaceops.resolutions.compare import compare_resolutions, find_resolution
    from peaceops.resolutions.digest import take_tasks_in_force
    from peaceops.web.compare_reader import compared_page

    code = lang.lower()
    wanted_text = "" if code in _ONLY_SPOKEN else code
    sides, problems = [], []
    for wanted in (before, after):
        try:
            if texts is not None:
                sides.append(find_resolution(wanted, texts, wanted_text or "en"))
            else:
                sides.append(read_one(wanted, db, wanted_text))
        except PeaceopsError as error:
            problems.append(error)
    if problems:
        raise type(problems[0])([p for error in problems for p in error.problems])
    speaker, standing = _speaker(code, texts is None and is_symbol(before), db, sides)
    data = take_tasks_in_force(compare_resolutions(sides[0], sides[1]).as_dict(), standing)
    page = compared_page(speaker, data)
    if output is not None:
        from peaceops.cli.tell import write_whole

        if output.suffix.lower() == ".docx":
            from peaceops.web.comparison_file import write_comparison

            source = speaker.language.say("Unofficial copy; source: United Nations.")
            write_whole(output, write_comparison(page, speaker.language, source))
        elif output.suffix.lower() == ".json":
            text = json.dumps(data, ensure_ascii=False, indent=1)
            write_whole(output, text.encode())
        else:
            raise UsageError(_problem(f"{output.name}: write to a .docx or .json file"))
    if as_json:
        print_json(data)
    elif output is None:
        _print_comparison(page, speaker.language, show_all)
    if not as_json:
        for problem in data["problems"]:
            click.echo(f"note: {problem['field']}: {problem['message']}", err=True)


_ONLY_SPOKEN = ("nl", "de")  # languages of the answer in which the United Nations has no texts


def _speaker(
    code: str, by_symbol: bool, db: Path | None, sides: list[Resolution]
) -> tuple[Speaker, dict[str, tuple[dict[str, str], dict[str, str]]]]:
    """Who words the comparison, and the tasks in force under the two resolutions.

    With symbols of the database both come from it; with files there is only the lexicon.
    """
    from peaceops.web.comparison_file import PlainSpeaker
    from peaceops.web.languages import SOURCE_LANGUAGE, read_languages

    languages = read_languages()
    language = languages.get(code, languages[SOURCE_LANGUAGE])
    if not by_symbol:
        return PlainSpeaker(language), {}
    from datetime import date

    from peaceops.web.text_pages import list_standing_tasks
    from peaceops.web.view import View

    view = View(open_for_reading(db), language, date.today(), date.today())
    return view, list_standing_tasks(view, [s.symbol for s in sides])


def _print_comparison(page: ComparePage, language: Language, show_all: bool) -> None:
    """The digest, the tasks, then what changed in the text."""
    from peaceops.web.comparison_file import (
        say_counts,
        say_place,
        say_task,
        say_task_note,
        task_heads,
    )

    click.echo(f"{page.before['symbol']} → {page.after['symbol']}")
    for line in page.digest:
        quote = f" – {line.quote}" if line.quote else ""
        click.echo(f"  {line.head}{language.say(': ')}{line.text}{quote}")
    click.echo("\n" + say_counts(page, language))
    note = say_task_note(page, language)
    if note:
        click.echo(note)
    for sign, head, tasks in zip(
        "+−", task_heads(page, language), (page.gained, page.lost), strict=True
    ):
        for task in tasks if head else ():
            click.echo(f"  {sign} {say_task(task)}")
    signs = {"same": "{}", "dropped": "[−{}−]", "added": "[+{}+]"}
    for passage in (*page.preamble, *page.operative):
        if passage.is_kept and not show_all:
            continue
        for pair in passage.pairs:
            numbers = " → ".join(
                say_place(n, language) if n else "–" for n in (pair.before, pair.after)
            )
            click.echo(f"\n{pair.remark or language.label('change', pair.change)}: {numbers}")
            click.echo("  " + " ".join(signs[kind].format(text) for kind, text in pair.words))
