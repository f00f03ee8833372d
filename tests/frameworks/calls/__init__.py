"""What each app is called with, what it has to see, and what has to come back."""

from __future__ import annotations

from tests.frameworks.calls import fastapi

__all__ = ["APPS"]

APPS = (fastapi.APP,)
