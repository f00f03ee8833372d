"""Models of random members and values: encode(decode(x)) == x, and they pickle, copy and compare."""

from __future__ import annotations

import base64
import copy
import datetime as dt
import pickle
import shutil
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, NamedTuple

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from clientpress.runtime.values.kinds import is_dict, is_list

from .model_packages import Package, build_package

Values = st.SearchStrategy[Any]


class Kind(NamedTuple):
    """An annotation, and the JSON that it takes."""

    annotation: str
    values: Values


TEXT = st.text(max_size=12)
INTEGERS = st.integers(-(2**63), 2**64 - 1)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
JSON: Values = st.recursive(
    st.none() | st.booleans() | INTEGERS | FLOATS | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)
    ),
    max_leaves=5,
)
MOMENTS = st.datetimes(timezones=st.just(dt.UTC) | st.none()).map(
    lambda moment: moment.isoformat().replace("+00:00", "Z")
)
"""Times without an offset too, which servers send, and which go back as they came."""
SCALARS: list[Kind] = [
    Kind("str", TEXT),
    Kind("int", INTEGERS),
    Kind("float", FLOATS),
    Kind("bool", st.booleans()),
    Kind("JsonValue", JSON),
    Kind("bytes", st.binary(max_size=9).map(lambda b: base64.b64encode(b).decode())),
    Kind("dt.datetime", MOMENTS | st.just("not a date")),
    Kind("dt.date", st.dates().map(str) | st.just("0000-00-00")),
    Kind("UUID", st.uuids().map(str) | st.just("none")),
    Kind("int | StrInt", INTEGERS | INTEGERS.map(str)),
    Kind("OpenSize", st.sampled_from(["large", "small", "unheard of", ""])),
    Kind("OpenLevel", st.integers(0, 5)),
    Kind("Literal['a', 'b'] | str", TEXT | st.just("a")),
    Kind("Literal['a', 'b'] | None", st.sampled_from(["a", "b", None])),
    Kind("int | str", INTEGERS | TEXT),
    Kind("str | list[str]", TEXT | st.lists(TEXT, max_size=3)),
]
NAMES = st.sampled_from(
    ["id", "a/b", "a~b", 'a"b', "$ref", "class", "é", " ", "x-y", "__class__", "self"]
)
ENUMS = """
class OpenSize(OpenStr):
    LARGE = "large"
    SMALL = "small"

class OpenLevel(OpenInt):
    LOW = 1
"""


def listed(inner: Kind) -> Kind:
    return Kind(f"list[{inner.annotation}]", st.lists(inner.values, max_size=3))


def mapped(inner: Kind) -> Kind:
    values = st.dictionaries(TEXT, inner.values, max_size=3)
    return Kind(f"dict[str, {inner.annotation}]", values)


def nullable(inner: Kind) -> Kind:
    return Kind(f"{inner.annotation} | None", st.none() | inner.values)


def kinds(models: Mapping[str, Values]) -> st.SearchStrategy[Kind]:
    """Kinds of members, with those that are the models so far."""
    known = [*SCALARS, *(Kind(name, values) for name, values in models.items())]
    return st.recursive(
        st.sampled_from(known),
        lambda inner: inner.map(listed) | inner.map(mapped) | inner.map(nullable),
        max_leaves=3,
    )


class Member(NamedTuple):
    """A member of a model by the name that it has in JSON."""

    wire: str
    kind: Kind
    is_required: bool


@st.composite
def members(draw: st.DrawFn, models: Mapping[str, Values]) -> list[Member]:
    names = draw(st.lists(NAMES, max_size=5, unique=True))
    made = [Member(n, draw(kinds(models)), draw(st.booleans())) for n in names]
    return sorted(made, key=lambda member: not member.is_required)


def text_of(name: str, listed: list[Member], more: Kind | None) -> str:
    """A class as generated code has it."""
    lines = [f"class {name}({'ApiModel' if more is None else 'OpenModel'}):"]
    for place, (wire, kind, is_required) in enumerate(listed):
        if is_required:
            lines.append(f"    m{place}: {kind.annotation} = field(name={wire!r})")
        else:
            annotation = f"{kind.annotation} | UnsetType"
            lines.append(
                f"    m{place}: {annotation} = field(name={wire!r}, default=UNSET)"
            )
    if more is not None:
        lines.append(
            f"    additional_properties: dict[str, {more.annotation}] = extras()"
        )
    return "\n".join([*lines, "    pass", "", ""])


def values_of(listed: list[Member], more: Kind | None) -> Values:
    required = {m.wire: m.kind.values for m in listed if m.is_required}
    optional = {m.wire: m.kind.values for m in listed if not m.is_required}
    declared = st.fixed_dictionaries(required, optional=optional)
    if more is None:
        return declared
    others = TEXT.filter(lambda name: name not in {m.wire for m in listed})
    rest = st.dictionaries(others, more.values, max_size=2)
    return st.tuples(declared, rest).map(lambda both: {**both[0], **both[1]})


@st.composite
def modules(draw: st.DrawFn) -> tuple[str, dict[str, Values]]:
    """The text of a module of models, and what JSON each of them takes."""
    text, models = ENUMS, dict[str, Values]()
    for name in ("First", "Second", "Third"):
        listed = draw(members(models))
        more = draw(st.none() | kinds(models))
        if more is None:  # such members are only there in open models
            listed = [member for member in listed if '"' not in member.wire]
        text += text_of(name, listed, more)
        models[name] = values_of(listed, more)
    return text, models


@contextmanager
def package_of(text: str) -> Generator[Package]:
    folder = Path(mkdtemp())
    package = build_package(folder, {"things": text})
    try:
        yield package
    finally:
        shutil.rmtree(folder)
        for name in [n for n in sys.modules if n.partition(".")[0] == package.name]:
            del sys.modules[name]


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal; true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if is_dict(one):
        return (
            is_dict(other)
            and one.keys() == other.keys()
            and all(same(one[name], other[name]) for name in one)
        )
    if is_list(one):
        return is_list(other) and len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(module=modules(), data=st.data())
def test_what_is_read_goes_out_as_it_was(
    module: tuple[str, dict[str, Values]], data: st.DataObject
) -> None:
    text, models = module
    with package_of(text) as package:
        for name, values in models.items():
            cls = getattr(package.models, name)
            for _ in range(3):
                raw = data.draw(values, label=name)
                issues: list[Any] = []
                value = package.decode(name, raw, issues)
                assert all(issue.is_format for issue in issues)
                assert type(value) is cls
                assert same(package.encode(value), raw)
                assert package.decode(name, package.encode(value)) == value
                check_copies(package, value, raw)


def check_copies(package: Package, value: Any, raw: Any) -> None:
    for again in (
        pickle.loads(pickle.dumps(value)),
        copy.copy(value),
        copy.deepcopy(value),
    ):
        assert again == value and type(again) is type(value)
        assert same(package.encode(again), raw)
        assert repr(again) == repr(value)
