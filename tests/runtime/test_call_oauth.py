"""OAuth 2 client credentials: when tokens are fetched, how, and that nothing secret gets out."""

from __future__ import annotations

import base64
import pickle
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest

from clientpress.runtime.calls.auth import Credentials, Security
from clientpress.runtime.calls.capture import capture
from clientpress.runtime.calls.core import Api, Core
from clientpress.runtime.calls.drivers import run
from clientpress.runtime.calls.flow import call
from clientpress.runtime.calls.limits import Clock
from clientpress.runtime.calls.oauth import ClientCredentials
from clientpress.runtime.calls.options import Options
from clientpress.runtime.calls.schemes import SecurityScheme
from clientpress.runtime.calls.setup import make_core
from clientpress.runtime.calls.tokens import Credential
from clientpress.runtime.wire.body import Payload
from clientpress.runtime.wire.errors import (
    AuthenticationError,
    ConfigurationError,
    ConnectionFailedError,
    DecodeError,
    Error,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
)
from clientpress.runtime.wire.messages import Failure, Request, Response
from clientpress.runtime.wire.operation import Operation
from clientpress.runtime.wire.urls import parse_base_url

from .callers import CREATE, GET
from .simulation import BASE, Simulation, answer

SECRET = "hunter2 &:"
TOKEN_URL = "https://id.example.com/token"
SCHEME = SecurityScheme("oauth2", argument="token", token_url=TOKEN_URL)
CLIENT = ClientCredentials("my id", SECRET)
Outcome = Response | Failure


class World(Simulation):
    """An API, and a token endpoint that counts its tokens: T1, T2, …

    tokens: what the token endpoint answers, in turn; the last one is repeated.
    refused: tokens that the API answers with 401.
    """

    now: float

    def __init__(self, *tokens: Outcome, seconds: float = 0.0) -> None:
        super().__init__(seconds=seconds)
        self._tokens = list(tokens)
        self.issued: list[Request] = []
        self.called: list[Request] = []
        self.refused: set[str] = set()
        self.words: dict[str, object] = {}
        self.answers: list[Outcome] = []

    def send(self, request: Request) -> Outcome:
        self.now += self._seconds
        if request.url.startswith("https://id.example.com/"):
            self.issued.append(request)
            if self._tokens:
                last = len(self._tokens) == 1
                return self._tokens[0] if last else self._tokens.pop(0)
            return issued(f"T{len(self.issued)}", **self.words)
        self.called.append(request)
        if self.answers:
            return self.answers.pop(0)
        token = bearer_of(request)
        return answer({"ok": True}, 401 if token in self.refused else 200)

    def client(
        self,
        given: Credential = CLIENT,
        *,
        scheme: SecurityScheme = SCHEME,
        options: Options | None = None,
        scopes: dict[str, tuple[str, ...]] | None = None,
    ) -> Core:
        about = Api(
            name="example",
            security=Security(
                schemes={"oauth": scheme}, needed=(("oauth",),), scopes=scopes or {}
            ),
            observers=("capture", "tracing"),
        )
        made = make_core(
            about,
            {"oauth": given},
            base_url=BASE,
            options=options,
            user_agent=None,
            authenticated=False,
        )
        return made._replace(clock=Clock(lambda: self.now, lambda: self.now, _half))

    def call(
        self, core: Core, operation: Operation[Any] = GET, *rest: Any, **more: Any
    ) -> Any:
        arguments = ["1"] if operation.parameters else []
        return run(call(core, operation, arguments, *rest, **more), self)

    @property
    def used(self) -> list[str]:
        """The tokens that calls went out with."""
        return [bearer_of(request) for request in self.called]


def _half() -> float:
    return 0.5


def issued(token: str = "T1", **words: object) -> Response:
    """The answer of a token endpoint."""
    return answer({"access_token": token, "token_type": "Bearer", **words})


def bearer_of(request: Request) -> str:
    return dict(request.headers).get("authorization", "").removeprefix("Bearer ")


def form_of(request: Request) -> dict[str, list[str]]:
    assert isinstance(request.body, Payload) and request.body.in_memory
    return parse_qs(request.body.in_memory.decode(), strict_parsing=True)


# ------------------------------------------------------------------ the token request
def test_id_and_secret_are_encoded_as_forms_are_and_go_into_the_header() -> None:
    """RFC 6749, section 2.3.1."""
    world = World()
    world.call(world.client())
    (request,) = world.issued
    assert (request.method, request.url) == ("POST", TOKEN_URL)
    headers = dict(request.headers)
    kind, _, encoded = headers["authorization"].partition(" ")
    assert (kind, base64.b64decode(encoded)) == ("Basic", b"my+id:hunter2+%26%3A")
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert headers["accept"] == "application/json"
    assert form_of(request) == {"grant_type": ["client_credentials"]}
    assert world.used == ["T1"]


@pytest.mark.parametrize(
    ("given", "form"),
    [
        (
            ClientCredentials("my id", SECRET, auth="body"),
            {"client_id": ["my id"], "client_secret": [SECRET]},
        ),
        (
            ClientCredentials("i", "s", scopes=["write", "read"]),
            {"scope": ["read write"]},
        ),
        (ClientCredentials("i", "s", scopes="b  a"), {"scope": ["a b"]}),
        (
            ClientCredentials("i", "s", parameters={"audience": "https://a/"}),
            {"audience": ["https://a/"]},
        ),
    ],
)
def test_what_the_form_holds(
    given: ClientCredentials, form: dict[str, list[str]]
) -> None:
    world = World()
    world.call(world.client(given))
    assert form_of(world.issued[0]) == {"grant_type": ["client_credentials"], **form}
    in_header = "authorization" in dict(world.issued[0].headers)
    assert in_header == ("client_secret" not in form)


@pytest.mark.parametrize(
    ("documented", "given", "url"),
    [
        (TOKEN_URL, None, TOKEN_URL),
        ("/oauth/token", None, "https://api.example.com/oauth/token"),
        ("oauth/token", None, "https://api.example.com/v1/oauth/token"),
        (TOKEN_URL, "https://other.example.com/t", "https://other.example.com/t"),
        (TOKEN_URL, "/t", "https://api.example.com/t"),
        ("", "http://localhost:8080/t", "http://localhost:8080/t"),
    ],
)
def test_where_the_token_url_is(documented: str, given: str | None, url: str) -> None:
    scheme = SecurityScheme("oauth2", argument="token", token_url=documented)
    world = World()
    flow = call(
        world.client(ClientCredentials("i", "s", token_url=given), scheme=scheme),
        *(GET, ["1"]),
    )
    request = next(flow)
    flow.close()
    assert isinstance(request, Request) and request.url == url


@pytest.mark.parametrize(
    ("documented", "given", "said"),
    [
        ("", None, "Give ClientCredentials the argument token_url"),
        ("http://id.example.com/token", None, "It leads from https to http; give"),
        ("ftp://id.example.com/token", None, "Not a plain http or https URL"),
        ("", "https://user:hunter2@id.example.com", "Not a plain http or https URL"),
    ],
)
def test_a_token_url_that_cannot_be_used_is_told_at_once(
    documented: str, given: str | None, said: str
) -> None:
    scheme = SecurityScheme("oauth2", argument="token", token_url=documented)
    with pytest.raises(ConfigurationError, match=said) as caught:
        World().client(ClientCredentials("i", "s", token_url=given), scheme=scheme)
    assert "hunter2" not in str(caught.value)


WRONG: Any = "query"


@pytest.mark.parametrize(
    "make",
    [
        lambda: ClientCredentials("", "s"),
        lambda: ClientCredentials("i", ""),
        lambda: ClientCredentials("i", "s", auth=WRONG),
        lambda: ClientCredentials("i", "s", parameters={"client_secret": "x"}),
    ],
)
def test_arguments_that_cannot_be(make: Callable[[], ClientCredentials]) -> None:
    with pytest.raises(ConfigurationError):
        make()


# ------------------------------------------------------------------ keeping
@pytest.mark.parametrize(
    ("expires_in", "after", "fetches"),
    [
        (3600, 3539, 1),
        (3600, 3541, 2),
        ("3600", 3541, 2),  # as some servers send it
        (60, 53, 1),
        (60, 55, 2),
        (0, 0, 2),
        (None, 1e9, 1),
        ("soon", 1e9, 1),
        (True, 1e9, 1),
    ],
)
def test_a_token_is_kept_until_shortly_before_it_expires(
    expires_in: object, after: float, fetches: int
) -> None:
    world = World()
    world.words = {"expires_in": expires_in}
    core = world.client()
    world.call(core)
    world.now += after
    world.call(core)
    assert len(world.issued) == fetches
    assert world.used == ["T1", f"T{fetches}"]


def test_copies_of_a_client_share_tokens_and_other_clients_have_their_own() -> None:
    world = World()
    core = world.client()
    world.call(core)
    world.call(core._replace(options=Options(timeout=1)))
    assert world.used == ["T1", "T1"]
    world.call(world.client())
    assert world.used[-1] == "T2"


def test_a_refused_token_that_was_kept_is_replaced_once_and_at_once() -> None:
    world = World()
    core = world.client(options=Options(retries=0))
    world.call(core, CREATE, {"a": 1})
    world.refused = {"T1"}
    world.call(core, CREATE, {"a": 1})
    assert world.used == ["T1", "T1", "T2"]
    assert world.slept == []
    world.refused = {"T2", "T3"}
    with pytest.raises(AuthenticationError) as caught:
        world.call(core)
    assert world.used[3:] == ["T2", "T3"]
    assert caught.value.attempts == 2


def test_a_fresh_token_that_is_refused_is_not_replaced() -> None:
    world = World()
    world.refused = {"T1"}
    with pytest.raises(AuthenticationError):
        world.call(world.client())
    assert world.used == ["T1"]


def test_a_given_token_is_not_replaced() -> None:
    world = World()
    world.refused = {"given"}
    with pytest.raises(AuthenticationError):
        world.call(world.client("given"))
    assert (world.used, world.issued) == (["given"], [])


def test_retries_after_a_replaced_token_are_all_there() -> None:
    world = World()
    core = world.client(options=Options(retries=1))
    world.call(core)
    world.answers = [answer(status=401), answer(status=503), answer({"ok": True})]
    world.call(core)
    assert world.used == ["T1", "T1", "T2", "T2"]


# ------------------------------------------------------------------ refresh tokens
def test_a_refresh_token_is_used_where_one_was_issued() -> None:
    """RFC 6749, section 6; a new one replaces the old one."""
    answers = [
        issued("T1", expires_in=100, refresh_token="R1"),
        issued("T2", expires_in=100),
        issued("T3", expires_in=100, refresh_token="R2"),
        issued("T4", expires_in=100),
    ]
    world = World(*answers)
    core = world.client(ClientCredentials("i", "s", scopes="a"))
    for _ in answers:
        world.call(core)
        world.now += 100
    assert world.used == ["T1", "T2", "T3", "T4"]
    forms = [form_of(request) for request in world.issued]
    assert [form.get("refresh_token") for form in forms] == [
        *(None, ["R1"], ["R1"], ["R2"])
    ]
    assert [form["grant_type"] for form in forms] == [
        ["client_credentials"],
        *[["refresh_token"]] * 3,
    ]


def test_where_a_refresh_token_is_refused_the_secret_goes_on() -> None:
    refusal = answer({"error": "invalid_grant"}, 400)
    world = World(issued("T1", expires_in=9, refresh_token="R1"), refusal, issued("T2"))
    core = world.client()
    world.call(core)
    world.now += 9
    world.call(core)
    assert world.used == ["T1", "T2"]
    world.refused = {"T2"}
    with pytest.raises(AuthenticationError):
        world.call(core)
    grants = [form_of(request)["grant_type"] for request in world.issued]
    assert grants == [
        ["client_credentials"],
        ["refresh_token"],
        ["client_credentials"],
        ["client_credentials"],  # the refused refresh token is not tried again
    ]


@pytest.mark.parametrize(
    ("refresh_url", "used"),
    [
        ("https://id.example.com/refresh", "https://id.example.com/refresh"),
        ("https://evil.example.com/refresh", TOKEN_URL),
        ("no URL \\", TOKEN_URL),
    ],
)
def test_a_refresh_token_stays_with_the_host_that_issued_it(
    refresh_url: str, used: str
) -> None:
    scheme = SecurityScheme("oauth2", token_url=TOKEN_URL, refresh_url=refresh_url)
    world = World(issued("T1", expires_in=0, refresh_token="R1"))
    core = world.client(scheme=scheme)
    world.call(core)
    world.call(core)
    assert [request.url for request in world.issued] == [TOKEN_URL, used]


# ------------------------------------------------------------------ scopes
READ: Operation[Any] = Operation(
    id="read", method="GET", path="/r", security=(("oauth",),), scopes={"oauth": ("r",)}
)
PUBLIC: Operation[Any] = Operation(id="p", method="GET", path="/p", security=((),))


def test_a_call_asks_for_the_scopes_that_the_document_says() -> None:
    world = World()
    core = world.client(scopes={"oauth": ("b", "a", "b")})
    for operation in (GET, READ, GET, READ):
        world.call(core, operation)
    scopes = [form_of(request).get("scope") for request in world.issued]
    assert scopes == [["a b"], ["r"]]
    assert world.used == ["T1", "T2", "T1", "T2"]


@pytest.mark.parametrize(("given", "sent"), [("x", ["x"]), ([], None)])
def test_given_scopes_replace_those_of_the_document(
    given: str | list[str], sent: list[str] | None
) -> None:
    world = World()
    core = world.client(ClientCredentials("i", "s", scopes=given))
    for operation in (GET, READ):
        world.call(core, operation)
    assert [form_of(request).get("scope") for request in world.issued] == [sent]


def test_no_token_where_none_is_needed() -> None:
    world = World()
    core = world.client()
    world.call(core, PUBLIC)
    world.call(core, options=Options(headers={"Authorization": "Bearer mine"}))
    assert (world.issued, world.used) == ([], ["", "mine"])


# ------------------------------------------------------------------ failures
def test_a_token_request_is_repeated_like_a_safe_call() -> None:
    lost = Failure("broken", "Reset", True, "read")
    world = World(answer(status=503), lost, issued())
    world.call(world.client(), CREATE, {"a": 1})  # though the call itself is not safe
    assert len(world.issued) == 3
    assert len(world.slept) == 2
    assert world.used == ["T1"]


@pytest.mark.parametrize(
    ("outcome", "kind", "said", "requests"),
    [
        (
            answer(
                {"error": "invalid_client", "error_description": f"Bad {SECRET}!"}, 401
            ),
            *(AuthenticationError, "401 Unauthorized: invalid_client: Bad ***!", 1),
        ),
        (
            answer({"error": "invalid_scope"}, 400),
            *(AuthenticationError, "400 Bad Request: invalid_scope", 1),
        ),
        (
            answer({"error": "invalid_client"}),  # though the status says yes
            *(AuthenticationError, "200 OK: invalid_client", 1),
        ),
        (answer(b"<html>", 404), AuthenticationError, "404 Not Found", 1),
        (
            answer(status=302, headers={"location": "https://evil.example.com/"}),
            *(AuthenticationError, "302 Found: it redirects, which", 1),
        ),
        (answer({"message": "Slow"}, 429), RateLimitError, "429 Too Many Requests", 3),
        (answer(status=500), ServerError, "500 Internal Server Error", 3),
        (Failure("connect", "No", False), ConnectionFailedError, "No", 3),
        (answer(b"<html>"), DecodeError, "issued no token that can be sent", 1),
        (
            answer({"access_token": 3}),
            DecodeError,
            "issued no token that can be sent",
            1,
        ),
        (issued("a\r\nX-Evil: 1"), DecodeError, "issued no token that can be sent", 1),
        (issued(token_type="DPoP"), DecodeError, "issued a token of type DPoP", 1),
    ],
)
def test_what_is_raised_where_no_token_is_issued(
    outcome: Outcome, kind: type[Error], said: str, requests: int
) -> None:
    world = World(outcome)
    with pytest.raises(kind) as caught:
        world.call(world.client(ClientCredentials("my id", SECRET, auth="body")))
    assert said in str(caught.value)
    assert len(world.issued) == requests
    assert world.called == []
    error = caught.value
    assert error.url == TOKEN_URL
    shown = str(error) + repr(vars(error)) + error.curl
    shown += repr(pickle.loads(pickle.dumps(error)).__dict__)
    assert "hunter2" not in shown and "X-Evil" not in shown


def test_an_unusual_type_of_token_is_sent_as_bearer() -> None:
    world = World(issued(token_type="Application Access Token"))
    world.call(world.client())
    assert world.used == ["T1"]


def test_an_error_of_the_token_endpoint_holds_what_it_says() -> None:
    world = World(answer({"error": "invalid_client", "access_token": "t"}, 401))
    with pytest.raises(AuthenticationError) as caught:
        world.call(world.client())
    assert caught.value.body == {"error": "invalid_client"}
    assert (caught.value.raw, dict(caught.value.headers)) == (b"", {})


def test_fetching_a_token_counts_towards_the_deadline() -> None:
    world = World(seconds=3)
    world.call(world.client(options=Options(deadline=5)))
    assert (world.issued[0].timeout, world.called[0].timeout) == (5, 2)
    with pytest.raises(RequestTimeoutError) as caught:
        world.call(world.client(options=Options(deadline=2)))
    assert caught.value.phase == "deadline"
    assert len(world.called) == 1  # nothing was sent after the token


def test_a_token_request_is_not_repeated_beyond_the_deadline() -> None:
    world = World(answer(status=503), seconds=3)
    with pytest.raises(ServerError):
        world.call(world.client(options=Options(deadline=5)))
    assert len(world.issued) == 2


# ------------------------------------------------------------------ secrets
def test_secret_and_token_are_not_shown() -> None:
    world = World()
    core = world.client()
    world.call(core)
    shown = repr(CLIENT) + str(CLIENT) + repr(core) + repr(vars(core.credentials))
    assert "hunter2" not in shown and "T1" not in shown
    assert repr(CLIENT) == "ClientCredentials(client_id='my id', client_secret=***)"


def test_a_pickle_has_the_secret_but_no_token() -> None:
    world = World(issued("very-long-token"))
    core = world.client()
    world.call(core)
    data = pickle.dumps(core.credentials)
    assert b"very-long-token" not in data
    arrived: Credentials = pickle.loads(data)
    world.call(core._replace(credentials=arrived))
    assert len(world.issued) == 2
    assert world.issued[0].headers == world.issued[1].headers


def test_a_pickle_of_what_the_environment_gave_has_no_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scheme = SecurityScheme(
        "oauth2", token_url=TOKEN_URL, client_env=(("THE_ID",), ("A", "THE_SECRET"))
    )
    monkeypatch.setenv("THE_ID", "my id")
    with pytest.raises(ConfigurationError) as caught:
        Credentials(
            Security(schemes={"oauth": scheme}), {}, parse_base_url(BASE)
        ).choose([["oauth"]])
    assert str(caught.value) == (
        "Credentials are missing: give the argument api_key or the environment variables"
        " THE_ID and A or THE_SECRET"
    )
    monkeypatch.setenv("THE_SECRET", SECRET)
    credentials = Credentials(
        Security(schemes={"oauth": scheme}, needed=(("oauth",),)),
        {},
        parse_base_url(BASE),
    )
    assert b"hunter2" not in pickle.dumps(credentials)
    world = World()
    core = world.client("given")
    world.call(core._replace(credentials=pickle.loads(pickle.dumps(credentials))))
    basic = dict(world.issued[0].headers)["authorization"]
    assert base64.b64decode(basic[6:]) == b"my+id:hunter2+%26%3A"


def test_tokens_stay_at_the_api_and_its_headers_do_not_go_to_the_token_url() -> None:
    world = World()
    options = Options(headers={"X-Tenant": "secret"})
    world.answers = [
        answer(status=302, headers={"location": "https://evil.example.com/"}),
        answer({"ok": True}, 401),
    ]
    core = world.client(options=options)
    with pytest.raises(AuthenticationError):
        world.call(core)  # a 401 from another host is no reason to fetch a token
    assert world.used == ["T1", ""]
    assert len(world.issued) == 1
    assert sorted(dict(world.issued[0].headers)) == [
        *("accept", "authorization", "content-type", "user-agent")
    ]
    assert not world.issued[0].trusted


def test_captures_do_not_see_token_requests() -> None:
    world = World()
    with capture() as calls:
        world.call(world.client())
    assert [one.operation for one in calls] == ["getThing"]
