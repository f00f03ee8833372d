"""Operations with an address of their own: where they go, and whether credentials go along."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from clientpress.runtime.calls.core import Core
from clientpress.runtime.calls.drivers import run
from clientpress.runtime.calls.flow import call
from clientpress.runtime.calls.setup import make_core
from clientpress.runtime.wire.errors import ConfigurationError
from clientpress.runtime.wire.messages import Request, Response
from clientpress.runtime.wire.server_url import server_url
from tests.runtime.callers import GET, KEY, api
from tests.runtime.simulation import Simulation, answer

API = api(base_url="https://api.acme.com/v1", base_url_env=("ACME_BASE_URL",))


def core(given: str | None = None) -> Core:
    return make_core(
        API,
        {"bearer": KEY},
        base_url=given,
        options=None,
        user_agent=None,
        authenticated=False,
    )


def sent(made: Core, server: str, *answers: Response) -> list[Request]:
    world = Simulation(*answers)
    operation: Any = replace(GET, server=server)
    run(call(made, operation, ("a",)), world)
    return world.sent


FILES = "https://files.acme.com"
LOCAL = "http://localhost:1/v1"


@pytest.mark.parametrize(
    ("server", "given", "url"),
    [
        ("", None, "https://api.acme.com/v1/things/a"),
        ("/", None, "https://api.acme.com/things/a"),
        ("/v2", None, "https://api.acme.com/v2/things/a"),
        (FILES, None, "https://files.acme.com/things/a"),
        (f"{FILES}/x", None, "https://files.acme.com/x/things/a"),
        # where the caller says that the API is, everything is
        ("", LOCAL, "http://localhost:1/v1/things/a"),
        ("/v2", LOCAL, "http://localhost:1/v2/things/a"),
        (FILES, LOCAL, "http://localhost:1/v1/things/a"),
    ],
)
def test_where_an_operation_goes(server: str, given: str | None, url: str) -> None:
    (request,) = sent(core(given), server, answer({}))
    assert request.url == url
    assert dict(request.headers)["authorization"] == f"Bearer {KEY}"


def test_the_environment_says_where_everything_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ACME_BASE_URL", LOCAL)
    (request,) = sent(core(), FILES, answer({}))
    assert request.url == "http://localhost:1/v1/things/a"


@pytest.mark.parametrize(
    ("location", "keyed"),
    [("https://files.acme.com/b", True), ("https://api.acme.com/v1/b", False)],
)
def test_a_redirect_keeps_the_key_on_the_operations_own_host(
    location: str, keyed: bool
) -> None:
    moved = answer(status=307, headers={"location": location})
    requests = sent(core(), FILES, moved, answer({}))
    assert [request.url for request in requests[1:]] == [location]
    assert ("authorization" in dict(requests[1].headers)) is keyed


def test_variables_of_an_address() -> None:
    assert server_url("https://{a}.acme.com/{b}", {"a": "eu-1", "b": "v2"}) == (
        "https://eu-1.acme.com/v2"
    )
    assert server_url("https://acme.com/{a}", {"a": ""}) == "https://acme.com"


@pytest.mark.parametrize("value", ["", "evil.com/", "a@b", "a?b", "a#b", "a b", "é"])
def test_a_value_that_would_lead_elsewhere_is_refused(value: str) -> None:
    with pytest.raises(ConfigurationError, match=r"\{a\}"):
        server_url("https://{a}.acme.com", {"a": value})


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="http"):
        server_url("https://acme.com:{port}", {"port": "http"})
