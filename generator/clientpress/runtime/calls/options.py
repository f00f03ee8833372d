"""Settings of a client or of one call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, Never, Protocol, TypeAlias

from msgspec import UNSET, Struct, UnsetType

from ..values.jsontypes import JsonValue

DEFAULT_TIMEOUT = 60.0
DEFAULT_RETRIES = 2
DEFAULT_MAX_BODY = 2**30

Scalar: TypeAlias = str | int | float | bool | None
QueryValue: TypeAlias = Scalar | Sequence[Scalar]


class HooksLike(Protocol):
    """Functions that are told of requests; a package with hooks has `Hooks`."""

    @property
    def request(self) -> Callable[[Never], object] | None: ...
    @property
    def response(self) -> Callable[[Never], object] | None: ...
    @property
    def retry(self) -> Callable[[Never], object] | None: ...


class Options(Struct, frozen=True, kw_only=True):
    """Settings of a client, or of one call, where they win over the client's.

    Attributes:
        timeout: Seconds that connecting, sending and each read may take; None for no limit. 60 by
            default.
        deadline: Seconds that a call may take in all: retries, pages and polls included. No limit
            by default.
        retries: How often a request is sent again after a failure that allows it. 2 by default.
        max_body: Bytes that an answer may have once it is decompressed, if it is read as a whole;
            None for no limit. 1 GiB by default. Streams and downloads have no limit.
        headers: Sent besides the API's own, which they replace.
        query: Sent besides the API's own query parameters, which they replace.
        extra_body: Members added to a JSON body, where they replace the API's own.
        idempotency_key: Makes a call idempotent, on servers that know such keys. For one call only.
        hooks: Told of each request, see `Hooks`.
        misfit: What happens to a member of an answer that does not fit its type: "keep" it as it
            came and say so once in the log, or "raise" DecodeError. "keep" by default.
    """

    timeout: float | None | UnsetType = UNSET
    deadline: float | None | UnsetType = UNSET
    retries: int | UnsetType = UNSET
    max_body: int | None | UnsetType = UNSET
    headers: Mapping[str, str] = {}
    query: Mapping[str, QueryValue] = {}
    extra_body: Mapping[str, JsonValue] = {}
    idempotency_key: str | None = None
    hooks: HooksLike | None = None
    misfit: Literal["keep", "raise"] | UnsetType = UNSET

    def __post_init__(self) -> None:
        wrong = next(_wrong(self), "")
        if wrong:
            from ..wire.errors import ConfigurationError

            raise ConfigurationError(wrong)

    def __repr__(self) -> str:  # values may be credentials
        said = [
            f"{name}={getattr(self, name)!r}"
            for name in ("timeout", "deadline", "retries", "max_body", "misfit")
            if getattr(self, name) is not UNSET
        ]
        said += [
            f"{name}={sorted(getattr(self, name))!r}"
            for name in ("headers", "query", "extra_body")
            if getattr(self, name)
        ]
        if self.idempotency_key is not None:
            said.append("idempotency_key=...")
        if self.hooks is not None:
            said.append("hooks=...")
        return f"Options({', '.join(said)})"


def _wrong(given: Options) -> Iterator[str]:
    """What cannot be meant."""
    for name in ("timeout", "deadline", "retries", "max_body"):
        value: Any = getattr(given, name)
        if value is UNSET or (value is None and name != "retries"):
            continue
        is_whole = name in ("retries", "max_body")
        fits = isinstance(value, int if is_whole else (int, float))
        if isinstance(value, bool) or not fits:
            wanted = "a whole number" if is_whole else "a number of seconds"
            yield f"{name} must be {wanted}, not {value!r}"
        elif not value >= 0:
            yield f"{name} must not be negative: {value!r}"
    for name in ("headers", "query", "extra_body"):
        members: Any = getattr(given, name)
        if not isinstance(members, Mapping):
            yield f"{name} must be a mapping, not {type(members).__name__}"
    headers: Mapping[Any, Any] = given.headers
    for name, text in headers.items():
        if not isinstance(text, str):
            yield f"headers: the value of {name!r} must be a str, not {type(text).__name__}"
    if given.misfit not in ("keep", "raise", UNSET):
        yield f"misfit must be 'keep' or 'raise', not {given.misfit!r}"
    hooks: Any = given.hooks
    if hooks is not None and not hasattr(hooks, "request"):
        yield f"hooks must be Hooks(...), not {type(hooks).__name__}"


def merge(client: Options, call: Options | None) -> Options:
    """The settings of one call: what the call says, else what the client says."""
    if call is None:
        return client
    check_options(call)
    headers = {k.lower(): v for k, v in client.headers.items()}
    headers.update((k.lower(), v) for k, v in call.headers.items())
    return Options(
        timeout=client.timeout if call.timeout is UNSET else call.timeout,
        deadline=client.deadline if call.deadline is UNSET else call.deadline,
        retries=client.retries if call.retries is UNSET else call.retries,
        max_body=client.max_body if call.max_body is UNSET else call.max_body,
        headers=headers,
        query={**client.query, **call.query},
        extra_body={**client.extra_body, **call.extra_body},
        idempotency_key=call.idempotency_key,
        hooks=call.hooks or client.hooks,
        misfit=client.misfit if call.misfit is UNSET else call.misfit,
    )


def check_options(given: object) -> None:
    """Raise ConfigurationError for what are no options."""
    if not isinstance(given, Options):
        from ..wire.errors import ConfigurationError

        kind = type(given).__name__
        raise ConfigurationError(f"options must be Options(...), not a {kind}")
