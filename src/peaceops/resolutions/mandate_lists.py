"""Whether a text sets out an operation's mandate anew, or renews one that stands elsewhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from peaceops.resolutions.document import Resolution
from peaceops.resolutions.lexicon import Lexicon

_SETS_OUT = re.compile(r"\b(?:mandate|tasks|authori[sz]es|perform|key areas|following areas)\b")
_TO_OTHERS = re.compile(r"(?:Requests the Secretary|Calls|Urges|Demands|Welcomes)")
_GENERIC = re.compile(
    r"\b(?:[Tt]he [Mm]ission|[Tt]he [Ff]orce|an? [\w ]{0,40}(?:mission|operation|presence))\b"
)

# The whole of a mandate is announced, not a part of it or what comes on top.
_WHOLE = re.compile(
    r"\b(?:(?:shall|will|should|to)\b[^;:]{0,60}? have the (?:following )?mandate"
    r"|mandate\b[^;:]{0,260}?\b(?:shall|will) (?:be|include|comprise|consist|focus|undertake)\b"
    r"|extend[^;]{0,60} mandate\b[^;]{0,400}:\s*$|Revises the mandate"
    r"|undertake the following mandate|with (?:a|the following) mandate|mandate as follows"
    r"|(?:carry out|carrying out|implement|fulfil) (?:its|the following|their) mandate"
    r"(?: as set out below|, as follows)?:"
    r"|the following (?:\w+ )?(?:tasks|functions)|have the following strategic objectives"
    r"|tasks of [^;:]{0,260} shall be|tasks of [^;:]{0,40} as follows|priorities laid out below)"
    r"|\bshall:?\s*$",
    re.I,
)
_ON_TOP = re.compile(
    r"\b(?:in addition to|additional (?:tasks?|mandate)|(?:shall|will) also (?:have|include)"
    r"|further to paragraph|existing mandate|existing tasks|in furtherance of|cessation of|drawdown"
    r"|mandate as set out in (?:resolution|paragraph)|adjust the mandate|consider renewing"
    r"|focus[^;:]{0,30}? (?:on )?the following (?!priority tasks)|reaffirms|to establish\b)",
    re.I,
)
_ITEMS = 3  # a list that sets out a mandate is not shorter


def restates_mandate(document: Resolution, names: Iterable[str]) -> bool:
    """Whether an English text sets out an operation's whole mandate, in place of the one before.

    It does where a paragraph that announces the mandate or its tasks stands over three items or
    more; not where it adds tasks to those there are, or says which of them come first.
    """
    names = tuple(names)
    named = re.compile(rf"(?:{'|'.join(map(re.escape, names)) or '(?!)'})")
    elsewhere = re.compile(rf"mandate of (?:the )?(?:{named.pattern}) in [A-Z]")
    parents = {p.index: p.parent for p in document.operative}
    items: Counter[int] = Counter()
    for paragraph in document.operative:
        above = paragraph.parent
        while above is not None:
            items[above] += 1
            above = parents.get(above)
    return any(
        items[p.index] >= _ITEMS
        and not _TO_OTHERS.match(p.text)
        and _WHOLE.search(p.text)
        and not _ON_TOP.search(p.text)
        and not elsewhere.search(p.text)
        and (named.search(p.text) or _GENERIC.search(p.text))
        for p in document.top_level
    )


def sets_out_mandate(document: Resolution, names: Iterable[str]) -> bool:
    """Whether an English text lists a mandate: three items or more under a sentence on it.

    A renewal that only refers to an earlier text does not; the library gives it headings all the
    same.
    """
    named = re.compile("|".join(map(re.escape, names)) or r"(?!)")
    children = Counter(p.parent for p in document.operative if p.parent is not None)
    return any(
        children[p.index] >= 3
        and p.text.rstrip().endswith(":")
        and not _TO_OTHERS.match(p.text)
        and _SETS_OUT.search(p.text)
        and (named.search(p.text) or _GENERIC.search(p.text))
        for p in document.top_level
    )


def list_names(operation: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Every name of an operation in any language, with the short forms `UN …`."""
    known = lexicon.operations[operation]
    names = [*known.acronyms, *(n for names in known.names.values() for n in names)]
    names += [d.words for d in known.described]
    start = "United Nations "
    names += [f"UN {n.removeprefix(start)}" for n in names if n.startswith(start)]
    return tuple(dict.fromkeys(names))
