"""Layout: whatever the plan decides is written the way black writes it, and means what it meant.

Black is the judge: every text is embedded in a small module, which black must leave as it is.
"""

from __future__ import annotations

import ast

import black
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.render import layout
from clientpress.render.fragments import (
    Py,
    comment,
    docstring,
    docstring_of,
    hanging,
    identifier,
    literal,
    prose,
)
from clientpress.render.layout import Doc
from tests.generator import strategies

HEAD = "# header\n"
MODE = black.Mode()


def judged(text: str) -> ast.Module:
    """The tree of a module that black must not change."""
    assert black.format_str(text, mode=MODE) == text
    return ast.parse(text)


def in_class(body: str) -> ast.ClassDef:
    """The tree of a class with this body."""
    (found,) = judged(f"class Embedding:\n{body}\n").body
    assert isinstance(found, ast.ClassDef)
    return found


def means(found: ast.expr | None, doc: Doc) -> None:
    """Check that an expression over lines is what it is on one line."""
    assert found is not None
    assert ast.dump(found) == ast.dump(ast.parse(layout.flat(doc), mode="eval").body)


class _Unquoted(ast.NodeTransformer):
    """Puts code in place of the strings that hold it, so that its lines do not matter."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if not isinstance(node.value, str):
            return node
        try:
            found: ast.expr = ast.parse(node.value, mode="eval").body
        except (SyntaxError, ValueError):
            return node  # no code
        return self.visit(found) if isinstance(found, ast.BinOp) else node


# ------------------------------------------------------------- declarations


def member_call(name: str, wire: str, has_default: bool) -> Doc:
    """`field(name="…", default=None)`."""
    arguments = [("name", layout.value(wire))]
    if has_default:
        arguments.append(("default", layout.Text(identifier("None"))))
    return layout.call(name, arguments)


calls = st.builds(
    member_call,
    st.sampled_from(["field", "const", "extras"]),
    strategies.texts,
    st.booleans(),
)
defaults = st.one_of(
    st.none(),
    st.sampled_from([layout.Text(identifier(name)) for name in ("None", "UNSET")]),
    calls,
    st.just(layout.call("extras", ())),
)


@given(strategies.kinds, defaults, st.data())
def test_a_member_is_stable_and_keeps_its_meaning(
    kind: Annotation, default: Doc | None, data: st.DataObject
) -> None:
    doc = layout.annotation(kind)
    name = data.draw(strategies.names_beside(layout.flat(doc)))
    (node,) = in_class(layout.declaration(name, doc, default, 4)).body
    assert isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == name
    means(node.annotation, doc)
    if default is None:
        assert node.value is None
    else:
        means(node.value, default)


parameter = st.tuples(strategies.member_names, strategies.kinds, st.booleans())


@settings(max_examples=60)
@given(
    strategies.member_names,
    st.lists(parameter, max_size=4, unique_by=lambda made: made[0]),
    strategies.kinds,
    st.booleans(),
)
def test_a_method_is_stable_and_keeps_its_meaning(
    name: str,
    parameters: list[tuple[str, Annotation, bool]],
    returns: Annotation,
    is_async: bool,
) -> None:
    none = layout.Text(identifier("None"))
    parameters = sorted(parameters, key=lambda made: made[2])
    rows = [Py("        self,")]
    for word, kind, optional in parameters:
        default = none if optional else None
        rows.append(layout.declaration(word, layout.annotation(kind), default, 8, ","))
    signature = layout.signature(
        name, rows, layout.annotation(returns), is_async=is_async
    )
    call = layout.call(
        "self._call", [("", layout.Text(identifier(p[0]))) for p in parameters]
    )
    body = layout.statement("return await " if is_async else "return ", call, 8)
    (method,) = in_class(f"{signature}\n{body}").body
    assert isinstance(method, ast.AsyncFunctionDef if is_async else ast.FunctionDef)
    arguments = method.args.args[1:]
    assert [argument.arg for argument in arguments] == [p[0] for p in parameters]
    for argument, (_, kind, _) in zip(arguments, parameters, strict=True):
        means(argument.annotation, layout.annotation(kind))
    means(method.returns, layout.annotation(returns))


# ------------------------------------------------------------- values

values: st.SearchStrategy[object] = st.recursive(
    st.one_of(
        st.none(),
        strategies.scalars,
        strategies.texts,
        st.floats(allow_nan=False, allow_infinity=False),
    ),
    lambda inner: st.lists(inner, max_size=4).map(tuple),
    max_leaves=12,
)


@given(values, st.data())
def test_a_constant_is_stable_and_keeps_its_value(
    value: object, data: st.DataObject
) -> None:
    name = data.draw(strategies.names_beside(str(layout.flat(layout.value(value)))))
    (node,) = judged(layout.assignment(name, None, layout.value(value)) + "\n").body
    assert isinstance(node, ast.Assign)
    found = ast.literal_eval(node.value)
    assert repr(found) == repr(value)


@given(values, st.data())
def test_a_value_of_an_enumeration_is_stable(
    value: object, data: st.DataObject
) -> None:
    name = data.draw(strategies.names_beside(str(layout.flat(layout.value(value)))))
    text = layout.assignment(name, None, layout.value(value), 4)
    (node,) = in_class(text).body
    assert isinstance(node, ast.Assign)
    assert repr(ast.literal_eval(node.value)) == repr(value)


@given(strategies.kinds, st.data())
def test_an_alias_is_stable_and_quotes_the_models_that_are_not_above(
    kind: Annotation, data: st.DataObject
) -> None:
    models = {n.text for n in a.names_in(kind) if n.origin is a.Origin.MODEL}
    above = (
        {*data.draw(st.lists(st.sampled_from(sorted(models)), max_size=3))}
        if models
        else set[str]()
    )
    doc = layout.annotation(kind, above=above)
    name = data.draw(strategies.names_beside(layout.flat(doc)))
    text = layout.assignment(name, layout.Text(identifier("TypeAlias")), doc)
    (node,) = judged(text + "\n").body
    assert isinstance(node, ast.AnnAssign)
    assert node.value is not None
    unquoted = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    written, flat = node.value, ast.parse(layout.flat(doc), mode="eval").body
    written, flat = _Unquoted().visit(written), _Unquoted().visit(flat)
    assert ast.dump(written) == ast.dump(flat)
    assert not unquoted & (models - above - {name})


arguments = st.lists(
    st.tuples(strategies.member_names, values.map(layout.value)),
    min_size=1,
    max_size=6,
    unique_by=lambda made: made[0],
)


@st.composite
def nested_calls(draw: st.DrawFn) -> layout.Bracketed:
    """Calls in dicts in calls, as the constants of operations are."""
    inner = layout.call(draw(strategies.class_names), draw(st.just([]) | arguments))
    entries = [
        (layout.value(key), inner)
        for key in draw(st.lists(strategies.texts, max_size=3, unique=True))
    ]
    items: list[tuple[str, Doc]] = [*draw(arguments)]
    items += [
        ("entries", layout.dict_of(entries)),
        ("tuple_", layout.tuple_of([inner])),
    ]
    return layout.call(draw(strategies.class_names), items)


@settings(max_examples=60)
@given(strategies.kinds, nested_calls(), st.data())
def test_the_constant_of_an_operation_is_opened_and_stable(
    kind: Annotation, call: layout.Bracketed, data: st.DataObject
) -> None:
    doc = layout.annotation(kind)
    name = data.draw(strategies.names_beside(layout.flat(doc)))
    text = layout.declaration(name, doc, call, 0, wide=True)
    (node,) = judged(text + "\n").body
    assert isinstance(node, ast.AnnAssign)
    assert "\n" in text
    means(node.annotation, doc)
    means(node.value, call)


@settings(max_examples=60)
@given(nested_calls())
def test_the_description_of_an_api_is_opened_and_stable(call: layout.Bracketed) -> None:
    items = [(str(item.lead).removesuffix("="), item.value) for item in call.items]
    value = layout.Text(Py(layout.opened(layout.call("Api", items), 0)))
    text = layout.assignment("API", None, value)
    (node,) = judged(text + "\n").body
    assert isinstance(node, ast.Assign)
    means(node.value, layout.call("Api", items))


@settings(max_examples=60)
@given(nested_calls(), st.sampled_from(["", "return ", "return await "]))
def test_a_statement_is_stable(call: layout.Bracketed, before: str) -> None:
    kind = "async " if "await" in before else ""
    text = layout.statement(before, call, 8)
    in_class(f"    {kind}def call(self):\n{text}")


# ------------------------------------------------------------- lines at the top

dotted = st.lists(strategies.member_names, min_size=1, max_size=3).map(".".join)
imported = st.one_of(
    strategies.class_names, strategies.constant_names, strategies.member_names
)


@given(dotted, st.lists(imported, min_size=1, max_size=8, unique=True), st.booleans())
def test_imports_are_stable_and_complete(
    module: str, names: list[str], checking: bool
) -> None:
    text = layout.imports(f".{module}", names, 4 if checking else 0)
    tree = judged(f"if TYPE_CHECKING:\n{text}\n" if checking else f"{text}\n")
    (node,) = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    assert sorted(alias.name for alias in node.names) == sorted(names)


@pytest.mark.parametrize(
    ("names", "written"),
    [
        (["b", "A", "Ba", "C_D"], "from m import C_D, A, Ba, b"),
        (["Model as Local", "a"], "from m import Model as Local, a"),
    ],
)
def test_imports_stand_in_the_order_of_isort(names: list[str], written: str) -> None:
    assert layout.imports("m", names) == written


quoted = strategies.kinds.map(
    lambda kind: layout.subscript(
        a.local("_errors.StatusError"), [layout.Quoted(layout.annotation(kind))]
    )
)


@settings(max_examples=60)
@given(
    strategies.class_names,
    st.lists(strategies.class_names.map(a.local), max_size=4),
    quoted,
)
def test_the_header_of_a_class_of_something_is_stable(
    name: str, plain: list[Doc], generic: Doc
) -> None:
    header = layout.class_header(name, *plain, generic)
    (node,) = judged(f"{header}\n    x: int\n").body
    assert isinstance(node, ast.ClassDef) and node.name == name
    for found, base in zip(node.bases, [*plain, generic], strict=True):
        flat = ast.parse(layout.flat(base), mode="eval").body
        assert ast.dump(_Unquoted().visit(found)) == ast.dump(_Unquoted().visit(flat))


@pytest.mark.parametrize("length", range(62, 74))
def test_the_header_of_a_class_at_the_edge_of_the_line_is_stable(length: int) -> None:
    kind = a.Or((a.STR, a.model("A" * length), a.NONE))
    base = layout.subscript(
        a.local("_errors.StatusError"), [layout.Quoted(layout.annotation(kind))]
    )
    judged(f"{layout.class_header('A', base)}\n    x: int\n")


@pytest.mark.parametrize("count", [2, 30, 100, 101, 250, 1000])
def test_a_union_of_very_many_is_stable_and_not_deep(count: int) -> None:
    """Pyright refuses an expression of more than 256 levels, and each `|` is one."""
    members = [a.model(f"Variant{i}") for i in range(count)]
    kind = a.union(*members, a.NONE)
    doc = layout.annotation(kind)
    text = layout.declaration("variant", doc, None, 4)
    (node,) = in_class(text).body
    assert isinstance(node, ast.AnnAssign)
    means(node.annotation, doc)
    names = [n.id for n in ast.walk(node.annotation) if isinstance(n, ast.Name)]
    assert sorted(names) == sorted(member.text for member in members)
    assert depth(node.annotation) <= 120
    alias = layout.assignment("Any", None, layout.annotation(kind, above=()))
    (assigned,) = judged(alias + "\n").body
    assert isinstance(assigned, ast.Assign)
    assert eval(ast.literal_eval(assigned.value), {m.text: int for m in members})


def depth(node: ast.expr) -> int:
    """How many `|` stand in each other."""
    if not isinstance(node, ast.BinOp):
        return 0
    return 1 + max(depth(node.left), depth(node.right))


@given(strategies.class_names, strategies.class_names, st.booleans())
def test_the_header_of_a_class_is_stable(name: str, base: str, total: bool) -> None:
    header = layout.class_header(name, layout.Text(identifier(base)), total=total)
    (node,) = judged(f"{header}\n    x: int\n").body
    assert isinstance(node, ast.ClassDef) and node.name == name
    assert [ast.unparse(b) for b in node.bases] == [base]
    assert bool(node.keywords) is not total


# ------------------------------------------------------------- docstrings


def shown(text: str) -> str:
    """A text less white space and what editors hide."""
    return "".join(c for c in text if c.isprintable() and not c.isspace())


def docstring_in(indent: int, doc: str) -> str:
    """The docstring that Python reads from a fragment; black must leave it alone."""
    if indent == 0:
        tree: ast.AST = judged(f"# header\n{doc}\n\nx = 1\n")
    elif indent == 4:
        tree = in_class(f"    {doc}\n\n    x: int")
    else:
        tree = in_class(f"    def method(self):\n        {doc}\n        return 1").body[
            0
        ]
    assert isinstance(tree, (ast.Module, ast.ClassDef, ast.FunctionDef))
    return ast.get_docstring(tree) or ""


@given(strategies.texts, st.sampled_from([0, 4, 8]))
def test_a_docstring_is_stable_and_says_all_of_the_text(text: str, indent: int) -> None:
    doc = docstring(text, indent)
    assert all(c.isprintable() or c == "\n" for c in doc)
    assert shown(docstring_in(indent, doc)) == (shown(text) or "Undocumented.")


@given(strategies.texts, strategies.texts, strategies.member_names)
def test_a_docstring_with_a_list_of_arguments_is_stable(
    summary: str, doc: str, name: str
) -> None:
    lines = prose(summary, 77) or ["Call it."]
    lines += ["", "Args:", *hanging(f"{name}:", doc, 80)]
    found = docstring_in(8, docstring_of(lines, 8))
    assert shown(found) == shown(
        (summary if shown(summary) else "Call it.") + f"Args:{name}:" + doc
    )


@given(strategies.member_names, strategies.texts)
def test_documented_members_are_stable(name: str, text: str) -> None:
    member = layout.declaration(name, layout.Text(identifier("int")), None, 4)
    in_class(f"    {docstring('A class.', 4)}\n\n{member}\n    {docstring(text, 4)}")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("One line.", '"""One line."""'),
        ("  padded\n", '"""padded"""'),
        ("", '"""Undocumented."""'),
        ('ends in a "quote"', '"""ends in a "quote" """'),
        ('"starts" with one', '"""\\"starts" with one"""'),
        ('has """ inside', '"""has \\"\\"\\" inside"""'),
        ("back\\slash", '"""back\\\\slash"""'),
        ("ends in \\", '"""ends in \\\\"""'),
        ("tab\tbed", '"""tab    bed"""'),
        ("a\u202eb\u200bc", '"""abc"""'),
        ("two\nlines", '"""two lines"""'),
        ("two\n\nparagraphs", '"""two\n\nparagraphs\n"""'),
        ("- one\n- two", '"""- one\n- two\n"""'),
        (
            "a list:\n1. one\n   goes on\n2. two",
            '"""a list:\n1. one goes on\n2. two\n"""',
        ),
        ("| a | b |\n|---|---|", '"""| a | b |\n|---|---|\n"""'),
        (
            "```\ncode  here\n  and here\n```",
            '"""```\ncode  here\n  and here\n```\n"""',
        ),
    ],
)
def test_docstrings(text: str, written: str) -> None:
    assert docstring(text, 0) == written


def test_prose_is_filled_and_long_words_are_left_alone() -> None:
    url = "https://example.test/" + "a" * 80
    assert prose(f"{'word ' * 20}{url} end", 40) == [
        " ".join(["word"] * 7),  # the quotes stand before this one
        " ".join(["word"] * 8),
        " ".join(["word"] * 5),
        url,
        "end",
    ]


# ------------------------------------------------------------- fragments


@pytest.mark.parametrize(
    "name", ["", "a b", "class", "a.b c", "1a", "a-b", "a\n", "x=1"]
)
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not a Python name"):
        identifier(name)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {1}, b"x"])
def test_what_has_no_literal_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="has no literal form"):
        literal(value)


@given(strategies.texts)
def test_a_comment_stays_on_its_line(text: str) -> None:
    made = comment(text)
    assert made.startswith("#") and made.isprintable()
    assert not judged(f"{made}\n".replace("# \n", "#\n")).body
