"""The catalogue's YAML and CSV files → records, with file and line for everything wrong.

Values are read as text and the model gives them types. Every file is read before anything is
reported, so that one run names every problem.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from peaceops.errors import DataError, Problem, did_you_mean
from peaceops.model import (
    Catalogue,
    CommandPost,
    Concept,
    Contribution,
    Contributor,
    Country,
    CountryName,
    CountryPhrase,
    DataCard,
    Death,
    DecisionSummary,
    MandateDecision,
    MandateDuty,
    NationalDecision,
    Operation,
    OperationSpelling,
    ParityTarget,
    Participation,
    Record,
    Source,
)
from peaceops.places import catalogue_dir

R = TypeVar("R", bound=Record)

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_LISTS = {"functions": ";", "ceilings": ";", "tasks": ";", "plural": ";", "due": ";"}
_ALIAS = re.compile(r"(?:^|[\s\[{,:])&[A-Za-z_]\w*(?=[\s,\]}]|$)", re.MULTILINE)
_MAX_FILE = 8_000_000  # bytes; a catalogue file is edited by hand


class _Lines:
    """Where each key of one YAML file stands, found only when something is wrong."""

    def __init__(self, name: str, root: yaml.Node):
        self.name, self.root = name, root

    def where(self, path: Iterable[int | str]) -> str:
        """`file:line` of the deepest part of the path that exists."""
        node = self.root
        line = node.start_mark.line
        for step in path:
            child: yaml.Node | None = None
            if isinstance(node, yaml.MappingNode):
                for key, value in node.value:
                    if key.value == str(step):
                        child, line = value, key.start_mark.line
                        break
            elif (
                isinstance(node, yaml.SequenceNode)
                and isinstance(step, int)
                and step < len(node.value)
            ):
                child = node.value[step]
                line = child.start_mark.line
            if child is None:
                break
            node = child
        return f"{self.name}:{line + 1}"


def read_catalogue(folder: Path | None = None) -> Catalogue:
    """All records of a catalogue folder (default: the project's own).

    Raises `DataError` with every problem of every file.
    """
    catalogue, problems = _read(folder or catalogue_dir())
    if problems or catalogue is None:
        raise DataError(problems)
    return catalogue


def check_catalogue(folder: Path | None = None) -> tuple[Problem, ...]:
    """Every problem of a catalogue folder, in the order of its files; empty when all is well."""
    return tuple(_read(folder or catalogue_dir())[1])


def _read(folder: Path) -> tuple[Catalogue | None, list[Problem]]:
    problems: list[Problem] = []
    if not (folder / "operations").is_dir():
        return None, [Problem(str(folder), "", "no catalogue here: it has no folder 'operations'")]
    places: dict[int, str] = {}  # id(record) → where it was read
    files: dict[str, _Lines] = {}  # operation → its file

    def table(path: Path, record: type[R], extra: Mapping[str, str] | None = None) -> list[R]:
        if not path.is_file():
            return []
        return list(_read_table(path, folder, record, problems, places, extra or {}))

    sources = [s for p in sorted((folder / "sources").glob("*.csv"))
               if p.name != "security-council.csv" for s in table(p, Source)]  # fmt: skip
    data_cards: list[DataCard] = []
    for path in sorted((folder / "sources").glob("*.yaml")):
        data, lines = _load(path, folder, problems)
        if data is None or lines is None:
            continue
        card = _record(DataCard, data, lines, (), problems)
        if card is not None:
            places[id(card)] = lines.name
            data_cards.append(card)
            if card.id != path.stem:
                problems.append(
                    Problem(lines.where(("id",)), "id", f"'{card.id}' is not the file's name")
                )
    operations: list[Operation] = []
    for path in sorted((folder / "operations").glob("*.yaml")):
        data, lines = _load(path, folder, problems)
        if data is None or lines is None:
            continue
        operation = _record(Operation, data, lines, (), problems)
        if operation is None:
            continue
        places[id(operation)] = lines.name
        files[operation.id] = lines
        operations.append(operation)
        if operation.id != path.stem:
            problems.append(
                Problem(
                    lines.where(("id",)),
                    "id",
                    f"'{operation.id}' is not the file's name",
                    f"Write '{path.stem}', or rename the file.",
                )
            )
    concepts: dict[str, tuple[Concept, ...]] = {}
    for path in sorted((folder / "concepts").glob("*.yaml")):
        concepts[path.stem] = tuple(_read_list(path, folder, Concept, problems, places))
    contributors = [
        c
        for path in sorted((folder / "contributors").iterdir() if
                           (folder / "contributors").is_dir() else [])
        if path.is_dir()
        for c in _read_contributor(path, folder, problems, places)
    ]  # fmt: skip
    contributions = [
        c for p in sorted((folder / "contributions").glob("*.csv")) for c in table(p, Contribution)
    ]
    countries = table(folder / "countries.csv", Country)
    country_names = table(folder / "country_names.csv", CountryName)
    country_phrases = table(folder / "country_phrases.csv", CountryPhrase)
    decision_summaries = table(folder / "decision_summaries.csv", DecisionSummary)
    operation_spellings = table(folder / "operation_names.csv", OperationSpelling)
    parity_targets = table(folder / "parity_targets.csv", ParityTarget)
    mandate_decisions = table(folder / "mandate_decisions.csv", MandateDecision)
    mandate_duties = table(folder / "mandate_duties.csv", MandateDuty)
    series = _read_resolution_series(folder)
    tasks = _read_task_ids(folder / "tasks.csv")

    cited: Counter[str] = Counter()
    known = {s.id for s in (*sources, *data_cards)}
    # an operation whose file cannot be read is there: one problem, not one a row that names it
    named = {o.id for o in operations} | {p.stem for p in (folder / "operations").glob("*.yaml")}
    checks = _CrossChecks(
        problems, places, files, known, series, named, {c.iso3 for c in countries}, tasks, cited,
    )  # fmt: skip
    checks.run(operations, concepts, contributors, contributions, country_names, mandate_decisions)
    for phrase in country_phrases:
        checks.require_country(places[id(phrase)], phrase.iso3)
    for target in parity_targets:
        checks.require_source(places[id(target)], target.source)
    for spelling in operation_spellings:
        checks.require_operation(places[id(spelling)], spelling.operation)
    checks.require_resolutions(mandate_duties)
    checks.require_summaries(decision_summaries, operations)
    checks.report_duplicates([*sources, *data_cards], "id", lambda s: s.id)
    checks.report_duplicates(operations, "id", lambda o: o.id)
    checks.report_duplicates(countries, "iso3", lambda c: c.iso3)
    checks.report_duplicates(country_names, "name", lambda c: c.name.casefold())
    problems.extend(
        Problem(
            places[id(s)], "id", f"source '{s.id}' is cited by no fact", "Cite it or remove it."
        )
        for s in sources
        if s.id not in cited
    )
    if problems:
        return None, problems
    used = [_resolution_card(*series[m]) for m in sorted(series, key=_number) if m in cited]
    return (
        Catalogue.model_construct(
            sources=tuple(sources) + tuple(used) + tuple(data_cards),
            countries=tuple(countries),
            country_names=tuple(country_names),
            country_phrases=tuple(country_phrases),
            decision_summaries=tuple(decision_summaries),
            concepts=concepts,
            operations=tuple(operations),
            contributors=tuple(contributors),
            contributions=tuple(contributions),
            data_cards=tuple(data_cards),
            operation_spellings=tuple(operation_spellings),
            parity_targets=tuple(parity_targets),
            mandate_decisions=tuple(mandate_decisions),
            mandate_duties=tuple(mandate_duties),
        ),
        [],
    )


def _number(source_id: str) -> int:
    return int(source_id.rsplit("-", 1)[1])


def _read_contributor(
    path: Path, folder: Path, problems: list[Problem], places: dict[int, str]
) -> Iterator[Contributor]:
    """One country's folder: country.yaml and the tables beside it."""

    def rows(name: str, record: type[R]) -> tuple[R, ...]:
        file = path / name
        return (
            tuple(_read_table(file, folder, record, problems, places, {})) if file.is_file() else ()
        )

    known = {"country.yaml", "participation.csv", "commands.csv", "decisions.csv", "deaths.csv"}
    problems.extend(
        Problem(str(p.relative_to(folder.parent)), "", "no such table",
                f"A country's folder holds {', '.join(sorted(known))}.")
        for p in sorted(path.iterdir()) if p.name not in known
    )  # fmt: skip
    file = path / "country.yaml"
    if not file.is_file():
        problems.append(
            Problem(str(path.relative_to(folder.parent)), "", "no country.yaml in this folder")
        )
        return
    data, lines = _load(file, folder, problems)
    if data is None or lines is None:
        return
    head = _record(Contributor, data, lines, (), problems)
    if head is None:
        return
    if head.country != path.name:
        problems.append(
            Problem(
                lines.where(("country",)), "country", f"'{head.country}' is not the folder's name"
            )
        )
    contributor = head.model_copy(
        update={
            "participation": rows("participation.csv", Participation),
            "commands": rows("commands.csv", CommandPost),
            "decisions": rows("decisions.csv", NationalDecision),
            "deaths": rows("deaths.csv", Death),
        }
    )
    places[id(contributor)] = lines.name
    yield contributor


def _read_resolution_series(folder: Path) -> dict[str, tuple[str, str, str]]:
    """Number, date and trust of every Security Council resolution, by the id of its card."""
    path = folder / "sources" / "security-council.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as handle:
        return {f"un-sc-res-{number}": (number, day, trust)
                for number, day, trust in list(csv.reader(handle))[1:]}  # fmt: skip


def _read_task_ids(path: Path) -> set[str]:
    """Ids of the tasks a mandate can give; none if there is no such table."""
    if not path.is_file():
        return set()
    with path.open(encoding="utf-8", newline="") as file:
        return {row["task"] for row in csv.DictReader(file)}


def _resolution_card(number: str, day: str, trust: str) -> Source:
    """The card of one resolution; title and address follow from number and year."""
    symbol = f"S/RES/{number} ({day[:4]})"
    return Source.model_validate(
        {
            "id": f"un-sc-res-{number}",
            "title": f"Security Council resolution {number} ({day[:4]})",
            "publisher": "United Nations Security Council",
            "kind": "resolution",
            "url": f"https://docs.un.org/en/{symbol.replace(' ', '')}",
            "date": day,
            "trust": trust,
            "note": "" if trust == "verified" else "The text was not at hand.",
        }
    )


def _load(path: Path, folder: Path, problems: list[Problem]) -> tuple[Any, _Lines | None]:
    """One YAML file as plain text values, and where its keys stand."""
    name = str(path.relative_to(folder.parent))
    try:
        if path.stat().st_size > _MAX_FILE:
            problems.append(Problem(name, "", f"larger than {_MAX_FILE // 1_000_000} MB"))
            return None, None
        text = path.read_text(encoding="utf-8-sig")
        if _ALIAS.search(text):
            problems.append(Problem(name, "", "YAML aliases (&, *) are not used in the catalogue"))
            return None, None
        loader = _LOADER(text)
        try:
            node = loader.get_single_node()
        finally:
            loader.dispose()
    except UnicodeDecodeError as error:
        problems.append(Problem(name, "", f"not UTF-8 text (byte {error.start})", "Save as UTF-8."))
        return None, None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f":{mark.line + 1}" if mark else ""
        problems.append(Problem(f"{name}{line}", "", f"broken YAML: {error.problem}"))
        return None, None
    except yaml.YAMLError as error:
        problems.append(Problem(name, "", f"broken YAML: {error}"))
        return None, None
    if node is None:
        problems.append(Problem(name, "", "an empty file"))
        return None, None
    lines = _Lines(name, node)
    try:
        return _plain(node, lines, (), problems, 0), lines
    except RecursionError:
        problems.append(Problem(name, "", "nested too deeply"))
        return None, None


def _plain(
    node: yaml.Node, lines: _Lines, path: tuple[int | str, ...], problems: list[Problem], depth: int
) -> Any:
    """A YAML node as dicts, lists and text; empty values are left out; a key twice is a problem."""
    if depth > 12:
        raise RecursionError
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return [_plain(v, lines, (*path, i), problems, depth + 1) for i, v in enumerate(node.value)]
    out: dict[str, Any] = {}
    for key, value in node.value:
        if key.value in out:
            problems.append(
                Problem(f"{lines.name}:{key.start_mark.line + 1}", key.value, "stands here twice")
            )
        plain = _plain(value, lines, (*path, key.value), problems, depth + 1)
        if plain != "":
            out[key.value] = plain
    return out


def _read_list(
    path: Path, folder: Path, record: type[R], problems: list[Problem], places: dict[int, str]
) -> Iterator[R]:
    data, lines = _load(path, folder, problems)
    if data is None or lines is None:
        return
    if not isinstance(data, list):
        problems.append(Problem(lines.name, "", "not a list; begin each entry with '- '"))
        return
    for index, item in enumerate(data):
        made = _record(record, item, lines, (index,), problems)
        if made is not None:
            places[id(made)] = lines.where((index,))
            yield made


def _record(
    record: type[R], data: Any, lines: _Lines, path: tuple[int | str, ...], problems: list[Problem]
) -> R | None:
    try:
        return record.model_validate(data)
    except ValidationError as error:
        problems.extend(_explain(error, record, lambda loc: lines.where((*path, *loc))))
        return None


def _read_table(
    path: Path,
    folder: Path,
    record: type[R],
    problems: list[Problem],
    places: dict[int, str],
    extra: Mapping[str, str],
) -> Iterator[R]:
    """One CSV file → records; the header must name the record's fields and nothing else."""
    name = str(path.relative_to(folder.parent))
    fields = record.model_fields
    try:
        handle = path.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        problems.append(Problem(name, "", f"cannot be read: {error.strerror}"))
        return
    with handle:
        reader = csv.reader(handle, strict=True)
        try:
            header = next(reader, [])
            unknown = [c for c in header if c not in fields]
            missing = [
                f for f, info in fields.items()
                if info.is_required() and f not in header and f not in extra
            ]  # fmt: skip
            problems.extend(
                Problem(f"{name}:1", column, "no such column",
                        did_you_mean(column, fields) or f"Columns: {', '.join(fields)}.")
                for column in unknown
            )  # fmt: skip
            problems.extend(
                Problem(f"{name}:1", column, "this column is missing") for column in missing
            )
            if unknown or missing:
                return
            for row in reader:
                where = f"{name}:{reader.line_num}"
                if not any(cell.strip() for cell in row):
                    continue
                if len(row) != len(header):
                    problems.append(
                        Problem(where, "", f"{len(row)} cells, the header has {len(header)}",
                                "Put text that holds a comma in double quotes.")
                    )  # fmt: skip
                    continue
                values: dict[str, Any] = {
                    k: [p.strip() for p in v.split(_LISTS[k]) if p.strip()] if k in _LISTS else v
                    for k, v in zip(header, row, strict=True)
                    if v.strip()
                }
                values.update(extra)
                try:
                    made = record.model_validate(values)
                except ValidationError as error:
                    problems.extend(_explain(error, record, lambda _loc, w=where: w))
                    continue
                places[id(made)] = where
                yield made
        except UnicodeDecodeError:
            problems.append(Problem(f"{name}:{reader.line_num}", "", "not UTF-8", "Save as UTF-8."))
        except csv.Error as error:
            problems.append(Problem(f"{name}:{reader.line_num}", "", f"broken CSV: {error}"))


def _explain(error: ValidationError, record: type[Record], where: Any) -> Iterator[Problem]:
    """Pydantic's findings in the words of somebody who edits the file."""
    for item in error.errors(include_url=False):
        loc = item["loc"]
        field = ".".join(str(step) for step in loc)
        value = item.get("input")
        kind, hint = item["type"], ""
        if kind == "extra_forbidden":
            message = "no such field"
            hint = did_you_mean(str(loc[-1]), list(_fields_at(record, loc)))
        elif kind == "missing":
            message = "is missing"
        elif kind == "literal_error":
            expected = item.get("ctx", {}).get("expected", "")
            message, hint = f"'{value}' is not known here", f"Write one of {expected}."
        elif kind == "value_error":
            message = str(item.get("ctx", {}).get("error", item["msg"]))
        elif kind in ("int_parsing", "int_type", "int_from_float"):
            message = f"'{value}' is not a whole number"
        elif kind.startswith("float"):
            message = f"'{value}' is not a number"
        elif kind == "string_pattern_mismatch":
            message = f"'{value}' does not have the form wanted"
            hint = str(item.get("ctx", {}).get("pattern", ""))
        else:
            message = f"{item['msg']} ({value!r:.60})"
        yield Problem(where(loc), field, message, hint)


def _fields_at(record: type[Record], loc: tuple[int | str, ...]) -> Iterable[str]:
    """Names of the fields where an unknown one was found, as far as they can be told."""
    current: Any = record
    for step in loc[:-1]:
        if isinstance(step, int):
            continue
        info = getattr(current, "model_fields", {}).get(step)
        args = getattr(info.annotation, "__args__", ()) if info else ()
        nested = [a for a in args if isinstance(a, type) and issubclass(a, Record)]
        if not nested:
            return ()
        current = nested[0]
    return list(current.model_fields)


class _CrossChecks:
    """Does every id that a fact names exist? Counts which sources are cited."""

    def __init__(
        self,
        problems: list[Problem],
        places: dict[int, str],
        files: Mapping[str, _Lines],
        sources: set[str],
        series: Mapping[str, tuple[str, str, str]],
        operations: set[str],
        countries: set[str],
        tasks: set[str],
        cited: Counter[str],
    ):
        self.problems, self.places, self.files = problems, places, files
        self.sources, self.series = sources, series
        self.operations, self.countries = operations, countries
        self.tasks, self.cited = tasks, cited

    def run(
        self,
        operations: list[Operation],
        concepts: Mapping[str, tuple[Concept, ...]],
        contributors: list[Contributor],
        contributions: list[Contribution],
        names: list[CountryName],
        mandate_decisions: list[MandateDecision],
    ) -> None:
        for operation in operations:
            self._operation(operation)
        for scheme in concepts.values():
            for concept in scheme:
                self.require_source(self.places[id(concept)], concept.source)
        for contributor in contributors:
            where = self.places.get(id(contributor), f"contributors/{contributor.country}")
            self.require_country(where, contributor.country)
            for point in contributor.policy:
                self.require_source(where, point.source)
            for rows in (
                contributor.participation,
                contributor.commands,
                contributor.decisions,
                contributor.deaths,
            ):
                for row in rows:
                    at = self.places[id(row)]
                    self.require_source(at, row.source)
                    self.require_operation(at, row.operation, allow_all=True)
            for part in contributor.participation:
                if part.operation == "*" and part.framework is None:
                    self.problems.append(
                        Problem(
                            self.places[id(part)], "framework", "is missing beside operation '*'"
                        )
                    )
                if part.persons is not None and part.counted_on is None:
                    self.problems.append(
                        Problem(self.places[id(part)], "counted_on", "a figure needs its date")
                    )
        for contribution in contributions:
            at = self.places[id(contribution)]
            self.require_source(at, contribution.source)
            self.require_country(at, contribution.country)
            self.require_operation(at, contribution.operation, allow_all=True)
        for name in names:
            self.require_country(self.places[id(name)], name.iso3)
        self.require_resolutions(mandate_decisions)
        for read in mandate_decisions:
            self.require_tasks(self.places[id(read)], read.tasks)

    def require_resolutions(self, rows: Iterable[MandateDecision | MandateDuty]) -> None:
        """Note where a row read from a text names an operation or resolution that is not here."""
        for row in rows:
            self.require_operation(self.places[id(row)], row.operation)
            match = re.search(r"(\d+) \(", row.symbol)
            if match:
                self.require_source(self.places[id(row)], f"un-sc-res-{match[1]}")

    def _operation(self, operation: Operation) -> None:
        lines = self.files[operation.id]
        for field in (
            "names",
            "hosts",
            "headquarters",
            "start",
            "end",
            "active_on",
            "decisions",
            "ceilings",
            "strengths",
            "predecessors",
        ):
            for index, fact in enumerate(getattr(operation, field)):
                self.require_source(lines.where((field, index, "source")), fact.source, field)
                country = getattr(fact, "country", None)
                if country:
                    self.require_country(lines.where((field, index, "country")), country, field)
        for index, decision in enumerate(operation.decisions):
            self.require_tasks(lines.where(("decisions", index, "tasks")), decision.tasks)
        for index, relation in enumerate(operation.predecessors):
            self.require_operation(lines.where(("predecessors", index)), relation.operation)
        starts = [f.date for f in operation.start if f.preferred]
        ends = [f.date for f in operation.end if f.preferred]
        if starts and ends and ends[0][: len(starts[0])] < starts[0][: len(ends[0])]:
            self.problems.append(
                Problem(lines.where(("end",)), "end", f"{ends[0]} is before the start, {starts[0]}")
            )

    def require_source(self, where: str, source_id: str, field: str = "source") -> None:
        self.cited[source_id] += 1
        if source_id in self.sources or source_id in self.series:
            return
        self.problems.append(
            Problem(
                where,
                field,
                f"'{source_id}': no such card",
                did_you_mean(source_id, self.sources) or "Cards live in catalogue/sources/.",
            )
        )

    def require_country(self, where: str, iso3: str, field: str = "country") -> None:
        if iso3 not in self.countries:
            self.problems.append(
                Problem(where, field, f"'{iso3}' is no country of countries.csv",
                        did_you_mean(iso3, self.countries))
            )  # fmt: skip

    def require_operation(self, where: str, operation: str, allow_all: bool = False) -> None:
        if operation in self.operations or (allow_all and operation == "*"):
            return
        self.problems.append(
            Problem(where, "operation", f"'{operation}': no such operation",
                    did_you_mean(operation, self.operations)
                    or "Operations live in catalogue/operations/.")
        )  # fmt: skip

    def require_summaries(
        self, translated: Iterable[DecisionSummary], operations: Iterable[Operation]
    ) -> None:
        """Note where a translation is of a summary that no decision has."""
        written = {d.summary for o in operations for d in o.decisions}
        for text in translated:
            if text.en not in written:
                where = self.places[id(text)]
                self.problems.append(
                    Problem(where, "en", f"{text.en!r} is the summary of no decision",
                            did_you_mean(text.en, written))
                )  # fmt: skip
        self.report_duplicates(translated, "en", lambda t: t.en)

    def require_tasks(self, where: str, tasks: Iterable[str]) -> None:
        self.problems.extend(
            Problem(where, "tasks", f"'{task}': no such task",
                    did_you_mean(task, self.tasks) or "Tasks live in tasks.csv.")
            for task in tasks
            if task not in self.tasks
        )  # fmt: skip

    def report_duplicates(self, records: Iterable[Any], field: str, key: Any) -> None:
        seen: dict[str, str] = {}
        for record in records:
            name = key(record)
            where = self.places.get(id(record), "")
            if name in seen:
                self.problems.append(
                    Problem(where, field, f"'{name}' stands already at {seen[name]}")
                )
            seen[name] = where
