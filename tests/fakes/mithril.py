"""A fake Mithril service for batches and their files, over real HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from clientpress.testing import Answer, SentRequest
from tests.fakes.batches import invalid
from tests.fakes.faults import Fault, Received
from tests.fakes.mithril_store import BatchRecord, Form, MithrilStore
from tests.fakes.multipart import parts_of
from tests.fakes.service import Handler, JsonObject, Refused, Service, page_after

__all__ = ["MODELS", "FakeMithril", "Fault", "Received"]

MODELS: dict[str, JsonObject] = {
    name: {
        "id": f"mdl_{number}",
        "name": name.rpartition("/")[2],
        "description": None,
        "input_price_cents": 2.5 * number,
        "output_price_cents": 10 * number,
        "model_code": name,
        "num_parameters_billions": size,
        "num_experts": None,
        "context_length": 131_072,
        "display_order": number,
        "license_url": None,
        "created_at": "2025-09-29T21:47:53.119Z",
        "updated_at": "2025-09-29T21:47:53.119Z",
        "status": "active",
    }
    for number, (name, size) in enumerate(
        [("openai/gpt-oss-20b", 20.9), ("meta-llama/Meta-Llama-3-8B-Instruct", 8)],
        start=1,
    )
}
"""The models by name."""


class FakeMithril(Service):
    """A service that keeps batches in memory and works on them whenever it is asked how they are.

    Use it as a context manager. Chats are answered with what the user said last; who says one of the
    texts in `mithril_answers` is answered in one of the other ways that a client has to cope with.

    Args:
        api_key: The only key that is accepted; None takes every call, with and without a key.
        page_size: Files a page when the caller gives no limit.
        batches_shown: How many batches the list of batches shows.
        advance_per_get: Pending requests that finish each time a batch is asked for; None is a third of all.
        clock: Seconds since 1970.
        errors: The form of `Batch.errors`: a list, or an object that holds one.
        content_type: Media type of the content of files.
        unknown_for: How many times a new batch is not found.
    """

    def __init__(
        self,
        *,
        api_key: str | None = "test-key",
        page_size: int = 1000,
        batches_shown: int = 1000,
        advance_per_get: int | None = None,
        clock: Callable[[], float] = time.time,
        errors: Form = "list",
        content_type: str = "application/json",
        unknown_for: int = 1,
    ) -> None:
        store = MithrilStore(
            clock=clock,
            advance_per_get=advance_per_get,
            errors=errors,
        )
        self.store = store
        self._page_size = page_size
        self._batches_shown = batches_shown
        self._content_type = content_type
        self._unknown_for = unknown_for
        self._not_found: dict[str, int] = {}

        def batch(act: Callable[[str], Any]) -> Callable[[SentRequest], JsonObject]:
            return lambda sent: store.describe(act(sent.parameters["job_id"]))

        handlers: dict[str, Handler] = {
            "listActiveModels": lambda _: {"active_models": list(MODELS)},
            "listModelConfigs": lambda _: {"active_models": list(MODELS.values())},
            "listBatches": self._list_batches,
            "createBatch": lambda sent: store.describe(
                store.create(sent.json["input_file_id"])
            ),
            "getBatch": batch(self._look_at),
            "deleteBatch": batch(store.cancel),  # it deletes nothing
            "cancelBatch": batch(store.cancel),
            "listFiles": self._list_files,
            "uploadFile": self._upload_file,
            "getFileContent": self._file_content,
        }
        open_paths = ("/v1/active-models", "/v1/model-config")
        super().__init__("mithril", handlers, api_key, open_paths)

    def _look_at(self, job_id: str) -> BatchRecord:
        batch, count = self.store.find(job_id), self._not_found.get(job_id, 0)
        if count < self._unknown_for:
            self._not_found[job_id] = count + 1
            raise Refused(404, {"detail": "Batch not found"})
        return batch if batch.done else self.store.advance(job_id)

    def _list_batches(self, _: SentRequest) -> JsonObject:
        batches = list(reversed(self.store.batches.values()))
        shown = batches[: self._batches_shown]
        return _listed(
            [self.store.describe(batch) for batch in shown], len(batches) > len(shown)
        )

    def _list_files(self, sent: SentRequest) -> JsonObject:
        asked = sent.parameters
        files = list(self.store.files.values())
        if asked.get("order") != "asc":
            files.reverse()
        unknown = invalid("There is no such file", "after")
        limit = asked.get("limit", self._page_size)
        page, has_more = page_after(files, asked.get("after"), limit, unknown)
        return _listed([file.describe() for file in page], has_more)

    def _upload_file(self, sent: SentRequest) -> JsonObject:
        parts = {part.name: part for part in parts_of(sent)}
        file, purpose = parts["file"], parts.get("purpose")
        said = purpose.content.decode() if purpose else ""
        stored = self.store.put_file(file.content, file.filename, purpose=said)
        return stored.describe()

    def _file_content(self, sent: SentRequest) -> Answer:
        file = self.store.find_file(sent.parameters["file_id"])
        # It may be called something that the document does not know.
        return Answer(content=file.data, headers={"content-type": self._content_type})


def _listed(data: Sequence[JsonObject], has_more: bool) -> JsonObject:
    return {
        "object": "list",
        "data": data,
        "first_id": data[0]["id"] if data else None,
        "last_id": data[-1]["id"] if data else None,
        "has_more": has_more,
    }
