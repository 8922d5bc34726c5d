"""Reviews one page in a process of its own, so that a hostile file can cost the portal nothing.

    python -m peaceops.web.reviewer < request

The request is one line of JSON (database, name, date, country) followed by the page's bytes; the
answer is one line of JSON: the review, or the problems of a file that cannot be read. Nothing is
written anywhere.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from peaceops.errors import PeaceopsError, Problem, RefusedFile
from peaceops.web.languages import mark

SECONDS = 60
MOST_MEMORY = 2 * 1024**3


@dataclass(frozen=True)
class ReviewRequest:
    """What is to be reviewed, against which database, on which date, as whose page."""

    database: Path
    name: str
    content: bytes
    as_of: date
    country: str = ""


async def review_apart(request: ReviewRequest) -> dict[str, Any]:
    """The review of a page as the contract's JSON, made in another process.

    Raises `RefusedFile` with what is wrong with the file, also where reading it took too long.
    """
    head = {
        "database": str(request.database),
        "name": request.name,
        "as_of": request.as_of.isoformat(),
        "country": request.country,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "peaceops.web.reviewer",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE, limit=64 * 1024 * 1024,
    )  # fmt: skip
    try:
        out, err = await asyncio.wait_for(
            process.communicate(json.dumps(head).encode() + b"\n" + request.content), SECONDS
        )
    except TimeoutError:
        raise RefusedFile(
            Problem(request.name, "", mark("reading this file took too long"),
                    mark("Paste the page's text instead."))
        ) from None  # fmt: skip
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0 or not out:
        if b"MemoryError" in err or (process.returncode or 0) < 0:
            raise RefusedFile(
                Problem(request.name, "", mark("this file unpacks to more than can be read"),
                        mark("Paste the page's text instead."))
            )  # fmt: skip
        raise RuntimeError(f"the review failed: {err.decode('utf-8', 'replace')[-2000:]}")
    answer: dict[str, Any] = json.loads(out)
    if "problems" in answer:
        raise RefusedFile(Problem(**p) for p in answer["problems"])
    return answer


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # pragma: no cover - not on Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def main() -> None:
    """Answer one request on standard input."""
    from peaceops.analysis.review import review_page
    from peaceops.importers.page_text import read_page
    from peaceops.store import open_database

    _limit_memory()
    head = json.loads(sys.stdin.buffer.readline())
    content = sys.stdin.buffer.read()
    try:
        page = read_page(content, head["name"])
        review = review_page(
            open_database(Path(head["database"])), page, date.fromisoformat(head["as_of"]),
            head["country"] or None,
        )  # fmt: skip
        answer = review.as_contract()
    except PeaceopsError as error:
        answer = {"problems": [p.as_dict() for p in error.problems]}
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
