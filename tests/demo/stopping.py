"""Ctrl-C as an exception that reaches the top, wherever it comes.

Python's own KeyboardInterrupt has two gaps. Where it is raised in the source of an `exec`, as it
may be while a module with data classes is imported, the interpreter remembers it even if it is
caught, and in the end dies of the signal instead of exiting with the status that it was given. Where
it is raised in a `__del__` or in the callback of a weak reference, it is printed and forgotten.
"""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from types import FrameType

_AGAIN_SECONDS = 0.01


class StoppedError(KeyboardInterrupt):
    """The user wants an end. The interpreter does not remember it: it is of another class."""


def stop_at_interrupts() -> None:
    """Raise StoppedError in the main thread at the first Ctrl-C; those after it are ignored."""
    signal.signal(signal.SIGINT, _stop)
    signal.signal(signal.SIGALRM, _stop)
    sys.unraisablehook = _raise_again


def ignore_interrupts() -> None:
    """Do not hear Ctrl-C any more."""
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    ignore_interrupts()
    raise StoppedError


def _raise_again(lost: sys.UnraisableHookArgs) -> None:
    """Try once more, a little later, where the exception could not be raised."""
    if not isinstance(lost.exc_value, StoppedError):
        sys.__unraisablehook__(lost)
        return
    signal.signal(signal.SIGALRM, _stop)
    signal.setitimer(signal.ITIMER_REAL, _AGAIN_SECONDS)
