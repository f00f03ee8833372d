"""Models of a client as bodies of FastAPI and Litestar: an app that passes on what it gets from the API."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.frameworks.environments import FOLDER, command_of

GENERATED = Path(__file__).parents[2] / "generated"

CALLING = """
import asyncio, json, sys
from mithril.models import FileObject

def call(app, body):
    sent, answered = [{"type": "http.request", "body": body}], []
    async def receive():
        return sent.pop() if sent else {"type": "http.disconnect"}
    async def send(message):
        answered.append(message)
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "path": "/files",
             "raw_path": b"/files", "query_string": b"", "scheme": "http", "root_path": "", "server": ("a", 80),
             "client": ("b", 1), "headers": [(b"content-type", b"application/json"), (b"host", b"a")]}
    asyncio.run(app(scope, receive, send))
    print(answered[0]["status"])
    print(b"".join(m.get("body", b"") for m in answered).decode())
"""

APPS = {
    "fastapi": """
from typing import Annotated
from fastapi import Body, FastAPI
app = FastAPI()

@app.post("/files", status_code=201)
def add(file: Annotated[FileObject, Body()]) -> FileObject:
    assert isinstance(file, FileObject)
    return file

assert "/files" in app.openapi()["paths"]
""",
    "litestar": """
from litestar import Litestar, post

@post("/files", status_code=201)
async def add(data: FileObject) -> FileObject:
    assert isinstance(data, FileObject)
    return data

app = Litestar([add])
""",
}

FILE = {
    "id": "f1",
    "object": "file",
    "bytes": 3,
    "created_at": 5,
    "filename": "a.jsonl",
    "purpose": "batch",
}


@pytest.mark.parametrize(
    ("body", "status"),
    [(FILE, "201"), ({**FILE, "bytes": "many"}, "4"), ([], "4")],
    ids=["fits", "member", "whole"],
)
@pytest.mark.parametrize("name", APPS)
def test_a_model_is_a_body(name: str, body: object, status: str) -> None:
    command_of(name)  # skips where the framework is not installed
    code = f"{CALLING}{APPS[name]}\ncall(app, {json.dumps(body).encode()!r})"
    done = subprocess.run(
        [str(FOLDER / "bin" / "python"), "-c", code],
        env={"PYTHONPATH": str(GENERATED), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answered, _, text = done.stdout.partition("\n")
    assert answered.startswith(status), done.stdout
    if status == "201":
        assert json.loads(text) == FILE
