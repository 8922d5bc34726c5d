"""Planning in the portal: a problem is sent, watched, stopped, changed, taken along, forgotten.

Every step is a plain form answered by a redirect; the same steps under `/api/v1/plan` answer in
JSON. What is here is never cached and never written anywhere.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from peaceops.errors import DataError, NotFound, Problem, RefusedFile, UsageError
from peaceops.planner.problem import month_text
from peaceops.web import plan_pages
from peaceops.web.gantt import draw_gantt
from peaceops.web.languages import Language, mark
from peaceops.web.plan_visits import (
    EXAMPLE_NAME,
    Crowded,
    PlanVisits,
    Visit,
    read_seconds,
    read_settings,
)
from peaceops.web.render import render_page, write_json
from peaceops.web.routes import BY_NAME, PLAN_VISIT
from peaceops.web.uploads import TooLarge, Upload, read_upload
from peaceops.web.view import View

if TYPE_CHECKING:
    from peaceops.web.app import Portal

API = "/api/v1/plan"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KINDS = {"xlsx": XLSX, "docx": DOCX, "json": "application/json"}
# The page of a visit may ask the portal how far the plan is, and nobody else.
_CSP = (
    b"default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self';"
    b" connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-robots-tag", b"noindex"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", _CSP),
]
_PICTURE = [
    *((name, value) for name, value in _HEADERS if name != b"content-security-policy"),
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'"),
]

Endpoint = Callable[[Request], Awaitable[Response]]


class PlanPortal:
    """The routes of planning, over the visits of one portal."""

    def __init__(self, portal: Portal, visits: PlanVisits | None = None):
        self.portal = portal
        self.visits = visits or PlanVisits()

    def routes(self) -> list[Route]:
        """Every address of planning but the empty form, which is a page like others."""
        found = [
            Route(f"{API}", self._begin_data, methods=["POST"]),
            Route(f"{API}/example.xlsx", self._example),
            Route(f"{API}/{{plan_id}}", self._visit_data, methods=["GET"]),
            Route(f"{API}/{{plan_id}}", self._forget_data, methods=["DELETE"]),
            Route(f"{API}/{{plan_id}}/solve", self._solve_data, methods=["POST"]),
            Route(f"{API}/{{plan_id}}/stop", self._stop_data, methods=["POST"]),
            Route(f"{API}/{{plan_id}}/plan.{{kind}}", self._file),
            Route("/plan/{plan_id}", self.portal.choose),
        ]
        for code, language in self.portal.languages.items():
            base = f"/{code}/plan"
            for path, make, methods in (
                ("", self._begin_in, ["POST"]),
                ("/{plan_id}", self._visit_in, ["GET"]),
                ("/{plan_id}/solve", self._solve_in, ["POST"]),
                ("/{plan_id}/stop", self._stop_in, ["POST"]),
                ("/{plan_id}/forget", self._forget_in, ["POST"]),
                ("/{plan_id}/{face}.svg", self._drawing_in, ["GET"]),
            ):
                found.append(Route(base + path, make(language), methods=methods))
        return found

    # Steps ----------------------------------------------------------------------------------

    def _operations(self) -> list[str]:
        view = self.portal.read_view(next(iter(self.portal.languages.values())), {})
        return list(view.facts.operations)

    async def _begin(self, request: Request) -> Visit:
        """A workbook or the example, checked."""
        _refuse_strangers(request)
        upload = await read_upload(request.headers, request.receive)
        if upload.content:
            name = Path(upload.filename.replace("\\", "/")).name[:120] or "workbook.xlsx"
            return await self.visits.check(name, upload.content, self._operations())
        if upload.fields.get("example"):
            return await self.visits.check(EXAMPLE_NAME, b"", self._operations())
        raise RefusedFile(
            Problem("file", "", mark("nothing was sent"),
                    mark("Choose a workbook (.xlsx), or begin with the example."))
        )  # fmt: skip

    async def _solve(self, request: Request) -> tuple[Visit, tuple[Problem, ...]]:
        """Begin to solve; what the reader wrote wrongly is given back and nothing begins."""
        _refuse_strangers(request)
        visit = self._find(request)
        upload: Upload = await read_upload(request.headers, request.receive)
        try:
            settings = read_settings(visit, upload.fields)
            seconds = read_seconds(upload.fields)
        except DataError as error:
            return visit, error.problems
        self.visits.solve(
            visit, settings, self._operations(), seconds=seconds,
            little=bool(upload.fields.get("little")),
        )  # fmt: skip
        return visit, ()

    def _find(self, request: Request) -> Visit:
        return self.visits.find(request.path_params["plan_id"])

    # Pages ----------------------------------------------------------------------------------

    def _begin_in(self, language: Language) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            try:
                visit = await self._begin(request)
            except (DataError, Crowded) as error:
                view = self.portal.read_view(language, {})
                page = plan_pages.refused_page(view, "", error.problems)
                status = 422
                if isinstance(error, TooLarge):
                    status = 413
                elif isinstance(error, Crowded):
                    status = 503
                return await self._show(BY_NAME["plan"], page, view, {}, status)
            return _lead_to(f"/{language.code}/plan/{visit.id}")

        return endpoint

    def _visit_in(self, language: Language) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            visit = self._find(request)
            return await self._show_visit(language, request, visit, (), 200)

        return endpoint

    async def _show_visit(
        self,
        language: Language,
        request: Request,
        visit: Visit,
        problems: tuple[Problem, ...],
        status: int,
    ) -> Response:
        view = self._view(language, request)
        waited = round(self.visits.clock() - visit.began) if visit.is_busy else 0
        page = plan_pages.visit_page(
            view, visit, self.visits.remaining(visit), waited, self.portal.tell(language, problems)
        )
        return await self._show(PLAN_VISIT, page, view, {"plan_id": visit.id}, status)

    def _view(self, language: Language, request: Request) -> View:
        known = ("face", "month", "still")
        query = {k: v[:40] for k, v in request.query_params.items() if k in known}
        return self.portal.read_view(language, query)

    async def _show(
        self, route: Any, page: Any, view: View, path: Mapping[str, str], status: int
    ) -> Response:
        html = await anyio.to_thread.run_sync(
            lambda: render_page(
                route, page, view, path, self.portal.addresses, self.portal.languages
            )
        )
        return self.portal.answer(
            html, "text/html; charset=utf-8", _HEADERS, status=status, caching="no-store"
        )

    def _solve_in(self, language: Language) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            visit, problems = await self._solve(request)
            if problems:
                return await self._show_visit(language, request, visit, problems, 422)
            return _lead_to(f"/{language.code}/plan/{visit.id}")

        return endpoint

    def _stop_in(self, language: Language) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            _refuse_strangers(request)
            visit = self._find(request)
            self.visits.stop(visit)
            return _lead_to(f"/{language.code}/plan/{visit.id}")

        return endpoint

    def _forget_in(self, language: Language) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            _refuse_strangers(request)
            self.visits.forget(self._find(request))
            return _lead_to(f"/{language.code}/plan?forgotten=1")

        return endpoint

    def _drawing_in(self, language: Language) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            visit = self._find(request)
            face = request.path_params["face"]
            view = self.portal.read_view(language, {"face": face})
            page = plan_pages.visit_page(view, visit, 0, 0)
            if page.gantt is None or face != page.face:
                raise NotFound(Problem(face, "", mark("there is no such chart")))
            drawing = draw_gantt(page.gantt, language, file=True)
            return self.portal.answer(drawing, "image/svg+xml", _PICTURE, caching="no-store")

        return endpoint

    # Data -----------------------------------------------------------------------------------

    def _json(self, value: Any, status: int = 200) -> Response:
        return self.portal.answer(
            write_json(value), "application/json", _HEADERS, status=status, caching="no-store"
        )

    def describe(self, visit: Visit) -> dict[str, Any]:
        """A visit as the API gives it."""
        return {
            "id": visit.id,
            "state": visit.state,
            "name": visit.name,
            "minutes_left": self.visits.remaining(visit),
            "problem": {
                **visit.problem,
                "first": month_text(visit.problem["first"]),
                "last": month_text(visit.problem["last"]),
                "posts": [
                    {**p, "first": month_text(p["first"]),
                     "last": month_text(p["last"])}
                    for p in visit.problem["posts"]
                ],
                "limits": [
                    {**x, "first": month_text(x["first"]),
                     "last": month_text(x["last"])}
                    for x in visit.problem["limits"]
                ],
            },
            "settings": visit.settings,
            "progress": visit.steps[-1] if visit.steps else None,
            "seconds_passed": (
                round(self.visits.clock() - visit.began, 1) if visit.is_busy else None
            ),
            "problems": [p.as_dict() for p in visit.problems],
            "plan": None if visit.is_busy else visit.plan,
            "changes": None if visit.is_busy else visit.changes,
        }  # fmt: skip

    async def _begin_data(self, request: Request) -> Response:
        return self._json(self.describe(await self._begin(request)), 201)

    async def _visit_data(self, request: Request) -> Response:
        visit = self._find(request)
        if request.query_params.get("only") == "progress":
            whole = self.describe(visit)
            short = ("id", "state", "progress", "seconds_passed")
            return self._json({key: whole[key] for key in short})
        return self._json(self.describe(visit))

    async def _solve_data(self, request: Request) -> Response:
        visit, problems = await self._solve(request)
        if problems:
            raise DataError(problems)
        return self._json(self.describe(visit), 202)

    async def _stop_data(self, request: Request) -> Response:
        _refuse_strangers(request)
        visit = self._find(request)
        self.visits.stop(visit)
        return self._json(self.describe(visit))

    async def _forget_data(self, request: Request) -> Response:
        _refuse_strangers(request)
        self.visits.forget(self._find(request))
        return self._json({"forgotten": True})

    # Files ----------------------------------------------------------------------------------

    async def _file(self, request: Request) -> Response:
        visit, kind = self._find(request), request.path_params["kind"]
        if kind == "json" and visit.plan is not None and not visit.is_busy:
            whole = {**visit.plan, "changes": visit.changes}
            return self._attach(write_json(whole), kind, "plan.json")
        if kind in visit.files:
            return self._attach(visit.files[kind], kind, f"plan.{kind}")
        raise NotFound(
            Problem(kind, "", mark("there is no such file of this plan"), ", ".join(KINDS))
        )

    async def _example(self, request: Request) -> Response:
        return self._attach(await self.visits.example_workbook(), "xlsx", "plan-example.xlsx")

    def _attach(self, data: bytes, kind: str, name: str) -> Response:
        saved = (b"content-disposition", f'attachment; filename="{name}"'.encode())
        return self.portal.answer(data, KINDS[kind], [*_HEADERS, saved], caching="no-store")


def _lead_to(address: str) -> Response:
    return RedirectResponse(address, 303, {"cache-control": "no-store"})


def _refuse_strangers(request: Request) -> None:
    """Forms of other sites may not act here in a reader's name; raises `UsageError`."""
    origin = request.headers.get("origin", "")
    if origin and origin != "null" and urlsplit(origin).netloc == request.headers.get("host", ""):
        return
    if origin or request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        raise UsageError(
            Problem("origin", "", mark("this was sent from another site"),
                    mark("Use the form of this portal."))
        )  # fmt: skip
