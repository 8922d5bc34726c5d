"""Where things lie: the catalogue, in a checkout or inside the installed package, and the database."""

from __future__ import annotations

import os
from pathlib import Path

_HERE = Path(__file__).resolve().parent


def catalogue_dir() -> Path:
    """The catalogue's folder: `PEACEOPS_CATALOGUE`, else the checkout's, else the wheel's own copy."""
    chosen = os.environ.get("PEACEOPS_CATALOGUE")
    if chosen:
        return Path(chosen)
    packaged = _HERE / "_catalogue"
    return packaged if packaged.is_dir() else _HERE.parent.parent / "catalogue"


def data_dir() -> Path:
    """The folder for the database and fetched files: `PEACEOPS_DATA`, else the user's data folder."""
    chosen = os.environ.get("PEACEOPS_DATA")
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "peaceops"


def default_database() -> Path:
    """`PEACEOPS_DB`, else `peaceops.db` in the data folder."""
    chosen = os.environ.get("PEACEOPS_DB")
    return Path(chosen) if chosen else data_dir() / "peaceops.db"
