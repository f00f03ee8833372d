"""The library calls behind `suggest` and `init`: what a document implies, and the configuration of a client for it."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from keyword import iskeyword
from pathlib import Path

from clientpress.config import CONFIGS, has_client
from clientpress.diagnostics import Place, Report
from clientpress.document.overlays import AS_IT_IS, Reading
from clientpress.output.write import replace_file
from clientpress.pipeline import load, not_too_deep, suggestions_for
from clientpress.plan.identifiers import words
from clientpress.suggest.keys import product
from clientpress.suggest.suggestion import Suggestion


@dataclass(frozen=True, slots=True)
class Suggested:
    """What a document implies.

    Attributes:
        overlay: The text of the overlay.
        suggestions: What it says.
        title: The title of the document.
    """

    overlay: str
    suggestions: tuple[Suggestion, ...]
    title: str

    @property
    def counts(self) -> str:
        """How many suggestions of each kind there are, in words."""
        return counted(self.suggestions)


def suggest_for(
    document: Path | str, report: Report, reading: Reading = AS_IT_IS
) -> Suggested | None:
    """Find what a document implies, but does not say; nothing is written.

    Args:
        document: The path of the document.
        report: Receives the findings.
        reading: How the document is read.

    Returns:
        What was found; None when the document cannot be used.
    """
    with not_too_deep(document, report):
        loaded = load(document, report, reading)
        if loaded is None:
            return None
        text, found = suggestions_for(loaded, report)
        title = loaded.entry.data.get("info", {}).get("title")
        return Suggested(text, found, title if isinstance(title, str) else "")
    return None


def counted(suggestions: Iterable[Suggestion]) -> str:
    """How many suggestions of each kind there are: `12 of pagination, 1 of env`."""
    kinds = Counter(x.kind for x in suggestions if x.is_sure)
    return ", ".join(f"{kind} {number}" for kind, number in sorted(kinds.items()))


@dataclass(frozen=True, slots=True)
class Started:
    """The configuration of a new client.

    Attributes:
        name: The name of the client.
        files: Path → text of the files to be written.
        suggested: What the document implies.
    """

    name: str
    files: dict[Path, str]
    suggested: Suggested

    def write(self) -> None:
        """Write the files."""
        for path, text in self.files.items():
            replace_file(path, text)


def start(
    document: Path, folder: Path, name: str, output: Path | None, report: Report
) -> Started | None:
    """Configure a client for a document, with an overlay of what the document implies.

    Args:
        document: The path of the document.
        folder: The folder of the project. Its `pyproject.toml` gets the client, else `clientpress.toml`.
        name: The name of the client; by default from the title of the document.
        output: The folder of the package; by default the name, in `src` where that exists.
        report: Receives the findings.

    Returns:
        What is to be written; None when there are errors.
    """
    suggested = suggest_for(document, report)
    if suggested is None or report.has_errors:
        return None
    name = name or _name(suggested.title, document)
    if not name.isidentifier() or iskeyword(name):
        hint = "Give another one with --name."
        report.error("CP401", None, f"{name!r} cannot be the name of a client", hint)
        return None
    source = folder / "src"
    output = output or (source if source.is_dir() else folder) / name
    overlay = document.with_suffix(".overlay.yaml")
    pyproject = folder / CONFIGS[1]
    config = pyproject if pyproject.is_file() else folder / CONFIGS[0]
    old = config.read_text(encoding="utf-8") if config.is_file() else ""
    if has_client(config, name):
        message = f"there is a client {name!r} already"
        hint = "Give another name with --name, or change that client."
        report.error("CP401", Place(str(config)), message, hint)
    if overlay.exists():
        message = f"{overlay.name} exists already"
        hint = f"`clientpress suggest {document}` prints what would be in it."
        report.error("CP402", Place(str(overlay)), message, hint)
    if report.has_errors:
        return None
    above = "" if config.name == CONFIGS[0] else "tool.clientpress."
    lines = [f"[{above}clients.{name}]"]
    for key, path in (("spec", document), ("output", output)):
        lines.append(f"{key} = {json.dumps(_below(path, folder))}")
    lines.append(f"overlays = [{json.dumps(_below(overlay, folder))}]")
    text = f"{old.rstrip()}\n\n".lstrip() + "\n".join(lines) + "\n"
    return Started(name, {overlay: suggested.overlay, config: text}, suggested)


def _name(title: str, document: Path) -> str:
    """A name for a client: the product in the title, or the name of the file."""
    text = product(title).lower() or "_".join(words(document.stem.partition(".")[0]))
    name = re.sub(r"\W", "_", text, flags=re.ASCII).strip("_")
    return f"{name}_client" if iskeyword(name) or not name.isidentifier() else name


def _below(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()
