"""Zipped folders of CSV: what is read, and every hostile archive refused with one message."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile

import pytest

from peaceops.errors import RefusedFile
from peaceops.planner.archive import MOST_MEMBERS, MOST_UNPACKED, read_archive
from peaceops.planner.generate import Size, generate_problem
from peaceops.planner.reading import read_problem, read_problem_bytes
from peaceops.planner.template import write_problem
from peaceops.web.languages import read_languages
from peaceops.web.plan_words import translate_sentence

SMALL = generate_problem(Size(20, 5, 10), tight=True, seed=3)


def packed(*parts: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that stand twice
        with zipfile.ZipFile(out, "w", method) as archive:
            for name, data in parts:
                archive.writestr(name, data)
    return out.getvalue()


def link() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        member = zipfile.ZipInfo("posts.csv")
        member.external_attr = 0o120777 << 16
        archive.writestr(member, "/etc/passwd")
    return out.getvalue()


def locked() -> bytes:
    data = bytearray(packed(("posts.csv", b"post,operation\n")))
    central = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[central + 8] |= 1
    return bytes(data)


def lying(size: int) -> bytes:
    """An archive whose member says it is small and unfolds to `size` bytes of zeros."""
    data = bytearray(packed(("posts.csv", b"0" * size)))
    central = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, 22, 10)
    struct.pack_into("<I", data, central + 24, 10)
    return bytes(data)


@pytest.fixture
def tables(tmp_path):
    write_problem(SMALL, tmp_path / "tables")
    return {f.name: f.read_bytes() for f in (tmp_path / "tables").iterdir()}


def test_a_zipped_folder_reads_as_the_folder(tables, tmp_path):
    expected = read_problem(tmp_path / "tables")
    flat = packed(*tables.items())
    inside = packed(("mine/", b""), *((f"mine/{n}", d) for n, d in tables.items()))
    rubbish = packed(
        *((f"mine/{n}", d) for n, d in tables.items()),
        ("__MACOSX/mine/._posts.csv", b"\x00\x05"),
        ("mine/.DS_Store", b"x"),
        ("mine/notes.txt", b"not a table"),
    )
    for data in (flat, inside, rubbish):
        assert read_problem_bytes(data, "mine.zip").posts == expected.posts
        assert read_problem_bytes(data, "without-ending").people == expected.people
    (tmp_path / "mine.zip").write_bytes(inside)
    assert read_problem(tmp_path / "mine.zip").limits == expected.limits


def test_mistakes_in_zipped_tables_name_file_and_line(tables):
    tables["people.csv"] = tables["people.csv"].replace(b"P0002,", b"P0001,")
    with pytest.raises(Exception, match=r"people\.csv:3: person: 'P0001' stands twice"):
        read_problem_bytes(packed(*tables.items()), "mine.zip")


HOSTILE = {
    "too many files": (packed(*((f"t{n}.csv", b"x") for n in range(MOST_MEMBERS + 1))),
                       "51 files"),
    "a bomb": (packed(("posts.csv", b"0" * 30_000_000)), "far more than tables do"),
    "more than is read": (packed(*((f"t{n}.csv", b"0" * 9_000_000) for n in range(5))),
                          "40,000,000 bytes"),
    "a lie about its size": (lying(MOST_UNPACKED + 5_000_000), "unfolds to|broken"),
    "a path upwards": (packed(("../posts.csv", b"x")), "leads out of"),
    "an absolute path": (packed(("/etc/posts.csv", b"x")), "leads out of"),
    "a drive": (packed(("C:\\posts.csv", b"x")), "leads out of"),
    "a link": (link(), "is a link"),
    "a password": (locked(), "locked with a password"),
    "an archive inside": (packed(("posts.csv", b"x"), ("more.zip", packed(("a.csv", b"x")))),
                          "archive inside"),
    "deep folders": (packed(("a/b/posts.csv", b"x")), "deeper than one folder"),
    "another packing": (packed(("posts.csv", b"x" * 99), method=zipfile.ZIP_LZMA), "packed in a"),
    "a table twice": (packed(("a/posts.csv", b"x"), ("b/POSTS.csv", b"x")), "same table twice"),
    "no table": (packed(("readme.txt", b"x")), "no CSV file"),
    "nothing": (packed(), "no CSV file"),
    "a cut": (packed(("posts.csv", b"x" * 999))[:-30], "broken or cut-off"),
    "noise": (b"PK\x03\x04" + bytes(range(256)) * 4, "broken or cut-off"),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_archives_are_refused_with_one_message_in_every_language(what):
    data, words = HOSTILE[what]
    with pytest.raises(RefusedFile, match=words) as caught:
        read_archive(data, "mine.zip")
    (problem,) = caught.value.problems
    for code in ("fr", "nl", "de"):
        language = read_languages()[code]
        for text in filter(None, (problem.message, problem.hint)):
            told = language.strings.gettext(text)
            assert told != text or translate_sentence(language, text) not in (None, text), text


def test_a_table_whose_bytes_are_damaged_is_refused():
    data = bytearray(packed(("posts.csv", b"post,operation\nA,untso\n" * 50)))
    data[60] ^= 0xFF
    with pytest.raises(RefusedFile, match="broken or cut-off"):
        read_archive(bytes(data), "mine.zip")
