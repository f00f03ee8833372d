# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""The index of ids: in memory, or in a file for sets larger than that."""

from __future__ import annotations

import weakref
from pathlib import Path
from typing import Any, Protocol

from ..values.members import is_array, is_object
from ..values.pointers import ABSENT, lookup
from ..wire.errors import InvalidRequestError


def id_at(value: object, pointer: str) -> str | None:
    """The id of a request or item, as text; None if it has none."""
    return id_text(lookup(value, pointer))


def id_text(value: object) -> str | None:
    """A member that holds an id, as text; None if it is absent, null, empty or no scalar."""
    if isinstance(value, str):
        return value or None
    is_none = value is ABSENT or value is None
    return None if is_none or is_object(value) or is_array(value) else str(value)


def check_pointer(text: str) -> None:
    """Refuse a text that is no JSON Pointer to a member (RFC 6901).

    Raises:
        InvalidRequestError: It does not begin with a slash.
    """
    if not text.startswith("/"):
        raise InvalidRequestError(f"{text!r} is no JSON Pointer; write '/{text}'")


class IdIndex(Protocol):
    """A number for every id, as a dict has it."""

    def setdefault(self, id: str, number: int, /) -> int:
        """Note an id.

        Returns:
            The number of the id: the given one if the id is new, else the one it has already.
        """
        ...

    def get(self, id: str, /) -> int | None:
        """The number of an id; None if the index does not have the id."""
        ...

    def clear(self) -> None:
        """Release memory and files."""
        ...


class MemoryIndex:
    """An index in memory, of about 120 bytes an id, however long the id is.

    It holds hashes of 120 bits (BLAKE2b, RFC 7693). Among a million ids, the chance that two of
    them have the same hash is below 10 to the power of -24.
    """

    def __init__(self) -> None:
        from hashlib import blake2b  # loads OpenSSL

        self._hash = blake2b
        self._numbers: dict[int, int] = {}
        self.clear = self._numbers.clear
        """See `IdIndex`."""

    def _key(self, id: str) -> int:
        return int.from_bytes(self._hash(_bytes(id), digest_size=15).digest())

    def setdefault(self, id: str, number: int, /) -> int:
        """See `IdIndex`."""
        return self._numbers.setdefault(self._key(id), number)

    def get(self, id: str, /) -> int | None:
        """See `IdIndex`."""
        return self._numbers.get(self._key(id))


def _bytes(id: str) -> bytes:
    return id.encode("utf-8", "surrogatepass")


_APPLICATION = 0x6A736F6E
"""Marks a database as an index that may be overwritten."""


class SqliteIndex:
    """An index in an sqlite3 file, which is removed when the index is no longer used.

    Raises:
        InvalidRequestError: The file cannot be written, or is something else than an index.
    """

    def __init__(self, path: Path) -> None:
        import sqlite3

        self._path = path
        self._error = sqlite3.Error
        try:
            database = sqlite3.connect(
                path, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as e:
            raise self._unusable(e) from e
        self._database: Any = database
        try:
            self._make_empty()
        except BaseException:
            database.close()
            raise
        self.clear = weakref.finalize(self, _remove, database, path)
        """See `IdIndex`."""

    def _make_empty(self) -> None:
        mark = self._do("PRAGMA application_id").fetchone()[0]
        tables = self._do("SELECT name FROM sqlite_master").fetchall()
        if tables and mark != _APPLICATION:
            raise InvalidRequestError(
                f"{self._path.name!r} is a database of something else;"
                " give index a path of its own"
            )
        for (name,) in tables:
            self._do(f'DROP TABLE IF EXISTS "{name}"')
        self._do(f"PRAGMA application_id = {_APPLICATION}")
        # after a crash, the index is made anew
        self._do("PRAGMA journal_mode = OFF")
        self._do("PRAGMA synchronous = OFF")
        self._do("BEGIN")
        self._do("CREATE TABLE ids (id BLOB PRIMARY KEY, number INTEGER) WITHOUT ROWID")

    def setdefault(self, id: str, number: int, /) -> int:
        """See `IdIndex`."""
        insert = "INSERT OR IGNORE INTO ids VALUES (?, ?)"
        is_new = self._do(insert, _bytes(id), number).rowcount == 1
        return number if is_new else int(self._row(id)[0])

    def get(self, id: str, /) -> int | None:
        """See `IdIndex`."""
        row = self._row(id)
        return None if row is None else int(row[0])

    def _row(self, id: str) -> Any:
        query = "SELECT number FROM ids WHERE id = ?"
        return self._do(query, _bytes(id)).fetchone()

    def _do(self, statement: str, *values: object) -> Any:
        try:
            return self._database.execute(statement, values)
        except self._error as e:  # the disk is full, for one
            raise self._unusable(e) from e

    def _unusable(self, error: Exception) -> InvalidRequestError:
        return InvalidRequestError(
            f"Cannot use {self._path.name!r} as an index: {error}"
        )


def _remove(database: Any, path: Path) -> None:
    database.close()
    path.unlink(missing_ok=True)


def open_index(path: Path | None) -> IdIndex:
    """An index in memory, or at a path."""
    return MemoryIndex() if path is None else SqliteIndex(path)
