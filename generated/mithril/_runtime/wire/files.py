# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Files that are written completely or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import IO, Self, TypeGuard

from .errors import InvalidRequestError


def is_path(value: object) -> TypeGuard[os.PathLike[str]]:
    """Whether a value is a path object, not text."""
    return isinstance(value, os.PathLike)


def path_of(value: object, label: str) -> Path:
    """A path object that may name a file.

    Args:
        label: The name of the value in errors.

    Raises:
        InvalidRequestError: The value is text, another object, or the path of a folder.
    """
    if not is_path(value):
        kind = type(value).__name__
        raise InvalidRequestError(f"{label} must be a pathlib.Path, not a {kind}")
    path = Path(value)
    if "\0" in str(path):
        raise InvalidRequestError(f"{label} must not hold NUL: {str(path)!r}")
    if not path.name:
        raise InvalidRequestError(f"{label} is a folder: {str(path)!r}")
    return path


_LONGEST = 200
"""Bytes of the name that are kept while a file is written; file systems allow 255."""


class AtomicFile:
    """A file that is written under another name in the same folder and renamed at the end.

    with AtomicFile(path) as file:
        file.write(data)

    If the block ends without an exception, `path` holds everything that was written, and it is on
    the disk; after an exception nothing is left, and the former file is unchanged.

    A symbolic link is kept, and its target is replaced.

    Raises:
        InvalidRequestError: The folder cannot be written to, or the path leads to something else
            than a file: a folder, a device.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[bytes] | None = None
        try:
            self._target = path.resolve() if path.is_symlink() else path
            if self._target.is_symlink():  # from Python 3.13 on, nothing is raised
                raise InvalidRequestError(
                    f"Cannot write {path.name!r}: the link has no target"
                )
            if self._target.exists() and not self._target.is_file():
                what = "a folder" if self._target.is_dir() else "not a regular file"
                raise InvalidRequestError(f"Cannot write {path.name!r}: it is {what}")
            name = self._target.name.encode()[:_LONGEST].decode(errors="ignore")
            part = f".{name}.{os.urandom(6).hex()}.part"
            self._part = self._target.with_name(part)
            self._file = self._part.open("xb")
        except (OSError, RuntimeError) as e:  # RuntimeError: a cycle of links
            raise _refused(path, e) from e

    @property
    def stream(self) -> IO[bytes]:
        """The open file, for libraries that write to it."""
        if self._file is None:
            raise InvalidRequestError(f"{self.path.name!r} is closed")
        return self._file

    def refused(self, error: OSError) -> InvalidRequestError:
        """The error to raise for an error of `stream`."""
        return _refused(self.path, error)

    def write(self, data: bytes) -> None:
        """Write some more."""
        try:
            self.stream.write(data)
        except OSError as e:
            raise _refused(self.path, e) from e

    def finish(self) -> None:
        """Close the file after everything was written; `publish` renames it."""
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
        """Rename the file to its name."""
        self.finish()
        try:
            self._part.replace(self._target)
        except OSError as e:
            raise _refused(self.path, e) from e

    def discard(self) -> None:
        """Delete the file, unless it was published."""
        try:
            if self._file is not None:
                self._file.close()
        except OSError:
            pass  # the disk may still be full; the data is not needed any more
        finally:
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


def _refused(path: Path, error: OSError | RuntimeError) -> InvalidRequestError:
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return InvalidRequestError(f"Cannot write {path.name!r}: {reason}")
