"""Mithril: a whole batch in one call, and what became of each request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from mithril import Client, Failed, Succeeded, join
from mithril.models import ChatCompletion, LineError
from tests.fakes.mithril import MODELS, FakeMithril

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    from mithril import Joined
    from mithril.models import Batch, BatchInputLineDict

    from .screen import Screen

    Answer: TypeAlias = ChatCompletion | dict[str, Any] | str

TEXTS = [
    "Name a colour.",
    "too long",
    "Name a metal.",
    "lost",
    "Name a river.",
    "twice",
]
"""What is asked; the server has its own way with those that are no sentences."""

REQUESTS: list[BatchInputLineDict] = [
    {
        "custom_id": f"r{number}",
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {
            "model": next(iter(MODELS)),
            "messages": [{"role": "user", "content": text}],
        },
    }
    for number, text in enumerate(TEXTS, start=1)
]
EXPECTED = {"r1": True, "r2": False, "r3": True, "r4": False, "r5": True, "r6": True}
"""Which of them succeed."""


def show(screen: Screen) -> None:
    """Run a batch whose answers come out of order, in two files, one of them twice."""
    with (
        FakeMithril(advance_per_get=1) as fake,
        Client(base_url=fake.base_url, api_key=fake.api_key) as client,
    ):
        screen.heading(
            "Mithril Batch Inference", f"{fake.base_url} acts as the service"
        )
        screen.code(_run)
        with screen.progress("run", client.batches.progress) as look:
            joined = _run(client, REQUESTS, look)
    screen.table(
        (">id", "request", "outcome", "answer or error"),
        (
            (outcome.id, text, type(outcome).__name__, _said(outcome))
            for (_, outcome), text in zip(joined.pairs, TEXTS, strict=True)
        ),
    )
    found = {o.id: isinstance(o, Succeeded) for _, o in joined.pairs}
    succeeded = sum(found.values())
    screen.check(
        found == EXPECTED and list(found) == list(EXPECTED) and not joined.missing,
        f"{succeeded} succeeded, {len(found) - succeeded} failed, none is missing",
    )
    screen.check(
        [outcome.id for outcome in joined.duplicates] == ["r6"] and not joined.unknown,
        "the answer that came twice is told apart",
    )


def _run(
    client: Client,
    requests: list[BatchInputLineDict],
    look: Callable[[Batch], None],
) -> Joined[BatchInputLineDict, Answer, LineError | Answer | None]:
    ran = client.batches.run(requests, poll_interval=0.1, on_progress=look)
    joined = join(ran, requests)
    return joined  # noqa: RET504 - the tour shows the line above


def _said(outcome: Succeeded[Answer] | Failed[LineError | Answer | None]) -> Text:
    """The answer, or why there is none."""
    if isinstance(outcome, Succeeded):
        body = outcome.body
        assert isinstance(body, ChatCompletion)
        return Text(str(body.choices[0].message.content))
    error = outcome.error
    if isinstance(error, LineError):
        return Text(f"{error.message} ({error.code})", "red")
    assert isinstance(error, dict)
    detail: Any = error["error"]
    return Text(str(detail["message"]), "red")
