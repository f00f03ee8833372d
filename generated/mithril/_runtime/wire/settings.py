# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Settings of the transports of a client."""

from __future__ import annotations

from typing import Any, NamedTuple


class Settings(NamedTuple):
    """Settings of the transports of a client."""

    verify: bool | str = True
    proxy: str | None = None
    given: Any = None
    """An httpx2 client, or a function that returns one."""
