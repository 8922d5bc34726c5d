"""The index that tells which patterns a text can hold never misses one that matches."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from peaceops.resolutions.anchors import AnchorIndex, find_places, lower_text, words_of
from peaceops.resolutions.phrases import compile_phrase, fold
from peaceops.resolutions.tasks import load_task_lexicon

WORDS = ("truce", "monitor", "monitoring", "border", "the", "l'ordre", "cease-fire", "(border)")


def test_a_pattern_is_named_only_where_a_word_of_each_set_stands() -> None:
    index = AnchorIndex([(1, [["monitor*"], ["truce", "border"]]), (2, [["border"]])])
    assert index.find(words_of("monitoring of a truce;")) == {1}
    assert index.find(words_of("the (border), monitored")) == {1, 2}
    assert index.find(words_of("monitors borders")) == set()


def test_a_pattern_without_needs_is_always_named_and_one_number_may_come_twice() -> None:
    index = AnchorIndex([(5, []), (6, [["truce"]]), (6, [["border"]])])
    assert index.find(set()) == {5}
    assert index.find({"border,"}) == {5, 6}


@given(st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join))
def test_what_matches_is_among_the_candidates(text: str) -> None:
    phrases = [
        compile_phrase(written)
        for written in ("monitor* ~ (truce|cease fire)", "<the> border", "l'ordre", "monitor")
    ]
    index = AnchorIndex((n, p.keys) for n, p in enumerate(phrases))
    matching = {n for n, p in enumerate(phrases) if p.pattern.search(fold(text))}
    assert matching <= index.find(words_of(fold(text)))


def test_candidates_of_the_real_lexicon_hold_all_that_a_search_of_every_phrase_finds() -> None:
    text = fold(
        "to monitor the cease-fire, to protect civilians under imminent threat of physical "
        "violence; to support the disarmament, demobilization and reintegration of combatants, "
        "and to assist in the holding of free and fair elections (hereinafter: tasks);"
    )
    book = load_task_lexicon().books["en"]
    everywhere = {n for n, (_, phrase) in enumerate(book.entries) if phrase.pattern.search(text)}
    assert len(everywhere) >= 5
    assert everywhere <= set(book.candidates(words_of(text)))


def test_places_are_all_beginnings_in_order() -> None:
    text = "requests and notes; notes that it requests"
    places = find_places(text, ["notes", "requests"])
    assert places == sorted(m.start() for m in re.finditer("notes|requests", text))


def test_small_letters_keep_their_places() -> None:
    assert len(lower_text("İstanbul and ÉTAT")) == len("İstanbul and ÉTAT")
