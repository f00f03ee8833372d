# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Security schemes: where credentials come from, and how they are put on a request."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import Any, TypeAlias

from ..wire.errors import ConfigurationError
from ..wire.urls import encode
from .core import Core
from .effects import Ask, Flow
from .limits import Deadline
from .options import Options
from .schemes import Alternatives, Applied, Secret, SecurityScheme, from_environment
from .tokens import Credential, Grant, Token, TokenSource, check_secret

__all__ = ["Credentials"]


class _Asking(TokenSource):
    """A function of the caller's, which is asked before each request."""

    def __init__(self, function: Callable[[], Any], argument: str) -> None:
        self._function, self._argument = function, argument

    def token(
        self, core: Core, scopes: Sequence[str], options: Options, deadline: Deadline
    ) -> Flow[Token]:
        value: Any = yield Ask(self._function, f"The function for {self._argument}")
        if not isinstance(value, str) or not value:
            kind = "an empty text" if value == "" else f"a {type(value).__name__}"
            raise ConfigurationError(
                f"The function for {self._argument} must return a token, not {kind}"
            )
        check_secret(value, f"What the function for {self._argument} returns")
        return Token(value)


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
        base_url: str = "",
    ) -> None:
        self._schemes = schemes
        self._userinfo = Secret(userinfo) if userinfo else None
        self._brought = brought
        self._base_url = base_url
        self._given = tuple((k, _hidden(v)) for k, v in given.items() if v is not None)
        self._secrets: dict[str, Secret] = {}
        self._sources: dict[str, TokenSource] = {}
        for name, value in self._given:
            self._take(name, value)
        for name, scheme in self._schemes.items():
            if not self._has(name):
                found = _found_in_environment(scheme)
                if found is not None:
                    self._take(name, _hidden(found))
        self.secret_query_names: frozenset[str] = frozenset(
            scheme.name
            for scheme in self._schemes.values()
            if scheme.kind == "apiKey" and scheme.place == "query"
        )

    def _take(self, name: str, value: _Hidden) -> None:
        scheme = self._schemes.get(name)
        if scheme is None:
            raise ConfigurationError(f"There is no security scheme {name!r}")
        argument = self._argument(name)
        revealed = value.reveal() if isinstance(value, Secret) else ""
        is_pair = isinstance(revealed, tuple)
        if is_pair != (scheme.kind == "http" and scheme.scheme.lower() == "basic"):
            wanted = "a key" if is_pair else "(user, password)"
            raise ConfigurationError(f"{argument} must be {wanted}")
        if isinstance(value, Secret):
            parts: tuple[Any, ...]
            parts = revealed if isinstance(revealed, tuple) else (revealed,)
            for text in parts:
                if not isinstance(text, str):
                    kind = type(text).__name__
                    raise ConfigurationError(f"{argument} must be a str, not {kind}")
                if not text:
                    raise ConfigurationError(f"{argument} must not be empty")
                check_secret(text, f"The value of {argument}")
            self._secrets[name] = value
        elif isinstance(value, Grant):
            self._sources[name] = value.__source__(scheme, argument, self._base_url)
        else:
            self._sources[name] = _Asking(value, argument)

    def __reduce__(self) -> tuple[Any, ...]:
        given = {
            name: value.reveal() if isinstance(value, Secret) else value
            for name, value in self._given
        }
        userinfo = "" if self._userinfo is None else self._userinfo.reveal()
        rest = (self._schemes, given, userinfo, self._brought, self._base_url)
        return Credentials, rest

    def _has(self, name: str) -> bool:
        return name in self._secrets or name in self._sources

    def _argument(self, name: str) -> str:
        scheme = self._schemes[name]
        if scheme.argument:
            return scheme.argument
        return "api_key" if len(self._schemes) == 1 else name

    def check(self, alternatives: Alternatives) -> None:
        """Raises ConfigurationError if nothing was given, although something is needed.

        Where there is something, it may be all that the wanted operations need; calls tell.
        """
        if not (self._secrets or self._sources):
            self.choose(alternatives)

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
            if not self._has(name) and self._schemes[name].needs_credential
        ]

    def _describe(self, name: str) -> str:
        scheme = self._schemes[name]
        variables = " or ".join(scheme.env)
        said = f"the argument {self._argument(name)}"
        if variables:
            said += f" or the environment variable {variables}"
        if all(scheme.client_env):
            pair = " and ".join(" or ".join(names) for names in scheme.client_env)
            said += f" or the environment variables {pair}"
        return said

    def authorize(
        self,
        core: Core,
        alternatives: Alternatives,
        scopes: Mapping[str, Sequence[str]],
        options: Options,
        deadline: Deadline,
    ) -> Flow[Applied]:
        """What has to go on a request to the origin that the credentials were given for.

        Raises what getting a token raises.
        """
        names = self.choose(alternatives)
        tokens: dict[str, Token] = {}
        for name in names:
            source = self._sources.get(name)
            if source is not None:
                wanted = scopes.get(name, ())
                token = yield from source.token(core, wanted, options, deadline)
                tokens[name] = token
        return self._applied(names, tokens)

    def apply(self, alternatives: Alternatives) -> Applied:
        """The same, of the credentials that have not to be asked for."""
        return self._applied(self.choose(alternatives), {})

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
        if self._userinfo is not None:
            text = _basic(_split_user(str(self._userinfo.reveal()), encoded=True))
            applied.headers.setdefault("authorization", text)
        return applied


_Hidden: TypeAlias = Secret | Callable[[], str | Awaitable[str]] | Grant


def _hidden(value: Credential) -> _Hidden:
    return value if isinstance(value, Grant) or callable(value) else Secret(value)


def _found_in_environment(scheme: SecurityScheme) -> Credential | None:
    value = from_environment(scheme.env)
    if value:
        return _split_user(value) if scheme.scheme.lower() == "basic" else value
    client_id, secret = map(from_environment, scheme.client_env)
    if not (client_id and secret):
        return None
    # Looked up by name, so that packages without such a scheme do without the module.
    module = import_module(".oauth", __package__)
    found: Grant = module.ClientCredentials(client_id, secret)
    return found


def _split_user(text: str, *, encoded: bool = False) -> tuple[str, str]:
    from urllib.parse import unquote

    user, _, password = text.partition(":")
    return (unquote(user), unquote(password)) if encoded else (user, password)


def _basic(pair: tuple[str, str]) -> str:
    user, password = pair
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _put(
    applied: Applied, scheme: SecurityScheme, value: str | tuple[str, str]
) -> None:
    """Where two schemes use the same header, parameter or cookie, the first one counts."""
    if isinstance(value, tuple):
        applied.headers.setdefault("authorization", _basic(value))
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


# What stands in a cookie as it is (RFC 6265, section 4.1.1: cookie-octet), and is no escape.
_IN_COOKIES = frozenset(
    chr(code) for code in range(0x21, 0x7F) if chr(code) not in '",;\\%'
)


def _cookie_value(key: str) -> str:
    """A key as the value of a cookie: as it is, but for what cannot stand there."""
    return "".join(c if c in _IN_COOKIES else encode(c) for c in key)
