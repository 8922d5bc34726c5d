"""Operations as of a date: what is active, what ended, what nobody confirmed."""

from __future__ import annotations

from datetime import date

import pytest

from peaceops.analysis.facts import read_facts
from peaceops.analysis.operations import list_operations, show_operation
from peaceops.errors import NotFound
from peaceops.store import Database


def status(db: Database, operation: str, day: str) -> str:
    return read_facts(db).operation(operation).status(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2001-02-02", "not-yet"),
        ("2001-02-03", "active"),
        ("2009-06-30", "active"),
        ("2012-12-31", "active"),
        ("2013-01-01", "ended"),
    ],
)
def test_an_operation_lives_from_its_first_to_its_last_day(
    mini_db: Database, day: str, expected: str
) -> None:
    assert status(mini_db, "unxyz", day) == expected


def test_a_lapsed_mandate_without_renewal_is_unconfirmed_with_its_date(mini_db: Database) -> None:
    assert status(mini_db, "eulapse", "2010-01-14") == "active"
    assert status(mini_db, "eulapse", "2010-01-15") == "unconfirmed"
    (lapsed,) = [o for o in list_operations(mini_db, date(2015, 1, 1)) if o.id == "eulapse"]
    assert lapsed.status == "unconfirmed"
    assert lapsed.unconfirmed_since == lapsed.mandate_until == "2010-01-14"


def test_an_open_mandate_stays_active(mini_db: Database) -> None:
    assert status(mini_db, "natoopen", "2026-01-01") == "active"


def test_the_mandate_of_a_day_is_the_decision_known_that_day(mini_db: Database) -> None:
    operation = read_facts(mini_db).operation("unxyz")
    assert operation.mandate_until(date(2009, 5, 31)) == "2009-06-30"
    assert operation.mandate_until(date(2009, 6, 1)) == "2012-06-30"


def test_decisions_after_the_date_are_set_apart(mini_db: Database) -> None:
    detail = show_operation(mini_db, "unxyz", date(2009, 12, 31))
    assert [d.symbol for d in detail.decisions] == ["R/1", "R/2"]
    assert [d.symbol for d in detail.later_decisions] == ["R/3"]


def test_filters_narrow_the_list(mini_db: Database) -> None:
    day = date(2009, 1, 1)
    assert {o.id for o in list_operations(mini_db, day)} == {"unxyz", "eulapse", "natoopen"}
    assert [o.id for o in list_operations(mini_db, day, framework="eu")] == ["eulapse"]
    assert [o.id for o in list_operations(mini_db, day, kind="military")] == ["natoopen"]
    assert len(list_operations(mini_db, day, host="XAA")) == 3
    assert list_operations(mini_db, day, host="XBB") == ()


def test_an_unknown_id_is_answered_with_the_nearest(mini_db: Database) -> None:
    with pytest.raises(NotFound, match="Did you mean 'unxyz'"):
        show_operation(mini_db, "unxy", date(2009, 1, 1))


@pytest.mark.parametrize(
    ("day", "count"),
    [("2014-12-31", 16), ("2018-06-30", 14), ("2022-01-31", 12), ("2024-12-31", 11)],
)
def test_peacekeeping_operations_number_as_the_un_counts_them(
    real_db: Database, day: str, count: int
) -> None:
    found = list_operations(real_db, date.fromisoformat(day), framework="un", kind="peacekeeping")
    assert sum(o.status == "active" for o in found) == count
    assert len(found) == count


def test_the_un_has_had_71_peacekeeping_operations(real_db: Database) -> None:
    found = list_operations(
        real_db, date(2026, 1, 1), framework="un", kind="peacekeeping", include_ended=True
    )
    assert len(found) == 71


def test_no_date_that_was_not_checked_is_shown_as_certain(real_db: Database) -> None:
    """A founding or ending date that nobody opened carries its mark to every reader."""
    for o in list_operations(real_db, date(2026, 1, 1), include_ended=True):
        assert (o.start is None) == (o.start_trust is None), o.id
        if o.start_trust == "unverified":
            detail = show_operation(real_db, o.id, date(2026, 1, 1))
            marks = {d.source.trust for d in detail.dates if d.what == "start" and d.preferred}
            assert marks == {"unverified"}, o.id


def test_every_day_since_1948_has_an_answer(real_db: Database) -> None:
    """Statuses change only forward: nothing that ended comes back to life."""
    facts = read_facts(real_db)
    for operation in facts.operations.values():
        seen = [operation.status(date(year, 7, 1)) for year in range(1946, 2028)]
        if "ended" in seen:
            first = seen.index("ended")
            assert set(seen[first:]) == {"ended"}, operation.id
        assert "not-yet" not in seen[seen.index("active") :] if "active" in seen else True


@pytest.mark.parametrize(
    ("operation", "day", "until"),
    [
        ("unamid", "2020-04-01", "2020-10-31"),  # 2517 holds the ceilings until May 2020
        ("monuc", "2006-05-01", "2006-09-30"),  # 1669 lends troops until July 2006
        ("unmil", "2006-03-01", "2006-03-31"),  # no later end was set then
        ("unomig", "2008-11-01", "2009-02-15"),  # 1839 extends "the United Nations mission"
        ("unsom", "2014-05-30", "2015-05-29"),  # an amendment that does extend
    ],
)
def test_an_amendment_does_not_bring_the_mandates_end_forward(
    real_db: Database, operation: str, day: str, until: str
) -> None:
    facts = read_facts(real_db).operation(operation)
    assert facts.mandate_until(date.fromisoformat(day)) == until
