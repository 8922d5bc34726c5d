"""Official sources fetched over HTTPS: politely, resumably, and from the named hosts only.

A file is written beside its place and moved there when it is whole. Interrupted at any moment, what
has come is kept with the mark (ETag or date) the server gave it; the next run asks for the rest of
that very version, or begins again where the server has another.
"""

from __future__ import annotations

import json
import os
import random
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

import httpx

from peaceops import __version__
from peaceops.errors import DataError, Problem, RefusedFile, UsageError, did_you_mean
from peaceops.importers.registry import IMPORTERS
from peaceops.intake import Imported, import_files, read_cards
from peaceops.model import DataCard, DataFile
from peaceops.texts import SOURCE as TEXTS
from peaceops.texts import ImportedText, import_texts

Progress = Callable[[str], None]

MAX_BYTES = 4_000_000_000
MAX_UNPACKED = 3_000_000_000
TRIES = 6
LONGEST_WAIT = 300.0  # seconds; a server that asks for more is asked again another day
PAUSE = 1.0  # seconds between two requests
TIMEOUT = httpx.Timeout(30.0, connect=15.0)
TEXT_LANGUAGES = ("en", "fr")  # of a fetched archive of resolutions: those that can be coded
_REDIRECTS = 5


@dataclass(frozen=True)
class Fetched:
    """What became of one file of a source."""

    source: str
    file: str
    status: str  # fetched, unchanged, not published, failed
    path: str = ""
    bytes: int = 0
    sha256: str = ""
    problems: tuple[Problem, ...] = ()
    imported: tuple[Imported, ...] = field(default=())
    texts: tuple[ImportedText, ...] = field(default=())


class _Refused(Exception):
    """The server said no, and asking again would not help."""

    def __init__(self, message: str, missing: bool = False):
        super().__init__(message)
        self.missing = missing


class _AskAgain(Exception):
    """It did not work this time."""

    def __init__(self, message: str, wait: float | None = None):
        super().__init__(message)
        self.wait = wait


@dataclass
class Fetcher:
    """Fetches the files of one card into a folder.

    `client`, `sleep` and `today` can be given by tests; `tries`, `pause` and `longest_wait` bound
    how long a bad server is borne with.
    """

    folder: Path
    client: httpx.Client
    progress: Progress = lambda _: None
    sleep: Callable[[float], None] = time.sleep
    today: Callable[[], datetime] = lambda: datetime.now(UTC)
    tries: int = TRIES
    pause: float = PAUSE
    longest_wait: float = LONGEST_WAIT
    _asked: float = 0.0

    def fetch(self, card: DataCard) -> list[Fetched]:
        """Each file of the card: fetched, unchanged, not published, or failed with its problem."""
        return [self._fetch_file(card, file) for file in card.files]

    def _fetch_file(self, card: DataCard, file: DataFile) -> Fetched:
        years = [self.today().year, self.today().year - 1] if "{yy}" in file.url else [0]
        if file.optional:
            years = years[:1]
        last: Fetched | None = None
        for year in years:
            yy = f"{year % 100:02d}"
            url, name = file.url.replace("{yy}", yy), file.name.replace("{yy}", yy)
            try:
                return self._fetch_url(card, url, name)
            except _Refused as error:
                if error.missing and file.optional:
                    return Fetched(card.id, name, "not published")
                last = Fetched(
                    card.id, name, "failed",
                    problems=(Problem(url, "", str(error), card.how_to_get),),
                )  # fmt: skip
                if not error.missing:
                    break
        assert last is not None
        return last

    def _fetch_url(self, card: DataCard, url: str, name: str) -> Fetched:
        """One address, asked as often as it is worth; raises `_Refused`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for attempt in range(self.tries):
            try:
                return self._try_once(card, url, name)
            except (_AskAgain, httpx.TransportError) as error:
                message = str(error) or type(error).__name__
                wait = getattr(error, "wait", None)
                if wait is not None and wait > self.longest_wait:
                    raise _Refused(
                        f"the server asks to wait {wait:.0f} seconds; try again later"
                    ) from None
                if attempt + 1 == self.tries:
                    raise _Refused(f"{message} ({self.tries} tries); what came is kept") from None
                if wait is None:
                    wait = min(60.0, 2.0**attempt) * random.uniform(0.8, 1.2)  # noqa: S311
                self.progress(f"{name}: {message}; again in {wait:.0f} s")
                self.sleep(wait)
        raise AssertionError("unreachable")

    def _try_once(self, card: DataCard, url: str, name: str) -> Fetched:
        whole, part = self.folder / name, self.folder / f"{name}.part"
        kept = _read_state(self.folder / f"{name}.json") if whole.is_file() else {}
        begun = _read_state(self.folder / f"{name}.part.json") if part.is_file() else {}
        have = part.stat().st_size if part.is_file() else 0
        headers = {
            "User-Agent": f"peaceops/{__version__}",
            "Accept-Encoding": "identity",
        }
        mark = _mark(begun) if begun.get("url") == url else None
        if have and mark:
            headers |= {"Range": f"bytes={have}-", "If-Range": mark}
        elif kept.get("url") == url:
            if kept.get("etag"):
                headers["If-None-Match"] = kept["etag"]
            if kept.get("last_modified"):
                headers["If-Modified-Since"] = kept["last_modified"]
        with self._open(card, url, headers) as response:
            code = response.status_code
            if code == 304 and whole.is_file():
                return Fetched(card.id, name, "unchanged", str(whole), whole.stat().st_size,
                               kept.get("sha256", ""))  # fmt: skip
            if code == 416:
                _forget(self.folder, name)
                raise _AskAgain("the server has another version; beginning again", 0.0)
            if code in (429, 500, 502, 503, 504):
                raise _AskAgain(f"the server answers {code}", _retry_after(response, self.today()))
            if code in (404, 410):
                raise _Refused(f"the server answers {code}: no such file", missing=True)
            if code not in (200, 206):
                raise _Refused(f"the server answers {code}")
            if code == 206 and not (have and mark and _starts_at(response, have)):
                _forget(self.folder, name)
                raise _AskAgain("the server sends another part than asked for", 0.0)
            return self._receive(card, url, name, response, have if code == 206 else 0)

    def _receive(
        self, card: DataCard, url: str, name: str, response: httpx.Response, have: int
    ) -> Fetched:
        whole, part = self.folder / name, self.folder / f"{name}.part"
        coded = "content-encoding" in response.headers
        told = response.headers.get("content-length", "")
        length = have + int(told) if told.isdigit() and not coded else None
        if length is not None and length > MAX_BYTES:
            raise _Refused(f"larger than {MAX_BYTES // 10**9} GB")
        state = {
            "url": url,
            "etag": response.headers.get("etag", ""),
            "last_modified": response.headers.get("last-modified", ""),
        }
        if not have:
            # the mark is written first: bytes without one are never gone on with
            part.unlink(missing_ok=True)
            _write_state(self.folder / f"{name}.part.json", {} if coded else state)
        got, shown = have, time.monotonic()
        with part.open("ab" if have else "wb") as handle:
            for chunk in response.iter_bytes() if coded else response.iter_raw():
                handle.write(chunk)
                got += len(chunk)
                if got > MAX_BYTES:
                    raise _Refused(f"larger than {MAX_BYTES // 10**9} GB")
                if time.monotonic() - shown > 0.5:
                    shown = time.monotonic()
                    share = f" of {length / 1e6:.1f}" if length else ""
                    self.progress(f"{name}: {got / 1e6:.1f}{share} MB")
            handle.flush()
            os.fsync(handle.fileno())
        if length is not None and got != length:
            raise _AskAgain(f"{got} of {length} bytes came")
        if got == 0:
            raise _AskAgain("an empty answer")
        digest = _hash(part)
        os.replace(part, whole)  # noqa: PTH105 - one atomic step
        _write_state(self.folder / f"{name}.json", {**state, "sha256": digest, "bytes": got})
        (self.folder / f"{name}.part.json").unlink(missing_ok=True)
        day = _http_date(state["last_modified"])
        if day is not None:
            os.utime(whole, (day.timestamp(), day.timestamp()))
        self.progress(f"{name}: {got / 1e6:.1f} MB, whole")
        return Fetched(card.id, name, "fetched", str(whole), got, digest)

    @contextmanager
    def _open(self, card: DataCard, url: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
        """The answer at an address, redirects followed as long as they stay at the card's hosts."""
        at = httpx.URL(url)
        for _ in range(_REDIRECTS + 1):
            if at.scheme != "https" or at.host not in card.hosts:
                raise _Refused(
                    f"'{at.scheme}://{at.host}' is not a host of this source"
                    f" ({', '.join(card.hosts)}); it was not contacted"
                )
            wait = self._asked + self.pause - time.monotonic()
            if wait > 0:
                self.sleep(wait)
            self._asked = time.monotonic()
            with self.client.stream("GET", at, headers=headers, follow_redirects=False) as response:
                if not response.has_redirect_location:
                    yield response
                    return
                at = at.join(response.headers["location"])
        raise _Refused("the server sends from one address to the next without end")


def _mark(state: dict[str, Any]) -> str | None:
    """What names the version of a part: a strong ETag, else the date; None if it has neither."""
    etag = str(state.get("etag", ""))
    if etag and not etag.startswith("W/"):
        return etag
    return str(state.get("last_modified", "")) or None


def _starts_at(response: httpx.Response, place: int) -> bool:
    return str(response.headers.get("content-range", "")).startswith(f"bytes {place}-")


def _retry_after(response: httpx.Response, now: datetime) -> float | None:
    """Seconds to wait that the server asks for, in either of the two forms; None if it does not."""
    text = response.headers.get("retry-after", "").strip()
    if text.isdigit():
        return float(text)
    day = _http_date(text)
    return max(0.0, (day - now).total_seconds()) if day else None


def _http_date(text: str) -> datetime | None:
    try:
        day = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return day if day.tzinfo else day.replace(tzinfo=UTC)


def http_date(day: datetime) -> str:
    """A time as HTTP writes it."""
    return format_datetime(day.astimezone(UTC), usegmt=True)


def _read_state(path: Path) -> dict[str, Any]:
    try:
        state = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def _write_state(path: Path, state: dict[str, Any]) -> None:
    part = path.with_name(f"{path.name}.new")
    part.write_text(json.dumps(state), "utf-8")
    part.replace(path)


def _forget(folder: Path, name: str) -> None:
    for suffix in (".part", ".part.json"):
        (folder / f"{name}{suffix}").unlink(missing_ok=True)


def _hash(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as handle:
        while chunk := handle.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def sync_sources(
    database: Path,
    sources: tuple[str, ...],
    folder: Path,
    *,
    client: httpx.Client | None = None,
    progress: Progress = lambda _: None,
    fetcher: Fetcher | None = None,
) -> tuple[Fetched, ...]:
    """Fetch the named sources (all that can be, without a name), then import what is new.

    One source that fails does not stop the others; its problems stand in its `Fetched`. A file
    that the importer refuses is put away under '.refused', so that the next run asks for it anew.
    """
    cards = read_cards(database)
    wanted = _wanted(sources, cards)
    own = client is None and fetcher is None
    client = client or httpx.Client(timeout=TIMEOUT)
    done: list[Fetched] = []
    try:
        for card in wanted:
            if fetcher is None:
                worker = Fetcher(folder / card.id, client, progress)
            else:
                worker = fetcher
                worker.folder = folder / card.id
            progress(f"{card.id}: {', '.join(card.hosts)}")
            files = worker.fetch(card)
            done += _take(database, card, files, worker.folder, progress)
    finally:
        if own:
            client.close()
    return tuple(done)


def _wanted(sources: tuple[str, ...], cards: dict[str, DataCard]) -> list[DataCard]:
    names = {c.id: c for c in cards.values()}
    names |= {c.dataset.casefold(): c for c in cards.values() if c.dataset}
    problems, found = [], []
    for source in sources:
        card = names.get(source.casefold())
        if card is None:
            problems.append(
                Problem(source, "", "no data source has this id",
                        did_you_mean(source.casefold(), names) or "List: peaceops import --list")
            )  # fmt: skip
        elif not card.files:
            problems.append(Problem(source, "", "this source cannot be fetched", card.how_to_get))
        else:
            found.append(card)
    if problems:
        raise UsageError(problems)
    return found or [c for c in cards.values() if c.files]


def _take(
    database: Path, card: DataCard, files: list[Fetched], folder: Path, progress: Progress
) -> list[Fetched]:
    """Import what came, file by file; documents are unpacked, and resolutions imported as texts.

    A single text that is refused is named in `texts` and does not fail the source.
    """
    importable = any(i.id == card.id for i in IMPORTERS)
    done = []
    for one in files:
        path = Path(one.path) if one.path else None
        if path is None or one.status not in ("fetched", "unchanged"):
            done.append(one)
            continue
        try:
            if card.documents:
                if one.status == "fetched":
                    progress(f"{one.file}: {unpack_documents(path, folder / path.stem)} documents")
                if card.id == TEXTS:
                    texts = import_texts(
                        database, [path], languages=TEXT_LANGUAGES, progress=progress
                    )
                    one = replace(one, texts=texts)
                done.append(one)
            elif importable:
                imported = import_files(database, card.id, [path], progress=progress)
                done.append(Fetched(**{**one.__dict__, "imported": imported}))
            else:
                done.append(one)
        except DataError as error:
            path.replace(path.with_name(f"{path.name}.refused"))
            (folder / f"{path.name}.json").unlink(missing_ok=True)
            done.append(Fetched(**{**one.__dict__, "status": "failed", "path": "",
                                   "problems": error.problems}))  # fmt: skip
    return done


def unpack_documents(archive: Path, folder: Path) -> int:
    """The XML files of an archive, into a folder and nowhere else; returns how many.

    Raises `RefusedFile` for a broken archive, for one that unpacks to an unreasonable size, and
    for names that lead out of the folder.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [i for i in opened.infolist() if i.filename.lower().endswith(".xml")]
            if sum(i.file_size for i in members) > MAX_UNPACKED:
                raise RefusedFile(Problem(archive.name, "", "unpacks to an unreasonable size"))
            for member in members:
                parts = PurePosixPath(member.filename).parts[1:] or (member.filename,)
                target = (folder / Path(*parts)).resolve()
                if not target.is_relative_to(folder.resolve()):
                    raise RefusedFile(
                        Problem(archive.name, "", f"'{member.filename}' leads out of its folder")
                    )
                target.parent.mkdir(parents=True, exist_ok=True)
                with opened.open(member) as old:
                    content = old.read(member.file_size + 1)
                target.write_bytes(content)
            return len(members)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise RefusedFile(
            Problem(archive.name, "", f"a broken archive: {error}", "Fetch it again.")
        ) from None
