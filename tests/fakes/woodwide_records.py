"""What the fake Wood Wide service keeps: models, datasets and jobs; and how it refuses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.fakes.service import JsonObject, Refused
from tests.fakes.woodwide_tables import MODEL_TYPES, Result, Row, Wanted

FINAL = ("succeeded", "failed", "canceled", "rejected")
"""States that a job does not leave."""


def refused(status: int, detail: Any) -> Refused:
    """A refusal, as the service has it."""
    return Refused(status, {"detail": detail})


def not_found(what: str) -> Refused:
    """404: there is no such thing."""
    return refused(404, f"{what} not found")


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """A trained model; `kind` is one of `woodwide_tables.MODEL_TYPES`."""

    id: str
    version_id: str
    kind: str
    created: str
    ready: bool = True

    @property
    def type(self) -> str:
        """Its type, as the service calls it."""
        return MODEL_TYPES[self.kind]


@dataclass(slots=True)
class VersionRecord:
    """A version of a dataset."""

    id: str
    dataset_id: str
    number: int
    created: str
    status: str = "processing"
    data: bytes | None = None
    """The bytes; None as long as they are to be uploaded."""

    rows: list[Row] = field(default_factory=list[Row])
    promised: JsonObject | None = None
    """What was said about a file that is to be uploaded."""


@dataclass(slots=True)
class DatasetRecord:
    """A dataset; the last version is the current one."""

    id: str
    name: str
    created: str
    description: str | None = None
    versions: list[VersionRecord] = field(default_factory=list[VersionRecord])


@dataclass(slots=True)
class JobRecord:
    """Work in the background: it advances whenever it is asked for."""

    id: str
    type: str
    created: str
    status: str = "queued"
    asked: int = 0
    started: str | None = None
    finished: str | None = None
    error: str | None = None
    model: ModelRecord | None = None
    dataset: VersionRecord | None = None
    wanted: Wanted = field(default_factory=Wanted)
    rows: list[Row] | None = None
    """What is inferred on; None when the uploaded file cannot be read."""

    result: Result | None = None
    file: bytes = b""
    """The result file of an inference."""

    parent_id: str | None = None
