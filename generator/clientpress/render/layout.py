"""Laying out expressions over lines the way black does.

Black is stable on what is written here by construction: an expression either fits on its line,
or its outermost bracket is opened with one item a line and a trailing comma, which black keeps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.render.fragments import WIDTH, Py, columns, identifier, literal


@dataclass(frozen=True, slots=True)
class Text:
    """Text without a place to break."""

    text: Py


@dataclass(frozen=True, slots=True)
class Bracketed:
    """Items in brackets after a head: `list[…]`, `field(…)`, `{…}`.

    Attributes:
        flat: How the whole is written on one line, where that differs (`A | B` against `Union[…]`).
    """

    head: Py
    items: tuple[Item, ...]
    close: str
    flat: Doc | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """Items with a separator, only ever written on one line."""

    items: tuple[Doc, ...]
    separator: str


@dataclass(frozen=True, slots=True)
class Item:
    """An item in brackets, with what stands before it: `name=`, `"key": `."""

    lead: Py
    value: Doc


Doc: TypeAlias = Text | Bracketed | Joined


def flat(doc: Doc) -> str:
    """The expression on one line."""
    match doc:
        case Text():
            return str(doc.text)
        case Joined():
            return doc.separator.join(flat(item) for item in doc.items)
        case Bracketed():
            if doc.flat is not None:
                return flat(doc.flat)
            inside = ", ".join(f"{item.lead}{flat(item.value)}" for item in doc.items)
            comma = (
                ","
                if doc.close == ")"
                and doc.head.endswith("(")
                and len(doc.head) == 1
                and len(doc.items) == 1
                else ""
            )
            return f"{doc.head}{inside}{comma}{doc.close}"


def laid_out(doc: Doc, indent: int, before: int, after: int) -> str:
    """The expression, over several lines where one is too short.

    Args:
        indent: Where its statement starts, in spaces.
        before: How many characters stand before it on its line, the indent included.
        after: How many characters follow it on its last line.
    """
    one = flat(doc)
    if (
        before + columns(one) + after <= WIDTH
        or not isinstance(doc, Bracketed)
        or not doc.items
    ):
        return one
    return opened(doc, indent)


def opened(doc: Bracketed, indent: int) -> str:
    """The expression with its outermost bracket opened."""
    inner = indent + 4
    # Black puts no comma after the only argument of a subscript.
    comma = (
        "" if doc.close == "]" and len(doc.items) == 1 and len(doc.head) > 1 else ","
    )
    rows = list[str]()
    for item in doc.items:
        value = laid_out(item.value, inner, inner + columns(item.lead), len(comma))
        rows.append(f"{' ' * inner}{item.lead}{value}{comma}")
    return "\n".join([str(doc.head), *rows, " " * indent + doc.close])


def call(name: str, arguments: Sequence[tuple[str, Doc]]) -> Bracketed:
    """A call of a name, `self.method` or `super().__init__`; arguments with an empty name are
    positional.
    """
    items = tuple(
        Item(Py(f"{identifier(key)}=") if key else Py(""), value)
        for key, value in arguments
    )
    head = name if name == "super().__init__" else identifier(name)
    return Bracketed(Py(f"{head}("), items, ")")


def _keeps_open(doc: Doc) -> bool:
    """Whether black keeps this open once it is: where it has a trailing comma."""
    if not isinstance(doc, Bracketed) or not doc.items:
        return False
    return len(doc.items) > 1 or doc.close != "]"


def opened_call(name: str, arguments: Sequence[tuple[str, Doc]]) -> Doc:
    """A call at the left margin with one argument a line."""
    return Text(Py(opened(call(name, arguments), 0)))


def tuple_of(items: Sequence[Doc]) -> Doc:
    """A tuple."""
    return Bracketed(Py("("), tuple(Item(Py(""), item) for item in items), ")")


def dict_of(items: Sequence[tuple[Doc, Doc]]) -> Doc:
    """A dict display."""
    return Bracketed(
        Py("{"), tuple(Item(Py(f"{flat(key)}: "), value) for key, value in items), "}"
    )


def value(data: object) -> Doc:
    """A literal; one with items can be opened."""
    if isinstance(data, tuple):
        return tuple_of([value(item) for item in cast("tuple[object, ...]", data)])
    return Text(literal(data))


def annotation(found: Annotation, quoted: bool = False) -> Doc:
    """An annotation.

    Args:
        quoted: Whether it is evaluated when the module is loaded: names that are imported for
        checkers only are quoted then.
    """
    match found:
        case a.Name():
            plain = identifier(found.text)
            deferred = quoted and found.origin is not a.Origin.BUILTIN
            return Text(Py(f'"{plain}"') if deferred else plain)
        case a.Generic():
            return _subscript(
                found.base.text, [annotation(arg, quoted) for arg in found.args]
            )
        case a.Literal():
            return _subscript("Literal", [Text(literal(v)) for v in found.values])
        case a.Or():
            args = [annotation(arg, quoted) for arg in found.args]
            wide = _subscript("Union", args)
            return (
                wide
                if quoted
                else Bracketed(wide.head, wide.items, "]", Joined(tuple(args), " | "))
            )
        case a.Arguments():
            args = [annotation(arg, quoted) for arg in found.args]
            return Bracketed(Py("["), tuple(Item(Py(""), arg) for arg in args), "]")
        case a.Tagged():
            mapping = dict_of(
                [(value(tag), value(name)) for tag, name in found.mapping]
            )
            chooser = call(
                "Discriminator", [("", value(found.property)), ("", mapping)]
            )
            return _subscript("Annotated", [annotation(found.union, quoted), chooser])
        case a.Patterned():
            whole = annotation(found.whole, quoted)
            return _subscript("Annotated", [whole, _patterns(found)])


def _patterns(found: a.Patterned) -> Doc:
    """`Patterns({"^x-": "str"}, "Unknown")`: the types as text, which the runtime evaluates."""
    types = [(value(p), value(flat(annotation(kind)))) for p, kind in found.patterns]
    rest = value(flat(annotation(found.rest)))
    return call("Patterns", [("", dict_of(types)), ("", rest)])


def _subscript(name: str, args: Sequence[Doc]) -> Bracketed:
    return Bracketed(
        Py(f"{identifier(name)}["), tuple(Item(Py(""), arg) for arg in args), "]"
    )


def declaration(
    name: str,
    kind: Doc,
    default: Doc | None,
    indent: int,
    after: str = "",
    *,
    wide: bool = False,
) -> Py:
    """`name: type = default` in the layout of black.

    Args:
        after: What follows on the last line, such as a comma.
        wide: Whether the default is opened in any case.
    """
    head = f"{' ' * indent}{identifier(name)}: "
    tail = (f" = {flat(default)}" if default is not None else "") + after
    one = f"{head}{flat(kind)}{tail}"
    if columns(one) <= WIDTH and not wide:
        return Py(one)
    plain = f"{head}{flat(kind)} = "
    full = default if isinstance(default, Bracketed) and default.items else None
    if full and columns(plain) + columns(full.head) <= WIDTH:
        return Py(f"{plain}{opened(full, indent)}{after}")
    can_wrap = not after and columns(plain) + 1 <= WIDTH and not _keeps_open(kind)
    if default and can_wrap:
        pad = " " * indent
        inside = opened(full, indent + 4) if full else flat(default)
        return Py(f"{plain}(\n{pad}    {inside}\n{pad})")
    written = (
        opened(kind, indent)
        if isinstance(kind, Bracketed) and kind.items
        else parenthesized(flat(kind), indent)
    )
    last = written.rpartition("\n")[2]
    if isinstance(default, Bracketed) and (
        wide or columns(last) + columns(tail) > WIDTH
    ):
        tail = f" = {opened(default, indent)}{after}"
    return Py(f"{head}{written}{tail}")


def signature(
    name: str,
    parameters: Sequence[Py],
    returns: Doc,
    *,
    is_async: bool,
    after: str = "",
    indent: int = 4,
) -> Py:
    """The first lines of a method; its parameters are laid out for four more than its indent.

    Args:
        after: What follows on the last line, such as the `...` of an overload.
    """
    pad = " " * indent
    start = f"{pad}{'async ' if is_async else ''}def {identifier(name)}("
    flat_parameters = ", ".join(str(p).strip().removesuffix(",") for p in parameters)
    one = f"{start}{flat_parameters}) -> {flat(returns)}:{after}"
    if columns(one) <= WIDTH and "\n" not in one:
        return Py(one)
    shown = laid_out(returns, indent, indent + 5, 1 + len(after))
    tail = f"{pad}) -> {shown}:{after}"
    return Py("\n".join([start, *(str(p) for p in parameters), tail]))


def statement(before: str, doc: Doc, indent: int) -> Py:
    """An expression after some text, such as `return`."""
    head = " " * indent + before
    return Py(head + _after(head, doc, indent, always=False))


def _after(head: str, doc: Doc, indent: int, *, always: bool) -> str:
    """An expression after some text. Where not even its bracket fits there, it gets parentheses of
    its own: always behind an annotation, else if that helps.
    """
    written = laid_out(doc, indent, columns(head), 0)
    if "\n" not in written or columns(head + written.partition("\n")[0]) <= WIDTH:
        return written
    pad = " " * indent
    inside = laid_out(doc, indent + 4, indent + 4, 0)
    wrapped = f"(\n{pad}    {inside}\n{pad})"
    helps = all(columns(line) <= WIDTH for line in wrapped.split("\n"))
    return wrapped if always or helps else written


def parenthesized(text: str, indent: int) -> str:
    """Text that cannot be broken, in parentheses of its own; left alone where that would not
    help.
    """
    pad = " " * indent
    return (
        f"(\n{pad}    {text}\n{pad})" if indent + 4 + columns(text) <= WIDTH else text
    )


def assignment(name: str, kind: Doc | None, assigned: Doc, indent: int = 0) -> Py:
    """`name = value` or `name: kind = value` in the layout of black."""
    head = f"{' ' * indent}{identifier(name)}" + (
        f": {flat(kind)} = " if kind else " = "
    )
    if isinstance(assigned, Bracketed):
        return Py(head + _after(head, assigned, indent, always=kind is not None))
    fits = columns(head) + columns(flat(assigned)) <= WIDTH or "\n" in flat(assigned)
    return Py(
        head + (flat(assigned) if fits else parenthesized(flat(assigned), indent))
    )


def imports(module: str, names: Sequence[str], indent: int = 0, note: str = "") -> Py:
    """`from module import names`, opened when too long; with a comment on its first line."""
    after = f"  {note}" if note else ""
    pad = " " * indent
    ordered = [
        Py(" as ".join(identifier(part) for part in name.split(" as ")))
        for name in sorted(names, key=_import_order)
    ]
    listed = ", ".join(ordered)
    one = f"{pad}from {module} import {listed}"
    if columns(one + after) <= WIDTH:
        return Py(one + after)
    rows = "\n".join(f"{pad}    {name}," for name in ordered)
    return Py(f"{pad}from {module} import ({after}\n{rows}\n{pad})")


def _import_order(name: str) -> tuple[int, str]:
    """Constants, classes, the rest: the order of isort and ruff."""
    word = name.partition(" ")[0]
    is_constant = len(word) > 1 and word.isupper()
    return (0 if is_constant else 1 if word[:1].isupper() else 2, name)


def class_header(name: str, *bases: str, total: bool = True) -> Py:
    """`class name(bases):`, opened when too long."""
    inside = ", ".join([identifier(base) for base in bases])
    if not total:
        inside += ", total=False"
    one = f"class {identifier(name)}({inside}):"
    if columns(one) <= WIDTH:
        return Py(one)
    if 4 + columns(inside) > WIDTH:
        inside = inside.replace(", ", ",\n    ") + ","
    return Py(f"class {name}(\n    {inside}\n):")
