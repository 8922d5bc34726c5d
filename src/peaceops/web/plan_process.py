"""The process in which a problem is checked, solved or simulated: order, answers, end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import Callable
from typing import Any

from peaceops.errors import Problem, RefusedFile
from peaceops.web.languages import mark


def failed_without_answer(name: str) -> RefusedFile:
    """A worker ended and said nothing."""
    return RefusedFile(
        Problem(name, "", mark("the planner ended without an answer"),
                mark("Allow it less time or a smaller problem, or run peaceops on your machine."))
    )  # fmt: skip


def end_process(process: asyncio.subprocess.Process | None) -> None:
    """Kill a worker that is still at work."""
    if process is not None and process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()


async def talk_to_worker(
    order: dict[str, Any],
    content: bytes,
    seconds: float,
    hear: Callable[[dict[str, Any]], None],
    on_start: Callable[[asyncio.subprocess.Process], None] | None = None,
) -> None:
    """Gives a worker its order and hears what it says; it is killed after so many seconds.

    Raises `RefusedFile` where it took longer.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "peaceops.web.plan_worker",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL, limit=64 * 1024 * 1024,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    if on_start is not None:
        on_start(process)
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
        end_process(process)
        process.stdin.close()
        await process.wait()
