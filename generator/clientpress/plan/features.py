"""Parts of a package that it has only where they were asked for."""

from __future__ import annotations

from typing import NamedTuple


class Feature(NamedTuple):
    """A part of the runtime that a package has on request.

    Attributes:
        module: Where it is in the runtime.
        exports: What the package offers of it.
        observer: The module in the runtime's `calls` that observes calls for it, if one does.
        doc: What it is for, as `--help` says it.
    """

    module: str
    exports: tuple[str, ...]
    observer: str
    doc: str


FEATURES = {
    "capture": Feature(
        "calls.capture",
        ("awith_response", "capture", "with_response"),
        "capture",
        "status, headers and body of calls",
    ),
    "drift": Feature(
        "calls.drift",
        ("Drift", "drift_report"),
        "",
        "what answers have that the document does not know",
    ),
    "files": Feature(
        "wire.raw_body",
        (),
        "",
        "files and iterables as the content of requests that the document does not describe",
    ),
    "hooks": Feature(
        "calls.hooks",
        ("Attempt", "Hooks"),
        "tracing",
        "functions that are told of requests, the log, spans of OpenTelemetry",
    ),
    "undeclared": Feature(
        "values.undeclared",
        ("UnknownMembers",),
        "",
        "members of answers that the document does not declare, to be sent back",
    ),
    "map": Feature(
        "calls.map_calls",
        ("MapProgress", "Mapped", "amap_calls", "map_calls"),
        "",
        "many calls at a time",
    ),
}
"""By the word that asks for it: `--with`, and `with` in the configuration."""
