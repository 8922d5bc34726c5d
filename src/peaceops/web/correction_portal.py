"""Marking a coding as wrong on the portal: forms, the entry to take along, and writing it.

A correction is written only by the portal on a person's own machine: bound to it, asked from it
by its own form, over a catalogue that is a working copy. Everywhere else the entry is taken along.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from peaceops.analysis.texts import find_text, list_texts
from peaceops.correcting import (
    add_corrections,
    check_entry,
    complete_symbol,
    is_writable,
    name_file,
    read_known_words,
)
from peaceops.errors import DataError, NotFound, PeaceopsError, Problem, RefusedFile, UsageError
from peaceops.resolutions.corrections import parse_entries
from peaceops.web import correction_pages as forms
from peaceops.web.languages import Language, mark
from peaceops.web.mandate_process import SentText
from peaceops.web.mandate_reader import coded_page
from peaceops.web.plan_requests import lead_to, refuse_strangers
from peaceops.web.render import render_page, write_json
from peaceops.web.routes import BY_NAME, CORRECT_SENT, PageRoute
from peaceops.web.text_pages import CODED, resolution_reading
from peaceops.web.uploads import TooLarge, Upload, read_upload
from peaceops.web.view import View

if TYPE_CHECKING:
    from peaceops.web.app import Portal

API = "/api/v1/corrections/check"
MOST_ENTRY = 64 * 1024  # bytes of what is sent beside a text
_YAML = "application/yaml; charset=utf-8"
# Headers that a server in between leaves: then the reader is not at this machine.
_BETWEEN = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")

Endpoint = Callable[[Request], Awaitable[Response]]


def is_loopback(host: str) -> bool:
    """Whether an address or name means this machine and no other.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class _Case:
    """What one request is about: the coding, its paragraphs where imported, what was sent."""

    view: View
    coded: Mapping[str, Any]
    paragraphs: Mapping[str, str] | None
    fields: Mapping[str, str]
    route: PageRoute
    path: Mapping[str, str]


class CorrectionPortal:
    """The routes of corrections. Only a portal that `is_local` ever writes."""

    def __init__(self, portal: Portal, *, is_local: bool):
        self.portal = portal
        self.is_local = is_local
        self._secret = secrets.token_bytes(32)

    def routes(self) -> list[Route]:
        """Where the forms are sent, and what programs ask."""
        found = [Route(API, self._check_data, methods=["POST"])]
        for code, language in self.portal.languages.items():
            found += [
                Route(f"/{code}/resolutions/{{number}}/correct", self._stored_in(language),
                      methods=["POST"]),
                Route(f"/{code}/mandates/correct", self._sent_in(language), methods=["POST"]),
                Route(f"/{code}/mandates/correct", self._back_in(language)),
            ]  # fmt: skip
        return found

    # Who may write --------------------------------------------------------------------------

    def may_write(self, request: Request) -> bool:
        """Whether this reader, at this machine, can write the catalogue in use.

        The name under which the portal was asked must be this machine's, so that no other site can
        take its place by pointing its own name here.
        """
        client = request.scope.get("client")
        return (
            self.is_local
            and client is not None
            and is_loopback(client[0])
            and is_loopback(urlsplit(f"//{request.headers.get('host', '')}").hostname or "")
            and not any(name in request.headers for name in _BETWEEN)
            and is_writable()
        )

    def sign(self, entry: str) -> str:
        """What shows that an entry was previewed here; it ends with the portal's process."""
        return hmac.new(self._secret, entry.encode(), hashlib.sha256).hexdigest()

    def _require_writer(self, request: Request, entry: str, token: str) -> None:
        refuse_strangers(request)
        if not self.may_write(request):
            raise UsageError(
                Problem("origin", "", mark("the catalogue cannot be written from here"),
                        mark("Take the entry along and send it to whoever keeps the catalogue."))
            )  # fmt: skip
        if not request.headers.get("origin") or not hmac.compare_digest(
            self.sign(entry).encode(), token.encode()
        ):
            raise UsageError(
                Problem("origin", "", mark("this entry was not checked on this portal"),
                        mark("Check it once more, then write it."))
            )  # fmt: skip

    # Forms ----------------------------------------------------------------------------------

    def _stored_in(self, language: Language) -> Endpoint:
        route = BY_NAME["correct"]

        async def endpoint(request: Request) -> Response:
            refuse_strangers(request)
            upload = await _receive(request, with_text=False)
            view = self.portal.read_view(language, self.portal.query_of(request, route))
            path = {"number": str(request.path_params["number"])}
            route.check(view)
            read = await self.portal.read_first(route, view, path)
            paragraphs = await anyio.to_thread.run_sync(forms.paragraphs_of, view, path["number"])
            return await self._step(
                request,
                _Case(view, forms.needed(read), paragraphs, upload.fields, route, path),
            )

        return endpoint

    def _sent_in(self, language: Language) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            refuse_strangers(request)
            upload = await _receive(request, with_text=True)
            view = self.portal.read_view(language, {})
            text = upload.fields.get("text", "")
            if not text.strip():
                raise RefusedFile(
                    Problem("text", "", mark("nothing was sent"),
                            mark("Paste the text of the resolution or choose a file."))
                )  # fmt: skip
            coded = await self.portal.mandates.read_sent(SentText("", text.encode()))
            return await self._step(
                request, _Case(view, coded, None, upload.fields, CORRECT_SENT, {})
            )

        return endpoint

    def _back_in(self, language: Language) -> Endpoint:
        async def endpoint(_: Request) -> Response:
            return RedirectResponse(
                f"/{language.code}/mandates/read", 303, {"cache-control": "no-store"}
            )

        return endpoint

    async def _step(self, request: Request, case: _Case) -> Response:
        """The form, its preview, the file, or the page after writing."""
        step, fields = case.fields.get("step", ""), case.fields
        refused: tuple[Problem, ...] = ()
        if step in ("file", "write"):
            try:
                return await self._finish(request, case, step)
            except DataError as error:
                refused = error.problems
        if not step:
            page = forms.marked_page(
                case.view, case.coded, fields.get("mark", ""), case.paragraphs,
                fields.get("text", ""),
            )  # fmt: skip
        else:
            page = await anyio.to_thread.run_sync(
                forms.sent_page, case.view, case.coded, fields, case.paragraphs
            )
        if refused and not page.wrong:  # right in itself, but the file would not have it
            page = replace(page, wrong=forms.tell_wrong(case.view, page, refused), preview=None)
        if step == "change":
            page = replace(page, preview=None)
        elif page.preview is not None and self.may_write(request):
            token = self.sign(page.preview.entry)
            page = replace(page, preview=replace(page.preview, can_write=True, token=token))
        return await self._show(case, case.route, page, 422 if page.wrong else 200)

    async def _finish(self, request: Request, case: _Case, step: str) -> Response:
        checked = await anyio.to_thread.run_sync(
            forms.check_form, case.coded, case.fields, case.paragraphs
        )
        if step == "file":
            return self.portal.answer_file(
                checked.entry.encode(), _YAML, name_file(checked.correction)
            )
        self._require_writer(request, checked.entry, case.fields.get("token", ""))
        await anyio.to_thread.run_sync(add_corrections, [checked])
        self.portal.forget_answers()
        view = case.view
        if case.path:
            query = f"?text={view.choice('text')}" if view.choice("text") else ""
            number = case.path["number"]
            return lead_to(f"/{view.language.code}/resolutions/{number}{query}#corrections")
        text = case.fields["text"]
        coded = await self.portal.mandates.read_sent(SentText("", text.encode()))
        is_file = text.lstrip().startswith("<")  # mark-up that nobody wants to see in the form
        page = replace(coded_page(view, coded, text, is_file), is_written=True)
        return await self._show(case, BY_NAME["read"], page, 200)

    async def _show(self, case: _Case, route: PageRoute, page: Any, status: int) -> Response:
        portal = self.portal
        path = case.path if route is case.route else {}
        html = await anyio.to_thread.run_sync(
            lambda: render_page(route, page, case.view, path, portal.addresses, portal.languages)
        )
        return portal.answer_page(html, status)

    # Data -----------------------------------------------------------------------------------

    async def _check_data(self, request: Request) -> Response:
        """One entry (YAML or JSON) checked, and tried on its text where that is at hand or sent."""
        upload = await _receive(request, with_text=True)
        is_form = "entry" in upload.fields
        written = upload.fields.get("entry", "") if is_form else upload.fields.get("text", "")
        text = upload.fields.get("text", "") if is_form else ""
        entry = _read_entry(written)
        known = await anyio.to_thread.run_sync(read_known_words)
        coded: Mapping[str, Any] | None = None
        paragraphs: Mapping[str, str] | None = None
        if text.strip():
            coded = await self.portal.mandates.read_sent(SentText("", text.encode()))
            symbol = complete_symbol(str(entry.get("symbol", "")), known)
            if coded["symbol"] != symbol:
                raise DataError(
                    Problem("entry", "symbol", mark("the entry is on another resolution"),
                            str(coded["symbol"]))
                )  # fmt: skip
        else:
            view = self.portal.read_view(next(iter(self.portal.languages.values())), {})
            coded, paragraphs = await self._at_hand(view, str(entry.get("symbol", "")))
        checked = await anyio.to_thread.run_sync(
            check_entry, entry, known, coded, "entry", tuple(paragraphs or ())
        )
        return self.portal.answer_data(
            write_json({"corrections": [checked.as_dict()], "written": None})
        )

    async def _at_hand(
        self, view: View, symbol: str
    ) -> tuple[Mapping[str, Any] | None, Mapping[str, str] | None]:
        """The coding of a symbol and its paragraphs, where the text was imported and is coded."""
        try:
            number = str(find_text(view.db, symbol).number)
        except NotFound:
            return None, None
        languages = list_texts(view.db).by_number[int(number)]
        chosen = next((code for code in CODED if code in languages), "")
        if not chosen:
            return None, None
        view = replace(view, query={"text": chosen})
        asked = await anyio.to_thread.run_sync(resolution_reading, view, number)
        assert asked is not None
        coded = await self.portal.mandates.read_kept(asked, self.portal.edition)
        return coded, await anyio.to_thread.run_sync(forms.paragraphs_of, view, number)


async def _receive(request: Request, *, with_text: bool) -> Upload:
    """A form, of which everything but a resolution's text is small. Raises `TooLarge`."""
    upload = await read_upload(request.headers, request.receive)
    rest = sum(len(n) + len(v) for n, v in upload.fields.items() if not (with_text and n == "text"))
    if rest > MOST_ENTRY or upload.files:
        raise TooLarge(
            Problem("form", "", mark("this is more than a correction can be"),
                    mark("Say why in one sentence."))
        )  # fmt: skip
    return upload


def _read_entry(written: str) -> dict[str, Any]:
    """The one entry that a program sent. Raises `DataError` for anything else."""
    if len(written) > MOST_ENTRY:
        raise TooLarge(
            Problem("entry", "", mark("this is more than a correction can be"),
                    mark("Say why in one sentence."))
        )  # fmt: skip
    try:
        given = json.loads(written)
    except (ValueError, RecursionError):
        try:
            given = parse_entries(written, "entry", alone=True)
        except PeaceopsError as error:
            raise DataError(error.problems) from None
    if isinstance(given, list) and len(given) == 1:
        given = given[0]
    if not isinstance(given, dict):
        raise DataError(
            Problem("entry", "", mark("this is not one entry"),
                    mark("Send one entry as YAML or JSON, as the command peaceops correct has it."))
        )  # fmt: skip
    return given
