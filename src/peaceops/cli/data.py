"""`check` and `build`."""

from __future__ import annotations

import click


@click.command("check")
def check_command() -> None:
    """Every problem of the catalogue, with file and line."""
    click.echo("catalogue: 0 operations")
