"""A page in any form becomes lines; what is no page is refused with one clear message."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import pytest

from peaceops.errors import RefusedFile
from peaceops.importers.page_text import MAX_BYTES, PageText, read_page, read_page_file


def refusal(content: bytes, name: str) -> str:
    """The one problem a file is refused with, as a reader sees it."""
    with pytest.raises(RefusedFile) as caught:
        read_page(content, name)
    assert len(caught.value.problems) == 1
    return str(caught.value.problems[0])


def lines_of(page: PageText) -> list[str]:
    return [line.text for line in page.lines if line.text]


def write_docx(document: str, extra: dict[str, bytes] | None = None) -> bytes:
    """A Word file as small as can be, with a given body."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        kinds = "http://schemas.openxmlformats.org/package/2006/content-types"
        word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
        archive.writestr(
            "[Content_Types].xml",
            f'<?xml version="1.0"?><Types xmlns="{kinds}"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml"'
            f' ContentType="application/xml"/><Override PartName="/word/document.xml" '
            f'ContentType="{word}"/></Types>',
        )
        relations = "http://schemas.openxmlformats.org/package/2006/relationships"
        office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        archive.writestr(
            "_rels/.rels",
            f'<?xml version="1.0"?><Relationships xmlns="{relations}"><Relationship Id="r1" '
            f'Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        archive.writestr("word/document.xml", document)
        for path, content in (extra or {}).items():
            archive.writestr(path, content)
    return stream.getvalue()


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def write_pdf(text: str = "", password: str = "") -> bytes:
    """A PDF of one page, with or without a line of text, locked or not."""
    import pypdf
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(300, 300)
    if text:
        font = DictionaryObject({
            NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        })  # fmt: skip
        fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode("latin-1"))
        page[NameObject("/Contents")] = writer._add_object(stream)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_headings_bullets_and_numbers_of_lines_are_kept() -> None:
    page = read_page(b"# Peace\n\nWe serve.\n\n1. UNXYZ\n- MXYZ\n", "page.md")
    kept = [(line.number, line.text, line.heading, line.bullet) for line in page.lines if line.text]
    assert kept == [
        (1, "Peace", True, False),
        (3, "We serve.", False, False),
        (5, "UNXYZ", False, True),
        (6, "MXYZ", False, True),
    ]


def test_rows_of_a_table_keep_their_columns_in_text_html_and_word() -> None:
    text = "Mission | Since | People\nUNXYZ | 2001 | 12\n"
    drawn = "| Mission | Since | People |\n|---|---|---|\n| UNXYZ | 2001 | 12 |\n"
    html = (
        "<table><tr><th>Mission</th><th>Since</th><th>People</th></tr>"
        "<tr><td>UNXYZ</td><td><p>2001</p></td><td>12</td></tr></table>"
    )
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    rows = "".join(
        f"<w:tr>{''.join(cell.format(c) for c in row)}</w:tr>"
        for row in (("Mission", "Since", "People"), ("UNXYZ", "2001", "12"))
    )
    word = write_docx(
        f'<w:document xmlns:w="{WORD}"><w:body><w:tbl>{rows}</w:tbl></w:body></w:document>'
    )
    for content in (text.encode(), drawn.encode(), html.encode(), word):
        last = [line for line in read_page(content, "page").lines if line.text][-1]
        assert last.cells == ("UNXYZ", "2001", "12")
        assert last.columns == ("Mission", "Since", "People")


def test_a_table_that_lays_out_a_page_is_read_as_blocks() -> None:
    html = "<table><tr><td><ul><li>UNXYZ</li><li>MXYZ</li></ul></td><td>News</td></tr></table>"
    page = read_page(html.encode(), "page.html")
    assert lines_of(page) == ["UNXYZ", "MXYZ", "News"]
    assert not any(line.cells for line in page.lines)


def test_scripts_and_styles_of_html_are_left_out() -> None:
    html = (
        "<html><head><script>alert('UNXYZ')</script><style>.UNXYZ{}</style></head><body>"
        "<p onclick='UNXYZ()'>We serve.</p><noscript>UNXYZ</noscript></body></html>"
    )
    assert lines_of(read_page(html.encode(), "page.html")) == ["We serve."]


def test_html_nested_ten_thousand_levels_deep_is_read_or_refused_without_a_crash() -> None:
    html = "<html><body>" + "<div>" * 10_000 + "We serve." + "</div>" * 10_000 + "</body></html>"
    try:
        assert "We serve." in " ".join(lines_of(read_page(html.encode(), "deep.html")))
    except RefusedFile as refused:
        assert len(refused.problems) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-be"])
def test_a_page_is_read_in_the_encodings_people_use(encoding: str) -> None:
    content = "Opération à Chypre – l’été".encode(encoding)
    if encoding == "utf-16-be":
        content = b"\xfe\xff" + content
    assert lines_of(read_page(content, "page.txt")) == ["Opération à Chypre – l’été"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "an empty file"),
        (b" \n\t ", "an empty file"),
        (b"\x00\x01\x02\x7fELF" * 50, "not a text"),
        (b"\xff\xfe\x00", "broken UTF-16"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Word file"),
        (b"<html><body><script>x</script></body></html>", "HTML without any text"),
        (b"PK\x03\x04 cut off", "broken or cut-off archive"),
        (b"%PDF-1.7 cut off", "PDF that cannot be read"),
    ],
    ids=["empty", "blank", "binary", "utf-16", "doc", "no-text", "zip", "pdf"],
)
def test_what_is_no_page_is_refused_with_one_message(content: bytes, said: str) -> None:
    assert said in refusal(content, "page")


def test_a_file_of_200_mb_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as stream:
        stream.truncate(200_000_000)
    started = time.perf_counter()
    with pytest.raises(RefusedFile, match="200 MB is too large"):
        read_page_file(path)
    assert time.perf_counter() - started < 1
    assert "too large" in refusal(b"x" * (MAX_BYTES + 1), "page.txt")


def test_a_pdf_is_read_and_one_without_text_locked_or_cut_off_is_refused() -> None:
    whole = write_pdf("We serve with UNXYZ")
    assert lines_of(read_page(whole, "page.pdf")) == ["We serve with UNXYZ"]
    assert "without text" in refusal(write_pdf(), "scan.pdf")
    assert "locked by a password" in refusal(write_pdf("We serve", "secret"), "locked.pdf")
    assert "PDF" in refusal(whole[: len(whole) // 3], "cut.pdf")


def test_a_word_file_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    bomb = write_docx(f'<w:document xmlns:w="{WORD}"/>', {"word/media/a.bin": b"0" * 120_000_000})
    assert len(bomb) < 1_000_000
    started = time.perf_counter()
    assert "unpacks to" in refusal(bomb, "bomb.docx")
    assert time.perf_counter() - started < 1


def test_a_word_file_that_lies_about_its_size_is_refused() -> None:
    honest = write_docx(f'<w:document xmlns:w="{WORD}"/>', {"word/a.bin": b"0" * 120_000_000})
    lying = honest.replace((120_000_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    started = time.perf_counter()
    assert refusal(lying, "lying.docx")
    assert time.perf_counter() - started < 5


def test_external_entities_of_a_word_file_are_not_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    document = (
        f'<!DOCTYPE d [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
        f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>We serve. &e;</w:t></w:r></w:p>'
        "</w:body></w:document>"
    )
    try:
        text = " ".join(lines_of(read_page(write_docx(document), "entity.docx")))
    except RefusedFile as refused:
        text = str(refused.problems[0])
    assert "the secret" not in text


def test_entities_that_multiply_in_a_word_file_do_not() -> None:
    levels = "".join(
        f'<!ENTITY a{n} "{"&a" + str(n - 1) + ";" if n else "ha"}{f"&a{n - 1};" * 9 if n else ""}">'
        for n in range(12)
    )
    document = (
        f'<!DOCTYPE d [{levels}]><w:document xmlns:w="{WORD}"><w:body><w:p><w:r>'
        "<w:t>&a11;</w:t></w:r></w:p></w:body></w:document>"
    )
    started = time.perf_counter()
    try:
        text = " ".join(lines_of(read_page(write_docx(document), "laughs.docx")))
    except RefusedFile as refused:
        text = str(refused.problems[0])
    assert len(text) < 100_000
    assert time.perf_counter() - started < 5


def test_a_workbook_is_no_page() -> None:
    import openpyxl

    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    assert "no Word document" in refusal(stream.getvalue(), "book.xlsx")


def test_the_date_of_a_page_is_taken_from_its_file() -> None:
    html = (
        '<html lang="fr"><head><meta property="article:modified_time" '
        'content="2022-03-04T10:00:00Z"></head><body><p>Texte</p></body></html>'
    )
    page = read_page(html.encode(), "page.html")
    assert (page.modified, page.language) == ("2022-03-04", "fr")
