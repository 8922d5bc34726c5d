"""Documents that are generated have not drifted, and what they name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from peaceops.cli import COMMANDS
from peaceops.vocabulary import write_vocabulary

ROOT = Path(__file__).parent.parent


def test_the_vocabulary_is_the_models() -> None:
    written = (ROOT / "docs" / "vocabulary.md").read_text("utf-8")
    assert written == write_vocabulary(), "run: python -m peaceops.vocabulary"


@pytest.mark.parametrize("file", ["README.md", *sorted(
    str(p.relative_to(ROOT)) for p in (ROOT / "docs").rglob("*.md"))])  # fmt: skip
def test_links_between_documents_lead_somewhere(file: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        assert ((ROOT / file).parent / target).exists(), f"{file}: {target}"


def test_the_readme_names_only_commands_that_exist() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    named = set(re.findall(r"^peaceops (\w+)", text, re.MULTILINE))
    assert named and named <= set(COMMANDS)


def test_every_command_can_be_asked_for_help() -> None:
    from click.testing import CliRunner

    from peaceops.cli import cli

    for name in COMMANDS:
        result = CliRunner().invoke(cli, [name, "--help"])
        assert result.exit_code == 0, (name, result.output)
