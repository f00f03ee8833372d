"""Jobs to wait for, found by the states that an operation can answer with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from clientpress.api import schemas as s
from clientpress.api.operations import Operation
from clientpress.api.schemas import Schema
from clientpress.diagnostics import escape_step
from clientpress.plan.identifiers import words
from clientpress.plan.media import json_answer
from clientpress.suggest.shapes import Shapes, plain
from clientpress.suggest.suggestion import Suggestion

_STATES = ("status", "state", "phase", "jobstatus", "jobstate", "lifecyclestate")
# In the form of `plain`.
_GOOD = frozenset(
    words(
        "complete completed done finished processed ready succeeded success successful"
    )
)
_BAD = frozenset(words("""
    aborted canceled cancelled dead deadlettered error errored expired failed failure incomplete rejected
    stopped terminated timedout timeout
    """))
_ENDED = frozenset(words("aborted canceled cancelled expired stopped terminated"))
_RUNNING = frozenset(words("""
    accepted booting building cancelling canceling creating downloading executing finalizing importing
    indexing initializing inprogress inqueue pending preparing processing provisioning queued running
    scheduled starting started submitted training uploading validating validatingfiles waiting working
    """))
# States of work, which say more than `pending`.
_WORK = frozenset(
    words("executing indexing inprogress processing queued running training validating")
)
_REASONS = (
    ("error", "message"),
    ("lasterror", "message"),
    ("failurereason",),
    ("failuremessage",),
    ("errormessage",),
    ("statusmessage",),
    ("error",),
)
_COUNTS = ("requestcounts", "filecounts", "progress", "counts")
_RESULTS = frozenset(words("content download output outputs result results"))


def find_jobs(operations: Iterable[Operation], shapes: Shapes) -> Iterator[Suggestion]:
    """Suggest waiting for operations that answer with the state of a job."""
    listed = tuple(operations)
    made = [json_answer(x) for x in listed if x.method.upper() == "POST"]
    created = {x.target for x in made if isinstance(x, s.Reference)}
    by_path = {x.path: x for x in listed if x.method.upper() == "GET"}
    for operation in listed:
        answer = json_answer(operation)
        if operation.wait is not None or operation.method.upper() != "GET":
            continue
        if answer is None or not operation.path.rstrip("/").endswith("}"):
            continue
        found = _polling(shapes, answer)
        if found is None:
            continue
        words, evidence, confidence = found
        if isinstance(answer, s.Reference) and answer.target in created:
            confidence += 0.1
            evidence.append("a POST answers with the same job")
        result = _result(operation, by_path)
        if result:
            words["result"] = result
            evidence.append(f"{result['operation']} is the operation for its result")
        yield Suggestion(
            kind="polling",
            place=operation.place,
            update={"x-clientpress-polling": words},
            evidence=tuple(evidence),
            confidence=round(confidence, 2),
        )


def _polling(
    shapes: Shapes, answer: Schema
) -> tuple[dict[str, Any], list[str], float] | None:
    """The rules for a job, with evidence; None where its states do not look like those of a job."""
    members = {plain(w): (w, x) for w, x in shapes.members(answer).items()}
    name = next((x for x in _STATES if x in members), None)
    if name is None:
        return None
    wire, schema = members[name]
    states = shapes.followed(schema)
    if not isinstance(states, s.Enumeration) or states.type != "string":
        return None
    good = [x for x in states.values if plain(x) in _GOOD]
    bad = [x for x in states.values if plain(x) in _BAD - _ENDED]
    ended = [x for x in states.values if plain(x) in _ENDED]
    running = [x for x in states.values if plain(x) in _RUNNING]
    if not good or not running or not (bad or ended):
        return None
    at = f"/{escape_step(wire)}"
    rules: list[dict[str, Any]] = [{"outcome": "succeeded", "when": _is(at, good)}]
    reason = _reason(shapes, answer)
    if bad:
        failed = {"outcome": "failed", "when": _is(at, bad)}
        rules.append({**failed, **({"reason": reason} if reason else {})})
    if ended:
        rules.append({"outcome": "ended", "when": _is(at, ended)})
    words: dict[str, Any] = {"rules": rules}
    progress = _progress(shapes, answer)
    if progress:
        words["progress"] = progress
    others = len(states.values) - len(good) - len(bad) - len(ended) - len(running)
    confidence = 0.75 if {plain(x) for x in running} & _WORK else 0.6
    evidence = [f"{at} is {', '.join(states.values)}"]
    if others:
        confidence -= 0.2
        evidence.append("other states may be final too")
    return words, evidence, confidence


def _is(at: str, values: list[Any]) -> dict[str, Any]:
    return {"at": at, "eq": values[0]} if len(values) == 1 else {"at": at, "in": values}


def _reason(shapes: Shapes, answer: Schema) -> str:
    """Where a job has the reason for its failure; empty where nothing looks like it."""
    for names in _REASONS:
        here, pointer = answer, ""
        for name in names:
            members = shapes.members(here)
            wire = next((w for w in members if plain(w) == name), None)
            if wire is None:
                break
            here, pointer = members[wire], f"{pointer}/{escape_step(wire)}"
        else:
            return pointer
    return ""


def _progress(shapes: Shapes, answer: Schema) -> dict[str, Any] | None:
    """Where a job counts what is done."""
    for wire, schema in shapes.members(answer).items():
        if plain(wire) not in _COUNTS:
            continue
        counts = {plain(w): w for w in shapes.members(schema)}
        done = [
            counts[x]
            for x in ("completed", "succeeded", "failed", "errored", "done")
            if x in counts
        ]
        if "total" in counts and done:
            above = f"/{escape_step(wire)}/"
            return {
                "done": [above + escape_step(x) for x in done],
                "total": above + escape_step(counts["total"]),
            }
    return None


def _result(
    operation: Operation, by_path: dict[str, Operation]
) -> dict[str, Any] | None:
    """The operation below this one that answers with the result."""
    for name in sorted(_RESULTS):
        below = by_path.get(f"{operation.path}/{name}")
        if below is None or not below.id:
            continue
        needed = [p.wire for p in below.parameters if p.location == "path"]
        known = [p.wire for p in operation.parameters if p.location == "path"]
        others = [p for p in below.parameters if p.required and p.location != "path"]
        if needed == known and not others:
            return {
                "operation": below.id,
                "parameters": {x: f"$request.path.{x}" for x in needed},
            }
    return None
