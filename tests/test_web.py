"""The portal: every page in every language, its data, dates, errors, caching and headers."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import gzip
import io
import itertools
import json
import re
import socket
import sqlite3
import threading
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st

from peaceops.errors import RefusedFile
from peaceops.store import Database
from peaceops.web.app import AnswerCache, Portal, make_answer
from peaceops.web.languages import choose_language, read_languages
from peaceops.web.routes import PAGES
from peaceops.web.uploads import LIMIT_BYTES, Upload, read_upload
from peaceops.web.view import View, fill_path

TODAY = date(2011, 6, 1)
LANGUAGES = ("fr", "nl", "de", "en")


@contextlib.contextmanager
def reading(portal: Portal) -> Iterator[httpx.Client]:
    """A reader of a portal that is really served."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(portal, log_level="critical", access_log=False, lifespan="off")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.005)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        with httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@pytest.fixture
def portal(mini_db: Database) -> Portal:
    """The portal over the small catalogue, on 1 June 2011."""
    return Portal(mini_db.path, today=lambda: TODAY)


@pytest.fixture
def client(portal: Portal) -> Iterator[httpx.Client]:
    """A reader of that portal."""
    with reading(portal) as reader:
        yield reader


def addresses(db: Database, day: date = TODAY) -> list[str]:
    """The path of every page of a database, without the language."""
    view = View(db, read_languages()["en"], day, day)
    return [fill_path(route.path, keys) for route in PAGES for keys in route.keys(view)]


def test_every_page_is_there_in_every_language(client: httpx.Client, mini_db: Database) -> None:
    for path in addresses(mini_db):
        for language in LANGUAGES:
            answer = client.get(f"/{language}{path}")
            assert answer.status_code == 200, (language, path)
            assert f'<html lang="{language}" dir="ltr">' in answer.text
            assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_every_page_links_to_its_data_and_its_other_languages(client: httpx.Client) -> None:
    page = client.get("/fr/operations/unxyz?date=2009-06-30").text
    for language in LANGUAGES:
        assert f'href="/{language}/operations/unxyz?date=2009-06-30"' in page
    address = re.search(r'application/json" href="([^"]+)"', page)
    assert address is not None
    data = client.get(address[1].replace("&amp;", "&")).json()
    assert data["language"] == "fr"
    assert data["as_of"] == "2009-06-30"
    assert data["detail"]["summary"]["id"] == "unxyz"


def test_every_page_with_data_answers_as_json(client: httpx.Client, mini_db: Database) -> None:
    view = View(mini_db, read_languages()["en"], TODAY, TODAY)
    for route in PAGES:
        for keys in route.keys(view):
            path = fill_path(route.data_path, keys)
            answer = client.get(f"/api/v1{path}?lang=de")
            assert answer.status_code == (200 if route.has_data else 405), path
            if route.has_data:
                assert answer.json()["page"] == route.name
                assert answer.headers["access-control-allow-origin"] == "*"


def test_the_list_in_json_is_the_list_on_the_page(client: httpx.Client) -> None:
    listed = client.get("/api/v1/operations?date=2009-01-01").json()["operations"]
    assert [o["id"] for o in listed] == ["natoopen", "unxyz", "eulapse"]
    page = client.get("/en/operations?date=2009-01-01").text
    for operation in listed:
        assert f'href="/en/operations/{operation["id"]}?date=2009-01-01"' in page


def test_a_page_is_true_on_its_date(client: httpx.Client) -> None:
    assert "not confirmed since 14 January 2010" in client.get("/en/operations/eulapse").text
    before = client.get("/en/operations/eulapse?date=2009-01-01").text
    assert "not confirmed since" not in before
    early = client.get("/en/operations/unxyz?date=1999-01-01").text
    assert "did not exist yet on 1 January 1999" in early


def test_a_name_in_another_language_says_which(client: httpx.Client) -> None:
    assert '<span class="name" lang="en">' in client.get("/de/operations").text
    assert '<span class="name">' in client.get("/en/operations").text
    assert '<span class="name" lang' not in client.get("/en/operations").text


def test_links_carry_the_date_only_where_the_reader_chose_one(client: httpx.Client) -> None:
    assert 'href="/nl/operations/unxyz"' in client.get("/nl/").text
    dated = client.get("/nl/?date=2009-06-30").text
    assert 'href="/nl/operations/unxyz?date=2009-06-30"' in dated
    assert f'rel="canonical" href="/nl/?date={TODAY}"' in client.get("/nl/").text


def test_facets_narrow_the_list_and_stay_in_the_switch(client: httpx.Client) -> None:
    answer = client.get("/en/operations?framework=eu&date=2009-01-01")
    assert 'href="/fr/operations?date=2009-01-01&amp;framework=eu"' in answer.text
    data = client.get("/api/v1/operations?framework=eu&status=all").json()
    assert [o["id"] for o in data["operations"]] == ["eulapse"]
    kinds = next(f for f in data["facets"] if f["parameter"] == "kind")
    assert sum(o["count"] for o in kinds["options"]) == 1


def test_words_find_an_operation_without_accents_or_case(client: httpx.Client) -> None:
    data = client.get("/api/v1/operations?q=OPERATION%20open").json()
    assert [o["id"] for o in data["operations"]] == ["natoopen"]


def test_the_start_page_counts_years(client: httpx.Client) -> None:
    years = {y["year"]: y for y in client.get("/api/v1/home").json()["years"]}
    assert min(years) == 1948
    assert max(years) == 2011
    assert years[1948]["total"] == 0
    assert years[2008]["frameworks"] == {"un": 1, "nato": 1, "eu": 1}
    assert years[2011]["date"] == "2011-06-01"


def test_the_root_leads_to_the_readers_language(client: httpx.Client) -> None:
    for accept, language in (
        ("fr-BE,fr;q=0.9,en;q=0.5", "fr"),
        ("de;q=0.5, nl;q=0.8", "nl"),
        ("ja", "en"),
        ("", "en"),
        ("fr;q=x,;;;,de", "de"),
    ):
        answer = client.get("/?date=2009-06-30", headers={"accept-language": accept})
        assert answer.status_code == 307
        assert answer.headers["location"] == f"/{language}/?date=2009-06-30"
        assert answer.headers["vary"] == "accept-language"
    answer = client.get("/operations/unxyz", headers={"accept-language": "de"})
    assert answer.headers["location"] == "/de/operations/unxyz"


def test_a_language_with_no_weight_is_not_chosen() -> None:
    assert choose_language("fr;q=0, nl;q=0.1", LANGUAGES) == "nl"


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/fr/operations?date=demain", 400, "ce n’est pas une date"),
        ("/de/operations?date=2021-02-30", 400, "kein Datum"),
        ("/en/operations?date=1600-01-01", 400, "between 1945 and 2099"),
        ("/nl/operations?framework=warschaupakt", 400, "niet tot de mogelijke keuzes"),
        ("/en/operations?host=ATLANTIS", 404, "ATLANTIS"),
        ("/fr/operations/unxy", 404, "pas d’opération de ce nom"),
        ("/de/countries/QQQ", 404, "kein Land mit diesem Code"),
        ("/nl/nergens", 404, "geen pagina"),
        ("/en/charts/operation-figures/eulapse.svg", 404, "no such chart"),
    ],
)
def test_errors_are_told_in_the_readers_language(
    client: httpx.Client, path: str, status: int, words: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert words in answer.text
    assert f'<html lang="{path[1:3]}"' in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "Traceback" not in answer.text


def test_errors_of_the_api_are_problems(client: httpx.Client) -> None:
    answer = client.get("/api/v1/operations/unxy?lang=nl")
    assert answer.status_code == 404
    (problem,) = answer.json()["problems"]
    assert problem["message"] == "er is geen operatie met deze naam"
    assert "unxyz" in problem["hint"]
    assert client.get("/api/v1/operations?lang=eo").status_code == 400
    assert client.get("/api/v1/nothing").json()["status"] == 404
    assert client.post("/api/v1/operations").status_code == 405


def test_a_page_that_fails_says_so_and_the_others_go_on(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from peaceops.web import app

    def fail(*_: object, **__: object) -> str:
        raise RuntimeError("broken template")

    with monkeypatch.context() as patch:
        patch.setattr(app, "render_page", fail)
        answer = client.get("/fr/data")
        assert answer.status_code == 500
        assert "Une erreur est survenue" in answer.text
        assert "broken template" not in answer.text
    assert client.get("/fr/data").status_code == 200


def test_nothing_in_an_address_becomes_markup(client: httpx.Client) -> None:
    attack = '"><script>alert(1)</script>'
    for path in ("/en/operations?q=", "/en/operations?host=", "/en/operations?date=", "/en/x?"):
        assert "<script>alert" not in client.get(path + attack).text
    assert "<script>alert" not in client.get(f"/en/operations/{attack}").text


def test_pages_are_sent_with_strict_headers_and_without_cookies(client: httpx.Client) -> None:
    answer = client.get("/en/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers
    assert not re.search(r"<style|\sstyle=|<script(?! src=)|\son\w+=", answer.text)
    assert "http" not in re.sub(r'(href|cite)="https?://[^"]+"', "", answer.text).split("<main")[0]


def test_a_reader_who_has_the_page_is_told_so(client: httpx.Client) -> None:
    first = client.get("/en/operations")
    tag = first.headers["etag"]
    for packed in ("gzip", "identity"):
        again = client.get(
            "/en/operations", headers={"if-none-match": tag, "accept-encoding": packed}
        )
        assert again.status_code == 304
        assert again.content == b""
    assert client.get("/en/operations", headers={"if-none-match": '"other"'}).status_code == 200
    assert client.get("/en/operations?date=2009-01-01").headers["etag"] != tag
    head = client.head("/en/operations")
    assert head.content == b""
    assert head.headers["etag"] == tag


def test_pages_are_compressed_for_those_who_can_read_it(client: httpx.Client) -> None:
    plain = client.get("/en/operations", headers={"accept-encoding": "identity"})
    with client.stream("GET", "/en/operations", headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content
    assert len(raw) < len(plain.content) / 2


def test_the_cache_never_grows_beyond_its_bound() -> None:
    cache = AnswerCache(100_000)
    for i in range(200):
        cache.put(i, make_answer(f"{i}" * 2000, "text/plain", []))
        assert cache.bytes <= 100_000
    assert cache.get(0) is None
    assert cache.get(199) is not None
    cache.put("large", make_answer("x" * 90_000, "text/plain", []))
    assert cache.get("large") is None
    cache.clear()
    assert cache.bytes == 0


def test_readers_who_ask_together_are_answered_by_one_making(
    portal: Portal, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    make = portal.make_page

    def slowly(*arguments: Any) -> Any:
        made.append(arguments[0].name)
        time.sleep(0.3)
        return make(*arguments)

    monkeypatch.setattr(portal, "make_page", slowly)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: client.get("/de/data").content, range(16)))
    assert made == ["data"]
    assert len(set(answers)) == 1


def test_a_new_database_is_served_without_a_restart(
    mini_db: Database, mini: Path, portal: Portal, client: httpx.Client
) -> None:
    from peaceops.build import build_database

    assert "Operation Open" in client.get("/en/operations/natoopen").text
    file = mini / "operations" / "natoopen.yaml"
    file.write_text(file.read_text().replace("Operation Open", "Operation Wide Open"))
    build_database(mini_db.path, mini)
    portal._checked = 0
    assert "Operation Wide Open" in client.get("/en/operations/natoopen").text


def test_midnight_brings_another_page(mini_db: Database) -> None:
    days = [date(2009, 12, 31)]
    with reading(Portal(mini_db.path, today=lambda: days[0])) as client:
        assert "31 December 2009" in client.get("/en/").text
        days[0] = date(2010, 1, 1)
        assert "1 January 2010" in client.get("/en/").text


def test_a_chart_can_be_taken_along_in_three_forms(client: httpx.Client) -> None:
    path = "/fr/charts/operation-figures/unxyz"
    svg = client.get(f"{path}.svg")
    assert svg.headers["content-type"] == "image/svg+xml"
    assert "<title" in svg.text
    assert client.get(f"{path}.png").content.startswith(b"\x89PNG\r\n")
    assert client.get(f"{path}.csv").text.startswith("series,x,personnes")
    assert client.get(f"{path}.exe").status_code == 404
    embedded = client.get(f"{path}.html")
    assert "frame-ancestors *" in embedded.headers["content-security-policy"]
    assert "<svg" in embedded.text


def test_a_countrys_page_can_be_taken_along(client: httpx.Client) -> None:
    word = client.get("/nl/countries/XBB/page.docx")
    assert word.content.startswith(b"PK")
    assert 'filename="XBB-2011-06-01.nl.docx"' in word.headers["content-disposition"]
    assert client.get("/nl/countries/XBB/page.md").text.startswith("# ")
    assert "<!doctype html>" in client.get("/nl/countries/XBB/page.html").text
    assert client.get("/nl/countries/XBB/page.exe").status_code == 404


def test_the_data_page_shows_what_became_of_an_imported_file(mini_db: Database) -> None:
    with contextlib.closing(sqlite3.connect(mini_db.path)) as writer, writer:
        (source, citation) = writer.execute(
            "select source_id, citation_id from citation limit 1"
        ).fetchone()
        writer.execute(
            "insert into import values (7, ?, 'figures.csv', 'abc', 10, '2011-05-01T10:00:00',"
            " 1200, 1100, 90, 10, '1990-01', '2011-03', ?)",
            (source, citation),
        )
        writer.execute(
            "insert into set_aside values (7, 'not a number', 'Troops', '1O2 <b>', 90, 17)"
        )
    with reading(Portal(mini_db.path, today=lambda: TODAY)) as client:
        (file,) = client.get("/api/v1/data").json()["imported"]
        assert (file["rows_read"], file["rows_taken"], file["rows_set_aside"]) == (1200, 1100, 90)
        page = client.get("/en/data").text
        assert "1,200" in page
        assert "not a number (Troops: 1O2 &lt;b&gt;): 90" in page


def test_the_calendar_can_be_subscribed_to(client: httpx.Client) -> None:
    page = client.get("/fr/calendar?days=731&framework=un").text
    assert "MXYZ : le mandat expire" in page
    for kind, content_type in (("ics", "text/calendar"), ("atom", "application/atom+xml")):
        link = f"/fr/calendar.{kind}?days=731&framework=un"
        assert link.replace("&", "&amp;") in page
        feed = client.get(link)
        assert feed.headers["content-type"].startswith(content_type)
        assert "MXYZ : le mandat expire" in feed.text
        assert "MXYZ" not in client.get(f"/fr/calendar.{kind}?days=731&framework=eu").text
        assert client.get(f"/fr/calendar.{kind}?days=4").status_code == 400
        assert client.get(f"/fr/calendar.{kind}?country=ZZZ").status_code == 404
    assert client.get("/fr/calendar.exe").status_code == 404
    assert client.get("/fr/calendar?days=4").status_code == 400
    lapsed = client.get("/api/v1/calendar?date=2010-06-01").json()["lapsed"]
    assert lapsed == [{"operation": "eulapse", "date": "2010-01-14"}]


# Review --------------------------------------------------------------------------------------


def test_a_pasted_text_is_reviewed_on_the_date(client: httpx.Client) -> None:
    text = "Currently our country deploys observers with UNXYZ."
    answer = client.post("/en/review?date=2014-01-01", data={"text": text})
    assert answer.status_code == 200
    assert "no longer true" in answer.text
    assert "/en/operations/unxyz?date=2014-01-01" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    data = client.post("/api/v1/review?date=2014-01-01", content=text).json()
    assert [(m["operation"], m["verdict"]) for m in data["mentions"]] == [("unxyz", "stale")]


def test_an_uploaded_file_is_reviewed(client: httpx.Client) -> None:
    page = b"<html><body><p>Currently UNXYZ is at work.</p><script>bad()</script></body></html>"
    answer = client.post(
        "/fr/review", data={"date": "2014-01-01", "country": "XBB"},
        files={"file": ("page.html", page, "text/html")},
    )  # fmt: skip
    assert answer.status_code == 200
    assert "page.html" in answer.text
    assert "n’est plus exact" in answer.text
    assert "bad()" not in answer.text


def word_bomb() -> bytes:
    """A Word file of some hundred kilobytes that would unpack to 200 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w") as part:
            for _ in range(200):
                part.write(b" " * 1024 * 1024)
    return out.getvalue()


def empty_pdf() -> bytes:
    """A sound PDF of one page that holds no text, as a scanner makes it."""
    from pypdf import PdfWriter

    out = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(out)
    return out.getvalue()


BAD_FILES = {
    "empty.txt": (lambda: b"  ", "niets verzonden", "rien n’a été envoyé"),
    "broken.pdf": (lambda: b"%PDF-1.4 not really", "onleesbare pdf", "PDF illisible"),
    "scan.pdf": (empty_pdf, "pdf zonder tekst", "PDF sans texte"),
    "broken.docx": (lambda: b"PK\x03\x04 not really", "beschadigd", "endommagée"),
    "bomb.docx": (word_bomb, "te groot om te lezen", "dépasse ce qui peut être lu"),
    "old.doc": (lambda: b"\xd0\xcf\x11\xe0" + bytes(600), "oud Word-bestand", "ancien fichier"),
    "picture.png": (lambda: b"\x89PNG\r\n" + bytes(600), "geen leesbare tekst", "pas un texte"),
    "no-text.html": (lambda: b"<html><script>x=1</script></html>", "zonder tekst", "sans texte"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_cannot_be_read_is_one_clear_message(client: httpx.Client, name: str) -> None:
    make, dutch, french = BAD_FILES[name]
    content = make()
    for language, words in (("nl", dutch), ("fr", french)):
        answer = client.post(f"/{language}/review", files={"file": (name, content)})
        assert answer.status_code == 422
        assert words in answer.text
        assert answer.text.count('role="alert"') == 1
        assert "Traceback" not in answer.text
    data = client.post("/api/v1/review?lang=nl", files={"file": (name, content)})
    assert data.status_code == 422
    (problem,) = data.json()["problems"]
    assert dutch in problem["message"]


def test_too_much_is_refused_while_it_comes_and_the_portal_goes_on(client: httpx.Client) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(40):
            sent += 1024 * 1024
            yield b"a" * 1024 * 1024

    answer = client.post("/api/v1/review", content=endless())
    assert answer.status_code == 413
    assert "10 MB" in answer.json()["problems"][0]["message"]
    page = client.post("/de/review", files={"file": ("large.txt", b"x" * (LIMIT_BYTES + 1))})
    assert page.status_code == 413
    assert "größer als 10 MB" in page.text
    assert client.get("/de/").status_code == 200


@pytest.mark.parametrize("cut", [10, 60, 150])
def test_a_broken_form_is_refused(client: httpx.Client, cut: int) -> None:
    body = (
        b'--frontier\r\nContent-Disposition: form-data; name="text"\r\n\r\nUNXYZ is there.\r\n'
        b'--frontier\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc\r\n'
        b"--frontier--\r\n"
    )
    kind = {"content-type": "multipart/form-data; boundary=frontier"}
    assert client.post("/api/v1/review", content=body, headers=kind).status_code == 200
    answer = client.post("/api/v1/review", content=body[:cut], headers=kind)
    assert answer.status_code == 422
    assert "not a complete form" in answer.json()["problems"][0]["message"]


FORM = (
    b'--frontier\r\nContent-Disposition: form-data; name="text"\r\n\r\nUNXYZ \xc3\xa9t\xc3\xa9\r\n'
    b'--frontier\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n'
    b"Content-Type: text/plain\r\n\r\nline\r\n--front\r\nmore\r\n--frontier--\r\n"
)


@given(cuts=st.lists(st.integers(0, len(FORM)), max_size=12))
def test_a_form_is_read_alike_however_it_comes_in_pieces(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(FORM)]
    upload = receive_pieces(
        [FORM[a:b] for a, b in itertools.pairwise(places)],
        "multipart/form-data; boundary=frontier",
    )
    assert upload.fields == {"text": "UNXYZ été"}
    assert (upload.filename, upload.content) == ("a.txt", b"line\r\n--front\r\nmore")


@given(body=st.binary(max_size=400))
def test_whatever_is_sent_as_a_form_is_read_or_refused(body: bytes) -> None:
    for kind in ("multipart/form-data; boundary=f", "application/x-www-form-urlencoded"):
        with contextlib.suppress(RefusedFile):
            receive_pieces([body], kind)


def receive_pieces(pieces: list[bytes], kind: str) -> Upload:
    """What the portal reads of a body that comes in these pieces."""
    waiting = [*pieces]

    async def receive() -> dict[str, Any]:
        body = waiting.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(waiting)}

    return asyncio.run(read_upload({"content-type": kind}, receive))


# Languages -----------------------------------------------------------------------------------


def test_no_string_of_the_interface_lacks_a_translation() -> None:
    from peaceops.web.messages import find_gaps

    assert list(find_gaps()) == []


def test_translations_keep_the_values_of_their_strings() -> None:
    from peaceops.web.languages import read_catalogues

    for code, catalogue in read_catalogues().items():
        for entry in (e for e in catalogue if e.id):
            source = entry.id if isinstance(entry.id, tuple) else (entry.id,)
            target = entry.string if isinstance(entry.string, tuple) else (entry.string,)
            wanted = set(re.findall(r"%\((\w+)\)s", source[-1]))
            for text in target:
                assert set(re.findall(r"%\((\w+)\)s", text)) == wanted, (code, entry.id)
                assert re.findall(r"<[^>]+>", text) == re.findall(r"<[^>]+>", source[-1]), text


def test_dates_and_numbers_are_written_as_each_language_does() -> None:
    languages = read_languages()
    assert languages["fr"].date("2013-07-01") == "1er juillet 2013"
    assert languages["de"].date("2013-04-25") == "25. April 2013"
    assert languages["nl"].date("2013-04") == "april 2013"
    assert languages["en"].date("2013") == "2013"
    assert languages["en"].date(None) == ""
    assert languages["de"].number(13289) == "13.289"
    assert languages["fr"].join(["a", "b", "c"]) == "a, b et c"


def test_another_language_is_one_more_file_and_may_run_from_right_to_left(
    mini_db: Database, tmp_path: Path
) -> None:
    (tmp_path / "ar.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Operations"\nmsgstr "العمليات"\n',
        encoding="utf-8",
    )
    languages = read_languages(tmp_path)
    assert list(languages) == ["en", "ar"]
    with reading(Portal(mini_db.path, languages=languages)) as client:
        page = client.get("/ar/operations").text
        assert '<html lang="ar" dir="rtl">' in page
        assert "<h1>العمليات</h1>" in page


# Description ---------------------------------------------------------------------------------


def test_the_description_of_the_api_has_not_drifted(client: httpx.Client) -> None:
    from peaceops.web.openapi import write_description

    kept = Path(__file__).parent.parent / "docs" / "openapi.json"
    assert kept.read_text("utf-8") == write_description(), (
        "run: python -m peaceops.web.openapi docs/openapi.json"
    )
    served = client.get("/api/v1/openapi.json").json()
    assert served == json.loads(kept.read_text("utf-8"))
    listed = {p["path"] for p in client.get("/api/v1/").json()["paths"]}
    assert listed == set(served["paths"])


def test_every_page_has_a_place_in_the_description() -> None:
    from peaceops.web.openapi import describe_api

    described = describe_api()
    for route in PAGES:
        if route.has_data:
            names = {p["name"] for p in described["paths"][f"/api/v1{route.data_path}"]["get"]
                     ["parameters"]}  # fmt: skip
            assert {"lang", "date", *(p.name for p in route.parameters)} <= names
            assert route.record.__name__ in described["components"]["schemas"]


def test_a_route_accepts_only_its_choices(mini_db: Database) -> None:
    from peaceops.errors import UsageError

    view = View(mini_db, read_languages()["en"], TODAY, TODAY, query={"status": "maybe"})
    with pytest.raises(UsageError, match="active, unconfirmed"):
        next(r for r in PAGES if r.name == "operations").check(view)
    next(r for r in PAGES if r.name == "operations").check(replace(view, query={"status": "all"}))


def test_csv_of_a_chart_reads_back(client: httpx.Client) -> None:
    text = client.get("/en/charts/operation-figures/unxyz.csv").text
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["series", "x", "people"]
    assert all(len(row) == 3 for row in rows)


@pytest.mark.parametrize(
    ("at", "code", "expected"),
    [
        ("para. 7", "nl", "paragraaf 7"),
        ("paras. 7 and 8(a)", "de", "Ziffern 7 und 8(a)"),
        ("preamble 4", "fr", "préambule, al. 4"),
        ("recitals 2 to 4", "en", "recitals 2 to 4"),
        ("second citation", "fr", "second citation"),
    ],
)
def test_a_place_in_a_source_is_told_in_the_language(at: str, code: str, expected: str) -> None:
    assert read_languages()[code].place(at) == expected


def test_a_resolution_has_its_title_in_the_language() -> None:
    told = read_languages()["nl"].source_title("Security Council resolution 2100 (2013)")
    assert told == "Resolutie 2100 (2013) van de Veiligheidsraad"
    assert read_languages()["nl"].source_title("Page of a ministry") == "Page of a ministry"
