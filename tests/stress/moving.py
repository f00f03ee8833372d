"""Moves a large body in a process of its own, and says how much memory that took.

python -m tests.stress.moving KIND WHAT URL SIZE PATH
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from clientpress.runtime.calls.options import Options
from clientpress.runtime.results.streaming import Streaming
from clientpress.runtime.values.decoding import Json
from clientpress.runtime.values.jsontypes import JsonValue
from clientpress.runtime.wire.multipart_body import MultipartBody, Part
from clientpress.runtime.wire.operation import Operation
from clientpress.runtime.wire.raw_body import LinesBody, RawBody
from tests.hostile.sides import side_of
from tests.runtime.callers import make_caller
from tests.stress.bulk import made_up

Body = RawBody | MultipartBody | LinesBody


def put(body: Body) -> Operation[Any]:
    return Operation(
        id="put",
        method="PUT",
        path="/",
        body=body,
        results={"200": Json(JsonValue)},
    )


def pieces(size: int) -> Iterator[bytes]:
    while size:
        chunk = bytes(made_up(size))
        yield chunk
        size -= len(chunk)


def lines(size: int) -> Iterator[object]:
    for _ in range(size // 1000):
        yield {"text": "x" * 988}


class Unseekable:
    """A file that is read once, as a pipe is."""

    def __init__(self, size: int) -> None:
        self._pieces = pieces(size)
        self._rest = b""

    def read(self, count: int) -> bytes:
        while len(self._rest) < count:
            more = next(self._pieces, b"")
            if not more:
                break
            self._rest += more
        data, self._rest = self._rest[:count], self._rest[count:]
        return data


PARTS = MultipartBody(parts=(Part("purpose"), Part("file", file=True)))
UPLOADS: dict[str, tuple[Body, Callable[[int, Path], Any]]] = {
    "path": (RawBody(), lambda size, path: path),
    "open file": (RawBody(), lambda size, path: path.open("rb")),
    "stream": (RawBody(), lambda size, path: Unseekable(size)),
    "iterator": (RawBody(), lambda size, path: pieces(size)),
    "lines": (LinesBody(), lambda size, path: lines(size)),
    "multipart": (PARTS, lambda size, path: {"purpose": "x", "file": path}),
    "multipart stream": (
        PARTS,
        lambda size, path: {"purpose": "x", "file": Unseekable(size)},
    ),
}


def upload(kind: str, what: str, url: str, size: int, path: Path) -> Any:
    body, make = UPLOADS[what]
    with closing(make_caller(kind, url)) as caller:
        return caller.call(put(body), (), make(size, path))


def save(kind: str, url: str, size: int, path: Path) -> Any:
    options = Options(timeout=60.0, retries=0)
    with closing(side_of(kind, f"{url}/where/bytes/{size}", options)) as side:
        side.save(path)
    return {"size": path.stat().st_size}


class Forgetful(list[Any]):
    """Counts what is put into it, and does not keep it."""

    def __init__(self) -> None:
        super().__init__()
        self.came = 0

    def append(self, item: Any, /) -> None:
        self.came += 1


LISTEN: Operation[JsonValue] = Operation(
    id="listen", method="GET", path="", results={"200": Json(JsonValue)}
)
LINES: Streaming[JsonValue] = Streaming(framing="jsonl", item=Json(JsonValue))


def listen(kind: str, url: str, size: int) -> Any:
    items = Forgetful()
    with closing(make_caller(kind, f"{url}/lines/{size // 1013}")) as caller:
        caller.stream(LISTEN, LINES, (), items)
    return {"size": items.came * 1013}


def move(kind: str, what: str, url: str, size: int, path: Path) -> Any:
    if what == "save":
        return save(kind, url, size, path)
    if what == "listen":
        return listen(kind, url, size)
    return upload(kind, what, url, size, path)


def memory(name: str) -> int:
    """Bytes, as Linux counts them: VmRSS now, VmHWM at most."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.partition(f"{name}:")[2].split()[0]) << 10


def main() -> None:
    kind, what, url, size, place = sys.argv[1:]
    path = Path(place)
    small = path.with_name("small")
    small.write_bytes(made_up(1 << 16))
    move(kind, what, url, 1 << 16, small)  # everything that is needed is loaded
    Path("/proc/self/clear_refs").write_text("5", "utf-8")  # VmHWM begins anew
    before = memory("VmRSS")
    found = move(kind, what, url, int(size), path)
    print(json.dumps({**found, "grown": memory("VmHWM") - before}))


if __name__ == "__main__":
    main()
