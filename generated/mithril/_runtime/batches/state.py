# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""What a run has done so far, in a small JSON file, so that another process can continue."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Struct

from ..wire.errors import InvalidRequestError
from ..wire.files import AtomicFile, try_lock

VERSION = 1


class JobRecord(Struct, omit_defaults=True):
    """A job that was created.

    Attributes:
        id: What names it in other operations.
        count: How many requests it has, as far as that is confirmed.
        is_lost: Whether its id is not known, and the caller went on without it.
    """

    id: str
    count: int = 0
    is_lost: bool = False


class Uploaded(Struct):
    """A file that was uploaded, and for which no job was created yet.

    Attributes:
        file: Its id.
        digest: Of all requests up to the last one of the file.
    """

    file: str
    count: int
    digest: str


class Sending(Struct):
    """A call that was sent and whose answer was not received: it may have had an effect.

    Attributes:
        step: "create" or "add".
        count: How many requests it holds.
        digest: Of all requests up to the last one of the call.
        key: Its idempotency key; "" if the API takes none.
    """

    step: str
    count: int
    digest: str
    key: str = ""


class State(Struct, kw_only=True, omit_defaults=True):
    """What was done.

    Attributes:
        operation: The operation that creates the jobs of the run.
        server: The base URL of the run.
        confirmed: How many requests are in jobs for certain, always the first ones.
        digest: Of these.
        total: How many requests there are; None until it is known.
        fingerprint: The digest of all of them; "" until it is known.
        again: What was done to send the requests that failed again.
    """

    version: int
    operation: str
    server: str
    confirmed: int = 0
    digest: str = ""
    total: int | None = None
    fingerprint: str = ""
    jobs: list[JobRecord] = []
    uploaded: Uploaded | None = None
    sending: Sending | None = None
    again: State | None = None


class StateFile:
    """The file of a state. With None as its path, nothing is written.

    Links are followed, so that one file has one lock, whatever path leads to it.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = None if path is None else Path(os.path.realpath(path))
        self._state: State | None = None
        self._lock: IO[bytes] | None = None

    @property
    def name(self) -> str:
        """What errors call it."""
        return repr(self._path.name) if self._path else "this run (no state file)"

    def load(self, operation: str, server: str, attempt: int = 0) -> State:
        """The state so far; a new one if there is no file.

        Args:
            attempt: How many times the requests were sent before.

        Raises:
            InvalidRequestError: The file holds no state, or the state of another run.
        """
        if self._state is None or self._path is not None:
            self._state = self._read(operation, server)
        state = self._state
        for _ in range(attempt):
            if state.again is None:
                state.again = State(version=VERSION, operation=operation, server=server)
            state = state.again
        return state

    def _read(self, operation: str, server: str) -> State:
        fresh = State(version=VERSION, operation=operation, server=server)
        if self._path is None:
            return fresh
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return fresh
        except OSError as e:
            raise InvalidRequestError(f"Cannot read {self.name}: {e.strerror}") from e
        try:
            state = msgspec.json.decode(data, type=State)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as e:
            message = f"{self.name} is not the state of a run: {e}"
            raise InvalidRequestError(message) from None
        if state.version != VERSION:
            raise InvalidRequestError(
                f"{self.name} has version {state.version}; this client knows {VERSION}"
            )
        for known, wanted in ((state.operation, operation), (state.server, server)):
            if known != wanted:
                raise InvalidRequestError(
                    f"{self.name} is the state of a run of {known}, not of {wanted}"
                )
        wrong = _contradiction(state)
        if wrong:
            raise InvalidRequestError(
                f"{self.name} is damaged: {wrong}. Restore it; without it, requests would be"
                " sent twice or not at all"
            )
        return state

    def save(self) -> None:
        """Write the state; it is on the disk when this returns."""
        if self._path is None:
            return
        data = msgspec.json.format(msgspec.json.encode(self._state), indent=1)
        with AtomicFile(self._path) as file:
            file.write(data + b"\n")
        _sync_folder(self._path.parent)

    def lock(self) -> None:
        """Keep other processes from sending the same requests, until `unlock` or the process ends.

        Raises:
            InvalidRequestError: Another process is sending them.
        """
        if self._path is None:
            return
        path = self._path.with_name(f".{self._path.name}.lock")
        try:
            while True:
                file = path.open("ab")
                if not try_lock(file):
                    file.close()
                    raise InvalidRequestError(
                        f"Another process is sending the requests of {self.name}"
                    )
                if _is_at(file, path):
                    break
                file.close()  # the one before has removed it meanwhile
        except OSError as e:
            raise InvalidRequestError(f"Cannot lock {self.name}: {e.strerror}") from e
        self._lock = file

    def unlock(self) -> None:
        """Let other processes send."""
        if self._lock is None:
            return
        if sys.platform != "win32":  # where open files cannot be removed
            Path(self._lock.name).unlink(missing_ok=True)
        self._lock.close()
        self._lock = None


def _contradiction(state: State) -> str:
    """Why no run can have written this state; "" if there is no reason."""
    counts = [state.confirmed, *(job.count for job in state.jobs)]
    counts += [part.count for part in (state.uploaded, state.sending) if part]
    if min(counts) < 0 or (state.total or 0) < 0:
        return "a number is negative"
    if sum(job.count for job in state.jobs) != state.confirmed:
        return f"its jobs do not have {state.confirmed:,} requests together"
    if bool(state.confirmed) != bool(state.digest):
        return "number and digest of the requests that were sent do not go together"
    if not all(job.id or job.is_lost for job in state.jobs):
        return "a job has no id"
    if state.sending is not None:
        step = state.sending.step
        if step not in ("add", "create") or (step == "add" and not state.jobs):
            return f"it was at the step {step!r}"
    return _contradiction(state.again) if state.again else ""


def _is_at(file: IO[bytes], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _sync_folder(folder: Path) -> None:
    """Write the new name of a file to the disk; Windows needs nothing, and opens no folders."""
    if sys.platform == "win32":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
