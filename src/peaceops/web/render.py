"""A page record as HTML or JSON: templates arrange it, they do not compute."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import date
from functools import cache, partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from peaceops.analysis.operations import OperationSummary
from peaceops.errors import Problem
from peaceops.web import (
    chain_page,
    charts,
    contribution_pages,
    documents,
    gantt,
    maps,
    presence_pages,
    statements,
    text_pages,
)
from peaceops.web.languages import Language
from peaceops.web.routes import PAGES, PageRoute
from peaceops.web.view import Addresses, View

LICENCE = "CC BY 4.0"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("peaceops.web", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals.update(
        picture=charts.picture,
        picture_of_gantt=gantt.picture_of_gantt,
        tabulate=charts.tabulate,
        draw_world=maps.draw_world,
        draw_hosts=maps.draw_hosts,
        draw_timeline=chain_page.draw_timeline,
        say_since=statements.say_since,
        draw_hotspots=presence_pages.draw_hotspots,
        cause=contribution_pages.name_cause,
        parity=contribution_pages.PARITY,
        write_document=_write_document,
        sign=_draw_sign,
    )
    return environment


def _write_document(document: documents.Document) -> Markup:
    """A document's blocks as part of a page."""
    return Markup(documents.write_html_fragment(document))  # noqa: S704 - escaped where written


def _draw_sign(framework: str, *, unsure: bool = False) -> Markup:
    """A framework's sign for a legend or a heading; hollow where `unsure`."""
    return Markup(  # noqa: S704 - numbers and fixed words only
        f'<svg class="sign {framework}{" unsure" if unsure else ""}" viewBox="0 0 14 14" '
        f' width="14" height="14" aria-hidden="true">{maps.sign(framework, 7, 7, 5)}</svg>'
    )


@dataclasses.dataclass(frozen=True)
class _Words:
    """What a template may call to write in the reader's language and to link."""

    view: View
    addresses: Addresses
    languages: Mapping[str, Language]
    route: PageRoute | None
    path: Mapping[str, str]

    def link(self, name: str, *, day: date | str | None = None, today: bool = False,
             query: Mapping[str, str] | None = None, **path: str) -> str:  # fmt: skip
        """Another page on the reader's date (or `day`, or `today`), in the reader's language."""
        chosen = date.fromisoformat(day) if isinstance(day, str) else day
        if chosen is None and self.view.dated and not today:
            chosen = self.view.as_of
        return self.addresses.page(name, self.view.language.code, chosen, query or {}, **path)

    def here(self, *, language: str = "", day: date | str | None = None, today: bool = False,
             query: Mapping[str, str] | None = None) -> str:  # fmt: skip
        """This page again: in another language, on another date, or with another choice."""
        name = self.route.name if self.route else "home"
        chosen = date.fromisoformat(day) if isinstance(day, str) else day
        if chosen is None and self.view.dated and not today:
            chosen = self.view.as_of
        return self.addresses.page(
            name, language or self.view.language.code, chosen,
            self.view.query if query is None else query, **self.path,
        )  # fmt: skip

    def permalink(self) -> str:
        """This page with its date written in the address."""
        return self.here(day=self.view.as_of)

    def data(self) -> str:
        """The JSON twin of this page."""
        assert self.route is not None
        day = self.view.as_of if self.view.dated else None
        return self.addresses.data(
            self.route.name, self.view.language.code, day, self.view.query, **self.path
        )

    def chart_link(self, name: str, key: str, kind: str) -> str:
        """A chart as a file: svg, png or csv."""
        day = self.view.as_of if self.view.dated else None
        return self.addresses.chart(name, key, kind, self.view.language.code, day)

    def document_link(self, iso3: str, form: str) -> str:
        """A country's page as a file: docx, html or md."""
        day = self.view.as_of if self.view.dated else None
        return self.addresses.document(iso3, form, self.view.language.code, day)

    def feed_link(self, kind: str) -> str:
        """The calendar, narrowed as the reader chose, as a file: ics or atom."""
        day = self.view.as_of if self.view.dated else None
        return self.addresses.feed(kind, self.view.language.code, day, self.view.query)

    def operation_links(self, drawing: maps.OperationMap) -> dict[str, str]:
        """The page of each operation on a map."""
        return {m.operation: self.link("operation", operation_id=m.operation)
                for m in drawing.markers}  # fmt: skip

    def host_names(self, operation: OperationSummary) -> dict[str, str]:
        """The hosts of an operation by code, in the reader's language."""
        return {h: self.view.country(h) for h in operation.hosts}

    def rich(self, message: str, **values: object) -> Markup:
        """A translated string with mark-up of its own; its values are escaped."""
        text = Markup(self.view.language.strings.gettext(message))  # noqa: S704 - our own strings
        return text % values if values else text


def render_page(
    route: PageRoute,
    page: Any,
    view: View,
    path: Mapping[str, str],
    addresses: Addresses,
    languages: Mapping[str, Language],
) -> str:
    """The page as HTML."""
    return _render(
        route.template, view, addresses, languages, route, path, page=page, title=page.title
    )


def render_problems(
    title: str,
    problems: tuple[Problem, ...],
    view: View,
    addresses: Addresses,
    languages: Mapping[str, Language],
) -> str:
    """An error as a page in the reader's language."""
    return _render(
        "error.html", view, addresses, languages, None, {}, title=title, problems=problems
    )


def render_chart(
    chart: charts.Chart,
    name: str,
    key: str,
    view: View,
    addresses: Addresses,
    languages: Mapping[str, Language],
) -> str:
    """A chart as a page to show inside another page."""
    return _render(
        "embed.html", view, addresses, languages, None, {},
        chart=chart, name=name, key=key, title=chart.title,
    )  # fmt: skip


def render_languages(view: View, addresses: Addresses, languages: Mapping[str, Language]) -> str:
    """The page that leads to the languages, where no server can choose one."""
    return _render("languages.html", view, addresses, languages, None, {})


def _render(
    template: str,
    view: View,
    addresses: Addresses,
    languages: Mapping[str, Language],
    route: PageRoute | None,
    path: Mapping[str, str],
    **values: Any,
) -> str:
    words = _Words(view, addresses, languages, route, path)
    language = view.language
    return (
        _environment()
        .get_template(template)
        .render(
            view=view,
            language=language,
            languages=languages,
            route=route,
            menu=[p for p in PAGES if p.menu],
            static=addresses.file,
            is_static=addresses.is_static,
            link=words.link,
            here=words.here,
            permalink=words.permalink,
            chart_link=words.chart_link,
            document_link=words.document_link,
            feed_link=words.feed_link,
            operation_links=words.operation_links,
            host_names=words.host_names,
            data=words.data,
            rich=words.rich,
            _=language.say,
            plural=language.say_number,
            label=language.label,
            day=language.date,
            number=language.number,
            country=view.country,
            text_language=partial(text_pages.name_text_language, view),
            facts=view.facts,
            licence=LICENCE,
            **values,
        )
    )


def render_data(route: PageRoute, page: Any, view: View) -> bytes:
    """The page as JSON: the same record, with the date, the language and the terms of use."""
    head = {
        "page": route.name,
        "language": view.language.code,
        "as_of": view.as_of.isoformat(),
        "built_at": view.db.meta("built_at"),
        "licence": LICENCE,
    }
    return write_json({**head, **plain(page)})


def write_json(value: Any) -> bytes:
    """JSON as the API sends it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def plain(value: Any) -> Any:
    """Records as dictionaries, tuples as lists, all the way down."""
    if isinstance(value, documents.Document):
        return plain(documents.as_json(value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(v) for v in value]
    if isinstance(value, date):
        return value.isoformat()
    return value
