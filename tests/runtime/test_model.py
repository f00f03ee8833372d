"""The vocabulary of generated models: how instances behave, and how annotations are read."""

from __future__ import annotations

import copy
import datetime as dt
import inspect
import pickle
import pydoc
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal, assert_type

import pytest

from clientpress.runtime.values.encoding import encode
from clientpress.runtime.values.enums import OpenInt, OpenStr
from clientpress.runtime.values.integers import StrInt
from clientpress.runtime.values.jsontypes import JsonValue
from clientpress.runtime.values.marks import Unknown
from clientpress.runtime.values.model import UNSET, ApiModel, UnsetType, const, field
from clientpress.runtime.values.open_model import OpenModel, extras
from tests.runtime.model_packages import Package, build_package, write_package
from tests.runtime.reading import decode


class Status(OpenStr):
    NEW = "new"
    SOLD = "sold"


class Level(OpenInt):
    LOW = 1


class Cat(ApiModel):
    name: str
    lives: int = field(name="livesLeft")
    kind: Literal["cat"] = const("cat")
    status: Status | None = None
    note: str | UnsetType | None = UNSET
    class_: str | None = field(name="class", default=None)


class Labels(OpenModel):
    title: str
    quoted: int | None = field(name='a "b"\\', default=None)
    kind: Literal["labels"] = const("labels")
    additional_properties: dict[str, int] = extras()


def test_checkers_see_plain_constructors_and_members() -> None:
    cat = Cat(name="Tom", lives=9, status=Status.SOLD)
    assert_type(cat.note, str | None | UnsetType)
    assert_type(cat.kind, Literal["cat"])
    labels = Labels(title="t", additional_properties={"a": 1})
    assert_type(labels.additional_properties, dict[str, int])
    assert_type(decode(encode(cat), Cat), Cat)
    value: JsonValue = {"a": [1, None, {"b": True}]}
    assert encode(value) == b'{"a":[1,null,{"b":true}]}'


@pytest.mark.parametrize(
    "value",
    [Cat(name="Tom", lives=9), Labels(title="t", additional_properties={"a": 1})],
)
def test_models_are_values(value: Any) -> None:
    assert (
        pickle.loads(pickle.dumps(value))
        == copy.copy(value)
        == copy.deepcopy(value)
        == value
    )
    assert decode(encode(value), value.__class__) == value
    with pytest.raises(TypeError, match="unhashable"):
        hash(value)


def test_models_match_by_keyword() -> None:
    match Cat(name="Tom", lives=9):
        case Cat(name=name, lives=9):
            assert name == "Tom"
        case _:
            raise AssertionError


def test_repr_shows_what_was_set() -> None:
    assert repr(Cat(name="Tom", lives=9)) == "Cat(name='Tom', lives=9, kind='cat')"
    assert (
        repr(Labels(title="t"))
        == "Labels(title='t', kind='labels', additional_properties={})"
    )


def test_models_have_no_public_names_of_their_own() -> None:
    class Empty(ApiModel):
        pass

    class OpenEmpty(OpenModel):
        pass

    for made in (Empty(), OpenEmpty()):
        assert [name for name in dir(made) if not name.startswith("_")] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [({}, "'title'"), ({"title": "t", "x": 1}, "'x'"), ({"quoted": 1}, "'title'")],
)
def test_open_model_checks_its_arguments(
    arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(TypeError, match=message):
        Labels(**arguments)


def test_open_models_do_not_share_their_extras() -> None:
    Labels(title="a").additional_properties["x"] = 1
    assert Labels(title="b").additional_properties == {}


@pytest.mark.parametrize(
    ("enum", "known", "new"), [(Status, "new", "lost"), (Level, 1, 9)]
)
def test_open_enumerations_keep_values_they_do_not_list(
    enum: Any, known: Any, new: Any
) -> None:
    value = enum(new)
    assert (
        value == new
        and hash(value) == hash(new)
        and value in {new}
        and not value.is_known
    )
    assert enum(known) is next(iter(enum)) and enum(known).is_known
    assert pickle.loads(pickle.dumps(value)) == copy.deepcopy(value) == value
    assert isinstance(value, enum) and value not in list(enum)
    assert f"{value}" == str(new)
    others: list[Any] = [None, 1.5, [], False if enum is Level else 1]
    for wrong in others:
        with pytest.raises(ValueError, match="not a valid"):
            enum(wrong)


def test_unknown_is_compared_by_its_content() -> None:
    assert Unknown({"a": 1}) == Unknown({"a": 1}) != Unknown({"a": 2})
    match Unknown(3):
        case Unknown(raw):
            assert raw == 3


def test_str_int_is_an_int() -> None:
    assert (
        StrInt("12") + 1 == 13
        and encode([StrInt(10**30)]) == b'["' + b"1" + b"0" * 30 + b'"]'
    )


# ------------------------------------------------------------------ packages
ZOO = {
    "owner": """
class Owner(ApiModel):
    cats: list[Cat]
    born: dt.date | None = None
    balance: Decimal | None = None
    id: UUID | None = None
    anything: JsonValue | None = None
    best: Pet | None = None
    list_: list[list[int]] | None = field(name="list", default=None)
""",
    "cat": """
class Cat(ApiModel, tag_field="kind", tag="cat"):
    kind: ClassVar[Literal["cat"]] = "cat"
    owner: Owner | None = None
""",
    "dog": """
class Dog(ApiModel, tag_field="kind", tag="dog"):
    kind: ClassVar[Literal["dog"]] = "dog"
    bone: Literal["a", 1, True] | None = None
""",
    "pet": """
Pet: TypeAlias = Union["Cat", "Dog", Unknown]
""",
    "list": """
class List(ApiModel):
    list: list[str] | None = None
""",
    "animal": """
class Animal(ApiModel):
    legs: int
    mate: Animal | None = None


class Bird(Animal):
    wings: int
    nest: Cat | None = None
""",
}


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return build_package(tmp_path_factory.mktemp("zoo"), ZOO)


def test_annotations_may_name_what_only_checkers_import(zoo: Package) -> None:
    raw: dict[str, Any] = {
        "cats": [{"kind": "cat", "owner": {"cats": []}}],
        "born": "2020-01-02",
        "balance": "1.10",
        "id": "00000000-0000-0000-0000-000000000001",
        "anything": {"a": [1, "b", None]},
        "best": {"kind": "dog", "bone": 1},
        "list": [[1]],
    }
    owner = zoo.decode("Owner", raw)
    assert owner.born == dt.date(2020, 1, 2) and owner.best.bone == 1
    assert zoo.encode(owner) == raw
    assert zoo.decode("list[Pet]", [{"kind": "dog"}])[0] == zoo.models.Dog()


def test_a_module_of_models_may_be_called_like_a_builtin(zoo: Package) -> None:
    assert zoo.decode("List", {"list": ["a"]}).list == ["a"]
    assert zoo.decode("list[List]", [{"list": ["a"]}])[0].list == ["a"]


def test_models_inherit_in_one_module(zoo: Package) -> None:
    raw = {"legs": 2, "wings": 2, "mate": {"legs": 2}, "nest": {"kind": "cat"}}
    bird = zoo.decode("Bird", raw)
    assert isinstance(bird, zoo.models.Animal) and type(bird.nest) is zoo.models.Cat
    assert zoo.encode(bird) == raw


def test_a_misspelt_name_is_a_name_error(zoo: Package) -> None:
    with pytest.raises(NameError, match="Catt"):
        zoo.decode("list[Catt]", [])
    assert zoo.decode("list[Cat]", []) == []


@pytest.mark.parametrize("first", ["Cat", "Dog", "Owner", "Pet", "Bird"])
def test_models_load_only_when_needed_in_any_order(first: str, tmp_path: Path) -> None:
    write_package(tmp_path / "zoo", ZOO)
    code = f"""
import sys
from zoo._runtime.values.decoding import Json
pets = Json("list[Pet]")
assert "zoo.models" not in sys.modules
from zoo.models import {first}
assert len([name for name in sys.modules if name.startswith("zoo.models.")]) == 1
cat, dog, eel = pets.decode(b'[{{"kind":"cat","owner":{{"cats":[]}}}},{{"kind":"dog"}},{{"kind":"eel"}}]')
assert cat.owner.cats == [] and dog.bone is None and eel.raw == {{"kind": "eel"}}
assert "zoo.models.animal" not in sys.modules or {first!r} == "Bird"
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, timeout=600)


def test_two_copies_work_beside_each_other(zoo: Package, tmp_path: Path) -> None:
    other = build_package(tmp_path, ZOO | {"dog": ZOO["dog"].replace("bone", "stick")})
    assert zoo.decode("Pet", {"kind": "dog", "bone": "a"}).bone == "a"
    assert other.decode("Pet", {"kind": "dog", "stick": "a"}).stick == "a"
    assert (
        other.decode("Bird", {"legs": 2, "wings": 2, "nest": {"kind": "cat"}}).legs == 2
    )
    assert (
        type(other.decode("Pet", {"kind": "x"}))
        is other.runtime("values.marks").Unknown
    )
    assert zoo.models.Dog is not other.models.Dog


def test_text_outside_of_a_package_names_builtins(zoo: Package) -> None:
    assert decode(b"[1]", list[int]) == [1]
    assert zoo.decode("dict[str, JsonValue]", {"a": [1]}) == {"a": [1]}


# ------------------------------------------------------------------ long chains
@pytest.mark.parametrize(
    "link", ["Link{0}", "Link{0} | Other{0} | int", "list[Link{0}]"]
)
def test_chains_of_models_may_be_longer_than_the_recursion_limit(
    link: str, tmp_path: Path
) -> None:
    count = 1500
    text = "".join(
        f"class Link{i}(ApiModel):\n    n: int\n"
        f"    next: {link.format((i + 1) % count)} | None = None\n"
        f"class Other{i}(ApiModel):\n    other: int\n"
        for i in range(count)
    )
    chain = build_package(tmp_path, {"chain": text})
    is_list = link.startswith("list")

    def wrap(raw: Any) -> Any:
        return [raw] if is_list else raw

    raw: Any = {"n": 0}
    for n in range(1, 150):
        raw = {"n": n, "next": wrap(raw)}
    assert chain.encode(chain.decode("Link0", raw)) == raw
    raw["next"] = wrap({"n": "x"})
    assert chain.misfits("Link0", raw) == [
        "/next/0/n" if wrap(raw) is not raw else "/next/n"
    ]


def test_help_and_signatures_need_no_names_of_checkers() -> None:
    class Thing(ApiModel):
        id: str
        kind: Literal["thing"] = const("thing")
        seen: NowhereToBeFound | None = None  # type: ignore[name-defined]  # noqa: F821  # pyright: ignore

    shown = str(inspect.signature(Thing))
    assert shown == (
        "(*, id: 'str', kind: \"Literal['thing']\" = 'thing',"
        " seen: 'NowhereToBeFound | None' = None)"
    )
    assert "id: 'str'" in pydoc.render_doc(Thing)
