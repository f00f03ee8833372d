"""Other operations that an extension names, and the addresses of their arguments."""

from __future__ import annotations

from keyword import iskeyword
from typing import Any

from clientpress.api.behaviours import Call
from clientpress.diagnostics import Place
from clientpress.document.data import is_object
from clientpress.parse.extensions.common import Reader, texts

# Where values of parameters may come from. A form that ends in `/` or `.` is continued by a name.
JOB = ("$job",)
JOB_STATE = ("$job", "$job#/")
ANSWER = ("$response.body#/",)
STATUS = ("$request.path.", "$response.body#/")
NOWHERE = ()


def parse_call(
    value: Any, place: Place, outer: Reader, forms: tuple[str, ...]
) -> Call | None:
    """Read `{operation: …, parameters: {name: address}}`, which may have no other members.

    Args:
        value: The value of the extension's member.
        place: The place of the value.
        outer: The reader of the extension; it notes whether there is a finding.
        forms: The forms of addresses that the call allows.

    Returns:
        The call; None after a finding.
    """
    reader = Reader(value, place, outer.report, "a call of an operation")
    call = read_call(reader, forms) if reader.ok else None
    ok = reader.finish() if reader.ok else False
    outer.ok = outer.ok and ok
    return call if ok else None


def read_call(reader: Reader, forms: tuple[str, ...]) -> Call:
    """Read the members `operation` and `parameters` of an object that has other members too.

    Args:
        reader: The reader of the object.
        forms: The forms of addresses that the call allows; if empty, it has no parameters.
    """
    operation = reader.text("operation", None)
    parameters = list[tuple[str, tuple[str, ...]]]()
    if not forms:
        return Call(operation)
    members = reader.value("parameters")
    if members is not None and not is_object(members):
        reader.fail("parameters", "'parameters' must be an object")
    for name, address in members.items() if is_object(members) else ():
        addresses = texts(address)
        if addresses is None:
            reader.fail("parameters", f"{name!r} needs an address or a list of them")
        else:
            for text in addresses:
                _check_address(reader, name, text, forms)
            parameters.append((name, addresses))
    return Call(operation, tuple(parameters))


_EXAMPLES = {"/": "member", ".": "name"}


def _check_address(
    reader: Reader, name: str, address: str, forms: tuple[str, ...]
) -> None:
    """Report an address that has none of the forms which the call allows."""
    open_ended = tuple(form for form in forms if form[-1] in _EXAMPLES)
    if address not in forms and not address.startswith(open_ended):
        examples = [repr(form + _EXAMPLES.get(form[-1], "")) for form in forms]
        reader.fail(
            "parameters",
            f"{address!r} is no address for {name!r}",
            f"Write {' or '.join(examples)}.",
        )


def address_of(reader: Reader, key: str, default: str | None, prefix: str) -> str:
    """Read a member that is an address of one form."""
    address = reader.text(key, default)
    if address and not address.startswith(prefix):
        reader.fail(
            key, f"{address!r} is no address for {key!r}", f"Write '{prefix}member'."
        )
    return address


def method_of(reader: Reader, key: str, default: str) -> str:
    """Read a member that names a method."""
    name = reader.text(key, default)
    is_name = name.isidentifier() and not iskeyword(name) and not name.startswith("_")
    if not is_name and (name or reader.has(key)):
        reader.fail(key, f"{name!r} cannot be the name of a method")
    return name
