"""A server of a user reads what the API sends; headers of answers are values."""

import datetime as dt
import json

import httpx2
from client import Client, Options, capture
from client.errors import DecodeError, RateLimitError
from client.models import Lost, Moved, Parcel
from client.webhooks import read_arrived, read_event, read_note, read_paid

# ------------------------------------------------------------------ webhooks and callbacks
moved = read_event(b'{"kind": "moved", "from": "Ulm", "to": "Bern"}')
assert moved == Moved(kind="moved", from_="Ulm", to="Bern")
lost = read_event('{"kind": "lost", "parcel": {"id": "p1"}}', content_type="text/json")
assert isinstance(lost, Lost) and lost.parcel == Parcel(id="p1")

news = {"parcel": {"id": "p1"}, "at": "2026-01-02T12:00:00Z", "signer": {"name": "Ann"}}
arrived = read_arrived(
    json.dumps(news).encode(), content_type="application/json; charset=utf-8"
)
assert arrived.at == dt.datetime(2026, 1, 2, 12, tzinfo=dt.UTC)
assert arrived.signer and arrived.signer.name == "Ann"

assert read_note(b"gr\xfc\xdfe", content_type="text/plain; charset=latin-1") == "grüße"
assert read_note("grüße", content_type="text/plain; charset=latin-1") == "grüße"

form = "application/x-www-form-urlencoded"
paid = read_paid(
    b"amount=1.5&parcels=1&parcels=2&payer=%7B%22name%22%3A+%22Ann%22%7D&open=true"
    b"&at=2026-01-02T12:00:00Z&more=x",
    content_type=form,
)
assert (paid.amount, paid.parcels, paid.open) == (1.5, [1, 2], True)
assert paid.payer and paid.payer.name == "Ann" and paid.at == arrived.at
assert read_paid(b'{"amount": 1.5}').amount == 1.5
for wrong_form in (b"", b"amount=much", b"amount=1&payer=Ann", b"amount=1&open=%ff"):
    try:
        read_paid(wrong_form, content_type=form)
    except DecodeError as error:
        assert error.issues and error.raw == wrong_form
    else:
        raise SystemExit(f"{wrong_form!r} was read")

for wrong in (b'{"parcel": {"id": 1}}', b"", b"{", b"[]"):
    try:
        read_arrived(wrong)
    except DecodeError as error:
        assert error.raw == wrong and error.operation == "arrived"
        assert "'arrived' is not as documented" in str(error)
        if wrong[:2] == b'{"':
            paths = {issue.path for issue in error.issues}
            assert paths == {"/parcel/id", "/at"}, paths
    else:
        raise SystemExit(f"{wrong!r} was read")


# ------------------------------------------------------------------ headers of answers
def answer(request: httpx2.Request) -> httpx2.Response:
    if json.loads(request.content)["to"] == "nobody":
        return httpx2.Response(429, headers={"X-Reset": "1.5"})
    headers = {
        "X-Calls-Left": "41",
        "X-Depots": "Ulm, Bern",
        "Expires": "Fri, 02 Jan 2026 12:00:00 GMT",
    }
    return httpx2.Response(201, json={"id": "p1"}, headers=headers)


transport = httpx2.MockTransport(answer)
with Client(http_client=httpx2.Client(transport=transport)) as client:
    with capture() as calls:
        parcel = client.parcels.send(to="Ann")
    left: int | None = calls[-1].header("X-Calls-Left", int)
    assert (parcel.id, left) == ("p1", 41)
    assert calls[-1].header("x-depots", list[str]) == ["Ulm", "Bern"]
    assert calls[-1].header("Expires", dt.datetime) == arrived.at
    assert calls[-1].header("X-Nothing", int) is None
    try:
        calls[-1].header("X-Depots", int)
    except DecodeError as error:
        assert (error.status, error.operation) == (201, "send")
    else:
        raise SystemExit("no error")
    try:
        client.parcels.send(to="nobody", options=Options(retries=0))
    except RateLimitError as error:
        assert error.header("X-Reset", float) == 1.5
    else:
        raise SystemExit("no error")
