"""The whole portal as static files, which any web server or a file browser can show.

Every page of the date in every language with its data and charts, and the start page and the
list of operations at the end of every year since 1948. What needs a server (another date,
facets, reviews) is left out of the pages.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from peaceops.errors import Problem, StoreError
from peaceops.store import Database
from peaceops.web import pages
from peaceops.web.app import DOCUMENTS, StaticFiles
from peaceops.web.charts import draw_png, draw_svg, list_figures
from peaceops.web.languages import Language, read_languages
from peaceops.web.mandate_pages import FEED_TYPES, make_feed
from peaceops.web.mandate_series import GROWTH_KEYS
from peaceops.web.render import render_chart, render_data, render_languages, render_page
from peaceops.web.routes import BY_NAME, CHARTS, PAGES, PageRoute
from peaceops.web.view import View, fill_path

MARK = "peaceops-export.json"
# Pages that are also written for the end of every year.
BY_YEAR = ("home", "operations")
Progress = Callable[[str], None]


def _page_file(route: PageRoute, language: str, day: date | None, path: Mapping[str, str]) -> str:
    where = fill_path(route.path, path).strip("/")
    on = f"on/{day}" if day else ""
    return "/".join(part for part in (language, on, where, "index.html") if part)


@dataclass(frozen=True)
class FileAddresses:
    """Where things lie among the exported files, seen from one of them."""

    here: str
    day: date
    years: frozenset[date]
    is_static: bool = True

    def _from_here(self, file: str) -> str:
        return "../" * self.here.count("/") + file

    def page(
        self, name: str, language: str, day: date | None, query: Mapping[str, str], **path: str
    ) -> str:
        """A page on the date where it was written for it, else on the date of the export."""
        dated = day if name in BY_YEAR and day in self.years and day != self.day else None
        return self._from_here(_page_file(BY_NAME[name], language, dated, path))

    def data(
        self, name: str, language: str, day: date | None, query: Mapping[str, str], **path: str
    ) -> str:
        """The JSON twin of a page."""
        dated = day if name in BY_YEAR and day in self.years and day != self.day else None
        return self._from_here(_data_file(BY_NAME[name], language, dated, path))

    def file(self, name: str) -> str:
        """A file of the static folder."""
        return self._from_here(f"static/{name}")

    def chart(self, name: str, key: str, kind: str, language: str, day: date | None) -> str:
        """A chart as a file."""
        return self._from_here(f"{language}/charts/{name}/{key}.{kind}")

    def document(self, iso3: str, form: str, language: str, day: date | None) -> str:
        """A country's page as a file."""
        return self._from_here(f"{language}/countries/{iso3}/page.{form}")

    def feed(self, kind: str, language: str, day: date | None, query: Mapping[str, str]) -> str:
        """The calendar as a file."""
        return self._from_here(f"{language}/calendar.{kind}")


def _data_file(route: PageRoute, language: str, day: date | None, path: Mapping[str, str]) -> str:
    where = fill_path(route.data_path, path).strip("/")
    return f"api/v1/{f'on/{day}/' if day else ''}{where}.{language}.json"


def export_portal(
    db: Database, folder: Path, as_of: date, progress: Progress = lambda _: None
) -> int:
    """Write the portal of a date as files; returns how many.

    They are written beside the folder and then moved into its place. Raises `StoreError` where
    the folder holds something that is no earlier export, or cannot be written.
    """
    folder = folder.absolute()
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise StoreError(
            Problem(str(folder), "", "this folder holds files that are no export of the portal",
                    "Name an empty or a new folder.")
        )  # fmt: skip
    part = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    try:
        part.mkdir(parents=True)
        count = 0
        for name, content in _files(db, as_of, progress):
            file = part / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            count += 1
        note = {"as_of": as_of.isoformat(), "built_at": db.meta("built_at"), "files": count}
        (part / MARK).write_text(json.dumps(note) + "\n", "utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        part.replace(folder)
    except OSError as error:
        raise StoreError(
            Problem(str(folder), "", f"the portal cannot be written: {error.strerror or error}")
        ) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return count


def _files(db: Database, as_of: date, progress: Progress) -> Iterator[tuple[str, bytes]]:
    """Every file of the export: its name and its content."""
    languages = read_languages()
    static = StaticFiles()
    for name, content in static.contents.items():
        yield f"static/{name}", content
    first = View(db, languages["en"], as_of, as_of)
    years = [date.fromisoformat(y.date) for y in pages.count_by_year(first)]
    for language in languages.values():
        progress(f"{language.name}: pages")
        view = View(db, language, as_of, as_of)
        for route in PAGES:
            for path in route.keys(view):
                yield from _write(route, view, None, path, frozenset(years), languages)
        progress(f"{language.name}: years")
        for day in years:
            if day != as_of:
                for name in BY_YEAR:
                    dated = View(db, language, day, as_of, dated=True)
                    yield from _write(BY_NAME[name], dated, day, {}, frozenset(years), languages)
        progress(f"{language.name}: charts and documents")
        yield from _charts(view, languages, frozenset(years))
        yield from _documents(view, language)
        for kind in FEED_TYPES:
            yield f"{language.code}/calendar.{kind}", make_feed(view, kind)
    addresses = FileAddresses("index.html", as_of, frozenset(years))
    yield "index.html", render_languages(first, addresses, languages).encode()


def _write(
    route: PageRoute,
    view: View,
    day: date | None,
    path: dict[str, str],
    years: frozenset[date],
    languages: Mapping[str, Language],
) -> Iterator[tuple[str, bytes]]:
    """A page and its data."""
    page = route.page(view, **path)
    file = _page_file(route, view.language.code, day, path)
    main_day = view.as_of if day is None else view.today
    addresses = FileAddresses(file, main_day, years)
    yield file, render_page(route, page, view, path, addresses, languages).encode()
    if route.has_data:
        yield _data_file(route, view.language.code, day, path), render_data(route, page, view)


def _chart_keys(view: View) -> Iterable[tuple[str, str]]:
    for key in view.facts.operations:
        yield "operation-figures", key
    for path in BY_NAME["country"].keys(view):
        yield "country-people", path["iso3"]
    for key in GROWTH_KEYS:
        yield "mandate-growth", key


def _charts(
    view: View, languages: Mapping[str, Language], years: frozenset[date]
) -> Iterator[tuple[str, bytes]]:
    language = view.language
    for name, key in _chart_keys(view):
        chart = CHARTS[name](view, key)
        if chart is None:
            continue
        where = f"{language.code}/charts/{name}/{key}"
        yield f"{where}.svg", draw_svg(chart, language, file=True).encode()
        addresses = FileAddresses(f"{where}.html", view.as_of, years)
        html = render_chart(chart, name, key, view, addresses, languages)
        yield f"{where}.html", html.encode()
        yield f"{where}.png", draw_png(chart, language)
        text = io.StringIO()
        csv.writer(text, lineterminator="\r\n").writerows(list_figures(chart))
        yield f"{where}.csv", text.getvalue().encode()


def _documents(view: View, language: Language) -> Iterator[tuple[str, bytes]]:
    for line in pages.countries_page(view).with_folder:
        document = pages.country_page(view, line.iso3).document
        for form, (_, write) in DOCUMENTS.items():
            content = write(document)
            data = content.encode() if isinstance(content, str) else content
            yield f"{language.code}/countries/{line.iso3}/page.{form}", data
