"""Instances and examples of component schemas: decoded, encoded, compared."""

from __future__ import annotations

import json
from itertools import chain

from clientpress.plan.types import DictTwin
from clientpress.testing.conjunctions import Impossible
from clientpress.testing.reading import At, Documents, Json
from clientpress.testing.schemas import VALUE, Schemas, Unusable
from clientpress.testing.synthesis import Variant
from tests.judge.packages import Package
from tests.judge.tags import Tags
from tests.judge.values import MOST_ROUNDS, Values, rounds
from tests.judge.verdict import Verdict
from tests.judge.wire import same_json


def judge_trips(package: Package, documents: Documents, verdict: Verdict) -> None:
    """Every component schema in every variant."""
    schemas = Schemas(documents, VALUE)
    values = Values(schemas)
    names = {place.pointer: name for place, name in package.plan.models.names.items()}
    tags = Tags(package, documents, values, names, verdict)
    for name, at in documents.components():
        cls = names.get(at.pointer)
        if cls is None or isinstance(
            package.plan.models.definitions.get(cls), DictTwin
        ):
            verdict.note("skipped", "component without a class")
            continue
        tags.judge(name, at, cls)
        done: list[Json] = []
        for example in _examples(values, at, schemas, verdict):
            _trip(package, cls, example, f"{name} (own example)", verdict, True)
        more = (Variant.FULL for _ in rounds(MOST_ROUNDS, values))
        for variant in chain(Variant, more):
            try:
                value = values.made(at, variant)
            except Impossible as error:
                verdict.impossible[f"{at} {variant.value}"] = str(error)
                continue
            if value not in done:
                done.append(value)
                is_example = variant is Variant.EXAMPLE or values.has_base
                place = f"{name} ({variant.value})"
                _trip(package, cls, value, place, verdict, is_example)


def _examples(values: Values, at: At, schemas: Schemas, verdict: Verdict) -> list[Json]:
    found = list[Json]()
    try:
        for example in values.examples(at):
            if schemas.is_valid(schemas.at(at), example):
                found.append(example)
            else:
                verdict.broken.append(str(at))
    except (Impossible, Unusable):
        return found
    return found


def _trip(
    package: Package,
    cls: str,
    value: Json,
    place: str,
    verdict: Verdict,
    is_example: bool = False,
) -> None:
    try:
        kind = cls if value is not None else f"Union[{cls!r}, None]"
        made = package.decode(kind, value)
        example = json.dumps(value).encode() if is_example else None
        cause = same_json(value, package.sent_back(made, example), tags=package.tags)
        if not cause and not is_example and (unknown := package.unknown_in(made)):
            cause = f"{unknown} is Unknown, though the document describes the value"
    except Exception as error:
        cause = f"{type(error).__name__}: {error}"
    verdict.trips.add(not cause)
    if cause:
        verdict.fail("trips", place, cause)
