"""`check` and `build`: the catalogue examined, the database made from it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from peaceops.build import build_database
from peaceops.catalogue import check_catalogue
from peaceops.correcting import check_file
from peaceops.places import catalogue_dir, default_database


@click.command("check")
@click.option("--catalogue", type=click.Path(path_type=Path), help="Another catalogue's folder.")
@click.option("--json", "as_json", is_flag=True, help="The problems as a JSON list.")
def check_command(catalogue: Path | None, as_json: bool) -> int:
    """Every problem of the catalogue, with file and line."""
    folder = catalogue or catalogue_dir()
    problems = (*check_catalogue(folder), *check_file(folder))
    if as_json:
        click.echo(json.dumps([p.as_dict() for p in problems], ensure_ascii=False, indent=1))
    else:
        for problem in problems:
            click.echo(str(problem))
        click.echo(f"{len(problems)} problems" if problems else "catalogue: no problems")
    return 1 if problems else 0


@click.command("build")
@click.option("--db", type=click.Path(path_type=Path), help="Where the database goes.")
@click.option("--catalogue", type=click.Path(path_type=Path), help="Another catalogue's folder.")
@click.option("--json", "as_json", is_flag=True, help="Rows by table, as JSON.")
def build_command(db: Path | None, catalogue: Path | None, as_json: bool) -> None:
    """The database, from the catalogue; written beside the old one, then moved into its place."""
    path = db or default_database()
    counts = build_database(path, catalogue, lambda step: click.echo(f"  {step}", err=True))
    if as_json:
        click.echo(json.dumps({"database": str(path), "rows": counts}, indent=1))
    else:
        click.echo(f"{path}: {counts['operation']} operations, {counts['decision']} decisions, "
                   f"{counts['source']} sources")  # fmt: skip
