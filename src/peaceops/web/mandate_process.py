"""Reads or compares resolutions in a process of its own, so that a hostile file costs nothing.

    python -m peaceops.web.mandate_process < request

The request is one line of JSON (job, names and sizes of the texts) followed by the texts' bytes;
the answer is one line of JSON: the coded mandate, the comparison, or the problems of a text that
cannot be read. Nothing is written anywhere. After an answer it waits for the next request, until
its input ends: what a visitor sends always has a process to itself (`read_apart`), texts of the
database share one for a while (`StandingReader`), because most of the time goes into starting it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import resource
import subprocess
import sys
import threading
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any, Literal

from peaceops.errors import PeaceopsError, Problem, RefusedFile
from peaceops.web.languages import mark

SECONDS = 60
MOST_MEMORY = 2 * 1024**3
Job = Literal["read", "compare"]


@dataclass(frozen=True)
class SentText:
    """A resolution as a visitor sent it (the file's name, or '' for pasted text), or as kept."""

    name: str
    content: bytes
    is_packed: bool = False  # as it is kept in the database


@dataclass(frozen=True)
class Reading:
    """What is to be read in the other process; `key` tells equal readings of one database."""

    job: Job
    texts: tuple[SentText, ...]
    key: tuple[int, ...]


def write_request(job: Job, texts: Sequence[SentText]) -> bytes:
    """A request as the process reads it."""
    described = [{"name": t.name, "size": len(t.content), "packed": t.is_packed} for t in texts]
    head = json.dumps({"job": job, "texts": described}).encode()
    return head + b"\n" + b"".join(t.content for t in texts)


async def read_apart(job: Job, texts: Sequence[SentText]) -> dict[str, Any]:
    """The JSON of `read` (one text) or `compare` (two: earlier, later), made in another process.

    Raises `RefusedFile` with what is wrong with a text, also where reading it took too long.
    """
    request = write_request(job, texts)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "peaceops.web.mandate_process",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE, limit=64 * 1024 * 1024,
    )  # fmt: skip
    names = ", ".join(t.name for t in texts if t.name) or "text"
    try:
        out, err = await asyncio.wait_for(process.communicate(request), SECONDS)
    except TimeoutError:
        raise _too_long(names) from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0 or not out:
        raise _failure(names, process.returncode or 0, err)
    return _read_answer(out)


def _too_long(names: str) -> RefusedFile:
    return RefusedFile(
        Problem(names, "", mark("reading this file took too long"),
                mark("Send the text of the resolution alone."))
    )  # fmt: skip


def _failure(names: str, code: int, err: bytes) -> Exception:
    """Why a process ended without an answer."""
    if b"MemoryError" in err or code < 0:
        return RefusedFile(
            Problem(names, "", mark("this file unpacks to more than can be read"),
                    mark("Send the text of the resolution alone."))
        )  # fmt: skip
    return RuntimeError(f"reading failed: {err.decode('utf-8', 'replace')[-2000:]}")


def _read_answer(line: bytes) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(line)
    if "refused" in answer:
        raise RefusedFile(Problem(**p) for p in answer["refused"])
    return answer


IDLE_SECONDS = 60.0
MOST_ANSWERS = 200  # of one process, so that it cannot grow for ever


class StandingReader:
    """One process that reads texts of the database one after another, and ends when idle.

    `ask` blocks and is meant for a thread; who finds the process `busy` uses `read_apart`.
    """

    def __init__(self, seconds: float = SECONDS, idle: float = IDLE_SECONDS):
        self.seconds, self.idle = seconds, idle
        self._lock = threading.Lock()
        self._held: list[subprocess.Popen[bytes]] = []
        self._answers = 0
        self._timer: threading.Timer | None = None
        weakref.finalize(self, _end_all, self._held)

    @property
    def busy(self) -> bool:
        """Whether it is reading, so that another question would have to wait."""
        return self._lock.locked()

    @property
    def pid(self) -> int | None:
        """The process at work or waiting, if there is one."""
        return self._held[0].pid if self._held else None

    def ask(self, job: Job, texts: Sequence[SentText]) -> dict[str, Any]:
        """As `read_apart`. Raises `RefusedFile` likewise; the process is then started anew."""
        names = ", ".join(t.name for t in texts)
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            process = self._process()
            assert process.stdin is not None and process.stdout is not None
            late = threading.Timer(self.seconds, process.kill)
            late.daemon = True
            late.start()
            try:
                process.stdin.write(write_request(job, texts))
                process.stdin.flush()
                line = process.stdout.readline()
            except OSError:
                line = b""
            finally:
                in_time = not late.finished.is_set()
                late.cancel()
            if not line.endswith(b"\n"):
                _end(process)
                err = process.stderr.read() if process.stderr else b""
                code = process.returncode
                _end_all(self._held)
                raise _failure(names, code, err) if in_time else _too_long(names)
            self._answers += 1
            if self._answers >= MOST_ANSWERS:
                _end_all(self._held)
            else:
                self._timer = threading.Timer(self.idle, _end_idle, (self._lock, self._held))
                self._timer.daemon = True
                self._timer.start()
        return _read_answer(line)

    def _process(self) -> subprocess.Popen[bytes]:
        if self._held and self._held[0].poll() is not None:
            _end_all(self._held)
        if not self._held:
            self._answers = 0
            self._held.append(
                subprocess.Popen(
                    [sys.executable, "-m", "peaceops.web.mandate_process"],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                )
            )  # fmt: skip
        return self._held[0]

    def end_if_idle(self) -> None:
        """End the process unless it is reading."""
        _end_idle(self._lock, self._held)


def _end_idle(lock: threading.Lock, held: list[subprocess.Popen[bytes]]) -> None:
    if lock.acquire(blocking=False):
        try:
            _end_all(held)
        finally:
            lock.release()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def _end_all(held: list[subprocess.Popen[bytes]]) -> None:
    while held:
        process = held.pop()
        _end(process)
        for pipe in (process.stdin, process.stdout, process.stderr):
            _close(pipe)


def _close(pipe: IO[bytes] | None) -> None:
    if pipe is not None:
        with contextlib.suppress(OSError):  # what was never sent is lost with the process
            pipe.close()


def answer_request(head: dict[str, Any], content: bytes) -> dict[str, Any]:
    """What the process answers: the JSON asked for, or `refused` with the problems."""
    from peaceops.resolutions.coder import code_resolution
    from peaceops.resolutions.compare import compare_resolutions
    from peaceops.resolutions.document import read_bytes
    from peaceops.resolutions.stored import unpack_resolution

    documents = []
    problems: list[Problem] = []
    at = 0
    for text in head["texts"]:
        try:
            data = content[at : at + text["size"]]
            if text.get("packed"):
                documents.append(unpack_resolution(data))
                at += text["size"]
                continue
            document = read_bytes(data, text["name"] or "text")
            if not document.operative and not document.symbol:
                raise RefusedFile(
                    Problem(text["name"] or "text", "", "no resolution in this text",
                            "Give the text with its numbered paragraphs.")
                )  # fmt: skip
            documents.append(document)
        except PeaceopsError as error:
            problems += error.problems
        at += text["size"]
    if problems:
        return {"refused": [p.as_dict() for p in problems]}
    try:
        if head["job"] == "read":
            return code_resolution(documents[0]).as_dict()
        return compare_resolutions(documents[0], documents[1]).as_dict()
    except PeaceopsError as error:
        return {"refused": [p.as_dict() for p in error.problems]}


def main() -> None:
    """Answer requests on standard input until it ends."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    while line := sys.stdin.buffer.readline():
        head = json.loads(line)
        content = sys.stdin.buffer.read(sum(text["size"] for text in head["texts"]))
        answer = answer_request(head, content)
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
