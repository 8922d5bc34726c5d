"""Where a country is and was, as known on a date."""

from __future__ import annotations

from datetime import date

import pytest

from peaceops.analysis.participation import show_country
from peaceops.errors import NotFound
from peaceops.store import Database


def part(db: Database, country: str, day: str, operation: str) -> dict[str, object] | None:
    answer = show_country(db, country, date.fromisoformat(day)).as_contract()
    for framework in answer["frameworks"].values():
        for when in ("current", "past"):
            for p in framework[when]:
                if p["operation"] == operation:
                    return {**p, "when": when}
    return None


def test_nothing_is_known_before_the_first_sign(mini_db: Database) -> None:
    assert part(mini_db, "XBB", "2008-06-30", "unxyz") is None


def test_a_count_is_shown_with_its_day_and_turns_stale_after_a_year(mini_db: Database) -> None:
    fresh = part(mini_db, "XBB", "2010-06-01", "unxyz")
    assert fresh and fresh["persons"] == 12 and fresh["counted_on"] == "2010-05-01"
    assert "stale" not in fresh and fresh["when"] == "current"
    old = part(mini_db, "XBB", "2011-06-01", "unxyz")
    assert old and old["stale"] is True


def test_no_figure_is_null_and_never_zero(mini_db: Database) -> None:
    early = part(mini_db, "XBB", "2009-06-01", "unxyz")
    assert early and early["persons"] is None and early["categories"] == {}


def test_it_is_past_once_the_country_left(mini_db: Database) -> None:
    left = part(mini_db, "XBB", "2011-12-01", "unxyz")
    assert left and left["when"] == "past" and left["to"] == "2011-03"


def test_last_updated_is_the_newest_fact_up_to_the_date(mini_db: Database) -> None:
    assert show_country(mini_db, "XBB", date(2009, 6, 1)).last_updated == "2009-02-01"
    assert show_country(mini_db, "XBB", date(2020, 6, 1)).last_updated == "2011-03"


def test_a_country_without_facts_has_an_empty_answer(mini_db: Database) -> None:
    answer = show_country(mini_db, "XAA", date(2010, 1, 1))
    assert answer.last_updated is None and not answer.current and not answer.past


def test_an_unknown_country_is_refused(mini_db: Database) -> None:
    with pytest.raises(NotFound, match="no country has this code"):
        show_country(mini_db, "QQQ", date(2010, 1, 1))


def test_belgium_on_30_june_2021(real_db: Database) -> None:
    answer = show_country(real_db, "BEL", date(2021, 6, 30))
    current = {p.operation for p in answer.current["un"]}
    assert {"minusma", "monusco", "untso"} <= current
    past = {p.operation for p in answer.past["un"]}
    assert {"unamir", "unifil", "unmis"} <= past
    assert past & {"unosom-i", "unosom-ii"}
    assert {"smm-ukraine", "observer-mission-gukovo-donetsk"} <= {
        p.operation for p in answer.current["osce"]
    }


def test_belgium_today_says_what_became_of_them(real_db: Database) -> None:
    answer = show_country(real_db, "BEL", date(2026, 11, 23))
    status = {p.operation: p.operation_status for ps in answer.past.values() for p in ps}
    assert status["minusma"] == status["smm-ukraine"] == "ended"
    assert status["observer-mission-gukovo-donetsk"] == "ended"


def test_another_country_was_added_by_files_only(real_db: Database) -> None:
    folders = [row["country_iso3"] for row in real_db.ask("contributors")]
    assert "BEL" in folders and len(folders) >= 2
    other = next(c for c in folders if c != "BEL")
    answer = show_country(real_db, other, date(2026, 1, 1))
    assert answer.has_folder and (answer.current or answer.past)


def test_a_country_without_a_folder_still_answers_from_published_figures(
    real_db: Database,
) -> None:
    answer = show_country(real_db, "BGD", date(2014, 6, 1))
    assert not answer.has_folder
    assert sum(p.persons or 0 for p in answer.current["un"]) > 5_000
