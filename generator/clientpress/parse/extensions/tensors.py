"""`x-clientpress-tensors` on an inference of the Open Inference Protocol."""

from __future__ import annotations

from typing import Any

from clientpress.api.behaviours import ModelHandle, Tensors
from clientpress.diagnostics import Place, Report
from clientpress.parse.extensions.calls import method_of
from clientpress.parse.extensions.common import Reader

_NEEDED = ("metadata", "ready")
_ROLES = (*_NEEDED, "stream", "server")


def parse_tensors(value: Any, place: Place, report: Report) -> Tensors | None:
    """Read the extension; None when it is wrong, which is reported."""
    reader = Reader(value, place, report, "x-clientpress-tensors")
    if not reader.ok:
        return None
    model = _model(reader) if reader.has("model") else None
    return Tensors(model=model) if reader.finish() else None


def _model(outer: Reader) -> ModelHandle | None:
    """Read the operations of a model."""
    reader = Reader(
        outer.value("model"), outer.place.child("model"), outer.report, "'model'"
    )
    if not reader.ok:
        outer.ok = False
        return None
    method = method_of(reader, "method", "model")
    operations = _roles(reader, _ROLES)
    versioned: tuple[tuple[str, str], ...] = ()
    if reader.has("versioned"):
        place = reader.place.child("versioned")
        below = Reader(reader.value("versioned"), place, reader.report, "'versioned'")
        if below.ok:
            versioned = _roles(below, ("infer", *_NEEDED, "stream"))
            below.finish()
        reader.ok = reader.ok and below.ok
    outer.ok = reader.finish() and outer.ok
    return ModelHandle(method=method, operations=operations, versioned=versioned)


def _roles(reader: Reader, roles: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Read an operationId for each role that is given."""
    operations = {
        role: reader.text(role, None if role in ("infer", *_NEEDED) else "")
        for role in roles
    }
    return tuple((role, name) for role, name in operations.items() if name)
