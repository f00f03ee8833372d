"""Laying out expressions over lines the way black does.

Black is stable on what is written here by construction: an expression either fits on its line,
or its outermost bracket is opened with one item a line and a trailing comma, which black keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
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
    """Items in brackets, and what stands before them: `list[…]`, `field(…)`, `{…}`."""

    before: Text | a.Name
    brackets: str
    items: tuple[Item, ...]

    @property
    def head(self) -> Py:
        """All that goes before the items."""
        return Py(f"{flat(self.before)}{self.brackets[0]}")


@dataclass(frozen=True, slots=True)
class Or:
    """`A | B`.

    Attributes:
        wrapped: Whether it stands in parentheses in any case.
    """

    items: tuple[Doc, ...]
    wrapped: bool = False


@dataclass(frozen=True, slots=True)
class Quoted:
    """Code in a string literal: checkers read it, Python does not."""

    code: Doc


@dataclass(frozen=True, slots=True)
class Item:
    """An item in brackets, with what stands before it: `name=`, `"key": `."""

    lead: Py
    value: Doc


Doc: TypeAlias = Text | a.Name | Bracketed | Or | Quoted
"""A name is a leaf of its own, since its import depends on where it is printed."""

# Pyright does not parse expressions that are nested more than 256 levels deep, and each `|` is one.
_MOST_JOINED = 100


def flat(doc: Doc) -> str:
    """The expression on one line."""
    match doc:
        case Text():
            return str(doc.text)
        case a.Name():
            return str(identifier(doc.text))
        case Or():
            inside = " | ".join(map(flat, doc.items))
            return f"({inside})" if doc.wrapped else inside
        case Quoted():
            return literal(flat(doc.code))
        case Bracketed():
            inside = ", ".join(f"{item.lead}{flat(item.value)}" for item in doc.items)
            comma = "," if doc.head == "(" and len(doc.items) == 1 else ""
            return f"{doc.head}{inside}{comma}{doc.brackets[1]}"


def named(doc: Doc, say: Callable[[a.Name, bool], str]) -> Doc:
    """The expression with other names.

    Args:
        say: What a name is called, and whether it stands in quotes.
    """
    match doc:
        case Text():
            return doc
        case a.Name():
            return Text(identifier(say(doc, False)))
        case Or():
            return Or(tuple(named(item, say) for item in doc.items), doc.wrapped)
        case Quoted():
            return Quoted(named(doc.code, lambda name, _: say(name, True)))
        case Bracketed():
            before = doc.before
            if isinstance(before, a.Name):
                before = Text(identifier(say(before, False)))
            items = (Item(item.lead, named(item.value, say)) for item in doc.items)
            return Bracketed(before, doc.brackets, tuple(items))


def laid_out(doc: Doc, indent: int, before: int, after: int) -> str:
    """The expression; on several lines if one is not enough.

    Args:
        indent: Where its statement starts, in spaces.
        before: How many characters stand before it on its line, the indent included.
        after: How many characters follow it on its last line.
    """
    one = flat(doc)
    if before + columns(one) + after <= WIDTH or not _can_open(doc):
        return one
    if not isinstance(doc, Or) or doc.wrapped:
        return opened(doc, indent)
    first, *others = doc.items
    behind = [0] * len(others) + [after]
    lines = [laid_out(first, indent, indent, behind[0])]
    for item, room in zip(others, behind[1:], strict=True):
        lines.append(laid_out(item, indent, indent + 2, room))
    return f"\n{' ' * indent}| ".join(lines)


def _can_open(doc: Doc) -> bool:
    if isinstance(doc, Quoted):
        return isinstance(doc.code, Or)
    return isinstance(doc, Or) or (isinstance(doc, Bracketed) and bool(doc.items))


def _is_quoted(doc: Doc) -> bool:
    """Whether it is a single string over several lines: black keeps that right at its bracket."""
    if isinstance(doc, Bracketed) and doc.brackets == "[]" and len(doc.items) == 1:
        return _is_quoted(doc.items[0].value)
    return isinstance(doc, Quoted) and _can_open(doc)


def opened(doc: Doc, indent: int) -> str:
    """The expression with its outermost bracket opened; a union gets parentheses."""
    inner = indent + 4
    if isinstance(doc, Quoted):
        code = opened(doc.code, indent).replace("\\", "\\\\")
        return '"""' + code.replace('"""', '\\"""') + '"""'
    if isinstance(doc, Or):
        pad = " " * indent
        return f"(\n{pad}    {laid_out(Or(doc.items), inner, inner, 0)}\n{pad})"
    if not isinstance(doc, Bracketed) or not doc.items:
        return parenthesized(flat(doc), indent)
    # Black puts no comma after the only argument of a subscript.
    is_only = len(doc.items) == 1 and doc.brackets == "[]" and doc.head != "["
    comma = "" if is_only else ","
    only = doc.items[0].value
    if is_only and _is_quoted(only) and inner + columns(flat(only)) > WIDTH:
        heads = [str(doc.head)]
        while isinstance(only, Bracketed):  # all brackets stay on the first line
            heads.append(str(only.head))
            only = only.items[0].value
        return f"{''.join(heads)}{opened(only, indent)}{']' * len(heads)}"
    rows = list[str]()
    for item in doc.items:
        value = laid_out(item.value, inner, inner + columns(item.lead), len(comma))
        rows.append(f"{' ' * inner}{item.lead}{value}{comma}")
    return "\n".join([str(doc.head), *rows, " " * indent + doc.brackets[1]])


def runtime_call(name: str, arguments: Sequence[tuple[str, Doc]]) -> Bracketed:
    """A call of a class or function of the runtime."""
    return call(a.runtime(name), arguments)


def call(name: str | a.Name, arguments: Sequence[tuple[str, Doc]]) -> Bracketed:
    """A call of a name, `self.method` or `super().__init__`; arguments with an empty name are
    positional.
    """
    items = tuple(
        Item(Py(f"{identifier(key)}=") if key else Py(""), value)
        for key, value in arguments
    )
    if isinstance(name, a.Name):
        return Bracketed(name, "()", items)
    head = Py(name) if name == "super().__init__" else identifier(name)
    return Bracketed(Text(head), "()", items)


def _keeps_open(doc: Doc) -> bool:
    """Whether black keeps this open once it is open, because it has a trailing comma."""
    if not isinstance(doc, Bracketed) or not doc.items:
        return False
    return len(doc.items) > 1 or doc.brackets != "[]"


def tuple_of(items: Sequence[Doc]) -> Doc:
    """A tuple."""
    return _bracketed(Text(Py("")), "()", items)


def dict_of(items: Sequence[tuple[Doc, Doc]], spread: Doc | None = None) -> Doc:
    """A dict display.

    Args:
        spread: Another dict whose members it has too.
    """
    rows = [Item(Py(f"{flat(key)}: "), value) for key, value in items]
    first = [Item(Py("**"), spread)] if spread else []
    return Bracketed(Text(Py("")), "{}", (*first, *rows))


def value(data: object) -> Doc:
    """A literal; one with items can be opened."""
    if isinstance(data, tuple):
        return tuple_of([value(item) for item in cast("tuple[object, ...]", data)])
    return Text(literal(data))


def annotation(
    type_hint: Annotation, *, marked: bool = True, above: Collection[str] | None = None
) -> Doc:
    """An annotation.

    Args:
        marked: Whether it has the marks that tell the runtime how to read a union.
        above: The models that are already defined if it is evaluated when its module is loaded;
            other models are quoted. None if it is not evaluated then.
    """

    def inner(part: Annotation) -> Doc:
        return annotation(part, marked=marked, above=above)

    def is_absent(name: a.Name) -> bool:
        is_model = name.origin is a.Origin.MODEL
        return above is not None and is_model and name.text not in above

    match type_hint:
        case a.Name():
            return Quoted(type_hint) if is_absent(type_hint) else type_hint
        case a.Generic():
            return subscript(type_hint.base, [inner(arg) for arg in type_hint.args])
        case a.Literal():
            values = [Text(literal(value)) for value in type_hint.values]
            return subscript(a.standard("Literal"), values)
        case a.Or():
            if any(isinstance(x, a.Name) and is_absent(x) for x in type_hint.args):
                return Quoted(annotation(type_hint, marked=marked))
            return _joined([inner(arg) for arg in type_hint.args])
        case a.Arguments():
            return _bracketed(
                Text(Py("")), "[]", [inner(arg) for arg in type_hint.args]
            )
        case a.Tagged():
            tags = [(value(tag), value(name)) for tag, name in type_hint.mapping]
            words = [("", value(type_hint.property)), ("", dict_of(tags))]
            chooser = runtime_call("Discriminator", words)
            return (
                _annotated(inner(type_hint.union), chooser)
                if marked
                else inner(type_hint.union)
            )
        case a.Patterned():
            whole = inner(type_hint.whole)
            return _annotated(whole, _patterns(type_hint)) if marked else whole


def _joined(parts: Sequence[Doc]) -> Doc:
    """A union; one with very many members is put together from smaller ones."""
    flattened = [
        item
        for part in parts
        for item in (part.items if isinstance(part, Or) else (part,))
    ]
    if len(flattened) <= _MOST_JOINED:
        return Or(tuple(flattened))
    # Three at least: between two, black would open a group rather than the whole.
    size = min(_MOST_JOINED, -(-len(flattened) // 3))
    starts = range(0, len(flattened), size)
    groups = [tuple(flattened[i : i + size]) for i in starts]
    return Or(tuple(Or(x, wrapped=True) if x[1:] else x[0] for x in groups))


def _annotated(kind: Doc, mark: Doc) -> Doc:
    return subscript(a.standard("Annotated"), [kind, mark])


def _patterns(patterned: a.Patterned) -> Doc:
    """`Patterns({"^x-": "str"}, "Unknown")`: the types as text, which the runtime evaluates."""
    types = [(value(p), text_of(kind)) for p, kind in patterned.patterns]
    return runtime_call(
        "Patterns", [("", dict_of(types)), ("", text_of(patterned.rest))]
    )


def text_of(type_hint: Annotation) -> Doc:
    """An annotation as a string that the runtime evaluates; nothing is imported for it."""
    return value(flat(annotation(type_hint)))


def subscript(base: a.Name, args: Sequence[Doc]) -> Bracketed:
    """`base[args]`."""
    return _bracketed(base, "[]", args)


def _bracketed(
    before: Text | a.Name, brackets: str, values: Sequence[Doc]
) -> Bracketed:
    return Bracketed(before, brackets, tuple(Item(Py(""), item) for item in values))


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
    written = opened(kind, indent)
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
    tail = f"{pad}) -> {flat(returns)}:{after}"
    if columns(tail) > WIDTH and _can_open(returns):
        tail = f"{pad}) -> {opened(returns, indent)}:{after}"
    return Py("\n".join([start, *(str(p) for p in parameters), tail]))


def statement(before: str, doc: Doc, indent: int) -> Py:
    """An expression after some text, such as `return`."""
    head = " " * indent + before
    return Py(head + _after(head, doc, indent, always=False))


def _after(head: str, doc: Doc, indent: int, *, always: bool) -> str:
    """An expression after some text. If not even its bracket fits there, it gets parentheses of
    its own: always after an annotation, otherwise only if that helps.
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
    """Text that cannot be broken, in parentheses of its own; unchanged if they would not help."""
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
        written = head + _after(head, assigned, indent, always=kind is not None)
        return _settled(Py(written)) if _holds_text(assigned) else Py(written)
    fits = columns(head) + columns(flat(assigned)) <= WIDTH or "\n" in flat(assigned)
    if fits:
        return Py(head + flat(assigned))
    wrapped = parenthesized(flat(assigned), indent)
    breaks = _can_open(assigned) and "\n" not in wrapped
    written = Py(head + (opened(assigned, indent) if breaks else wrapped))
    is_union_of_texts = isinstance(assigned, Or) and _holds_text(assigned)
    return _settled(written) if is_union_of_texts else written


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


def class_header(name: str, *bases: Doc, total: bool = True) -> Py:
    """`class name(bases):`, opened when too long."""
    words = [*map(flat, bases), *([] if total else ["total=False"])]
    inside = ", ".join(words)
    one = f"class {identifier(name)}({inside}):"
    if columns(one) <= WIDTH:
        return Py(one)
    if len(words) > 1 and 4 + columns(inside) > WIDTH:
        items = [*bases, *([] if total else [Text(Py("total=False"))])]
        rows = [f"    {laid_out(item, 4, 4, 1)},\n" for item in items]
        return Py(f"class {name}(\n{''.join(rows)}):")
    shown = laid_out(bases[0], 4, 4, 0) if len(words) == 1 else inside
    body = ":\n    pass"
    if _is_quoted(bases[0]) and shown.partition("\n")[0][-4:] == '"""(':
        written = _settled(Py(f"class {name}({opened(bases[0], 0)}){body}"))
        return Py(written.removesuffix(body[1:]))
    return Py(f"class {name}(\n    {shown}\n):")


def _holds_text(doc: Doc) -> bool:
    """Whether a type in quotes stands in an expression."""
    if isinstance(doc, Bracketed):
        return any(_holds_text(item.value) for item in doc.items)
    if isinstance(doc, Or):
        return any(map(_holds_text, doc.items))
    return isinstance(doc, Quoted)


def _settled(statement: Py) -> Py:
    """A statement of a module as black leaves it. Where a type in quotes goes over several lines
    depends on all that stands around it.
    """
    if "\n" not in statement and columns(statement) <= WIDTH:
        return statement
    import black  # a fifth of the time to start; few statements need it

    return Py(black.format_str(statement, mode=black.Mode()).removesuffix("\n"))
