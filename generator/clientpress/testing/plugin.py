"""The pytest plugin: the fixtures `fake_api` and `recorded`, and the option `--record`.

Every run of pytest loads it, so it imports the rest only when a fixture is used.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from clientpress.testing import FakeApi, Player, Recorder
    from clientpress.testing.loading import DocumentLike
    from clientpress.testing.reading import Documents

__all__ = ["FakeApis", "fake_api", "recorded"]

_DOCUMENTS = pytest.StashKey["dict[tuple[Path, int], Documents]"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option `--record` and the setting `clientpress_redact`."""
    group = parser.getgroup("clientpress", "tests of programs that use a client")
    group.addoption(
        "--record",
        action="store_true",
        help="record real exchanges again, for tests with the fixture `recorded`",
    )
    parser.addini(
        "clientpress_redact",
        "names of headers, query parameters and members that are secret in recordings",
        type="args",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Add the marker `recorded`."""
    config.addinivalue_line(
        "markers",
        "recorded(document=None, redact=()): what the fixture `recorded` leaves out of its file",
    )
    config.stash[_DOCUMENTS] = {}


class FakeApis:
    """Makes fake APIs for one test. A document is read once in a run.

    Args:
        config: The configuration of pytest.
        folder: The folder of the test, where documents are searched first; then in the root folder.
    """

    def __init__(self, config: pytest.Config, folder: Path) -> None:
        self._config, self._folder = config, folder
        self._apis: list[tuple[FakeApi, bool]] = []

    def __call__(
        self,
        document: DocumentLike,
        *,
        base_url: str = "",
        strict: bool = False,
        credentials: bool = True,
        undeclared: bool = False,
    ) -> FakeApi:
        """Make a `FakeApi`; the arguments are those of `FakeApi`.

        With `strict`, the test fails if answers are left at its end.
        """
        from clientpress.testing import FakeApi

        if isinstance(document, (str, os.PathLike)):
            document = self._opened(Path(document))
        api = FakeApi(
            document, base_url=base_url, credentials=credentials, undeclared=undeclared
        )
        self._apis.append((api, strict))
        return api

    def _opened(self, path: Path) -> Documents:
        """Read a document, or take it from an earlier test."""
        from clientpress.testing.loading import open_document

        for folder in (self._folder, self._config.rootpath):
            if (folder / path).is_file():
                path = folder / path
                break
        known = self._config.stash[_DOCUMENTS]
        key = path, path.stat().st_mtime_ns if path.is_file() else 0
        if key not in known:
            known[key] = open_document(path)
        return known[key]

    def verify(self) -> None:
        """Check that every answer of strict fake APIs was needed.

        Raises:
            UnusedAnswers: Some were not.
        """
        for api, strict in self._apis:
            if strict:
                api.verify()


@pytest.fixture
def fake_api(request: pytest.FixtureRequest) -> Iterator[FakeApis]:
    """Makes fake APIs: `api = fake_api("openapi.yaml")`."""
    apis = FakeApis(request.config, request.path.parent)
    yield apis
    apis.verify()


@pytest.fixture
def recorded(request: pytest.FixtureRequest) -> Iterator[Recorder | Player]:
    """A transport that answers from the recording of this test.

    The recording is in the folder `recordings` beside the test's file. With `--record`, the transport sends
    requests, and records them again.
    """
    from clientpress.testing import UnreadableRecording, record, replay

    path = _recording_of(request)
    if not request.config.getoption("--record"):
        try:
            player = replay(path)
        except UnreadableRecording as error:
            pytest.fail(f"{error}; pytest --record makes it", pytrace=False)
        yield player
        return
    marker = request.node.get_closest_marker("recorded")
    arguments: dict[str, Any] = dict(marker.kwargs) if marker else {}
    own = arguments.pop("redact", ())
    redact = [*request.config.getini("clientpress_redact")]
    redact += [own] if isinstance(own, str) else own
    document = arguments.pop("document", None)
    if isinstance(document, (str, os.PathLike)):
        beside = request.path.parent / document
        document = beside if beside.is_file() else request.config.rootpath / document
    recorder = record(path, document=document, redact=redact, **arguments)
    yield recorder
    recorder.close()


def _recording_of(request: pytest.FixtureRequest) -> Path:
    """The path of the recording of a test."""
    _, _, inside = request.node.nodeid.partition("::")
    name = inside.replace("::", ".")
    plain = re.sub(r"[^\w.-]+", "_", name).strip("_")
    if plain != name:  # two names may become the same
        plain = f"{plain}-{zlib.crc32(name.encode()):08x}"
    return request.path.parent / "recordings" / request.path.stem / f"{plain}.json"
