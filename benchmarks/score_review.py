"""How right the review of pages is: short pages in four languages, read back and compared.

    python benchmarks/score_review.py [--db FILE] [--mistakes] [--half HALF] [--no-country]

The pages and what is expected of them are tests/fixtures/review/<language>.yaml. Pages with an
even number served to develop the rules, those with an odd number only to test them; those from 21
on are later rounds, each written when the rules stood and read for mistakes afterwards. Printed per
language and half: precision and recall of the verdict `stale`; the share of mentions whose
operation, claim and verdict are those expected; mentions missed and mentions that are none.
Where a page can fairly be read in two ways, both are accepted, and a mention that may or may not
be stale counts neither for nor against precision and recall.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from peaceops.analysis.page_names import fold
from peaceops.analysis.review import Mention, Review, review_page
from peaceops.build import build_database
from peaceops.importers.page_text import read_page
from peaceops.store import Database, open_database

PAGES = Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "review"
HALVES = ("develop", "test", "later")
LANGUAGES = ("fr", "nl", "de", "en")


@dataclass
class Score:
    """Counts over pages; a share is None when there is nothing to share."""

    pages: int = 0
    mentions: int = 0
    operation: int = 0
    claim: int = 0
    verdict: int = 0
    missed: int = 0
    false_mentions: int = 0
    stale_right: int = 0
    stale_missed: int = 0
    stale_wrong: int = 0
    counts: int = 0
    counts_right: int = 0
    countries: int = 0
    countries_right: int = 0
    mistakes: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float | None:
        """Of what was called stale, the share that is."""
        called = self.stale_right + self.stale_wrong
        return self.stale_right / called if called else None

    @property
    def recall(self) -> float | None:
        """Of what is stale, the share called so."""
        true = self.stale_right + self.stale_missed
        return self.stale_right / true if true else None

    def add(self, other: Score) -> None:
        """Take the counts of another score in."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


def any_of(value: Any) -> tuple[Any, ...]:
    """An expected value as the tuple of all that is accepted."""
    return tuple(value) if isinstance(value, list) else (value,)


def same_words(expected: str, found: str) -> bool:
    """Whether one of the two names contains the other, accents and case aside."""
    one, two = fold(expected), fold(found)
    return one in two or two in one


def pair_up(
    expected: Sequence[list[Any]], found: Sequence[Mention]
) -> list[tuple[list[Any] | None, Mention | None]]:
    """Expected and found mentions side by side, in the order of the text (as few left over as can
    be); what has no counterpart stands beside None."""
    rows, columns = len(expected), len(found)
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            pair = 0.0
            if same_words(str(expected[i][0]), found[j].text):
                pair = 1.0 + (found[j].operation in any_of(expected[i][1])) + best[i + 1][j + 1]
            best[i][j] = max(best[i + 1][j], best[i][j + 1], pair)
    pairs: list[tuple[list[Any] | None, Mention | None]] = []
    i = j = 0
    while i < rows or j < columns:
        if i < rows and j < columns and same_words(str(expected[i][0]), found[j].text):
            pair = 1.0 + (found[j].operation in any_of(expected[i][1])) + best[i + 1][j + 1]
            if pair == best[i][j]:
                pairs.append((expected[i], found[j]))
                i, j = i + 1, j + 1
                continue
        if j == columns or (i < rows and best[i + 1][j] >= best[i][j + 1]):
            pairs.append((expected[i], None))
            i += 1
        else:
            pairs.append((None, found[j]))
            j += 1
    return pairs


def score_page(page: dict[str, Any], answer: Review) -> Score:
    """What the review of one page got right."""
    score = Score(pages=1)
    pairs = pair_up(page["expect"], answer.mentions)
    paired = [found for expected, found in pairs if expected and found]
    for expected, found in pairs:
        if expected is None:
            assert found is not None
            twin = any(
                found.operation == other.operation
                and found.line == other.line
                and found.verdict == other.verdict
                for other in paired
            )  # the full name beside its acronym is one mention written twice
            if not twin:
                score.false_mentions += 1
                score.stale_wrong += found.verdict == "stale"
                score.mistakes.append(
                    f"{page['id']}: {found.text!r} is no mention "
                    f"({found.operation}, {found.claim}, {found.verdict})"
                )
            continue
        name, operations, claims, verdicts = (expected[0], *map(any_of, expected[1:]))
        score.mentions += 1
        if found is None:
            score.missed += 1
            score.stale_missed += verdicts == ("stale",)
            score.mistakes.append(f"{page['id']}: {name!r} not found")
            continue
        score.operation += found.operation in operations
        score.claim += found.claim in claims
        score.verdict += found.verdict in verdicts
        if verdicts == ("stale",):
            score.stale_right += found.verdict == "stale" and found.operation in operations
            score.stale_missed += found.verdict != "stale" or found.operation not in operations
        elif "stale" not in verdicts:
            score.stale_wrong += found.verdict == "stale"
        if not (
            found.operation in operations and found.claim in claims and found.verdict in verdicts
        ):
            score.mistakes.append(
                f"{page['id']}: {name!r} {found.operation}, {found.claim}, {found.verdict}; "
                f"expected {'/'.join(operations)}, {'/'.join(claims)}, {'/'.join(verdicts)}"
            )
    for stated, verdict in page.get("counts", ()):
        score.counts += 1
        right = any(
            claim.kind == "count"
            and str(claim.stated) == str(stated)
            and claim.verdict in any_of(verdict)
            for claim in answer.claims
        )
        score.counts_right += right
        if not right:
            score.mistakes.append(f"{page['id']}: count {stated} is not {verdict}")
    return score


def read_pages(language: str, half: str) -> Iterator[dict[str, Any]]:
    """The pages of a language, of one half (develop, test) or of the later rounds."""
    text = (PAGES / f"{language}.yaml").read_text("utf-8")
    for page in yaml.safe_load(text):
        number = int(page["id"].rsplit("-", 1)[1])
        own = "later" if number > 20 else ("test" if number % 2 else "develop")
        if own == half:
            yield page


def score_pages(db: Database, language: str, half: str, *, with_country: bool = True) -> Score:
    """All pages of a language and half, read back and compared."""
    total = Score()
    for page in read_pages(language, half):
        name = f"{page['id']}.{'html' if page.get('html') else 'txt'}"
        text = read_page(page["text"].encode("utf-8"), name)
        answer = review_page(db, text, page["as_of"], page["country"] if with_country else None)
        score = score_page(page, answer)
        if page["expect"]:
            told = review_page(db, text, page["as_of"]).country
            score.countries, score.countries_right = 1, int(told == page["country"])
        total.add(score)
    return total


def share(part: float | None, whole: float | None = None) -> str:
    """A share with three decimals, or a dash where there is nothing to share."""
    if whole is not None:
        part = part / whole if part is not None and whole else None
    return "    –" if part is None else f"{part:5.3f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--db", type=Path, help="a database already built")
    parser.add_argument("--half", choices=HALVES, help="one half only")
    parser.add_argument("--mistakes", action="store_true", help="list what went wrong")
    parser.add_argument("--no-country", action="store_true", help="let the page tell its country")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.db
        if path is None:
            path = Path(folder) / "review.sqlite"
            build_database(path)
        db = open_database(path)
        print("half     lang pages mentions operation claim verdict missed false   stale precision"
              " recall counts country")  # fmt: skip
        started = time.perf_counter()
        for half in [options.half] if options.half else HALVES:
            total = Score()
            rows = []
            for language in LANGUAGES:
                score = score_pages(db, language, half, with_country=not options.no_country)
                rows.append((language, score))
                total.add(score)
            for language, score in [*rows, ("all", total)]:
                n = score.mentions
                print(
                    f"{half:8} {language:4} {score.pages:5} {n:8}     {share(score.operation, n)} "
                    f"{share(score.claim, n)}   {share(score.verdict, n)} {score.missed:6} "
                    f"{score.false_mentions:5} {score.stale_right + score.stale_missed:7}     "
                    f"{share(score.precision)}  {share(score.recall)} "
                    f"{score.counts_right:3}/{score.counts} "
                    f"{score.countries_right:3}/{score.countries}"
                )
            if options.mistakes:
                print("\n".join(f"  {mistake}" for mistake in total.mistakes))
        print(f"{time.perf_counter() - started:.1f} seconds for all")


if __name__ == "__main__":
    main()
