# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Jobs that are created from an uploaded file of requests."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import gettempdir
from typing import Any

from ..calls.effects import Flow
from ..values.pointers import lookup
from ..wire.expressions import replace_argument
from .id_index import id_at
from .plan import Made, Uploading, arguments_of
from .request_files import Encoded
from .sender import SLICE, Sender, key_for, named, nothing_to_do, work
from .state import JobRecord, Sending, Uploaded

_ENOUGH = 4 * 1024 * 1024
"""Bytes of requests that are held at once."""


class UploadingSender(Sender):
    """Uploads the requests as files, and creates a job from each."""

    def send(self) -> Flow[None]:
        """See `Sender`."""
        if self.running.uploading is not None:
            yield from self._upload_all(self.running.uploading)

    def _upload_all(self, uploading: Uploading) -> Flow[None]:
        state = self.state
        while True:
            uploaded = state.uploaded
            if uploaded is not None:
                yield from self.skip(uploaded.count, uploaded.digest)
            else:
                uploaded = yield from self._upload(uploading)
            if uploaded is None:
                break
            yield from self._create_from(uploading, uploaded)
            state.jobs[-1].count = uploaded.count
            state.uploaded = None
            yield from self.confirm()
        if not state.jobs:
            raise nothing_to_do()

    def _upload(self, uploading: Uploading) -> Flow[Uploaded | None]:
        """Upload the next requests as a file.

        A file costs nothing: one whose answer was not received is uploaded again.

        Returns:
            The file; None after the last request.
        """
        start = self.reader.count
        lines = yield from self._lines(uploading, 0, 0)
        if not lines:
            return None
        folder = Path(gettempdir()) / f"requests-{os.urandom(8).hex()}"
        try:
            yield from work(partial(folder.mkdir, 0o700))
            path = folder / "requests.jsonl"
            used = 0
            while lines:
                data = b"".join([line.data + b"\n" for line in lines])
                yield from work(partial(_append, path, data))
                used += len(data)
                written = self.reader.count - start
                lines = yield from self._lines(uploading, written, used)
            operation = uploading.call.operation
            where = f"$request.body#{uploading.file}"
            arguments: Sequence[Any] = tuple(None for _ in operation.parameters)
            arguments, body = replace_argument(operation, where, arguments, {}, path)
            answer, result = yield from self.call(operation, arguments, body, "")
        finally:
            rmtree(folder, ignore_errors=True)
        file = named(lookup(result, uploading.result), uploading.result, answer)
        written = self.reader.count - start
        uploaded = Uploaded(file, written, self.reader.digest)
        self.state.uploaded = uploaded  # saved before the job is created
        return uploaded

    def _lines(
        self, uploading: Uploading, lines: int, used: int
    ) -> Flow[list[Encoded]]:
        """The next lines of a file that has some already; empty if it is full."""
        format = uploading.format
        most = min(SLICE, format.max_lines - lines) if format.max_lines else SLICE
        room = format.max_bytes - used if format.max_bytes else 0
        if most <= 0 or (format.max_bytes and room <= 0):
            return []
        return (yield from self.read(partial(self.reader.take, most, room, _ENOUGH)))

    def _create_from(self, uploading: Uploading, uploaded: Uploaded) -> Flow[None]:
        """Create the job of a file, unless it was created already."""
        old = self.state.sending
        if old is not None and not old.key and self.running.made is not None:
            id = yield from self._job_of(self.running.made, uploaded.file)
            if id:
                self.state.jobs.append(JobRecord(id))
                return
        elif old is not None and not self.can_repeat(self.running.create, old):
            raise self.unknown(
                f"a job was created from file {uploaded.file!r}, with"
                f" {uploaded.count} requests",
                "Look at the server's jobs; resend=True creates it (again).",
            )
        key = old.key if old is not None else key_for(self.running.create)
        where = f"$request.body#{uploading.send}"
        sending = Sending("create", uploaded.count, uploaded.digest, key)
        yield from self.create(sending, (where, uploaded.file))

    def _job_of(self, jobs: Made, file: str) -> Flow[str]:
        """What names the job that was created from a file; "" if there is none."""
        arguments = arguments_of(jobs.call, "") or ()
        listing = self.listing(jobs.call.operation, jobs.pagination, arguments)
        while (page := (yield from listing.fetch())) is not None:
            for item in listing.items_of(page):
                if id_at(item, jobs.match) == file:
                    return id_at(item, jobs.job) or ""
        return ""


def _append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)
