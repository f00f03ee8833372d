"""Comparing a package in memory with a folder, and writing it.

Everything is decided before the first byte is written. A file that someone edited is not overwritten
without `force`. Other line ends, or a formatter, are not an edit. Only files of the manifest are removed,
and what a killed run left.
"""

from __future__ import annotations

import difflib
import json
import os
import sys
import tempfile
from collections.abc import Generator, Iterable, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from clientpress.diagnostics import Place, Report
from clientpress.output.manifest import FOLDER, PATH, FileHash, Manifest, hash_file


class State(Enum):
    """How a file in memory differs from the same file in the folder."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFORMATTED = "reformatted"
    EDITED = "edited"
    FOREIGN = "foreign"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Change:
    """One file: its path below the folder, its state, and the old and new text where they exist."""

    path: str
    state: State
    old: str | None
    new: str | None


def compare(
    folder: Path, files: Mapping[str, str], manifest: Manifest | None
) -> list[Change]:
    """Compare a package with a folder.

    Args:
        folder: The folder of the package.
        files: Path → new text.
        manifest: The manifest of the last run, if there is one.

    Returns:
        Every file of the package, and the files of the last run that are no longer generated.
    """
    changes = [
        _compare_one(folder, path, text, manifest) for path, text in files.items()
    ]
    for path in sorted(set(manifest.files if manifest else ()) - set(files)):
        old = _read(folder / path)
        if old is None or not _inside(folder, path):
            continue
        owned = manifest is not None and _is_ours(path, old, manifest.files[path])
        changes.append(
            Change(path, State.REMOVED if owned else State.EDITED, old, None)
        )
    return changes


def as_edited(change: Change) -> Change:
    """The change for `force`: a reformatted file is overwritten too."""
    is_kept = change.state is State.REFORMATTED
    return replace(change, state=State.EDITED) if is_kept else change


def _compare_one(
    folder: Path, path: str, text: str, manifest: Manifest | None
) -> Change:
    old = _read(folder / path)
    if old is None:
        return Change(path, State.NEW, None, text)
    if old == text:
        return Change(path, State.UNCHANGED, old, text)
    if path.startswith(f"{FOLDER}/") and _is_same_json(old, text):
        return Change(path, State.REFORMATTED, old, text)
    known = manifest.files.get(path) if manifest else None
    if path == PATH or (known is None and path.startswith(f"{FOLDER}/") and manifest):
        return Change(path, State.CHANGED, old, text)
    if known is None:
        return Change(path, State.FOREIGN, old, text)
    if not _is_ours(path, old, known):
        return Change(path, State.EDITED, old, text)
    if hash_file(path, text) == known:
        return Change(path, State.REFORMATTED, old, text)
    return Change(path, State.CHANGED, old, text)


def _is_same_json(old: str, text: str) -> bool:
    """Whether two texts are the same JSON, apart from line ends and spaces."""
    try:
        return bool(json.loads(old) == json.loads(text))
    except (ValueError, RecursionError):
        return False


def _is_ours(path: str, old: str, known: FileHash) -> bool:
    """Whether a file is as it was written, apart from its format and line ends."""
    hashes = hash_file(path, old)
    same_tree = bool(known.tree) and hashes.tree == known.tree
    return hashes.text == known.text or same_tree


def _read(path: Path) -> str | None:
    """The text of a file; None when there is none. What is not text never equals a generated file."""
    try:
        return path.read_bytes().decode("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError:
        return "\ufffd"
    except IsADirectoryError:
        return "\ufffd"


def _inside(folder: Path, path: str) -> bool:
    """Whether a path of a manifest leads to a file inside of the folder."""
    return folder.resolve() in (folder / path).resolve().parents


# What systems put into folders by themselves.
_DEBRIS = frozenset({"__pycache__", ".DS_Store", "Thumbs.db", "desktop.ini"})
# How the files end that are renamed when they are complete.
_UNFINISHED = ".clientpress"
# So many names are told.
_TOLD = 3


def refuse_places(
    folder: Path,
    files: Iterable[str],
    manifest: Manifest | None,
    report: Report,
    *,
    force: bool,
) -> bool:
    """Report a folder that is not the package's own, and links inside of it.

    Args:
        files: The paths of the generated files.
        force: Whether files of others may be beside those of the package.

    Returns:
        Whether nothing may be written there.
    """
    own = {path.partition("/")[0] for path in files}
    inside = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
    others = sorted({*inside} - own - _DEBRIS)
    others = [name for name in others if not name.endswith(_UNFINISHED)]
    if others and manifest is None and not force:
        told = ", ".join(others[:_TOLD]) + (", …" if len(others) > _TOLD else "")
        report.error(
            "CP402",
            Place(str(folder)),
            f"a package is a folder of its own, and this one has other files: {told}",
            f"Name a new folder, such as {folder / 'client'}; or use --force.",
        )
        return True
    steps = {step for path in files for step in _steps(folder, path)}
    links = sorted(step for step in steps if step.is_symlink())
    for link in links:
        message = "this is a link, and what it leads to would be written"
        hint = "Put a folder or a file in its place, or name another output."
        report.error("CP402", Place(str(link)), message, hint)
    return bool(links)


def _steps(folder: Path, path: str) -> list[Path]:
    """The path of a file in a folder, and the folders between."""
    target = folder / path
    return [target, *(x for x in target.parents if folder in x.parents)]


@contextmanager
def locked(folders: Iterable[Path]) -> Generator[None]:
    """Wait until no other run writes into these folders, and hold them.

    The folders around them are locked, so that no file is left behind. Where the system cannot lock
    a folder (Windows, some network file systems), runs are not kept apart.
    """
    with ExitStack() as held:
        if sys.platform != "win32":
            import fcntl

            for folder in sorted({*map(_around, folders)}):
                with suppress(OSError):
                    descriptor = os.open(folder, os.O_RDONLY)
                    held.callback(os.close, descriptor)
                    fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


def _around(folder: Path) -> Path:
    """The nearest folder above that exists."""
    above = folder.resolve().parents
    return next((path for path in above if path.is_dir()), folder)


def refuse_edits(folder: Path, changes: list[Change], report: Report) -> bool:
    """Report files that must not be overwritten.

    Returns:
        Whether there are such files.
    """
    refused = [
        change for change in changes if change.state in (State.EDITED, State.FOREIGN)
    ]
    for change in refused:
        why = (
            "was edited by hand"
            if change.state is State.EDITED
            else "was not written by clientpress"
        )
        report.error(
            "CP402",
            Place(str(folder / change.path)),
            f"this file {why} and would be {'overwritten' if change.new else 'removed'}",
            "Move your code into a module of its own or a subclass; or use --force.",
        )
    return bool(refused)


def write(folder: Path, changes: list[Change]) -> None:
    """Write, replace and remove files, each of them atomically. The manifest is written last.
    Removes what a killed run left.

    Raises:
        OSError: A file cannot be written; the files before it are complete.
    """
    for left in folder.rglob(f".*{_UNFINISHED}"):
        if left.is_file():
            left.unlink(missing_ok=True)
    todo = [
        change
        for change in changes
        if change.state not in (State.UNCHANGED, State.REFORMATTED)
    ]
    for change in sorted(todo, key=lambda change: change.path == PATH):
        target = folder / change.path
        if change.new is None:
            target.unlink(missing_ok=True)
            _remove_empty(target.parent, folder)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            replace_file(target, change.new)


def replace_file(target: Path, text: str) -> None:
    """Write a file atomically: a reader sees the old text or the new one."""
    handle, name = tempfile.mkstemp(_UNFINISHED, f".{target.name}.", target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _remove_empty(folder: Path, root: Path) -> None:
    """Remove a folder that became empty, and empty folders above it, below the root."""
    while folder != root and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def diff(folder: Path, changes: list[Change]) -> str:
    """A unified diff of everything that a run would change."""
    out = list[str]()
    for change in changes:
        if change.state in (State.UNCHANGED, State.REFORMATTED):
            continue
        old = (change.old or "").splitlines(keepends=True)
        new = (change.new or "").splitlines(keepends=True)
        path = (folder / change.path).as_posix()
        out += difflib.unified_diff(
            old, new, f"{path} (in the folder)", f"{path} (generated)"
        )
    return "".join(line if line.endswith("\n") else line + "\n" for line in out)
