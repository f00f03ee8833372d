"""Requests as the tests put them into batches, and what was answered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from xai_batches import Failed, Succeeded
from xai_batches.models import (
    BatchError,
    BatchRequest,
    BatchRequestItem,
    BatchResponse,
    ChatCompletion,
    ChatCompletionRequest,
    ChatMessage,
)

if TYPE_CHECKING:
    from xai_batches.models import BatchRequestItemDict


def chat(request_id: str, text: str, model: str = "grok-4") -> BatchRequestItemDict:
    """A chat as plain dicts."""
    return {
        "batch_request_id": request_id,
        "batch_request": {
            "chat_get_completion": {
                "model": model,
                "messages": [{"role": "user", "content": text}],
            }
        },
    }


def chat_model(request_id: str, text: str, model: str = "grok-4") -> BatchRequestItem:
    """The same as models."""
    return BatchRequestItem(
        batch_request_id=request_id,
        batch_request=BatchRequest(
            chat_get_completion=ChatCompletionRequest(
                model=model, messages=[ChatMessage(role="user", content=text)]
            )
        ),
    )


def line(custom_id: str, text: str, model: str = "grok-4") -> bytes:
    """A chat as a line of an input file."""
    body = {"model": model, "messages": [{"role": "user", "content": text}]}
    value = {
        "custom_id": custom_id,
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": body,
    }
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def said(outcome: object) -> str:
    """What a chat was answered, or why it was not."""
    match outcome:
        case Succeeded(body=BatchResponse(chat_get_completion=ChatCompletion() as it)):
            return str(it.choices[0].message.content)
        case Failed(error=BatchError() as error):
            return f"error {error.code}: {error.message}"
        case Failed(error=str() as error):
            return f"error: {error}"
        case _:
            raise AssertionError(outcome)
