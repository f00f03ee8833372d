# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Security schemes of a document."""

from __future__ import annotations

from msgspec import Struct


class SecurityScheme(Struct, frozen=True):
    """A security scheme of the document.

    Attributes:
        kind: "apiKey" (with `name` and `place`: "header", "query" or "cookie"), "http" (with
            `scheme`), "oauth2", "openIdConnect" (a bearer token that the caller gives), or
            "mutualTLS" (which the transport does).
        env: Environment variables that are read in turn when no argument is given.
        argument: The client's argument for it, as errors call it.
        token_url, refresh_url: Where the client credentials grant gets its tokens; may be relative
            to the base URL.
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
        """Whether a request has to carry something."""
        return self.kind != "mutualTLS"
