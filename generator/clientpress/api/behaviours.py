"""What our extensions say about operations and schemas, checked and closed.

The grammar is in docs/extensions.md. Addresses at operations are OpenAPI runtime expressions;
addresses inside a value are JSON Pointers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Pagination:
    """`x-clientpress-pagination`: how the next page of a list is asked for, and what ends it."""

    kind: str
    items: str
    next: str = ""
    send: str = ""
    size: str = ""
    more: str = ""
    total: str = ""


@dataclass(frozen=True, slots=True)
class Compare:
    """A condition on the value at a pointer: `is`, `eq`, `ne`, `gt`, `ge`, `lt`, `le` or `in`."""

    at: str
    test: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class StatusIs:
    """A condition on the status of the response."""

    statuses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Every:
    """All conditions hold."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one condition holds."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """The condition does not hold."""

    condition: Condition


Condition: TypeAlias = Compare | StatusIs | Every | Some | Negation


@dataclass(frozen=True, slots=True)
class Rule:
    """The first rule whose condition holds ends the job: succeeded, ended or failed."""

    outcome: str
    when: Condition
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How much is done: pointers that are added up, and a pointer or number for the whole."""

    done: tuple[str, ...]
    total: str | float


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


@dataclass(frozen=True, slots=True)
class Polling:
    """`x-clientpress-polling` on a status operation.

    Attributes:
        result: The operation that hands out what the job made.
    """

    rules: tuple[Rule, ...]
    method: str = "wait"
    interval: float = 5.0
    timeout: float = 600.0
    progress: Progress | None = None
    unavailable: str = ""
    result: Call | None = None
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """What an item holds when its condition is met: `result` is succeeded or failed, `at`
    points at the body.
    """

    result: str
    at: str
    when: Condition


@dataclass(frozen=True, slots=True)
class Outcome:
    """`x-clientpress-outcome` on an item's schema: its id, and which items succeeded or failed."""

    id: str
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """`x-clientpress-lines`: JSON Lines framing, the id of a line, and the limits of a file."""

    item: str = ""
    id: str = ""
    max_lines: int = 0
    max_bytes: int = 0


@dataclass(frozen=True, slots=True)
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


# ------------------------------------------------------------------ other operations
@dataclass(frozen=True, slots=True)
class Adding:
    """How requests are put into a batch: so many a call, so many calls a second."""

    call: Call
    requests: str
    id: str
    max_items: int = 0
    max_bytes: int = 0
    per_second: float = 0.0


@dataclass(frozen=True, slots=True)
class Uploading:
    """How a batch is made from a file: the upload, and the member that takes the file's id."""

    call: Call
    file: str
    result: str
    send: str


@dataclass(frozen=True, slots=True)
class Run:
    """`x-clientpress-run` on the operation that creates a batch: the whole batch in one call.

    Attributes:
        job: What names the batch in the other operations.
        added: Lists which requests are in the batch; `added_id` is where an item has its id.
        made: Lists the batches: where an item has the id of its file, and its own.
        per_second: How many batches may be created in a second.
    """

    job: str
    status: Call
    outcomes: tuple[Call, ...]
    adding: Adding | None = None
    uploading: Uploading | None = None
    added: Call | None = None
    added_id: str = ""
    made: Call | None = None
    made_match: str = ""
    made_id: str = ""
    per_second: float = 0.0
    method: str = "run"


# ------------------------------------------------------------------ tables
@dataclass(frozen=True, slots=True)
class Family:
    """Columns that are numbered by a pattern, read as one property of the row: a list."""

    field: str
    columns: str


@dataclass(frozen=True, slots=True)
class Table:
    """`x-clientpress-table` on the schema of a row.

    Attributes:
        match: What the envelope or the file's metadata says about such a table.
        aliases: Column → its other names.
        layout: How JSON holds it: columns, list (at a pointer) or map.
    """

    name: str
    match: tuple[tuple[str, Any], ...] = ()
    aliases: tuple[tuple[str, tuple[str, ...]], ...] = ()
    families: tuple[Family, ...] = ()
    layout: str = "columns"
    at: str = ""
    key: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Tables:
    """`x-clientpress-tables` on a response: the tables that it may hold.

    Attributes:
        unwrap: Pointer to the columns in the envelope of the JSON form.
        trust_content_type: Whether the Content-Type says what the body is; else the body does.
    """

    of: tuple[str, ...]
    unwrap: str = ""
    trust_content_type: bool = True


@dataclass(frozen=True, slots=True)
class Download:
    """`x-clientpress-download` on a response: a file that lies elsewhere.

    Attributes:
        auth: "none" where it gets no credentials, "api" where it gets the API's on its own origin.
        tables: The tables that the file may hold; empty if it is just a file.
    """

    url: str
    auth: str = "none"
    tables: Tables | None = None
    method: str = ""
    file_method: str = "file"


@dataclass(frozen=True, slots=True)
class Upload:
    """`x-clientpress-upload` on a file of a form: how large it may be, and the formats that a
    table is sent in.
    """

    max_bytes: int = 0
    tables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignedUpload:
    """`x-clientpress-signed-upload` on the operation that prepares it: the file goes to another
    host, without credentials.

    Attributes:
        url, content_type: Where the answer says where the file goes, and as what.
        name, size, type: The members of the request that describe the file.
        complete: What is called when the file is there.
    """

    url: str
    name: str
    size: str
    type: str
    content_type: str = ""
    complete: Call | None = None
    method: str = "upload"


# ------------------------------------------------------------------ tensors
@dataclass(frozen=True, slots=True)
class ModelHandle:
    """The operations behind `client.model(name)`, by their role: infer, metadata, ready, stream
    and server, those with a version beside them.
    """

    method: str
    operations: tuple[tuple[str, str], ...]
    versioned: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Tensors:
    """`x-clientpress-tensors` on an operation: an inference of the Open Inference Protocol."""

    model: ModelHandle | None = None
