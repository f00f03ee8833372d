# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""The styles of parameters (OpenAPI 3.2, section 4.12.5), in one table.

The generator uses it too: for the styles that a location allows, and for the defaults.
"""

from __future__ import annotations

from typing import NamedTuple


class Style(NamedTuple):
    """How the value of a parameter is laid out.

    Attributes:
        locations: Where it may be used. The first style with a location is the location's default.
        explodes: The default of `explode`: whether each item or member becomes a separate value.
        delimiter: The separator between the items of one value in a query, encoded.
        is_delimited: Whether it is only for the items of one value.
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
"""The styles of each location. Computed once, since every parameter of every call needs it."""
for _name, _style in STYLES.items():
    for _location in _style.locations:
        _AT.setdefault(_location, []).append(_name)


def styles_at(location: str) -> list[str]:
    """The styles of a location, its default first; empty for an unknown location."""
    return _AT.get(location, [])


def style_of(location: str) -> str:
    """The default style of a location; `form` for an unknown location."""
    return _AT.get(location, ["form"])[0]
