# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
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


_FRAMING = frozenset(
    {
        *("connection", "content-length", "keep-alive", "te", "trailer"),
        *("transfer-encoding", "upgrade"),
    }
)
"""Headers about the connection and the length of the body (RFC 9112), which the client sets."""


class HooksLike(Protocol):
    """Functions that are called for each request; a package with hooks has `Hooks`."""

    @property
    def request(self) -> Callable[[Never], object] | None: ...
    @property
    def response(self) -> Callable[[Never], object] | None: ...
    @property
    def retry(self) -> Callable[[Never], object] | None: ...


class Options(Struct, frozen=True, kw_only=True):
    """Settings of a client, or of one call, which override those of the client.

    Attributes:
        timeout: Seconds that connecting, sending and each read may take; None for no limit. 60 by
            default.
        deadline: Seconds that a whole call may take: retries, pages and polls included. No limit by
            default.
        retries: How many times a request is sent again after a failure that allows it. 2 by default.
        max_body: Bytes that an answer may have after decompression, if it is read as a whole; None
            for no limit. 1 GiB by default. Streams and downloads have no limit.
        headers: Added to the headers of the call; they replace those of the same name.
        query: Added to the query of the call; they replace parameters of the same name.
        extra_body: Members added to a JSON body; they replace those of the same name.
        idempotency_key: Makes a call idempotent, on servers that know such keys. For one call only.
        hooks: Called for each request, see `Hooks`.
        misfit: What happens to a member of an answer that does not fit its type: "keep" the value
            unconverted and log it once, or "raise" DecodeError. "keep" by default.
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

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value}" for name, value in self.__rich_repr__())
        return f"Options({shown})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """What may be printed: values of headers, query and body may be credentials."""
        limits = ("timeout", "deadline", "retries", "max_body", "misfit")
        members = ("headers", "query", "extra_body")
        shown = [(n, repr(v)) for n in limits if (v := getattr(self, n)) is not UNSET]
        shown += [(n, repr(sorted(v))) for n in members if (v := getattr(self, n))]
        others = ("idempotency_key", "hooks")
        return shown + [(n, "...") for n in others if getattr(self, n) is not None]


def _wrong(options: Options) -> Iterator[str]:
    """Messages about invalid settings."""
    for name in ("timeout", "deadline", "retries", "max_body"):
        value: Any = getattr(options, name)
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
        members: Any = getattr(options, name)
        if not isinstance(members, Mapping):
            yield f"{name} must be a mapping, not {type(members).__name__}"
    headers: Mapping[Any, Any] = options.headers
    for name, text in headers.items():
        if str(name).lower() in _FRAMING:
            yield f"headers: {name!r} is set by the client"
        if not isinstance(text, str):
            yield f"headers: the value of {name!r} must be a str, not {type(text).__name__}"
    if options.misfit not in ("keep", "raise", UNSET):
        yield f"misfit must be 'keep' or 'raise', not {options.misfit!r}"
    hooks: Any = options.hooks
    if hooks is not None and not hasattr(hooks, "request"):
        yield f"hooks must be Hooks(...), not {type(hooks).__name__}"


def merge(client: Options, call: Options | None) -> Options:
    """The settings of one call: its own, else those of the client."""
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


def check_options(options: object) -> None:
    """Raise ConfigurationError if the value is not an `Options`."""
    if not isinstance(options, Options):
        from ..wire.errors import ConfigurationError

        kind = type(options).__name__
        raise ConfigurationError(f"options must be Options(...), not a {kind}")
