"""Docstrings have one form: a summary, then the sections Args, Attributes, Returns, Yields, Raises."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SECTIONS = ("Args:", "Attributes:", "Returns:", "Yields:", "Raises:")
Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def problems(text: str) -> Iterator[str]:
    """What is wrong with the docstrings of a module, each with its line."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, Documented):
            continue
        docstring = ast.get_docstring(node)
        if docstring:
            line = node.body[0].lineno
            yield from (f"line {line}: {what}" for what in _wrong(node, docstring))


def _wrong(node: Documented, docstring: str) -> Iterator[str]:
    lines = docstring.splitlines()
    sections = [line for line in lines if line in SECTIONS]
    if sections != sorted(sections, key=SECTIONS.index):
        yield f"the sections are in the order {sections}"
    names = _names(node)
    for line in lines:
        if re.search(r"(^|\. )Raises( a| an)? [A-Z]\w*(Error|Exception)\b", line):
            yield f"a section says what is raised, not {line.strip()!r}"
        loose = re.match(r"(\w+)(?:, \w+)*: ", line)
        if loose and loose[1] in names:
            yield f"a section says what {loose[1]} is, not {line.strip()!r}"


def _names(node: Documented) -> set[str]:
    """The arguments of a function, or the attributes of a class and the arguments to make one."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        args = node.args
        return {a.arg for a in (*args.posonlyargs, *args.args, *args.kwonlyargs)}
    names = set[str]()
    for inner in node.body if isinstance(node, ast.ClassDef) else ():
        if isinstance(inner, ast.AnnAssign) and isinstance(inner.target, ast.Name):
            names.add(inner.target.id)
        elif isinstance(inner, ast.FunctionDef) and inner.name == "__init__":
            names |= _names(inner)
    return names


@pytest.mark.parametrize("folder", ["generator", "tests/judge", "tests/fakes"])
def test_docstrings_have_one_form(folder: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}, {problem}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for problem in problems(path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("docstring", "problem"),
    [
        ("A value.\n\n    Raises ValueError for none.\n    ", "what is raised"),
        ("A value. Raises ValueError.", "what is raised"),
        ("A value.\n\n    text: what it is.\n    ", "what text is"),
        ("A.\n\n    Raises:\n        E: x.\n\n    Args:\n        a: b.\n    ", "order"),
        ("A value.\n\n    Args:\n        text: What it is.\n    ", ""),
        ("Raise ValueError.", ""),
    ],
)
def test_what_is_wrong_with_a_docstring(docstring: str, problem: str) -> None:
    text = f'def value(text):\n    """{docstring}"""\n'
    assert [problem in found for found in problems(text)] == ([True] if problem else [])
