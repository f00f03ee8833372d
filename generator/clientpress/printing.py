"""Findings as text for people, as JSON, and as annotations for GitHub."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from clientpress.diagnostics import Diagnostic, Locator, Position, Report, Severity

MAX_WARNINGS = 20
# How many of the other places of a cause are listed.
MAX_PLACES = 5
_WIDTH = 120

_Placed = tuple[Diagnostic, Position | None]


def _in_order(report: Report) -> Iterator[_Placed]:
    """Findings with their positions, by file and line."""
    yield from sorted(
        [_placed(diagnostic, report.locator) for diagnostic in report],
        key=lambda item: (
            item[0].place.file if item[0].place else "",
            item[1] or (0, 0),
            item[0].code,
        ),
    )


def _placed(diagnostic: Diagnostic, locator: Locator | None) -> _Placed:
    """A finding with its position; one about a value of an overlay is at the place in the overlay."""
    place = diagnostic.place
    if place is None or locator is None or diagnostic.position:
        return diagnostic, diagnostic.position
    origin = locator.origin(place)
    position = locator.locate(origin)
    if origin.file == place.file:
        return diagnostic, position
    line = f":{position.line}" if position else ""
    hint = f"Set by {origin.file}{line} at {place}."
    cause = diagnostic.cause or f"{diagnostic.message} {diagnostic.hint}"
    hint = f"{diagnostic.hint} {hint}".strip()
    return replace(diagnostic, place=origin, hint=hint, cause=cause), position


def as_text(report: Report, *, every: bool = False) -> str:
    """Findings as text: `file:line:column: error CP102: message`, the line itself, and the hint.

    Args:
        report: The findings.
        every: Whether each finding is printed. Otherwise findings of one cause are printed once,
            with the number of their places, and there are at most `MAX_WARNINGS` warnings.
    """
    out, warnings = list[str](), 0
    for (diagnostic, position), *others in _by_cause(report, every=every):
        if diagnostic.severity is not Severity.ERROR:
            warnings += 1
            if warnings > MAX_WARNINGS and not every:
                continue
        out.append(
            f"{_where(diagnostic, position)}{diagnostic.severity} {diagnostic.code}: {diagnostic.message}"
        )
        line = ""
        if diagnostic.place and position and report.locator:
            line = report.locator.line(diagnostic.place.file, position.line)
        if line.strip():
            out.append(f"    | {_excerpt(line, position.column if position else 1)}")
        if diagnostic.hint:
            out.append(f"    = {diagnostic.hint}")
        if others:
            out.append(f"    = {_elsewhere(diagnostic, others)}")
    if warnings > MAX_WARNINGS and not every:
        out.append(
            f"… and {warnings - MAX_WARNINGS} more warnings; --verbose lists all of them"
        )
    return "".join(line + "\n" for line in out)


def _excerpt(line: str, column: int) -> str:
    """A line without indentation; of a long line, the part around a column."""
    text = line.strip()
    at = column - 1 - (len(line) - len(line.lstrip()))
    start = 0 if at < _WIDTH - 20 else at - 20
    return ("…" if start else "") + text[start : start + _WIDTH]


def _by_cause(report: Report, *, every: bool) -> list[list[_Placed]]:
    """Groups of findings with one cause, in the order of their first places."""
    groups = dict[object, list[_Placed]]()
    for number, (diagnostic, position) in enumerate(_in_order(report)):
        about = diagnostic.cause or (diagnostic.message, diagnostic.hint)
        cause = number if every else (diagnostic.code, diagnostic.severity, about)
        groups.setdefault(cause, []).append((diagnostic, position))
    return [*groups.values()]


def _elsewhere(first: Diagnostic, others: list[_Placed]) -> str:
    """`and 825 more places: 12:3, 14:3, …`."""
    named = list[str]()
    for diagnostic, position in others[:MAX_PLACES]:
        where = _where(diagnostic, position).rstrip(": ")
        own = f"{first.place.file}:" if first.place else ""
        named.append(where.removeprefix(own))
    more = ", …" if len(others) > MAX_PLACES else ""
    places = "place" if len(others) == 1 else "places"
    return f"and {len(others)} more {places}: {', '.join(named)}{more}"


def _where(diagnostic: Diagnostic, position: Position | None) -> str:
    """A prefix with the place of a finding, such as `openapi.yaml:12:3: `."""
    if diagnostic.place is None:
        return ""
    if position is None:
        return f"{diagnostic.place.file}: "
    return f"{diagnostic.place.file}:{position.line}:{position.column}: "


def as_json(report: Report) -> str:
    """Findings as JSON Lines: one object each."""
    rows = list[str]()
    for diagnostic, position in _in_order(report):
        row = {
            "code": diagnostic.code,
            "severity": diagnostic.severity.value,
            "message": diagnostic.message,
            "hint": diagnostic.hint,
            "file": diagnostic.place.file if diagnostic.place else None,
            "line": position.line if position else None,
            "column": position.column if position else None,
            "pointer": diagnostic.place.pointer if diagnostic.place else None,
        }
        rows.append(json.dumps(row, ensure_ascii=False))
    return "".join(row + "\n" for row in rows)


def as_github(report: Report) -> str:
    """Findings as workflow commands, which GitHub shows beside the lines."""
    rows = list[str]()
    for diagnostic, position in _in_order(report):
        words = [f"title={diagnostic.code}"]
        if diagnostic.place:
            file = _escaped(diagnostic.place.file)
            words.append(f"file={file.replace(':', '%3A').replace(',', '%2C')}")
        if position:
            words += [f"line={position.line}", f"col={position.column}"]
        text = " ".join(part for part in (diagnostic.message, diagnostic.hint) if part)
        kind = "error" if diagnostic.severity is Severity.ERROR else "warning"
        rows.append(f"::{kind} {','.join(words)}::{_escaped(text)}")
    return "".join(row + "\n" for row in rows)


def _escaped(text: str) -> str:
    """Text with the characters escaped that end the data of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
