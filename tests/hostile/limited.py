"""Making a client in a process of its own, which may not use much time or memory."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import NamedTuple

from clientpress.diagnostics import Report
from clientpress.pipeline import build, validate
from clientpress.printing import as_text

SECONDS, MEGABYTES = 60, 1500
Job = Callable[[Path, Report], None]


class Ended(NamedTuple):
    """What became of a document: the findings as text, and the CPU time."""

    findings: str
    seconds: float

    @property
    def errors(self) -> list[str]:
        """The findings that are errors, without their places."""
        return [
            line.partition(": error ")[2]
            for line in self.findings.splitlines()
            if ": error " in line
        ]


def generating(path: Path, report: Report) -> None:
    """A document is refused with an error, or every module of its client compiles."""
    made = build(path, "client", "header", {}, report, full=False)
    assert (made is None) == report.has_errors
    for name, text in made.files.items() if made else ():
        if name.endswith(".py") and not name.startswith("_runtime/"):
            compile(text, name, "exec")


def validating(path: Path, report: Report) -> None:
    """Every check there is."""
    validate(path, report)


def ended(path: Path, job: Job = generating) -> Ended:
    """Do the job within the limits; whatever it raises fails the test."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = _context().Process(target=_work, args=(path, job, theirs))
    process.start()
    theirs.close()
    process.join()
    assert process.exitcode == 0, f"ended with {process.exitcode}: {path.name}"
    return Ended(*ours.recv())


@cache
def _context() -> ForkServerContext:
    """Processes that are forked from one in which everything is imported already."""
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload([__name__])
    return found


def _work(path: Path, job: Job, out: Connection) -> None:
    import resource
    import time

    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES << 20, MEGABYTES << 20))
    report = Report()
    started = time.process_time()
    job(path, report)
    out.send((as_text(report)[:20_000], time.process_time() - started))
