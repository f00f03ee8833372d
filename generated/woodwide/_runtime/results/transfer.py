# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""The transfer of one file: what arrived, how it continues, whether it is complete.

After the connection broke, the rest is requested with Range and If-Range (RFC 9110, sections
13.1.5 and 14), if the version of the file is known. Digests that the server sends are checked
(RFC 9530).
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from typing import Any

from ..calls.effects import Flow
from ..wire.messages import Failure, Response, http_date
from .streams import Opening

_PARTIAL = 206
_DIGESTS = {"sha-512": "sha512", "sha-256": "sha256", "sha": "sha1", "md5": "md5"}


class Transfer:
    """The bytes of one answer, and of the answers that continue it."""

    def __init__(self, opening: Opening[Any]) -> None:
        self._opening = opening
        headers: Mapping[str, str] = opening.headers
        is_plain = headers.get("content-encoding", "identity") == "identity"
        length = headers.get("content-length", "")
        self._total = int(length) if is_plain and length.isdecimal() else None
        self._validator = _validator(headers) if is_plain else ""
        self._received = self._skip = 0
        self._checks = _checks(headers) if is_plain else []

    def take(self, chunk: bytes) -> bytes:
        """The bytes of a chunk that were not received before."""
        if self._skip:
            known = min(self._skip, len(chunk))
            self._skip -= known
            chunk = chunk[known:]
        if chunk:
            self._opening.got_on()
            self._received += len(chunk)
            for _, _, hasher in self._checks:
                hasher.update(chunk)
        return chunk

    def missing(self) -> Failure | None:
        """The failure if fewer bytes arrived than Content-Length says; transports may not check."""
        if self._total is None or self._received >= self._total:
            return None
        message = f"{self._received:,} of {self._total:,} bytes arrived"
        return Failure("broken", message, True)

    def go_on(self, failure: Failure) -> Flow[None]:
        """Request the rest.

        Raises:
            StreamError: The server does not send the rest of the same version.
        """
        if not self._validator:
            raise self._opening.broken(failure)
        headers = {"range": f"bytes={self._received}-", "if-range": self._validator}
        answer = yield from self._opening.again(failure, headers)
        if not self._continues(answer.response):
            raise self._opening.broken(failure)

    def _continues(self, response: Response) -> bool:
        """Whether an answer is the rest of the same file, or all of it once more."""
        headers = response.headers
        if "content-encoding" in headers or _validator(headers) != self._validator:
            return False
        if response.status == _PARTIAL:
            start, _, total = headers.get("content-range", "").partition("/")
            fits = self._total is None or total in ("*", str(self._total))
            return fits and start.startswith(f"bytes {self._received}-")
        self._skip = self._received
        return True

    def check(self) -> None:
        """Check the digests.

        Raises:
            StreamError: A digest is not the announced one.
        """
        for name, announced, hasher in self._checks:
            if hasher.digest() != announced:
                message = f"The file is damaged: its {name} is not the announced one"
                raise self._opening.error(message)


def _validator(headers: Mapping[str, str]) -> str:
    """The strong validator of a file's version; "" without.

    A strong entity tag, or a Last-Modified that is strong because the file was at least a second
    old when it was sent (RFC 9110, section 8.8.2.2).
    """
    tag = headers.get("etag", "")
    if tag:
        return tag if tag.startswith('"') else ""
    changed = headers.get("last-modified", "")
    date, since = http_date(headers.get("date", "")), http_date(changed)
    is_strong = date is not None and since is not None and date >= since + 1.0
    return changed if is_strong else ""


def _checks(headers: Mapping[str, str]) -> list[tuple[str, bytes, Any]]:
    """The strongest digest that is announced: its name, its value, and the hash object."""
    announced = dict[str, str]()
    for name in ("repr-digest", "content-digest", "digest"):
        for part in headers.get(name, "").split(","):
            kind, _, value = part.strip().partition("=")
            announced.setdefault(kind.strip().lower(), value.strip().strip(":"))
    if "content-md5" in headers:
        announced.setdefault("md5", headers["content-md5"].strip())
    best = next((kind for kind in _DIGESTS if kind in announced), None)
    if best is None:
        return []
    import hashlib

    try:
        digest = b64decode(announced[best], validate=True)
    except (Base64Error, ValueError):
        return []  # not Base64: some servers send hexadecimal digits
    hasher = hashlib.new(_DIGESTS[best], usedforsecurity=False)
    return [(best, digest, hasher)] if hasher.digest_size == len(digest) else []
