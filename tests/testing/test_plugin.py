"""The plugin of pytest, in runs of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import blocks_of

SHOP = Path(__file__).with_name("shop.yaml")
ASK = """
import httpx2
import pytest
from clientpress.testing import FakeApi

URL = "https://shop.example.com/v1/items/i1"

def ask(transport):
    headers = {"X-Key": "top-secret", "X-Licence": "licence-secret"}
    with httpx2.Client(transport=transport, headers=headers) as client:
        return client.get(URL).json()
"""


ROOT = Path(__file__).parents[2]


def run_pytest(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """A run in a process of its own, which loads the plugin by its name or by its entry point."""
    plugin = ("-p", "clientpress.testing.plugin", "-p", "no:cacheprovider")
    return pytester.runpytest_subprocess(*plugin, *arguments, timeout=600)


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder with the document and a network that only says its name."""
    monkeypatch.setenv(
        "PYTHONPATH", f"{ROOT / 'generator'}{os.pathsep}{ROOT / 'generated'}"
    )
    (pytester.path / "shop.yaml").write_text(SHOP.read_text())
    pytester.makeconftest("""
        import httpx2, pytest

        @pytest.fixture(autouse=True)
        def network(monkeypatch):
            def answer(self, request):
                return httpx2.Response(200, json={"id": "i1", "name": "from the network"})
            monkeypatch.setattr(httpx2.HTTPTransport, "handle_request", answer)
    """)
    return pytester


def test_the_fixture_makes_fake_apis(run: pytest.Pytester) -> None:
    run.makepyfile(ASK + """
def test_one(fake_api):
    api = fake_api("shop.yaml")
    api.answers("getItem", json={"id": "i1", "name": "mine"})
    assert ask(api)["name"] == "mine"
    assert ask(fake_api("shop.yaml"))["name"] == "text"  # another one

def test_two(fake_api):
    assert fake_api("shop.yaml").requests == []

def test_unused(fake_api):
    fake_api("shop.yaml").answers("getItem", status=200)

def test_strict(fake_api):
    fake_api("shop.yaml", strict=True).answers("getItem", status=200)

def test_refused(fake_api):
    with httpx2.Client(transport=fake_api("shop.yaml")) as client:
        client.get("https://shop.example.com/v1/things")
""")
    result = run_pytest(run)
    result.assert_outcomes(passed=4, failed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["*UnusedAnswers: answers that nobody asked for: getItem: 1"]
    )
    result.stdout.fnmatch_lines(
        [
            "*RequestMismatch: GET https://shop.example.com/v1/things breaks the document:"
        ]
    )


def test_recordings_stand_beside_the_test(run: pytest.Pytester) -> None:
    run.makepyfile(test_shop=ASK + """
@pytest.mark.recorded(document="shop.yaml")
def test_item(recorded):
    assert ask(recorded)["name"] == "from the network"

class TestItems:
    @pytest.mark.parametrize("word", ["a b", "a/b"])
    def test_words(self, recorded, word):
        assert ask(recorded)["name"] == "from the network"
""")
    missing = run_pytest(run)
    missing.assert_outcomes(errors=3)
    missing.stdout.fnmatch_lines(
        ["*test_item.json: there is no such recording; pytest --record makes it"]
    )
    run_pytest(run, "--record").assert_outcomes(passed=3)
    files = sorted(run.path.glob("recordings/test_shop/*.json"))
    assert len(files) == 3
    assert files[-1].name == "test_item.json"
    assert "top-secret" not in files[-1].read_text()
    assert "top-secret" not in files[0].read_text()  # its name says that it is a key
    assert "licence-secret" in files[0].read_text()  # nobody says that it is one
    data = json.loads(files[-1].read_text())
    data["exchanges"][0]["response"]["json"]["name"] = "from the file"
    files[-1].write_text(json.dumps(data))
    run_pytest(run).assert_outcomes(passed=2, failed=1)


def test_names_can_be_redacted_for_all_tests(run: pytest.Pytester) -> None:
    run.makeini("[pytest]\nclientpress_redact = x-licence\n")
    run.makepyfile(test_shop=ASK + """
def test_item(recorded):
    ask(recorded)
""")
    run_pytest(run, "--record").assert_outcomes(passed=1)
    [file] = run.path.glob("recordings/test_shop/*.json")
    assert "licence-secret" not in file.read_text()


def test_one_name_can_be_redacted_for_one_test(run: pytest.Pytester) -> None:
    run.makepyfile(test_shop=ASK + """
@pytest.mark.recorded(redact="x-licence")
def test_item(recorded):
    ask(recorded)
""")
    run_pytest(run, "--record").assert_outcomes(passed=1)
    [file] = run.path.glob("recordings/test_shop/*.json")
    assert "licence-secret" not in file.read_text()


def test_the_tests_of_the_page_run(run: pytest.Pytester) -> None:
    page = ROOT / "docs/testing.md"
    (run.path / "specs").symlink_to(ROOT / "specs")
    run.makeconftest("""
        import httpx2, pytest
        from clientpress.testing import FakeApi

        @pytest.fixture(autouse=True)
        def network(monkeypatch):
            api = FakeApi("specs/xai_batches.yaml")
            monkeypatch.setattr(
                httpx2.HTTPTransport, "handle_request", lambda self, r: api.handle_request(r)
            )
    """)
    run.makepyfile(blocks_of(page)[-1].source)
    run_pytest(run, "--record").assert_outcomes(passed=2)
    run_pytest(run).assert_outcomes(passed=2)


def test_pytest_starts_without_the_kit() -> None:
    code = (
        "import sys, clientpress.testing.plugin as p; print([m for m in sys.modules"
        " if m.startswith(('clientpress.', 'httpx2', 'jsonschema_rs', 'yaml'))])"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert (
        said.stdout.strip() == "['clientpress.testing', 'clientpress.testing.plugin']"
    )
