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
    )
)  # fmt: skip


def tell(language: Language, text: str) -> str:
    """A message or hint in a language, as far as it is known."""
    if not text:
        return ""
    for pattern, message in _PATTERNS:
        found = pattern.fullmatch(text)
        if found:
            return language.say(message, **found.groupdict())
    return language.say(text)


def tell_problems(language: Language, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Problems in the reader's language."""
    return tuple(
        Problem(p.where, p.field, tell(language, p.message), tell(language, p.hint))
        for p in problems
    )
