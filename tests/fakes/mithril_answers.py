"""What the fake Mithril service knows about lines: when they are valid, and what is answered."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from clientpress.document.data import is_object
from tests.fakes.batches import last_user_text, object_of
from tests.fakes.service import JsonObject

CHAT = "/v1/chat/completions"
RESPONSES = "/v1/responses"

BROKEN_LINE = "broken line"
"""Who says this gets an answer whose line is cut in the middle."""

TWICE = "twice"
"""Who says this gets the same line twice."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A valid line of an input file."""

    custom_id: str
    url: str
    model: str
    body: JsonObject


def read_file(data: bytes) -> tuple[list[Asked], list[JsonObject]]:
    """The requests of an input file, and what is wrong with it in the form of `Batch.errors`."""
    found: dict[str, Asked] = {}
    errors: list[JsonObject] = []
    for number, line in enumerate(data.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            asked = _read_line(line)
            _check_others(asked, found)
        except _LineRefused as refused:
            errors.append({**refused.error, "line": number})
        else:
            found[asked.custom_id] = asked
    if not found and not errors:
        errors.append(_LineRefused("empty_file", "The file has no requests.").error)
    return list(found.values()), errors


class _LineRefused(Exception):
    def __init__(self, code: str, message: str, param: str | None = None) -> None:
        self.error: JsonObject = {
            "code": code,
            "message": message,
            "param": param,
            "line": None,
        }


def _read_line(line: bytes) -> Asked:
    value = object_of(line)
    if value is None:
        raise _LineRefused("invalid_json_line", "The line is not a JSON object.")
    custom_id, url, body = (value.get(name) for name in ("custom_id", "url", "body"))
    if not isinstance(custom_id, str) or not custom_id:
        raise _LineRefused(
            "missing_required_parameter", "custom_id is missing.", "custom_id"
        )
    if value.get("method") != "POST":
        raise _LineRefused("invalid_method", "The method must be POST.", "method")
    if not isinstance(url, str) or url not in _ANSWERS:
        raise _LineRefused("invalid_url", f"The url {url} is not supported.", "url")
    model = body.get("model") if is_object(body) else None
    if not is_object(body) or not isinstance(model, str):
        raise _LineRefused(
            "missing_required_parameter", "The model is missing.", "body.model"
        )
    return Asked(custom_id, url, model, body)


def _check_others(asked: Asked, others: dict[str, Asked]) -> None:
    if asked.custom_id in others:
        raise _LineRefused(
            "duplicate_custom_id",
            f"The custom_id {asked.custom_id} is not unique.",
            "custom_id",
        )
    model = next((other.model for other in others.values()), asked.model)
    if asked.model != model:
        raise _LineRefused(
            "mismatched_model",
            f"The file is for {model}, not for {asked.model}.",
            "body.model",
        )


@dataclass(frozen=True, slots=True)
class Answered:
    """What is said about a request: lines of one of the two files."""

    failed: bool
    """Whether the lines go into the file of failures."""

    lines: tuple[bytes, ...]


def answer(asked: Asked, number: int, created: int) -> Answered:
    """What is answered to a request, which depends on what the user said last.

    Args:
        asked: The request.
        number: Its number within the batch, from 1.
        created: Seconds since 1970.
    """
    said = last_user_text(asked.body)
    make = _OUTCOMES.get(said, _answered)
    failed, members = make(asked, number, created)
    line = _line(asked.custom_id, number, members)
    if said == BROKEN_LINE:
        line = line[: len(line) // 2]
    return Answered(failed, (line, line) if said == TWICE else (line,))


def expired(asked: Asked, number: int) -> bytes:
    """The line of a request that was not taken up in time."""
    error = {
        "code": "batch_expired",
        "message": "The completion window ended before this request was worked on.",
    }
    return _line(asked.custom_id, number, {"response": None, "error": error})


def _line(custom_id: str, number: int, members: JsonObject) -> bytes:
    value = {"id": f"batch_req_{number}", "custom_id": custom_id, **members}
    return json.dumps(value, ensure_ascii=False).encode()


_Outcome: TypeAlias = Callable[[Asked, int, int], tuple[bool, JsonObject]]


def _answered(asked: Asked, number: int, created: int) -> tuple[bool, JsonObject]:
    body = _ANSWERS[asked.url](asked, created)
    return False, {"response": _response(200, number, body), "error": None}


def _as_text(asked: Asked, number: int, created: int) -> tuple[bool, JsonObject]:
    body = json.dumps(_ANSWERS[asked.url](asked, created))
    return False, {"response": _response(200, number, body)}


def _refused(asked: Asked, number: int, created: int) -> tuple[bool, JsonObject]:
    error = {"message": "max_tokens is too large", "type": "invalid_request_error"}
    response = _response(400, number, {"error": error})
    return True, {"response": response, "error": None}


def _lost(asked: Asked, number: int, created: int) -> tuple[bool, JsonObject]:
    error = {"code": "server_error", "message": "The model did not answer."}
    return True, {"response": None, "error": error}


def _nothing(asked: Asked, number: int, created: int) -> tuple[bool, JsonObject]:
    return True, {"response": None, "error": None}


def _without_status(asked: Asked, number: int, created: int) -> tuple[bool, JsonObject]:
    return True, {"response": _response(0, number, {}), "error": None}


_OUTCOMES: dict[str, _Outcome] = {
    "status 0": _without_status,
    "as text": _as_text,
    "too long": _refused,
    "lost": _lost,
    "nothing": _nothing,
}


def _response(status: int, number: int, body: JsonObject | str) -> JsonObject:
    return {"status_code": status, "request_id": f"req_{number}", "body": body}


def _chat(asked: Asked, created: int) -> JsonObject:
    text = last_user_text(asked.body)
    words = len(text.split())
    message = {"role": "assistant", "content": f"echo: {text}"}
    return {
        "id": f"chatcmpl-{asked.custom_id}",
        "object": "chat.completion",
        "created": created,
        "model": asked.model,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {
            "prompt_tokens": words,
            "completion_tokens": words + 1,
            "total_tokens": 2 * words + 1,
        },
    }


def _model_response(asked: Asked, created: int) -> JsonObject:
    content = {"type": "output_text", "text": f"echo: {last_user_text(asked.body)}"}
    return {
        "id": f"resp_{asked.custom_id}",
        "object": "response",
        "created_at": created,
        "model": asked.model,
        "output": [{"type": "message", "role": "assistant", "content": [content]}],
    }


_ANSWERS: dict[str, Callable[[Asked, int], JsonObject]] = {
    CHAT: _chat,
    RESPONSES: _model_response,
}
