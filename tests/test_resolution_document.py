"""The reader: paragraphs as printed, whatever the file does to them; hostile files refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from peaceops.errors import RefusedFile
from peaceops.resolutions.document import MAX_BYTES, Resolution, read_bytes, read_document
from resolution_files import paragraph, point, resolution


def read(markup: str) -> Resolution:
    return read_bytes(markup.encode(), "invented.xml")


def numbers(document: Resolution, kind: str = "operative") -> list[str]:
    return [p.number for p in document.paragraphs if p.kind == kind]


def test_paragraphs_keep_their_printed_numbers() -> None:
    inner = point("(a)", "first;") + point("(b)", "second:")
    inner += f"<sublist>{point('(i)', 'below;')}{point('(ii)', 'below too;')}</sublist>"
    inner += point("(c)", "third.")
    document = read(
        resolution(
            paragraph("1.", "Decides:", inner) + paragraph("2.", "Remains seized."),
            ("Recalling its resolutions,", "Noting,"),
        )
    )
    assert numbers(document) == ["1", "1(a)", "1(b)", "1(b)(i)", "1(b)(ii)", "1(c)", "2"]
    assert numbers(document, "preamble") == ["preamble 1", "preamble 2"]
    below = next(p for p in document.operative if p.number == "1(b)(ii)")
    assert [a.number for a in document.ancestors(below)] == ["1", "1(b)"]
    assert document.date == date(2021, 6, 29) and document.language == "en"


def test_french_labels_read_like_the_english() -> None:
    markup = resolution(
        paragraph("3.", "Décide :", point("a)", "un ;") + point("b)", "deux.")), language="fra"
    )
    document = read(markup)
    assert numbers(document) == ["3", "3(a)", "3(b)"] and document.language == "fr"


def test_items_flattened_into_paragraphs_stand_under_theirs() -> None:
    body = paragraph("3.", "Decides that the mandate is:")
    body += paragraph("", "Support for the Ceasefire:")
    body += "".join(paragraph(f"({c})", f"task {c};") for c in "abcdefghi")
    body += paragraph("", "Support for Security Reform:") + paragraph("(j)", "task j;")
    body += paragraph("4.", "Requests a report.")
    document = read(resolution(body))
    expected = ["3", *(f"3({c})" for c in "abcdefghij"), "4"]
    assert numbers(document) == expected
    last = next(p for p in document.operative if p.number == "3(j)")
    assert last.section == "Support for Security Reform" and last.depth == 1


def test_a_roman_list_opens_under_a_letter() -> None:
    body = paragraph("6.", "Decides:") + paragraph("(h)", "h;") + paragraph("(i)", "i, a letter;")
    body += paragraph("7.", "Decides:") + paragraph("(a)", "a:") + paragraph("(i)", "roman one;")
    body += paragraph("(ii)", "roman two;") + paragraph("(b)", "b.")
    document = read(resolution(body))
    assert numbers(document) == ["6", "6(h)", "6(i)", "7", "7(a)", "7(a)(i)", "7(a)(ii)", "7(b)"]


def test_operative_paragraphs_inside_the_preamble_are_operative() -> None:
    block = (
        '<container name="Acting"><blockList><listIntroduction>Acting under Chapter VII of the '
        "Charter:</listIntroduction><item><num>1.</num><p>Decides one;</p></item>"
        "<item><num>2.</num><p>Decides two:</p></item></blockList></container>"
    )
    document = read(
        resolution(
            paragraph("(a)", "an item;") + paragraph("3.", "Decides three."),
            ("Recalling,",),
            preamble_markup=block,
        )
    )
    assert numbers(document) == ["1", "2", "2(a)", "3"]
    assert numbers(document, "preamble") == ["preamble 1", "preamble 2"]


def test_a_number_whose_text_comes_in_the_next_element_gets_it() -> None:
    body = paragraph("1.", "") + paragraph("", "Decides to extend the mandate;")
    document = read(resolution(body))
    assert [(p.number, p.text) for p in document.operative] == [
        ("1", "Decides to extend the mandate;")
    ]


def test_a_number_that_lost_its_dot_is_found_in_the_text() -> None:
    body = paragraph("6.", "Underlines;") + paragraph("", "7 Further underlines the need for all;")
    assert numbers(read(resolution(body))) == ["6", "7"]


def test_parts_have_their_preambular_headings() -> None:
    body = (
        "<section><num>A</num><crossHeading>Determining that the situation constitutes a threat to "
        "international peace and security in the region,</crossHeading><crossHeading>Acting under "
        f"Chapter VII,</crossHeading>{paragraph('1.', 'Stresses;')}</section>"
        f"<section><num>B</num>{paragraph('2.', 'Encourages.')}</section>"
    )
    document = read(resolution(body))
    assert numbers(document) == ["1", "2"]
    assert document.operative[1].section == "B"
    assert len(document.preamble) == 2


def test_one_unnumbered_paragraph_is_paragraph_1() -> None:
    document = read(resolution(paragraph("", "Recommends to the General Assembly that it admit.")))
    assert numbers(document) == ["1"]


def test_annexes_stand_apart() -> None:
    annex = (
        "<attachments><attachment><doc><mainBody><paragraph><heading>Annex II</heading></paragraph>"
        f"{paragraph('1.', 'Terms.')}</mainBody></doc></attachment></attachments>"
    )
    document = read(resolution(paragraph("1.", "Adopts the annex."), after=annex))
    assert numbers(document) == ["1"] and numbers(document, "annex") == ["annex II 1"]


def test_a_date_of_the_year_one_is_no_date() -> None:
    document = read(resolution(paragraph("1.", "Decides."), day="0001-01-01", printed="soon"))
    assert document.date is None
    assert [p.field for p in document.problems] == ["date"]


def test_a_day_that_the_file_gives_twice_differently_is_weighed() -> None:
    markup = resolution(paragraph("1.", "Decides."), printed="28 July 2021")
    issued = '<p><docDate date="2021-07-28" refersTo="#dateOfIssuance">28 July 2021</docDate></p>'
    document = read(markup.replace("</coverPage>", issued + "</coverPage>"))
    assert document.date == date(2021, 7, 28)
    assert "2021-06-29" in document.problems[0].message


def test_lost_spaces_and_odd_characters_are_mended() -> None:
    text = "Recalls resolution2100(2013)and the\u00a0troop\u2011ceiling until 31January 2022\u200e;"
    document = read(resolution(paragraph("1.", text)))
    expected = "Recalls resolution 2100 (2013) and the troop-ceiling until 31 January 2022;"
    assert document.operative[0].text == expected


def test_footnotes_are_not_text() -> None:
    markup = paragraph("1.", "Notes<authorialNote><p>See document.</p></authorialNote> this.")
    assert read(resolution(markup)).operative[0].text == "Notes this."


TEXT = """Resolution 9340 (1973)
of 25 October 1973

The Security Council,

Recalling its resolutions 338 (1973) of 22 October
and 339 (1973),

1. Demands that the parties return to their posi-
tions;

2. Decides to set up immediately a United Nations Emergency Force and requests
the Secretary-General:

(a) To report within 24 hours;

(b) To keep the Council informed.

Adopted at the 1750th meeting by 14 votes to none.
"""


def test_plain_text_reads_like_xml() -> None:
    document = read_bytes(TEXT.encode(), "old.txt")
    assert (document.symbol, document.date) == ("S/RES/9340 (1973)", date(1973, 10, 25))
    assert numbers(document) == ["1", "2", "2(a)", "2(b)"]
    assert numbers(document, "preamble") == ["preamble 1"]


def test_unnumbered_old_texts_end_their_preamble_at_the_verb() -> None:
    text = TEXT.replace("1. Demands", "Demands").replace("2. Decides", "Decides")
    document = read_bytes(text.encode(), "old.txt")
    assert numbers(document)[:2] == ["1", "2"]


ENTITY = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
GOOD = resolution(paragraph("1.", "Decides."))


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("entity.xml", ENTITY + GOOD.replace("Decides", "&x;"), "document type"),
        ("laughs.xml", LAUGHS + GOOD.replace("Decides", "&b;" * 50), "document type"),
        ("cut.xml", GOOD[:600], "not well-formed"),
        ("page.xml", "<html><body>no</body></html>", "no resolution"),
        ("note.txt", "a shopping list\n", "no resolution"),
        ("empty.xml", "", "not well-formed"),
        ("nothing.txt", "", "no resolution"),
    ],
)
def test_what_is_no_resolution_gets_one_clear_line(
    tmp_path: Path, name: str, data: str, message: str
) -> None:
    path = tmp_path / name
    path.write_text(data, encoding="utf-8")
    with pytest.raises(RefusedFile, match=message) as caught:
        read_document(path)
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].where == str(path)


def test_an_external_entity_is_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("do not read me", encoding="utf-8")
    markup = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]>' + GOOD.replace(
        "Decides", "&x;"
    )
    with pytest.raises(RefusedFile) as caught:
        read_bytes(markup.encode(), "x.xml")
    assert "do not read me" not in str(caught.value)


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.xml"
    with path.open("wb") as file:
        file.truncate(500_000_000)
    assert path.stat().st_size > MAX_BYTES
    with pytest.raises(RefusedFile, match="500,000,000 bytes"):
        read_document(path)


def test_200_levels_of_nesting_are_refused() -> None:
    deep = "<a>" * 200 + "x" + "</a>" * 200
    with pytest.raises(RefusedFile, match="levels deep"):
        read(resolution(paragraph("1.", deep)))


def test_a_paragraph_without_end_is_refused() -> None:
    with pytest.raises(RefusedFile, match="no printed paragraph is that long"):
        read(resolution(paragraph("1.", "Decides to extend the mandate of UNMISS " * 2000)))


@pytest.mark.parametrize("data", [b"\xff\xfe\x00bad", b"Resolution \xff\xff (1990)", bytes(2000)])
def test_bytes_that_are_no_text_are_refused(data: bytes) -> None:
    with pytest.raises(RefusedFile):
        read_bytes(data, "x.txt")


def test_a_wrong_encoding_declared_is_refused_with_its_line() -> None:
    data = b'<?xml version="1.0" encoding="utf-8"?>' + GOOD.encode() + b"\xff"
    with pytest.raises(RefusedFile, match=r"x\.xml: not "):
        read_bytes(data, "x.xml")


def test_all_published_files_are_read(shared: Path) -> None:
    folder = shared / "data" / "unsc"
    for name in ("es", "ru", "ar", "zh"):
        document = read_document(next((folder / name).rglob("*.xml")))
        assert (document.language, document.symbol) == (name, "S/RES/2584 (2021)")
        assert len(document.top_level) == 63
    for year in ("2003", "2013", "2022"):
        for path in (folder / "en" / year).glob("*.xml"):
            document = read_document(path)
            assert document.date and str(document.date.year) == year
            found = [int(p.number) for p in document.top_level if p.number.isdigit()]
            assert found == sorted(found), path.name


def test_a_comma_misprinted_after_the_number_and_a_part_before_it() -> None:
    text = (
        "Resolution 697 (1991)\nof 14 June 1991\n\nThe Security Council,\n\nNoting the report,\n\n"
        "A\n1, Extends once more the stationing of the Force\nin 1964, Cyprus and elsewhere;\n\n"
        "2. Requests a report.\n"
    )
    document = read_bytes(text.encode())
    assert [p.number for p in document.paragraphs][-2:] == ["1", "2"]
    assert document.paragraphs[-2].text.startswith("Extends once more the stationing")


def test_a_heading_without_a_year_takes_that_of_its_date() -> None:
    text = (
        "Resolution 290\nof 8 December 1970\n\nThe Security Council,\n\n"
        "Reaffirming its resolution 289 (1970),\n\n1. Endorses the report;\n"
    )
    assert read_bytes(text.encode()).symbol == "S/RES/290 (1970)"


def test_a_text_cut_short_says_so() -> None:
    text = "Resolution 565 (1985)\nof 14 June 1985\n\nThe Security Council,\n\nNoting the report,\n"
    problem = read_bytes(text.encode()).problems[0]
    assert "no operative paragraph" in str(problem)


def test_digits_misread_by_the_scanner_are_put_right() -> None:
    text = (
        "Resolution 485 (1981)\nof 22 May 1981\n\nThe Security Council,\n\nNoting the report,\n\n"
        "1. Decides until! 30 November 198]; and until 15 May i993;\n"
    )
    assert read_bytes(text.encode()).paragraphs[-1].text == (
        "Decides until 30 November 1981; and until 15 May 1993;"
    )


def test_a_page_that_begins_with_other_matter_is_read_from_its_heading() -> None:
    text = (
        "cease its armed attacks. The Council condemned them\non 8 June 1992.\n\n"
        * 12
        + "Resolution 851 (1993)\nof 15 July 1993\n\nThe Security Council,\n\n"
        "Recalling its resolutions,\n\n1. Welcomes the report;\n"
    )
    document = read_bytes(text.encode())
    assert (document.symbol, document.date) == ("S/RES/851 (1993)", date(1993, 7, 15))


def test_what_a_file_puts_into_a_list_but_numbers_on_is_a_paragraph() -> None:
    inner = point("(a)", "first:")
    inner += f"<sublist>{point('(i)', 'one;')}{point('(ii)', 'two;')}"
    inner += (
        f"<sublist>{point('3.', 'Decides more;')}{point('4.', 'Requests:')}</sublist></sublist>"
    )
    body = paragraph("1.", "Recalls;") + paragraph("2.", "Decides:", inner)
    assert numbers(read(resolution(body))) == ["1", "2", "2(a)", "2(a)(i)", "2(a)(ii)", "3", "4"]


def test_a_numbered_list_below_a_paragraph_stays_a_list() -> None:
    inner = "".join(point(f"{n}.", f"goal {n};") for n in range(1, 5))
    body = paragraph("1.", "Recalls;") + paragraph("2.", "Decides on goals:", inner)
    listed = ["2(1)", "2(2)", "2(3)", "2(4)"]
    assert numbers(read(resolution(body))) == ["1", "2", *listed]


def plain(text: str, when: str = "30 May 1980", name: str = "invented.txt") -> Resolution:
    head = f"Resolution 4701 (1980)\nof {when}\n\nThe Security Council,\n\n"
    return read_bytes((head + text).encode(), name)


@pytest.mark.parametrize(
    ("labels", "printed"),
    [
        (("(a)", "(6)", "(c)"), ["1(a)", "1(b)", "1(c)"]),
        (("(2)", "(b)", "(c)"), ["1(a)", "1(b)", "1(c)"]),
        (("(a)", "(b)", "(cc)", "(d)"), ["1(a)", "1(b)", "1(cc)", "1(d)"]),
        (("(a)", "(bob)", "(c)"), ["1(a)", "1(b)", "1(c)"]),
        (("(a)", "(b)", "(c)", "(ad)"), ["1(a)", "1(b)", "1(c)", "1(d)"]),
        (("(1)", "(2)", "(3)"), ["1(1)", "1(2)", "1(3)"]),
        (("(a)", "(i)", "(ii)", "(b)"), ["1(a)", "1(a)(i)", "1(a)(ii)", "1(b)"]),
    ],
)
def test_letters_misread_in_a_scan_are_those_printed(labels: tuple[str, ...], printed: list[str]):
    listed = "\n\n".join(f"{label} To do what is number {label[1]};" for label in labels)
    document = plain(f"Recalling,\n\nDecides:\n\n{listed}\n\nRemains seized.")
    assert [n for n in numbers(document) if "(" in n] == printed


def test_the_opening_of_a_second_part_is_preambular() -> None:
    document = plain(
        "Recalling,\n\nA\n\n1. Approves the report;\n\n2. Requests:\n\n(a) Assistance;\n\n"
        "B\nActing under Chapter VII of the Charter,\n\n3. Decides to expand the force.\n"
    )
    assert numbers(document, "preamble") == ["preamble 1", "preamble 2"]
    assert numbers(document) == ["1", "2", "2(a)", "3"]
    assert document.operative[-1].section == "B"


@pytest.mark.parametrize(
    ("printed", "day"),
    [("10 Auqust 1980", 10), ("10 Aug 1980", 10), ("10 Brumaire 1980", None)],
)
def test_a_misprinted_month_is_the_one_it_looks_like(printed: str, day: int | None) -> None:
    document = plain("Recalling,\n\n1. Decides to remain seized.\n", printed)
    assert document.date == (date(1980, 8, day) if day else None)


@pytest.mark.parametrize(
    ("name", "remarked"),
    [
        ("S_RES_9999_2021.xml", True),
        ("resolution-12.xml", True),
        ("9999.xml", True),
        ("S_RES_9001_2021_EN.xml", False),
        ("2021.xml", False),
        ("draft of 3 May.xml", False),
    ],
)
def test_a_file_named_after_another_resolution_is_remarked(
    tmp_path: Path, name: str, remarked: bool
) -> None:
    path = tmp_path / name
    path.write_text(resolution(paragraph("1.", "Decides."), ("Recalling,",)), encoding="utf-8")
    said = [p.message for p in read_document(path).problems if "named after" in p.message]
    assert len(said) == remarked
    assert all("S/RES/9001 (2021)" in message for message in said)


def test_text_beyond_all_size_is_told_without_names_of_programs() -> None:
    deep = "<a>" * 400 + "</a>" * 400
    with pytest.raises(RefusedFile) as caught:
        read(resolution(paragraph("1.", deep)))
    assert "HUGE" not in str(caught.value) and "XML" in str(caught.value)
