"""OAuth 2 client credentials: tokens are fetched, cached and renewed (RFC 6749, section 4.4)."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from typing import Literal, NamedTuple
from urllib.parse import quote_plus, urlencode

from msgspec.structs import replace

from ..wire import urls
from ..wire.body import Payload
from ..wire.errors import ConfigurationError, Error
from ..wire.messages import Failure, Request, Response
from ..wire.secrets import Quiet, Secret, hides_arguments
from .core import Core
from .effects import Flow, Sleep
from .flights import Flight, board, too_late
from .flow import transport_error
from .limits import Deadline, max_body_of, retries_of, timeout_of
from .oauth_answers import Issued, error_of, issued_by, trace_without_body
from .options import Options
from .retry import decide, retry_after
from .schemes import SecurityScheme
from .tokens import Grant, Token, TokenSource

_OURS = frozenset(
    {"client_id", "client_secret", "grant_type", "refresh_token", "scope"}
)
_LONGEST_MARGIN = 60.0
"""Seconds; a token that expires within them, or within a tenth of its life, is renewed."""


class ClientCredentials(Grant):
    """A client's id and secret, for which access tokens are issued (RFC 6749, section 4.4).

    The first call that needs a token fetches one. It is cached until shortly before it expires, and
    fetched again if a call is answered with 401.

    Args:
        client_id: The client's id.
        client_secret: Its secret, which is sent to the token URL only.
        scopes: The scopes of the tokens, in a list or separated by spaces. By default the scopes
            that a call needs by the API's document.
        token_url: The token endpoint, by default the one of the API's document; may be relative to
            the base URL.
        auth: Whether id and secret are sent in the header `Authorization` or in the body.
        parameters: Further parameters of the token request, such as `audience`.

    Raises:
        ConfigurationError: An argument cannot be used.
    """

    __slots__ = (
        "_auth",
        "_client_secret",
        "_parameters",
        "_scopes",
        "_token_url",
        "client_id",
    )

    @hides_arguments
    def __init__(
        self,
        client_id: str,
        client_secret: str,
        *,
        scopes: str | Iterable[str] | None = None,
        token_url: str | None = None,
        auth: Literal["header", "body"] = "header",
        parameters: Mapping[str, str] | None = None,
    ) -> None:
        self.client_id = client_id
        self._client_secret = Secret(client_secret)
        self._scopes = None if scopes is None else _scopes_of(scopes)
        self._token_url = token_url
        self._auth = auth
        self._parameters = dict(parameters or {})
        if not client_id or not client_secret:
            raise ConfigurationError("client_id and client_secret must not be empty")
        if auth not in ("header", "body"):
            raise ConfigurationError("auth must be 'header' or 'body'")
        taken = sorted(_OURS & self._parameters.keys())
        if taken:
            raise ConfigurationError(f"parameters must not hold {', '.join(taken)}")

    def __repr__(self) -> str:
        return f"ClientCredentials(client_id={self.client_id!r}, client_secret=***)"

    def __source__(
        self, scheme: SecurityScheme, argument: str, base_url: str
    ) -> TokenSource:
        token_url = self._absolute(self._token_url, scheme.token_url, base_url)
        refresh_url = token_url
        if scheme.refresh_url and not self._token_url:
            try:
                url = urls.resolve(f"{base_url}/", scheme.refresh_url)
            except ValueError:
                url = token_url
            # A refresh token is sent only to the origin that issued it.
            if urls.origin(url) == urls.origin(token_url):
                refresh_url = url
        return _Tokens(self, token_url, refresh_url)

    def _absolute(self, argument: str | None, documented: str, base_url: str) -> str:
        if not (argument or documented):
            raise ConfigurationError("Give ClientCredentials the argument token_url")
        try:
            if argument and argument[:8].lower().startswith(("http://", "https://")):
                urls.origin(argument)
                return argument
            return urls.resolve(f"{base_url}/", argument or documented)
        except ValueError as e:
            hint = "" if argument else "; give ClientCredentials the argument token_url"
            raise ConfigurationError(f"The token URL cannot be used: {e}{hint}") from e

    def scopes_for(self, needed: Sequence[str]) -> tuple[str, ...]:
        """The scopes to request if the document says that these are needed."""
        return _scopes_of(needed) if self._scopes is None else self._scopes

    def form(
        self, refresh: Secret[str] | None, scopes: Sequence[str]
    ) -> tuple[Secret[dict[str, str]], Payload]:
        """Headers and body of a token request (RFC 6749, sections 2.3.1, 4.4.2 and 6).

        Args:
            refresh: A refresh token to send.
        """
        secret = self._client_secret.reveal()
        fields = {"grant_type": "refresh_token" if refresh else "client_credentials"}
        if refresh is not None:
            fields["refresh_token"] = refresh.reveal()
        fields.update(self._parameters)
        if scopes:
            fields["scope"] = " ".join(scopes)
        content_type = "application/x-www-form-urlencoded"
        headers = {"accept": "application/json", "content-type": content_type}
        if self._auth == "header":
            pair = f"{quote_plus(self.client_id)}:{quote_plus(secret)}"
            encoded = base64.b64encode(pair.encode()).decode()
            headers["authorization"] = f"Basic {encoded}"
        else:
            fields |= {"client_id": self.client_id, "client_secret": secret}
        body = Payload(content_type, (urlencode(fields).encode(),))
        return Secret(headers), body

    def hidden(self) -> list[Secret[str]]:
        """Texts that no message may show."""
        return [self._client_secret]


def _scopes_of(scopes: str | Iterable[str]) -> tuple[str, ...]:
    """The scopes sorted, without duplicates, so that the same scopes share a token."""
    names = scopes.split() if isinstance(scopes, str) else scopes
    return tuple(sorted(set(names)))


class _Kept(Quiet, frozen=True):
    """A cached token."""

    token: str
    refresh: str
    expires: float | None
    """On the monotonic clock; None if it is used until a 401."""


class _Tokens(TokenSource):
    """The tokens of one client, by scopes; one fetch at a time for each."""

    def __init__(
        self, credentials: ClientCredentials, token_url: str, refresh_url: str
    ) -> None:
        self._given = credentials
        self._token_url, self._refresh_url = token_url, refresh_url
        self._lock = Lock()
        self._kept: dict[tuple[str, ...], _Kept] = {}
        self._flights: dict[tuple[str, ...], Flight[Token]] = {}

    def forget(self, value: str) -> None:
        with self._lock:
            for scopes, kept in self._kept.items():
                if kept.token == value:
                    self._kept[scopes] = replace(kept, expires=float("-inf"))

    def token(
        self, core: Core, scopes: Sequence[str], options: Options, deadline: Deadline
    ) -> Flow[Token]:
        wanted = self._given.scopes_for(scopes)
        while True:
            with self._lock:
                kept = self._kept.get(wanted)
                now = core.clock.monotonic()
                if kept and (kept.expires is None or kept.expires > now):
                    return Token(kept.token, is_cached=True)
                flight, leads = board(self._flights.get(wanted))
                self._flights[wanted] = flight
            if leads:
                fetch = _Fetch(self._given, core, options, deadline)
                return (yield from self._lead(fetch, flight, wanted, kept))
            token = yield from flight.outcome(core.clock, deadline)
            if token is not None:
                return token

    def _lead(
        self,
        fetch: _Fetch,
        flight: Flight[Token],
        scopes: tuple[str, ...],
        kept: _Kept | None,
    ) -> Flow[Token]:
        """Fetch a token for all calls that wait for one."""
        outcome: Token | Error | None = None
        started = fetch.core.clock.monotonic()
        try:
            issued = yield from self._fetch(fetch, scopes, kept)
            expires = None
            if issued.expires_in is not None:
                life = issued.expires_in
                expires = started + life - min(_LONGEST_MARGIN, life / 10)
            outcome = Token(issued.token)
            with self._lock:
                self._kept[scopes] = _Kept(issued.token, issued.refresh, expires)
            return outcome
        except Error as e:
            outcome = e
            raise
        finally:
            with self._lock:
                if self._flights.get(scopes) is flight:
                    del self._flights[scopes]
            flight.land(outcome)

    def _fetch(
        self, fetch: _Fetch, scopes: tuple[str, ...], kept: _Kept | None
    ) -> Flow[Issued]:
        if kept and kept.refresh:
            refresh = Secret(kept.refresh)
            try:
                issued = yield from fetch.send(self._refresh_url, (), refresh)
                return replace(issued, refresh=issued.refresh or kept.refresh)
            except fetch.refused():
                pass  # the secret is sent instead
        return (yield from fetch.send(self._token_url, scopes))


class _Fetch(NamedTuple):
    """A token request with the settings of one call."""

    given: ClientCredentials
    core: Core
    options: Options
    deadline: Deadline

    def refused(self) -> type[Error]:
        """The class of errors for wrong credentials."""
        error_class: type[Error] = self.core.error_class("AuthenticationError")
        return error_class

    def send(
        self, url: str, scopes: Sequence[str], refresh: Secret[str] | None = None
    ) -> Flow[Issued]:
        """Send a token request, again if it must be retried.

        It is retried like an idempotent call, since a second token does no harm. Redirects are not
        followed, and captures do not see it.

        Raises:
            Error: No token was issued (see `error_of`), or no answer was received.
        """
        headers, body = self.given.form(refresh, scopes)
        agent = ("user-agent", self.core.user_agent)
        attempt = 0
        while True:
            attempt += 1
            if self.deadline.remaining(self.core.clock) == 0.0:
                raise too_late("before there was a token")
            request = Request(
                method="POST",
                url=url,
                headers=[*headers.reveal().items(), agent],
                body=body,
                timeout=timeout_of(self.core.clock, self.options, self.deadline),
                give_up_at=self.deadline.at,
                max_body=max_body_of(self.options),
                trusted=False,  # no headers or cookies of the API
                stream=False,
                secret_names=frozenset(),
            )
            outcome: Response | Failure = yield request
            delay = self._delay(outcome, attempt)
            if delay is None:
                break
            yield Sleep(delay)
        trace = trace_without_body(request, outcome, attempt)
        if isinstance(outcome, Failure):
            raise transport_error(outcome, trace)
        secrets = [*self.given.hidden(), *([refresh] if refresh else [])]
        issued = issued_by(outcome)
        if issued is None:
            raise error_of(self.core, outcome, trace, secrets)
        return issued

    def _delay(self, outcome: Response | Failure, attempt: int) -> float | None:
        """Seconds until the next attempt; None if this was the last one."""
        headers: Mapping[str, str] = {}
        if isinstance(outcome, Response):
            if outcome.status < 400:
                return None
            headers = outcome.headers
        return decide(
            outcome=outcome.status if isinstance(outcome, Response) else outcome,
            idempotent=True,
            attempt=attempt,
            retries=retries_of(self.options),
            wait=retry_after(headers, self.core.clock.now()),
            remaining=self.deadline.remaining(self.core.clock),
            random=self.core.clock.random(),
        )
