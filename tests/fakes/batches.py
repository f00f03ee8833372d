"""What services of batches in OpenAI's form share: files, errors, lines, and what a user said."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from clientpress.document.data import is_array, is_object
from tests.fakes.service import JsonObject, Refused, Store


def invalid(message: str, param: str | None = None, status: int = 400) -> Refused:
    """400 and its like, in the form of an error object."""
    about = {"type": "invalid_request_error", "param": param, "code": None}
    return Refused(status, {"error": {"message": message, **about}})


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A stored file."""

    id: str
    filename: str
    data: bytes
    created: int
    purpose: str
    expires: int | None = None

    def describe(self) -> JsonObject:
        """The file as it is sent."""
        return {
            "id": self.id,
            "object": "file",
            "bytes": len(self.data),
            "created_at": self.created,
            "filename": self.filename,
            "purpose": self.purpose,
        }


@dataclass(kw_only=True)
class FileStore(Store):
    """A store that has files."""

    files: dict[str, FileRecord] = field(default_factory=dict[str, FileRecord])

    def put_file(
        self,
        data: bytes,
        filename: str | None,
        *,
        purpose: str = "batch",
        expires_after: int | None = None,
        file_id: str = "",
    ) -> FileRecord:
        """Store a file."""
        now, name = self.seconds(), filename or "file"
        expires = None if expires_after is None else now + expires_after
        new_id = file_id or f"file-{self.uuid()}"
        self.files[new_id] = FileRecord(new_id, name, data, now, purpose, expires)
        return self.files[new_id]


def object_of(line: bytes) -> JsonObject | None:
    """The JSON object of a line, if it is one."""
    try:
        value: Any = json.loads(line)
    except ValueError:
        return None
    return value if is_object(value) else None


def last_user_text(body: JsonObject) -> str:
    """What the user said last, in the body of a chat or of a response of OpenAI."""
    said = body.get("messages", body.get("input"))
    if isinstance(said, str):
        return said
    entries = [m for m in (said if is_array(said) else ()) if is_object(m)]
    texts = [m.get("content") for m in entries if m.get("role") == "user"]
    last = texts[-1] if texts else ""
    if isinstance(last, str):
        return last
    parts = [part for part in (last if is_array(last) else ()) if is_object(part)]
    return "".join(str(part.get("text", "")) for part in parts)
