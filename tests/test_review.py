"""A ministry's page read back: what it names, what it claims, what no longer holds."""

from __future__ import annotations

import csv
import importlib.util
import json
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

from peaceops.analysis.page_claims import (
    ClaimReader,
    Sentence,
    date_in,
    read_lexicon,
    split_sentences,
)
from peaceops.analysis.page_names import OperationNames
from peaceops.analysis.review import REASONS, Mention, Review, review_page
from peaceops.build import build_database
from peaceops.cli import cli
from peaceops.errors import NotFound
from peaceops.importers.page_text import read_page
from peaceops.store import Database, open_database

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "tests" / "fixtures" / "review"
TODAY = date(2026, 11, 23)
LANGUAGES = ("fr", "nl", "de", "en")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real catalogue's database."""
    path = tmp_path_factory.mktemp("review") / "peaceops.sqlite"
    build_database(path)
    return path


@pytest.fixture(scope="module")
def db(path: Path) -> Iterator[Database]:
    yield open_database(path)


@pytest.fixture(scope="module")
def scores() -> ModuleType:
    """benchmarks/score_review.py."""
    spec = importlib.util.spec_from_file_location(
        "score_review", ROOT / "benchmarks" / "score_review.py"
    )
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["score_review"] = module
    spec.loader.exec_module(module)
    return module


def review(
    db: Database, text: str, day: date = TODAY, country: str | None = None, name: str = "page.txt"
) -> Review:
    return review_page(db, read_page(text.encode(), name), day, country)


def only(answer: Review) -> Mention:
    assert len(answer.mentions) == 1, answer.mentions
    return answer.mentions[0]


# the whole ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("half", "mentions"), [("develop", 160), ("test", 130), ("later", 200)])
def test_pages_of_many_ministries_are_read_right(
    db: Database, scores: ModuleType, half: str, mentions: int
) -> None:
    """Precision and recall of 'stale' over the short pages of tests/fixtures/review."""
    total = scores.Score()
    for language in LANGUAGES:
        total.add(scores.score_pages(db, language, half))
    assert total.mentions >= mentions
    assert total.precision >= 0.95, total.mistakes
    assert total.recall >= 0.9, total.mistakes
    assert total.operation >= 0.97 * total.mentions, total.mistakes
    assert total.claim >= 0.95 * total.mentions, total.mistakes


@pytest.mark.parametrize(
    ("lang", "claim", "name", "sentence"),
    [
        tuple(row.values())
        for row in csv.DictReader((PAGES / "sentences.csv").read_text("utf-8").splitlines())
    ],
)
def test_the_verb_that_governs_a_name_tells_the_claim(
    lang: str, claim: str, name: str, sentence: str
) -> None:
    reader = ClaimReader(lang, TODAY, read_lexicon())
    place = sentence.index(name)
    told = reader.claim_of(
        Sentence(sentence, ((0, 1),)), place, place + len(name),
        began=2013 if name == "MINUSMA" else 1990,
    )  # fmt: skip
    assert told == claim


def test_the_ministrys_real_page_says_what_is_no_longer_true(db: Database, shared: Path) -> None:
    text = (shared / "data" / "pages" / "be-operations-de-paix.fr.txt").read_bytes()
    page = read_page(text, "be.txt")
    answer = review_page(db, page, TODAY)
    assert (answer.country, answer.language) == ("BEL", "fr")
    found = {m.operation: m for m in answer.mentions}
    assert list(found) == [
        "minusma", "monusco", "untso", "smm-ukraine", "observer-mission-gukovo-donetsk",
    ]  # fmt: skip
    assert len(answer.mentions) == 5
    minusma = found["minusma"]
    assert (minusma.verdict, minusma.since, minusma.line) == ("stale", "2023-12-31", 39)
    assert minusma.decision == "S/RES/2690 (2023)"
    assert {found[o].verdict for o in ("monusco", "untso")} == {"check"}
    for operation, ended in (
        ("smm-ukraine", "2022-03-31"), ("observer-mission-gukovo-donetsk", "2021-09-30"),
    ):  # fmt: skip
        mention = found[operation]
        assert (mention.status, mention.verdict, mention.since) == ("ended", "check", ended)
        assert mention.sources
    [dated] = [c for c in answer.claims if c.kind == "last-updated"]
    assert (dated.stated, dated.reason.code) == (None, "page-undated")
    assert not any(c.kind == "count" for c in answer.claims)

    then = review_page(db, page, date(2021, 6, 30))
    assert len(then.mentions) == 5
    assert {m.verdict for m in then.mentions} == {"ok"}
    assert not any(c.verdict == "stale" for c in then.claims)


# verdicts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "country", "claim", "verdict", "code"),
    [
        ("Belgium takes part in MINUSMA.", "BEL", "current", "stale", "ended-by"),
        ("Belgium took part in MINUSMA.", "BEL", "past", "ok", "ended-by"),
        ("MINUSMA was set up in 2013.", "BEL", "neutral", "check", "ended-neutral-by"),
        ("Belgium takes part in MONUSCO.", "BEL", "current", "check", "not-there"),
        ("MONUSCO protects civilians in the east.", "BEL", "current", "ok", "running"),
        ("Belgium takes part in MINURSO.", "BEL", "current", "check", "unconfirmed"),
        ("Belgium took part in MINURSO.", "BEL", "past", "ok", "unconfirmed"),
    ],
)
def test_a_verdict_follows_from_claim_and_status(
    db: Database, text: str, country: str, claim: str, verdict: str, code: str
) -> None:
    mention = only(review(db, text, country=country))
    assert (mention.claim, mention.verdict, mention.reason.code) == (claim, verdict, code)
    assert str(mention.reason)


def test_an_operation_that_had_not_begun_is_to_be_checked(db: Database) -> None:
    mention = only(review(db, "Ireland serves with MINUSMA.", date(2012, 5, 1)))
    assert (mention.status, mention.verdict, mention.reason.code) == (
        "not-yet", "check", "not-yet",
    )  # fmt: skip


def test_a_country_known_to_be_there_is_right(db: Database) -> None:
    text = "La Belgique déploie des militaires au Mali (MINUSMA)."
    mention = only(review(db, text, date(2021, 6, 30), "BEL"))
    assert (mention.verdict, mention.reason.code) == ("ok", "present")


def test_counts_are_those_of_the_date_and_not_of_the_countrys_own_missions(db: Database) -> None:
    def counted(text: str, day: date) -> list[tuple[str | None, str]]:
        claims = review(db, text, day, "IRL").claims
        return [(c.stated, c.verdict) for c in claims if c.kind == "count"]

    said = "The United Nations runs 16 peacekeeping operations."
    assert counted(said, date(2014, 12, 31)) == [("16", "ok")]
    assert counted(said, date(2018, 6, 30)) == [("16", "stale")]
    assert counted("Ireland takes part in six peacekeeping operations.", TODAY) == []
    said = "L’ONU mène actuellement douze opérations de maintien de la paix."
    assert counted(said, date(2022, 1, 31)) == [("12", "ok")]


@pytest.mark.parametrize(
    ("text", "stated", "code"),
    [
        ("Last updated: 8 January 2018", "2018-01-08", "page-old"),
        ("Last updated: 1 November 2026", "2026-11-01", "page-fresh"),
        ("Last updated: 1 January 2027", "2027-01-01", "page-future"),
        ("We keep the peace.", None, "page-undated"),
    ],
)
def test_the_date_of_a_page_is_judged(
    db: Database, text: str, stated: str | None, code: str
) -> None:
    [claim] = [c for c in review(db, text).claims if c.kind == "last-updated"]
    assert (claim.stated, claim.reason.code) == (stated, code)


# names -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "operation"),
    [
        ("Im Rahmen des MINUSMA-Einsatzes dienen Soldaten.", "minusma"),
        ("Die Bundeswehr stellt Beobachter der OSZE-Sonderbeobachtungsmission.", "smm-ukraine"),
        ("Sie gehören der Sonderbeobachtungsmission der OSZE in der Ukraine an.", "smm-ukraine"),
        ("De KFOR-missie bewaakt de grens.", "kfor"),
        ("Dix militaires forment à l’EUTM Mali.", "eutm-mali"),
        ("Der Einsatz Resolute-Support lief aus.", "rsm"),
        ("Two officers serve with UN Disengagement Observer Force.", "undof"),
        ("La Force des Nations unies chargée d'observer le désengagement veille.", "undof"),
        ("The UN Interim Force in Lebanon keeps watch.", "unifil"),
        ("The EU SSR mission in Guinea-Bissau closed in 2010.", "eu-ssr-guinea-bissau"),
        ("The OSCE's Mission in Georgia was closed.", "mission-to-georgia"),
    ],
)
def test_an_operation_is_known_under_inflected_compound_and_reordered_names(
    db: Database, text: str, operation: str
) -> None:
    assert only(review(db, text)).operation == operation


@pytest.mark.parametrize(
    ("text", "operation"),
    [
        ("UNOSOM in 1992 had few troops.", "unosom-i"),
        ("UNOSOM in 1994 had many troops.", "unosom-ii"),
        ("EUMM observers watch the line in Georgia.", "eumm-georgia"),
        ("Until 2007 the EUMM worked in Albania and North Macedonia.", "eumm-western-balkans"),
        ("ECOMOG entered Sierra Leone.", "ecomog-sierra-leone"),
        ("ECOMOG entered Liberia.", "ecomog-liberia"),
    ],
)
def test_a_name_of_several_operations_is_told_apart_by_place_and_year(
    db: Database, text: str, operation: str
) -> None:
    assert only(review(db, text)).operation == operation


@pytest.mark.parametrize(
    "text",
    [
        "The Concordia choir and the Artemis quartet will perform.",
        "La devise « concordia » figure sur la médaille. L'OM joue ce soir à Marseille.",
        "Officers show resolute support for the charity and an active endeavour to help.",
        "Der Chor singt vom Althea-Strauch, Alba Berlin spielt.",
        "Atalanta wint van Ajax; Sophia en Irini kijken toe.",
        "Dans le passé, notre pays a contribué à des OMP en Somalie, au Rwanda, au Liban et au"
        " Soudan.",
        "Nous soutenons le BAP et les RSM de la région.",
    ],
)
def test_ordinary_words_are_no_operations(db: Database, text: str) -> None:
    assert review(db, text).mentions == ()


def test_an_ordinary_word_is_believed_beside_what_makes_it_a_name(db: Database) -> None:
    assert only(review(db, "Operation Artemis ended in 2003.")).operation == "artemis"
    text = "Our frigate joins EUNAVFOR Atalanta.\n\nAtalanta fights piracy."
    assert [m.operation for m in review(db, text).mentions] == ["eunavfor-atalanta"] * 2


def test_the_longer_of_two_names_is_taken_and_places_are_those_of_the_text() -> None:
    names = OperationNames({"a": ["Force One"], "b": ["Force One in Aland"]})
    text = "Là, Force One in Aland et Force One."
    found = [(text[n.start : n.end], n.operations) for n in names.find(text)]
    assert found == [("Force One in Aland", ("b",)), ("Force One", ("a",))]


# what stands above -------------------------------------------------------------------------------


def test_headings_list_openings_and_columns_speak_for_lines_without_a_verb(db: Database) -> None:
    text = (
        "Current operations\n\n- MINUSMA, Mali\n- KFOR\n\nPast operations\n\n- UNMIL\n- SFOR\n\n"
        "We withdrew from:\n- UNIFIL\n"
    )
    claims = {m.operation: m.claim for m in review(db, text).mentions}
    assert claims == {
        "minusma": "current", "kfor": "current", "unmil": "past", "sfor": "past", "unifil": "past",
    }  # fmt: skip


def test_a_heading_of_html_holds_until_one_of_its_level(db: Database) -> None:
    html = (
        "<h1>Past missions</h1><h2>Africa</h2><ul><li>UNMIL</li></ul><h1>Others</h1>"
        "<ul><li>UNIFIL</li></ul>"
    )
    assert [m.claim for m in review(db, html, name="page.html").mentions] == ["past", "neutral"]


@pytest.mark.parametrize(
    ("row", "claim"),
    [
        ("UNMIL | 2003 | 2018", "past"),
        ("UNMIL | 2003 | ", "current"),
        ("UNMIL | 2003 | ongoing", "current"),
    ],
)
def test_a_table_says_from_when_to_when(db: Database, row: str, claim: str) -> None:
    text = f"Mission | Start | End\n{row}\n"
    assert only(review(db, text)).claim == claim


def test_sentences_keep_their_lines() -> None:
    page = read_page(b"One day.\nAnother day with\nUNMIL ended. Then KFOR came.\n", "page.txt")
    sentences = list(split_sentences(page))
    assert [s.text for s in sentences] == [
        "One day.", "Another day with UNMIL ended.", "Then KFOR came.",
    ]  # fmt: skip
    assert [s.line_at(s.text.index(w)) for s, w in zip(
        sentences, ("One", "UNMIL", "KFOR"), strict=True
    )] == [1, 3, 3]  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "text", "found"),
    [
        ("fr", "le 31 decembre 2022", "2022-12-31"),
        ("en", "december 31, 2022", "2022-12-31"),
        ("de", "31. dezember 2022", "2022-12-31"),
        ("nl", "eind mei 2022", "2022-05"),
        ("fr", "12/03/2022", "2022-03-12"),
        ("en", "2022-12-31", "2022-12-31"),
        ("de", "ende 2022", "2022"),
        ("en", "31 february 2022", None),
        ("en", "soon", None),
    ],
)
def test_dates_are_read_as_precisely_as_written(lang: str, text: str, found: str | None) -> None:
    assert date_in(text, lang, read_lexicon()) == found


# the outside -------------------------------------------------------------------------------------


def test_a_page_without_any_operation_is_fine(db: Database) -> None:
    answer = review(db, "Nothing of note happened here today, and nobody was sent anywhere.")
    assert answer.mentions == ()
    assert answer.country is None


def test_an_unknown_country_is_refused(db: Database) -> None:
    with pytest.raises(NotFound):
        review(db, "MINUSMA", country="XQX")


def test_every_reason_can_be_said() -> None:
    values = dict.fromkeys(
        ("name", "date", "decision", "found", "unsure", "stated", "days"), "something"
    )
    assert all("something" in text % values or "%" not in text for text in REASONS.values())


def test_the_command_prints_the_contract(path: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("Belgium deploys soldiers with MINUSMA.\n", "utf-8")
    arguments = ["review", str(page), "--db", str(path), "--as-of", "2026-11-23", "--json"]
    run = CliRunner().invoke(cli, arguments)
    assert run.exit_code == 0, run.output
    answer = json.loads(run.stdout)
    assert {"page", "as_of", "country", "mentions", "claims"} <= set(answer)
    [mention] = answer["mentions"]
    expected = {
        "text": "MINUSMA", "line": 1, "operation": "minusma", "claim": "current",
        "status": "ended", "verdict": "stale", "reason_code": "ended-by",
    }  # fmt: skip
    assert {k: mention[k] for k in expected} == expected
    assert mention["sources"][0]["url"].startswith("http")


def test_a_page_of_50_kb_takes_well_under_a_second_and_names_without_end_stay_bounded(
    db: Database,
) -> None:
    line = "Ireland has 12 soldiers with UNIFIL, and the KFOR mission was reinforced in 2023.\n\n"
    review(db, line)
    started = time.perf_counter()
    assert len(review(db, line * (50_000 // len(line))).mentions) > 1_000
    assert time.perf_counter() - started < 3  # 0.4 s on an idle machine
    started = time.perf_counter()
    assert len(review(db, "MINUSMA " * 20_000).mentions) == 20_000
    assert time.perf_counter() - started < 60  # 2.5 s on an idle machine
