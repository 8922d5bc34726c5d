"""Fetching from a server that stalls, cuts off, truncates, redirects, refuses and lies."""

from __future__ import annotations

import shutil
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from peaceops.errors import RefusedFile, UsageError
from peaceops.model import DataCard
from peaceops.sync import Fetcher, http_date, sync_sources, unpack_documents
from resolution_files import paragraph, resolution

BODY = (
    "contribution_id,isocode3,m49_code,contributing_country,mission_acronym,personnel_type,"
    "female_personnel,male_personnel,last_reporting_date\n"
    + "".join(f"{i},BEL,056,Belgium,UNTSO,Troops,{i % 9},5,{2010 + i // 12}-{i % 12 + 1:02d}-28\n"
              for i in range(120))
).encode()  # fmt: skip

Answer = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """A local server that gives the answers put into `script`, one a request, then whole ones."""

    def __init__(self) -> None:
        self.script: list[Answer] = []
        self.asked: list[dict[str, str]] = []
        self.etag, self.body = '"v1"', BODY
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append({"path": self.path, "host": self.headers["Host"] or "",
                                    **{k.lower(): v for k, v in self.headers.items()}})  # fmt: skip
                (outer.script.pop(0) if outer.script else outer.whole)(self)

            def log_message(self, *_: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def whole(self, handler: BaseHTTPRequestHandler) -> None:
        """What a good server does, ranges and conditions included."""
        if handler.headers.get("If-None-Match") == self.etag:
            self.send(handler, 304, b"")
            return
        wanted = handler.headers.get("Range", "")
        if wanted and handler.headers.get("If-Range") == self.etag:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            total = len(self.body)
            self.send(
                handler,
                206,
                self.body[start:],
                ("Content-Range", f"bytes {start}-{total - 1}/{total}"),
            )
            return
        self.send(handler, 200, self.body)

    def send(
        self, handler: BaseHTTPRequestHandler, code: int, body: bytes, *headers: tuple[str, str]
    ) -> None:
        handler.send_response(code)
        handler.send_header("ETag", self.etag)
        for name, value in headers:
            handler.send_header(name, value)
        if not any(name == "Content-Length" for name, _ in headers):
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def says(self, code: int, *headers: tuple[str, str]) -> Answer:
        return lambda handler: self.send(handler, code, b"", *headers)

    def cuts_off_after(self, count: int) -> Answer:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            self.send(handler, 200, self.body[:count], ("Content-Length", str(len(self.body))))
            handler.close_connection = True

        return answer

    def stalls_after(self, count: int) -> Answer:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            self.send(handler, 200, self.body[:count], ("Content-Length", str(len(self.body))))
            time.sleep(1.0)
            handler.close_connection = True

        return answer


class ToLocal(httpx.HTTPTransport):
    """Sends what is meant for any host to the local server."""

    def __init__(self, port: int):
        super().__init__()
        self.port, self.hosts = port, []  # type: ignore[var-annotated]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.hosts.append(request.url.host)
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self.port)
        return super().handle_request(request)


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.http.shutdown()
    server.http.server_close()


CARD = DataCard.model_validate(
    {
        "id": "un-dpo-uchistorical", "title": "t", "publisher": "p", "kind": "data",
        "url": "https://data.example.org", "trust": "verified", "hosts": ["data.example.org"],
        "files": [{"url": "https://data.example.org/x/csv", "name": "x.csv"}],
    }
)  # fmt: skip


@pytest.fixture
def fetcher(server: Server, tmp_path: Path) -> Iterator[Fetcher]:
    transport = ToLocal(server.http.server_address[1])
    with httpx.Client(transport=transport, timeout=httpx.Timeout(0.4)) as client:
        yield Fetcher(tmp_path / "fetched", client, sleep=lambda _: None, pause=0.0)


def one(fetcher: Fetcher, card: DataCard = CARD) -> Any:
    return fetcher.fetch(card)[0]


def whole(fetcher: Fetcher) -> bytes:
    return (fetcher.folder / "x.csv").read_bytes()


def test_a_good_server_is_asked_once(fetcher: Fetcher, server: Server) -> None:
    done = one(fetcher)
    assert (done.status, done.bytes, done.sha256) == (
        "fetched", len(BODY), sha256(BODY).hexdigest()
    )  # fmt: skip
    assert whole(fetcher) == BODY and len(server.asked) == 1
    assert sorted(p.name for p in fetcher.folder.iterdir()) == ["x.csv", "x.csv.json"]


def test_what_has_not_changed_is_not_sent_again(fetcher: Fetcher, server: Server) -> None:
    one(fetcher)
    assert one(fetcher).status == "unchanged"
    assert server.asked[1]["if-none-match"] == '"v1"'
    server.etag, server.body = '"v2"', BODY + b"new\n"
    assert one(fetcher).status == "fetched" and whole(fetcher).endswith(b"new\n")


@pytest.mark.parametrize("how", ["cuts_off_after", "stalls_after"])
def test_a_broken_transfer_goes_on_where_it_was(fetcher: Fetcher, server: Server, how: str) -> None:
    server.script = [getattr(server, how)(1000)]
    assert one(fetcher).status == "fetched" and whole(fetcher) == BODY
    assert server.asked[1]["range"] == "bytes=1000-" and server.asked[1]["if-range"] == '"v1"'


def test_interrupted_for_good_it_keeps_what_came_and_the_next_run_goes_on(
    fetcher: Fetcher, server: Server
) -> None:
    def stop(_: str) -> None:
        raise KeyboardInterrupt

    server.script = [server.cuts_off_after(700)]
    fetcher.progress = stop
    with pytest.raises(KeyboardInterrupt):
        one(fetcher)
    assert (fetcher.folder / "x.csv.part").read_bytes() == BODY[:700]
    fetcher.progress = lambda _: None
    assert one(fetcher).status == "fetched" and whole(fetcher) == BODY
    assert server.asked[-1]["range"] == "bytes=700-"


def test_an_old_whole_file_stays_while_a_new_one_fails(fetcher: Fetcher, server: Server) -> None:
    one(fetcher)
    server.etag, server.body = '"v2"', BODY + b"new\n"
    server.script = [server.cuts_off_after(50)] + [server.says(500)] * 10
    assert one(fetcher).status == "failed"
    assert whole(fetcher) == BODY
    server.script = []
    assert one(fetcher).status == "fetched" and whole(fetcher) == BODY + b"new\n"


def test_another_version_is_not_glued_to_the_first(fetcher: Fetcher, server: Server) -> None:
    def cut_and_change(handler: BaseHTTPRequestHandler) -> None:
        server.cuts_off_after(1000)(handler)
        server.etag, server.body = '"v2"', BODY[::-1]

    server.script = [cut_and_change]
    assert one(fetcher).status == "fetched" and whole(fetcher) == BODY[::-1]


def test_a_part_that_was_not_asked_for_is_not_believed(fetcher: Fetcher, server: Server) -> None:
    wrong = lambda h: server.send(h, 206, BODY[5:], ("Content-Range", f"bytes 5-9/{len(BODY)}"))  # noqa: E731
    server.script = [server.cuts_off_after(1000), wrong]
    assert one(fetcher).status == "fetched" and whole(fetcher) == BODY


def test_a_range_the_server_cannot_serve_begins_again(fetcher: Fetcher, server: Server) -> None:
    server.script = [server.cuts_off_after(1000), server.says(416)]
    assert one(fetcher).status == "fetched" and whole(fetcher) == BODY


def test_without_a_mark_a_part_is_never_gone_on_with(fetcher: Fetcher, server: Server) -> None:
    server.etag = ""
    server.script = [server.cuts_off_after(1000)]
    assert one(fetcher).status == "fetched" and whole(fetcher) == BODY
    assert "range" not in server.asked[1]


@pytest.mark.parametrize("code", [429, 500, 502, 503])
def test_a_server_in_trouble_is_asked_again_later_and_later(
    fetcher: Fetcher, server: Server, code: int
) -> None:
    waits: list[float] = []
    fetcher.sleep = waits.append
    server.script = [server.says(code)] * 3
    assert one(fetcher).status == "fetched"
    assert len(waits) == 3 and waits[0] < waits[1] < waits[2]


def test_the_wait_a_server_asks_for_is_kept(fetcher: Fetcher, server: Server) -> None:
    waits: list[float] = []
    fetcher.sleep = waits.append
    later = http_date(datetime.now(UTC) + timedelta(seconds=90))
    server.script = [
        server.says(429, ("Retry-After", "7")), server.says(503, ("Retry-After", later))
    ]  # fmt: skip
    assert one(fetcher).status == "fetched"
    assert waits[0] == 7 and 80 < waits[1] <= 90


def test_a_server_that_asks_for_too_long_a_wait_is_left_alone(
    fetcher: Fetcher, server: Server
) -> None:
    server.script = [server.says(429, ("Retry-After", "86400"))]
    done = one(fetcher)
    assert done.status == "failed" and "try again later" in done.problems[0].message
    assert len(server.asked) == 1


def test_it_gives_up_after_some_tries_and_says_so(fetcher: Fetcher, server: Server) -> None:
    server.script = [server.says(500)] * 50
    done = one(fetcher)
    assert done.status == "failed" and len(server.asked) == fetcher.tries
    assert "500" in done.problems[0].message


@pytest.mark.parametrize("code", [400, 401, 403, 404])
def test_a_plain_no_is_not_argued_with(fetcher: Fetcher, server: Server, code: int) -> None:
    server.script = [server.says(code)]
    assert one(fetcher).status == "failed" and len(server.asked) == 1


def test_a_length_that_is_too_great_is_not_believed(fetcher: Fetcher, server: Server) -> None:
    def lies(handler: BaseHTTPRequestHandler) -> None:
        server.send(handler, 200, BODY, ("Content-Length", str(len(BODY) + 1000)))
        handler.close_connection = True

    server.script = [lies]
    server.etag = '"v1"'
    assert one(fetcher).status == "fetched" and whole(fetcher) == BODY


def test_redirects_stay_at_the_hosts_of_the_card(fetcher: Fetcher, server: Server) -> None:
    server.script = [server.says(302, ("Location", "/elsewhere"))]
    assert one(fetcher).status == "fetched"
    assert server.asked[-1]["path"] == "/elsewhere"


@pytest.mark.parametrize(
    "target",
    ["https://evil.example.net/x", "http://data.example.org/x", "//evil.example.net/x",
     "https://data.example.org.evil.example.net/x", "file:///etc/passwd"],
)  # fmt: skip
def test_no_other_host_is_contacted_after_a_redirect(
    fetcher: Fetcher, server: Server, target: str
) -> None:
    server.script = [server.says(302, ("Location", target))]
    done = one(fetcher)
    assert done.status == "failed" and "not contacted" in done.problems[0].message
    assert set(fetcher.client._transport.hosts) == {"data.example.org"}  # type: ignore[attr-defined]


def test_redirects_without_end_end(fetcher: Fetcher, server: Server) -> None:
    server.script = [server.says(302, ("Location", "/again"))] * 50
    assert one(fetcher).status == "failed" and len(server.asked) <= 7


def test_a_file_not_published_yet_is_no_failure(fetcher: Fetcher, server: Server) -> None:
    card = CARD.model_copy(update={"files": (CARD.files[0].model_copy(update={"optional": True}),)})
    server.script = [server.says(404)]
    assert one(fetcher, card).status == "not published"


def test_the_year_before_is_asked_for_where_this_years_release_is_missing(
    fetcher: Fetcher, server: Server
) -> None:
    fetcher.today = lambda: datetime(2026, 3, 1, tzinfo=UTC)
    file = CARD.files[0].model_copy(
        update={"url": "https://data.example.org/ged{yy}1.csv", "name": "ged{yy}1.csv"}
    )
    server.script = [server.says(404)]
    done = one(fetcher, CARD.model_copy(update={"files": (file,)}))
    assert (done.status, done.file) == ("fetched", "ged251.csv")
    assert [a["path"] for a in server.asked] == ["/ged261.csv", "/ged251.csv"]


def test_a_polite_pause_lies_between_two_requests(fetcher: Fetcher) -> None:
    waits: list[float] = []
    fetcher.pause, fetcher.sleep = 2.0, waits.append
    fetcher.fetch(CARD.model_copy(update={"files": CARD.files * 2}))
    assert len(waits) == 1 and 1.0 < waits[0] <= 2.0


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from peaceops.build import build_database

    path = tmp_path_factory.mktemp("sync") / "p.db"
    build_database(path)
    return path


def test_what_is_fetched_is_imported_and_a_second_run_changes_nothing(
    fetcher: Fetcher, server: Server, built: Path, tmp_path: Path
) -> None:
    db = tmp_path / "p.db"
    shutil.copyfile(built, db)
    done = sync_sources(db, ("DPO-UCHISTORICAL",), tmp_path / "f", fetcher=fetcher)[0]
    assert done.status == "fetched" and done.imported[0].rows_taken == 120
    before = db.read_bytes()
    again = sync_sources(db, ("un-dpo-uchistorical",), tmp_path / "f", fetcher=fetcher)[0]
    assert again.status == "unchanged" and again.imported[0].status == "already imported"
    assert db.read_bytes() == before


def test_a_page_sent_in_place_of_data_is_refused_and_asked_for_anew(
    fetcher: Fetcher, server: Server, built: Path, tmp_path: Path
) -> None:
    db = tmp_path / "p.db"
    shutil.copyfile(built, db)
    before = db.read_bytes()
    server.body = b"<!DOCTYPE html><html>Sign in</html>"
    done = sync_sources(db, ("un-dpo-uchistorical",), tmp_path / "f", fetcher=fetcher)[0]
    assert done.status == "failed" and "web page" in done.problems[0].message
    assert db.read_bytes() == before
    server.body = BODY
    done = sync_sources(db, ("un-dpo-uchistorical",), tmp_path / "f", fetcher=fetcher)[0]
    assert done.status == "fetched" and done.imported[0].status == "imported"


def test_a_source_that_cannot_be_fetched_says_how_to_get_it(built: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="your own account"):
        sync_sources(built, ("acled",), tmp_path)
    with pytest.raises(UsageError, match="no data source"):
        sync_sources(built, ("nonsense",), tmp_path)


def test_fetched_resolutions_become_texts_and_a_bad_one_fails_nothing(
    fetcher: Fetcher, server: Server, built: Path, tmp_path: Path
) -> None:
    db, archive = tmp_path / "p.db", tmp_path / "a.zip"
    shutil.copyfile(built, db)
    body = paragraph("1.", "Decides to remain seized of the matter.")
    with zipfile.ZipFile(archive, "w") as z:
        z.writestr("SC-master/a.xml", resolution(body, symbol="S/RES/9001 (2021)"))
        z.writestr("SC-master/b.xml", resolution(body, symbol="S/RES/9002 (2021)", language="spa"))
        z.writestr("SC-master/c.xml", "<a/>")
    server.body = archive.read_bytes()
    ask = ("un-sc-resolutions",)
    (done,) = sync_sources(db, ask, tmp_path / "f", fetcher=fetcher)
    assert done.status == "fetched"
    assert [(t.symbol, t.status) for t in done.texts] == [
        ("S/RES/9002 (2021)", "passed over"), ("", "refused"), ("S/RES/9001 (2021)", "imported"),
    ]  # fmt: skip
    assert "no resolution" in done.texts[1].problems[0].message
    before = db.read_bytes()
    (again,) = sync_sources(db, ask, tmp_path / "f", fetcher=fetcher)
    assert again.status == "unchanged"
    assert [t.status for t in again.texts if t.symbol == "S/RES/9001 (2021)"] == [
        "already imported"
    ]
    assert db.read_bytes() == before


def test_documents_are_unpacked_into_their_folder_only(tmp_path: Path) -> None:
    archive, folder = tmp_path / "a.zip", tmp_path / "out"
    with zipfile.ZipFile(archive, "w") as z:
        z.writestr("repo-master/2021/S_RES_1.xml", "<a/>")
        z.writestr("repo-master/readme.md", "no")
    assert unpack_documents(archive, folder) == 1
    assert (folder / "2021" / "S_RES_1.xml").read_text() == "<a/>"
    with zipfile.ZipFile(archive, "w") as z:
        z.writestr("repo/../../../evil.xml", "<a/>")
    with pytest.raises(RefusedFile, match="leads out"):
        unpack_documents(archive, folder)
    assert not (tmp_path / "evil.xml").exists()
    archive.write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(RefusedFile, match="broken archive"):
        unpack_documents(archive, folder)
