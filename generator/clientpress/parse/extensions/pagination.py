"""`x-clientpress-pagination` on an operation."""

from __future__ import annotations

from typing import Any

from clientpress.diagnostics import Place, Report
from clientpress.document.data import is_object
from clientpress.parse.extensions.common import Reader
from clientpress.runtime.results.pagination import Pagination

_NEEDS: dict[str, tuple[str, ...]] = {
    "cursor": ("items", "next", "send"),
    "offset": ("items", "send"),
    "page": ("items", "send"),
    "link": ("items", "next"),
    "single": ("items",),
}
_IN_RESPONSE = ("items", "next", "more", "total")


def parse_pagination(
    value: Any, place: Place, report: Report
) -> Pagination[Any] | None:
    """Read the extension; None when it is wrong, which is reported."""
    reader = Reader(value, place, report, "x-clientpress-pagination")
    if not reader.ok:
        return None
    kind = reader.text("kind", None, tuple(_NEEDS))
    last = ""
    if is_object(reader.value("next")) and kind == "cursor":
        below = Reader(reader.value("next"), place.child("next"), report, "'next'")
        last = below.pointer("last", None)
        reader.ok = below.finish() and reader.ok
    addresses = {
        key: "" if key == "next" and last else reader.text(key)
        for key in ("items", "next", "send", "size", "more", "total")
    }
    for key in _NEEDS.get(kind, ()):
        if not addresses[key] and not reader.has(key):
            reader.fail("", f"pagination of the kind {kind!r} needs {key!r}")
    for key, address in addresses.items():
        if address:
            _check_form(reader, key, address)
    first = int(reader.number("first", 1))
    if not reader.finish():
        return None
    return Pagination(kind=kind, last=last, first=first, **addresses)


def _check_form(reader: Reader, key: str, address: str) -> None:
    """Report an address that does not have the form for its key."""
    if key in _IN_RESPONSE:
        is_valid = (
            address.startswith(("$response.body#/", "$response.header."))
            or address == "$response.body"
        )
        hint = "Write '$response.body#/member' or '$response.header.Name'."
    else:
        is_valid = address.startswith(
            ("$request.query.", "$request.header.", "$request.body#/")
        )
        hint = "Write '$request.query.name'."
    if not is_valid:
        reader.fail(key, f"{address!r} is no address for {key!r}", hint)
