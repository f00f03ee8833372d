"""Documents of our own, which together have every construct: the whole judge over each client."""

from __future__ import annotations

from pathlib import Path

import pytest

from clientpress.generating import generate
from tests.judge.__main__ import judge
from tests.judge.making import type_findings
from tests.judge.one import package_name
from tests.judge.table import causes

DOCUMENTS = sorted((Path(__file__).parent / "documents").glob("*.yaml"))


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("documents")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_the_client_does_what_the_document_says(path: Path, workspace: Path) -> None:
    verdict = judge(path, workspace)
    assert not verdict.crash, verdict.crash
    wrong = causes([verdict])
    assert not wrong, "\n".join(wrong)
    assert verdict.usable and verdict.complete and verdict.stable
    assert verdict.calls.all >= verdict.operations
    # Nothing is left unjudged but for the reasons of openapi-core, and bodies of no known form.
    unjudged = [reason for reason in verdict.skipped if "openapi-core" not in reason]
    assert [reason for reason in unjudged if not reason.startswith("opaque body")] == []
    assert verdict.impossible == {}


def test_mypy_and_pyright_find_nothing(tmp_path: Path) -> None:
    folders = [tmp_path / package_name(path) for path in DOCUMENTS]
    for path, folder in zip(DOCUMENTS, folders, strict=True):
        generate(path, folder)
    findings = type_findings(folders, tmp_path)
    assert {name: said for name, said in findings.items() if said} == {}
