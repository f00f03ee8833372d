"""Jinja with the safety gate: a template can output fragments and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, Environment, FileSystemLoader, StrictUndefined, Undefined

from clientpress.render.fragments import Py
from clientpress.syntax import syntax_of


def templates_folder() -> Path:
    """Where the templates are: inside the wheel, or beside the source root of a checkout."""
    packaged = Path(str(files("clientpress"))) / "templates"
    return (
        packaged
        if packaged.is_dir()
        else Path(__file__).resolve().parents[3] / "templates"
    )


def _gate(value: Any) -> Any:
    """Refuse everything that is not a fragment: only the functions that quote or check text of the
    document create fragments.
    """
    if isinstance(value, Py):
        return value
    if isinstance(value, Undefined):
        str(value)  # raises, and says what is not there
    raise TypeError(
        f"a template may only output fragments, not {type(value).__name__} {value!r}"
    )


def _join(items: Iterable[Any], separator: str = "") -> Py:
    """The `join` filter; Jinja's own would escape plain text instead of refusing it."""
    return Py(separator.join(_gate(item) for item in items))


def make_environment(loader: BaseLoader) -> Environment:
    """An environment with the gate."""
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_gate,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["join"] = _join
    return environment


@cache
def standard_environment() -> Environment:
    """The environment over the templates of this project."""
    return make_environment(FileSystemLoader(templates_folder()))


def render(template: str, view: object) -> str:
    """The text of one file: `view` is its view, under that name."""
    return (
        standard_environment().get_template(template).render(view=view).rstrip("\n")
        + "\n"
    )


def render_text(template: str, values: Mapping[str, object]) -> str:
    """A file that is not Python: plain text, without the gate."""
    environment = Environment(
        loader=FileSystemLoader(templates_folder()),
        autoescape=False,  # noqa: S701  Markdown, not HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(template).render(values)


def verify(text: str, path: str, announced: Iterable[str]) -> None:
    """Check that a rendered module parses and defines at its top just what its view announced.

    Raises:
        AssertionError: It does not. The cause is always a template, never a document.
    """
    try:
        syntax = syntax_of(text)
    except SyntaxError as error:
        raise AssertionError(
            f"{path}:{error.lineno}: a template wrote what is not Python: {error.msg}"
        ) from error
    for line, kind in syntax.unexpected:
        raise AssertionError(f"{path}:{line}: unexpected {kind} at the top level")
    expected = frozenset(announced)
    if syntax.defined != expected:
        missing, added = expected - syntax.defined, syntax.defined - expected
        raise AssertionError(
            f"{path}: the view announced {sorted(missing)}, the text adds {sorted(added)}"
        )
