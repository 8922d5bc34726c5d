"""Until when each UN operation is authorised on a date, held against the resolutions' own texts."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from peaceops.analysis.facts import read_facts
from peaceops.resolutions.chain import links_of
from peaceops.resolutions.coder import code_resolution
from peaceops.resolutions.document import read_document
from peaceops.resolutions.lexicon import load_lexicon
from peaceops.store import Database

# On 30 June 2021: operation → resolution, the day as its text prints it, and the day.
MID_2021 = {
    "binuh": (2547, "15 October 2021", "2021-10-15"),
    "minurso": (2548, "31 October 2021", "2021-10-31"),
    "minusca": (2552, "15 November 2021", "2021-11-15"),
    "minusma": (2584, "30 June 2022", "2022-06-30"),
    "monusco": (2556, "20 December 2021", "2021-12-20"),
    "un-verification-mission-in-colombia": (2574, "31 October 2021", "2021-10-31"),
    "unama": (2543, "17 September 2021", "2021-09-17"),
    "unami": (2576, "27 May 2022", "2022-05-27"),
    "undof": (2581, "31 December 2021", "2021-12-31"),
    "unficyp": (2561, "31 July 2021", "2021-07-31"),
    "unifil": (2539, "31 August 2021", "2021-08-31"),
    "unisfa": (2575, "15 November 2021", "2021-11-15"),
    "unitad": (2544, "18 September 2021", "2021-09-18"),
    "unitams": (2579, "3 June 2022", "2022-06-03"),
    "unmha": (2534, "15 July 2021", "2021-07-15"),
    "unmiss": (2567, "15 March 2022", "2022-03-15"),
    "unsmil": (2542, "15 September 2021", "2021-09-15"),
    "unsom": (2540, "31 August 2021", "2021-08-31"),
}
# Its twelve months run from the day work begins (para. 3), not from the day of the decision, from
# which the program counts; 2435 (2018) extends from 25 September 2018.
COUNTED_OTHERWISE = {"S/RES/2366 (2017)": "2018-09-25"}
OPEN_ENDED = {"untso", "unmogip", "unmik", "unsos", "unsco", "unscol", "unrcca"}


def texts_of(shared: Path, *years: int) -> list[Path]:
    folder = shared / "data" / "unsc" / "en"
    return [p for year in years for p in sorted((folder / str(year)).glob("*.xml"))]


@pytest.mark.parametrize("operation", MID_2021)
def test_a_mandate_of_mid_2021_ends_on_the_day_its_resolution_prints(
    real_db: Database, shared: Path, operation: str
) -> None:
    number, printed, until = MID_2021[operation]
    facts = read_facts(real_db).operations[operation]
    mandate = facts.mandate_on(date(2021, 6, 30))
    assert mandate is not None
    assert mandate.symbol.startswith(f"S/RES/{number} ")
    assert facts.mandate_until(date(2021, 6, 30)) == until
    (file,) = [p for p in texts_of(shared, 2020, 2021) if re.search(rf"\D{number}\D", p.name)]
    operative = [p.text for p in read_document(file).operative]
    assert any(printed in re.sub(r"\s+", " ", text) for text in operative)


def test_these_are_all_the_dated_mandates_of_mid_2021(real_db: Database) -> None:
    facts, day = read_facts(real_db), date(2021, 6, 30)
    active = [
        o for o in facts.operations.values() if o.framework == "un" and o.status(day) == "active"
    ]
    dated = {o.id: o.mandate_until(day) for o in active if o.mandate_until(day)}
    by_resolution = {
        o.id for o in active
        if o.id in dated and (m := o.mandate_on(day)) and m.symbol.startswith("S/RES/")
    }  # fmt: skip
    assert by_resolution == set(MID_2021)
    assert {o.id for o in active} >= OPEN_ENDED
    assert not OPEN_ENDED & set(dated)


@pytest.mark.parametrize(
    ("day", "years"),
    [
        (date(2005, 6, 30), (2004, 2005)),
        (date(2009, 6, 30), (2008, 2009)),
        (date(2014, 6, 30), (2013, 2014)),
        (date(2018, 6, 30), (2017, 2018)),
        (date(2023, 6, 30), (2022, 2023)),
    ],
)
def test_the_last_text_before_a_date_says_what_the_catalogue_says(
    real_db: Database, shared: Path, day: date, years: tuple[int, ...]
) -> None:
    facts, lexicon = read_facts(real_db), load_lexicon()
    latest: dict[str, tuple[date, str, str]] = {}
    for file in texts_of(shared, *years):
        for link in links_of(code_resolution(read_document(file), lexicon).as_dict()):
            if link.date <= day and link.until and link.action in ("extend", "establish"):
                known = latest.get(link.operation)
                if known is None or known[0] < link.date:
                    latest[link.operation] = (link.date, link.symbol, link.until.isoformat())
    compared, differ = 0, []
    for operation, (_, symbol, read) in latest.items():
        until = COUNTED_OTHERWISE.get(symbol, read)
        known = facts.operations[operation]
        if known.framework != "un" or known.status(day) != "active" or until < day.isoformat():
            continue
        compared += 1
        if known.mandate_until(day) != until:
            differ.append((operation, symbol, until, known.mandate_until(day)))
    assert differ == []
    assert compared >= 10
