"""The part of the portal that reads resolutions a visitor sends: forms, answers, Word files.

What is sent is read in memory and in a process of its own; nothing of it is kept. Texts of the
database are read in the same process, and what came of the latest is kept, up to `KEPT_BYTES`.
"""

from __future__ import annotations

import asyncio
import json
import re
import zlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from peaceops.analysis.decision_setting import find_setting
from peaceops.errors import DataError, NotFound, Problem, RefusedFile, UsageError
from peaceops.resolutions.corrections import corrections_stamp
from peaceops.web.comparison_file import write_comparison
from peaceops.web.languages import Language, mark
from peaceops.web.mandate_process import Reading, SentText, StandingReader, read_apart
from peaceops.web.mandate_reader import coded_page, read_page
from peaceops.web.plan_visits import Crowded
from peaceops.web.problems import tell_problems
from peaceops.web.render import render_page, write_json
from peaceops.web.routes import BY_NAME
from peaceops.web.text_pages import compare_of_page, pick_page, sent_page
from peaceops.web.uploads import TooLarge, Upload, read_upload
from peaceops.web.view import View

if TYPE_CHECKING:
    from peaceops.web.app import Answer, Edition, Portal

KEPT_BYTES = 4 * 1024 * 1024  # of answers on texts of the database, compressed
MOST_WAITING = 24

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Sent:
    """What came with one form: the texts in the order asked for, and the form's own fields."""

    texts: tuple[SentText, ...]
    fields: dict[str, str]
    are_files: tuple[bool, ...]

    def shown(self) -> tuple[str, ...]:
        """The texts as they are put back into the form; '' for what is no UTF-8 text."""
        return tuple(_as_text(t.content) for t in self.texts)


class KeptReadings:
    """What came of the latest readings of texts of the database, compressed, up to some bytes."""

    def __init__(self, most_bytes: int):
        self.most_bytes = most_bytes
        self.bytes = 0
        self._kept: OrderedDict[object, bytes] = OrderedDict()

    def get(self, key: object) -> dict[str, Any] | None:
        """A kept answer, which becomes the newest."""
        packed = self._kept.get(key)
        if packed is None:
            return None
        self._kept.move_to_end(key)
        answer: dict[str, Any] = json.loads(zlib.decompress(packed))
        return answer

    def put(self, key: object, packed: bytes) -> None:
        """Keep an answer packed by `pack`; the oldest make room."""
        if key in self._kept or len(packed) > self.most_bytes // 4:
            return
        self._kept[key] = packed
        self.bytes += len(packed)
        while self.bytes > self.most_bytes:
            _, gone = self._kept.popitem(last=False)
            self.bytes -= len(gone)


def pack(answer: dict[str, Any]) -> bytes:
    """An answer as it is kept."""
    return zlib.compress(write_json(answer), 6)


class MandatePortal:
    """Routes of the forms; two texts are read at a time, who comes third waits."""

    def __init__(self, portal: Portal):
        self.portal = portal
        self._turns = asyncio.Semaphore(2)
        self._waiting = 0
        self._kept = KeptReadings(KEPT_BYTES)
        self.reader = StandingReader()

    async def read_kept(self, asked: Reading, edition: Edition) -> dict[str, Any]:
        """What `read` or `compare` says of texts of the database, from the latest or made anew.

        Raises `Crowded` where too many wait already.
        """
        key = (edition.stamp, corrections_stamp(), asked.job, asked.key)
        answer = self._kept.get(key)
        if answer is not None:
            return answer
        if self._waiting >= MOST_WAITING:
            raise Crowded(
                Problem("", "", mark("too many texts are being read at the moment"),
                        mark("Try again in a minute."))
            )  # fmt: skip
        self._waiting += 1
        try:
            async with self._turns:
                answer = self._kept.get(key)
                if answer is None:
                    answer = await self._read(asked)
                    self._kept.put(key, await anyio.to_thread.run_sync(pack, answer))
        finally:
            self._waiting -= 1
        return answer

    async def read_sent(self, text: SentText) -> dict[str, Any]:
        """What `read` says of a text that a visitor sent."""
        async with self._turns:
            return await read_apart("read", (text,))

    async def _read(self, asked: Reading) -> dict[str, Any]:
        """By the process that stands ready, or by one of its own where that is at work."""
        if self.reader.busy:
            return await read_apart(asked.job, asked.texts)
        return await anyio.to_thread.run_sync(self.reader.ask, asked.job, asked.texts)

    def routes(self) -> list[Route]:
        """Where the forms are sent, in every language and for programs."""
        found = []
        for code, language in self.portal.languages.items():
            found += [
                Route(f"/{code}/mandates/read", self._read_in(language), methods=["POST"]),
                Route(f"/{code}/mandates/compare", self._compare_in(language), methods=["POST"]),
                Route(
                    f"/{code}/operations/{{operation_id}}/mandates/compare.{{kind}}",
                    self._compared_file_in(language),
                ),
            ]
        return [
            *found,
            Route("/api/v1/mandates/read", self._read_data, methods=["POST"]),
            Route("/api/v1/mandates/compare", self._compare_data, methods=["POST"]),
        ]

    def _view(self, language: Language, request: Request) -> View:
        return self.portal.read_view(language, {"date": request.query_params.get("date", "")})

    def _read_in(self, language: Language) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            view, status = self._view(language, request), 200
            try:
                sent = await _receive(request, ("text",))
                coded = await self.read_sent(sent.texts[0])
                page = await anyio.to_thread.run_sync(
                    coded_page, view, coded, sent.shown()[0], sent.are_files[0]
                )
            except DataError as error:
                status = 413 if isinstance(error, TooLarge) else 422
                page = replace(read_page(view), problems=tell_problems(language, error.problems))
            return await self._show("read", page, view, status)

        return endpoint

    def _compare_in(self, language: Language) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            view, status = self._view(language, request), 200
            try:
                sent = await _receive(request, ("before", "after"))
                as_word = sent.fields.get("form") == "docx"
                async with self._turns:
                    answer = await read_apart("compare", sent.texts)
                before, after = sent.shown()
                page = sent_page(view, answer, (before, after))
                if as_word:
                    word = await anyio.to_thread.run_sync(write_comparison, page, language)
                    return self._word(word)
            except DataError as error:
                status = 413 if isinstance(error, TooLarge) else 422
                told = tell_problems(language, error.problems)
                page = replace(pick_page(view), problems=told)
            return await self._show("compare", page, view, status)

        return endpoint

    def _compared_file_in(self, language: Language) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return await self.portal.cached_later(
                request, lambda: self._make_compared_file(language, request)
            )

        return endpoint

    async def _make_compared_file(self, language: Language, request: Request) -> Answer:
        """Two decisions picked by their symbols, compared, as a Word file or as JSON."""
        portal, route = self.portal, BY_NAME["compare-of"]
        kind, operation = request.path_params["kind"], request.path_params["operation_id"]
        if kind not in ("docx", "json"):
            raise NotFound(
                Problem(kind, "", mark("this value is not one of the choices"), "docx, json")
            )
        view = portal.read_view(language, portal.query_of(request, route))
        read = await portal.read_first(route, view, {"operation_id": operation})
        if read is None:
            raise UsageError(
                Problem("a, b", "", mark("two resolutions must be named"), "?a=2695&b=2749")
            )
        page = await anyio.to_thread.run_sync(compare_of_page, view, operation, read)
        name = "-".join(["mandates", *(str(n.number) for n in page.notes)])
        if kind == "json":
            return portal.file_answer(
                write_json(page.comparison), "application/json", f"{name}.json"
            )
        source = language.say("Unofficial copy; source: United Nations.")
        word = await anyio.to_thread.run_sync(write_comparison, page, language, source)
        return portal.file_answer(word, _WORD, f"{name}.docx")

    async def _show(self, name: str, page: Any, view: View, status: int) -> Response:
        portal = self.portal
        html = await anyio.to_thread.run_sync(
            lambda: render_page(BY_NAME[name], page, view, {}, portal.addresses, portal.languages)
        )
        return portal.answer_page(html, status)

    def _word(self, content: bytes) -> Response:
        return self.portal.answer_file(content, _WORD, "mandates-compared.docx")

    async def _read_data(self, request: Request) -> Response:
        sent = await _receive(request, ("text",))
        coded = await self.read_sent(sent.texts[0])
        view = self.portal.read_view(self.portal.languages["en"], {})
        setting = await anyio.to_thread.run_sync(find_setting, view.db, coded)
        return self.portal.answer_data(write_json({**coded, **setting.as_dict()}))

    async def _compare_data(self, request: Request) -> Response:
        sent = await _receive(request, ("before", "after"))
        async with self._turns:
            compared = await read_apart("compare", sent.texts)
        return self.portal.answer_data(write_json(compared))


async def _receive(request: Request, names: tuple[str, ...]) -> Sent:
    """The texts of a form: under each name a pasted text, or a file under `<name>_file`.

    A body that is no form is the one text itself. Raises `RefusedFile` where one is missing.
    """
    upload = await read_upload(request.headers, request.receive)
    texts, problems = [], []
    for name in names:
        text = _text_of(upload, name)
        if text is None:
            problems.append(
                Problem(name, "", mark("nothing was sent"),
                        mark("Paste the text of the resolution or choose a file."))
            )  # fmt: skip
        else:
            texts.append(text)
    if problems:
        raise RefusedFile(problems)
    return Sent(tuple(t for t, _ in texts), dict(upload.fields), tuple(f for _, f in texts))


def _text_of(upload: Upload, name: str) -> tuple[SentText, bool] | None:
    """The text, and whether it came as a file."""
    file = upload.files.get(f"{name}_file") or upload.files.get(name)
    if file and file[1].strip():
        return SentText(Path(file[0].replace("\\", "/")).name[:200], file[1]), True
    text = upload.fields.get(name, "")
    return (SentText("", text.encode()), False) if text.strip() else None


def _as_text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""
    return re.sub(r"\r\n?", "\n", text)
