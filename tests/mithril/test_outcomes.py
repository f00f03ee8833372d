"""What became of each request: read from the two files of a batch, in any order, with any accident."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mithril import Client, Failed, Succeeded, Undecodable, join
from mithril.models import BatchOutputLine, ChatCompletion, LineError
from tests.fakes.mithril import Fault
from tests.mithril.lines import line

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeAlias

    from mithril._runtime.values.jsontypes import JsonValue
    from mithril.models import Batch
    from tests.fakes.mithril import FakeMithril

    Body: TypeAlias = ChatCompletion | dict[str, JsonValue] | str
    Outcome: TypeAlias = Succeeded[Body] | Failed[LineError | Body] | Undecodable

DATA = Path(__file__).parents[1] / "data/mithril"


def said(outcome: Outcome) -> str:
    """What a request was answered, or why it was not."""
    match outcome:
        case Succeeded(body=ChatCompletion() as chat):
            return str(chat.choices[0].message.content)
        case Succeeded(body=str() as text):
            return f"text: {json.loads(text)['object']}"
        case Failed(error=LineError() as error):
            return f"{error.code}: {error.message}"
        case Failed(error=dict() as body):
            error = body["error"]
            assert isinstance(error, dict)
            return f"refused: {error['message']}"
        case Undecodable():
            return f"undecodable: {outcome.reason}"
        case _:
            raise AssertionError(outcome)


def done(client: Client, fake: FakeMithril, *texts: str) -> Batch:
    """A batch that is over, of chats with the ids r0, r1 and so on."""
    content = "".join(line(f"r{n}", text) for n, text in enumerate(texts))
    stored = client.files.upload(file=("in.jsonl", content.encode()))
    made = client.batches.create(input_file_id=stored.id)
    return client.batches.wait(made.id, poll_interval=0.001)


def outcomes(client: Client, batch: Batch) -> Iterable[Outcome]:
    """The outcomes of both files."""
    files = [batch.output_file_id, batch.error_file_id]
    return chain.from_iterable(
        client.files.outcomes(file_id) for file_id in files if isinstance(file_id, str)
    )


TEXTS = ["fine", "as text", "too long", "lost", "also fine"]
ANSWERS = [
    "echo: fine",
    "text: chat.completion",
    "refused: max_tokens is too large",
    "server_error: The model did not answer.",
    "echo: also fine",
]


def test_every_request_meets_its_outcome(client: Client, fake: FakeMithril) -> None:
    batch = done(client, fake, *TEXTS)
    requests = [{"custom_id": f"r{n}"} for n in range(len(TEXTS))]
    joined = join(outcomes(client, batch), requests, id="/custom_id")
    assert [request for request, _ in joined.pairs] == requests
    assert [said(outcome) for _, outcome in joined.pairs] == ANSWERS
    assert [outcome.id for _, outcome in joined.pairs] == [
        request["custom_id"] for request in requests
    ]
    assert all(isinstance(it.item, BatchOutputLine) for _, it in joined.pairs)
    assert (joined.missing, joined.duplicates, joined.unknown) == ([], [], [])


def test_the_accidents_are_told_apart(client: Client, fake: FakeMithril) -> None:
    batch = done(client, fake, "twice", "nothing", "broken line", "fine")
    requests = [{"custom_id": name} for name in ("r0", "r1", "r2", "r9")]
    joined = join(outcomes(client, batch), requests, id="/custom_id")
    assert [(r["custom_id"], said(outcome)) for r, outcome in joined.pairs] == [
        ("r0", "echo: twice")
    ]
    assert [request["custom_id"] for request in joined.missing] == ["r1", "r2", "r9"]
    assert [outcome.id for outcome in joined.duplicates] == ["r0"]
    stranger, broken, nothing = joined.unknown
    assert isinstance(stranger, Succeeded) and stranger.id == "r3"
    assert isinstance(broken, Undecodable) and broken.line == 2
    assert isinstance(broken.raw, bytes) and b'"r2"' in broken.raw
    assert isinstance(nothing, Undecodable) and nothing.line == 1
    assert isinstance(nothing.raw, BatchOutputLine) and nothing.raw.custom_id == "r1"


@pytest.mark.parametrize(
    "fake",
    [
        {"content_type": "application/x-ndjson"},
        {"content_type": "application/octet-stream"},
        {"content_type": "application/jsonl"},  # as another server calls it
    ],
    indirect=True,
)
def test_lines_are_lines_whatever_they_are_called(
    client: Client, fake: FakeMithril
) -> None:
    batch = done(client, fake, "fine", "lost")
    assert [said(outcome) for outcome in outcomes(client, batch)] == [
        "echo: fine",
        "server_error: The model did not answer.",
    ]


def test_lines_are_models(client: Client, fake: FakeMithril) -> None:
    batch = done(client, fake, "fine", "broken line")
    assert isinstance(batch.output_file_id, str)
    broken, whole = client.files.content(batch.output_file_id)
    assert isinstance(broken, Undecodable)
    assert isinstance(whole, BatchOutputLine) and whole.custom_id == "r0"


def test_an_empty_file_has_no_outcomes(client: Client, fake: FakeMithril) -> None:
    stored = fake.store.put_file(b"", "batch_error.jsonl")
    assert list(client.files.outcomes(stored.id)) == []


RECORDED = [
    (path.stem, one["response"]["text"])
    for path in sorted((DATA / "recorded").glob("*.json"))
    for one in json.loads(path.read_bytes())
    if (one["operation"], one["case"]) == ("file_content", "output")
]


@pytest.mark.parametrize(("server", "text"), RECORDED)
def test_files_of_other_servers(
    client: Client, fake: FakeMithril, server: str, text: str
) -> None:
    fake.faults.append(Fault(status=200, body=text.encode()))
    found = list(client.files.outcomes("file-1"))
    assert [outcome.id for outcome in found if isinstance(outcome, Succeeded)] == [
        "req-0",
        "req-1",
        "req-2",
    ]
    # AIBrix gave back what it was asked; the others put JSON into a string.
    kinds = {type(outcome.body) for outcome in found if isinstance(outcome, Succeeded)}
    assert kinds == {dict if server == "aibrix" else str}


def test_the_samples_of_both_files(client: Client, fake: FakeMithril) -> None:
    found: list[str] = []
    for name in ("output", "errors"):
        body = (DATA / f"samples/file_content.{name}.inferred.jsonl").read_bytes()
        fake.faults.append(Fault(status=200, body=body))
        found += [said(outcome) for outcome in client.files.outcomes("file-1")]
    assert found == [
        "Hello! How can I help?",
        "refused: max_tokens is too large",
        "batch_expired: This request could not be executed before the completion window expired.",
    ]
    assert len(RECORDED) == 3
