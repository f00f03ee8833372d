"""A base URL that ends with what the paths begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clientpress.plan.servers import path_prefix
from tests.generator.calls import Calls
from tests.generator.making import document, operation


@pytest.mark.parametrize(
    ("paths", "base_url", "prefix"),
    [
        (["/v1/batches", "/v1/files/{id}"], "", "/v1"),
        (["/v2", "/v2/health/live"], "", "/v2"),
        (["/api/v2/a", "/api/v2/b"], "", "/api/v2"),
        (["/api/v1/a", "/api/v2/b"], "", "/api"),
        (["/v1beta1/a"], "", "/v1beta1"),
        (["/v1.2/a"], "", "/v1.2"),
        (["/v1/a", "/metrics"], "", ""),
        (["/things/a", "/things/b"], "", ""),
        (["/v1/a"], "https://api.example.com", "/v1"),
        (["/v1/a"], "https://api.example.com/v1", ""),
        (["/"], "", ""),
        ([], "", ""),
    ],
)
def test_what_all_paths_begin_with(
    paths: list[str], base_url: str, prefix: str
) -> None:
    assert path_prefix(paths, base_url) == prefix


@pytest.mark.parametrize(
    ("base_url", "target"),
    [
        ("https://a.example", "/v1/things"),
        ("https://a.example/v1", "/v1/things"),
        ("https://a.example/v1/", "/v1/things"),
        ("https://a.example/proxy", "/proxy/v1/things"),
        ("https://a.example/proxy/v1", "/proxy/v1/things"),
        ("https://a.example/xv1", "/xv1/v1/things"),
    ],
)
def test_the_prefix_is_not_sent_twice(
    tmp_path: Path, base_url: str, target: str
) -> None:
    paths: dict[str, Any] = {
        path: {"get": operation(operationId=name)}
        for path, name in (("/v1/things", "list"), ("/v1", "root"))
    }
    calls = Calls(tmp_path, document(paths=paths), base_url=base_url)
    assert calls("list").target == target
    assert calls("root").target == target.removesuffix("/things")
