"""Countries and operations under every spelling, through one table anyone can extend.

A name is looked up, never guessed: what the catalogue's tables do not hold stays unknown, is
counted and shown. Case, accents, points, apostrophes and 'the' make no difference; words do.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

_DROP = re.compile(r"['’`´.\"]")
_SPACE = re.compile(r"[^\w*&]+", re.UNICODE)
_THE = re.compile(r"(^the | the$|\bthe\b)")


@lru_cache(maxsize=65536)
def fold(name: str) -> str:
    """A name without case, accents, points, apostrophes and 'the'.

    >>> fold("Côte d’Ivoire") == fold("COTE D'IVOIRE")
    True
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = _SPACE.sub(" ", _DROP.sub("", plain)).strip()
    return " ".join(_THE.sub(" ", plain).split()) or plain


@dataclass(frozen=True)
class Spelling:
    """One name of an operation; two operations may share it in different frameworks or times."""

    name: str
    operation: str
    framework: str
    first_day: str = "0000"
    last_day: str = "9999"


@dataclass
class NameTable:
    """Looks up countries by code or name, operations by any of their names."""

    iso3: set[str] = field(default_factory=set)
    iso2: dict[str, str] = field(default_factory=dict)
    m49: dict[str, str] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    countries: dict[str, str] = field(default_factory=dict)
    operations: dict[str, list[Spelling]] = field(default_factory=dict)

    def add_country(
        self, iso3: str, iso2: str, m49: str, gw: str, cow: str, names: Iterable[str]
    ) -> None:
        """A country with its codes and names; the first to claim a name keeps it."""
        self.iso3.add(iso3)
        if iso2:
            self.iso2[iso2] = iso3
        if m49:
            self.m49[m49.lstrip("0")] = iso3
        for number in (gw, cow):
            if number:
                self.states.setdefault(number.lstrip("0"), iso3)
        for name in names:
            self.countries.setdefault(fold(name), iso3)

    def add_country_name(self, name: str, iso3: str) -> None:
        """One more spelling; it outranks the names of countries.csv in other languages."""
        self.countries[fold(name)] = iso3

    def add_operation(self, spelling: Spelling) -> None:
        """One more name of an operation."""
        known = self.operations.setdefault(fold(spelling.name), [])
        if spelling not in known:
            known.append(spelling)

    def country(self, name: str = "", iso3: str = "", m49: str = "") -> str | None:
        """The country a row means; None where nothing is known or code and name disagree.

        >>> table = NameTable()
        >>> table.add_country("BEL", "BE", "056", "211", "211", ["Belgium"])
        >>> table.country("BELGIUM"), table.country("", "BEL", "56.0"), table.country("Freedonia")
        ('BEL', 'BEL', None)
        """
        by_code = None
        code = iso3.strip().upper()
        if code in self.iso3:
            by_code = code
        else:
            number = m49.strip().removesuffix(".0").lstrip("0")
            by_code = self.m49.get(number) if number else None
        by_name = self.countries.get(fold(name)) if name.strip() else None
        if by_name is None and name.strip().upper() in self.iso3:
            by_name = name.strip().upper()
        if by_code and by_name and by_code != by_name:
            return None
        return by_code or by_name

    def state(self, number: str, name: str = "") -> str | None:
        """The country of a Gleditsch-Ward or COW number, else of a name."""
        digits = number.strip().removesuffix(".0").lstrip("0")
        return self.states.get(digits) or self.country(name)

    def operation(self, name: str, day: str = "", framework: str = "") -> str | None:
        """The operation a name means on a day, in a framework; None where that is not certain.

        The day may be a year or a month; a name that several operations share is told apart by
        it, and stays unknown where it is not.
        """
        known = self.operations.get(fold(name), ())
        if framework:
            known = [s for s in known if s.framework == framework]
        found = {s.operation for s in known if _touches(s, day)}
        return found.pop() if len(found) == 1 else None


def _touches(spelling: Spelling, day: str) -> bool:
    """Whether a spelling holds on a day, or all through a month or year."""
    if not day:
        return spelling.first_day == "0000" and spelling.last_day == "9999"
    first = day + "-01-01"[len(day) - 4 :] if len(day) < 10 else day
    last = day + "-12-31"[len(day) - 4 :] if len(day) < 10 else day
    return spelling.first_day <= first and last[:10] <= spelling.last_day
