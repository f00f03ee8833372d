"""Runs the Python of a Markdown page, and compares what it prints with what the page says.

The blocks of a page run in order in one namespace. What a `print` writes stands on the page: in a
comment behind its statement, or in the comment lines below it. `…` stands for anything.
"""

from __future__ import annotations

import ast
import inspect
import io
import re
import tokenize
from itertools import count, takewhile
from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Block", "Said", "blocks_of", "run", "said_in"]

_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


class Block(NamedTuple):
    """A block of Python."""

    line: int
    """The line of the page that it starts on, from 1."""
    source: str


class Said(NamedTuple):
    """What a page says that a `print` writes."""

    first: int
    """The line of the page that the call starts on."""
    lines: list[str]
    """Empty if the page says nothing."""


def blocks_of(page: Path) -> list[Block]:
    """The blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(text.count("\n", 0, found.start(1)) + 1, found[1])
        for found in _BLOCK.finditer(text)
    ]


def said_in(block: Block) -> Iterator[Said]:
    """What the page says about every `print` of a block."""
    comments, alone = _comments(block.source)
    for statement in ast.walk(ast.parse(block.source)):
        if not isinstance(statement, ast.stmt) or _is_compound(statement):
            continue
        end = statement.end_lineno or statement.lineno
        if end in comments:
            said = [comments[end]]
        else:
            below = takewhile(alone.__contains__, count(end + 1))
            said = [comments[line] for line in below]
        for node in ast.walk(statement):
            if _is_print(node):
                yield Said(block.line - 1 + node.lineno, said)


def _is_compound(statement: ast.stmt) -> bool:
    """Whether other statements are in it, which have their own turn."""
    children = ast.iter_child_nodes(statement)
    return any(isinstance(child, (ast.stmt, ast.match_case)) for child in children)


def _is_print(node: ast.AST) -> TypeGuard[ast.Call]:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    )


def _comments(source: str) -> tuple[dict[int, str], set[int]]:
    """The comments by line, and the lines that hold nothing else."""
    comments: dict[int, str] = {}
    alone: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            comments[token.start[0]] = token.string.removeprefix("#").strip()
            if token.line.lstrip().startswith("#"):
                alone.add(token.start[0])
    return comments, alone


def run(page: Path, namespace: dict[str, Any]) -> list[str]:
    """Run all blocks of a page; what is printed otherwise than the page says.

    Exceptions are left to the caller: their tracebacks show lines of the page.
    """
    written: dict[int, list[str]] = {}
    namespace = {"__name__": page.stem, **namespace, "print": _recorder(page, written)}
    wrong: list[str] = []
    for block in blocks_of(page):
        written.clear()
        source = "\n" * (block.line - 1) + block.source
        exec(compile(source, page, "exec"), namespace)
        for said in said_in(block):
            found = written.get(said.first, [])
            if said.lines and not _agree(said.lines, found):
                wrong.append(
                    f"{page.name}:{said.first}: says {said.lines}, prints {found}"
                )
    return wrong


def _agree(said: list[str], written: list[str]) -> bool:
    return len(said) == len(written) and all(
        re.fullmatch(re.escape(one).replace("…", ".*"), other.strip())
        for one, other in zip(said, written, strict=True)
    )


def _recorder(page: Path, written: dict[int, list[str]]) -> Any:
    """A `print` that notes the line of the page it was called from."""

    def record(*values: object, sep: str = " ", end: str = "\n") -> None:
        here = inspect.currentframe()
        frame = here.f_back if here else None
        if frame and frame.f_code.co_filename == str(page):  # else it was handed over
            lines = written.setdefault(frame.f_lineno, [])
            lines.extend((sep.join(map(str, values)) + end).splitlines())

    return record
