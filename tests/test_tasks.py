"""Tasks: who is asked what, in which sentence, with what words."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

import pytest

from peaceops.errors import DataError
from peaceops.places import catalogue_dir
from peaceops.resolutions.coder import code_resolution
from peaceops.resolutions.document import Paragraph, Resolution, read_bytes, read_document
from peaceops.resolutions.lexicon import load_lexicon
from peaceops.resolutions.mandate_lists import list_names, restates_mandate, sets_out_mandate
from peaceops.resolutions.phrases import PhraseBook, PhraseError, compile_phrase, fold
from peaceops.resolutions.task_accuracy import (
    Labels,
    Tally,
    compare_languages,
    compare_readings,
    read_heading_rules,
    read_labels,
    recall_headings,
    score_labels,
)
from peaceops.resolutions.tasks import code_tasks, count_tasks, load_task_lexicon
from resolution_files import paragraph, point
from resolution_files import resolution as file_of

MISSION = {"unxyz": ["UNXYZ", "United Nations Mission in Xyz"]}
MISSION_FR = {"unxyz": ["MINUXYZ", "Mission des Nations Unies au Xyz"]}


def resolution(*paragraphs: str, french: bool = False) -> Resolution:
    """A resolution of operative paragraphs; items are lines beginning with a letter in brackets."""
    opening = "Le Conseil de sécurité," if french else "The Security Council,"
    given = (
        "Rappelant ses résolutions et les rapports du Secrétaire général,"
        if french
        else (
            "Recalling the reports of the Secretary-General and that of the Council in this matter,"
        )
    )
    head = (
        "Résolution 2901 (2030)\ndu 1er juin 2030"
        if french
        else "Resolution 2901 (2030)\nof 1 June 2030"
    )
    body = "\n\n".join(f"{n}. {text}" for n, text in enumerate(paragraphs, 1))
    return read_bytes(f"{head}\n\n{opening}\n\n{given}\n\n{body}\n".encode())


def found(document: Resolution, names: dict[str, list[str]] | None = None) -> set[str]:
    """The tasks coded."""
    return {c.task for c in code_tasks(document, names or MISSION)}


# --- phrases ----------------------------------------------------------------------------------


def test_a_phrase_allows_endings_alternatives_gaps_and_words_that_may_be_absent():
    phrase = compile_phrase("monitor* ~ (truce|cease fire) <line>")
    assert [m.group() for m in phrase.find(fold("to be monitoring the whole Cease-Fire"))]
    assert not list(phrase.find(fold("to monitor. The truce")))


def test_a_phrase_is_void_where_an_excluded_word_stands_near():
    phrase = compile_phrase("reconcil*", unless=["agreement on peace and reconciliation"])
    assert list(phrase.find("to bring about national reconciliation"))
    assert not list(phrase.find("under the agreement on peace and reconciliation"))


@pytest.mark.parametrize("wrong", ["(truce", "truce)", "~", "tru$ce"])
def test_a_phrase_that_cannot_be_read_is_refused(wrong: str):
    with pytest.raises(PhraseError):
        compile_phrase(wrong)


def test_a_book_finds_what_each_phrase_finds_alone():
    written = ["protect* ~ civilian*", "human rights", "(l'ordre public|police)", "organi*ation"]
    book = PhraseBook((w, compile_phrase(w)) for w in written)
    text = fold("Protecting all civilians, the organisation and l’ordre public")
    assert {label for label, *_ in book.find(text)} == {written[0], written[2], written[3]}


# --- who is asked -----------------------------------------------------------------------------


def test_a_list_under_the_mandate_belongs_to_the_operation_with_its_printed_paragraphs():
    text = """Decides that UNXYZ shall have the following mandate:

(a) To monitor the ceasefire;

(b) To assist the Government in the reform of the police;"""
    coded = code_tasks(resolution(text), MISSION)
    assert {(c.task, c.paragraph, c.mode) for c in coded} == {
        ("ceasefire-monitoring", "1(a)", "monitor"),
        ("police-reform", "1(b)", "assist"),
    }
    assert {c.operation for c in coded} == {"unxyz"}


def test_what_is_asked_of_the_parties_or_of_states_is_no_task():
    assert not found(
        resolution(
            "Calls upon the parties to respect the ceasefire and to protect civilians;",
            "Urges Member States to train the national police in cooperation with UNXYZ;",
            "Demands that all parties cooperate with UNXYZ and ensure humanitarian access;",
        )
    )


def test_a_sentence_may_turn_from_the_government_to_the_operation():
    text = (
        "Urges the Government to hold elections, requests UNXYZ to clear mines, and calls on "
        "donors to support economic recovery;"
    )
    assert found(resolution(text)) == {"mine-action"}


def test_a_request_is_requested_and_an_encouragement_encouraged():
    document = resolution(
        "Requests UNXYZ to monitor human rights;", "Encourages UNXYZ to support elections;"
    )
    strengths = {c.task: c.strength for c in code_tasks(document, MISSION)}
    assert strengths == {"human-rights": "requested", "elections": "encouraged"}


def test_a_government_asked_to_act_with_the_operations_help_gives_it_a_task():
    text = "Calls upon the authorities, with the assistance of UNXYZ, to reform the prisons;"
    assert {(c.task, c.strength) for c in code_tasks(resolution(text), MISSION)} == {
        ("prison-reform", "encouraged")
    }


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("Strongly supports UNXYZ's efforts to clear mines;", "mine-action"),
        ("Stresses the need to strengthen the human rights component of UNXYZ;", "human-rights"),
        ("Urges both sides to talk, including by supporting UNXYZ in clearing mines;",
         "mine-action"),
        ("Calls on the parties, in close coordination with UNXYZ, to empty the buffer zone;",
         "demilitarization"),
        ("Calls upon the authorities, with UNXYZ's support, to reform the prisons;",
         "prison-reform"),
        ("Welcomes the outreach strategy of UNXYZ, and requests it to continue these activities;",
         "public-information"),
        ("Notes UNXYZ's work on mine clearance, and encourages UNXYZ to continue such efforts;",
         "mine-action"),
        ("Urges the parties to allow UNXYZ to monitor the ceasefire;", "ceasefire-monitoring"),
        ("Welcomes UNXYZ's work on mine clearance, and encourages the continuation of such work;",
         "mine-action"),
        ("Calls on the parties to cooperate fully with UNXYZ in its task of verifying the truce;",
         "ceasefire-monitoring"),
        ("Urges the parties, in full cooperation with UNXYZ, to control small arms;",
         "small-arms"),
        ("Calls on the sides to respect UNXYZ's mandated authority in the buffer zone;",
         "demilitarization"),
        ("Requests the Secretary-General, through his Special Representative, to use his good "
         "offices to facilitate reconciliation;", "national-reconciliation"),
        ("Requests the Secretary-General to facilitate the delivery of relief;",
         "humanitarian-access"),
        ("Requests the Secretary-General to inform the Council of progress, and to strengthen "
         "inter-mission cooperation;", "regional-cooperation"),
        ("Supports the need to improve the Mission's capacity for liaison;", "liaison"),
        ("Decides that UNXYZ shall monitor the implementation of section 6.2 of the Final "
         "Agreement;", "peace-process-support"),
    ],
)  # fmt: skip
def test_the_councils_other_ways_of_giving_a_task(text: str, task: str):
    assert task in found(resolution(text))


@pytest.mark.parametrize(
    "text",
    [
        "Welcomes UNXYZ's efforts to clear mines;",
        "Calls on donors, in close coordination with UNXYZ, to pay for mine clearance;",
        "Commends UNXYZ, thanks the Government, and requests it to clear mines;",
        "Calls upon all parties to allow UNXYZ to carry out its mandate and to hold elections;",
        "Calls on all parties to cooperate fully with the operations of UNXYZ, to open the border "
        "crossings and to hold elections;",
        "Commends UNXYZ and encourages further assistance by donors in mine clearance;",
        "Requests the Secretary-General to inform the Council of the elections;",
        "Decides to extend the mandate of UNXYZ until 31 March 2031, with the expectation that the "
        "parties will implement the Peace Agreement;",
    ],
)
def test_thanks_donors_and_another_it_give_no_task(text: str):
    assert not found(resolution(text))


def test_items_of_a_bare_call_say_themselves_who_is_asked():
    text = """Recalls its resolutions and calls on:

(a) UNXYZ to clear mines;

(b) The Government to hold elections;"""
    assert found(resolution(text)) == {"mine-action"}


def test_the_mission_means_the_only_operation_acted_on():
    assert found(resolution("Requests the Mission to assist in mine clearance;")) == {"mine-action"}


def test_of_two_operations_each_gets_its_own():
    document = resolution(
        "Decides that UNXYZ shall protect civilians;",
        "Authorizes EUFOR Xyz to protect United Nations personnel;",
    )
    coded = code_tasks(document, {**MISSION, "eufor-xyz": ["EUFOR Xyz"]})
    assert {(c.operation, c.task) for c in coded} == {
        ("unxyz", "protection-of-civilians"),
        ("eufor-xyz", "protect-persons-sites"),
    }


def test_several_operations_may_help_another():
    text = (
        "Encourages the authorities to reform the prisons, with the support of UNXYZ, and with "
        "the assistance of EUFOR Xyz;"
    )
    coded = code_tasks(resolution(text), {**MISSION, "eufor-xyz": ["EUFOR Xyz"]})
    assert {c.operation for c in coded} == {"unxyz", "eufor-xyz"}


def test_a_report_asked_of_the_secretary_general_is_no_task():
    assert not found(
        resolution("Requests the Secretary-General to report on the elections that UNXYZ supports;")
    )


def test_how_an_operation_is_composed_is_no_task():
    assert not found(
        resolution("Decides that UNXYZ shall consist of 200 police and corrections officers;")
    )


def test_a_renewal_that_only_refers_to_another_text_states_nothing():
    assert not found(resolution("Decides to extend the mandate of UNXYZ until 31 March 2031;"))


def test_the_name_of_an_operation_is_no_task():
    names = {"minuref": ["United Nations Mission for the Referendum in Xyz"]}
    text = "Decides to extend the mandate of the United Nations Mission for the Referendum in Xyz;"
    assert not found(resolution(text), names)


def test_misconduct_is_not_sexual_violence_and_due_diligence_no_support_of_forces():
    document = resolution(
        "Requests UNXYZ to apply the zero-tolerance policy on sexual exploitation and abuse;",
        "Requests UNXYZ to ensure that any support provided to non-United Nations security forces "
        "is provided in strict compliance with the Human Rights Due Diligence Policy;",
    )
    assert not found(document)


def test_the_quote_is_verbatim_and_bounded():
    words = " ".join(["and in full respect of the sovereignty of the country"] * 30)
    document = resolution(f"Requests UNXYZ to protect civilians {words};")
    (coded,) = code_tasks(document, MISSION)
    assert coded.quote in document.operative[0].text
    assert len(coded.quote) <= 420


def test_a_list_follows_a_sentence_that_print_has_broken():
    text = """Approves the continuation

of UNXYZ, with a revised mandate for the following:

(a) Assisting in the reform of the police;"""
    assert found(resolution(text)) == {"police-reform"}


def test_what_a_later_clause_refers_back_to_is_its_task():
    text = (
        "Reaffirms the importance of a gender perspective, recalls the need to address violence "
        "against women, and encourages UNXYZ to address these issues;"
    )
    assert found(resolution(text)) == {"women-participation", "sexual-violence"}


def test_observers_sent_by_an_early_text_are_the_operation():
    text = "Requests the Secretary-General to deploy a unit of fifty United Nations observers to "
    assert found(resolution(f"{text}monitor the cease-fire in the capital;")) == {
        "ceasefire-monitoring"
    }


def test_a_task_named_twice_counts_once():
    document = resolution(
        "Requests UNXYZ to protect civilians;", "Decides that UNXYZ shall protect civilians;"
    )
    coded = code_tasks(document, MISSION)
    assert len(coded) == 2
    assert count_tasks(coded) == 1


def test_without_an_operation_acted_on_there_is_no_task():
    assert code_tasks(resolution("Requests UNXYZ to protect civilians;"), {}) == ()


@pytest.mark.parametrize(
    ("english", "french", "task"),
    [
        (
            "Requests UNXYZ to protect civilians under threat of physical violence;",
            "Prie la MINUXYZ de protéger les civils menacés de violences physiques;",
            "protection-of-civilians",
        ),
        (
            "Decides that UNXYZ shall monitor the ceasefire between the parties;",
            "Décide que la MINUXYZ surveillera le cessez-le-feu entre les parties;",
            "ceasefire-monitoring",
        ),
        (
            "Encourages the Mission to support the disarmament of combatants of the groups;",
            "Encourage la Mission à appuyer le désarmement des combattants des groupes;",
            "disarmament-demobilization",
        ),
        (
            "Requests UNXYZ to help the authorities in the extension of state authority;",
            "Demande à la MINUXYZ d’aider les autorités dans l’extension de l’autorité de l’État;",
            "state-authority",
        ),
        (
            "Requests UNXYZ to take gender considerations fully into account in its mandate;",
            "Prie la MINUXYZ de tenir pleinement compte des questions de genre dans son mandat;",
            "women-participation",
        ),
        (
            "Requests UNXYZ to support the inter-clan dialogue;",
            "Prie la MINUXYZ d’appuyer le dialogue entre les clans;",
            "local-reconciliation",
        ),
        (
            "Requests the Secretary-General to facilitate the delivery of relief;",
            "Prie le Secrétaire général de faciliter l’acheminement des secours;",
            "humanitarian-access",
        ),
    ],
)
def test_french_says_the_same(english: str, french: str, task: str):
    assert found(resolution(english)) == {task}
    assert found(resolution(french, french=True), MISSION_FR) == {task}


# --- the lexicon ------------------------------------------------------------------------------


def test_the_lexicon_knows_the_tasks_of_the_catalogue():
    with (catalogue_dir() / "tasks.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(r["task"] for r in rows) == load_task_lexicon().tasks
    assert len(rows) == 44
    assert all(r[f"label_{x}"] and r["definition"] for r in rows for x in ("en", "fr", "nl", "de"))


def test_every_mistake_in_a_lexicon_is_reported_at_once(tmp_path: Path):
    raw = (catalogue_dir() / "lexicon" / "tasks.yaml").read_text(encoding="utf-8")
    speech = raw[: raw.index("\ntasks:")]
    path = tmp_path / "tasks.yaml"
    path.write_text(
        f"{speech}\ntasks:\n  mine-action:\n    mode: dig\n"
        "  elections:\n    mode: assist\n    en: ['(vote']\n    fr: [vote]\n    fench: [x]\n",
        encoding="utf-8",
    )
    with pytest.raises(DataError) as caught:
        load_task_lexicon(path)
    told = "\n".join(map(str, caught.value.problems))
    assert "mine-action.mode" in told and "'(vote'" in told and "'fench'" not in told
    assert "elections.fench" in told


def test_a_lexicon_that_is_absent_is_one_clear_line(tmp_path: Path):
    with pytest.raises(DataError, match="cannot be read"):
        load_task_lexicon(tmp_path / "none.yaml")


# --- measuring --------------------------------------------------------------------------------


def test_two_readings_that_agree_have_kappa_one_and_less_otherwise():
    settled = read_labels()
    assert compare_readings(settled, settled, 44).kappa == pytest.approx(1)
    folder = catalogue_dir() / "lexicon" / "labels"
    for name, parts, pairs in (
        ("reading", {"develop", "test", "fresh", "last", "latest"}, 79),
        ("second_reading", {"second"}, 53),
        ("fourth_reading", {"fourth"}, 45),
    ):
        first, second = (read_labels(folder / f"{name}_{x}.csv") for x in "ab")
        agreement = compare_readings(first, second, 44)
        assert 0.8 < agreement.kappa < 1
        read_twice = {p for p, part in settled.parts.items() if part in parts}
        assert agreement.pairs == len(read_twice) == pairs
        assert read_twice == first.pairs.keys() == second.pairs.keys()


def test_what_two_readers_agree_on_is_settled_and_nothing_else_enters():
    settled = read_labels()
    folder = catalogue_dir() / "lexicon" / "labels"
    for name in ("second_reading", "fourth_reading"):
        first, second = (read_labels(folder / f"{name}_{x}.csv") for x in "ab")
        for pair, found in first.pairs.items():
            a, b, s = (set(x) for x in (found, second.pairs[pair], settled.pairs[pair]))
            assert a & b <= s <= a | b


def test_labels_are_tasks_of_the_catalogue_and_resolutions_are_many():
    settled = read_labels()
    known = set(load_task_lexicon().tasks)
    assert all(set(labels) <= known for labels in settled.pairs.values())
    assert len({symbol for symbol, _ in settled.pairs}) >= 40
    assert set(settled.parts.values()) == {
        *(
            "develop",
            "test",
            "fresh",
            "last",
            "latest",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
        )
    }
    assert all(o in load_lexicon().operations for _, o in settled.pairs)


def test_scoring_counts_right_wrong_and_missed():
    labels = read_labels()
    pair = next(p for p, found in labels.pairs.items() if len(found) > 1)
    one = Labels({pair: labels.pairs[pair]})
    assert score_labels(one, lambda _: []).overall == Tally(0, 0, len(labels.pairs[pair]))


def test_a_heading_is_met_by_any_of_its_tasks():
    rules = read_heading_rules()
    tally, _ = recall_headings(rules, [(["ELECTIONS", "RULE OF LAW", "FRANCE"], {"elections"})])
    assert (tally.right, tally.missed) == (1, 1)


def test_every_heading_leads_to_tasks_of_the_catalogue():
    known = set(load_task_lexicon().tasks)
    assert all(rule.tasks <= known for rule in read_heading_rules().values())


# --- against the published texts ----------------------------------------------------------------


LATER = ("second", "third", "fourth", "fifth", "sixth")  # parts of the labelled set


@cache
def files_in(folder: Path) -> dict[int, Path]:
    """Number → file; the number stands after RES_ or SC_."""
    found = {}
    for path in sorted(folder.rglob("*.*")):
        named = re.search(r"(?:RES|SC)[_-]0*(\d+)", path.stem)
        if named:
            found[int(named[1])] = path
    return found


def measure(shared: Path, settled: Labels):
    """The program against some labels."""
    lexicon = load_lexicon()
    unsc = shared / "data" / "unsc"

    @cache
    def read(symbol: str) -> Resolution:
        number = int(re.search(r"RES/(\d+)", symbol)[1])
        return read_document(files_in(unsc / ("text" if number <= 900 else "en"))[number])

    def code(pair):
        operations = [o for s, o in settled.pairs if s == pair[0]]
        return code_tasks(read(pair[0]), {o: list_names(o, lexicon) for o in operations})

    return score_labels(settled, code)


@pytest.fixture(scope="module")
def accuracy(shared: Path):
    """On the resolutions of the first set."""
    settled = read_labels()
    return measure(
        shared,
        Labels(
            {p: x for p, x in settled.pairs.items() if settled.parts[p] not in LATER},
            settled.parts,
        ),
    )


def test_tasks_are_found_as_readers_found_them(accuracy):
    assert accuracy.overall.precision >= 0.88
    assert accuracy.overall.recall >= 0.93
    assert all(t.precision >= 0.85 and t.recall >= 0.85 for t in accuracy.by_part.values())


def test_tasks_are_found_in_the_later_sets(shared: Path):
    settled = read_labels()
    later = measure(
        shared,
        Labels(
            {p: x for p, x in settled.pairs.items() if settled.parts[p] in LATER}, settled.parts
        ),
    )
    assert set(later.by_part) == set(LATER)
    assert all(t.precision >= 0.85 and t.recall >= 0.85 for t in later.by_part.values())


def test_modes_and_strengths_are_mostly_those_of_the_readers(accuracy):
    same, compared = accuracy.modes
    assert same / compared >= 0.8
    same, compared = accuracy.strengths
    assert same / compared >= 0.95


def test_english_and_french_give_the_same_tasks(shared: Path):
    lexicon = load_lexicon()
    unsc = shared / "data" / "unsc"
    english, french = files_in(unsc / "en"), files_in(unsc / "fr")
    values = []
    for number in sorted(french):
        if number in english and number % 3 == 0:
            document = read_document(english[number])
            coded = code_resolution(document, lexicon)
            facts = coded if isinstance(coded, dict) else coded.as_dict()
            names = {a["operation"]: list_names(a["operation"], lexicon) for a in facts["acts_on"]}
            if names:
                other = read_document(french[number])
                value = compare_languages(code_tasks(document, names), code_tasks(other, names))
                if value is not None:
                    values.append(value)
    assert len(values) > 25
    assert sum(values) / len(values) >= 0.9


def test_a_founding_text_is_seen_to_set_out_a_mandate_and_a_short_renewal_is_not(shared: Path):
    english = files_in(shared / "data" / "unsc" / "en")
    lexicon = load_lexicon()
    assert sets_out_mandate(read_document(english[1509]), list_names("unmil", lexicon))
    assert not sets_out_mandate(read_document(english[2548]), list_names("minurso", lexicon))


@pytest.mark.parametrize(
    ("lead", "whole"),
    [
        ("Decides that MINUSMA shall have the following mandate, as a matter of priority;", True),
        ("Decides that the mandate of MINUSMA shall include the following tasks:", True),
        ("Decides to extend MINUSMA’s mandate for 12 months as follows:", True),
        ("Decides that, in addition to the tasks in paragraph 2, MINUSMA shall also have:", False),
        ("Decides that MINUSMA, within its existing mandate, shall do the following tasks:", False),
        ("Reaffirms MINUSMA’s mandate to take the necessary action and carry out:", False),
        ("Requests the Secretary-General to report on the following tasks of MINUSMA:", False),
    ],
)
def test_a_mandate_is_set_out_whole_or_something_is_added_to_it(lead: str, whole: bool) -> None:
    items = "".join(point(f"({x})", f"to do work {x};") for x in "abc")
    document = read_bytes(file_of(paragraph("1.", lead, items)).encode())
    assert restates_mandate(document, ["MINUSMA"]) is whole


@pytest.mark.parametrize("printed", ["UNO-Force", "UNO Force", "UNO - Force", "UNO  Force"])
def test_an_operation_is_named_with_hyphen_or_space(printed: str) -> None:
    text = f"Requests {printed} to monitor the ceasefire and to patrol the border;"
    paragraph = Paragraph(0, "1", "operative", text)
    document = Resolution("S/RES/9999 (2021)", None, "en", (paragraph,))
    found = code_tasks(document, {"x": ("UNO Force",)})
    assert found and {c.operation for c in found} == {"x"}
    assert not code_tasks(document, {"x": ("NO Force",)})
