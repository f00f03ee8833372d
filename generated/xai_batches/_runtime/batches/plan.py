# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""How a whole batch is run: what generated code says about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from msgspec import Struct

from ..values.pointers import lookup
from ..wire.lines import LineFormat
from ..wire.links import Link, linked_arguments

if TYPE_CHECKING:
    from ..results.pagination import Pagination
    from ..results.polling import Polling
    from ..results.streaming import Streaming
    from ..wire.operation import Operation
    from .outcome_values import Outcome

__all__ = [
    "Added",
    "Adding",
    "Link",
    "Made",
    "Results",
    "Running",
    "Uploading",
    "arguments_of",
]

T = TypeVar("T")
B = TypeVar("B")
E = TypeVar("E")


class Adding(Struct, frozen=True, kw_only=True):
    """How requests are put into a job that was created empty.

    Attributes:
        requests: JSON Pointer to the list of requests in the body.
        format: What a request is; its max_lines and max_bytes are those of one call.
        per_second: Calls that may be made in a second; 0 for no limit.
    """

    call: Link
    requests: str
    format: LineFormat[Any]
    per_second: float = 0.0


class Added(Struct, frozen=True, kw_only=True):
    """The listing of the requests that a job has.

    Attributes:
        id: JSON Pointer to the id of an item.
        page_size: How many to ask for; 0 for the API's own size.
    """

    call: Link
    pagination: Pagination[Any]
    id: str
    page_size: int = 0


class Uploading(Struct, frozen=True, kw_only=True):
    """How a job is created from an uploaded file.

    Attributes:
        format: What a line is; its limits are those of a file. More requests become several jobs.
        file: JSON Pointer to the file in the body of the upload.
        result: JSON Pointer to the id of the file in the answer.
        send: JSON Pointer to where the id goes in the body that creates the job.
        members: Further members of the body of the upload, which are always the same.
    """

    call: Link
    format: LineFormat[Any]
    file: str = "/file"
    result: str = "/id"
    send: str = "/input_file_id"
    members: Mapping[str, Any] = {}


class Made(Struct, frozen=True, kw_only=True):
    """The listing of jobs, to find out whether one was created from a file.

    Attributes:
        match: JSON Pointer to the id of the file in an item.
        job: JSON Pointer to what names the job in an item.
    """

    call: Link
    pagination: Pagination[Any]
    match: str
    job: str


class Results(Struct, Generic[B, E], frozen=True, kw_only=True):
    """Where outcomes are: in pages, or in lines of a file.

    If an address of the call leads to nothing, there is no such file, and no outcome.

    Attributes:
        pagination: Given if they are in pages.
        lines: Given if they are in a file.
    """

    call: Link
    outcome: Outcome[B, E]
    pagination: Pagination[Any] | None = None
    lines: Streaming[Any] | None = None


class Running(Struct, Generic[T, B, E], frozen=True, kw_only=True):
    """How a batch is run. T is the type of the job.

    Attributes:
        job: Expression that finds what names the job in the answer of `create`.
        adding: How requests are added to the job. Either this or `uploading` is given.
        added: Finds out whether a call of `adding` had its effect.
        uploading: How the file of requests is uploaded.
        made: Finds out whether a call of `create` had its effect.
        creates_per_second: How often a job may be created; 0 for no limit.
    """

    create: Operation[Any]
    job: str
    status: Link
    polling: Polling
    outcomes: tuple[Results[Any, Any], ...]
    adding: Adding | None = None
    added: Added | None = None
    uploading: Uploading | None = None
    made: Made | None = None
    creates_per_second: float = 0.0

    @property
    def format(self) -> LineFormat[Any]:
        """What a request is."""
        if self.adding is not None:
            return self.adding.format
        if self.uploading is not None:
            return self.uploading.format
        raise ValueError(f"{self.create.id}: requests are neither added nor uploaded")


def arguments_of(link: Link, id: str, job: object = None) -> tuple[Any, ...] | None:
    """The arguments of a call about a job; None if an address leads to nothing."""
    return linked_arguments(link, lambda address: _value(address, id, job))


def _value(address: str, id: str, job: object) -> Any:
    if address == "$job":
        return id
    if address.startswith("$job#"):
        return lookup(job, address[len("$job#") :])
    raise ValueError(f"Not an address about a job: {address!r}")
