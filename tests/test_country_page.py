"""The country's page: four languages, four formats, facts only."""

from __future__ import annotations

import io
import itertools
import json
import re
from datetime import date

import docx
import lxml.html
import pytest
from click.testing import CliRunner

from peaceops.analysis.participation import show_country
from peaceops.cli import cli
from peaceops.model import LANGUAGES, first_day, last_day
from peaceops.store import Database
from peaceops.web.country_page import _sentences, write_country_page
from peaceops.web.documents import (
    Table,
    as_json,
    plain_text,
    write_docx,
    write_html,
    write_markdown,
)

DAY = date(2021, 6, 30)


def test_every_sentence_has_all_languages_and_the_same_values() -> None:
    for key, texts in _sentences().items():
        assert set(texts) == set(LANGUAGES), key
        values = {tuple(sorted(re.findall(r"{\w+}", t))) for t in texts.values()}
        assert len(values) == 1, key


def test_the_page_of_30_june_2021_in_french(real_db: Database) -> None:
    text = write_markdown(write_country_page(real_db, "BEL", "fr", DAY))
    sentence = next(line for line in text.splitlines() if line.startswith("Actuellement"))
    assert "la Belgique déploie du personnel" in sentence
    for place in ("au Mali (MINUSMA)", "en République démocratique du Congo (MONUSCO)",
                  "au Moyen-Orient (ONUST)"):  # fmt: skip
        assert place in sentence.replace("\\", "")
    past = next(line for line in text.splitlines() if line.startswith("Dans le passé"))
    for place in ("en Somalie", "au Rwanda", "au Liban", "au Soudan"):
        assert place in past
    assert "Ukraine" in text and "Gukovo" in text and "Donetsk" in text
    assert "12 opérations de maintien de la paix" in text


def test_a_post_of_long_ago_without_a_known_end_is_not_said_to_last(real_db: Database) -> None:
    text = write_markdown(write_country_page(real_db, "BEL", "en", date(2026, 11, 23)))
    (row,) = [line for line in text.splitlines() if "Willy Hanset" in line]
    assert "from January 1997, end unknown" in row and "since" not in row


def test_a_figure_of_a_few_says_of_whom_where_many_others_were_there(real_db: Database) -> None:
    text = write_markdown(write_country_page(real_db, "BEL", "en", date(2026, 11, 23)))
    row = next(line for line in text.splitlines() if line.startswith("| [UNPROFOR]"))
    assert "10 (individual police officers, on 22 February 1995)" in row


def test_no_country_is_in_an_operation_before_it_came(real_db: Database) -> None:
    answer = show_country(real_db, "BEL", date(2026, 11, 23))
    for parts in (*answer.current.values(), *answer.past.values()):
        for part in parts:
            if part.start and part.counted_on:
                assert first_day(part.start) <= last_day(part.counted_on), part.operation


def test_a_page_of_an_earlier_date_knows_nothing_of_later_years(real_db: Database) -> None:
    for language in LANGUAGES:
        page = write_markdown(write_country_page(real_db, "BEL", language, date(2013, 6, 1)))
        facts = [line for line in page.splitlines() if not line.startswith(("[^", "|"))]
        assert not [line for line in facts if re.search(r"\b20(1[4-9]|2\d)\b(?!/)", line)]


def test_today_it_says_what_became_of_each(real_db: Database) -> None:
    text = write_markdown(write_country_page(real_db, "BEL", "fr", date(2026, 11, 23)))
    row = next(line for line in text.splitlines() if line.startswith("| [MINUSMA]"))
    assert "31 décembre 2023" in row and "2690" in row
    now = [line for line in text.splitlines() if line.startswith("Actuellement")]
    assert all("MINUSMA" not in line for line in now)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_language_uses_its_own_words(real_db: Database, lang: str) -> None:
    page = write_country_page(real_db, "BEL", lang, DAY)
    words = {"fr": "la paix", "nl": "vrede", "de": "Frieden", "en": "peace"}[lang]
    text = write_markdown(page)
    assert words in text
    others = {"fr": "Derzeit", "nl": "Actuellement", "de": "currently", "en": "Momenteel"}[lang]
    assert others not in text
    assert "{" not in text and "None" not in text


def test_a_page_about_a_country_without_facts_invents_nothing(mini_db: Database) -> None:
    page = write_country_page(mini_db, "XAA", "en", date(2010, 1, 1))
    text = write_markdown(page)
    assert "does not yet hold any fact" in text
    assert "currently deploys" not in text


def test_old_figures_are_marked(mini_db: Database) -> None:
    fresh = write_markdown(write_country_page(mini_db, "XBB", "en", date(2010, 6, 1)))
    assert "12 (on 1 May 2010)" in fresh and "*(old figure)*" not in fresh
    old = write_markdown(write_country_page(mini_db, "XBB", "en", date(2011, 6, 1)))
    assert "*(old figure" in old


def test_html_is_whole_and_asks_for_nothing_from_elsewhere(real_db: Database) -> None:
    text = write_html(write_country_page(real_db, "BEL", "de", DAY))
    root = lxml.html.document_fromstring(text)
    assert root.get("lang") == "de"
    assert not root.xpath("//script | //link | //img | //iframe")
    levels = [int(h.tag[1]) for h in root.xpath("//h1 | //h2 | //h3 | //h4")]
    assert levels[0] == 1 and all(b - a <= 1 for a, b in itertools.pairwise(levels))
    for table in root.xpath("//table"):
        assert table.xpath("caption") and table.xpath(".//th[@scope='col']")
    targets = {a.get("href") for a in root.xpath("//a[starts-with(@href, '#')]")}
    ids = {"#" + e.get("id") for e in root.xpath("//*[@id]")}
    assert targets <= ids


def test_docx_has_real_styles_and_opens(real_db: Database) -> None:
    page = write_country_page(real_db, "BEL", "nl", DAY)
    word = docx.Document(io.BytesIO(write_docx(page)))
    styles = [p.style.name for p in word.paragraphs]
    assert styles[0] == "Title" and "Heading 1" in styles and "List Bullet" in styles
    assert len(word.tables) == sum(isinstance(b, Table) for b in page.blocks)
    assert word.core_properties.language == "nl"


def test_json_carries_the_contract_and_the_sources(real_db: Database) -> None:
    answer = json.loads(json.dumps(as_json(write_country_page(real_db, "BEL", "en", DAY))))
    assert answer["country"] == "BEL" and answer["as_of"] == "2021-06-30"
    assert set(answer["facts"]["frameworks"]) >= {"un", "nato", "eu", "osce"}
    assert all(s["url"].startswith("http") for s in answer["sources"])


def test_every_note_points_to_a_source(real_db: Database) -> None:
    page = write_country_page(real_db, "BEL", "en", DAY)
    notes: set[int] = set()
    for block in page.blocks:
        texts = [c for row in block.rows for c in row] if isinstance(block, Table) else []
        texts += [getattr(block, "text", ())] if not isinstance(block, Table) else []
        for text in texts:
            if isinstance(text, tuple):
                assert "None" not in plain_text(text)
                notes |= {n for span in text for n in span.notes}
    assert notes and notes <= set(range(1, len(page.sources) + 1))


def test_the_command_writes_four_languages_at_once(real_db: Database, tmp_path) -> None:  # type: ignore[no-untyped-def]
    result = CliRunner().invoke(
        cli,
        ["page", "BEL", "--db", str(real_db.path), "--lang", "fr,nl,de,en", "--as-of",
         "2021-06-30", "-o", str(tmp_path / "page.docx")],
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "page.de.docx", "page.en.docx", "page.fr.docx", "page.nl.docx",
    ]  # fmt: skip
