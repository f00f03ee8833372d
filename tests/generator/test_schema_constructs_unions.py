"""Unions and compositions, run: which variant a value becomes, and that it comes back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.generator.running import Running, differences
from tests.generator.test_schema_constructs import (
    FLAG,
    NULL,
    NUMBER,
    TEXT,
    WHOLE,
    array,
    obj,
    ref,
)


def listed(*values: Any) -> dict[str, Any]:
    return {"enum": list(values)}


def one_of(*variants: Any, **more: Any) -> dict[str, Any]:
    return {"oneOf": list(variants), **more}


def by(wire: str, **mapping: str) -> dict[str, Any]:
    words = {"propertyName": wire, **({"mapping": mapping} if mapping else {})}
    return {"discriminator": words}


class Row(NamedTuple):
    """A schema; values with the Python type that they become; values with the refused places."""

    schema: Any
    good: list[tuple[Any, str]] = []
    bad: list[tuple[Any, list[str]]] = []


CAT = {"type": "cat", "name": "a"}
DOG = {"type": "dog", "name": "b"}
WOLF = {"type": "wolf", "name": "b", "tricks": ["x"]}


def chain(length: int) -> Any:
    """Variants that only differ far below; to tell them apart takes no exponential time."""
    made: Any = {"next": {"last": "a"}}
    for _ in range(length):
        others = [{"next": {"last": "c"}}]
        made = {"next": {"next": made, "last": "b"}, "others": others}
    return made


ROWS: dict[str, Row] = {
    "Cat": Row(obj("type", "name", type=listed("cat"), name=TEXT, lives=WHOLE)),
    "Dog": Row(
        obj("type", "name", type=listed("dog", "wolf"), name=TEXT, tricks=array(TEXT))
    ),
    # ---------------------------------------------------------------- told apart by values
    "ByListed": Row(
        one_of(ref("Cat"), ref("Dog")),
        [(CAT, "Cat"), (DOG, "Dog"), (WOLF, "Dog"), ({"type": "ox"}, "Unknown")],
        [({"type": "dog", "name": 1}, ["/name"]), ({"type": "cat"}, ["/name"])],
    ),
    "Created": Row(obj("event", "data", event=ref("CreatedName"), data=TEXT)),
    "Deleted": Row(obj("event", "data", event=ref("DeletedName"), data=TEXT)),
    "CreatedName": Row(listed("created")),
    "DeletedName": Row(listed("deleted")),
    "ByEnumClass": Row(
        one_of(ref("Created"), ref("Deleted")),
        [
            ({"event": "created", "data": "x"}, "Created"),
            ({"event": "deleted", "data": "x"}, "Deleted"),
        ],
    ),
    "ByWholeNumber": Row(
        one_of(obj("v", v={"const": 1}, x=TEXT), obj("v", v={"const": 2}, x=WHOLE)),
        [
            ({"v": 1, "x": "a"}, "ByWholeNumberVariant1"),
            ({"v": 2, "x": 3}, "ByWholeNumberVariant2"),
        ],
        [({"v": 2, "x": "a"}, ["/x"])],
    ),
    "ByFlag": Row(
        one_of(
            obj("v", v={"const": True}, x=TEXT), obj("v", v={"const": False}, x=WHOLE)
        ),
        [({"v": True}, "ByFlagVariant1"), ({"v": False, "x": 3}, "ByFlagVariant2")],
        [({"v": False, "x": "a"}, ["/x"])],
    ),
    "ByListedNumber": Row(
        one_of(obj(v=listed(1), x=TEXT), obj(v=listed(2), x=TEXT)),
        [({"v": 1}, "ByListedNumberVariant1"), ({"v": 2}, "ByListedNumberVariant2")],
    ),
    "ByOneOfTwo": Row(
        {
            "anyOf": [
                obj("a", a=TEXT, state=listed("on", "off")),
                obj("a", a=TEXT, state=listed("on", "lost")),
            ]
        },
        [
            ({"a": "x", "state": "off"}, "ByOneOfTwoVariant1"),
            ({"a": "x", "state": "lost"}, "ByOneOfTwoVariant2"),
        ],
    ),
    # What no variant names goes where it has a place.
    "ByRoom": Row(
        one_of(
            obj(a=TEXT), obj(b=TEXT) | {"additionalProperties": {"type": "integer"}}
        ),
        [({"c": 1}, "ByRoomWithB"), ({"a": "x"}, "ByRoomWithA")],
    ),
    "Lists": Row(
        one_of(
            array(one_of(ref("Cat"), obj("type", type={"const": "b"}), **by("type"))),
            array(obj(role=TEXT, content=TEXT)),
            TEXT,
        ),
        [([CAT], "list"), ([{"role": "a", "content": "b"}], "list"), ("a", "str")],
    ),
    # ---------------------------------------------------------------- discriminators
    "Mapped": Row(
        one_of(
            ref("Cat"),
            ref("Dog"),
            **by("type", cat="#/components/schemas/Cat", dog="Dog", wolf="Dog"),
        ),
        [(CAT, "Cat"), (WOLF, "Dog")],
        [({"type": "cat", "name": 1}, ["/name"])],
    ),
    "OneVariant": Row(
        one_of(ref("Cat"), **by("type", cat="#/components/schemas/Cat")),
        [(CAT, "Cat"), (DOG, "Unknown")],
    ),
    # A union beside other words keeps the values that its variants list.
    "Outer": Row(
        one_of(
            obj("role", role=TEXT),
            {"type": "object", "title": "Inner", **ref("Inner")},
            **by("kind"),
        ),
        [({"kind": "k-a", "x": "1"}, "InnerA"), ({"role": "user"}, "OuterObject")],
    ),
    "Inner": Row(one_of(ref("InnerA"), ref("InnerB"), **by("kind"))),
    "InnerA": Row(obj("kind", kind={"const": "k-a"}, x=TEXT)),
    "InnerB": Row(obj("kind", kind={"const": "k-b"}, x=TEXT)),
    # The property of the base lists the kinds, which components are called like in other letters.
    "Limit": Row(
        obj("kind", kind={"enum": ["daily_limit", "weekly_limit"]}) | by("kind")
    ),
    "AnyLimit": Row(
        {"anyOf": [ref("Limit"), TEXT]},
        [({"kind": "daily_limit"}, "Limit"), ({"kind": "weekly_limit"}, "WeeklyLimit")],
    ),
    "WeeklyLimit": Row({"allOf": [ref("Limit"), obj(day=TEXT)]}),
    "Implied": Row(
        one_of(ref("Cat"), ref("Dog"), **by("type")), [(CAT, "Cat"), (DOG, "Dog")]
    ),
    "Plain": Row(obj(a=TEXT), [({"a": "x"}, "Plain")]),
    "Kinded": Row(obj("kind", kind=TEXT, b=TEXT)),
    "ByName": Row(
        {"anyOf": [ref("Plain"), ref("Kinded")], **by("kind")},
        [
            ({"kind": "Kinded", "b": "x"}, "Kinded"),
            ({"kind": "later", "c": 1}, "Unknown"),
            ({"a": "x"}, "Plain"),
            ({"kind": "Plain", "a": "x"}, "Plain"),  # it does not declare its tag
        ],
    ),
    "Marked": Row(
        {"oneOf": [ref("Plain"), ref("Claws")], **by("sort", p="Plain", q="Plain")},
        [
            ({"sort": "q", "a": "x"}, "Plain"),
            ({"sort": "Claws", "petType": "c", "claws": 1}, "Claws"),
        ],
    ),
    "Inside": Row(
        obj(
            p=one_of(
                obj("k", k={"const": "a"}, v=WHOLE), obj("k", k={"const": "b"}, v=TEXT)
            ),
            q=one_of(ref("Cat"), ref("Dog"), **by("type")),
        ),
        [({"p": {"k": "a", "v": 1}, "q": DOG}, "Inside")],
        [({"p": {"k": "a", "v": "s"}}, ["/p/v"])],
    ),
    "Base": Row(
        {**obj("petType", petType=TEXT), **by("petType", c="Claws")},
    ),
    "Bases": Row(
        array(ref("Base")),
        [
            ([{"petType": "c", "claws": 2}], "list"),
            ([{"petType": "Base"}, {"petType": "later", "x": 1}], "list"),
        ],
        [([{"petType": "Barks", "bark": 1}], ["/0/bark"])],
    ),
    "Claws": Row({"allOf": [ref("Base"), obj(claws=WHOLE)]}),
    "Barks": Row({"allOf": [ref("Base"), obj(bark=FLAG)]}),
    # ---------------------------------------------------------------- a variant is a union
    "Black": Row(obj("kind", "color", kind=TEXT, color=TEXT)),
    "White": Row(obj("kind", "color", kind=TEXT, color=TEXT)),
    "Feline": Row(
        one_of(ref("Black"), ref("White"), **by("color", black="Black", white="White"))
    ),
    "Lizard": Row(obj("kind", "name", kind=TEXT, name=TEXT)),
    "Snake": Row(obj("kind", "name", kind=TEXT, name=TEXT)),
    "Beast": Row(
        one_of(
            ref("Feline"),
            ref("Lizard"),
            ref("Snake"),
            **by("kind", cat="Feline", lizard="Lizard", snake="Snake"),
        ),
        [
            ({"kind": "snake", "name": "s"}, "Snake"),
            ({"kind": "lizard", "name": "l"}, "Lizard"),
            ({"kind": "cat", "color": "white"}, "White"),
            ({"kind": "cat", "color": "black"}, "Black"),
            ({"kind": "cat", "color": "green"}, "Unknown"),
            ({"kind": "ox", "name": "o"}, "Unknown"),
        ],
        [({"kind": "snake"}, ["/name"])],
    ),
    # ---------------------------------------------------------------- tags of other forms
    "OneListed": Row(
        one_of(
            obj("k", "v", k={"type": "string", "enum": ["m"]}, v=TEXT),
            obj("k", "v", k={"type": "string", "enum": ["n"]}, v=TEXT),
        ),
        [
            ({"k": "n", "v": "x"}, "OneListedN"),
            ({"k": "m", "v": "x"}, "OneListedM"),
            ({"k": "later", "v": "x"}, "Unknown"),
        ],
    ),
    "OfConstants": Row(
        one_of(
            obj("k", "v", k=one_of({"const": "a"}, {"const": "b"}), v=TEXT),
            obj("k", "v", k={"anyOf": [{"const": "c", "type": "string"}]}, v=TEXT),
        ),
        [
            ({"k": "a", "v": "x"}, "OfConstantsVariant1"),
            ({"k": "b", "v": "x"}, "OfConstantsVariant1"),
            ({"k": "c", "v": "x"}, "OfConstantsC"),
            # Several constants are an enumeration, which is open, as one that is written as `enum` is.
            ({"k": "later", "v": "x"}, "OfConstantsVariant1"),
        ],
    ),
    "Bare": Row({"allOf": [ref("Report")], "description": "Adds nothing."}),
    "More": Row({"allOf": [ref("Report"), obj(more=TEXT)]}),
    "Report": Row(
        {
            **obj("type", "message", type=TEXT, message=TEXT),
            **by("type", bare="Bare", more="More"),
        }
    ),
    "Reports": Row(
        obj("last", last=ref("Report")),
        [({"last": {"type": "bare", "message": "m"}}, "Reports")],
    ),
    "Linked": Row(
        {"allOf": [ref("Beast"), obj(links=TEXT)]},
        [
            ({"kind": "snake", "name": "s", "links": "l"}, "LinkedWithSnake"),
            ({"kind": "ox", "name": "o"}, "Unknown"),
        ],
    ),
    # ---------------------------------------------------------------- unions inside others
    "Nested": Row(
        one_of(ref("ByListed"), ref("Kinded")),
        [(DOG, "Dog"), ({"kind": "x"}, "Kinded")],
    ),
    "NestedAlike": Row(
        one_of(ref("Overlapping"), obj(b=TEXT, c=TEXT)),
        [({"a": "x", "c": "y"}, "Two"), ({"b": "x", "c": "y"}, "NestedAlikeObject")],
    ),
    "NestedMapped": Row(
        one_of(ref("Mapped"), TEXT), [(DOG, "Dog"), ("x", "str")], [(1, [""])]
    ),
    "Nullable": Row(
        {"anyOf": [ref("Cat"), ref("Dog"), NULL]}, [(None, "NoneType"), (DOG, "Dog")]
    ),
    "Several": Row(
        obj(
            "r",
            r=ref("Nullable"),
            l=array(ref("Mapped")),
            m={"type": "object", "additionalProperties": ref("ByListed")},
        ),
        [({"r": None, "l": [DOG], "m": {"x": CAT}}, "Several")],
        [({"r": None, "l": [{"type": "cat", "name": 1}]}, ["/l/0/name"])],
    ),
    # ---------------------------------------------------------------- other kinds
    "Letters": Row(listed("a", "b")),
    "Enums": Row(
        one_of(ref("Letters"), listed("c", "d")),
        [("a", "Letters"), ("d", "str"), ("later", "str")],
        [(1, [""])],
    ),
    "EnumOrText": Row(
        {"anyOf": [ref("Letters"), TEXT]}, [("a", "Letters"), ("z", "str")]
    ),
    "FlagOrWord": Row(
        one_of({"const": True}, {"const": "auto"}), [(True, "bool"), ("auto", "str")]
    ),
    "NumberOrWord": Row(
        one_of(NUMBER, {"const": "auto"}, NULL), [(1.5, "float"), ("auto", "str")]
    ),
    "Arrays": Row(
        one_of(array(TEXT), array(WHOLE)),
        [(["a"], "list"), ([1], "list")],
        [([True], ["/0"]), (1, [""])],
    ),
    "ManyOrOne": Row(
        one_of(array(ref("Cat")), ref("Cat")), [([CAT], "list"), (CAT, "Cat")]
    ),
    "Scalars": Row(
        one_of(TEXT, WHOLE, FLAG),
        [("a", "str"), (1, "int"), (True, "bool")],
        [([1], [""])],
    ),
    "Numbers": Row({"anyOf": [WHOLE, NUMBER]}, [(1, "int"), (1.5, "float")]),
    "Dates": Row(
        {
            "anyOf": [
                {"type": "string", "format": "date-time"},
                {"type": "string", "format": "date"},
                WHOLE,
            ]
        },
        [
            ("2020-01-02T03:04:05Z", "datetime"),
            ("2020-01-02T03:04:05", "NaiveDateTime"),
            ("2020-01-02", "date"),
            ("soon", "str"),
            (4, "int"),
        ],
        [(True, [""])],
    ),
    "BytesOrWhole": Row(
        one_of({"type": "string", "format": "byte"}, WHOLE),
        [("aGk=", "bytes"), (3, "int")],
    ),
    "ModelOrMap": Row(
        {"anyOf": [ref("Cat"), {"type": "object", "additionalProperties": WHOLE}]},
        [(CAT, "Cat"), ({"x": 1}, "dict")],
    ),
    "Maps": Row(
        {
            "anyOf": [
                {"type": "object", "additionalProperties": kind}
                for kind in (TEXT, WHOLE)
            ]
        },
        [({"x": "a"}, "dict"), ({"x": 1}, "dict"), ({}, "dict")],
        [({"x": []}, ["/x"])],
    ),
    "PatternsOrText": Row(
        one_of({"type": "object", "patternProperties": {"^x": WHOLE}}, TEXT),
        [({"x": 1}, "dict"), ("a", "str")],
        [({"x": "a"}, ["/x"])],
    ),
    "Itself": Row(
        one_of(
            TEXT,
            array(ref("Itself")),
            obj("and", **{"and": array(ref("Itself"))}),
            obj("not", **{"not": ref("Itself")}),
        ),
        [
            (["a", ["b"]], "list"),
            ({"and": ["a", {"not": "b"}]}, "ItselfWithAnd"),
        ],
    ),
    # ---------------------------------------------------------------- overlapping variants
    "One": Row(obj("a", a=TEXT, b=TEXT)),
    "Two": Row(obj("a", a=TEXT, c=TEXT)),
    "Three": Row(obj("a", a=TEXT)),
    "Overlapping": Row(
        {"anyOf": [ref("One"), ref("Two"), ref("Three")]},
        [
            ({"a": "x", "b": "y"}, "One"),
            ({"a": "x", "c": "y"}, "Two"),
            ({"a": "x"}, "One"),
        ],
        [({"a": 1}, ["/a"])],
    ),
    "ByLeftOut": Row(
        one_of(
            obj(v=array(obj(x=TEXT)), w=TEXT),
            obj(v=array(obj(x=TEXT, y=TEXT)), w=TEXT),
            obj(v=array(obj(x=TEXT, z=one_of(obj(k=TEXT), obj(l=TEXT)))), w=TEXT),
        ),
        [
            ({"v": [{"x": "a"}]}, "ByLeftOutVariant1"),
            ({"v": [{"x": "a"}, {"y": "b"}]}, "ByLeftOutVariant2"),
            ({"v": [{"z": {"l": "b"}}], "w": "c"}, "ByLeftOutVariant3"),
        ],
    ),
    "ByLeftOutRest": Row(
        one_of(
            obj(v=obj(x=TEXT)),
            obj(v={**obj(x=TEXT), "additionalProperties": obj(n=WHOLE)}),
        ),
        [
            ({"v": {"x": "a"}}, "ByLeftOutRestVariant1"),
            ({"v": {"x": "a", "y": {"n": 1}}}, "ByLeftOutRestVariant2"),
        ],
    ),
    "Chain": Row(
        one_of(
            obj(next=ref("Chain"), others=array(ref("Chain"))),
            obj(next=one_of(ref("Chain"), obj(end=TEXT)), others=array(ref("Chain"))),
            obj(next=obj(next=ref("Chain"), last=TEXT), others=array(ref("Chain"))),
        ),
        [({"next": {"end": "a"}}, "ChainVariant2"), (chain(40), "ChainVariant3")],
    ),
    "ByType": Row(
        one_of(obj("v", v=TEXT), obj("v", v=WHOLE)),
        [({"v": "a"}, "ByTypeVariant1"), ({"v": 1}, "ByTypeVariant2")],
        [({"v": []}, ["/v"])],
    ),
    "ByDeepType": Row(
        one_of(obj("v", v=obj("x", x=TEXT)), obj("v", v=obj("x", x=WHOLE))),
        [({"v": {"x": 1}}, "ByDeepTypeVariant2")],
        [({"v": {"x": []}}, ["/v/x"])],
    ),
    # ---------------------------------------------------------------- allOf
    "Narrowed": Row(
        {"allOf": [obj(s=TEXT, n=NUMBER), obj(s=listed("x"), n=WHOLE)]},
        [({"s": "x", "n": 1}, "Narrowed")],
        [({"n": "a"}, ["/n"])],
    ),
    "Demanded": Row(
        {"allOf": [ref("Plain"), {"required": ["a"]}]},
        [({"a": "x"}, "Demanded")],
        [({}, ["/a"])],
    ),
    "Taken": Row(
        {"allOf": [ref("Plain"), ref("Kinded"), obj(z=WHOLE)]},
        [({"a": "x", "kind": "k", "b": "c", "z": 1}, "Taken")],
        [({"kind": "k", "z": "x"}, ["/z"])],
    ),
    "WithUnion": Row(
        {"allOf": [obj("id", id=WHOLE), one_of(ref("Cat"), ref("Dog"))]},
        [
            ({"id": 1, **CAT}, "WithUnionWithCat"),
            ({"id": 1, **DOG}, "WithUnionWithDog"),
        ],
        [({"id": "x", **DOG}, ["/id"])],
    ),
    "WithValues": Row(
        {"allOf": [ref("Plain"), {"type": "object", "additionalProperties": TEXT}]},
        [({"a": "x", "z": "y"}, "WithValues")],
        [({"z": 1}, ["/z"])],
    ),
    "WithFormat": Row({"allOf": [TEXT, {"format": "date"}]}, [("2020-01-02", "date")]),
    "WithItems": Row(
        {"allOf": [array(ref("Plain")), {"minItems": 1}]}, [([{"a": "x"}], "list")]
    ),
    "OneRequired": Row(
        {
            **obj(a=TEXT, b=TEXT),
            "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
        },
        [
            ({"b": "x"}, "OneRequiredWithB"),
            ({"a": "1", "b": "2"}, "OneRequiredWithA"),
        ],
        [({"a": 1}, ["/a"])],
    ),
}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Running:
    schemas = {name: row.schema for name, row in ROWS.items()}
    return Running(tmp_path_factory.mktemp("unions"), schemas)


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.good])
def test_the_variant_and_the_way_back(running: Running, name: str) -> None:
    for value, kind in ROWS[name].good:
        made = running.decode(name, value)
        assert type(made).__name__ == kind, made
        assert list(differences(value, running.back(name, value))) == []


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.bad])
def test_what_fits_no_variant(running: Running, name: str) -> None:
    for value, places in ROWS[name].bad:
        assert running.misfits(name, value) == places


def test_nothing_is_told_of_them(running: Running) -> None:
    assert running.findings == []


def test_a_base_with_a_discriminator_is_the_union_of_its_kinds(
    running: Running,
) -> None:
    values = [{"petType": kind} for kind in ("c", "Barks", "Base", "later")]
    made = running.decode("Bases", values)
    kinds = ["Claws", "Barks", "Base", "Unknown"]
    assert [type(value).__name__ for value in made] == kinds


def test_a_kind_that_adds_nothing_is_a_class_of_its_own(running: Running) -> None:
    made = running.decode("Reports", {"last": {"type": "bare", "message": "m"}}).last
    assert type(made) is running.model("Bare")
    assert issubclass(running.model("Bare"), running.model("Report"))


CAT_WITH_DEFAULT = {"type": "string", "const": "cat", "default": "cat"}
TAGS = [
    {"const": "cat"},
    CAT_WITH_DEFAULT,
    {"type": "string", "enum": ["cat"]},
    {"type": "string", "enum": ["cat"], "default": "cat"},
    {"anyOf": [{"const": "cat", "type": "string"}]},
    {"oneOf": [CAT_WITH_DEFAULT]},
    ref("JustCat"),
]


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("required", [(), ("type",)])
@pytest.mark.parametrize("told", [True, False], ids=["discriminator", "none"])
def test_a_tag_is_always_sent(
    tmp_path: Path, tag: Any, required: tuple[str, ...], told: bool
) -> None:
    cat = obj(*required, type=tag, meows=WHOLE)
    dog = obj("type", type={"const": "dog"}, barks=WHOLE)
    more = by("type", cat="Cat", dog="Dog") if told else {}
    schemas = {
        "JustCat": {"type": "string", "enum": ["cat"]},
        "Cat": cat,
        "Dog": dog,
        "Pet": one_of(ref("Cat"), ref("Dog"), **more),
    }
    running = Running(tmp_path, schemas)
    made = running.model("Cat")(meows=1)
    sent = json.loads(running.runtime("values.encoding").encode(made))
    assert sent == {"type": "cat", "meows": 1}
    assert running.decode("Pet", sent) == made
    assert type(running.decode("Pet", {"type": "ox", "meows": 1})).__name__ == "Unknown"
