"""The world in which a page runs: the four services, their addresses and keys, and some files."""

from __future__ import annotations

import asyncio
import sys
from contextlib import ExitStack
from functools import partial
from importlib import import_module
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Any

import pytest

from tests.docs.acme import Acme, write_package
from tests.fakes.mithril import FakeMithril
from tests.fakes.open_inference import FakeOpenInference, Fault
from tests.fakes.woodwide import FakeWoodwide
from tests.fakes.xai import FakeXai

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGES = ("woodwide", "open_inference", "xai_batches", "mithril")
SHORTEST = 0.002
"""Seconds between two looks at a job, instead of those of the page."""

MODELS = {
    "mdl_churn": "binary",
    "mdl_spend": "regression",
    "mdl_segments": "clustering",
    "mdl_fraud": "anomaly",
    "mdl_vectors": "embedding",
    "mdl_similar": "search",
    "mdl_drivers": "factors",
}
"""The models of the pages, and what kinds they are."""

SPECS = Path(__file__).parents[2] / "specs"
CUSTOMERS = """\
name,plan,spend
Ada,pro,120.5
Bob,free,0
Cy,pro,75.25
Di,team,310
"""


@pytest.fixture
def world(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """All services run, the environment names them, and the working directory has files."""
    with ExitStack() as stack:
        woodwide = stack.enter_context(FakeWoodwide(generation="public"))
        for model_id, kind in MODELS.items():
            woodwide.store.add_model(kind, model_id=model_id)
        xai = stack.enter_context(FakeXai())
        mithril = stack.enter_context(FakeMithril())
        inference = stack.enter_context(FakeOpenInference())
        acme = stack.enter_context(Acme())
        inference.faults.extend(_what_triton_has_besides())
        variables = {
            "WOODWIDE_API_KEY": woodwide.api_key,
            "WOODWIDE_BASE_URL": woodwide.base_url,
            "XAI_API_KEY": xai.api_key,
            "XAI_BASE_URL": xai.base_url,
            "MITHRIL_API_KEY": str(mithril.api_key),
            "MITHRIL_BASE_URL": mithril.base_url,
            "OPEN_INFERENCE_BASE_URL": inference.base_url,
            "ACME_BASE_URL": acme.base_url,
            **dict.fromkeys(("ACME_TOKEN", "ACME_CLIENT_ID", "ACME_CLIENT_SECRET"), ""),
        }
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("OPEN_INFERENCE_TOKEN", raising=False)
        for package in PACKAGES:
            _shorten_waits(package, monkeypatch)
        packages = tmp_path_factory.mktemp("packages")
        write_package(packages)
        monkeypatch.setattr(sys, "path", [str(packages), *sys.path])
        monkeypatch.chdir(tmp_path)
        (tmp_path / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
        (tmp_path / "specs").symlink_to(SPECS)
        yield


def _what_triton_has_besides() -> list[Fault]:
    """Text generation and the repository, which the fake inference server has not."""

    def answer(path: str, body: bytes, media_type: str = "application/json") -> Fault:
        headers = (("content-type", media_type),)
        return Fault(path=path, status=200, headers=headers, body=body, times=9)

    texts = [f'data: {{"text_output": "{word}"}}\n\n' for word in ("upon ", "a time")]
    return [
        answer("*/writer/ready", b""),
        answer("*/generate", b'{"text_output": "upon a time"}'),
        answer("*/generate_stream", "".join(texts).encode(), "text/event-stream"),
        answer(
            "*/repository/index",
            b'[{"name": "writer", "version": "1", "state": "READY", "reason": ""}]',
        ),
        answer("*/repository/models/*", b""),
    ]


def _shorten_waits(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let clients of a package hardly wait between two looks at a job."""
    transport: Any = import_module(f"{package}._runtime.wire.transport")

    def short(seconds: float) -> None:
        sleep(min(seconds, SHORTEST))

    async def short_async(seconds: float) -> None:
        await asyncio.sleep(min(seconds, SHORTEST))

    for name, how in (("HttpTransport", short), ("AsyncHttpTransport", short_async)):
        made = partial(getattr(transport, name), sleep=how)
        monkeypatch.setattr(transport, name, made)
