"""xAI: the life of a batch, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from tests.fakes.xai import FakeXai
from xai_batches import Client, Failed, join

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    from xai_batches import Joined, Succeeded
    from xai_batches.models import (
        Batch,
        BatchError,
        BatchRequestItemDict,
        BatchResponse,
    )

    from .screen import Screen

    Error = BatchError | str
    Answer = BatchResponse | Literal["unknown"]
    Pairs = Joined[BatchRequestItemDict, Answer, Error]

QUESTIONS = [
    f"What is {left} {sign} {right}?"
    for sign in ("+", "*")
    for left, right in ((12, 97), (34, 75), (56, 53), (78, 31))
]
NO_ANSWER = {3: "bad-model", 6: "bad-model-text"}
"""Models that the server has no answer from, by the number of the question."""

REQUESTS: list[BatchRequestItemDict] = [
    {
        "batch_request_id": f"q{number}",
        "batch_request": {
            "chat_get_completion": {
                "model": NO_ANSWER.get(number, "grok-4"),
                "messages": [{"role": "user", "content": question}],
            }
        },
    }
    for number, question in enumerate(QUESTIONS, start=1)
]


def show(screen: Screen) -> None:
    """Send questions as a batch, and put answers and questions together."""
    with (
        FakeXai(advance_per_get=1) as fake,
        Client(api_key=fake.api_key, base_url=fake.base_url) as client,
    ):
        screen.heading("xAI Batches", f"{fake.base_url} acts as the service")
        screen.code(_ask)
        with screen.progress("wait", client.batches.progress) as look:
            joined = _ask(client, REQUESTS, look)
    screen.table(
        (">id", "question", "answer or error", ">tokens"),
        (
            (outcome.id, question, *_cells(outcome))
            for (_, outcome), question in zip(joined.pairs, QUESTIONS, strict=True)
        ),
    )
    failed = [o.id for _, o in joined.pairs if isinstance(o, Failed)]
    count = len(joined.pairs)
    pages = sum(request.path.endswith("/results") for request in fake.requests)
    screen.check(
        [outcome.id for _, outcome in joined.pairs]
        == [request.get("batch_request_id") for request in REQUESTS]
        and failed == [f"q{number}" for number in NO_ANSWER]
        and not (joined.missing or joined.duplicates or joined.unknown),
        f"{count - len(failed)} succeeded, {len(failed)} failed, none is missing",
    )
    screen.check(pages == 3, f"{count} results came in {pages} pages")


def _ask(
    client: Client,
    requests: list[BatchRequestItemDict],
    look: Callable[[Batch], None],
) -> Pairs:
    batch = client.batches.create(name="arithmetic")
    client.batches.add_requests(batch.batch_id, batch_requests=requests)
    client.batches.wait(batch.batch_id, poll_interval=0.1, on_progress=look)
    joined = join(client.batches.outcomes(batch.batch_id, limit=3), requests)
    return joined  # noqa: RET504 - the tour shows the line above


def _cells(outcome: Succeeded[Answer] | Failed[Error]) -> tuple[Text, str]:
    """Answer and tokens."""
    if isinstance(outcome, Failed):
        error = outcome.error
        said = error if isinstance(error, str) else f"{error.message} ({error.code})"
        return Text(said, "red"), "-"
    assert outcome.body != "unknown"
    chat = outcome.body.chat_get_completion
    assert chat and chat.usage
    return Text(str(chat.choices[0].message.content)), str(chat.usage.total_tokens)
