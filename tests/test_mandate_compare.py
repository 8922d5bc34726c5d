"""Two mandates side by side, on the command line and as a document."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from docx import Document

from peaceops.cli.mandates import compare_command, read_command
from peaceops.errors import NotFound
from peaceops.resolutions.alignment import align_paragraphs, find_trifles, name_act, word_changes
from peaceops.resolutions.compare import compare_resolutions, find_resolution
from peaceops.resolutions.digest import MOST_LINES, take_tasks_in_force
from peaceops.resolutions.document import Paragraph, Resolution, read_bytes
from peaceops.web.compare_reader import compared_page, cut_excerpt
from peaceops.web.comparison_file import PlainSpeaker, write_comparison
from peaceops.web.languages import read_languages
from resolution_files import paragraph, resolution

PREAMBLE = ("Commending the United Nations Mission in Liberia (UNMIL),",)
KEPT = "Calls upon all parties to cooperate fully with the operations of UNMIL in the country;"
MOVED = "Commends the contribution of troop- and police-contributing countries and of donors;"
GONE = "Urges the Government to adopt the law on the national commission of human rights;"
NEW = "Requests UNMIL to support the preparation of the elections in October;"


def version(year: int, texts: list[str], number: int) -> str:
    body = "".join(paragraph(f"{n}.", text) for n, text in enumerate(texts, 1))
    day = f"{year}-09-15"
    symbol = f"S/RES/{number} ({year})"
    return resolution(body, PREAMBLE, symbol=symbol, day=day, printed=f"15 September {year}")


def extend(until: int, troops: str) -> list[str]:
    return [
        f"Decides to extend the mandate of UNMIL until 30 September {until};",
        f"Decides that UNMIL shall comprise up to {troops} military personnel;",
    ]


BEFORE = version(2010, [*extend(2011, "8,000"), KEPT, GONE, MOVED], 9101)
AFTER = version(2011, [MOVED, *extend(2012, "7,500"), KEPT, NEW], 9102)


def read(markup: str) -> Resolution:
    return read_bytes(markup.encode(), "invented.xml")


@pytest.fixture(scope="module")
def comparison() -> dict[str, Any]:
    return compare_resolutions(read(BEFORE), read(AFTER)).as_dict()


def test_paragraphs_are_aligned_by_their_words(comparison: dict[str, Any]) -> None:
    found = [
        (
            row["change"],
            row["before"] and row["before"]["number"],
            row["after"] and row["after"]["number"],
        )
        for row in comparison["paragraphs"]
        if (row["after"] or row["before"])["kind"] == "operative"
    ]
    assert found == [
        ("moved", "5", "1"),
        ("reworded", "1", "2"),
        ("reworded", "2", "3"),
        ("kept", "3", "4"),
        ("added", None, "5"),
        ("dropped", "4", None),
    ]


def test_the_words_that_changed_are_shown() -> None:
    changes = word_changes("until 30 September 2011;", "until 30 September 2012;")
    assert [(s.kind, s.text) for s in changes] == [
        ("same", "until 30 September"),
        ("dropped", "2011"),
        ("added", "2012"),
        ("same", ";"),
    ]


def test_expiry_and_ceilings_come_first(comparison: dict[str, Any]) -> None:
    decision = comparison["decisions"][0]
    assert (decision["before"]["until"], decision["after"]["until"]) == ("2011-09-30", "2012-09-30")
    ceiling = comparison["ceilings"][0]
    assert (ceiling["before"], ceiling["after"], ceiling["change"]) == (8000, 7500, -500)


def test_tasks_gained_are_listed_with_their_paragraph(comparison: dict[str, Any]) -> None:
    gained = {(t["task"], tuple(t["after"])) for t in comparison["tasks"]["added"]}
    assert ("elections", ("5",)) in gained


def test_a_text_against_itself_is_all_kept() -> None:
    document = read(BEFORE)
    rows = align_paragraphs(document.paragraphs, document.paragraphs)
    assert {r.change for r in rows} == {"kept"} and len(rows) == len(document.paragraphs)


def test_resolutions_on_different_operations_are_said_to_be() -> None:
    other = AFTER.replace("UNMIL", "MINUSTAH").replace("Mission in Liberia", "X")
    comparison = compare_resolutions(read(BEFORE), read(other)).as_dict()
    assert "different operations" in comparison["problems"][-1]["message"]


def test_the_document_strikes_what_was_dropped() -> None:
    speaker = PlainSpeaker(read_languages()["en"])
    page = compared_page(speaker, compare_resolutions(read(BEFORE), read(AFTER)).as_dict())
    document = Document(io.BytesIO(write_comparison(page, speaker.language)))
    runs = [
        run
        for table in document.tables
        for row in table.rows
        for cell in row.cells
        for paragraph_ in cell.paragraphs
        for run in paragraph_.runs
    ]
    assert any(r.font.strike and "2011" in r.text for r in runs)
    assert any(r.font.underline and "2012" in r.text for r in runs)


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    (tmp_path / "S_RES_9101_E.xml").write_text(BEFORE, encoding="utf-8")
    (tmp_path / "S_RES_9102_E.xml").write_text(AFTER, encoding="utf-8")
    return tmp_path


def test_compare_finds_symbols_in_a_folder(texts: Path) -> None:
    result = CliRunner().invoke(
        compare_command, ["S/RES/9101 (2010)", "9102", "--texts", str(texts), "--json"]
    )
    assert result.exit_code == 0
    assert json.loads(result.stdout)["counts"]["reworded"] == 2
    with pytest.raises(NotFound):
        find_resolution("S/RES/9101 (1999)", texts)
    with pytest.raises(NotFound):
        find_resolution("nothing.xml", texts)


def test_compare_prints_and_writes(texts: Path) -> None:
    files = [str(texts / "S_RES_9101_E.xml"), str(texts / "S_RES_9102_E.xml")]
    result = CliRunner().invoke(compare_command, files)
    assert "[−2011−] [+2012+]" in result.stdout
    assert "Ceilings: military personnel 8,000 → 7,500 (−500)" in result.stdout
    target = texts / "out.docx"
    assert CliRunner().invoke(compare_command, [*files, "-o", str(target)]).exit_code == 0
    assert target.read_bytes()[:2] == b"PK"


def test_a_bad_file_does_not_stop_the_batch(texts: Path) -> None:
    bad = texts / "bad.xml"
    bad.write_text("<html/>", encoding="utf-8")
    result = CliRunner().invoke(
        read_command, [str(texts), str(texts / "missing.xml"), "--json"], standalone_mode=False
    )
    assert result.return_value == 1
    coded = json.loads(result.stdout)
    assert [c["symbol"] for c in coded] == ["S/RES/9101 (2010)", "S/RES/9102 (2011)"]
    assert len([line for line in result.stderr.splitlines() if "bad.xml" in line]) == 1
    assert "missing.xml: no such file" in result.stderr


def test_one_file_gives_one_object(texts: Path) -> None:
    result = CliRunner().invoke(read_command, [str(texts / "S_RES_9101_E.xml"), "--json"])
    coded = json.loads(result.stdout)
    assert coded["acts_on"][0]["operation"] == "unmil"
    promised = {
        "symbol", "date", "language", "acts_on", "mentions", "ceilings", "chapter_vii",
        "all_necessary_means", "principles", "tasks", "priorities", "a4p", "length", "problems",
    }  # fmt: skip
    assert promised <= set(coded)


def test_csv_has_a_row_for_each_decision(texts: Path) -> None:
    result = CliRunner().invoke(read_command, [str(texts), "--csv"])
    lines = result.stdout.splitlines()
    assert lines[0].startswith("symbol,date") and len(lines) == 3
    assert "military=8000" in lines[1]


# Aligning ----------------------------------------------------------------------------------------


def operative(*texts: str | tuple[str, int]) -> list[Paragraph]:
    """Operative paragraphs; a pair is an item and the place of the paragraph it belongs to."""
    out: list[Paragraph] = []
    for index, entry in enumerate(texts):
        text, parent = (entry, None) if isinstance(entry, str) else entry
        depth = 0 if parent is None else out[parent].depth + 1
        number = str(index + 1) if parent is None else f"{parent + 1}({index})"
        out.append(Paragraph(index, number, "operative", text, "", parent, depth))
    return out


def pairs(before: list[Paragraph], after: list[Paragraph]) -> list[tuple[str, int | None]]:
    """What became of each paragraph of the later text: the change and the earlier place."""
    return [
        (row.change, row.before.index if row.before else None)
        for row in align_paragraphs(before, after)
        if row.after
    ]


FINAL = (
    "Decides to extend for a final time the mandate of UNIFIL as set out by resolution 1701 (2006)"
    " until 31 December 2026 and to start an orderly and safe drawdown and withdrawal from then on;"
)


def test_paragraphs_that_do_the_same_act_are_one_whatever_their_words() -> None:
    before = operative(
        "Demands the full implementation of resolution 1701 (2006);",
        "Decides to extend the present mandate of UNIFIL until 31 August 2025;",
    )
    after = operative(FINAL, "Demands the full implementation of resolution 1701 (2006);")
    assert name_act(before[1]) == name_act(after[0]) == "extend"
    assert [row.before and row.before.index for row in align_paragraphs(before, after)] == [1, 0]


def test_an_item_is_looked_for_in_its_own_list_first() -> None:
    head = "Decides that UNMISS shall have the following mandate in support of the peace process:"
    before = operative(
        head,
        ("To use good offices to support the peace process and the creation of conditions conducive"
         " to the full implementation of the Revitalized Agreement, the Roadmap and elections;", 0),
        ("To monitor the ceasefire along the main roads;", 0),
        "Requests UNMISS to use good offices at the local level;",
    )  # fmt: skip
    after = operative(
        head,
        ("To use targeted good offices to support the peace process and prevent escalation;", 0),
        ("To monitor the ceasefire along the main roads;", 0),
    )
    assert pairs(before, after) == [("kept", 0), ("reworded", 1), ("kept", 2)]


def test_a_common_lead_does_not_make_two_paragraphs_one() -> None:
    lead = "Requests the Secretary-General to ensure that the Mission and its leadership "
    fill = [f"{lead}take up subject number {n};" for n in ("one", "two", "three")]
    before = operative(*fill, f"{lead}protects cultural heritage sites;")
    after = operative(*fill, f"{lead}reviews aviation fuel contracts;")
    assert pairs(before, after)[-1] == ("added", None)


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("It authorises the stabilisation programme;", "It authorizes the stabilization program,",
         ("spelling",)),
        ("high risk areas of the “Centre”", "high-risk areas of the 'Center'", ("spelling",)),
        ("Requests a report by 15 June 2025;", "Requests a report by 15 June 2026;", ("dates",)),
        ("those in paragraphs 38 and 39 (e) above", "those in paragraphs 33 and 34 (e) above",
         ("numbers",)),
        ("the report of 13 October 2024 (S/2024/730),", "the report of 9 May 2025 (S/2025/638),",
         ("dates",)),
        ("Requests a report by 15 June 2026;", "Requests a report by 15 June 2025;", None),
        ("up to 14,400 military personnel", "up to 14,046 military personnel", None),
        ("withdrawal from the territories", "withdrawal from territories", None),
        ("pursuant to resolution 2745 (2024)", "pursuant to resolution 2789 (2025)", None),
        ("The same words.", "the same words", ()),
    ],
)  # fmt: skip
def test_trifles_are_told_from_other_words(
    before: str, after: str, found: tuple[str, ...] | None
) -> None:
    assert find_trifles(before, after) == found


def test_until_when_is_no_trifle() -> None:
    before, after = (
        operative(f"Decides to extend the mandate of UNMISS until 30 April {year};")
        for year in (2026, 2027)
    )
    assert pairs(before, after) == [("reworded", 0)]


def test_a_paragraph_taken_up_by_another_says_where() -> None:
    last = "Decides to remain actively seized of the matter."
    peace = "Stresses the importance of a lasting peace in the Middle East based on resolutions"
    rows = align_paragraphs(operative(f"{peace};", last), operative(f"{peace}, and {last}"))
    assert [(r.change, r.within) for r in rows] == [("reworded", None), ("dropped", "1")]


def test_changes_with_only_little_words_between_are_one() -> None:
    changes = word_changes("the launch of a plan", "the end of the strategy")
    assert [(s.kind, s.text) for s in changes] == [
        ("same", "the"), ("dropped", "launch of a plan"), ("added", "end of the strategy"),
    ]  # fmt: skip


# The digest --------------------------------------------------------------------------------------


def test_the_digest_is_short_and_begins_with_what_weighs_most(comparison: dict[str, Any]) -> None:
    digest = comparison["digest"]
    kinds = [line["kind"] for line in digest]
    assert kinds[:2] == ["until", "ceilings"] and len(digest) <= MOST_LINES
    assert digest[0]["after"]["until"] == "2012-09-30"
    told = [(line["change"], line["number"]) for line in digest if line["kind"] == "paragraph"]
    assert told == [("added", "5"), ("dropped", "4")]
    for line in digest:
        assert line["row"] is None or line["row"] < len(comparison["paragraphs"])


def test_a_long_text_gone_still_gives_a_short_digest() -> None:
    subjects = ["mines", "prisons", "courts", "roads", "schools", "borders", "rivers", "forests"]
    many = [
        f"Urges the Government to care for its {a} and {b} with all the means of the State at hand;"
        for a in subjects
        for b in subjects
        if a < b
    ]
    digest = compare_resolutions(
        read(version(2010, [*extend(2011, "8,000"), *many], 9101)), read(AFTER)
    ).as_dict()["digest"]
    assert len(digest) == MOST_LINES
    shown = sum(line["kind"] == "paragraph" and line["change"] == "dropped" for line in digest)
    assert shown + digest[-1]["dropped"] == len(many)


UNIFIL = "Commending the United Nations Interim Force in Lebanon (UNIFIL),"


def unifil(year: int, texts: list[str], number: int) -> Resolution:
    markup = version(year, texts, number)
    return read(markup.replace(PREAMBLE[0], UNIFIL))


BARE = ["Decides to extend the present mandate of UNIFIL until 31 August 2025;"]
ENDING = [FINAL, "Requests UNIFIL to monitor the ceasefire and to protect civilians;"]


def test_the_last_extension_and_withdrawal_are_said() -> None:
    data = compare_resolutions(unifil(2024, BARE, 2749), unifil(2025, ENDING, 2790)).as_dict()
    after = data["decisions"][0]["after"]
    assert (after["final"], after["withdrawal"], after["until"]) == (True, True, "2026-12-31")
    assert not data["decisions"][0]["before"]["final"]
    assert [line["kind"] for line in data["digest"][:2]] == ["until", "action"]
    for code, words in (("en", "final extension, then withdrawal"), ("de", "letztmalige")):
        page = compared_page(PlainSpeaker(read_languages()[code]), data)
        assert words in page.digest[1].text and words in page.changes[0].after


def test_tasks_of_a_text_that_states_none_are_those_in_force() -> None:
    data = compare_resolutions(unifil(2024, BARE, 2749), unifil(2025, ENDING, 2790)).as_dict()
    said = {row["task"] for row in data["tasks"]["added"]}
    assert {"ceasefire-monitoring", "protection-of-civilians"} <= said
    alone = next(line for line in data["digest"] if line["kind"] == "tasks")
    assert (alone["change"], alone["side"]) == ("unstated", "before")
    old = dict.fromkeys([*said, "liaison"], "S/RES/1701 (2006)")
    whole = take_tasks_in_force(data, {"unifil": (old, dict.fromkeys(said, "S/RES/2790 (2025)"))})
    tasks = whole["tasks"]
    assert (tasks["added"], tasks["in_force"]) == ([], ["unifil"])
    assert [(t["task"], t["given_before"]) for t in tasks["dropped"]] == [
        ("liaison", "S/RES/1701 (2006)")
    ]
    assert [line["change"] for line in whole["digest"] if line["kind"] == "tasks"] == ["lost"]


def test_tasks_that_both_texts_state_are_left_as_they_are(comparison: dict[str, Any]) -> None:
    both = compare_resolutions(read(AFTER), read(AFTER)).as_dict()
    assert take_tasks_in_force(both, {"unmil": ({"liaison": "x"}, {})}) == both


def test_an_excerpt_keeps_the_changed_words_and_is_short() -> None:
    same = " ".join(f"w{n}" for n in range(60))
    words = [("same", same), ("dropped", "old"), ("added", "new"), ("same", same)]
    assert cut_excerpt(words, 12) == (
        ("same", "… w57 w58 w59"), ("dropped", "old"), ("added", "new"), ("same", "w0 …"),
    )  # fmt: skip
    assert cut_excerpt([("added", "a few words")], 12) == ()
    long = [("added", same)]
    assert len(cut_excerpt(long, 12)[0][1].split()) <= 13


def test_the_answer_is_worded_in_the_language_asked_for(texts: Path) -> None:
    files = [str(texts / "S_RES_9101_E.xml"), str(texts / "S_RES_9102_E.xml")]
    result = CliRunner().invoke(compare_command, [*files, "--lang", "nl"])
    assert "Plafonds: militair" in result.stdout and "unmil" not in result.stdout
    target = texts / "out.docx"
    CliRunner().invoke(compare_command, [*files, "--lang", "de", "-o", str(target)])
    words = "\n".join(p.text for p in Document(str(target)).paragraphs)
    assert "Obergrenzen: " in words and "UNMIL" in words and "extend until" not in words
