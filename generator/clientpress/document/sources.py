"""The files of a document: loading them, finding lines and columns in them, following
references between them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from clientpress.diagnostics import Place, Position, Report, escape_step, pointer_steps
from clientpress.document.data import is_array, is_object
from clientpress.document.reading import (
    Source,
    UnreadableError,
    decode,
    read_bytes,
    read_text,
)
from clientpress.document.remote import fetch, shown_url

# RFC 6901, section 4.
_INDEX = re.compile(r"(0|[1-9][0-9]{0,9})\Z", re.ASCII)


class Node(NamedTuple):
    """A value of a document and where it stands."""

    data: Any
    place: Place

    def child(self, *keys: str | int) -> Node:
        """A member or item that is there."""
        data = self.data
        for key in keys:
            data = data[key]
        return Node(data, self.place.child(*keys))


class Sources:
    """All files that one document is made of, by the name shown to the user.

    Args:
        allow_remote: Whether references to http and https are fetched.
    """

    def __init__(self, report: Report, *, allow_remote: bool = False) -> None:
        self._report, self._allow_remote = report, allow_remote
        self._by_uri: dict[str, Source | None] = {}
        self._by_name: dict[str, Source] = {}
        self._by_inode: dict[tuple[int, int], Source | None] = {}
        self._texts: dict[str, str] = {}  # also of files that could not be understood
        self._root = Path()

    def open(self, path: Path) -> Source | None:
        """Load the entry document; findings are reported and None returned when it cannot be
        used.
        """
        where = Place(str(path))
        try:
            self._root = path.resolve().parent
            uri = path.resolve().as_uri()
        except (OSError, ValueError) as error:
            report_as = f"cannot read {path}: {error}"
            self._report.error("E001", where, report_as, "Check the path.")
            return None
        return self._load_file(uri, str(path), path, self._report, where, entry=True)

    def source(self, name: str) -> Source | None:
        """A loaded file by its name."""
        return self._by_name.get(name)

    def locate(self, place: Place) -> Position | None:
        """Line and column of a place."""
        source = self._by_name.get(place.file)
        return source.locate(place.pointer) if source else None

    def line(self, file: str, number: int) -> str:
        """The text of a line of a loaded file; empty where it is not known."""
        text = self._texts.get(file, "")
        start = 0
        for _ in range(number - 1):
            start = text.find("\n", start) + 1
            if start == 0:
                return ""
        end = text.find("\n", start)
        return text[start : end if end >= 0 else None]

    def inputs(self) -> dict[str, str]:
        """Name and text of every file that was read."""
        return {name: source.text for name, source in sorted(self._by_name.items())}

    def resolve(
        self, reference: str, place: Place, report: Report | None = None
    ) -> Node | None:
        """The node that a `$ref` at a place leads to; a reference that leads nowhere is
        reported.

        Relative references are resolved against the `$id` around them (JSON Schema 2020-12,
        section 8.2.1); where nothing has such an address, against the file.
        """
        report = report if report is not None else self._report
        source = self._by_name[place.file]
        resource = self.resource_of(place)
        try:
            address, fragment = urldefrag(reference)
            urls = [
                urljoin(base, address)
                for base in (source.identities.bases[resource], source.uri)
            ]
        except ValueError:
            message = f"the reference {shown_url(reference)!r} is no address"
            report.error("E102", place, message, "Check its spelling.")
            return None
        if address:
            found = self._identified(urls, source) or self._other(
                urls[1] if urlsplit(urls[1]).scheme == "file" else urls[0],
                reference,
                place,
                report,
            )
            if found is None:
                return None
            source, resource = found
        fragment = unquote(fragment) if "%" in fragment else fragment
        if fragment and not fragment.startswith("/"):
            pointer = source.identities.anchor(resource, fragment)
            if pointer is None:
                report.error(
                    "E102",
                    place,
                    f"the reference {shown_url(reference)!r} names no $anchor of {source.name}",
                    "Check its spelling.",
                )
                return None
            return self._follow(source, pointer, reference, place, report)
        if resource and not address and fragment:
            # A pointer starts at the resource, but many authors mean the document.
            inside = self._follow(
                source, resource + fragment, reference, place, Report()
            )
            return inside or self._follow(source, fragment, reference, place, report)
        return self._follow(source, resource + fragment, reference, place, report)

    def resource_of(self, place: Place) -> str:
        """The pointer of the schema resource around a place: its references are relative to it."""
        return self._by_name[place.file].identities.resource_at(place.pointer)

    def dynamic_anchors(self, name: str) -> int:
        """How many schemas of all files have a `$dynamicAnchor` of this name."""
        return sum(
            len(source.identities.dynamic.get(name, ()))
            for source in self._by_name.values()
        )

    def data_at(self, uri: str) -> Any:
        """What is at an address, for a library that follows references itself.

        Raises:
            LookupError: Nothing, or nothing that may be read; that is reported.
        """
        is_file = urlsplit(uri).scheme == "file"
        place = Place(next(iter(self._by_name), ""))
        found = self._other(uri, "" if is_file else uri, place, self._report)
        if found is None:
            raise LookupError(shown_url(uri))
        return found[0].data

    def _follow(
        self, source: Source, pointer: str, reference: str, place: Place, report: Report
    ) -> Node | None:
        here = source.data
        done = ""
        for step in pointer_steps(pointer) if pointer else []:
            if is_object(here) and step in here:
                here = here[step]
            elif is_array(here) and _INDEX.match(step) and int(step) < len(here):
                here = here[int(step)]
            else:
                near = _nearest(step, here)
                hint = (
                    f"Did you mean {near!r}?"
                    if near
                    else f"{done or 'The document'} has no member {step!r}."
                )
                report.error(
                    "E102",
                    place,
                    f"the reference {shown_url(reference)!r} leads nowhere",
                    hint,
                )
                return None
            done = f"{done}/{escape_step(step)}"
        return Node(here, Place(source.name, done))

    def _identified(self, urls: list[str], source: Source) -> tuple[Source, str] | None:
        """The schema resource with one of these addresses, in this file or another one."""
        for each in (source, *self._by_name.values()):
            for url in urls:
                resource = each.identities.resources.get(url)
                if resource is not None:
                    return each, resource
        return None

    def _other(
        self, uri: str, reference: str, place: Place, report: Report
    ) -> tuple[Source, str] | None:
        """Another file, by its address."""
        if uri not in self._by_uri:
            scheme, host = urlsplit(uri)[:2]
            if scheme == "file" and host in ("", "localhost"):
                self._other_file(uri, reference, place, report)
            elif scheme in ("http", "https") and self._allow_remote:
                self._load_remote(uri, place, report)
            else:
                report.error("E103", place, *_not_fetched(reference, scheme))
                self._by_uri[uri] = None
        source = self._by_uri[uri]
        return (source, "") if source else None

    def _other_file(
        self, uri: str, reference: str, place: Place, report: Report
    ) -> None:
        path = _path_of(uri)
        owner = self._by_name[place.file]
        is_absolute = reference.startswith("/") or not _is_relative(reference)
        is_remote = urlsplit(owner.uri).scheme != "file"
        outside = is_absolute and not path.is_relative_to(self._root)
        if is_remote or outside:
            report.error(
                "E103",
                place,
                f"the reference {shown_url(reference)!r} leads out of the folder of the document",
                "Absolute paths lead to files below it only; write a relative one.",
            )
            self._by_uri[uri] = None
            return
        try:
            below = os.path.relpath(path, _path_of(owner.uri).parent)
            name = os.path.normpath(Path(place.file).parent / below)
        except ValueError:  # on another drive
            name = str(path)
        self._load_file(uri, name, path, report, place)

    def _load_file(
        self,
        uri: str,
        name: str,
        path: Path,
        report: Report,
        place: Place,
        *,
        entry: bool = False,
    ) -> Source | None:
        self._by_uri[uri] = None
        try:
            status = path.stat()
            inode = status.st_dev, status.st_ino
        except (OSError, ValueError):
            inode = 0, 0  # reading will say why
        if inode in self._by_inode and inode != (0, 0):
            # One file by two names, as where the case of names makes no difference.
            self._by_uri[uri] = self._by_inode[inode]
            return self._by_uri[uri]
        try:
            raw = read_bytes(path, name, entry=entry)
        except UnreadableError as error:
            report.error(error.code, place, str(error), error.hint)
            return None
        self._by_inode[inode] = self._understand(uri, uri, name, raw, report)
        return self._by_inode[inode]

    def _load_remote(self, uri: str, place: Place, report: Report) -> None:
        self._by_uri[uri] = None
        try:
            raw, final = fetch(uri)
        except UnreadableError as error:
            report.error(error.code, place, str(error), error.hint)
            return
        name = base = shown_url(uri)
        count = 1
        while name in self._by_name:  # addresses that differ in what is not shown
            count += 1
            name = f"{base} ({count})"
        self._understand(uri, final, name, raw, report)

    def _understand(
        self, uri: str, base: str, name: str, raw: bytes, report: Report
    ) -> Source | None:
        text = decode(raw, name, report)
        if text is None:
            return None
        self._texts[name] = text
        source = read_text(text, name, base, report)
        if source:
            self._by_uri[uri] = self._by_name[name] = source
        return source


def _not_fetched(reference: str, scheme: str) -> tuple[str, str]:
    told = f"the reference {shown_url(reference)!r} leads to another host"
    if scheme in ("http", "https"):
        return (
            f"{told}; nothing is fetched from a network",
            "Allow it with --allow-remote, or keep a copy beside this document and refer to that.",
        )
    return f"{told}; only http and https can be fetched", "Keep a copy beside this one."


def _is_relative(reference: str) -> bool:
    return not urlsplit(reference).scheme


def _path_of(uri: str) -> Path:
    """The path of a file: URI."""
    path = unquote(urlsplit(uri).path)
    return Path(path[1:] if path[2:3] == ":" else path)  # /C:/… on Windows


def _nearest(name: str, here: Any) -> str:
    from difflib import get_close_matches

    names: Mapping[str, Any] = here if is_object(here) else {}
    return next(iter(get_close_matches(name, list(names), n=1)), "")
