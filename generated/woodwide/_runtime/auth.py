# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Security schemes: where credentials come from, and how they are put on a request."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from msgspec import Struct

from .errors import ConfigurationError
from .urls import check_header, encode

__all__ = ["Applied", "Credential", "Credentials", "Secret", "SecurityScheme"]

Credential: TypeAlias = str | tuple[str, str]
"""A key or token; user and password for the scheme "basic"."""

Alternatives: TypeAlias = Sequence[Sequence[str]]


class SecurityScheme(Struct, frozen=True):
    """A security scheme of the document.

    kind: "apiKey" (with `name` and `place`: "header", "query" or "cookie"), "http" (with `scheme`),
        "oauth2", "openIdConnect" (a bearer token that the caller gives), or "mutualTLS" (the
        transport's business).
    env: environment variables that are asked in turn when no argument is given.
    argument: the client's argument for it, as errors call it.
    """

    kind: str
    scheme: str = ""
    name: str = ""
    place: str = "header"
    env: tuple[str, ...] = ()
    argument: str = ""

    @property
    def needs_credential(self) -> bool:
        """Whether a request has to carry something."""
        return self.kind != "mutualTLS"


class Secret:
    """A credential. It is shown by `reveal` alone, though pickles must hold it."""

    __slots__ = ("_value",)

    def __init__(self, value: Credential) -> None:
        self._value = value

    def reveal(self) -> Credential:
        """The credential itself."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"


class Applied(Struct):
    """What credentials add to one request."""

    headers: dict[str, str] = {}
    query: list[tuple[str, str]] = []
    cookies: list[str] = []


class Credentials:
    """The credentials of one client.

    Those that came from the environment are looked up again where a pickled client arrives, so
    the pickle holds only those that were given as arguments.

    userinfo: user and password of the base URL, percent-encoded.
    brought: the transport may bring credentials of its own, so none have to be given.
    """

    def __init__(
        self,
        schemes: Mapping[str, SecurityScheme],
        given: Mapping[str, Credential | None],
        userinfo: str = "",
        brought: bool = False,
    ) -> None:
        self._schemes = schemes
        self._given = {k: Secret(v) for k, v in given.items() if v is not None}
        self._userinfo = Secret(userinfo) if userinfo else None
        self._brought = brought
        self._secrets = dict(self._given)
        for name, scheme in self._schemes.items():
            if name not in self._secrets:
                value = from_environment(scheme.env)
                if value:
                    self._secrets[name] = Secret(
                        _split_user(value) if scheme.scheme == "basic" else value
                    )
        self.secret_query_names: frozenset[str] = frozenset(
            scheme.name
            for scheme in self._schemes.values()
            if scheme.kind == "apiKey" and scheme.place == "query"
        )
        for name, secret in self._secrets.items():
            self._check(name, secret.reveal())

    def _check(self, name: str, value: Credential) -> None:
        scheme = self._schemes.get(name)
        if scheme is None:
            raise ConfigurationError(f"There is no security scheme {name!r}")
        is_pair = isinstance(value, tuple)
        if is_pair != (scheme.kind == "http" and scheme.scheme.lower() == "basic"):
            wanted = "a key" if is_pair else "(user, password)"
            raise ConfigurationError(f"{self._argument(name)} must be {wanted}")
        parts = value if isinstance(value, tuple) else (value,)
        if not all(parts):
            raise ConfigurationError(f"{self._argument(name)} must not be empty")
        for text in parts:
            said = f"The value of {self._argument(name)}"
            try:
                check_header("Authorization", text, said=said)
            except ValueError as e:
                raise ConfigurationError(str(e)) from None

    def __reduce__(self) -> tuple[Any, ...]:
        given = {name: secret.reveal() for name, secret in self._given.items()}
        userinfo = "" if self._userinfo is None else self._userinfo.reveal()
        return Credentials, (self._schemes, given, userinfo, self._brought)

    def _argument(self, name: str) -> str:
        scheme = self._schemes[name]
        if scheme.argument:
            return scheme.argument
        return "api_key" if len(self._schemes) == 1 else name

    def choose(self, alternatives: Alternatives) -> Sequence[str]:
        """The first alternative that these credentials meet; an empty one if none is needed.

        Raises ConfigurationError, which names arguments and variables, if there is none.
        """
        for names in alternatives:
            if names and not self._missing(names):
                return names
        if not alternatives or any(not names for names in alternatives):
            return ()
        if self._brought or self._userinfo is not None:
            return ()
        ways = [
            " and ".join(map(self._describe, self._missing(names)))
            for names in alternatives
        ]
        raise ConfigurationError(f"Credentials are missing: give {', or '.join(ways)}")

    def _missing(self, names: Sequence[str]) -> list[str]:
        return [
            name
            for name in names
            if name not in self._secrets and self._schemes[name].needs_credential
        ]

    def _describe(self, name: str) -> str:
        variables = " or ".join(self._schemes[name].env)
        said = f"the argument {self._argument(name)}"
        return f"{said} or the environment variable {variables}" if variables else said

    def apply(self, alternatives: Alternatives) -> Applied:
        """What has to go on a request to the origin that the credentials were given for."""
        applied = Applied()
        for name in self.choose(alternatives):
            if name in self._secrets:
                _put(applied, self._schemes[name], self._secrets[name].reveal())
        if self._userinfo is not None:
            text = _basic(_split_user(str(self._userinfo.reveal()), encoded=True))
            applied.headers.setdefault("authorization", text)
        return applied


def from_environment(names: Sequence[str]) -> str:
    """The first of these environment variables that holds something; "" if none does."""
    for name in names:
        value = os.environ.get(name, "").strip()
        if value:
            return value
    return ""


def _split_user(text: str, *, encoded: bool = False) -> tuple[str, str]:
    from urllib.parse import unquote

    user, _, password = text.partition(":")
    return (unquote(user), unquote(password)) if encoded else (user, password)


def _basic(pair: tuple[str, str]) -> str:
    user, password = pair
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _put(applied: Applied, scheme: SecurityScheme, value: Credential) -> None:
    if isinstance(value, tuple):
        applied.headers["authorization"] = _basic(value)
    elif scheme.kind != "apiKey":
        prefix = scheme.scheme if scheme.kind == "http" else "bearer"
        word = "Bearer" if prefix.lower() == "bearer" else prefix
        applied.headers["authorization"] = f"{word} {value}"
    elif scheme.place == "query":
        applied.query.append((encode(scheme.name), encode(value)))
    elif scheme.place == "cookie":
        applied.cookies.append(f"{scheme.name}={encode(value)}")
    else:
        applied.headers[scheme.name.lower()] = value
