"""`read` and `compare`: resolutions coded as mandates, and two mandates side by side."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
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
from peaceops.errors import PeaceopsError, Problem, UsageError

if TYPE_CHECKING:
    from peaceops.resolutions.document import Resolution
    from peaceops.store import Database
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

    The coding uses the text alone. Where a database is at hand (symbols, or --db) what the
    catalogue knows stands beside it: the tasks then in force, people present, contributors.
    """
    if as_json and as_csv:
        raise UsageError(_problem("choose --json or --csv, not both"))
    from peaceops.resolutions.coder import code_resolution
    from peaceops.resolutions.lexicon import load_lexicon

    lexicon = load_lexicon()
    failed, written = False, 0
    at_hand: Database | None = None
    rows: list[list[Any]] = []
    listed = [f for name in files for f in ([name] if is_symbol(name) else list_files((name,)))]
    many = len(listed) != 1 or Path(files[0]).is_dir()
    for folder in files:
        if not is_symbol(folder) and Path(folder).is_dir() and not list(list_files((folder,))):
            failed = True
            message = f"no {' or '.join(SUFFIXES)} file in this folder"
            click.echo(str(Problem(folder, "", message)), err=True)
    for wanted in listed:
        try:
            coded = code_resolution(read_one(str(wanted), db, lang.lower()), lexicon).as_dict()
            if db is not None or is_symbol(str(wanted)):
                from peaceops.analysis.decision_setting import find_setting

                at_hand = at_hand or open_for_reading(db)
                coded |= find_setting(at_hand, coded).as_dict()
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
                + (f"@{c['from']}" if c["from"] else "")
                + (f"/{c['within']}" if c["within"] else "")
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
                since = f" from {ceiling['from']}" if ceiling["from"] else ""
                part = "of which " if ceiling["within"] else ""
                place = f"(para. {ceiling['paragraph']})"
                click.echo(f"    {part}{ceiling['kind']}: {number}{since} {place}")
        tasks: dict[str, list[str]] = {}
        for task in coded["tasks"]:
            if task["operation"] == act["operation"]:
                tasks.setdefault(task["task"], []).append(task["paragraph"])
        for name, paragraphs in tasks.items():
            click.echo(f"    {name}: {', '.join(dict.fromkeys(paragraphs))}")
    for kind in ("report", "review"):
        for duty in coded[f"{kind}s"]:
            when = duty["due"] or duty["every"] or duty["basis"]
            if when:
                click.echo(f"  {kind}: {when} (para. {duty['paragraph']})")
    _print_clauses(coded)
    _print_scorecard(coded)
    _print_beside(coded)
    for problem in coded["problems"]:
        click.echo(f"  note: {problem['field']}: {problem['message']}")


def _print_clauses(coded: dict[str, Any]) -> None:
    """Force, exit and partners, one line a kind, with the paragraphs."""
    for name, key, by in (
        ("all necessary means", "all_necessary_means", "operation"),
        ("exit", "exit", ""),
        ("co-operation", "cooperation", "partner"),
    ):
        places: dict[str, list[str]] = {}
        for said in coded[key]:
            places.setdefault((by and said[by]) or "", []).append(said["paragraph"])
        told = [
            f"{who} ({_paragraphs(numbers)})" if who else _paragraphs(numbers)
            for who, numbers in places.items()
        ]
        if told:
            click.echo(f"  {name}: {', '.join(told)}")


def _paragraphs(numbers: Iterable[str]) -> str:
    return "para. " + ", ".join(dict.fromkeys(numbers))


def _print_scorecard(coded: dict[str, Any]) -> None:
    """Principles, priorities, areas and clarity, one line each."""
    clarity = coded["clarity"]
    if clarity is None:
        return
    principles = coded["principles"]
    stated = [
        f"{name.replace('_', ' ')} ({_paragraphs(e['paragraph'] for e in principles[name])})"
        for name in ("consent", "impartiality", "use_of_force")
        if principles[name]
    ]
    click.echo(f"  principles: {', '.join(stated) or 'none stated'}")
    for tension in principles["tensions"]:
        places = _paragraphs(e["paragraph"] for e in tension["evidence"])
        click.echo(f"  tension: {tension['label']['en']} ({places})")
    scores = coded["priorities"]
    met = [name for name, s in scores.items() if s["score"] >= 0.5]
    each = [
        f"{name} {sum(map(bool, s['points'].values()))}/{len(s['points'])}"
        for name, s in scores.items()
    ]
    click.echo(
        f"  priorities: {len(met)} of {len(scores)} met by half their points or more"
        f" ({', '.join(each)})"
    )
    areas = [name for name, found in coded["a4p"].items() if found]
    listed = f" ({', '.join(areas)})" if areas else ""
    click.echo(f"  a4p: {len(areas)} of {len(coded['a4p'])} met{listed}")
    parts = [
        f"{name} ({_paragraphs(e['paragraph'] for e in clarity[name])})"
        for name in ("prioritisation", "benchmarks", "contributors")
        if clarity[name]
    ]
    ceiling = [f"ceiling {clarity['ceiling']:,}"] if clarity["ceiling"] else []
    counts = [
        f"{clarity['words']:,} words",
        f"{clarity['operative_paragraphs']} operative paragraphs",
        f"{clarity['tasks']} tasks",
    ]
    click.echo(f"  clarity: {', '.join([*counts, *ceiling, *parts])}")


def _print_beside(coded: dict[str, Any]) -> None:
    """What the catalogue adds, where a database was at hand; each line says that it is its."""
    by_operation: dict[str, list[str]] = {}
    for task in coded.get("in_force", ()):
        given = "" if task["symbol"] == coded["symbol"] else f" ({task['symbol']})"
        by_operation.setdefault(task["operation"], []).append(task["task"] + given)
    for operation, tasks in by_operation.items():
        click.echo(f"  in force, from the catalogue: {operation}: {', '.join(tasks)}")
    for o in coded.get("catalogue", ()):
        there, filled, sent = o["strength"], o["filled"], o["contributors"]
        parts = ["strength not known"]
        if there:
            people = ", ".join(f"{n:,} {kind}" for kind, n in there["persons"].items())
            near = "" if there["fresh"] else "nearest figure known: "
            parts = [f"{near}{people} on {there['date']} [{there['source']['id']}]"]
        if filled:
            parts.append(f"{filled['share']:.0%} of the {filled['kind']} ceiling filled")
        if sent:
            largest = ", ".join(f"{c['country']} {c['share']:.0%}" for c in sent["largest"])
            parts.append(f"{sent['countries']} contributors on {sent['date']} ({largest})")
        else:
            parts.append("contributors not known")
        click.echo(f"  present, from the catalogue: {o['operation']}: {'; '.join(parts)}")


def _problem(message: str) -> Any:
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
