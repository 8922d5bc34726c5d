"""Tasks: what the Council asks of an operation, paragraph by paragraph.

A task counts when the sentence gives it to the operation: the operation is mandated, authorised,
requested or encouraged to do it. What the Council asks of the parties, of States or of itself does
not count. A list under such a sentence belongs to it. All words are data, in
`catalogue/lexicon/tasks.yaml`; this module knows only how a resolution is built: clauses opened by
a verb of the Council, items that inherit the clause that leads to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast

from peaceops.errors import DataError, Problem, did_you_mean
from peaceops.places import catalogue_dir
from peaceops.resolutions.anchors import AnchorIndex, Wording, find_places, wording_of
from peaceops.resolutions.document import Paragraph, Resolution
from peaceops.resolutions.keyed import KeyedPattern
from peaceops.resolutions.phrases import (
    Phrase,
    PhraseBook,
    PhraseError,
    compile_phrase,
    fold,
    read_phrase_file,
)

Mode = Literal["monitor", "assist", "secure", "implement"]
Strength = Literal["requested", "encouraged"]
MODES: tuple[Mode, ...] = ("monitor", "assist", "secure", "implement")
LANGUAGES = ("en", "fr")
QUOTE_LENGTH = 420
_MOST_TEXTS = 10_000  # of which what was found is kept, for those that repeat them


@dataclass(frozen=True, slots=True)
class TaskCoding:
    """One task of one operation in one paragraph, with the words that give it."""

    operation: str
    task: str
    mode: Mode
    strength: Strength
    paragraph: str
    quote: str


def count_tasks(codings: Iterable[TaskCoding]) -> int:
    """How many different tasks the operations are given; a task named twice counts once."""
    return len({(c.operation, c.task) for c in codings})


# In a marked text each letter of an operation's own name is _OWN, of "the Mission" _GENERIC, so
# that the patterns of a language need compiling only once.
_OWN, _GENERIC = "\x01", "\x02"
_NAME = f"[{_OWN}{_GENERIC}]++"
_ANY_NAME = re.compile(_NAME)


# --- the lexicon ----------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Speech:
    """How one language says who must do what, over marked texts."""

    verbs: re.Pattern[str]
    heads: AnchorIndex
    head_words: tuple[str, ...]
    longest_verb: int
    classes: Mapping[str, str]
    deciding: frozenset[str]
    first: frozenset[str]
    generic: KeyedPattern
    head: KeyedPattern
    office: re.Pattern[str]
    secretary: re.Pattern[str]
    infinitive: re.Pattern[str]
    itself: re.Pattern[str]
    modal: re.Pattern[str]
    that: re.Pattern[str]
    list: KeyedPattern
    back: KeyedPattern
    takes_up: KeyedPattern
    reporting: re.Pattern[str]
    besides: re.Pattern[str]
    onward: re.Pattern[str]
    acting: re.Pattern[str]
    agent: re.Pattern[str]
    near: re.Pattern[str]
    subject: re.Pattern[str]
    gerund: re.Pattern[str]
    mandate: re.Pattern[str]
    founds: KeyedPattern
    helped: KeyedPattern
    enabled: KeyedPattern
    work: re.Pattern[str]
    pronoun: re.Pattern[str]
    others: re.Pattern[str]
    beside: re.Pattern[str]
    using: re.Pattern[str]
    aiding: re.Pattern[str]
    ignore: KeyedPattern | None
    mask: KeyedPattern
    fresh: re.Pattern[str]
    modes: re.Pattern[str]  # a group for each mode

    def find_in(self, wording: Wording) -> tuple[_Clause, ...]:
        """The stretches of a text from one verb of the Council to the next; all of it."""
        folded = wording.folded
        clauses: list[_Clause] = []
        start, verb_end, verb, word = 0, 0, "", ""
        heads = [self.head_words[number] for number in wording.recall(self.heads)]
        for place in find_places(folded, heads):
            if place < verb_end:
                continue
            begin, end = max(verb_end, place - _LONGEST_OPENING), place + self.longest_verb + 1
            match = self.verbs.search(folded, begin, end)
            if not match or match.start(1) != place:
                continue
            if match.start() and match.group(1) in self.first:
                continue
            if place > start:
                clauses.append(_Clause(start, place, verb_end, verb, word))
            start, verb_end, word = place, match.end(1), match.group(1)
            verb = self.classes[word]
        clauses.append(_Clause(start, len(folded), verb_end, verb, word))
        return tuple(clauses)


@dataclass(frozen=True, eq=False)
class TaskLexicon:
    """The task phrases of every language, ready to be found, and the words of mandating."""

    tasks: tuple[str, ...]
    books: Mapping[str, PhraseBook]
    secretary_books: Mapping[str, PhraseBook]
    default_mode: Mapping[str, Mode]
    fixed_mode: frozenset[str]
    speech: Mapping[str, _Speech]


@lru_cache(maxsize=4)
def load_task_lexicon(path: Path | None = None) -> TaskLexicon:
    """The lexicon from a YAML file, by default the catalogue's `lexicon/tasks.yaml`.

    Raises `DataError` with every entry that cannot be read.
    """
    path = path or catalogue_dir() / "lexicon" / "tasks.yaml"
    return _LexiconReader(str(path)).read(read_phrase_file(path))


class _LexiconReader:
    def __init__(self, where: str):
        self.where = where
        self.problems: list[Problem] = []

    def _note(self, field: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(self.where, field, message, hint))

    def read(self, raw: object) -> TaskLexicon:
        if not isinstance(raw, dict) or {"speech", "tasks"} - set(raw):
            raise DataError(Problem(self.where, "", "needs the two parts 'speech' and 'tasks'"))
        tasks = raw["tasks"]
        if not isinstance(tasks, dict) or not tasks:
            raise DataError(Problem(self.where, "tasks", "is not a list of tasks"))
        default_mode: dict[str, Mode] = {}
        fixed: set[str] = set()
        entries: dict[str, list[tuple[str, Phrase]]] = {x: [] for x in LANGUAGES}
        secretary: dict[str, list[tuple[str, Phrase]]] = {x: [] for x in LANGUAGES}
        for task, body in tasks.items():
            if not isinstance(body, dict):
                self._note(f"tasks.{task}", "has no phrases")
                continue
            for key in set(body) - {*LANGUAGES, "mode", "always", "secretary-general"}:
                self._note(
                    f"tasks.{task}.{key}",
                    "is not a field of a task",
                    did_you_mean(str(key), [*LANGUAGES, "mode", "always", "secretary-general"]),
                )
            mode = body.get("mode", body.get("always"))
            if mode not in MODES:
                self._note(f"tasks.{task}.mode", f"{mode!r} is not one of {', '.join(MODES)}")
                continue
            default_mode[task] = mode
            if "always" in body:
                fixed.add(task)
            for language in LANGUAGES:
                found = list(self._phrases(f"tasks.{task}.{language}", body.get(language)))
                if not found:
                    self._note(f"tasks.{task}.{language}", "has no phrase")
                entries[language] += [(task, p) for p in found]
                extra = (body.get("secretary-general") or {}).get(language)
                if extra:
                    field = f"tasks.{task}.secretary-general.{language}"
                    secretary[language] += [(task, p) for p in self._phrases(field, extra)]
        speech: dict[str, _Speech] = {}
        for language in LANGUAGES:
            try:
                speech[language] = _read_speech(raw["speech"][language])
            except (KeyError, TypeError, AttributeError) as error:
                self._note(f"speech.{language}", f"lacks {error}")
            except re.error as error:
                self._note(f"speech.{language}", f"holds a pattern that is wrong: {error}")
        if self.problems:
            raise DataError(self.problems)
        return TaskLexicon(
            tuple(tasks),
            {x: PhraseBook(entries[x]) for x in LANGUAGES},
            {x: PhraseBook(secretary[x]) for x in LANGUAGES},
            default_mode,
            frozenset(fixed),
            speech,
        )

    def _phrases(self, field: str, raw: object) -> Iterable[Phrase]:
        for entry in raw if isinstance(raw, list) else []:
            say, need, unless = entry, [], []
            if isinstance(entry, dict):
                say = entry.get("say")
                need, unless = entry.get("need", []), entry.get("unless", [])
                for key in set(entry) - {"say", "need", "unless"}:
                    self._note(field, f"{key!r} is not one of say, need, unless")
            says = say if isinstance(say, list) else [say]
            for written in says:
                try:
                    yield compile_phrase(str(written), need, unless)
                except PhraseError as error:
                    self._note(field, f"{written!r} {error}")


def _either(words: Sequence[str]) -> str:
    """Words or patterns as one alternative, longest first."""
    return "|".join(sorted(words, key=len, reverse=True))


def _begin_word(patterns: Sequence[str]) -> str:
    """Patterns that begin with a word as one alternative, longest first.

    `force` becomes `f(?<!\\wf)orce`, the look back after the first letter: so a search can leap
    from one such letter to the next. Patterns with the same first word share it.
    """
    shared: dict[str, list[str]] = {}
    for p in sorted(patterns, key=len, reverse=True):
        first = _FIRST_WORD.match(p) if _ONE_WORD_FIRST.match(p) else None
        head = first.group() if first else p
        shared.setdefault(head, []).append(p[len(head) :])
    return "|".join(_begin_alike(head, rests) for head, rests in shared.items())


def _begin_alike(head: str, rests: Sequence[str]) -> str:
    after = rests[0] if len(rests) == 1 else f"(?:{'|'.join(rests)})"
    if not _ONE_WORD_FIRST.match(head):
        return f"(?<!\\w)(?:{head}){after}"
    return f"{head[0]}(?<!\\w{head[0]}){head[1:]}{after}"


_FIRST_WORD = re.compile(r"[^\W\d_]{2,} (?![?*+{])")
# A letter that nothing makes optional, and no alternative that could begin elsewhere.
_ONE_WORD_FIRST = re.compile(r"[^\W\d_](?![?*+{])(?:[^|(]|\([^()]*\))*\Z")


def _read_speech(raw: Mapping[str, Any]) -> _Speech:
    classes: dict[str, str] = {}
    for name in ("requested", "encouraged", "stressed", "silent"):
        for verb in raw["verbs"][name]:
            classes[fold(verb)] = name
    words = {key: _either(value) for key, value in raw.items() if isinstance(value, list)}
    opening, verbs = words["openings"], _either(list(classes))
    modal = rf"(?<!\w)(?:{words['modal']})(?!\w)"
    # "that, as requested in its letter, MINUSMA should": what stands between commas is passed over
    that = rf"[^;]{{0,40}}?(?<!\w)(?:{words['that']})(?:,[^;]{{0,220}}?,)?"
    rest = rf"{_NAME}(?!'s (?:{words['possessed']}))[^;]{{0,260}}?{modal}"
    importance, barred = words["importance"], words["barred"]
    compiled = {
        "verbs": rf"(?:{opening})({verbs})(?!\w)",
        "office": rf"[^;:]{{0,70}}?(?:{words['office']})",
        "secretary": rf"[^;:]{{0,70}}?(?:{words['secretary']})",
        "infinitive": raw["infinitive"],
        "itself": raw["itself"],
        "modal": modal,
        "that": that,
        "reporting": rf"\W*(?:to |de |d'|à )?(?:{words['reporting']})(?!\w)",
        "besides": rf"(?:{words['besides']})(?!(?:{words['reporting']})(?!\w))",
        "acting": rf"\W*(?:to |de |d'|à )?(?:{words['acting']})(?!\w)",
        "onward": rf"\W*(?:{words['onward']})(?!\w)",
        "agent": rf"(?<!\w)(?:{words['that']})(?:(?!{modal})[^;]){{0,260}}?{rest}",
        "near": rf"{that}(?:(?!{modal})[^;]){{0,60}}?{rest}",
        "subject": rf"\A(?:(?!{modal})[^;]){{0,320}}?{rest}",
        "gerund": rf"(?:{importance})(?![^;,.]{{0,30}}?(?:{barred}))[^;,.]{{0,30}}?{_NAME}",
        "mandate": rf"(?:{words['mandate']})[^;,]{{0,60}}{_NAME}|{_NAME}'s (?:{words['own']})",
        "work": rf"(?:{words['effort']})(?: [\w-]+)? (?:{words['of']})[^;,.]{{0,25}}?{_NAME}"
        rf"|{_NAME}'s? (?:[\w'-]+ ){{0,4}}?(?:{words['effort']})",
        "pronoun": rf"\W*(?:{words['pronoun']})(?!\w)",
        "others": rf"(?<!\w)(?:{words['others']})",
        "beside": rf"(?<!\w)(?:{words['beside']})\W(?:the |la |le |l')?{_NAME}",
        "using": rf"(?<!\w)(?:{words['using']})[^;]{{0,60}}?{_NAME}",
        "aiding": rf"(?:{words['aiding']}) {_NAME}",
        "fresh": words["fresh"],
    }
    heads = tuple(dict.fromkeys(re.split(r"\W", verb, maxsplit=1)[0] for verb in classes))
    return _Speech(
        heads=AnchorIndex((number, [[head]]) for number, head in enumerate(heads)),
        head_words=heads,
        longest_verb=max(map(len, classes)),
        classes=classes,
        deciding=frozenset(fold(v) for v in raw["deciding"]),
        first=frozenset(fold(v) for v in raw["first"]),
        ignore=KeyedPattern(raw["ignore"]) if "ignore" in words else None,
        modes=re.compile(
            "|".join(
                f"(?P<{mode}>{_begin_word(raw['modes'][mode])})"
                for mode in MODES
                if mode in raw["modes"]
            )
        ),
        generic=KeyedPattern(raw["generic"], rf"(?:{_begin_word(raw['generic'])})(?!\w)"),
        head=KeyedPattern([words["office"], words["secretary"], *raw["new"]]),
        list=KeyedPattern(raw["list"]),
        back=KeyedPattern(raw["back"]),
        takes_up=KeyedPattern(raw["takes_up"]),
        founds=KeyedPattern(
            [rf"(?<!\w)(?:{words['found']})(?!\w)[^;]{{0,240}}?(?:{_NAME}|{words['new']})"]
        ),
        helped=KeyedPattern(
            [
                rf"(?<!\w)(?:{words['helped']})(?:(?! to | de [a-z]+er )[^;:]){{0,100}}?{_NAME}",
                rf"(?<!\w)with {_NAME}'s (?:{words['help']})",
                rf"{_NAME}[- ](?:{words['led']})",
            ]
        ),
        enabled=KeyedPattern(
            [
                rf"(?<!\w)(?:{words['enabling']})[^;,]{{0,30}}?{_NAME}"
                rf"(?:'s(?: (?:[a-z]+ed )?(?:{words['effort']}))?)?,? (?:{words['enabled']})"
            ]
        ),
        mask=KeyedPattern(sorted(raw["mask"], key=len, reverse=True)),
        **{key: re.compile(source) for key, source in compiled.items()},
    )


# --- clauses --------------------------------------------------------------------------------


class _Clause(NamedTuple):
    """A stretch of a paragraph from one verb of the Council to the next."""

    start: int
    end: int
    verb_end: int  # where the verb of the Council ends; the start when there is none
    verb: str  # class of the verb, '' before the first one
    word: str  # the verb itself, folded


@dataclass(frozen=True, slots=True)
class _Aim:
    """To whom a clause speaks: operations and how strongly, or the Secretary-General for them."""

    operations: tuple[str, ...] = ()
    strength: Strength = "requested"
    secretary: bool = False
    begin: int = 0  # where in the paragraph the words that count begin
    open: str = ""  # the verb a list follows at once: "calls on:", each item says whom


_NOBODY = _Aim()


# More than any of the lexicon's `openings`, which stand before a verb of the Council.
_LONGEST_OPENING = 40


def _open_list(folded: str, clauses: Sequence[_Clause]) -> _Aim:
    """Nobody; but "calls on:" at the end leaves it to each item to say whom."""
    if not folded.rstrip().endswith(":"):
        return _NOBODY
    last = clauses[-1]
    bare = last.verb and folded[last.verb_end :].strip() == ":"
    return _Aim(open=last.word) if bare else _NOBODY


class _Names:
    """The operations acted on under the names the text gives them."""

    def __init__(self, acts_on: Mapping[str, Sequence[str]]):
        by_name: dict[str, list[str]] = {}
        for operation, names in acts_on.items():
            for name in names:
                if name.strip():
                    by_name.setdefault(_spaced(fold(name.strip())), []).append(operation)
        named = ((name, tuple(operations)) for name, operations in by_name.items())
        self.by_length = sorted(named, key=lambda entry: -len(entry[0]))
        self.operations = tuple(acts_on)
        self.single = self.operations if len(self.operations) == 1 else ()
        # A Special Representative speaks for an operation of the United Nations, not for others.
        self.represented = tuple(
            operation
            for operation, names in acts_on.items()
            if not any(" " in n for n in names)
            or any("nations" in fold(n) or "onu" in fold(n) for n in names)
        )

    def find(self, folded: str) -> list[tuple[int, int, tuple[str, ...]]]:
        """Where a text holds a name, the longest at each place: start, end, operations.

        Hyphens and spaces are the same.
        """
        spaced = folded.replace("-", " ")
        places = None
        if "  " in spaced:
            places = [n for n, c in enumerate(spaced) if c != " " or spaced[n - 1 : n] != " "]
            spaced = "".join(spaced[n] for n in places)
        found: list[tuple[int, int, tuple[str, ...]]] = []
        for name, operations in self.by_length:
            at = spaced.find(name)
            while at >= 0:
                end = at + len(name)
                if not (_is_letter(spaced[at - 1 : at]) or _is_letter(spaced[end : end + 1])):
                    found.append((at, end, operations))
                at = spaced.find(name, at + 1)
        found.sort(key=lambda place: place[0])  # at one place the longer stays first
        kept: list[tuple[int, int, tuple[str, ...]]] = []
        last = 0
        for start, end, operations in found:
            if start >= last:
                last = end
                if places:
                    start, end = places[start], places[end - 1] + 1
                kept.append((start, end, operations))
        return kept


def _is_letter(sign: str) -> bool:
    return sign.isalnum() or sign == "_"


@lru_cache(maxsize=512)
def _names_of(acts_on: tuple[tuple[str, tuple[str, ...]], ...]) -> _Names:
    return _Names(dict(acts_on))


def _spaced(name: str) -> str:
    return " ".join(name.replace("-", " ").split())


class _Marked:
    """A folded text in which mentions of the operations are marked, same length."""

    __slots__ = ("_folded", "_names", "mentions", "text")

    def __init__(self, folded: str, names: _Names, generic: KeyedPattern):
        self._names = names
        self._folded = folded
        mentions: list[tuple[int, tuple[str, ...]]] = []
        for start, end, operations in names.find(folded):
            mentions.append((start, operations))
            folded = folded[:start] + _OWN * (end - start) + folded[end:]
        self.mentions = tuple(mentions)
        self.text = generic.sub(_mark_generic, folded)

    def read(self, start: int, end: int, whom: tuple[str, ...]) -> str:
        """A stretch as it reads for some operations: the others' names are words again."""
        text = self.text[start:end]
        for at, operations in self.mentions:
            if start <= at < end and not any(o in whom for o in operations):
                stop = at
                while stop < end and self.text[stop] == _OWN:
                    stop += 1
                text = text[: at - start] + self._folded[at:stop] + text[stop - start :]
        return text

    @property
    def mentioned(self) -> bool:
        return bool(self.mentions) or _GENERIC in self.text

    def named(self, start: int, end: int) -> tuple[str, ...]:
        """Operations named in a stretch, in the order of `acts_on`."""
        found = {o for at, operations in self.mentions if start <= at < end for o in operations}
        return tuple(o for o in self._names.operations if o in found) if found else ()

    def meant(self, start: int, end: int, before: tuple[str, ...]) -> tuple[str, ...]:
        """As `named`; "the Mission" is the only operation, or the one named last before."""
        named = self.named(start, end)
        if named or self.text.find(_GENERIC, start, end) < 0:
            return named
        return self._names.single or before


def _mask(match: re.Match[str]) -> str:
    return "\x00" * len(match.group())


def _mark_generic(match: re.Match[str]) -> str:
    return _GENERIC * len(match.group())


class _Coded(NamedTuple):
    """What one paragraph or item gives: to whom the list below it speaks, and its tasks."""

    aim: _Aim
    last: tuple[str, ...]  # the operations named last
    tasks: tuple[tuple[str, str, Mode, Strength, str], ...]  # operation, task, …, quote


@lru_cache(maxsize=_MOST_TEXTS)
def _code_paragraph(
    text: str,
    on_top: bool,
    inherited: _Aim,
    last: tuple[str, ...],
    names: _Names,
    language: str,
    lexicon: TaskLexicon,
) -> _Coded:
    """Codes one paragraph or item, which may stand `on_top` or inherit an aim.

    Mandates are renewed word for word: the same text in the same place is coded once.
    """
    coder = _ParagraphCoder(text, last, names, language, lexicon)
    aim = coder.code(on_top, inherited)
    return _Coded(aim, coder.last, tuple(coder.found.values()))


class _ParagraphCoder:
    def __init__(
        self,
        text: str,
        last: tuple[str, ...],
        names: _Names,
        language: str,
        lexicon: TaskLexicon,
    ):
        self.text = text
        self.last = last
        self.names = names
        self.lexicon = lexicon
        self.speech = lexicon.speech[language]
        self.book = lexicon.books[language]
        self.secretary_book = lexicon.secretary_books[language]
        self.subject: tuple[str, ...] = ()
        self.doer: tuple[str, ...] = ()
        self.found: dict[tuple[str, str], tuple[str, str, Mode, Strength, str]] = {}

    def code(self, on_top: bool, inherited: _Aim) -> _Aim:
        """Finds the tasks; returns to whom the list below the paragraph speaks."""
        speech = self.speech
        wording = wording_of(self.text)
        folded = wording.folded
        marked = _Marked(folded, self.names, speech.generic)
        if not (marked.mentioned or inherited.operations):
            may_found = self.names.single and speech.head.search(folded)
            if not may_found:
                if not folded.rstrip().endswith(":"):
                    return _NOBODY
                return _open_list(folded, list(wording.recall(speech)))
        clauses = list(wording.recall(speech))
        opened = _open_list(folded, clauses)
        if len(clauses) > 1 and not clauses[0].verb and on_top:
            # "Acting in support of …, authorizes UNIFIL": the opening belongs to the verb.
            clauses[:2] = [clauses[1]._replace(start=0)]
        if inherited.open and not clauses[0].verb:
            verb = inherited.open
            clauses[0] = clauses[0]._replace(verb=speech.classes[verb], word=verb)
        aim, mandated = inherited, _NOBODY
        before: list[_Clause] = []
        for clause in clauses:
            if clause.verb:
                aim = self._aim(clause, marked)
            elif not aim.operations:
                aim = self._third_party(clause, marked)
            if aim.operations:
                text = marked.read(clause.start, clause.end, aim.operations)
                hits = self._code_clause(clause, text, aim)
                onward = bool(before) and speech.onward.match(marked.text, clause.verb_end)
                back = onward or speech.back.search(text)
                if (not hits and back) or speech.takes_up.search(text):
                    # "recalls …, recalls …, and encourages UNMIL to address these issues"
                    whole = replace(aim, begin=0)
                    for earlier in (*_referred_to(before), *([clause] if aim.begin else ())):
                        meant = marked.read(earlier.start, earlier.end, aim.operations)
                        hits += self._code_clause(earlier, meant, whole)
                    if not hits and len(before) > 1:
                        meant = marked.read(before[-2].start, before[-2].end, aim.operations)
                        self._code_clause(before[-2], meant, whole)
                if not aim.secretary and speech.list.search(text):
                    mandated = aim
            self.subject = self._subject(clause, marked)
            self.doer = marked.meant(clause.start, clause.end, self.last)
            self.last = marked.named(clause.start, clause.end) or self.last
            before.append(clause)
        if opened.open:
            return opened
        if mandated.operations and (aim.secretary or clauses[-1].verb in ("stressed", "silent")):
            return mandated
        return aim

    def _aim(self, clause: _Clause, marked: _Marked) -> _Aim:
        """To whom a clause opened by a verb of the Council speaks."""
        speech = self.speech
        start, end = clause.verb_end, clause.end
        body = marked.text[start:end]
        if clause.verb == "silent":
            return self._third_party(clause, marked)
        if self.subject and speech.pronoun.match(body):
            return _Aim(self.subject, "requested" if clause.verb == "requested" else "encouraged")
        ignored = speech.ignore.search(body) if speech.ignore else None
        if ignored and ignored.start() < 260:
            return self._third_party(clause, marked)
        strength: Strength = "requested" if clause.verb == "requested" else "encouraged"
        if self.doer and speech.onward.match(body) and not _ANY_NAME.search(body):
            # "welcomes the work of UNAMA and encourages the continuation of such work"
            return _Aim(self.doer, strength)

        def meant(begin: int, stop: int) -> tuple[str, ...]:
            return marked.meant(start + begin, start + stop, self.last)

        if clause.verb in ("requested", "encouraged"):
            infinitive = speech.infinitive.search(body)
            head_end = infinitive.start() if infinitive else min(200, len(body))
            founds = speech.founds.search(body, 0, 400)
            if founds:
                named = marked.named(start + founds.start(), start + founds.start() + 420)
                return _Aim(named or meant(*founds.span()) or self.names.single, strength)
            decided = clause.word in speech.deciding
            if not decided and speech.office.match(body, 0, head_end):
                return _Aim(meant(0, len(body)) or self._only(), strength)
            if not decided and speech.secretary.match(body, 0, head_end):
                used = speech.using.search(body)
                if used:
                    return _Aim(meant(*used.span()), strength)
                whom = meant(0, len(body)) or self._only()
                if infinitive and speech.reporting.match(body, infinitive.start()):
                    # "to inform the Council and to strengthen …": what is done, not the report
                    more = speech.besides.search(body, infinitive.end())
                    if not more:
                        return _NOBODY
                    return _Aim(whom, strength, True, begin=start + more.start())
                if body.rstrip().endswith(":") and speech.mandate.search(body):
                    # "to streamline the tasks of UNAMI as follows:" – the list is UNAMI's work
                    return _Aim(whom, strength)
                if infinitive and speech.acting.match(body, infinitive.start()):
                    # "to facilitate the delivery of …": he has nobody there but the operation
                    return _Aim(whom, strength, bool(_ANY_NAME.search(body)))
                return _Aim(whom, strength, True)
            if decided and speech.itself.match(body):
                # "Decides to extend the mandate of …": the Council is the one who acts.
                aided = speech.aiding.search(body, 0, 300)
                whom = (aided and meant(0, aided.start())) or meant(0, 300)
                return _Aim(whom, strength) if whom else self._third_party(clause, marked)
            whom = meant(0, head_end)
            beside = whom and speech.beside.search(body, 0, head_end)
            if whom and not beside and not (decided and speech.that.match(body, 0, head_end)):
                return _Aim(whom, strength)
            if not decided:
                match = speech.near.match(body)
                if not match and speech.that.match(body):
                    match = speech.work.search(body)
                whom = meant(*match.span()) if match else ()
                return _Aim(whom, strength) if whom else self._third_party(clause, marked)
        if not marked.meant(start, end, self.last):
            return self._third_party(clause, marked)
        patterns = [speech.agent, speech.gerund]
        if clause.word in speech.deciding:
            patterns.append(speech.subject)
        for pattern in patterns:
            match = pattern.search(body)
            if match:
                return _Aim(meant(*match.span()), strength)
        match = speech.mandate.search(body)
        if match and (clause.verb == "requested" or speech.modal.search(body)):
            return _Aim(meant(*match.span()), strength)
        match = speech.work.search(body) if clause.verb == "stressed" else None
        if match:
            return _Aim(meant(*match.span()), strength)
        return self._third_party(clause, marked)

    def _subject(self, clause: _Clause, marked: _Marked) -> tuple[str, ...]:
        """Whom "it" means in the next clause; nobody where it may be another."""
        first = _ANY_NAME.search(marked.text, clause.verb_end, clause.end)
        if not first or self.speech.others.search(marked.text, clause.verb_end, first.start()):
            return ()
        return marked.meant(*first.span(), self.last)

    def _only(self) -> tuple[str, ...]:
        """The only operation acted on that may be the United Nations' own."""
        return self.names.represented if len(self.names.represented) == 1 else ()

    def _third_party(self, clause: _Clause, marked: _Marked) -> _Aim:
        """Another is asked to act with the operation's help: that help is encouraged."""
        helped: dict[str, None] = {}
        for place in self.speech.helped.finditer(marked.text, clause.start, clause.end):
            helped.update(dict.fromkeys(marked.meant(*place.span(), self.last)))
        if helped:
            return _Aim(tuple(helped), "encouraged")
        match = self.speech.enabled.search(marked.text, clause.start, clause.end)
        if match and clause.verb != "silent":
            whom = marked.meant(*match.span(), self.last)
            return _Aim(whom, "encouraged", begin=match.start())
        return _NOBODY

    def _code_clause(self, clause: _Clause, text: str, aim: _Aim) -> int:
        """Codes the tasks of one clause; returns how many."""
        book = self.secretary_book if aim.secretary else self.book
        readable = self.speech.mask.sub(_mask, text)
        if aim.begin > clause.start:
            skipped = aim.begin - clause.start
            readable = "\x00" * skipped + readable[skipped:]
        found = book.find(readable)
        for task, start, end in found:
            mode = self._mode(task, readable, start, end)
            for operation in aim.operations:
                if (operation, task) not in self.found:
                    quote = _quote(self.text, clause, clause.start + start)
                    self.found[operation, task] = (operation, task, mode, aim.strength, quote)
        return len(found)

    def _mode(self, task: str, text: str, start: int, end: int) -> Mode:
        """The first cue of the infinitive the match stands in, else the task's default."""
        default = self.lexicon.default_mode[task]
        if task in self.lexicon.fixed_mode:
            return default
        begin = max(text.rfind(";", 0, start) + 1, start - 160)
        for match in self.speech.fresh.finditer(text, begin, start):
            begin = match.start()
        first = self.speech.modes.search(text, begin, end)
        return cast(Mode, first.lastgroup) if first else default


def _continues(parent: Paragraph, paragraph: Paragraph) -> bool:
    """Whether a paragraph is the second half of a sentence broken in print, not a list item."""
    return (
        parent.number == paragraph.number
        and paragraph.text[:1].islower()
        and (parent.text[-1:].isalnum() or parent.text.endswith(","))
    )


def _referred_to(before: Sequence[_Clause]) -> Sequence[_Clause]:
    """What "these issues" are: the clause before, and those that only recall before it."""
    first = len(before) - 1
    while first > 0 and before[first].verb == "stressed" == before[first - 1].verb:
        first -= 1
    return before[max(first, 0) :]


def _quote(text: str, clause: _Clause, at: int) -> str:
    """The clause as printed, cut at words around the match when it is long."""
    start, end = clause.start, clause.end
    if end - start > QUOTE_LENGTH:
        start = max(start, at - QUOTE_LENGTH // 2)
        end = min(end, start + QUOTE_LENGTH)
        start = max(clause.start, end - QUOTE_LENGTH)
        if start > clause.start:
            start = text.find(" ", start) + 1 or start
        if end < clause.end:
            end = text.rfind(" ", start, end)
    return text[start:end].strip(" ,;")


def code_tasks(
    document: Resolution,
    acts_on: Mapping[str, Sequence[str]],
    lexicon: TaskLexicon | None = None,
) -> tuple[TaskCoding, ...]:
    """The tasks a resolution gives to the operations it acts on.

    `acts_on` maps an operation's id to the names the text uses for it (`MINUSMA`, the full name,
    in the text's language); "the Mission" and its like are understood. One entry per operation,
    task and printed paragraph, in the order of the text; the quote is verbatim.
    """
    if not acts_on:
        return ()
    lexicon = lexicon or load_task_lexicon()
    language = document.language if document.language in LANGUAGES else "en"
    names = _names_of(tuple((operation, tuple(named)) for operation, named in acts_on.items()))
    last: tuple[str, ...] = ()
    aims: dict[int, _Aim] = {}
    found: dict[tuple[str, str, str], TaskCoding] = {}
    for paragraph in document.operative:
        parent = document.paragraphs[paragraph.parent] if paragraph.parent is not None else None
        text, on_top = paragraph.text, parent is None
        above = aims.get(parent.index, _NOBODY) if parent else _NOBODY
        broken = parent is not None and _continues(parent, paragraph)
        if parent and broken:
            # A sentence broken in print: its list follows the second half.
            text, on_top, above = f"{parent.text} {paragraph.text}", True, _NOBODY
        coded = _code_paragraph(text, on_top, above, last, names, language, lexicon)
        aims[paragraph.index], last = coded.aim, coded.last
        if parent and broken:
            aims[parent.index] = coded.aim
        for operation, task, mode, strength, quote in coded.tasks:
            key = (operation, task, paragraph.number)
            if key not in found:
                found[key] = TaskCoding(operation, task, mode, strength, paragraph.number, quote)
    return tuple(found.values())
