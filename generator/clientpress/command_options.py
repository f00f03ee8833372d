"""The options of the command, and what they say."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

from clientpress.api.naming import Naming
from clientpress.api.selecting import Selection
from clientpress.config import ClientConfig
from clientpress.diagnostics import Report
from clientpress.document.overlays import Reading
from clientpress.document.reading import STDIN, located
from clientpress.document.sources import shown_document
from clientpress.plan.features import FEATURES
from clientpress.printing import as_github, as_json, as_text

FORMATS: dict[str, Callable[[Report], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
}

_FEATURES = "; ".join(f"{name}: {feature.doc}" for name, feature in FEATURES.items())


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which clients a command is about, and what its options say about one client.

    Attributes:
        names: Clients of the configuration, or one document.
        output: The folder of the package; None for clients of the configuration.
        package: The name of the package; empty for the name of its folder.
        selection: Which operations and webhooks it has.
        reading: How its document is read.
        features: What it has besides its calls.
        naming: Where names of groups and methods come from; None for the default.
    """

    names: tuple[str, ...]
    output: Path | None
    package: str
    selection: Selection
    reading: Reading
    features: tuple[str, ...]
    naming: str | None

    def client(self, document: Path | str, output: Path) -> ClientConfig:
        """The client of a document."""
        return ClientConfig(
            name=output.name,
            spec=document,
            output=output,
            package=self.package,
            selection=self.selection,
            reading=self.reading,
            features=self.features,
            naming=Naming(self.naming or Naming.RESOURCE),
        )

    @property
    def is_plain(self) -> bool:
        """Whether it is a document without overlays and suggestions."""
        reading = self.reading
        return (
            self.output is not None and not reading.overlays and not reading.suggested
        )

    def words(self) -> list[str]:
        """The options as words of a command, without the clients and the folder."""
        reading, selection = self.reading, self.selection
        words = ["--package", self.package] if self.package else []
        for option, values in (
            ("--overlay", map(str, reading.overlays)),
            ("--include", selection.include),
            ("--exclude", selection.exclude),
            ("--with", self.features),
            ("--names", [self.naming] if self.naming else []),
        ):
            words += [word for value in values for word in (option, value)]
        words += ["--suggested"] if reading.suggested else []
        words += ["--allow-remote"] if reading.allow_remote else []
        words += ["--allow-files"] if reading.allow_files else []
        return words

    def command(self) -> str:
        """The command that brings the clients up to date."""
        folder = ["--output", str(self.output)] if self.output is not None else []
        names = self.names if self.output is None else map(shown_name, self.names)
        return shlex.join(["clientpress", "generate", *names, *folder, *self.words()])


@dataclass(frozen=True, slots=True)
class Shown:
    """How findings are printed.

    Attributes:
        form: A key of `FORMATS`.
        quiet: Whether only errors are.
        verbose: Whether findings of one cause are listed one by one.
    """

    form: str = "text"
    quiet: bool = False
    verbose: bool = False


def shown_name(document: str) -> str:
    """A document as it was named, without the secrets of an address."""
    where = located(document)
    return shown_document(where) if where != STDIN else STDIN


def where_documents_are(
    context: click.Context, parameter: click.Parameter, value: Any
) -> Any:
    """What arguments name: paths, addresses, or the standard input."""
    return tuple(map(located, value)) if parameter.nargs == -1 else located(value)


strict_option = click.option("--strict", is_flag=True, help="Make warnings errors.")
quiet_option = click.option("--quiet", "-q", is_flag=True, help="Print only errors.")
format_option = click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="text",
    help="How findings are written.",
)
verbose_option = click.option(
    "--verbose",
    "-v",
    is_flag=True,
    help="List every finding, also those that have the same cause.",
)
overlay_option = click.option(
    "--overlay",
    "overlays",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="An OpenAPI overlay, which changes the document. Repeatable; applied in order.",
)
suggested_option = click.option(
    "--suggested",
    is_flag=True,
    help="Take what `clientpress suggest` finds in the document, as if it were an overlay.",
)
remote_option = click.option(
    "--allow-remote",
    is_flag=True,
    help="Fetch the documents that references to http and https lead to.",
)
files_option = click.option(
    "--allow-files",
    is_flag=True,
    help="Read the files outside of the document's folder that references lead to.",
)
_CLIENT_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.argument("names", nargs=-1, metavar="[CLIENT]… | DOCUMENT"),
    click.option(
        "--output",
        "-o",
        type=click.Path(path_type=Path),
        help="The folder of the package itself. The argument is then a document.",
    ),
    click.option(
        "--package",
        default="",
        help="Name of the package; by default the name of its folder.",
    ),
    overlay_option,
    suggested_option,
    click.option(
        "--include",
        multiple=True,
        metavar="FILTER",
        help="Only these operations: tag:NAME, path:/v1/*, operation:listThings or webhook:newPet. Repeatable.",
    ),
    click.option(
        "--exclude",
        multiple=True,
        metavar="FILTER",
        help="All but these operations. Repeatable.",
    ),
    click.option(
        "--with",
        "features",
        multiple=True,
        type=click.Choice(list(FEATURES)),
        help=f"What the package has besides its calls. Repeatable. {_FEATURES}",
    ),
    click.option(
        "--names",
        "naming",
        type=click.Choice([*map(str, Naming)]),
        help="Where the names of groups and methods come from: paths (resource, the default) or"
        " operationIds.",
    ),
    remote_option,
    files_option,
    strict_option,
    quiet_option,
    verbose_option,
    format_option,
)


def client_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options about clients, as a `Wanted` and a `Shown`."""

    @wraps(command)
    def run(
        names: tuple[str, ...],
        output: Path | None,
        package: str,
        overlays: tuple[Path, ...],
        suggested: bool,
        include: tuple[str, ...],
        exclude: tuple[str, ...],
        features: tuple[str, ...],
        naming: str | None,
        allow_remote: bool,
        allow_files: bool,
        form: str,
        quiet: bool,
        verbose: bool,
        **others: bool,
    ) -> None:
        wanted = Wanted(
            names,
            output,
            package,
            Selection(include, exclude),
            Reading(
                overlays=overlays,
                suggested=suggested,
                allow_remote=allow_remote,
                allow_files=allow_files,
            ),
            features,
            naming,
        )
        command(wanted, Shown(form, quiet, verbose), **others)

    for option in reversed(_CLIENT_OPTIONS):
        run = option(run)
    return run
