"""The library calls behind the command: generate clients and compare them with their folders."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from keyword import iskeyword
from pathlib import Path

from clientpress.api.naming import Naming
from clientpress.api.operations import Api
from clientpress.api.selecting import Selection
from clientpress.config import ClientConfig
from clientpress.diagnostics import InputError, Place, Report
from clientpress.document.overlays import Reading
from clientpress.document.reading import located
from clientpress.document.sources import shown_document
from clientpress.output.manifest import (
    PATH,
    SURFACE,
    dump_manifest,
    load_manifest,
    make_manifest,
)
from clientpress.output.surface import dump_surface
from clientpress.output.write import (
    Change,
    State,
    as_edited,
    compare,
    locked,
    refuse_edits,
    refuse_places,
    write,
)
from clientpress.pipeline import Build, build, seldom_collected
from clientpress.plan.features import FEATURES


@dataclass(frozen=True, slots=True)
class Generated:
    """The result of a run for one package.

    Attributes:
        package: The name of the package.
        folder: The folder of the package.
        build: The package in memory.
        changes: Every file, with its state in the folder.
        refused: Whether nothing may be written, because a file was edited by hand.
    """

    package: str
    folder: Path
    build: Build
    changes: list[Change]
    refused: bool

    def count(self, *states: State) -> int:
        """The number of files that are in one of the states."""
        return sum(change.state in states for change in self.changes)

    @property
    def is_stale(self) -> bool:
        """Whether the folder differs from what would be generated."""
        return any(
            change.state not in (State.UNCHANGED, State.REFORMATTED)
            for change in self.changes
        )


def generate(
    document: str | os.PathLike[str],
    output: str | os.PathLike[str],
    *,
    package: str = "",
    strict: bool = False,
    force: bool = False,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    overlays: Iterable[str | os.PathLike[str]] = (),
    suggested: bool = False,
    allow_remote: bool = False,
    allow_files: bool = False,
    features: Iterable[str] = (),
    names: str = Naming.RESOURCE,
) -> Generated:
    """Generate a client.

    Args:
        document: Path or address of an OpenAPI 3.0, 3.1 or 3.2 document, JSON or YAML; `-` for the
            standard input.
        output: The folder of the package itself.
        package: Its name; by default the name of the folder.
        strict: Make warnings errors.
        force: Overwrite files that were edited by hand.
        include: Only these operations and webhooks: `tag:NAME`, `path:/v1/*`,
            `operation:listThings`, `webhook:NAME`.
        exclude: All but these, in the same form.
        overlays: Paths of OpenAPI overlays, which change the document in this order.
        suggested: Take what the document implies as well (`clientpress suggest`).
        allow_remote: Fetch the documents that references to http and https lead to.
        allow_files: Read the files outside of the document's folder that references lead to.
        features: What the package has besides its calls: `capture`, `drift`, `hooks`, `map`.
        names: Where the names of groups and methods come from: `resource` (paths and HTTP
            methods) or `operation-id`.

    Returns:
        What was generated and written.

    Raises:
        InputError: The document has errors, or files that were edited would be overwritten. Nothing
            was written.
        OSError: A file cannot be written.
    """
    report = Report()
    if names not in [*Naming]:
        hint = f"Known: {', '.join(Naming)}."
        report.error("CP401", None, f"names cannot come from {names!r}", hint)
        raise InputError(report)
    folder = Path(output)
    client = ClientConfig(
        name=folder.name,
        spec=located(os.fspath(document)),
        output=folder,
        package=package,
        selection=Selection(tuple(include), tuple(exclude)),
        reading=Reading(
            tuple(map(Path, overlays)), suggested, allow_remote, allow_files
        ),
        features=tuple(features),
        naming=Naming(names),
    )
    with locked([folder]):
        outcome = prepare(client, report, strict=strict, force=force)
        if outcome is None or report.has_errors:
            raise InputError(report)
        write(outcome.folder, outcome.changes)
    return outcome


@seldom_collected()
def prepare(
    client: ClientConfig,
    report: Report,
    *,
    strict: bool = False,
    force: bool = False,
    fresh_names: bool = False,
    only_compare: bool = False,
) -> Generated | None:
    """Generate a package in memory and compare it with its folder; nothing is written.

    Args:
        client: What is generated.
        report: Receives the findings.
        strict: Make warnings errors.
        force: Treat files that were edited by hand, or formatted, like others.
        fresh_names: Ignore the names that the manifest keeps from earlier runs.
        only_compare: Whether nothing will be written, so that nothing is refused.

    Returns:
        The outcome; None when there are errors.
    """
    folder = client.output
    name = client.package or folder.resolve().name
    if not name.isidentifier() or iskeyword(name):
        report.error(
            "CP401",
            Place(str(folder)),
            f"{name!r} cannot be the name of a package",
            "Use --package NAME.",
        )
        return None
    if unknown := sorted(set(client.features) - FEATURES.keys()):
        hint = f"Known: {', '.join(FEATURES)}."
        report.error("CP401", None, f"there is no feature {unknown[0]!r}", hint)
        return None
    manifest = load_manifest(folder)
    previous = (
        manifest.previous_names(shown_document(client.spec), client.naming)
        if manifest and not fresh_names
        else {}
    )
    header = (
        f"@generated by clientpress from {Path(shown_document(client.spec)).name}."
        " Do not edit; run `clientpress generate`. MIT-0. # ruff: noqa"
    )
    built = build(
        client.spec,
        name,
        header,
        previous,
        report,
        full=client.validate,
        selection=client.selection,
        reading=client.reading,
        features=tuple(sorted({*client.features})),
        naming=client.naming,
    )
    if strict:
        report.strict()
    if built is None or report.has_errors:
        return None
    files = _with_manifest(built, name, client.naming)
    changes = compare(folder, files, manifest)
    if force:
        changes = [as_edited(change) for change in changes]
    refused = not only_compare and refuse_places(
        folder, files, manifest, report, force=force
    )
    if not (only_compare or refused or force):
        refused = refuse_edits(folder, changes, report)
    return Generated(name, folder, built, changes, refused)


def _with_manifest(built: Build, package: str, naming: str) -> dict[str, str]:
    """The files of a package, with its surface and its manifest."""
    files = {**built.files, SURFACE: dump_surface(built.plan)}
    methods = dict[Place, str]()
    for group in built.plan.groups:
        for method in group.methods:
            path = f"{group.path}.{method.name}".removeprefix(".")
            methods.setdefault(method.plan.operation.place, path)
    inputs, names = built.document.sources.inputs(), built.plan.models.names
    entry = built.document.entry.name
    manifest = make_manifest(package, inputs, names, methods, naming, entry, files)
    return {**files, PATH: dump_manifest(manifest)}


def summary(outcomes: Iterable[Generated]) -> list[str]:
    """One line for each package: what it has, and what was written."""
    lines = list[str]()
    for outcome in outcomes:
        written = outcome.count(State.NEW, State.CHANGED, State.EDITED, State.FOREIGN)
        removed = outcome.count(State.REMOVED)
        api = outcome.build.plan.api
        parts = [f"{_counted(written, 'file')} written" if written else "nothing to do"]
        if removed:
            parts.append(f"{removed} removed")
        if outcome.count(State.REFORMATTED):
            parts.append(
                f"{outcome.count(State.REFORMATTED)} reformatted and left alone"
            )
        lines.append(
            f"{outcome.package}: {', '.join([*_contents(api), *parts])} ({outcome.folder})"
        )
    return lines


def _contents(api: Api) -> list[str]:
    """How many operations, webhooks and callbacks there are, in words."""
    kinds = [hook.kind for hook in api.hooks]
    counts = [(len(api.operations), "operation")]
    counts += [(kinds.count(kind), kind) for kind in ("webhook", "callback")]
    return [_counted(n, what) for n, what in counts if n or what == "operation"]


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
