"""What each app is called with, what it has to see, and what has to come back."""

from __future__ import annotations

from tests.frameworks.calls import (
    apiflask,
    drf,
    fastapi,
    fastify,
    hono,
    litestar,
    nestjs,
    ninja,
    smorest,
)

__all__ = ["APPS"]

APPS = (
    fastapi.APP,
    litestar.APP,
    ninja.APP,
    drf.APP,
    smorest.APP,
    apiflask.APP,
    nestjs.APP,
    fastify.APP,
    hono.APP,
)
