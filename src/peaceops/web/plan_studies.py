"""What can be asked of a plan that stands: simulate it, draw its curves, change it, compare it.

Each is one page of the visit under a name of its own: a GET shows what there is, a POST begins the
work. Under `/api/v1/plan` the same names give and take the same objects as JSON.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from peaceops.errors import DataError, NotFound, Problem, UsageError
from peaceops.planner.report import curve_as_csv, simulation_as_csv
from peaceops.web import (
    plan_change_page,
    plan_curve_page,
    plan_others_page,
    plan_simulation_page,
    plan_template_page,
)
from peaceops.web.languages import Language, mark
from peaceops.web.plan_asks import read_change, read_curve, read_seconds, read_simulation
from peaceops.web.plan_drawing import read_offers
from peaceops.web.plan_kept import KeptPlan, Visit, Workbook, describe_kept
from peaceops.web.plan_requests import lead_to, name_upload, refuse_strangers
from peaceops.web.render import write_json
from peaceops.web.routes import PLAN_COMPARE, PLAN_STUDIES
from peaceops.web.uploads import Upload, read_upload

if TYPE_CHECKING:
    from peaceops.web.plan_portal import PlanPortal

API = "/api/v1/plan"
Begin = Callable[[Visit, KeptPlan, Upload], Awaitable[None]]
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Study:
    """One thing asked of a plan: its page, what begins it, its answer as JSON."""

    page: Callable[..., Any]
    begin: Callable[[PlanStudies], Begin]
    data: Callable[[KeptPlan, Visit], Any]
    leads_away: bool = False  # the result is a new plan, shown on the visit's first page


class PlanStudies:
    """The routes of all that is asked of a plan, beside those of `PlanPortal`."""

    def __init__(self, plans: PlanPortal):
        self.plans = plans
        self.visits = plans.visits

    def routes(self) -> list[Route]:
        """Every address of the studies, and of the template drawn from the catalogue."""
        found = [
            Route(f"{API}/template.xlsx", self._template),
            Route(f"{API}/{{plan_id}}/compare", self._compare_data),
            Route(f"{API}/{{plan_id}}/simulation.{{kind}}", self._simulation_file),
            Route(f"{API}/{{plan_id}}/curve.csv", self._curve_file),
        ]
        for name in STUDIES:
            found += [
                Route(f"{API}/{{plan_id}}/{name}", self._data(name), methods=["GET"]),
                Route(f"{API}/{{plan_id}}/{name}", self._begin_data(name), methods=["POST"]),
            ]
        for code, language in self.plans.portal.languages.items():
            base = f"/{code}/plan/{{plan_id}}"
            found.append(Route(f"{base}/compare", self._compare_in(language), methods=["GET"]))
            for name in STUDIES:
                found += [
                    Route(f"{base}/{name}", self._page_in(language, name), methods=["GET"]),
                    Route(f"{base}/{name}", self._begin_in(language, name), methods=["POST"]),
                ]
        return found

    def _find(self, request: Request) -> tuple[Visit, KeptPlan]:
        visit = self.plans.find(request)
        kept = self.plans.plan_of(request, visit)
        if kept is None or not kept.has_tours:
            raise NotFound(
                Problem("plan", "", mark("there is no plan yet to start from"),
                        mark("Make the plan first."))
            )  # fmt: skip
        return visit, kept

    # Pages ----------------------------------------------------------------------------------

    def _page_in(self, language: Language, name: str) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            visit, kept = self._find(request)
            return await self._show(language, name, request, visit, kept)

        return endpoint

    async def _show(
        self,
        language: Language,
        name: str,
        request: Request,
        visit: Visit,
        kept: KeptPlan,
        problems: tuple[Problem, ...] = (),
        sent: Mapping[str, str] | None = None,
    ) -> Response:
        view = self.plans.view(language, request)
        page = STUDIES[name].page(
            view, visit, kept, self.visits.remaining(visit), self.plans.waited(visit),
            problems, sent,
        )  # fmt: skip
        status = 422 if problems else 200
        route = PLAN_STUDIES[name]
        return await self.plans.show(route, page, view, {"plan_id": visit.id}, status)

    def _begin_in(self, language: Language, name: str) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            visit, kept, problems, sent = await self._begin(request, name)
            if problems:
                return await self._show(language, name, request, visit, kept, problems, sent)
            address = f"/{language.code}/plan/{visit.id}"
            if not STUDIES[name].leads_away:
                address += f"/{name}?plan={kept.number}"
            return lead_to(address)

        return endpoint

    async def _begin(
        self, request: Request, name: str
    ) -> tuple[Visit, KeptPlan, tuple[Problem, ...], Mapping[str, str]]:
        """Begin a study; what the reader sent wrongly is given back and nothing begins."""
        refuse_strangers(request)
        visit, kept = self._find(request)
        upload = await read_upload(request.headers, request.receive)
        try:
            await STUDIES[name].begin(self)(visit, kept, upload)
        except DataError as error:
            return visit, kept, error.problems, upload.fields
        return visit, kept, (), upload.fields

    def _compare_in(self, language: Language) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            visit, first, second = self._find_two(request)
            view = self.plans.view(language, request)
            page = plan_others_page.compare_page(
                view, visit, first, second, self.visits.remaining(visit), self.plans.waited(visit)
            )
            return await self.plans.show(PLAN_COMPARE, page, view, {"plan_id": visit.id}, 200)

        return endpoint

    def _find_two(self, request: Request) -> tuple[Visit, KeptPlan, KeptPlan]:
        visit = self.plans.find(request)
        found = [
            visit.find_plan(request.query_params.get(name, "")[:10] or "0")
            for name in ("first", "second")
        ]
        first, second = found
        assert first is not None
        assert second is not None
        return visit, first, second

    # What begins each -----------------------------------------------------------------------

    async def simulate(self, visit: Visit, kept: KeptPlan, upload: Upload) -> None:
        """A simulation, by the fields of the form."""
        rates = {r["cause"]: r["rate"] for r in kept.workbook.problem["rates"]}
        ask = read_simulation(upload.fields, rates)
        self.visits.simulate(visit, kept, ask, self.plans.operations())

    async def draw_curve(self, visit: Visit, kept: KeptPlan, upload: Upload) -> None:
        """A curve, by the fields of the form."""
        self.visits.draw_curve(visit, kept, read_curve(upload.fields), self.plans.operations())

    async def find_others(self, visit: Visit, kept: KeptPlan, upload: Upload) -> None:
        """Clearly different plans, in the time the form gives."""
        seconds = read_seconds(upload.fields)
        self.visits.find_alternatives(visit, kept, seconds, self.plans.operations())

    async def change(self, visit: Visit, kept: KeptPlan, upload: Upload) -> None:
        """What happens to a plan, and a second workbook where one was sent."""
        if visit.is_busy:  # before a second workbook is read for nothing
            raise UsageError(
                Problem("plan", "", mark("something is being computed for this visit already"),
                        mark("Stop it first, or wait for its end."))
            )  # fmt: skip
        second: Workbook | None = None
        if upload.content:
            second = await self.visits.check_second(
                visit, name_upload(upload.filename), upload.content, self.plans.operations()
            )
        problem = (second or kept.workbook).problem
        posts, persons = {p["post"] for p in problem["posts"]}, set(problem["persons"])
        ask = read_change(
            upload.fields, problem,
            {k: v for k, v in kept.closed.items() if k in posts},
            {k: v for k, v in kept.out.items() if k in persons},
            kept.served_until,
        )  # fmt: skip
        self.visits.change(visit, kept, ask, second, self.plans.operations())

    # Data -----------------------------------------------------------------------------------

    def _data(self, name: str) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            visit, kept = self._find(request)
            return self.plans.give(STUDIES[name].data(kept, visit))

        return endpoint

    def _begin_data(self, name: str) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            visit, _, problems, _ = await self._begin(request, name)
            if problems:
                raise DataError(problems)
            return self.plans.give(self.plans.describe(visit), 202)

        return endpoint

    async def _compare_data(self, request: Request) -> Response:
        _, first, second = self._find_two(request)
        return self.plans.give(plan_others_page.compare_kept(first, second))

    async def _simulation_file(self, request: Request) -> Response:
        _, kept = self._find(request)
        kind, table = request.path_params["kind"], request.query_params.get("table", "posts")
        result = kept.read_simulation()
        if result is None:
            raise NotFound(
                Problem("simulation", "", mark("this plan has not been simulated"),
                        mark("Simulate it first."))
            )  # fmt: skip
        if kind == "json":
            return self.plans.attach(write_json(result), kind, "simulation.json")
        if kind == "csv" and table in ("posts", "operations"):
            data = simulation_as_csv(result, table).encode()
            return self.plans.attach(data, kind, f"simulation-{table}.csv")
        if kind == "xlsx" and "simulation" in kept.files:
            return self.plans.attach(kept.files["simulation"], kind, "simulation.xlsx")
        raise NotFound(
            Problem(kind, "", mark("there is no such file of this plan"), "xlsx, csv, json")
        )

    async def _curve_file(self, request: Request) -> Response:
        _, kept = self._find(request)
        curve = kept.curves.get(request.query_params.get("kind", "people"))
        if curve is None or not curve.points:
            raise NotFound(
                Problem("curve", "", mark("this curve has not been computed"),
                        mark("Compute it first."))
            )  # fmt: skip
        return self.plans.attach(curve_as_csv(curve.points).encode(), "csv", "curve.csv")

    async def _template(self, request: Request) -> Response:
        view = self.plans.portal.read_view(
            next(iter(self.plans.portal.languages.values())), dict(request.query_params)
        )
        choice = plan_template_page.read_choice(view)
        offers = read_offers(view.db, view.as_of, choice)
        data = await self.visits.drawn_workbook(
            [asdict(o) for o in offers.operations], asdict(choice)
        )
        return self.plans.attach(data, "xlsx", "plan-template.xlsx")


def _curves(kept: KeptPlan, _visit: Visit) -> dict[str, Any]:
    return {kind: {"of": c.of, "points": c.points} for kind, c in kept.curves.items()}


def _plans(_kept: KeptPlan, visit: Visit) -> list[dict[str, Any]]:
    return [describe_kept(p) for p in visit.plans]


def _changes(kept: KeptPlan, _visit: Visit) -> dict[str, Any]:
    return {**describe_kept(kept), "changes": kept.changes}


STUDIES: Mapping[str, Study] = {
    "simulate": Study(plan_simulation_page.simulation_page, lambda s: s.simulate,
                      lambda kept, _: kept.read_simulation()),
    "curves": Study(plan_curve_page.curve_page, lambda s: s.draw_curve, _curves),
    "plans": Study(plan_others_page.others_page, lambda s: s.find_others, _plans),
    "what-if": Study(plan_change_page.change_page, lambda s: s.change, _changes, leads_away=True),
}  # fmt: skip
