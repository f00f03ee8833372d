"""The batches and files of the fake Mithril service, without any HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tests.fakes.batches import FileRecord, FileStore, invalid
from tests.fakes.mithril_answers import CHAT, Asked, answer, expired, read_file
from tests.fakes.service import JsonObject, Refused, record_of

_DAY = 86_400
_FINAL = ("completed", "failed", "expired", "cancelled")

Form = Literal["list", "object"]


@dataclass(slots=True)
class BatchRecord:
    """A batch."""

    id: str
    input_file: FileRecord
    created: int
    status: str = "validating"
    endpoint: str = CHAT
    errors: list[JsonObject] = field(default_factory=list[JsonObject])
    times: dict[str, int] = field(default_factory=dict[str, int])
    """When each status but the first was reached."""

    pending: dict[int, Asked] = field(default_factory=dict[int, Asked])
    """Requests that are not finished, by their number within the batch."""

    output: list[bytes] = field(default_factory=list[bytes])
    failures: list[bytes] = field(default_factory=list[bytes])
    total: int = 0
    completed: int = 0
    failed: int = 0
    output_file_id: str | None = None
    error_file_id: str | None = None

    @property
    def done(self) -> bool:
        """Whether nothing changes any more."""
        return self.status in _FINAL


@dataclass(kw_only=True)
class MithrilStore(FileStore):
    """Batches and files, and what happens to them.

    Args:
        advance_per_get: Pending requests that finish each time a batch is asked for; None is a third of all.
        errors: The form of `Batch.errors`.
    """

    advance_per_get: int | None = None
    errors: Form = "list"
    batches: dict[str, BatchRecord] = field(default_factory=dict[str, BatchRecord])

    def find_file(self, file_id: str) -> FileRecord:
        """A file. Raises Refused if there is none."""
        missing = Refused(404, {"detail": "File not found"})
        return record_of(self.files, file_id, missing)

    def create(self, input_file_id: str, *, batch_id: str = "") -> BatchRecord:
        """Create a batch from a file, which is read when the batch is asked for.

        Raises:
            Refused: There is no such file, or it is for something else.
        """
        file = self.find_file(input_file_id)
        if file.purpose != "batch":
            raise invalid(
                f"The file is for {file.purpose}, not for batch", "input_file_id"
            )
        batch = BatchRecord(
            batch_id or f"batch_{self.uuid().hex}", file, self.seconds()
        )
        self.batches[batch.id] = batch
        return batch

    def find(self, batch_id: str) -> BatchRecord:
        """A batch as it is now. Raises Refused if there is none."""
        missing = Refused(404, {"detail": "Batch not found"})
        return record_of(self.batches, batch_id, missing)

    def advance(self, batch_id: str) -> BatchRecord:
        """Let some time go by for a batch: it takes one step towards its end."""
        batch = self.find(batch_id)
        if batch.done:
            return batch
        if batch.status == "cancelling":
            self._end(batch, "cancelled")
        elif self.seconds() >= batch.created + _DAY:
            for number, asked in batch.pending.items():
                batch.failures.append(expired(asked, number))
                batch.failed += 1
            self._end(batch, "expired")
        elif batch.status == "validating":
            self._read(batch)
        elif batch.status == "in_progress":
            self._work(batch)
        else:
            self._end(batch, "completed")
        return batch

    def finish(self, batch_id: str) -> BatchRecord:
        """Take all steps of a batch at once."""
        while not (batch := self.advance(batch_id)).done:
            pass
        return batch

    def cancel(self, batch_id: str) -> BatchRecord:
        """Begin to cancel a batch; what is pending is given up.

        Raises:
            Refused: There is no such batch, or it is over.
        """
        batch = self.find(batch_id)
        if batch.done:
            said = f"A batch with status {batch.status} cannot be cancelled"
            raise Refused(409, {"detail": said})
        if batch.status != "cancelling":
            self._reach(batch, "cancelling")
        return batch

    def describe(self, batch: BatchRecord) -> JsonObject:
        """The batch as it is sent."""
        errors: object = batch.errors
        if self.errors == "object":
            errors = {"object": "list", "data": batch.errors} if batch.errors else None
        moments = (
            *("in_progress", "finalizing", "completed", "failed", "expired"),
            *("cancelling", "cancelled"),
        )
        return {
            "id": batch.id,
            "object": "batch",
            "endpoint": batch.endpoint,
            "errors": errors,
            "input_file_id": batch.input_file.id,
            "completion_window": "24h",
            "status": batch.status,
            "output_file_id": batch.output_file_id,
            "error_file_id": batch.error_file_id,
            "created_at": batch.created,
            "expires_at": batch.created + _DAY,
            **{f"{name}_at": batch.times.get(name) for name in moments},
            "request_counts": {
                "total": batch.total,
                "completed": batch.completed,
                "failed": batch.failed,
            },
            "metadata": None,
        }

    def _read(self, batch: BatchRecord) -> None:
        asked, batch.errors = read_file(batch.input_file.data)
        if batch.errors:
            self._reach(batch, "failed")
            return
        batch.endpoint = asked[0].url
        batch.total = len(asked)
        batch.pending = dict(enumerate(asked, start=1))
        self._reach(batch, "in_progress")

    def _work(self, batch: BatchRecord) -> None:
        """Finish some requests, the last ones first: answers do not come in order."""
        third = -(-batch.total // 3)
        count = third if self.advance_per_get is None else self.advance_per_get
        for number in list(reversed(batch.pending))[:count]:
            answered = answer(batch.pending.pop(number), number, self.seconds())
            lines = batch.failures if answered.failed else batch.output
            lines.extend(answered.lines)
            batch.completed += not answered.failed
            batch.failed += answered.failed
        if not batch.pending:
            self._reach(batch, "finalizing")

    def _end(self, batch: BatchRecord, status: str) -> None:
        batch.output_file_id = self._put_lines(f"{batch.id}_output", batch.output)
        batch.error_file_id = self._put_lines(f"{batch.id}_error", batch.failures)
        self._reach(batch, status)

    def _put_lines(self, name: str, lines: list[bytes]) -> str:
        """Store a file of lines; without any there is no file, and an empty text for its id."""
        if not lines:
            return ""
        data = b"".join(line + b"\n" for line in lines)
        return self.put_file(data, f"{name}.jsonl", purpose="batch_output").id

    def _reach(self, batch: BatchRecord, status: str) -> None:
        batch.status = status
        batch.times[status] = self.seconds()
