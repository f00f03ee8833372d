# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Jobs that are created empty, and to which calls add some requests each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, cast

from msgspec import Raw

from ..calls.effects import Flow
from ..wire.expressions import replace_argument
from .id_index import id_at
from .plan import Added, Adding, arguments_of
from .request_files import Encoded
from .sender import Sender, key_for, nothing_to_do
from .state import JobRecord, Sending

RESERVE = 1024
"""Bytes of a call that are not requests."""
_MOST = 1000
"""Requests of one call where the API states no limit at all."""


class AddingSender(Sender):
    """Creates a job and adds the requests to it."""

    reserve = RESERVE

    def send(self) -> Flow[None]:
        """See `Sender`."""
        if self.running.adding is not None:
            yield from self._add_all(self.running.adding)

    def _add_all(self, adding: Adding) -> Flow[None]:
        chunk = yield from self._chunk(adding)
        state = self.state
        if not state.jobs:
            if not chunk:
                raise nothing_to_do()
            # An empty job costs nothing: one whose answer was not received is left behind.
            old = state.sending
            if self.settings.job:
                state.jobs.append(JobRecord(self.settings.job))
                state.sending = None
            else:
                key = old.key if old is not None else key_for(self.running.create)
                yield from self.create(Sending("create", 0, "", key))
        while chunk:
            if state.sending is not None:
                todo = yield from self._not_there(adding, chunk, state.sending)
            else:
                todo = chunk
            if todo:
                yield from self._add(adding, todo, len(chunk))
            state.jobs[-1].count += len(chunk)
            yield from self.confirm()
            chunk = yield from self._chunk(adding)

    def _chunk(self, adding: Adding) -> Flow[list[Encoded]]:
        """The requests of the next call, or of the call whose answer was not received."""
        sending = self.state.sending
        if sending is not None and sending.step == "add":
            count = sending.count
            chunk = yield from self.read(partial(self.reader.take, count))
            if len(chunk) < count or self.reader.digest != sending.digest:
                raise self.other_requests()
            return chunk
        format = adding.format
        room = max(1, format.max_bytes - RESERVE) if format.max_bytes else 0
        most = format.max_lines or (1 << 62 if room else _MOST)
        return (yield from self.read(partial(self.reader.take, most, room)))

    def _add(self, adding: Adding, chunk: list[Encoded], count: int) -> Flow[None]:
        operation = adding.call.operation
        arguments: Sequence[Any] = (
            arguments_of(adding.call, self.state.jobs[-1].id) or ()
        )
        old = self.state.sending
        key = old.key if old is not None else key_for(operation)
        raws = [Raw(request.data) for request in chunk]
        where = f"$request.body#{adding.requests}"
        arguments, body = replace_argument(operation, where, arguments, {}, raws)
        yield from self.pace(adding.per_second)
        sending = Sending("add", count, self.reader.digest, key)
        options = self.settings.reading
        yield from self.call_once(sending, operation, arguments, body, options)

    def _not_there(
        self, adding: Adding, chunk: list[Encoded], sending: Sending
    ) -> Flow[list[Encoded]]:
        """The requests of a call without an answer that are not in the job."""
        if sending.key or adding.call.operation.is_idempotent:
            return chunk
        if self.running.added is not None:
            ids = {request.id for request in chunk}
            added = yield from self._ids_in_job(self.running.added, ids)
            return [request for request in chunk if request.id not in added]
        if self.settings.resend is None:
            first, last = chunk[0].id, chunk[-1].id
            raise self.unknown(
                f"the {len(chunk)} requests from {first!r} to {last!r} were added to job"
                f" {self.state.jobs[-1].id!r}",
                "resend=True sends them again, resend=False takes them as added.",
            )
        return chunk if self.settings.resend else []

    def _ids_in_job(self, added: Added, ids: set[str]) -> Flow[set[str]]:
        """Which of these ids the requests of the job have."""
        operation, rules = added.call.operation, added.pagination
        arguments: Sequence[Any] = (
            arguments_of(added.call, self.state.jobs[-1].id) or ()
        )
        if added.page_size and rules.size:
            arguments, _ = replace_argument(
                operation, rules.size, arguments, None, added.page_size
            )
        listing = self.listing(operation, rules, arguments)
        present = set[str]()
        while present != ids and (page := (yield from listing.fetch())) is not None:
            listed = {id_at(item, added.id) for item in listing.items_of(page)}
            present |= ids & cast("set[str]", listed)
        return present
