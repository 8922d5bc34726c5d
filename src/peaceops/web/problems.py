"""Problems in the reader's language: what other modules say in English, known here by pattern.

A message that is no pattern's is shown as it is; the tests go through the bad files and addresses a
visitor can send and see that each is told in each language.
"""

from __future__ import annotations

import re

from peaceops.errors import Problem
from peaceops.web.languages import Language, mark

# What a message looks like in English → the string to translate; named groups become its values.
_PATTERNS = tuple(
    (re.compile(pattern), message)
    for pattern, message in (
        (r"Did you mean (?P<names>.+)\?", mark("Did you mean %(names)s?")),
        (r"no country has this code", mark("there is no country of this code")),
        (r"no operation has this id", mark("there is no operation of this name")),
        (
            r"Write an ISO 3166 alpha-3 code such as BEL\.",
            mark("Write an ISO 3166 alpha-3 code such as BEL."),
        ),
        (r"an empty file", mark("an empty file")),
        (r"Give a page with text\.", mark("Give a page with text.")),
        (r"an old Word file \(\.doc\)", mark("an old Word file (.doc)")),
        (r"Save it as DOCX, PDF or text\.", mark("Save it as DOCX, PDF or text.")),
        (r"(?:not a text|broken UTF-16 text|text in an unknown encoding)",
         mark("this is not a text that can be read")),
        (r"Give text, HTML, DOCX or PDF\.", mark("Give text, HTML, DOCX or PDF.")),
        (r"Save it as UTF-8\.", mark("Save it as UTF-8.")),
        (r"HTML that cannot be read.*", mark("HTML that cannot be read")),
        (r"HTML without any text", mark("HTML without any text")),
        (r"unpacks to .+ MB in .+ files", mark("this file unpacks to more than can be read")),
        (
            r"Save the page anew as a plain DOCX or as text\.",
            mark("Save the page anew as a plain DOCX or as text."),
        ),
        (r"an archive, but no Word document", mark("an archive, but no Word document")),
        (r"a broken or cut-off archive", mark("a broken or cut-off archive")),
        (r"a Word file that cannot be read.*", mark("a Word file that cannot be read")),
        (
            r"Open it in Word, save it anew, or save it as text\.",
            mark("Open it in Word, save it anew, or save it as text."),
        ),
        (r"a Word file without text", mark("a Word file without text")),
        (r"a PDF locked by a password", mark("a PDF locked by a password")),
        (r"a PDF of more than (?P<n>\d+) pages", mark("a PDF of more than %(n)s pages")),
        (r"a PDF that cannot be read.*", mark("a PDF that cannot be read")),
        (
            r"Save it anew, or copy its text into a text file\.",
            mark("Save it anew, or copy its text into a text file."),
        ),
        (
            r"a PDF without text, probably a scanned picture",
            mark("a PDF without text, probably a scanned picture"),
        ),
        (r"not well-formed XML: .*|not readable XML: .*", mark("this XML is broken")),
        (r"Fetch (?:the file|it) again\.", mark("Fetch the file again.")),
        (
            r"the file declares a document type, which resolutions never do",
            mark("the file declares a document type, which resolutions never do"),
        ),
        (
            r"Entities are not read; remove the declaration or fetch the file again\.",
            mark("Remove the declaration or fetch the file again."),
        ),
        (
            r"elements are nested more than (?P<n>\d+) levels deep",
            mark("elements are nested more than %(n)s levels deep"),
        ),
        (
            r"No published resolution is; fetch the file again\.",
            mark("No published resolution is; fetch the file again."),
        ),
        (r"'(?P<day>.+)' is no day of the calendar", mark("%(day)s is no day of the calendar")),
        (r"It is left out; check the text\.", mark("It is left out; check the text.")),
        (
            r"(?P<n>[\d, ]+) persons is more than any operation has had",
            mark("%(n)s persons are more than any operation has had"),
        ),
        (r"Check the number in the text\.", mark("Check the number in the text.")),
        (
            r"the file is named after resolution (?P<n>\d+), but its text is (?P<symbol>.+)",
            mark("the file is named after resolution %(n)s, but its text is %(symbol)s"),
        ),
        (r"The text counts\.", mark("The text counts.")),
        (r"more than (?P<n>\d+) paragraphs", mark("more than %(n)s paragraphs")),
        (r"This is no resolution\.", mark("This is no resolution.")),
        (r"XML, but no resolution: .*", mark("XML, but no resolution")),
        (
            r"Accepted: Akoma Ntoso 3\.0 .*|Accepted: Akoma Ntoso XML, UTF-8 text\.",
            mark("Give Akoma Ntoso XML, as the United Nations publishes it, or UTF-8 text."),
        ),
        (r"no paragraph in the file|no paragraph after .*", mark("no paragraph in the file")),
        (
            r"text, but no resolution of the Security Council|no resolution in this text",
            mark("no resolution of the Security Council in this text"),
        ),
        (
            r"Accepted: a heading such as .*|Give the text with its numbered paragraphs\.",
            mark("Give the whole text, from its heading (Resolution 425 (1978)) to its end."),
        ),
        (r"neither XML nor text", mark("neither XML nor text")),
        (r"not UTF-8 text \(byte \d+\)", mark("this is not a text that can be read")),
        (r"no text of it in the database", mark("no text of it is in the database")),
        (
            r"no text of it in '(?P<code>\w+)' in the database",
            mark("no text of it in this language (%(code)s) is in the database"),
        ),
        (
            r"(?:There in: .*\. )?Bring texts in with: .*",
            mark("Bring texts in with: peaceops sync un-sc-resolutions, or peaceops import"
                 " un-sc-resolutions FILE…"),
        ),
        (
            r"no resolution has this number and year",
            mark("no resolution has this number and year"),
        ),
        (r"In the database is (?P<symbol>.+)\.", mark("In the database is %(symbol)s.")),
        (r"the text in the database is damaged", mark("the text in the database is damaged")),
        (r"Import its file again\.", mark("Import its file again.")),
        (r"there is no word to search for", mark("there is no word to search for")),
        (
            r"Write words, or words side by side in quotes: .*",
            mark("Write words; put words that must stand side by side in quotation marks."),
        ),
        (
            r"Give a PDF with a text layer, or the text itself\.",
            mark("Give a PDF with a text layer, or the text itself."),
        ),
        # corrections
        (r"(?:.+ is no symbol|is no symbol of a resolution)",
         mark("this is no symbol of a resolution")),
        (r"Write (?:it with its year, as )?S/RES/2690 \(2023\).*",
         mark("Write it with its year: S/RES/2690 (2023).")),
        (r"the year of this resolution is not known here",
         mark("the year of this resolution is not known here")),
        (r".+ cannot be corrected", mark("this field cannot be corrected")),
        (r"no reason given", mark("no reason is given")),
        (r"Say (?:why|it) in one sentence\.", mark("Say why in one sentence.")),
        (r"(?:must be written \{name: value\}|is no entry|is no list of entries|not valid YAML)",
         mark("this is not one entry")),
        (r"is not a key of a correction", mark("an entry has no such key")),
        (r"is no part of such a statement", mark("such a statement has no such part")),
        (r"(?P<value>'.*'|\".*\") is not a day", mark("%(value)s is not a day")),
        (r"Write it as 2023-12-31, or null for none\.",
         mark("Write the year, month and day, such as 2021-06-30.")),
        (r"(?P<value>'.*'|\".*\") is not a number", mark("%(value)s is not a number")),
        (r"Write (?:digits alone|how many), such as 1300\.",
         mark("Write digits alone, such as 1300.")),
        (r"(?P<value>'.*'|\".*\") is neither true nor false",
         mark("%(value)s is neither yes nor no")),
        (r"'' is not known", mark("nothing is chosen")),
        (r"(?P<value>'.*'|\".*\") is not known", mark("%(value)s is not known")),
        (r"longer than (?P<n>\d+) characters", mark("longer than %(n)s characters")),
        (r"has characters that do not print", mark("has characters that do not print")),
        (r"Write it anew by hand\.", mark("Type it instead of pasting it.")),
        (r"(?P<value>'.*'|\".*\"): no such source card",
         mark("there is no source card %(value)s")),
        (
            r"Cards lie in catalogue/sources; the text's own card is (?P<card>.+)\.",
            mark("The card of this resolution itself is %(card)s."),
        ),
        (r"(?:set and remove exclude each other)",
         mark("a statement cannot be changed and taken out at once")),
        (r"nothing is said to be right", mark("nothing was changed")),
        (
            r"Give set, or remove: true where .+",
            mark("Change what is wrong, or choose that the text does not say it."),
        ),
        (r"which statement is meant is not said", mark("which statement is meant is not said")),
        (r"a new statement needs this", mark("a new statement needs this")),
        (
            r"Give persons, or change where only that is said\.",
            mark("Give the number, or by how much it changes."),
        ),
        (r"is below zero", mark("this number is below zero")),
        (r"(?P<value>'.*'|\".*\"): no such paragraph in the text",
         mark("the text has no paragraph %(value)s")),
        (r"the coding of this text has no such statement",
         mark("the coding has no such statement")),
        (r"this changes nothing", mark("this changes nothing")),
        (r"The coding says so already\.", mark("The coding says so already.")),
        (r"this correction is in the catalogue already",
         mark("this correction is in the catalogue already")),
        (r"(?:cannot be written: .*|this catalogue cannot be written here)",
         mark("the catalogue cannot be written from here")),
        (r"entries cannot be added at the end of this file",
         mark("the file of corrections in the catalogue is not in order")),
        (r"Accepted: (?P<names>.+)\.", mark("Accepted: %(names)s.")),
    )
)  # fmt: skip


def tell(language: Language, text: str) -> str:
    """A message or hint in a language, as far as it is known."""
    if not text:
        return ""
    for pattern, message in _PATTERNS:
        found = pattern.fullmatch(text)
        if found:
            values = found.groupdict()
            if "' or '" in values.get("names", ""):
                values["names"] = language.either(values["names"].split(" or "))
            return language.say(message, **values)
    return language.say(text)


def tell_problems(language: Language, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Problems in the reader's language."""
    return tuple(
        Problem(p.where, p.field, tell(language, p.message), tell(language, p.hint))
        for p in problems
    )
