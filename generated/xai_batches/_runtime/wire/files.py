# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Files that are written completely or not at all."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
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
    the disk; after an exception nothing is left, and the former file is unchanged. What a killed
    process left is removed by the next one that writes the same file.

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
            start = _start_of_parts(self._target)
            _remove_abandoned(self._target.parent, start)
            self._file, self._part = _new_part(self._target.parent, start)
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
        if sys.platform == "win32":  # where open files cannot be renamed
            self.finish()
        try:
            if self._file is not None:
                self._file.flush()
                os.fsync(self._file.fileno())
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


def _start_of_parts(target: Path) -> str:
    """How the names of the files begin that are renamed to a target at the end."""
    name = target.name.encode()[:_LONGEST].decode(errors="ignore")
    return f".{name}."


_REST_OF_PART = re.compile(r"[0-9a-f]{12}\.part")


def _remove_abandoned(folder: Path, start: str) -> None:
    """Remove files that should have been renamed, but whose processes were killed."""
    for path in folder.iterdir():
        name = path.name
        if name.startswith(start) and _REST_OF_PART.fullmatch(name[len(start) :]):
            with suppress(OSError):
                with path.open("r+b") as file:
                    is_abandoned = try_lock(file)  # a file that is written is locked
                if is_abandoned:
                    path.unlink()


def _new_part(folder: Path, start: str) -> tuple[IO[bytes], Path]:
    """A new file that is locked while it is open."""
    while True:
        path = folder / f"{start}{os.urandom(6).hex()}.part"
        file = path.open("xb")
        try:
            if try_lock(file) and path.exists():
                return file, path
        except OSError:  # a file system without locks
            return file, path
        file.close()  # another process took it for an abandoned one, and removes it


if sys.platform == "win32":
    import msvcrt

    def try_lock(file: IO[bytes]) -> bool:
        """Lock an open file until it is closed; False if another process has locked it."""
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def try_lock(file: IO[bytes]) -> bool:
        """Lock an open file until it is closed; False if another process has locked it."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _refused(path: Path, error: OSError | RuntimeError) -> InvalidRequestError:
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return InvalidRequestError(f"Cannot write {path.name!r}: {reason}")
