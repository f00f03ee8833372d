"""Names of a whole scope: distinct, and nobody's name depends on unrelated neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientpress.diagnostics import Place
from clientpress.plan.collisions import Wish, settle
from clientpress.plan.identifiers import digest
from tests.generator.making import class_of, document, json_body, operation, planned


def wish(key: str, *candidates: str, rank: int = 1, exact: bool = False) -> Wish[str]:
    return Wish(key, candidates or (key,), rank, exact, key)


@pytest.mark.parametrize(
    ("wishes", "given_names"),
    [
        pytest.param([wish("a"), wish("b")], {"a": "a", "b": "b"}, id="no collision"),
        pytest.param(
            [wish("x", "Pet", "InPet"), wish("y", "Pet", rank=0)],
            {"x": "InPet", "y": "Pet"},
            id="a lower rank goes first",
        ),
        pytest.param(
            [wish("foo-bar", "FooBar"), wish("FooBar", exact=True)],
            {"foo-bar": f"FooBar{digest('foo-bar')}", "FooBar": "FooBar"},
            id="whoever has the name exactly keeps it",
        ),
        pytest.param(
            [wish("x", "A", "AX"), wish("y", "A", "AY")],
            {"x": "AX", "y": "AY"},
            id="what two want goes to neither",
        ),
        pytest.param(
            [wish("x", "item"), wish("y", "item")],
            {"x": f"item_{digest('x')}", "y": f"item_{digest('y')}"},
            id="the last resort is a digest of the key",
        ),
        pytest.param(
            [wish("x", "USERS"), wish("y", "users")],
            {"x": f"USERS_{digest('x')}", "y": f"users_{digest('y')}"},
            id="names that differ in case only collide",
        ),
    ],
)
def test_collisions(wishes: list[Wish[str]], given_names: dict[str, str]) -> None:
    assert settle(wishes, {}) == given_names
    assert settle(reversed(wishes), {}) == given_names


def test_a_taken_name_is_given_to_nobody() -> None:
    assert settle([wish("Options", "options", "options_")], {}, ["OPTIONS"]) == {
        "Options": "options_"
    }


def test_an_earlier_name_is_kept_and_others_make_room() -> None:
    wishes = [wish("new", "Pet", "NewPet", exact=True), wish("old", "Animal")]
    assert settle(wishes, {"old": "Pet"}) == {"new": "NewPet", "old": "Pet"}


def test_a_pinned_name_wins_over_earlier_names() -> None:
    wishes = [wish("x", "Pet", rank=0), wish("y", "Animal")]
    assert settle(wishes, {"x": "Cat", "y": "Pet"}) == {"x": "Pet", "y": "Animal"}


stems = st.sampled_from(["a", "A", "b", "user", "User", "users", "item", "x1", "X1"])


@st.composite
def scopes(draw: st.DrawFn) -> list[Wish[str]]:
    keys = draw(
        st.lists(st.text("abcxyz/", min_size=1, max_size=6), unique=True, max_size=9)
    )
    return [
        Wish(
            key,
            tuple(draw(st.lists(stems, min_size=1, max_size=3))),
            draw(st.integers(0, 3)),
            draw(st.booleans()),
            key,
        )
        for key in keys
    ]


@given(scopes(), st.lists(stems, max_size=3))
def test_names_are_distinct_without_regard_to_case(
    scope: list[Wish[str]], taken: list[str]
) -> None:
    names = settle(scope, {}, taken)
    assert set(names) == {wish.key for wish in scope}
    folded = [name.casefold() for name in [*names.values()]]
    assert len(set(folded)) == len(folded)
    assert not set(folded) & {name.casefold() for name in taken}


@given(scopes(), st.randoms(use_true_random=False))
def test_the_order_does_not_matter(scope: list[Wish[str]], random: Any) -> None:
    shuffled = list(scope)
    random.shuffle(shuffled)
    assert settle(shuffled, {}) == settle(scope, {})


@given(scopes(), scopes())
def test_unrelated_neighbours_rename_nobody(
    scope: list[Wish[str]], others: list[Wish[str]]
) -> None:
    unrelated = [
        Wish(
            f"other {w.key}",
            tuple(f"q{c}" for c in w.candidates),
            w.rank,
            w.exact,
            w.key,
        )
        for w in others
    ]
    alone, together = settle(scope, {}), settle([*unrelated, *scope], {})
    assert {key: together[key] for key in alone} == alone


@given(scopes(), scopes())
def test_earlier_names_are_kept_whatever_comes_or_goes(
    scope: list[Wish[str]], others: list[Wish[str]]
) -> None:
    scope = [Wish(w.key, w.candidates, w.rank or 1, w.exact, w.salt) for w in scope]
    earlier = settle(scope, {})
    new = [
        Wish(f"new {w.key}", w.candidates, w.rank or 1, w.exact, f"new {w.salt}")
        for w in others
    ]
    kept = scope[::2]
    later = settle([*new, *kept], earlier)
    assert {wish.key: later[wish.key] for wish in kept} == {
        wish.key: earlier[wish.key] for wish in kept
    }


# ------------------------------------------------------------- of schemas

OBJECT: dict[str, Any] = {"type": "object", "properties": {"id": {"type": "string"}}}


def schema_names(
    folder: Path, data: Any, previous: dict[Place, str] | None = None
) -> dict[str, str]:
    """Pointer → name of every named schema."""
    return {
        place.pointer: name
        for place, name in planned(folder, data, previous).models.names.items()
    }


@pytest.mark.parametrize(
    ("schemas", "expected"),
    [
        pytest.param(["Pet"], ["Pet"], id="a component has its own name"),
        pytest.param(["pet_food"], ["PetFood"], id="in the form of a class"),
        pytest.param(
            ["foo-bar", "fooBar", "FooBar"],
            [
                f"FooBarObject{digest('/components/schemas/foo-bar')}",
                f"FooBarObject{digest('/components/schemas/fooBar')}",
                "FooBar",
            ],
            id="the exact one keeps it",
        ),
        pytest.param(
            ["User", "USER"],
            [
                f"UserObject{digest('/components/schemas/User')}",
                f"USERObject{digest('/components/schemas/USER')}",
            ],
            id="case alone does not tell file names apart",
        ),
        pytest.param(
            ["Unknown", "Any"], ["Unknown_", "Any_"], id="names of the runtime"
        ),
        pytest.param(["a/b", "a~b", ""], [None, None, "Empty"], id="odd keys"),
    ],
)
def test_components(
    tmp_path: Path, schemas: Sequence[str], expected: list[str | None]
) -> None:
    names = schema_names(tmp_path, document(dict.fromkeys(schemas, OBJECT)))
    places = [Place("", "/components/schemas").child(key).pointer for key in schemas]
    for place, name in zip(places, expected, strict=True):
        assert name is None or names[place] == name
    assert len({name.casefold() for name in names.values()}) == len(schemas)


def test_what_stands_inside_is_named_by_the_way_that_leads_there(
    tmp_path: Path,
) -> None:
    """A body whose members become arguments needs no class."""
    inner = {
        **OBJECT,
        "properties": {"deep": OBJECT, "list": {"type": "array", "items": OBJECT}},
    }
    paths = {
        "/jobs/{id}": {
            "post": operation(
                operationId="runJob",
                parameters=[
                    {
                        "name": "id",
                        "in": "path",
                        "required": True,
                        "schema": {"type": "string"},
                    },
                    {"name": "filter", "in": "query", "schema": OBJECT},
                ],
                requestBody=json_body(OBJECT),
                responses={
                    "200": {"description": "", **json_body(OBJECT)},
                    "404": {"description": "", **json_body(OBJECT)},
                },
            )
        },
        "/plain": {
            "get": operation(
                responses={"200": {"description": "", **json_body(OBJECT)}}
            )
        },
    }
    schemas = {
        "Pet": inner,
        "Map": {"type": "object", "additionalProperties": OBJECT},
        "Either": {"oneOf": [{**OBJECT, "title": "Cat"}, OBJECT]},
    }
    names = schema_names(tmp_path, document(schemas, paths))
    job = "/paths/~1jobs~1{id}/post"
    assert names == {
        "/components/schemas/Pet": "Pet",
        "/components/schemas/Pet/properties/deep": "PetDeep",
        "/components/schemas/Pet/properties/list/items": "PetListItem",
        "/components/schemas/Map": "Map",
        "/components/schemas/Map/additionalProperties": "MapValue",
        "/components/schemas/Either": "Either",
        "/components/schemas/Either/oneOf/0": "EitherCat",
        "/components/schemas/Either/oneOf/1": "EitherVariant2",
        f"{job}/parameters/1/schema": "RunJobFilter",
        f"{job}/responses/200/content/application~1json/schema": "RunJobResponse",
        f"{job}/responses/404/content/application~1json/schema": "RunJobError",
        "/paths/~1plain/get/responses/200/content/application~1json/schema": "GetPlainResponse",
    }


def test_adding_a_schema_never_renames_one_that_was_there(tmp_path: Path) -> None:
    before = document(
        {"pet": OBJECT, "Owner": {**OBJECT, "properties": {"pet": OBJECT}}}
    )
    first = planned(tmp_path, before).models.names
    after = document(
        {
            "Pet": OBJECT,
            "owner_pet": OBJECT,
            "OwnerPet": OBJECT,
            **before["components"]["schemas"],
        }
    )
    second = planned(tmp_path, after, first).models.names
    assert {place: second[place] for place in first} == first
    assert len(set(second.values())) == 6


def test_a_pin_renames_what_had_another_name_before(tmp_path: Path) -> None:
    first = planned(tmp_path, document({"pet": OBJECT})).models.names
    pinned = document({"pet": {**OBJECT, "x-clientpress-name": "Animal"}})
    assert list(planned(tmp_path, pinned, first).models.names.values()) == ["Animal"]


def test_the_union_of_a_family_does_not_take_the_name_of_a_schema(
    tmp_path: Path,
) -> None:
    tagged = {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"type": "string"}},
        "discriminator": {"propertyName": "kind"},
    }
    cat = {"allOf": [{"$ref": "#/components/schemas/Pet"}, OBJECT]}
    plan = planned(tmp_path, document({"Pet": tagged, "Cat": cat, "AnyPet": OBJECT}))
    union = f"AnyPet{digest('/components/schemas/Pet')}"
    assert set(plan.models.definitions) == {"Pet", "Cat", "AnyPet", union}


# ------------------------------------------------------------- of members


@pytest.mark.parametrize(
    ("wires", "expected"),
    [
        (["id", "_id"], ["id", "id_"]),
        (["userName", "user_name"], ["user_name_", "user_name"]),
        (["class", "class_"], [f"class__{digest('class')}", "class_"]),
        (["$type", "type"], [None, None]),
        (["+1", "-1", "1"], ["plus_1", "minus_1", "field_1"]),
        (["self", "cls", "str", "dt"], ["self_", "cls_", "str_", "dt_"]),
        (["", " ", "\n", "日"], [None, None, None, "日"]),
        (["a b", "a-b", "a.b", "a/b"], [None, None, None, None]),
    ],
)
def test_members(tmp_path: Path, wires: list[str], expected: list[str | None]) -> None:
    schema = {
        "type": "object",
        "properties": {wire: {"type": "string"} for wire in wires},
    }
    pet = class_of(planned(tmp_path, document({"Pet": schema})), "Pet")
    members = {member.wire: member.name for member in pet.members}
    for wire, name in zip(wires, expected, strict=True):
        assert members[wire].isidentifier()
        assert name is None or members[wire] == name
    assert len(set(members.values())) == len(wires)


def test_a_class_keeps_the_members_that_it_inherits(tmp_path: Path) -> None:
    """`user_name` alone would take the plain name; below a base that has it, it takes another."""
    base = {"type": "object", "properties": {"userName": {"type": "string"}}}
    child = {
        "allOf": [
            {"$ref": "#/components/schemas/Base"},
            {"type": "object", "properties": {"user_name": {"type": "string"}}},
        ]
    }
    plan = planned(tmp_path, document({"Base": base, "Child": child}))
    found = class_of(plan, "Child")
    assert found.base == "Base"
    assert [m.name for m in class_of(plan, "Base").members] == ["user_name"]
    assert [m.name for m in found.members] == ["user_name_"]
