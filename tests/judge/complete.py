"""Whether everything of the document is there: operations, parameters, bodies."""

from __future__ import annotations

from functools import reduce
from inspect import signature
from typing import Any

from clientpress.plan.annotations import names_in
from clientpress.plan.types import Group, Method
from clientpress.testing.reading import Documents, OperationObject
from tests.judge.packages import Package
from tests.judge.verdict import Verdict

Methods = dict[tuple[str, str], tuple[Group, Method]]


def methods_of(package: Package) -> Methods:
    """Method and path → the method of the client that makes this one call."""
    found: Methods = {}
    streaming = streaming_methods(package)
    for group in package.plan.groups:
        for method in group.methods:
            key = method.plan.operation.method.upper(), method.plan.operation.path
            if method.sends and (group, method) != streaming.get(key):
                found.setdefault(key, (group, method))
    return streaming | found


def streaming_methods(package: Package) -> Methods:
    """Method and path → the method of the client that reads the answer as a stream."""
    found: Methods = {}
    for group in package.plan.groups:
        for method in group.methods:
            if method.sends and any(
                name.text == "Stream" for name in names_in(method.returns)
            ):
                operation = method.plan.operation
                found[operation.method.upper(), operation.path] = group, method
    return found


def attribute(client: Any, group: Group, method: Method) -> Any:
    """The bound method."""
    owner = reduce(getattr, filter(None, group.path.split(".")), client)
    return getattr(owner, method.name)


def judge_complete(
    package: Package,
    documents: Documents,
    methods: Methods,
    client: Any,
    verdict: Verdict,
) -> list[OperationObject]:
    """Look for every operation; returns those that are there."""
    there, before = list[OperationObject](), len(verdict.failures)
    for operation in documents.operations():
        verdict.operations += 1
        found = methods.get((operation.method.upper(), operation.path))
        if found is None:
            verdict.fail("complete", operation.name, "the operation is missing")
            continue
        try:
            bound = attribute(client, *found)
        except (
            Exception
        ) as error:  # whatever keeps a group from being loaded is a verdict
            verdict.fail("complete", operation.name, f"{type(error).__name__}: {error}")
            continue
        for cause in _missing(operation, found[1], bound):
            verdict.fail("complete", operation.name, cause)
        there.append(operation)
    verdict.complete = len(verdict.failures) == before
    return there


def _missing(operation: OperationObject, method: Method, bound: Any) -> list[str]:
    names = set(signature(bound).parameters)
    plan = method.plan
    pairs = zip(plan.operation.parameters, plan.arguments, strict=True)
    by_wire = {(p.location, _key(p.location, p.wire)): x for p, x in pairs}
    causes = list[str]()
    for parameter in operation.parameters:
        location, wire = parameter.data["in"], parameter.data["name"]
        if location == "path" and f"{{{wire}}}" not in operation.path:
            continue  # it has no place to go to
        argument = by_wire.get((location, _key(location, wire)))
        if argument is None or argument.name not in names:
            causes.append(f"the {location} parameter {wire} is no argument")
    body = operation.body
    if body is not None and body.words().get("content"):
        given = plan.body and (
            [plan.body.whole] if plan.body.whole else plan.body.arguments
        )
        if not given or not all(x.name in names for x in given):
            causes.append("a body cannot be given")
    return causes


def _key(location: str, wire: str) -> str:
    return wire.lower() if location == "header" else wire
