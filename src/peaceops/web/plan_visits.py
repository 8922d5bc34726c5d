"""Planning visits: problems and plans of the portal's readers, in memory and for a while only.

A visit has an address that cannot be guessed. Its workbook, its plans and its files are never
written to a disk; they go half an hour after the last look at them, at once on demand, and with
the server. How many there are, how much they may hold and how many solve at a time is bounded.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import logging
import secrets
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from peaceops.errors import DataError, NotFound, PeaceopsError, Problem, RefusedFile, UsageError
from peaceops.web.languages import mark

log = logging.getLogger("peaceops.web")

KEPT_SECONDS = 30 * 60
MOST_VISITS = 20
MOST_BYTES = 24 * 1024 * 1024  # of all visits together
MOST_UPLOAD = 4 * 1024 * 1024
MOST_POSTS, MOST_PEOPLE = 1_000, 4_000
MOST_SOLVING = 2
MOST_CHECKING = 2
CHECK_SECONDS = 60
GRACE_SECONDS = 60  # for reasons and files after the search; then the process is killed
SECONDS = (15, 60, 180, 300)
STEPS_KEPT = 40
EXAMPLE_NAME = "example.xlsx"
BUSY = ("waiting", "solving", "stopping")


class Crowded(PeaceopsError):
    """All places are taken for the moment."""


@dataclass
class Visit:
    """One reader's problem and what came of it.

    `state` is `checked`, `waiting`, `solving`, `stopping`, `done` or `failed`.
    """

    id: str
    name: str
    source: str  # upload or example
    content: bytes
    problem: dict[str, Any]
    touched: float
    state: str = "checked"
    settings: dict[str, Any] = field(default_factory=dict)  # as last asked, for the worker
    seconds: int = SECONDS[1]
    little: bool = False
    steps: list[dict[str, Any]] = field(default_factory=list)
    plan: dict[str, Any] | None = None
    changes: list[dict[str, str]] | None = None
    altered: list[tuple[str, str, str]] = field(default_factory=list)  # what, before, after
    files: dict[str, bytes] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    began: float = 0.0
    heard_plan: bool = False
    process: asyncio.subprocess.Process | None = None
    task: asyncio.Task[None] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether it waits for a solver or has one."""
        return self.state in BUSY

    @property
    def size(self) -> int:
        """Bytes it holds, roughly."""
        texts = 300 * len(self.problem["posts"])
        if self.plan:
            texts += 500 * (len(self.plan["assignments"]) + len(self.plan["unfilled"]))
        return len(self.content) + sum(map(len, self.files.values())) + texts + 20_000


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
        self._solving = asyncio.Semaphore(MOST_SOLVING)
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
        """Drop everything of a visit; a solver at work for it is killed."""
        self._visits.pop(visit.id, None)
        if visit.task is not None:
            visit.task.cancel()
        _kill(visit.process)
        visit.content, visit.files, visit.plan, visit.steps = b"", {}, None, []

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

    def _make_room(self, size: int) -> None:
        """Room for a visit of that size; those left alone longest, and at least five minutes,
        go for it.
        """
        self.sweep()
        idle = sorted(
            (v for v in self._visits.values()
             if not v.is_busy and self.clock() - v.touched > 300),
            key=lambda v: v.touched,
        )  # fmt: skip
        while (
            len(self._visits) >= self.most_visits
            or sum(v.size for v in self._visits.values()) + size > self.most_bytes
        ):
            if not idle:
                raise Crowded(
                    Problem("plan", "", mark("all places for planning are taken at the moment"),
                            mark("Try again in some minutes, or run peaceops on your machine."))
                )  # fmt: skip
            self.forget(idle.pop(0))

    # Checking -------------------------------------------------------------------------------

    async def check(self, name: str, content: bytes, operations: list[str]) -> Visit:
        """A workbook (or the example, where `content` is empty) checked, as a new visit.

        Raises `DataError` with every mistake, and then nothing of it is kept.
        """
        if len(content) > MOST_UPLOAD:
            raise RefusedFile(
                Problem(name, "", mark("this is larger than 4 MB, the most that is planned here"),
                        mark("Use `peaceops plan` on your own machine."))
            )  # fmt: skip
        self._make_room(len(content) + 100_000)
        source = "upload" if content else "example"
        order = self._order("check", name, source, content, operations)
        heard: dict[str, Any] = {}
        async with self._checking:
            await _talk(
                order, content, CHECK_SECONDS, lambda event: heard.update({event["event"]: event})
            )
        if "mistakes" in heard:
            raise DataError(Problem(**p) for p in heard["mistakes"]["problems"])
        if "problem" not in heard:
            raise _failed(name)
        problem = heard["problem"]["problem"]
        self._make_room(len(content) + 100_000)
        visit = Visit(
            secrets.token_urlsafe(18), name, source, content, problem, self.clock(),
            settings=_settings_of(problem),
        )  # fmt: skip
        self._visits[visit.id] = visit
        self.sweep()
        return visit

    async def example_workbook(self) -> bytes:
        """The example as a workbook to fill; made once."""
        if not self._example:
            order = self._order("example", EXAMPLE_NAME, "example", b"", [])
            async with self._checking:
                heard: list[dict[str, Any]] = []
                await _talk(order, b"", CHECK_SECONDS, heard.append)
            if not heard or heard[0]["event"] != "file":
                raise _failed(EXAMPLE_NAME)
            self._example = base64.b64decode(heard[0]["data"])
        return self._example

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

    # Solving --------------------------------------------------------------------------------

    def solve(
        self,
        visit: Visit,
        settings: dict[str, Any],
        operations: list[str],
        *,
        seconds: int,
        little: bool,
    ) -> None:
        """Begin to solve; progress shows in the visit. Raises `UsageError` while one is running."""
        if visit.is_busy:
            raise UsageError(
                Problem("plan", "", mark("this problem is being solved already"),
                        mark("Stop it first, or wait for its plan."))
            )  # fmt: skip
        before = visit.plan["assignments"] if visit.plan else []
        visit.altered = _alterations(visit.settings, settings) if before else []
        visit.settings, visit.seconds, visit.little = settings, seconds, little
        visit.steps, visit.problems, visit.files = [], (), {}
        visit.heard_plan, visit.changes = False, None
        visit.state, visit.began = "waiting", self.clock()
        order = {
            **self._order("solve", visit.name, visit.source, visit.content, operations),
            "seconds": seconds,
            "changes": settings,
            "before": before,
            "little": little,
        }
        visit.task = asyncio.get_running_loop().create_task(self._run(visit, order))

    def stop(self, visit: Visit) -> None:
        """End the search; the best plan so far is kept."""
        if visit.state == "waiting" and visit.task is not None:
            visit.task.cancel()
            visit.state = "done" if visit.plan else "checked"
        elif visit.state == "solving" and visit.process and visit.process.stdin:
            visit.state = "stopping"
            with contextlib.suppress(ConnectionError, RuntimeError):
                visit.process.stdin.write(b"stop\n")

    async def _run(self, visit: Visit, order: dict[str, Any]) -> None:
        try:
            async with self._solving:
                visit.state, visit.began = "solving", self.clock()
                limit = order["seconds"] + GRACE_SECONDS
                await _talk(
                    order, visit.content, limit, lambda event: _take_in(visit, event), visit
                )
            if not visit.problems and visit.heard_plan:
                visit.state = "done"
            else:
                visit.state = "failed"
                visit.problems = visit.problems or _failed(visit.name).problems
        except PeaceopsError as error:
            visit.state, visit.problems = "failed", error.problems
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("planning failed")
            visit.state, visit.problems = "failed", _failed(visit.name).problems
        finally:
            visit.process = None


def _take_in(visit: Visit, event: dict[str, Any]) -> None:
    """What a worker said becomes part of its visit."""
    kind = event.pop("event")
    if kind == "progress":
        visit.steps.append(event)
        del visit.steps[1 : max(1, len(visit.steps) - STEPS_KEPT)]
    elif kind == "plan":
        visit.plan, visit.changes, visit.heard_plan = event["plan"], event["changes"], True
    elif kind == "file":
        visit.files[event["kind"]] = base64.b64decode(event["data"])
    elif kind == "mistakes":
        visit.problems = tuple(Problem(**p) for p in event["problems"])


def _failed(name: str) -> RefusedFile:
    return RefusedFile(
        Problem(name, "", mark("the planner ended without an answer"),
                mark("Allow it less time or a smaller problem, or run peaceops on your machine."))
    )  # fmt: skip


def _kill(process: asyncio.subprocess.Process | None) -> None:
    if process is not None and process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()


async def _talk(
    order: dict[str, Any],
    content: bytes,
    seconds: float,
    hear: Callable[[dict[str, Any]], None],
    visit: Visit | None = None,
) -> None:
    """Gives a worker its order and hears what it says; it is killed after so many seconds."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "peaceops.web.plan_worker",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL, limit=64 * 1024 * 1024,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    if visit is not None:
        visit.process = process
    try:
        async with asyncio.timeout(seconds):
            process.stdin.write(json.dumps(order).encode() + b"\n" + content)
            with contextlib.suppress(ConnectionError):
                await process.stdin.drain()
            while line := await process.stdout.readline():
                hear(json.loads(line))
    except TimeoutError:
        raise RefusedFile(
            Problem(order["name"], "", mark("this took longer than it may"),
                    mark("Allow it less time or a smaller problem, or run peaceops on your"
                         " machine."))
        ) from None  # fmt: skip
    finally:
        _kill(process)
        process.stdin.close()
        await process.wait()


# Settings ------------------------------------------------------------------------------------


def _settings_of(problem: Mapping[str, Any]) -> dict[str, Any]:
    """What may be changed of a problem, as it stands in it."""
    return {
        "limits": [row["most"] for row in problem["limits"]],
        "cap": None,
        "budget": dict(problem["budget"]),
        "dwell_ratio": problem["dwell_ratio"],
    }


def read_settings(visit: Visit, fields: Mapping[str, str]) -> dict[str, Any]:
    """The limits, budgets and rest a reader wrote; what is left out stays as it was.

    Raises `DataError` with every field that is no such number.
    """
    mistakes: list[Problem] = []

    def read(name: str, default: Any, *, whole: bool, most: float) -> Any:
        if name not in fields:
            return default
        text = fields[name].strip()
        for space in (" ", "\u00a0", "\u202f", "'", "\u2019"):
            text = text.replace(space, "")
        if not text:
            return default
        try:
            value = int(text) if whole else float(text.replace(",", "."))
        except ValueError:
            value = -1
        if not 0 <= value <= most:
            mistakes.append(
                Problem(name, "", mark("this is not a number that can be used"),
                        mark("Write a whole number from 0 on.") if whole
                        else mark("Write a number such as 2 or 0.5."))
            )  # fmt: skip
            return default
        return int(value) if float(value).is_integer() else value

    now = visit.settings
    settings = {
        "limits": [
            read(f"limit-{i}", most, whole=True, most=1_000_000)
            for i, most in enumerate(now["limits"])
        ],
        "cap": read("cap", now["cap"], whole=True, most=1_000_000),
        "budget": {
            year: read(f"budget-{year}", money, whole=False, most=1e12)
            for year, money in now["budget"].items()
        },
        "dwell_ratio": read("dwell_ratio", now["dwell_ratio"], whole=False, most=100),
    }
    if mistakes:
        raise DataError(mistakes)
    return settings


def read_seconds(fields: Mapping[str, str]) -> int:
    """How long the search may take; raises `DataError` for what is no choice."""
    text = fields.get("seconds", "").strip() or str(SECONDS[1])
    if not text.isdigit() or not 1 <= int(text) <= SECONDS[-1]:
        raise DataError(
            Problem("seconds", "", mark("this is not a number that can be used"),
                    mark("Write a whole number of seconds from 1 to 300."))
        )  # fmt: skip
    return int(text)


def _alterations(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(what, before, after) of every setting that changed: `limit-0`, `cap`, `budget-2027`…"""
    pairs = [
        (f"limit-{i}", a, b)
        for i, (a, b) in enumerate(zip(old["limits"], new["limits"], strict=True))
    ]
    pairs.append(("cap", old["cap"], new["cap"]))
    pairs += [
        (f"budget-{year}", old["budget"][year], new["budget"][year]) for year in old["budget"]
    ]
    pairs.append(("dwell_ratio", old["dwell_ratio"], new["dwell_ratio"]))
    return [(what, "" if a is None else str(a), "" if b is None else str(b))
            for what, a, b in pairs if a != b]  # fmt: skip
