"""The steps that need no knowledge of the document: generate, import, type-check, twice the same."""

from __future__ import annotations

import compileall
import hashlib
import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from clientpress.config import ClientConfig
from clientpress.diagnostics import InputError, Report
from clientpress.generating import Generated, prepare
from clientpress.output.write import write
from clientpress.printing import as_text
from tests.judge.verdict import Verdict

PROBE = Path(__file__).with_name("probe.py")
FEATURES = ("undeclared",)
"""What the judge needs of a package beside what the API needs: it sends undeclared members."""


def generate(document: Path, folder: Path, verdict: Verdict) -> Generated | None:
    """The package of a document in a folder; None when it was refused."""
    report = Report()
    start = time.process_time()
    outcome = None
    try:
        client = ClientConfig("client", document, folder, features=FEATURES)
        outcome = prepare(client, report)
        if outcome is not None and not report.has_errors:
            write(outcome.folder, outcome.changes)
    except InputError:
        outcome = None
    verdict.seconds = time.process_time() - start
    verdict.mebibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    verdict.warnings = dict(Counter(d.code for d in report))
    if outcome is None or report.has_errors:
        verdict.refused = as_text(report)[:2000]
        return None
    return outcome


def judge_usable(folder: Path, verdict: Verdict) -> None:
    """Every file compiles, and every module can be imported, in any order, without side effects."""
    found = list[str]()
    for path in folder.rglob("*.py"):
        try:
            compile(path.read_text(encoding="utf-8"), str(path), "exec")
        except (SyntaxError, ValueError) as error:
            found.append(f"compile: {path.relative_to(folder)}: {error}")
    if not found:
        compileall.compile_dir(folder, quiet=2)  # the probe must not write
        found = _probe(folder)
    names = Counter(str(p.relative_to(folder)).casefold() for p in folder.rglob("*"))
    found += [f"files: {name} is there twice" for name, n in names.items() if n > 1]
    for line in found[:20]:
        verdict.fail("usable", folder.name, line)
    verdict.usable = not found


def _probe(folder: Path) -> list[str]:
    parts = sorted((folder / "_runtime").rglob("*.py"))
    known = hashlib.sha256(b"".join(p.read_bytes() for p in parts)).hexdigest()
    mark = folder.parent / f".runtime-{known[:16]}"
    command = [sys.executable, "-I", str(PROBE), str(folder.parent), folder.name]
    if not mark.exists():
        command.append("--runtime")
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = result.stdout.splitlines()
    if result.returncode or not lines:
        return [f"import: {result.stderr.strip()[-300:]}"]
    if len(lines) == 1:
        mark.touch()
    return lines[:-1]


def judge_stable(document: Path, folder: Path, verdict: Verdict) -> None:
    """Another run, with another seed of hashes, makes the same bytes."""
    other = folder.parent / "again" / folder.name
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    command = [
        sys.executable,
        "-m",
        "clientpress",
        "generate",
        str(document),
        *("--with", FEATURES[0]),
        *("--output", str(other)),
    ]
    result = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    if result.returncode:
        verdict.fail(
            "stable",
            folder.name,
            f"the command ended with {result.returncode}: {result.stderr[-300:]}",
        )
        verdict.stable = False
        return
    first, second = _files(folder), _files(other)
    differing = sorted(
        n for n in first.keys() | second.keys() if first.get(n) != second.get(n)
    )
    for name in differing[:5]:
        verdict.fail("stable", name, "two runs differ")
    verdict.stable = not differing


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def type_findings(
    folders: list[Path], workspace: Path, python: str = sys.executable
) -> dict[str, list[str]]:
    """What mypy strict and pyright strict say about packages, by package.

    Args:
        python: The interpreter of the environment in which the packages are used.
    """
    found: dict[str, list[str]] = {folder.name: [] for folder in folders}
    with ThreadPoolExecutor(2) as pool:  # each checker is a process of its own
        looking = [
            pool.submit(checker, folders, workspace, found, python)
            for checker in (_pyright, _mypy)
        ]
        for each in looking:
            each.result()
    return found


def _pyright(
    folders: list[Path], workspace: Path, found: dict[str, list[str]], python: str
) -> None:
    settings = {
        "typeCheckingMode": "strict",
        "include": [folder.name for folder in folders],
        "pythonVersion": "3.11",
    }
    project = workspace / "pyrightconfig.json"
    project.write_text(json.dumps(settings), encoding="utf-8")
    command = [sys.executable, "-m", "pyright", "--pythonpath", python]
    command += ["-p", str(project), "--outputjson"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        said: list[dict[str, Any]] = json.loads(result.stdout)["generalDiagnostics"]
    except (ValueError, KeyError):
        raise RuntimeError(
            f"pyright did not run: {result.stdout[-300:]}{result.stderr[-300:]}"
        ) from None
    for finding in said:
        if finding["severity"] in ("error", "warning"):
            path = Path(finding["file"]).relative_to(workspace)
            line = finding["range"]["start"]["line"] + 1
            found[path.parts[0]].append(
                f"pyright: {path}:{line}: {finding['message'][:300]}"
            )


def _mypy(
    folders: list[Path], workspace: Path, found: dict[str, list[str]], python: str
) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", os.devnull]
    command += [
        "--python-executable",
        python,
        "--cache-dir",
        str(workspace / ".mypy"),
        "--no-error-summary",
        "--no-pretty",
    ]
    command += [argument for folder in folders for argument in ("-p", folder.name)]
    result = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=workspace
    )
    if result.returncode not in (0, 1):
        raise RuntimeError(
            f"mypy did not run: {result.stdout[-300:]}{result.stderr[-300:]}"
        )
    for line in result.stdout.splitlines():
        if ": error:" in line:
            found[Path(line).parts[0]].append(f"mypy: {line[:300]}")
