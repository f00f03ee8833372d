"""The outline of a Python module, computed once for each text.

The safety gate looks at it when a module is rendered, and the manifest when it is hashed. Parsing is
among the most expensive steps of a run.
"""

from __future__ import annotations

import ast
import hashlib
import sys
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Syntax:
    """The outline of a module.

    Attributes:
        digest: A hash of the syntax tree, which a formatter does not change.
        defined: The names of the top level.
        unexpected: Line and kind of every statement of the top level that generated code never has.
    """

    digest: str
    defined: frozenset[str]
    unexpected: tuple[tuple[int, str], ...]


@lru_cache(maxsize=4096)
def syntax_of(text: str) -> Syntax:
    """The outline of a module.

    Raises:
        SyntaxError: The text is not Python.
        ValueError: The text has a null byte, or half of a surrogate pair.
    """
    tree = ast.parse(text)
    defined = set[str]()
    unexpected = list[tuple[int, str]]()
    for node in tree.body:
        match node:
            case ast.ClassDef() | ast.FunctionDef():
                defined.add(node.name)
            case ast.AnnAssign(target=ast.Name(id=name)):
                defined.add(name)
            case ast.Assign(targets=[ast.Name(id=name)]):
                defined.add(name)
            case (
                ast.Expr(value=ast.Constant())
                | ast.Import()
                | ast.ImportFrom()
                | ast.If()
            ):
                pass
            case _:
                unexpected.append((node.lineno, type(node).__name__))
    return Syntax(text_digest(_dumped(tree)), frozenset(defined), tuple(unexpected))


def _dumped(tree: ast.Module) -> str:
    """The tree as text, the same on every version of Python."""
    if sys.version_info >= (3, 13):
        text = ast.dump(tree, show_empty=True)
    else:
        text = ast.dump(tree)
    return text.replace(", type_params=[]", "")  # new in 3.12


def text_digest(text: str) -> str:
    """A hash of a text: 32 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
