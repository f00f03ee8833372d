"""OpenAPI 3.0 and 3.1 to the form of 3.2, one Schema Object at a time.

The parser passes every Schema Object through `schema_keywords`, and never looks at the version again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clientpress.document.data import is_array, is_object

_REWRITTEN = frozenset(
    {"nullable", "exclusiveMinimum", "exclusiveMaximum", "example", "x-nullable"}
)


# OpenAPI 3.0 ignores the keywords beside a reference. Authors mean these all the same.
_BESIDE = ("description", "nullable", "readOnly", "writeOnly", "deprecated")


def version_of(data: Any) -> str:
    """`3.0`, `3.1` or `3.2`; empty when the data is not such a document."""
    version = data.get("openapi") if is_object(data) else None
    text = (
        version
        if isinstance(version, str)
        else repr(version) if isinstance(version, float) else ""
    )
    return (
        text[:3] if text[:3] in ("3.0", "3.1", "3.2") and text[3:4] in ("", ".") else ""
    )


def schema_keywords(data: Mapping[str, Any], version: str) -> Mapping[str, Any]:
    """The keywords of a Schema Object in the form of 3.2; the same object where nothing changes."""
    if _REWRITTEN.isdisjoint(data) and not (
        version == "3.0" and "$ref" in data and len(data) > 1
    ):
        return data
    if version == "3.0" and "$ref" in data:
        return {
            "$ref": data["$ref"],
            **{k: v for k, v in data.items() if k in _BESIDE or k.startswith("x-")},
        }
    out = {k: v for k, v in data.items() if k not in _REWRITTEN}
    for limit, exclusive in (
        ("minimum", "exclusiveMinimum"),
        ("maximum", "exclusiveMaximum"),
    ):
        value = data.get(exclusive)
        if value is True and limit in out:
            out[exclusive] = out.pop(limit)
        elif value is not None and not isinstance(value, bool):
            out[exclusive] = value
    if "example" in data and "examples" not in data:
        out["examples"] = [data["example"]]
    if data.get("nullable") is True or data.get("x-nullable") is True:
        _add_null(out)
    return out


def _add_null(out: dict[str, Any]) -> None:
    """Allow null, with the keywords of 3.1."""
    kind = out.get("type")
    if isinstance(kind, str):
        out["type"] = [kind, "null"]
    elif is_array(kind):
        out["type"] = kind if "null" in kind else [*kind, "null"]
    else:
        # A composition, or a schema without a type: the parser adds the variant.
        out["nullable"] = True
    if is_array(out.get("enum")) and None not in out["enum"]:
        out["enum"] = [*out["enum"], None]
