"""One document: `python -m tests.judge.one DOCUMENT WORKSPACE [--no-calls]`, a verdict as JSON.

In a process of its own, so that the memory measured is that of one document.
"""

from __future__ import annotations

import json
import re
import sys
import time
import traceback
from pathlib import Path

from tests.judge.verdict import Verdict


def package_name(document: Path) -> str:
    """What the package of a document is called."""
    return "c_" + re.sub(r"\W", "_", document.stem).lower()


def judge(document: Path, workspace: Path) -> Verdict:
    """Everything but types."""
    from tests.judge.making import generate

    verdict = Verdict(document.name)
    start = time.process_time()
    try:
        folder = workspace / package_name(document)
        outcome = generate(document, folder, verdict)
        if outcome is not None:
            _judge(document, folder, outcome.build.plan, verdict)
    except Exception:
        verdict.crash = traceback.format_exc()
    verdict.judging = time.process_time() - start
    return verdict


def _judge(document: Path, folder: Path, plan: object, verdict: Verdict) -> None:
    from clientpress.plan.types import Plan
    from clientpress.testing.reading import Documents
    from tests.judge.calling import Calls
    from tests.judge.complete import judge_complete, methods_of
    from tests.judge.making import judge_stable, judge_usable
    from tests.judge.packages import Package
    from tests.judge.source import Source
    from tests.judge.trips import judge_trips
    from tests.judge.typed import Types

    assert isinstance(plan, Plan)
    judge_usable(folder, verdict)
    judge_stable(document, folder, verdict)
    documents = Documents(document)
    package = Package(folder, plan)
    methods = methods_of(package)
    calls = Calls(package, documents, methods, verdict)
    there = judge_complete(package, documents, methods, calls.client, verdict)
    calls.judge(there)
    judge_trips(package, documents, verdict)
    Types(package, Source(folder), documents, verdict).judge(there, methods)


def main() -> None:
    sys.setrecursionlimit(3_000)
    document, workspace = map(Path, sys.argv[1:3])
    verdict = judge(document, workspace)
    sys.stdout.write(json.dumps(verdict.as_data()))


if __name__ == "__main__":
    main()
