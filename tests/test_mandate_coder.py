"""The coder: operations acted on, expiry, ceilings, Chapter VII, duties; English as French."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from peaceops.errors import DataError, Problem
from peaceops.resolutions.anchors import wording_of
from peaceops.resolutions.ceiling_cells import CeilingStep, write_ceiling
from peaceops.resolutions.coder import code_resolution
from peaceops.resolutions.corrections import load_corrections
from peaceops.resolutions.document import read_bytes
from peaceops.resolutions.lexicon import load_lexicon, needs_of, pattern_source
from peaceops.web.languages import read_languages
from peaceops.web.problems import tell_problems
from resolution_files import paragraph, point, resolution

PREAMBLE = (
    "Recalling its resolutions on Mali,",
    "Commending the United Nations Multidimensional Integrated Stabilization Mission in Mali "
    "(MINUSMA),",
)


def code(body: str, preamble: tuple[str, ...] = PREAMBLE, **about: Any) -> dict[str, Any]:
    document = read_bytes(resolution(body, preamble, **about).encode(), "invented.xml")
    return code_resolution(document, corrections={}).as_dict()


def acts(coded: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    return [(a["operation"], a["action"], a["until"]) for a in coded["acts_on"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Approves the continuation of MINUSMA’s mandate until 30 June 2022;",
            ("minusma", "extend", "2022-06-30"),
        ),
        (
            "Decides to extend the mandate of the Mission to 30 June 2022;",
            ("minusma", "extend", "2022-06-30"),
        ),
        (
            "Authorizes the establishment of a police component as an integral part of MINUSMA;",
            ("minusma", "amend", None),
        ),
        (
            "Requests MINUSMA to monitor compliance with the ban on military flights;",
            ("minusma", "amend", None),
        ),
        (
            "Decides to extend the mandate of MINUSMA until 30 June 2022;",
            ("minusma", "extend", "2022-06-30"),
        ),
        (
            "Decides to extend until 30 June 2022 the mandate of the Mission;",
            ("minusma", "extend", "2022-06-30"),
        ),
        (
            "Expresses its support for MINUSMA and decides to extend its mandate for a further "
            "period ending on 30 June 2022;",
            ("minusma", "extend", "2022-06-30"),
        ),
        (
            "Decides that the mandate of MINUSMA shall be extended for a period of six months "
            "from the date of adoption of this resolution;",
            ("minusma", "extend", "2021-12-29"),
        ),
        (
            "Decides to extend the mandate of MINUSMA for a final 3-month period until June 30, "
            "2022;",
            ("minusma", "extend", "2022-06-30"),
        ),
        (
            "Decides to renew the mandate of MINUSMA for twelve months beginning on 1 July 2021;",
            ("minusma", "extend", "2022-06-30"),
        ),
        (
            "Decides to terminate the mandate of MINUSMA as of 31 December 2021;",
            ("minusma", "terminate", "2021-12-31"),
        ),
        (
            "Decides to increase the authorized strength of MINUSMA by 500 troops;",
            ("minusma", "amend", None),
        ),
    ],
)
def test_what_is_decided_about_an_operation(
    text: str, expected: tuple[str, str, str | None]
) -> None:
    coded = code(paragraph("1.", text))
    assert acts(coded) == [expected]
    assert coded["acts_on"][0]["paragraph"] == "1"


@pytest.mark.parametrize(
    "text",
    [
        "Welcomes the efforts of MINUSMA and its cooperation with the African Union;",
        "Recalls its decision to extend the mandate of MINUSMA until 30 June 2022;",
        "Decides to extend until 30 June 2022 the mandate of the Panel of Experts, which "
        "cooperates with MINUSMA;",
        "Decides that the measures shall not apply to supplies for the use of MINUSMA;",
        "Expresses its intention to consider the renewal of the mandate of MINUSMA;",
        "Requests MINUSMA to assist the Committee;",
        "Calls upon States to take all measures necessary to provide assistance to MINUSMA;",
    ],
)
def test_a_mention_is_no_decision(text: str) -> None:
    coded = code(paragraph("1.", text))
    assert acts(coded) == [] and coded["mentions"] == ["minusma"]


def test_a_list_item_decides_only_where_it_opens_with_the_act() -> None:
    items = point("(a)", "To call upon the parties;")
    items += point("(b)", "To renew the mandate of MINUSMA until 30 June 2022;")
    assert acts(code(paragraph("1.", "Decides:", items))) == [("minusma", "extend", "2022-06-30")]
    task = point("(a)", "to establish links with the United Nations Mission in Liberia (UNMIL);")
    body = paragraph("1.", "Decides that MINUSMA shall have the following tasks:", task)
    assert all(a[0] != "unmil" for a in acts(code(body, day="2014-06-29", printed="")))


def test_two_operations_in_one_breath() -> None:
    text = (
        "Decides that the mandates of the United Nations Operation in Côte d’Ivoire (UNOCI) and of "
        "the French forces which support it shall be extended until 15 December 2006;"
    )
    coded = code(paragraph("1.", text), (), day="2006-01-24", printed="24 January 2006")
    assert acts(coded) == [
        ("licorne", "extend", "2006-12-15"),
        ("unoci", "extend", "2006-12-15"),
    ]


def test_the_founding_names_a_new_operation_only() -> None:
    text = (
        "Authorizes the establishment of, as a follow-on mission to UNOA, the United Nations "
        "Mission in Angola (UNMA) for a period of six months until 15 February 2003;"
    )
    coded = code(paragraph("1.", text), (), day="2002-08-15", printed="15 August 2002")
    assert acts(coded) == [("unma", "establish", "2003-02-15")]


def test_a_renewed_establishment_is_an_extension() -> None:
    text = (
        "Authorizes the Member States acting through the EU to establish for a further period of "
        "12 months, starting from the date of the adoption of this resolution, a multinational "
        "stabilization force (EUFOR ALTHEA) as a legal successor to SFOR;"
    )
    coded = code(paragraph("3.", text), (), day="2021-11-03", printed="3 November 2021")
    assert acts(coded) == [("eufor-althea", "extend", "2022-11-03")]


FRENCH = (
    "Saluant la Mission multidimensionnelle intégrée des Nations Unies pour la stabilisation au "
    "Mali (MINUSMA),",
    "Agissant en vertu du Chapitre VII de la Charte des Nations Unies,",
)
PAIRS = [
    (
        "Decides to extend the mandate of MINUSMA until 1 July 2022;",
        "Décide de proroger jusqu’au 1<sup>er</sup> juillet 2022 le mandat de la MINUSMA ;",
    ),
    (
        "Expresses its support for MINUSMA and decides to extend its mandate until 30 June 2022;",
        "Exprime son appui à la MINUSMA et décide d’en proroger le mandat jusqu’au 30 juin 2022 ;",
    ),
    (
        "Decides to terminate MINUSMA’s mandate as of 30 June 2023;",
        "Décide de mettre fin au mandat de la MINUSMA à compter du 30 juin 2023 ;",
    ),
    (
        "Decides that MINUSMA shall comprise up to 13,289 military personnel, including 40 "
        "military observers, and 1,920 police personnel;",
        "Décide que l’effectif maximal de la MINUSMA reste fixé à 13 289 militaires, dont 40 "
        "observateurs militaires, et 1 920 policiers ;",
    ),
    (
        "Decides to increase by 2,750 military personnel the authorized strength of MINUSMA;",
        "Décide d’augmenter de 2 750 militaires l’effectif autorisé de la MINUSMA ;",
    ),
]


@pytest.mark.parametrize(("english", "french"), PAIRS)
def test_english_and_french_give_the_same(english: str, french: str) -> None:
    first = code(paragraph("1.", english), (*PREAMBLE, "Acting under Chapter VII of the Charter,"))
    second = code(paragraph("1.", french), FRENCH, language="fra")

    def levels(coded: dict[str, Any]) -> list[tuple[Any, ...]]:
        return [(c["operation"], c["kind"], c["persons"], c["change"]) for c in coded["ceilings"]]

    assert acts(first) == acts(second) != []
    assert levels(first) == levels(second)
    assert first["chapter_vii"]["value"] is second["chapter_vii"]["value"] is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Decides that MINUSMA will comprise up to 11,200 military personnel and 1,440 police "
            "personnel;",
            [("military", 11200, None), ("police", 1440, None)],
        ),
        (
            "Decides that MINUSMA shall consist of a military component of up to 7,500 troops of "
            "all ranks and of a police component of up to 1,951 officers;",
            [("military", 7500, None), ("police", 1951, None)],
        ),
        (
            "Decides to decrease MINUSMA’s military strength from 3,590 to 1,240 military "
            "personnel by 30 June 2016;",
            [("military", 1240, -2350)],
        ),
        (
            "Decides to increase the strength of MINUSMA by up to 1,500 additional personnel, "
            "including a maximum of 1,025 military personnel and 475 police personnel;",
            [("total", None, 1500), ("military", None, 1025), ("police", None, 475)],
        ),
        (
            "Decides that MINUSMA shall include 13 formed police units of up to 140 personnel "
            "each;",
            [],
        ),
        ("Decides that MINUSMA shall train 2,000 members of the signatory groups;", []),
    ],
)
def test_ceilings_by_category(text: str, expected: list[tuple[str, int, int]]) -> None:
    coded = code(paragraph("2.", text))
    found = [(c["kind"], c["persons"], c["change"]) for c in coded["ceilings"]]
    found = [c for c in found if c[0] != "total" or c in expected]
    assert found == expected


DATED = [
    (
        "Decides that MINUSMA’s authorised troop ceiling will comprise 13,500 military personnel "
        "and 591 police personnel, until June 30th 2024, and be reduced to 11,500 military "
        "personnel and 443 police personnel from July 1st 2024 onwards;",
        ["military=13500", "police=591", "military=11500@2024-07-01", "police=443@2024-07-01"],
    ),
    (
        "Authorizes Member States to deploy up to 12,626 uniformed personnel, inclusive of 1,040 "
        "police personnel, to MINUSMA until 30 June 2025, and to complete by this date the "
        "realignment of all troops, including the drawdown of those 800 uniformed personnel in "
        "excess; authorizes Member States to deploy up to 11,826 uniformed personnel, inclusive "
        "of 680 police personnel, to MINUSMA from 1 July until 31 December 2025;",
        [
            "uniformed=12626", "police=1040/uniformed", "uniformed=-800@2025-06-30",
            "uniformed=11826@2025-07-01", "police=680@2025-07-01/uniformed",
        ],
    ),
    (
        "Decides to maintain MINUSMA’s authorized troop ceiling of 4,791 until 15 October 2018, "
        "and further decides that MINUSMA’s authorized troop ceiling shall be 4,250 troops;",
        ["military=4791", "military=4250@2018-10-16"],
    ),
    (
        "Decides that by 30 June 2018 MINUSMA’s ceiling for troops and police shall be reduced to "
        "consist of up to 8,735 military personnel and 2,500 police personnel;",
        ["military=8735@2018-06-30", "police=2500@2018-06-30"],
    ),
    (
        "Decides to reduce MINUSMA’s military strength to a ceiling of 434 military personnel and "
        "to decrease its police strength to 310 police personnel, by 28 February 2017;",
        ["military=434@2017-02-28", "police=310@2017-02-28"],
    ),
    (
        "Endorses the drawdown of MINUSMA, from October 2009 to May 2010, repatriating 2,029 "
        "military personnel, leaving MINUSMA’s military strength at 8,202 personnel, including "
        "7,952 troops in Mali;",
        ["military=8202(-2029)@2010-05", "military=7952@2010-05/military"],
    ),
    (
        "Decides that MINUSMA will comprise a maximum of 7,392 military personnel, maintaining "
        "the combined total authorized strength at 8,650 personnel, including a maximum of 7,200 "
        "troops and staff officers and 192 military observers, and a maximum of 1,250 police "
        "personnel;",
        [
            "military=7392", "total=8650", "military=7200/total", "military-observers=192/total",
            "police=1250/total",
        ],
    ),
    (
        "Decides that MINUSMA will comprise up to 10,750 military personnel, including 480 "
        "military observers, 2,080 police personnel, including 400 individual police officers, "
        "and 108 corrections officers which includes an additional 68 corrections officers;",
        [
            "military=10750", "military-observers=480/military", "police=2080",
            "individual-police=400/police", "corrections=108(+68)",
        ],
    ),
    (
        "Decides that MINUSMA will consist of up to 7,000 military personnel, and further decides "
        "to review whether conditions could allow a reduction of MINUSMA’s military personnel to "
        "a level of 6,000;",
        ["military=7000"],
    ),
    (
        "Decides to reduce the MINUSMA force by 2,000 troops, while maintaining an authorized "
        "troop ceiling of 19,815 military personnel;",
        ["military=19815"],
    ),
    (
        "Decides to increase the strength of MINUSMA from six thousand to approximately seven "
        "thousand troops;",
        ["military=7000(+1000)"],
    ),
    (
        "Authorizes the increase in strength of MINUSMA up to a force level of 22,000, all ranks;",
        ["military=22000"],
    ),
    (
        "Authorizes MINUSMA to deploy from November 2005 up to 250 military personnel to Sierra "
        "Leone;",
        ["military=250@2005-11"],
    ),
    ("Decides that MINUSMA shall include up to twelve military helicopters;", []),
]  # fmt: skip


def cells(coded: dict[str, Any]) -> list[str]:
    return [
        write_ceiling(CeilingStep(*(c[k] for k in ("kind", "persons", "change", "from", "within"))))
        for c in coded["ceilings"]
    ]


@pytest.mark.parametrize(("text", "expected"), DATED)
def test_a_ceiling_has_its_day_and_its_whole(text: str, expected: list[str]) -> None:
    extends = paragraph("1.", "Decides to extend the mandate of MINUSMA until 30 June 2022;")
    assert cells(code(extends + paragraph("2.", text))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Décide que la MINUSMA maintiendra un effectif maximum autorisé de 13 500 militaires, "
            "dont 480 observateurs militaires, jusqu’au 30 juin 2024, qui sera réduit à 11 500 "
            "militaires et 443 policiers à partir du 1er juillet 2024 ;",
            [
                "military=13500", "military-observers=480/military", "military=11500@2024-07-01",
                "police=443@2024-07-01",
            ],
        ),
        (
            "Autorise les États membres à envoyer à la MINUSMA jusqu’à concurrence de 14 626 "
            "membres du personnel en tenue, dont 1 040 policiers, du 1er janvier 2024 au 30 juin "
            "2024, et d’achever le retrait de 4 000 membres du personnel à cette date ;",
            [
                "uniformed=14626@2024-01-01", "police=1040@2024-01-01/uniformed",
                "total=-4000@2024-06-30",
            ],
        ),
        (
            "Décide que la MINUSMA aura un effectif maximum de 13 500 militaires, et continue "
            "d’approuver le déploiement, à titre temporaire, d’un maximum de 360 membres d’unités "
            "de police constituées ;",
            ["military=13500", "formed-police=+360"],
        ),
    ],
)  # fmt: skip
def test_a_french_ceiling_has_its_day_and_its_whole(text: str, expected: list[str]) -> None:
    extends = paragraph("1.", "Décide de proroger le mandat de la MINUSMA jusqu’au 30 juin 2022 ;")
    assert cells(code(extends + paragraph("2.", text), FRENCH, language="fra")) == expected


def test_what_is_sent_elsewhere_is_a_part_of_the_larger_level() -> None:
    body = paragraph(
        "5.", "Authorizes MINUSMA to deploy up to 250 military personnel to Sierra Leone;"
    ) + paragraph(
        "6.",
        "Authorizes a temporary increase in MINUSMA’s personnel ceiling, to a total of 15,250 "
        "military personnel, for the period from 15 November 2005 to 31 March 2006;",
    )
    assert cells(code(body)) == ["military=250/military", "military=15250@2005-11-15"]


def test_chapter_vii_where_the_council_acts_not_where_it_recalls() -> None:
    acting = code(
        paragraph("1.", "Decides."), ("Acting for these reasons under Chapter VII of the Charter,",)
    )
    assert acting["chapter_vii"]["paragraph"] == "preamble 1"
    recalled = "Reaffirming resolution 1373 (2001) adopted under Chapter VII of the Charter,"
    body = "Recalls the Committee established by resolution 1373 (2001) acting under Chapter VII;"
    assert code(paragraph("1.", body), (recalled,))["chapter_vii"]["value"] is False


def test_means_reports_and_exit_carry_their_paragraphs() -> None:
    body = paragraph(
        "1.", "Authorizes MINUSMA to use all necessary means to carry out its mandate;"
    )
    body += paragraph(
        "2.",
        "Requests the Secretary-General to report to the Council every three months after the "
        "adoption of this resolution;",
    )
    body += paragraph(
        "3.",
        "Requests the Secretary-General to present to the Council a plan for the drawdown of "
        "MINUSMA no later than 31 March 2022;",
    )
    coded = code(body)
    assert [(m["operation"], m["paragraph"]) for m in coded["all_necessary_means"]] == [
        ("minusma", "1")
    ]
    duties = [(d["paragraph"], d["due"], d["every"]) for d in coded["reports"]]
    assert duties == [("2", "2021-09-29", "3 months"), ("3", "2022-03-31", None)]
    assert [e["paragraph"] for e in coded["exit"]] == ["3"]


def test_a_resolution_without_operation_is_coded_all_the_same() -> None:
    coded = code(paragraph("1.", "Recommends that the State be admitted."), ())
    assert (coded["acts_on"], coded["mentions"], coded["tasks"]) == ([], [], [])
    assert coded["length"]["operative_paragraphs"] == 1 and coded["problems"] == []


def test_other_languages_are_read_and_said_to_be_uncoded() -> None:
    coded = code(paragraph("1.", "Decide prorrogar."), (), language="spa")
    assert coded["acts_on"] == [] and coded["problems"][0]["field"] == "language"


LIBRARY = (
    '<classification source="DHLAUTH"><keyword refersTo="title" dictionary="DHL" value="Security '
    "Council resolution 9001 (2021) [on extension of the mandate of the UN Multidimensional "
    'Integrated Stabilization Mission in Mali (MINUSMA) until 30 June 2023]"/></classification>'
    '<workflow><step outcome="adopted" refersTo="Chapter VII"/></workflow>'
)


def test_the_librarys_headings_are_compared_and_never_used() -> None:
    body = paragraph("1.", "Decides to extend the mandate of MINUSMA until 30 June 2022;")
    with_headings = code(body, meta=LIBRARY)
    assert acts(with_headings) == acts(code(body))
    found = {(p["field"], p["message"].split(";")[0]) for p in with_headings["problems"]}
    assert found == {
        ("acts_on", "minusma: until 2022-06-30"),
        ("chapter_vii", "read as False"),
    }


def test_the_same_text_gives_the_same_answer() -> None:
    body = paragraph("1.", "Decides to extend the mandate of MINUSMA until 30 June 2022;")
    assert code(body) == code(body)


def test_a_correction_is_applied_and_shown(tmp_path: Path) -> None:
    path = tmp_path / "mandates.yaml"
    entry = {
        "symbol": "S/RES/9001 (2021)",
        "field": "acts_on",
        "where": {"operation": "minusma"},
        "set": {"until": "2022-07-01"},
        "because": "The text was corrected by the Secretariat.",
    }
    path.write_text(yaml.safe_dump([entry]), encoding="utf-8")
    body = paragraph("1.", "Decides to extend the mandate of MINUSMA until 30 June 2022;")
    document = read_bytes(resolution(body, PREAMBLE).encode(), "x.xml")
    coded = code_resolution(document, corrections=load_corrections(path)).as_dict()
    assert coded["acts_on"][0]["until"] == "2022-07-01"
    assert coded["acts_on"][0]["corrected"] is True
    assert coded["corrections"][0]["because"].startswith("The text")
    entry["where"] = {"operation": "unmil"}
    path = tmp_path / "other.yaml"
    path.write_text(yaml.safe_dump([entry]), encoding="utf-8")
    coded = code_resolution(document, corrections=load_corrections(path)).as_dict()
    assert coded["problems"][0]["message"] == "a correction found nothing to correct"


def test_a_wrong_correction_is_named_with_its_entry(tmp_path: Path) -> None:
    path = tmp_path / "mandates.yaml"
    path.write_text("- {symbol: 2531, field: act_on, because: ''}\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_corrections(path)
    fields = {p.field for p in caught.value.problems}
    assert fields == {"symbol", "field", "because"}
    assert "acts_on" in str(caught.value)


def test_a_wrong_lexicon_names_every_entry(tmp_path: Path) -> None:
    (tmp_path / "operations.yaml").write_text(
        "- {id: Bad Id, years: [1999]}\n- {id: good, years: []}\n", encoding="utf-8"
    )
    with pytest.raises(DataError) as caught:
        load_lexicon(tmp_path)
    text = str(caught.value)
    assert "Bad Id" in text and "no first year" in text and "decisions.yaml" in text


def test_operations_of_the_lexicon_are_those_of_the_catalogue() -> None:
    lexicon = load_lexicon()
    assert len(lexicon.operations) > 170
    for name in ("untso", "minusma", "kfor", "eufor-althea", "isaf", "mss-haiti", "interfet"):
        assert name in lexicon.operations


def test_pattern_keys_are_words_every_match_holds() -> None:
    assert needs_of("(extend*|renew*) ~~ {operation}") == [("extend*", "renew*")]
    # Alternatives inside brackets may be absent: they need nothing and split no group.
    assert needs_of("(review|under [close|regular] watch) ~ d’ici 3") == [
        ("review", "under"), ("ici",),
    ]  # fmt: skip
    assert pattern_source("a ~ b").startswith(r"\ba\b")


def test_verbs_are_found_at_openings_as_by_a_search_everywhere() -> None:
    text = (
        "Recalls its decisions and AUTHORIZES UNMIL, also requests the Mission to stay;decides "
        "that it strongly supports this:– further  welcomes, the strand and demands of the land"
    )
    lexicon = load_lexicon()
    words = lexicon.decisions["en"]
    held = wording_of(text).recall(lexicon.indexes["en"])
    everywhere = [(m.span(), m["verb"]) for m in words.clause.finditer(text.lower())]
    assert [(m.span(), m["verb"]) for m in words.find_verbs(text.lower(), held)] == everywhere
    assert [verb for _, verb in everywhere] == [
        "recalls", "authorizes", "requests", "decides", "supports", "welcomes", "demands",
    ]  # fmt: skip


def test_a_name_with_a_small_first_letter_is_found_beside_one_with_a_capital() -> None:
    lexicon = load_lexicon()
    text = "Welcomes UNMIL and the multinational stabilization force"
    assert [m[0] for m in lexicon.find_names(text)] == [
        "UNMIL",
        "multinational stabilization force",
    ]
    assert [m[0] for m in lexicon.find_names(text[:18])] == ["UNMIL"]


def means(body: str, **about: Any) -> list[tuple[str, str]]:
    return [(m["operation"], m["paragraph"]) for m in code(body, **about)["all_necessary_means"]]


EXTENDED = paragraph("1.", "Decides to extend the mandate of MINUSMA until 30 June 2022;")


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("Authorizes MINUSMA to use all necessary means to carry out its mandate;", True),
        ("Decides that MINUSMA is authorized to take the necessary action to protect it;", True),
        ("Decides that MINUSMA may take all necessary measures within its capabilities;", True),
        ("Recalls its authorization to MINUSMA to take all necessary action;", True),
        ("Stresses that MINUSMA’s mandate includes authority to use all necessary means;", True),
        ("Authorizes States taking part in MINUSMA to take all necessary measures;", True),
        ("Emphasizing that MINUSMA is authorized to use all necessary means;", True),
        ("Emphasizing that MINUSMA may use all necessary means, encourages it to do so;", True),
        ("Underscores that MINUSMA’s mandate includes taking the necessary actions;", True),
        ("Requests the parties to take the necessary steps for the safety of MINUSMA;", False),
        ("Calls on the parties to take all necessary steps on attacks on MINUSMA;", False),
        ("Authorizes the Secretary-General to take the necessary steps to deploy MINUSMA;", False),
        ("Decides that all States shall take the necessary measures against arms;", False),
        (
            "Recalls the agreement on MINUSMA, by which the Government of Mali shall take all "
            "necessary measures for its safety;",
            False,
        ),
        (
            "Stresses that only MINUSMA is authorized to carry weapons there, and urges the "
            "Government to take all necessary steps to that end;",
            False,
        ),
        (
            "Authorizes Member States inspecting ships to use all necessary measures to carry out "
            "inspections;",
            False,
        ),
    ],
)
def test_means_count_only_where_they_are_given_to_the_operation(text: str, given: bool) -> None:
    found = means(EXTENDED + paragraph("2.", text))
    assert found == ([("minusma", "2")] if given else [])


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("Autorise la MINUSMA à user de tous les moyens nécessaires ;", True),
        ("Décide que la MINUSMA est autorisée à prendre toutes les mesures nécessaires ;", True),
        ("Rappelle qu’il a autorisé la MINUSMA à prendre toutes les mesures nécessaires ;", True),
        ("Demande aux parties de prendre les mesures nécessaires pour la MINUSMA ;", False),
        ("Rappelle que tous les États doivent prendre les mesures nécessaires ;", False),
        (
            "Maintient l’effectif autorisé de la MINUSMA et prie le Secrétaire général de prendre "
            "les mesures nécessaires ;",
            False,
        ),
    ],
)
def test_means_are_given_in_french_as_in_english(text: str, given: bool) -> None:
    extended = paragraph("1.", "Décide de proroger le mandat de la MINUSMA jusqu’au 30 juin 2022 ;")
    found = means(
        extended + paragraph("2.", text),
        preamble=(
            "Rappelant la Mission multidimensionnelle intégrée des Nations Unies pour la "
            "stabilisation au Mali (MINUSMA),",
        ),
        language="fra",
    )
    assert found == ([("minusma", "2")] if given else [])


def test_items_of_a_list_take_the_means_from_its_introduction() -> None:
    first = point("(a)", "To use all necessary means to protect civilians;")
    lead = "Decides that MINUSMA shall have the following mandate, and requests a report on it:"
    assert means(EXTENDED + paragraph("2.", lead, first)) == [("minusma", "2(a)")]
    asked = "Requests the Secretary-General to do the following within the mandate of MINUSMA:"
    second = point("(a)", "Taking all necessary measures to secure supply routes;")
    assert means(EXTENDED + paragraph("2.", asked, second)) == []


def test_states_acting_under_two_paragraphs_give_the_means_to_both_operations() -> None:
    body = paragraph("1.", "Authorizes States to establish EUFOR Althea until 30 June 2022;")
    body += paragraph("2.", "Authorizes States to establish a NATO Headquarters in Sarajevo;")
    body += paragraph(
        "3.",
        "Authorizes the Member States acting under paragraphs 1 and 2 above to take all necessary "
        "measures to ensure compliance with the Peace Agreement in Bosnia and Herzegovina;",
    )
    assert means(body, preamble=("Recalling Bosnia,",)) == [
        ("eufor-althea", "3"),
        ("nato-hq-sarajevo", "3"),
    ]


@pytest.mark.parametrize(
    ("text", "given"),
    [
        (
            "Authorizes French forces, within their capacities and areas, until the end of "
            "MINUSMA’s mandate, to use all necessary means;",
            ["barkhane"],
        ),
        (
            "Authorizes MINUSMA together with the French forces to use all necessary means;",
            ["minusma", "barkhane"],
        ),
        (
            "Authorizes MINUSMA, in coordination with AFISMA, to use all necessary means;",
            ["minusma"],
        ),
    ],
)
def test_means_are_those_of_the_operation_authorized(text: str, given: list[str]) -> None:
    preamble = (*PREAMBLE, "Recalling AFISMA and the French forces in Mali,")
    found = means(EXTENDED + paragraph("2.", text), preamble=preamble)
    assert found == [(operation, "2") for operation in given]


def test_quotes_hold_the_words_as_printed() -> None:
    text = (
        "Decides, as recommended when considering the renewal of the mandate, to extend the "
        "mandate of MINUSMA, as a legal successor to AFISMA, until 30 June 2022"
    )
    (act,) = code(paragraph("1.", text + ";"))["acts_on"]
    assert act["quote"] in text and "as a legal successor to AFISMA" in act["quote"]


def test_chapter_vii_counts_where_the_second_part_opens_with_it() -> None:
    text = (
        "Resolution 4701 (1980)\nof 30 May 1980\n\nThe Security Council,\n\nRecalling,\n\nA\n\n"
        "1. Approves the report;\n\nB\nActing under Chapter VII of the Charter,\n\n2. Decides.\n"
    )
    found = code_resolution(read_bytes(text.encode()), corrections={}).as_dict()["chapter_vii"]
    assert found["value"] and found["paragraph"] == "preamble 2"


@pytest.mark.parametrize(
    ("opening", "acts_under"),
    [
        ("Acting under Chapters VII and VIII of the Charter,", True),
        ("Resolved to ensure its security, and to these ends acting under Chapter VII,", True),
        ("Recalling resolution 815 (1993) and in that context acting under Chapter VII,", True),
        ("Recalling its resolution 2699 (2023) which, acting under Chapter VII, authorizes it,",
         False),
    ],
)  # fmt: skip
def test_chapter_vii_is_acted_under_not_recalled(opening: str, acts_under: bool) -> None:
    body = paragraph("1.", "Decides to remain seized.")
    assert code(body, (opening,))["chapter_vii"]["value"] is acts_under


@pytest.mark.parametrize(
    ("text", "operation", "until", "months"),
    [
        (
            "Decides to establish as of 1 August 2021 the United Nations Mission in the Republic "
            "of South Sudan (UNMISS) for an initial period of one year;",
            ("unmiss", "2011-07-08", "8 July 2011", "S/RES/9001 (2011)"),
            None,
            12,
        ),
        (
            "Decides to establish as of 9 July 2011 the United Nations Mission in the Republic "
            "of South Sudan (UNMISS) for an initial period of one year;",
            ("unmiss", "2011-07-08", "8 July 2011", "S/RES/9001 (2011)"),
            "2012-07-09",
            12,
        ),
        (
            "Decides to extend the mandate of MINUSMA for a period of 6 months, with a view to "
            "subsequently extending the mandate for a further and final period of 6 months, until "
            "20 June 2022;",
            ("minusma", "2021-06-14", "14 June 2021", "S/RES/9001 (2021)"),
            "2021-12-20",
            6,
        ),
    ],
)
def test_a_first_period_runs_from_the_day_named(
    text: str, operation: tuple[str, str, str, str], until: str | None, months: int
) -> None:
    name, day, printed, symbol = operation
    coded = code(paragraph("1.", text), day=day, printed=printed, symbol=symbol)
    (act,) = coded["acts_on"]
    assert (act["operation"], act["months"]) == (name, months)
    # a day years away is no beginning: the period then runs from the adoption
    assert act["until"] == (until or "2012-07-08")


@pytest.mark.parametrize(
    ("language", "renewed", "lent"),
    [
        (
            "eng",
            "Decides to extend the mandate of MINUSMA until 30 June 2022;",
            "Authorizes French forces to use all necessary means until the end of MINUSMA’s "
            "mandate as authorized in this resolution;",
        ),
        (
            "fra",
            "Décide de proroger le mandat de la MINUSMA jusqu’au 30 juin 2022 ;",
            "Autorise les forces françaises à user de tous moyens nécessaires jusqu’à la fin du "
            "mandat confié à la MINUSMA par la présente résolution ;",
        ),
    ],
)
def test_an_act_lasts_as_long_as_the_mandate_it_names(
    language: str, renewed: str, lent: str
) -> None:
    body = paragraph("1.", renewed) + paragraph("2.", lent)
    preamble = ("Recalling the situation in Mali,", "MINUSMA,")
    coded = code(body, preamble, language=language)
    assert acts(coded) == [
        ("minusma", "extend", "2022-06-30"),
        ("barkhane", "extend", "2022-06-30"),
    ]
    # without the day of the other mandate there is none
    alone = code(paragraph("1.", lent), preamble, language=language)
    assert acts(alone) == [("barkhane", "extend", None)]


def old(body: str, year: int, near: str) -> list[tuple[str, str, str | None]]:
    coded = code(
        body,
        (near,),
        symbol=f"S/RES/9001 ({year})",
        day=f"{year}-03-04",
        printed=f"4 March {year}",
    )
    return acts(coded)


def test_what_a_force_lasts_may_stand_in_another_paragraph() -> None:
    body = paragraph("4.", "Recommends the creation of a United Nations Force in Cyprus;")
    lasts = "Recommends that the stationing of the Force shall be for a period of three months;"
    body += paragraph("6.", lasts)
    assert old(body, 1964, "Recalling,") == [("unficyp", "establish", "1964-06-04")]


@pytest.mark.parametrize(
    ("text", "year", "near", "expected"),
    [
        (
            "Requests the Secretary-General, as an immediate step, to increase the number of "
            "United Nations military observers on both sides;",
            1973, "Demanding a cease-fire,", ("untso", "amend"),
        ),
        (
            "Authorizes the Secretary-General to deploy immediately, on the request of the "
            "Government of Lebanon, United Nations observers to monitor the situation;",
            1982, "Alarmed by fighting in and around Beirut,", ("untso", "amend"),
        ),
        (
            "Authorizes the Secretary-General to increase the number of United Nations observers "
            "in and around Beirut from ten to fifty;",
            1982, "Recalling,", ("untso", "amend"),
        ),
        (
            "Requests the Secretary-General to furnish such additional personnel as the Chief of "
            "Staff of the Truce Supervision Organization may require;",
            1953, "Recalling,", ("untso", "amend"),
        ),
        (
            "Requests the Secretary-General to arrange for the continued service of the personnel "
            "of the present Truce Supervision Organization;",
            1949, "Recalling,", ("untso", "extend"),
        ),
        (
            "Decides also that UNFICYP should be restructured on the basis of the proposal;",
            1993, "Recalling,", ("unficyp", "amend"),
        ),
        (
            "Authorizes the European Union to deploy an operation in the CAR;",
            2014, "Recalling the European Union and the Central African Republic,",
            ("eufor-rca", "establish"),
        ),
        (
            "Welcomes the decision to gather information on the proposed establishment of UNOMIL;",
            1993, "Recalling,", None,
        ),
        (
            "Calls for full co-operation with the Truce Supervision Organization;",
            1967, "Recalling,", None,
        ),
        (
            "Welcomes the courage of United Nations observers in and around Beirut;",
            1982, "Recalling,", None,
        ),
    ],
)  # fmt: skip
def test_decisions_on_observers_and_forces_of_other_names(
    text: str, year: int, near: str, expected: tuple[str, str] | None
) -> None:
    found = old(paragraph("1.", text), year, near)
    assert [(o, a) for o, a, _ in found] == ([expected] if expected else [])


def test_a_period_from_an_event_to_come_has_months_but_no_last_day() -> None:
    text = (
        "Authorizes the European Union to deploy, for a period of one year from the date that its "
        "initial operating capability is declared, an operation (hereinafter referred to as “the "
        "European Union operation”) in Chad;"
    )
    coded = code(
        paragraph("6.", text),
        ("Recalling Chad,",),
        symbol="S/RES/9001 (2008)",
        day="2008-01-25",
        printed="25 January 2008",
    )
    (act,) = coded["acts_on"]
    assert (act["operation"], act["action"]) == ("eufor-tchad-rca", "establish")
    assert (act["until"], act["months"]) == (None, 12)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Decides to extend the mandate of MINUSMA until 30 February 2022;", "30 February 2022"),
        ("Decides that MINUSMA shall comprise up to 99999999 military personnel;", "99999999"),
        ("Decides that MINUSMA shall comprise up to 5,000,000 troops;", "5,000,000"),
        ("Decides to extend the mandate of MINUSMA until 28 February 2022;", None),
        ("Decides that MINUSMA shall comprise up to 13,289 military personnel;", None),
        ("Decides that MINUSMA costs 5,000,000 dollars a day;", None),
    ],
)
def test_what_cannot_be_is_told(text: str, told: str | None) -> None:
    problems = code(paragraph("1.", text))["problems"]
    assert [p["field"] for p in problems] == ["paragraph 1"] * (told is not None)
    assert all(told in p["message"] for p in problems if told)


def test_what_cannot_be_is_told_in_every_language() -> None:
    text = (
        "Decides to extend MINUSMA until 30 February 2022, with up to 99999999 military personnel;"
    )
    problems = tuple(Problem(**p) for p in code(paragraph("1.", text))["problems"])
    assert len(problems) == 2
    seen = set()
    for language in read_languages().values():
        for told in tell_problems(language, problems):
            assert "30 February 2022" in told.message or "99999999" in told.message
            seen.update({told.message, told.hint})
    assert len(seen) == 2 * 2 * 4
