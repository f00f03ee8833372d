"""The styles of parameters (OpenAPI 3.2, section 4.12.5), in one table.

The generator reads it too: which styles a location has, and what applies where a document says
nothing.
"""

from __future__ import annotations

from typing import NamedTuple


class Style(NamedTuple):
    """How the value of a parameter is laid out.

    Attributes:
        locations: Where it may be used. The first style that names a location is its default.
        explodes: Whether items and members become values of their own where the document does not
            say.
        delimiter: What stands between the items of one value in a query, encoded.
        is_delimited: Whether it is made for the items of one value alone.
    """

    locations: tuple[str, ...]
    explodes: bool = False
    delimiter: str = ","
    is_delimited: bool = False


STYLES = {
    "simple": Style(("path", "header")),
    "label": Style(("path",)),
    "matrix": Style(("path",)),
    "form": Style(("query", "cookie", "querystring"), explodes=True),
    "cookie": Style(("cookie",), explodes=True),
    "spaceDelimited": Style(("query",), delimiter="%20", is_delimited=True),
    "pipeDelimited": Style(("query",), delimiter="%7C", is_delimited=True),
    "deepObject": Style(("query",), explodes=True),
}


_AT: dict[str, list[str]] = {}
"""The styles of each location. Made once: every parameter of every call asks for its own."""
for _name, _style in STYLES.items():
    for _location in _style.locations:
        _AT.setdefault(_location, []).append(_name)


def styles_at(location: str) -> list[str]:
    """The styles that a location has, its default first; none for an unknown location."""
    return _AT.get(location, [])


def style_of(location: str) -> str:
    """The style of a parameter that names none; `form` for an unknown location."""
    return _AT.get(location, ["form"])[0]
