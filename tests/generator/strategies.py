"""Hypothesis strategies that several rooms share."""

from __future__ import annotations

from hypothesis import strategies as st

from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation

# Pieces that upset quoting, docstrings, Markdown and terminals, between ordinary words.
PIECES = [
    *(
        '"',
        '""',
        '"""',
        "'",
        "'''",
        "\\",
        "\\\\",
        "\\n",
        "\\N{x}",
        "\\u12",
        "{}",
        "{{ x }}",
    ),
    *(
        "{% raw %}",
        "# type: ignore",
        "%s",
        "`code`",
        "__import__('os')",
        "https://x.test/a?b=c",
    ),
    *(
        "- item",
        "* item",
        "1. one",
        "12) twelve",
        "```",
        "```python",
        "| a | b |",
        "> quoted",
        "<br>",
    ),
    *(
        "    indented",
        "\t",
        "\n",
        "\n\n",
        "\r\n",
        "\x00",
        "\x1b[31m",
        "\x85",
        "\u2028",
        "\u202e",
    ),
    *(
        "\u200b",
        "\ufeff",
        "日本語",
        "é",
        "e\u0301",
        "🙂",
        "\ud800",
        ":",
        ".",
        ",",
        "Args:",
        "a" * 90,
    ),
    *(
        "word",
        "words",
        "of",
        "a",
        "longer",
        "description",
        "sentence.",
        "x" * 30,
        "日" * 50,
    ),
]

texts = st.one_of(
    st.text(max_size=40),
    st.lists(st.sampled_from(PIECES), max_size=25).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join),
)


def _names(letters: str, tail: str) -> st.SearchStrategy[str]:
    """Names of every length up to 60, so that lines of every length around the limit come up."""

    def name(first: str, count: int) -> str:
        return first + tail * count

    counts = st.integers(0, 59) | st.integers(3, 12)
    return st.builds(name, st.sampled_from(letters), counts)


member_names = _names("abcdefgh", "m")
class_names = _names("ABCDEFGH", "n")
constant_names = _names("RSTUVWXY", "K")


def names_beside(text: str) -> st.SearchStrategy[str]:
    """Names that fill a line of 88 characters together with a text, or nearly; others where it is too long."""
    room = 88 - len(text)
    if room < 4:
        return member_names
    near = st.integers(max(1, room - 30), min(60, room + 8)).map(lambda n: "k" * n)
    return near if room < 60 else member_names


scalars = st.one_of(
    st.booleans(), st.integers(), st.sampled_from(PIECES), st.text(max_size=30)
)
names: st.SearchStrategy[Annotation] = st.one_of(
    st.sampled_from(
        [a.STR, a.INT, a.FLOAT, a.BOOL, a.BYTES, a.JSON, a.UNKNOWN, a.DATETIME, a.UUID]
    ),
    class_names.map(a.model),
)
literals: st.SearchStrategy[Annotation] = st.lists(
    scalars, min_size=1, max_size=6, unique_by=repr
).map(lambda values: a.Literal(tuple(values)))


@st.composite
def _tagged(draw: st.DrawFn) -> Annotation:
    models = draw(st.lists(class_names, min_size=2, max_size=4, unique=True))
    union = a.union(*map(a.model, models), a.UNKNOWN)
    assert isinstance(union, a.Or)
    tags = draw(
        st.lists(
            st.sampled_from(PIECES) | st.text(max_size=9),
            min_size=1,
            unique=True,
            max_size=5,
        )
    )
    chosen = [(tag, draw(st.sampled_from(models))) for tag in tags]
    return a.Tagged(union, draw(st.text(min_size=1, max_size=20)), tuple(chosen))


def _wider(inner: st.SearchStrategy[Annotation]) -> st.SearchStrategy[Annotation]:
    return st.one_of(
        inner.map(a.list_of),
        inner.map(a.dict_of),
        st.lists(inner, min_size=1, max_size=3).map(
            lambda args: a.Generic(a.Name("tuple"), tuple(args))
        ),
        st.lists(inner, min_size=2, max_size=5).map(lambda args: a.union(*args)),
        inner.map(lambda arg: a.union(arg, a.NONE)),
        inner.map(lambda arg: a.union(arg, a.NONE, a.UNSET_TYPE)),
    )


# The annotations that the plan makes: unions are flat and have their order.
kinds: st.SearchStrategy[Annotation] = st.recursive(
    names | literals | _tagged(), _wider, max_leaves=12
)
