"""`[tool.clientpress]` of pyproject.toml, or clientpress.toml, to a frozen configuration."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from clientpress.api.naming import Naming
from clientpress.api.selecting import WHOLE, Selection
from clientpress.diagnostics import Place, Position, Report
from clientpress.document.data import is_array, is_object
from clientpress.document.overlays import AS_IT_IS, Reading

_TEXTS = ("spec", "output", "package")
_LISTS = ("include", "exclude", "with", "overlays")
_FLAGS = ("allow_files", "allow_remote", "validate")
_NAMINGS = [*map(str, Naming)]
_KEYS = (*_TEXTS, *_LISTS, *_FLAGS, "names")


CONFIGS = ("clientpress.toml", "pyproject.toml")
"""Where the configuration may be; the first that a folder has counts."""


@dataclass(frozen=True, slots=True)
class ClientConfig:
    """One client of a configuration file.

    Attributes:
        name: Its name in the configuration.
        spec: Where its document is: a path, an address, or `-` for the standard input.
        output: The folder of its package.
        package: The name of its package; empty for that of its folder.
        selection: Which operations and webhooks the package has.
        reading: How the document is read (`overlays`, `allow_remote`).
        validate: Whether slips of the document, and examples that do not fit, are errors.
        features: What the package has besides its calls, keys of `FEATURES`.
        naming: Where the names of groups and methods come from (`names`).
    """

    name: str
    spec: Path | str
    output: Path
    package: str = ""
    selection: Selection = WHOLE
    reading: Reading = AS_IT_IS
    validate: bool = False
    features: tuple[str, ...] = ()
    naming: Naming = Naming.RESOURCE


@dataclass(frozen=True, slots=True)
class Config:
    """All clients of a configuration file.

    Attributes:
        root: The folder of the file.
        clients: The clients, in the order of the file.
    """

    root: Path
    clients: tuple[ClientConfig, ...]


def find_config(start: Path, report: Report) -> Config | None:
    """Read the configuration of this folder, or of the nearest folder above it that has one.

    Returns:
        The configuration; None after an error, which is reported.
    """
    for folder in (start, *start.parents):
        for name in CONFIGS:
            path = folder / name
            if path.is_file():
                config = _load(path, report)
                if config is not None or report.has_errors:
                    return config
    report.error(
        "CP401",
        None,
        "there is no [tool.clientpress] in a pyproject.toml, nor a clientpress.toml, in this folder or above",
        "Name a document: clientpress generate openapi.yaml --output acme",
    )
    return None


def has_client(path: Path, name: str) -> bool:
    """Whether a configuration file has a client of this name."""
    if not path.is_file():
        return False
    config = _load(path, Report())
    return config is not None and any(x.name == name for x in config.clients)


def _load(path: Path, report: Report) -> Config | None:
    place = Place(str(path))
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        report.error(
            "CP401", place, f"not valid TOML: {error}", position=Position(1, 1)
        )
        return None
    except (OSError, UnicodeDecodeError) as error:
        report.error("CP001", place, f"cannot read the configuration: {error}")
        return None
    table: Any = (
        data
        if path.name == "clientpress.toml"
        else _table(data.get("tool")).get("clientpress")
    )
    if table is None:
        return None
    clients: Any = table.get("clients") if is_object(table) else None
    if not is_object(clients) or not clients or set(table) != {"clients"}:
        report.error(
            "CP401",
            place,
            "the configuration needs one table [tool.clientpress.clients.NAME] for each client",
        )
        return None
    configs = tuple(
        _client(name, words, path.parent, place, report)
        for name, words in clients.items()
    )
    _refuse_shared(configs, place, report)
    return None if report.has_errors else Config(path.parent, configs)


def _refuse_shared(
    clients: Iterable[ClientConfig], place: Place, report: Report
) -> None:
    """Report clients that would overwrite each other."""
    folders = dict[Path, str]()
    for client in clients:
        folder = client.output.resolve()
        if folder in folders:
            message = f"the clients {folders[folder]!r} and {client.name!r} have the same output"
            report.error("CP401", place, message, "Give each one a folder of its own.")
        folders.setdefault(folder, client.name)


def _table(value: Any) -> dict[str, Any]:
    return value if is_object(value) else {}


def _client(
    name: str, words: Any, root: Path, place: Place, report: Report
) -> ClientConfig:
    table = _table(words)
    for key in table:
        if key not in _KEYS:
            near = get_close_matches(key, _KEYS, n=1)
            hint = (
                f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(_KEYS)}."
            )
            report.error(
                "CP401", place, f"the client {name!r} has an unknown key {key!r}", hint
            )
    for key in _LISTS:
        if not _is_texts(table.get(key, [])):
            report.error(
                "CP401", place, f"the client {name!r} needs a list of strings {key!r}"
            )
    for key in _FLAGS:
        if not isinstance(table.get(key, False), bool):
            report.error(
                "CP401", place, f"the client {name!r} needs true or false for {key!r}"
            )
    for key in _TEXTS:
        if not isinstance(table.get(key, "" if key == "package" else None), str):
            report.error("CP401", place, f"the client {name!r} needs a string {key!r}")
    naming = table.get("names", Naming.RESOURCE)
    if naming not in _NAMINGS:
        message = f"the client {name!r} needs one of {', '.join(_NAMINGS)} for 'names'"
        report.error("CP401", place, message)
        naming = Naming.RESOURCE
    output = Path(str(table.get("output", name)))
    include, exclude, features, overlays = (
        tuple(map(str, table.get(k, ()))) for k in _LISTS
    )
    return ClientConfig(
        name,
        root / str(table.get("spec", "")),
        root / output,
        str(table.get("package", output.name)),
        Selection(include, exclude),
        reading=Reading(
            overlays=tuple(root / overlay for overlay in overlays),
            allow_remote=table.get("allow_remote") is True,
            allow_files=table.get("allow_files") is True,
        ),
        validate=table.get("validate") is True,
        features=features,
        naming=Naming(naming),
    )


def _is_texts(value: Any) -> bool:
    return is_array(value) and all(isinstance(item, str) for item in value)
