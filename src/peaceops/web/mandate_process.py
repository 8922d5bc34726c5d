"""Reads or compares resolutions in a process of its own, so that a hostile file costs nothing.

    python -m peaceops.web.mandate_process < request

The request is one line of JSON (job, names and sizes of the texts) followed by the texts' bytes;
the answer is one line of JSON: the coded mandate, the comparison, or the problems of a text that
cannot be read. Nothing is written anywhere.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from peaceops.errors import PeaceopsError, Problem, RefusedFile
from peaceops.web.languages import mark

SECONDS = 60
MOST_MEMORY = 2 * 1024**3
Job = Literal["read", "compare"]


@dataclass(frozen=True)
class SentText:
    """A resolution as a visitor sent it: the file's name, or '' for pasted text."""

    name: str
    content: bytes


async def read_apart(job: Job, texts: Sequence[SentText]) -> dict[str, Any]:
    """The JSON of `read` (one text) or `compare` (two: earlier, later), made in another process.

    Raises `RefusedFile` with what is wrong with a text, also where reading it took too long.
    """
    head = {"job": job, "texts": [{"name": t.name, "size": len(t.content)} for t in texts]}
    request = json.dumps(head).encode() + b"\n" + b"".join(t.content for t in texts)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "peaceops.web.mandate_process",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE, limit=64 * 1024 * 1024,
    )  # fmt: skip
    names = ", ".join(t.name for t in texts if t.name) or "text"
    try:
        out, err = await asyncio.wait_for(process.communicate(request), SECONDS)
    except TimeoutError:
        raise RefusedFile(
            Problem(names, "", mark("reading this file took too long"),
                    mark("Send the text of the resolution alone."))
        ) from None  # fmt: skip
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0 or not out:
        if b"MemoryError" in err or (process.returncode or 0) < 0:
            raise RefusedFile(
                Problem(names, "", mark("this file unpacks to more than can be read"),
                        mark("Send the text of the resolution alone."))
            )  # fmt: skip
        raise RuntimeError(f"reading failed: {err.decode('utf-8', 'replace')[-2000:]}")
    answer: dict[str, Any] = json.loads(out)
    if "refused" in answer:
        raise RefusedFile(Problem(**p) for p in answer["refused"])
    return answer


def answer_request(head: dict[str, Any], content: bytes) -> dict[str, Any]:
    """What the process answers: the JSON asked for, or `refused` with the problems."""
    from peaceops.resolutions.coder import code_resolution
    from peaceops.resolutions.compare import compare_resolutions
    from peaceops.resolutions.document import read_bytes

    documents = []
    problems: list[Problem] = []
    at = 0
    for text in head["texts"]:
        try:
            document = read_bytes(content[at : at + text["size"]], text["name"] or "text")
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
    """Answer one request on standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    head = json.loads(sys.stdin.buffer.readline())
    answer = answer_request(head, sys.stdin.buffer.read())
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
