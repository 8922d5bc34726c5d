"""Reads what a visitor sends, in memory only and never more than allowed.

Too much is still read to its end (up to a bound) but thrown away as it comes, so that the
visitor's browser shows the message instead of a broken connection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus

from python_multipart.multipart import (
    MultipartParser,
    QuerystringParser,
    parse_options_header,
)
from starlette.types import Receive

from peaceops.errors import Problem, RefusedFile
from peaceops.web.languages import mark

LIMIT_BYTES = 10 * 1024 * 1024
DRAIN_BYTES = 1024 * 1024 * 1024
MOST_PARTS = 200


class TooLarge(RefusedFile):
    """More was sent than is taken in."""


@dataclass(frozen=True)
class Upload:
    """What came: the fields of a form, its first file, and every file by the name of its field."""

    fields: Mapping[str, str]
    filename: str = ""
    content: bytes = b""
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)


def too_large() -> TooLarge:
    """The one message for anything above the limit."""
    return TooLarge(
        Problem("file", "", mark("this is larger than 10 MB, the most that is read"),
                mark("Send the page's text, or a file without its pictures."))
    )  # fmt: skip


async def read_upload(headers: Mapping[str, str], receive: Receive) -> Upload:
    """The body of a request as form fields and a file, or as one plain text.

    Raises `TooLarge` above `LIMIT_BYTES` and `RefusedFile` for a body that is not what its
    content type says.
    """
    declared = headers.get("content-length", "")
    if declared.isdigit() and int(declared) > LIMIT_BYTES:
        if headers.get("expect", "").lower() != "100-continue":
            await _drain(receive, 0)
        raise too_large()
    kind, options = parse_options_header(headers.get("content-type", ""))
    form: _Form | _PlainBody
    if kind == b"multipart/form-data" and options.get(b"boundary"):
        form = _Form(options[b"boundary"])
    elif kind == b"application/x-www-form-urlencoded":
        form = _Form(None)
    else:
        form = _PlainBody(_EXTENSIONS.get(kind, ""))
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RefusedFile(Problem("file", "", mark("the connection broke off")))
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > LIMIT_BYTES:
            if message.get("more_body"):
                await _drain(receive, size)
            raise too_large()
        form.write(chunk)
        if not message.get("more_body"):
            return form.finish()


async def _drain(receive: Receive, size: int) -> None:
    while size < DRAIN_BYTES:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message.get("body", b""))
        if not message.get("more_body"):
            return


_EXTENSIONS = {
    b"text/html": "page.html",
    b"application/xhtml+xml": "page.html",
    b"application/pdf": "page.pdf",
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document": "page.docx",
}


class _PlainBody:
    """A body that is the page itself, as an API client sends it."""

    def __init__(self, filename: str):
        self.filename = filename
        self.parts: list[bytes] = []

    def write(self, chunk: bytes) -> None:
        self.parts.append(chunk)

    def finish(self) -> Upload:
        content = b"".join(self.parts)
        if self.filename:
            return Upload({}, self.filename, content)
        return Upload({"text": content.decode("utf-8", "replace")})


class _Form:
    """A form as it streams in: fields as text, the first file that has a name as bytes."""

    def __init__(self, boundary: bytes | None):
        self.fields: dict[str, bytearray] = {}
        self.filename = ""
        self.content = bytearray()
        self.files: dict[str, tuple[str, bytearray]] = {}
        self.header_name, self.header_value = bytearray(), bytearray()
        self.headers: dict[str, str] = {}
        self.target: bytearray | None = None
        self.parts = 0
        self.complete = boundary is None
        self.name = bytearray()
        if boundary is None:
            self.parser: Any = QuerystringParser(
                {
                    "on_field_start": self._start_field,
                    "on_field_name": lambda d, s, e: self.name.extend(d[s:e]),
                    "on_field_data": self._field_data,
                    "on_field_end": self._end_field,
                }
            )
        else:
            self.parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin_part,
                    "on_header_field": lambda d, s, e: self.header_name.extend(d[s:e]),
                    "on_header_value": lambda d, s, e: self.header_value.extend(d[s:e]),
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._open_part,
                    "on_part_data": self._part_data,
                    "on_end": self._end,
                },
            )

    def _start_field(self) -> None:
        self.name = bytearray()
        self._count()

    def _field_data(self, data: bytes, start: int, end: int) -> None:
        name = unquote_plus(self.name.decode("utf-8", "replace"))
        self.fields.setdefault(name, bytearray()).extend(data[start:end])

    def _end_field(self) -> None:
        # a field left empty was sent all the same
        self.fields.setdefault(unquote_plus(self.name.decode("utf-8", "replace")), bytearray())

    def _count(self) -> None:
        self.parts += 1
        if self.parts > MOST_PARTS:
            raise RefusedFile(Problem("file", "", mark("the form has too many parts")))

    def _begin_part(self) -> None:
        self._count()
        self.headers, self.header_name, self.header_value = {}, bytearray(), bytearray()
        self.target = None

    def _end_header(self) -> None:
        self.headers[self.header_name.decode("latin-1").lower()] = self.header_value.decode(
            "utf-8", "replace"
        )
        self.header_name, self.header_value = bytearray(), bytearray()

    def _open_part(self) -> None:
        _, options = parse_options_header(self.headers.get("content-disposition", ""))
        name = options.get(b"name", b"").decode("utf-8", "replace")
        filename = options.get(b"filename", b"").decode("utf-8", "replace")
        if b"filename" in options:
            if filename and name not in self.files:
                first = not self.filename
                self.target = self.content if first else bytearray()
                self.filename = self.filename or filename
                self.files[name] = (filename, self.target)
        else:
            self.target = self.fields.setdefault(name, bytearray())

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if self.target is not None:
            self.target.extend(data[start:end])

    def _end(self) -> None:
        self.complete = True

    def write(self, chunk: bytes) -> None:
        try:
            self.parser.write(chunk)
        except (ValueError, UnicodeError):
            raise _broken_form() from None

    def finish(self) -> Upload:
        try:
            self.parser.finalize()
        except (ValueError, UnicodeError):
            raise _broken_form() from None
        if not self.complete:
            raise _broken_form()
        fields = {
            name: bytes(value).decode("utf-8", "replace") for name, value in self.fields.items()
        }
        if isinstance(self.parser, QuerystringParser):
            fields = {name: unquote_plus(value) for name, value in fields.items()}
        files = {name: (filename, bytes(data)) for name, (filename, data) in self.files.items()}
        return Upload(fields, self.filename, bytes(self.content), files)


def _broken_form() -> RefusedFile:
    return RefusedFile(
        Problem("file", "", mark("what was sent is not a complete form"), mark("Send it again."))
    )
