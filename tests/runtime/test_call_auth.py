"""Credentials: where they come from, what they put on a request, and that they stay hidden."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from clientpress.runtime.calls.auth import Credentials, Security
from clientpress.runtime.calls.schemes import SecurityScheme
from clientpress.runtime.calls.tokens import Credential
from clientpress.runtime.wire.errors import ConfigurationError
from clientpress.runtime.wire.operation import Operation
from clientpress.runtime.wire.urls import BaseURL

SCHEMES = {
    "bearer": SecurityScheme("http", scheme="bearer", env=("A_TOKEN", "B_TOKEN")),
    "basic": SecurityScheme("http", scheme="basic", env=("USER_AND_PASSWORD",)),
    "header": SecurityScheme("apiKey", name="X-Api-Key", argument="api_key"),
    "query": SecurityScheme("apiKey", name="my key", place="query"),
    "cookie": SecurityScheme("apiKey", name="session", place="cookie"),
    "oauth": SecurityScheme("oauth2"),
    "tls": SecurityScheme("mutualTLS"),
}


def _credentials(
    given: Mapping[str, Credential | None],
    userinfo: str = "",
    schemes: Mapping[str, SecurityScheme] = SCHEMES,
) -> Credentials:
    base = BaseURL("https://api.example.com", "https://api.example.com:443", userinfo)
    return Credentials(Security(schemes=schemes), given, base)


def _needing(alternatives: Iterable[Iterable[str]]) -> Operation[None]:
    security = tuple(map(tuple, alternatives))
    return Operation(id="get", method="GET", path="/", security=security)


@pytest.mark.parametrize(
    ("name", "value", "headers", "query", "cookies"),
    [
        ("bearer", "s3", {"authorization": "Bearer s3"}, [], []),
        ("basic", ("u", "p:q"), {"authorization": "Basic dTpwOnE="}, [], []),
        ("header", "s3", {"x-api-key": "s3"}, [], []),
        ("query", "s 3", {}, [("my%20key", "s%203")], []),
        ("cookie", "s;3", {}, [], ["session=s%3B3"]),
        ("oauth", "s3", {"authorization": "Bearer s3"}, [], []),
    ],
)
def test_what_credentials_put_on_a_request(
    name: str,
    value: Credential,
    headers: dict[str, str],
    query: list[tuple[str, str]],
    cookies: list[str],
) -> None:
    applied = _credentials({name: value}).apply(_needing([[name]]))
    assert applied.headers == headers
    assert applied.query == query
    assert applied.cookies == cookies


def test_the_first_alternative_that_is_met_counts() -> None:
    credentials = _credentials({"header": "h", "query": "q", "oauth": "o"})
    assert credentials.choose([["bearer"], ["header", "query"], ["oauth"]]) == [
        "header",
        "query",
    ]
    applied = credentials.apply(_needing([["bearer"], ["header", "query"]]))
    assert applied.headers == {"x-api-key": "h"}
    assert applied.query == [("my%20key", "q")]


@pytest.mark.parametrize("alternatives", [[], [[]], [["bearer"], []]])
def test_no_credentials_where_none_are_needed(alternatives: list[list[str]]) -> None:
    applied = _credentials({"header": "h"}).apply(_needing(alternatives))
    assert (applied.headers, applied.query, applied.cookies) == ({}, [], [])


def test_optional_credentials_are_sent_if_there_are_some() -> None:
    applied = _credentials({"bearer": "s3"}).apply(_needing([[], ["bearer"]]))
    assert applied.headers == {"authorization": "Bearer s3"}


def test_mutual_tls_is_the_business_of_the_transport() -> None:
    assert _credentials({}).choose([["tls"]]) == ["tls"]


def test_at_first_anything_will_do_and_calls_tell_the_rest() -> None:
    with pytest.raises(ConfigurationError):
        _credentials({}).check([["bearer"]])
    _credentials({}).check([["bearer"], []])
    _credentials({"header": "h"}).check([["bearer"]])


def test_of_two_schemes_in_one_header_the_first_one_is_sent() -> None:
    credentials = _credentials({"bearer": "s3", "oauth": "o"})
    applied = credentials.apply(_needing([["bearer", "oauth"]]))
    assert applied.headers == {"authorization": "Bearer s3"}


@pytest.mark.parametrize("place", ["query", "cookie"])
def test_nor_is_a_parameter_or_a_cookie_sent_twice(place: str) -> None:
    one, two = (SecurityScheme("apiKey", name="key", place=place) for _ in range(2))
    credentials = _credentials(
        {"one": "1", "two": "2"}, schemes={"one": one, "two": two}
    )
    applied = credentials.apply(_needing([["one", "two"]]))
    sent = applied.query if place == "query" else applied.cookies
    assert sent == ([("key", "1")] if place == "query" else ["key=1"])


def test_words_of_a_vendor_are_sent_as_the_document_spells_them() -> None:
    schemes = {"dsn": SecurityScheme("http", scheme="DSN")}
    applied = _credentials({"dsn": "s3"}, schemes=schemes).apply(_needing([["dsn"]]))
    assert applied.headers == {"authorization": "DSN s3"}


def test_missing_credentials_name_argument_and_variables() -> None:
    with pytest.raises(ConfigurationError) as caught:
        _credentials({}).choose([["bearer"], ["header", "query"]])
    assert str(caught.value) == (
        "Credentials are missing: give the argument bearer or the environment variable"
        " A_TOKEN or B_TOKEN, or the argument api_key and the argument query"
    )


def test_the_environment_is_asked_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_TOKEN", "  ")
    monkeypatch.setenv("B_TOKEN", " from-b\n")
    monkeypatch.setenv("USER_AND_PASSWORD", "u:p")
    credentials = _credentials({})
    assert credentials.apply(_needing([["bearer"]])).headers == {
        "authorization": "Bearer from-b"
    }
    assert credentials.apply(_needing([["basic"]])).headers == {
        "authorization": "Basic dTpw"
    }
    given = _credentials({"bearer": "given"})
    assert given.apply(_needing([["bearer"]])).headers == {
        "authorization": "Bearer given"
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("bearer", ""),
        ("basic", ("u", "")),
        ("bearer", ("u", "p")),
        ("basic", "u:p"),
        ("bearer", "hunter2\r\nX-Evil: 1"),
        ("header", "hunter2\n"),
        ("nobody", "x"),
        ("bearer", 5),
    ],
)
def test_credentials_that_cannot_be(name: str, value: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        _credentials({name: value})
    assert "hunter2" not in str(caught.value)


def test_credentials_are_not_shown() -> None:
    credentials = _credentials({"bearer": "hunter2"}, "user:hunter2")
    assert "hunter2" not in repr(credentials) + repr(vars(credentials))


def test_user_and_password_of_the_base_url() -> None:
    credentials = _credentials({}, "us%40er:p%3Aw", schemes={})
    assert credentials.apply(_needing([])).headers == {
        "authorization": "Basic dXNAZXI6cDp3",
    }
    both = _credentials({"bearer": "s3"}, "u:p")
    assert both.apply(_needing([["bearer"]])).headers == {"authorization": "Bearer s3"}


def test_pickles_hold_only_what_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_TOKEN", "from-environment")
    data = pickle.dumps(_credentials({"header": "given"}))
    assert b"from-environment" not in data
    monkeypatch.setenv("A_TOKEN", "from-there")
    arrived: Credentials = pickle.loads(data)
    assert arrived.apply(_needing([["header"]])).headers == {"x-api-key": "given"}
    assert arrived.apply(_needing([["bearer"]])).headers == {
        "authorization": "Bearer from-there"
    }
