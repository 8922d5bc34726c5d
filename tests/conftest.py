"""What every test may ask for: the published files of ../shared, or a loud skip."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of published files; the test is skipped, with a reason, where it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip("needs the published files of ../shared, which are not on this machine")
    return SHARED
