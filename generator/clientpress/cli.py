"""The command line. Results go to standard output, everything else to standard error.

Exit status: 0 done, 1 the input has errors, 2 wrong usage, 3 a client is stale or was edited.
"""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from clientpress import __version__
from clientpress.api.naming import Naming
from clientpress.api.selecting import WHOLE, Selection
from clientpress.config import find_config
from clientpress.diagnostics import Report, Severity
from clientpress.generating import Generated, prepare, summary
from clientpress.output.write import diff, write
from clientpress.plan.features import FEATURES
from clientpress.printing import as_github, as_json, as_text

FAILED, STALE = 1, 3
_FORMATS: dict[str, Callable[[Report], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
}

_FEATURES = "; ".join(f"{name}: {feature.doc}" for name, feature in FEATURES.items())

strict_option = click.option("--strict", is_flag=True, help="Make warnings errors.")
quiet_option = click.option("--quiet", "-q", is_flag=True, help="Print only errors.")
format_option = click.option(
    "--format",
    "form",
    type=click.Choice(list(_FORMATS)),
    default="text",
    help="How findings are written.",
)
verbose_option = click.option(
    "--verbose",
    "-v",
    is_flag=True,
    help="List every finding, also those that have the same cause.",
)
output_option = click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    help="The folder of the package itself. The argument is then a document.",
)
package_option = click.option(
    "--package",
    default="",
    help="Name of the package; by default the name of its folder.",
)
include_option = click.option(
    "--include",
    multiple=True,
    metavar="FILTER",
    help="Only these operations: tag:NAME, path:/v1/*, operation:listThings or webhook:newPet. Repeatable.",
)
exclude_option = click.option(
    "--exclude",
    multiple=True,
    metavar="FILTER",
    help="All but these operations. Repeatable.",
)

with_option = click.option(
    "--with",
    "features",
    multiple=True,
    type=click.Choice(list(FEATURES)),
    help=f"What the package has besides its calls. Repeatable. {_FEATURES}",
)

naming_option = click.option(
    "--names",
    "naming",
    type=click.Choice([*map(str, Naming)]),
    help="Where the names of groups and methods come from: paths (resource, the default) or"
    " operationIds.",
)

remote_option = click.option(
    "--allow-remote",
    is_flag=True,
    help="Fetch the documents that references to http and https lead to.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="clientpress")
def main() -> None:
    """Typed Python clients and decoders from OpenAPI documents."""


@main.command()
@click.argument("names", nargs=-1, metavar="[CLIENT]… | DOCUMENT")
@output_option
@package_option
@include_option
@exclude_option
@with_option
@naming_option
@remote_option
@strict_option
@quiet_option
@verbose_option
@format_option
@click.option("--force", is_flag=True, help="Overwrite files that were edited by hand.")
@click.option(
    "--fresh-names", is_flag=True, help="Forget the names that earlier runs gave."
)
@click.option(
    "--dry-run", is_flag=True, help="Write nothing; print what would be written."
)
def generate(
    names: tuple[str, ...],
    output: Path | None,
    package: str,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    features: tuple[str, ...],
    naming: str | None,
    allow_remote: bool,
    strict: bool,
    quiet: bool,
    verbose: bool,
    form: str,
    force: bool,
    fresh_names: bool,
    dry_run: bool,
) -> None:
    """Write the clients of the configuration, or one client of a DOCUMENT.

    Nothing is written if one of the clients cannot be generated.
    """
    with _no_traceback():
        outcomes, failed = _prepare(
            names,
            output,
            package=package,
            selection=Selection(include, exclude),
            features=features,
            naming=naming,
            allow_remote=allow_remote,
            form=form,
            quiet=quiet,
            verbose=verbose,
            strict=strict,
            force=force,
            fresh_names=fresh_names,
        )
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
            if not quiet:
                _say(f"would do: {line}" if dry_run else line, form)


@main.command()
@click.argument("names", nargs=-1, metavar="[CLIENT]… | DOCUMENT")
@output_option
@package_option
@include_option
@exclude_option
@with_option
@naming_option
@remote_option
@strict_option
@quiet_option
@verbose_option
@format_option
def check(
    names: tuple[str, ...],
    output: Path | None,
    package: str,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    features: tuple[str, ...],
    naming: str | None,
    allow_remote: bool,
    strict: bool,
    quiet: bool,
    verbose: bool,
    form: str,
) -> None:
    """Compare the committed clients with what would be generated.

    Exits with 3 and prints a diff when they differ.
    """
    with _no_traceback():
        outcomes, failed = _prepare(
            names,
            output,
            package=package,
            selection=Selection(include, exclude),
            features=features,
            naming=naming,
            allow_remote=allow_remote,
            form=form,
            quiet=quiet,
            verbose=verbose,
            strict=strict,
            force=True,
        )
        if failed:
            sys.exit(FAILED)
        stale = [outcome for outcome in outcomes if outcome.is_stale]
        for outcome in stale:
            _say(diff(outcome.folder, outcome.changes).rstrip("\n"), form)
        if stale:
            command = _command(
                names,
                output,
                package=package,
                include=include,
                exclude=exclude,
                features=features,
                naming=naming,
                allow_remote=allow_remote,
            )
            listed = " ".join(outcome.package for outcome in stale)
            click.echo(
                f"stale: {listed}; run: {command}",
                err=True,
            )
            sys.exit(STALE)
        if not quiet:
            for outcome in outcomes:
                _say(f"{outcome.package}: up to date ({outcome.folder})", form)


@main.command()
@click.argument(
    "documents",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
    metavar="DOCUMENT…",
)
@remote_option
@quiet_option
@verbose_option
@format_option
def validate(
    documents: tuple[Path, ...],
    allow_remote: bool,
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
            run(document, report, allow_remote=allow_remote)
            _print(report, form, quiet, verbose)
            failed = failed or report.has_errors
            if not report.has_errors and not quiet:
                _say(f"{document}: no errors", form)
        if failed:
            sys.exit(FAILED)


@main.command()
@click.argument("stage", type=click.Choice(["document", "api", "plan", "names"]))
@click.argument("document", type=click.Path(path_type=Path))
@remote_option
@format_option
def inspect(stage: str, document: Path, allow_remote: bool, form: str) -> None:
    """Print what a stage makes of a DOCUMENT, as JSON."""
    from clientpress.inspecting import inspect_stage

    with _no_traceback():
        report = Report()
        value = inspect_stage(stage, document, report, allow_remote=allow_remote)
        click.echo(_FORMATS[form](report), nl=False, err=True)
        if value is None:
            sys.exit(FAILED)
        click.echo(json.dumps(value, indent=1, ensure_ascii=False))


def _prepare(
    names: tuple[str, ...],
    output: Path | None,
    package: str,
    selection: Selection,
    features: tuple[str, ...],
    naming: str | None,
    allow_remote: bool,
    form: str,
    quiet: bool,
    verbose: bool,
    **options: Any,
) -> tuple[list[Generated], bool]:
    """Generate every client in memory.

    Returns:
        The outcomes of the clients without errors, and whether a client failed.
    """
    jobs = list[tuple[Path, Path, str, dict[str, Any]]]()
    if output is not None:
        if len(names) != 1:
            raise click.UsageError("--output needs exactly one document.")
        own = {
            "selection": selection,
            "allow_remote": allow_remote,
            "features": features,
            "naming": Naming(naming or Naming.RESOURCE),
        }
        jobs.append((Path(names[0]), output, package, own))
    else:
        if selection != WHOLE:
            message = "--include and --exclude go with --output; a client has them in its configuration."
            raise click.UsageError(message)
        if features:
            message = "--with goes with --output; a client has it in its configuration."
            raise click.UsageError(message)
        if naming:
            message = (
                "--names goes with --output; a client has it in its configuration."
            )
            raise click.UsageError(message)
        if allow_remote:
            message = "--allow-remote goes with --output; a client has it in its configuration."
            raise click.UsageError(message)
        jobs += _configured(names, package, form)
    outcomes, failed = list[Generated](), False
    for spec, folder, name, more in jobs:
        report = Report()
        outcome = prepare(spec, folder, name, report, **options, **more)
        _print(report, form, quiet, verbose)
        failed = failed or outcome is None
        if outcome is not None:
            outcomes.append(outcome)
    return outcomes, failed


def _configured(
    names: tuple[str, ...], package: str, form: str
) -> list[tuple[Path, Path, str, dict[str, Any]]]:
    """The document, folder, package and options of each client that is configured and named."""
    if package:
        raise click.UsageError("--package goes with --output.")
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
        _print(report, form, quiet=False, verbose=False)
        sys.exit(FAILED)
    known = {client.name: client for client in config.clients}
    for name in names:
        if name not in known:
            raise click.UsageError(
                f"There is no client {name!r}. Known: {', '.join(known)}."
            )
    here = Path.cwd()
    return [
        (
            _relative(client.spec, here),
            _relative(client.output, here),
            client.package,
            {
                "full": client.validate,
                "selection": client.selection,
                "allow_remote": client.allow_remote,
                "features": client.features,
                "naming": client.naming,
            },
        )
        for client in config.clients
        if not names or client.name in names
    ]


def _relative(path: Path, here: Path) -> Path:
    """The path as messages show it: relative where it is below the current folder."""
    return path.relative_to(here) if path.is_relative_to(here) else path


def _command(
    names: tuple[str, ...],
    output: Path | None,
    package: str,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    features: tuple[str, ...],
    naming: str | None,
    allow_remote: bool,
) -> str:
    """The command that brings the clients up to date."""
    words = ["clientpress", "generate", *names]
    if output is not None:
        words += ["--output", str(output)]
    if package:
        words += ["--package", package]
    words += [word for text in include for word in ("--include", text)]
    words += [word for text in exclude for word in ("--exclude", text)]
    words += [word for name in features for word in ("--with", name)]
    words += ["--names", naming] if naming else []
    words += ["--allow-remote"] if allow_remote else []
    return shlex.join(words)


def _print(report: Report, form: str, quiet: bool, verbose: bool) -> None:
    """Print the findings in a format."""
    if quiet:
        errors = Report()
        errors.locator = report.locator
        for diagnostic in report:
            if diagnostic.severity is Severity.ERROR:
                errors.add(diagnostic)
        report = errors
    if form == "text":
        click.echo(as_text(report, every=verbose), nl=False, err=True)
    else:
        click.echo(_FORMATS[form](report), nl=False)


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
