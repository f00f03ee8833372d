"""Whatever stands in an extension, a document is either refused with findings or becomes a package that compiles.

The documents are those of four cases, which use every extension in its good form. Each position inside of an extension is
replaced by something else, taken away, or given company.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from clientpress.diagnostics import Report
from clientpress.document.data import is_array, is_object
from clientpress.pipeline import build
from tests.generator.making import write

CASES = Path(__file__).parent.parent / "cases"
DOCUMENTS = (
    "result_tables",
    "batches_by_lines",
    "model_handles",
    "groups_in_a_circle",
)
PREFIX = "x-clientpress-"
Path_ = tuple[str | int, ...]

# What people write by mistake: the wrong type, another grammar, names of other things.
WORDS = (
    *(
        "",
        " ",
        "x",
        "/",
        "/label",
        "/more/pieces",
        "/no/such",
        "label",
        "$job",
        "$job#/key",
    ),
    *("$job#/no", "$response.body#/order/key", "$response.body#/no", "$response.body"),
    *("$response.header.Link", "$request.body#/details/kind", "$request.body#/no"),
    *("$request.path.order", "$request.query.from", "$request.query.no"),
    *("readOrder", "addPieces", "listPieces", "readDone", "noSuchOperation"),
    *("run", "close", "import", "self", "_x", "a b", "file", "list", "columns", "map"),
    *("Piece", "NoSuchSchema", "Grain", "Spot", "size", "sieves", "^x(\\d+)$", "("),
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, 1, -1, 3.5, -0.5, 10**30]),
    st.sampled_from(WORDS),
    st.text(max_size=3),
)
KEYS = ("operation", "parameters", "at", "is", "when", "all", "x", "order", "id", "")
values = st.recursive(
    scalars,
    lambda below: st.one_of(
        st.lists(below, max_size=2),
        st.dictionaries(st.sampled_from(KEYS), below, max_size=2),
    ),
    max_leaves=4,
)


@cache
def good(case: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((CASES / case / "document.yaml").read_text())
    return found


def below(value: Any, path: Path_) -> Iterator[Path_]:
    """The paths of a value and of everything in it."""
    yield path
    if is_object(value):
        for key, item in value.items():
            yield from below(item, (*path, key))
    elif is_array(value):
        for i, item in enumerate(value):
            yield from below(item, (*path, i))


def extensions(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    """Where our extensions stand, and every position in them."""
    if is_object(value):
        for key, item in value.items():
            if key.startswith(PREFIX):
                yield from below(item, (*path, key))
            else:
                yield from extensions(item, (*path, key))
    elif is_array(value):
        for i, item in enumerate(value):
            yield from extensions(item, (*path, i))


@cache
def positions(case: str) -> tuple[Path_, ...]:
    return tuple(extensions(good(case)))


def owner(document: Any, path: Path_) -> Any:
    for step in path[:-1]:
        document = document[step]
    return document


def outcome_of(folder: Path, document: Any) -> str:
    """`refused` or `made`; anything else fails."""
    report = Report()
    made = build(write(folder, document), "client", "header", {}, report, full=False)
    for finding in report:
        assert finding.code in (
            "CP301",
            "CP302",
            "CP303",
            "CP501",
            "CP502",
            "CP503",
        ), finding
        assert finding.place and finding.message
    assert report.has_errors == (made is None)
    return "made" if made else "refused"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@pytest.mark.parametrize("case", DOCUMENTS)
def test_the_good_forms_are_good(folder: Path, case: str) -> None:
    assert outcome_of(folder, good(case)) == "made"
    assert len(positions(case)) > 10


@pytest.mark.parametrize("case", DOCUMENTS)
@settings(max_examples=120)
@given(data=st.data())
def test_anything_anywhere(folder: Path, case: str, data: st.DataObject) -> None:
    document = copy.deepcopy(good(case))
    for path in data.draw(
        st.lists(st.sampled_from(positions(case)), min_size=1, max_size=2)
    ):
        change = data.draw(st.sampled_from(["replace", "remove", "add"]))
        try:
            here = owner(document, path)
            inside = here[path[-1]]
        except (KeyError, IndexError, TypeError):
            continue  # The first change took it away.
        if change == "remove":
            del here[path[-1]]
        elif change == "add" and is_object(inside):
            inside[data.draw(st.sampled_from(KEYS))] = data.draw(values)
        elif change == "add" and is_array(inside):
            inside.append(data.draw(values))
        else:
            here[path[-1]] = data.draw(values)
    outcome_of(folder, document)


@pytest.mark.parametrize("case", DOCUMENTS)
def test_every_position_of_the_wrong_type(folder: Path, case: str) -> None:
    """Without luck: each position once with each kind of value that JSON has."""
    refused = 0
    wrong: list[Any] = [None, True, 7, "", "nonsense", [], {}, [[]], [{}], {"a": {}}]
    for path in positions(case):
        for value in wrong:
            document = copy.deepcopy(good(case))
            owner(document, path)[path[-1]] = value
            refused += outcome_of(folder, document) == "refused"
    assert refused > len(positions(case))
