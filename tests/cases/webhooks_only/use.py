"""A package without operations: what is sent is read, and the client can still call by hand."""

import client as package
import httpx2
from client.models import AccountRequest, ClientRequest
from client.webhooks import read_account_closed, read_account_opened, read_client

assert read_account_opened(b'{"number": 1}') == AccountRequest(number=1)
assert read_account_closed('{"number": 2}') == AccountRequest(number=2)
assert read_client(b'{"name": "Ann"}') == ClientRequest(name="Ann")

transport = httpx2.MockTransport(lambda request: httpx2.Response(200, json=[1]))
with package.Client(
    base_url="https://notices.example", http_client=httpx2.Client(transport=transport)
) as client:
    assert client.request("GET", "/numbers", result=list[int]) == [1]
