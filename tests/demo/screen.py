"""What the tour puts on the screen: headings, code, tables, progress, and what was checked."""

from __future__ import annotations

import inspect
import textwrap
from contextlib import contextmanager
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence

P = ParamSpec("P")
R = TypeVar("R")
J = TypeVar("J")

_WIDEST = 100
_INDENT = 2


class Screen:
    """The terminal, or whatever takes the output in its place.

    Attributes:
        checked: How many checks were made.
        failed: How many of them did not hold.
    """

    def __init__(self) -> None:
        self._console = Console(highlight=False)
        self._console.width = min(_WIDEST, self._console.width)
        self._parted = False
        """Whether something stands between the heading and what comes next."""
        self.checked = 0
        self.failed = 0

    def heading(self, title: str, about: str) -> None:
        """Begin a part of the tour."""
        self._console.print()
        self._console.rule(
            Text.assemble((title, "bold cyan"), "  ", (about, "dim")),
            align="left",
            style="cyan",
        )
        self._parted = False

    def code(self, code: Callable[..., object]) -> None:
        """Show the body of a function; see `body_of`."""
        syntax = Syntax("", "python", theme="ansi_dark")
        text = syntax.highlight(body_of(code))
        text.rstrip()
        bar = "| " if self._console.options.ascii_only else "│ "
        if self._parted:
            self._console.print()
        for line in text.split():
            self._print(Text.assemble((bar, "dim"), line))

    def run(self, code: Callable[P, R], *given: P.args, **named: P.kwargs) -> R:
        """Show the body of a function, and call it."""
        self.code(code)
        return code(*given, **named)

    def table(
        self, columns: Sequence[str], rows: Iterable[Sequence[str | Text]]
    ) -> None:
        """Show a table; columns whose title starts with ">" are aligned to the right."""
        table = Table(
            box=box.SIMPLE_HEAD, header_style="bold", show_edge=False, pad_edge=False
        )
        for title in columns:
            table.add_column(
                title.removeprefix(">"),
                justify="right" if title.startswith(">") else "left",
                no_wrap=True,
            )
        for row in rows:
            table.add_row(*row)
        self._console.print()
        self._print(table)
        self._console.print()

    def say(self, text: str) -> None:
        """Show a line of text."""
        self._print(Text(text))

    def check(self, holds: bool, what: str) -> None:
        """Show whether something is as it should be."""
        self.checked += 1
        self.failed += not holds
        mark, style = ("ok", "bold green") if holds else ("NOT SO:", "bold red")
        self._print(Text.assemble((mark, style), " ", what))

    @contextmanager
    def progress(
        self, label: str, measure: Callable[[J], tuple[float, float] | None]
    ) -> Generator[Callable[[J], None]]:
        """What shows how far a job is: a bar in a terminal, else a few words.

        Args:
            label: What is being waited for.
            measure: Tells of a job how much of it is done, and how much there is.
        """
        showing = self._bar if self._console.is_terminal else self._words
        with showing(label) as show:

            def look(job: J) -> None:
                made = measure(job)
                if made is not None:
                    show(*made)

            yield look

    def _print(self, what: Text | Table) -> None:
        self._parted = True
        padded = Padding(what, (0, 0, 0, _INDENT), expand=False)
        if self._console.is_terminal:
            self._console.print(padded)
            return
        with self._console.capture() as text:
            self._console.print(padded)
        for line in text.get().splitlines():
            self._console.out(line.rstrip(), highlight=False)

    @contextmanager
    def _bar(self, label: str) -> Generator[Callable[[float, float], None]]:
        columns = (" ", f"{label:9}", BarColumn(), MofNCompleteColumn())
        # It is drawn when something moves; a thread that draws might do so after the end.
        with Progress(*columns, console=self._console, auto_refresh=False) as bars:
            bar = bars.add_task("", total=None)

            def move(done: float, total: float) -> None:
                bars.update(bar, completed=done, total=total, refresh=True)

            yield move

    @contextmanager
    def _words(self, label: str) -> Generator[Callable[[float, float], None]]:
        """A line that grows by some words each quarter."""
        self._console.out(f"{'':{_INDENT}}{label:9}", end="")
        last = 0

        def add(done: float, total: float) -> None:
            nonlocal last
            quarter = int(4 * done / total) if total else 0
            if quarter > last:
                last = quarter
                self._console.out(f" {done:.0f}/{total:.0f}", end="")

        try:
            yield add
        finally:
            self._console.out()


def body_of(code: Callable[..., object]) -> str:
    """The source of a function's body, without docstring and without the last return."""
    lines, _ = inspect.getsourcelines(code)
    start = next(n for n, line in enumerate(lines) if line.rstrip().endswith(":")) + 1
    body = textwrap.dedent("".join(lines[start:])).rstrip()
    head, _, last = body.rpartition("\n")
    return head if last.startswith("return ") and head else body.removeprefix("return ")
