"""Options and fixtures of the whole test suite."""

from __future__ import annotations

import pytest
from hypothesis import settings

# No test asks how long something takes on a busy machine.
settings.register_profile("clientpress", deadline=None)
settings.load_profile("clientpress")

# An entry point of the package; named here for environments that were made before it was.
pytest_plugins = ["clientpress.testing.plugin", "pytester"]


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
