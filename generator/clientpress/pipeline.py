"""Every stage in order, and the types between them.

    text ─ load ─▶ Document ─ check ─ parse ─▶ Api ─ select, plan ─▶ Plan ─ render ─▶ {path: text} ─ output ─▶ files

Stages are pure functions; findings are collected in a `Report` beside the flow. Only `load` reads
files, and only `output` writes them.
"""

from __future__ import annotations

import gc
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from clientpress.api.naming import Naming
from clientpress.api.operations import Api
from clientpress.api.selecting import WHOLE, Selection, select
from clientpress.diagnostics import Place, Position, Report
from clientpress.document.checks import check_meaning
from clientpress.document.data import is_object
from clientpress.document.dialects import translate
from clientpress.document.normalise import version_of
from clientpress.document.overlays import (
    AS_IT_IS,
    Reading,
    apply_actions,
    read_overlay,
)
from clientpress.document.reading import Source
from clientpress.document.second_opinion import ask_second_opinion
from clientpress.document.sources import Sources
from clientpress.document.structure import check_structure
from clientpress.parse.concerned import Concerned
from clientpress.parse.document import parse
from clientpress.parse.operation import paths_of
from clientpress.plan.addresses import without_wrong
from clientpress.plan.package import plan_package
from clientpress.plan.types import Plan
from clientpress.render.package import render_package
from clientpress.suggest.finding import suggest
from clientpress.suggest.overlay import as_overlay
from clientpress.suggest.suggestion import Suggestion


@dataclass(frozen=True, slots=True)
class Document:
    """A loaded document.

    Attributes:
        entry: The file that the user named.
        sources: All its files.
        version: `3.0`, `3.1` or `3.2`.
        translated: The places of our extensions that stand for those of other tools.
    """

    entry: Source
    sources: Sources
    version: str
    translated: frozenset[Place] = frozenset()


def load(
    path: Path | str, report: Report, reading: Reading = AS_IT_IS
) -> Document | None:
    """Read a document with its overlays; None when it cannot be used at all.

    Args:
        path: Where it is: a path, an address, or `-` for the standard input.
    """
    sources = Sources(
        report, allow_remote=reading.allow_remote, allow_files=reading.allow_files
    )
    report.locator = sources
    entry = sources.open(path)
    if entry is None:
        return None
    for overlay in reading.overlays:
        source = sources.overlay(overlay)
        actions = read_overlay(source, report) if source else None
        if actions is None:
            return None
        apply_actions(entry, actions, report)
    version = version_of(entry.data)
    if version:
        document = Document(entry, sources, version, translate(entry, report))
        if reading.suggested:
            _lay_over_suggestions(document, report)
        return document
    message, hint = _not_openapi(entry)
    report.error(
        "CP005",
        Place(entry.name),
        message,
        hint,
        None if isinstance(entry.data, (dict, list)) else Position(1, 1),
    )
    return None


def _not_openapi(entry: Source) -> tuple[str, str]:
    """A message and a hint about a file that is not an OpenAPI document."""
    data = entry.data
    if not is_object(data):
        return (
            "this is not an OpenAPI document: an object was expected",
            "An OpenAPI document starts with 'openapi: 3.2.0'.",
        )
    if "swagger" in data:
        return (
            f"this is a Swagger {data['swagger']} document; OpenAPI 3.0, 3.1 and 3.2 are supported",
            "Convert it first, for example with the npm package swagger2openapi.",
        )
    if "openapi" in data:
        return (
            f"OpenAPI {data['openapi']} is not supported",
            "OpenAPI 3.0, 3.1 and 3.2 are.",
        )
    return (
        "this is not an OpenAPI document: it has no 'openapi' member",
        "It should start with 'openapi: 3.2.0'.",
    )


def _lay_over_suggestions(document: Document, report: Report) -> None:
    """Change a document by what it implies."""
    text, _ = suggestions_for(document, Report())
    source = document.sources.add("<suggested>", text)
    actions = read_overlay(source, report) if source else None
    apply_actions(document.entry, actions or (), report)


def suggestions_for(
    document: Document, report: Report
) -> tuple[str, tuple[Suggestion, ...]]:
    """What a document implies, but does not say: as an overlay, and one by one."""
    api = read_api(document, report)
    found = suggest(api, document.entry.name)
    return as_overlay(found, api, document.entry.data), found


def check(document: Document, report: Report) -> None:
    """Check the structure and the meaning of a document."""
    check_structure(document.entry, document.version, report)
    check_meaning(document.entry, document.sources, document.version, report)


def read_api(document: Document, report: Report) -> Api:
    """Read what the document says (stage `parse`)."""
    api = parse(document.entry, document.sources, report)
    return without_wrong(api, document.translated, report)


@contextmanager
def seldom_collected() -> Generator[None]:
    """Run Python's cyclic garbage collector seldom.

    The stages make millions of objects without cycles, and the collector would look at all of them again
    and again. On GitHub's document this saves three of ten seconds, and costs one MiB of 250.
    """
    thresholds = gc.get_threshold()
    gc.set_threshold(200_000, *thresholds[1:])
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)


@contextmanager
def not_too_deep(path: Path | str, report: Report) -> Generator[None]:
    """Report a document that is nested too deeply for the recursion of the stages."""
    try:
        yield
    except RecursionError:
        place = Place(str(path))
        message = "the document is nested too deeply"
        report.error("CP004", place, message, position=Position(1, 1))


@seldom_collected()
def validate(path: Path | str, report: Report, reading: Reading = AS_IT_IS) -> None:
    """Run every check there is.

    Slips that can be read all the same are errors too.
    """
    report.full = True
    with not_too_deep(path, report):
        document = load(path, report, reading)
        if document is None:
            return
        check(document, report)
        api = read_api(document, report)
        if not report.is_unusable:
            # The plan reports extensions whose addresses lead nowhere.
            plan_package(api, "package", {}, report)
        ask_second_opinion(document.entry, document.sources, report)


@dataclass(frozen=True, slots=True)
class Build:
    """A package in memory: its document, its plan, and the text of each file by path."""

    document: Document
    plan: Plan
    files: dict[str, str]


def build(
    path: Path | str,
    package: str,
    header: str,
    previous: Mapping[Place, str],
    report: Report,
    *,
    full: bool,
    selection: Selection = WHOLE,
    reading: Reading = AS_IT_IS,
    features: tuple[str, ...] = (),
    naming: Naming = Naming.RESOURCE,
) -> Build | None:
    """Generate the files of a package from a document.

    Args:
        path: The path of the document.
        package: The name of the package.
        header: The first line of every file.
        previous: The names that an earlier run gave, by place.
        report: Receives the findings.
        full: Whether the document is judged as by `validate`, except by openapi-spec-validator.
        selection: Which operations and webhooks the package has.
        reading: How the document is read.
        features: What the package has besides its calls, keys of `FEATURES`.
        naming: Where the names of groups and methods come from.

    Returns:
        The package; None when the report has errors.
    """
    report.full = full
    with not_too_deep(path, report):
        document = load(path, report, reading)
        if document is None:
            return None
        check(document, report)
        whole = read_api(document, report)
        api = select(whole, selection, document.entry.name, report)
        if selection != WHOLE:
            # Findings about operations that are left out do not concern the user.
            known = {operation.path for operation in whole.operations}
            others = [
                path
                for path in paths_of(document.entry.data)
                if path not in known and selection.takes_path(path)
            ]
            entry, sources = document.entry, document.sources
            report.keep(Concerned(entry, sources, whole, api, others).about)
        _need_something(document, api, report)
        if report.has_errors:
            return None
        plan = plan_package(api, package, previous, report, features, naming)
        if report.has_errors:
            return None
        return Build(document, plan, render_package(plan, header))
    return None


def _need_something(document: Document, api: Api, report: Report) -> None:
    """Report a document whose paths or webhooks cannot be read at all.

    A document without any, such as a collection of schemas, becomes a package of models.
    """
    if api.operations or api.hooks or report.has_errors:
        return
    for word in ("paths", "webhooks"):
        if document.entry.data.get(word):
            place = Place(document.entry.name).child(word)
            message = "no operation of this document can be generated"
            report.error("CP105", place, message, "See the other findings.")
            return
