# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""The operations of an API on its models, as generated code describes them."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from msgspec import Struct

from ..calls.conditions import Status
from ..results.polling import Polling, Rule
from ..wire.operation import Operation

M = TypeVar("M")

READINESS = Polling(
    interval=0.5,
    timeout=600.0,
    rules=(Rule("succeeded", Status((200,))), Rule("pending", Status((400,)))),
)


class ModelOperations(Struct, Generic[M], frozen=True, kw_only=True):
    """The operations on one model; their path parameters are its name, then its version."""

    infer: Operation[Any]
    metadata: Operation[M]
    ready: Operation[Any]
    stream: Operation[Any] | None = None


class InferenceModelSpec(ModelOperations[M], Generic[M], frozen=True, kw_only=True):
    """All operations of an API on its models.

    Attributes:
        versioned: The operations on one version of a model.
        server: The operation that returns the server's metadata, which lists its extensions.
        readiness: How `wait_until_ready` polls.
    """

    versioned: ModelOperations[M] | None = None
    server: Operation[Any] | None = None
    readiness: Polling = READINESS
