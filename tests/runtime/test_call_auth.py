"""Credentials: where they come from, what they put on a request, and that they stay hidden."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from clientpress.runtime.calls.auth import Credentials
from clientpress.runtime.calls.schemes import SecurityScheme
from clientpress.runtime.calls.tokens import Credential
from clientpress.runtime.wire.errors import ConfigurationError

SCHEMES = {
    "bearer": SecurityScheme("http", scheme="bearer", env=("A_TOKEN", "B_TOKEN")),
    "basic": SecurityScheme("http", scheme="basic", env=("USER_AND_PASSWORD",)),
    "header": SecurityScheme("apiKey", name="X-Api-Key", argument="api_key"),
    "query": SecurityScheme("apiKey", name="my key", place="query"),
    "cookie": SecurityScheme("apiKey", name="session", place="cookie"),
    "oauth": SecurityScheme("oauth2"),
    "tls": SecurityScheme("mutualTLS"),
}


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
    applied = Credentials(SCHEMES, {name: value}).apply([[name]])
    assert applied.headers == headers
    assert applied.query == query
    assert applied.cookies == cookies


def test_the_first_alternative_that_is_met_counts() -> None:
    credentials = Credentials(SCHEMES, {"header": "h", "query": "q", "oauth": "o"})
    assert credentials.choose([["bearer"], ["header", "query"], ["oauth"]]) == [
        "header",
        "query",
    ]
    applied = credentials.apply([["bearer"], ["header", "query"]])
    assert applied.headers == {"x-api-key": "h"}
    assert applied.query == [("my%20key", "q")]


@pytest.mark.parametrize("alternatives", [[], [[]], [["bearer"], []]])
def test_no_credentials_where_none_are_needed(alternatives: list[list[str]]) -> None:
    applied = Credentials(SCHEMES, {"header": "h"}).apply(alternatives)
    assert (applied.headers, applied.query, applied.cookies) == ({}, [], [])


def test_optional_credentials_are_sent_if_there_are_some() -> None:
    applied = Credentials(SCHEMES, {"bearer": "s3"}).apply([[], ["bearer"]])
    assert applied.headers == {"authorization": "Bearer s3"}


def test_mutual_tls_is_the_business_of_the_transport() -> None:
    assert Credentials(SCHEMES, {}).choose([["tls"]]) == ["tls"]


def test_at_first_anything_will_do_and_calls_tell_the_rest() -> None:
    with pytest.raises(ConfigurationError):
        Credentials(SCHEMES, {}).check([["bearer"]])
    Credentials(SCHEMES, {}).check([["bearer"], []])
    Credentials(SCHEMES, {"header": "h"}).check([["bearer"]])


def test_of_two_schemes_in_one_header_the_first_one_is_sent() -> None:
    credentials = Credentials(SCHEMES, {"bearer": "s3", "oauth": "o"})
    applied = credentials.apply([["bearer", "oauth"]])
    assert applied.headers == {"authorization": "Bearer s3"}


@pytest.mark.parametrize("place", ["query", "cookie"])
def test_nor_is_a_parameter_or_a_cookie_sent_twice(place: str) -> None:
    one, two = (SecurityScheme("apiKey", name="key", place=place) for _ in range(2))
    credentials = Credentials({"one": one, "two": two}, {"one": "1", "two": "2"})
    applied = credentials.apply([["one", "two"]])
    sent = applied.query if place == "query" else applied.cookies
    assert sent == ([("key", "1")] if place == "query" else ["key=1"])


def test_words_of_a_vendor_are_sent_as_the_document_spells_them() -> None:
    schemes = {"dsn": SecurityScheme("http", scheme="DSN")}
    applied = Credentials(schemes, {"dsn": "s3"}).apply([["dsn"]])
    assert applied.headers == {"authorization": "DSN s3"}


def test_missing_credentials_name_argument_and_variables() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Credentials(SCHEMES, {}).choose([["bearer"], ["header", "query"]])
    assert str(caught.value) == (
        "Credentials are missing: give the argument bearer or the environment variable"
        " A_TOKEN or B_TOKEN, or the argument api_key and the argument query"
    )


def test_the_environment_is_asked_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_TOKEN", "  ")
    monkeypatch.setenv("B_TOKEN", " from-b\n")
    monkeypatch.setenv("USER_AND_PASSWORD", "u:p")
    credentials = Credentials(SCHEMES, {})
    assert credentials.apply([["bearer"]]).headers == {"authorization": "Bearer from-b"}
    assert credentials.apply([["basic"]]).headers == {"authorization": "Basic dTpw"}
    given = Credentials(SCHEMES, {"bearer": "given"})
    assert given.apply([["bearer"]]).headers == {"authorization": "Bearer given"}


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
        Credentials(SCHEMES, {name: value})
    assert "hunter2" not in str(caught.value)


def test_credentials_are_not_shown() -> None:
    credentials = Credentials(SCHEMES, {"bearer": "hunter2"}, "user:hunter2")
    assert "hunter2" not in repr(credentials) + repr(vars(credentials))


def test_user_and_password_of_the_base_url() -> None:
    credentials = Credentials({}, {}, "us%40er:p%3Aw")
    assert credentials.apply([]).headers == {
        "authorization": "Basic dXNAZXI6cDp3",
    }
    both = Credentials(SCHEMES, {"bearer": "s3"}, "u:p")
    assert both.apply([["bearer"]]).headers == {"authorization": "Bearer s3"}


def test_pickles_hold_only_what_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_TOKEN", "from-environment")
    data = pickle.dumps(Credentials(SCHEMES, {"header": "given"}))
    assert b"from-environment" not in data
    monkeypatch.setenv("A_TOKEN", "from-there")
    arrived: Credentials = pickle.loads(data)
    assert arrived.apply([["header"]]).headers == {"x-api-key": "given"}
    assert arrived.apply([["bearer"]]).headers == {"authorization": "Bearer from-there"}
