"""`check` and `build`: the catalogue examined, the database made from it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from peaceops.catalogue import check_catalogue
from peaceops.places import catalogue_dir


@click.command("check")
@click.option("--catalogue", type=click.Path(path_type=Path), help="Another catalogue's folder.")
@click.option("--json", "as_json", is_flag=True, help="The problems as a JSON list.")
def check_command(catalogue: Path | None, as_json: bool) -> int:
    """Every problem of the catalogue, with file and line."""
    folder = catalogue or catalogue_dir()
    problems = check_catalogue(folder)
    if as_json:
        click.echo(json.dumps([p.as_dict() for p in problems], ensure_ascii=False, indent=1))
    else:
        for problem in problems:
            click.echo(str(problem))
        click.echo(f"{len(problems)} problems" if problems else "catalogue: no problems")
    return 1 if problems else 0
