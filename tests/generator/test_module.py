"""What is printed in a module is imported in it: nothing is missing, and nothing is too much."""

from __future__ import annotations

import ast
import builtins

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.render import layout
from clientpress.render.layout import Doc
from clientpress.render.module import RESERVED, Module
from tests.generator import strategies


def imported(text: str) -> set[str]:
    """The names that import statements define."""
    return {
        (alias.asname or alias.name).partition(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }


def read(text: str) -> set[str]:
    """The names that code reads, those in quoted types included."""
    found = set[str]()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.add(node.id)
    return found - set(dir(builtins))


def lines(module: Module) -> tuple[str, str]:
    """The imports at run time, and those of checkers, at the left margin."""
    checked = module.for_checkers()
    return module.at_run_time(), f"if True:\n{checked}" if checked else ""


@given(strategies.kinds, st.booleans())
def test_an_annotation_is_imported_for_checkers(kind: Annotation, marked: bool) -> None:
    module = Module(marked=marked)
    text = module.declaration("member", kind, a.runtime("UNSET"), 0)
    at_run_time, for_checkers = lines(module)
    assert imported(at_run_time) - {"TYPE_CHECKING"} == {"UNSET"}
    assert imported(for_checkers) == read(text) - {"UNSET"}
    assert ("TYPE_CHECKING" in at_run_time) is bool(for_checkers)


@given(strategies.kinds)
def test_what_an_alias_reads_when_it_is_loaded_is_there_and_the_rest_is_for_checkers(
    kind: Annotation,
) -> None:
    module = Module(marked=True)
    text = module.alias("Alias", layout.annotation(kind, above=()))
    at_run_time, for_checkers = lines(module)
    assert imported(at_run_time) - {"TYPE_CHECKING"} == read(text)
    everything = {name.text.partition(".")[0] for name in a.names_in(kind)}
    everything -= {*dir(builtins)}
    at_all = imported(at_run_time) | imported(for_checkers)
    assert at_all - {"TYPE_CHECKING", "TypeAlias"} == everything


def written(module: Module) -> list[str]:
    return [line.strip() for line in "\n".join(lines(module)).split("\n") if line]


ITEM = a.model("Item")
CONSTANT = a.Name("LIST", a.Origin.GROUP, "jobs")


@pytest.mark.parametrize(
    ("module", "printed", "expected"),
    [
        (Module(), ITEM, ["from ..models import Item"]),
        (Module("."), ITEM, ["from .models import Item"]),
        (Module(models=lambda _: ""), ITEM, []),
        (Module(models=lambda _: ".things"), ITEM, ["from .things import Item"]),
        (Module(taken={"Item"}), ITEM, ["from .. import models"]),
        (Module(".", taken={"Item"}), ITEM, ["from . import models"]),
        (Module(taken=RESERVED), a.model("Pager"), ["from .. import models"]),
        (
            Module(taken={"Item"}, hidden={"models"}),
            ITEM,
            ["from ..models import Item as ItemModel"],
        ),
        (
            Module(taken={"Item", "models"}),
            ITEM,
            ["from ..models import Item as ItemModel"],
        ),
        (Module(), a.runtime("Pager"), ["from .._runtime.results.pages import Pager"]),
        (Module(), a.standard("Mapping"), ["from collections.abc import Mapping"]),
        (Module(), a.DATETIME, ["import datetime as dt"]),
        (Module(), a.STR, []),
        (Module(hidden={"str"}), a.STR, ["import builtins"]),
        (Module(hidden={"str"}), a.local("str"), []),
        (Module(), CONSTANT, ["from .jobs import LIST"]),
        (Module("."), CONSTANT, ["from .groups.jobs import LIST"]),
        (Module(group="jobs"), CONSTANT, []),
        (
            Module(local={("jobs", "LIST"): "MINE"}),
            CONSTANT,
            ["from .jobs import LIST as MINE"],
        ),
    ],
)
def test_where_a_name_is_imported_from(
    module: Module, printed: Doc, expected: list[str]
) -> None:
    module.printed(printed)
    assert written(module) == expected


def test_what_is_needed_at_run_time_is_not_imported_for_checkers_again() -> None:
    module = Module()
    call = layout.runtime_call("Polling", ())
    text = module.declaration("WAIT", a.runtime("Polling"), call, 0)
    assert text == "WAIT: Polling = Polling()"
    assert written(module) == ["from .._runtime.results.polling import Polling"]


def test_a_module_that_imports_this_one_is_imported_behind_its_constants() -> None:
    module = Module(late={"jobs"})
    module.printed(CONSTANT)
    assert module.at_run_time() == ""
    assert module.behind_constants() == "from .jobs import LIST  # noqa: E402"
