"""The coder against the library's titles and headings, English against French, since 1948."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from peaceops.resolutions.accuracy import (
    compare_languages,
    read_reading,
    read_title,
    read_truth,
    score,
)
from peaceops.resolutions.ceiling_cells import CeilingStep
from peaceops.resolutions.chain import ChainLink, links_of, order_chain, read_chain, write_chain
from peaceops.resolutions.coder import code_resolution
from peaceops.resolutions.document import read_document
from peaceops.resolutions.lexicon import load_lexicon

LEXICON = load_lexicon()


@pytest.mark.parametrize(
    ("title", "year", "expected"),
    [
        (
            "[on extension of the mandate of the UN Mission in Liberia (UNMIL) until 30 Sept. "
            "2014]",
            2013,
            [("unmil", "extend", date(2014, 9, 30))],
        ),
        (
            "[on establishment of the UN Operation in Burundi (ONUB)]",
            2004,
            [("onub", "establish", None)],
        ),
        (
            "[on extension of the mandate of the UN Operation in Côte d'Ivoire (UNOCI) and of the "
            "French forces which support it]",
            2007,
            [("unoci", "extend", None)],
        ),
        ("[on drawdown of the UN Mission in Liberia (UNMIL)]", 2015, [("unmil", "amend", None)]),
        ("[on sanctions against Liberia]", 2013, []),
    ],
)
def test_a_title_says_operation_action_and_day(
    title: str, year: int, expected: list[tuple[str, str, date | None]]
) -> None:
    facts = read_title(f"Security Council resolution 9000 ({year}) {title}", LEXICON, year)
    found = [(f.operation, f.action, f.until) for f in facts if f.operation != "licorne"]
    assert found == expected


def code_years(folder: Path, years: list[str]) -> dict[int, Mapping[str, Any]]:
    coded = {}
    for year in years:
        for path in sorted((folder / year).glob("*.xml")):
            mandate = code_resolution(read_document(path), LEXICON, corrections={}).as_dict()
            digits = mandate["symbol"].removeprefix("S/RES/").partition(" ")[0]
            if digits.isdigit():
                coded[int(digits)] = mandate
    return coded


@pytest.fixture(scope="module")
def unsc(shared: Path) -> Path:
    return shared / "data" / "unsc"


@pytest.fixture(scope="module")
def english(unsc: Path) -> dict[int, Mapping[str, Any]]:
    return code_years(unsc / "en", ["2004", "2009", "2011", "2016", "2020", "2021", "2023"])


def test_operations_action_expiry_and_chapter_vii_match_the_library(
    unsc: Path, english: dict[int, Mapping[str, Any]]
) -> None:
    truths = {t.number: t for t in read_truth(unsc / "metadata", LEXICON)}
    found = score((english[n], t) for n, t in truths.items() if n in english).as_dict()["fields"]
    assert found["acts_on"]["asked"] > 200 and found["until"]["asked"] > 100
    assert found["acts_on"]["recall"] >= 0.99
    assert found["action"]["recall"] >= 0.99
    assert found["until"]["recall"] >= 0.99
    assert found["mention_only"]["recall"] >= 0.98
    assert found["chapter_vii"]["recall"] >= 0.995
    assert found["chapter_vii"]["precision"] >= 0.99


def test_years_without_library_data_are_read_as_a_reader_reads_them(unsc: Path) -> None:
    coded = code_years(unsc / "en", ["2003", "2008", "2013", "2017", "2022", "2024", "2026"])
    readings = [t for t in read_reading() if t.number in coded]
    assert len(readings) > 340
    found = score((coded[t.number], t) for t in readings).as_dict()["fields"]
    assert found["acts_on"]["asked"] > 180 and found["until"]["asked"] > 150
    for name in ("acts_on", "action", "until", "chapter_vii"):
        assert found[name]["recall"] >= 0.99, found[name]["failures"]
    assert found["chapter_vii"]["precision"] >= 0.995
    assert found["mention_only"]["recall"] >= 0.98, found["mention_only"]["failures"]


def test_french_gives_what_english_gives(unsc: Path, english: dict[int, Mapping[str, Any]]) -> None:
    french = code_years(unsc / "fr", ["2020", "2021", "2023"])
    found = compare_languages(english, french)
    assert found["compared"] > 150
    for name in ("acts_on", "until", "ceilings", "chapter_vii"):
        assert found["equal"][name] >= 0.99, found["different"][name]


FOUNDED = {
    "untso": (50, "1948-05-29"), "unmogip": (47, "1948-04-21"), "unogil": (128, "1958-06-11"),
    "onuc": (143, "1960-07-14"), "unyom": (179, "1963-06-11"), "unficyp": (186, "1964-03-04"),
    "domrep": (203, "1965-05-14"), "unipom": (211, "1965-09-20"), "unef-ii": (340, "1973-10-25"),
    "undof": (350, "1974-05-31"), "unifil": (425, "1978-03-19"), "untag": (435, "1978-09-29"),
    "uniimog": (619, "1988-08-09"), "ungomap": (622, "1988-10-31"),
    "unavem-i": (626, "1988-12-20"), "onuca": (644, "1989-11-07"), "minurso": (690, "1991-04-29"),
    "onusal": (693, "1991-05-20"), "unavem-ii": (696, "1991-05-30"), "unamic": (717, "1991-10-16"),
    "unprofor": (743, "1992-02-21"), "untac": (745, "1992-02-28"), "unosom-i": (751, "1992-04-24"),
    "onumoz": (797, "1992-12-16"), "unosom-ii": (814, "1993-03-26"), "unomur": (846, "1993-06-22"),
    "unomig": (858, "1993-08-24"), "unomil": (866, "1993-09-22"), "unmih": (867, "1993-09-23"),
    "unamir": (872, "1993-10-05"),
}  # fmt: skip


def test_founding_resolutions_of_1948_to_1994_are_found(unsc: Path) -> None:
    missing = []
    for operation, (number, day) in FOUNDED.items():
        path = next((unsc / "text").glob(f"S_RES_{number:04}_*.txt"))
        mandate = code_resolution(read_document(path), LEXICON, corrections={}).as_dict()
        founded = {a["operation"] for a in mandate["acts_on"] if a["action"] == "establish"}
        if operation not in founded or mandate["date"] != day:
            missing.append((operation, number, mandate["date"], mandate["acts_on"]))
    assert missing == []


CEILINGS = (CeilingStep("military", 15000, None, "2003-10-01"), CeilingStep("police", 1115, -5))


def link(action: str, day: str, until: str | None = None) -> ChainLink:
    return ChainLink(
        "unmil", f"S/RES/{day[:4]} (2003)", date.fromisoformat(day), action,
        date.fromisoformat(until) if until else None, None, "1", CEILINGS,
        ("elections",), True, True,
    )  # fmt: skip


def test_an_operation_is_founded_once() -> None:
    later = link("establish", "2004-09-19", "2005-09-19")
    again = link("establish", "2005-09-19")
    chain = order_chain([again, later, link("establish", "2003-09-19")])
    assert [c.action for c in chain] == ["establish", "extend", "amend"]


def test_the_chain_is_kept_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "chain.csv"
    links = [link("establish", "2003-09-19", "2004-09-19")]
    write_chain(links, path)
    assert read_chain(path) == links
    assert read_chain(tmp_path / "none.csv") == []


def test_the_catalogues_chain_is_that_of_the_texts(unsc: Path) -> None:
    kept = {(c.operation, c.symbol): c for c in read_chain()}
    assert len(kept) > 1000
    for path in sorted((unsc / "en" / "2014").glob("*.xml")):
        coded = code_resolution(read_document(path), LEXICON).as_dict()
        for found in links_of(coded):
            stored = kept[(found.operation, found.symbol)]
            assert (stored.until, stored.ceilings) == (found.until, found.ceilings), found.symbol


def test_the_quality_page_gets_json(unsc: Path, english: dict[int, Mapping[str, Any]]) -> None:
    truths = [t for t in read_truth(unsc / "metadata", LEXICON) if t.year == 2004]
    data = score((english[t.number], t) for t in truths if t.number in english).as_dict()
    assert set(json.loads(json.dumps(data))["years"]) == {"2004"}
