"""Pages on resolutions whose texts were imported: one read, two compared, all searched.

What has to be coded is asked of the process of its own (`mandate_process`): a function beside each
page says what, and the page is then made of the answer. The texts themselves are at hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from peaceops.analysis.facts import DecisionFact, OperationFacts
from peaceops.analysis.mandate_chain import tasks_after
from peaceops.analysis.texts import (
    MOST_PAGES,
    Hit,
    TextAtHand,
    Texts,
    choose_language,
    find_text,
    list_texts,
    load_packed,
    name_anchors,
    read_paragraphs,
    search_texts,
)
from peaceops.errors import NotFound, Problem, UsageError, did_you_mean
from peaceops.resolutions.digest import take_tasks_in_force
from peaceops.resolutions.stored import read_symbol
from peaceops.web.compare_reader import ComparePage, compared_page
from peaceops.web.correction_notes import CorrectionNote
from peaceops.web.languages import mark
from peaceops.web.mandate_card import MandateCard, Statement, bare_card
from peaceops.web.mandate_process import Reading, SentText
from peaceops.web.mandate_reader import ReadPage, coded_page
from peaceops.web.problems import tell_problems
from peaceops.web.view import View, fill_path, query_string

TEXT_LANGUAGES = ("en", "fr", "es", "ru", "ar", "zh")
CODED = ("en", "fr")  # languages that the program reads as mandates


@dataclass(frozen=True)
class Choice:
    """One thing that can be picked from a list, and whether it is."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Picker:
    """Lists to pick two decisions from: first an operation, then two of its decisions."""

    operation: str
    acronym: str
    operations: tuple[Choice, ...]
    before: tuple[Choice, ...]
    after: tuple[Choice, ...]
    languages: tuple[Choice, ...]


@dataclass(frozen=True)
class TextNote:
    """Where an imported text comes from: its resolution, file and day, and the original."""

    number: int
    symbol: str
    date: str | None
    language: str
    file: str
    imported_on: str
    address: str


@dataclass(frozen=True)
class StoredComparison(ComparePage):
    """Two decisions picked by their symbols, compared; before that the lists to pick them from.

    `comparison` is the JSON of `peaceops compare` on the same two texts.
    """

    picker: Picker | None = None
    texts_at_hand: int = 0
    notes: tuple[TextNote, ...] = ()
    is_coded: bool = True
    comparison: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class CodedMark:
    """What the program read in one paragraph: `kind` is decision, ceiling, task or clause.

    `mark` names the statement where it can be marked as wrong.
    """

    kind: str
    text: str
    mark: str = ""
    is_corrected: bool = False


@dataclass(frozen=True)
class TextParagraph:
    """One paragraph as printed, with the name of its place and what was read in it."""

    number: str
    anchor: str
    kind: str
    depth: int
    text: str
    marks: tuple[CodedMark, ...]


@dataclass(frozen=True)
class InChain:
    """A chain of mandates in which the resolution stands, and its neighbours there at hand."""

    operation: str
    acronym: str
    action: str
    until: str | None
    previous: int | None
    following: int | None


@dataclass(frozen=True)
class ResolutionPage:
    """A resolution's paragraphs in print order with the coding beside them.

    `card` says what the text provides for; where it is not coded only what the catalogue knows.
    """

    title: str
    number: int
    symbol: str
    date: str
    language: str
    languages: tuple[str, ...]
    paragraphs: tuple[TextParagraph, ...]
    decisions: tuple[Statement, ...]
    mentions: tuple[Statement, ...]
    corrections: tuple[CorrectionNote, ...]
    unplaced: tuple[CodedMark, ...]
    chains: tuple[InChain, ...]
    length: dict[str, int]
    card: MandateCard
    is_coded: bool
    note: TextNote
    remarks: tuple[Problem, ...]

    @property
    def places(self) -> dict[str, str]:
        """Number of a paragraph → the name of its place on the page."""
        return {p.number: p.anchor for p in reversed(self.paragraphs) if p.kind != "heading"}


@dataclass(frozen=True)
class SearchPage:
    """Paragraphs of imported texts that hold the words asked for."""

    title: str
    question: str
    hits: tuple[Hit, ...]
    total: int
    page_number: int
    more: bool
    is_asked: bool
    texts_at_hand: int
    operations: tuple[Choice, ...]
    years: tuple[Choice, ...]
    languages: tuple[Choice, ...]
    problems: tuple[Problem, ...]


# One resolution ----------------------------------------------------------------------------------


def text_of(view: View, number: str) -> TextAtHand:
    """The text asked for: in the language chosen, else the reader's own, English or another."""
    chosen = view.choice("text")
    if chosen:
        return find_text(view.db, number, chosen)
    text = find_text(view.db, number)
    return choose_language(list_texts(view.db).by_number[text.number], view.language.content)


def resolution_reading(view: View, number: str) -> Reading | None:
    """What must be coded for the page; None in languages the program cannot code.

    Raises `NotFound` where the text is not at hand.
    """
    text = text_of(view, number)
    if text.language not in CODED:
        return None
    return Reading("read", (_sent(view, text),), (text.text_id,))


def _sent(view: View, text: TextAtHand) -> SentText:
    return SentText(text.symbol, load_packed(view.db, text), is_packed=True)


def resolution_page(view: View, number: str, read: Mapping[str, Any] | None) -> ResolutionPage:
    """The page of one text; `read` is the JSON of `peaceops read` on it."""
    text = text_of(view, number)
    paragraphs = read_paragraphs(view.db, text)
    coded = coded_page(view, read, "") if read is not None else None
    marks, unplaced = _marks(view, coded, paragraphs) if coded is not None else ({}, [])
    anchors = name_anchors([p.number for p in paragraphs])
    return ResolutionPage(
        title=text.symbol,
        number=text.number,
        symbol=text.symbol,
        date=text.date or "",
        language=text.language,
        languages=tuple(sorted(list_texts(view.db).by_number[text.number])),
        paragraphs=tuple(
            TextParagraph(
                p.number, anchor, p.kind, min(p.depth, 4), p.text, tuple(marks.get(p.index, ()))
            )
            for p, anchor in zip(paragraphs, anchors, strict=True)
        ),
        decisions=coded.decisions if coded else (),
        mentions=coded.mentions if coded else (),
        corrections=coded.corrections if coded else (),
        unplaced=tuple(unplaced),
        chains=tuple(_chains(view, text)),
        length=coded.length if coded else {},
        card=(coded and coded.card) or bare_card(view, text.symbol),
        is_coded=coded is not None,
        note=_note(text),
        remarks=coded.remarks if coded else (),
    )


def _marks(
    view: View, coded: ReadPage, paragraphs: Any
) -> tuple[dict[int, list[CodedMark]], list[CodedMark]]:
    """What was read, by the paragraph it was read in, and what a reader added without one.

    Several paragraphs may bear one number; the one that has the quoted words is meant.
    """
    places: dict[str, list[Any]] = {}
    for p in paragraphs:
        places.setdefault(p.number, []).append(p)
    found: dict[int, list[CodedMark]] = {}
    unplaced: list[CodedMark] = []

    def put(said: Statement, kind: str, text: str) -> None:
        one = CodedMark(kind, text, said.mark, said.is_corrected)
        standing = places.get(said.paragraph)
        if not standing:
            if said.is_corrected:
                unplaced.append(one)
            return
        words = said.quote.strip("… ")
        place = next((p for p in standing if words and words in p.text), standing[0])
        beside = found.setdefault(place.index, [])
        if (kind, text) not in ((m.kind, m.text) for m in beside):
            beside.append(one)

    for said in coded.decisions:
        put(said, "decision", said.what)
    for said in coded.ceilings:
        put(said, "ceiling", said.what)
    if coded.chapter_vii is not None:
        put(coded.chapter_vii, "decision", view.language.say("Chapter VII"))
    for task in coded.tasks:
        for said in task.places:
            put(said, "task", f"{task.operation} – {task.task} ({said.what})")
    card = coded.card or MandateCard()
    for section in (*card.clauses, *card.principles):
        for said in section.statements:
            put(said, "clause", f"{section.title}: {said.what}" if said.what else section.title)
    return found, unplaced


def _chains(view: View, text: TextAtHand) -> list[InChain]:
    texts = list_texts(view.db)
    out = []
    for operation in view.facts.operations.values():
        decisions = operation.decisions
        at = next((n for n, d in enumerate(decisions) if text.number in _numbers(texts, d)), None)
        if at is None:
            continue
        previous = previous_text(texts, decisions[: at + 1])
        later = (
            t.number for d in decisions[at + 1 :] for t in texts.of(d.symbol).values()
            if t.language == text.language and t.number != text.number
        )  # fmt: skip
        out.append(
            InChain(
                operation.id, operation.acronym(view.language.content), decisions[at].action,
                decisions[at].until, previous, next(later, None),
            )
        )  # fmt: skip
    return out


def _numbers(texts: Texts, decision: DecisionFact) -> set[int]:
    return {t.number for t in texts.of(decision.symbol).values()}


def previous_text(texts: Texts, decisions: Any) -> int | None:
    """The number of the mandate before the last of some decisions whose text is at hand.

    One that sets a period or gives tasks goes before one that only changes something; both texts
    must be there in one language.
    """
    last = texts.of(decisions[-1].symbol)
    own = {t.number for t in last.values()}
    earlier = [
        (d, found)
        for d in reversed(decisions[:-1])
        if (found := texts.of(d.symbol)) and set(found) & set(last)
        and not own & {t.number for t in found.values()}
    ]  # fmt: skip
    for d, found in earlier:
        if d.until or d.open_ended or d.tasks:
            return next(iter(found.values())).number
    return next(iter(earlier[0][1].values())).number if earlier else None


def _note(text: TextAtHand) -> TextNote:
    return TextNote(
        text.number, text.symbol, text.date, text.language, text.file, text.imported_at[:10],
        f"https://docs.un.org/en/{text.symbol.replace(' ', '')}",
    )  # fmt: skip


# Two of them -------------------------------------------------------------------------------------


def pick_page(view: View) -> StoredComparison:
    """The page of two resolutions: lists to pick from where texts are at hand, and the form."""
    return _with_picker(view, view.choice("operation").lower(), None, None)


def sent_page(view: View, compared: Mapping[str, Any], texts: tuple[str, str]) -> StoredComparison:
    """Two resolutions that a visitor sent, compared; the lists stand below."""
    return _fill(pick_page(view), compared_page(view, compared, texts))


def _fill(page: StoredComparison, compared: ComparePage) -> StoredComparison:
    """The comparison put into a page that has the lists.

    Of texts in languages the program cannot code nothing is said but how their words differ.
    """
    values = {name: getattr(compared, name) for name in ComparePage.__dataclass_fields__}
    if not {compared.before["language"], compared.after["language"]} <= {*CODED, ""}:
        values |= dict.fromkeys(("digest", "changes", "gained", "lost", "kept", "in_force"), ())
        return replace(page, **values, is_coded=False)
    return replace(page, **values)


def compare_of_reading(view: View, operation_id: str) -> Reading | None:
    """The two texts to compare; None as long as fewer than two are picked.

    Raises `NotFound` for an operation that is none and for a text that is not at hand, `UsageError`
    for a text that decides on other operations.
    """
    operation = _operation(view, operation_id)
    chosen = _two_texts(view)
    if chosen is None:
        return None
    _refuse_others(view, operation, chosen)
    return Reading(
        "compare", tuple(_sent(view, t) for t in chosen), tuple(t.text_id for t in chosen)
    )


def _operation(view: View, operation_id: str) -> OperationFacts:
    operation = view.facts.operations.get(operation_id)
    if operation is None:
        raise NotFound(
            Problem(operation_id, "", mark("there is no operation of this name"),
                    did_you_mean(operation_id.lower(), view.facts.operations))
        )  # fmt: skip
    return operation


def _refuse_others(
    view: View, operation: OperationFacts, chosen: tuple[TextAtHand, TextAtHand]
) -> None:
    """Raise `UsageError` where a text decides on other operations only, as far as is known.

    The line says which, and the address leads to the comparison where it belongs.
    """
    texts = list_texts(view.db)
    owners = [
        {o.id: o for o in view.facts.operations.values()
         if any(t.number in _numbers(texts, d) for d in o.decisions)}
        for t in chosen
    ]  # fmt: skip
    wrong = [
        (t, found)
        for t, found in zip(chosen, owners, strict=True)
        if found and operation.id not in found
    ]
    if not wrong:
        return
    lang = view.language.content
    common = sorted(
        (o for o in owners[0].values() if o.id in owners[1]), key=lambda o: o.framework != "un"
    )
    query = {"a": str(chosen[0].number), "b": str(chosen[1].number)} if common else {}
    where = {"operation_id": common[0].id if common else operation.id}
    path = fill_path("/operations/{operation_id}/mandates/compare", where)
    others = {o.acronym(lang): None for _, found in wrong for o in found.values()}
    symbols = list(dict.fromkeys(t.symbol for t, _ in wrong))
    raise UsageError(
        Problem(
            ", ".join(symbols), "",
            view.language.say_number(
                "this resolution is on %(others)s, not on %(name)s",
                "these resolutions are on %(others)s, not on %(name)s", len(symbols),
                others=view.language.join(others), name=operation.acronym(lang),
            ),
            f"/{view.language.code}{path}{query_string(None, query)}",
        )
    )  # fmt: skip


def list_standing_tasks(
    view: View, symbols: Sequence[str]
) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
    """The tasks in force under two resolutions, of each operation that both decide on.

    Each task comes with the symbol of the resolution that gave it last.
    """
    numbers = [named[0] if (named := read_symbol(s)) else 0 for s in symbols]
    out = {}
    for operation in view.facts.operations.values():
        by_number = {
            named[0]: d.symbol
            for d in operation.decisions
            if (named := read_symbol(d.symbol.removeprefix("S/RES/")))
        }
        if all(n in by_number for n in numbers):
            first, second = (tasks_after(operation.decisions, by_number[n]) for n in numbers)
            if first is not None and second is not None:
                out[operation.id] = (first, second)
    return out


def _two_texts(view: View) -> tuple[TextAtHand, TextAtHand] | None:
    """The texts picked as `a` and `b`, in one language wherever both are there in one."""
    a, b, chosen = view.choice("a"), view.choice("b"), view.choice("text")
    if not a or not b:
        return None
    before, after = find_text(view.db, a, chosen), find_text(view.db, b, chosen)
    if chosen:
        return before, after
    by_number = list_texts(view.db).by_number
    first, second = by_number[before.number], by_number[after.number]
    common = set(first) & set(second)
    for code in (view.language.content, "en", *sorted(common)):
        if code in common:
            return first[code], second[code]
    return before, after


def compare_of_page(
    view: View, operation_id: str, read: Mapping[str, Any] | None
) -> StoredComparison:
    """Two decisions on an operation compared; `read` is the JSON of `peaceops compare`."""
    chosen = _two_texts(view)
    page = _with_picker(view, operation_id, *(chosen or (None, None)))
    if read is None or chosen is None:
        return page
    notes = tuple(_note(t) for t in dict.fromkeys(chosen))
    standing = list_standing_tasks(view, [t.symbol for t in chosen])
    read = take_tasks_in_force(read, standing)
    return replace(_fill(page, compared_page(view, read, ("", ""))), notes=notes, comparison=read)


def _with_picker(
    view: View, operation_id: str, before: TextAtHand | None, after: TextAtHand | None
) -> StoredComparison:
    texts = list_texts(view.db)
    say, lang = view.language.say, view.language.content
    chosen = _operation(view, operation_id) if operation_id else None
    decided = _decided_by_operation(view, texts)
    names = view.facts.operations
    operations = sorted(
        (Choice(o, names[o].acronym(lang), o == operation_id) for o in decided),
        key=lambda c: c.label.casefold(),
    )
    picks = list(reversed(decided.get(operation_id, [])))
    a = before.number if before else picks[1][1] if len(picks) > 1 else 0
    b = after.number if after else picks[0][1] if picks else 0

    def choices(number: int) -> tuple[Choice, ...]:
        return tuple(Choice(str(n), _say_pick(view, d), n == number) for d, n in picks)

    here = {code for _, n in picks for code in texts.by_number[n]}
    language = view.choice("text")
    return StoredComparison(
        title=say("Compare two mandates"),
        picker=Picker(
            chosen.id if chosen else "",
            chosen.acronym(lang) if chosen else "",
            tuple(operations),
            choices(a),
            choices(b),
            tuple(
                Choice(code, name_text_language(view, code), code == language)
                for code in TEXT_LANGUAGES if code in here
            ),
        )
        if operations else None,
        texts_at_hand=len(texts.by_id),
    )  # fmt: skip


def _decided_by_operation(view: View, texts: Texts) -> dict[str, list[tuple[DecisionFact, int]]]:
    """Decisions whose texts are at hand, of each operation that has two or more of them."""
    out: dict[str, list[tuple[DecisionFact, int]]] = {}
    for operation in view.facts.operations.values():
        found = {n: d for d in operation.decisions for n in _numbers(texts, d)}
        if len(found) > 1:
            out[operation.id] = [(d, n) for n, d in found.items()]
    return out


def _say_pick(view: View, decision: DecisionFact) -> str:
    """'S/RES/2531 (2020) – extension, until 30 June 2021'."""
    text = f"{decision.symbol} – {view.language.label('action', decision.action)}"
    if decision.until:
        until = view.language.date(decision.until)
        text += ", " + view.language.say("until %(date)s", date=until)
    return text


_LANGUAGE_NAMES = {
    "en": mark("English"),
    "fr": mark("French"),
    "es": mark("Spanish"),
    "ru": mark("Russian"),
    "ar": mark("Arabic"),
    "zh": mark("Chinese"),
}


def name_text_language(view: View, code: str) -> str:
    """The language of a text in the reader's words."""
    return view.language.say(_LANGUAGE_NAMES[code]) if code in _LANGUAGE_NAMES else code


# Words -------------------------------------------------------------------------------------------


def search_page(view: View) -> SearchPage:
    """Paragraphs with the words asked for, narrowed by operation, year and language of the text."""
    texts = list_texts(view.db)
    question, operation = view.choice("q"), view.choice("operation").lower()
    year, page = view.choice("year"), view.choice("page") or "1"
    if operation:
        _operation(view, operation)
    problems = []
    if year and not (year.isascii() and year.isdigit() and len(year) == 4):
        problems.append(Problem("year", "", mark("this is not a year"), "1946, 2026"))
    if not (page.isascii() and page.isdigit() and 1 <= int(page) <= MOST_PAGES):
        problems.append(
            Problem("page", "", mark("this value is not one of the choices"), f"1–{MOST_PAGES}")
        )
    if problems:
        raise UsageError(problems)
    codes = [c for c in TEXT_LANGUAGES if any(c in by for by in texts.by_number.values())]
    wished = view.choice("text") or view.language.content
    language = wished if wished in codes else "en" if "en" in codes or not codes else codes[0]
    found = None
    told: tuple[Problem, ...] = ()
    if question:
        try:
            found = search_texts(
                view.db, question, language, operation=operation, year=year, page=int(page)
            )
        except UsageError as error:
            told = tell_problems(view.language, error.problems)
    lang = view.language.content
    decided = [o for o in view.facts.operations.values()
               if any(texts.of(d.symbol) for d in o.decisions)]  # fmt: skip
    years = sorted({t.year for t in texts.by_id.values()}, reverse=True)
    return SearchPage(
        title=view.language.say("Search the texts of resolutions"),
        question=question,
        hits=found.hits if found else (),
        total=found.total if found else 0,
        page_number=int(page),
        more=found.more if found else False,
        is_asked=found is not None,
        texts_at_hand=len(texts.by_id),
        operations=tuple(
            sorted((Choice(o.id, o.acronym(lang), o.id == operation) for o in decided),
                   key=lambda c: c.label.casefold())
        ),
        years=tuple(Choice(str(y), str(y), str(y) == year) for y in years),
        languages=tuple(Choice(c, name_text_language(view, c), c == language) for c in codes),
        problems=told,
    )  # fmt: skip
