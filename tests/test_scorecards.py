"""Scorecards: each statement with its paragraph, and nothing from thin air."""

from __future__ import annotations

from pathlib import Path

import pytest

from peaceops.errors import DataError
from peaceops.resolutions.document import Resolution, read_bytes, read_document
from peaceops.resolutions.growth import (
    MandateSize,
    list_mandate_years,
    list_partial_years,
    read_mandate_years,
    write_mandate_years,
)
from peaceops.resolutions.lexicon import load_lexicon
from peaceops.resolutions.mandate_lists import list_names
from peaceops.resolutions.scorecards import (
    Evidence,
    code_principles,
    load_scorecards,
    score_a4p,
    score_mandate,
    score_priorities,
)
from peaceops.resolutions.tasks import code_tasks

MISSION = {"unxyz": ["UNXYZ"]}
PRIORITIES = [
    "protection-of-civilians",
    "local-acceptance",
    "political-solutions",
    "clear-realistic-mandate",
    "sufficient-means",
    "mission-synergy",
    "interaction-with-others",
    "rights-and-transition",
]


def resolution(*paragraphs: str, preamble: str = "") -> Resolution:
    body = "\n\n".join(f"{n}. {text}" for n, text in enumerate(paragraphs, 1))
    given = preamble or "Recalling the reports of the Secretary-General and of the Council,"
    head = "Resolution 2901 (2030)\nof 1 June 2030\n\nThe Security Council,"
    return read_bytes(f"{head}\n\n{given}\n\n{body}\n".encode())


def test_the_three_principles_are_quoted_where_the_text_states_them():
    document = resolution(
        "Authorizes UNXYZ to use all necessary means to carry out its mandate;",
        preamble="Reaffirming consent of the parties, impartiality and non-use of force except in "
        "self-defence and defence of the mandate,",
    )
    principles = code_principles(document)
    assert [e.paragraph for e in principles.consent] == ["preamble 1"]
    assert [e.paragraph for e in principles.impartiality] == ["preamble 1"]
    assert [e.paragraph for e in principles.use_of_force] == ["preamble 1"]


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("Recalls that the Force will not use force except in “self-defence”;", True),
        ("Authorizes the Force, acting in self-defence, to reply to bombardments;", True),
        ("Reaffirms impartiality and non-use of force in self-defence only;", True),
        ("Rappelle l’impartialité et le non-recours à la force, sauf en cas de légitime", True),
        ("Authorizes UNXYZ to use all necessary means to protect civilians;", False),
        ("Recalls the principles of non-interference, non-use of force and good faith;", False),
        ("Calls on both parties to refrain from any threat of use of force;", False),
        ("Requests the Secretary-General to take all necessary measures on conduct;", False),
        (
            "Welcomes the dismantling of self-defence groups and active defence of its mandate;",
            False,
        ),
        (
            "Autorise la MINUXY à user de tous les moyens nécessaires pour protéger les civils,",
            False,
        ),
        ("Rappelle aux États la non-ingérence et le non-recours à la force dans la région,", False),
    ],
)
def test_force_authorized_or_forbidden_to_states_is_not_the_principle(text: str, stated: bool):
    french = "é" in text or "moyens" in text
    preamble = "Réaffirmant les résolutions et déclarations du Conseil sur la question," * french
    assert bool(code_principles(resolution(text, preamble=preamble)).use_of_force) is stated


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        (
            "Noting the letter from the President of Utopia requesting the withdrawal of UNXYZ,",
            True,
        ),
        ("Acknowledging the Government of Utopia’s request for the deployment of UNXYZ,", True),
        ("Subject to the consent of troop-contributing countries and the Government,", True),
        ("Noting the letter by the Secretary-General to the President, requesting troops,", False),
        ("After consultations with troop-contributing countries and the Government,", False),
        (
            "Prenant note de la lettre du Gouvernement de transition adressée au Président du "
            "Conseil, demandant le retrait de la Mission et de ses éléments,",
            True,
        ),
        (
            "Prenant acte de la lettre que le Secrétaire général a adressée au Président du "
            "Conseil et des recommandations qui y figurent,",
            False,
        ),
    ],
)
def test_what_the_host_asked_for_counts_as_consent(text: str, stated: bool):
    document = resolution("Acting under Chapter VII, decides;", preamble=text)
    principles = code_principles(document, chapter_vii=Evidence("1", "Acting under Chapter VII"))
    assert bool(principles.consent) is stated
    assert ("chapter-vii-without-consent" in [t.kind for t in principles.tensions]) is not stated


@pytest.mark.parametrize(
    "text",
    [
        "Stresses that the protection of civilians shall be given priority;",
        "Stresses that protection must be given priority, by a sequenced plan;",
        "Decides on a prioritization of tasks;",
    ],
)
def test_clarity_and_the_priority_see_the_same_order_of_tasks(text: str):
    card = score_mandate(resolution(text), ())
    clear = next(p for p in card.priorities if p.id == "clear-realistic-mandate")
    ordered = next(p for p in clear.points if p.id == "priorities")
    assert ordered.evidence == card.clarity.prioritisation != ()


def test_a_long_quote_is_verbatim_and_says_that_the_text_goes_on():
    words = " ".join(f"word{n}" for n in range(60))
    document = resolution(f"Welcomes benchmarks {words} and {words};")
    (found,) = score_mandate(document, ()).clarity.benchmarks
    assert found.quote.endswith("…")
    printed = found.quote.removesuffix("…")
    text = document.operative[0].text
    assert printed in text and text[text.index(printed) + len(printed)] == " "


def test_impartiality_of_humanitarian_help_is_not_that_of_the_operation():
    document = resolution(
        "Recalls the principles of humanity, impartiality, neutrality and independence;"
    )
    assert not code_principles(document).impartiality


def test_arms_without_consent_and_the_threat_of_force_state_no_principle():
    document = resolution(
        "Calls for no weapons without the consent of the Government;",
        "Recalls that all Members shall refrain from the threat or use of force;",
    )
    principles = code_principles(document)
    assert not principles.consent
    assert not principles.use_of_force


def test_chapter_vii_without_consent_is_a_tension_and_with_consent_none():
    seven = Evidence("preamble 2", "Acting under Chapter VII")
    bare = code_principles(resolution("Decides to remain seized;"), chapter_vii=seven)
    assert [(t.kind, t.evidence) for t in bare.tensions] == [
        ("chapter-vii-without-consent", (seven,))
    ]
    asked = resolution("Decides, at the request of the Government, to act;")
    assert not code_principles(asked, chapter_vii=seven).tensions


def test_acting_against_armed_groups_is_a_tension_with_its_paragraph():
    document = resolution("Authorizes UNXYZ to neutralize armed groups in the east;")
    tasks = code_tasks(document, MISSION)
    (tension,) = code_principles(document, tasks).tensions
    assert tension.kind == "neutralize-armed-groups"
    assert tension.evidence[0].paragraph == "1"
    assert tension.label["fr"]


def test_the_eight_priorities_come_in_order_and_an_empty_text_meets_none():
    scores = score_priorities(resolution("Decides to remain seized of the matter;"))
    assert [s.id for s in scores] == PRIORITIES
    assert {s.score for s in scores} == {0.0}
    assert not any(s.evidence for s in scores)


def test_a_priority_scores_the_share_of_its_points_each_with_evidence():
    document = resolution(
        "Requests UNXYZ to protect civilians under threat of physical violence;",
        "Emphasizes that protection of civilians must be given priority in decisions;",
    )
    tasks = code_tasks(document, MISSION)
    score = next(s for s in score_priorities(document, tasks) if s.id == "protection-of-civilians")
    assert [p.id for p in score.points if p.met] == ["mandated", "first"]
    assert score.score == round(2 / len(score.points), 2)
    assert [e.paragraph for e in score.evidence] == ["1", "2"]


def test_what_the_preamble_hopes_scores_no_priority():
    document = resolution(
        "Decides to remain seized of the matter;",
        preamble="Recalling that good offices and mediation serve a political solution of it,",
    )
    assert all(s.score == 0 for s in score_priorities(document))


def test_the_eight_areas_of_action_for_peacekeeping_have_their_words():
    areas = score_a4p(
        resolution(
            "Welcomes a culture of performance and the zero tolerance policy of the United Nations;"
        )
    )
    assert list(areas) == [
        "politics",
        "women-peace-security",
        "protection",
        "performance-accountability",
        "peacebuilding",
        "safety-security",
        "partnerships",
        "conduct",
    ]
    assert [a for a, found in areas.items() if found] == ["performance-accountability", "conduct"]


def test_clarity_counts_and_leaves_unknown_what_is_unknown():
    document = resolution(
        "Decides that the protection of civilians shall be given priority by UNXYZ;",
        "Requests the Secretary-General to propose benchmarks;",
    )
    clarity = score_mandate(document, code_tasks(document, MISSION)).clarity
    assert clarity.operative_paragraphs == 2
    assert clarity.words > clarity.operative_words > 15
    assert [e.paragraph for e in clarity.prioritisation] == ["1"]
    assert [e.paragraph for e in clarity.benchmarks] == ["2"]
    assert (clarity.ceiling, clarity.strength, clarity.filled) == (None, None, None)
    known = score_mandate(document, (), ceiling=1000, strength=0).clarity
    assert known.filled == 0


def test_quotes_are_verbatim_and_the_json_face_holds_everything():
    words = " ".join(["with good offices and mediation"] * 40)
    document = resolution(f"Requests UNXYZ to support the peace process {words};")
    card = score_mandate(document, code_tasks(document, MISSION))
    face = card.as_dict()
    assert list(face["priorities"]) == PRIORITIES
    for priority in face["priorities"].values():
        for evidence in priority["evidence"]:
            assert evidence["quote"] in document.operative[0].text
            assert len(evidence["quote"]) <= 420


def test_a_scorecard_file_with_a_wrong_phrase_is_refused_with_its_place(tmp_path: Path):
    path = tmp_path / "scorecards.yaml"
    path.write_text(
        "principles: {consent: {en: ['(a'], fr: [b]}}\ntensions: {x: {label: {en: a, fr: b}}}\n"
        "priorities: {p: {label: {en: a}, points: {}}}\na4p: {q: {label: {en: a, fr: b}}}\n"
        "clarity: {c: {en: [a], fr: [b]}}\n",
        encoding="utf-8",
    )
    with pytest.raises(DataError) as caught:
        load_scorecards(path)
    places = [p.field for p in caught.value.problems]
    assert "principles/consent.en" in places
    assert "priorities/p" in places
    assert "a4p/q.fr" in places


def test_mandates_by_year_leave_out_what_cannot_be_known(tmp_path: Path):
    rows = list_mandate_years(
        [
            MandateSize(1964, "A", 300, 8, frozenset(), False, True),
            MandateSize(2013, "B", 6000, 35, frozenset({"elections"}), True, True),
            MandateSize(
                2013, "C", 2000, 15, frozenset({"liaison", "child-protection"}), False, False
            ),
        ]
    )
    assert rows[0].tasks_mean is None and rows[0].protection_share is None
    assert rows[0].largest == ""
    assert (rows[1].tasks_mean, rows[1].tasks_most, rows[1].largest) == (1.5, 2, "C")
    assert (rows[1].chapter_vii_share, rows[1].protection_share) == (0.5, 0.5)
    path = tmp_path / "growth.csv"
    write_mandate_years(rows, path)
    assert read_mandate_years(path) == rows


def test_a_year_whose_texts_break_off_is_partial():
    texts = {900: 1994, 901: 1994, 1284: 2000, 1285: 2000, 1286: 2001}
    assert list_partial_years(texts) == {1994, 2001}
    (row,) = list_mandate_years(
        [MandateSize(1994, "A", 300, 8, frozenset(), False, True)], list_partial_years(texts)
    )
    assert row.partial


def test_a_modern_mandate_meets_more_than_one_of_1964(shared: Path):
    lexicon = load_lexicon()
    unsc = shared / "data" / "unsc"
    new = read_document(next((unsc / "en" / "2016").glob("*RES_2295*")))
    old = read_document(next((unsc / "text").glob("*_0186_*")))
    mali = score_mandate(new, code_tasks(new, {"minusma": list_names("minusma", lexicon)}))
    cyprus = score_mandate(old, code_tasks(old, {"unficyp": list_names("unficyp", lexicon)}))
    assert cyprus.principles.consent and not cyprus.principles.impartiality
    assert mali.principles.consent and mali.principles.impartiality
    assert {t.kind for t in mali.principles.tensions} >= {"neutralize-armed-groups"}
    assert mali.clarity.tasks >= 30 and cyprus.clarity.tasks <= 3
    assert all(m.score >= c.score for m, c in zip(mali.priorities, cyprus.priorities, strict=True))
