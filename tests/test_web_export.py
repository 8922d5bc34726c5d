"""The portal as files: complete, linked, and never half there."""

from __future__ import annotations

import json
import re
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import urldefrag

import pytest

from peaceops.errors import StoreError
from peaceops.store import Database
from peaceops.web import export
from peaceops.web.export import MARK, export_portal

DAY = date(2011, 6, 1)


def test_every_link_of_the_exported_pages_leads_to_a_file(
    mini_db: Database, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    count = export_portal(mini_db, site, DAY)
    assert count == sum(1 for f in site.rglob("*") if f.is_file()) - 1
    broken = []
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        for address in re.findall(r'(?:href|src)="([^"]+)"', text):
            target, _ = urldefrag(unescape(address))
            if target and not target.startswith(("http:", "https:")):
                assert not target.startswith("/"), (page, address)
                if not (page.parent / target).resolve().is_file():
                    broken.append((str(page.relative_to(site)), address))
    assert broken == []


def test_the_files_hold_the_date_and_the_years(mini_db: Database, tmp_path: Path) -> None:
    site = tmp_path / "site"
    export_portal(mini_db, site, DAY)
    assert "1 June 2011" in (site / "en" / "index.html").read_text("utf-8")
    old = (site / "fr" / "on" / "2008-12-31" / "operations" / "index.html").read_text("utf-8")
    assert "3 opérations au 31 décembre 2008" in old
    data = json.loads((site / "api/v1/operations/unxyz.nl.json").read_text("utf-8"))
    assert data["as_of"] == "2011-06-01"
    assert data["language"] == "nl"
    assert (site / "de/charts/operation-figures/unxyz.png").read_bytes().startswith(b"\x89PNG")
    assert not list(tmp_path.glob(".site*"))


def test_nothing_in_the_files_asks_for_a_server(mini_db: Database, tmp_path: Path) -> None:
    export_portal(mini_db, tmp_path / "site", DAY)
    for page in (tmp_path / "site" / "en").rglob("*.html"):
        assert "<form" not in page.read_text("utf-8"), page


def test_an_export_replaces_an_earlier_one_but_nothing_else(
    mini_db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work")
    with pytest.raises(StoreError, match="no export of the portal"):
        export_portal(mini_db, mine, DAY)
    assert (mine / "thesis.txt").read_text() == "years of work"

    site = tmp_path / "site"
    monkeypatch.setattr(export, "_files", lambda *_: iter([("index.html", b"first")]))
    export_portal(mini_db, site, DAY)
    monkeypatch.setattr(export, "_files", lambda *_: iter([("other.html", b"second")]))
    export_portal(mini_db, site, DAY)
    assert sorted(f.name for f in site.iterdir()) == ["other.html", MARK]

    def broken(*_: object) -> object:
        yield "half.html", b"half"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export, "_files", broken)
    with pytest.raises(StoreError, match="No space left"):
        export_portal(mini_db, site, DAY)
    assert sorted(f.name for f in site.iterdir()) == ["other.html", MARK]
    assert not list(tmp_path.glob(".site*"))
