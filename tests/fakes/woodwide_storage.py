"""The storage host of the fake Wood Wide service: signed addresses, on a port of its own."""

from __future__ import annotations

from urllib.parse import quote, unquote
from zlib import crc32

import httpx2

from tests.fakes.faults import Received
from tests.fakes.serving import Host
from tests.fakes.woodwide_store import WoodwideStore


class Storage(Host):
    """Where result files lie and uploads go. It wants no key, and refuses requests that have one.

    Args:
        store: Where the files are.
        content_type: What all files claim to be; the empty text for nothing at all.
        redirects: Whether a file is only found after a redirect.
    """

    def __init__(
        self, store: WoodwideStore, content_type: str, redirects: bool
    ) -> None:
        super().__init__()
        self._store = store
        self._headers = {"content-type": content_type} if content_type else {}
        self._redirects = redirects

    def signed(self, folder: str, name: str) -> str:
        """The address of something, with the signature that opens it."""
        path = f"/{folder}/{quote(name, safe='')}"
        return f"{self.base_url}{path}?X-Signature={_signature(path)}&X-Expires=900"

    def answer(self, received: Received) -> httpx2.Response:
        """A file, a place where it is, or what becomes of an upload."""
        if received.header("authorization"):
            return httpx2.Response(400, text="Only one auth mechanism allowed")
        if dict(received.query).get("X-Signature") != _signature(received.path):
            return httpx2.Response(403, text="SignatureDoesNotMatch")
        _, folder, name = map(unquote, received.path.split("/"))
        if received.method == "PUT":
            return self._upload(name, received)
        if folder == "results" and self._redirects:
            moved = {"location": self.signed("moved", name)}
            return httpx2.Response(307, headers=moved, content=b"")
        job = self._store.jobs.get(name)
        if job is None:
            return httpx2.Response(404, text="NoSuchKey")
        return httpx2.Response(200, content=job.file, headers=self._headers)

    def _upload(self, name: str, received: Received) -> httpx2.Response:
        version = self._store.find_version(name)
        if version.promised is None:
            return httpx2.Response(403, text="AccessDenied")
        if received.header("content-type") != version.promised["content_type"]:
            return httpx2.Response(403, text="SignatureDoesNotMatch: content-type")
        if len(received.body) != version.promised["bytes"]:
            return httpx2.Response(400, text="EntityTooLarge or too small")
        version.data = received.body
        return httpx2.Response(200, content=b"")


def _signature(path: str) -> str:
    return f"{crc32(path.encode()):08x}"
