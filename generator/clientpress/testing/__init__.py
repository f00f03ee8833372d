"""Tests of programs that use a generated client, without the API.

`FakeApi` answers as an OpenAPI document describes, and refuses requests that the document does not allow.
`record` and `replay` keep real exchanges in a file. docs/testing.md shows both.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clientpress.testing.answers import Answer, Failure
    from clientpress.testing.cassette import UnreadableRecording
    from clientpress.testing.fake import FakeApi
    from clientpress.testing.findings import (
        AnswerMismatch,
        DocumentError,
        Finding,
        NotRecorded,
        RequestMismatch,
        UnusedAnswers,
    )
    from clientpress.testing.recording import Player, Recorder, record, replay
    from clientpress.testing.requests import SentRequest
else:
    _HOMES = {
        "Answer": "answers",
        "AnswerMismatch": "findings",
        "DocumentError": "findings",
        "Failure": "answers",
        "FakeApi": "fake",
        "Finding": "findings",
        "NotRecorded": "findings",
        "Player": "recording",
        "Recorder": "recording",
        "RequestMismatch": "findings",
        "SentRequest": "requests",
        "UnreadableRecording": "cassette",
        "UnusedAnswers": "findings",
        "record": "recording",
        "replay": "recording",
    }

    def __getattr__(name):
        # Imported when first used: the pytest plugin is in this package, and is loaded with every run.
        from importlib import import_module

        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = import_module(f"clientpress.testing.{_HOMES[name]}")
        value = globals()[name] = getattr(module, name)
        return value


__all__ = [
    "Answer",
    "AnswerMismatch",
    "DocumentError",
    "Failure",
    "FakeApi",
    "Finding",
    "NotRecorded",
    "Player",
    "Recorder",
    "RequestMismatch",
    "SentRequest",
    "UnreadableRecording",
    "UnusedAnswers",
    "record",
    "replay",
]
