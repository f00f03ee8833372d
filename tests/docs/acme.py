"""The API of the page about security: its package, and a server that issues tokens."""

from __future__ import annotations

import json
from base64 import b64decode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Self
from urllib.parse import parse_qs

from clientpress.diagnostics import Report
from clientpress.pipeline import build
from clientpress.plan.features import FEATURES
from clientpress.printing import as_text

__all__ = ["Acme", "write_package"]

DOCUMENT = Path(__file__).parent / "acme.yaml"


def write_package(folder: Path) -> None:
    """Generate the package `acme` into a folder."""
    report = Report()
    made = build(
        DOCUMENT,
        "acme",
        "header",
        {},
        report,
        full=True,
        features=tuple(FEATURES),
    )
    assert made and not len(report), as_text(report)
    for path, text in made.files.items():
        target = folder / "acme" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        form = parse_qs(body.decode())
        pair = b64decode(self.headers["authorization"].removeprefix("Basic "))
        if pair != b"my-id:my-secret":
            said = {"error": "invalid_client", "error_description": "Unknown client"}
            return self._answer(401, said)
        scopes = "+".join(form["scope"][0].split())
        issued = {"access_token": f"token-for-{scopes}", "expires_in": 3600}
        return self._answer(200, {**issued, "token_type": "Bearer"})

    def do_GET(self) -> None:
        part = self.path.rpartition("/")[2]
        seen = self.headers.get("authorization", "nothing")
        self._answer(200, {"id": part, "seen": seen})

    do_PUT = do_GET

    def _answer(self, status: int, value: object) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Acme:
    """A server that tells what it gets, and issues tokens to `my-id`."""

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def base_url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._server.server_port}"
