"""Random tests: other examples in every run, which can be repeated, each within limits.

A plugin of pytest for all tests that use hypothesis. Every run takes a fresh seed and prints it,
whether it is a run of CI or not; all workers of pytest-xdist use the same one. A seed gives a test
the same examples alone and together with all others. Every example may use only so much CPU time
and memory, so that one that explodes ends with a message, with the place where it was, and with
the values it was made of.
"""

from __future__ import annotations

import functools
import random
import resource
import signal
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

SECONDS, MEGABYTES = 30, 2000
"""What one example may use: CPU time, and memory beside what the process has already."""

# Nothing depends on the speed of the machine, and nothing on former runs: all is in the seed.
settings.register_profile(
    "clientpress",
    database=None,
    deadline=None,
    derandomize=False,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("clientpress")

# Hypothesis takes some values from the source of modules that are loaded. With these, a test would
# have other examples when it runs alone.
assert hasattr(providers, "_get_local_constants")
providers._get_local_constants = providers.Constants  # type: ignore[attr-defined]


class TooMuch(BaseException):
    """An example used more CPU time or memory than it may.

    No `Exception`: hypothesis would search for a smaller example, and every try would be as slow.
    """


@contextmanager
def limits(seconds: float, megabytes: int) -> Generator[None]:
    """A limit of CPU time and memory for what is done meanwhile, also in child processes.

    Raises:
        TooMuch: The limit is reached; raised where the work was at that moment.
    """

    def stop(*_: object) -> None:
        raise TooMuch(f"more than {seconds} s of CPU time")

    used = psutil.Process().memory_info().data
    memory = resource.getrlimit(resource.RLIMIT_DATA)
    cpu = resource.getrlimit(resource.RLIMIT_CPU)
    before = signal.signal(signal.SIGXCPU, stop)
    try:
        resource.setrlimit(resource.RLIMIT_DATA, (used + (megabytes << 20), memory[1]))
        last = int(time.process_time() + seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (last, cpu[1]))
        yield
    except MemoryError as e:
        raise TooMuch(f"more than {megabytes} MB of memory") from e
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, cpu)
        resource.setrlimit(resource.RLIMIT_DATA, memory)
        signal.signal(signal.SIGXCPU, before)


def limited(example: Callable[..., None]) -> Callable[..., None]:
    """The body of a random test, within the limits; what is too much names its values."""

    @functools.wraps(example)
    def wrapper(*args: Any, **values: Any) -> None:
        try:
            with limits(SECONDS, MEGABYTES):
                example(*args, **values)
        except TooMuch as e:
            e.add_note("The example:")
            for name, value in values.items():
                e.add_note(f"    {name} = {value!r}")
            raise

    return wrapper


# ------------------------------------------------------------------ hooks of pytest
@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Choose the seed, before hypothesis reads it; a worker takes that of the run."""
    if config.option.hypothesis_seed is None:
        given: dict[str, Any] = getattr(config, "workerinput", {})
        chosen = given.get("seed") or str(random.SystemRandom().randrange(10**9))
        config.option.hypothesis_seed = chosen


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give the seed to a worker of pytest-xdist."""
    node.workerinput["seed"] = node.config.option.hypothesis_seed


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Limit all random tests. The cases of one test share what is limited."""
    tests: list[Any] = [getattr(item, "obj", None) for item in items]
    handles = [test.hypothesis for test in tests if hasattr(test, "hypothesis")]
    for handle in {id(handle): handle for handle in handles}.values():
        handle.inner_test = limited(handle.inner_test)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Say the seed at the start as well, for runs that are ended from outside."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and not hasattr(session.config, "workerinput"):
        reporter.write_line(
            f"random tests: SEED={session.config.option.hypothesis_seed}"
        )


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """The commands that repeat the random tests, and those of them that failed."""
    again = f"make test SEED={config.option.hypothesis_seed}"
    terminalreporter.write_line(f"random tests: {again} takes the same examples")
    failed = terminalreporter.stats.get("failed", [])
    random_ones = [report for report in failed if "hypothesis" in report.keywords]
    for report in random_ones:
        slow = "-m slow " if "slow" in report.keywords else ""
        test = report.nodeid.partition("[")[0]
        terminalreporter.write_line(f'  {again} TESTS="{slow}{test}"')
