"""The annotations of a generated package, as they stand in its text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_LISTS = {"list", "Sequence", "Iterable", "tuple", "set", "frozenset", "Collection"}
_DICTS = {"dict", "Mapping"}
_FREE = {"JsonValue", "Any", "object"}
_SCALARS = {
    "str": "string",
    "StrInt": "string",
    "int": "number",
    "float": "number",
    "bool": "boolean",
    "Decimal": "number",
}
_NONE = ("None", "UnsetType")


@dataclass(frozen=True)
class Part:
    """An alternative of an annotation.

    Attributes:
        kind: free, none, unknown, string, number, boolean, list, dict, model, bytes, or other.
        inner: The parts of the items of a list, or of the values of a dict.
    """

    kind: str
    name: str
    inner: tuple[Part, ...] = ()


@dataclass
class Function:
    """A method: all that its signatures say."""

    returns: list[ast.expr] = field(default_factory=list[ast.expr])
    arguments: dict[str, ast.expr] = field(default_factory=dict[str, ast.expr])


class Source:
    """The models and methods of one package."""

    def __init__(self, folder: Path) -> None:
        self._classes: dict[str, ast.ClassDef] = {}
        self._aliases: dict[str, ast.expr] = {}
        self._methods: dict[tuple[str, str], Function] = {}
        self._members: dict[str, dict[str, ast.expr]] = {}
        models = [folder / "models.py", *sorted((folder / "models").glob("*.py"))]
        for path in filter(Path.exists, models):
            self._models(ast.parse(path.read_text(encoding="utf-8")))
        groups = sorted((folder / "groups").glob("*.py"))
        for path in [*groups, folder / "client.py"]:
            self._groups(ast.parse(path.read_text(encoding="utf-8")))

    def _models(self, tree: ast.Module) -> None:
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                if "TypedDict" not in map(ast.unparse, node.bases):
                    self._classes[node.name] = node
            elif (
                isinstance(node, ast.AnnAssign)
                and isinstance(node.target, ast.Name)
                and node.value is not None
            ):
                self._aliases[node.target.id] = node.value

    def _groups(self, tree: ast.Module) -> None:
        for owner in tree.body:
            for node in owner.body if isinstance(owner, ast.ClassDef) else ():
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    assert isinstance(owner, ast.ClassDef)
                    key = owner.name, node.name
                    self._add(self._methods.setdefault(key, Function()), node)

    def _add(
        self, found: Function, node: ast.FunctionDef | ast.AsyncFunctionDef
    ) -> None:
        is_overload = any(ast.unparse(d) == "overload" for d in node.decorator_list)
        if node.returns is not None and (is_overload or not found.returns):
            found.returns.append(node.returns)
        for argument in (
            *node.args.posonlyargs,
            *node.args.args,
            *node.args.kwonlyargs,
        ):
            if argument.annotation is not None:
                # The last one is the implementation, which has all of them.
                found.arguments[argument.arg] = argument.annotation

    def method(self, cls: str, name: str) -> Function:
        """A method of a group, or of the client."""
        return self._methods.get((cls, name), Function())

    def named(self, name: str) -> ast.expr | None:
        """A reference to a class or alias; None where there is none of this name."""
        known = name in self._classes or name in self._aliases
        return ast.Name(name) if known else None

    def members(self, cls: str) -> dict[str, ast.expr]:
        """Wire name → annotation of the members of a class, those of its bases too."""
        if cls in self._members:
            return self._members[cls]
        found = dict[str, ast.expr]()
        node = self._classes[cls]
        for base in map(ast.unparse, node.bases):
            found |= self.members(base) if base in self._classes else {}
        for line in node.body:
            if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
                value = line.value
                wire = line.target.id
                if isinstance(value, ast.Call):
                    if ast.unparse(value.func) == "extras":
                        continue
                    for word in value.keywords:
                        if word.arg == "name" and isinstance(word.value, ast.Constant):
                            wire = str(word.value.value)
                found[wire] = line.annotation
        self._members[cls] = found
        return found

    # -------------------------------------------------------------- parts
    def parts(self, node: ast.expr, depth: int = 0) -> list[Part]:
        """The alternatives of an annotation, aliases followed."""
        return list(dict.fromkeys(self._parts(node, depth)))

    def _parts(self, node: ast.expr, depth: int) -> Iterator[Part]:
        if depth > 20:
            return
        match node:
            case ast.Constant(value=None):
                yield Part("none", "None")
            case ast.Constant(value=str(text)):
                yield from self._parts(ast.parse(text, mode="eval").body, depth + 1)
            case ast.BinOp(left=left, right=right):
                yield from self._parts(left, depth + 1)
                yield from self._parts(right, depth + 1)
            case ast.Subscript(value=base, slice=inside):
                listed = inside.elts if isinstance(inside, ast.Tuple) else [inside]
                yield from self._subscript(ast.unparse(base), listed, depth + 1)
            case _:
                yield from self._named(ast.unparse(node), depth + 1)

    def _subscript(
        self, base: str, inside: list[ast.expr], depth: int
    ) -> Iterator[Part]:
        name = base.rpartition(".")[2]
        if name in ("Union", "Optional"):
            for node in inside:
                yield from self._parts(node, depth)
        elif name == "Annotated":
            yield from self._parts(inside[0], depth)
        elif name == "Literal":
            for node in inside:
                value = node.value if isinstance(node, ast.Constant) else None
                kind = _SCALARS.get(type(value).__name__, "other")
                yield Part(kind, "Literal")
        elif name in _LISTS:
            below = [part for node in inside for part in self.parts(node, depth)]
            yield Part("list", name, tuple(dict.fromkeys(below)))
        elif name in _DICTS:
            yield Part("dict", name, tuple(self.parts(inside[-1], depth)))
        else:
            yield Part("other", name, tuple(self.parts(inside[0], depth)))

    def _named(self, name: str, depth: int) -> Iterator[Part]:
        if name in self._aliases:
            yield from self._parts(self._aliases[name], depth)
        elif name in self._classes:
            bases = {ast.unparse(base) for base in self._classes[name].bases}
            scalar = {"OpenStr": "string", "OpenInt": "number"}
            kinds = [kind for base, kind in scalar.items() if base in bases]
            yield Part(kinds[0] if kinds else "model", name)
        elif name in _FREE:
            yield Part("free", name)
        elif name in _LISTS | _DICTS:
            yield Part(
                "list" if name in _LISTS else "dict", name, (Part("free", name),)
            )
        elif name in _NONE:
            yield Part("none", name)
        elif name == "Unknown":
            yield Part("unknown", name)
        elif name in ("bytes", "FileInput"):
            yield Part("bytes", name)
        else:
            yield Part(_SCALARS.get(name, "other"), name)
