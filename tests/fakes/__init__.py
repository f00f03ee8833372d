"""Stateful fake services over real HTTP, for tests and for the demonstration."""
