"""Settings for the tests of the generator."""

from __future__ import annotations

from hypothesis import settings

# Black judges many of these; how long it takes says nothing about what is tested.
settings.register_profile("generator", deadline=None)
settings.load_profile("generator")
