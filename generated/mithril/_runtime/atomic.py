# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import IO, Self, TypeGuard

from .errors import InvalidRequestError

__all__ = ["AtomicFile", "is_path", "path_of"]


def is_path(value: object) -> TypeGuard[os.PathLike[str]]:
    """Whether it is a path, as an object."""
    return isinstance(value, os.PathLike)


def path_of(value: object, said: str) -> Path:
    """A path given as one. Raises InvalidRequestError for text and everything else."""
    if is_path(value):
        return Path(value)
    kind = type(value).__name__
    raise InvalidRequestError(f"{said} must be a pathlib.Path, not a {kind}")


class AtomicFile:
    """A file that is written under another name in the same folder and renamed at the end.

    with AtomicFile(path) as file:
        file.write(data)

    When the block ends well, `path` holds everything that was written, and it is on the disk;
    after an exception nothing is left, and what `path` held before is still there.

    Raises InvalidRequestError where the folder cannot be written to.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[bytes] | None = None
        name = f".{path.name}.{os.urandom(6).hex()}.part"
        self._part = path.with_name(name)
        try:
            self._file = self._part.open("xb")
        except OSError as e:
            raise _refused(path, e) from e

    def write(self, data: bytes) -> None:
        """Write some more."""
        if self._file is None:
            raise InvalidRequestError(f"{self.path.name!r} is closed")
        try:
            self._file.write(data)
        except OSError as e:
            raise _refused(self.path, e) from e

    def finish(self) -> None:
        """Everything was written; the file waits for its name."""
        if self._file is None:
            return
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        except OSError as e:
            raise _refused(self.path, e) from e
        self._file = None

    def publish(self) -> None:
        """Give the file its name."""
        self.finish()
        try:
            self._part.replace(self.path)
        except OSError as e:
            raise _refused(self.path, e) from e

    def discard(self) -> None:
        """Leave nothing behind. Does nothing to a file that has its name."""
        if self._file is not None:
            self._file.close()
            self._file = None
        self._part.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self.publish()
        finally:
            self.discard()


def _refused(path: Path, error: OSError) -> InvalidRequestError:
    said = error.strerror or type(error).__name__
    return InvalidRequestError(f"Cannot write {path.name!r}: {said}")
