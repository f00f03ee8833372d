"""What our extensions say about operations and schemas, checked and closed.

What an extension says to the runtime is a record of the runtime itself (`Pagination`, `Polling`,
`Outcome`, `ResultTables`, …). The classes here add what only the generator reads: names of
methods, and the operations that an extension names.

The grammar is in docs/extensions.md. Addresses at operations are OpenAPI runtime expressions;
addresses inside a value are JSON Pointers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clientpress.runtime.results.polling import Polling
from clientpress.runtime.tables.schema import (
    Family,
    FileFormat,
    JsonLayout,
    ResultTables,
)
from clientpress.runtime.wire.links import DownloadFrom, SignedUpload

COLUMNS = JsonLayout()
"""A table whose columns are arrays of an object."""


@dataclass(frozen=True, slots=True)
class Call:
    """Another operation that a behaviour calls.

    Attributes:
        operation: Its operationId.
        parameters: Path parameter → where its value comes from; the first address that leads to
        something counts.
    """

    operation: str
    parameters: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """`x-clientpress-polling` on a status operation: the method that waits.

    Attributes:
        result: The operation that hands out what the job made.
    """

    polling: Polling
    method: str = "wait"
    result: Call | None = None
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """`x-clientpress-lines`: JSON Lines framing, the id of a line, and the limits of a file."""

    item: str = ""
    id: str = ""
    max_lines: int = 0
    max_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """`x-clientpress-stream` on a media type: events until the answer or a terminator ends it.

    Attributes:
        terminator: Data of the event after which nothing comes.
        error: Where an event that stands for a failure says why.
        resume: Whether the server goes on after the event that Last-Event-ID names.
    """

    terminator: str = ""
    error: str = ""
    resume: bool = False


# ------------------------------------------------------------------ batches
@dataclass(frozen=True, slots=True, kw_only=True)
class AddCalls:
    """How requests are put into a batch: so many a call, so many calls a second.

    Attributes:
        lines: Where a request has its id, and how many of them, and bytes, a call may have.
    """

    call: Call
    requests: str
    lines: Lines
    per_second: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FileUpload:
    """How a batch is made from a file: the upload, and the member that takes the file's id."""

    call: Call
    file: str
    result: str
    send: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A paged list that tells what became of a call whose answer never came.

    Attributes:
        id: Where an item has its id.
        match: Where a batch has the id of the file that it was made from.
    """

    call: Call
    id: str
    match: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """`x-clientpress-run` on the operation that creates a batch: the whole batch in one call.

    Attributes:
        job: What names the batch in the other operations.
        added: Lists which requests are in the batch.
        made: Lists the batches.
        per_second: How many batches may be created in a second.
    """

    job: str
    status: Call
    outcomes: tuple[Call, ...]
    adding: AddCalls | None = None
    uploading: FileUpload | None = None
    added: Listed | None = None
    made: Listed | None = None
    per_second: float = 0.0
    method: str = "run"


# ------------------------------------------------------------------ tables and files
@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`x-clientpress-table` on the schema of a row.

    Attributes:
        match: What the envelope or the file's metadata says about such a table.
        aliases: Column → its other names.
        json: How it lies in JSON.
    """

    name: str
    match: tuple[tuple[str, Any], ...] = ()
    aliases: tuple[tuple[str, tuple[str, ...]], ...] = ()
    families: tuple[Family, ...] = ()
    json: JsonLayout = COLUMNS


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """`x-clientpress-download` on a response: a file that lies elsewhere.

    Attributes:
        tables: The tables that the file may hold; None if it is just a file.
    """

    source: DownloadFrom
    tables: ResultTables | None = None
    method: str = ""
    file_method: str = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """`x-clientpress-upload` on a file of a form: how large it may be, and the formats that a
    table is sent in.
    """

    max_bytes: int = 0
    tables: tuple[FileFormat, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedUpload:
    """`x-clientpress-signed-upload` on the operation that prepares it: the file goes to another
    host, without credentials.

    Attributes:
        complete: What is called when the file is there.
    """

    upload: SignedUpload[Any]
    complete: Call | None = None
    method: str = "upload"


# ------------------------------------------------------------------ tensors
@dataclass(frozen=True, slots=True, kw_only=True)
class ModelHandle:
    """The operations behind `client.model(name)`, by their role: infer, metadata, ready, stream
    and server, those with a version beside them.
    """

    method: str
    operations: tuple[tuple[str, str], ...]
    versioned: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensors:
    """`x-clientpress-tensors` on an operation: an inference of the Open Inference Protocol."""

    model: ModelHandle | None = None
