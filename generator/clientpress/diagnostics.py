"""Findings about a document, as values.

A stage never prints, and never raises for bad input: it reports a `Diagnostic` with a stable code,
the place in the document, what is wrong, and a hint. Places are JSON Pointers;
`clientpress.document.sources` finds their lines and columns, and only `clientpress.cli` prints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple, Protocol


class Severity(StrEnum):
    """How bad a finding is. Only errors stop a run; `--strict` makes warnings errors."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Position(NamedTuple):
    """A line and a column of a text, both counted from 1."""

    line: int
    column: int


class Place(NamedTuple):
    """Where a value of a document is.

    Attributes:
        file: The file, as the user named it.
        pointer: A JSON Pointer into it (RFC 6901); empty for the whole file.
    """

    file: str
    pointer: str = ""

    def child(self, *keys: str | int) -> Place:
        """The place of a member or an item, by the keys that lead to it from here."""
        steps = "".join("/" + escape_step(str(key)) for key in keys)
        return Place(self.file, self.pointer + steps)

    def __str__(self) -> str:
        return f"{self.file}#{self.pointer}"


def escape_step(step: str) -> str:
    """Escape one step of a JSON Pointer (RFC 6901, section 3)."""
    return (
        step.replace("~", "~0").replace("/", "~1")
        if "~" in step or "/" in step
        else step
    )


def pointer_steps(pointer: str) -> list[str]:
    """The steps of a JSON Pointer, unescaped (RFC 6901, section 4)."""
    return [
        step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]
    ]


# Every code with its meaning. A code is never reused for something else. It does not tell the severity,
# because an error of `validate` is often a warning of `generate`.
CODES: dict[str, str] = {
    "CP001": "the file cannot be read",
    "CP002": "the text is not JSON or YAML",
    "CP003": "a key appears twice in one object",
    "CP004": "the document is too large, too deep, or expands too far",
    "CP005": "the file is not an OpenAPI 3.0, 3.1 or 3.2 document",
    "CP101": "the document breaks the structure that the OpenAPI Specification demands",
    "CP102": "a reference leads nowhere",
    "CP103": "a reference leads out of the allowed files",
    "CP104": "a reference leads back to itself",
    "CP105": "no operation of the document can be generated",
    "CP201": "two operations have the same operationId",
    "CP202": "the path template and the path parameters do not match",
    "CP203": "two paths are the same but for the names of their parameters",
    "CP204": "an example does not fit its schema",
    "CP205": "a default does not fit its schema",
    "CP206": "a required member is not declared",
    "CP207": "a discriminator leads nowhere",
    "CP209": "a link leads nowhere",
    "CP301": "an x-clientpress extension is unknown",
    "CP302": "an x-clientpress extension has the wrong form",
    "CP303": "an x-clientpress extension points at something that is not there",
    "CP401": "the configuration has an error",
    "CP402": "a file to be written was edited by hand",
    "CP403": "the output cannot be written",
    "CP404": "a filter matches nothing",
    "CP501": "a construct has no precise Python type; a JSON value or bytes stand in for it",
    "CP502": "a keyword is not supported and has no effect",
    "CP503": "schemas that must hold together contradict each other",
    "CP504": "extensions of other tools have no effect",
    "CP601": "an overlay has the wrong form, or cannot be applied",
    "CP602": "an action of an overlay selects nothing",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One finding.

    Attributes:
        code: A key of `CODES`.
        message: What is wrong, and why, in one sentence.
        place: Where; None only for findings that are not about a document.
        hint: What to do about it; may be empty.
        severity: Whether it stops the run.
        position: Line and column, where they are known without the place (syntax errors).
        cause: The same text for all findings of one cause; empty where the message is that text.
    """

    code: str
    message: str
    place: Place | None = None
    hint: str = ""
    severity: Severity = Severity.ERROR
    position: Position | None = None
    cause: str = ""


class Locator(Protocol):
    """Finds the lines of places, in the files that were read."""

    def locate(self, place: Place) -> Position | None:
        """Line and column of a place."""
        ...

    def origin(self, place: Place) -> Place:
        """Where a value was written: at its place, or in an overlay."""
        ...

    def line(self, file: str, number: int) -> str:
        """The text of a line, which is counted from 1."""
        ...


class Report:
    """Collects findings beside the flow of data.

    Attributes:
        full: Whether the document is judged: then slips are errors. Otherwise a client of the document
            is wanted as it is, and slips are warnings.
        locator: Knows the lines of places, once files were read.
        is_unusable: Whether there was an error after which nothing can be generated.
    """

    def __init__(self) -> None:
        self._findings: dict[Diagnostic, None] = {}
        self.full = False
        self.locator: Locator | None = None
        self.is_unusable = False

    def error(
        self,
        code: str,
        place: Place | None,
        message: str,
        hint: str = "",
        position: Position | None = None,
    ) -> None:
        """Add a finding that makes the input unusable."""
        self.is_unusable = True
        self.add(
            Diagnostic(
                code=_known(code),
                message=message,
                place=place,
                hint=hint,
                severity=Severity.ERROR,
                position=position,
            )
        )

    def slip(
        self,
        code: str,
        place: Place | None,
        message: str,
        hint: str = "",
        position: Position | None = None,
        cause: str = "",
    ) -> None:
        """Add a mistake of the document that something can stand in for.

        It is an error where the document is judged, and a warning where a client is generated.
        """
        severity = Severity.ERROR if self.full else Severity.WARNING
        self.add(
            Diagnostic(
                code=_known(code),
                message=message,
                place=place,
                hint=hint,
                severity=severity,
                position=position,
                cause=cause,
            )
        )

    def warning(
        self, code: str, place: Place | None, message: str, hint: str = ""
    ) -> None:
        """Add a warning."""
        self.add(
            Diagnostic(
                code=_known(code),
                message=message,
                place=place,
                hint=hint,
                severity=Severity.WARNING,
            )
        )

    def note(
        self,
        code: str,
        place: Place | None,
        message: str,
        hint: str = "",
        position: Position | None = None,
    ) -> None:
        """Add something that is no mistake, but good to know."""
        self.add(
            Diagnostic(
                code=_known(code),
                message=message,
                place=place,
                hint=hint,
                severity=Severity.NOTE,
                position=position,
            )
        )

    def add(self, diagnostic: Diagnostic) -> None:
        """Add a finding; the same finding twice counts once."""
        self._findings.setdefault(diagnostic)

    def keep(self, concerns: Callable[[Diagnostic], bool]) -> None:
        """Keep only the findings that satisfy a condition."""
        self._findings = {d: None for d in self._findings if concerns(d)}

    def has_any_below(self, place: Place) -> bool:
        """Whether there is a finding at a place or inside it."""
        return any(
            d.place is not None
            and d.place.file == place.file
            and f"{d.place.pointer}/".startswith(f"{place.pointer}/")
            for d in self._findings
        )

    @property
    def has_errors(self) -> bool:
        """Whether any finding is an error."""
        return any(d.severity is Severity.ERROR for d in self._findings)

    def strict(self) -> None:
        """Make every warning an error."""
        findings = [
            replace(d, severity=Severity.ERROR) if d.severity is Severity.WARNING else d
            for d in self._findings
        ]
        self._findings = dict.fromkeys(findings)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self._findings)

    def __len__(self) -> int:
        return len(self._findings)


class InputError(Exception):
    """The input has errors. The library calls raise it; a stage never does.

    Attributes:
        report: All findings.
    """

    def __init__(self, report: Report) -> None:
        super().__init__(
            "; ".join(
                f"{d.place or ''} {d.message}"
                for d in report
                if d.severity is Severity.ERROR
            )
        )
        self.report = report


def _known(code: str) -> str:
    if code not in CODES:
        raise KeyError(f"diagnostic code {code} is not in CODES")
    return code
