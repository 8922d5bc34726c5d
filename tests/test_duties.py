"""Reports and reviews asked for, taken from the texts and kept as data."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from peaceops.resolutions.coder import code_resolution
from peaceops.resolutions.document import read_bytes
from peaceops.resolutions.duties import MandateDutyRow, list_duties, write_duties

TEXT = """Resolution 2999 (2021)

Adopted by the Security Council on 30 January 2021

The Security Council,

Noting the report of the Secretary-General on UNFICYP,

1. Decides to extend the mandate of UNFICYP for a further period ending on 31 January 2022;

2. Requests the Secretary-General to submit two reports, by 9 July 2021 and 4 January 2022, on \
the implementation of this resolution by UNFICYP;

3. Requests the Secretary-General to report to the Security Council every 90 days on UNFICYP;

4. Urges the two sides to provide a report every six months to the Security Council on the mandate;

5. Decides to remain seized of the matter.

6. Requests the Secretary-General to report to the Council on the mandate of UNFICYP, including on:

(a) violations of the agreement on a monthly basis;

(b) the protection of civilians, in a written report within 90 days and every 90 days thereafter;

7. Requests the Secretary-General to explore, by 1 June 2021, options for the future of UNFICYP;

8. Requests the Member States to report to the Council at three-monthly intervals;

9. Requests the parties to continue to report at least bi-monthly to the Secretary-General;

10. Urges States to report on what they did to prevent abuse;
""".replace("\\\n", "")


def duties() -> list[MandateDutyRow]:
    return list_duties(code_resolution(read_bytes(TEXT.encode(), "2999.txt"), corrections={}))


def test_every_day_of_a_list_falls_due() -> None:
    (named,) = [d for d in duties() if d.paragraph == "2"]
    assert named.operation == "unficyp"
    assert named.due == (date(2021, 7, 9), date(2022, 1, 4))
    assert named.every is None


def test_an_interval_has_no_day_of_its_own() -> None:
    (repeated,) = [d for d in duties() if d.paragraph == "3"]
    assert (repeated.due, repeated.every) == ((), "90 days")


def test_what_others_are_urged_to_tell_is_no_duty() -> None:
    assert not [d for d in duties() if d.paragraph == "4"]


def test_the_items_of_a_report_have_their_own_intervals() -> None:
    found = {d.paragraph: (d.due, d.every) for d in duties()}
    assert found["6(a)"] == ((), "1 months")
    assert found["6(b)"] == ((), "90 days")
    assert found["7"] == ((date(2021, 6, 1),), None)
    assert found["8"] == ((), "3 months")
    assert "9" not in found
    assert "10" not in found


def test_the_duties_are_kept_as_a_table(tmp_path: Path) -> None:
    file = tmp_path / "duties.csv"
    write_duties(duties(), file)
    head, first, second, *_ = file.read_text().splitlines()
    assert head == "operation,symbol,date,kind,paragraph,due,every,words"
    assert first.startswith(
        "unficyp,S/RES/2999 (2021),2021-01-30,report,2,2021-07-09;2022-01-04,,"
        '"Requests the Secretary-General to submit two reports, by 9 July 2021 and'
    )
    assert second == (
        "unficyp,S/RES/2999 (2021),2021-01-30,report,3,,90 days,"
        "Requests the Secretary-General to report to the Security Council every 90 days on UNFICYP"
    )
