"""Where things lie: the catalogue (in a checkout or in the wheel) and the database."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

_HERE = Path(__file__).resolve().parent


def catalogue_dir() -> Path:
    """`PEACEOPS_CATALOGUE`, else the wheel's own copy, else the checkout's folder."""
    chosen = os.environ.get("PEACEOPS_CATALOGUE")
    if chosen:
        return Path(chosen)
    return _own_catalogue()


@cache  # asked for once a resolution
def _own_catalogue() -> Path:
    packaged = _HERE / "_catalogue"
    return packaged if packaged.is_dir() else _HERE.parent.parent / "catalogue"


def is_packaged(folder: Path) -> bool:
    """Whether a catalogue is the copy inside an installed package, which the next one replaces."""
    resolved = folder.resolve()
    return resolved.name == "_catalogue" and resolved.parent.name == "peaceops"


def data_dir() -> Path:
    """Database and fetched files: `PEACEOPS_DATA`, else the user's data folder."""
    chosen = os.environ.get("PEACEOPS_DATA")
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "peaceops"


def default_database() -> Path:
    """`PEACEOPS_DB`, else `peaceops.db` in the data folder."""
    chosen = os.environ.get("PEACEOPS_DB")
    return Path(chosen) if chosen else data_dir() / "peaceops.db"
