"""Exchanges as JSON, in a file that people can read and that has no secrets."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx2

from clientpress.document.data import is_array, is_object
from clientpress.testing.media import bare, kind_of
from clientpress.testing.reading import Json
from clientpress.testing.redaction import Secrets

FORM = 1
_KEY = "clientpress_recording"
# Headers of the connection or of the moment, and those that follow from the recorded body.
_LEFT_OUT = {
    *("connection", "keep-alive", "transfer-encoding", "content-length", "host"),
    *("content-encoding", "accept-encoding", "date", "user-agent"),
}


class UnreadableRecording(ValueError):
    """A file is not a recording; the text says where and why."""


def request_data(request: httpx2.Request, secrets: Secrets) -> dict[str, Json]:
    """The JSON of a request, whose body was read."""
    content_type = request.headers.get("content-type", "")
    data, headers = request.content, request.headers.multi_items()
    boundary = re.search(r'boundary="?([^";]+)', content_type)
    if boundary and bare(content_type).startswith("multipart/"):  # differs each time
        data = data.replace(boundary[1].encode(), b"boundary")
        fixed = content_type.replace(boundary[1], "boundary")
        headers = [(n, fixed if n.lower() == "content-type" else v) for n, v in headers]
    return {
        "method": request.method,
        "url": secrets.url(str(httpx2.URL(request.url))),
        "headers": _headers(headers, secrets),
        **_body(data, content_type, secrets),
    }


def response_data(
    response: httpx2.Response, data: bytes, secrets: Secrets
) -> dict[str, Json]:
    """The JSON of a response.

    Args:
        response: The response.
        data: The bytes of its body, as they arrived.
        secrets: Masks secrets.
    """
    headers = response.headers.multi_items()
    content_type = response.headers.get("content-type", "")
    encoding = response.headers.get("content-encoding", "")
    recorded: dict[str, Json] = {"status": response.status_code}
    if encoding and data:
        try:
            plain = httpx2.Response(
                200, headers={"content-encoding": encoding}, content=data
            )
            data = plain.content
        except httpx2.DecodingError:
            listed = [(n, v) for n, v in headers if n.lower() == "content-encoding"]
            kept = _headers(headers, secrets) | dict(listed)
            return recorded | {"headers": kept, "base64": data}
    return recorded | {
        "headers": _headers(headers, secrets),
        **_body(data, content_type, secrets),
    }


def _headers(headers: Iterable[tuple[str, str]], secrets: Secrets) -> dict[str, Json]:
    """The JSON of headers: a string, or a list where a name occurs several times."""
    recorded = dict[str, Json]()
    for name, value in headers:
        if name.lower() in _LEFT_OUT:
            continue
        masked = secrets.pairs(secrets.header(name, value))
        before = recorded.get(name.lower())
        if before is None:
            recorded[name.lower()] = masked
        else:
            recorded[name.lower()] = [
                *(before if is_array(before) else [before]),
                masked,
            ]
    return recorded


# ------------------------------------------------------------------ bodies
def _body(data: bytes, content_type: str, secrets: Secrets) -> dict[str, Json]:
    """The JSON of a body: as `json`, `text` or `base64`."""
    if not data:
        return {}
    kind = kind_of(content_type)
    if kind == "json":
        value = _exact_json(data)
        if value is not _INEXACT:
            return {"json": _with_urls(secrets.json(value), secrets)}
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return {"base64": data}
    if kind == "form":
        return {"text": secrets.pairs(text, secrets.members | secrets.query)}
    return {"text": _text(text, secrets)}


def _text(text: str, secrets: Secrets) -> str:
    """A text with masks in it; lines and events may hold JSON."""
    lines = text.splitlines(keepends=True)
    for i, line in enumerate(lines):
        match = re.match(r"(data: ?|\x1e)?([{\[].*[}\]])(\s*)\Z", line, re.DOTALL)
        value = _exact_json(match[2].encode()) if match else _INEXACT
        if match and value is not _INEXACT:
            masked = secrets.json(value)
            if masked != value:
                lines[i] = f"{match[1] or ''}{json.dumps(masked)}{match[3]}"
    return secrets.pairs("".join(lines))


def _with_urls(value: Json, secrets: Secrets) -> Json:
    """JSON with the signatures of URLs in its strings masked."""
    if isinstance(value, str):
        return secrets.pairs(value) if "=" in value and "://" in value else value
    if is_array(value):
        return [_with_urls(each, secrets) for each in value]
    if is_object(value):
        return {k: _with_urls(v, secrets) for k, v in value.items()}
    return value


_INEXACT: Any = object()


def _exact_json(data: bytes) -> Json:
    """The value of JSON, if it means the same when it is written again; else `_INEXACT`."""
    exact = True

    def number(text: str) -> float:
        nonlocal exact
        value = float(text)
        exact = exact and repr(value) == text
        return value

    def members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        nonlocal exact
        value = dict(pairs)
        exact = exact and len(value) == len(pairs)
        return value

    try:
        value = json.loads(data, parse_float=number, object_pairs_hook=members)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return _INEXACT
    return value if exact else _INEXACT


def body_of(data: dict[str, Json]) -> bytes:
    """The bytes of a recorded body."""
    if "json" in data:
        return json.dumps(data["json"], ensure_ascii=False).encode()
    if "text" in data:
        return str(data["text"]).encode()
    return base64.b64decode(data.get("base64", ""))


# ------------------------------------------------------------------ the file
def as_file(exchanges: list[dict[str, Json]], secrets: Secrets) -> str:
    """The text of a recording."""
    data = {
        _KEY: FORM,
        "redacted": {
            "headers": sorted(secrets.headers - Secrets().headers - _lower(secrets)),
            "query": sorted(secrets.query - Secrets().query - _lower(secrets)),
            "anywhere": secrets.added,
        },
        # Earlier exchanges may contain secrets that were discovered later.
        "exchanges": secrets.masked(exchanges),
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _lower(secrets: Secrets) -> set[str]:
    return {name.lower() for name in secrets.added}


def read_file(path: Path) -> tuple[list[dict[str, Json]], Secrets]:
    """Read a recording.

    Returns:
        The exchanges, and the names that were redacted.

    Raises:
        UnreadableRecording: The file cannot be read, or is not a recording.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UnreadableRecording(f"{path}: there is no such recording") from None
    except (OSError, ValueError) as error:
        raise UnreadableRecording(f"{path}: it cannot be read: {error}") from None
    if not is_object(data) or data.get(_KEY) != FORM:
        raise UnreadableRecording(f"{path}: it is no recording of this form ({FORM})")
    secrets = Secrets()
    redacted = data.get("redacted")
    if is_object(redacted):
        secrets.headers |= set(redacted.get("headers") or ())
        secrets.query |= set(redacted.get("query") or ())
        secrets.add(redacted.get("anywhere") or ())
    exchanges: list[dict[str, Json]] = []
    for i, each in enumerate(data.get("exchanges") or ()):
        request = each.get("request") if is_object(each) else None
        if not is_object(request) or not isinstance(request.get("url"), str):
            raise UnreadableRecording(f"{path}: exchange {i} has no request")
        exchanges.append(each)
    return exchanges, secrets
