"""Tests of programs that use a generated client, without the API.

`FakeApi` answers as an OpenAPI document says and refuses requests that break it; `record` and
`replay` keep real exchanges in a file. docs/testing.md shows both.
"""

from clientpress.testing.answers import Answer, Failure
from clientpress.testing.fake import FakeApi
from clientpress.testing.findings import (
    AnswerMismatch,
    DocumentError,
    Finding,
    NotRecorded,
    RequestMismatch,
    UnusedAnswers,
)
from clientpress.testing.requests import SentRequest

__all__ = [
    "Answer",
    "AnswerMismatch",
    "DocumentError",
    "Failure",
    "FakeApi",
    "Finding",
    "NotRecorded",
    "RequestMismatch",
    "SentRequest",
    "UnusedAnswers",
]
