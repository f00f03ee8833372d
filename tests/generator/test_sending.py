"""What is sent for what a caller gives: documents, and the requests of their clients."""

from __future__ import annotations

import json
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from tests.generator.calls import Calls, Part
from tests.generator.making import document, json_body, operation, parsed
from tests.runtime.numpy_library import np

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


def sending(content: Any, schemas: Any = None, **more: Any) -> dict[str, Any]:
    """A document with one operation `send` that has these media types of a body."""
    body = {"content": {name: {"schema": s} for name, s in content.items()}, **more}
    call = operation(operationId="send", requestBody=body)
    return document(schemas or {}, {"/send": {"post": call}})


def an_object(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}


TEXT = {"type": "string"}
FILE = {"type": "string", "format": "binary"}


# ------------------------------------------------------------------ null
ANY: dict[str, Any] = {
    "empty": {},
    "true": True,
    "nullable": {"nullable": True},
    "described": {"description": "any JSON"},
    "example": {"example": 1},
    "titled": {"title": "T", "default": None},
    "referenced": {"$ref": "#/components/schemas/Any"},
    "referenced_beside": {"$ref": "#/components/schemas/Any", "description": "d"},
    "any_of": {"anyOf": [{}, {"type": "null"}]},
    "one_of": {"oneOf": [{"type": "string"}, {}]},
    "all_of": {"allOf": [{"$ref": "#/components/schemas/Any"}], "description": "d"},
    "not": {"not": {"type": "string"}},
    "listed_types": {"type": ["string", "number", "object", "array", "null"]},
    "nothing_but_null": {"type": "null"},
}


@pytest.mark.parametrize("media_type", [JSON, "application/merge-patch+json"])
@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize("required", [True, False], ids=["required", "optional"])
def test_none_is_null_for_a_member_of_any_type(
    tmp_path: Path, media_type: str, version: str, required: bool
) -> None:
    known = {k: v for k, v in ANY.items() if version != "3.0.3" or v is not True}
    model = {"$ref": "#/components/schemas/Model"}
    schemas: dict[str, Any] = {
        "Any": {"description": "Anything."},
        "Model": {**an_object(**known), "required": list(known) if required else []},
        "Holder": an_object("model", model=model),
    }
    if not required:
        del schemas["Model"]["required"]
    data: dict[str, Any] = {**sending({media_type: model}, schemas), "openapi": version}
    data["paths"]["/nested"] = {
        "post": operation(
            operationId="nested",
            requestBody=json_body({"$ref": "#/components/schemas/Holder"}),
        )
    }
    calls = Calls(tmp_path, data)
    nulls = dict.fromkeys(known)
    names = {name: f"{name}_" if name in ("not",) else name for name in known}
    given = {names[name]: None for name in known}
    sent = calls("send", **given)
    assert (sent.media_type, sent.json) == (media_type, nulls)
    assert calls("nested", model=nulls).json == {"model": nulls}
    made = calls.models.Model(**given)
    assert calls("nested", model=made).json == {"model": nulls}
    if not required:
        assert calls("nested", model={}).json == {"model": {}}
        assert calls("nested", model=calls.models.Model()).json == {"model": {}}
        assert calls("send", empty=1).json == {"empty": 1}


# ------------------------------------------------------------------ numbers
def test_decimals_and_scalars_of_numpy(tmp_path: Path) -> None:
    schema = an_object(
        exact={"type": "number", "format": "decimal"},
        plain={"type": "number"},
        text={"type": "string", "format": "decimal"},
        count={"type": "integer"},
        flag={"type": "boolean"},
        name=TEXT,
    )
    calls = Calls(tmp_path, sending({JSON: schema, FORM: schema}))
    given = {
        "exact": Decimal("12345678901234567890.12"),
        "plain": Decimal("19.990"),
        "text": Decimal("1.50"),
        "count": np.int64(3),
        "flag": np.bool_(False),
        "name": np.str_("a"),
    }
    assert calls("send", **given).body == (
        '{"exact":12345678901234567890.12,"plain":19.990,"text":"1.50",'
        '"count":3,"flag":false,"name":"a"}'
    )
    assert calls("send", content_type=FORM, **given).body == (
        "exact=12345678901234567890.12&plain=19.990&text=1.50&count=3&flag=false&name=a"
    )


# ------------------------------------------------------------------ bytes in two alphabets
URL_SAFE = {"type": "string", "contentEncoding": "base64url"}
BYTE = {"type": "string", "format": "byte"}
RAW = b"\xfb\xff"
"""base64 -> `+/8=`, base64url -> `-_8`."""


def test_the_alphabet_of_bytes_is_that_of_the_member(tmp_path: Path) -> None:
    schemas = {
        "Key": an_object("id", id=URL_SAFE, plain=BYTE),
        "Keys": an_object(
            keys={"type": "array", "items": {"$ref": "#/components/schemas/Key"}},
            by_name={"type": "object", "additionalProperties": URL_SAFE},
            either={"anyOf": [URL_SAFE, {"type": "integer"}, {"type": "null"}]},
            plain=BYTE,
        ),
        "OneKey": {
            "oneOf": [
                {"$ref": "#/components/schemas/Key"},
                {"$ref": "#/components/schemas/Keys"},
            ]
        },
    }
    keys = {"$ref": "#/components/schemas/Keys"}
    calls = Calls(tmp_path, sending({JSON: keys, FORM: keys}, schemas))
    key = calls.models.Key
    for item in (key(id=RAW, plain=RAW), {"id": RAW, "plain": RAW}):
        given = {"by_name": {"a": RAW}, "either": RAW, "plain": RAW}
        assert calls("send", keys=[item], **given).json == {
            "keys": [{"id": "-_8", "plain": "+/8="}],
            "by_name": {"a": "-_8"},
            "either": "-_8",
            "plain": "+/8=",
        }
    sent = calls("send", content_type=FORM, either=RAW, plain=RAW)
    assert sent.body == "either=-_8&plain=%2B%2F8%3D"
    one = Calls(
        tmp_path, sending({JSON: {"$ref": "#/components/schemas/OneKey"}}, schemas)
    )
    for body in (one.models.Key(id=RAW), {"id": RAW}):
        assert one("send", body=body).json == {"id": "-_8"}
    assert one("send", body={"either": 3}).json == {"either": 3}


def test_the_alphabet_of_additional_members(tmp_path: Path) -> None:
    listed = {"type": "string", "enum": ["members", "other"]}
    schema = {
        **an_object(kind={"$ref": "#/components/schemas/Kind"}, plain=BYTE),
        "patternProperties": {"^x-": URL_SAFE},
        "additionalProperties": {"type": "integer"},
    }
    schemas = {"Kind": listed, "Open": schema}
    open_ = {"$ref": "#/components/schemas/Open"}
    calls = Calls(tmp_path, sending({JSON: open_, MULTIPART: open_}, schemas))
    raw = {"kind": "members", "plain": RAW, "x-a": RAW, "n": 1}
    sent = {"kind": "members", "plain": "+/8=", "x-a": "-_8", "n": 1}
    model = calls.models.Open(
        kind="members", plain=RAW, additional_properties={"x-a": RAW, "n": 1}
    )
    for body in (raw, MappingProxyType(raw), model):
        assert calls("send", body=body).json == sent


def test_the_alphabet_in_a_body_that_may_be_given_in_members(tmp_path: Path) -> None:
    key = {"$ref": "#/components/schemas/Key"}
    patch = {"type": "array", "items": URL_SAFE}
    document = sending(
        {JSON: key, "application/json-patch+json": patch},
        {"Key": an_object("id", id=URL_SAFE, plain=BYTE)},
    )
    calls = Calls(tmp_path, document)
    assert calls("send", id=RAW, plain=RAW).json == {"id": "-_8", "plain": "+/8="}
    sent = calls("send", content_type="application/json-patch+json", body=[RAW])
    assert sent.json == ["-_8"]
    assert calls("send", body=calls.models.Key(id=RAW)).json == {"id": "-_8"}
    assert calls("send", body={"id": RAW, "plain": RAW}).json == {
        "id": "-_8",
        "plain": "+/8=",
    }


def test_bytes_that_came_go_back_in_their_alphabet(tmp_path: Path) -> None:
    calls = Calls(tmp_path, sending({JSON: an_object(key=URL_SAFE)}))
    decode = import_module(f"{calls.name}._runtime.values.decoding").Json
    encode = import_module(f"{calls.name}._runtime.values.encoding").encode
    for text in ("-_8", "-_8="):
        value = decode("Base64Url").decode(json.dumps(text).encode())
        assert value == RAW
        assert encode([value]) == b'["-_8"]'
        assert calls("send", key=value).json == {"key": "-_8"}
    for text in ("+/8=", "-_8!", "-", "-_8é"):
        issues = list[Any]()
        assert decode("list[Base64Url]").decode(json.dumps([text]).encode(), issues)
        assert [issue.is_format for issue in issues] == [True]


@pytest.mark.parametrize(
    ("schema", "value", "query"),
    [
        (URL_SAFE, RAW, "p=-_8"),
        ({"type": "array", "items": URL_SAFE}, [RAW, b""], "p=-_8&p="),
        (an_object(a=URL_SAFE, b=BYTE), {"a": RAW, "b": RAW}, "a=-_8&b=%2B%2F8%3D"),
        (BYTE, RAW, "p=%2B%2F8%3D"),
    ],
)
def test_bytes_in_a_query(tmp_path: Path, schema: Any, value: Any, query: str) -> None:
    assert Calls(tmp_path, asking(schema=schema))("ask", p=value).query == query


def test_bytes_in_lines(tmp_path: Path) -> None:
    lines = {"application/jsonl": {"type": "array", "items": an_object(key=URL_SAFE)}}
    assert Calls(tmp_path, sending(lines))("send", body=[{"key": RAW}]).body == (
        '{"key":"-_8"}\n'
    )


# ------------------------------------------------------------------ several media types
def test_members_that_only_another_media_type_has(tmp_path: Path) -> None:
    calls = Calls(
        tmp_path,
        sending(
            {
                JSON: an_object("a", a=TEXT, n={"type": ["string", "null"]}),
                FORM: an_object("a", "token", a=TEXT, token=TEXT),
                "application/merge-patch+json": an_object(
                    a=TEXT, b={"type": "integer"}
                ),
                "text/plain": TEXT,
            },
            required=True,
        ),
    )
    assert calls.findings == []
    assert calls("send", a="x").json == {"a": "x"}
    assert calls("send", a="x", n=None).json == {"a": "x", "n": None}
    assert calls("send", a="x", token="t", content_type=FORM).body == "a=x&token=t"
    patch = "application/merge-patch+json"
    assert calls("send", b=3, content_type=patch).json == {"b": 3}
    assert calls("send", a="x", content_type=patch).json == {"a": "x"}
    assert calls("send", body="x", content_type="text/plain").body == "x"
    assert calls.refused("send", n=None) == "application/json needs a"
    assert "needs token" in calls.refused("send", a="x", content_type=FORM)
    assert "no member token" in calls.refused("send", a="x", token="t")
    assert "no member b" in calls.refused("send", a="x", b=1)
    assert "body is missing" in calls.refused("send", content_type="text/plain")


def test_members_of_a_form_beside_json(tmp_path: Path) -> None:
    file = {"type": "string", "contentEncoding": "binary"}
    content = {
        JSON: an_object(a=TEXT, n={"type": ["integer", "null"]}),
        MULTIPART: an_object(a=TEXT, n={"type": "integer"}, **{"files[0]": file}),
    }
    calls = Calls(tmp_path, sending(content, required=True))
    sent = calls("send", a="x", files_0=b"content")
    assert sent.parts == [
        Part("a", "", "x"),
        Part("files[0]", "application/octet-stream", "content", "files[0]"),
    ]
    assert calls("send", a="x", content_type=JSON).json == {"a": "x"}
    assert calls("send", n=None, content_type=JSON).json == {"n": None}
    assert "no member files[0]" in calls.refused("send", files_0=b"", content_type=JSON)


def test_media_types_without_a_common_member(tmp_path: Path) -> None:
    content = {
        JSON: an_object("url", url=TEXT),
        MULTIPART: an_object("file", file=FILE),
    }
    calls = Calls(tmp_path, sending(content, required=True))
    assert calls("send", url="u", content_type=JSON).json == {"url": "u"}
    (part,) = calls("send", file=b"f").parts
    assert (part.name, part.text) == ("file", "f")
    assert (
        calls.refused("send", url="u")
        == "multipart/form-data has no member url; it has file"
    )


def test_a_body_that_may_be_left_out_asks_for_nothing(tmp_path: Path) -> None:
    content = {JSON: an_object("a", a=TEXT), FORM: an_object("a", "b", a=TEXT, b=TEXT)}
    calls = Calls(tmp_path, sending(content))
    assert calls("send").body == ""
    assert calls("send", a="x").json == {"a": "x"}
    assert calls("send", a="x", b="y", content_type=FORM).body == "a=x&b=y"
    assert "needs b" in calls.refused("send", a="x", content_type=FORM)


def test_a_null_that_was_not_given_is_not_sent(tmp_path: Path) -> None:
    """The form is sent by default, since it has a file; a null is for JSON only."""
    text = {"type": ["string", "null"]}
    content = {
        MULTIPART: an_object(file=FILE, n=TEXT),
        JSON: an_object(file=TEXT, n=text),
    }
    calls = Calls(tmp_path, sending(content))
    assert calls("send", file="x", content_type=JSON).json == {"file": "x"}
    assert calls("send", n=None, content_type=JSON).json == {"n": None}


# ------------------------------------------------------------------ forms
ENUM = {"type": "string", "enum": ["red", "blue"]}
CHOICE = {
    "oneOf": [
        {"$ref": "#/components/schemas/Colour"},
        {"$ref": "#/components/schemas/Blank"},
        {"$ref": "#/components/schemas/Null"},
    ]
}
EMPTY: Any = {}
SCHEMAS = {"Colour": ENUM, "Blank": {"enum": [""]}, "Null": {"enum": [None]}}
NUMBER_OR_TEXT = {"anyOf": [{"type": "integer"}, TEXT]}


@pytest.mark.parametrize(
    ("schema", "value", "texts"),
    [
        (CHOICE, "red", ["red"]),
        (CHOICE, "", [""]),
        ({"type": ["string", "integer"]}, 3, ["3"]),
        ({"type": ["string", "integer", "null"]}, "s", ["s"]),
        (NUMBER_OR_TEXT, 3, ["3"]),
        ({"anyOf": [NUMBER_OR_TEXT, {"type": "boolean"}]}, True, ["true"]),
        ({"type": "array", "items": NUMBER_OR_TEXT}, ["a", 1], ["a", "1"]),
        ({"type": "array", "items": CHOICE}, ["red", ""], ["red", ""]),
        ({"anyOf": [{"type": "array", "items": TEXT}, TEXT]}, "a", ["a"]),
        ({"anyOf": [{"type": "array", "items": TEXT}, TEXT]}, ["a", "b"], ["a", "b"]),
        ({"oneOf": [{"const": "x"}, {"const": 1}]}, 1, ["1"]),
        ({"anyOf": [TEXT, {"type": "string", "format": "date"}]}, "d", ["d"]),
    ],
)
def test_unions_of_primitives_are_plain_text_in_forms(
    tmp_path: Path, schema: Any, value: Any, texts: list[str]
) -> None:
    content = {MULTIPART: an_object(m=schema), FORM: an_object(m=schema)}
    calls = Calls(tmp_path, sending(content, SCHEMAS))
    sent = calls("send", m=value, content_type=MULTIPART)
    assert sent.parts == [Part("m", "", text) for text in texts]
    form = calls("send", m=value, content_type=FORM)
    assert form.body == "&".join(f"m={text}" for text in texts)


@pytest.mark.parametrize(
    ("schema", "value", "parts"),
    [
        ({"type": "object"}, {"a": 1}, [("application/json", '{"a":1}')]),
        (
            {"type": "array", "items": {"type": "object"}},
            [EMPTY],
            [("application/json", "{}")],
        ),
        (
            {"anyOf": [{"type": "object"}, TEXT]},
            {"a": 1},
            [("application/json", '{"a":1}')],
        ),
        ({"anyOf": [{"type": "object"}, TEXT]}, "a", [("", "a")]),
        (EMPTY, "a", [("application/json", '"a"')]),
    ],
)
def test_objects_in_forms_are_json(
    tmp_path: Path, schema: Any, value: Any, parts: list[tuple[str, str]]
) -> None:
    calls = Calls(tmp_path, sending({MULTIPART: an_object(m=schema)}))
    sent = calls("send", m=value)
    assert sent.parts == [Part("m", media_type, text) for media_type, text in parts]


LIST_OF_FILES = {"type": "array", "items": FILE}
BYTES = "application/octet-stream"


@pytest.mark.parametrize(
    ("schema", "value", "types"),
    [
        (FILE, b"x", [BYTES]),
        (LIST_OF_FILES, [b"x", b"y"], [BYTES, BYTES]),
        ({"oneOf": [FILE, LIST_OF_FILES]}, b"x", [BYTES]),
        ({"oneOf": [FILE, LIST_OF_FILES]}, [b"x", b"y"], [BYTES, BYTES]),
        ({"anyOf": [FILE, {"type": "null"}]}, b"x", [BYTES]),
        ({"type": "string", "contentEncoding": "binary"}, b"x", [BYTES]),
        ({"type": "string", "contentMediaType": "image/png"}, b"x", ["image/png"]),
        ({"type": "string", "contentMediaType": "text/csv"}, b"x", ["text/csv"]),
        ({"contentMediaType": BYTES}, b"x", [BYTES]),
        (
            {
                "type": "array",
                "items": {"type": "string", "contentMediaType": "image/png"},
            },
            [("a.png", b"x")],
            ["image/png"],
        ),
        (
            {
                "type": "string",
                "contentEncoding": "binary",
                "contentMediaType": "image/png",
            },
            b"x",
            ["image/png"],
        ),
        ({"anyOf": [FILE, TEXT]}, ("a.txt", b"x"), ["text/plain"]),
    ],
)
def test_files_in_forms(
    tmp_path: Path, schema: Any, value: Any, types: list[str]
) -> None:
    calls = Calls(tmp_path, sending({MULTIPART: an_object("m", m=schema)}))
    parts = calls("send", m=value).parts
    assert [part.media_type for part in parts] == types
    assert all(part.filename for part in parts)
    signature = calls.files["groups/operations.py"]
    assert "FileInput" in signature


def test_a_file_or_a_text(tmp_path: Path) -> None:
    calls = Calls(tmp_path, sending({MULTIPART: an_object(m={"anyOf": [FILE, TEXT]})}))
    assert calls("send", m="https://x.test").parts == [Part("m", "", "https://x.test")]


def test_base64_is_no_file(tmp_path: Path) -> None:
    schema = {
        "type": "string",
        "contentEncoding": "base64",
        "contentMediaType": "image/png",
    }
    calls = Calls(tmp_path, sending({JSON: an_object(m=schema)}))
    assert calls("send", m=b"x").json == {"m": "eA=="}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "contentEncoding": "binary"},
        {"type": "string", "contentMediaType": "image/png"},
        {"$ref": "#/components/schemas/File"},
    ],
)
@pytest.mark.parametrize("media_type", ["image/png", "*/*", "image/*", BYTES])
def test_files_as_the_body(tmp_path: Path, schema: Any, media_type: str) -> None:
    schemas = {"File": {"type": "string", "contentMediaType": "image/png"}}
    calls = Calls(tmp_path, sending({media_type: schema}, schemas))
    sent = calls("send", body=("a.png", b"x"))
    expected = "image/png" if "*" in media_type else media_type
    assert (sent.media_type, sent.body) == (expected, "x")


@pytest.mark.parametrize(
    "schema",
    [TEXT, FILE, {"type": "array", "items": FILE}, {"$ref": "#/components/schemas/L"}],
)
def test_a_form_that_is_no_object_has_a_boundary(tmp_path: Path, schema: Any) -> None:
    schemas = {"L": {"type": "array", "items": TEXT}}
    calls = Calls(tmp_path, sending({MULTIPART: schema}, schemas))
    (finding,) = calls.findings
    assert "its schema is no object" in str(finding)
    sent = calls("send", body={"file": ("a.txt", b"x"), "n": 3})
    assert sent.media_type == f"{MULTIPART}; boundary=boundary"
    assert sent.parts == [Part("file", "text/plain", "x", "a.txt"), Part("n", "", "3")]


@pytest.mark.parametrize(
    "media_type",
    [
        "application/x-ndjson",
        "application/ndjson",
        "application/jsonl",
        "application/jsonlines",
    ],
)
@pytest.mark.parametrize("reference", [True, False])
def test_lists_are_taken_as_lines(
    tmp_path: Path, media_type: str, reference: bool
) -> None:
    schemas = {
        "Item": an_object("id", id={"type": "integer"}),
        "Items": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}},
    }
    schema: Any = (
        {"$ref": "#/components/schemas/Items"} if reference else schemas["Items"]
    )
    calls = Calls(tmp_path, sending({media_type: schema}, schemas))
    assert calls.findings == []
    item = calls.models.Item(id=2)
    lines = '{"id":1}\n{"id":2}\n'
    sent = calls("send", body=[{"id": 1}, item])
    assert (sent.media_type, sent.body) == (media_type, lines)
    assert calls("send", body=list[Any]()).body == ""
    assert calls("send", body=lines.encode()).body == lines


# ------------------------------------------------------------------ parameters
def asking(schemas: Any = None, **parameter: Any) -> dict[str, Any]:
    """A document with one operation `ask` that has one parameter `p` in the query."""
    words = {"name": "p", "in": "query", **parameter}
    call = operation(operationId="ask", parameters=[words])
    return document(schemas or {}, {"/ask": {"get": call}})


def test_arrays_in_an_exploded_object(tmp_path: Path) -> None:
    texts = {"type": "array", "items": TEXT}
    schemas = {
        "Pageable": an_object(page={"type": "integer"}, sort=texts),
        "Free": {"type": "object", "additionalProperties": texts},
    }
    reference = {"$ref": "#/components/schemas/Pageable"}
    calls = Calls(tmp_path, asking(schemas, schema=reference))
    assert calls.findings == []
    for value in (
        {"page": 0, "sort": ["name,asc", "id"]},
        calls.models.Pageable(page=0, sort=["name,asc", "id"]),
    ):
        assert calls("ask", p=value).query == "page=0&sort=name%2Casc&sort=id"
    assert calls("ask", p={"sort": []}).query == ""
    free = Calls(
        tmp_path, asking(schemas, schema={"$ref": "#/components/schemas/Free"})
    )
    assert free.findings == []
    assert free("ask", p={"a": ["1", "2"], "b": ("3",)}).query == "a=1&a=2&b=3"


@pytest.mark.parametrize(
    ("schema", "explode", "value", "query"),
    [
        (
            an_object(a={"type": "array", "items": {"type": "object"}}),
            True,
            {"a": [{"b": 1}]},
            "a=%7B%22b%22%3A1%7D",
        ),
        (an_object(a={"type": "object"}), True, {"a": {"b": 1}}, "a=%7B%22b%22%3A1%7D"),
        (
            an_object(a={"type": "array", "items": TEXT}),
            False,
            {"a": ["b"]},
            "p=a,%5B%22b%22%5D",
        ),
    ],
)
def test_what_the_style_does_not_say_is_json(
    tmp_path: Path, schema: Any, explode: bool, value: Any, query: str
) -> None:
    calls = Calls(tmp_path, asking(schema=schema, explode=explode))
    assert len(calls.findings) == 1
    assert calls("ask", p=value).query == query


@pytest.mark.parametrize(
    ("array_format", "query"),
    [
        ({}, "p[a][0]=x&p[a][1]=y&p[b]=z"),
        ({"x-clientpress-array-format": "indices"}, "p[a][0]=x&p[a][1]=y&p[b]=z"),
        ({"x-clientpress-array-format": "brackets"}, "p[a][]=x&p[a][]=y&p[b]=z"),
        ({"x-clientpress-array-format": "repeat"}, "p[a]=x&p[a]=y&p[b]=z"),
    ],
)
def test_arrays_in_deep_objects(
    tmp_path: Path, array_format: dict[str, str], query: str
) -> None:
    schema = an_object(a={"type": "array", "items": TEXT}, b=TEXT)
    value = {"a": ["x", "y"], "b": "z"}
    calls = Calls(tmp_path, asking(schema=schema, style="deepObject", **array_format))
    assert calls.findings == []
    sent = calls("ask", p=value).query
    assert sent.replace("%5B", "[").replace("%5D", "]") == query
    data = sending({FORM: an_object(p=schema)})
    content = data["paths"]["/send"]["post"]["requestBody"]["content"]
    content[FORM]["encoding"] = {
        "p": {"style": "deepObject", "explode": True, **array_format}
    }
    form = Calls(tmp_path, data)("send", p=value).body
    assert form.replace("%5B", "[").replace("%5D", "]") == query


SWAGGER = {"name": "m", "schema": TEXT}


@pytest.mark.parametrize(
    ("parameter", "content", "given", "expected"),
    [
        ({"in": "formData"}, {}, {"m": "x"}, (FORM, "m=x")),
        (
            {"in": "formData"},
            {FORM: an_object(a=TEXT)},
            {"m": "x", "a": "y"},
            (FORM, "a=y&m=x"),
        ),
        (
            {"in": "formData"},
            {FORM: {"$ref": "#/components/schemas/A"}},
            {"m": "x", "a": "y"},
            (FORM, "a=y&m=x"),
        ),
        ({"in": "body"}, {}, {"body": "x"}, (JSON, '"x"')),
    ],
)
def test_parameters_of_swagger_2_are_parts_of_the_body(
    tmp_path: Path, parameter: Any, content: Any, given: Any, expected: tuple[str, str]
) -> None:
    data = sending(content, {"A": an_object(a=TEXT)})
    call = data["paths"]["/send"]["post"]
    call["parameters"] = [SWAGGER | parameter]
    if not content:
        del call["requestBody"]
    calls = Calls(tmp_path, data)
    (finding,) = calls.findings
    assert "is not a location of a parameter; it is taken as" in str(finding)
    sent = calls("send", **given)
    assert (sent.media_type, sent.body) == expected


@pytest.mark.parametrize("schema", [{"schema": FILE}, {"type": "file"}])
def test_a_file_of_swagger_2_makes_the_form_one_of_parts(
    tmp_path: Path, schema: Any
) -> None:
    data = sending({FORM: an_object(a={"type": "integer"})})
    file = {"in": "formData", "name": "file", "required": True, **schema}
    data["paths"]["/send"]["post"]["parameters"] = [file]
    data["paths"]["/ok"] = {"get": operation(operationId="ok")}
    calls = Calls(tmp_path, data)
    assert [part.name for part in calls("send", file=b"x", a=3).parts] == ["a", "file"]
    assert calls("ok").target == "/ok"


@pytest.mark.parametrize(
    "parameter",
    [
        {"in": "formData"},
        {"in": "body"},
        {"in": "Query"},
        {"in": "session"},
        {"in": ""},
    ],
)
def test_a_parameter_at_an_unknown_place_is_left_out(
    tmp_path: Path, parameter: Any
) -> None:
    data = sending({JSON: an_object(a=TEXT)})
    data["paths"]["/send"]["post"]["parameters"] = [SWAGGER | parameter]
    calls = Calls(tmp_path, data)
    (finding,) = calls.findings
    assert "is not a location of a parameter; it is left out" in str(finding)
    assert calls("send", a="x").json == {"a": "x"}


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (
            {"style": "deepObject", "x-clientpress-array-format": "comma"},
            "CP302",
            "'comma' is not one of indices, brackets, repeat",
        ),
        (
            {"style": "deepObject", "x-clientpress-array-format": ["indices"]},
            "CP302",
            "['indices'] is not one of indices, brackets, repeat",
        ),
        (
            {"x-clientpress-array-format": "brackets"},
            "CP303",
            "x-clientpress-array-format is for style 'deepObject'",
        ),
    ],
)
def test_a_wrong_format_of_arrays_is_told(
    tmp_path: Path, words: Any, code: str, message: str
) -> None:
    place = "/paths/~1ask/get/parameters/0/x-clientpress-array-format"
    _, report = parsed(tmp_path, asking(schema=an_object(a=TEXT), **words))
    assert [(d.code, d.place and d.place.pointer, d.message) for d in report] == [
        (code, place, message)
    ]


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": ["object", "null"], "properties": {"a": {"type": "string"}}},
        {"anyOf": [{"type": "string"}, {"type": "null"}]},
    ],
)
def test_a_whole_body_may_be_null(tmp_path: Path, schema: Any) -> None:
    for required in (True, False):
        body = {
            "required": required,
            "content": {"application/json": {"schema": schema}},
        }
        described = {
            "openapi": "3.1.0",
            "info": {"title": "T", "version": "1"},
            "paths": {
                "/x": {
                    "put": {
                        "operationId": "put",
                        "requestBody": body,
                        "responses": {"204": {"description": ""}},
                    }
                }
            },
        }
        calls = Calls(tmp_path, described)
        assert calls("put", body=None).body == "null"
        if not required:
            assert calls("put").body == ""


@pytest.mark.parametrize(
    "content", ["text", b"text", ("a.txt", b"text")], ids=["text", "bytes", "named"]
)
def test_a_union_with_a_file_takes_its_content(content: object, tmp_path: Path) -> None:
    """Models have text there, as in answers; a mapping may hold a file."""
    variants = [an_object("a", a=TEXT, photo=FILE), an_object("b", b=TEXT)]
    calls = Calls(tmp_path, sending({MULTIPART: {"oneOf": variants}}))
    photo = {part.name: part for part in calls("send", body={"photo": content}).parts}[
        "photo"
    ]
    assert photo.text == "text"


def test_a_file_with_a_name_beside_a_decimal(tmp_path: Path) -> None:
    decimal = {"type": "string", "format": "decimal"}
    content = {MULTIPART: an_object("price", price=decimal, file=FILE)}
    calls = Calls(tmp_path, sending(content, required=True))
    sent = calls("send", price=Decimal("1.50"), file=("m.txt", b"manual"))
    assert sent.parts == [
        Part("price", "", "1.50"),
        Part("file", "application/octet-stream", "manual", "m.txt"),
    ]


# ------------------------------------------------------------------ members that are not listed
def test_members_that_are_not_listed_are_given_as_extra(tmp_path: Path) -> None:
    schema = an_object("name", name=TEXT, age={"type": ["integer", "null"]})
    schema["additionalProperties"] = {"type": ["integer", "null"]}
    calls = Calls(tmp_path, sending({JSON: schema}))
    given = {"name": "Rex", "age": None, "extra": {"legs": 4, "tail": None}}
    assert calls("send", **given).json == {
        "name": "Rex",
        "age": None,
        "legs": 4,
        "tail": None,
    }
    assert calls("send", name="Rex").json == {"name": "Rex"}


@pytest.mark.parametrize("other", [MULTIPART, "application/vnd.pet+json"])
def test_members_that_only_one_media_type_allows(tmp_path: Path, other: str) -> None:
    """The JSON body is one argument beside another media type."""
    plain = an_object(name=TEXT, **({"photo": FILE} if other == MULTIPART else {}))
    allowing = {**an_object(name=TEXT), "additionalProperties": {"type": "integer"}}
    calls = Calls(tmp_path, sending({other: plain, JSON: allowing}))
    body = {"name": "Rex", "legs": 4}
    assert calls("send", body=body, content_type=JSON).json == body
