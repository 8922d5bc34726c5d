"""The command line: each command parses, calls one public function and prints.

Commands live in sibling modules, loaded only when called, so that `peaceops show` does not
wait for a solver to be imported.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

import click

from peaceops import __version__
from peaceops.errors import PeaceopsError

# command → the module below peaceops.cli that defines it, under the command's own name
COMMANDS = {
    "check": "data",
    "build": "data",
    "show": "show",
    "page": "tell",
    "review": "tell",
    "export": "tell",
    "read": "mandates",
    "compare": "mandates",
    "correct": "corrections",
    "import": "sources",
    "sync": "sources",
    "plan": "plans",
    "simulate": "plans",
    "serve": "portal",
}


class LazyGroup(click.Group):
    """A click group that imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"peaceops.cli.{COMMANDS[cmd_name]}")
        command = getattr(module, f"{cmd_name}_command")
        assert isinstance(command, click.Command)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="peaceops")
def cli() -> None:
    """Peace operations of the UN, NATO, the EU and the OSCE: known, read, planned, told."""


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command; every expected error becomes lines on stderr and an exit code."""
    try:
        code = cli.main(args=list(argv) if argv is not None else None, standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except PeaceopsError as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("stopped; nothing was changed that was not finished", err=True)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
