"""Joining requests in files with outcomes, without holding either."""

from __future__ import annotations

import asyncio
import io
import json
import pickle
import sys
import tracemalloc
from array import array
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET, UnsetType

from clientpress.runtime.batches import joining_files
from clientpress.runtime.batches.joining_files import FiledIntegers, FileSpool
from clientpress.runtime.batches.outcomes import (
    Failed,
    Joined,
    Succeeded,
    join,
    join_async,
    write_failed,
)
from clientpress.runtime.batches.request_files import LineFormat, RequestFile
from clientpress.runtime.values.decoding import Json
from clientpress.runtime.values.model import ApiModel
from clientpress.runtime.wire import errors
from clientpress.runtime.wire.lines import Undecodable

Found: TypeAlias = Succeeded[str] | Failed[str] | Undecodable


class Ask(ApiModel):
    id: str
    prompt: str = ""


FORMAT: LineFormat[Ask] = LineFormat(item=Json(Ask), id="/id")


def write(path: Path, names: list[str]) -> Path:
    lines = [{"id": name, "prompt": f"say {name}", "more": 1} for name in names]
    path.write_bytes(b"\n\n".join(json.dumps(line).encode() for line in lines))
    return path


def good(name: str, body: str = "hi") -> Found:
    return Succeeded(name, body, {"id": name})


def bad(name: str) -> Found:
    return Failed(name, "no", {"id": name})


BROKEN = Undecodable(9, b"<html>", "Not JSON")
OUTCOMES = [bad("c"), good("a"), good("x"), BROKEN, good("a", "2"), good("e")]


def shown(joined: Joined[Any, str, str]) -> Any:
    """A join as plain values."""

    def name(request: Any) -> Any:
        return request.id if isinstance(request, Ask) else request["id"]

    return (
        [(name(request), outcome) for request, outcome in joined.pairs],
        [name(request) for request in joined.missing],
        list(joined.duplicates),
        list(joined.unknown),
    )


EXPECTED = (
    [("a", good("a")), ("c", bad("c")), ("e", good("e"))],
    ["b", "d"],
    [good("a", "2")],
    [good("x"), BROKEN],
)


@pytest.fixture(params=["memory", "disk"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    return tmp_path / "index.sqlite" if request.param == "disk" else None


@pytest.mark.parametrize("form", ["path", "files", "list", "iterator"])
def test_every_form_of_requests_joins_alike(
    form: str, index: Path | None, tmp_path: Path
) -> None:
    first, second = write(tmp_path / "1", ["a", "b"]), write(
        tmp_path / "2", ["c", "d", "e"]
    )
    forms: dict[str, Any] = {
        "path": write(tmp_path / "all", list("abcde")),
        "files": RequestFile(FORMAT, first, second),
        "list": [Ask(id=name) for name in "abcde"],
        "iterator": ({"id": name} for name in "abcde"),
    }
    joined: Joined[Any, str, str] = join(OUTCOMES, forms[form], id="/id", index=index)
    for _ in range(2):  # what is read when it is used can be used again
        assert shown(joined) == EXPECTED
    assert (len(joined.pairs), len(joined.missing)) == (3, 2)
    assert joined.pairs[-1][1] == joined.pairs[2][1] == good("e")
    assert [o.id for _, o in joined.pairs[1:]] == ["c", "e"]
    assert joined.duplicates[0] == good("a", "2")
    assert [o.id for _, o in joined.pairs[::-2]] == ["e", "a"]
    assert [o.id for _, o in reversed(joined.pairs)] == ["e", "c", "a"]
    for beyond in (2, -3):
        with pytest.raises(IndexError):
            joined.missing[beyond]


def test_requests_keep_their_types(tmp_path: Path) -> None:
    path = write(tmp_path / "all", ["a", "b"])
    typed = join([good("a")], RequestFile(FORMAT, path), id="/id")
    assert typed.pairs[0][0] == Ask(id="a", prompt="say a")
    plain = join([good("a")], path, id="/id")
    assert plain.missing[0] == {"id": "b", "prompt": "say b", "more": 1}


def test_the_index_goes_with_the_result(tmp_path: Path) -> None:
    index = tmp_path / "index.sqlite"
    joined = join([good("a")], write(tmp_path / "all", ["a"]), id="/id", index=index)
    assert index.exists()
    del joined
    assert not index.exists()


def test_async_outcomes(index: Path | None, tmp_path: Path) -> None:
    path = write(tmp_path / "all", list("abcde"))

    async def outcomes() -> AsyncIterator[Found]:
        for outcome in OUTCOMES:
            yield outcome

    async def both() -> tuple[Any, Any]:
        filed = await join_async(outcomes(), path, id="/id", index=index)
        listed = await join_async(
            outcomes(), [Ask(id=name) for name in "abcde"], id="/id"
        )
        return shown(filed), shown(listed)

    assert asyncio.run(both()) == (EXPECTED, EXPECTED)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (b'{"id": "a"}\n\n{"id": "a"}', "Two requests have the id 'a'.*line 3"),
        (b'{"id": "a"}\n{"name": "b"}', "line 2.* has no id at /id"),
    ],
)
def test_ids_must_be_there_and_differ(
    lines: bytes, message: str, index: Path | None, tmp_path: Path
) -> None:
    path = tmp_path / "all"
    path.write_bytes(lines)
    with pytest.raises(errors.InvalidRequestError, match=message):
        join(list[Found](), path, id="/id", index=index)


def test_an_index_that_is_something_else(tmp_path: Path) -> None:
    import sqlite3

    index = tmp_path / "mine.sqlite"
    database = sqlite3.connect(index)
    database.execute("CREATE TABLE precious (x)")
    database.close()
    path = write(tmp_path / "all", ["a"])
    with pytest.raises(errors.InvalidRequestError, match="something else"):
        join(list[Found](), path, id="/id", index=index)
    assert index.exists()


def test_outcomes_that_cannot_be_put_aside(tmp_path: Path) -> None:
    path = write(tmp_path / "all", ["a"])
    with pytest.raises(errors.InvalidRequestError, match="put aside"):
        join([Succeeded("a", lambda: 1, None)], path, id="/id")


class Crowd(ModuleType):
    """A module that counts how often something is looked up in it."""

    asked = 0

    def __getattribute__(self, name: str) -> Any:
        Crowd.asked += 1
        return super().__getattribute__(name)


class Sparse(ApiModel):
    text: str
    more: str | UnsetType = UNSET


def test_no_loaded_module_makes_a_join_slower(
    index: Path | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pickle looks for what names no module, as UNSET, in every module that is loaded."""
    outcomes: list[Succeeded[Sparse] | Failed[str]] = [
        Succeeded(name, Sparse(text="hi"), UNSET) for name in "abc"
    ]
    path = write(tmp_path / "all", list("abc"))
    join(outcomes, path, id="/id", index=index)  # what it needs is loaded
    modules = {"crowd": Crowd("crowd"), **sys.modules}
    monkeypatch.setattr(sys, "modules", modules)
    monkeypatch.setattr(Crowd, "asked", 0)
    pickle.dumps(UNSET)
    assert Crowd.asked > 0
    Crowd.asked = 0
    joined = join(outcomes, path, id="/id", index=index)
    assert [outcome for _, outcome in joined.pairs] == outcomes
    assert Crowd.asked == 0


# ------------------------------------------------------------------ what is left to do
def test_failed_and_missing_requests_become_the_next_file(
    index: Path | None, tmp_path: Path
) -> None:
    path = write(tmp_path / "all", list("abcde"))
    joined = join(OUTCOMES, path, id="/id", index=index)
    target = tmp_path / "again.jsonl"
    assert write_failed(joined, target) == 3
    lines = [line for line in path.read_bytes().split(b"\n") if line]
    assert target.read_bytes() == b"".join(lines[n] + b"\n" for n in (1, 2, 3))


def test_marks_and_ends_of_lines_do_not_go_along(tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    first.write_bytes(b'\xef\xbb\xbf{"id": "a"}\r\n\r\n{"id": "b"}')
    second.write_bytes(b'\xef\xbb\xbf{"id": "c"}\r\n')
    joined = join([bad("a")], RequestFile(FORMAT, first, second), id="/id")
    target = io.BytesIO()
    assert write_failed(joined, target) == 3
    assert target.getvalue() == b'{"id": "a"}\n{"id": "b"}\n{"id": "c"}\n'


def test_failed_requests_at_hand(tmp_path: Path) -> None:
    asked = [Ask(id=name) for name in "abcde"]
    joined = join(OUTCOMES, asked, id="/id")
    target = io.BytesIO()
    assert write_failed(joined, target) == 3
    written = [json.loads(line)["id"] for line in target.getvalue().splitlines()]
    assert written == ["c", "b", "d"]
    nothing = join([good(name) for name in "abcde"], asked, id="/id")
    assert write_failed(nothing, tmp_path / "none.jsonl") == 0
    assert (tmp_path / "none.jsonl").read_bytes() == b""


def test_a_request_that_has_no_json_leaves_no_file(
    index: Path | None, tmp_path: Path
) -> None:
    joined = join([bad("a")], [{"id": "a", "x": float("nan")}], id="/id", index=index)
    with pytest.raises(errors.InvalidRequestError, match="/x"):
        write_failed(joined, tmp_path / "again.jsonl")
    del joined
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------ in general
ids = st.sampled_from(list("abcdef"))
founds = (
    st.builds(good, ids, st.text(max_size=2)) | st.builds(bad, ids) | st.just(BROKEN)
)


@settings(deadline=None)  # a database on a slow disk takes its time
@given(
    asked=st.lists(ids, unique=True),
    found=st.lists(founds, max_size=12),
    disk=st.booleans(),
)
def test_files_join_as_lists_do(
    asked: list[str],
    found: list[Found],
    disk: bool,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("joined")
    path = write(folder / "all", asked)
    index = folder / "index" if disk else None
    expected = shown(join(found, [Ask(id=name) for name in asked], id="/id"))
    assert shown(join(found, path, id="/id", index=index)) == expected


steps = st.lists(st.tuples(st.integers(0, 40), st.integers(-(2**63), 2**63 - 1)))


@given(steps)
def test_integers_in_a_file_are_those_in_an_array(
    steps: list[tuple[int, int]],
) -> None:
    filed, known = FiledIntegers(), array("q")
    with patch.object(joining_files, "_CHUNK", 3):
        for position, value in steps:
            if position < len(known):
                filed[position] = known[position] = value
            else:
                filed.append(value)
                known.append(value)
            assert filed[position % len(known)] == known[position % len(known)]
        assert (len(filed), list(filed)) == (len(known), list(known))


@given(st.lists(st.tuples(st.binary(max_size=20_000), st.integers(0, 40))))
def test_values_in_a_file_stay_as_they_are(steps: list[tuple[bytes, int]]) -> None:
    spool, places = FileSpool(), list[int]()
    for number, (value, earlier) in enumerate(steps):
        places.append(spool.put(value))
        earlier %= number + 1
        assert spool.get(places[earlier]) == steps[earlier][0]


def test_a_value_that_is_refused_spoils_no_other_one() -> None:
    """pickle passes bytes on as they are from 64 KiB on, before it meets the function."""
    spool, large = FileSpool(), [
        b"x" * 100_000,
        bytearray(b"y" * 100_000),
        "z" * 100_000,
    ]
    first = spool.put(large)
    with pytest.raises(errors.InvalidRequestError, match="put aside"):
        spool.put([large, lambda: 1])
    second = spool.put([large, large])
    assert (spool.get(first), spool.get(second)) == (large, [large, large])


def test_memory_of_a_large_join(tmp_path: Path) -> None:
    """Neither requests nor outcomes are held: a body of 1 KiB costs as much as none."""

    def outcomes(count: int, filling: str) -> Iterator[Found]:
        for number in range(count):
            yield Succeeded(f"request-{number}", f"{number}{filling}", None)

    def bytes_of(count: int, index: Path | None, filling: str) -> float:
        path = tmp_path / "all"
        lines = [f'{{"id": "request-{number}"}}\n' for number in range(count)]
        path.write_text("".join(lines))
        del lines
        tracemalloc.start()
        try:
            joined = join(outcomes(count, filling), path, id="/id", index=index)
            assert len(joined.pairs) == count
            return tracemalloc.get_traced_memory()[1] / count
        finally:
            tracemalloc.stop()

    assert bytes_of(100_000, None, "") < 180
    assert bytes_of(15_000, None, "x" * 4096) < 220
    assert bytes_of(15_000, tmp_path / "index", "x" * 4096) < 30
