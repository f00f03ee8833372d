"""Options and fixtures of the whole test suite."""

from __future__ import annotations

import pytest

# The first is an entry point of the package; named for environments that were made before it was.
pytest_plugins = ["clientpress.testing.plugin", "pytester", "tests.random_tests"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--accept",
        action="store_true",
        help="take over what the generator makes now as the expected text (see make accept)",
    )


@pytest.fixture
def accepts(request: pytest.FixtureRequest) -> bool:
    """Whether expected files are to be rewritten."""
    return bool(request.config.getoption("--accept"))
