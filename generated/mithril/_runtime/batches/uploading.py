# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Jobs that are created from an uploaded file of requests."""

from __future__ import annotations

from functools import partial
from tempfile import TemporaryFile
from typing import IO

from ..calls.effects import Flow
from ..wire.errors import InvalidRequestError
from ..wire.expressions import replace_argument
from .id_index import id_at
from .plan import Made, Uploading, arguments_of
from .request_files import Encoded
from .sender import SLICE, Sender, id_in, key_for, nothing_to_do, work
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
        # Other processes cannot see the file, and it ends with this one.
        with _temporary_file() as file:
            used = 0
            while lines:
                data = b"".join([line.data + b"\n" for line in lines])
                yield from work(partial(file.write, data))
                used += len(data)
                written = self.reader.count - start
                lines = yield from self._lines(uploading, written, used)
            yield from work(partial(file.seek, 0))  # writes what is buffered
            operation = uploading.call.operation
            where = f"$request.body#{uploading.file}"
            given = self.given.upload_arguments or [None] * len(operation.parameters)
            members = {**uploading.members, **self.given.upload_body}
            upload = "requests.jsonl", file
            arguments, body = replace_argument(operation, where, given, members, upload)
            options = self.settings.reading
            answer = yield from self.call(operation, arguments, body, "", options)
        id = id_in(answer, f"$response.body#{uploading.result}")
        written = self.reader.count - start
        uploaded = Uploaded(id, written, self.reader.digest)
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
        elif old is not None and self.settings.job:
            self.state.jobs.append(JobRecord(self.settings.job))
            return
        elif old is not None and self.settings.resend is False:
            self.state.jobs.append(JobRecord("", is_lost=True))
            return
        elif old is not None and not self.can_repeat(self.running.create, old):
            raise self.unknown(
                f"a job was created from file {uploaded.file!r}, with"
                f" {uploaded.count} requests",
                "Look at the server's jobs: if it is there, give its id as job; else resend=True"
                " creates it; resend=False goes on without its requests.",
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


def _temporary_file() -> IO[bytes]:
    """A new temporary file.

    Raises:
        InvalidRequestError: There can be none.
    """
    try:
        return TemporaryFile()
    except OSError as e:
        raise InvalidRequestError(f"No temporary file: {e.strerror}") from e
