"""What our extensions say about operations and schemas, after all checks.

What an extension says to the runtime is a record of the runtime itself (`Pagination`, `Polling`,
`Outcome`, `ResultTables`, …). The classes here add what only the generator reads: names of methods, and
the operations that an extension names.

docs/extensions.md has the grammar. Addresses at operations are OpenAPI runtime expressions; addresses
inside a value are JSON Pointers (RFC 6901).
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
        parameters: Each path parameter with the addresses of its value; the first address that leads to
            a value counts.
    """

    operation: str
    parameters: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """`x-clientpress-polling` on a status operation: a method that waits.

    Attributes:
        polling: How long it waits, and which states end the job.
        method: The name of the method.
        result: The operation that returns the result of the job.
        summary: What the method's docstring says; empty for the usual text.
    """

    polling: Polling
    method: str = "wait"
    result: Call | None = None
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """`x-clientpress-lines`: a JSON Lines file.

    Attributes:
        item: The name of the type of a line.
        id: The JSON Pointer to the id of a line.
        max_lines: How many lines a file may have; 0 for no limit.
        max_bytes: How many bytes a file may have; 0 for no limit.
    """

    item: str = ""
    id: str = ""
    max_lines: int = 0
    max_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """`x-clientpress-stream` on a media type: events until the answer ends, or a terminator comes.

    Attributes:
        terminator: The data of the last event.
        error: The JSON Pointer to the reason in an event that reports a failure.
        resume: Whether the server continues after the event that Last-Event-ID names.
    """

    terminator: str = ""
    error: str = ""
    resume: bool = False


# ------------------------------------------------------------------ batches
@dataclass(frozen=True, slots=True, kw_only=True)
class AddCalls:
    """How requests are added to a batch.

    Attributes:
        call: The operation that adds them.
        requests: The JSON Pointer to the list of requests in its body.
        lines: Where a request has its id, and how many requests and bytes a call may have.
        per_second: How many calls may be made in a second; 0 for no limit.
    """

    call: Call
    requests: str
    lines: Lines
    per_second: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FileUpload:
    """How a batch is made from a file.

    Attributes:
        call: The operation that uploads the file.
        file: The member of its form that takes the file.
        result: Where its answer has the id of the file.
        send: The member of the batch that takes this id.
    """

    call: Call
    file: str
    result: str
    send: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A paged list that tells whether a call took effect whose answer was lost.

    Attributes:
        call: The operation that lists.
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
        job: Where the answer has the id of the batch, which the other operations take.
        status: The operation that tells the state of the batch.
        outcomes: The operations that return its outcomes.
        adding: How requests are added, where calls do that.
        uploading: How requests are uploaded, where a file holds them.
        added: The list of the requests in the batch.
        made: The list of the batches.
        per_second: How many batches may be created in a second; 0 for no limit.
        method: The name of the method.
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
        name: The name of the table.
        match: Members of the envelope, or of the file's metadata, that identify such a table, with their values.
        aliases: Each column with its other names.
        families: Groups of columns whose names have a number or a key in them.
        json: How JSON represents the table.
    """

    name: str
    match: tuple[tuple[str, Any], ...] = ()
    aliases: tuple[tuple[str, tuple[str, ...]], ...] = ()
    families: tuple[Family, ...] = ()
    json: JsonLayout = COLUMNS


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """`x-clientpress-download` on a response: a file that is on another address.

    Attributes:
        source: Where the answer has this address.
        tables: The tables that the file may hold; None if it is just a file.
        method: The name of the method that returns the tables.
        file_method: The name of the method that returns the file.
    """

    source: DownloadFrom
    tables: ResultTables | None = None
    method: str = ""
    file_method: str = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """`x-clientpress-upload` on a file of a form.

    Attributes:
        max_bytes: How large the file may be; 0 for no limit.
        tables: The formats in which a table is sent.
    """

    max_bytes: int = 0
    tables: tuple[FileFormat, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedUpload:
    """`x-clientpress-signed-upload` on the operation that prepares an upload.

    The file goes to another host, without credentials.

    Attributes:
        upload: Where the answer has the address.
        complete: The operation that is called after the upload.
        method: The name of the method.
    """

    upload: SignedUpload[Any]
    complete: Call | None = None
    method: str = "upload"


# ------------------------------------------------------------------ tensors
@dataclass(frozen=True, slots=True, kw_only=True)
class ModelHandle:
    """The operations behind `client.model(name)`.

    Attributes:
        method: The name of the method.
        operations: Role → operationId; roles are infer, metadata, ready, stream and server.
        versioned: The same for the operations that take a version of the model.
    """

    method: str
    operations: tuple[tuple[str, str], ...]
    versioned: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensors:
    """`x-clientpress-tensors` on an operation: an inference of the Open Inference Protocol."""

    model: ModelHandle | None = None
