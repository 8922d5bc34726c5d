"""Resolutions that a visitor sends: read, compared, saved as a Word file, refused."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from peaceops.store import Database
from peaceops.web.app import Portal
from peaceops.web.mandate_process import answer_request
from peaceops.web.uploads import LIMIT_BYTES
from test_web import reading

EARLIER = """Resolution 2998 (2020)

Adopted by the Security Council on 30 January 2020

The Security Council,

Noting the report of the Secretary-General on UNFICYP,

1. Decides to extend the mandate of UNFICYP until 31 January 2021;

2. Decides that UNFICYP shall comprise up to 860 military personnel;

3. Requests UNFICYP to monitor the ceasefire and to support mine clearance;

4. Decides to remain seized of the matter.
"""
LATER = """Resolution 2999 (2021)

Adopted by the Security Council on 29 January 2021

The Security Council,

Noting the new report of the Secretary-General on UNFICYP,

1. Decides to extend the mandate of UNFICYP until 31 January 2022;

2. Decides that UNFICYP shall comprise up to 800 military personnel;

3. Requests UNFICYP to monitor the ceasefire;

4. Requests UNFICYP to protect civilians under threat of physical violence;

5. Decides to remain seized of the matter.
"""


@pytest.fixture(scope="module")
def client(real_db: Database) -> Iterator[httpx.Client]:
    with reading(Portal(real_db.path, today=lambda: date(2021, 6, 30))) as reader:
        yield reader


def test_a_pasted_resolution_is_read_as_a_mandate(client: httpx.Client) -> None:
    answer = client.post("/en/mandates/read", data={"text": EARLIER})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "S/RES/2998 (2020)" in answer.text
    assert "UNFICYP – extension, until 31 January 2021" in answer.text
    assert "860 military personnel" in answer.text
    assert "Decides to extend the mandate of UNFICYP" in answer.text


def test_an_uploaded_resolution_is_read_in_the_readers_language(client: httpx.Client) -> None:
    answer = client.post("/fr/mandates/read", files={"text_file": ("a.txt", EARLIER.encode())})
    assert answer.status_code == 200
    assert "prorogation, jusqu’au 31 janvier 2021" in answer.text
    assert "Surveillance du cessez-le-feu" in answer.text
    assert '<q lang="en">' in answer.text


def test_two_resolutions_are_compared(client: httpx.Client) -> None:
    answer = client.post("/de/mandates/compare", data={"before": EARLIER, "after": LATER})
    assert answer.status_code == 200
    page = re.sub(r"\s+", " ", answer.text)
    assert "Verlängerung, bis 31. Januar 2022" in page
    assert "800 (−60)" in page
    assert "+ Schutz von Zivilpersonen" in page or "+ Schutz der Zivilbevölkerung" in page
    assert "<del>2021</del> <ins>2022</ins>" in page
    assert "unveränderte" in page or "unveränderter" in page


def test_files_and_pasted_texts_can_be_mixed(client: httpx.Client) -> None:
    answer = client.post(
        "/api/v1/mandates/compare",
        data={"before": EARLIER},
        files={"after_file": ("b.txt", LATER.encode())},
    )
    told = answer.json()
    assert told["before"]["symbol"] == "S/RES/2998 (2020)"
    assert told["after"]["symbol"] == "S/RES/2999 (2021)"
    assert told["ceilings"][0]["change"] == -60


def test_the_order_of_the_files_is_that_of_their_fields(client: httpx.Client) -> None:
    files = {"after_file": ("b.txt", LATER.encode()), "before_file": ("a.txt", EARLIER.encode())}
    told = client.post("/api/v1/mandates/compare", files=files).json()
    assert told["before"]["symbol"] == "S/RES/2998 (2020)"


def test_the_comparison_can_be_saved_as_a_word_file(client: httpx.Client) -> None:
    sent = {"before": EARLIER, "after": LATER, "form": "docx"}
    answer = client.post("/nl/mandates/compare", data=sent)
    assert answer.status_code == 200
    assert 'filename="mandates-compared.docx"' in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as word:
        text = word.read("word/document.xml").decode()
    assert "S/RES/2998 (2020) → S/RES/2999 (2021)" in text
    assert "Dispositieve paragrafen" in text
    assert "31 januari 2022" in text
    assert re.search(r"<w:strike/>.{0,120}<w:t[^>]*>2021 ", text)
    assert re.search(r"<w:u w:val=.single./>.{0,120}<w:t[^>]*>2022 ", text)


def test_the_page_gives_back_what_is_needed_to_save_it(client: httpx.Client) -> None:
    text = EARLIER.replace("the report", 'the "report" & <b>')
    page = client.post("/en/mandates/compare", data={"before": text, "after": LATER}).text
    assert 'name="form" value="docx"' in page
    assert "the &#34;report&#34; &amp; &lt;b&gt;" in page
    assert "<b>" not in page


def test_programs_send_the_text_itself(client: httpx.Client) -> None:
    told = client.post("/api/v1/mandates/read", content=EARLIER).json()
    assert told["acts_on"][0]["until"] == "2021-01-31"


@pytest.mark.parametrize("language", ["fr", "nl", "de", "en"])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello, I am no resolution",
        b"<html><body>no</body></html>",
        b"<akomaNtoso",
        b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        b"<a>" * 300 + b"</a>" * 300,
        b"\x00\x01\x02\x03" * 50,
        b"Resolution 425 (1978)\n\xff\xfe\xff",
    ],
)
def test_what_is_no_resolution_is_one_clear_message(
    client: httpx.Client, content: bytes, language: str
) -> None:
    answer = client.post(f"/{language}/mandates/read", files={"text_file": ("x.xml", content)})
    assert answer.status_code == 422
    assert answer.text.count('role="alert"') == 1
    assert "root:" not in answer.text
    alert = re.search(r'role="alert">(.*?)</p>', answer.text, re.DOTALL)
    assert alert is not None
    if language != "en":
        for english in ("the file", "no resolution", "broken", "Fetch", "Accepted", "Give "):
            assert english not in alert[1]


def test_both_bad_texts_are_named(client: httpx.Client) -> None:
    answer = client.post("/en/mandates/compare", data={"after": "  "})
    assert answer.status_code == 422
    assert answer.text.count('role="alert"') == 2
    assert client.post("/api/v1/mandates/compare", data={"before": EARLIER}).status_code == 422


def test_too_much_is_refused(client: httpx.Client) -> None:
    large = b"x" * (LIMIT_BYTES + 1)
    answer = client.post("/en/mandates/read", files={"text_file": ("x.txt", large)})
    assert answer.status_code == 413


def test_the_process_answers_with_the_problems_of_every_text() -> None:
    head = {"job": "compare", "texts": [{"name": "a.xml", "size": 3}, {"name": "", "size": 5}]}
    answer = answer_request(head, b"<a>hello")
    assert [p["where"] for p in answer["refused"]] == ["a.xml", "text"]


def test_a_renewal_of_the_shared_texts_is_compared_quickly(
    client: httpx.Client, shared: Path
) -> None:
    texts = shared / "data" / "unsc" / "en"
    (before,), (after,) = texts.glob("2020/*2531*.xml"), texts.glob("2021/*2584*.xml")
    answer = client.post(
        "/fr/mandates/compare",
        files={"before_file": ("a.xml", before.read_bytes()),
               "after_file": ("b.xml", after.read_bytes())},
    )  # fmt: skip
    assert answer.status_code == 200
    assert "prorogation, jusqu’au 30 juin 2022" in answer.text
    assert answer.elapsed.total_seconds() < 30
