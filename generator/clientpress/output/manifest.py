"""The manifest beside a generated package: what it was made from, the names that were given, a
hash for each file.

No clock, no absolute path, no version of a tool: the same input gives the same bytes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clientpress.diagnostics import Place
from clientpress.syntax import syntax_of, text_digest

FOLDER = ".clientpress"
PATH = f"{FOLDER}/manifest.json"
SURFACE = f"{FOLDER}/surface.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class FileHash:
    """Two hashes of a file: of its text with LF line ends, and of its syntax tree, which a
    formatter does not change.
    """

    text: str
    tree: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of `.clientpress/manifest.json`."""

    package: str
    inputs: dict[str, str]
    names: dict[str, str]
    files: dict[str, FileHash]

    def previous_names(self, entry: str) -> dict[Place, str]:
        """The names of that run as the plan wants them, for an entry document of this name."""
        found = dict[Place, str]()
        for key, name in self.names.items():
            file, _, pointer = key.rpartition("#")
            found[Place(_absolute(file, entry) if file else entry, pointer)] = name
        return found


def hash_file(path: str, text: str) -> FileHash:
    """The hashes of a file."""
    plain = text.replace("\r\n", "\n")
    tree = ""
    if path.endswith(".py"):
        try:
            tree = syntax_of(plain).digest
        except (SyntaxError, ValueError):
            tree = "broken"
    return FileHash(text_digest(plain), tree)


def make_manifest(
    package: str,
    inputs: Mapping[str, str],
    names: Mapping[Place, str],
    entry: str,
    files: Mapping[str, str],
) -> Manifest:
    """The manifest of a package that was just made.

    Args:
        inputs: Every file that was read: name → text. Names are kept relative to the entry
        document.
    """
    folder = Path(entry).parent
    return Manifest(
        package,
        {
            _relative(name, folder): text_digest(text)
            for name, text in sorted(inputs.items())
        },
        {
            f"{'' if place.file == entry else _relative(place.file, folder)}#{place.pointer}": name
            for place, name in sorted(names.items())
        },
        {path: hash_file(path, text) for path, text in sorted(files.items())},
    )


def _relative(name: str, folder: Path) -> str:
    if "://" in name:
        return name
    return Path(os.path.relpath(name, folder)).as_posix()


def _absolute(name: str, entry: str) -> str:
    """The name that a file has in places, from the one in the manifest."""
    return name if "://" in name else os.path.normpath(Path(entry).parent / name)


def dump_manifest(manifest: Manifest) -> str:
    """The manifest as text."""
    data = {
        "format": FORMAT,
        "package": manifest.package,
        "inputs": manifest.inputs,
        "names": manifest.names,
        "files": {
            path: {"text": found.text, **({"tree": found.tree} if found.tree else {})}
            for path, found in manifest.files.items()
        },
    }
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def load_manifest(folder: Path) -> Manifest | None:
    """The manifest of a package folder; None when there is none that can be read."""
    try:
        data: Any = json.loads((folder / PATH).read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            return None
        files = {
            path: FileHash(found["text"], found.get("tree", ""))
            for path, found in data["files"].items()
        }
        return Manifest(data["package"], data["inputs"], data["names"], files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
