"""The manifest of a generated package: its inputs, its names, and a hash of each file.

It has no time, no absolute path and no version of a tool, so that the same input gives the same bytes.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
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
    """Two hashes of a file.

    Attributes:
        text: Of its text, with LF line ends.
        tree: Of what a formatter does not change: the syntax tree of Python, the words of Markdown;
            empty for other files.
    """

    text: str
    tree: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of `.clientpress/manifest.json`.

    Attributes:
        package: The name of the package.
        inputs: The files of the document, relative to the entry document → a hash of their text.
        names: Place, relative to the entry document → name of the definition.
        methods: The place of an operation → its method: `chat.completions.create`.
        naming: Where the names of methods came from.
        files: Path → hashes, for every generated file.
    """

    package: str
    inputs: dict[str, str]
    names: dict[str, str]
    methods: dict[str, str]
    naming: str
    files: dict[str, FileHash]

    def previous_names(self, entry: str, naming: str) -> dict[Place, str]:
        """The names of that run by place, for an entry document of this name.

        Args:
            naming: Where names of methods come from now; others are forgotten.
        """
        names = dict[Place, str]()
        methods = self.methods if naming == self.naming else {}
        for key, name in {**self.names, **methods}.items():
            file, _, pointer = key.rpartition("#")
            names[Place(_absolute(file, entry) if file else entry, pointer)] = name
        return names


def hash_file(path: str, text: str) -> FileHash:
    """The hashes of a file; its path tells whether it is Python."""
    plain = text.replace("\r\n", "\n")
    tree = ""
    if path.endswith(".py"):
        try:
            tree = syntax_of(plain).digest
        except (SyntaxError, ValueError):
            tree = "broken"
    elif path.endswith(".md"):
        tree = text_digest(_words(plain))
    return FileHash(text_digest(plain), tree)


_CODE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _words(text: str) -> str:
    """The words of Markdown, and the syntax of its Python."""
    parts = _CODE.split(text)
    for i, part in enumerate(parts):
        with suppress(SyntaxError, ValueError):
            parts[i] = syntax_of(part).digest if i % 2 else part
    return " ".join(re.sub("-{3,}", "---", " ".join(parts)).split())


def make_manifest(
    package: str,
    inputs: Mapping[str, str],
    names: Mapping[Place, str],
    methods: Mapping[Place, str],
    naming: str,
    entry: str,
    files: Mapping[str, str],
) -> Manifest:
    """The manifest of a package.

    Args:
        package: The name of the package.
        inputs: Name → text of every file that was read. The manifest has names relative to the entry
            document.
        names: The names of definitions, by place.
        methods: The methods of operations, by place.
        naming: Where their names came from.
        entry: The name of the entry document.
        files: Path → text of every generated file.
    """
    folder = Path(entry).parent
    return Manifest(
        package,
        {
            _relative(name, folder): text_digest(text)
            for name, text in sorted(inputs.items())
        },
        _by_address(names, entry),
        _by_address(methods, entry),
        naming,
        {path: hash_file(path, text) for path, text in sorted(files.items())},
    )


def _by_address(names: Mapping[Place, str], entry: str) -> dict[str, str]:
    folder = Path(entry).parent
    return {
        f"{'' if place.file == entry else _relative(place.file, folder)}#{place.pointer}": name
        for place, name in sorted(names.items())
    }


def _relative(name: str, folder: Path) -> str:
    """The name of a file in the manifest: relative to a folder, or an address."""
    if "://" in name:
        return name
    return Path(os.path.relpath(name, folder)).as_posix()


def _absolute(name: str, entry: str) -> str:
    """The name that a file has in places, from its name in the manifest."""
    return name if "://" in name else os.path.normpath(Path(entry).parent / name)


def dump_manifest(manifest: Manifest) -> str:
    """The manifest as text."""
    data = {
        "format": FORMAT,
        "package": manifest.package,
        "inputs": manifest.inputs,
        "names": manifest.names,
        "naming": manifest.naming,
        "methods": manifest.methods,
        "files": {
            path: {
                "text": hashes.text,
                **({"tree": hashes.tree} if hashes.tree else {}),
            }
            for path, hashes in manifest.files.items()
        },
    }
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def load_manifest(folder: Path) -> Manifest | None:
    """The manifest of a package folder; None when none can be read."""
    try:
        data: Any = json.loads((folder / PATH).read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            return None
        files = {
            path: FileHash(hashes["text"], hashes.get("tree", ""))
            for path, hashes in data["files"].items()
        }
        return Manifest(
            data["package"],
            data["inputs"],
            data["names"],
            data.get("methods", {}),
            data.get("naming", ""),
            files,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
