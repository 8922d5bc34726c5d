"""A pattern is never passed over in a text that it matches."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peaceops.resolutions import keyed
from peaceops.resolutions.anchors import Kept, wording_of, words_of
from peaceops.resolutions.coder import code_resolution
from peaceops.resolutions.document import read_document
from peaceops.resolutions.keyed import KeyedPattern, literals_of
from peaceops.resolutions.phrases import fold
from peaceops.resolutions.tasks import load_task_lexicon

WRITTEN = (
    r"(?:assisted|led) by",
    r"th(?:ese|is) (?:issues?|efforts?)",
    r"status[- ]of[- ](?:forces?|mission)",
    r"reconfigur\w+ of (?:the )?[^;]{0,9}law",
    r"(?:stabili[sz]ation|interim) force(?!s)",
    r"to (?:re)?view|a+b",
)


@pytest.mark.parametrize("written", WRITTEN)
@given(data=st.data())
def test_every_match_holds_one_of_the_literals(written: str, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(written, fullmatch=True))
    assert any(literal in text for literal in literals_of(written))


def test_a_pattern_of_which_nothing_is_known_is_always_tried() -> None:
    anything = KeyedPattern([r"\d+", "mission"])
    assert anything.keys == ()
    assert anything.search("in 2020") is not None


def test_nothing_is_told_of_a_pattern_for_which_letter_case_does_not_matter() -> None:
    assert literals_of("(?i)Mission") == literals_of("(?i:Mission)") == ()


def test_a_text_without_the_words_is_left_as_it_is() -> None:
    pattern = KeyedPattern(["the (?:force|mission)", "operation"])
    assert set(pattern.keys) == {"the force", "the mission", "operation"}
    assert pattern.sub(lambda m: m.group().upper(), "ends the mission now") == (
        "ends THE MISSION now"
    )
    assert pattern.sub(lambda m: "", "ends a mission now") == "ends a mission now"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_real_patterns_find_in_real_texts_what_a_plain_search_does(
    shared: Path, language: str
) -> None:
    speech = load_task_lexicon().speech[language]
    fields = [getattr(speech, field.name) for field in dataclasses.fields(speech)]
    patterns = [value for value in fields if isinstance(value, KeyedPattern)]
    files = sorted((shared / "data" / "unsc" / language).rglob("*.xml"))[-8:]
    texts = [fold(p.text) for path in files for p in read_document(path).paragraphs]
    passed_over = 0
    for pattern in patterns:
        for text in texts:
            passed_over += not pattern.may_match(text)
            found = pattern.pattern.search(text)
            assert (pattern.search(text) is None) == (found is None)
    assert passed_over > len(texts) * len(patterns) / 2


def test_the_same_text_shares_its_wording_and_another_does_not() -> None:
    first = wording_of("Decides to remain seized of the matter.")
    assert wording_of("Decides to remain seized of the matter.") is first
    assert first.count == 7
    assert set(first.words) == words_of("decides to remain seized of the matter.")
    assert wording_of("Decides") is not first


def test_what_is_kept_is_made_once_and_forgotten_when_there_is_too_much() -> None:
    made: list[str] = []

    def make(key: str) -> int:
        made.append(key)
        return len(key)

    kept = Kept(make, 2)
    assert [kept["one"], kept["three"], kept["one"]] == [3, 5, 3]
    assert made == ["one", "three"]
    assert kept["four"] == 4
    assert (len(kept), kept["one"], made) == (1, 3, ["one", "three", "four", "one"])


def test_a_resolution_is_coded_alike_whatever_was_coded_before(shared: Path) -> None:
    files = sorted((shared / "data" / "unsc" / "en").rglob("*.xml"))[-12:]
    forward = [code_resolution(read_document(path)).as_dict() for path in files]
    backward = [code_resolution(read_document(path)).as_dict() for path in reversed(files)]
    assert forward == backward[::-1]


def test_without_the_parser_every_pattern_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyed, "parser", None)
    pattern = KeyedPattern(["(?:assisted|led) by"])
    assert pattern.keys == ()
    assert [m.group() for m in pattern.finditer("led by far, assisted by X")] == [
        "led by", "assisted by",
    ]  # fmt: skip
