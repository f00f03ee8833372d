"""Unions of every kind: which member a value becomes, and what goes out again."""

from __future__ import annotations

import datetime as dt
import json
import math
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runtime.model_packages import Package, build_package

SHAPES = {
    "shapes": """
class Circle(ApiModel):
    radius: float
    colour: str | None = None

class Square(ApiModel):
    side: float
    colour: str | None = None

class Rect(ApiModel):
    side: float
    height: float

Shape: TypeAlias = Circle | Square | Rect

class Kept(ApiModel):
    op: Literal["keep"] = const("keep")
    n: int

class Moved(ApiModel):
    op: Literal["move"] = const("move")
    n: int

Step: TypeAlias = Union["Kept", "Moved"]
OpenStep: TypeAlias = Union["Kept", "Moved", Unknown]

class Loose(ApiModel):
    a: str | None = None

class Tagged(ApiModel, tag_field="kind", tag="tagged"):
    kind: ClassVar[Literal["tagged"]] = "tagged"
    n: int | None = None

class Other(ApiModel, tag_field="kind", tag="other"):
    kind: ClassVar[Literal["other"]] = "other"

class Numbered(ApiModel, tag_field="kind", tag=1):
    kind: ClassVar[Literal[1]] = 1

Closed: TypeAlias = Union["Tagged", "Other"]
Open: TypeAlias = Union["Tagged", "Other", Unknown]
Mixed: TypeAlias = Union["Tagged", "Numbered", Unknown]
""",
    "events": """
class Created(ApiModel):
    type: str
    source: str
    at: str

class Deleted(ApiModel):
    type: str
    source: str

Event: TypeAlias = Annotated[
    Union["Created", "Deleted", Unknown],
    Discriminator("type", {"created": "Created", "imported": "Created", "deleted": "Deleted"}),
]
Audit: TypeAlias = Annotated[
    Union["Created", "Deleted"], Discriminator("source", {"api": "Created", "ui": "Deleted"})
]
ByKind: TypeAlias = Annotated[
    Union["Tagged", "Kept"], Discriminator("op", {"t": "Tagged", "keep": "Kept"})
]
ByNumber: TypeAlias = Annotated[
    Union["Circle", "Square", Unknown], Discriminator("v", {1: "Circle", False: "Square"})
]
""",
    "scalars": """
class Status(OpenStr):
    NEW = "new"
    SOLD = "sold"

class Colour(OpenStr):
    RED = "red"

class Level(OpenInt):
    LOW = 1
    HIGH = 2

class Labels(OpenModel):
    title: str
    additional_properties: dict[str, int] = extras()

class Named(OpenModel):
    name: str
    quoted: Literal["q"] | None = field(name='"', default=None)
    additional_properties: dict[str, JsonValue] = extras()
""",
    "recursive": """
Value: TypeAlias = Union[list["Value"], str]
Tree: TypeAlias = list["Tree"]
Loop: TypeAlias = Union["Loop", int]
Maybe: TypeAlias = Union[list["Maybe | None"], str]
Even: TypeAlias = Union[dict[str, "Odd"], int]
""",
    "recursive_too": """
Odd: TypeAlias = Union[list["Even"], list[str], str]

class Holder(ApiModel):
    value: Value | int | None = None
    odd: Odd | None | UnsetType = UNSET

class And(ApiModel):
    items: list[Filter]

class Or(ApiModel):
    items: list[Filter]

Filter: TypeAlias = Union["And", "Or", str]
""",
}


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return build_package(tmp_path_factory.mktemp("unions"), SHAPES)


# ------------------------------------------------------------------ objects
@pytest.mark.parametrize(
    ("union", "raw", "name"),
    [
        ("Shape", {"radius": 1}, "Circle"),
        ("Shape", {"side": 1}, "Square"),
        ("Shape", {"side": 1, "height": 2}, "Rect"),
        ("Shape", {"side": 1, "colour": "red"}, "Square"),
        ("Step", {"op": "keep", "n": 1}, "Kept"),
        ("Step", {"op": "move", "n": 1}, "Moved"),
        ("Step", {"n": 1}, "Kept"),  # a constant may be left out: the first that fits
        ("OpenStep", {"op": "turn", "n": 1}, "Unknown"),
        ("OpenStep", {"op": 1}, "Unknown"),
        ("OpenStep", "turn", "Unknown"),
        ("Open", {"kind": "tagged"}, "Tagged"),
        ("Open", {"kind": "new"}, "Unknown"),
        ("Open", {"kind": None}, "Unknown"),
        ("Open", {"kind": ["tagged"]}, "Unknown"),
        ("Open", {}, "Unknown"),
        ("Open", "new", "Unknown"),
        ("Tagged | Unknown", {"kind": "new"}, "Unknown"),
        ("Tagged | Unknown", {"kind": "tagged"}, "Tagged"),
        ("Circle | Unknown", {"radius": 1}, "Circle"),
        ("Circle | Unknown", {"diameter": 1}, "Unknown"),
        ("Mixed", {"kind": 1}, "Numbered"),
        ("Mixed", {"kind": "tagged"}, "Tagged"),
        ("Mixed", {"kind": True}, "Unknown"),
        ("Event", {"type": "imported", "source": "api", "at": "x"}, "Created"),
        ("Event", {"type": "deleted", "source": "api"}, "Deleted"),
        ("Event", {"type": "new", "source": "api", "at": "x"}, "Unknown"),
        ("Event", {"type": []}, "Unknown"),
        ("Audit", {"type": "deleted", "source": "api", "at": "x"}, "Created"),
        ("Audit", {"type": "created", "source": "ui"}, "Deleted"),
        ("ByKind", {"op": "t", "kind": "tagged"}, "Tagged"),
        ("ByKind", {"op": "keep", "n": 1}, "Kept"),
        ("ByNumber", {"v": 1, "radius": 1}, "Circle"),
        ("ByNumber", {"v": False, "side": 1}, "Square"),
        ("ByNumber", {"v": True, "radius": 1}, "Unknown"),
        ("ByNumber", {"v": 0, "side": 1}, "Unknown"),
        ("Circle | dict[str, int]", {"radius": 1}, "Circle"),
        ("Circle | dict[str, int]", {"a": 1}, "dict"),
        ("Loose | dict[str, int]", {"a": "x"}, "Loose"),
        ("Loose | dict[str, int]", {"b": 1}, "dict"),
        ("Loose | dict[str, int]", {}, "Loose"),
        ("dict[str, int] | dict[str, str]", {"a": "x"}, "dict"),
        ("dict[str, Circle] | dict[str, JsonValue]", {"a": {"x": 1}}, "dict"),
        ("Labels | Circle", {"radius": 1}, "Circle"),
        ("Labels | Circle", {"title": "t", "n": 1}, "Labels"),
        ("Labels | Named", {"name": "t", "n": "x"}, "Named"),
        ("Named | Unknown", {"x": 1}, "Unknown"),
        ("Event | Circle", {"radius": 1}, "Circle"),
        ("Unknown", {"radius": 1}, "Unknown"),
        ("Circle | JsonValue", {"radius": 1}, "dict"),
    ],
)
def test_objects(api: Package, union: str, raw: Any, name: str) -> None:
    value = api.decode(union, raw)
    assert type(value).__name__ == name
    if name == "Unknown":
        assert value.raw == raw and api.encode(value) == raw
    nested = api.decode(f"dict[str, list[{union}]]", {"a": [raw]})["a"][0]
    assert type(nested) is type(value) and nested == value
    assert api.decode(f"{union} | None", None) is None
    assert type(api.decode(f"{union} | None", raw)) is type(value)


@pytest.mark.parametrize(
    ("union", "raw", "place"),
    [
        ("Closed", {"kind": "new"}, ""),
        ("Step", {"op": "turn", "n": 1}, ""),
        ("Open", {"kind": "tagged", "n": "x"}, "/n"),
        ("Open", None, ""),
        ("Event", None, ""),
        ("OpenStep", {"op": "keep", "n": "x"}, "/n"),
        ("Event", {"type": "deleted"}, "/source"),
        ("Audit", {"source": "new"}, ""),
        ("Shape", {"radius": "x"}, "/radius"),
        ("Shape", {"x": 1}, ""),
        ("Circle | int", "x", ""),
        ("list[int] | list[str]", [1, True], "/1"),
        ("dict[str, list[int]] | str", {"a": [1, "x"]}, "/a/1"),
    ],
)
def test_what_no_member_takes_is_a_misfit_with_its_place(
    api: Package, union: str, raw: Any, place: str
) -> None:
    assert api.misfits(union, raw) == [place]
    assert api.misfits(f"list[{union}]", [raw]) == [f"/0{place}"]


# ------------------------------------------------------------------ scalars and lists
DATE_TIME = dt.datetime(2020, 1, 2, 3, 4, 5, tzinfo=dt.UTC)


SCALARS_AND_LISTS: list[tuple[str, Any, Any]] = [
    ("int | float", 1, 1),
    ("int | float", 1.5, 1.5),
    ("int | float", 1.0, 1.0),
    ("int | float | str | bool", True, True),
    ("int | float | str | bool", 1, 1),
    ("int | str", 10**30, 10**30),
    ("dt.datetime | str", "2020-01-02T03:04:05Z", DATE_TIME),
    ("str | dt.datetime", "2020-01-02T03:04:05Z", DATE_TIME),
    ("str | dt.datetime", "soon", "soon"),
    ("dt.date | dt.datetime", "2020-01-02", dt.date(2020, 1, 2)),
    ("dt.datetime | dt.date", "2020-01-02", dt.date(2020, 1, 2)),
    ("dt.datetime | dt.date", "2020-01-02T03:04:05Z", DATE_TIME),
    ("dt.datetime | int", 5, 5),
    ("dt.datetime | int", "soon", "soon"),
    ("UUID | str", "x", "x"),
    ("Decimal | float", 1.5, 1.5),
    ("list[int] | list[str]", ["a"], ["a"]),
    ("list[int] | list[str]", [1], [1]),
    ("list[int] | list[str]", [], []),
    ("list[int] | list[list[int]] | str | None", [[1]], [[1]]),
    ("tuple[int, str] | list[int]", [1, "a"], (1, "a")),
    ("tuple[int, str] | list[int]", [1, 2], [1, 2]),
    ("tuple[int, str] | dict[str, int]", [1, "a"], (1, "a")),
    ('Literal["a", "b"] | str', "c", "c"),
    ('Literal["a", 1, None]', 1, 1),
    ('Literal["a", 1, None] | float', None, None),
    ('Literal["a", 1] | dt.date', "a", "a"),
    ('Literal["a", 1] | dt.date', "2020-01-02", dt.date(2020, 1, 2)),
    ('Literal["a", True] | Literal["b", 2]', "b", "b"),
    ('Literal["a", True] | Literal["b", 2]', True, True),
    ('Literal["2020-01-02"] | dt.date', "2020-01-02", "2020-01-02"),
    ("Literal[1] | bool", True, True),
    ("Literal[True] | int", 1, 1),
    ("Circle | list[int] | bool | None", False, False),
    ("JsonValue | dt.date", "2020-01-02", "2020-01-02"),
    ("dict[str, JsonValue] | list[JsonValue]", [1, {"a": None}], [1, {"a": None}]),
    ("bytes | int", "aGk=", b"hi"),
    ("Value", ["a", ["b", []]], ["a", ["b", []]]),
    ("Value | None", [["a"]], [["a"]]),
    ("Value | int", [["a"]], [["a"]]),
    ("dict[str, Value] | int", {"a": ["b"]}, {"a": ["b"]}),
    ("Tree", [[], [[]]], [[], [[]]]),
    ("Loop", 1, 1),
    ("Maybe", [None, "a", [None]], [None, "a", [None]]),
    (
        "Even",
        {"a": [1, {"b": ["x"]}], "b": "c"},
        {"a": [1, {"b": ["x"]}], "b": "c"},
    ),
    ("Odd", ["x"], ["x"]),
    ("Odd", [1, {"a": "x"}], [1, {"a": "x"}]),
]


@pytest.mark.parametrize(("union", "raw", "value"), SCALARS_AND_LISTS)
def test_scalars_and_lists(api: Package, union: str, raw: Any, value: Any) -> None:
    made = api.decode(union, raw)
    assert made == value and type(made) is type(value)
    assert api.encode(made) == raw
    nested = api.decode(f"list[{union}]", [raw])[0]
    assert nested == value and type(nested) is type(value)
    if raw is not None and "JsonValue |" not in union:
        beside = api.decode(f"{union} | Named | Unknown", raw)
        assert beside == value and type(beside) is type(value)


@pytest.mark.parametrize(
    ("union", "raw", "cls"),
    [
        ("Status | str", "new", "Status"),
        ("Status | str", "lost", "str"),
        ("Status | Colour", "red", "Colour"),
        ("Status | Colour", "new", "Status"),
        ("Status | Colour", "blue", "Status"),
        ("Status | dt.date", "2020-01-02", "date"),
        ("Status | dt.date", "lost", "Status"),
        ("Level | int", 1, "Level"),
        ("Level | int", 7, "int"),
        ("Level | float", 7, "int"),
        ("Level | float", 7.5, "float"),
        ("Level | bool", True, "bool"),
        ("Level | Literal[7]", 7, "int"),
        ("Status | Level", 2, "Level"),
        ('Status | Literal["gone"]', "gone", "str"),
        ("StrInt | str", "12", "StrInt"),
        ("StrInt | str", "x", "str"),
        ("StrInt | int", 12, "int"),
        ("StrInt | None", "12", "StrInt"),
        ("StrInt | Circle", "12", "StrInt"),
    ],
)
def test_enumerations_and_string_integers(
    api: Package, union: str, raw: Any, cls: str
) -> None:
    value = api.decode(union, raw)
    assert type(value).__name__ == cls and value == (
        int(raw) if cls == "StrInt" else dt.date(2020, 1, 2) if cls == "date" else raw
    )
    assert api.encode(value) == raw


def test_recursive_aliases_in_members(api: Package) -> None:
    raw = {"value": ["a", ["b"]], "odd": [{"x": "y"}, 1]}
    holder = api.decode("Holder", raw)
    assert holder.value == ["a", ["b"]] and api.encode(holder) == raw
    assert api.misfits("Holder", {"value": [["a", 1]]}) == ["/value/0/1"]


def test_a_tagged_union_stays_with_msgspec(api: Package) -> None:
    native = api.runtime("values.annotations").resolve("list[Open | None]")
    assert "OneOf" not in repr(native) and "Tagged" in repr(native)


def test_members_that_differ_deep_inside_do_not_take_exponential_time(
    api: Package,
) -> None:
    raw: Any = 5
    for _ in range(60):
        raw = {"items": [raw]}
    started = time.process_time()
    assert api.misfits("Filter", raw) == ["/items/0" * 60]
    assert time.process_time() - started < 30


# ------------------------------------------------------------------ any union at all
MEMBERS = [
    *(
        "str",
        "int",
        "float",
        "bool",
        "None",
        "bytes",
        "dt.datetime",
        "dt.date",
        "dt.timedelta",
    ),
    *("UUID", "Decimal", "StrInt", "JsonValue", "Unknown", "Status", "Colour", "Level"),
    *(
        'Literal["a", "b"]',
        "Literal[1, True]",
        'Literal["c", None]',
        "list[int]",
        "list[str]",
    ),
    *(
        "tuple[int, str]",
        "dict[str, int]",
        "dict[str, Circle]",
        "list[Shape]",
        "list[Value]",
    ),
    *(
        "Circle",
        "Square",
        "Kept",
        "Moved",
        "Loose",
        "Tagged",
        "Other",
        "Numbered",
        "Labels",
    ),
    *(
        "Named",
        "Closed",
        "Open",
        "Event",
        "Audit",
        "Value",
        "Odd",
        "Filter",
        "Shape | None",
    ),
]
UNIONS = st.lists(st.sampled_from(MEMBERS), min_size=2, max_size=5, unique=True)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from([1.5, "a", "new", "x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["radius", "side", "op", "n", "kind", "type", "items", "title"]
            ),
            inner | st.sampled_from(["keep", "tagged", "other", "created"]),
            max_size=4,
        )
    ),
    max_leaves=8,
)


def _union(members: list[str]) -> str:
    return f"Union[{', '.join(members)}]"


@settings(max_examples=400, deadline=None)
@given(members=UNIONS, raw=JSON)
def test_every_union_decodes_or_reports(
    api: Package, members: list[str], raw: Any
) -> None:
    """No union fails to build, and what goes out can be read again.

    It reads as the same value unless models are about, which drop what they do not declare.
    """
    union = _union(members)
    issues = api.runtime("values.decoding").MisfitError
    try:
        value = api.decode(union, raw)
    except issues as error:
        assert error.issues
        return
    data = api.runtime("values.encoding").encode(value)
    again = api.decode(union, data)
    if "{" not in json.dumps(raw):
        assert again == value and type(again) is type(value)


@settings(max_examples=100, deadline=None)
@given(members=UNIONS)
def test_a_union_may_stand_in_every_place(api: Package, members: list[str]) -> None:
    union = _union(members)
    for place in (
        "list[{}]",
        "dict[str, {}]",
        "tuple[{}, int]",
        "{} | None",
        "list[dict[str, {}]]",
    ):
        json_type = api.runtime("values.decoding").Json(place.format(union))
        try:
            json_type.decode(json.dumps(math.pi).encode())
        except api.runtime("values.decoding").MisfitError:
            pass
