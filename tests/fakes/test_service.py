"""What all fake services do by `FakeApi`, and that they do not hide it when they break the document."""

from __future__ import annotations

import httpx2
import pytest

from tests.fakes.mithril import FakeMithril
from tests.fakes.service import Service

CLOSED = {"active_models": "none"}


@pytest.mark.parametrize("answer", [CLOSED, {"unknown": 1}, None])
def test_an_answer_that_is_not_documented_is_an_error_at_the_end(
    answer: object,
) -> None:
    fake = Service("mithril", {"listActiveModels": lambda _: answer})
    fake.__enter__()
    made = httpx2.get(f"{fake.base_url}/v1/active-models")
    assert made.status_code == 500
    with pytest.raises(ExceptionGroup, match="not as documented") as caught:
        fake.__exit__()
    assert "breaks the document" in str(caught.value.exceptions[0])


def test_what_has_no_handler_is_answered_as_the_document_shows() -> None:
    with Service("mithril", {}) as fake:
        models = httpx2.get(f"{fake.base_url}/v1/active-models").json()
    assert models["active_models"]


def test_what_the_document_does_not_allow_reaches_no_handler() -> None:
    with FakeMithril(api_key=None) as fake:
        refused = httpx2.post(f"{fake.base_url}/v1/batches", json={"input_file_id": 1})
        assert refused.status_code == 422
        assert httpx2.get(f"{fake.base_url}/v2").status_code == 404
        assert httpx2.put(f"{fake.base_url}/v1/batches").status_code == 405
    assert not fake.store.batches
