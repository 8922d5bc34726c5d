"""UN Peace and Security Data Hub, `DPPADPOSS-FATALITIES`: deaths in UN field missions since 1948.

The publisher gives each death a number. A death that stands twice under two nationalities counts
once, its nationality uncertain. Numbers are not kept: only how many died where, when and why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from peaceops.importers.cells import read_day
from peaceops.importers.names import NameTable
from peaceops.importers.reading import Importer, Reading, stop_if_too_long, stop_if_unreadable
from peaceops.importers.sheet import Form, Sheet, normalise

FORM = Form(
    required=(
        "incident_date", "mission_acronym", "casualty_nationality", "casualty_personnel_type",
        "type_of_incident",
    ),
    optional=("id", "casualty_id", "type_of_casualty", "gender", "m49_code", "isocode3",
              "last_update"),
)  # fmt: skip
CATEGORIES = {
    "military": "military",
    "military_observer": "military-expert",
    "police": "police",
    "international_civilian": "civilian-international",
    "local": "civilian-local",
    "other": "other",
}
CAUSES = {
    "malicious_act": "malicious-act",
    "accident": "accident",
    "illness": "illness",
    "self_inflicted": "self-inflicted",
    "to_be_determined": "to-be-determined",
    "unknown": "unknown",
}
_SEXES = {"m": "m", "male": "m", "f": "f", "female": "f", "": ""}
_COLUMNS = ("date", "country_text", "country_iso3", "operation_text", "operation_id", "category",
            "cause", "sex", "persons")  # fmt: skip


@contextmanager
def read(sheet: Sheet, names: NameTable, _day: str) -> Iterator[Reading]:
    """Deaths counted by day, nationality, operation, category, cause and sex."""
    sheet.use_form(FORM)
    deaths: Counter[tuple[str, ...]] = Counter()
    seen: dict[str, tuple[str, ...]] = {}
    rows, taken, unknown = 0, 0, 0
    order = sheet.day_order("incident_date")
    resolved: dict[tuple[str, ...], str | None] = {}
    for number, row in sheet.rows_once({"id"}):
        rows = number
        stop_if_too_long(sheet, number)
        day = read_day(row["incident_date"], order)
        category = CATEGORIES.get(normalise(row["casualty_personnel_type"]))
        cause = CAUSES.get(normalise(row["type_of_incident"]))
        sex = _SEXES.get(row.get("gender", "").strip().casefold())
        for value, column, reason in (
            (day, "incident_date", "not a date"),
            (category, "casualty_personnel_type", "unknown category"),
            (cause, "type_of_incident", "unknown cause"),
            (sex, "gender", "unknown"),
        ):
            if value is None:
                sheet.aside.add(reason, column, row.get(column, ""), number)
                break
        else:
            name = row["casualty_nationality"].strip()
            codes = (name, row.get("isocode3", ""), row.get("m49_code", ""))
            resolved[codes] = names.country(*codes)
            death: tuple[str, ...] = (
                day or "", name, resolved[codes] or "", row["mission_acronym"], category or "",
                cause or "", sex or "",
            )  # fmt: skip
            taken += 1
            key = row.get("casualty_id", "").strip()
            if key and key in seen:
                first = seen[key]
                deaths[first] -= 1
                both = " / ".join(sorted({first[1], name}))
                death = (first[0], both, "", *first[3:])
                sheet.aside.note("casualty_id", "one death under two nationalities counted once")
            if key:
                seen[key] = death
            deaths[death] += 1
    stop_if_unreadable(sheet, rows, taken)
    out = []
    for (day, name, country, mission, category, cause, sex), persons in deaths.items():
        if persons <= 0:
            continue
        operation = names.operation(mission, day, "un")
        unknown += persons if operation is None or not country else 0
        out.append((day, name, country or None, mission, operation, category, cause, sex, persons))
    out.sort(key=lambda d: (d[0], d[3], d[1]))
    yield Reading(
        rows, "all", sheet.aside, tables={"death": (_COLUMNS, out)}, rows_unknown=unknown
    )  # fmt: skip


HUB_FATALITIES = Importer("un-dppadposs-fatalities", FORM, read, framework="un")
