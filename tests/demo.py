"""`python -m tests.demo`: the whole life of a batch in the terminal, against a local server.

A client is generated into a temporary folder and used from there. Nothing outside of this
machine is asked, and nothing is left behind.
"""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

# Everything that takes long to load is loaded where it is used, so that Ctrl-C never shows a
# traceback. `xai_batches` must be: it is found only once it has been generated.
if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import Literal

    from rich.console import Console
    from rich.text import Text

    from xai_batches import Client, Failed, Succeeded
    from xai_batches.models import (
        Batch,
        BatchError,
        BatchRequestItemDict,
        BatchResponse,
    )

DOCUMENT = Path(__file__).parents[1] / "specs" / "xai_batches.yaml"
POLL_SECONDS = 0.09
INTERRUPTED = 130

QUESTIONS = [
    f"What is {left} {sign} {right}?"
    for sign in ("+", "-", "*")
    for left, right in zip(range(12, 100, 11), range(97, 9, -11), strict=True)
]
NO_ANSWER = {5: "bad-model", 11: "bad-model-text", 17: "bad-model-message"}
"""Models that the server has no answer from, by the number of the question."""


def main() -> int:
    """Run the demo; the exit status."""
    try:
        _show()
    except KeyboardInterrupt:
        print("\nStopped.")
        return INTERRUPTED
    return 0


def _show() -> None:
    from rich.console import Console

    from tests.fakes.xai import FakeXai

    console = Console(highlight=False)
    with TemporaryDirectory(prefix="clientpress-demo-") as folder:
        _generate(console, Path(folder))
        from xai_batches import Client

        _step(console, 2, "Start a server", "FakeXai()")
        with FakeXai(advance_per_get=1) as server:
            _say(console, f"{server.base_url} acts as xAI; it echoes what it is asked")
            with Client(server.api_key, base_url=server.base_url) as client:
                _run(console, client)


def _generate(console: Console, folder: Path) -> None:
    """Generate a client, and see to it that imports find this one."""
    from clientpress import generate

    _step(console, 1, "Generate a client", f"clientpress generate {DOCUMENT.name}")
    started = time.perf_counter()
    outcome = generate(DOCUMENT, folder / "xai_batches")
    seconds = time.perf_counter() - started
    operations = len(outcome.build.plan.api.operations)
    _say(
        console,
        f"{len(outcome.changes)} files for {operations} operations in {seconds:.1f} s",
    )
    sys.path.insert(0, str(folder))
    import xai_batches

    assert Path(xai_batches.__file__).is_relative_to(folder), xai_batches.__file__


def _run(console: Console, client: Client) -> None:
    _step(console, 3, "Create a batch", 'client.batches.create(name="arithmetic")')
    batch = client.batches.create(name="arithmetic")
    _say(console, batch.batch_id)

    requests = _requests()
    _step(console, 4, "Add requests", "client.batches.add_requests(batch_id, ...)")
    client.batches.add_requests(batch.batch_id, batch_requests=requests)
    _say(console, f"{len(requests)} requests, such as: {QUESTIONS[0]}")

    _step(console, 5, "Wait", "client.batches.wait(batch_id, on_progress=...)")
    started = time.perf_counter()
    with _progress(console) as show:

        def moved(job: Batch) -> None:
            show(client.batches.progress(job))

        client.batches.wait(
            batch.batch_id, poll_interval=POLL_SECONDS, on_progress=moved
        )
    seconds = time.perf_counter() - started
    _say(console, f"All requests are done after {seconds:.1f} s")
    _results(console, client, batch.batch_id, requests)


def _requests() -> list[BatchRequestItemDict]:
    return [
        {
            "batch_request_id": f"q{number:02}",
            "batch_request": {
                "chat_get_completion": {
                    "model": NO_ANSWER.get(number, "grok-4"),
                    "messages": [{"role": "user", "content": question}],
                }
            },
        }
        for number, question in enumerate(QUESTIONS, start=1)
    ]


def _results(
    console: Console,
    client: Client,
    batch_id: str,
    requests: list[BatchRequestItemDict],
) -> None:
    """Put results and requests together, and print them."""
    from rich.table import Table

    from xai_batches import Failed, join

    _step(console, 6, "Join", "join(client.batches.outcomes(batch_id), requests)")
    joined = join(client.batches.outcomes(batch_id, limit=10), requests)
    table = Table()
    for title in ("id", "question", "answer or error"):
        table.add_column(title, no_wrap=True)
    table.add_column("tokens", justify="right", no_wrap=True)
    for (_, outcome), question in zip(joined.pairs, QUESTIONS, strict=True):
        table.add_row(outcome.id, question, *_cells(outcome))
    console.print(table)
    failed = sum(isinstance(outcome, Failed) for _, outcome in joined.pairs)
    console.print(
        f"[green]{len(joined.pairs) - failed} succeeded[/], [red]{failed} failed[/],"
        f" {len(joined.missing)} without a result."
    )
    console.print(
        "Next: [bold]clientpress generate YOUR_DOCUMENT.yaml --output my_client[/]"
    )


def _cells(
    outcome: Succeeded[BatchResponse | Literal["unknown"]] | Failed[BatchError | str],
) -> tuple[Text, str]:
    """Answer and tokens."""
    from rich.text import Text

    from xai_batches import Failed

    if isinstance(outcome, Failed):
        error = outcome.error
        text = error if isinstance(error, str) else f"{error.message} ({error.code})"
        return Text(text, "red"), "-"
    assert outcome.body != "unknown"
    chat = outcome.body.chat_get_completion
    assert chat and chat.usage
    return Text(str(chat.choices[0].message.content)), str(chat.usage.total_tokens)


# ------------------------------------------------------------------ on the screen
def _step(console: Console, number: int, title: str, code: str) -> None:
    console.print(f"\n[bold cyan]{number}[/]  [bold]{title}[/]  [dim]{code}[/]")


def _say(console: Console, text: str) -> None:
    console.print(f"   {text}", markup=False)


@contextmanager
def _progress(
    console: Console,
) -> Generator[Callable[[tuple[float, float] | None], None]]:
    """What shows how far a job is: a bar in a terminal, else a line a quarter."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

    if console.is_terminal:
        columns = ("  ", BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console) as progress:
            bar = progress.add_task("", total=None)

            def move(made: tuple[float, float] | None) -> None:
                if made is not None:
                    progress.update(bar, completed=made[0], total=made[1])

            yield move
        return
    last = 0

    def say(made: tuple[float, float] | None) -> None:
        nonlocal last
        done, total = made or (0, 0)
        quarter = int(4 * done / total) if total else 0
        if quarter != last:
            last = quarter
            _say(console, f"{done:.0f} of {total:.0f} done")

    yield say


if __name__ == "__main__":
    sys.exit(main())
