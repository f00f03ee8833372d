"""Secrets: where they stand in an exchange, and what is written in their place.

What stands at a place that holds a secret is masked, and so is the same text wherever else it
stands: in a URL, in an echo of the server, in a later request.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote_plus

from clientpress.document.data import is_array, is_object
from clientpress.testing.reading import Json
from clientpress.testing.security import Security

MASK = "***"
SHORTEST = 4
"""Shorter texts are masked at their places only: they stand in many others by chance."""

SECRET_HEADERS = (
    *("authorization", "proxy-authorization", "cookie", "set-cookie"),
    *("x-api-key", "api-key", "x-auth-token", "x-amz-security-token"),
)
_QUERY = (
    *("access_token", "api_key", "apikey", "api-key", "key", "sig", "signature"),
    *("token", "x-amz-signature", "x-amz-credential", "x-amz-security-token"),
    *("x-goog-signature", "x-goog-credential", "awsaccesskeyid"),
)
_MEMBERS = (
    *("access_token", "refresh_token", "id_token", "client_secret", "password"),
    *("api_key", "apikey", "client_assertion", "assertion"),
)


_SECRET_NAME = re.compile(
    r"(^|[-_])(api|access|auth|authorization|credentials?|keys?|passwords?|secrets?"
    r"|session|sig|signature|tokens?)($|[-_])"
)
"""Headers of vendors that are secrets by their names."""
_NO_SECRETS = frozenset({"idempotency-key"})


@dataclass
class Secrets:
    """Names of places that hold secrets, in lower case, and the secrets that were found there."""

    headers: set[str] = field(default_factory=lambda: set(SECRET_HEADERS))
    query: set[str] = field(default_factory=lambda: set(_QUERY))
    members: set[str] = field(default_factory=lambda: set(_MEMBERS))
    added: list[str] = field(default_factory=list[str])
    """Names that count everywhere."""
    values: set[str] = field(default_factory=set[str])

    def add(self, names: Iterable[str]) -> None:
        """Names that count everywhere."""
        for name in [names] if isinstance(names, str) else names:
            if name not in self.added:
                self.added.append(name)
            for known in (self.headers, self.query, self.members):
                known.add(name.lower())

    def add_schemes(self, security: Security) -> None:
        """The keys of a document."""
        self.headers |= {name.lower() for name in security.names("header")}
        self.query |= {name.lower() for name in security.names("query")}

    # -------------------------------------------------------------- by place
    def header(self, name: str, value: str) -> str:
        """The value of a header."""
        lower = name.lower()
        is_told = _SECRET_NAME.search(lower) and lower not in _NO_SECRETS
        if lower not in self.headers and not is_told:
            return value
        self.values |= set(_secrets_in(name.lower(), value))
        return MASK

    def json(self, value: Json) -> Json:
        """A value with masks in it."""
        if is_array(value):
            return [self.json(each) for each in value]
        if not is_object(value):
            return value
        made = dict[str, Json]()
        for name, member in value.items():
            if name.lower() not in self.members or member is None:
                made[name] = self.json(member)
                continue
            if isinstance(member, str):
                self.values.add(member)
            made[name] = MASK
        return made

    def pairs(self, text: str, names: set[str] | None = None) -> str:
        """A query or form, or any text that has URLs in it."""
        names = self.query if names is None else names

        def mask(found: re.Match[str]) -> str:
            if unquote_plus(found[2]).lower() not in names or not found[3]:
                return found[0]
            self.values |= {found[3], unquote_plus(found[3])} - {MASK}
            return f"{found[1]}{found[2]}={MASK}"

        return re.sub(r"([?&]|\A)([^?&=\s\"'#]+)=([^&\s\"'#]*)", mask, text)

    def url(self, text: str) -> str:
        """A URL."""
        found = re.match(r"([a-z]+://)([^/@?#]*)@", text)
        if found:
            self.values |= set(found[2].split(":", 1)) - {""}
            text = f"{found[1]}{MASK}@{text[found.end() :]}"
        start, mark, query = text.partition("?")
        return f"{start}{mark}{self.pairs(query)}"

    # -------------------------------------------------------------- by value
    def known(self) -> list[str]:
        """The secrets in every form in which they may stand in a text, longer ones first."""
        forms = {v for v in self.values if len(v) >= SHORTEST and v != MASK}
        forms |= {quote(v, safe="") for v in forms}
        return sorted(forms, key=len, reverse=True)

    def masked(self, value: Json) -> Json:
        """JSON without any secret that was found so far, wherever it stands; bytes in base64."""
        return _mapped(value, self.known())


def _mapped(value: Json, forms: list[str]) -> Json:
    if isinstance(value, str):
        for form in forms:
            if form in value:
                value = value.replace(form, MASK)
        return value
    if isinstance(value, bytes):
        for form in forms:
            value = value.replace(form.encode(), MASK.encode())
        return base64.b64encode(value).decode()
    if is_array(value):
        return [_mapped(each, forms) for each in value]
    if is_object(value):
        return {_mapped(k, forms): _mapped(v, forms) for k, v in value.items()}
    return value


def _secrets_in(name: str, value: str) -> Iterator[str]:
    """The secrets of a header that is one."""
    if name in ("cookie", "set-cookie"):
        parts = value.split(";") if name == "cookie" else value.split(";")[:1]
        yield from (p.partition("=")[2].strip() for p in parts if "=" in p)
        return
    yield value
    scheme, _, rest = value.partition(" ")
    if not rest:
        return
    yield rest.strip()
    if scheme.lower() == "basic":
        try:
            pair = base64.b64decode(rest, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return
        yield pair
        yield pair.partition(":")[2]


def header_pairs(headers: Mapping[str, Json]) -> list[tuple[str, str]]:
    """Headers of a recording: several values of one name are an array."""
    return [
        (name, str(each))
        for name, value in headers.items()
        for each in (value if is_array(value) else [value])
    ]
