"""What the planner says in English sentences, in the reader's language.

The planner knows no languages; its sentences are few and of fixed form. Each form stands here once
with the string that translates it. A sentence of no known form is shown as it is, as English.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from peaceops.web.languages import Language, mark
from peaceops.web.plan_words_files import FORMS

_MONTH = r"\d{4}-\d{2}"

# Parts of a sentence that are sentences themselves end in `_s`; months in `_m`; numbers in `_n`.
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(form), message)
    for form, message in (
        *FORMS,
        # spans of months
        (rf"in (?P<a_m>{_MONTH})", mark("in %(a)s")),
        (rf"from (?P<a_m>{_MONTH}) to (?P<b_m>{_MONTH})", mark("from %(a)s to %(b)s")),
        # reasons for empty months
        (r"nobody qualifies: (?P<why_s>.+)", mark("nobody qualifies: %(why)s")),
        (r"1 free month cannot take a tour of (?P<tour_n>\d+)",
         mark("one free month is too short for a tour of %(tour)s months")),
        (r"(?P<free_n>\d+) free months cannot take a tour of (?P<tour_n>\d+)",
         mark("%(free)s free months are too short for a tour of %(tour)s months")),
        (r"no tour of (?P<tour_n>\d+) months covers this month in the gap",
         mark("no tour of %(tour)s months covers this month in the gap")),
        (r"the (?P<n_n>\d+) qualified people are not available then or home too short",
         mark("the %(n)s qualified people are not available then, or home too short")),
        (r"the one qualified person is not available then or home too short",
         mark("the one qualified person is not available then, or home too short")),
        (r"the (?P<n_n>\d+) qualified people available are out or home too short; relieving them "
         r"there is worth more",
         mark("the %(n)s qualified people available are out or home too short; they count more"
              " where they are")),
        (r"the one qualified person available is out or home too short; relieving them there is "
         r"worth more",
         mark("the one qualified person available is out or home too short, and counts more"
              " there")),
        (r"the limit is reached: (?P<limit_s>.+); other posts are worth more",
         mark("the limit is reached (%(limit)s); other posts are worth more")),
        (r"the budget of (?P<year>\d{4}) is spent on what is worth more",
         mark("the budget of %(year)s is spent on what is worth more")),
        (r"holding it is worth nothing, and a smaller number of people is preferred",
         mark("holding it is worth nothing, and fewer people are preferred")),
        (r"somebody could be sent; the search ended before it was proved best",
         mark("somebody could be sent; the search ended before that was decided")),
        # why nobody qualifies
        (r"no person of category '(?P<category>.+)'", mark("nobody of the category %(category)s")),
        (r"none of the (?P<n_n>\d+) of category '(?P<category>.+)' has a rank of (?P<ranks>.+)",
         mark("of %(n)s people of the category %(category)s none has the rank %(ranks)s")),
        (r"none of (?P<n_n>\d+) with the rank speaks (?P<words>.+)",
         mark("of %(n)s people with the rank none speaks %(words)s")),
        (r"none of (?P<n_n>\d+) otherwise fit has (?P<words>.+)",
         mark("of %(n)s people otherwise fit none has %(words)s")),
        # limits and what loosening them is worth
        (r"at most (?P<n_n>\d+) people of all categories, (?P<span_s>.+)",
         mark("at most %(n)s people of all categories, %(span)s")),
        (r"at most (?P<n_n>\d+) '(?P<category>.+?)', (?P<span_s>.+)",
         mark("at most %(n)s of the category %(category)s, %(span)s")),
        (r"budget of (?P<year>\d{4}): (?P<money_n>[\d,]+) EUR",
         mark("budget of %(year)s: %(money)s euros")),
        (r"the budget of (?P<year>\d{4}), (?P<money_n>[\d,]+) EUR",
         mark("the budget of %(year)s, %(money)s euros")),
        (r"speakers of '(?P<language>.+)' \(fit for post (?P<post>.+)\)",
         mark("speakers of %(language)s who are fit for the post %(post)s")),
        (r"one more place", mark("one more place")),
        (r"(?P<money_n>[\d,]+) EUR more", mark("%(money)s euros more")),
        (r"one more speaker, fit for post (?P<post>.+)",
         mark("one more speaker fit for the post %(post)s")),
        (r"estimate", mark("estimate")),
        (r"solved again", mark("solved again")),
        (r"not known", mark("not known")),
        # requirements that clash
        (r"post (?P<post>\S+) must be filled (?P<span_s>(?:in|from) [-\d to]+?) "
         r"\((?P<tour_s>tours of [^;]+); (?P<who_s>.+)\)",
         mark("the post %(post)s must be filled %(span)s (%(tour)s; %(who)s)")),
        (r"tours of (?P<n_n>\d+) months", mark("tours of %(n)s months")),
        (r"tours of (?P<n_n>\d+) months with (?P<h_n>\d+) of handover",
         mark("tours of %(n)s months with %(h)s of handover")),
        (r"nobody qualifies, (?P<why_s>.+)", mark("nobody qualifies: %(why)s")),
        (r"(?P<n_n>\d+) qualif(?:y|ies)", mark("people who qualify: %(n)s")),
        (r"rest at home of (?P<ratio>[\d.]+) x the months of the deployment before",
         mark("rest at home of %(ratio)s times the months of the deployment before")),
        (r"(?P<n_n>\d+) months of training before each arrival",
         mark("%(n)s months of training before each arrival")),
        (r"the months in which people are available",
         mark("the months in which people are available")),
        # the commonest mistakes of a workbook
        (r"is empty", mark("is empty")),
        (r"'(?P<shown>.+)' is not a month", mark("'%(shown)s' is not a month")),
        (r"'(?P<shown>.+)' is a day, not a month", mark("'%(shown)s' is a day, not a month")),
        (r"'(?P<shown>.+)' is not a number", mark("'%(shown)s' is not a number")),
        (r"(?P<shown>-?[\d.]+) is negative", mark("%(shown)s is negative")),
        (r"(?P<shown>-?[\d.]+) is not a whole number",
         mark("%(shown)s is not a whole number")),
        (r"this rule is missing", mark("this rule is missing")),
        (r"unknown column", mark("unknown column")),
        (r"Write a month (?:as|such as) 2026-03\.", mark("Write a month as 2026-03.")),
        (r"Write a whole number\.", mark("Write a whole number.")),
        (r"Write a number such as 12000 or 0\.5\.",
         mark("Write a number such as 12000 or 0.5.")),
        (r"At least (?P<n_n>\d+) is accepted\.", mark("At least %(n)s is accepted.")),
        # changes from one plan to the next
        (r"(?P<who>\S+) (?P<was_s>(?:in|from) [-\d to]+?), now (?P<now_s>(?:in|from) [-\d to]+)",
         mark("%(who)s %(was)s; now %(now)s")),
        (r"(?P<who>\S+) (?P<was_s>(?:in|from) [-\d to]+?), now (?P<next>\S+) "
         r"(?P<now_s>(?:in|from) [-\d to]+)",
         mark("%(who)s %(was)s; now %(next)s %(now)s")),
        (r"(?P<who>\S+) (?P<was_s>(?:in|from) [-\d to]+)", mark("%(who)s %(was)s")),
    )
)  # fmt: skip


def translate_sentence(language: Language, text: str) -> str | None:
    """A sentence of the planner in the reader's language; None where its form is not known.

    >>> from peaceops.web.languages import read_languages
    >>> translate_sentence(read_languages()["en"], "from 2027-01 to 2027-03")
    'from Jan 2027 to Mar 2027'
    """
    for form, message in _FORMS:
        found = form.fullmatch(text)
        if not found:
            continue
        values: dict[str, str] = {}
        for key, value in found.groupdict().items():
            name, _, kind = key.partition("_")
            if kind == "s":
                told = translate_sentence(language, value)
                if told is None:
                    return None
                values[name] = told
            elif kind == "m":
                values[name] = language.date(value, "medium")
            elif kind == "n":
                values[name] = language.number(int(value.replace(",", "")))
            else:
                values[name] = value
        return language.say(message, **values) if values else language.say(message)
    return None


def tell(language: Language, text: str) -> Markup:
    """A sentence of the planner for a page; English that has no translation is marked as such."""
    told = translate_sentence(language, text)
    if told is not None:
        return escape(told)
    if language.code == "en":
        return escape(text)
    return Markup('<span lang="en">{}</span>').format(text)
