"""How fast the portal answers, beside Datasette serving the same file in the same run.

    python benchmarks/bench_serve.py [--seconds 5] [--clients 16] [--db FILE]

Both run as their own process on this machine. Sixteen clients on kept connections ask for one
address as fast as they are answered, for some seconds after a warm-up; every answer's status and
length is checked. Datasette serves the operation table of the same file: its HTML page and its
JSON, with its own defaults. Memory is the server's resident set after the run.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Coroutine, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
DAY = "2021-06-30"
PORTAL = {
    "operations list": (f"/fr/operations?date={DAY}", f"/api/v1/operations?date={DAY}&lang=fr"),
    "an operation": (
        f"/en/operations/minusma?date={DAY}",
        f"/api/v1/operations/minusma?date={DAY}&lang=en",
    ),
    "country page": (
        f"/fr/countries/BEL?date={DAY}",
        f"/api/v1/countries/BEL?date={DAY}&lang=fr",
    ),
}


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def served(command: list[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A server process, from its first answer to its end."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        if process.poll() is not None:
            sys.exit(f"this server did not start: {' '.join(command)}")
        yield process
    finally:
        process.terminate()
        process.wait()


def memory_mb(process: subprocess.Popen[bytes]) -> float | None:
    """The process's resident memory, and its peak would be at most this in a steady state."""
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        return None
    line = next(x for x in status.read_text().splitlines() if x.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


async def ask(port: int, request: bytes, until: float, times: list[float], size: int) -> None:
    """One client on one connection, asking again and again."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
    try:
        while (start := time.perf_counter()) < until:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head[:60]
            got = await read_body(reader, head)
            # Datasette writes how long its query took into the answer, a digit more or less.
            assert abs(got - size) < 20, (got, size)
            times.append(time.perf_counter() - start)
    finally:
        writer.close()


async def read_body(reader: asyncio.StreamReader, head: bytes) -> int:
    """Read one body, by its length or in chunks; returns its bytes."""
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            await reader.readexactly(int(value))
            return int(value)
    total = 0
    while True:
        n = int(await reader.readuntil(b"\r\n"), 16)
        await reader.readexactly(n + 2)
        total += n
        if n == 0:
            return total


async def measure(port: int, path: str, clients: int, seconds: float) -> tuple[float, float]:
    """(answers a second, 99th percentile in milliseconds) of one address."""
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: identity\r\n\r\n"
    ).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
    writer.write(request)
    size = await read_body(reader, await reader.readuntil(b"\r\n\r\n"))
    writer.close()
    warm: list[float] = []
    await asyncio.gather(
        *(ask(port, request, time.perf_counter() + 0.5, warm, size) for _ in range(clients))
    )
    times: list[float] = []
    start = time.perf_counter()
    await asyncio.gather(
        *(ask(port, request, start + seconds, times, size) for _ in range(clients))
    )
    rate = len(times) / (time.perf_counter() - start)
    return rate, statistics.quantiles(times, n=100)[98] * 1000


def run_loop(task: Coroutine[object, object, tuple[float, float]]) -> tuple[float, float]:
    """Run the clients on uvloop where there is one, so that they hold nobody up."""
    with contextlib.suppress(ImportError):
        import uvloop

        return uvloop.run(task)
    return asyncio.run(task)


def measure_new_dates(port: int, number: int = 100) -> dict[str, float | None]:
    """Milliseconds for the operations list on dates that are in no cache, one after the other."""
    times = []
    for i in range(number):
        address = f"http://127.0.0.1:{port}/fr/operations?date={1990 + i % 30}-{1 + i % 12:02}-07"
        start = time.perf_counter()
        with urllib.request.urlopen(address) as answer:
            answer.read()
        times.append((time.perf_counter() - start) * 1000)
    median, worst = statistics.median(times), max(times)
    print(f"{'peaceops, dates nobody asked for':34} median {median:.1f} ms, worst {worst:.1f} ms")
    return {"median_ms": median, "worst_ms": worst}


def show(name: str, rate: float, p99: float, factor: float | None = None) -> None:
    """One line of the result."""
    beside = f"  {factor:6.1f} x Datasette" if factor else ""
    print(f"{name:34} {rate:9.0f}/s   p99 {p99:8.2f} ms{beside}", flush=True)


def main() -> None:
    """Build the database if none is given, measure both servers, print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--db", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = options.db
        if database is None:
            from peaceops.build import build_database

            database = Path(folder) / "peaceops.db"
            build_database(database)
        run(database, options.clients, options.seconds, options.json)


def run(database: Path, clients: int, seconds: float, as_json: bool) -> None:
    """Both servers one after the other, the same clients for each."""
    print(f"{clients} clients, {seconds:g} s each, {os.cpu_count()} processors", flush=True)
    result: dict[str, dict[str, float | None]] = {}
    port = free_port()
    command = [sys.executable, "-m", "datasette", str(database), "--port", str(port)]
    table = f"/{database.stem}/operation"
    with served(command, port) as process:
        base = {}
        for kind, path in (("HTML", table), ("JSON", f"{table}.json")):
            rate, p99 = run_loop(measure(port, path, clients, seconds))
            base[kind] = rate
            show(f"Datasette, operation table, {kind}", rate, p99)
            result[f"datasette {kind}"] = {"rate": rate, "p99_ms": p99}
        print(f"Datasette memory {memory_mb(process):.0f} MB", flush=True)
    port = free_port()
    program = "from peaceops.cli import main; main()"
    command = [
        sys.executable, "-c", program, "serve", "--db", str(database), "--port", str(port),
    ]  # fmt: skip
    with served(command, port) as process:
        for name, paths in PORTAL.items():
            for kind, path in zip(("HTML", "JSON"), paths, strict=True):
                first = time.perf_counter()
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
                    size = len(answer.read())
                cold = (time.perf_counter() - first) * 1000
                rate, p99 = run_loop(measure(port, path, clients, seconds))
                show(f"peaceops, {name}, {kind}", rate, p99, rate / base[kind])
                print(f"{'':34} {size / 1000:8.0f} kB; first answer {cold:.0f} ms", flush=True)
                result[f"peaceops {name} {kind}"] = {
                    "rate": rate, "p99_ms": p99, "times_datasette": rate / base[kind],
                    "bytes": size, "first_ms": cold,
                }  # fmt: skip
        result["peaceops, dates nobody asked for"] = measure_new_dates(port)
        resident = memory_mb(process)
        print(f"peaceops memory {resident:.0f} MB", flush=True)
        result["peaceops memory"] = {"mb": resident}
    if as_json:
        print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
