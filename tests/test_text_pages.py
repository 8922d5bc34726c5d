"""Imported texts on the portal: two decisions picked and compared, one read, all searched."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from html import unescape
from pathlib import Path

import httpx
import pytest

from peaceops.analysis.texts import find_text, list_texts, load_packed
from peaceops.build import build_database
from peaceops.errors import RefusedFile
from peaceops.resolutions.compare import compare_resolutions
from peaceops.resolutions.document import read_document
from peaceops.store import Database, open_database
from peaceops.texts import import_texts
from peaceops.web import mandate_portal
from peaceops.web.app import Portal
from peaceops.web.compare_reader import compared_page
from peaceops.web.export import export_portal
from peaceops.web.languages import read_languages
from peaceops.web.mandate_portal import KeptReadings, pack
from peaceops.web.mandate_process import SentText, StandingReader
from peaceops.web.text_pages import previous_text
from peaceops.web.view import View
from resolution_files import paragraph, point, resolution
from test_web import reading

TODAY = date(2026, 6, 30)
LANGUAGES = ("fr", "nl", "de", "en")
COMPARED = "/operations/unficyp/mandates/compare?a=2674&b=2723"


def renewal(number: int, day: str, until: str, troops: int, tasks: tuple[str, ...]) -> str:
    """An invented text under the symbol of a renewal of UNFICYP."""
    year = day[:4]
    body = (
        paragraph("1.", f"Decides to extend the mandate of UNFICYP until {until};")
        + paragraph("2.", f"Decides that UNFICYP shall comprise up to {troops} military personnel;")
        + paragraph("3.", "Requests UNFICYP:", "".join(
            point(f"({chr(97 + n)})", text) for n, text in enumerate(tasks)))
        + paragraph("4.", "Decides to remain seized of the matter.")
    )  # fmt: skip
    return resolution(
        body, ("Noting the report of the Secretary-General on UNFICYP,",),
        symbol=f"S/RES/{number} ({year})", day=day, printed=day,
    )  # fmt: skip


TASKS = ("to monitor the ceasefire;", "to support mine clearance;")
MORE = ("to monitor the ceasefire;", "to protect civilians under threat of physical violence;")
TEXTS = {
    "en-2646.xml": renewal(2646, "2022-07-28", "31 January 2023", 860, TASKS),
    "en-2674.xml": renewal(2674, "2023-01-30", "31 January 2024", 860, TASKS),
    "en-2723.xml": renewal(2723, "2024-01-30", "31 January 2025", 800, MORE),
    "zh-2723.xml": renewal(2723, "2024-01-30", "31 January 2025", 800, MORE).replace(
        'language="eng"', 'language="zho"'
    ),
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("texts")
    for name, text in TEXTS.items():
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def texts_db(
    real_db: Database, files: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """The project's own catalogue with some invented texts."""
    path = tmp_path_factory.mktemp("db") / "peaceops.db"
    shutil.copyfile(real_db.path, path)
    done = import_texts(path, [files])
    assert [t.status for t in done] == ["imported"] * 4, done
    database = open_database(path)
    yield database
    database.close()


@pytest.fixture(scope="module")
def portal(texts_db: Database) -> Portal:
    return Portal(texts_db.path, today=lambda: TODAY)


@pytest.fixture(scope="module")
def client(portal: Portal) -> Iterator[httpx.Client]:
    with reading(portal) as reader:
        yield reader


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(text))


# The chain ---------------------------------------------------------------------------------------


def test_the_chain_leads_to_the_texts_at_hand_and_their_comparison(client: httpx.Client) -> None:
    page = client.get("/nl/operations/unficyp/mandates").text
    assert page.count('href="/nl/resolutions/') == 3
    assert 'href="/nl/operations/unficyp/mandates/compare?a=2674&amp;b=2723"' in page
    assert 'href="/nl/operations/unficyp/mandates/compare?a=2646&amp;b=2674"' in page
    assert "b=2646" not in page
    data = client.get("/api/v1/operations/unficyp/mandates").json()
    by_symbol = {x["symbol"]: (x["text"], x["previous_text"]) for x in data["lines"]}
    assert by_symbol["S/RES/2723 (2024)"] == (2723, 2674)
    assert by_symbol["S/RES/2771 (2025)"] == (None, None)


def test_without_texts_the_chain_is_as_it_was(real_db: Database) -> None:
    with reading(Portal(real_db.path, today=lambda: TODAY)) as reader:
        page = reader.get("/en/operations/unficyp/mandates").text
        assert "/en/resolutions/" not in page
        assert "mandates/compare" not in page


def test_the_previous_mandate_is_the_last_that_set_something(texts_db: Database) -> None:
    view = View(texts_db, read_languages()["en"], TODAY, TODAY)
    decisions = view.facts.operations["unficyp"].decisions
    texts = list_texts(texts_db)
    at = [d.symbol for d in decisions].index("S/RES/2723 (2024)")
    assert previous_text(texts, decisions[: at + 1]) == 2674
    assert previous_text(texts, decisions[:1]) is None


# Picked and compared -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ("Choisir deux décisions", "Copie non officielle ; source : Nations Unies.")),
        ("nl", ("Twee beslissingen kiezen", "Niet-officiële kopie; bron: Verenigde Naties.")),
        ("de", ("Zwei Beschlüsse auswählen", "Nichtamtliche Abschrift; Quelle: Vereinte Nationen")),
        ("en", ("Choose two decisions", "Unofficial copy; source: United Nations.")),
    ],
)
def test_two_decisions_are_compared_under_an_address(
    client: httpx.Client, language: str, words: tuple[str, ...]
) -> None:
    answer = client.get(f"/{language}{COMPARED}")
    assert answer.status_code == 200
    page = squeezed(answer.text)
    assert "S/RES/2674 (2023) → S/RES/2723 (2024)" in page
    assert "800 (−60)" in page
    assert "<del>2024</del> <ins>2025</ins>" in page
    for text in words:
        assert text in page
    assert 'value="2674" selected' in page and 'value="2723" selected' in page
    other = "de" if language != "de" else "fr"
    assert f'href="/{other}/operations/unficyp/mandates/compare?a=2674&b=2723"' in page


def test_the_lists_lead_from_an_operation_to_two_of_its_decisions(client: httpx.Client) -> None:
    first = client.get("/fr/mandates/compare").text
    assert '<option value="unficyp">' in first
    assert 'name="a"' not in first
    second = client.get("/fr/mandates/compare?operation=unficyp").text
    form = second[second.index('action="/fr/operations/unficyp/mandates/compare"') :]
    a = form[form.index('name="a"') : form.index('name="b"')]
    assert re.findall(r'<option value="(\d+)"( selected)?', a) == [
        ("2723", ""), ("2674", " selected"), ("2646", ""),
    ]  # fmt: skip
    assert "prorogation, jusqu’au 31 janvier 2025" in a
    assert 'name="before"' in second  # two texts can still be sent


def test_the_page_begins_with_a_digest_that_leads_to_its_places(client: httpx.Client) -> None:
    page = squeezed(client.get(f"/en{COMPARED}").text)
    digest = page[page.index('<ul class="digest">') : page.index('class="lead counts"')]
    assert "UNFICYP" in digest and "until 31 January 2025 (before: until 31 January 2024)" in digest
    assert "military personnel 860 → 800 (−60)" in digest
    assert "Tasks gained" in digest and "Tasks lost" in digest
    places = re.findall(r'href="#(row-\d+)"', digest)
    assert places and all(f'id="{place}"' in page for place in places)
    assert digest.count("<li") <= 15


def test_reports_drawdown_principles_and_cooperation_have_rows(
    client: httpx.Client, texts_db: Database
) -> None:
    compared = client.get(f"/api/v1{COMPARED}").json()["comparison"]
    view = View(texts_db, read_languages()["fr"], TODAY, TODAY)
    said = {"paragraph": "4", "quote": "", "due": None, "every": "4 months", "basis": None,
            "days": []}  # fmt: skip
    compared["reports"]["after"] = [said]
    compared["exit"]["after"] = [{"paragraph": "3", "quote": ""}]
    compared["cooperation"]["before"] = [{"partner": "nato", "paragraph": "2", "quote": ""}]
    compared["principles"]["before"]["consent"] = [{"paragraph": "preamble 1", "quote": ""}]
    rows = {c.what: (c.before, c.after) for c in compared_page(view, compared).changes}
    assert rows["Rapports"] == ("–", "à intervalles de 4 mois (4)")
    assert rows["Réduction des effectifs et retrait"] == ("–", "paragraphe 3")
    assert rows["Coopération"] == ("OTAN", "–")
    assert rows["Consentement des parties"] == ("préambule 1", "–")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "ces résolutions portent sur UNFICYP, non sur FINUL"),
        ("nl", "deze resoluties gaan over UNFICYP, niet over UNIFIL"),
        ("de", "diese Resolutionen betreffen UNFICYP, nicht UNIFIL"),
        ("en", "these resolutions are on UNFICYP, not on UNIFIL"),
    ],
)
def test_texts_of_another_operation_are_refused_with_a_link(
    client: httpx.Client, language: str, words: str
) -> None:
    answer = client.get(f"/{language}/operations/unifil/mandates/compare?a=2674&b=2723")
    assert answer.status_code == 400
    page = squeezed(answer.text)
    assert words in page
    place = f"/{language}/operations/unficyp/mandates/compare?a=2674&b=2723"
    assert f'href="{place}"' in page and client.get(place).status_code == 200


def test_an_operation_without_two_texts_is_not_offered(client: httpx.Client) -> None:
    assert '<option value="minusma"' not in client.get("/en/mandates/compare").text


def test_the_data_is_the_page_and_holds_what_compare_prints(
    client: httpx.Client, files: Path
) -> None:
    data = client.get(f"/api/v1{COMPARED}&lang=de").json()
    assert (data["page"], data["language"]) == ("compare-of", "de")
    assert data["counts"] == data["comparison"]["counts"]
    sides = [read_document(files / f"en-{n}.xml") for n in (2674, 2723)]
    printed = json.loads(json.dumps(compare_resolutions(*sides).as_dict()))
    for told in (printed, data["comparison"]):
        for problem in told["problems"]:
            problem["where"] = ""
    assert data["comparison"] == printed
    assert [n["symbol"] for n in data["notes"]] == ["S/RES/2674 (2023)", "S/RES/2723 (2024)"]


def test_the_comparison_can_be_taken_along(client: httpx.Client) -> None:
    page = client.get(f"/nl{COMPARED}").text
    word_address, json_address = re.findall(r'href="([^"]+compare\.(?:docx|json)\?[^"]+)"', page)
    word = client.get(unescape(word_address))
    assert 'filename="mandates-2674-2723.docx"' in word.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(word.content)) as opened:
        text = opened.read("word/document.xml").decode()
    assert "S/RES/2674 (2023) → S/RES/2723 (2024)" in text
    assert "Dispositieve paragrafen" in text
    assert "Niet-officiële kopie; bron: Verenigde Naties." in text
    told = client.get(unescape(json_address))
    assert told.json() == client.get(f"/api/v1{COMPARED}").json()["comparison"]
    assert client.get(unescape(word_address).replace("docx", "pdf")).status_code == 404


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/operations/unficyp/mandates/compare", 200),
        ("/operations/unficyp/mandates/compare?a=2674", 200),
        ("/operations/unficyp/mandates/compare?a=S/RES/2674&b=S/RES/2723 (2024)", 200),
        ("/operations/unficyp/mandates/compare?a=2674&b=2674", 200),
        ("/operations/unficyp/mandates/compare?a=2674&b=2771", 404),
        ("/operations/unficyp/mandates/compare?a=2674&b=2723&text=zh", 404),
        ("/operations/unficyp/mandates/compare?a=2674&b=2723&text=xx", 400),
        ("/operations/unficyp/mandates/compare?a=';--&b=2723", 404),
        ("/operations/nothing/mandates/compare?a=2674&b=2723", 404),
        ("/operations/unficyp/mandates/compare.docx?a=2674", 400),
        ("/mandates/compare?operation=nothing", 404),
        ("/resolutions/2723", 200),
        ("/resolutions/2771", 404),
        ("/resolutions/nothing", 404),
        ("/resolutions/2723?text=ru", 404),
        ("/resolutions/2723 (2023)", 404),
        ("/mandates/search?q=*", 200),
        ("/mandates/search?q=x&year=20x", 400),
        ("/mandates/search?q=x&page=0", 400),
        ("/mandates/search?q=x&page=21", 400),
        ("/mandates/search?q=x&operation=nothing", 404),
    ],
)
def test_every_address_is_answered_in_every_language(
    client: httpx.Client, address: str, status: int
) -> None:
    seen = set()
    for language in LANGUAGES:
        answer = client.get(f"/{language}{address}")
        assert answer.status_code == status, (language, address)
        seen.add(" ".join(re.findall(r'<ul class="problems">(.*?)</ul>', answer.text, re.S)))
    if status != 200:
        assert len(seen) == 4, seen


def test_what_is_not_at_hand_says_which_command_brings_it(client: httpx.Client) -> None:
    page = squeezed(client.get("/de/resolutions/2771").text)
    assert "die Datenbank enthält keinen Text dazu" in page
    assert "peaceops import un-sc-resolutions DATEI…" in page


# One text ----------------------------------------------------------------------------------------


def test_a_resolution_shows_what_each_paragraph_gives(client: httpx.Client) -> None:
    page = squeezed(client.get("/en/resolutions/2723").text)
    places = re.findall(r'<div class="passage \w+ depth-\d" id="([^"]+)">', page)
    assert places == ["preamble-1", "para-1", "para-2", "para-3", "para-3-a", "para-3-b", "para-4"]
    beside = {
        place: re.findall(r'<li class="\w+">(.*?)(?: <a class="wrong".*?</a>)?</li>', part)
        for place, part in zip(places, re.split(r'<div class="passage ', page)[1:], strict=True)
    }
    assert beside["para-1"] == ["UNFICYP – extension, until 31 January 2025"]
    assert beside["para-2"] == ["UNFICYP – 800 military personnel"]
    assert any("Protection of civilians" in mark for mark in beside["para-3-b"])
    assert beside["para-4"] == []
    assert "from en-2723.xml" in page
    assert "https://docs.un.org/en/S/RES/2723(2024)" in page
    assert '/en/operations/unficyp/mandates/compare?a=2674&b=2723"' in page


def test_a_text_in_a_language_the_program_cannot_read_stands_alone(client: httpx.Client) -> None:
    page = client.get("/fr/resolutions/2723?text=zh").text
    assert '<p lang="zh"' in page
    assert "seul le texte est présenté" in page
    assert client.get("/api/v1/resolutions/2723?text=zh").json()["is_coded"] is False


# Words -------------------------------------------------------------------------------------------


def test_hits_are_marked_and_lead_to_their_paragraph(client: httpx.Client) -> None:
    page = squeezed(client.get("/de/mandates/search?q=protect+civilians&text=en").text)
    assert "to <mark>protect</mark> <mark>civilians</mark> under threat" in page
    assert 'href="/de/resolutions/2723?text=en#para-3-b"' in page
    assert "1 Absatz" in page


def test_hits_are_narrowed_by_operation_and_year(client: httpx.Client) -> None:
    def symbols(query: str) -> list[str]:
        data = client.get(f"/api/v1/mandates/search?q=ceasefire&{query}").json()
        return [h["symbol"] for h in data["hits"]]

    assert symbols("") == ["S/RES/2723 (2024)", "S/RES/2674 (2023)", "S/RES/2646 (2022)"]
    assert symbols("year=2023") == ["S/RES/2674 (2023)"]
    assert symbols("operation=unficyp&year=2022") == ["S/RES/2646 (2022)"]
    assert symbols("operation=minusma") == []


def test_what_a_reader_asks_is_escaped(client: httpx.Client) -> None:
    page = client.get('/en/mandates/search?q="><script>alert(1)</script>').text
    assert "<script>alert" not in page
    assert client.get("/en/mandates/search?q=ceasefire%02b%03").status_code == 200


# Kept, and bounded -------------------------------------------------------------------------------


def test_one_reading_serves_every_language(portal: Portal, client: httpx.Client) -> None:
    client.get("/en/operations/unficyp/mandates/compare?a=2646&b=2723")
    before = portal.mandates.reader._answers
    for language in LANGUAGES:
        client.get(f"/{language}/operations/unficyp/mandates/compare?a=2646&b=2723")
    client.get("/fr/operations/unficyp/mandates/compare.docx?a=2646&b=2723")
    assert portal.mandates.reader._answers == before


def test_readers_who_ask_at_once_are_all_answered(client: httpx.Client) -> None:
    addresses = [f"/{code}/operations/unficyp/mandates/compare?a={a}&b={b}"
                 for code in LANGUAGES for a, b in ((2723, 2646), (2723, 2674))]  # fmt: skip
    with ThreadPoolExecutor(8) as readers:
        answers = list(readers.map(client.get, addresses))
    assert [a.status_code for a in answers] == [200] * 8


def test_kept_readings_stay_within_their_bytes() -> None:
    kept = KeptReadings(4000)
    for n in range(100):
        kept.put(n, pack({"n": n, "text": [str(x * n) for x in range(100)]}))
        assert kept.bytes <= 4000
    assert kept.get(0) is None
    newest = kept.get(99)
    assert newest is not None and newest["n"] == 99
    kept.put("large", b"x" * 2000)
    assert kept.get("large") is None


def test_too_many_waiting_are_turned_away(
    texts_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal = Portal(texts_db.path, today=lambda: TODAY)
    monkeypatch.setattr(mandate_portal, "MOST_WAITING", 0)
    with reading(portal) as reader:
        answer = reader.get(f"/fr{COMPARED}")
        assert answer.status_code == 503
        assert "trop de textes sont en cours de lecture" in answer.text
        assert reader.get(f"/fr{COMPARED}").status_code == 503  # a refusal is not kept


def sent(db: Database, *numbers: str) -> tuple[SentText, ...]:
    found = [find_text(db, n, "en") for n in numbers]
    return tuple(SentText(t.symbol, load_packed(db, t), is_packed=True) for t in found)


def is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").exists() and " Z " not in Path(f"/proc/{pid}/stat").read_text()


@pytest.fixture
def reader() -> Iterator[StandingReader]:
    standing = StandingReader(idle=30)
    yield standing
    standing.end_if_idle()


def test_one_process_reads_text_after_text(reader: StandingReader, texts_db: Database) -> None:
    first = reader.ask("read", sent(texts_db, "2723"))
    pid = reader.pid
    second = reader.ask("compare", sent(texts_db, "2674", "2723"))
    assert reader.pid == pid
    assert first["symbol"] == second["after"]["symbol"] == "S/RES/2723 (2024)"


def test_an_idle_process_ends(texts_db: Database) -> None:
    reader = StandingReader(idle=0.2)
    reader.ask("read", sent(texts_db, "2723"))
    deadline = time.monotonic() + 10
    while reader.pid is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert reader.pid is None


def test_a_process_ends_with_its_reader(texts_db: Database) -> None:
    reader = StandingReader(idle=30)
    reader.ask("read", sent(texts_db, "2723"))
    pid = reader.pid
    assert pid is not None and is_running(pid)
    del reader
    assert not is_running(pid)


def test_a_reading_that_takes_too_long_is_ended(texts_db: Database) -> None:
    reader = StandingReader(seconds=0.01)
    with pytest.raises(RefusedFile, match="took too long"):
        reader.ask("read", sent(texts_db, "2723"))
    assert reader.pid is None


def test_after_a_process_was_killed_the_next_reading_starts_another(
    reader: StandingReader, texts_db: Database
) -> None:
    reader.ask("read", sent(texts_db, "2723"))
    subprocess.run(["kill", "-9", str(reader.pid)], check=True)
    time.sleep(0.2)
    assert reader.ask("read", sent(texts_db, "2723"))["symbol"] == "S/RES/2723 (2024)"


def test_damaged_bytes_are_told_and_the_process_goes_on(
    reader: StandingReader, texts_db: Database
) -> None:
    with pytest.raises(RefusedFile, match="damaged"):
        reader.ask("read", (SentText("S/RES/1", b"nothing", is_packed=True),))
    assert reader.ask("read", sent(texts_db, "2723"))["symbol"] == "S/RES/2723 (2024)"


def test_a_new_import_is_seen_by_a_portal_at_work(texts_db: Database, tmp_path: Path) -> None:
    path = tmp_path / "live.db"
    shutil.copyfile(texts_db.path, path)
    with reading(Portal(path, today=lambda: TODAY)) as client:
        assert "800 (−60)" in squeezed(client.get(f"/en{COMPARED}").text)
        new = tmp_path / "new.xml"
        new.write_text(renewal(2723, "2024-01-30", "31 January 2025", 700, MORE), "utf-8")
        assert [t.status for t in import_texts(path, [new])] == ["replaced"]
        time.sleep(1.2)
        assert "700 (−160)" in squeezed(client.get(f"/en{COMPARED}").text)


def test_an_export_passes_no_texts_on(mini: Path, tmp_path: Path) -> None:
    """The files of an export hold neither texts nor links to pages that need them."""
    (mini / "sources" / "un-sc-resolutions.yaml").write_text(
        "id: un-sc-resolutions\ntitle: Texts\npublisher: United Nations\nkind: data\n"
        "url: https://example.org/texts\ntrust: partial\ndocuments: true\n", "utf-8"
    )  # fmt: skip
    file = mini / "operations" / "unxyz.yaml"
    known = file.read_text("utf-8")
    known = known.replace("symbol: R/1", "symbol: S/RES/9001(2001)")
    file.write_text(known.replace("symbol: R/2", "symbol: S/RES/9002(2009)"), "utf-8")
    build_database(tmp_path / "x.db", mini)
    for number, day in ((9001, "2001-02-03"), (9002, "2009-06-01")):
        text = renewal(number, day, "1 June 2012", 500, ("to guard the unmistakable lighthouse;",))
        (tmp_path / f"{number}.xml").write_text(text, "utf-8")
    import_texts(tmp_path / "x.db", [tmp_path / "9001.xml", tmp_path / "9002.xml"])
    database = open_database(tmp_path / "x.db")
    with reading(Portal(database.path, today=lambda: date(2011, 6, 1))) as client:
        assert "/en/resolutions/9002" in client.get("/en/operations/unxyz/mandates").text
    export_portal(database, tmp_path / "site", date(2011, 6, 1))
    for page in (tmp_path / "site").rglob("*.html"):
        text = page.read_text("utf-8")
        assert "resolutions/9" not in text, page
        assert "mandates/compare?" not in text, page
        assert "lighthouse" not in text, page
    search = (tmp_path / "site" / "en" / "mandates" / "search" / "index.html").read_text("utf-8")
    assert "This copy of the portal consists of files and cannot search" in search


def test_texts_the_program_cannot_code_are_compared_by_their_words_alone(
    client: httpx.Client,
) -> None:
    address = "/en/operations/unficyp/mandates/compare?a=2723&b=2723&text=zh"
    page = squeezed(client.get(address).text)
    assert "in this language the text stands alone" in page
    assert "What was decided" not in page
    assert "paragraphs unchanged" in page
    word = client.get(address.replace("compare?", "compare.docx?"))
    with zipfile.ZipFile(io.BytesIO(word.content)) as opened:
        assert "What was decided" not in opened.read("word/document.xml").decode()


# The card ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_imported_text_shows_its_card(client: httpx.Client, language: str) -> None:
    page = client.get(f"/{language}/resolutions/2723?text=en").text
    for part in ("in-force", "clauses", "principles", "clarity", "beside", "priorities", "a4p"):
        assert f'<h2 id="{part}">' in page, part
    card = page[page.index('id="clauses"') : page.index('<h2 id="text">')]
    assert 'href="#para-3-b"' in card  # protection of civilians, told under its priority
    told = client.get(f"/api/v1/resolutions/2723?text=en&lang={language}").json()["card"]
    points = told["priorities"][0]["points"]
    assert [p["met"] for p in points] == [bool(p["places"]) for p in points]
    assert points[0]["met"] and points[0]["places"][0]["paragraph"] == "3(b)"
    assert told["clarity"]["ceiling"] == 800


def test_a_text_that_is_not_coded_still_tells_the_tasks_in_force(client: httpx.Client) -> None:
    page = client.get("/en/resolutions/2723?text=zh").text
    assert 'id="in-force"' in page and 'id="priorities"' not in page
