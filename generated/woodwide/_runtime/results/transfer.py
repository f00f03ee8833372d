# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""One file on its way: what came of it, how it goes on after a cut, whether it is all there.

RFC 9110, sections 13.1.5 and 14: the rest is asked for with Range, and with If-Range where the
file can be told from a later one. RFC 9530: digests that the server announces are checked.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from typing import Any

from ..calls.effects import Flow
from ..wire.messages import Failure, Response
from .streams import Opening

__all__ = ["Transfer"]

_PARTIAL = 206
_DIGESTS = {"sha-512": "sha512", "sha-256": "sha256", "sha": "sha1", "md5": "md5"}


class Transfer:
    """The bytes of one answer, and of those that continue it."""

    def __init__(self, opening: Opening[Any]) -> None:
        self._opening = opening
        headers: Mapping[str, str] = opening.headers
        is_plain = headers.get("content-encoding", "identity") == "identity"
        length = headers.get("content-length", "")
        self._total = int(length) if is_plain and length.isdecimal() else None
        self._validator = _validator(headers) if is_plain else ""
        self._came = self._skip = 0
        self._checks = _checks(headers) if is_plain else []

    def take(self, chunk: bytes) -> bytes:
        """What is new in a chunk."""
        if self._skip:
            known = min(self._skip, len(chunk))
            self._skip -= known
            chunk = chunk[known:]
        if chunk:
            self._opening.got_on()
            self._came += len(chunk)
            for _, _, made in self._checks:
                made.update(chunk)
        return chunk

    def missing(self) -> Failure | None:
        """What is said if less came than was announced; not every transport looks."""
        if self._total is None or self._came >= self._total:
            return None
        message = f"{self._came:,} bytes came of {self._total:,}"
        return Failure("broken", message, True)

    def go_on(self, failure: Failure) -> Flow[None]:
        """Ask for the rest. Raises StreamError where that cannot be had."""
        if not self._validator:
            raise self._opening.broken(failure)
        wanted = {"range": f"bytes={self._came}-", "if-range": self._validator}
        answer = yield from self._opening.again(failure, wanted)
        if not self._continues(answer.response):
            raise self._opening.broken(failure)

    def _continues(self, response: Response) -> bool:
        """Whether an answer brings the rest, or all of the same file once more."""
        headers = response.headers
        if "content-encoding" in headers or _validator(headers) != self._validator:
            return False
        if response.status == _PARTIAL:
            start, _, total = headers.get("content-range", "").partition("/")
            fits = self._total is None or total in ("*", str(self._total))
            return fits and start.startswith(f"bytes {self._came}-")
        self._skip = self._came
        return True

    def check(self) -> None:
        """Raise StreamError if the file is not the announced one."""
        for name, announced, made in self._checks:
            if made.digest() != announced:
                message = f"The file is damaged: its {name} is not the announced one"
                raise self._opening.error(message)


def _validator(headers: Mapping[str, str]) -> str:
    """What tells a file from a later one: a strong entity tag, or a date that is strong because
    the file was old when it was sent (RFC 9110, section 8.8.2.2); "" without.
    """
    tag = headers.get("etag", "")
    if tag:
        return tag if tag.startswith('"') else ""
    changed = headers.get("last-modified", "")
    return changed if _date(headers.get("date", "")) >= _date(changed) + 1.0 else ""


def _date(text: str) -> float:
    """Seconds since the epoch; not a number without a date, which compares with nothing."""
    from email.utils import parsedate_to_datetime  # takes long to load

    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError, OSError):
        return float("nan")


def _checks(headers: Mapping[str, str]) -> list[tuple[str, bytes, Any]]:
    """The digests that are announced: name, value, and what computes it."""
    found = dict[str, str]()
    for name in ("repr-digest", "content-digest", "digest"):
        for part in headers.get(name, "").split(","):
            kind, _, value = part.strip().partition("=")
            found.setdefault(kind.strip().lower(), value.strip().strip(":"))
    if "content-md5" in headers:
        found.setdefault("md5", headers["content-md5"].strip())
    best = next((kind for kind in _DIGESTS if kind in found), None)
    if best is None:
        return []
    import hashlib

    try:
        announced = b64decode(found[best], validate=True)
    except (Base64Error, ValueError):
        return []  # of another form: hexadecimal, as some servers have it
    made = hashlib.new(_DIGESTS[best], usedforsecurity=False)
    return [(best, announced, made)] if made.digest_size == len(announced) else []
