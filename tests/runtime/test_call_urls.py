"""URLs, paths and headers, to the last byte."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clientpress.runtime.wire import urls
from clientpress.runtime.wire.errors import ConfigurationError, InvalidRequestError
from clientpress.runtime.wire.parameters import Parameter, to_path


def expand(template: str, **values: str) -> str:
    made = {name: to_path(Parameter(name, "path"), v) for name, v in values.items()}
    return urls.PathTemplate(template).expand(made)


@pytest.mark.parametrize(
    ("template", "value", "path"),
    [
        ("/b/{id}", "abc", "/b/abc"),
        ("/b/{id}", "../admin", "/b/..%2Fadmin"),
        ("/b/{id}", "a/b", "/b/a%2Fb"),
        ("/b/{id}", "a?b=c#d", "/b/a%3Fb%3Dc%23d"),
        ("/b/{id}", "50%", "/b/50%25"),
        ("/b/{id}", "a b", "/b/a%20b"),
        ("/b/{id}", "é", "/b/%C3%A9"),
        ("/b/{id}", "a:b", "/b/a%3Ab"),
        ("/b/{id}", "-._~", "/b/-._~"),
        ("/b/{id}", "...", "/b/..."),
        ("/b/{id}", ".hidden", "/b/.hidden"),
        ("/b/{id}:cancel", "a", "/b/a:cancel"),
        ("/b/{id}/a b/@me", "a", "/b/a/a%20b/@me"),
        ("/b/{id}.json", "a", "/b/a.json"),
    ],
)
def test_path_values_stay_in_their_place(template: str, value: str, path: str) -> None:
    assert expand(template, id=value) == path


@pytest.mark.parametrize(
    "value", ["", ".", "..", "%2e", "%2E%2e", ".%2E", "%252e%252e", "%25252E"]
)
def test_path_values_that_would_move_are_refused(value: str) -> None:
    with pytest.raises(InvalidRequestError, match="'id'"):
        expand("/b/{id}", id=value)


def test_values_cannot_form_dot_segments_together() -> None:
    assert expand("/b/{a}{b}", a="x", b="y") == "/b/xy"
    with pytest.raises(InvalidRequestError, match="'a'"):
        expand("/b/{a}{b}", a=".", b="y")
    with pytest.raises(InvalidRequestError, match="dot segments"):
        urls.PathTemplate("/b/.{a}").expand({"a": "%2E"})


def test_a_missing_path_parameter_is_named() -> None:
    with pytest.raises(InvalidRequestError, match="'id'"):
        urls.PathTemplate("/b/{id}").expand({})


@given(st.text(min_size=1))
@example("%2e%2e/")
@example("\x00")
def test_any_other_path_value_comes_through_as_one_segment(value: str) -> None:
    try:
        path = expand("/b/{id}/c", id=value)
    except InvalidRequestError:
        while unquote(value) != value:
            value = unquote(value)
        has_surrogate = any("\ud800" <= c <= "\udfff" for c in value)
        assert value in ("", ".", "..") or has_surrogate
        return
    before, segment, after = path[1:].split("/")
    assert (before, unquote(segment), after) == ("b", value, "c")
    assert set(segment) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%"
    )


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://api.example.com", "https://api.example.com/jobs"),
        ("https://api.example.com/", "https://api.example.com/jobs"),
        ("https://api.example.com/v1", "https://api.example.com/v1/jobs"),
        ("https://api.example.com/v1/", "https://api.example.com/v1/jobs"),
        ("HTTP://localhost:8080/", "http://localhost:8080/jobs"),
        ("http://[::1]:80", "http://[::1]:80/jobs"),
        (" https://api.example.com ", "https://api.example.com/jobs"),
        ("https://user:pw@api.example.com", "https://api.example.com/jobs"),
    ],
)
def test_joining_with_the_base_url(base: str, url: str) -> None:
    assert urls.parse_base_url(base).join("/jobs") == url


@pytest.mark.parametrize(
    "base",
    [
        "api.example.com",
        "ftp://api.example.com",
        "https://",
        "https://host:99999",
        "https://host/?x=1",
        "https://host/#x",
        "https://good.com\\@evil.com",
        "https://a b.com",
    ],
)
def test_base_urls_that_are_none(base: str) -> None:
    with pytest.raises(ConfigurationError, match="base URL"):
        urls.parse_base_url(base)


def test_a_refused_base_url_is_shown_without_its_password() -> None:
    with pytest.raises(ConfigurationError) as caught:
        urls.parse_base_url("ftp://user:hunter2@host")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("https://host/a", "https://HOST:443/b?c", True),
        ("http://host", "http://host:80/", True),
        ("http://host", "https://host", False),
        ("https://host", "https://host:444", False),
        ("https://host", "https://host.evil.com", False),
        ("https://host", "https://host.", False),
    ],
)
def test_origins(a: str, b: str, same: bool) -> None:
    assert (urls.origin(a) == urls.origin(b)) is same


@pytest.mark.parametrize(
    "url", ["https://good@evil.com", "https://evil.com\\.good.com", "//host", "data:x"]
)
def test_urls_that_programs_read_differently_have_no_origin(url: str) -> None:
    with pytest.raises(ValueError, match="plain"):
        urls.origin(url)


@pytest.mark.parametrize(
    ("current", "reference", "url"),
    [
        ("https://h/a/b", "c", "https://h/a/c"),
        ("https://h/a/b", "/c?d=e", "https://h/c?d=e"),
        ("https://h/a/b", "?p=2", "https://h/a/b?p=2"),
        ("https://h/a/b", "//other/c#frag", "https://other/c"),
        ("http://h/a", "https://h/a", "https://h/a"),
    ],
)
def test_references_of_servers(current: str, reference: str, url: str) -> None:
    assert urls.resolve(current, reference) == url


@pytest.mark.parametrize(
    "reference",
    ["http://h/a", "ftp://h/a", "javascript:alert(1)", "https://u:p@h/", "/\\evil.com"],
)
def test_references_that_are_not_followed(reference: str) -> None:
    with pytest.raises(ValueError):
        urls.resolve("https://h/a", reference)


@pytest.mark.parametrize("bad", ["a\r\nX: y", "a\nb", "a\rb", "a\x00b", "\x7f"])
def test_header_values_cannot_inject_lines(bad: str) -> None:
    with pytest.raises(InvalidRequestError, match="'X-Tag'") as caught:
        urls.check_header("X-Tag", bad)
    assert bad not in str(caught.value)
    with pytest.raises(InvalidRequestError, match="not a valid header name"):
        urls.check_header(bad, "value")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://h/a?b=c", "https://h/a?b=c"),
        ("https://u:p@h/a", "https://h/a"),
        ("https://h/a?my_key=s&b=c", "https://h/a?my_key=***&b=c"),
        ("https://h/a?b=c&X-Amz-Signature=s", "https://h/a?b=c&X-Amz-Signature=***"),
        ("https://h/a?token=s", "https://h/a?token=***"),
        ("https://h/a?my%5Fkey=s", "https://h/a?my%5Fkey=***"),
    ],
)
def test_shown_urls_hold_no_credentials(url: str, shown: str) -> None:
    assert urls.redact(url, {"my_key"}) == shown
