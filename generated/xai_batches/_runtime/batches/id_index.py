# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Which ids there were, and where: in memory, or in a file for sets larger than that."""

from __future__ import annotations

import weakref
from pathlib import Path
from typing import Any, Protocol

from ..values.pointers import ABSENT, lookup
from ..wire.errors import InvalidRequestError

__all__ = [
    "IdIndex",
    "MemoryIndex",
    "SqliteIndex",
    "id_at",
    "open_database",
    "open_index",
    "remove_index",
    "unusable",
]


def id_at(value: object, pointer: str) -> str | None:
    """The id of a request or item, as text; None if it has none."""
    found = lookup(value, pointer)
    if found is ABSENT or found is None or found == "":
        return None
    return str(found)


class IdIndex(Protocol):
    """A number for every id."""

    def add(self, id: str, number: int) -> int | None:
        """Note a new id; the number it has already if it is not new, which then stays."""
        ...

    def find(self, id: str) -> int | None:
        """The number of an id; None if there is no such id."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


class MemoryIndex:
    """An index in memory: about 120 bytes an id, however long it is.

    Ids stand there as hashes of 120 bits. Among a million ids, the chance that two different ones
    look the same is below 10 to the power of -24.
    """

    def __init__(self) -> None:
        from hashlib import blake2b  # loads OpenSSL

        self._hash = blake2b
        self._numbers: dict[int, int] = {}

    def _key(self, id: str) -> int:
        data = id.encode("utf-8", "surrogatepass")
        return int.from_bytes(self._hash(data, digest_size=15).digest(), "big")

    def add(self, id: str, number: int) -> int | None:
        """See `IdIndex`."""
        key = self._key(id)
        found = self._numbers.get(key)
        if found is None:
            self._numbers[key] = number
        return found

    def find(self, id: str) -> int | None:
        """See `IdIndex`."""
        return self._numbers.get(self._key(id))

    def close(self) -> None:
        """See `IdIndex`."""
        self._numbers.clear()


_APPLICATION = 0x6A736F6E
"""Marks a database as an index that may be thrown away."""


def open_database(path: Path) -> Any:
    """An empty sqlite3 database for scratch; what an earlier index left there is removed.

    Raises InvalidRequestError for a file that is something else.
    """
    import sqlite3

    database = None
    try:
        database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        _empty(database, path)
    except BaseException as e:
        if database is not None:
            database.close()
        if isinstance(e, sqlite3.Error):
            raise unusable(path, e) from e
        raise
    return database


def unusable(path: Path, error: Exception) -> InvalidRequestError:
    """The error for an index that cannot be opened, or not be written to."""
    return InvalidRequestError(f"Cannot use {path.name!r} as an index: {error}")


def _empty(database: Any, path: Path) -> None:
    mark = database.execute("PRAGMA application_id").fetchone()[0]
    tables = database.execute("SELECT name FROM sqlite_master").fetchall()
    if tables and mark != _APPLICATION:
        raise InvalidRequestError(
            f"{path.name!r} is a database of something else; give index a path of its own"
        )
    for (name,) in tables:
        database.execute(f'DROP TABLE IF EXISTS "{name}"')
    database.execute(f"PRAGMA application_id = {_APPLICATION}")
    # scratch: after a crash it is made anew
    database.execute("PRAGMA journal_mode = OFF")
    database.execute("PRAGMA synchronous = OFF")
    database.execute("BEGIN")


def remove_index(database: Any, path: Path) -> None:
    """Close an index and remove its file."""
    database.close()
    path.unlink(missing_ok=True)


class SqliteIndex:
    """An index in an sqlite3 file, which is removed at the end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database: Any = open_database(path)
        self.close = weakref.finalize(self, remove_index, self._database, path)
        """See `IdIndex`. Comes by itself when the index is no longer used."""
        self._do("CREATE TABLE ids (id BLOB PRIMARY KEY, number INTEGER) WITHOUT ROWID")

    def add(self, id: str, number: int) -> int | None:
        """See `IdIndex`."""
        made = self._do("INSERT OR IGNORE INTO ids VALUES (?, ?)", _blob(id), number)
        return None if made.rowcount == 1 else self.find(id)

    def find(self, id: str) -> int | None:
        """See `IdIndex`."""
        query = "SELECT number FROM ids WHERE id = ?"
        found = self._do(query, _blob(id)).fetchone()
        return None if found is None else int(found[0])

    def _do(self, statement: str, *values: object) -> Any:
        import sqlite3

        try:
            return self._database.execute(statement, values)
        except sqlite3.Error as e:  # the disk is full, for one
            raise unusable(self._path, e) from e


def _blob(id: str) -> bytes:
    return id.encode("utf-8", "surrogatepass")


def open_index(path: Path | None) -> IdIndex:
    """An index in memory, or at a path."""
    return MemoryIndex() if path is None else SqliteIndex(path)
