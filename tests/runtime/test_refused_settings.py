"""Settings that are refused before anything is sent, without showing what may be a secret."""

from __future__ import annotations

import pytest

from clientpress.runtime.calls.client import AsyncBaseClient, BaseClient
from clientpress.runtime.calls.options import Options
from clientpress.runtime.wire.errors import ConfigurationError
from clientpress.runtime.wire.urls import check_proxy

from .callers import KEY, api

BASE = "https://api.example.com"


@pytest.mark.parametrize("kind", [BaseClient, AsyncBaseClient])
@pytest.mark.parametrize("key", [f" {KEY}", f"{KEY} ", f"{KEY}\n", f"\t{KEY}"])
def test_a_key_with_a_blank_around_it(
    kind: type[BaseClient | AsyncBaseClient], key: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        kind(api(), {"bearer": key}, base_url=BASE)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    "proxy",
    [
        "http://user:p4ss word@proxy:8080",
        "http://user:p4ss@proxy:99999",
        "ftp://user:p4ss@proxy",
        "user:p4ss@proxy:8080",
        "http://user:p4ss@",
        "http://user:p4ss@proxy/path",
        "",
        5,
    ],
)
def test_what_is_no_proxy(proxy: str) -> None:
    with pytest.raises(ConfigurationError, match="not the URL of a proxy") as caught:
        BaseClient(api(), {"bearer": KEY}, base_url=BASE, proxy=proxy)
    assert "p4ss" not in str(caught.value)


@pytest.mark.parametrize(
    "proxy",
    [
        "http://proxy:8080",
        "https://user:p4ss@proxy",
        "socks5://proxy:1080/",
        "http://[::1]:3128",
    ],
)
def test_what_is_a_proxy(proxy: str) -> None:
    check_proxy(proxy)


@pytest.mark.parametrize(
    "name",
    ["Content-Length", "transfer-encoding", "Connection", "Keep-Alive", "TE"],
)
def test_headers_of_the_connection_are_the_clients_own(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name!r} is set by the client"):
        Options(headers={name: "5"})


def test_a_client_that_is_half_made_has_a_repr() -> None:
    for kind in (BaseClient, AsyncBaseClient):
        assert repr(object.__new__(kind)) == f"{kind.__name__}()"
