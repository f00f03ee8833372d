"""The body of a request: whether it is what was given."""

from __future__ import annotations

import json
from email import message_from_bytes
from typing import Any
from urllib.parse import unquote_plus

from clientpress.document.data import is_array, is_object
from clientpress.testing.bodies import part_name
from clientpress.testing.media import Media, is_media, kind_of
from clientpress.testing.reading import At, Json
from tests.judge.wire import Given, NoForm, pairs_of, same_json, same_text, text_of


def check_body(
    media: Media, content: bytes, content_type: str, value: Any
) -> list[str]:
    """What is wrong with a body; `value` is JSON, with bytes where files were given."""
    kind = kind_of(media.name)
    if not is_media(media.name, content_type):
        return [f"Content-Type {content_type!r} is not {media.name!r}"]
    if kind == "json":
        try:
            return [f"body{d}" for d in [same_json(value, json.loads(content))] if d]
        except ValueError as error:
            return [f"body: no JSON: {error}"]
    if kind == "form":
        return _form(media, content.decode(), value)
    if kind == "multipart":
        return _multipart(media, content, content_type, value)
    text = value if isinstance(value, str) else json.dumps(value)
    expected = value if isinstance(value, bytes) else text.encode()
    return (
        []
        if content == expected
        else [f"body: {content[:60]!r} was sent for {expected[:60]!r}"]
    )


def _told(media: Media, name: str) -> At | None:
    return media.at.find("encoding", name)


def _form(media: Media, text: str, value: Json) -> list[str]:
    sent = [part.partition("=") for part in text.split("&")] if text else []
    left = [(unquote_plus(name), v) for name, _, v in sent]
    wrong = list[str]()
    for name, member in value.items():
        told = _told(media, name)
        words = told.words() if told else {}
        if "style" in words or "explode" in words:
            made = {"name": name, "in": "query", **words}
            expected = pairs_of(Given(At("", (), made), member))
        elif is_array(member):
            expected = [(name, "", [_form_text(v)]) for v in member]
        else:
            expected = [(name, "", [_form_text(member)])]
        for key, delimiter, texts in expected:
            joined = (
                {"": "", "pipeDelimited": "|", "spaceDelimited": " "}
                .get(delimiter, ",")
                .join(texts)
            )
            match = [
                p for p in left if p[0] == key and _same(joined, unquote_plus(p[1]))
            ]
            if match:
                left.remove(match[0])
            else:
                wrong.append(f"form {name}: {texts} is not in {left}"[:300])
    return wrong + [f"form {name} was not asked for" for name, _ in left]


def _form_text(value: Json) -> str:
    return json.dumps(value) if is_object(value) else text_of(value)


def _same(expected: str, sent: str) -> bool:
    if same_text(expected, sent):
        return True
    try:
        return expected[:1] in "{[" and not same_json(
            json.loads(expected), json.loads(sent)
        )
    except ValueError:
        return False


def _multipart(
    media: Media, content: bytes, content_type: str, value: Json
) -> list[str]:
    message: Any = message_from_bytes(
        f"Content-Type: {content_type}\r\n\r\n".encode() + content
    )
    parts = message.get_payload()
    if not is_array(parts):
        return ["body: not multipart"] if any(m != [] for m in value.values()) else []
    left = [(part_name(p), p) for p in parts]
    wrong = list[str]()
    for name, member in value.items():
        for item in member if is_array(member) else [member]:
            match = [
                p
                for p in left
                if p[0] == name and _is_part(item, p[1], _told(media, name))
            ]
            if match:
                left.remove(match[0])
            else:
                shown = [p.get_payload(decode=True)[:40] for n, p in left if n == name]
                wrong.append(f"part {name}: {str(item)[:60]!r} was sent as {shown}")
    return wrong + [f"part {name} was not asked for" for name, _ in left]


def _is_part(value: Any, part: Any, told: At | None) -> bool:
    sent: bytes = part.get_payload(decode=True)
    declared = told.words().get("contentType") if told else None
    if isinstance(declared, str) and not isinstance(value, bytes):
        listed = [d.strip() for d in declared.split(",")]
        if not any(is_media(d, part.get_content_type()) for d in listed):
            return False
    if isinstance(value, bytes):
        return sent == value
    if isinstance(value, (dict, list)):
        return _same(json.dumps(value), sent.decode())
    try:
        return _same(text_of(value), sent.decode()) or _same(
            json.dumps(value), sent.decode()
        )
    except NoForm:
        return False
