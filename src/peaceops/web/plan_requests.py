"""What requests of planning share: who may act, where a form leads, what a file is called."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from peaceops.errors import Problem, UsageError
from peaceops.web.languages import mark


def name_upload(filename: str) -> str:
    """A name of a sent file without folders, and short."""
    return Path(filename.replace("\\", "/")).name[:120] or "workbook.xlsx"


def lead_to(address: str) -> Response:
    """The page to look at after a form."""
    return RedirectResponse(address, 303, {"cache-control": "no-store"})


def refuse_strangers(request: Request) -> None:
    """Forms of other sites may not act here in a reader's name; raises `UsageError`."""
    origin = request.headers.get("origin", "")
    if origin and origin != "null" and urlsplit(origin).netloc == request.headers.get("host", ""):
        return
    if origin or request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        raise UsageError(
            Problem("origin", "", mark("this was sent from another site"),
                    mark("Use the form of this portal."))
        )  # fmt: skip
