"""What methods do: the calls of the runtime in their bodies.

A method either has its group run a flow, or returns at once something that makes a call when it
is used. The async one runs the same flow, and returns the async form of the same thing.
"""

from __future__ import annotations

from clientpress.plan import annotations as a
from clientpress.plan.types import Call, Passed

GROUP = Passed(a.local("self"))
CORE = Passed(a.local("self._core"))
TRANSPORT = Passed(a.local("self._transport"))


def by_name(*names: str) -> tuple[Passed, ...]:
    """Arguments that are passed on under their own names."""
    return tuple(Passed(name, name) for name in names)


def runtime_call(name: str, *passed: Passed) -> Call:
    """A call of a function or class of the runtime."""
    return Call(a.runtime(name), passed)


def whole_call(*passed: Passed) -> Call:
    """An operation that is called, and whose answer is one value."""
    return Call(a.local("self._call"), passed)


def paged_call(*passed: Passed) -> Call:
    """An operation whose answers are pages, which are fetched when they are used."""
    return Call(a.local("self._pages"), passed)


def run(name: str, *passed: Passed) -> Call:
    """A flow of the runtime that is run."""
    return Call(a.local("self._run"), (Passed(runtime_call(name, *passed)),))


def run_to_handle(name: str, handle: str, *passed: Passed) -> Call:
    """A flow that is run, and whose result may be something that makes further calls."""
    return run(name, GROUP, Passed(a.runtime(handle)), *passed)


def handle(name: str, state: Call, *passed: Passed) -> Call:
    """Something that makes calls when it is used."""
    return runtime_call(name, Passed(state), *passed, TRANSPORT)
