"""Everything that can go wrong, in one place.

    PeaceopsError
    ├── DataError        the catalogue, a file or a problem is not what it should be  (exit 1)
    │   └── RefusedFile  a file was not taken in; what was there before is untouched   (exit 1)
    ├── UsageError       the question cannot be asked like that                        (exit 2)
    │   └── NotFound     no operation, country or source has that id                   (exit 2)
    └── StoreError       no database, or one that another version made                 (exit 1)

Each carries one or more `Problem`, the only thing that is ever shown to a user.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong: where, in which field, what, and what to do about it.

    >>> print(Problem("posts.csv:4", "first_month", "'2026-13' is not a month", "Write 2026-12."))
    posts.csv:4: first_month: '2026-13' is not a month
      Write 2026-12.
    """

    where: str
    field: str = ""
    message: str = ""
    hint: str = ""

    def __str__(self) -> str:
        head = ": ".join(part for part in (self.where, self.field, self.message) if part)
        return f"{head}\n  {self.hint}" if self.hint else head

    def as_dict(self) -> dict[str, str]:
        """The face the API shows."""
        return asdict(self)


class PeaceopsError(Exception):
    """Base of all errors a user may meet; `problems` is never empty."""

    exit_code = 1

    def __init__(self, problems: Problem | Iterable[Problem]):
        self.problems: tuple[Problem, ...] = (
            (problems,) if isinstance(problems, Problem) else tuple(problems)
        )
        super().__init__("\n".join(str(p) for p in self.problems))


class DataError(PeaceopsError):
    """The catalogue, a file or a planning problem is not what it should be."""


class RefusedFile(DataError):
    """A file was not taken in; what was there before is untouched."""


class UsageError(PeaceopsError):
    """The question cannot be asked like that."""

    exit_code = 2


class NotFound(UsageError):
    """No operation, country or source has that id."""


class StoreError(PeaceopsError):
    """There is no database, or one that another version made."""


def did_you_mean(word: str, known: Sequence[str] | Iterable[str]) -> str:
    """A hint naming the nearest known words, or an empty string.

    >>> did_you_mean("minusna", ["minusma", "untso"])
    "Did you mean 'minusma'?"
    """
    near = _nearest(word, tuple(known))
    return f"Did you mean {' or '.join(repr(n) for n in near)}?" if near else ""


@lru_cache(maxsize=1024)
def _nearest(word: str, known: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(difflib.get_close_matches(word, known, n=3, cutoff=0.6))
