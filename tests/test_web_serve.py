"""`peaceops serve` as a process of its own: it builds, listens, stays small, survives."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from peaceops.store import Database

PROGRAM = [sys.executable, "-c", "from peaceops.cli import main; main()", "serve", "--port", "0"]


@contextlib.contextmanager
def serving(*options: str, **variables: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of a portal that is being served, and its process."""
    process = subprocess.Popen(
        [*PROGRAM, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, **variables},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://[\d.:]+/", line)
        assert found, (line, process.stderr.read() if process.stderr else "")
        yield found[0], process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=20)
        finally:
            process.kill()


def memory_mb(process: subprocess.Popen[str]) -> float:
    """Resident memory of a process, in megabytes."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+)", status)
    assert found
    return int(found[1]) / 1024


def test_the_database_is_built_first_where_there_is_none(mini: Path, tmp_path: Path) -> None:
    database = tmp_path / "data" / "peaceops.db"
    variables = {"PEACEOPS_CATALOGUE": str(mini), "PEACEOPS_DB": str(database)}
    with serving(**variables) as (address, process):
        assert database.is_file()
        assert urllib.request.urlopen(f"{address}en/operations/unxyz").status == 200
    assert process.returncode == 0


def test_a_port_that_is_taken_is_one_clear_line(mini_db: Database) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        run = subprocess.run(
            [*PROGRAM[:-1], port, "--db", str(mini_db.path)],
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
    assert run.returncode == 2
    assert f"127.0.0.1:{port}: cannot listen here" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_database_that_is_none_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "other.db").write_text("not a database at all")
    run = subprocess.run(
        [*PROGRAM, "--db", str(tmp_path / "other.db")], capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 1
    assert "not a peaceops database" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc to see a process's memory")
def test_two_hundred_megabytes_cost_one_message_and_no_memory(mini_db: Database) -> None:
    with serving("--db", str(mini_db.path)) as (address, process):
        urllib.request.urlopen(f"{address}en/operations").read()
        before = memory_mb(process)
        peak = [before]
        done = threading.Event()

        def watch() -> None:
            while not done.wait(0.02):
                peak.append(memory_mb(process))

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            for path in ("fr/review", "api/v1/review?lang=fr"):
                status, answer = send_megabytes(address, path, 200)
                assert status == 413
                assert "10 Mo" in answer
        finally:
            done.set()
            watcher.join()
        assert max(peak) < before + 40
        assert urllib.request.urlopen(f"{address}en/operations").status == 200


def send_megabytes(address: str, path: str, number: int) -> tuple[int, str]:
    """Send a form with a file of that size, then read the answer."""
    host, port = address.removeprefix("http://").rstrip("/").split(":")
    head = (
        b'--f\r\nContent-Disposition: form-data; name="file"; filename="big.txt"\r\n'
        b"Content-Type: text/plain\r\n\r\n"
    )
    tail = b"\r\n--f--\r\n"
    length = len(head) + len(tail) + number * 1024 * 1024
    with socket.create_connection((host, int(port)), timeout=60) as line:
        line.sendall(
            f"POST /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
            f"Content-Type: multipart/form-data; boundary=f\r\nContent-Length: {length}\r\n\r\n"
            "".encode()
            + head
        )
        block = b"x" * 1024 * 1024
        for _ in range(number):
            line.sendall(block)
        line.sendall(tail)
        answer = b""
        while part := line.recv(65536):
            answer += part
    return int(answer.split(b" ", 2)[1]), answer.decode()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc to see a process's memory")
def test_the_server_stays_below_150_megabytes(real_db: Database) -> None:
    with serving("--db", str(real_db.path)) as (address, process):
        for year in range(1990, 2027):
            for path in ("operations", "", "countries/BEL", "operations/monusco"):
                urllib.request.urlopen(f"{address}fr/{path}?date={year}-06-30").read()
        urllib.request.urlopen(f"{address}fr/charts/operation-figures/monusco.png").read()
        assert memory_mb(process) < 150


def test_a_reader_who_leaves_halfway_hurts_nobody(mini_db: Database) -> None:
    with serving("--db", str(mini_db.path)) as (address, _):
        host, port = address.removeprefix("http://").rstrip("/").split(":")
        for _ in range(5):
            line = socket.create_connection((host, int(port)))
            line.sendall(
                b"POST /en/review HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
                b"Content-Length: 5000000\r\n\r\nabc"
            )
            line.close()
        time.sleep(0.2)
        assert urllib.request.urlopen(f"{address}en/").status == 200
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{address}en/nothing")
        assert refused.value.code == 404
        refused.value.close()
