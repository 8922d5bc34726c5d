"""The portal as an ASGI application: pages, their JSON twins, charts, errors, caching.

The database is read-only, so a page once made stays true until the database is replaced: it is
kept as bytes, with its entity tag and compressed, in a cache bounded by size. A request that is
in the cache is answered before any routing.
"""

from __future__ import annotations

import asyncio
import contextlib
import csv
import gzip
import hashlib
import io
import logging
import os
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property, partial
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from peaceops.analysis.facts import read_facts
from peaceops.errors import (
    DataError,
    NotFound,
    PeaceopsError,
    Problem,
    RefusedFile,
    UsageError,
)
from peaceops.resolutions.corrections import corrections_stamp
from peaceops.store import Database, open_database
from peaceops.web import documents, pages
from peaceops.web.charts import draw_svg, list_figures, png_of
from peaceops.web.correction_portal import CorrectionPortal
from peaceops.web.languages import Language, choose_language, mark, read_languages
from peaceops.web.mandate_pages import FEED_TYPES, make_feed
from peaceops.web.mandate_portal import MandatePortal
from peaceops.web.maps import world_svg
from peaceops.web.plan_portal import PlanPortal
from peaceops.web.plan_visits import Crowded
from peaceops.web.problems import tell_problems
from peaceops.web.render import render_chart, render_data, render_page, render_problems, write_json
from peaceops.web.reviewer import ReviewRequest, review_apart
from peaceops.web.routes import BY_NAME, PAGES, PageRoute, make_chart
from peaceops.web.uploads import TooLarge, read_upload
from peaceops.web.view import View, fill_path, query_string, read_date

log = logging.getLogger("peaceops.web")

CACHE_BYTES = 32 * 1024 * 1024
API = "/api/v1"
LONGEST_QUERY = 2000

# Forms in which a country's page can be taken along: content type and writer.
DOCUMENTS: dict[str, tuple[str, Callable[[documents.Document], str | bytes]]] = {
    "html": ("text/html; charset=utf-8", documents.write_html),
    "md": ("text/markdown; charset=utf-8", documents.write_markdown),
    "docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        documents.write_docx,
    ),
}

_HTML = "text/html; charset=utf-8"
_JSON = "application/json"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
}
_CSP = (
    "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors {frames}"
)
_COMMON = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
_PAGE = [*_COMMON, (b"content-security-policy", _CSP.format(frames="'none'").encode())]
_EMBED = [*_COMMON, (b"content-security-policy", _CSP.format(frames="*").encode())]
# A drawing opened by itself may use its own styles and nothing else.
_PICTURE = [
    *_COMMON,
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'"),
    (b"access-control-allow-origin", b"*"),
]
_DATA = [
    *_COMMON,
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"access-control-allow-origin", b"*"),
]


@dataclass(frozen=True)
class Answer:
    """A response ready to be sent again: bytes plain and compressed, and its entity tag."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    packed: bytes | None
    tag: bytes

    @property
    def size(self) -> int:
        """Bytes it takes in the cache."""
        return len(self.body) + len(self.packed or b"") + 600

    @cached_property
    def plain_headers(self) -> list[tuple[bytes, bytes]]:
        """Headers of the answer as it is."""
        return [*self.headers, (b"content-length", str(len(self.body)).encode())]

    @cached_property
    def packed_headers(self) -> list[tuple[bytes, bytes]]:
        """Headers of the answer compressed."""
        length = str(len(self.packed or b"")).encode()
        return [*self.headers, (b"content-encoding", b"gzip"), (b"content-length", length)]


def make_answer(
    body: bytes | str,
    kind: str,
    extra: list[tuple[bytes, bytes]],
    *,
    status: int = 200,
    caching: str = "no-cache",
) -> Answer:
    """An answer of a content type; text above 1 kB is also kept compressed."""
    data = body.encode() if isinstance(body, str) else body
    packable = not kind.startswith("image/png") and len(data) > 1000
    tag = b'"' + hashlib.sha256(data).hexdigest()[:24].encode() + b'"'
    headers = [
        (b"content-type", kind.encode()),
        (b"cache-control", caching.encode()),
        (b"vary", b"accept-encoding"),
        *extra,
    ]
    if status == 200 and caching != "no-store":
        headers.append((b"etag", tag))
    return Answer(
        status, tuple(headers), data, gzip.compress(data, 6, mtime=0) if packable else None, tag
    )


async def send_answer(answer: Answer, scope: Scope, send: Send) -> None:
    """Send it whole, compressed, or as 304 where the reader has it already."""
    packed = known = None
    for name, value in scope["headers"]:
        if name == b"accept-encoding":
            packed = b"gzip" in value
        elif name == b"if-none-match":
            known = value
    if known is not None and answer.status == 200 and (answer.tag in known or known == b"*"):
        headers = [h for h in answer.headers if h[0] != b"content-type"]
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    if packed and answer.packed is not None:
        body, headers = answer.packed, answer.packed_headers
    else:
        body, headers = answer.body, answer.plain_headers
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


class AnswerCache:
    """The answers asked for last, up to a number of bytes."""

    def __init__(self, most_bytes: int):
        self.most_bytes = most_bytes
        self.bytes = 0
        self._answers: OrderedDict[object, Answer] = OrderedDict()

    def get(self, key: object) -> Answer | None:
        """A kept answer, which becomes the newest."""
        answer = self._answers.get(key)
        if answer is not None:
            self._answers.move_to_end(key)
        return answer

    def put(self, key: object, answer: Answer) -> None:
        """Keep an answer; the oldest make room. One larger than a quarter of it is not kept."""
        if answer.size > self.most_bytes // 4:
            return
        old = self._answers.pop(key, None)
        if old is not None:
            self.bytes -= old.size
        self._answers[key] = answer
        self.bytes += answer.size
        while self.bytes > self.most_bytes:
            _, gone = self._answers.popitem(last=False)
            self.bytes -= gone.size

    def clear(self) -> None:
        """Forget everything."""
        self._answers.clear()
        self.bytes = 0


@dataclass
class StaticFiles:
    """The files of `static/`, held in memory, each with an address that changes with it."""

    answers: dict[str, Answer] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        folder = resources.files("peaceops.web") / "static"
        files = {f.name: f.read_bytes() for f in folder.iterdir() if f.is_file()}
        files["world.svg"] = world_svg().encode()
        for name, content in sorted(files.items()):
            kind = _TYPES.get(Path(name).suffix, "application/octet-stream")
            headers = _PICTURE if name.endswith(".svg") else _COMMON
            answer = make_answer(
                content, kind, headers, caching="public, max-age=31536000, immutable"
            )
            self.answers[name] = answer
            self.contents[name] = content
            self.versions[name] = answer.tag.decode().strip('"')[:10]


@dataclass(frozen=True)
class ServerAddresses:
    """Where things lie on the server."""

    files: StaticFiles
    is_static: bool = False

    def page(
        self, name: str, language: str, day: date | None, query: Mapping[str, str], **path: str
    ) -> str:
        """`/fr/operations/minusma?date=2021-06-30`."""
        where = fill_path(BY_NAME[name].path, path)
        return f"/{language}{where}{query_string(day, query)}"

    def data(
        self, name: str, language: str, day: date | None, query: Mapping[str, str], **path: str
    ) -> str:
        """`/api/v1/operations/minusma?date=2021-06-30&lang=fr`."""
        where = fill_path(BY_NAME[name].data_path, path)
        return f"{API}{where}{query_string(day, {**query, 'lang': language})}"

    def file(self, name: str) -> str:
        """`/static/portal.css?v=…`."""
        return f"/static/{name}?v={self.files.versions[name]}"

    def chart(self, name: str, key: str, kind: str, language: str, day: date | None) -> str:
        """`/fr/charts/operation-figures/minusma.svg`."""
        return f"/{language}/charts/{name}/{key}.{kind}{query_string(day, {})}"

    def document(self, iso3: str, form: str, language: str, day: date | None) -> str:
        """`/fr/countries/BEL/page.docx`."""
        return f"/{language}/countries/{iso3}/page.{form}{query_string(day, {})}"

    def feed(self, kind: str, language: str, day: date | None, query: Mapping[str, str]) -> str:
        """`/fr/calendar.ics?framework=eu`."""
        return f"/{language}/calendar.{kind}{query_string(day, query)}"


def read_clock() -> date:
    """Today in UTC."""
    return datetime.now(UTC).date()


class Edition:
    """One state of the database file: opened once, replaced when the file is."""

    def __init__(self, path: Path):
        self.stamp = _stamp(path)
        self.db: Database = open_database(path)
        read_facts(self.db)  # now, so that the first reader need not wait for it


def _stamp(path: Path) -> tuple[int, int]:
    try:
        stat = os.stat(path)  # noqa: PTH116 - asked once a second
    except OSError:
        return 0, 0
    return stat.st_mtime_ns, stat.st_ino


class Portal:
    """The application. `today` can be replaced to serve another day than the clock's.

    `is_local` says that it listens on this machine alone; only then may it write a correction.
    """

    def __init__(
        self,
        path: Path,
        *,
        today: Callable[[], date] = read_clock,
        languages: Mapping[str, Language] | None = None,
        cache_bytes: int = CACHE_BYTES,
        is_local: bool = False,
    ):
        self.path = path
        self.today = today
        self.languages = languages or read_languages()
        self.files = StaticFiles()
        self.addresses = ServerAddresses(self.files)
        self.cache = AnswerCache(cache_bytes)
        self.edition = Edition(path)
        self._checked = time.monotonic()
        # Two reviews at a time; who comes third waits.
        self._reviews = asyncio.Semaphore(2)
        self._making: dict[object, asyncio.Future[Answer]] = {}
        self.mandates = MandatePortal(self)
        self.planning = PlanPortal(self)
        self.corrections = CorrectionPortal(self, is_local=is_local)
        self._corrected = corrections_stamp()
        self.routing = Starlette(
            routes=list(self._routes()),
            exception_handlers={
                PeaceopsError: self._show_problems,
                HTTPException: self._show_http_error,
                Exception: self._show_crash,
            },
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            if time.monotonic() - self._checked > 1:
                self._look_for_new_edition()
            answer = self.cache.get((scope["path"], scope["query_string"], self.today()))
            if answer is not None:
                await send_answer(answer, scope, send)
                return
        # What fails is logged and answered by _show_crash; the connection stays usable.
        with contextlib.suppress(Exception):
            await self.routing(scope, receive, send)

    def _look_for_new_edition(self) -> None:
        """Open the database anew where `peaceops build` has replaced it."""
        self._checked = time.monotonic()
        if _stamp(self.path) != self.edition.stamp:
            try:
                self.edition = Edition(self.path)
            except PeaceopsError as error:
                log.warning("still serving the database as it was: %s", error)
                return
            self.cache.clear()
        elif self._corrected != corrections_stamp():
            self.forget_answers()

    def forget_answers(self) -> None:
        """Make every page anew, because the corrections changed."""
        self._corrected = corrections_stamp()
        self.cache.clear()

    # Where things lie -----------------------------------------------------------------------

    def _routes(self) -> list[Route]:
        routes = [
            Route("/", self.choose),
            Route("/static/{name}", self._static),
            Route("/robots.txt", self._robots),
            Route(f"{API}/", self._index),
            Route(f"{API}/openapi.json", self._description),
        ]
        for page in PAGES:
            if page.has_data:
                routes.append(Route(API + page.data_path, self._data_of(page)))
            routes += [
                Route(f"/{code}{page.path}", self._page_of(page, language))
                for code, language in self.languages.items()
            ]
        for code, language in self.languages.items():
            routes.append(Route(f"/{code}", self.choose))
            routes.append(
                Route(f"/{code}/charts/{{name}}/{{key}}.{{kind}}", self._chart_in(language))
            )
            routes.append(Route(f"/{code}/review", self._review_in(language), methods=["POST"]))
            routes.append(
                Route(f"/{code}/countries/{{iso3}}/page.{{form}}", self._document_in(language))
            )
            routes.append(Route(f"/{code}/calendar.{{kind}}", self._feed_in(language)))
        routes.append(Route(f"{API}/review", self._review_data, methods=["POST"]))
        routes += self.mandates.routes()
        routes += self.planning.routes()
        routes += self.corrections.routes()
        for page in PAGES:
            if page.path != "/":
                routes.append(Route(page.path, self.choose))
        return routes

    def _page_of(self, route: PageRoute, language: Language) -> Callable[[Request], object]:
        async def endpoint(request: Request) -> Response:
            if route.reading is not None:
                make = partial(self._read_page, route, language, request)
                return await self.cached_later(request, make)
            return await self._cached(request, lambda: self.make_page(route, language, request))

        return endpoint

    def _data_of(self, route: PageRoute) -> Callable[[Request], object]:
        async def endpoint(request: Request) -> Response:
            if route.reading is not None:
                return await self.cached_later(request, partial(self._read_data, route, request))
            return await self._cached(request, lambda: self.make_data(route, request))

        return endpoint

    def _chart_in(self, language: Language) -> Callable[[Request], object]:
        async def endpoint(request: Request) -> Response:
            return await self._cached(request, lambda: self._make_chart(language, request))

        return endpoint

    # Making answers -------------------------------------------------------------------------

    async def _cached(self, request: Request, make: Callable[[], Answer]) -> Response:
        """Make an answer in a thread, once for all who ask for it at the same time, and keep it."""
        return await self.cached_later(request, lambda: anyio.to_thread.run_sync(make))

    async def cached_later(
        self, request: Request, make: Callable[[], Awaitable[Answer]]
    ) -> Response:
        """As `_cached`, for an answer that must wait for another process."""
        key = (request.scope["path"], request.scope["query_string"], self.today())
        waiting = self._making.get(key)
        if waiting is None:
            waiting = asyncio.get_running_loop().create_future()
            self._making[key] = waiting
            state = self.edition, self._corrected
            try:
                answer = await make()
                if state == (self.edition, self._corrected):
                    self.cache.put(key, answer)
                waiting.set_result(answer)
            except BaseException as error:
                waiting.set_exception(error)
                waiting.exception()
                raise
            finally:
                del self._making[key]
        return _Ready(await asyncio.shield(waiting))

    def read_view(self, language: Language, query: Mapping[str, str]) -> View:
        """The reader's question; raises `UsageError` for a date that is none."""
        today = self.today()
        day, dated = read_date(query.get("date", ""), today)
        chosen = {k: v for k, v in query.items() if k not in ("date", "lang")}
        return View(self.edition.db, language, day, today, dated, chosen)

    def make_page(self, route: PageRoute, language: Language, request: Request) -> Answer:
        """One page as HTML."""
        view = self.read_view(language, _query(request, route))
        route.check(view)
        path = {k: str(v) for k, v in request.path_params.items()}
        page = route.page(view, **path)
        html = render_page(route, page, view, path, self.addresses, self.languages)
        return make_answer(html, _HTML, _PAGE)

    def make_data(self, route: PageRoute, request: Request) -> Answer:
        """One page as JSON."""
        view = self.read_view(self._data_language(request), _query(request, route))
        route.check(view)
        page = route.page(view, **{k: str(v) for k, v in request.path_params.items()})
        return make_answer(render_data(route, page, view), _JSON, _DATA)

    async def read_first(
        self, route: PageRoute, view: View, path: Mapping[str, str]
    ) -> dict[str, Any] | None:
        """What the page must have read in the other process; None where nothing was asked."""
        assert route.reading is not None
        route.check(view)
        asked = await anyio.to_thread.run_sync(partial(route.reading, view, **path))
        return None if asked is None else await self.mandates.read_kept(asked, self.edition)

    async def _read_page(self, route: PageRoute, language: Language, request: Request) -> Answer:
        view = self.read_view(language, _query(request, route))
        path = {k: str(v) for k, v in request.path_params.items()}
        read = await self.read_first(route, view, path)

        def make() -> Answer:
            page = route.page(view, read=read, **path)
            html = render_page(route, page, view, path, self.addresses, self.languages)
            return make_answer(html, _HTML, _PAGE)

        return await anyio.to_thread.run_sync(make)

    async def _read_data(self, route: PageRoute, request: Request) -> Answer:
        view = self.read_view(self._data_language(request), _query(request, route))
        path = {k: str(v) for k, v in request.path_params.items()}
        read = await self.read_first(route, view, path)

        def make() -> Answer:
            page = route.page(view, read=read, **path)
            return make_answer(render_data(route, page, view), _JSON, _DATA)

        return await anyio.to_thread.run_sync(make)

    def _data_language(self, request: Request) -> Language:
        code = request.query_params.get("lang", "en")
        if code not in self.languages:
            raise UsageError(
                Problem("lang", "", mark("this value is not one of the choices"),
                        ", ".join(self.languages))
            )  # fmt: skip
        return self.languages[code]

    def _make_chart(self, language: Language, request: Request) -> Answer:
        """A chart as SVG, PNG, CSV, or as a page to embed."""
        view = self.read_view(language, dict(request.query_params))
        name, key, kind = (request.path_params[k] for k in ("name", "key", "kind"))
        chart = make_chart(view, name, key)
        if kind == "svg":
            return make_answer(draw_svg(chart, language, file=True), _TYPES[".svg"], _PICTURE)
        if kind == "png":
            return make_answer(png_of(chart, language), "image/png", _DATA)
        if kind == "csv":
            text = io.StringIO()
            csv.writer(text, lineterminator="\r\n").writerows(list_figures(chart))
            return make_answer(text.getvalue(), "text/csv; charset=utf-8", _DATA)
        if kind == "html":
            html = render_chart(chart, name, key, view, self.addresses, self.languages)
            return make_answer(html, _HTML, _EMBED)
        raise NotFound(Problem(kind, "", mark("there is no such chart"), "svg, png, csv, html"))

    def _document_in(self, language: Language) -> Callable[[Request], object]:
        async def endpoint(request: Request) -> Response:
            return await self._cached(request, lambda: self._make_document(language, request))

        return endpoint

    def _make_document(self, language: Language, request: Request) -> Answer:
        """A country's page as a file to take along: HTML, Markdown or Word."""
        view = self.read_view(language, dict(request.query_params))
        form = request.path_params["form"]
        if form not in DOCUMENTS:
            raise NotFound(
                Problem(form, "", mark("this value is not one of the choices"),
                        ", ".join(DOCUMENTS))
            )  # fmt: skip
        page = pages.country_page(view, request.path_params["iso3"])
        kind, write = DOCUMENTS[form]
        name = f"{page.iso3}-{view.as_of}.{language.code}.{form}"
        saved = (b"content-disposition", f'attachment; filename="{name}"'.encode())
        return make_answer(write(page.document), kind, [*_DATA, saved])

    def _feed_in(self, language: Language) -> Callable[[Request], object]:
        async def endpoint(request: Request) -> Response:
            return await self._cached(request, lambda: self._make_feed(language, request))

        return endpoint

    def _make_feed(self, language: Language, request: Request) -> Answer:
        """The calendar as iCalendar or Atom, to subscribe to."""
        view = self.read_view(language, _query(request, BY_NAME["calendar"]))
        kind = request.path_params["kind"]
        address = f"{request.base_url}".rstrip("/") + self.addresses.feed(
            kind, language.code, view.as_of if view.dated else None, view.query
        )
        return make_answer(make_feed(view, kind, address), FEED_TYPES[kind], _DATA)

    # Reviews --------------------------------------------------------------------------------

    async def _read_review(
        self, request: Request, language: Language
    ) -> tuple[View, dict[str, Any], str]:
        """What was sent, reviewed: the reader's view, the contract's JSON, the text if pasted."""
        upload = await read_upload(request.headers, request.receive)
        fields = {**request.query_params, **upload.fields}
        view = self.read_view(language, {k: v.strip() for k, v in fields.items() if k != "text"})
        country = view.choice("country").upper()
        if country:
            view.country(country)
        text = fields.get("text", "")
        content = upload.content or text.encode()
        if not content.strip():
            raise RefusedFile(
                Problem("file", "", mark("nothing was sent"),
                        mark("Paste the page's text or choose a file."))
            )  # fmt: skip
        name = Path(upload.filename.replace("\\", "/")).name[:200] if upload.content else "text"
        asked = ReviewRequest(self.path, name, content, view.as_of, country)
        async with self._reviews:
            answer = await review_apart(asked)
        return view, answer, "" if upload.content else text

    def _review_in(self, language: Language) -> Callable[[Request], object]:
        route = BY_NAME["review"]

        async def endpoint(request: Request) -> Response:
            status = 200
            try:
                view, answer, text = await self._read_review(request, language)
                page = pages.reviewed_page(view, answer, text)
            except DataError as error:
                status = 413 if isinstance(error, TooLarge) else 422
                view = self.read_view(language, {"date": request.query_params.get("date", "")})
                page = replace(
                    pages.review_page(view), problems=tell_problems(language, error.problems)
                )
            html = await anyio.to_thread.run_sync(
                lambda: render_page(route, page, view, {}, self.addresses, self.languages)
            )
            return _Ready(make_answer(html, _HTML, _PAGE, status=status, caching="no-store"))

        return endpoint

    async def _review_data(self, request: Request) -> Response:
        language = self._data_language(request)
        view, answer, _ = await self._read_review(request, language)
        for found in (*answer["mentions"], *answer["claims"]):
            found["reason"] = pages.say_reason(view, found["reason_code"], found["reason_values"])
        return _Ready(make_answer(write_json(answer), _JSON, _DATA, caching="no-store"))

    # Small answers --------------------------------------------------------------------------

    async def _static(self, request: Request) -> Response:
        answer = self.files.answers.get(request.path_params["name"])
        if answer is None:
            raise HTTPException(404)
        return _Ready(answer)

    async def _robots(self, request: Request) -> Response:
        return _Ready(make_answer("User-agent: *\nAllow: /\n", _TYPES[".txt"], _COMMON))

    async def choose(self, request: Request) -> Response:
        """An address without a language leads to the one the reader's browser asks for."""
        path = request.url.path
        code = path.strip("/")
        if code not in self.languages:
            wish = choose_language(request.headers.get("accept-language", ""), self.languages)
            target = f"/{wish}{path}"
        else:
            target = f"/{code}/"
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(
            target + query, 307, {"vary": "accept-language", "cache-control": "no-store"}
        )

    def answer_page(self, html: str, status: int) -> Response:
        """A page made of what a visitor sent: never kept."""
        return _Ready(make_answer(html, _HTML, _PAGE, status=status, caching="no-store"))

    def answer_data(self, body: bytes) -> Response:
        """JSON made of what a visitor sent: never kept."""
        return _Ready(make_answer(body, _JSON, _DATA, caching="no-store"))

    def answer_file(self, content: bytes, kind: str, name: str) -> Response:
        """A file made of what a visitor sent, to be saved: never kept."""
        saved = (b"content-disposition", f'attachment; filename="{name}"'.encode())
        return _Ready(make_answer(content, kind, [*_DATA, saved], caching="no-store"))

    def answer(
        self,
        body: bytes | str,
        kind: str,
        extra: list[tuple[bytes, bytes]],
        *,
        status: int = 200,
        caching: str = "no-cache",
    ) -> Response:
        """An answer ready to be sent, for routes that other modules make."""
        return _Ready(make_answer(body, kind, extra, status=status, caching=caching))

    def file_answer(self, content: bytes, kind: str, name: str) -> Answer:
        """A file made of what is in the database, to be saved; may be kept."""
        saved = (b"content-disposition", f'attachment; filename="{name}"'.encode())
        return make_answer(content, kind, [*_DATA, saved])

    def query_of(self, request: Request, route: PageRoute) -> dict[str, str]:
        """The parameters of a page in an address."""
        return _query(request, route)

    def tell(self, language: Language, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
        """Problems in the reader's language."""
        return tell_problems(language, problems)

    async def _index(self, request: Request) -> Response:
        from peaceops.web.openapi import list_paths

        return _Ready(make_answer(write_json(list_paths(self.languages)), _JSON, _DATA))

    async def _description(self, request: Request) -> Response:
        from peaceops.web.openapi import describe_api

        return _Ready(make_answer(write_json(describe_api()), _JSON, _DATA))

    # Errors ---------------------------------------------------------------------------------

    async def _show_problems(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, PeaceopsError)
        status = 422
        if isinstance(error, NotFound):
            status = 404
        elif isinstance(error, UsageError):
            status = 400
        elif isinstance(error, TooLarge):
            status = 413
        elif isinstance(error, Crowded):
            status = 503
        return self._error(request, status, error.problems)

    async def _show_http_error(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        message = {
            404: mark("there is no page at this address"),
            405: mark("this address cannot be used like that"),
        }.get(error.status_code, error.detail)
        hint = mark("Start from the list of operations.") if error.status_code == 404 else ""
        problem = Problem(request.url.path, "", message, hint)
        return self._error(request, error.status_code, (problem,))

    async def _show_crash(self, request: Request, error: Exception) -> Response:
        log.error("%s %s", request.method, request.url.path, exc_info=error)
        message = mark("the portal failed at this page")
        hint = mark("The failure was logged. The other pages go on working.")
        problem = Problem(request.url.path, "", message, hint)
        return self._error(request, 500, (problem,))

    def _error(self, request: Request, status: int, problems: tuple[Problem, ...]) -> Response:
        """The problems in the reader's language, as a page or, in the API, as JSON."""
        language = self._language_of(request)
        told = tell_problems(language, problems)
        if request.url.path.startswith(API):
            body = write_json({"status": status, "problems": [p.as_dict() for p in told]})
            return _Ready(make_answer(body, _JSON, _DATA, status=status, caching="no-store"))
        title = {
            404: language.say("Not found"),
            413: language.say("Too large"),
            500: language.say("Something went wrong"),
        }.get(status, language.say("This cannot be shown"))
        today = self.today()
        view = View(self.edition.db, language, today, today)
        html = render_problems(title, told, view, self.addresses, self.languages)
        return _Ready(make_answer(html, _HTML, _PAGE, status=status, caching="no-store"))

    def _language_of(self, request: Request) -> Language:
        first = request.url.path.split("/")[1]
        code = first if first in self.languages else request.query_params.get("lang", "")
        if code not in self.languages:
            code = choose_language(request.headers.get("accept-language", ""), self.languages)
        return self.languages[code]


class _Ready(Response):
    """An `Answer` as a Starlette response."""

    def __init__(self, answer: Answer):
        self.answer = answer
        self.status_code = answer.status
        self.background = None
        self.body = answer.body
        self.raw_headers = list(answer.headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send_answer(self.answer, scope, send)


def _query(request: Request, route: PageRoute) -> dict[str, str]:
    """The parameters the page knows; what else is in the address is left alone."""
    raw = request.scope["query_string"]
    if len(raw) > LONGEST_QUERY:
        raise UsageError(Problem("query", "", mark("the address is too long")))
    known = {"date", "lang", *(p.name for p in route.parameters)}
    return {k: v[:200] for k, v in parse_qsl(raw.decode("utf-8", "replace")) if k in known}


def create_app(path: Path, **options: object) -> Portal:
    """The portal over a built database; options are those of `Portal`."""
    return Portal(path, **options)  # type: ignore[arg-type]
