"""Other operations that an extension names, and the addresses of what they are given."""

from __future__ import annotations

from keyword import iskeyword
from typing import Any

from clientpress.api.behaviours import Call
from clientpress.diagnostics import Place
from clientpress.document.data import is_object
from clientpress.parse.extensions.common import Reader, texts

# Where the values of parameters may come from. A form that ends in a letter or digit stands alone.
JOB = ("$job",)
JOB_STATE = ("$job", "$job#/")
ANSWER = ("$response.body#/",)
STATUS = ("$request.path.", "$response.body#/")
NOWHERE = ()


def parse_call(
    value: Any, place: Place, outer: Reader, forms: tuple[str, ...]
) -> Call | None:
    """`{operation: …, parameters: {name: address}}` and nothing else."""
    reader = Reader(value, place, outer.report, "a call of an operation")
    made = read_call(reader, forms) if reader.ok else None
    ok = reader.finish() if reader.ok else False
    outer.ok = outer.ok and ok
    return made if ok else None


def read_call(reader: Reader, forms: tuple[str, ...]) -> Call:
    """The members `operation` and `parameters` of something that has others beside them.

    Args:
        forms: The addresses that the call knows; without one it has no parameters.
    """
    operation = reader.text("operation", None)
    found = list[tuple[str, tuple[str, ...]]]()
    if not forms:
        return Call(operation)
    given = reader.value("parameters")
    if given is not None and not is_object(given):
        reader.fail("parameters", "'parameters' must be an object")
    for name, address in given.items() if is_object(given) else ():
        addresses = texts(address)
        if addresses is None:
            reader.fail("parameters", f"{name!r} needs an address or a list of them")
        else:
            for text in addresses:
                _check_address(reader, name, text, forms)
            found.append((name, addresses))
    return Call(operation, tuple(found))


_SHOWN = {"/": "member", ".": "name"}


def _check_address(
    reader: Reader, name: str, address: str, forms: tuple[str, ...]
) -> None:
    """Report an address that is none of the forms that the call knows."""
    open_ended = tuple(form for form in forms if form[-1] in _SHOWN)
    if address not in forms and not address.startswith(open_ended):
        shown = [repr(form + _SHOWN.get(form[-1], "")) for form in forms]
        reader.fail(
            "parameters",
            f"{address!r} is no address for {name!r}",
            f"Write {' or '.join(shown)}.",
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
    is_name = name.isidentifier() and not iskeyword(name) and not name.startswith("_")
    if not is_name and (name or reader.has(key)):
        reader.fail(key, f"{name!r} cannot be the name of a method")
    return name
