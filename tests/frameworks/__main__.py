"""`python -m tests.frameworks [NAME…]`: install web frameworks, or all, and call their apps."""

from __future__ import annotations

import sys

import pytest

from tests.frameworks.environments import HERE, main

names = sys.argv[1:]
installed = main(names)
if installed == 2:
    sys.exit(installed)
options = ["-n", "2", "-m", "slow or not slow", "-rs", str(HERE)]
if names:
    options += ["-k", " or ".join(names)]
sys.exit(pytest.main(options) or installed)
