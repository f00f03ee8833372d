"""A fake xAI service for batches and their files, over real HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Literal

from clientpress.testing import Answer, SentRequest
from tests.fakes.batches import FileRecord, invalid
from tests.fakes.faults import Fault, Received
from tests.fakes.multipart import parts_of
from tests.fakes.service import (
    Handler,
    JsonObject,
    N,
    Refused,
    Service,
    page_after,
    place_of,
    record_of,
)
from tests.fakes.xai_store import Entry, XaiStore

__all__ = ["FakeXai", "Fault", "Received"]


class FakeXai(Service):
    """A service that keeps batches in memory and works on them whenever it is asked how they are.

    Use it as a context manager. Requests for the models in `xai_answers.FAILURES` fail in the ways
    that have been seen; chats are answered with what the user said last.

    Args:
        api_key: The only key that is accepted.
        page_size: Entries a page when the caller gives no limit.
        advance_per_get: Pending requests that finish each time a batch is asked for; None is a third of all.
        clock: Seconds since 1970.
        add_answer: What adding requests answers with: an empty object, or nothing.
        end_token: Token of the last page of requests and of results. The last page of batches has none.
        date_times: Whether times are RFC 3339 date-times instead of bare dates.
        int64_as_text: Whether counters and costs are strings of digits.
    """

    plain = "error"

    def __init__(
        self,
        *,
        api_key: str = "test-key",
        page_size: int = 100,
        advance_per_get: int | None = None,
        clock: Callable[[], float] = time.time,
        add_answer: Literal["object", "empty"] = "object",
        end_token: str | None = None,
        date_times: bool = False,
        int64_as_text: bool = False,
    ) -> None:
        store = XaiStore(
            clock=clock,
            advance_per_get=advance_per_get,
            date_times=date_times,
            int64_as_text=int64_as_text,
        )
        self.store = store
        self._page_size = page_size
        self._add_answer = Answer(json={}) if add_answer == "object" else Answer()
        self._end_token = end_token

        def batch(act: Callable[[str], Any]) -> Handler:
            return lambda sent: store.describe(act(sent.parameters["batch_id"]))

        handlers: dict[str, Handler] = {
            "createBatch": lambda sent: store.describe(
                store.create(sent.json["name"], sent.json.get("input_file_id"))
            ),
            "listBatches": self._list_batches,
            "getBatch": batch(store.advance),
            "cancelBatch": batch(store.cancel),
            "listBatchRequests": self._list_requests,
            "addBatchRequests": self._add_requests,
            "listBatchResults": self._list_results,
            "uploadFile": self._upload_file,
            "listFiles": lambda _: {"data": [*map(_file, store.files.values())]},
            "getFile": lambda sent: _file(self._file(sent)),
            "deleteFile": self._delete_file,
            "getFileContent": lambda sent: Answer(
                content=self._file(sent).data,
                headers={"content-type": "application/octet-stream"},
            ),
        }
        bare = ("addBatchRequests",)  # documented without a body, which it has
        super().__init__("xai_batches", handlers, api_key, undescribed=bare)

    def unauthorized(self, given: str) -> Refused:
        scheme, _, key = given.partition(" ")
        if scheme.lower() == "bearer" and key:
            return invalid("Incorrect API key provided")
        said = "The Authorization header is missing or malformed"
        return invalid(said, status=401)

    def mismatch(self, messages: list[str]) -> Refused:
        place, said = place_of(messages[0])
        param = str(place[1]) if len(place) > 1 else None
        if "is not declared" in said or said == "the body is missing":
            return invalid(said, param, 415)
        is_member = "is not of type" in said or "is a required property" in said
        return invalid(said, param, 422 if is_member else 400)

    def _list_batches(self, sent: SentRequest) -> JsonObject:
        batches = list(reversed(self.store.batches.values()))
        page, token = self._page(sent, batches, None)
        shown = [self.store.describe(batch) for batch in page]
        return {"batches": shown, **({"pagination_token": token} if token else {})}

    def _list_requests(self, sent: SentRequest) -> JsonObject:
        entries = list(self._batch(sent).entries.values())
        page, token = self._page(sent, entries, self._end_token)
        shown = [_metadata(entry) for entry in page]
        return {"batch_request_metadata": shown, "pagination_token": token}

    def _list_results(self, sent: SentRequest) -> JsonObject:
        page, token = self._page(sent, self._batch(sent).finished, self._end_token)
        shown = [entry.result for entry in page]
        return {"results": shown, "pagination_token": token}

    def _add_requests(self, sent: SentRequest) -> Answer:
        batch_id: str = sent.parameters["batch_id"]
        self.store.add(batch_id, sent.json["batch_requests"])
        return self._add_answer

    def _upload_file(self, sent: SentRequest) -> JsonObject:
        parts = {part.name: part for part in parts_of(sent)}
        names, file = list(parts), parts["file"]
        expires_after = None
        if "expires_after" in parts:
            if names.index("expires_after") > names.index("file"):
                said = "expires_after must come before file"
                raise invalid(said, "expires_after")
            expires_after = int(parts["expires_after"].content)
        purpose = parts["purpose"].content.decode() if "purpose" in parts else ""
        stored = self.store.put_file(
            file.content, file.filename, purpose=purpose, expires_after=expires_after
        )
        return _file(stored)

    def _file(self, sent: SentRequest) -> FileRecord:
        file_id = sent.parameters["file_id"]
        missing = Refused(404, {"error": f"File {file_id} not found"})
        return record_of(self.store.files, file_id, missing)

    def _delete_file(self, sent: SentRequest) -> JsonObject:
        file = self._file(sent)
        del self.store.files[file.id]
        return {"id": file.id, "object": "file", "deleted": True}

    def _batch(self, sent: SentRequest) -> Any:
        return self.store.find(sent.parameters["batch_id"])

    def _page(
        self, sent: SentRequest, entries: Sequence[N], end: str | None
    ) -> tuple[Sequence[N], str | None]:
        """A page, and the token of the next one: the id of its last entry; `end` if there is none."""
        token = sent.parameters.get("pagination_token")
        limit = sent.parameters.get("limit", self._page_size)
        unknown = invalid("pagination_token is not valid", "pagination_token")
        page, has_more = page_after(entries, token, limit, unknown)
        return page, page[-1].id if has_more else end


def _file(file: FileRecord) -> JsonObject:
    return {**file.describe(), "expires_at": file.expires}


def _metadata(entry: Entry) -> JsonObject:
    return {
        "batch_request_id": entry.id,
        "endpoint": entry.endpoint,
        "model": entry.asked.model,
        "state": entry.state,
        "create_time": entry.create_time,
        "finish_time": entry.finish_time,
    }
