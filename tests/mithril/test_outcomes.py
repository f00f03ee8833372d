"""What became of each request: read from the two files of a batch, in any order, with any accident."""

from __future__ import annotations

import io
import json
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mithril import (
    Client,
    Failed,
    Options,
    Succeeded,
    Undecodable,
    join,
    write_failed,
)
from mithril._runtime.values.encoding import encode
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
    Outcome: TypeAlias = Succeeded[Body] | Failed[LineError | Body | None] | Undecodable

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
        case Failed(error=None):
            return "no answer"
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
        ("r0", "echo: twice"),
        ("r1", "no answer"),
    ]
    assert [request["custom_id"] for request in joined.missing] == ["r2", "r9"]
    assert [outcome.id for outcome in joined.duplicates] == ["r0"]
    stranger, broken = joined.unknown
    assert isinstance(stranger, Succeeded) and stranger.id == "r3"
    assert isinstance(broken, Undecodable) and broken.line == 2
    assert isinstance(broken.raw, bytes) and b'"r2"' in broken.raw


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


# Lines of error files that were reported for services of this family, and some of answers.
LINES: list[tuple[str, type, object]] = [
    ('"response": {"status_code": 0, "body": {}}, "error": null', Failed, {}),
    ('"response": {"status_code": null, "body": {}}, "error": null', Failed, {}),
    ('"response": {"status_code": 302, "body": {"a": 1}}', Failed, {"a": 1}),
    ('"response": {"status_code": 200, "body": null}', Failed, None),
    ('"response": {"status_code": 200, "body": {}}', Failed, {}),
    ('"response": {"status_code": 200}', Failed, None),
    ('"response": {"body": {"a": 1}}', Failed, {"a": 1}),
    ('"response": {}', Failed, None),
    ('"response": null, "error": null', Failed, None),
    ('"response": null', Failed, None),
    (
        '"response": {"status_code": 200, "body": {"error": {"message": "no"}}}',
        Failed,
        {"error": {"message": "no"}},
    ),
    (
        '"response": {"status_code": 200, "body": {"a": 1}}, "error": {}',
        Succeeded,
        {"a": 1},
    ),
    (
        '"response": {"status_code": 201, "body": {"error": null}}',
        Succeeded,
        {"error": None},
    ),
    ('"response": {"status_code": "200", "body": {"a": 1}}', Succeeded, {"a": 1}),
]


@pytest.mark.parametrize(("members", "kind", "body"), LINES)
def test_what_counts_as_success(
    client: Client, fake: FakeMithril, members: str, kind: type, body: object
) -> None:
    text = f'{{"custom_id": "r0", {members}}}\n'
    fake.faults.append(Fault(status=200, body=text.encode()))
    [outcome] = client.files.outcomes("file-1")
    assert type(outcome) is kind
    assert isinstance(outcome, Succeeded | Failed)
    assert (outcome.body if isinstance(outcome, Succeeded) else outcome.error) == body
    target = io.BytesIO()
    joined = join([outcome], [{"custom_id": "r0"}], id="/custom_id")
    assert write_failed(joined, target) == (kind is Failed)


CHAT: dict[str, JsonValue] = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1717,
    "model": "m",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "hi"}}],
}


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("created", 1717.5),
        ("id", 7),
        ("choices/0/index", "zero"),
        ("choices/0/message/role", None),
        ("choices/0/message/content", [{"type": "text", "text": "hi"}]),
        ("choices/0/finish_reason", {"type": "stop"}),
        ("usage", "none"),
    ],
)
def test_a_chat_with_an_odd_member_is_a_chat(
    client: Client,
    fake: FakeMithril,
    caplog: pytest.LogCaptureFixture,
    where: str,
    value: object,
) -> None:
    chat: Any = json.loads(json.dumps(CHAT))
    *above, last = where.split("/")
    inner = chat
    for step in above:
        inner = inner[int(step) if step.isdecimal() else step]
    inner[last] = value
    item = {"custom_id": "r0", "response": {"status_code": 200, "body": chat}}
    lines = f"{json.dumps(item)}\n".encode()
    fake.faults.append(Fault(status=200, body=lines))
    [outcome] = client.files.outcomes("file-1")
    assert isinstance(outcome, Succeeded) and isinstance(outcome.body, ChatCompletion)
    assert json.loads(encode(outcome.body)) == chat
    assert f"/response/body/{where}: Expected" in caplog.text
    # The same as a line.
    fake.faults.append(Fault(status=200, body=lines))
    [whole] = client.files.content("file-1")
    assert isinstance(whole, BatchOutputLine) and whole.response
    assert isinstance(whole.response.body, ChatCompletion)
    # Whoever wants errors gets them, for the line.
    fake.faults.append(Fault(status=200, body=lines))
    strict = Options(misfit="raise")
    [refused] = client.files.outcomes("file-1", options=strict)
    assert isinstance(refused, Undecodable) and f"/{where}" in refused.reason
