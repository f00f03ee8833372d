"""Numbers go back as they came: 3 as 3, decimals with all their digits; numpy's are taken too."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from clientpress.runtime.values.decimals import DecimalNumber
from clientpress.runtime.values.decoding import Json, from_text, prepared
from clientpress.runtime.values.encoding import encode, to_builtins
from clientpress.runtime.values.issues import MisfitError
from clientpress.runtime.values.model import UNSET, ApiModel, UnsetType
from clientpress.runtime.values.open_model import OpenModel, extras
from clientpress.runtime.values.sending import as_sent
from clientpress.runtime.wire.parameters import Parameter, form_pairs, to_path, to_query
from tests.runtime.numpy_library import np


class Sample(ApiModel):
    id: float
    ratio: float | None = None
    either: float | str | UnsetType = UNSET
    many: list[float] | None = None
    price: DecimalNumber | None = None
    text: Decimal | None = None


class Loose(OpenModel):
    id: float
    rest: dict[str, float] = extras()


_sample: Json[Sample] = Json(Sample)
_loose: Json[Loose] = Json(Loose)


@pytest.mark.parametrize(
    "text",
    [
        '{"id":3}',
        '{"id":3.0}',
        '{"id":3.5,"ratio":-7}',
        '{"id":12345678901234567890123}',
        '{"id":1,"either":2}',
        '{"id":1,"either":2.5}',
        '{"id":1,"either":"2"}',
        '{"id":1,"many":[0,0.5,1]}',
        '{"id":1,"price":12345678901234567890.12}',
        '{"id":1,"price":19.990}',
        '{"id":1,"price":3}',
        '{"id":1,"text":"19.990"}',
        '{"id":1,"text":3}',
    ],
)
def test_what_came_goes_back(text: str) -> None:
    assert encode(_sample.decode(text.encode())).decode() == text


def test_typed_extras_go_back_as_they_came() -> None:
    text = b'{"a":2,"b":2.0,"id":1}'
    assert encode(_loose.decode(text)) == text


def test_types_of_what_came() -> None:
    made = _sample.decode(b'{"id":3,"ratio":3.0,"price":3,"text":"3"}')
    assert [type(made.id), type(made.ratio)] == [int, float]
    assert made.price == 3 and type(made.price) is Decimal
    assert made.text == 3 and isinstance(made.text, Decimal)


def test_a_number_beside_literals_keeps_its_kind() -> None:
    decoder: Json[Any] = Json("Literal['auto'] | float")
    assert [type(decoder.decode(t)) for t in (b"3", b"3.0", b'"auto"')] == [
        int,
        float,
        str,
    ]


def test_text_that_stands_for_a_number() -> None:
    assert _sample.decode(b'{"id":"Infinity"}').id == float("inf")
    assert _sample.decode(b'{"id":1,"ratio":"NaN"}').ratio != 0
    assert from_text("3", prepared("float")) == 3
    assert from_text("3.5", prepared("float | None")) == 3.5


def test_text_that_is_no_decimal_is_kept() -> None:
    assert _sample.decode(b'{"id":1,"text":"dear"}').text == "dear"


def test_ids_in_urls() -> None:
    made = _sample.decode(b'{"id":3}')
    assert to_path(Parameter("id", "path"), made.id) == "3"
    assert to_query(Parameter("page", "query"), made.id) == [("page", "3")]


@pytest.mark.parametrize(
    ("value", "sent", "text"),
    [
        (Decimal("19.990"), b"19.990", "19.990"),
        (Decimal("1E-10"), b"1E-10", "1E-10"),
        (Decimal("12345678901234567890.12"), b"12345678901234567890.12", None),
        (Decimal("1E+400"), b"1E+400", "1E%2B400"),
        (np.float64(1.5), b"1.5", "1.5"),
        (np.float32(0.5), b"0.5", "0.5"),
        (np.float16(2), b"2.0", "2.0"),
        (np.int64(-3), b"-3", "-3"),
        (np.uint8(7), b"7", "7"),
        (np.bool_(True), b"true", "true"),
        (np.str_("a b"), b'"a b"', "a%20b"),
    ],
)
def test_other_kinds_of_numbers(value: Any, sent: bytes, text: str | None) -> None:
    text = text or sent.decode()
    assert encode(value) == sent
    assert encode({"a": [value]}) == b'{"a":[' + sent + b"]}"
    assert to_path(Parameter("a", "path"), value) == text
    assert to_query(Parameter("a", "query"), value) == [("a", text)]
    assert form_pairs({"a": [value]}) == [("a", text)]


@pytest.mark.parametrize(
    "value",
    [
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("-Infinity"),
        np.float32("nan"),
        np.float64("inf"),
    ],
)
def test_numbers_that_nothing_can_hold_are_refused(value: Any) -> None:
    with pytest.raises(MisfitError, match=r"/a/0: JSON has no NaN"):
        encode({"a": [value]})
    with pytest.raises(Exception, match="finite"):
        to_query(Parameter("a", "query"), value)


@pytest.mark.parametrize("value", [np.array([1]), np.datetime64("2020-01-01"), 1j])
def test_what_is_no_scalar_is_refused(value: Any) -> None:
    with pytest.raises(MisfitError):
        encode({"a": value})


def test_the_words_of_numbers_may_stand_in_text() -> None:
    assert encode({"a": "NaN and Infinity"}) == b'{"a":"NaN and Infinity"}'


def test_models_in_forms_keep_all_digits() -> None:
    made = Sample(id=1, price=Decimal("12345678901234567890.12"))
    assert ("price", "12345678901234567890.12") in form_pairs(made)
    assert to_builtins({"a": 0.1, "b": 10}) == {"a": 0.1, "b": 10}


def test_decimals_of_members_that_are_text() -> None:
    one: Any = Decimal("1.0")
    value = {
        "price": Decimal("1.50"),
        "lines": [Sample(id=one, text=Decimal(3))],
        "rates": {"EUR": Decimal("0.1")},
        "weight": Decimal("4.0"),
    }
    kinds: dict[str, Any] = {
        "price": Decimal,
        "lines": list[Sample],
        "rates": dict[str, Decimal],
        "weight": DecimalNumber,
    }
    made = encode({name: as_sent(item, kinds[name]) for name, item in value.items()})
    assert json.loads(made, parse_float=str) == {
        "price": "1.50",
        "lines": [{"id": "1.0", "text": "3"}],
        "rates": {"EUR": "0.1"},
        "weight": "4.0",
    }
    assert b'"weight":4.0' in made
