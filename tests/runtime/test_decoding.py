"""Decoding: formats, the tolerant second pass, every misfit with its place, hostile documents."""

from __future__ import annotations

import datetime as dt
import gc
import json
import math
import pickle
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from textwrap import dedent
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientpress.runtime.values.decoding import Json
from clientpress.runtime.values.issues import Issue, MisfitError
from clientpress.runtime.values.model import ApiModel
from clientpress.runtime.values.open_model import OpenModel, extras
from tests.runtime.model_packages import Package, build_package
from tests.runtime.reading import decode

MODELS = {
    "owner": """
class Owner(ApiModel):
    id: UUID
    name: str
    age: int | None = None
    height: float | None = None
    serial: StrInt | None = None
    born: dt.date | None = None
    seen: dt.datetime | None = None
    wakes: dt.time | None = None
    nap: dt.timedelta | None = None
    balance: Decimal | None = None
    photo: bytes | None = None
    pair: tuple[int, str] | None = None
    free: JsonValue = None
    names: dict[str, JsonValue] | None = None
    pets: list[Pet] | None = None
    by_name: dict[str, Pet] | None = field(name="by name", default=None)
    labels: Labels | None = None
    note: str | None | UnsetType = UNSET
    must: str | None = field(name="a/b~c", default=None)

class Labels(OpenModel):
    title: str
    quoted: int | None = field(name='a "b"\\\\\\n', default=None)
    cat: Cat | None = None
    limits: list[int] | None = None
    additional_properties: dict[str, int] = extras()

class Odd(OpenModel):
    first: str = field(name='"')
    second: Literal["x"] = field(name="\\\\", default_factory=lambda: "x")
    third: int | None = field(name="\\u0001", default=None)

class Cat(ApiModel, tag_field="kind", tag="cat"):
    kind: ClassVar[Literal["cat"]] = "cat"
    lives: int = field(name="livesLeft")
    nullable: int | None

class Dog(ApiModel, tag_field="kind", tag="dog"):
    kind: ClassVar[Literal["dog"]] = "dog"
    friends: list[Pet] | None = None

Pet: TypeAlias = Union["Cat", "Dog", Unknown]

class Node(ApiModel):
    child: Node | None = None
""",
}

ID = "00000000-0000-0000-0000-000000000001"
OWNER: dict[str, Any] = {"id": ID, "name": "Ann"}


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return build_package(tmp_path_factory.mktemp("decoding"), MODELS)


class Row(ApiModel):
    id: int
    name: str
    score: float | None = None


class Extra(OpenModel):
    title: str
    additional_properties: dict[str, int] = extras()


# ------------------------------------------------------------------ formats
@pytest.mark.parametrize(
    ("member", "raw", "value"),
    [
        ("id", ID, UUID(ID)),
        ("age", 10**30, 10**30),
        ("age", 3.0, 3),
        ("height", 1, 1),
        ("height", 1.0, 1.0),
        ("height", "Infinity", math.inf),
        ("serial", "9007199254740993", 9007199254740993),
        ("serial", 12, 12),
        ("serial", "x", "x"),
        ("born", "2020-01-02", dt.date(2020, 1, 2)),
        (
            "seen",
            "2020-01-02T03:04:05Z",
            dt.datetime(2020, 1, 2, 3, 4, 5, tzinfo=dt.UTC),
        ),
        (
            "seen",
            "2020-01-02 03:04:05Z",
            dt.datetime(2020, 1, 2, 3, 4, 5, tzinfo=dt.UTC),
        ),
        ("seen", "2020-01-02T03:04:05", dt.datetime(2020, 1, 2, 3, 4, 5)),
        ("seen", "2020-01-02", dt.datetime(2020, 1, 2)),
        ("wakes", "07:00:00", dt.time(7)),
        ("nap", "PT1800S", dt.timedelta(minutes=30)),
        ("balance", "1.10", Decimal("1.10")),
        ("photo", "aGk=", b"hi"),
        ("pair", [1, "a"], (1, "a")),
        ("free", {"a": [1, None]}, {"a": [1, None]}),
        ("names", {"a": [1, None]}, {"a": [1, None]}),
        ("age", None, None),
        ("free", None, None),
        ("note", None, None),
    ],
)
def test_formats(api: Package, member: str, raw: Any, value: Any) -> None:
    made = getattr(api.decode("Owner", {**OWNER, member: raw}), member)
    assert made == value and isinstance(made, type(value))


@pytest.mark.parametrize(
    "text",
    [
        "2020-01-02T03:04:05",
        "2020-01-02 03:04:05.25",
        "2020-01-02",
        "2020-01-02T03:04",
        "20200102T030405",
    ],
)
def test_a_date_time_without_an_offset_goes_back_as_it_came(
    api: Package, text: str
) -> None:
    owner = api.decode("Owner", {**OWNER, "seen": text})
    assert owner.seen == dt.datetime.fromisoformat(text)
    assert api.encode(owner)["seen"] == text
    owner.seen = owner.seen.replace(year=2021)
    assert api.encode(owner)["seen"] == owner.seen.isoformat()
    owner.seen = dt.datetime(2020, 1, 2)
    with pytest.raises(
        api.runtime("values.issues").MisfitError, match=r"/seen: .*offset"
    ):
        api.encode(owner)


def test_absent_null_and_a_value_are_three_things(api: Package) -> None:
    unset = api.runtime("values.model").UNSET
    assert api.decode("Owner", OWNER).note is unset
    assert api.decode("Owner", {**OWNER, "note": None}).note is None
    assert api.decode("Owner", {**OWNER, "note": "x"}).note == "x"


@pytest.mark.parametrize(
    "text", [b'{"id":1,"name":"a","score":NaN}', b'{"id":1.0,"name":"a"}']
)
def test_python_json_is_read_as_well(text: bytes) -> None:
    row = decode(text, Row)
    assert row.id == 1 and type(row.id) is int
    assert row.score is None or math.isnan(row.score)


def test_a_byte_order_mark_is_skipped() -> None:
    assert decode(b"\xef\xbb\xbf[1]", list[int]) == [1]


def test_wire_names_that_msgspec_refuses(api: Package) -> None:
    raw = {'"': "a", "\\": "x", "\u0001": 3}
    value = api.decode("Odd", raw)
    assert (value.first, value.second, value.third) == ("a", "x", 3)
    assert api.encode(value) == raw
    assert api.misfits("Odd", {'"': "a", "\u0001": "b"}) == ["/\u0001"]
    assert api.encode(api.decode("Odd", {'"': "a"})) == {'"': "a", "\\": "x"}


def test_typed_extras(api: Package) -> None:
    raw = {
        "title": "t",
        'a "b"\\\n': 7,
        "x": 1,
        "cat": {"kind": "cat", "livesLeft": 9, "nullable": 1},
    }
    labels = api.decode("Labels", raw)
    assert (
        labels.additional_properties == {"x": 1}
        and labels.quoted == 7
        and labels.cat.lives == 9
    )
    assert api.encode(labels) == raw
    assert api.decode("Owner", {**OWNER, "labels": raw}).labels == labels


# ------------------------------------------------------------------ misfits
CAT = {"kind": "cat", "livesLeft": 9, "nullable": None}


@pytest.mark.parametrize(
    ("document", "places"),
    [
        ({**OWNER, "pets": [CAT, {**CAT, "livesLeft": "x"}]}, ["/pets/1/livesLeft"]),
        (
            {**OWNER, "pets": [{"kind": "cat"}]},
            ["/pets/0/livesLeft", "/pets/0/nullable"],
        ),
        (
            {
                **OWNER,
                "by name": {"a/b": {"kind": "cat", "livesLeft": "x", "nullable": 1}},
            },
            ["/by name/a~1b/livesLeft"],
        ),
        ({**OWNER, "a/b~c": 1}, ["/a~1b~0c"]),
        ({**OWNER, "age": "x", "pair": [1, 2]}, ["/age", "/pair/1"]),
        ({**OWNER, "pair": [1]}, ["/pair"]),
        (
            {**OWNER, "age": True, "height": "x", "born": "x", "photo": "?"},
            ["/age", "/height", "/born", "/photo"],
        ),
        (
            {
                **OWNER,
                "labels": {
                    "x": "y",
                    "cat": {**CAT, "livesLeft": "x"},
                    "limits": [1, "x"],
                },
            },
            ["/labels/title", "/labels/cat/livesLeft", "/labels/limits/1", "/labels/x"],
        ),
        (
            {**OWNER, "labels": {"title": "t", "cat": {**CAT, "kind": "dog"}}},
            ["/labels/cat/kind"],
        ),
        ({**OWNER, "labels": []}, ["/labels"]),
        ({**OWNER, "serial": 1.5}, ["/serial"]),
        ({**OWNER, "name": None}, ["/name"]),
        ({"pets": {}}, ["/id", "/name", "/pets"]),
        ([], [""]),
        (None, [""]),
    ],
)
def test_every_place_that_does_not_fit(
    api: Package, document: Any, places: list[str]
) -> None:
    assert api.misfits("Owner", document) == places


def test_an_issue_says_what_is_wrong(api: Package) -> None:
    with pytest.raises(
        ValueError, match=r"/age: Expected `int.*`, got `str`"
    ) as caught:
        api.decode("Owner", {**OWNER, "age": "x"})
    error: Any = caught.value
    assert error.issues[0].value == "x" and "$" not in error.issues[0].message
    assert "/name: Missing required member" in str(_error(b'{"id":1}'))


def _error(text: bytes, tp: type = Row) -> MisfitError:
    with pytest.raises(MisfitError) as caught:
        decode(text, tp)
    return caught.value


def test_errors_pickle_and_stay_short() -> None:
    error = MisfitError([Issue(f"/{i}", "is wrong", i) for i in range(9)])
    again = pickle.loads(pickle.dumps(error))
    assert again.issues == error.issues and str(again) == str(error)
    assert str(error).endswith("/4: is wrong; and 4 more")


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"<html>",
        b'{"id":1',
        b"[1] 2",
        b'{"id":1,"name":"\xff"}',
        b"1" * 5000 + b".",
    ],
)
def test_what_is_no_json(text: bytes) -> None:
    issues: list[Issue] = []
    with pytest.raises(MisfitError) as caught:
        Json[Row](Row).decode(text, issues)
    assert [issue.path for issue in caught.value.issues] == [""] and issues == []


def test_a_caller_may_keep_what_does_not_fit(api: Package) -> None:
    raw = {
        **OWNER,
        "seen": "0000-00-00",
        "pets": [{"kind": "cat", "livesLeft": "many"}],
        "born": None,
    }
    issues: list[Any] = []
    owner = api.decode("Owner", raw, issues)
    assert owner.seen == "0000-00-00" and owner.pets[0].lives == "many"
    assert owner.pets[0].nullable is None  # required, and missing
    assert [i.path for i in issues] == [
        "/seen",
        "/pets/0/livesLeft",
        "/pets/0/nullable",
    ]
    assert api.encode(owner)["pets"][0]["livesLeft"] == "many"
    others: list[Any] = [[], "x"]
    for wrong in others:
        with pytest.raises(api.runtime("values.decoding").MisfitError):
            api.decode("Owner", wrong, [])
    issues.clear()
    api.decode("Owner", OWNER, issues)
    assert issues == []


def test_unknown_members_of_a_union_are_no_issue(api: Package) -> None:
    issues: list[Any] = []
    raw = [{"kind": "dog", "friends": [{"kind": "eel"}]}, {"kind": "eel"}]
    pets = api.decode("list[Pet]", raw, issues)
    unknown = api.runtime("values.marks").Unknown
    assert pets[0].friends == [unknown({"kind": "eel"})] == pets[1:] and issues == []
    assert api.encode(pets) == raw


# ------------------------------------------------------------------ hostile documents
@pytest.mark.parametrize("depth", [1_000, 100_000])
@pytest.mark.parametrize(
    ("tp", "start", "end"),
    [
        ("JsonValue", b"[", b"]"),
        ("Node", b'{"child":', b"}"),
        ("list[Node | str]", b"[", b"]"),
        ("dict[str, Node | Cat]", b'{"child":', b"}"),
        ("Pet", b'{"kind":"dog","friends":[', b"]}"),
        ("Unknown", b"[", b"]"),
        ("Labels", b'{"title":"t","cat":', b"}"),
    ],
)
def test_documents_that_are_too_deep(
    api: Package, depth: int, tp: str, start: bytes, end: bytes
) -> None:
    text = start * depth + b"null" * (b":" in start and b"[" not in start) + end * depth
    misfit = api.runtime("values.decoding").MisfitError
    if depth == 1_000:  # too deep for Python 3.11 only
        with suppress(misfit):
            api.runtime("values.encoding").encode(api.decode(tp, text))
    else:
        with pytest.raises(misfit):
            api.decode(tp, text)


def test_documents_of_a_usual_depth(api: Package) -> None:
    text = b'{"child":' * 200 + b'{"child":5}' + b"}" * 200
    assert api.misfits("Node", text) == ["/child" * 201]
    value = api.decode("Node", text.replace(b"5", b"null"))
    assert (
        api.runtime("values.encoding").encode(value)
        == b'{"child":' * 200 + b"{}" + b"}" * 200
    )


@given(st.binary(max_size=40) | st.text(max_size=40).map(str.encode))
def test_any_bytes_decode_or_raise_misfit_error(data: bytes) -> None:
    for tp in (Row, Extra, dict[str, Any]):
        try:
            decode(data, tp)
        except MisfitError as error:
            assert error.issues


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)


@given(
    st.dictionaries(
        st.sampled_from(["id", "name", "score", "title", "x"]),
        SCALARS | st.lists(SCALARS, max_size=2),
    )
)
def test_keeping_agrees_with_raising(document: dict[str, Any]) -> None:
    data = json.dumps(document).encode()
    for tp in (Row, Extra):
        kept: list[Issue] = []
        Json[Any](tp).decode(data, kept)
        try:
            decode(data, tp)
        except MisfitError as error:
            assert [i.path for i in error.issues] == [i.path for i in kept] != []
        else:
            assert kept == []


# ------------------------------------------------------------------ the decoder itself
def test_threads_share_a_decoder(
    api: Package, tmp_path_factory: pytest.TempPathFactory
) -> None:
    fresh = build_package(tmp_path_factory.mktemp("threads"), MODELS)
    decoder = fresh.runtime("values.decoding").Json("Owner")
    raw = json.dumps(
        {**OWNER, "pets": [CAT, {"kind": "eel"}], "labels": {"title": "t"}}
    ).encode()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(decoder.decode, [raw] * 64))
    assert (
        len({repr(owner) for owner in found}) == 1
        and fresh.encode(found[0])["name"] == "Ann"
    )


def test_a_repair_does_not_keep_the_document_alive() -> None:
    data = b'{"id":1.0,"name":"x"}' + b" " * 1000
    before = sys.getrefcount(data)
    gc.disable()
    try:
        decode(data, Row)
        assert sys.getrefcount(data) == before
    finally:
        gc.enable()


def _best_of(rounds: int, calls: int, function: Callable[[], object]) -> float:
    times: list[float] = []
    for _ in range(rounds):
        started = time.thread_time()
        for _ in range(calls):
            function()
        times.append((time.thread_time() - started) / calls)
    return min(times)


def test_creating_a_decoder_builds_nothing() -> None:
    """Else it would be noticed here that there is no such type."""
    result = Json[Row]("list[Nothing]")
    with pytest.raises(NameError):
        result.decode(b"[]")


@pytest.mark.slow
def test_plain_models_decode_as_fast_as_msgspec() -> None:
    data = json.dumps(
        [{"id": i, "name": "x" * 9, "score": i / 3} for i in range(2_000)]
    ).encode()
    ours = Json[list[Row]](list[Row])
    ours.decode(data)
    bare = msgspec.json.Decoder(list[Row])
    ratio = min(
        _best_of(20, 5, lambda: ours.decode(data))
        / _best_of(20, 5, lambda: bare.decode(data))
        for _ in range(5)
    )
    assert ratio < 1.25  # measured: 1.0


def test_an_alias_that_is_text_stands_for_what_it_says(tmp_path: Path) -> None:
    """Also where the class that uses it is in the module of the alias."""
    source = dedent("""
        When: TypeAlias = "dt.datetime"


        class Event(ApiModel):
            at: When | None = None
        """)
    package = build_package(tmp_path, {"event": source})
    moment = dt.datetime(2020, 1, 2, tzinfo=dt.UTC)
    assert package.decode("Event", {"at": "2020-01-02T00:00:00Z"}).at == moment
    assert package.decode("When | None", "2020-01-02T00:00:00Z") == moment


def test_a_used_decoder_pickles() -> None:
    decoder: Json[list[int]] = Json("list[int]")
    assert decoder.decode(b"[1]") == [1]
    again = pickle.loads(pickle.dumps(decoder))
    assert again.decode(b"[2]") == [2]
    assert repr(again) == repr(decoder) == "Json('list[int]')"
