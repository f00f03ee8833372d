"""A document of this family without any of our extensions: what is suggested for it makes the whole batch work."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from clientpress import generate
from clientpress.document.data import is_array, is_object
from clientpress.document.yaml12 import read_yaml
from tests.fakes.mithril import FakeMithril
from tests.mithril.lines import line

SPEC = Path(__file__).parents[2] / "specs" / "mithril.yaml"


def plain(value: Any) -> Any:
    """A document as its vendor would publish it: without our extensions."""
    if is_object(value):
        return {
            key: plain(item)
            for key, item in value.items()
            if not key.startswith("x-clientpress")
        }
    return [plain(item) for item in value] if is_array(value) else value


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    data = plain(read_yaml(SPEC.read_text(encoding="utf-8"))[0])
    content = data["paths"]["/v1/files/{file_id}/content"]["get"]["responses"]["200"]
    content["content"] = {"application/json": {"schema": {"type": "string"}}}
    spec = tmp_path / "plain.json"
    spec.write_text(json.dumps(data))
    generate(spec, tmp_path / "plain_mithril", suggested=True)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setenv("MITHRIL_BATCH_INFERENCE_API_KEY", "test-key")
    yield importlib.import_module("plain_mithril")
    for name in [x for x in sys.modules if x.partition(".")[0] == "plain_mithril"]:
        del sys.modules[name]


def test_requests_become_pairs(package: Any, fake: FakeMithril) -> None:
    requests = [json.loads(line(f"r{n}", t)) for n, t in enumerate(("x", "lost", "y"))]
    with package.Client(base_url=fake.base_url) as client:
        run = client.batches.run(requests, poll_interval=0.001)
        joined = package.join(run, requests)
        kinds = {r["custom_id"]: type(o).__name__ for r, o in joined.pairs}
        assert kinds == {"r0": "Succeeded", "r1": "Failed", "r2": "Succeeded"}
        assert joined.missing == []
        # Two files of the batch, and the one that was uploaded.
        assert len(list(client.files.list(limit=2))) == 3
