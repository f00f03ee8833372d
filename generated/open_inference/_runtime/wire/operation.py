# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""The description of an operation in generated code."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Generic, TypeAlias, TypeVar

from msgspec import Struct

from .body import Body
from .decoders import Decoder, Nothing
from .scalars import ScalarParameter
from .urls import PathTemplate

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

Security: TypeAlias = tuple[tuple[str, ...], ...]
"""Alternatives, each a set of schemes; an empty set means that no credentials are needed."""

_IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "QUERY"})


class Operation(Struct, Generic[T_co], frozen=True, kw_only=True, dict=True):
    """One operation of the API.

    Attributes:
        results, errors: Decoders by status ("200"), class ("2XX") or "default".
        security: None for the security and the scopes of the API.
        scopes: The scopes that tokens need, by scheme.
        server: Its URL, if it is not at the base URL: a path on the same host, or an absolute URL,
            which is replaced by a base URL of the caller.
        retry: "idempotent" declares that it may be sent twice.
        idempotency_header: The header for an idempotency key.
    """

    id: str
    method: str
    path: str
    parameters: tuple[ScalarParameter, ...] = ()
    body: Body | None = None
    results: Mapping[str, Decoder[T_co]] = {}
    errors: Mapping[str, Decoder[object]] = {}
    accept: str = ""
    security: Security | None = None
    scopes: Mapping[str, tuple[str, ...]] = {}
    server: str = ""
    retry: str = ""
    idempotency_header: str = ""

    @cached_property
    def template(self) -> PathTemplate:
        """The path as a template."""
        return PathTemplate(self.path)

    @cached_property
    def wanted(self) -> str:
        """The Accept header, which allows other types with low weight (RFC 9110, section 12.5.1)."""
        if "*/*" in self.accept:
            return self.accept
        return f"{self.accept}, */*;q=0.1" if self.accept else "*/*"

    @cached_property
    def is_idempotent(self) -> bool:
        """Whether sending it twice does no harm."""
        return self.retry == "idempotent" or self.method in _IDEMPOTENT

    def index_of(self, location: str, name: str) -> int:
        """The index of a parameter among the arguments; -1 if there is none."""
        for index, parameter in enumerate(self.parameters):
            if parameter.name == name and parameter.location == location:
                return index
        return -1

    def result_decoder(self, status: int) -> Decoder[T_co] | None:
        """The decoder for a status that means success; None if it means failure."""
        is_success = 200 <= status < 300
        decoder = _by_status(self.results, status, default=is_success)
        if decoder is None and is_success:
            decoder = next(iter(self.results.values()), _NOTHING)
        return decoder

    @cached_property
    def may_be_empty(self) -> bool:
        """Whether a success may have no body: one is declared without a body, or without a type."""
        return any(
            status in ("2XX", "default")
            or isinstance(decoder, Nothing)
            or getattr(decoder, "is_any", False)
            for status, decoder in self.results.items()
        )

    def error_decoder(self, status: int) -> Decoder[object] | None:
        """The decoder for the body of an error; None if it is not documented."""
        return _by_status(self.errors, status, default=True)


_NOTHING: Any = Nothing()


def _by_status(
    decoders: Mapping[str, Decoder[T]], status: int, *, default: bool
) -> Decoder[T] | None:
    decoder = decoders.get(str(status)) or decoders.get(f"{status // 100}XX")
    return decoder or (decoders.get("default") if default else None)
