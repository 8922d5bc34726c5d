"""Marking a coding as wrong on the portal: form, preview, file, and who may write."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from peaceops.correcting import LONGEST_REASON, add_corrections, check_entry, read_known_words
from peaceops.places import catalogue_dir
from peaceops.resolutions.correction_file import append_entries
from peaceops.resolutions.corrections import Correction, corrections_path, load_corrections
from peaceops.store import Database
from peaceops.web.app import Portal
from peaceops.web.correction_portal import is_loopback
from peaceops.web.export import FileAddresses
from peaceops.web.languages import read_languages
from peaceops.web.render import render_page
from peaceops.web.routes import BY_NAME
from peaceops.web.view import View
from test_mandate_portal import EARLIER
from test_text_pages import TODAY, files, texts_db
from test_web import reading
from test_web_serve import serving

__all__ = ["files", "texts_db"]

LANGUAGES = ("fr", "nl", "de", "en")
SYMBOL = "S/RES/2674 (2023)"
PAGE = "/en/resolutions/2674/correct"
RIGHT = {
    "field": "acts_on",
    "w.operation": "unficyp",
    "verdict": "change",
    "s.operation": "unficyp",
    "s.action": "extend",
    "s.until": "2024-02-29",
    "s.months": "",
    "s.paragraph": "1",
    "because": "The Secretariat reissued the text.",
    "source": "",
    "step": "check",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working copy of the catalogue, which is the one in use."""
    copy = tmp_path / "catalogue"
    shutil.copytree(catalogue_dir(), copy)
    monkeypatch.setenv("PEACEOPS_CATALOGUE", str(copy))
    return copy


@pytest.fixture
def client(texts_db: Database, folder: Path) -> Iterator[httpx.Client]:
    """A reader at the machine on which the portal runs."""
    assert folder == catalogue_dir()
    with reading(Portal(texts_db.path, today=lambda: TODAY, is_local=True)) as reader:
        yield reader


@pytest.fixture
def public(texts_db: Database, folder: Path) -> Iterator[httpx.Client]:
    """A reader of a portal that is not bound to one machine."""
    assert folder == catalogue_dir()
    with reading(Portal(texts_db.path, today=lambda: TODAY)) as reader:
        yield reader


def send(
    client: httpx.Client, fields: dict[str, str], address: str = PAGE, **headers: str
) -> httpx.Response:
    """A form sent as a browser does."""
    origin = {"origin": str(client.base_url).rstrip("/")}
    return client.post(address, data=fields, headers={**origin, **headers})


def hidden(page: str) -> dict[str, str]:
    """What the form below a preview sends along."""
    part = page[page.index('class="preview"') : page.index('class="buttons"')]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', part)
    token = re.search(r'name="token" value="(\w+)"', page)
    whole = {unescape(n): unescape(v) for n, v in found}
    return {**whole, "token": token[1]} if token else whole


def words(page: str) -> str:
    """The text of a page, without mark-up."""
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))


def entry_on(page: str) -> str:
    found = re.search(r'<pre class="entry"[^>]*><code>(.*?)</code>', page, re.S)
    assert found, words(page)
    return unescape(found[1])


# The form ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "link", "heading", "decision"),
    [
        ("fr", "signaler une erreur", "Signaler un codage erroné", "prorogation"),
        ("nl", "fout melden", "Een foute codering melden", "verlenging"),
        ("de", "beanstanden", "Eine falsche Kodierung beanstanden", "Verlängerung"),
        ("en", "mark as wrong", "Mark a coding as wrong", "extension"),
    ],
)
def test_each_statement_leads_to_a_form_with_what_was_read(
    client: httpx.Client, language: str, link: str, heading: str, decision: str
) -> None:
    page = client.get(f"/{language}/resolutions/2674").text
    marks = re.findall(r'class="wrong" href="([^"]+)">([^<]+)<', page)
    targets = [unescape(address) for address, _ in marks]
    for mark in ("acts_on%3A0", "ceilings%3A0", "tasks%3A0", "mentions%3A0"):
        assert any(f"mark={mark}" in t for t in targets), targets
    assert marks[0][1] == link
    form = client.get(next(t for t in targets if "acts_on" in t)).text
    assert heading in words(form)
    assert f'<option value="extend" selected>{decision}</option>' in form
    assert 'name="s.until" type="date" value="2024-01-31"' in form
    assert '<option value="unficyp" selected>' in form
    assert "Decides to extend the mandate of UNFICYP until 31 January 2024" in form
    assert '<textarea id="because" name="because" rows="3" maxlength="600" required' in form
    labelled = set(re.findall(r'<label for="([^"]+)"', form))
    asked = set(re.findall(r'<(?:select|input|textarea) id="([^"]+)"', form))
    assert asked == labelled


@pytest.mark.parametrize("field", ["acts_on", "ceilings", "tasks", "mentions", "chapter_vii"])
def test_what_is_missing_can_be_added(client: httpx.Client, field: str) -> None:
    page = client.get(f"{PAGE}?text=en").text
    assert f"mark={field}%3Anew" in page
    form = client.get(f"{PAGE}?mark={field}:new&text=en")
    assert form.status_code == 200
    assert 'name="verdict" value="add"' in form.text
    sent = {
        "acts_on": {"s.operation": "minusma", "s.action": "amend"},
        "ceilings": {"s.operation": "unficyp", "s.kind": "police", "s.persons": "69"},
        "tasks": {"s.operation": "unficyp", "s.task": "policing", "s.mode": "assist",
                  "s.strength": "requested", "s.paragraph": "3"},
        "mentions": {"s.operation": "minusma"},
        "chapter_vii": {"s.paragraph": "preamble 1"},
    }[field]  # fmt: skip
    if field == "tasks":
        sent["s.task"] = read_known_words().tasks[3]
    answer = send(client, {"field": field, "verdict": "add", "because": "It is there.",
                           "step": "check", **sent})  # fmt: skip
    assert answer.status_code == 200, words(answer.text)
    assert "not in the coding" in words(answer.text) or field == "chapter_vii"
    assert f"field: {field}" in entry_on(answer.text)


def test_a_mark_that_means_nothing_is_told(client: httpx.Client) -> None:
    for mark in ("acts_on:7", "acts_on:-1", "acts_on:٣", "words:0", "acts_on", "chapter_vii:1"):
        answer = client.get(PAGE, params={"mark": mark})
        assert answer.status_code == 400, mark
        assert "the coding has no such statement" in answer.text
    assert client.get("/en/resolutions/2675/correct").status_code == 404
    assert client.get("/en/resolutions/2723/correct?text=zh").status_code == 404


def test_nothing_but_the_form_is_on_a_text_that_is_not_coded(client: httpx.Client) -> None:
    assert 'class="wrong"' not in client.get("/en/resolutions/2723?text=zh").text


# The preview -------------------------------------------------------------------------------------


def test_the_preview_shows_before_and_after_and_the_entry(client: httpx.Client) -> None:
    answer = send(client, RIGHT)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    told = words(answer.text)
    assert "UNFICYP – extension, until 31 January 2024" in told
    assert "UNFICYP – extension, until 29 February 2024" in told
    assert entry_on(answer.text) == (
        f"- symbol: {SYMBOL}\n  field: acts_on\n  where: {{operation: unficyp}}\n"
        "  set: {until: 2024-02-29}\n  because: The Secretariat reissued the text.\n"
    )


def test_a_statement_is_taken_out(client: httpx.Client) -> None:
    answer = send(client, {**RIGHT, "verdict": "remove"})
    assert "remove: true" in entry_on(answer.text)
    assert "set:" not in entry_on(answer.text)
    assert "taken out" in words(answer.text)


def test_the_entry_is_taken_along_as_a_file(client: httpx.Client, folder: Path) -> None:
    old = corrections_path(folder).read_bytes()
    preview = send(client, RIGHT).text
    answer = send(client, {**hidden(preview), "step": "file"})
    assert answer.headers["content-disposition"] == (
        'attachment; filename="correction-2674-acts-on.yaml"'
    )
    assert answer.text == entry_on(preview)
    assert corrections_path(folder).read_bytes() == old


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"s.operation": "unficip"}, "'unficip' is not known. Did you mean 'unficyp'"),
        ({"s.operation": ""}, "nothing is chosen"),
        ({"s.until": "2024-02-30"}, "'2024-02-30' is not a day"),
        ({"s.until": "31/01/2024"}, "is not a day. Write the year, month and day"),
        ({"s.months": "many"}, "'many' is not a number"),
        ({"s.paragraph": "77"}, "the text has no paragraph '77'"),
        ({"s.until": "2024-01-31"}, "nothing was changed"),
        ({"because": ""}, "no reason is given"),
        ({"because": "x" * (LONGEST_REASON + 1)}, "longer than 600 characters"),
        ({"because": "a\x1b[2Jb"}, "has characters that do not print"),
        ({"because": "a\u202eb"}, "has characters that do not print"),
        ({"source": "un-sc-res-26744"}, "there is no source card 'un-sc-res-26744'"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    client: httpx.Client, folder: Path, changes: dict[str, str], told: str
) -> None:
    old = corrections_path(folder).read_bytes()
    for step in ("check", "file", "write"):
        answer = send(client, {**RIGHT, **changes, "step": step})
        assert answer.status_code == 422
        assert told in words(answer.text)
        assert "The entry carries no name" not in answer.text
    assert corrections_path(folder).read_bytes() == old


@pytest.mark.parametrize("language", ["fr", "nl", "de"])
def test_every_mistake_is_told_in_the_readers_language(client: httpx.Client, language: str) -> None:
    bad = {**RIGHT, "s.operation": "unficip", "s.until": "soon", "s.months": "x",
           "because": "", "source": "nowhere", "s.paragraph": "1"}  # fmt: skip
    page = send(client, bad, f"/{language}/resolutions/2674/correct")
    other = send(client, {**RIGHT, "s.until": "2024-01-31", "because": "x" * 700,
                          "source": "un-sc-res-26744"},
                 f"/{language}/resolutions/2674/correct")  # fmt: skip
    for told in (words(page.text), words(other.text)):
        for english in ("is not", "Did you mean", "no reason", "longer than", "no source", "Write",
                        " or ", "nothing was", "Accepted", "such"):  # fmt: skip
            assert english not in told, told


def test_a_statement_that_is_gone_is_told(client: httpx.Client) -> None:
    answer = send(client, {**RIGHT, "w.operation": "unifil"})
    assert answer.status_code == 400
    assert "the coding has no such statement" in answer.text
    assert send(client, {**RIGHT, "field": "nothing"}).status_code == 400


def test_no_reason_can_write_more_than_its_own_entry(client: httpx.Client, folder: Path) -> None:
    reason = (
        "\"}\n- symbol: S/RES/2646 (2022)\n  field: mentions\r\n  # <script>alert(1)</script> '"
    )
    preview = send(client, {**RIGHT, "because": reason}).text
    assert "<script>alert" not in preview
    assert send(client, {**hidden(preview), "step": "write"}).status_code == 303
    found = load_corrections(corrections_path(folder))
    assert set(found) == {"S/RES/1594 (2005)", SYMBOL}
    assert found[SYMBOL][0].because == " ".join(reason.split())
    shown = client.get("/en/resolutions/2674").text
    assert "<script>alert" not in shown
    assert "# <script>alert(1)</script>" in unescape(shown)


def test_too_much_is_refused(client: httpx.Client) -> None:
    assert send(client, {**RIGHT, "because": "x" * 70_000}).status_code == 413
    assert send(client, {**RIGHT, "extra": "x" * 70_000}).status_code == 413
    assert send(client, {**RIGHT, **{f"s.{n}": "x" for n in range(300)}}).status_code == 422


# Writing -----------------------------------------------------------------------------------------


def test_the_entry_is_written_as_the_command_writes_it_and_shown_at_once(
    client: httpx.Client, folder: Path
) -> None:
    old = corrections_path(folder).read_text("utf-8")
    before = client.get("/en/resolutions/2674").text
    assert "Corrected by readers" not in before
    preview = send(client, RIGHT).text
    assert "Write it into the catalogue" in preview
    answer = send(client, {**hidden(preview), "step": "write"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/en/resolutions/2674#corrections"
    written = corrections_path(folder).read_text("utf-8")
    assert written == old + entry_on(preview)
    entry = {"symbol": "2674", "field": "acts_on", "where": {"operation": "unficyp"},
             "set": {"until": "2024-02-29"}, "because": RIGHT["because"]}  # fmt: skip
    corrections_path(folder).write_text(old, "utf-8")
    add_corrections([check_entry(entry, read_known_words())], folder)
    assert corrections_path(folder).read_text("utf-8") == written
    shown = words(client.get("/en/resolutions/2674").text)
    assert "Corrected by readers 1" in shown
    assert "extension, until 29 February 2024 corrected" in shown
    assert "Why: The Secretariat reissued the text." in shown
    data = client.get("/api/v1/resolutions/2674").json()
    assert data["corrections"][0]["effect"] == "applied"
    assert data["corrections"][0]["because"] == RIGHT["because"]


def test_the_correction_stands_in_the_chain_and_on_the_page_of_accuracy(
    client: httpx.Client,
) -> None:
    preview = send(client, RIGHT).text
    send(client, {**hidden(preview), "step": "write"})
    lines = client.get("/api/v1/operations/unficyp/mandates").json()["lines"]
    by_symbol = {x["symbol"]: x["corrections"] for x in lines}
    assert by_symbol[SYMBOL][0]["because"] == RIGHT["because"]
    assert not any(c for symbol, c in by_symbol.items() if symbol != SYMBOL)
    chain = words(client.get("/en/operations/unficyp/mandates").text)
    assert "Corrected by readers: Operation acted on (Operation: UNFICYP)" in chain
    accuracy = words(client.get("/en/mandates/accuracy").text)
    assert "Corrected by readers 2" in accuracy
    assert f"{SYMBOL} · Operation acted on (Operation: UNFICYP)" in accuracy
    assert "MINUCI had ended in 2004" in accuracy
    other = words(client.get("/en/operations/unifil/mandates").text)
    assert "Corrected by readers" not in other


def test_the_same_entry_is_not_written_twice(client: httpx.Client, folder: Path) -> None:
    sent = {**hidden(send(client, RIGHT).text), "step": "write"}
    assert send(client, sent).status_code == 303
    old = corrections_path(folder).read_bytes()
    answer = send(client, sent)
    assert answer.status_code == 422
    assert "nothing was changed" in words(answer.text)
    assert corrections_path(folder).read_bytes() == old


def test_an_entry_that_stands_there_without_effect_is_not_doubled(
    client: httpx.Client, folder: Path
) -> None:
    sent = {**hidden(send(client, RIGHT).text), "step": "write"}
    for c in (("until", "2024-02-29"), ("until", "2024-01-31")):
        append_entries(
            corrections_path(folder),
            [Correction(SYMBOL, "acts_on", {"operation": "unficyp"}, dict([c]), False,
                        RIGHT["because"], "")],
        )  # fmt: skip
    old = corrections_path(folder).read_bytes()
    answer = send(client, sent)
    assert answer.status_code == 422
    assert "this correction is in the catalogue already" in words(answer.text)
    assert corrections_path(folder).read_bytes() == old


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"host": "evil.example", "origin": "http://evil.example"},
        {"host": "127.0.0.1.evil.example", "origin": "http://127.0.0.1.evil.example"},
        {"x-forwarded-for": "203.0.113.7"},
        {"forwarded": "for=203.0.113.7"},
        {"via": "1.1 proxy"},
        {"sec-fetch-site": "cross-site", "origin": ""},
    ],
)
def test_no_other_site_writes(client: httpx.Client, folder: Path, headers: dict[str, str]) -> None:
    sent = {**hidden(send(client, RIGHT).text), "step": "write"}
    old = corrections_path(folder).read_bytes()
    answer = send(client, sent, **headers)
    assert answer.status_code == 400
    assert corrections_path(folder).read_bytes() == old
    if "origin" not in headers:
        preview = send(client, RIGHT, **headers)
        assert "Write it into the catalogue" not in preview.text
    assert send(client, sent).status_code == 303  # and the reader here still does


def test_only_what_was_previewed_here_is_written(client: httpx.Client, folder: Path) -> None:
    sent = {**hidden(send(client, RIGHT).text), "step": "write"}
    old = corrections_path(folder).read_bytes()
    for changes in ({"token": ""}, {"token": "0" * 64}, {"token": "é"}, {"because": "Another."},
                    {"verdict": "remove"}, {"s.until": "2025-01-01"}):  # fmt: skip
        answer = send(client, {**sent, **changes})
        assert answer.status_code == 400, changes
        assert "this entry was not checked on this portal" in answer.text
    assert corrections_path(folder).read_bytes() == old


def test_a_public_portal_never_writes(
    public: httpx.Client, client: httpx.Client, folder: Path
) -> None:
    old = corrections_path(folder).read_bytes()
    preview = send(public, RIGHT).text
    assert "Write it into the catalogue" not in preview
    assert 'name="token"' not in preview
    assert "peaceops correct --from correction-2674-acts-on.yaml" in words(preview)
    assert send(public, {**hidden(preview), "step": "file"}).status_code == 200
    signed = {**hidden(send(client, RIGHT).text), "step": "write"}
    answer = send(public, signed)
    assert answer.status_code == 400
    assert "the catalogue cannot be written from here" in answer.text
    assert corrections_path(folder).read_bytes() == old


def test_the_catalogue_of_the_installed_program_is_not_written(
    texts_db: Database, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "peaceops" / "_catalogue"
    installed.parent.mkdir()
    folder.rename(installed)
    monkeypatch.setenv("PEACEOPS_CATALOGUE", str(installed))
    with reading(Portal(texts_db.path, today=lambda: TODAY, is_local=True)) as client:
        preview = send(client, RIGHT).text
        assert "Write it into the catalogue" not in preview
        assert send(client, {**hidden(preview), "step": "write"}).status_code == 400
    assert SYMBOL not in load_corrections(corrections_path(installed))


def test_a_full_disk_is_told_on_the_form(
    client: httpx.Client, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = {**hidden(send(client, RIGHT).text), "step": "write"}
    old = corrections_path(folder).read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    answer = send(client, sent)
    assert answer.status_code == 422
    assert "the catalogue cannot be written from here" in words(answer.text)
    assert corrections_path(folder).read_bytes() == old


def test_readers_who_write_at_the_same_time_lose_nothing(
    client: httpx.Client, folder: Path
) -> None:
    sent = []
    for months in range(1, 7):
        preview = send(client, {**RIGHT, "s.until": "2024-01-31", "s.months": str(months)}).text
        sent.append({**hidden(preview), "step": "write"})
    with ThreadPoolExecutor(6) as threads:
        done = list(threads.map(lambda fields: send(client, fields), sent))
    written = sum(d.status_code == 303 for d in done)
    found = load_corrections(corrections_path(folder)).get(SYMBOL, ())
    assert len(found) == written >= 1
    assert {d.status_code for d in done} <= {303, 400, 422}


def test_a_correction_written_by_hand_is_shown_soon(client: httpx.Client, folder: Path) -> None:
    assert "Corrected by readers" not in client.get("/en/resolutions/2674").text
    entry = {"symbol": "2674", "field": "mentions", "set": {"operation": "minusma"},
             "because": "Named in a footnote."}  # fmt: skip
    add_corrections([check_entry(entry, read_known_words())], folder)
    time.sleep(1.1)  # it is looked for once a second
    assert "Named in a footnote." in client.get("/en/resolutions/2674").text


def test_a_correction_without_effect_is_marked_so(client: httpx.Client, folder: Path) -> None:
    stale = Correction(SYMBOL, "tasks", {"task": "mine-action", "paragraph": "9"}, {}, True,
                       "There is none.", "")  # fmt: skip
    append_entries(corrections_path(folder), [stale])
    assert "no longer changes anything" in client.get("/en/resolutions/2674").text


# A text that a visitor sends ---------------------------------------------------------------------


def test_a_pasted_text_is_marked_and_corrected(client: httpx.Client, folder: Path) -> None:
    page = send(client, {"text": EARLIER}, "/en/mandates/read").text
    assert 'formaction="/en/mandates/correct"' in page
    assert 'name="mark" value="acts_on:0"' in page
    form = send(client, {"text": EARLIER, "mark": "acts_on:0"}, "/en/mandates/correct").text
    assert "Decides to extend the mandate of UNFICYP" in form
    assert "3. Requests UNFICYP to monitor" in unescape(form)
    sent = {**RIGHT, "text": EARLIER, "s.until": "2021-03-31"}
    preview = send(client, sent, "/en/mandates/correct").text
    assert "symbol: S/RES/2998 (2020)" in entry_on(preview)
    answer = send(client, {**hidden(preview), "text": EARLIER, "step": "write"},
                  "/en/mandates/correct")  # fmt: skip
    assert answer.status_code == 200
    told = words(answer.text)
    assert "The correction is in the catalogue" in told
    assert "extension, until 31 March 2021" in told
    assert "S/RES/2998 (2020)" in load_corrections(corrections_path(folder))
    read = client.post("/api/v1/mandates/read", data={"text": EARLIER}).json()
    assert read["acts_on"][0]["corrected"] is True
    assert read["corrections"][0]["effect"] == "applied"


def test_a_text_without_a_symbol_cannot_be_corrected(client: httpx.Client) -> None:
    text = "1. Decides to extend the mandate of UNFICYP until 31 January 2021;\n"
    answer = send(client, {"text": text, "mark": "acts_on:0"}, "/en/mandates/correct")
    assert answer.status_code == 422
    assert send(client, {"mark": "acts_on:0"}, "/en/mandates/correct").status_code == 422
    assert client.get("/fr/mandates/correct").headers["location"] == "/fr/mandates/read"


# Data and files ----------------------------------------------------------------------------------


def check(client: httpx.Client, body: Any, **options: Any) -> httpx.Response:
    text = body if isinstance(body, str) else json.dumps(body)
    kind = {"content-type": "application/json"}
    return client.post("/api/v1/corrections/check", content=text.encode(), headers=kind, **options)


ENTRY = {"symbol": "2674", "field": "acts_on", "where": {"operation": "unficyp"},
         "set": {"until": "2024-02-29"}, "because": "So it is."}  # fmt: skip


def test_programs_check_an_entry(public: httpx.Client, folder: Path) -> None:
    old = corrections_path(folder).read_bytes()
    told = check(public, ENTRY).json()
    assert told["written"] is None
    (one,) = told["corrections"]
    assert one["before"][0]["until"] == "2024-01-31"
    assert one["after"][0]["until"] == "2024-02-29"
    assert check(public, one["entry"]).json() == told
    assert check(public, [ENTRY]).json() == told
    unknown = check(public, {**ENTRY, "symbol": "2641"}).json()["corrections"][0]
    assert (unknown["tried_on_text"], unknown["before"]) == (False, [])
    sent = {"entry": json.dumps({**ENTRY, "symbol": "S/RES/2998 (2020)"}), "text": EARLIER}
    with_text = public.post("/api/v1/corrections/check", data=sent)
    assert with_text.json()["corrections"][0]["tried_on_text"] is True
    assert corrections_path(folder).read_bytes() == old


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({**ENTRY, "set": {"until": "2024-02-30"}}, 422, "'2024-02-30' is not a day"),
        ({**ENTRY, "set": {"paragraph": "77"}}, 422, "the text has no paragraph '77'"),
        ({**ENTRY, "where": {"operation": ["x"]}}, 422, "is not a text"),
        ({**ENTRY, "symbol": None}, 422, "no symbol of a resolution"),
        ({**ENTRY, "symbol": {"a": 1}}, 422, "no symbol of a resolution"),
        ([], 422, "this is not one entry"),
        ([ENTRY, ENTRY], 422, "this is not one entry"),
        ("[" * 50_000, 422, "not one entry"),
        ("- a: [", 422, "not one entry"),
        ("", 422, "this is not one entry"),
        ("x" * 70_000, 413, "more than a correction can be"),
        ({**ENTRY, "because": "x" * 601}, 422, "longer than 600 characters"),
    ],
)
def test_what_programs_send_wrongly_is_told(
    public: httpx.Client, body: Any, status: int, told: str
) -> None:
    answer = check(public, body)
    assert answer.status_code == status
    assert told in " ".join(p["message"] for p in answer.json()["problems"])


def test_an_export_has_corrections_but_no_forms(texts_db: Database, folder: Path) -> None:
    assert folder == catalogue_dir()
    view = View(texts_db, read_languages()["en"], TODAY, TODAY)
    assert list(BY_NAME["correct"].keys(view)) == []
    assert list(BY_NAME["resolution"].keys(view)) == []
    addresses = FileAddresses("en/mandates/accuracy/index.html", TODAY, frozenset())
    for name in ("accuracy", "read"):
        page = BY_NAME[name].page(view)
        html = render_page(BY_NAME[name], page, view, {}, addresses, read_languages())
        assert "<form" not in html
        assert 'class="wrong"' not in html
        assert ("MINUCI had ended" in html) == (name == "accuracy")


def test_a_date_that_is_taken_away_is_null(client: httpx.Client) -> None:
    answer = send(client, {**RIGHT, "s.until": ""})
    assert "set: {until: null}" in entry_on(answer.text)
    parts = {n: (None, v) for n, v in {**RIGHT, "s.until": ""}.items()}
    origin = {"origin": str(client.base_url).rstrip("/")}
    multipart = client.post(PAGE, files=parts, headers=origin)
    assert entry_on(multipart.text) == entry_on(answer.text)


def test_loopback_is_this_machine_alone() -> None:
    for host in ("127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost"):
        assert is_loopback(host), host
    for host in ("0.0.0.0", "::", "192.168.1.4", "localhost.evil.example", "", "127.0.0.1.nip.io"):
        assert not is_loopback(host), host


@pytest.mark.parametrize(("host", "writes"), [("127.0.0.1", True), ("0.0.0.0", False)])
def test_serve_writes_only_where_it_is_bound_to_this_machine(
    real_db: Database, folder: Path, host: str, writes: bool
) -> None:
    options = ("--db", str(real_db.path), "--host", host)
    with (
        serving(*options, PEACEOPS_CATALOGUE=str(folder)) as (address, _),
        httpx.Client(base_url=address.rstrip("/"), timeout=60, trust_env=False) as client,
    ):
        sent = {**RIGHT, "text": EARLIER, "s.until": "2021-03-31"}
        preview = send(client, sent, "/en/mandates/correct")
        assert preview.status_code == 200
        assert ("Write it into the catalogue" in preview.text) is writes


def test_a_file_that_is_being_mended_stops_no_other_page(
    client: httpx.Client, folder: Path
) -> None:
    with corrections_path(folder).open("a", encoding="utf-8") as file:
        file.write("- symbol: [\n")
    time.sleep(1.1)  # it is looked for once a second
    assert client.get("/en/operations/unficyp/mandates").status_code == 200
    assert client.get("/en/mandates/accuracy").status_code == 200
    answer = client.get("/en/resolutions/2674")
    assert answer.status_code == 422
    assert "mandates.yaml" in answer.text
