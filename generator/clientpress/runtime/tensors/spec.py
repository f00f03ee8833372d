"""What an API has for its models, as generated code says it."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from msgspec import Struct

from ..calls.conditions import Status
from ..results.polling import Polling, Rule
from ..wire.operation import Operation

__all__ = ["InferenceModelSpec", "ModelOperations"]

M = TypeVar("M")

READINESS = Polling(
    interval=0.5,
    timeout=600.0,
    unavailable="retry",
    rules=(Rule("succeeded", Status((200,))), Rule("pending", Status((400,)))),
)


class ModelOperations(Struct, Generic[M], frozen=True, kw_only=True):
    """The operations on one model; their path parameters are its name, then its version."""

    infer: Operation[Any]
    metadata: Operation[M]
    ready: Operation[Any]
    stream: Operation[Any] | None = None


class InferenceModelSpec(ModelOperations[M], Generic[M], frozen=True, kw_only=True):
    """What an API has for its models.

    versioned: the operations on one version of a model.
    server: the metadata of the server, which lists its extensions.
    readiness: how `wait_until_ready` asks.
    """

    versioned: ModelOperations[M] | None = None
    server: Operation[Any] | None = None
    readiness: Polling = READINESS
