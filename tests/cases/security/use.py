"""Every kind of scheme, with both clients: what goes over the wire, and what does not."""

import asyncio
import pickle
from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import parse_qs

import httpx2
from client import AsyncClient, Client, ClientCredentials
from client.errors import AuthenticationError, ConfigurationError

asked: list[tuple[str, list[str]]] = []
"""Who asked for tokens, with which scopes."""
revoked: set[str] = set()


def answer(request: httpx2.Request) -> httpx2.Response:
    """The API tells what it sees; the token endpoint issues tokens named after their scopes."""
    if request.url.path == "/oauth/token":
        assert request.url.host == "vault.example.com"
        form = parse_qs(request.content.decode())
        asked.append((request.headers["authorization"], form.get("scope", [])))
        token = f"{'-'.join(form.get('scope', ['all']))}-{len(asked)}"
        return httpx2.Response(200, json={"access_token": token, "expires_in": 3600})
    authorization = request.headers.get("authorization", "")
    if authorization.removeprefix("Bearer ") in revoked:
        return httpx2.Response(401, json={"error": "invalid_token"})
    names = ("authorization", "x-vault-key", "cookie")
    seen = {name: request.headers[name] for name in names if name in request.headers}
    if request.url.query:
        seen["query"] = request.url.query.decode()
    return httpx2.Response(200, json=seen)


def make() -> httpx2.Client:
    return httpx2.Client(transport=httpx2.MockTransport(answer))


def bearer(token: str) -> Mapping[str, str]:
    return {"authorization": f"Bearer {token}"}


BASIC = "Basic " + b64encode(b"me:s3cret").decode()
LOGIN = "Basic " + b64encode(b"ann:pass:word").decode()

# ---------------------------------------------------------------- OAuth 2
with Client(machine=ClientCredentials("me", "s3cret"), http_client=make) as client:
    assert client.things.list() == bearer("read-1")
    assert client.things.create() == bearer("write-2")
    assert client.things.list() == bearer("read-1")
    revoked.add("read-1")
    assert client.things.list() == bearer("read-3")
    assert asked == [(BASIC, ["read"]), (BASIC, ["write"]), (BASIC, ["read"])]
    assert "s3cret" not in repr(client)
    assert b"read-3" not in pickle.dumps(client)
    revoked |= {"read-3", "read-4"}
    try:
        client.things.list()
    except AuthenticationError as error:
        assert error.attempts == 2
        assert "read-4" not in repr(vars(error)) + str(error)
    else:
        raise SystemExit("no error")
    assert client.things.public() == {}

wide = ClientCredentials("me", "s3cret", scopes="read write")
with Client(machine=wide, http_client=make) as client:
    assert client.things.list() == client.things.create() == bearer("read write-5")

with Client(machine="given", http_client=make) as client:
    assert client.things.list() == bearer("given")

tokens = iter(["one", "two"])
with Client(machine=lambda: next(tokens), http_client=make) as client:
    assert client.things.list() == bearer("one")
    assert client.things.list() == bearer("two")

# ---------------------------------------------------------------- the other kinds
with Client(
    key="k",
    session="s;1",
    legacy="q&1",
    login=("ann", "pass:word"),
    project="p",
    person="me",
    http_client=make(),
) as client:
    assert client.things.public() == {}
    assert client.things.maybe() == {"x-vault-key": "k"}
    assert client.things.both() == {"x-vault-key": "k", "cookie": "session=s%3B1"}
    assert client.things.project() == {"authorization": "DSN p"}
    assert client.things.person() == bearer("me")
    assert client.things.query() == {"query": "api_key=q%261"}
    try:
        client.things.list()
    except ConfigurationError as error:
        assert "argument machine or the environment variables VAULT_ID" in str(error)
    else:
        raise SystemExit("no error")

with Client(login=("ann", "pass:word"), http_client=make) as client:
    assert client.things.both() == {"authorization": LOGIN}
    assert client.things.maybe() == {}
    assert client.things.query() == {}


# ---------------------------------------------------------------- async
async def main() -> None:
    def make_async() -> httpx2.AsyncClient:
        return httpx2.AsyncClient(transport=httpx2.MockTransport(answer))

    async def token() -> str:
        await asyncio.sleep(0)
        return "async"

    before = len(asked)
    given = ClientCredentials("me", "s3cret")
    async with AsyncClient(machine=given, key="k", http_client=make_async) as client:
        found = await asyncio.gather(*[client.things.list() for _ in range(5)])
        assert found == [bearer(f"read-{before + 1}")] * 5
        assert len(asked) == before + 1
        assert await client.things.maybe() == {"x-vault-key": "k"}
    async with AsyncClient(person=token, http_client=make_async) as client:
        assert await client.things.person() == bearer("async")


asyncio.run(main())
