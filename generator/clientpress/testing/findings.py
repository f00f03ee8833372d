"""Findings about requests and answers, and the exceptions that hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clientpress.diagnostics import Place
from clientpress.testing.reading import At, Documents


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule of the document that is broken.

    Attributes:
        pointer: The place of the rule in the document, as `FILE#/json/pointer`.
        message: What breaks it.
        position: `FILE:LINE:COLUMN` of that place; empty for a document that is not in a file.
    """

    pointer: str
    message: str
    position: str = ""

    def __str__(self) -> str:
        where = f"{self.position} {self.pointer}".strip()
        return f"{self.message}\n      {where}"


def finding(documents: Documents, at: At | None, message: str) -> Finding:
    """A finding at a place."""
    at = at or documents.entry
    place = Place(at.file, at.pointer)
    position = documents.locate(place)
    where = f"{place.file}:{position.line}:{position.column}" if position else ""
    return Finding(f"#{at.pointer}" if where else str(place), message, where)


class DocumentError(ValueError):
    """A document cannot be used; the text has every finding with its place."""


class _Mismatch(AssertionError):
    """A request or an answer breaks the document.

    Attributes:
        subject: The request or the answer.
        findings: The rules that it breaks.
    """

    def __init__(self, subject: str, findings: tuple[Finding, ...]) -> None:
        self.subject, self.findings = subject, findings
        listed = "".join(f"\n  - {each}" for each in findings)
        super().__init__(f"{subject} breaks the document:{listed}")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.subject, self.findings)


class RequestMismatch(_Mismatch):
    """A request that the document does not allow."""


class AnswerMismatch(_Mismatch):
    """An answer, given to a fake API, that the document does not describe."""


class UnusedAnswers(AssertionError):
    """Answers of a fake API that no request needed."""


class NotRecorded(AssertionError):
    """A request that is not in the recording."""
