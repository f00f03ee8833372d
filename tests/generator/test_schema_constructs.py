"""Every construct of schemas, run: what JSON Schema allows decodes and encodes back to the same
JSON, and what breaks a type is refused with its place.

The Python that each becomes is in `tests/snippets`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import black
import pytest

from tests.generator.running import Running, differences

TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
NUMBER = {"type": "number"}
FLAG = {"type": "boolean"}
NULL = {"type": "null"}


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def obj(*required: str, **properties: Any) -> dict[str, Any]:
    found = {"type": "object", "properties": properties}
    return {**found, "required": list(required)} if required else found


def array(items: Any, **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **more}


def nested(depth: int) -> tuple[Any, Any, Any]:
    """A schema of that many levels, what fits it, and what does not at its bottom."""
    schema: Any = TEXT
    good: Any = "x"
    bad: Any = 3
    for i in range(depth):
        schema = obj("a", a=schema) if i % 3 else array(schema)
        good = {"a": good} if i % 3 else [good]
        bad = {"a": bad} if i % 3 else [bad]
    return schema, good, bad


class Row(NamedTuple):
    schema: Any
    good: list[Any]
    bad: list[tuple[Any, list[str]]] = []


DEEP, DEEP_GOOD, DEEP_BAD = nested(30)
ODD_NAMES = [
    *("+1", "-1", "", " ", "a b", "A B", "a", "A", "a-b", "a_b", "1", "__init__"),
    *("class", "None", "mro", "name", "value", "😀", "Привет", "x" * 500),
]
CONSTANTS = {"s": "a", "i": 3, "b": True, "n": None, "f": 1.5, "o": {"a": [1, 2]}}

ROWS: dict[str, Row] = {
    # ---------------------------------------------------------------- inferred types
    "Inferred": Row({"properties": {"status": TEXT}}, [{"status": "a"}, {}]),
    "Attempt": Row(
        {"properties": {"status": TEXT}, "examples": [[{"status": "a"}]]},
        [{"status": "a"}, [{"status": 1}, None], []],
        [({"status": 3}, ["/status"])],
    ),
    "FormatOnly": Row({"format": "date"}, ["2020-01-02"]),
    # ---------------------------------------------------------------- null in every spelling
    "NullType": Row({"type": ["string", "null"]}, ["a", None], [(1, [""])]),
    "NullFirst": Row({"type": ["null", "integer"]}, [1, None], [("a", [""])]),
    "NullOneOf": Row({"oneOf": [TEXT, NULL]}, ["a", None], [(1, [""])]),
    "NullReference": Row({"anyOf": [ref("Tree"), NULL]}, [{"value": 1}, None]),
    "NullEnum": Row(
        {"type": ["string", "null"], "enum": ["a", "b", None]},
        ["a", None],
        [(1, [""])],
    ),
    "NullNotListed": Row({"type": ["string", "null"], "enum": ["a"]}, ["a"]),
    "NullEnumOnly": Row({"enum": ["a", None]}, ["a", None], [(1, [""])]),
    "OnlyNull": Row({"oneOf": [NULL]}, [None], [(1, [""])]),
    "HasNulls": Row(
        obj(
            "required",
            required=ref("NullType"),
            optional=ref("NullOneOf"),
            listed=ref("NullEnum"),
            model=ref("NullReference"),
            items=array(ref("NullType")),
            values={"type": "object", "additionalProperties": ref("NullReference")},
            nothing=ref("OnlyNull"),
        ),
        [
            {"required": None},
            {"required": "a", "optional": None, "listed": None, "model": None},
            {"required": "a", "items": [None, "a"], "values": {"a": None, "b": {}}},
            {"required": "a", "nothing": None},
        ],
        [({}, ["/required"]), ({"required": None, "items": [1]}, ["/items/0"])],
    ),
    # ---------------------------------------------------------------- several types
    "Types": Row(
        {
            "type": ["string", "integer", "array", "object"],
            "items": TEXT,
            "properties": {"a": WHOLE},
        },
        ["a", 1, ["x"], {"a": 1}],
        [(True, [""]), ([1], ["/0"]), ({"a": "x"}, ["/a"])],
    ),
    "Scalars": Row({"type": ["boolean", "number", "null"]}, [True, 1.5, 1, None]),
    # ---------------------------------------------------------------- constants
    "ConstText": Row({"const": "a"}, ["a"], [(1, [""]), ("b", [""])]),
    "ConstWhole": Row({"const": 3}, [3], [("a", [""]), (4, [""])]),
    "ConstFlag": Row({"const": True}, [True], [("a", [""])]),
    "ConstNull": Row({"const": None}, [None], [("a", [""])]),
    "ConstFloat": Row({"const": 1.5}, [1.5], [("a", [""])]),
    "ConstObject": Row({"const": {"a": [1, 2]}}, [{"a": [1, 2]}], [("a", [""])]),
    "ConstArray": Row({"const": [1, "a"]}, [[1, "a"]], [("a", [""])]),
    "ConstHuge": Row({"const": 2**70}, [2**70], [("a", [""])]),
    "HasConstants": Row(
        obj(
            *CONSTANTS,
            s=ref("ConstText"),
            i={"const": 3},
            b=ref("ConstFlag"),
            n=ref("ConstNull"),
            f=ref("ConstFloat"),
            o=ref("ConstObject"),
            optional={"const": "z"},
        ),
        [CONSTANTS, {**CONSTANTS, "optional": "z"}],
        [({**CONSTANTS, "i": 4, "optional": "y"}, ["/i", "/optional"])],
    ),
    # ---------------------------------------------------------------- enumerations
    "EnumText": Row({"type": "string", "enum": ["a", "b"]}, ["a"], [(1, [""])]),
    "EnumOdd": Row({"type": "string", "enum": ODD_NAMES}, ODD_NAMES, [(1, [""])]),
    "EnumWhole": Row({"type": "integer", "enum": [1, -1, 0]}, [1, -1], [("a", [""])]),
    "EnumDecimals": Row({"type": "integer", "enum": [1.0, 2.0]}, [1, 2.0]),
    "EnumFlag": Row({"type": "boolean", "enum": [True]}, [True], [("a", [""])]),
    "EnumNumber": Row({"type": "number", "enum": [1, 2.5]}, [1, 2.5], [("a", [""])]),
    "EnumHuge": Row({"type": "integer", "enum": [2**63, 2**70]}, [2**63, 2**70]),
    "EnumMixed": Row({"enum": ["a", 1, True]}, ["a", 1, True], [([], [""])]),
    "EnumAnything": Row({"enum": ["a", 1, None, 1.5]}, ["a", 1, None, 1.5]),
    "EnumObjects": Row({"enum": [{"a": 1}, [1]]}, [{"a": 1}, [1]]),
    "HasEnums": Row(
        obj(a={"enum": ["x"]}, b={"type": "boolean", "enum": [False]}, c={"enum": [1]}),
        [{"a": "x", "b": False, "c": 1}],
        [({"a": 1, "b": 0, "c": "x"}, ["/a", "/b", "/c"])],
    ),
    # ---------------------------------------------------------------- undeclared members
    "ExtraAny": Row(
        {**obj(a=TEXT), "additionalProperties": True},
        [{"a": "x", "b": [1, None]}],
        [({"a": 1}, ["/a"])],
    ),
    "ExtraNone": Row({**obj(a=TEXT), "additionalProperties": False}, [{"a": "x"}]),
    "ExtraTyped": Row(
        {**obj(a=TEXT), "additionalProperties": TEXT},
        [{"a": "x", "b": "y"}],
        [({"a": 1, "b": 1}, ["/a", "/b"])],
    ),
    "ExtraSelf": Row(
        {**obj(a=TEXT), "additionalProperties": ref("ExtraSelf")},
        [{"a": "x", "b": {"a": "z", "c": {}}}],
        [({"b": {"a": 1}}, ["/b/a"])],
    ),
    "Unevaluated": Row({**obj(a=TEXT), "unevaluatedProperties": False}, [{"a": "x"}]),
    "PropertyNames": Row(
        {
            "type": "object",
            "propertyNames": {"pattern": "^[a-z]+$"},
            "additionalProperties": WHOLE,
        },
        [{"a": 1}],
        [({"a": "x"}, ["/a"])],
    ),
    "Patterns": Row(
        {"type": "object", "patternProperties": {"^s_": TEXT, "^i_": WHOLE}},
        [{"s_a": "x", "i_b": 4}, {"other": [1], "none": None, "s_": ""}, {}],
        [({"s_a": 1, "i_b": "x"}, ["/s_a", "/i_b"]), ([], [""])],
    ),
    "PatternModels": Row(
        {"type": "object", "patternProperties": {"^/": obj("a", a=WHOLE)}},
        [{"/x": {"a": 1}, "y": 3}],
        [({"/x": {"a": "q"}}, ["/~1x/a"])],
    ),
    "PatternsClosed": Row(
        {
            "type": "object",
            "patternProperties": {"^s_": TEXT, "_i$": WHOLE},
            "additionalProperties": False,
        },
        [{"s_a": "x", "b_i": 1}],
        [({"s_a": 1}, ["/s_a"])],
    ),
    "PatternsBeside": Row(
        {
            **obj("id", id=WHOLE),
            "patternProperties": {"^x-": TEXT},
            "additionalProperties": NUMBER,
        },
        [{"id": 1, "x-a": "b", "n": 1.5}],
        [({"id": 1, "x-a": 4, "n": "b"}, ["/x-a", "/n"])],
    ),
    "PatternsSelf": Row(
        {"type": "object", "patternProperties": {"^/": ref("PatternsSelf")}},
        [{"/a": {"/b": {}, "c": 1}}],
        [({"/a": {"/b": 1}}, ["/~1a/~1b"])],
    ),
    "PatternsBoth": Row(
        {
            "allOf": [
                {"type": "object", "patternProperties": {"^a": TEXT}},
                {"type": "object", "patternProperties": {"^b": WHOLE}},
            ]
        },
        [{"a": "x", "b": 1, "c": None}],
        [({"a": 1, "b": "x"}, ["/a", "/b"])],
    ),
    # ---------------------------------------------------------------- recursion
    "Tree": Row(
        obj(value=WHOLE, children=array(ref("Tree"))),
        [{"value": 1, "children": [{"value": 2}, {"children": []}]}],
        [({"children": [{"value": "x"}]}, ["/children/0/value"])],
    ),
    "Left": Row(
        obj(
            right=ref("Right"),
            by_name={"type": "object", "additionalProperties": ref("Right")},
        ),
        [{"right": {"left": {}}, "by_name": {"x": {"left": {"right": {}}}}}],
        [({"right": {"left": 3}}, ["/right/left"])],
    ),
    "Right": Row(
        obj(left=ref("Left"), either={"oneOf": [ref("Left"), TEXT]}),
        [{"left": {}, "either": "x"}, {"either": {"right": {}}}],
        [({"left": []}, ["/left"])],
    ),
    "Json": Row(
        {
            "oneOf": [
                *(TEXT, NUMBER, FLAG, NULL, array(ref("Json"))),
                {"type": "object", "additionalProperties": ref("Json")},
            ]
        },
        ["a", 1.5, None, True, [1, "a", {"b": [None]}], {"a": {"b": 1}}],
    ),
    "Linked": Row(
        {"allOf": [obj("id", id=WHOLE), obj(next=ref("Linked"))]},
        [{"id": 1, "next": {"id": 2}}],
        [({"id": 1, "next": {"id": "x"}}, ["/next/id"])],
    ),
    "Deep": Row(DEEP, [DEEP_GOOD], [(DEEP_BAD, ["/a/a/0" * 10])]),
    # ---------------------------------------------------------------- arrays
    "Pair": Row(
        {"type": "array", "prefixItems": [TEXT, WHOLE], "items": False, "minItems": 2},
        [["a", 1]],
        [(["a", "b"], ["/1"]), (["a"], [""])],
    ),
    "PairOfModels": Row(
        {
            "type": "array",
            "prefixItems": [ref("Tree"), ref("Pair")],
            "minItems": 2,
            "maxItems": 2,
        },
        [[{"value": 1}, ["a", 1]]],
        [([{"value": "x"}, ["a", "b"]], ["/0/value", "/1/1"])],
    ),
    "PairOrLess": Row(
        {"type": "array", "prefixItems": [TEXT, WHOLE], "items": False},
        [["a", 1], ["a"], []],
        [([[]], ["/0"])],
    ),
    "PairAndMore": Row(
        {"type": "array", "prefixItems": [TEXT, WHOLE], "items": FLAG, "minItems": 2},
        [["a", 1, True, False], ["a", 1]],
        [(["a", 1, {}], ["/2"])],
    ),
    "PairAndAny": Row(
        {"type": "array", "prefixItems": [TEXT, WHOLE]}, [["a", 1, None, {}], ["a"]]
    ),
    "NoItems": Row({"type": "array", "items": False}, [[]], [("a", [""])]),
    "Contains": Row({"type": "array", "contains": TEXT}, [["a", 1]], [("a", [""])]),
    "Unique": Row(array(TEXT, uniqueItems=True), [["a", "b"]], [([1], ["/0"])]),
    # ---------------------------------------------------------------- free-form, conditions
    "Empty": Row({}, [1, None, "a", {"a": [1]}]),
    "Anything": Row(True, [1, None, "a"]),
    "AnyObject": Row({"type": "object"}, [{}, {"a": 1}], [(1, [""])]),
    "Not": Row({"not": TEXT}, [1, [1], None]),
    "NotListed": Row({"type": "string", "not": {"enum": ["a"]}}, ["b"], [(1, [""])]),
    "IfThen": Row(
        {
            **obj(a=TEXT),
            "if": {"properties": {"a": {"const": "x"}}},
            "then": {"properties": {"b": WHOLE, "both": TEXT}},
            "else": {"properties": {"c": WHOLE, "both": WHOLE}},
        },
        [{"a": "x", "b": 1, "both": "t"}, {"a": "y", "c": 1, "both": 2}],
        [({"a": 1, "b": "x"}, ["/a", "/b"])],
    ),
    "IfInAllOf": Row(
        {
            "allOf": [
                obj("kind", kind=TEXT),
                {
                    "if": {"properties": {"kind": {"const": "a"}}},
                    "then": {"properties": {"kind": {"const": "a"}, "v": WHOLE}},
                },
            ]
        },
        [{"kind": "a", "v": 1}, {"kind": "b"}],
        [({"kind": 1}, ["/kind"])],
    ),
    "Dependent": Row(
        {
            **obj(a=TEXT),
            "dependentSchemas": {"a": {"properties": {"b": WHOLE}, "required": ["b"]}},
            "dependentRequired": {"a": ["b"]},
        },
        [{"a": "x", "b": 1}, {}],
        [({"a": 1, "b": "x"}, ["/a", "/b"])],
    ),
    # ---------------------------------------------------------------- references
    "BesideReference": Row(
        {**ref("Tree"), "required": ["value"], "properties": {"extra": TEXT}},
        [{"value": 1, "extra": "x"}],
        [({"extra": "x"}, ["/value"]), ({"value": 1, "extra": 2}, ["/extra"])],
    ),
    "Definitions": Row(
        {
            **obj(x={"$ref": "#/components/schemas/Definitions/$defs/In"}),
            "$defs": {"In": obj("q", q=WHOLE)},
        },
        [{"x": {"q": 1}}],
        [({"x": {}}, ["/x/q"])],
    ),
    "Alias": Row(ref("AliasOfAlias"), [{"value": 1}], [({"value": "x"}, ["/value"])]),
    "AliasOfAlias": Row(ref("Tree"), [{"value": 1}]),
    "BadDefaults": Row(
        obj(
            a={"type": "integer", "default": "x"},
            b={"type": "string", "enum": ["p", "q"], "default": "z"},
            c={**array(TEXT), "default": {}},
        ),
        [{"a": 1, "b": "p", "c": ["x"]}, {}],
    ),
    # ---------------------------------------------------------------- numbers
    "Whole": Row(WHOLE, [2**63, 10**40, -(10**40), 0], [("1", [""]), (1.5, [""])]),
    "Int64": Row({"type": "integer", "format": "int64"}, [2**62], [("a", [""])]),
    "TextInt64": Row({"type": "string", "format": "int64"}, ["9007199254740993"]),
    "EitherInt64": Row({"type": ["integer", "string"], "format": "int64"}, [5, "5"]),
    "Number": Row(NUMBER, [1, 1.5, -0.0, 0.1], [("a", [""])]),
    # ---------------------------------------------------------------- contents
    "Base64": Row({"type": "string", "contentEncoding": "base64"}, ["aGk="]),
    "Base64Url": Row({"type": "string", "contentEncoding": "base64url"}, ["-_8"]),
    "JsonText": Row(
        {"type": "string", "contentMediaType": "application/json"}, ['{"a":1}']
    ),
    "Picture": Row({"type": "string", "contentMediaType": "image/png"}, ["aGk="]),
}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Running:
    schemas = {name: row.schema for name, row in ROWS.items()}
    return Running(tmp_path_factory.mktemp("constructs"), schemas)


@pytest.mark.parametrize("name", ROWS)
def test_what_is_valid_comes_back(running: Running, name: str) -> None:
    for value in ROWS[name].good:
        assert running.is_valid(name, value), value
        assert list(differences(value, running.back(name, value))) == [], value


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.bad])
def test_what_breaks_a_type_is_refused_with_its_place(
    running: Running, name: str
) -> None:
    for value, places in ROWS[name].bad:
        assert not running.is_valid(name, value), value
        assert running.misfits(name, value) == places, value


def test_black_has_nothing_to_do(running: Running) -> None:
    for path, text in running.files.items():
        if path.startswith("models/"):
            assert black.format_str(text, mode=black.Mode()) == text, path


def test_what_no_type_can_say_is_told(running: Running) -> None:
    told = [(code, at.rpartition("/")[2]) for code, at, *_ in running.findings]
    assert told == [
        ("CP501", "ConstObject"),
        ("CP501", "ConstArray"),
        ("CP501", "EnumAnything"),
        ("CP501", "EnumObjects"),
        ("CP502", "if"),
        ("CP502", "if"),
        ("CP502", "dependentSchemas"),
    ]


@pytest.mark.parametrize("name", ["EnumText", "EnumWhole", "HasEnums", "EnumMixed"])
def test_values_that_are_not_listed_are_kept(running: Running, name: str) -> None:
    later = {"EnumWhole": 7, "HasEnums": {"a": "later", "b": True, "c": 9}}
    value = later.get(name, "later")
    assert running.back(name, value) == value


# ---------------------------------------------------------------- formats


FORMATS: dict[str, list[tuple[str, str]]] = {
    "date-time": [
        ("2020-01-02T03:04:05Z", "2020-01-02T03:04:05Z"),
        ("2020-01-02t03:04:05z", "2020-01-02T03:04:05Z"),
        ("2020-01-02 03:04:05Z", "2020-01-02T03:04:05Z"),
        ("2020-01-02T03:04:05.5+05:30", "2020-01-02T03:04:05.500000+05:30"),
        ("2020-01-02T03:04:05.123456789Z", "2020-01-02T03:04:05.123457Z"),
        ("2020-01-02T03:04:05", "2020-01-02T03:04:05"),
        ("2020-01-02 03:04:05", "2020-01-02 03:04:05"),
        ("2020-01-02", "2020-01-02"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:60Z"),
        ("0000-00-00 00:00:00", "0000-00-00 00:00:00"),
        ("soon", "soon"),
        ("", ""),
    ],
    "date": [
        ("2020-01-02", "2020-01-02"),
        ("2020-01-02T00:00:00Z", "2020-01-02T00:00:00Z"),
        ("20200102", "20200102"),
    ],
    "time": [("10:11:12Z", "10:11:12Z"), ("10:11:12", "10:11:12"), ("10:11", "10:11")],
    "duration": [("P1M", "P1M"), ("an hour", "an hour")],
    "uuid": [
        (
            "12345678-1234-5678-1234-56781234567A",
            "12345678-1234-5678-1234-56781234567a",
        ),
        ("me", "me"),
    ],
    "byte": [("aGk=", "aGk="), ("aGk", "aGk"), ("not base64!", "not base64!")],
    "decimal": [("1.10", "1.10"), ("1e5", "1E+5"), ("much", "much")],
    "int64": [("12", "12"), ("many", "many")],
    "uint64": [(str(2**64 - 1), str(2**64 - 1))],
    **{
        name: [("x", "x")]
        for name in ("uri", "email", "ipv4", "hostname", "binary", "password", "own")
    },
}


@pytest.fixture(scope="module")
def formats(tmp_path_factory: pytest.TempPathFactory) -> Running:
    schemas = {name: {"type": "string", "format": name} for name in FORMATS}
    return Running(tmp_path_factory.mktemp("formats"), schemas)


@pytest.mark.parametrize("name", FORMATS)
def test_texts_of_a_format_come_back(formats: Running, name: str) -> None:
    """The same value, if in another notation; text that is not of its format stays as it is."""
    for text, back in FORMATS[name]:
        assert formats.back(name, text) == back
    assert formats.misfits(name, {}) == [""]


@pytest.mark.parametrize(
    ("text", "value"), [(b"1e2", 100), (b"1.0", 1), (b"-0.0", 0), (b"1E20", 10**20)]
)
def test_integers_in_any_notation(running: Running, text: bytes, value: int) -> None:
    made = running.decode("Whole", text)
    assert made == value and isinstance(made, int)


def test_numbers_that_json_has_not_are_refused_on_the_way_out(running: Running) -> None:
    value = running.decode("ExtraAny", {"a": "x"})
    value.additional_properties["n"] = float("nan")
    encoding = running.runtime("values.encoding")
    with pytest.raises(
        running.runtime("values.issues").MisfitError, match="/n: JSON has no"
    ):
        encoding.encode(value)


# ---------------------------------------------------------------- the spelling of 3.0


NULLABLE = {
    "Text": {"type": "string", "nullable": True},
    "Untyped": {"nullable": True, "properties": {"a": TEXT}},
    "Listed": {"type": "string", "nullable": True, "enum": ["a"]},
    "ListedNull": {"type": "string", "nullable": True, "enum": ["a", None]},
    "Composed": {"allOf": [ref("Plain")], "nullable": True},
    "Choice": {"oneOf": [ref("Plain"), TEXT], "nullable": True},
    "Plain": obj(a=TEXT),
    "Holder": obj(
        "r",
        r={"allOf": [ref("Plain")], "nullable": True},
        o={"type": "integer", "nullable": True},
        ignored={**ref("Plain"), "type": "string", "description": "Only this counts."},
    ),
}


def test_nullable_of_3_0(tmp_path: Path) -> None:
    running = Running(tmp_path, NULLABLE, "3.0.3")
    for name in ("Text", "Untyped", "Listed", "ListedNull", "Composed", "Choice"):
        assert running.back(name, None) is None
    assert running.misfits("Plain", None) == [""]
    for value in ({"r": None, "o": None}, {"r": {"a": "x"}, "ignored": {"a": "y"}}):
        assert running.back("Holder", value) == value
    assert running.misfits("Holder", {"o": "x"}) == ["/r", "/o"]


# ---------------------------------------------------------------- names


HOSTILE = [
    *("list", "None", "Model", "ApiModel", "__init__", "a-b", "a_b", "aB", "AB"),
    *("123", "$x", "Молоко", "😀", "class", "Unknown", "Patterns", "dt", "str", "é.x"),
]


def test_hostile_names_of_components(tmp_path: Path) -> None:
    schemas: dict[str, Any] = {
        name: obj("n", n={"const": name}, next={"oneOf": [ref(other), NULL]})
        for name, other in zip(HOSTILE, [*HOSTILE[1:], HOSTILE[0]], strict=True)
    }
    running = Running(tmp_path, schemas)
    for name, other in zip(HOSTILE, [*HOSTILE[1:], HOSTILE[0]], strict=True):
        value = {"n": name, "next": {"n": other, "next": None}}
        assert running.back(name, value) == value
        assert running.misfits(name, {"n": "x"}) == ["/n"]


SPITEFUL = 'quotes " \' """ \\ \\" \\N{DASH} {braces} %s\x00\x1b\u202e bidi\nnext\r\u2028\ttab '


def test_words_that_are_no_python(tmp_path: Path) -> None:
    member = {"type": "string", "description": SPITEFUL, "default": SPITEFUL}
    schema = {
        **obj(**{SPITEFUL: member, "listed": {"enum": [SPITEFUL, 'a"""']}}),
        "title": SPITEFUL,
        "description": SPITEFUL,
    }
    running = Running(tmp_path, {"It": schema, "E": {"enum": [SPITEFUL, "\\"]}})
    value = {SPITEFUL: SPITEFUL, "listed": SPITEFUL}
    assert running.back("It", value) == value
    assert running.back("E", SPITEFUL) == SPITEFUL
