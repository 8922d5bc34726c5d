"""A resolution coded as a mandate: what is asked, of whom, until when and with what force.

`code_resolution` uses the text alone, and the same text always gives the same answer. Every
statement carries the paragraph it rests on, and most the words.
"""

from __future__ import annotations

from typing import Any

from peaceops.resolutions.clauses import find_chapter_vii
from peaceops.resolutions.decisions import find_acts
from peaceops.resolutions.document import Resolution
from peaceops.resolutions.lexicon import Lexicon
from peaceops.resolutions.naming import Naming


def code_resolution(document: Resolution, lexicon: Lexicon) -> dict[str, Any]:
    naming = Naming(document, lexicon)
    acts = find_acts(document, naming, lexicon)
    chapter = find_chapter_vii(document, lexicon)
    return {
        "symbol": document.symbol,
        "date": document.date.isoformat() if document.date else None,
        "language": document.language,
        "acts_on": [
            {
                "operation": a.operation,
                "action": a.action,
                "until": a.until.isoformat() if a.until else None,
                "months": a.months,
                "paragraph": a.paragraph,
                "quote": a.quote,
            }
            for a in acts
        ],
        "mentions": list(naming.mentioned),
        "chapter_vii": chapter.as_dict()
        if chapter
        else {"value": False, "paragraph": None, "quote": None},
    }
