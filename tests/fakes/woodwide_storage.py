"""The storage host of the fake Wood Wide service: signed addresses, on a port of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote
from zlib import crc32

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from .old_faults import Observed
from .old_serving import Connections, ServerThread

if TYPE_CHECKING:
    from starlette.requests import Request

    from .woodwide_store import WoodwideStore


class Storage:
    """Where result files lie and uploads go. It wants no key, and refuses requests that have one.

    Args:
        store: Where the files are.
        content_type: What all files claim to be; the empty text for nothing at all.
        redirects: Whether a file is only found after a redirect.
    """

    def __init__(
        self, store: WoodwideStore, content_type: str, redirects: bool
    ) -> None:
        self._store = store
        self._content_type = content_type
        self._redirects = redirects
        connections: Connections = {}
        routes = [
            Route("/results/{job_id}", self._download, methods=["GET"]),
            Route("/moved/{job_id}", self._content, methods=["GET"]),
            Route("/uploads/{version_id}", self._upload, methods=["PUT"]),
        ]
        self.observed = Observed(Starlette(routes=routes), connections)
        self.server = ServerThread(self.observed, connections)
        self.base_url = f"http://127.0.0.1:{self.server.port}"

    def signed(self, folder: str, name: str) -> str:
        """The address of something, with the signature that opens it."""
        path = f"/{folder}/{quote(name, safe='')}"
        return f"{self.base_url}{path}?X-Signature={_signature(path)}&X-Expires=900"

    async def _download(self, request: Request) -> Response:
        refused = _refused(request)
        if refused or not self._redirects:
            return refused or await self._content(request)
        return RedirectResponse(self.signed("moved", request.path_params["job_id"]))

    async def _content(self, request: Request) -> Response:
        job = self._store.jobs.get(request.path_params["job_id"])
        refused = _refused(request)
        if refused or job is None:
            return refused or PlainTextResponse("NoSuchKey", 404)
        response = Response(job.file)
        if self._content_type:
            response.headers["content-type"] = self._content_type
        return response

    async def _upload(self, request: Request) -> Response:
        version = self._store.find_version(request.path_params["version_id"])
        refused = _refused(request)
        if refused or version.promised is None:
            return refused or PlainTextResponse("AccessDenied", 403)
        data = await request.body()
        if request.headers.get("content-type") != version.promised["content_type"]:
            return PlainTextResponse("SignatureDoesNotMatch: content-type", 403)
        if len(data) != version.promised["bytes"]:
            return PlainTextResponse("EntityTooLarge or too small", 400)
        version.data = data
        return Response()


def _refused(request: Request) -> Response | None:
    if "authorization" in request.headers:
        return PlainTextResponse("Only one auth mechanism allowed", 400)
    path = request.scope["raw_path"].decode("ascii")
    if request.query_params.get("X-Signature") != _signature(path):
        return PlainTextResponse("SignatureDoesNotMatch", 403)
    return None


def _signature(path: str) -> str:
    return f"{crc32(path.encode()):08x}"
