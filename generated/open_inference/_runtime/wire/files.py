# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import IO, Self, TypeGuard

from .errors import InvalidRequestError


def is_path(value: object) -> TypeGuard[os.PathLike[str]]:
    """Whether it is a path, as an object."""
    return isinstance(value, os.PathLike)


def path_of(value: object, said: str) -> Path:
    """A path given as one, of something that can be a file.

    Raises InvalidRequestError for text and everything else.
    """
    if not is_path(value):
        kind = type(value).__name__
        raise InvalidRequestError(f"{said} must be a pathlib.Path, not a {kind}")
    path = Path(value)
    if "\0" in str(path):
        raise InvalidRequestError(f"{said} must not hold NUL: {str(path)!r}")
    if not path.name:
        raise InvalidRequestError(f"{said} is a folder: {str(path)!r}")
    return path


_LONGEST = 200
"""Bytes of the name that are kept while a file is written; names end at 255 bytes."""


class AtomicFile:
    """A file that is written under another name in the same folder and renamed at the end.

    with AtomicFile(path) as file:
        file.write(data)

    When the block ends well, `path` holds everything that was written, and it is on the disk;
    after an exception nothing is left, and what `path` held before is still there.

    A link stays a link: what it leads to is replaced. Raises InvalidRequestError where the folder
    cannot be written to, and for what is there and no file: a folder, a device.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[bytes] | None = None
        try:
            self._target = path.resolve() if path.is_symlink() else path
            if self._target.is_symlink():  # from Python 3.13 on, nothing is raised
                raise InvalidRequestError(
                    f"Cannot write {path.name!r}: it leads nowhere"
                )
            if self._target.exists() and not self._target.is_file():
                what = "a folder" if self._target.is_dir() else "no plain file"
                raise InvalidRequestError(f"Cannot write {path.name!r}: it is {what}")
            name = self._target.name.encode()[:_LONGEST].decode(errors="ignore")
            part = f".{name}.{os.urandom(6).hex()}.part"
            self._part = self._target.with_name(part)
            self._file = self._part.open("xb")
        except (OSError, RuntimeError) as e:  # RuntimeError: links in a circle
            raise _refused(path, e) from e

    @property
    def stream(self) -> IO[bytes]:
        """The open file, for libraries that write by themselves."""
        if self._file is None:
            raise InvalidRequestError(f"{self.path.name!r} is closed")
        return self._file

    def refused(self, error: OSError) -> InvalidRequestError:
        """What is raised for an error of `stream`."""
        return _refused(self.path, error)

    def write(self, data: bytes) -> None:
        """Write some more."""
        try:
            self.stream.write(data)
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
            self._part.replace(self._target)
        except OSError as e:
            raise _refused(self.path, e) from e

    def discard(self) -> None:
        """Leave nothing behind. Does nothing to a file that has its name."""
        try:
            if self._file is not None:
                self._file.close()
        except OSError:
            pass  # the disk is full still; what was to be written is not wanted any more
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
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return InvalidRequestError(f"Cannot write {path.name!r}: {said}")
