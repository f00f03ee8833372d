"""Tables and files: `table`, `tables`, `download`, `upload` and `signed-upload`."""

from __future__ import annotations

import re
from typing import Any, Literal

from clientpress.api.behaviours import Download, PreparedUpload, Table, Upload
from clientpress.diagnostics import Place, Report
from clientpress.document.data import is_array, is_object
from clientpress.parse.extensions.calls import (
    ANSWER,
    address_of,
    method_of,
    parse_call,
)
from clientpress.parse.extensions.common import Reader, is_number, texts
from clientpress.runtime.tables.schema import (
    Family,
    FileFormat,
    JsonLayout,
    ResultTables,
)
from clientpress.runtime.wire.links import DownloadFrom, SignedUpload

FORMATS: tuple[FileFormat, ...] = ("csv", "parquet")
LAYOUTS: dict[str, Literal["columns", "list", "map"]] = {
    "columns": "columns",
    "list": "list",
    "map": "map",
}
_BODY = "$response.body#/"


def parse_table(value: Any, place: Place, report: Report) -> Table | None:
    """`x-clientpress-table` on the schema of a row."""
    reader = Reader(value, place, report, "x-clientpress-table")
    if not reader.ok:
        return None
    name = reader.text("name", None)
    if name and not name.isidentifier():
        reader.fail("name", f"{name!r} cannot be the name of a class")
    match = reader.value("match")
    if match is not None and not (
        is_object(match) and all(_is_scalar(item) for item in match.values())
    ):
        reader.fail("match", "'match' must be an object of scalars")
    table = Table(
        name=name,
        match=tuple(match.items()) if is_object(match) else (),
        aliases=_aliases(reader),
        families=_families(reader),
        json=_layout(reader),
    )
    return table if reader.finish() else None


def _is_scalar(value: Any) -> bool:
    """Whether a value is a string, a boolean or a number."""
    return isinstance(value, (str, bool)) or is_number(value)


def _aliases(reader: Reader) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Read the other names of columns."""
    members, aliases = reader.value("aliases"), list[tuple[str, tuple[str, ...]]]()
    if members is not None and not is_object(members):
        reader.fail("aliases", "'aliases' must be an object: column to other names")
    for column, names in members.items() if is_object(members) else ():
        others = texts(names)
        if others is None:
            reader.fail("aliases", f"{column!r} needs a name or a list of names")
        else:
            aliases.append((column, others))
    return tuple(aliases)


def _families(outer: Reader) -> tuple[Family, ...]:
    """Read the families of columns."""
    value, families = outer.value("family"), list[Family]()
    place = outer.place.child("family")
    if value is None:
        return ()
    listed = (
        [(item, place.child(i)) for i, item in enumerate(value)]
        if is_array(value)
        else [(value, place)]
    )
    for item, at in listed:
        reader = Reader(item, at, outer.report, "a family of columns")
        if reader.ok:
            pattern = reader.text("columns", None)
            try:
                if re.compile(pattern).groups != 1:
                    reader.fail("columns", "the pattern needs one group, the number")
            except re.error as e:
                reader.fail("columns", f"{pattern!r} is no regular expression: {e}")
            families.append(Family(reader.text("field", None), pattern))
            reader.finish()
        outer.ok = outer.ok and reader.ok
    return tuple(families)


def _layout(outer: Reader) -> JsonLayout:
    """Read how JSON represents the table."""
    value, layout = outer.value("json"), JsonLayout()
    if value is None:
        return layout
    reader = Reader(value, outer.place.child("json"), outer.report, "'json'")
    if reader.ok:
        kind = LAYOUTS.get(reader.text("layout", None, tuple(LAYOUTS)), "columns")
        layout = JsonLayout(
            layout=kind,
            at=reader.pointer("at", None if kind == "list" else ""),
            key=reader.text("key", None if kind == "map" else ""),
            value=reader.text("value", None if kind == "map" else ""),
        )
        reader.finish()
    outer.ok = outer.ok and reader.ok
    return layout


def parse_tables(value: Any, place: Place, report: Report) -> ResultTables | None:
    """`x-clientpress-tables` on a response."""
    reader = Reader(value, place, report, "x-clientpress-tables")
    if not reader.ok:
        return None
    tables = ResultTables(
        of=_names(reader, "of"),
        unwrap=reader.pointer("unwrap"),
        trust_content_type=reader.flag("trust_content_type", True),
    )
    return tables if reader.finish() else None


def _names(reader: Reader, key: str) -> tuple[str, ...]:
    """Read a list of names, which is required."""
    names = texts(reader.value(key))
    if names is None:
        reader.fail(
            key if reader.has(key) else "", f"{reader.what} needs a list {key!r}"
        )
    return names or ()


def parse_downloads(
    value: Any, place: Place, report: Report
) -> tuple[Download, ...] | None:
    """`x-clientpress-download` on a response: one file, or a list of several."""
    if not is_array(value):
        one = _download(value, place, report)
        return (one,) if one else None
    read = [_download(item, place.child(i), report) for i, item in enumerate(value)]
    names = [name for x in read if x for name in (x.method, x.file_method) if name]
    for name in {name for name in names if names.count(name) > 1}:
        hint = "Give each a 'file_method' of its own, and a 'method' if it has tables."
        report.error("CP302", place, f"two methods are called {name!r}", hint)
    return tuple(x for x in read if x)


def _download(value: Any, place: Place, report: Report) -> Download | None:
    reader = Reader(value, place, report, "x-clientpress-download")
    if not reader.ok:
        return None
    tables = None
    if reader.has("tables"):
        tables = ResultTables(
            of=_names(reader, "tables"),
            unwrap=reader.pointer("unwrap"),
            trust_content_type=False,
        )
    download = Download(
        source=DownloadFrom(
            url=address_of(reader, "url", None, _BODY),
            auth=reader.text("auth", "none", ("none", "api")),
        ),
        tables=tables,
        method=method_of(reader, "method", "table" if tables else ""),
        file_method=method_of(reader, "file_method", "file"),
    )
    if download.method and download.method == download.file_method:
        hint = "Give each a name of its own."
        reader.fail("file_method", f"two methods are called {download.method!r}", hint)
    if not tables:
        for key in ("method", "unwrap"):
            if reader.has(key):
                hint = "The file's own method is 'file_method'."
                reader.fail(key, f"{key!r} means nothing without 'tables'", hint)
    return download if reader.finish() else None


def parse_upload(value: Any, place: Place, report: Report) -> Upload | None:
    """`x-clientpress-upload` on a file of a form."""
    reader = Reader(value, place, report, "x-clientpress-upload")
    if not reader.ok:
        return None
    names = _names(reader, "tables") if reader.has("tables") else ()
    for name in names:
        if name not in FORMATS:
            reader.fail("tables", f"{name!r} is not one of {', '.join(FORMATS)}")
    upload = Upload(
        max_bytes=int(reader.number("max_bytes", 0)),
        tables=tuple(format for name in names for format in FORMATS if format == name),
    )
    return upload if reader.finish() else None


def parse_signed_upload(
    value: Any, place: Place, report: Report
) -> PreparedUpload | None:
    """`x-clientpress-signed-upload` on the operation that prepares an upload."""
    reader = Reader(value, place, report, "x-clientpress-signed-upload")
    if not reader.ok:
        return None
    request = "$request.body#/"
    complete = (
        parse_call(reader.value("complete"), place.child("complete"), reader, ANSWER)
        if reader.has("complete")
        else None
    )
    upload = SignedUpload[Any](
        url=address_of(reader, "url", None, _BODY),
        name=address_of(reader, "name", None, request),
        size=address_of(reader, "size", None, request),
        type=address_of(reader, "type", None, request),
        content_type=address_of(reader, "content_type", "", _BODY),
    )
    method = method_of(reader, "method", "upload")
    prepared = PreparedUpload(upload=upload, complete=complete, method=method)
    return prepared if reader.finish() else None
