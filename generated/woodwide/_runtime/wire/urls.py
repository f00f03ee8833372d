# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""URLs and headers, exactly as they are sent.

HTTP libraries normalise, merge and re-encode URLs; those built here are sent unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Container
from typing import NamedTuple
from urllib.parse import quote, unquote, urljoin

from .errors import ConfigurationError, InvalidRequestError

_DEFAULT_PORTS = {"http": 80, "https": 443}
_AUTHORITY = re.compile(
    r"(?P<scheme>https?)://"
    r"(?:(?P<userinfo>[^/?#\\\s@]*)@)?"
    r"(?P<host>\[[0-9A-Fa-f:.%]+\]|[^/?#\\\s@:\[\]]+)"
    r"(?::(?P<port>[0-9]{0,5}))?"
    r"(?P<path>/[^?#\\\s]*)?"
    r"(?P<rest>[?#][^\s]*)?",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_EXPRESSION = re.compile(r"\{([^{}]*)\}")
_ENCODED = re.compile(r"(%[0-9A-Fa-f]{2})")
_UNRESERVED = "-._~"
_RESERVED = ":/?@!$'()*,;"
"""Characters that `allowReserved` keeps; # [ ] & = + would change the meaning of a query."""

_SECRET_NAMES = frozenset(
    {
        *("access_token", "api-key", "api_key", "apikey", "client_secret", "key"),
        *("password", "secret", "sig", "signature", "token", "x-amz-credential"),
        *("x-amz-security-token", "x-amz-signature", "x-goog-credential"),
        "x-goog-signature",
    }
)


# ------------------------------------------------------------------ encoding
def encode(text: str, keep: str = "") -> str:
    """Percent-encode everything but the unreserved characters (letters, digits, - . _ ~)."""
    try:
        return quote(text, safe=_UNRESERVED + keep)
    except UnicodeEncodeError:
        raise InvalidRequestError("A lone surrogate cannot be sent") from None


def encode_token(text: str) -> str:
    """A name of a cookie: characters that a token cannot hold are encoded (RFC 6265, section 4.1.1)."""
    return encode(text, "!#$&'*+^`|")


def encode_reserved(text: str, keep: str = _RESERVED) -> str:
    """Percent-encode, except reserved characters and those that are encoded already."""
    parts = _ENCODED.split(text)
    return "".join(
        part if place % 2 else quote(part, safe=_UNRESERVED + keep)
        for place, part in enumerate(parts)
    )


def _decoded(text: str) -> str:
    """The text, percent-decoded until it does not change any more."""
    while "%" in text:
        once = unquote(text)
        if once == text:
            break
        text = once
    return text


def check_path_value(text: str, name: str) -> None:
    """Refuse a path value that would lead to another resource.

    Raises:
        InvalidRequestError: It is "", ".", ".." or an encoded form of these; names the parameter.
    """
    if not text:
        raise InvalidRequestError(f"Path parameter {name!r} must not be empty")
    if text[0] in ".%" and _decoded(text) in (".", "..", ""):
        raise InvalidRequestError(f"Path parameter {name!r} must not be {text!r}")


def has_dot_segments(path: str) -> bool:
    """Whether a segment of the path, encoded or not, is "." or ".."."""
    return "." in _decoded(path) and any(
        _decoded(segment) in (".", "..") for segment in path.split("/")
    )


def encode_literal(path: str) -> str:
    """A path as it is written; only characters that a path cannot have are encoded."""
    return encode_reserved(path, _RESERVED + "&=+[]")


def check_header(name: str, value: str, *, label: str = "") -> None:
    """Refuse a header that would inject further lines.

    Args:
        label: Its name in the error; by default the name of the header.

    Raises:
        InvalidRequestError: It would inject lines. The value is not shown.
    """
    if not _TOKEN.fullmatch(name):
        raise InvalidRequestError(f"{name!r} is not a valid header name")
    if not is_header_value(value):
        what = label or f"Header {name!r}"
        raise InvalidRequestError(f"{what} must not hold control characters")


def is_header_value(text: str) -> bool:
    """Whether a text can be the value of a header (RFC 9110, section 5.5)."""
    return _CONTROL.search(text) is None


# ------------------------------------------------------------------ templates
class PathTemplate:
    """A path with expressions in braces; everything else is sent unchanged."""

    __slots__ = ("_mixed", "_texts", "names")

    def __init__(self, template: str) -> None:
        parts = _EXPRESSION.split(template)
        self.names = tuple(parts[1::2])
        self._texts = tuple(map(encode_literal, parts[::2]))
        # values that share a segment with text or each other could form ".." together
        self._mixed = any(
            _EXPRESSION.search(segment) and not _EXPRESSION.fullmatch(segment)
            for segment in template.split("/")
        )

    def expand(self, values: dict[str, str]) -> str:
        """The path with the (already encoded) values in place.

        Raises:
            InvalidRequestError: A value is missing, or the path gets dot segments.
        """
        parts = [self._texts[0]]
        for name, text in zip(self.names, self._texts[1:], strict=True):
            if name not in values:
                raise InvalidRequestError(f"Path parameter {name!r} is missing")
            parts += (values[name], text)
        path = "".join(parts)
        if self._mixed and has_dot_segments(path):
            raise InvalidRequestError("The path must not hold dot segments")
        return path


# ------------------------------------------------------------------ absolute URLs
class BaseURL(NamedTuple):
    """The base URL of an API, without a slash at the end, without user and password."""

    url: str
    origin: str
    userinfo: str
    """User and password of the URL, still encoded; "" if it has none."""
    prefix: str = ""
    """The end of the URL that paths begin with too, such as "/v1": it is not sent twice."""

    def join(self, path: str) -> str:
        """The absolute URL of a path below the base URL."""
        if self.prefix and f"{path}/".startswith(f"{self.prefix}/"):
            path = path[len(self.prefix) :]
            return self.url + path
        return f"{self.url}{path}" if path[:1] == "/" else f"{self.url}/{path}"


_PROXY = re.compile(
    r"(https?|socks5h?)://([^/?#\s@]*@)?(\[[0-9A-Fa-f:.%]+\]|[^/?#\s@:\[\]]+)(:(?P<port>[0-9]+))?/?",
    re.IGNORECASE,
)


def check_proxy(url: object) -> None:
    """Refuse what is no address of a proxy.

    Raises:
        ConfigurationError: It is none. It is not shown, since it may hold a password.
    """
    match = _PROXY.fullmatch(url) if isinstance(url, str) else None
    if match is None or not _port_is_valid(match["port"]):
        raise ConfigurationError(
            "proxy is not the URL of a proxy; write http://host:port or socks5://host:port"
        )


def parse_base_url(text: str) -> BaseURL:
    """Parse a base URL.

    Raises:
        ConfigurationError: The text is not a base URL.
    """
    match = _AUTHORITY.fullmatch(text.strip())
    if match is None or not _port_is_valid(match["port"]):
        # The text is not shown: it may be a key that was passed by mistake.
        raise ConfigurationError(
            "The base URL is not an http or https URL; write https://host or http://host:port"
        )
    if match["rest"]:
        raise ConfigurationError("The base URL must have no query and no fragment")
    port = f":{match['port']}" if match["port"] else ""
    path = encode_literal((match["path"] or "").rstrip("/"))
    url = f"{match['scheme'].lower()}://{match['host']}{port}{path}"
    return BaseURL(url, origin(url), match["userinfo"] or "")


def _port_is_valid(port: str | None) -> bool:
    return not port or int(port) < 65_536


def origin(url: str) -> str:
    """Scheme, host and port of an absolute URL, normalized.

    Raises:
        ValueError: The URL is ambiguous (backslashes, spaces), has another scheme than http and
            https, or has user and password.
    """
    match = _AUTHORITY.fullmatch(url)
    if match is None or match["userinfo"] is not None:
        raise ValueError(f"Not a plain http or https URL: {redact(url, ())!r}")
    if not _port_is_valid(match["port"]):
        raise ValueError("The port is out of range")
    scheme = match["scheme"].lower()
    port = int(match["port"]) if match["port"] else _DEFAULT_PORTS[scheme]
    return f"{scheme}://{match['host'].lower()}:{port}"


def resolve(current: str, reference: str) -> str:
    """The absolute URL of a reference in an answer (`Location`, link of the next page).

    Raises:
        ValueError: It must not be followed: another scheme, from https to http, an ambiguous URL.
    """
    reference = reference.strip(" \t")
    if _CONTROL.search(reference) or "\t" in reference:
        raise ValueError("The URL holds control characters")  # some programs drop them
    # urljoin would repair some absolute URLs that are wrong.
    is_absolute = _SCHEME.match(reference) is not None
    url = reference if is_absolute else urljoin(current, reference)
    url = url.partition("#")[0]
    target = origin(url)
    if current.lower().startswith("https:") and target.startswith("http:"):
        raise ValueError("It leads from https to http")
    return url


def redact(url: str, secret_names: Container[str]) -> str:
    """The URL without user, password and the values of query parameters that are credentials."""
    start, mark, query = url.partition("?")
    if "@" in start:
        scheme, _, rest = start.rpartition("://")
        authority, slash, path = rest.partition("/")
        start = f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}"
    if not mark:
        return start
    pairs: list[str] = []
    for pair in query.split("&"):
        name = unquote(pair.partition("=")[0])
        is_secret = name in secret_names or name.lower() in _SECRET_NAMES
        pairs.append(f"{pair.partition('=')[0]}=***" if is_secret else pair)
    return f"{start}?{'&'.join(pairs)}"
