"""The gate: a template lays out finished fragments and can do nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jinja2 import DictLoader, FileSystemLoader, UndefinedError, nodes

from clientpress.render.environment import (
    make_environment,
    templates_folder,
    verify,
)
from clientpress.render.fragments import Py, comment, docstring, identifier, literal


def rendered(template: str, **values: object) -> str:
    environment = make_environment(DictLoader({"t": template}))
    return environment.get_template("t").render(**values)


@pytest.mark.parametrize(
    "fragment",
    [identifier("a.b"), literal("a"), comment("c"), docstring("d", 0), Py("x")],
)
def test_fragments_pass(fragment: Py) -> None:
    assert rendered("{{ x }}", x=fragment) == str(fragment)


@pytest.mark.parametrize(
    "value", ["text", "", 3, None, True, ["x"], b"x", {"a": 1}], ids=repr
)
def test_nothing_else_passes(value: object) -> None:
    with pytest.raises(TypeError, match="a template may only output fragments"):
        rendered("{{ x }}", x=value)


def test_a_string_that_is_marked_safe_elsewhere_does_not_pass() -> None:
    from markupsafe import Markup

    with pytest.raises(TypeError, match="only output fragments, not Markup"):
        rendered("{{ x }}", x=Markup("evil()"))


@pytest.mark.parametrize(
    "template",
    [
        "{{ y }}",
        "{{ x.y }}",
        "{% if y %}{% endif %}",
        "{% for z in y %}{% endfor %}",
    ],
)
def test_what_is_not_there_is_an_error(template: str) -> None:
    with pytest.raises(UndefinedError):
        rendered(template, x=Py("x"))


def test_join_joins_fragments() -> None:
    assert rendered("{{ x | join(', ') }}", x=[Py("a"), Py("<b>")]) == "a, <b>"
    assert rendered("{{ x | join }}", x=[]) == ""


def test_join_refuses_plain_text() -> None:
    with pytest.raises(TypeError, match="only output fragments, not str 'b'"):
        rendered("{{ x | join(', ') }}", x=[Py("a"), "b"])


# ------------------------------------------------------------- verify

ANNOUNCED = """
import a
from b import c

X = 1
Y: int = 2
'''Of Y.'''

if TYPE_CHECKING:
    from d import e


class Z:
    inside = 1


def f(): ...
"""


def test_a_module_that_defines_what_was_announced() -> None:
    verify(ANNOUNCED, "a.py", ("X", "Y", "Z", "f"))


@pytest.mark.parametrize(
    ("text", "announced", "message"),
    [
        (
            "x = (",
            (),
            r"a\.py:1: a template wrote what is not Python: '\(' was never closed",
        ),
        (
            "x = 1\ny = 2\n",
            ("x",),
            r"a\.py: the view announced \[\], the text adds \['y'\]",
        ),
        ("", ("x",), r"a\.py: the view announced \['x'\], the text adds \[\]"),
        ("class X: ...\n", (), r"the text adds \['X'\]"),
        ("x: int = 1\n", (), r"the text adds \['x'\]"),
        ("\nevil()\n", (), r"a\.py:2: unexpected Expr at the top level"),
        ("for x in y: pass\n", (), r"unexpected For at the top level"),
        ("x.y = 1\n", (), r"unexpected Assign at the top level"),
        ("x = y = 1\n", ("x", "y"), r"unexpected Assign at the top level"),
        ("del x\n", (), r"unexpected Delete at the top level"),
        (
            "async def f(): ...\n",
            ("f",),
            r"unexpected AsyncFunctionDef at the top level",
        ),
        ("with x: pass\n", (), r"unexpected With at the top level"),
        ("while True: pass\n", (), r"unexpected While at the top level"),
        ("x[0]: int = 1\n", (), r"unexpected AnnAssign at the top level"),
    ],
)
def test_a_module_that_defines_something_else(
    text: str, announced: tuple[str, ...], message: str
) -> None:
    with pytest.raises(AssertionError, match=message):
        verify(text, "a.py", announced)


# ------------------------------------------------------------- the templates themselves

TEMPLATES = sorted(templates_folder().glob("**/*.py.jinja"))
_LAYOUT = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If)
_LOOKUP = (nodes.Getattr, nodes.Name)
_DECISION = (nodes.Not, nodes.Test)


def offences(text: str) -> list[str]:
    """What a template does beyond layout: output, `for` and `if` over attributes, and the filter `join`."""
    tree = make_environment(DictLoader({})).parse(text)
    found = list[str]()
    for node in _below(tree):
        name = type(node).__name__
        if isinstance(node, nodes.Filter):
            if node.name != "join" or not all(
                isinstance(x, nodes.Const) for x in node.args
            ):
                found.append(f"filter {node.name}")
        elif isinstance(node, nodes.Test):
            if node.name != "defined":
                found.append(f"test {node.name}")
        elif isinstance(node, nodes.For):
            if node.recursive or node.test or node.else_:
                found.append("for with more than a list")
        elif isinstance(node, nodes.Name):
            if node.ctx == "load" and node.name not in _names(tree):
                found.append(f"name {node.name}")
        elif not isinstance(node, (*_LAYOUT, *_LOOKUP, *_DECISION)):
            found.append(name)
    return found


def _below(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        # What `join` joins with is text of the template.
        if not (isinstance(node, nodes.Filter) and isinstance(child, nodes.Const)):
            yield from _below(child)


def _names(tree: nodes.Node) -> set[str]:
    """The view, and the variables of loops."""
    loops = (loop.target for loop in tree.find_all(nodes.For))
    return {"view"} | {
        target.name for target in loops if isinstance(target, nodes.Name)
    }


def test_there_are_templates() -> None:
    assert {path.name for path in TEMPLATES} >= {
        "client.py.jinja",
        "module.py.jinja",
        "init.py.jinja",
    }


@pytest.mark.parametrize(
    "path", TEMPLATES, ids=lambda path: path.relative_to(templates_folder()).as_posix()
)
def test_a_template_only_lays_out(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert offences(text) == []
    assert len(text.splitlines()) <= 80


@pytest.mark.parametrize(
    ("template", "offence"),
    [
        ("{% set x = view.a %}", ["Assign"]),
        ("{{ view.a ~ view.b }}", ["Concat"]),
        ("{{ view.a + view.b }}", ["Add"]),
        ("{{ view.a | safe }}", ["filter safe"]),
        ("{{ view.a | upper }}", ["filter upper"]),
        ("{{ view.a | join(view.b) }}", ["filter join"]),
        ("{{ view.a() }}", ["Call"]),
        ("{{ view['a'] }}", ["Getitem", "Const"]),
        ("{{ 'x' }}", ["Const"]),
        ("{% if view.a == view.b %}{% endif %}", ["Compare", "Operand"]),
        ("{% if view.a and view.b %}{% endif %}", ["And"]),
        ("{% include 'x' %}", ["Include", "Const"]),
        ("{% macro m() %}{% endmacro %}", ["Macro"]),
        ("{% autoescape false %}{% endautoescape %}", None),
        ("{{ range }}", ["name range"]),
        ("{% for a in view.b recursive %}{% endfor %}", ["for with more than a list"]),
        ("{% if view.a is string %}{% endif %}", ["test string"]),
        (
            "{% for a in view.b %}{% if a.c is defined %}{{ a.c | join(', ') }}{% endif %}{% endfor %}",
            [],
        ),
    ],
)
def test_what_counts_as_an_offence(template: str, offence: list[str] | None) -> None:
    found: Any = offences(template)
    assert found == offence if offence is not None else found


def test_the_loader_stays_in_the_folder() -> None:
    from jinja2 import TemplateNotFound

    environment = make_environment(FileSystemLoader(templates_folder()))
    with pytest.raises(TemplateNotFound):
        environment.get_template("../pyproject.toml")
