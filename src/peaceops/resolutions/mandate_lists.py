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
