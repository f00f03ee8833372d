"""Secrets in exchanges: where they are, and the mask that replaces them.

The value at a place for secrets is masked, and so is the same text everywhere else: in a URL, in an echo of
the server, in a later request.
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
"""Shorter secrets are masked only at their own places, because other texts contain them by chance."""

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
"""Names of vendors' headers that hold secrets."""
_NO_SECRETS = frozenset({"idempotency-key"})


@dataclass
class Secrets:
    """Names of places that hold secrets, in lower case, and the secrets that occurred there.

    Attributes:
        headers: Names of headers.
        query: Names of query parameters.
        members: Names of members of bodies.
        added: Names for all three kinds of places, which the user gave.
        values: The secrets.
    """

    headers: set[str] = field(default_factory=lambda: set(SECRET_HEADERS))
    query: set[str] = field(default_factory=lambda: set(_QUERY))
    members: set[str] = field(default_factory=lambda: set(_MEMBERS))
    added: list[str] = field(default_factory=list[str])
    values: set[str] = field(default_factory=set[str])

    def add(self, names: Iterable[str]) -> None:
        """Add names for all kinds of places."""
        for name in [names] if isinstance(names, str) else names:
            if name not in self.added:
                self.added.append(name)
            for known in (self.headers, self.query, self.members):
                known.add(name.lower())

    def add_schemes(self, security: Security) -> None:
        """Add the API keys of a document."""
        self.headers |= {name.lower() for name in security.names("header")}
        self.query |= {name.lower() for name in security.names("query")}

    # -------------------------------------------------------------- by place
    def header(self, name: str, value: str) -> str:
        """The value of a header, masked if it is a secret."""
        lower = name.lower()
        is_vendors = _SECRET_NAME.search(lower) and lower not in _NO_SECRETS
        if lower not in self.headers and not is_vendors:
            return value
        self.values |= set(_secrets_in(name.lower(), value))
        return MASK

    def json(self, value: Json) -> Json:
        """A value with its secret members masked."""
        if is_array(value):
            return [self.json(each) for each in value]
        if not is_object(value):
            return value
        masked = dict[str, Json]()
        for name, member in value.items():
            if name.lower() not in self.members or member is None:
                masked[name] = self.json(member)
                continue
            if isinstance(member, str):
                self.values.add(member)
            masked[name] = MASK
        return masked

    def pairs(self, text: str, names: set[str] | None = None) -> str:
        """A query, a form, or any text with URLs in it, with the values of secret names masked."""
        names = self.query if names is None else names

        def mask(match: re.Match[str]) -> str:
            if unquote_plus(match[2]).lower() not in names or not match[3]:
                return match[0]
            self.values |= {match[3], unquote_plus(match[3])} - {MASK}
            return f"{match[1]}{match[2]}={MASK}"

        return re.sub(r"([?&]|\A)([^?&=\s\"'#]+)=([^&\s\"'#]*)", mask, text)

    def url(self, text: str) -> str:
        """A URL, with its user and the values of secret names masked."""
        user = re.match(r"([a-z]+://)([^/@?#]*)@", text)
        if user:
            self.values |= set(user[2].split(":", 1)) - {""}
            text = f"{user[1]}{MASK}@{text[user.end() :]}"
        start, mark, query = text.partition("?")
        return f"{start}{mark}{self.pairs(query)}"

    # -------------------------------------------------------------- by value
    def known(self) -> list[str]:
        """The secrets in every form in which a text may contain them, longer ones first."""
        forms = {v for v in self.values if len(v) >= SHORTEST and v != MASK}
        forms |= {quote(v, safe="") for v in forms}
        return sorted(forms, key=len, reverse=True)

    def masked(self, value: Json) -> Json:
        """JSON with all known secrets masked, wherever they are. Bytes become base64."""
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
    """The secrets in the value of a header: whole, and its parts."""
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
    """The headers of a recording, where an array holds several values of one name."""
    return [
        (name, str(each))
        for name, value in headers.items()
        for each in (value if is_array(value) else [value])
    ]
