"""Lines of input files as the tests write them."""

from __future__ import annotations

import json

MODEL = "openai/gpt-oss-20b"


def line(custom_id: str, text: str) -> str:
    """A chat as a line of a file."""
    value = {
        "custom_id": custom_id,
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {"model": MODEL, "messages": [{"role": "user", "content": text}]},
    }
    return json.dumps(value, ensure_ascii=False) + "\n"
