"""Other operations that an extension names, and the addresses of what they are given."""

from __future__ import annotations

from typing import Any

from clientpress.api.behaviours import Call
from clientpress.diagnostics import Place
from clientpress.document.data import is_object
from clientpress.parse.extensions.common import Reader, texts


def parse_call(value: Any, place: Place, outer: Reader) -> Call | None:
    """`{operation: …, parameters: {name: address}}` and nothing else."""
    reader = Reader(value, place, outer.report, "a call of an operation")
    made = read_call(reader) if reader.ok else None
    ok = reader.finish() if reader.ok else False
    outer.ok = outer.ok and ok
    return made if ok else None


def read_call(reader: Reader) -> Call:
    """The members `operation` and `parameters` of something that has others beside them."""
    operation = reader.text("operation", None)
    found = list[tuple[str, tuple[str, ...]]]()
    given = reader.value("parameters")
    if given is not None and not is_object(given):
        reader.fail("parameters", "'parameters' must be an object")
    for name, address in given.items() if is_object(given) else ():
        addresses = texts(address)
        if addresses is None:
            reader.fail("parameters", f"{name!r} needs an address or a list of them")
        else:
            for text in addresses:
                check_address(reader, "parameters", text)
            found.append((name, addresses))
    return Call(operation, tuple(found))


_FORMS = ("$response.body#/", "$request.body#/", "$request.path.", "$job#/")


def check_address(reader: Reader, key: str, address: str) -> None:
    """Report an address that is none of the forms that extensions know."""
    if address != "$job" and not address.startswith(_FORMS):
        reader.fail(
            key,
            f"{address!r} is no address",
            "Write '$response.body#/member', '$request.path.name', '$job' or '$job#/member'.",
        )


def address_of(reader: Reader, key: str, default: str | None, prefix: str) -> str:
    """A member that is an address of one kind."""
    found = reader.text(key, default)
    if found and not found.startswith(prefix):
        reader.fail(
            key, f"{found!r} is no address for {key!r}", f"Write '{prefix}member'."
        )
    return found


def method_of(reader: Reader, key: str, default: str) -> str:
    """A member that names a method."""
    name = reader.text(key, default)
    if name and (not name.isidentifier() or name.startswith("_")):
        reader.fail(key, f"{name!r} cannot be the name of a method")
    return name
