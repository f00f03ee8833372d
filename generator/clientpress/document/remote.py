"""Documents from the web: fetched only where the user allows it, and within limits."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit, urlunsplit

from clientpress.document.reading import MAX_BYTES, UnreadableError

if TYPE_CHECKING:
    import httpx2

MAX_REDIRECTS = 5
MAX_SECONDS = 30.0
_REDIRECTS = (301, 302, 303, 307, 308)


def shown_url(url: str) -> str:
    """An address as messages show it: without user, password and query."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "(not an address)" if "@" in url else url
    if not parts.netloc:
        return url
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", parts.fragment))


def fetch(url: str) -> tuple[bytes, str]:
    """Fetch the bytes at an address.

    Returns:
        The bytes, and the address after redirects.

    Raises:
        UnreadableError: The network failed, the status is not 200, a redirect is not followed, there
            are too many bytes, or it takes too long.
    """
    import httpx2

    ends = time.monotonic() + MAX_SECONDS
    try:
        with httpx2.Client(
            follow_redirects=False, timeout=10.0, trust_env=True
        ) as client:
            for _ in range(MAX_REDIRECTS + 1):
                with client.stream("GET", url, headers={"Accept": "*/*"}) as answer:
                    if answer.status_code not in _REDIRECTS:
                        return _body(answer, url, ends), url
                    url = _next(url, answer.headers.get("location", ""))
    except httpx2.InvalidURL:
        raise _failed(url, "this is no address") from None
    except httpx2.HTTPError as error:
        # The text of some errors contains the address with its credentials.
        raise _failed(url, type(error).__name__) from None
    raise _failed(url, f"more than {MAX_REDIRECTS} redirects")


def _body(answer: httpx2.Response, url: str, ends: float) -> bytes:
    """The bytes of an answer, within the limits of size and time."""
    if answer.status_code != 200:
        raise _failed(url, f"the answer is {answer.status_code}")
    pieces, size = list[bytes](), 0
    for piece in answer.iter_bytes():
        pieces.append(piece)
        size += len(piece)
        if size > MAX_BYTES:
            raise UnreadableError(
                "CP004", f"{shown_url(url)} has more than {MAX_BYTES:,} bytes"
            )
        if time.monotonic() > ends:
            raise _failed(url, f"it takes more than {MAX_SECONDS:.0f} seconds")
    return b"".join(pieces)


def _next(url: str, location: str) -> str:
    """The address that a redirect leads to: http or https, and never from https to http."""
    try:
        target = urljoin(url, location)
        scheme = urlsplit(target).scheme
    except ValueError:
        raise _failed(url, "the address of its redirect is not valid") from None
    safe = ("https",) if urlsplit(url).scheme == "https" else ("http", "https")
    if not location or scheme not in safe:
        raise _failed(url, f"a redirect to {scheme or 'nowhere'} is not followed")
    return target


def _failed(url: str, why: str) -> UnreadableError:
    return UnreadableError(
        "CP001", f"cannot fetch {shown_url(url)}: {why}", "Check the address."
    )
