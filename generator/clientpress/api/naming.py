"""Where names come from."""

from __future__ import annotations

from enum import StrEnum


class Naming(StrEnum):
    """Where the names of groups and methods come from, if the document does not pin them."""

    RESOURCE = "resource"
    """From paths and HTTP methods: `client.pets.list`."""
    OPERATION_ID = "operation-id"
    """From tags and operationIds: `client.pets.list_pets`."""
