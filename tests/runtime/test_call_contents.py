"""Bodies in one of several media types, lines of JSON, and ranges of media types."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clientpress.runtime.values.model import UNSET, ApiModel
from clientpress.runtime.wire.contents import AnyContent, Content
from clientpress.runtime.wire.errors import InvalidRequestError
from clientpress.runtime.wire.form_body import FormBody
from clientpress.runtime.wire.json_body import JsonBody
from clientpress.runtime.wire.raw_body import LinesBody, RawBody
from clientpress.runtime.wire.text_body import TextBody

BODY = AnyContent(
    bodies=(
        JsonBody(required=True, members=("name", "age"), asked=("name",)),
        FormBody(required=True, members=("name", "token"), asked=("token",)),
        JsonBody(
            media_type="application/json-patch+json",
            whole=True,
            required=True,
            members=(),
        ),
        RawBody(media_type="image/*", required=True, members=()),
    ),
)
NONE: dict[str, object] = {"name": UNSET, "age": None, "token": UNSET}
MEMBERS = {**NONE, "name": "Tom"}
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
PATCH = "application/json-patch+json"


def sent(content: Content) -> tuple[str, bytes]:
    payload = BODY.payload(content, {})
    assert payload is not None
    return payload.content_type, b"".join(payload.chunks())


@pytest.mark.parametrize(
    ("content", "media_type", "data"),
    [
        (Content(JSON, MEMBERS), JSON, b'{"name":"Tom"}'),
        (Content(JSON, {**MEMBERS, "age": 3}), JSON, b'{"name":"Tom","age":3}'),
        (Content(FORM, {**MEMBERS, "token": "t"}), FORM, b"name=Tom&token=t"),
        (Content(FORM, {**NONE, "token": "t"}), FORM, b"token=t"),
        (Content(JSON, NONE, {"name": "Tom"}), JSON, b'{"name":"Tom"}'),
        (Content(PATCH, NONE, [{"op": "x"}]), PATCH, b'[{"op":"x"}]'),
        (Content("image/*", NONE, b"\1"), "application/octet-stream", b"\1"),
        (Content("image/*", NONE, ("a.png", b"\1")), "image/png", b"\1"),
        (Content("image/*", NONE, ("a", b"\1", "image/gif")), "image/gif", b"\1"),
    ],
)
def test_the_chosen_media_type(content: Content, media_type: str, data: bytes) -> None:
    assert sent(content) == (media_type, data)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (Content("text/csv", MEMBERS), "'text/csv' is not a media type of this body"),
        (Content(JSON, NONE), "application/json needs name"),
        (Content(FORM, MEMBERS), "urlencoded needs token"),
        (Content(FORM, {**MEMBERS, "age": 3}), "has no member age; it has name, token"),
        (Content(PATCH, NONE), "The body is missing"),
        (Content(PATCH, MEMBERS), "has no member name; give its body"),
        (Content(PATCH, MEMBERS, []), "not both"),
    ],
)
def test_what_does_not_go_together(content: Content, said: str) -> None:
    with pytest.raises(InvalidRequestError, match=said):
        sent(content)


# ------------------------------------------------------------------ ranges and lines
@pytest.mark.parametrize(
    ("value", "media_type"),
    [
        (Path("notes.png"), "image/png"),
        (Path("notes.txt"), "text/plain"),
        (("x.jpeg", b""), "image/jpeg"),
        ("text", "text/plain; charset=utf-8"),
    ],
)
def test_what_stands_for_a_range(
    value: Any, media_type: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if isinstance(value, Path):
        value.write_bytes(b"x")
    payload = RawBody(media_type="image/*").payload(value, {})
    assert payload is not None and payload.content_type == media_type


@pytest.mark.parametrize("body", [TextBody, RawBody])
def test_text_and_bytes_are_sent_alike_with_and_without_files(
    body: type[TextBody],
) -> None:
    for value, media_type, data in [
        ("é", "", "é".encode()),
        (b"x", "application/octet-stream", b"x"),
        (bytearray(b"x"), "application/octet-stream", b"x"),
    ]:
        payload = body(media_type="").payload(value, {})
        assert payload is not None and payload.in_memory == data
        assert payload.content_type == media_type
    assert body().payload(None, {}) is None
    with pytest.raises(InvalidRequestError, match="surrogate"):
        body().payload("\ud800", {})
    with pytest.raises(InvalidRequestError, match="JSON body"):
        body().payload(b"x", {"a": 1})


def test_a_package_without_files_says_so(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError, match="--with files"):
        TextBody().payload(tmp_path / "file", {})


class Pet(ApiModel):
    name: str


LINES = b'{"name":"Tom"}\n{"name":"Rex"}\n'


def pets() -> Iterator[Pet]:
    yield Pet(name="Tom")
    yield Pet(name="Rex")


@pytest.mark.parametrize(
    ("value", "replayable"),
    [
        ([Pet(name="Tom"), {"name": "Rex"}], True),
        (pets(), False),
        (LINES, True),
        (LINES.decode(), True),
    ],
)
def test_lines_of_json(value: Any, replayable: bool) -> None:
    payload = LinesBody().payload(value, {})
    assert payload is not None
    assert payload.content_type == "application/jsonl"
    assert payload.replayable is replayable
    assert b"".join(payload.chunks()) == LINES


@pytest.mark.parametrize("value", [{"name": "Tom"}, 3])
def test_what_is_no_series_of_items(value: Any) -> None:
    with pytest.raises(InvalidRequestError, match="iterable of items"):
        LinesBody().payload(value, {})


def test_a_list_that_cannot_be_sent_is_refused_before_anything_is() -> None:
    with pytest.raises(InvalidRequestError, match="cannot be sent"):
        LinesBody().payload([{"a": object()}], {})
