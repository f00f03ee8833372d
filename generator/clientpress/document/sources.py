"""The files of a document: load them, find lines and columns, follow references between them."""

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
    STDIN,
    Source,
    UnreadableError,
    decode,
    read_bytes,
    read_stdin,
    read_text,
)
from clientpress.document.remote import fetch, shown_url

STDIN_NAME = "stdin"

# RFC 6901, section 4.
_INDEX = re.compile(r"(0|[1-9][0-9]{0,9})\Z", re.ASCII)


class Node(NamedTuple):
    """A value of a document, and its place."""

    data: Any
    place: Place

    def child(self, *keys: str | int) -> Node:
        """A member or an item, which must exist."""
        data = self.data
        for key in keys:
            data = data[key]
        return Node(data, self.place.child(*keys))


class _NowhereError(Exception):
    """A reference cannot be followed.

    Attributes:
        code: The code of the finding; empty where a file cannot be understood, which has findings of
            its own.
        message: The message of the finding; without a code, the name of that file.
        hint: The hint of the finding.
    """

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


class Sources:
    """All files of one document, by the name that is shown to the user.

    Args:
        report: Receives the findings.
        allow_remote: Whether references to http and https are fetched.
        allow_files: Whether references may lead out of the folder of the document.
    """

    def __init__(
        self, report: Report, *, allow_remote: bool = False, allow_files: bool = False
    ) -> None:
        self._report, self._allow_remote = report, allow_remote
        self._allow_files = allow_files
        self._by_uri: dict[str, Source | _NowhereError] = {}
        self._by_name: dict[str, Source] = {}
        self._unsaved: set[str] = set()
        self._by_inode: dict[tuple[int, int], Source | _NowhereError] = {}
        self._targets: dict[tuple[str, str, str], Node | _NowhereError] = {}
        self._referring: dict[str, list[Place]] = {}
        self._texts: dict[str, str] = {}  # also of files that are not valid
        self._root = Path()

    def open(self, document: Path | str) -> Source | None:
        """Load the entry document; None, and findings, when it cannot be used.

        Args:
            document: A path, an address, or `-` for the standard input.
        """
        if isinstance(document, str):
            return self._from_elsewhere(document)
        entry = self._named(document)
        if entry:
            self._root = document.resolve().parent
        return entry

    def _from_elsewhere(self, document: str) -> Source | None:
        self._root = Path.cwd()
        try:
            if document != STDIN:
                return self._load_remote(document)
            uri = (self._root / STDIN_NAME).as_uri()
            return self._understand(uri, uri, STDIN_NAME, read_stdin())
        except (UnreadableError, _NowhereError) as error:
            if error.code:
                place = Place(shown_document(document))
                self._report.error(error.code, place, str(error), error.hint)
            return None

    def _named(self, path: Path) -> Source | None:
        """Load a file that the user named."""
        place = Place(str(path))
        try:
            uri = path.resolve().as_uri()
        except (OSError, ValueError) as error:
            message = f"cannot read {path}: {error}"
            self._report.error("CP001", place, message, "Check the path.")
            return None
        try:
            return self._load_file(uri, str(path), path, entry=True)
        except _NowhereError as error:
            if error.code:
                self._report.error(error.code, place, error.message, error.hint)
            return None

    def overlay(self, path: Path) -> Source | None:
        """Load an overlay; None, and findings, when it cannot be used."""
        return self._named(path)

    def add(self, name: str, text: str) -> Source | None:
        """Take a text as a file that is nowhere saved; None, and findings, where it is not YAML."""
        self._texts[name] = text
        source = read_text(text, name, name, self._report)
        if source:
            self._by_name[name] = source
            self._unsaved.add(name)
        return source

    def source(self, name: str) -> Source | None:
        """A loaded file, by its name."""
        return self._by_name.get(name)

    def node(self, place: Place) -> Node | None:
        """The node at a place; None when there is none."""
        source = self._by_name.get(place.file)
        here = source.data if source else _NOTHING
        for step in pointer_steps(place.pointer):
            here = _below(here, step)
        return None if here is _NOTHING else Node(here, place)

    def locate(self, place: Place) -> Position | None:
        """The line and column of a place; None when its file is not loaded."""
        source = self._by_name.get(place.file)
        return source.locate(place.pointer) if source else None

    def origin(self, place: Place) -> Place:
        """Where a value was written: at its place, or in an overlay."""
        source = self._by_name.get(place.file)
        return source.origin(place.pointer) if source else place

    def line(self, file: str, number: int) -> str:
        """The text of a line, which is counted from 1; empty where it is not known."""
        text = self._texts.get(file, "")
        start = 0
        for _ in range(number - 1):
            start = text.find("\n", start) + 1
            if start == 0:
                return ""
        end = text.find("\n", start)
        return text[start : end if end >= 0 else None]

    def referring(self, name: str) -> list[Place]:
        """The places of the references to a file that cannot be read."""
        return self._referring.get(name, [])

    def inputs(self) -> dict[str, str]:
        """Name → text of every file that was read."""
        names = sorted(self._by_name.keys() - self._unsaved)
        return {name: self._by_name[name].text for name in names}

    def resolve(
        self, reference: str, place: Place, report: Report | None = None
    ) -> Node | None:
        """The node that a `$ref` leads to.

        Relative references are resolved against the `$id` around them (JSON Schema 2020-12, section 8.2.1);
        where no schema has the resulting address, against the file.

        Args:
            reference: The text of the reference.
            place: The place of the object that has it.
            report: Receives the finding instead of the usual report.

        Returns:
            The node; None, and a finding, when the reference leads nowhere.
        """
        key = place.file, self.resource_of(place), reference
        if key not in self._targets:
            try:
                self._targets[key] = self._resolved(*key)
            except _NowhereError as error:
                self._targets[key] = error
        target = self._targets[key]
        if isinstance(target, Node):
            return target
        if not target.code:
            if report is None:
                self._referring.setdefault(target.message, []).append(place)
            return None
        receiver = self._report if report is None else report
        add = receiver.error if target.code == "CP004" else receiver.slip
        at_reference = self._at_reference(reference, place)
        add(target.code, at_reference, target.message, target.hint)
        return None

    def _at_reference(self, reference: str, place: Place) -> Place:
        """The place of the member `$ref` itself, because objects extend over several lines."""
        node = self.node(place)
        data: Any = node.data if node else None
        same = [k for k in _REFERRING if is_object(data) and data.get(k) == reference]
        return place.child(same[0]) if same else place

    def _resolved(self, file: str, resource: str, reference: str) -> Node:
        """The node that a reference leads to.

        Args:
            file: The name of the file that has the reference.
            resource: The pointer of the schema resource around the reference.
            reference: The text of the reference.

        Raises:
            _NowhereError: The reference leads nowhere.
        """
        source = self._by_name[file]
        try:
            address, fragment = urldefrag(reference)
            urls = [
                urljoin(base, address)
                for base in (source.identities.bases[resource], source.uri)
            ]
        except ValueError:
            message = f"the reference {shown_url(reference)!r} is no address"
            raise _NowhereError("CP102", message, "Check its spelling.") from None
        meant = self._meant(reference)
        if address:
            source, resource = self._identified(urls, source) or self._other(
                urls[1] if urlsplit(urls[1]).scheme == "file" else urls[0],
                reference,
                file,
                meant,
            )
        fragment = unquote(fragment) if "%" in fragment else fragment
        if fragment and not fragment.startswith("/"):
            pointer = source.identities.anchor(resource, fragment)
            if pointer is None:
                message = f"the reference {shown_url(reference)!r} names no $anchor of {source.name}"
                raise _NowhereError("CP102", message, meant or "Check its spelling.")
            return _follow(source, pointer, reference, meant)
        if resource and not address and fragment:
            # A pointer starts at the resource, but many authors mean the document.
            try:
                return _follow(source, resource + fragment, reference, meant)
            except _NowhereError:
                return _follow(source, fragment, reference, meant)
        return _follow(source, resource + fragment, reference, meant)

    def _meant(self, reference: str) -> str:
        """A hint where a component has the name at the end of a reference; else empty."""
        name = re.split(r"[/#]", reference)[-1]
        name = name.replace("~1", "/").replace("~0", "~")
        entry: Any = next(iter(self._by_name.values())).data
        components = entry.get("components") if is_object(entry) else None
        for section, listed in components.items() if is_object(components) else ():
            if name and is_object(listed) and name in listed:
                pointer = Place("").child("components", section, name).pointer
                if reference != f"#{pointer}":
                    return f"Did you mean '#{pointer}'?"
        return ""

    def resource_of(self, place: Place) -> str:
        """The pointer of the schema resource around a place, to which references are relative."""
        return self._by_name[place.file].identities.resource_at(place.pointer)

    def dynamic_anchors(self, name: str) -> int:
        """The number of schemas, in all files, that have a `$dynamicAnchor` of this name."""
        return sum(
            len(source.identities.dynamic.get(name, ()))
            for source in self._by_name.values()
        )

    def data_at(self, uri: str) -> Any:
        """The data at an address, for a library that follows references itself.

        Raises:
            LookupError: There is nothing, or it may not be read; that is reported.
        """
        is_file = urlsplit(uri).scheme == "file"
        file = next(iter(self._by_name), "")
        try:
            return self._other(uri, "" if is_file else uri, file, "")[0].data
        except _NowhereError:
            raise LookupError(shown_url(uri)) from None

    def _identified(self, urls: list[str], source: Source) -> tuple[Source, str] | None:
        """The schema resource that has one of these addresses, in this file or another one."""
        for each in (source, *self._by_name.values()):
            for url in urls:
                resource = each.identities.resources.get(url)
                if resource is not None:
                    return each, resource
        return None

    def _other(
        self, uri: str, reference: str, file: str, meant: str
    ) -> tuple[Source, str]:
        """Another file, by its address; it is loaded once.

        Raises:
            _NowhereError: The file cannot be read.
        """
        if uri not in self._by_uri:
            try:
                self._by_uri[uri] = self._loaded(uri, reference, file, meant)
            except _NowhereError as error:
                self._by_uri[uri] = error
        source = self._by_uri[uri]
        if isinstance(source, _NowhereError):
            raise source
        return source, ""

    def _loaded(self, uri: str, reference: str, file: str, meant: str) -> Source:
        """Load another file, if the user allows what its address needs."""
        scheme, host = urlsplit(uri)[:2]
        if scheme in ("http", "https") and self._allow_remote:
            return self._load_remote(uri)
        if scheme != "file" or host not in ("", "localhost"):
            raise _NowhereError("CP103", *_not_fetched(reference, scheme))
        path = _path_of(uri)
        owner = self._by_name[file]
        is_remote = urlsplit(owner.uri).scheme != "file"
        if is_remote or not (self._allow_files or _is_below(path, self._root)):
            raise _NowhereError(
                "CP103",
                f"the reference {shown_url(reference)!r} leads out of the folder of the document",
                meant
                or "Allow it with --allow-files, or put the file into the folder.",
            )
        try:
            below = os.path.relpath(path, _path_of(owner.uri).parent)
            name = os.path.normpath(Path(file).parent / below)
        except ValueError:  # on another drive
            name = str(path)
        try:
            return self._load_file(uri, name, path)
        except _NowhereError as error:
            raise _NowhereError(
                error.code, error.message, meant or error.hint
            ) from None

    def _load_file(
        self, uri: str, name: str, path: Path, *, entry: bool = False
    ) -> Source:
        """Load a file of the file system, or take it if it is loaded already."""
        try:
            status = path.stat()
            inode = status.st_dev, status.st_ino
        except (OSError, ValueError):
            inode = 0, 0  # reading the file raises the error
        if inode not in self._by_inode or inode == (0, 0):
            try:
                raw = read_bytes(path, name, entry=entry)
                self._by_inode[inode] = self._understand(uri, uri, name, raw)
            except UnreadableError as error:
                raise _NowhereError(error.code, str(error), error.hint) from None
            except _NowhereError as error:
                self._by_inode[inode] = error
        # A file may have two names, for example where the file system ignores letter case.
        source = self._by_inode[inode]
        if isinstance(source, _NowhereError):
            raise source
        self._by_uri[uri] = source
        return source

    def _load_remote(self, uri: str) -> Source:
        """Fetch and load a file."""
        try:
            raw, final = fetch(uri)
        except UnreadableError as error:
            raise _NowhereError(error.code, str(error), error.hint) from None
        name = base = shown_url(uri)
        count = 1
        while name in self._by_name:  # they differ in a part that is not shown
            count += 1
            name = f"{base} ({count})"
        return self._understand(uri, final, name, raw)

    def _understand(self, uri: str, base: str, name: str, raw: bytes) -> Source:
        """Decode and parse a file, and keep it.

        Args:
            uri: The address that references name.
            base: The address that its own references are relative to.
            name: The file, as in places.
            raw: Its bytes.
        """
        text = decode(raw, name, self._report)
        if text is None:
            raise _NowhereError("", name)
        self._texts[name] = text
        source = read_text(text, name, base, self._report)
        if source is None:
            raise _NowhereError("", name)
        self._by_uri[uri] = self._by_name[name] = source
        return source


def _follow(source: Source, pointer: str, reference: str, meant: str) -> Node:
    """The node that a pointer leads to.

    Raises:
        _NowhereError: There is none.
    """
    here = source.data
    done = ""
    for step in pointer_steps(pointer) if pointer else []:
        below = _below(here, step)
        if below is _NOTHING:
            near = _nearest(step, here)
            hint = (
                f"Did you mean {near!r}?"
                if near
                else meant or f"{done or 'The document'} has no member {step!r}."
            )
            message = f"the reference {shown_url(reference)!r} leads nowhere"
            raise _NowhereError("CP102", message, hint)
        here = below
        done = f"{done}/{escape_step(step)}"
    return Node(here, Place(source.name, done))


_NOTHING: Any = object()
_REFERRING = ("$ref", "$dynamicRef")


def _below(here: Any, step: str) -> Any:
    """The value that one step of a pointer leads to (RFC 6901, section 4), or `_NOTHING`."""
    if is_object(here) and step in here:
        return here[step]
    if is_array(here) and _INDEX.match(step) and int(step) < len(here):
        return here[int(step)]
    return _NOTHING


def _not_fetched(reference: str, scheme: str) -> tuple[str, str]:
    """A message and a hint about a reference to another host."""
    message = f"the reference {shown_url(reference)!r} leads to another host"
    if scheme in ("http", "https"):
        return (
            f"{message}; nothing is fetched from a network",
            "Allow it with --allow-remote, or keep a copy beside this document and refer to that.",
        )
    return (
        f"{message}; only http and https can be fetched",
        "Keep a copy beside this one.",
    )


def shown_document(document: Path | str) -> str:
    """The name of an entry document in places and messages."""
    if isinstance(document, Path):
        return str(document)
    return STDIN_NAME if document == STDIN else shown_url(document)


def _is_below(path: Path, folder: Path) -> bool:
    """Whether a path leads to something in a folder, or nowhere."""
    try:
        return path.resolve().is_relative_to(folder)
    except (OSError, ValueError):
        return True  # reading it tells why


def _path_of(uri: str) -> Path:
    """The path of a file: URI."""
    path = unquote(urlsplit(uri).path)
    return Path(path[1:] if path[2:3] == ":" else path)  # /C:/… on Windows


def _nearest(name: str, here: Any) -> str:
    """The member whose name is most similar; empty when none is."""
    from difflib import get_close_matches

    names: Mapping[str, Any] = here if is_object(here) else {}
    return next(iter(get_close_matches(name, list(names), n=1)), "")
