"""What the generated clients of a small document send, blocking and async."""

from __future__ import annotations

import asyncio
import importlib
import itertools
import json
import sys
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any, NamedTuple, cast

import httpx2

from clientpress.api.naming import Naming
from clientpress.diagnostics import Report
from clientpress.pipeline import build
from clientpress.printing import as_text
from tests.generator.making import findings, write

_numbers = itertools.count()
BOUNDARY = "boundary"


class Part(NamedTuple):
    """A part of a form as it was sent; files have a name."""

    name: str
    media_type: str
    text: str
    filename: str = ""


class Sent(NamedTuple):
    """A request as it was sent."""

    method: str
    target: str
    media_type: str
    body: str

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def query(self) -> str:
        """The query as it was sent."""
        return self.target.partition("?")[2]

    @property
    def parts(self) -> list[Part]:
        """The parts of a form."""
        head = f"Content-Type: {self.media_type}\r\n\r\n"
        message = message_from_bytes((head + self.body).encode())
        return [_part(part) for part in cast("list[Message]", message.get_payload())]


def _part(part: Message) -> Part:
    content = cast("bytes", part.get_payload(decode=True)).decode()
    media_type = part.get_content_type() if "Content-Type" in part else ""
    name = str(part.get_param("name", header="content-disposition"))
    return Part(name, media_type, content, part.get_filename() or "")


class Calls:
    """The clients of a document. Raises AssertionError where it has errors.

    Args:
        base_url: Their argument; None for the address of the document.

    Attributes:
        findings: What was reported.
        files: The text of every file.
        name: The package.
    """

    def __init__(self, folder: Path, data: Any, base_url: str | None = None) -> None:
        report = Report()
        self._base_url = base_url
        name = f"calls_{next(_numbers)}"
        self.name = name
        data = {"servers": [{"url": "https://api.test"}], **data}
        made = build(
            write(folder, data),
            name,
            "header",
            {},
            report,
            full=False,
            naming=Naming.OPERATION_ID,
        )
        assert made is not None, as_text(report)
        self.findings, self.files = findings(report), made.files
        for path, text in made.files.items():
            target = folder / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        sys.path.insert(0, str(folder))
        try:
            self._package = importlib.import_module(name)
            self.models = importlib.import_module(f"{name}.models")
        finally:
            sys.path.remove(str(folder))

    def __call__(self, method: str, *arguments: Any, **named: Any) -> Sent:
        """What a method of the group `operations` sends: both clients send the same."""
        seen = list[Sent]()

        def answer(request: httpx2.Request) -> httpx2.Response:
            target = request.url.raw_path.decode()
            media_type = request.headers.get("content-type", "")
            body = request.read().decode("utf-8", "replace")
            boundary = media_type.partition("boundary=")[2]
            if boundary:
                media_type = media_type.replace(boundary, BOUNDARY)
                body = body.replace(boundary, BOUNDARY)
            seen.append(Sent(request.method, target, media_type, body))
            return httpx2.Response(204)

        async def answer_later(request: httpx2.Request) -> httpx2.Response:
            await request.aread()
            return answer(request)

        plain = httpx2.Client(transport=httpx2.MockTransport(answer))
        with self._package.Client(base_url=self._base_url, http_client=plain) as client:
            getattr(client.operations, method)(*arguments, **named)

        async def call() -> None:
            transport = httpx2.MockTransport(answer_later)
            later = httpx2.AsyncClient(transport=transport)
            async with self._package.AsyncClient(
                base_url=self._base_url, http_client=later
            ) as client:
                await getattr(client.operations, method)(*arguments, **named)

        asyncio.run(call())
        first, second = seen
        assert first == second
        return first

    def refused(self, method: str, *arguments: Any, **named: Any) -> str:
        """Why a call is refused before anything is sent."""
        errors = importlib.import_module(f"{self._package.__name__}.errors")
        try:
            sent = self(method, *arguments, **named)
        except errors.InvalidRequestError as e:
            return str(e).removesuffix(f" ({method})")
        raise AssertionError(f"Sent: {sent}")
