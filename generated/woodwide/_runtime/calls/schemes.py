# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Security schemes of a document."""

from __future__ import annotations

from msgspec import Struct


class SecurityScheme(Struct, frozen=True):
    """A security scheme of the document.

    Attributes:
        kind: "apiKey" (with `name` and `place`: "header", "query" or "cookie"), "http" (with
            `scheme`), "oauth2", "openIdConnect" (a bearer token of the caller), or "mutualTLS"
            (done by the transport).
        env: Environment variables that are read in turn if there is no argument.
        argument: The name of the client's argument, for errors.
        token_url: The token endpoint of the client credentials grant; may be relative to the base
            URL.
        refresh_url: The same for refresh tokens.
        client_env: Environment variables of the client's id, and of its secret, for that grant.
    """

    kind: str
    scheme: str = ""
    name: str = ""
    place: str = "header"
    env: tuple[str, ...] = ()
    argument: str = ""
    token_url: str = ""
    refresh_url: str = ""
    client_env: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())

    @property
    def needs_credential(self) -> bool:
        """Whether a request needs a credential."""
        return self.kind != "mutualTLS"
