"""Addresses in answers: where nobody is sent, and that no key is told to another host.

Both servers are looked at from outside: what counts is what came over the wire.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest

from clientpress.runtime.calls.options import Options
from clientpress.runtime.wire import errors, urls
from tests.runtime.callers import KEY
from tests.servers.misbehaving import MisbehavingServer, Step, reply

from .sides import OPTIONS, Side, side_of

TABLE = b'{"id": [1], "cluster_label": [7]}'
kinds = pytest.mark.parametrize("kind", ["sync", "async"])


class Hosts:
    """An API and a storage host, and a client of the API."""

    def __init__(self, api: MisbehavingServer, storage: MisbehavingServer) -> None:
        self.api = api
        self.storage = storage
        self.places: list[Side] = []

    def client(self, kind: str, options: Options = OPTIONS, **how: Any) -> Side:
        """A client that is closed at the end of the test."""
        self.places.append(side_of(kind, self.api.url, options, **how))
        return self.places[-1]

    def told(self) -> list[str]:
        """What the storage host got to see of secrets."""
        return [r.target for r in self.storage.requests if KEY in repr(r)]


@pytest.fixture
def hosts() -> Iterator[Hosts]:
    with ExitStack() as stack:
        api = stack.enter_context(MisbehavingServer())
        storage = stack.enter_context(MisbehavingServer(reply(200, TABLE)))
        both = Hosts(api, storage)
        yield both
        for client in both.places:
            client.close()


def uri(address: object) -> Step:
    return reply(200, json.dumps({"uri": address}).encode())


def promise(address: object, content_type: object = "text/csv") -> Step:
    body = {"upload_url": address, "content_type": content_type, "id": "u"}
    return reply(200, json.dumps(body).encode())


# ------------------------------------------------------------------ addresses that are none
NOWHERE = [
    "javascript:alert(1)",
    "file:///etc/passwd",
    "ftp://127.0.0.1/x",
    "data:text/csv,id",
    "gopher://127.0.0.1/",
    "http://user:pass@127.0.0.1:{port}/x",
    "http://127.0.0.1:{port}@evil.example/",
    "http://evil.example\\@127.0.0.1:{port}/",
    "http:\\\\127.0.0.1:{port}\\x",
    "http://127.0.0.1:{port}/a b",
    "http://127.0.0.1:{port}/x\r\nX-Injected: 1",
    "http://127.0.0.1:{port}/x\r\nX-Injected:1",
    "http://127.0.0.1\n:{port}/x",
    "http://127.0.0.1:{port}/x\x00",
    "ht\ntp://127.0.0.1:{port}/x",
    "http://127.0.0.1:{port}/\tx",
    "http://127.0.0.1:99999/",
    "http://127.0.0.1:-1/",
    "http://:80/",
    "http:///x",
    "http://[::1/",
    "//[bad",
    "",
]


@kinds
@pytest.mark.parametrize("address", NOWHERE)
def test_a_download_goes_nowhere_else(hosts: Hosts, kind: str, address: str) -> None:
    hosts.api.then(uri(address.format(port=hosts.storage.port)))
    with pytest.raises(errors.DecodeError) as caught:
        hosts.client(kind).read()
    assert "/uri" in str(caught.value)
    assert "pass" not in str(caught.value).replace("passwd", "")
    assert len(hosts.api.requests) == 1
    assert hosts.storage.requests == []


@kinds
@pytest.mark.parametrize("address", [None, 5, True, ["x"], {"a": "b"}, 1e300])
def test_an_address_is_a_text(hosts: Hosts, kind: str, address: object) -> None:
    hosts.api.then(uri(address))
    with pytest.raises(errors.DecodeError, match="Expected the URL of a file, found "):
        hosts.client(kind).table()


@kinds
@pytest.mark.parametrize("address", NOWHERE)
def test_an_upload_goes_nowhere_else(hosts: Hosts, kind: str, address: str) -> None:
    hosts.api.then(promise(address.format(port=hosts.storage.port)))
    with pytest.raises(errors.DecodeError):
        hosts.client(kind).upload(b"id\n1\n")
    assert [r.target for r in hosts.api.requests] == [
        f"/uploads?mine={KEY}&plain=1"  # and it is never said to be complete
    ]
    assert hosts.storage.requests == []


@kinds
@pytest.mark.parametrize(
    "content_type", ["text/csv\r\nX-Injected: 1", "a\x00b", "text/csv\nX-Injected:1"]
)
def test_a_media_type_injects_no_header(
    hosts: Hosts, kind: str, content_type: str
) -> None:
    hosts.api.then(promise(f"{hosts.storage.url}/put", content_type))
    with pytest.raises(errors.InvalidRequestError):
        hosts.client(kind).upload(b"id\n1\n")
    assert hosts.storage.requests == []


def test_https_never_becomes_http() -> None:
    with pytest.raises(ValueError, match="https to http"):
        urls.resolve("https://api.example.com/x", "http://api.example.com/y")


# ------------------------------------------------------------------ other hosts get no key
@kinds
@pytest.mark.parametrize(
    "address",
    ["{storage}/f", "//127.0.0.1:{port}/f", "{storage}/f?sig=abc#frag", "{STORAGE}/f"],
)
def test_a_file_elsewhere_gets_no_key(hosts: Hosts, kind: str, address: str) -> None:
    storage = hosts.storage
    place = address.format(
        storage=storage.url, port=storage.port, STORAGE=storage.url.upper()
    )
    hosts.api.then(uri(place))
    assert hosts.client(kind).read() == TABLE
    assert hosts.client(kind).table().num_rows == 1
    assert {r.target.partition("?")[0] for r in storage.requests} == {"/f"}
    assert hosts.told() == []
    for request in storage.requests:
        assert set(request.headers) <= {
            "accept",
            "accept-encoding",
            "connection",
            "host",
            "user-agent",
        }


@kinds
def test_a_file_at_home_gets_no_key_either(hosts: Hosts, kind: str) -> None:
    hosts.api.then(uri("/files/f"), reply(200, TABLE))
    assert hosts.client(kind).read() == TABLE
    first, second = hosts.api.requests
    assert KEY in repr(first)
    assert KEY not in repr(second)


@kinds
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_storage_cannot_send_a_client_home_with_its_key(
    hosts: Hosts, kind: str, status: int
) -> None:
    """From storage to the API, and to storage again: nobody is told anything."""
    home, storage = hosts.api, hosts.storage
    back = f"{home.url}/v1/secrets?as=me"
    home.then(
        uri(f"{storage.url}/1"),
        reply(status, headers={"Location": f"{storage.url}/2"}),
    )
    storage.then(reply(status, headers={"Location": back}), reply(200, TABLE))
    assert hosts.client(kind).read() == TABLE
    assert [r.target for r in storage.requests] == ["/1", "/2"]
    asked, returned = home.requests
    assert KEY in repr(asked)
    assert returned.target == "/v1/secrets?as=me"
    assert KEY not in repr(returned)
    assert hosts.told() == []


def test_a_handed_in_client_brings_nothing_along(hosts: Hosts) -> None:
    """Its headers, cookies, parameters and authentication belong to the API."""
    storage = hosts.storage
    given = httpx2.Client(
        headers={"X-Given": KEY, "Authorization": f"Basic {KEY}"},
        cookies={"session": KEY},
        params={"given": KEY},
        follow_redirects=True,
    )
    hosts.api.then(
        uri(f"{storage.url}/1"),
        reply(302, headers={"Location": f"{storage.url}/2"}),
    )
    storage.then(
        reply(302, headers={"Location": f"{hosts.api.url}/back"}), reply(200, TABLE)
    )
    assert hosts.client("sync", http_client=given).read() == TABLE
    asked, returned = hosts.api.requests
    assert repr(asked).count(KEY) >= 4
    assert KEY not in repr(returned)
    assert hosts.told() == []
    given.close()


@kinds
def test_an_upload_elsewhere_gets_no_key(hosts: Hosts, kind: str) -> None:
    hosts.api.then(promise(f"{hosts.storage.url}/put?sig=1"), reply(200, b'{"ok": 1}'))
    assert hosts.client(kind).upload(("a.csv", b"id\n1\n")) == {"ok": 1}
    (put,) = hosts.storage.requests
    assert (put.method, put.target, put.body) == ("PUT", "/put?sig=1", b"id\n1\n")
    assert put.headers["content-type"] == "text/csv"
    assert hosts.told() == []
    prepare, complete = hosts.api.requests
    assert json.loads(prepare.body) == {
        "name": "a.csv",
        "size": 5,
        "type": "text/csv",
    }
    assert complete.target.startswith("/uploads/u/complete")
    assert KEY in repr(prepare) and KEY in repr(complete)


@kinds
@pytest.mark.parametrize("status", [307, 308])
def test_an_upload_that_is_sent_home_has_no_key(
    hosts: Hosts, kind: str, status: int
) -> None:
    hosts.api.then(promise(f"{hosts.storage.url}/put"), reply(200, b"{}"))
    hosts.storage.then(reply(status, headers={"Location": f"{hosts.api.url}/jobs/all"}))
    hosts.client(kind).upload(b"id\n1\n")
    _, diverted, _ = hosts.api.requests
    assert (diverted.method, diverted.target) == ("PUT", "/jobs/all")
    assert KEY not in repr(diverted)


@kinds
@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_put_becomes_no_get(hosts: Hosts, kind: str, status: int) -> None:
    """And what was not stored is not said to be complete."""
    hosts.api.then(promise(f"{hosts.storage.url}/put"))
    hosts.storage.then(reply(status, headers={"Location": f"{hosts.storage.url}/2"}))
    with pytest.raises(errors.StatusError) as caught:
        hosts.client(kind).upload(b"id\n1\n")
    assert caught.value.status == status
    assert len(hosts.storage.requests) == len(hosts.api.requests) == 1


@kinds
@pytest.mark.parametrize("id", [None, "", "..", "%2e%2e"])
def test_an_upload_is_completed_by_its_own_id_only(
    hosts: Hosts, kind: str, id: object
) -> None:
    body = {"upload_url": f"{hosts.storage.url}/put", "id": id}
    hosts.api.then(reply(200, json.dumps(body).encode()))
    with pytest.raises((errors.DecodeError, errors.InvalidRequestError)):
        hosts.client(kind).upload(b"id\n1\n")
    assert [r.method for r in hosts.api.requests] == ["POST"]


@kinds
def test_redirects_in_a_circle_end(hosts: Hosts, kind: str) -> None:
    hosts.api.then(uri(f"{hosts.storage.url}/1"))
    hosts.storage.then(reply(302, headers={"Location": "/1"}))
    with pytest.raises(errors.StatusError) as caught:
        hosts.client(kind).read()
    assert caught.value.status == 302
    assert len(hosts.storage.requests) == 6


@kinds
def test_errors_show_no_signature(hosts: Hosts, kind: str) -> None:
    signed = f"{hosts.storage.url}/f?X-Amz-Signature={KEY}&sig={KEY}&part=1"
    hosts.api.then(uri(signed))
    hosts.storage.then(reply(403, b"<Error>no</Error>", {"Content-Type": "text/xml"}))
    with pytest.raises(errors.PermissionDeniedError) as caught:
        hosts.client(kind).read()
    shown = f"{caught.value}{caught.value!r}{caught.value.url}{caught.value.curl}"
    assert KEY not in shown and "part=1" in shown


@kinds
@pytest.mark.parametrize("length", [10_000, 100_000])
def test_very_long_addresses(
    hosts: Hosts, kind: str, length: int, tmp_path: Path
) -> None:
    """Sent as they are, or refused, but never a foreign error."""
    hosts.api.then(uri(f"{hosts.storage.url}/{'x' * length}"))
    try:
        target = hosts.client(kind).save(tmp_path / "f")
    except errors.Error as error:
        assert str(error)
        assert list(tmp_path.iterdir()) == []
    else:
        assert target.read_bytes() == TABLE
        assert len(hosts.storage.requests[0].target) == length + 1
