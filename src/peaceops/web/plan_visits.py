"""Planning visits: problems and plans of the portal's readers, in memory and for a while only.

A visit has an address that cannot be guessed. Its workbooks, its plans and its files are never
written to a disk; they go half an hour after the last look at them, at once on demand, and with
the server. How many there are, how much they may hold and how many work at a time is bounded.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import logging
import secrets
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from peaceops.errors import DataError, NotFound, PeaceopsError, Problem, RefusedFile, UsageError
from peaceops.web.languages import mark
from peaceops.web.plan_asks import (
    ChangeAsk,
    CurveAsk,
    SimulationAsk,
    list_alterations,
    settings_of,
)
from peaceops.web.plan_kept import Curve, Job, KeptPlan, Visit, Workbook
from peaceops.web.plan_process import end_process, failed_without_answer, talk_to_worker

log = logging.getLogger("peaceops.web")

KEPT_SECONDS = 30 * 60
MOST_VISITS = 20
MOST_BYTES = 24 * 1024 * 1024  # of all visits together
MOST_UPLOAD = 4 * 1024 * 1024
MOST_POSTS, MOST_PEOPLE = 1_000, 4_000
MOST_PLANS = 8  # of one visit; the oldest make room
MOST_WORKING = 2
MOST_CHECKING = 2
CHECK_SECONDS = 60
SIMULATE_SECONDS = 240
GRACE_SECONDS = 60  # for reasons and files after the search; then the process is killed
STEPS_KEPT = 40
EXAMPLE_NAME = "example.xlsx"


class Crowded(PeaceopsError):
    """All places are taken for the moment."""


class PlanVisits:
    """All visits of one server. `clock` can be replaced in tests."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        most_visits: int = MOST_VISITS,
        most_bytes: int = MOST_BYTES,
        kept_seconds: float = KEPT_SECONDS,
    ):
        self.clock = clock
        self.most_visits = most_visits
        self.most_bytes = most_bytes
        self.kept_seconds = kept_seconds
        self._visits: dict[str, Visit] = {}
        self._working = asyncio.Semaphore(MOST_WORKING)
        self._checking = asyncio.Semaphore(MOST_CHECKING)
        self._example: bytes = b""
        self._sweeper: asyncio.TimerHandle | None = None

    # Visits ---------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._visits)

    def find(self, visit_id: str) -> Visit:
        """A visit by its id, which keeps it alive; raises `NotFound`."""
        self.sweep()
        visit = self._visits.get(visit_id)
        if visit is None:
            raise NotFound(
                Problem("plan", "", mark("this plan is not kept any more"),
                        mark("Plans go half an hour after the last look at them. Start again."))
            )  # fmt: skip
        visit.touched = self.clock()
        return visit

    def remaining(self, visit: Visit) -> int:
        """Minutes until the visit is forgotten when nobody looks at it."""
        return max(0, round((visit.touched + self.kept_seconds - self.clock()) / 60))

    def forget(self, visit: Visit) -> None:
        """Drop everything of a visit; a worker for it is killed."""
        self._visits.pop(visit.id, None)
        if visit.task is not None:
            visit.task.cancel()
        end_process(visit.process)
        visit.plans, visit.steps, visit.job = [], [], Job()
        visit.workbook = replace(visit.workbook, content=b"")

    def sweep(self) -> None:
        """Forget what nobody looked at for long; look again in a minute while any are left."""
        now = self.clock()
        for visit in list(self._visits.values()):
            if now - visit.touched > self.kept_seconds:
                self.forget(visit)
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        if self._visits:
            with contextlib.suppress(RuntimeError):
                loop = asyncio.get_running_loop()
                self._sweeper = loop.call_later(60, self.sweep)

    def _make_room(self, size: int, *, sparing: Visit | None = None) -> None:
        """Room for a visit of that size, or for so much more in one; those left alone longest,
        and at least five minutes, go for it. Raises `Crowded`.
        """
        self.sweep()
        idle = sorted(
            (v for v in self._visits.values()
             if not v.is_busy and v is not sparing and self.clock() - v.touched > 300),
            key=lambda v: v.touched,
        )  # fmt: skip
        while (sparing is None and len(self._visits) >= self.most_visits) or sum(
            v.size for v in self._visits.values()
        ) + size > self.most_bytes:
            if not idle:
                raise Crowded(
                    Problem("plan", "", mark("all places for planning are taken at the moment"),
                            mark("Try again in some minutes, or run peaceops on your machine."))
                )  # fmt: skip
            self.forget(idle.pop(0))

    # Checking -------------------------------------------------------------------------------

    async def check(self, name: str, content: bytes, operations: list[str]) -> Visit:
        """A problem (or the example, where `content` is empty) checked, as a new visit.

        Raises `DataError` with every mistake, and then nothing of it is kept.
        """
        self._refuse_large(name, content)
        self._make_room(len(content) + 100_000)
        workbook = await self._read(name, content, operations)
        self._make_room(len(content) + 100_000)
        visit = Visit(
            secrets.token_urlsafe(18), workbook, self.clock(),
            settings=settings_of(workbook.problem),
        )  # fmt: skip
        self._visits[visit.id] = visit
        self.sweep()
        return visit

    async def check_second(
        self, visit: Visit, name: str, content: bytes, operations: list[str]
    ) -> Workbook:
        """Another problem for a visit, checked; raises as `check`. Nothing of the visit changes."""
        self._refuse_large(name, content)
        self._make_room(len(content), sparing=visit)
        return await self._read(name, content, operations)

    def _refuse_large(self, name: str, content: bytes) -> None:
        if len(content) > MOST_UPLOAD:
            raise RefusedFile(
                Problem(name, "", mark("this is larger than 4 MB, the most that is planned here"),
                        mark("Use `peaceops plan` on your own machine."))
            )  # fmt: skip

    async def _read(self, name: str, content: bytes, operations: list[str]) -> Workbook:
        source = "upload" if content else "example"
        order = self._order("check", name, source, content, operations)
        heard = await self._ask_worker(order, content)
        return Workbook(name, source, content, heard["problem"]["problem"])

    async def _ask_worker(self, order: dict[str, Any], content: bytes = b"") -> dict[str, Any]:
        """A short order answered at once: what was said, by event. Raises `DataError`."""
        heard: dict[str, Any] = {}
        async with self._checking:
            await talk_to_worker(
                order, content, CHECK_SECONDS, lambda event: heard.update({event["event"]: event})
            )
        if "mistakes" in heard:
            raise DataError(Problem(**p) for p in heard["mistakes"]["problems"])
        if not heard:
            raise failed_without_answer(order["name"])
        return heard

    async def example_workbook(self) -> bytes:
        """The example as a workbook to fill; made once."""
        if not self._example:
            order = self._order("example", EXAMPLE_NAME, "example", b"", [])
            self._example = base64.b64decode((await self._ask_worker(order))["file"]["data"])
        return self._example

    async def drawn_workbook(self, offers: list[dict[str, Any]], choice: dict[str, Any]) -> bytes:
        """A workbook drawn from the catalogue; raises `DataError` where nothing can be drawn."""
        order = self._order("draw", "template.xlsx", "example", b"", [])
        order |= {"offers": offers, "choice": choice}
        return base64.b64decode((await self._ask_worker(order))["file"]["data"])

    def _order(
        self, task: str, name: str, source: str, content: bytes, operations: list[str]
    ) -> dict[str, Any]:
        return {
            "task": task,
            "name": name,
            "source": source,
            "size": len(content),
            "operations": operations,
            "seconds": CHECK_SECONDS,
            "most_posts": MOST_POSTS,
            "most_people": MOST_PEOPLE,
        }

    # Working --------------------------------------------------------------------------------

    def begin(
        self,
        visit: Visit,
        job: Job,
        operations: list[str],
        **more: Any,
    ) -> None:
        """Begin a job (`more` goes into its order); progress and results show in the visit.

        Raises `UsageError` while one is running, and where it needs a plan that there is not.
        """
        if visit.is_busy:
            raise UsageError(
                Problem("plan", "", mark("something is being computed for this visit already"),
                        mark("Stop it first, or wait for its end."))
            )  # fmt: skip
        base = visit.find_plan(str(job.base)) if job.base else None
        if job.kind != "solve" and (base is None or not base.has_tours):
            raise UsageError(
                Problem("plan", "", mark("there is no plan yet to start from"),
                        mark("Make the plan first."))
            )  # fmt: skip
        if job.kind == "alternatives" and base is not None and base.served_until is not None:
            raise UsageError(
                Problem("plan", "", mark("a plan of which months are history has no alternatives"),
                        mark("Ask for those of the plan before."))
            )  # fmt: skip
        workbook = job.workbook or (base.workbook if base else visit.workbook)
        settings = job.settings or (base.settings if base else visit.settings)
        if job.workbook is not None:
            settings = settings_of(workbook.problem)
        job = replace(job, workbook=workbook, settings=settings)
        visit.job, visit.settings = job, settings
        visit.steps, visit.problems, visit.heard_end = [], (), False
        visit.state, visit.began = "waiting", self.clock()
        visit.task = asyncio.get_running_loop().create_task(
            self._run(visit, self._describe(job, base, operations) | more)
        )

    def _describe(self, job: Job, base: KeptPlan | None, operations: list[str]) -> dict[str, Any]:
        """The order for a worker."""
        book = job.workbook
        assert book is not None
        order = self._order(job.kind, book.name, book.source, book.content, operations)
        order |= {"seconds": job.seconds, "changes": job.settings, "little": job.little}
        if base is not None:
            order["before"] = base.plan["assignments"]
            order["bound"] = base.plan["bound"]
        served = base.served_until if base is not None else None
        if job.kind in ("replan", "scenario"):
            closed, out, served = job.change.closed, job.change.out, job.change.served_until
            order["disturbance"] = job.change.disturbance
        elif base is not None:
            closed, out = base.closed, base.out
        else:
            closed, out = {}, {}
        order |= {"closed": dict(closed), "out": dict(out), "served_until": served}
        if job.simulation is not None:
            order |= {"simulation": job.simulation.as_dict(), "seconds": SIMULATE_SECONDS}
        if job.curve:
            order["curve"] = job.curve
        return order

    def solve(
        self, visit: Visit, settings: dict[str, Any], operations: list[str], *,
        base: KeptPlan | None = None, seconds: int, little: bool,
    ) -> None:  # fmt: skip
        """Begin to solve, from the settings and beside the plan before."""
        number = base.number if base is not None else 0
        job = Job("solve", number, seconds, little, settings=settings)
        self.begin(visit, job, operations)

    def change(
        self, visit: Visit, base: KeptPlan, ask: ChangeAsk, second: Workbook | None,
        operations: list[str],
    ) -> None:  # fmt: skip
        """Begin to plan anew from a plan with least disturbance, or a scenario afresh."""
        kind = "scenario" if ask.afresh else "replan"
        self.begin(visit, Job(kind, base.number, ask.seconds, workbook=second, change=ask),
                   operations)  # fmt: skip

    def find_alternatives(
        self, visit: Visit, base: KeptPlan, seconds: int, operations: list[str]
    ) -> None:
        """Begin to look for clearly different plans, in place of those found before."""
        self.begin(visit, Job("alternatives", base.number, seconds), operations)
        visit.plans = [p for p in visit.plans if p.origin != "alternative" or p.base != base.number]

    def simulate(
        self, visit: Visit, base: KeptPlan, ask: SimulationAsk, operations: list[str]
    ) -> None:
        """Begin to simulate a plan."""
        job = Job("simulate", base.number, SIMULATE_SECONDS, simulation=ask)
        self.begin(visit, job, operations)

    def draw_curve(
        self, visit: Visit, base: KeptPlan, ask: CurveAsk, operations: list[str]
    ) -> None:
        """Begin to compute a curve; its points replace those of the same kind."""
        job = Job("curve", base.number, ask.seconds, curve=ask.kind)
        self.begin(visit, job, operations, steps=ask.steps)
        base.curves[ask.kind] = Curve(ask.steps)

    def stop(self, visit: Visit) -> None:
        """End the job; what it has found so far is kept."""
        if visit.state == "waiting" and visit.task is not None:
            visit.task.cancel()
            visit.state = "done" if visit.plans else "checked"
        elif visit.state == "solving" and visit.process and visit.process.stdin:
            visit.state = "stopping"
            with contextlib.suppress(ConnectionError, RuntimeError):
                visit.process.stdin.write(b"stop\n")

    async def _run(self, visit: Visit, order: dict[str, Any]) -> None:
        def start(process: asyncio.subprocess.Process) -> None:
            visit.process = process

        try:
            async with self._working:
                visit.state, visit.began = "solving", self.clock()
                limit = order["seconds"] + GRACE_SECONDS
                assert visit.job.workbook is not None
                await talk_to_worker(
                    order, visit.job.workbook.content, limit,
                    lambda event: _take_in(visit, event), start,
                )  # fmt: skip
            if not visit.problems and visit.heard_end:
                visit.state = "done"
            else:
                visit.state = "failed"
                visit.problems = visit.problems or failed_without_answer(order["name"]).problems
        except PeaceopsError as error:
            visit.state, visit.problems = "failed", error.problems
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("planning failed")
            visit.state = "failed"
            visit.problems = failed_without_answer(order["name"]).problems
        finally:
            visit.process = None
            self._thin_out(visit)

    def _thin_out(self, visit: Visit) -> None:
        """The oldest plans go where there are too many, or where they hold too much."""

        def too_much() -> bool:
            held = sum(v.size for v in self._visits.values())
            return len(visit.plans) > MOST_PLANS or held > self.most_bytes

        while len(visit.plans) > 1 and too_much():
            spared = {visit.plans[-1].number, visit.job.base}
            going = [p for p in visit.plans if p.number not in spared]
            if not going:
                break
            visit.plans.remove(going[0])


def _take_in(visit: Visit, event: dict[str, Any]) -> None:
    """What a worker said becomes part of its visit."""
    kind, job = event.pop("event"), visit.job
    base = next((p for p in visit.plans if p.number == job.base), None)
    if kind == "progress":
        visit.steps.append(event)
        del visit.steps[1 : max(1, len(visit.steps) - STEPS_KEPT)]
    elif kind == "plan":
        _keep_plan(visit, base, event)
    elif kind == "file" and visit.plans:
        kept = base if job.kind == "simulate" and base else visit.plans[-1]
        kept.files[event["kind"]] = base64.b64decode(event["data"])
    elif kind == "point" and base is not None:
        curve = base.curves.setdefault(job.curve, Curve(event["of"]))
        curve.of = event["of"]
        curve.points.append(event["point"])
    elif kind == "simulation" and base is not None:
        base.simulation = zlib.compress(json.dumps(event["result"]).encode())
    elif kind == "mistakes":
        visit.problems = tuple(Problem(**p) for p in event["problems"])
    elif kind == "end":
        visit.heard_end = True


_ORIGINS = {"solve": "solved", "replan": "replanned", "scenario": "scenario",
            "alternatives": "alternative"}  # fmt: skip


def _keep_plan(visit: Visit, base: KeptPlan | None, event: dict[str, Any]) -> None:
    job = visit.job
    assert job.workbook is not None
    visit.made += 1
    origin = _ORIGINS[job.kind]
    before: KeptPlan | ChangeAsk = job.change
    if base is not None and origin in ("solved", "alternative"):
        before = base
    altered = []
    if base is not None and base.workbook is job.workbook and origin != "alternative":
        altered = list_alterations(base.settings, job.settings)
    visit.plans.append(
        KeptPlan(
            number=visit.made, workbook=job.workbook, settings=job.settings, origin=origin,
            base=base.number if base is not None else None, plan=event["plan"],
            figures=event["figures"], posts=event["posts"] or job.workbook.problem["posts"],
            changes=event["changes"], altered=altered,
            closed=before.closed, out=before.out,
            served_until=None if origin == "scenario" else before.served_until,
        )
    )  # fmt: skip
