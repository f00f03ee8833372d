# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Security schemes: the sources of credentials, and how they are added to a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

from msgspec import Struct

from ..values.lazy import part
from ..wire.errors import ConfigurationError
from ..wire.operation import Operation
from ..wire.secrets import Secret
from ..wire.urls import BaseURL, encode
from .core import Applied, Authorizer, Core, from_environment
from .effects import Flow
from .limits import Deadline
from .options import Options
from .schemes import SecurityScheme
from .tokens import Ask, Credential, Grant, Token, TokenSource, fault_of
from .userinfo import UserInfo, basic

Alternatives: TypeAlias = Sequence[Sequence[str]]


class Security(Struct, frozen=True, kw_only=True):
    """The security schemes of an API.

    Attributes:
        needed: Alternatives, each a set of schemes; an empty set means that none is needed.
        scopes: The scopes that tokens need, by scheme.
    """

    schemes: Mapping[str, SecurityScheme]
    needed: tuple[tuple[str, ...], ...] = ()
    scopes: Mapping[str, tuple[str, ...]] = {}

    def authorizer(
        self,
        credentials: Mapping[str, Credential | None],
        base: BaseURL,
        is_authenticated: bool,
    ) -> Credentials:
        """An object that adds the credentials of one client to requests.

        Args:
            is_authenticated: Whether the transport has its own, so that none are needed.

        Raises:
            ConfigurationError: They are missing, or of the wrong kind.
        """
        authorizer = Credentials(self, credentials, base, is_authenticated)
        authorizer.check(self.needed)
        return authorizer


class _Asking(TokenSource):
    """A function of the caller, which is called before each request."""

    def __init__(self, function: Callable[[], Any], argument: str) -> None:
        self._function, self._argument = function, argument

    def token(
        self, core: Core, scopes: Sequence[str], options: Options, deadline: Deadline
    ) -> Flow[Token]:
        label = f"The function for {self._argument}"
        answer: Secret[Any] = yield Ask(self._function, label)
        if not isinstance(answer.reveal(), str) or not answer.reveal():
            kind: str = answer.reveal().__class__.__name__
            what = "an empty text" if answer.reveal() == "" else f"a {kind}"
            raise ConfigurationError(f"{label} must return a token, not {what}")
        fault = fault_of(answer.reveal())
        if fault:
            raise ConfigurationError(
                f"What the function for {self._argument} returns {fault}"
            )
        return Token(answer.reveal())


class Credentials(Authorizer):
    """The credentials of one client.

    A pickle holds only credentials that are arguments; those from the environment are looked up
    again when the client is unpickled.

    Args:
        arguments: Arguments of the client, by the name of their scheme.
        base: The base URL, which may have a user and a password.
        is_authenticated: Whether the transport may have credentials, so that none are needed.

    Raises:
        ConfigurationError: A credential is of the wrong kind.
    """

    def __init__(
        self,
        security: Security,
        arguments: Mapping[str, Credential | None],
        base: BaseURL,
        is_authenticated: bool = False,
    ) -> None:
        self._security, self._schemes = security, security.schemes
        self._base, self._in_url = base._replace(userinfo=""), UserInfo(base.userinfo)
        self._is_authenticated = is_authenticated
        given = {k: v for k, v in arguments.items() if v is not None}
        self._given = Secret(given)
        self._secrets: dict[str, Secret[str | tuple[str, str]]] = {}
        self._sources: dict[str, TokenSource] = {}
        for name, value in given.items():
            self._take(name, value)
        for name, scheme in self._schemes.items():
            if not self._has(name):
                credential = _from_environment(scheme)
                if credential is not None:
                    self._take(name, credential)
        self.secret_query_names: frozenset[str] = frozenset(
            scheme.name
            for scheme in self._schemes.values()
            if scheme.kind == "apiKey" and scheme.place == "query"
        )

    def _take(self, name: str, value: Credential) -> None:
        scheme = self._schemes.get(name)
        if scheme is None:
            raise ConfigurationError(f"There is no security scheme {name!r}")
        argument = self._argument(name)
        is_pair = isinstance(value, tuple)
        if is_pair != (scheme.kind == "http" and scheme.scheme.lower() == "basic"):
            wanted = "a key" if is_pair else "(user, password)"
            raise ConfigurationError(f"{argument} must be {wanted}")
        if isinstance(value, Grant):
            self._sources[name] = value.__source__(scheme, argument, self._base.url)
        elif callable(value):
            self._sources[name] = _Asking(value, argument)
        else:
            for text in value if isinstance(value, tuple) else (value,):
                _check(text, argument)
            self._secrets[name] = Secret(value)

    def __reduce__(self) -> tuple[Any, ...]:
        base = self._base._replace(userinfo=self._in_url.secret.reveal())
        arguments = self._given.reveal()
        return Credentials, (self._security, arguments, base, self._is_authenticated)

    def _has(self, name: str) -> bool:
        return name in self._secrets or name in self._sources

    def _argument(self, name: str) -> str:
        scheme = self._schemes[name]
        if scheme.argument:
            return scheme.argument
        return "api_key" if len(self._schemes) == 1 else name

    def check(self, alternatives: Alternatives) -> None:
        """Refuse a client without any credentials if some are needed.

        If there are some, they may be enough for the operations that are called; each call checks.

        Raises:
            ConfigurationError: There are no credentials.
        """
        if not (self._secrets or self._sources):
            self.choose(alternatives)

    def choose(self, alternatives: Alternatives) -> Sequence[str]:
        """The first alternative that these credentials satisfy; empty if none is needed.

        Raises:
            ConfigurationError: They satisfy no alternative. Names arguments and variables.
        """
        for names in alternatives:
            if names and not self._missing(names):
                return names
        if not alternatives or any(not names for names in alternatives):
            return ()
        if self._is_authenticated or self._in_url.secret.reveal():
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
            if not self._has(name) and self._schemes[name].needs_credential
        ]

    def _describe(self, name: str) -> str:
        scheme = self._schemes[name]
        variables = " or ".join(scheme.env)
        text = f"the argument {self._argument(name)}"
        if variables:
            text += f" or the environment variable {variables}"
        if all(scheme.client_env):
            pair = " and ".join(" or ".join(names) for names in scheme.client_env)
            text += f" or the environment variables {pair}"
        return text

    def authorize(
        self,
        core: Core,
        operation: Operation[Any],
        options: Options,
        deadline: Deadline,
    ) -> Flow[Applied]:
        """The credentials for a request to the origin that they are for.

        Raises:
            Error: A token could not be fetched.
        """
        names, scopes = self._needed_by(operation)
        tokens: dict[str, Token] = {}
        for name in names:
            source = self._sources.get(name)
            if source is not None:
                wanted = scopes.get(name, ())
                tokens[name] = yield from source.token(core, wanted, options, deadline)
        return self._applied(names, tokens)

    def apply(self, operation: Operation[Any] | None = None) -> Applied:
        """The credentials without those for which a token is fetched."""
        return self._applied(self._needed_by(operation)[0], {})

    def _needed_by(
        self, operation: Operation[Any] | None
    ) -> tuple[Sequence[str], Mapping[str, Sequence[str]]]:
        """The schemes that an operation needs, and their scopes."""
        if operation is None or operation.security is None:
            return self.choose(self._security.needed), self._security.scopes
        return self.choose(operation.security), operation.scopes

    def _applied(self, names: Sequence[str], tokens: Mapping[str, Token]) -> Applied:
        applied = Applied()
        for name in names:
            if name in tokens:
                token = tokens[name]
                _put(applied, self._schemes[name], token.value)
                if token.is_cached:
                    forget = self._sources[name].forget
                    applied.cached.append(partial(forget, token.value))
            elif name in self._secrets:
                _put(applied, self._schemes[name], self._secrets[name].reveal())
        for name, value in self._in_url.apply().headers.items():
            applied.headers.setdefault(name, value)
        return applied


def _check(text: object, argument: str) -> None:
    """Refuse what cannot be sent as a key, or as a user or password."""
    if not isinstance(text, str):
        kind = type(text).__name__
        raise ConfigurationError(f"{argument} must be a str, not {kind}")
    if not text:
        raise ConfigurationError(f"{argument} must not be empty")
    fault = fault_of(text)
    if fault:
        raise ConfigurationError(f"The value of {argument} {fault}")


def _from_environment(scheme: SecurityScheme) -> Credential | None:
    value = from_environment(scheme.env)
    if value and scheme.scheme.lower() == "basic":
        user, _, password = value.partition(":")
        return user, password
    if value:
        return value
    client_id, secret = map(from_environment, scheme.client_env)
    if not (client_id and secret):
        return None
    oauth: Any = part("calls.oauth")  # which packages with such a scheme have
    grant: Grant = oauth.ClientCredentials(client_id, secret)
    return grant


def _put(
    applied: Applied, scheme: SecurityScheme, value: str | tuple[str, str]
) -> None:
    """Add a credential; if two schemes use the same header, parameter or cookie, the first is sent."""
    if isinstance(value, tuple):
        applied.headers.setdefault("authorization", basic(*value))
    elif scheme.kind != "apiKey":
        prefix = scheme.scheme if scheme.kind == "http" else "bearer"
        word = "Bearer" if prefix.lower() == "bearer" else prefix
        applied.headers.setdefault("authorization", f"{word} {value}")
    elif scheme.place == "query":
        name = encode(scheme.name)
        if name not in dict(applied.query):
            applied.query.append((name, encode(value)))
    elif scheme.place == "cookie":
        start = f"{scheme.name}="
        if not any(cookie.startswith(start) for cookie in applied.cookies):
            applied.cookies.append(start + _cookie_value(value))
    else:
        applied.headers.setdefault(scheme.name.lower(), value)


# Characters that are not encoded in a cookie: cookie-octet of RFC 6265, section 4.1.1, without %.
_IN_COOKIES = frozenset(
    chr(code) for code in range(0x21, 0x7F) if chr(code) not in '",;\\%'
)


def _cookie_value(key: str) -> str:
    """A key as the value of a cookie; characters that a cookie cannot hold are encoded."""
    return "".join(c if c in _IN_COOKIES else encode(c) for c in key)
