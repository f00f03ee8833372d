"""What the fake xAI service knows about requests: when they are valid, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from clientpress.document.data import is_object
from tests.fakes.batches import last_user_text, object_of
from tests.fakes.service import JsonObject

MAX_LINES = 50_000
MAX_FILE_BYTES = 200_000_000

_CHAT = "xai_api.Chat/GetCompletion"
_IMAGE = "xai_api.Image/GenerateImage"
_VIDEO = "xai_api.Video/GenerateVideo"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of request: the endpoint that works on it, and the member that holds its response."""

    endpoint: str
    response: str


KINDS = {
    "chat_get_completion": Kind(_CHAT, "chat_get_completion"),
    "responses": Kind(_CHAT, "chat_get_completion"),
    "image_generation": Kind(_IMAGE, "image_generation"),
    "image_edit": Kind(_IMAGE, "image_generation"),
    "video_generation": Kind(_VIDEO, "video_generation"),
    "video_extension": Kind("xai_api.Video/ExtendVideo", "video_generation"),
}

KIND_OF_URL = {
    "/v1/chat/completions": "chat_get_completion",
    "/v1/responses": "responses",
    "/v1/images/generations": "image_generation",
    "/v1/images/edits": "image_edit",
    "/v1/videos": "video_generation",
    "/v1/videos/generations": "video_generation",
    "/v1/videos/edits": "video_generation",
    "/v1/videos/extensions": "video_extension",
}

_MESSAGE = "bad model"

FAILURES: dict[str, JsonObject] = {
    "bad-model": {"batch_result": {"error": {"code": 3, "message": _MESSAGE}}},
    "bad-model-text": {"batch_result": {"error": _MESSAGE}},
    "bad-model-message": {"batch_result": {}, "error_message": _MESSAGE},
    "no-result": {"batch_result": {}},
    "unknown-response": {"batch_result": {"response": "unknown"}},
}
"""Models whose requests get no answer, and what they get instead: every form that has been seen."""

UNBATCHABLE = "grok-4.5"
"""A model that may not be used in a file."""


class InvalidRequestError(ValueError):
    """A request, or a line of a file, that is not valid."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A valid request."""

    id: str
    """Empty when the service is to make one."""

    kind: str
    body: JsonObject

    @property
    def model(self) -> str:
        """Name of the model."""
        return str(self.body["model"])


def read_item(item: JsonObject) -> Asked:
    """Read an entry of `batch_requests`, which the document has seen.

    Raises:
        InvalidRequestError: It is not valid.
    """
    [(kind, body)] = item["batch_request"].items()
    return Asked(item.get("batch_request_id") or "", kind, _checked_body(kind, body))


def read_file(data: bytes) -> list[Asked]:
    """Read the lines of an input file.

    Raises:
        InvalidRequestError: A line is not valid; the message is that of xAI's `cancel_by_xai_message`.
    """
    lines = data.removesuffix(b"\n").split(b"\n")
    if len(data) > MAX_FILE_BYTES or len(lines) > MAX_LINES:
        raise InvalidRequestError(
            "JSONL file validation failed: the file is too large."
        )
    found: dict[str, Asked] = {}
    for number, line in enumerate(lines, start=1):
        try:
            asked = _read_line(line)
            if asked.id in found:
                raise InvalidRequestError(f"custom_id {asked.id} is not unique")
        except InvalidRequestError as error:
            raise InvalidRequestError(
                f"JSONL file validation failed: line {number}: {error}."
            ) from error
        found[asked.id] = asked
    return list(found.values())


def _read_line(line: bytes) -> Asked:
    value = object_of(line)
    if value is None:
        raise InvalidRequestError("not a JSON object")
    custom_id, url = value.get("custom_id"), value.get("url")
    if not isinstance(custom_id, str) or not custom_id:
        raise InvalidRequestError("custom_id must be a string")
    if value.get("method") != "POST":
        raise InvalidRequestError("method must be POST")
    if not isinstance(url, str) or url not in KIND_OF_URL:
        raise InvalidRequestError(f"url {url} is not supported")
    kind = KIND_OF_URL[url]
    asked = Asked(custom_id, kind, _checked_body(kind, value.get("body")))
    if asked.model == UNBATCHABLE:
        raise InvalidRequestError(
            f"Model {asked.model} is not supported for batch processing"
        )
    return asked


def _checked_body(kind: str, body: Any) -> JsonObject:
    if not is_object(body) or not isinstance(body.get("model"), str):
        raise InvalidRequestError(f"{kind} must be an object with a model")
    if kind == "chat_get_completion" and not body.get("messages"):
        raise InvalidRequestError("messages must be a list that is not empty")
    return body


def result_of(request_id: str, asked: Asked, created: int) -> JsonObject:
    """The entry of `results` for a request that is finished."""
    failure = FAILURES.get(asked.model)
    if failure is not None:
        return {"batch_request_id": request_id, **failure}
    member = KINDS[asked.kind].response
    response = _RESPONSES[member](request_id, asked, created)
    return {
        "batch_request_id": request_id,
        "batch_result": {"response": {member: response}},
    }


def _chat(request_id: str, asked: Asked, created: int) -> JsonObject:
    text = last_user_text(asked.body)
    prompt, completion, reasoning = len(text.split()), len(text.split()) + 1, 7
    return {
        "id": f"{request_id}_us-east-1",
        "object": "chat.completion",
        "created": created,
        "model": asked.model,
        "choices": [
            {
                "index": 0,
                "message": {
                    "role": "assistant",
                    "content": f"echo: {text}",
                    "refusal": None,
                },
                "finish_reason": "stop",
                "logprobs": None,
            }
        ],
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion + reasoning,
            "prompt_tokens_details": {
                "text_tokens": prompt,
                "audio_tokens": 0,
                "image_tokens": 0,
                "cached_tokens": 0,
            },
            "completion_tokens_details": {
                "reasoning_tokens": reasoning,
                "audio_tokens": 0,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
            "num_sources_used": 0,
        },
        "citations": None,
        "system_fingerprint": "fp_1944a19e1f",
    }


def _image(request_id: str, asked: Asked, created: int) -> JsonObject:
    url = f"https://media.example.com/{quote(request_id, safe='')}.png"
    return {"created": created, "model": asked.model, "data": [{"url": url}]}


def _video(request_id: str, asked: Asked, created: int) -> JsonObject:
    url = f"https://media.example.com/{quote(request_id, safe='')}.mp4"
    video = {
        "url": url,
        "duration": asked.body.get("duration", 8),
        "respect_moderation": True,
    }
    return {"model": asked.model, "video": video}


_RESPONSES = {
    "chat_get_completion": _chat,
    "image_generation": _image,
    "video_generation": _video,
}
