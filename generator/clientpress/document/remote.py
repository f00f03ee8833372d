"""Documents from the web: only where the user allowed it, and never without limits."""

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
    """A reference as it may be printed: without a user, a password or a query."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "(not an address)" if "@" in url else url
    if not parts.netloc:
        return url
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", parts.fragment))


def fetch(url: str) -> tuple[bytes, str]:
    """The bytes at an address, and the address that they came from in the end.

    Raises:
        UnreadableError: They cannot be had: the network, the status, a redirect that is not
            followed, too many bytes, too much time.
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
        # The text of some errors has the address in it, with its credentials.
        raise _failed(url, type(error).__name__) from None
    raise _failed(url, f"more than {MAX_REDIRECTS} redirects")


def _body(answer: httpx2.Response, url: str, ends: float) -> bytes:
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
    """Where a redirect leads to: http and https only, and never from https to http."""
    try:
        target = urljoin(url, location)
        scheme = urlsplit(target).scheme
    except ValueError:
        raise _failed(url, "it redirects to what is no address") from None
    safe = ("https",) if urlsplit(url).scheme == "https" else ("http", "https")
    if not location or scheme not in safe:
        raise _failed(url, f"a redirect to {scheme or 'nowhere'} is not followed")
    return target


def _failed(url: str, why: str) -> UnreadableError:
    return UnreadableError(
        "CP001", f"cannot fetch {shown_url(url)}: {why}", "Check the address."
    )
