"""What a drift report says of answers that the document does not know."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.runtime.model_packages import Package, build_package

MODELS = {
    "pets": """
class Kind(OpenStr):
    CAT = "cat"

class Level(OpenInt):
    LOW = 1

class Owner(ApiModel):
    name: str
    role: Literal["user", "admin"] | str | None = None

class Pet(ApiModel):
    name: str
    kind: Kind | None = None
    level: Level | None = None
    owner: Owner | None = None
    owners: list[Owner] | None = None
    by_name: dict[str, Owner] | None = None
    pair: tuple[int, Owner] | None = None
    kinds: list[Kind] | None = None
    event: Event | None = None
    shape: Shape | None = None
    labels: Labels | None = None
    anything: JsonValue = None

class Labels(OpenModel):
    title: str
    additional_properties: dict[str, Owner] = extras()

class Created(ApiModel, tag_field="type", tag="created"):
    type: ClassVar[Literal["created"]] = "created"
    by: Owner | None = None

class Deleted(ApiModel, tag_field="type", tag="deleted"):
    type: ClassVar[Literal["deleted"]] = "deleted"

Event: TypeAlias = Union["Created", "Deleted", Unknown]

class Circle(ApiModel):
    radius: int

class Square(ApiModel):
    side: int
    owner: Owner | None = None

Shape: TypeAlias = Union["Circle", "Square", Unknown]
Told: TypeAlias = Annotated[Union["Circle", "Square", Unknown], Discriminator("form", {"round": "Circle"})]
""",
}


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return build_package(tmp_path_factory.mktemp("drift"), MODELS)


def seen(api: Package, raw: Any, tp: str = "Pet") -> Any:
    """The report on one answer."""
    decoder = api.runtime("values.decoding").Json(tp)
    with api.runtime("calls.drift").drift_report() as drift:
        try:
            decoder.decode(json.dumps(raw).encode())
        except api.runtime("values.issues").MisfitError:
            pass
    return drift


NEW: dict[str, Any] = {"name": "a", "age": 3}


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ({"name": "a"}, ""),
        ({"name": "a", "kind": "cat", "level": 1, "owner": {"name": "b"}}, ""),
        ({"name": "a", "tail": 1}, "Pet: member 'tail' (1 times, first at /tail)"),
        ({"name": "a", "kind": "dog"}, 'Kind: value "dog" (1 times, first at /kind)'),
        ({"name": "a", "level": 7}, "Level: value 7 (1 times, first at /level)"),
        (
            {"name": "a", "kinds": ["cat", "dog"]},
            'Kind: value "dog" (1 times, first at /kinds/1)',
        ),
        (
            {"name": "a", "owner": {"name": "b", "role": "root"}},
            'Owner.role: value "root" (1 times, first at /owner/role)',
        ),
        (
            {"name": "a", "owners": [NEW, NEW], "by_name": {"x/y": NEW}},
            "Owner: member 'age' (3 times, first at /owners/0/age)",
        ),
        (
            {"name": "a", "by_name": {"x/y": NEW}},
            "Owner: member 'age' (1 times, first at /by_name/x~1y/age)",
        ),
        (
            {"name": "a", "pair": [1, NEW]},
            "Owner: member 'age' (1 times, first at /pair/1/age)",
        ),
        (
            {"name": "a", "labels": {"title": "t", "boss": NEW}},
            "Owner: member 'age' (1 times, first at /labels/boss/age)",
        ),
        (
            {"name": "a", "event": {"type": "created", "by": NEW, "at": 1}},
            "Created: member 'at' (1 times, first at /event/at)\n"
            "Owner: member 'age' (1 times, first at /event/by/age)",
        ),
        (
            {"name": "a", "event": {"type": "moved"}},
            'a union: variant type "moved" (1 times, first at /event)',
        ),
        (
            {"name": "a", "shape": {"side": 1, "owner": NEW}},
            "Owner: member 'age' (1 times, first at /shape/owner/age)",
        ),
        (
            {"name": "a", "shape": {"width": 1}},
            'a union: variant ["width"] (1 times, first at /shape)',
        ),
        ({"name": "a", "anything": {"x": [1]}}, ""),
        ({"name": 5, "tail": 1}, "Pet: member 'tail' (1 times, first at /tail)"),
    ],
)
def test_what_is_told(api: Package, raw: Any, told: str) -> None:
    drift = seen(api, raw)
    assert str(drift) == told
    assert bool(drift) is bool(told)


def test_an_unknown_tag(api: Package) -> None:
    drift = seen(api, {"form": "flat"}, "Told")
    assert str(drift) == 'a union: variant form "flat" (1 times, first at the top)'


def test_what_is_no_json(api: Package) -> None:
    decoder = api.runtime("values.decoding").Json("Pet")
    with api.runtime("calls.drift").drift_report() as drift:
        with pytest.raises(api.runtime("values.issues").MisfitError):
            decoder.decode(b"{")
        with pytest.raises(api.runtime("values.issues").MisfitError):
            decoder.decode(b"[" * 100_000)
    assert not drift


def test_it_counts_until_the_block_ends(api: Package) -> None:
    decoder = api.runtime("values.decoding").Json("Pet")
    with api.runtime("calls.drift").drift_report() as drift:
        for _ in range(3):
            decoder.decode(b'{"name": "a", "tail": 1}')
    decoder.decode(b'{"name": "a", "tail": 1}')
    [(what, count)] = drift.seen.items()
    assert (what.kind, what.model, what.member, count) == ("member", "Pet", "tail", 3)


def test_there_is_an_end_to_what_is_noted(api: Package) -> None:
    drift = seen(api, {"name": "a", **{f"x{n}": n for n in range(3000)}})
    assert len(drift.seen) == 1000


def test_threads_and_tasks(api: Package) -> None:
    decoder = api.runtime("values.decoding").Json("Pet")
    mapping = api.runtime("calls.map_calls")
    data = b'{"name": "a", "tail": 1}'

    def decode_here(_: int) -> None:
        decoder.decode(data)

    async def decode(_: int) -> None:
        decoder.decode(data)

    async def run() -> None:
        async for _ in mapping.amap_calls(decode, range(5)):
            pass

    with api.runtime("calls.drift").drift_report() as drift:
        for _ in mapping.map_calls(decode_here, range(5)):
            pass
        asyncio.run(run())
    assert list(drift.seen.values()) == [10]
