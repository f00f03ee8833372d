"""Fake APIs of whole documents: every operation is answered, and what a generated client sends is
accepted, which another judge has accepted.
"""

from __future__ import annotations

import tarfile
import time
from pathlib import Path

import httpx2
import pytest

from clientpress.generating import generate
from clientpress.testing import FakeApi, RequestMismatch
from clientpress.testing.reading import Documents
from tests.judge.calling import Calls
from tests.judge.complete import judge_complete, methods_of
from tests.judge.making import FEATURES
from tests.judge.packages import Package
from tests.judge.verdict import Verdict

ROOT = Path(__file__).parents[2]
OURS = sorted([*ROOT.glob("tests/documents/*.yaml"), *ROOT.glob("specs/*.yaml")])
CORPUS = ROOT.parent / "shared/corpus/dev.tar.xz"


@pytest.mark.parametrize("document", OURS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore:Unsupported scheme type")
def test_what_a_client_sends_is_accepted(document: Path, tmp_path: Path) -> None:
    api = FakeApi(document, base_url="https://judge.invalid/")
    found = list[str]()
    verdict = Verdict(document.name)

    class Asked(Calls):
        def _handle(self, request: httpx2.Request) -> httpx2.Response:
            request.read()
            api.add_credentials(request)
            try:
                assert api.handle_request(request).status_code < 400
            except RequestMismatch as error:
                found.append(str(error))
            return super()._handle(request)

    # The judge sends members that no schema declares, too.
    outcome = generate(document, tmp_path / f"kit_{document.stem}", features=FEATURES)
    package = Package(tmp_path / f"kit_{document.stem}", outcome.build.plan)
    documents, methods = Documents(document), methods_of(package)
    calls = Asked(package, documents, methods, verdict)
    calls.judge(judge_complete(package, documents, methods, calls.client, verdict))
    assert not found, "\n".join(found)
    assert len(api.requests) >= verdict.operations > 0


def unpacked(name: str, folder: Path) -> Path:
    """A public document."""
    if not CORPUS.is_file():
        pytest.skip("the public documents are not there")
    with tarfile.open(CORPUS) as archive:
        for member in archive:
            if Path(member.name).name == name:
                archive.extract(member, folder, filter="data")
                return folder / member.name
    pytest.fail(f"{name} is not among the public documents")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["github.json", "httpbin.yaml", "petstore-3.1.yaml"])
def test_every_operation_of_a_public_document_is_answered(
    name: str, tmp_path: Path
) -> None:
    path = unpacked(name, tmp_path)
    start = time.process_time()
    api = FakeApi(path)
    assert time.process_time() - start < 30  # GitHub: 1.5 s of CPU; not a race
    for operation in Documents(path).operations():
        # The answer is made when it is given, and has to fit the document.
        api.answers(operation.name)
