"""Files and batches of AIBrix, a real server with the same API, by both clients.

It answers a request with the request's own body. Besides the file, it wants the endpoint and the
completion window of a batch, which Mithril does not know: they go as `extra_body`.
"""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod
from inspect import iscoroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mithril import (
    AsyncClient,
    Attempt,
    Client,
    Failed,
    Hooks,
    Joined,
    Options,
    Succeeded,
    join,
    join_async,
)
from mithril.errors import (
    BadRequestError,
    ConflictError,
    InvalidRequestError,
    JobFailedError,
    NotFoundError,
    PollingTimeoutError,
    StatusError,
    UnprocessableError,
)
from mithril.models import ChatCompletion
from tests.mithril.lines import line
from tests.servers.batches import batch_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mithril import JsonValue
    from mithril.models import Batch, BatchInputLineDict

EXTRA: dict[str, JsonValue] = {
    "endpoint": "/v1/chat/completions",
    "completion_window": "24h",
}
OPTIONS = Options(extra_body=EXTRA)
HOW: dict[str, Any] = {"poll_interval": 0.02, "options": OPTIONS}
REFUSED: JsonValue = {"message": "no"}
"""An answer with an error in its body is one of a model that refused."""


# ------------------------------------------------------------------ both clients
class Side(ABC):
    """A client of either kind.

    Attributes:
        client: A `Client` or an `AsyncClient`.
    """

    client: Any

    @abstractmethod
    def done(self, made: Any) -> Any:
        """What a method of the client returns, after it was awaited."""

    @abstractmethod
    def items(self, made: Any) -> list[Any]:
        """The items of what can be iterated."""

    @abstractmethod
    def join(self, outcomes: Any, requests: Any) -> Joined[Any, Any, Any]:
        """`join` or `join_async`."""

    @abstractmethod
    def close(self) -> None:
        """Close the client."""

    def run(self, requests: Any, **how: Any) -> Any:
        """Run a whole batch."""
        return self.done(self.client.batches.run(requests, **{**HOW, **how}))

    def batches(self) -> list[str]:
        """The ids of all batches that the server has."""
        found = self.done(
            self.client.batches.list(options=Options(query={"limit": 100}))
        )
        assert not found.has_more
        return [batch.id for batch in found.data]

    def uploads(self) -> list[str]:
        """The ids of all files that the server has, but for those with answers."""
        files = self.items(self.client.files.list())
        return [file.id for file in files if not file.filename.startswith(file.id)]

    def sent(self, batch_id: str) -> list[Any]:
        """The lines of the file that a batch was made from, as the server has them."""
        batch = self.done(self.client.batches.retrieve(batch_id))
        data = self.done(self.client.files.content(batch.input_file_id).read())
        return [*map(json.loads, data.splitlines())]


class Blocking(Side):
    """The blocking client."""

    def __init__(self, base_url: str) -> None:
        self.client = Client(base_url=base_url)

    def done(self, made: Any) -> Any:
        return made

    def items(self, made: Any) -> list[Any]:
        return list(made)

    def join(self, outcomes: Any, requests: Any) -> Joined[Any, Any, Any]:
        return join(outcomes, requests)

    def close(self) -> None:
        self.client.close()


class Async(Side):
    """The async client."""

    def __init__(self, base_url: str) -> None:
        self._runner = asyncio.Runner()
        self.client = AsyncClient(base_url=base_url)

    def done(self, made: Any) -> Any:
        return self._runner.run(made) if iscoroutine(made) else made

    def items(self, made: Any) -> list[Any]:
        async def collect() -> list[Any]:
            return [item async for item in made]

        return self._runner.run(collect())

    def join(self, outcomes: Any, requests: Any) -> Joined[Any, Any, Any]:
        return self._runner.run(join_async(outcomes, requests))

    def close(self) -> None:
        self._runner.run(self.client.aclose())
        self._runner.close()


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server."""
    with batch_server(tmp_path_factory.mktemp("aibrix")) as url:
        yield url


@pytest.fixture(params=[Blocking, Async], ids=["sync", "async"])
def side(
    request: pytest.FixtureRequest, base_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Side]:
    """A client of the server, once blocking and once async."""
    monkeypatch.delenv("MITHRIL_API_KEY", raising=False)
    monkeypatch.delenv("MITHRIL_BASE_URL", raising=False)
    made: Side = request.param(base_url)
    yield made
    made.close()


# ------------------------------------------------------------------ requests and answers
def ask(custom_id: str, text: str, **more: JsonValue) -> BatchInputLineDict:
    """A chat, with further members of its body."""
    value: BatchInputLineDict = json.loads(line(custom_id, text))
    value["body"] = {**value["body"], **more}
    return value


def chats(count: int) -> list[BatchInputLineDict]:
    """Chats with the ids r0, r1 and so on, each with a text of its own."""
    return [ask(f"r{n}", f"What is {n} squared?") for n in range(count)]


def assert_echoed(
    joined: Joined[Any, Any, Any], requests: list[BatchInputLineDict]
) -> None:
    """Every request has one outcome, which is its own."""
    assert [request for request, _ in joined.pairs] == requests
    assert not joined.missing and not joined.duplicates and not joined.unknown
    for request, outcome in joined.pairs:
        assert outcome.id == request["custom_id"]
        is_refused = bool(request["body"].get("error"))
        assert isinstance(outcome, Failed) == is_refused
        answer = outcome.error if isinstance(outcome, Failed) else outcome.body
        assert answer == request["body"]
        assert outcome.item.response.status_code == 200


# ------------------------------------------------------------------ files
def test_files_go_there_and_back(side: Side, tmp_path: Path) -> None:
    before = side.uploads()
    texts = ["What is 2 + 2?", 'h\u00e9\u2713 \U0001f600 "q" \\', ""]
    contents = [line(f"r{n}", text).encode() for n, text in enumerate(texts)]
    made = [
        side.done(side.client.files.upload(file=(f"in{n}.jsonl", content)))
        for n, content in enumerate(contents)
    ]
    for n, (file, content) in enumerate(zip(made, contents, strict=True)):
        assert (file.filename, file.bytes_) == (f"in{n}.jsonl", len(content))
        assert (file.object, file.purpose) == ("file", "batch")
        assert side.done(side.client.files.content(file.id).read()) == content
        saved = side.done(side.client.files.content(file.id).save(tmp_path / file.id))
        assert saved.read_bytes() == content
    ids = [file.id for file in made]
    assert sorted(side.uploads()) == sorted([*before, *ids])
    # Page by page, every file comes once.
    for size in (1, 2, 100):
        found = [file.id for file in side.items(side.client.files.list(limit=size))]
        assert len(set(found)) == len(found)
        assert set(found) >= {*before, *ids}


def test_a_file_from_a_path(side: Side, tmp_path: Path) -> None:
    path = tmp_path / "requests.jsonl"
    path.write_text("".join(line(f"r{n}", "x" * 999) for n in range(999)), "utf-8")
    file = side.done(side.client.files.upload(file=path))
    assert (file.filename, file.bytes_) == (path.name, path.stat().st_size)
    assert side.done(side.client.files.content(file.id).read()) == path.read_bytes()


REFUSALS: list[tuple[Callable[[Client], object], type[StatusError], str]] = [
    (lambda c: c.files.content("none").read(), NotFoundError, "content not found"),
    (lambda c: c.files.upload(file=("in.txt", b"")), BadRequestError, "file format"),
    (lambda c: c.files.list(limit=101).take(1), BadRequestError, "between 1 and 100"),
    (lambda c: c.batches.retrieve("none"), NotFoundError, "Batch not found"),
    (lambda c: c.batches.cancel("none"), NotFoundError, "Batch not found"),
    (lambda c: c.batches.delete("none"), StatusError, "Method Not Allowed"),
    (
        lambda c: c.batches.create(input_file_id="none"),
        UnprocessableError,
        "Field required",
    ),
]


@pytest.mark.parametrize(
    ("call", "kind", "said"),
    REFUSALS,
    ids=["content", "upload", "list", "retrieve", "cancel", "delete", "create"],
)
def test_what_is_refused(
    side: Side, call: Callable[[Any], object], kind: type[StatusError], said: str
) -> None:
    before = side.batches()
    with pytest.raises(kind, match=said) as caught:
        side.done(call(side.client))
    assert type(caught.value) is kind
    assert caught.value.attempts == 1
    assert side.batches() == before


# ------------------------------------------------------------------ one batch
def test_step_by_step(side: Side) -> None:
    requests = chats(5)
    data = "".join(json.dumps(request) + "\n" for request in requests)
    upload = side.client.files.upload(file=("in.jsonl", data.encode()))
    file = side.done(upload)
    made = side.done(side.client.batches.create(input_file_id=file.id, options=OPTIONS))
    seen: list[Batch] = []
    batch = side.done(
        side.client.batches.wait(made.id, poll_interval=0.02, on_progress=seen.append)
    )
    assert (batch.id, batch.input_file_id) == (made.id, file.id)
    assert batch.status == "completed" and seen[-1] == batch
    # A state that only this server has is one to wait through.
    assert made.status == "scheduling"
    assert side.client.batches.progress(made) is None
    assert side.client.batches.progress(batch) == (5, 5)
    assert batch.output_file_id and not batch.error_file_id
    outcomes = side.client.files.outcomes(batch.output_file_id)
    assert_echoed(side.join(outcomes, requests), requests)
    lines = side.items(side.client.files.content(batch.output_file_id))
    assert sorted(each.custom_id for each in lines) == ["r0", "r1", "r2", "r3", "r4"]
    with pytest.raises(ConflictError, match="Cannot cancel a batch"):
        side.done(side.client.batches.cancel(batch.id))


def test_every_request_gets_its_own_answer(side: Side) -> None:
    requests = [
        *chats(20),
        ask('"h\u00e9\u2713" \\ \n\t\U0001f600', "a\u2028b\u0085c\x0b\x1c\x00d\r\ne"),
        ask(" ", "", n=None, empty=[{}, ""], error=None),
        ask("numbers", "x", n=[2**64 + 1, -(2**63), 10**22 + 1, 0.1, 1e300, -0.0]),
        ask("i" * 2000, "t" * 200_000),
        ask("refused", "x", error=REFUSED),
    ]
    before = side.batches()
    ran = side.run(requests)
    [made] = set(side.batches()) - set(before)
    assert list(ran.jobs) == [made] and ran.job.id == made and ran.failures == {}
    assert ran.job.status == "completed"
    assert side.client.batches.progress(ran.job) == (25, 25)
    assert side.sent(made) == requests
    assert_echoed(side.join(ran, requests), requests)
    # Each iteration reads the answers again.
    outcomes = side.items(ran)
    ids = [outcome.id for outcome in outcomes]
    assert sorted(ids) == sorted(request["custom_id"] for request in requests)
    assert len({outcome.item.response.request_id for outcome in outcomes}) == 25


def test_a_chat_is_a_model(side: Side) -> None:
    message = {"role": "assistant", "content": "4"}
    choice: JsonValue = {"index": 0, "finish_reason": "stop", "message": {**message}}
    chat: dict[str, JsonValue] = {"id": "c", "created": 1, "choices": [choice]}
    requests = [ask("a", "2 + 2", object="chat.completion", **chat), ask("b", "x")]
    joined = side.join(side.run(requests), requests)
    [(_, answer), (_, other)] = joined.pairs
    assert isinstance(answer, Succeeded) and isinstance(answer.body, ChatCompletion)
    assert (answer.id, answer.body.choices[0].message.content) == ("a", "4")
    assert isinstance(other, Succeeded) and other.body == requests[1]["body"]


def test_a_line_that_is_not_valid(side: Side) -> None:
    requests = [*chats(2), ask("r2", "x", messages=None)]
    before = side.batches()
    with pytest.raises(JobFailedError) as caught:
        side.run(requests)
    assert caught.value.state == "failed"
    assert (
        caught.value.reason
        == "Line 3: 'messages' must be a list for /v1/chat/completions"
    )
    [made] = set(side.batches()) - set(before)
    assert caught.value.job.id == made


# ------------------------------------------------------------------ the state file
def test_a_run_is_paid_for_once(side: Side, tmp_path: Path) -> None:
    requests = chats(7)
    path = tmp_path / "requests.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in requests), "utf-8")
    state = tmp_path / "state.json"
    before = side.batches()
    first = side.run(path, state=state, attempts=2, timeout=600)
    [made] = set(side.batches()) - set(before)
    batches, uploads = side.batches(), side.uploads()
    again = side.run(path, state=state, attempts=2, timeout=600)
    assert first.jobs == again.jobs and list(again.jobs) == [made]
    for ran in (first, again):
        assert_echoed(side.join(ran, path), requests)
    with pytest.raises(InvalidRequestError):
        side.run(chats(8), state=state)
    assert (side.batches(), side.uploads()) == (batches, uploads)


def test_a_run_goes_on_after_its_timeout(side: Side, tmp_path: Path) -> None:
    requests, state = chats(30), tmp_path / "state.json"
    before = side.batches()
    with pytest.raises(PollingTimeoutError):
        side.run(requests, state=state, timeout=0)
    batches, uploads = side.batches(), side.uploads()
    [made] = set(batches) - set(before)
    ran = side.run(requests, state=state)
    assert list(ran.jobs) == [made]
    assert_echoed(side.join(ran, requests), requests)
    assert (side.batches(), side.uploads()) == (batches, uploads)


def test_a_batch_that_was_refused_keeps_its_file(side: Side, tmp_path: Path) -> None:
    requests, state = chats(3), tmp_path / "state.json"
    before = side.batches()
    with pytest.raises(UnprocessableError, match="Field required"):
        side.run(requests, state=state, options=None)
    assert side.batches() == before
    uploads = side.uploads()
    ran = side.run(requests, state=state)
    [made] = set(side.batches()) - set(before)
    assert list(ran.jobs) == [made]
    assert side.uploads() == uploads
    assert_echoed(side.join(ran, requests), requests)


class LostError(Exception):
    """An answer did not come."""


def lose(attempt: Attempt) -> None:
    """Lose the answer of the call that creates a batch."""
    if attempt.operation == "createBatch":
        raise LostError


def test_an_answer_that_was_lost(side: Side, tmp_path: Path) -> None:
    """The batch is there, but the client does not know: the caller names it."""
    requests, state = chats(3), tmp_path / "state.json"
    before = side.batches()
    with pytest.raises(LostError):
        lossy = Options(extra_body=EXTRA, hooks=Hooks(response=lose))
        side.run(requests, state=state, options=lossy)
    batches, uploads = side.batches(), side.uploads()
    [made] = set(batches) - set(before)
    with pytest.raises(InvalidRequestError, match="not known whether a job was"):
        side.run(requests, state=state)
    ran = side.run(requests, state=state, job=made)
    assert list(ran.jobs) == [made]
    assert_echoed(side.join(ran, requests), requests)
    assert (side.batches(), side.uploads()) == (batches, uploads)


# ------------------------------------------------------------------ several batches
def test_what_failed_is_sent_again(side: Side, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    requests = chats(6)
    for n in (1, 4):
        requests[n] = ask(f"r{n}", "x", error=REFUSED)
    failing = [requests[1], requests[4]]
    before = side.batches()
    ran = side.run(requests, state=state, attempts=3)
    batches = side.batches()
    assert set(ran.jobs) == set(batches) - set(before)
    assert [side.sent(id) for id in ran.jobs] == [requests, failing, failing]
    assert_echoed(side.join(ran, requests), requests)
    assert len(side.items(ran)) == 6
    again = side.run(requests, state=state, attempts=3)
    assert again.jobs == ran.jobs
    assert_echoed(side.join(again, requests), requests)
    assert side.batches() == batches


def test_a_batch_that_was_given_up(side: Side, base_url: str, tmp_path: Path) -> None:
    """What it answered until then counts; the rest, and nothing else, is sent again."""
    state = tmp_path / "state.json"
    requests = chats(200)
    cancelled: list[str] = []

    def give_up(job: Batch) -> None:
        done, _ = other.batches.progress(job) or (0, 0)
        if not cancelled and done and job.status == "in_progress":
            cancelled.append(other.batches.cancel(job.id).id)

    before = side.batches()
    with Client(base_url=base_url) as other:
        ran = side.run(requests, state=state, on_progress=give_up)
    assert list(ran.jobs) == cancelled and ran.job.status == "cancelled"
    joined = side.join(ran, requests)
    assert 0 < len(joined.pairs) < 200 and not joined.duplicates and not joined.unknown
    answered = [request for request, _ in joined.pairs]
    rest = [request for request in requests if request not in answered]
    assert joined.missing == rest and len(answered) + len(rest) == 200

    ran = side.run(requests, state=state, attempts=2)
    first, second = ran.jobs
    assert [first] == cancelled and {first, second} == set(side.batches()) - set(before)
    assert side.sent(second) == rest
    assert_echoed(side.join(ran, requests), requests)
    assert len(side.items(ran)) == 200
