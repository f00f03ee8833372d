"""Files from a server that cuts them: they go on where they stopped, or say that they cannot."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from clientpress.runtime.calls.client import AsyncBaseClient, BaseClient
from clientpress.runtime.calls.options import Options
from clientpress.runtime.results.server_files import AsyncServerFile, ServerFile
from clientpress.runtime.results.streaming import StreamError
from clientpress.runtime.results.streams import Opening
from clientpress.runtime.wire import errors
from clientpress.runtime.wire.decoders import Raw
from clientpress.runtime.wire.operation import Operation
from clientpress.runtime.wire.parameters import Parameter
from tests.servers.misbehaving import MisbehavingServer, Step, digest, part, reply

from .callers import KEY, api

DATA = bytes(range(256)) * 512
TAG = {"ETag": '"v1"'}
AGED = {
    "Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT",
    "Date": "Mon, 01 Jan 2024 00:01:00 GMT",
}
CONTENT: Operation[bytes] = Operation(
    id="content",
    method="GET",
    path="/files/{file}",
    parameters=(Parameter("file", "path"),),
    results={"200": Raw()},
    errors={"4XX": Raw()},
)


class Reader:
    """Reads a file with one kind of client, and waits for nothing."""

    def __init__(self, kind: str, url: str) -> None:
        self.kind, self.url = kind, url
        self.slept: list[float] = []
        self.file = "f"

    def save(self, path: Path, **options: Any) -> Path:
        given = Options(**options)
        if self.kind == "sync":
            with BaseClient(api(), {"bearer": KEY}, base_url=self.url) as client:
                core, transport = client.__runtime__()
                transport().sleep = self.slept.append
                file = ServerFile(
                    lambda s: Opening(
                        core=core,
                        operation=CONTENT,
                        streaming=s,
                        arguments=("f",),
                        body=None,
                        options=given,
                    ),
                    transport,
                )
                return file.save(path)

        async def run() -> Path:
            async with AsyncBaseClient(
                api(), {"bearer": KEY}, base_url=self.url
            ) as client:
                core, transport = client.__runtime__()
                transport().sleep = self._sleep
                file = AsyncServerFile(
                    lambda s: Opening(
                        core=core,
                        operation=CONTENT,
                        streaming=s,
                        arguments=("f",),
                        body=None,
                        options=given,
                    ),
                    transport,
                )
                return await file.save(path)

        return asyncio.run(run())

    async def _sleep(self, seconds: float, /) -> None:
        self.slept.append(seconds)


@pytest.fixture
def reader(kind: str, server: MisbehavingServer) -> Reader:
    return Reader(kind, server.url)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.bin"


def ranges(server: MisbehavingServer) -> list[tuple[str, str]]:
    """What was asked for."""
    return [
        (r.headers.get("range", ""), r.headers.get("if-range", ""))
        for r in server.requests
    ]


@pytest.mark.parametrize("headers", [TAG, AGED], ids=["tag", "date"])
def test_a_cut_file_goes_on_where_it_stopped(
    reader: Reader, server: MisbehavingServer, path: Path, headers: dict[str, str]
) -> None:
    server.then(
        part(DATA, headers, end=1000),
        part(DATA, headers, start=1000, end=50_000),
        part(DATA, headers, start=50_000),
    )
    assert reader.save(path).read_bytes() == DATA
    validator = headers.get("ETag") or headers["Last-Modified"]
    assert ranges(server) == [
        ("", ""),
        ("bytes=1000-", validator),
        ("bytes=50000-", validator),
    ]
    assert len(reader.slept) == 2


def test_a_cut_file_goes_on_at_another_host(
    reader: Reader, server: MisbehavingServer, path: Path
) -> None:
    """An API redirects to a host for files, as for every signed URL."""
    with MisbehavingServer() as storage:
        url = f"{storage.url.replace('127.0.0.1', 'localhost')}/file?sig=s"
        server.then(*[reply(302, b"", {"Location": url})] * 3)
        storage.then(
            part(DATA, TAG, end=1000),
            part(DATA, TAG, start=1000, end=50_000),
            part(DATA, TAG, start=50_000),
        )
        assert reader.save(path).read_bytes() == DATA
        assert ranges(storage) == [
            ("", ""),
            ("bytes=1000-", '"v1"'),
            ("bytes=50000-", '"v1"'),
        ]
        assert not any("authorization" in r.headers for r in storage.requests)
        asked = [r.headers["accept-encoding"] for r in storage.requests]
        assert asked == ["identity"] * 3  # a compressed file cannot be continued


def test_a_server_without_ranges_sends_all_of_it_again(
    reader: Reader, server: MisbehavingServer, path: Path
) -> None:
    server.then(part(DATA, TAG, end=1000), part(DATA, TAG))
    assert reader.save(path).read_bytes() == DATA


@pytest.mark.parametrize(
    "then",
    [
        pytest.param(part(DATA, {"ETag": '"v2"'}), id="another version"),
        pytest.param(part(DATA, {}), id="perhaps another version"),
        pytest.param(part(DATA, TAG, start=900), id="another part"),
        pytest.param(part(DATA[:-1], TAG, start=1000), id="of another size"),
    ],
)
def test_a_file_is_never_pieced_together_from_two(
    reader: Reader, server: MisbehavingServer, path: Path, then: Step
) -> None:
    server.then(part(DATA, TAG, end=1000), then)
    path.write_bytes(b"before")
    with pytest.raises(StreamError, match="The stream broke"):
        reader.save(path)
    assert path.read_bytes() == b"before"


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="no version"),
        pytest.param({"ETag": 'W/"v1"'}, id="a weak tag"),
        pytest.param({**AGED, "Date": AGED["Last-Modified"]}, id="just changed"),
        pytest.param({"Last-Modified": "yesterday", "Date": "today"}, id="no date"),
    ],
)
def test_what_cannot_be_told_from_a_later_version_is_not_continued(
    reader: Reader, server: MisbehavingServer, path: Path, headers: dict[str, str]
) -> None:
    server.then(part(DATA, headers, end=1000), part(DATA, headers, start=1000))
    with pytest.raises(StreamError):
        reader.save(path)
    assert len(server.requests) == 1


def test_cuts_without_a_byte_in_between_are_counted(
    reader: Reader, server: MisbehavingServer, path: Path
) -> None:
    server.then(part(DATA, TAG, end=1000), part(DATA, TAG, start=1000, end=1000))
    with pytest.raises(StreamError):
        reader.save(path, retries=3)
    assert len(server.requests) == 1 + 3
    server.requests.clear()
    server.then(part(DATA, TAG, end=1000), part(DATA, TAG, start=1000))
    with pytest.raises(StreamError):
        reader.save(path, retries=0)
    assert len(server.requests) == 1


def test_a_refusal_to_go_on_is_told(
    reader: Reader, server: MisbehavingServer, path: Path
) -> None:
    server.then(part(DATA, TAG, end=1000), reply(403, b"expired"))
    with pytest.raises(errors.PermissionDeniedError):
        reader.save(path)


@pytest.mark.parametrize(
    "headers",
    [
        {"Repr-Digest": f"sha-256=:{digest(DATA)}:"},
        {"Content-Digest": f"md5=:AA==:, sha-512=:{digest(DATA, 'sha512')}:"},
        {"Digest": f"SHA-256={digest(DATA)}"},
        {"Content-MD5": digest(DATA, "md5")},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_an_announced_digest_is_checked(
    reader: Reader, server: MisbehavingServer, path: Path, headers: dict[str, str]
) -> None:
    headers = {**headers, **TAG}
    server.then(part(DATA, headers, end=1000), part(DATA, headers, start=1000))
    assert reader.save(path).read_bytes() == DATA
    damaged = bytes([1, *DATA[1:]])
    server.then(part(damaged, headers))
    with pytest.raises(StreamError, match="The file is damaged: its "):
        reader.save(path)
    assert path.read_bytes() == DATA


@pytest.mark.parametrize(
    "headers",
    [
        {"Digest": "sha-256=0011aabb"},
        {"Digest": "crc32c=AAAAAA=="},
        {"Content-MD5": "not base64"},
    ],
)
def test_digests_of_unknown_forms_are_let_be(
    reader: Reader, server: MisbehavingServer, path: Path, headers: dict[str, str]
) -> None:
    server.then(part(DATA, headers))
    assert reader.save(path).read_bytes() == DATA
