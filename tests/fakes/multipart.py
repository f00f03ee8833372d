"""The parts of a multipart body, as the standard library reads them."""

from __future__ import annotations

import email.parser
import email.policy
from typing import NamedTuple

from clientpress.testing import SentRequest
from tests.fakes.faults import Received


class PartOf(NamedTuple):
    """A part of a multipart body."""

    name: str
    filename: str | None
    media_type: str | None
    content: bytes


def parts_of(request: Received | SentRequest) -> list[PartOf]:
    """The parts of the body, in their order."""
    head = f"Content-Type: {dict(request.headers)['content-type']}\r\n\r\n".encode()
    body = request.body if isinstance(request, Received) else request.content
    parser = email.parser.BytesParser(policy=email.policy.HTTP)
    parts: list[PartOf] = []
    for part in parser.parsebytes(head + body).iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        assert isinstance(name, str) and isinstance(content, bytes)
        media_type = part.get_content_type() if part["content-type"] else None
        parts.append(PartOf(name, part.get_filename(), media_type, content))
    return parts
