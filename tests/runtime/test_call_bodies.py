"""Request bodies, to the last byte."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Iterator
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any, cast

import pytest

from clientpress.runtime.calls.drivers import run
from clientpress.runtime.calls.flow import call
from clientpress.runtime.calls.options import Options
from clientpress.runtime.values.model import UNSET, ApiModel, UnsetType
from clientpress.runtime.wire.body import Body, Payload
from clientpress.runtime.wire.errors import InvalidRequestError
from clientpress.runtime.wire.form_body import FormBody
from clientpress.runtime.wire.json_body import JsonBody
from clientpress.runtime.wire.multipart_body import MultipartBody, Part
from clientpress.runtime.wire.parameters import Parameter
from clientpress.runtime.wire.raw_body import RawBody
from clientpress.runtime.wire.sources import file_parts

from .callers import GET
from .simulation import Simulation


class Thing(ApiModel):
    name: str
    note: str | None | UnsetType = UNSET


def made(body: Body, value: Any, **extra: Any) -> Payload:
    payload = body.payload(value, extra)
    assert payload is not None
    return payload


def sent(payload: Payload) -> bytes:
    """The bytes, the same for both kinds of client."""

    async def collect() -> bytes:
        return b"".join([chunk async for chunk in payload.async_chunks()])

    data = b"".join(payload.chunks())
    if payload.replayable:
        assert asyncio.run(collect()) == data
    return data


# ------------------------------------------------------------------ JSON
@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"name": "a", "note": "b"}, b'{"name":"a","note":"b"}'),
        ({"name": "a", "note": None}, b'{"name":"a","note":null}'),
        ({"name": "a", "note": UNSET}, b'{"name":"a"}'),
        ({"name": None, "note": "b"}, b'{"note":"b"}'),
        ({"name": "a", "deep": {"x": None}}, b'{"name":"a","deep":{"x":null}}'),
        (Thing(name="a"), b'{"name":"a"}'),
        (Thing(name="a", note=None), b'{"name":"a","note":null}'),
        ([1, None], b"[1,null]"),
    ],
)
def test_absent_and_null_members(value: object, text: bytes) -> None:
    payload = made(JsonBody(nulls=("note",)), value)
    assert payload.in_memory == text
    assert payload.content_type == "application/json"


def test_a_whole_dict_is_sent_as_it_is() -> None:
    assert made(JsonBody(whole=True), {"a": None}).in_memory == b'{"a":null}'


@pytest.mark.parametrize("value", [None, UNSET, {}, {"a": None, "b": UNSET}])
def test_an_optional_body_is_sent_only_with_members(value: object) -> None:
    assert JsonBody().payload(value, {}) is None


def test_a_required_body() -> None:
    assert made(JsonBody(required=True), {"a": None}).in_memory == b"{}"
    with pytest.raises(InvalidRequestError, match="missing"):
        JsonBody(required=True).payload(None, {})


def test_extra_members() -> None:
    assert made(JsonBody(), {"a": 1}, a=2, b=3).in_memory == b'{"a":2,"b":3}'
    assert made(JsonBody(), None, b=3).in_memory == b'{"b":3}'
    assert made(JsonBody(), Thing(name="x"), b=3).in_memory == b'{"name":"x","b":3}'
    with pytest.raises(InvalidRequestError, match="object"):
        JsonBody().payload([1], {"a": 1})
    simulation, options = Simulation(), Options(extra_body={"a": 1})
    with pytest.raises(InvalidRequestError, match="no body"):
        run(call(simulation.core(), GET, ("1",), options=options), simulation)


def test_what_json_does_not_have_is_refused_with_its_place() -> None:
    with pytest.raises(InvalidRequestError, match="/a/1"):
        JsonBody().payload({"a": [1.0, float("nan")]}, {})


# ------------------------------------------------------------------ forms
def test_forms() -> None:
    body = FormBody(fields=(Parameter("c", "query", style="deepObject"),))
    payload = made(body, {"a": "x y", "b": [1, 2], "c": {"d": True}, "e": None})
    assert payload.content_type == "application/x-www-form-urlencoded"
    assert payload.in_memory == b"a=x%20y&b=1&b=2&c%5Bd%5D=true"


# ------------------------------------------------------------------ multipart
UPLOAD = MultipartBody(
    parts=(
        Part("purpose"),
        Part("meta", media_type="application/json"),
        Part("file", media_type="application/octet-stream", file=True),
    )
)


def parse(payload: Payload) -> list[Message]:
    head = f"Content-Type: {payload.content_type}\r\n\r\n".encode()
    message = message_from_bytes(head + sent(payload))
    return cast("list[Message]", message.get_payload())


def test_multipart_to_the_last_byte() -> None:
    payload = made(UPLOAD, {"file": b"\x00\r\n--x", "purpose": "batch", "new": 1.5})
    boundary = payload.content_type.partition("boundary=")[2]
    assert (
        sent(payload)
        == (
            f"--{boundary}\r\n"
            'Content-Disposition: form-data; name="purpose"\r\n\r\n'
            "batch\r\n"
            f"--{boundary}\r\n"
            'Content-Disposition: form-data; name="file"; filename="file"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
            "\x00\r\n--x\r\n"
            f"--{boundary}\r\n"
            'Content-Disposition: form-data; name="new"\r\n\r\n'
            "1.5\r\n"
            f"--{boundary}--\r\n"
        ).encode()
    )
    assert payload.length == len(sent(payload))


def test_boundaries_are_random() -> None:
    boundaries = {made(UPLOAD, {"file": b""}).content_type for _ in range(50)}
    assert len(boundaries) == 50


def test_names_are_quoted_as_browsers_do() -> None:
    body = MultipartBody(parts=(Part('a"b\r\nc', file=True),))
    payload = made(body, {'a"b\r\nc': ('é"\r\n.txt', b"x")})
    line = 'name="a%22b%0D%0Ac"; filename="é%22%0D%0A.txt"'
    assert line.encode() in sent(payload)


@pytest.mark.parametrize(
    ("file", "name", "media_type", "content"),
    [
        (b"abc", "file", "application/octet-stream", b"abc"),
        (("a.jsonl", b"abc"), "a.jsonl", "application/octet-stream", b"abc"),
        (("a.csv", b"abc", "text/csv"), "a.csv", "text/csv", b"abc"),
        (("a", io.BytesIO(b"abc")), "a", "application/octet-stream", b"abc"),
        (io.BytesIO(b"abc"), "file", "application/octet-stream", b"abc"),
    ],
)
def test_forms_of_a_file(file: Any, name: str, media_type: str, content: bytes) -> None:
    (part,) = parse(made(UPLOAD, {"file": file}))
    assert part.get_filename() == name
    assert part.get_content_type() == media_type
    assert part.get_payload(decode=True) == content


def test_the_media_type_is_guessed_where_none_is_documented(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b")
    for body in (
        MultipartBody(),
        MultipartBody(parts=(Part("f", "image/*, text/*", True),)),
    ):
        (part,) = parse(made(body, {"f": path}))
        assert (part.get_filename(), part.get_content_type()) == ("a.csv", "text/csv")
        assert part.get_payload(decode=True) == b"a,b"


def test_parts_that_are_objects_or_lists() -> None:
    value = {
        "meta": {"a": 1},
        "more": {"b": 2},
        "tags": ["x", True],
        "file": [b"1", b"2"],
    }
    parts = parse(made(UPLOAD, value))
    seen = [
        (p.get_param("name", header="content-disposition"), p.get_payload(decode=True))
        for p in parts
    ]
    assert seen == [
        ("meta", b'{"a":1}'),
        ("file", b"1"),
        ("file", b"2"),
        ("more", b'{"b":2}'),
        ("tags", b"x"),
        ("tags", b"true"),
    ]
    assert parts[0].get_content_type() == "application/json"
    assert parts[3].get_content_type() == "application/json"


@pytest.mark.parametrize(
    "value", ["a/path.txt", 5, ("a",), (1, b"x"), ("a", b"x", "t/p\r\nX: y"), {"a": 1}]
)
def test_what_is_no_file(value: Any) -> None:
    with pytest.raises(InvalidRequestError):
        UPLOAD.payload({"file": value}, {})


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError, match="nothing"):
        UPLOAD.payload({"file": tmp_path / "nothing.bin"}, {})


# ------------------------------------------------------------------ raw, and sending again
class Unseekable(io.RawIOBase):
    """A file that can be read once."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def read(self, size: int = -1) -> bytes:
        return self._data.read(size)

    def seekable(self) -> bool:
        return False


def some() -> Iterator[bytes]:
    yield b"ab"
    yield b""
    yield b"c"


async def some_async() -> AsyncIterator[bytes]:
    yield b"abc"


@pytest.mark.parametrize(
    ("value", "length", "replayable"),
    [
        (b"abc", 3, True),
        ("abc", 3, True),
        (io.BytesIO(b"abc"), 3, True),
        (Unseekable(b"abc"), None, False),
        ([b"ab", b"c"], None, True),
        (some(), None, False),
    ],
)
def test_length_and_whether_it_can_be_sent_again(
    value: Any, length: int | None, replayable: bool
) -> None:
    payload = made(RawBody(), value)
    assert payload.length == length
    assert payload.replayable is replayable
    assert sent(payload) == b"abc"
    if replayable:
        assert sent(payload) == b"abc"


def test_a_file_starts_where_it_stood(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"0123456789" * 100_000)
    with path.open("rb") as file:
        file.seek(999_990)
        payload = made(RawBody(), file)
        assert (payload.length, sent(payload), sent(payload)) == (
            10,
            b"0123456789",
            b"0123456789",
        )
    assert made(RawBody(), path).length == 1_000_000


def test_a_spent_file_is_not_sent_in_part() -> None:
    payload = made(RawBody(), Unseekable(b"abc"))
    assert sent(payload) == b"abc"
    with pytest.raises(InvalidRequestError, match="again"):
        sent(payload)


def test_async_iterators_are_for_async_clients() -> None:
    payload = made(RawBody(), some_async())
    with pytest.raises(InvalidRequestError, match="async"):
        list(payload.chunks())

    async def collect() -> list[bytes]:
        return [chunk async for chunk in payload.async_chunks()]

    assert asyncio.run(collect()) == [b"abc"]


def test_text_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("abc")
    with path.open() as file, pytest.raises(InvalidRequestError, match="binary"):
        sent(made(RawBody(), file))


@pytest.mark.parametrize(
    ("declared", "file", "sent"),
    [
        ("", ("a.csv", b""), "text/csv"),
        ("", ("a.parquet", b""), "application/vnd.apache.parquet"),
        ("", ("a", b""), "application/octet-stream"),
        ("text/csv", ("a.parquet", b""), "text/csv"),
        (
            "text/csv, application/vnd.apache.parquet",
            ("a.parquet", b""),
            "application/vnd.apache.parquet",
        ),
        ("text/csv, application/vnd.apache.parquet", ("a.txt", b""), "text/csv"),
        ("text/csv, application/vnd.apache.parquet", b"", "text/csv"),
        ("image/*, text/plain", ("a.png", b""), "image/png"),
        ("image/*, text/plain", ("a.bin", b""), "text/plain"),
        ("image/*", ("a.bin", b""), "application/octet-stream"),
        ("text/csv", ("a.csv", b"", "text/plain"), "text/plain"),
    ],
)
def test_the_media_type_of_a_file(declared: str, file: Any, sent: str) -> None:
    """What the caller says, else what the name says if it may be that, else the first declared."""
    part = Part("file", media_type=declared, file=True)
    assert file_parts(part.name, part.media_type, file)[2] == sent
