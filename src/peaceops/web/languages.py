"""The portal's languages: interface strings from `locales/*.po`, dates and numbers by CLDR.

English is the language of the source strings and needs no file. Another language is one more
file; facts that the catalogue does not hold in it are shown in English.
"""

from __future__ import annotations

import gettext
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

from peaceops.model import LANGUAGES, first_day

SOURCE_LANGUAGE = "en"


def mark(text: str) -> str:
    """Mark a string for translation where it is written; it is translated where it is shown."""
    return text


# What the codes of the vocabulary are called. Each value is a source string of the locales.
LABELS: Mapping[str, Mapping[str, str]] = {
    "framework": {
        "un": mark("United Nations"),
        "nato": mark("NATO"),
        "eu": mark("European Union"),
        "osce": mark("OSCE"),
        "au": mark("African Union"),
        "other": mark("Other organisations and coalitions"),
    },
    "framework-short": {
        "un": mark("UN"),
        "nato": mark("NATO"),
        "eu": mark("EU"),
        "osce": mark("OSCE"),
        "au": mark("AU"),
        "other": mark("Other"),
    },
    "kind": {
        "peacekeeping": mark("Peacekeeping operation"),
        "special-political": mark("Special political mission"),
        "support-office": mark("Support office"),
        "military": mark("Military operation"),
        "military-training": mark("Military training mission"),
        "maritime": mark("Maritime operation"),
        "air": mark("Air operation"),
        "civilian": mark("Civilian mission"),
        "civilian-military": mark("Civilian and military mission"),
        "police": mark("Police mission"),
        "observer": mark("Observer mission"),
        "field-operation": mark("Field operation"),
        "support": mark("Support operation"),
    },
    "status": {
        "active": mark("active"),
        "ended": mark("ended"),
        "unconfirmed": mark("not confirmed"),
        "not-yet": mark("not yet begun"),
    },
    "action": {
        "establish": mark("establishment"),
        "launch": mark("launch"),
        "extend": mark("extension"),
        "amend": mark("change"),
        "terminate": mark("ending"),
        "endorse": mark("endorsement"),
    },
    "trust": {
        "verified": mark("checked"),
        "partial": mark("partly checked"),
        "unverified": mark("to be checked"),
    },
    "persons": {
        "military": mark("military personnel"),
        "police": mark("police"),
        "civilian": mark("civilian personnel"),
        "uniformed": mark("uniformed personnel"),
        "total": mark("personnel in all"),
        "observers": mark("observers"),
    },
    "ceiling": {
        "military": mark("military personnel"),
        "police": mark("police personnel"),
        "civilian": mark("civilian personnel"),
        "uniformed": mark("uniformed personnel"),
        "total": mark("personnel in all"),
        "military-observers": mark("military observers"),
        "liaison-officers": mark("liaison officers"),
        "staff-officers": mark("staff officers"),
        "formed-police": mark("members of formed police units"),
        "individual-police": mark("individual police officers"),
        "corrections": mark("corrections personnel"),
    },
    "mode": {
        "monitor": mark("monitor"),
        "assist": mark("assist"),
        "secure": mark("secure"),
        "implement": mark("implement"),
    },
    "strength": {
        "requested": mark("requested"),
        "encouraged": mark("encouraged"),
    },
    "basis": {
        "monthly": mark("monthly"),
        "quarterly": mark("quarterly"),
        "semi-annual": mark("twice a year"),
        "annual": mark("yearly"),
        "as-appropriate": mark("as appropriate"),
        "regular": mark("regularly"),
    },
    "partner": {
        "african-union": mark("African Union"),
        "european-union": mark("European Union"),
        "nato": mark("NATO"),
        "osce": mark("OSCE"),
        "ecowas": mark("ECOWAS"),
        "igad": mark("IGAD"),
        "sadc": mark("SADC"),
        "league-of-arab-states": mark("League of Arab States"),
        "oas": mark("Organization of American States"),
        "united-nations-country-team": mark("United Nations country team"),
        "world-bank": mark("World Bank and financial institutions"),
    },
    "field": {
        "acts_on": mark("Operation acted on"),
        "ceilings": mark("Ceiling"),
        "tasks": mark("Task"),
        "mentions": mark("Operation named"),
        "chapter_vii": mark("Chapter VII"),
    },
    "part": {
        "operation": mark("Operation"),
        "action": mark("Decision"),
        "until": mark("Until"),
        "months": mark("Number of months"),
        "paragraph": mark("Paragraph"),
        "kind": mark("Category"),
        "persons": mark("Number of persons"),
        "change": mark("Change in the number"),
        "task": mark("Task"),
        "mode": mark("Manner"),
        "strength": mark("How it is asked"),
        "value": mark("Chapter VII"),
        "quote": mark("Wording"),
    },
    "change": {
        "kept": mark("kept"),
        "reworded": mark("reworded"),
        "moved": mark("moved"),
        "added": mark("added"),
        "dropped": mark("dropped"),
        "adjusted": mark("same but for spelling or dates"),
    },
    "principle": {
        "consent": mark("Consent of the parties"),
        "impartiality": mark("Impartiality"),
        "use_of_force": mark("Force only in self-defence and in defence of the mandate"),
    },
    "tension": {
        "chapter-vii-without-consent": mark("Chapter VII without a clause of consent"),
        "neutralize-armed-groups": mark("tasks to act against armed groups"),
        "support-to-national-forces": mark("support to forces that may be party to the conflict"),
    },
    "topic": {
        "ceilings": mark("ceilings"),
        "chapter_vii": mark("Chapter VII"),
        "means": mark("all necessary means"),
        "tasks": mark("tasks"),
        "reports": mark("reports"),
        "exit": mark("drawdown and exit"),
        "principles": mark("principles of peacekeeping"),
        "tensions": mark("tensions with the principles"),
        "cooperation": mark("co-operation with others"),
    },
    "measure": {
        "present": mark("present"),
        "peak": mark("at the most"),
        "cumulative": mark("over the whole time"),
        "decided": mark("decided"),
        "planned": mark("planned"),
    },
    "category": {
        "contingent-troops": mark("contingent troops"),
        "staff-officer": mark("staff officers"),
        "military-expert": mark("military experts on mission"),
        "formed-police-unit": mark("formed police units"),
        "individual-police": mark("individual police officers"),
        "justice-expert": mark("justice experts"),
        "corrections-expert": mark("corrections experts"),
        "civil-protection-expert": mark("civil protection experts"),
        "civilian-expert": mark("civilian experts"),
        "military": mark("military personnel"),
        "police": mark("police"),
        "civilian": mark("civilian personnel"),
        "total": mark("personnel in all"),
    },
    "function": {
        "command": mark("command"),
        "staff": mark("staff"),
        "observation": mark("observation"),
        "liaison": mark("liaison"),
        "training": mark("training"),
        "policing": mark("policing"),
        "justice": mark("justice"),
        "civil-protection": mark("civil protection"),
        "support": mark("support"),
        "contingent": mark("contingent"),
    },
    "verdict": {
        "stale": mark("no longer true"),
        "check": mark("check"),
        "ok": mark("correct"),
    },
    "claim": {
        "current": mark("said to be now"),
        "past": mark("said to be past"),
        "neutral": mark("named only"),
    },
    "claim-kind": {
        "count": mark("Number"),
        "last-updated": mark("Date of the page"),
        "date": mark("Date"),
    },
}


_RESOLUTION = re.compile(r"Security Council resolution (\d+ \(\d{4}\))")
_PLACE = re.compile(
    r"(?P<unit>paras?\.|preamble|recitals?|[Aa]rticles?) (?P<first>\d[\w()]*)"
    r"(?: (?P<join>and|to) (?P<last>\d[\w()]*))?"
)
_JOINTS = {"and": mark("%(first)s and %(last)s"), "to": mark("%(first)s to %(last)s")}
_PLACES = {
    ("para.", False): mark("para. %(where)s"),
    ("para.", True): mark("paras. %(where)s"),
    ("paras.", False): mark("paras. %(where)s"),
    ("paras.", True): mark("paras. %(where)s"),
    ("preamble", False): mark("preamble %(where)s"),
    ("preamble", True): mark("preamble %(where)s"),
    ("recital", False): mark("recital %(where)s"),
    ("recital", True): mark("recitals %(where)s"),
    ("recitals", True): mark("recitals %(where)s"),
    ("recitals", False): mark("recitals %(where)s"),
    ("article", False): mark("Article %(where)s"),
    ("article", True): mark("Articles %(where)s"),
    ("articles", True): mark("Articles %(where)s"),
    ("articles", False): mark("Articles %(where)s"),
}


@dataclass(frozen=True)
class Language:
    """One language of the portal: what it is called, how it writes, its strings."""

    code: str
    locale: Locale
    strings: gettext.NullTranslations

    def __hash__(self) -> int:
        return hash(self.code)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Language) and other.code == self.code

    @property
    def name(self) -> str:
        """The language's name in itself, as a heading: 'Français'."""
        name = str(self.locale.languages.get(self.code, self.code))
        return name[:1].upper() + name[1:]

    @property
    def direction(self) -> str:
        """'ltr' or 'rtl'."""
        return self.locale.text_direction

    @property
    def content(self) -> str:
        """The language of the catalogue that a reader of this language is shown."""
        return self.code if self.code in LANGUAGES else SOURCE_LANGUAGE

    def say(self, message: str, **values: object) -> str:
        """A string of the interface, with its named values put in."""
        text = self.strings.gettext(message)
        return text % values if values else text

    def say_number(self, one: str, many: str, n: int, **values: object) -> str:
        """A string whose form depends on a number, `%(n)s` in it."""
        return self.strings.ngettext(one, many, n) % {"n": self.number(n), **values}

    def place(self, at: str) -> str:
        """Where in a source: 'para. 7', 'preamble 4'; as written where it is of another form."""
        match = _PLACE.fullmatch(at)
        if match is None:
            return at
        message = _PLACES[match["unit"].lower(), bool(match["join"])]
        where, joint = match["first"], _JOINTS.get(match["join"])
        if joint:
            where = self.say(joint, first=where, last=match["last"])
        return self.say(message, where=where)

    def source_title(self, title: str) -> str:
        """A source's title; that of a resolution in the language, any other as it is."""
        match = _RESOLUTION.fullmatch(title)
        return (
            self.say("Security Council resolution %(number)s", number=match[1]) if match else title
        )

    def label(self, scheme: str, code: str) -> str:
        """What a code of the vocabulary is called; the code itself where it has no name."""
        message = LABELS[scheme].get(code)
        return self.strings.gettext(message) if message else code.replace("-", " ")

    def date(self, partial: str | date | None, style: str = "long") -> str:
        """A date as precise as it is: '25 April 2013', 'April 2013', '2013'; '' for none."""
        if partial is None:
            return ""
        return _write_date(self.locale, str(partial), style)

    def number(self, value: float) -> str:
        """A number with the language's group and decimal signs."""
        return str(format_decimal(value, locale=self.locale))

    def percent(self, share: float) -> str:
        """A share of 1 as a percentage."""
        return str(format_percent(share, locale=self.locale))

    def rate(self, share: float) -> str:
        """A share of 1 as a percentage with a decimal: '98.5%'; 100% only where it is."""
        known = round(share, 3)
        if known == 1 and share < 1:
            known = 0.999
        return str(format_percent(known, locale=self.locale, decimal_quantization=False))

    def join(self, words: Iterable[str]) -> str:
        """'a, b and c' in the language."""
        items = list(words)
        return format_list(items, locale=self.locale) if items else ""

    def either(self, words: Iterable[str]) -> str:
        """'a, b or c' in the language."""
        items = list(words)
        return format_list(items, style="or", locale=self.locale) if items else ""


@lru_cache(maxsize=8192)
def _write_date(locale: Locale, partial: str, style: str) -> str:
    day = first_day(partial[:10])
    if len(partial) == 4:
        return partial
    if len(partial) == 7:
        return str(format_skeleton("yMMMM" if style == "long" else "yMMM", day, locale=locale))
    text = str(format_date(day, format=style, locale=locale))
    # CLDR writes '1 juillet'; French prose has '1er'.
    return text.replace("1 ", "1er ", 1) if locale.language == "fr" and day.day == 1 else text


def sort_key(text: str) -> str:
    """Text without accents and case, to put names in the order a reader expects.

    >>> sorted(["Zambie", "Éthiopie", "Fidji"], key=sort_key)
    ['Éthiopie', 'Fidji', 'Zambie']
    """
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def read_catalogues(folder: Traversable | None = None) -> dict[str, Catalog]:
    """The `.po` files of a folder (the package's own by default), by language code."""
    folder = folder or resources.files(__package__) / "locales"
    catalogues = {}
    for file in sorted((f for f in folder.iterdir() if f.name.endswith(".po")), key=str):
        code = file.name.removesuffix(".po")
        with file.open("rb") as stream:
            catalogues[code] = read_po(stream, locale=code, abort_invalid=True)
    return catalogues


def read_languages(folder: Traversable | None = None) -> dict[str, Language]:
    """Every language the portal speaks, in the order of the switch."""
    found = {
        SOURCE_LANGUAGE: Language(SOURCE_LANGUAGE, Locale("en", "GB"), gettext.NullTranslations())
    }
    for code, catalogue in read_catalogues(folder).items():
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        found[code] = Language(code, Locale.parse(code), gettext.GNUTranslations(compiled))
    order = [*LANGUAGES, *sorted(set(found) - set(LANGUAGES))]
    return {code: found[code] for code in order if code in found}


@lru_cache(maxsize=1)
def known_languages() -> dict[str, Language]:
    """The portal's own languages, read once: for documents, which carry only a code."""
    return read_languages()


def choose_language(accept: str, known: Iterable[str]) -> str:
    """The language an Accept-Language header asks for first, else English.

    >>> choose_language("de-BE;q=0.7, fr;q=0.9, *;q=0.1", ["fr", "nl", "de", "en"])
    'fr'
    """
    available = list(known)
    wishes: list[tuple[float, int, str]] = []
    for position, part in enumerate(accept.split(",")[:20]):
        tag, _, weight = part.strip().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        wishes.append((-quality, position, tag.lower().split("-")[0]))
    for quality, _, code in sorted(wishes):
        if code in available and quality < 0:
            return code
    return SOURCE_LANGUAGE if SOURCE_LANGUAGE in available else available[0]
