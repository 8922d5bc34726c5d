"""`serve`: the portal on this machine."""

from __future__ import annotations

import contextlib
import logging
import socket
import sys
import threading
import webbrowser
from pathlib import Path

import click

from peaceops.errors import Problem, UsageError
from peaceops.places import default_database


@click.command("serve")
@click.option("--db", type=click.Path(path_type=Path), help="Another database.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True,
              help="0 takes any free port.")  # fmt: skip
@click.option("--open", "open_browser", is_flag=True, help="Open the portal in a browser.")
def serve_command(db: Path | None, host: str, port: int, open_browser: bool) -> None:
    """The portal, here; the database is built first where needed. Ctrl-C stops it."""
    path = db or default_database()
    if not _is_ready(path, given=db is not None):
        from peaceops.build import build_database

        click.echo("building the database first", err=True)
        build_database(path, None, lambda step: click.echo(f"  {step}", err=True))
    listener = _listen(host, port)

    import uvicorn

    from peaceops.web.app import create_app
    from peaceops.web.correction_portal import is_loopback

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    app = create_app(path, is_local=is_loopback(host))
    shown = host if host not in ("0.0.0.0", "::") else "127.0.0.1"  # noqa: S104 - only compared
    address = f"http://{f'[{shown}]' if ':' in shown else shown}:{listener.getsockname()[1]}/"
    click.echo(f"peaceops is at {address}  (Ctrl-C stops it)")
    sys.stdout.flush()
    if open_browser:
        threading.Timer(0.5, webbrowser.open, (address,)).start()
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, lifespan="off",
        timeout_keep_alive=30, limit_concurrency=500,
    )  # fmt: skip
    with contextlib.suppress(KeyboardInterrupt):  # how it is meant to be stopped
        uvicorn.Server(config).run(sockets=[listener])


def _is_ready(path: Path, *, given: bool) -> bool:
    """Whether the database can be served as it is. One the user named is never made anew."""
    from peaceops.build import is_current

    return path.is_file() if given else is_current(path)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise UsageError(
            Problem(f"{host}:{port}", "", f"cannot listen here: {error.strerror or error}",
                    "Choose another with --port, or --port 0 for any free one.")
        ) from None  # fmt: skip
    listener.listen(1024)
    return listener
