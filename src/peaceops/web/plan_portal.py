"""Planning in the portal: a problem is sent, watched, stopped, changed, taken along, forgotten.

Every step is a plain form answered by a redirect; the same steps under `/api/v1/plan` answer in
JSON. What is here is never cached and never written anywhere.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from peaceops.errors import DataError, NotFound, Problem, RefusedFile
from peaceops.planner.problem import month_text
from peaceops.web import plan_pages
from peaceops.web.gantt import draw_gantt
from peaceops.web.languages import Language, mark
from peaceops.web.plan_asks import read_seconds, read_settings
from peaceops.web.plan_kept import KeptPlan, Visit, describe_kept
from peaceops.web.plan_requests import lead_to, name_upload, refuse_strangers
from peaceops.web.plan_studies import STUDIES, PlanStudies
from peaceops.web.plan_visits import EXAMPLE_NAME, Crowded, PlanVisits
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
FILE_TYPES = {**KINDS, "csv": "text/csv; charset=utf-8"}
KNOWN_CHOICES = ("face", "month", "still", "plan", "first", "second")
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
        self.studies = PlanStudies(self)

    def routes(self) -> list[Route]:
        """Every address of planning but the empty form, which is a page like others."""
        found = [
            *self.studies.routes(),
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

    def operations(self) -> list[str]:
        """Ids of the operations in the catalogue, which a problem may name."""
        view = self.portal.read_view(next(iter(self.portal.languages.values())), {})
        return list(view.facts.operations)

    async def _begin(self, request: Request) -> Visit:
        """A workbook or the example, checked."""
        refuse_strangers(request)
        upload = await read_upload(request.headers, request.receive)
        if upload.content:
            return await self.visits.check(
                name_upload(upload.filename), upload.content, self.operations()
            )
        if upload.fields.get("example"):
            return await self.visits.check(EXAMPLE_NAME, b"", self.operations())
        raise RefusedFile(
            Problem("file", "", mark("nothing was sent"),
                    mark("Choose a workbook (.xlsx) or zipped tables, or begin with the example."))
        )  # fmt: skip

    async def _solve(self, request: Request) -> tuple[Visit, tuple[Problem, ...]]:
        """Begin to solve; what the reader wrote wrongly is given back and nothing begins."""
        refuse_strangers(request)
        visit = self.find(request)
        kept = self.plan_of(request, visit)
        upload: Upload = await read_upload(request.headers, request.receive)
        try:
            settings = read_settings(kept.settings if kept else visit.settings, upload.fields)
            seconds = read_seconds(upload.fields)
        except DataError as error:
            return visit, error.problems
        little = bool(upload.fields.get("little"))
        self.visits.solve(
            visit, settings, self.operations(), base=kept, seconds=seconds, little=little
        )
        return visit, ()

    def find(self, request: Request) -> Visit:
        """The visit of an address; raises `NotFound`."""
        return self.visits.find(request.path_params["plan_id"])

    def plan_of(self, request: Request, visit: Visit) -> KeptPlan | None:
        """The plan an address means, by `?plan=2`; the newest where it names none."""
        return visit.find_plan(request.query_params.get("plan", "")[:10])

    def waited(self, visit: Visit) -> int:
        """Seconds since the job began."""
        return round(self.visits.clock() - visit.began) if visit.is_busy else 0

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
                return await self.show(BY_NAME["plan"], page, view, {}, status)
            return lead_to(f"/{language.code}/plan/{visit.id}")

        return endpoint

    def _visit_in(self, language: Language) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            visit = self.find(request)
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
        view = self.view(language, request)
        page = plan_pages.visit_page(
            view, visit, self.plan_of(request, visit), self.visits.remaining(visit),
            self.waited(visit), problems,
        )  # fmt: skip
        return await self.show(PLAN_VISIT, page, view, {"plan_id": visit.id}, status)

    def view(self, language: Language, request: Request) -> View:
        """What a reader asks of a page of planning."""
        query = {k: v[:40] for k, v in request.query_params.items() if k in KNOWN_CHOICES}
        return self.portal.read_view(language, query)

    async def show(  # a page of planning is never kept
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
            return lead_to(f"/{language.code}/plan/{visit.id}")

        return endpoint

    def _stop_in(self, language: Language) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            refuse_strangers(request)
            visit = self.find(request)
            fields = (await read_upload(request.headers, request.receive)).fields
            self.visits.stop(visit)
            at, number = fields.get("at", ""), fields.get("plan", "")
            place = f"/{at}" if at in STUDIES else ""
            query = f"?plan={number}" if number.isdigit() and place else ""
            return lead_to(f"/{language.code}/plan/{visit.id}{place}{query}")

        return endpoint

    def _forget_in(self, language: Language) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            refuse_strangers(request)
            self.visits.forget(self.find(request))
            return lead_to(f"/{language.code}/plan?forgotten=1")

        return endpoint

    def _drawing_in(self, language: Language) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            visit = self.find(request)
            face = request.path_params["face"]
            view = self.portal.read_view(language, {"face": face})
            page = plan_pages.visit_page(view, visit, self.plan_of(request, visit), 0, 0)
            if page.gantt is None or face != page.face:
                raise NotFound(Problem(face, "", mark("there is no such chart")))
            drawing = draw_gantt(page.gantt, language, file=True)
            return self.portal.answer(drawing, "image/svg+xml", _PICTURE, caching="no-store")

        return endpoint

    # Data -----------------------------------------------------------------------------------

    def give(self, value: Any, status: int = 200) -> Response:
        """A value as JSON."""
        return self.portal.answer(
            write_json(value), "application/json", _HEADERS, status=status, caching="no-store"
        )

    def describe(self, visit: Visit, kept: KeptPlan | None = None) -> dict[str, Any]:
        """A visit as the API gives it, with one of its plans (the newest)."""
        kept = kept or visit.newest
        workbook = kept.workbook if kept else visit.workbook
        problem = {k: v for k, v in workbook.problem.items() if k != "persons"}

        def in_words(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
            return [
                {**r, "first": month_text(r["first"]), "last": month_text(r["last"])} for r in rows
            ]

        return {
            "id": visit.id,
            "state": visit.state,
            "job": visit.job.kind,
            "name": workbook.name,
            "minutes_left": self.visits.remaining(visit),
            "problem": {
                **problem,
                "first": month_text(problem["first"]),
                "last": month_text(problem["last"]),
                "posts": in_words(kept.posts if kept else problem["posts"]),
                "limits": in_words(problem["limits"]),
            },
            "settings": kept.settings if kept else visit.settings,
            "progress": visit.steps[-1] if visit.steps else None,
            "seconds_passed": (
                round(self.visits.clock() - visit.began, 1) if visit.is_busy else None
            ),
            "problems": [p.as_dict() for p in visit.problems],
            "plans": [describe_kept(p) for p in visit.plans],
            "number": kept.number if kept else None,
            "plan": None if visit.is_busy or kept is None else kept.plan,
            "changes": None if visit.is_busy or kept is None else kept.changes,
        }

    async def _begin_data(self, request: Request) -> Response:
        return self.give(self.describe(await self._begin(request)), 201)

    async def _visit_data(self, request: Request) -> Response:
        visit = self.find(request)
        if request.query_params.get("only") == "progress":
            whole = self.describe(visit)
            short = ("id", "state", "job", "progress", "seconds_passed")
            return self.give({key: whole[key] for key in short})
        return self.give(self.describe(visit, self.plan_of(request, visit)))

    async def _solve_data(self, request: Request) -> Response:
        visit, problems = await self._solve(request)
        if problems:
            raise DataError(problems)
        return self.give(self.describe(visit), 202)

    async def _stop_data(self, request: Request) -> Response:
        refuse_strangers(request)
        visit = self.find(request)
        self.visits.stop(visit)
        return self.give(self.describe(visit))

    async def _forget_data(self, request: Request) -> Response:
        refuse_strangers(request)
        self.visits.forget(self.find(request))
        return self.give({"forgotten": True})

    # Files ----------------------------------------------------------------------------------

    async def _file(self, request: Request) -> Response:
        visit, kind = self.find(request), request.path_params["kind"]
        kept = self.plan_of(request, visit)
        if kept is not None:
            name = f"plan.{kind}" if kept.number == 1 else f"plan-{kept.number}.{kind}"
            if kind == "json":
                whole = {**kept.plan, "changes": kept.changes}
                return self.attach(write_json(whole), kind, name)
            if kind in KINDS and kind in kept.files:
                return self.attach(kept.files[kind], kind, name)
        raise NotFound(
            Problem(kind, "", mark("there is no such file of this plan"), ", ".join(KINDS))
        )

    async def _example(self, request: Request) -> Response:
        return self.attach(await self.visits.example_workbook(), "xlsx", "plan-example.xlsx")

    def attach(self, data: bytes, kind: str, name: str) -> Response:
        """A file to be saved."""
        saved = (b"content-disposition", f'attachment; filename="{name}"'.encode())
        return self.portal.answer(data, FILE_TYPES[kind], [*_HEADERS, saved], caching="no-store")
