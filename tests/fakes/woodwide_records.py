"""What the fake Wood Wide service keeps: models, datasets and jobs; and how it refuses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .woodwide_tables import MODEL_TYPES, Result, Row, Wanted

if TYPE_CHECKING:
    from .old_faults import JsonObject

FINAL = ("succeeded", "failed", "canceled", "rejected")
"""States that a job does not leave."""


class RefusedError(Exception):
    """An operation that the service refuses, with the status and the body that say so."""

    def __init__(self, status: int, detail: Any) -> None:
        super().__init__(status, detail)
        self.status = status
        self.body: JsonObject = {"detail": detail}

    @classmethod
    def not_found(cls, what: str) -> RefusedError:
        """404: there is no such thing."""
        return cls(404, f"{what} not found")

    @classmethod
    def invalid(cls, kind: str, message: str, *where: str | int) -> RefusedError:
        """422: what is wrong with one parameter or member."""
        return cls(422, [{"loc": list(where), "msg": message, "type": kind}])


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
