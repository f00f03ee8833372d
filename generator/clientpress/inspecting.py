"""The values between the stages, as plain data."""

from __future__ import annotations

import dataclasses
from enum import Enum
from pathlib import Path
from typing import Any

from msgspec import Struct

from clientpress.diagnostics import Place, Report
from clientpress.document.data import is_array, is_object, is_tuple
from clientpress.document.overlays import AS_IT_IS, Reading
from clientpress.pipeline import Document, load, not_too_deep, read_api
from clientpress.plan.package import plan_package


def inspect_stage(
    stage: str, path: Path | str, report: Report, reading: Reading = AS_IT_IS
) -> Any:
    """The value of a stage as JSON data.

    Args:
        stage: `document`, `api`, `plan` or `names`.
        path: The path of the document.
        report: Receives the findings.
        reading: How the document is read.

    Returns:
        The data; None when the document has errors.
    """
    with not_too_deep(path, report):
        return _of_stage(stage, load(path, report, reading), report)
    return None


def _of_stage(stage: str, document: Document | None, report: Report) -> Any:
    if document is None:
        return None
    if stage == "document":
        return document.entry.data
    api = read_api(document, report)
    if report.has_errors:
        return None
    if stage == "api":
        return plain(api)
    plan = plan_package(api, "package", {}, report)
    if stage == "names":
        return {str(place): name for place, name in plan.models.names.items()}
    return plain(
        {
            "groups": plan.groups,
            "models": plan.models.modules,
            "credentials": plan.credentials,
            "webhooks": plan.hooks,
        }
    )


def _fields(value: Any) -> list[str] | None:
    """The fields of a dataclass, or of a record of the runtime; None for anything else."""
    if isinstance(value, type):
        return None
    if isinstance(value, Struct):
        return list(value.__struct_fields__)
    if dataclasses.is_dataclass(value):
        return [field.name for field in dataclasses.fields(value)]
    return None


def plain(value: Any) -> Any:
    """Plain data of any value: dataclasses and records become objects with their kind, places text."""
    if isinstance(value, Place):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    names = _fields(value)
    if names is not None:
        members = {name: plain(getattr(value, name)) for name in names}
        kept = {
            name: member
            for name, member in members.items()
            if member not in ("", None, [], {}, False)
        }
        return {"kind": type(value).__name__, **kept}
    if is_object(value):
        return {str(key): plain(item) for key, item in value.items()}
    if is_array(value):
        return [plain(item) for item in value]
    if is_tuple(value):
        return [plain(item) for item in value]
    return value
