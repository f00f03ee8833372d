# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Parameters to text: styles, explode and kinds of value (the table of OpenAPI 3.2, section 4.12.8).

Empty arrays and objects, and items and members that are None, are absent: they are the undefined
values of RFC 6570, section 2.3, on which the table is based.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from msgspec import Struct

from ..values.encoding import encode, to_builtins
from ..values.issues import MisfitError
from ..values.kinds import is_collection, is_mapping
from ..values.model import is_model
from . import urls
from .body import is_absent
from .errors import InvalidRequestError
from .scalars import Arguments, ScalarParameter, to_text
from .styles import STYLES, style_of

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain]"
"""A value whose scalars are text already."""
QueryPairs: TypeAlias = list[tuple[str, str]]
"""Encoded names and values of a query."""

FORM = "application/x-www-form-urlencoded"


class Parameter(ScalarParameter, frozen=True):
    """A parameter as the document describes it.

    Attributes:
        style: "" for the default of the location.
        explode: None for the default of the style.
        allow_reserved: Whether reserved characters are not encoded.
        content: The media type of the value, if it has one.
        array_format: How arrays inside an object of style deepObject are sent: "indices" (the
            default) as a[b][0], "brackets" as a[b][], "repeat" as a[b].
    """

    style: str = ""
    explode: bool | None = None
    allow_reserved: bool = False
    content: str = ""
    array_format: str = ""

    def lay_out(self, value: Any, arguments: Arguments) -> None:
        value = self.as_sent(value)
        if self.location == "path":
            arguments.path[self.name] = to_path(self, value)
        elif is_absent(value) and not self.required:
            return
        elif self.location == "header":
            text = to_header(self, value)
            if text is not None:
                arguments.headers[self.name.lower()] = text
        elif self.location == "cookie":
            arguments.cookies.extend(to_cookie(self, value))
        else:
            arguments.query.extend(to_query(self, value))

    @property
    def applied_style(self) -> str:
        """The style that applies."""
        return self.style or style_of(self.location)

    @property
    def is_exploded(self) -> bool:
        """Whether each item or member becomes a separate value."""
        if self.explode is None:
            return STYLES[self.applied_style].explodes
        return self.explode


# ------------------------------------------------------------------ values
def _to_plain(
    value: Any, nests: bool, is_inside: bool = False, spreads: bool = False
) -> Plain | None:
    """Models, dicts, lists and scalars as text; None for absent values.

    Args:
        nests: Whether arrays and objects may contain others; else the inner ones are JSON.
        spreads: Whether the members of an object are separate parameters, which may be arrays.
    """
    if is_absent(value):
        return None
    if isinstance(value, str):
        return to_text(value)
    if is_collection(value):
        if is_inside and not nests:
            return encode(list(value)).decode()
        listed = [_to_plain(item, nests, True) for item in value]
        return [item for item in listed if item is not None] or None
    if isinstance(value, Struct) or is_model(type(value)):
        value = to_builtins(value)
    elif hasattr(value, "__encode__"):
        return _to_plain(value.__encode__(), nests, is_inside)
    if is_mapping(value):
        if is_inside and not nests:
            return encode(value).decode()
        plain = {
            to_text(name): _to_plain(item, nests, not (spreads and is_collection(item)))
            for name, item in value.items()
        }
        return {name: item for name, item in plain.items() if item is not None} or None
    return to_text(value)


def _plain(parameter: Parameter, value: Any) -> Plain | None:
    """The value as text; as JSON if the parameter has that media type.

    Raises:
        InvalidRequestError: It cannot be sent; the parameter is named.
    """
    try:
        if parameter.content and not is_absent(value):
            return _content(parameter.content, value)
        spreads = parameter.is_exploded and parameter.applied_style in (
            "form",
            "cookie",
        )
        plain = _to_plain(
            value, parameter.applied_style == "deepObject", spreads=spreads
        )
    except MisfitError as e:
        raise InvalidRequestError(f"Parameter {parameter.name!r}: {e}") from None
    except ValueError as e:
        raise InvalidRequestError(f"Parameter {parameter.name!r} {e}") from None
    if plain is None and (parameter.required or parameter.location == "path"):
        raise InvalidRequestError(f"Parameter {parameter.name!r} is missing")
    return plain


def _content(media_type: str, value: Any) -> str:
    media = media_type.partition(";")[0].strip().lower()
    if media == "application/json" or media.endswith("+json"):
        return encode(value).decode()
    return to_text(value)


def _texts(value: Plain, quote: Any) -> list[str]:
    """The flat sequence of an array, or of the names and values of an object."""
    if isinstance(value, str):
        return [quote(value)]
    if isinstance(value, list):
        return [quote(item) for item in value]
    return [quote(text) for pair in value.items() for text in pair]


def _pairs(value: dict[str, Plain], quote: Any) -> QueryPairs:
    """Name and value of every member; the items of an array have the name of the array."""
    return [
        (quote(name), quote(text))
        for name, item in value.items()
        for text in (item if isinstance(item, list) else [item])
    ]


def _members(value: dict[str, Plain], quote: Any) -> list[str]:
    """`name=value` of every member."""
    return [f"{name}={text}" for name, text in _pairs(value, quote)]


# ------------------------------------------------------------------ path
def _quote_in_path(text: str) -> str:
    return urls.encode_reserved(text, keep=":/@!$'()*,;&=+")


def to_path(parameter: Parameter, value: Any) -> str:
    """The encoded text for the expression of the parameter in its path template.

    Raises:
        InvalidRequestError: It cannot be sent.
    """
    if value.__class__ is str and not (parameter.style or parameter.allow_reserved):
        urls.check_path_value(value, parameter.name)  # by far the most frequent case
        return urls.encode(value)
    plain = _plain(parameter, value)
    if plain is None:
        raise InvalidRequestError(f"Parameter {parameter.name!r} is missing")
    quote = _quote_in_path if parameter.allow_reserved else urls.encode
    if parameter.allow_reserved and isinstance(plain, str):
        for segment in plain.split("/"):
            urls.check_path_value(segment, parameter.name)
    exploded = parameter.is_exploded
    if parameter.applied_style == "matrix":
        return _to_matrix(parameter, plain, quote)
    texts = _texts(plain, quote)
    if isinstance(plain, dict) and exploded:
        texts = _members(plain, quote)
    if parameter.applied_style == "label":
        texts = ["", *texts] if exploded else ["", ",".join(texts)]
    path = ("." if parameter.applied_style == "label" else ",").join(texts)
    urls.check_path_value(path, parameter.name)
    return path


def _to_matrix(parameter: Parameter, plain: Plain, quote: Any) -> str:
    name = quote(parameter.name)
    if parameter.is_exploded and isinstance(plain, dict):
        pairs = _pairs(plain, quote)
    elif parameter.is_exploded:
        pairs = [(name, text) for text in _texts(plain, quote)]
    else:
        pairs = [(name, ",".join(_texts(plain, quote)))]
    # RFC 6570, section 3.2.7: no `=` before an empty value
    return "".join(f";{n}={text}" if text else f";{n}" for n, text in pairs)


# ------------------------------------------------------------------ query
def to_query(parameter: Parameter, value: Any) -> QueryPairs:
    """The encoded pairs of a query parameter; none for an absent value.

    Raises:
        InvalidRequestError: It cannot be sent.
    """
    quote = urls.encode_reserved if parameter.allow_reserved else urls.encode
    if parameter.location == "querystring" and not is_absent(value):
        if parameter.content in ("", FORM):
            return form_pairs(value)
        return [
            ("", quote(str(_plain(parameter, value))))
        ]  # the text is the whole query
    plain = _plain(parameter, value)
    if plain is None:
        return []
    name = urls.encode(parameter.name)
    if parameter.applied_style == "deepObject":
        return [
            (urls.encode(path), quote(text))
            for path, text in _deep(parameter.name, plain, parameter.array_format)
        ]
    if parameter.is_exploded:
        if isinstance(plain, dict):
            return _pairs(plain, quote)
        return [(name, text) for text in _texts(plain, quote)]
    delimiter = STYLES[parameter.applied_style].delimiter
    return [(name, delimiter.join(_texts(plain, quote)))]


_STEPS = {"brackets": "[]", "repeat": ""}


def _deep(path: str, value: Plain, array_format: str) -> list[tuple[str, str]]:
    """`a[b][0]` for every scalar: OpenAPI does not define nesting; most servers read this form."""
    if isinstance(value, str):
        return [(path, value)]
    if isinstance(value, dict):
        steps = [(f"[{name}]", item) for name, item in value.items()]
    else:
        step = _STEPS.get(array_format, "[{}]")
        steps = [(step.format(place), item) for place, item in enumerate(value)]
    return [p for step, item in steps for p in _deep(path + step, item, array_format)]


def form_pairs(value: Any, fields: Sequence[Parameter] = ()) -> QueryPairs:
    """The members of an object as pairs, serialized as `fields` describes them.

    Of other members, lists repeat the name, and objects are JSON.

    Raises:
        InvalidRequestError: It cannot be sent.
    """
    if isinstance(value, Struct) or hasattr(value, "__encode__"):
        value = to_builtins(value)
    if not is_mapping(value):
        raise InvalidRequestError(f"A form cannot be a {type(value).__name__}")
    described = {field.name: field for field in fields}
    pairs: QueryPairs = []
    for name, member in value.items():
        if name in described:
            pairs += to_query(described[name], member)
            continue
        for item in member if is_collection(member) else (member,):
            is_object = isinstance(item, (Mapping, Struct)) or is_model(type(item))
            media_type = "application/json" if is_object else ""
            pairs += to_query(Parameter(name, "query", content=media_type), item)
    return pairs


# ------------------------------------------------------------------ headers and cookies
def to_header(parameter: Parameter, value: Any) -> str | None:
    """The value of a header; None for an absent one.

    Raises:
        InvalidRequestError: It cannot be sent.
    """
    plain = _plain(parameter, value)
    if plain is None:
        return None
    if isinstance(plain, dict) and parameter.is_exploded:
        text = ",".join(_members(plain, str))
    else:
        text = ",".join(_texts(plain, str))
    urls.check_header(parameter.name, text, label=f"Parameter {parameter.name!r}")
    return text


def to_cookie(parameter: Parameter, value: Any) -> list[str]:
    """`name=value` of every cookie; none for an absent value.

    Style `form` percent-encodes, style `cookie` (OpenAPI 3.2) does not encode values. The name of
    the parameter is encoded only if it must be: servers decode values, but not names.

    Raises:
        InvalidRequestError: It cannot be sent.
    """
    plain = _plain(parameter, value)
    if plain is None:
        return []
    is_raw = parameter.applied_style == "cookie"
    quote = str if is_raw else urls.encode
    name = parameter.name if is_raw else urls.encode_token(parameter.name)
    if parameter.is_exploded and isinstance(plain, dict):
        cookies = _members(plain, quote)
    elif parameter.is_exploded:
        cookies = [f"{name}={text}" for text in _texts(plain, quote)]
    else:
        cookies = [f"{name}={','.join(_texts(plain, quote))}"]
    for cookie in cookies:
        if not cookie.isprintable() or not cookie.isascii() or set(cookie) & {" ", ";"}:
            raise InvalidRequestError(
                f"Parameter {parameter.name!r} holds characters that cookies must not"
            )
    return cookies
