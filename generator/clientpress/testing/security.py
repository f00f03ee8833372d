"""Credentials: checks whether requests have those that are required, and invents some."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass

import httpx2

from clientpress.document.data import is_array, is_object
from clientpress.testing.parameters import cookies_of, query_pairs
from clientpress.testing.reading import At, Documents, OperationObject

FAKE = "a-made-up-key"


@dataclass(frozen=True)
class Scheme:
    """A Security Scheme Object."""

    name: str
    at: At

    def _word(self, word: str) -> str:
        """A member that is a string; else empty."""
        text = self.at.words().get(word)
        return text if isinstance(text, str) else ""

    @property
    def kind(self) -> str:
        """`apiKey`, `http`, `oauth2`, `openIdConnect` or `mutualTLS`."""
        return self._word("type")

    @property
    def key(self) -> tuple[str, str]:
        """The location and the name of an API key; empty for other kinds."""
        return (
            (self._word("in"), self._word("name"))
            if self.kind == "apiKey"
            else ("", "")
        )

    @property
    def prefix(self) -> str:
        """The scheme in the header Authorization (RFC 9110, section 11.6.2)."""
        return "Bearer" if self.kind != "http" else self._word("scheme").capitalize()

    @property
    def token_urls(self) -> Iterator[str]:
        """The addresses of tokens in the OAuth 2 flows."""
        flows = self.at.find("flows")
        for flow in flows.words().values() if flows else ():
            url = flow.get("tokenUrl") if is_object(flow) else None
            if isinstance(url, str):
                yield url

    def is_met(self, request: httpx2.Request) -> bool:
        """Whether a request has credentials of this kind."""
        if self.kind == "mutualTLS":
            return True  # this belongs to the connection, which a fake does not have
        if self.kind != "apiKey":
            sent = request.headers.get("authorization", "")
            return sent.lower().startswith(f"{self.prefix.lower()} ")
        location, name = self.key
        if location == "header":
            return bool(request.headers.get(name))
        if location == "query":
            return any(n == name and v for n, v in query_pairs(_query(request)))
        cookies = cookies_of(request.headers.get("cookie", ""))
        return any(n == name and v for n, v in cookies)

    def add(self, request: httpx2.Request) -> None:
        """Add invented credentials to a request."""
        location, name = self.key
        if self.kind == "http" and self.prefix == "Basic":
            pair = b64encode(f"user:{FAKE}".encode()).decode()
            request.headers["authorization"] = f"Basic {pair}"
        elif self.kind != "apiKey":
            request.headers["authorization"] = f"{self.prefix} {FAKE}"
        elif location == "header":
            request.headers[name] = FAKE
        elif location == "query":
            request.url = request.url.copy_add_param(name, FAKE)
        else:
            before = request.headers.get("cookie", "")
            cookie = f"{name}={FAKE}"
            request.headers["cookie"] = f"{before}; {cookie}" if before else cookie

    def __str__(self) -> str:
        location, name = self.key
        where = f"{location} {name}" if name else f"Authorization: {self.prefix} …"
        return f"{self.name} ({where})"


def _query(request: httpx2.Request) -> str:
    return request.url.query.decode("ascii", "replace")


class Security:
    """The security schemes of a document."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        declared = documents.entry.find("components", "securitySchemes")
        self.schemes = dict[str, Scheme]()
        for name in declared.words() if declared else ():
            at = documents.follow(declared.child(name)) if declared else None
            if at is not None and at.words():
                self.schemes[name] = Scheme(name, at)

    def alternatives(self, operation: OperationObject) -> tuple[At, list[list[Scheme]]]:
        """The requirements of an operation.

        Returns:
            Their place, and the alternatives: the schemes that are required together.
        """
        at = operation.at.find("security") or self._documents.entry.find("security")
        if at is None or not is_array(at.data):
            return operation.at, [[]]
        # Schemes that the document does not describe are ignored.
        known = [
            [self.schemes[name] for name in each if name in self.schemes]
            for each in at.data
            if is_object(each)
        ]
        return at, known or [[]]

    def names(self, location: str) -> set[str]:
        """The names of API keys at a location: query, header or cookie."""
        keys = [scheme.key for scheme in self.schemes.values()]
        return {name for at, name in keys if at == location}

    def is_token_url(self, url: httpx2.URL) -> bool:
        """Whether an address issues tokens."""
        for scheme in self.schemes.values():
            for text in scheme.token_urls:
                declared = httpx2.URL(text)
                path = (
                    declared.path
                    if declared.path.startswith("/")
                    else f"/{declared.path}"
                )
                if url.path.endswith(path) and declared.host in ("", url.host):
                    return True
        return False
