"""A document with one of nearly everything, and what becomes of it when something in it is replaced."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from typing import Any

from clientpress.document.data import is_array, is_object

SMALL: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "T", "version": "1", "description": "About."},
    "servers": [
        {
            "url": "https://{region}.example.test/v1",
            "variables": {"region": {"default": "eu", "enum": ["eu", "us"]}},
        }
    ],
    "tags": [{"name": "pets", "description": "Pets."}],
    "security": [{"key": []}, {}],
    "paths": {
        "/pets/{id}": {
            "parameters": [{"$ref": "#/components/parameters/Id"}],
            "get": {
                "operationId": "getPet",
                "tags": ["pets"],
                "summary": "Get.",
                "deprecated": True,
                "parameters": [
                    {
                        "name": "view",
                        "in": "query",
                        "style": "deepObject",
                        "explode": True,
                        "required": False,
                        "schema": {
                            "type": "object",
                            "properties": {"a": {"type": "string"}},
                        },
                    },
                    {
                        "name": "as",
                        "in": "header",
                        "content": {"application/json": {"schema": {"type": "string"}}},
                    },
                ],
                "responses": {
                    "200": {"$ref": "#/components/responses/Pet"},
                    "4XX": {
                        "description": "No.",
                        "headers": {"X-Left": {"schema": {"type": "integer"}}},
                    },
                    "default": {"description": "Else."},
                },
            },
            "post": {
                "requestBody": {"$ref": "#/components/requestBodies/Pet"},
                "security": [],
                "servers": [{"url": "/x"}],
                "callbacks": {
                    "done": {"{$request.body#/url}": {"post": {"responses": {}}}}
                },
                "responses": {"201": {"description": "Made."}},
            },
            "put": {
                "requestBody": {
                    "required": True,
                    "content": {
                        "multipart/form-data": {
                            "schema": {
                                "type": "object",
                                "properties": {
                                    "file": {"type": "string", "format": "binary"}
                                },
                            },
                            "encoding": {"file": {"contentType": "image/png"}},
                        }
                    },
                },
                "responses": {"204": {"description": "Put."}},
            },
        }
    },
    "components": {
        "parameters": {
            "Id": {
                "name": "id",
                "in": "path",
                "required": True,
                "schema": {"type": "integer", "minimum": 1},
            }
        },
        "requestBodies": {
            "Pet": {
                "content": {
                    "application/json": {
                        "schema": {"$ref": "#/components/schemas/Any"},
                        "examples": {"one": {"value": {"kind": "cat"}}},
                    }
                }
            }
        },
        "responses": {
            "Pet": {
                "description": "It.",
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "array",
                            "items": {"$ref": "#/components/schemas/Any"},
                        }
                    }
                },
                "links": {"self": {"operationId": "getPet"}},
            }
        },
        "schemas": {
            "Pet": {
                "type": "object",
                "title": "Pet",
                "required": ["kind"],
                "properties": {
                    "kind": {"type": "string", "enum": ["cat", "dog"]},
                    "age": {
                        "type": ["integer", "null"],
                        "default": 1,
                        "maximum": 9,
                        "examples": [3],
                    },
                    "at": {"type": "string", "format": "date-time", "readOnly": True},
                },
                "additionalProperties": {"type": "string"},
                "discriminator": {
                    "propertyName": "kind",
                    "mapping": {"cat": "#/components/schemas/Cat"},
                },
            },
            "Cat": {
                "allOf": [
                    {"$ref": "#/components/schemas/Pet"},
                    {"properties": {"lives": {"const": 9}}},
                ]
            },
            "Any": {
                "oneOf": [
                    {"$ref": "#/components/schemas/Cat"},
                    {"type": "array", "prefixItems": [{"type": "number"}]},
                ]
            },
        },
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "flow": {
                "type": "oauth2",
                "flows": {
                    "clientCredentials": {
                        "tokenUrl": "https://example.test/token",
                        "scopes": {"a": "b"},
                    }
                },
            },
            "http": {"type": "http", "scheme": "bearer"},
        },
    },
    "webhooks": {"new": {"post": {"responses": {"200": {"description": "Seen."}}}}},
}
VALUES: list[Any] = [None, 7, "x", [], {}, True, [7], {"x": 7}, [[]], [None], 1.5, ""]


def places(data: Any, *way: str | int) -> Iterator[tuple[str | int, ...]]:
    """Where every value of a document stands."""
    found: Iterable[tuple[str | int, Any]] = ()
    if is_object(data):
        found = data.items()
    elif is_array(data):
        found = enumerate(data)
    for key, value in found:
        yield (*way, key)
        yield from places(value, *way, key)


def replaced(way: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    """The small document with something else at one place."""
    data = copy.deepcopy(SMALL)
    here: Any = data
    for key in way[:-1]:
        here = here[key]
    here[way[-1]] = value
    return data
