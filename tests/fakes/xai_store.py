"""The batches and files of the fake xAI service, without any HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.fakes.batches import FileStore, invalid
from tests.fakes.service import JsonObject, Refused, as_text, record_of
from tests.fakes.xai_answers import (
    FAILURES,
    KINDS,
    Asked,
    InvalidRequestError,
    read_file,
    read_item,
    result_of,
)

_DAY = 86_400
_TICKS_A_REQUEST = 625_000
_MASKED_KEY = "********-****-****-****-************"


def not_found(what: str) -> Refused:
    """404, in the form of a code beside a text."""
    return Refused(404, {"code": "not-found", "error": f"{what} not found"})


@dataclass(slots=True)
class Entry:
    """A request of a batch."""

    id: str
    asked: Asked
    create_time: str
    state: str = "pending"
    finish_time: str | None = None
    result: JsonObject | None = None

    @property
    def endpoint(self) -> str:
        """Endpoint that works on it."""
        return KINDS[self.asked.kind].endpoint


@dataclass(slots=True)
class BatchRecord:
    """A batch."""

    id: str
    name: str
    create_time: str
    expire_time: str
    expires: float
    input_file_id: str | None = None
    cancel_time: str | None = None
    cancel_by_xai_message: str | None = None
    entries: dict[str, Entry] = field(default_factory=dict[str, Entry])
    finished: list[Entry] = field(default_factory=list[Entry])
    """Entries that have a result, in the order they got it."""

    gets_until_read: int = 0
    """How many more times the batch is asked for before its file is read."""

    unread: bytes | None = None

    def count(self, *states: str) -> int:
        """Number of entries in one of these states."""
        return sum(entry.state in states for entry in self.entries.values())

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.cancel_time is not None or (
            bool(self.entries) and not self.count("pending")
        )


@dataclass(kw_only=True)
class XaiStore(FileStore):
    """Batches and files, and what happens to them.

    Args:
        advance_per_get: Pending requests that finish each time a batch is asked for; None is a third of all.
        date_times: Whether times are RFC 3339 date-times instead of bare dates.
        int64_as_text: Whether counters and costs are strings of digits.
    """

    advance_per_get: int | None = None
    date_times: bool = False
    int64_as_text: bool = False
    batches: dict[str, BatchRecord] = field(default_factory=dict[str, BatchRecord])

    def create(
        self, name: str, input_file_id: str | None = None, *, batch_id: str = ""
    ) -> BatchRecord:
        """Create a batch; with a file it is sealed, and the file is read after the batch was asked for once.

        Raises:
            Refused: There is no such file.
        """
        unread = None
        if input_file_id is not None:
            unread = record_of(self.files, input_file_id, not_found("File")).data
        now = self.clock()
        # A bare date means the end of that day.
        expires = now + _DAY if self.date_times else (now // _DAY + 2) * _DAY
        batch = BatchRecord(
            id=batch_id or f"batch_{self.uuid()}",
            name=name,
            create_time=self._time(now),
            expire_time=self._time(now + _DAY),
            expires=expires,
            input_file_id=input_file_id,
            gets_until_read=0 if unread is None else 1,
            unread=unread,
        )
        self.batches[batch.id] = batch
        return batch

    def find(self, batch_id: str) -> BatchRecord:
        """A batch as it is now. Raises Refused if there is none."""
        return record_of(self.batches, batch_id, not_found("Batch"))

    def add(self, batch_id: str, items: Sequence[JsonObject]) -> None:
        """Add requests to a batch: all of them or, when one is not valid, none.

        Raises:
            Refused: The batch takes no requests, or one of these is not valid.
        """
        batch = self.find(batch_id)
        if batch.input_file_id is not None:
            raise invalid("The batch was created from a file and is sealed")
        if batch.cancel_time is not None:
            raise invalid("The batch is cancelled")
        try:
            asked = [read_item(item) for item in items]
        except InvalidRequestError as error:
            raise Refused(422, {"error": str(error)}) from error
        given = [one.id for one in asked if one.id]
        if len(set(given)) < len(given) or not batch.entries.keys().isdisjoint(given):
            raise invalid("batch_request_id must be unique", "batch_requests")
        self._enter(batch, asked)

    def advance(self, batch_id: str) -> BatchRecord:
        """Let some time go by for a batch: read its file, or finish some of its requests."""
        batch = self.find(batch_id)
        if batch.gets_until_read:
            batch.gets_until_read -= 1
        elif batch.cancel_time is None and self.clock() < batch.expires:
            self._read(batch)
            third = -(-len(batch.entries) // 3)
            self._finish(
                batch, third if self.advance_per_get is None else self.advance_per_get
            )
        return batch

    def finish(self, batch_id: str) -> BatchRecord:
        """Finish all requests of a batch at once."""
        batch = self.find(batch_id)
        self._read(batch)
        self._finish(batch, len(batch.entries))
        return batch

    def cancel(self, batch_id: str) -> BatchRecord:
        """Cancel what is pending.

        A finished batch only gets a cancel time, a cancelled one stays as it is.
        """
        batch = self.find(batch_id)
        if batch.cancel_time is None:
            now = self._time(self.clock())
            batch.cancel_time = now
            batch.unread = None
            for entry in batch.entries.values():
                if entry.state == "pending":
                    entry.state, entry.finish_time = "cancelled", now
        return batch

    def describe(self, batch: BatchRecord) -> JsonObject:
        """The batch as it is sent."""
        counts = {
            "num_requests": len(batch.entries),
            "num_pending": batch.count("pending"),
            "num_success": batch.count("succeeded"),
            "num_error": batch.count("failed"),
            "num_cancelled": batch.count("cancelled"),
        }
        body: JsonObject = {
            "batch_id": batch.id,
            "name": batch.name,
            "create_time": batch.create_time,
            "expire_time": batch.expire_time,
            "create_api_key_id": _MASKED_KEY,
            "cancel_time": batch.cancel_time,
            "cancel_by_xai_message": batch.cancel_by_xai_message,
            "state": {name: self._int64(count) for name, count in counts.items()},
            "input_file_id": batch.input_file_id,
        }
        if batch.done and batch.finished:
            body["cost_breakdown"] = self._cost(batch)
        return body

    def _cost(self, batch: BatchRecord) -> JsonObject:
        endpoints = [entry.endpoint for entry in batch.finished]
        costs = [
            {
                "endpoint": endpoint,
                "cost_usd_ticks": self._int64(
                    endpoints.count(endpoint) * _TICKS_A_REQUEST
                ),
                "request_count": self._int64(endpoints.count(endpoint)),
            }
            for endpoint in sorted(set(endpoints))
        ]
        return {
            "total_cost_usd_ticks": self._int64(len(endpoints) * _TICKS_A_REQUEST),
            "endpoint_costs": costs,
            "calculation_time": self._time(self.clock()),
        }

    def _read(self, batch: BatchRecord) -> None:
        data, batch.unread = batch.unread, None
        if data is None:
            return
        try:
            self._enter(batch, read_file(data))
        except InvalidRequestError as error:
            batch.cancel_time = self._time(self.clock())
            batch.cancel_by_xai_message = str(error)

    def _enter(self, batch: BatchRecord, asked: Sequence[Asked]) -> None:
        now = self._time(self.clock())
        for one in asked:
            request_id = one.id or str(self.uuid())
            batch.entries[request_id] = Entry(request_id, one, now)

    def _finish(self, batch: BatchRecord, count: int) -> None:
        """Finish so many of the pending requests, the last ones first: results do not come in order."""
        now = self.clock()
        pending = [
            entry
            for entry in reversed(batch.entries.values())
            if entry.state == "pending"
        ]
        for entry in pending[:count]:
            entry.state = "failed" if entry.asked.model in FAILURES else "succeeded"
            entry.finish_time = self._time(now)
            entry.result = result_of(entry.id, entry.asked, int(now))
            batch.finished.append(entry)

    def _time(self, seconds: float) -> str:
        return as_text(seconds, "%Y-%m-%dT%H:%M:%SZ" if self.date_times else "%Y-%m-%d")

    def _int64(self, number: int) -> int | str:
        return str(number) if self.int64_as_text else number
