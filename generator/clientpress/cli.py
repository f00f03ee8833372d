"""The command line. Results go to standard output, everything else to standard error.

Exit status: 0 done, 1 the input has errors, 2 wrong usage, 3 a client is stale or was edited.
"""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from clientpress import __version__
from clientpress.command_options import (
    FORMATS,
    Shown,
    Wanted,
    client_options,
    files_option,
    format_option,
    overlay_option,
    quiet_option,
    remote_option,
    shown_name,
    verbose_option,
    where_documents_are,
)
from clientpress.config import ClientConfig, find_config
from clientpress.diagnostics import Report, Severity
from clientpress.document.overlays import Reading
from clientpress.document.reading import located
from clientpress.document.sources import shown_document
from clientpress.generating import Generated, prepare, summary
from clientpress.output.write import diff, locked, replace_file, write
from clientpress.printing import as_text
from clientpress.suggest.finding import suggest as find_suggestions
from clientpress.suggesting import counted, start, suggest_for

FAILED, STALE = 1, 3


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="clientpress")
def main() -> None:
    """Typed Python clients and decoders from OpenAPI documents."""


@main.command()
@client_options
@click.option("--force", is_flag=True, help="Overwrite files that were edited by hand.")
@click.option(
    "--fresh-names", is_flag=True, help="Forget the names that earlier runs gave."
)
@click.option(
    "--dry-run", is_flag=True, help="Write nothing; print what would be written."
)
def generate(
    wanted: Wanted,
    shown: Shown,
    strict: bool,
    force: bool,
    fresh_names: bool,
    dry_run: bool,
) -> None:
    """Write the clients of the configuration, or one client of a DOCUMENT.

    Nothing is written if one of the clients cannot be generated.
    """
    with _no_traceback(), ExitStack() as held:
        clients = _clients(wanted)
        held.enter_context(locked(client.output for client in clients))
        run = partial(prepare, strict=strict, force=force, fresh_names=fresh_names)
        outcomes, failed = _prepared(clients, shown, run)
        if failed:
            sys.exit(FAILED)
        if any(outcome.refused for outcome in outcomes):
            for outcome in outcomes:
                edited = [
                    change
                    for change in outcome.changes
                    if change.state.value in ("edited", "foreign")
                ]
                click.echo(diff(outcome.folder, edited), nl=False, err=True)
            sys.exit(STALE)
        for outcome in outcomes:
            if not dry_run:
                write(outcome.folder, outcome.changes)
        for line in summary(outcomes):
            if not shown.quiet:
                _say(f"would do: {line}" if dry_run else line, shown.form)
        if wanted.is_plain and not shown.quiet:
            _tell_suggestions(shown_name(wanted.names[0]), outcomes[0])


@main.command()
@client_options
def check(wanted: Wanted, shown: Shown, strict: bool) -> None:
    """Compare the committed clients with what would be generated.

    Exits with 3 and prints a diff when they differ.
    """
    with _no_traceback():
        run = partial(prepare, strict=strict, only_compare=True)
        outcomes, failed = _prepared(_clients(wanted), shown, run)
        if failed:
            sys.exit(FAILED)
        stale = [outcome for outcome in outcomes if outcome.is_stale]
        for outcome in stale:
            _say(diff(outcome.folder, outcome.changes).rstrip("\n"), shown.form)
        if stale:
            listed = " ".join(outcome.package for outcome in stale)
            click.echo(f"stale: {listed}; run: {wanted.command()}", err=True)
            sys.exit(STALE)
        if not shown.quiet:
            for outcome in outcomes:
                _say(f"{outcome.package}: up to date ({outcome.folder})", shown.form)


@main.command()
@click.argument(
    "documents",
    nargs=-1,
    required=True,
    callback=where_documents_are,
    metavar="DOCUMENT…",
)
@overlay_option
@remote_option
@files_option
@quiet_option
@verbose_option
@format_option
def validate(
    documents: tuple[Path | str, ...],
    overlays: tuple[Path, ...],
    allow_remote: bool,
    allow_files: bool,
    quiet: bool,
    verbose: bool,
    form: str,
) -> None:
    """Check documents in full.

    That is: structure, references, examples, extensions, and openapi-spec-validator.
    """
    from clientpress.pipeline import validate as run

    with _no_traceback():
        failed = False
        for document in documents:
            report = Report()
            run(
                document,
                report,
                Reading(overlays, allow_remote=allow_remote, allow_files=allow_files),
            )
            _print(report, Shown(form, quiet, verbose))
            failed = failed or report.has_errors
            if not report.has_errors and not quiet:
                _say(f"{shown_document(document)}: no errors", form)
        if failed:
            sys.exit(FAILED)


@main.command()
@click.argument("document", callback=where_documents_are, metavar="DOCUMENT")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    help="The file to write; by default the overlay is printed.",
)
@overlay_option
@remote_option
@files_option
@quiet_option
def suggest(
    document: Path | str,
    output: Path | None,
    overlays: tuple[Path, ...],
    allow_remote: bool,
    allow_files: bool,
    quiet: bool,
) -> None:
    """Write what a DOCUMENT implies, but does not say, as an OpenAPI overlay.

    That is: pages, streams, jobs to wait for, batches, environment variables and idempotency keys. Each action has
    its evidence and a confidence as a comment. Read it, correct it, commit it.
    """
    with _no_traceback():
        report = Report()
        found = suggest_for(
            document,
            report,
            Reading(overlays, allow_remote=allow_remote, allow_files=allow_files),
        )
        if found is None:
            _print(report, Shown())
            sys.exit(FAILED)
        if output is None:
            click.echo(found.overlay, nl=False)
        elif output.exists():
            raise click.UsageError(f"{output} exists already.")
        else:
            replace_file(output, found.overlay)
        if not quiet:
            unsure = sum(not x.is_sure for x in found.suggestions)
            click.echo(
                f"{shown_document(document)}: {found.counts or 'nothing found'}; {unsure} more are comments",
                err=True,
            )


@main.command()
@click.argument("document", callback=where_documents_are, metavar="DOCUMENT")
@click.option("--name", default="", help="The client; by default from the title.")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    help="The folder of the package; by default the name of the client, in src/ where that exists.",
)
@quiet_option
def init(document: Path | str, name: str, output: Path | None, quiet: bool) -> None:
    """Configure a client for a DOCUMENT, with an overlay of what the document implies.

    Adds a table to pyproject.toml, or to clientpress.toml where there is none.
    """
    if isinstance(document, str):
        raise click.UsageError("A configuration needs a file: save the document first.")
    with _no_traceback():
        report = Report()
        here = Path()
        started = start(document, here, name, output, report)
        if started is None:
            _print(report, Shown())
            sys.exit(FAILED)
        started.write()
        if quiet:
            return
        for path in started.files:
            click.echo(f"wrote {path}", err=True)
        click.echo(
            f"{started.name}: {started.suggested.counts or 'nothing found in the document'}\n"
            "Read the overlay, correct it, and run: clientpress generate",
            err=True,
        )


@main.command()
@click.argument("stage", type=click.Choice(["document", "api", "plan", "names"]))
@click.argument("document", callback=where_documents_are, metavar="DOCUMENT")
@overlay_option
@remote_option
@files_option
@format_option
def inspect(
    stage: str,
    document: Path | str,
    overlays: tuple[Path, ...],
    allow_remote: bool,
    allow_files: bool,
    form: str,
) -> None:
    """Print what a stage makes of a DOCUMENT, as JSON."""
    from clientpress.inspecting import inspect_stage

    with _no_traceback():
        report = Report()
        reading = Reading(overlays, allow_remote=allow_remote, allow_files=allow_files)
        value = inspect_stage(stage, document, report, reading)
        click.echo(FORMATS[form](report), nl=False, err=True)
        if value is None:
            sys.exit(FAILED)
        click.echo(json.dumps(value, indent=1, ensure_ascii=False))


def _tell_suggestions(document: str, outcome: Generated) -> None:
    """Say in one line how much behaviour the document implies."""
    suggestions = find_suggestions(outcome.build.plan.api, document)
    found = counted(x for x in suggestions if x.kind != "env")
    if found:
        click.echo(
            f"{document} implies more: {found}; clientpress suggest {shlex.quote(document)} writes it,"
            " --suggested takes it",
            err=True,
        )


def _clients(wanted: Wanted) -> list[ClientConfig]:
    """The clients that the command is about."""
    if wanted.output is None:
        flags = [word for word in wanted.words() if word.startswith("--")]
        if flags:
            message = (
                f"{flags[0]} goes with --output; a client has it in its configuration."
            )
            raise click.UsageError(message)
        return _configured(wanted.names)
    if len(wanted.names) != 1:
        raise click.UsageError("--output needs exactly one document.")
    return [wanted.client(located(wanted.names[0]), wanted.output)]


def _prepared(
    clients: Iterable[ClientConfig],
    shown: Shown,
    run: Callable[[ClientConfig, Report], Generated | None],
) -> tuple[list[Generated], bool]:
    """Generate every client in memory.

    Returns:
        The outcomes of the clients without errors, and whether a client failed.
    """
    outcomes, failed = list[Generated](), False
    for client in clients:
        report = Report()
        outcome = run(client, report)
        _print(report, shown)
        failed = failed or outcome is None
        if outcome is not None:
            outcomes.append(outcome)
    return outcomes, failed


def _configured(names: tuple[str, ...]) -> list[ClientConfig]:
    """The clients of the configuration that are named; all without names."""
    looks_like_file = [
        name for name in names if Path(name).suffix in (".yaml", ".yml", ".json")
    ]
    if looks_like_file:
        raise click.UsageError(
            f"{looks_like_file[0]} is a document: say where to with --output DIR."
        )
    report = Report()
    config = find_config(Path.cwd(), report)
    if config is None:
        _print(report, Shown())
        sys.exit(FAILED)
    known = {client.name: client for client in config.clients}
    for name in names:
        if name not in known:
            raise click.UsageError(
                f"There is no client {name!r}. Known: {', '.join(known)}."
            )
    here = Path.cwd()
    return [
        replace(
            client,
            spec=(
                _relative(client.spec, here)
                if isinstance(client.spec, Path)
                else client.spec
            ),
            output=_relative(client.output, here),
            reading=replace(
                client.reading,
                overlays=tuple(_relative(p, here) for p in client.reading.overlays),
            ),
        )
        for client in config.clients
        if not names or client.name in names
    ]


def _relative(path: Path, here: Path) -> Path:
    """The path as messages show it: relative where it is below the current folder."""
    return path.relative_to(here) if path.is_relative_to(here) else path


def _print(report: Report, shown: Shown) -> None:
    """Print the findings in a format."""
    if shown.quiet:
        errors = Report()
        errors.locator = report.locator
        for diagnostic in report:
            if diagnostic.severity is Severity.ERROR:
                errors.add(diagnostic)
        report = errors
    if shown.form == "text":
        click.echo(as_text(report, every=shown.verbose), nl=False, err=True)
    else:
        click.echo(FORMATS[shown.form](report), nl=False)


def _say(line: str, form: str) -> None:
    """Print a line for people. Standard output is left to findings that have another format."""
    click.echo(line, err=form != "text")


@contextmanager
def _no_traceback() -> Generator[None]:
    """Turn errors of the file system, and an interruption, into messages."""
    try:
        yield
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        click.echo(
            f"{where}error CP403: {(error.strerror or str(error)).lower()}", err=True
        )
        sys.exit(FAILED)
    except KeyboardInterrupt:
        click.echo("interrupted; nothing half-written is left", err=True)
        sys.exit(130)


if __name__ == "__main__":
    main()
