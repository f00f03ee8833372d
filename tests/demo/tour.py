"""The tour itself: from four documents to four clients, then each client at work."""

from __future__ import annotations

import sys
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from .screen import Screen

if TYPE_CHECKING:
    from clientpress import Generated

SPECS = Path(__file__).parents[2] / "specs"
NAMES = ("woodwide", "open_inference", "xai_batches", "mithril")


def tour(folder: Path) -> bool:
    """Show everything; tells whether it all came as it should.

    Args:
        folder: An empty folder, for the clients.
    """
    screen = Screen()
    started = time.perf_counter()
    _clients(screen, folder)

    # These import clients, which are there only now.
    from . import mithril, open_inference, woodwide, xai

    for part in (woodwide, open_inference, xai, mithril):
        part.show(screen)
    seconds = time.perf_counter() - started
    screen.heading("The end", f"after {seconds:.1f} s")
    screen.say(f"{screen.checked - screen.failed} of {screen.checked} checks hold.")
    screen.say("Next: clientpress generate YOUR_DOCUMENT.yaml --output my_client")
    return screen.failed == 0


def _clients(screen: Screen, folder: Path) -> None:
    """Generate the clients, and see to it that imports find these."""
    screen.heading("clientpress", "a document becomes a client")
    screen.code(_generate)
    rows = list[tuple[str, ...]]()
    for name in NAMES:
        started = time.perf_counter()
        made = _generate(name, folder)
        seconds = time.perf_counter() - started
        api = made.build.plan.api
        counts = (len(api.operations), len(made.changes))
        rows.append((api.title, name, *map(str, counts), f"{seconds:.1f}"))
    screen.table(("API", "package", ">operations", ">files", ">seconds"), rows)
    sys.path.insert(0, str(folder))
    found = [Path(import_module(name).__file__ or "").parent for name in NAMES]
    screen.check(
        found == [folder / name for name in NAMES],
        "the four packages are imported from where they were generated",
    )


def _generate(name: str, folder: Path) -> Generated:
    from clientpress import generate

    made = generate(SPECS / f"{name}.yaml", folder / name, features=["capture"])
    return made  # noqa: RET504 - the tour shows the line above
