"""`make corpus`: the whole client of every document of a folder, judged.

    python -m tests.judge FOLDER [--only TEXT] [--keep FOLDER] [--types N|all] [--report FILE]

Two documents at a time, each in a process of its own. Mypy and pyright take long, so they look at
a sample (`--types`, `all` for all of them).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.judge.making import type_findings
from tests.judge.one import package_name
from tests.judge.table import table
from tests.judge.verdict import Verdict, from_data

AT_ONCE = 2
LONGEST = 1_800
"""Seconds after which a judge is given up."""


def documents(folder: Path, unpacked: Path) -> list[Path]:
    """The documents of a folder; an archive in it is unpacked first."""
    for archive in folder.glob("*.tar.xz"):
        with tarfile.open(archive) as tar:
            tar.extractall(unpacked, filter="data")
        folder = unpacked
    if (folder / "documents").is_dir():
        folder = folder / "documents"
    found = [p for p in folder.rglob("*") if p.suffix in (".json", ".yaml", ".yml")]
    return sorted(p for p in found if p.is_file())


def judge(document: Path, workspace: Path) -> Verdict:
    """One document, in a process of its own."""
    command = [sys.executable, "-m", "tests.judge.one", str(document), str(workspace)]
    environment = {**os.environ, "PYTHONHASHSEED": "1"}
    said = ""
    try:
        result = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST,
            env=environment,
        )
        said = result.stderr
        verdict = from_data(json.loads(result.stdout))
    except subprocess.TimeoutExpired:
        return Verdict(document.name, crash=f"no verdict after {LONGEST} s")
    except ValueError:
        return Verdict(document.name, crash=said[-2000:] or "no verdict")
    kept = workspace / f"{package_name(document)}.json"
    kept.write_text(json.dumps(verdict.as_data()), encoding="utf-8")
    said = "good" if verdict.is_good else f"{len(verdict.failures)} failures"
    said = (
        "refused" if verdict.refused else "the judge broke" if verdict.crash else said
    )
    print(
        f"  {document.name}: {said}, {verdict.judging:.0f} s",
        file=sys.stderr,
        flush=True,
    )
    return verdict


def add_types(found: list[Path], verdicts: list[Verdict], workspace: Path) -> None:
    """Type-check packages, one after the other."""
    for path, verdict in zip(found, verdicts, strict=True):
        folder = workspace / package_name(path)
        if not folder.is_dir() or verdict.refused:
            continue
        print(f"  {path.name}: types", file=sys.stderr, flush=True)
        findings = type_findings([folder], workspace)[folder.name]
        verdict.clean = not findings
        for finding in findings:
            verdict.fail("types", folder.name, finding)


def main() -> int:
    parser = argparse.ArgumentParser(description="Judge the client of every document.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="documents whose name contains this")
    parser.add_argument("--keep", type=Path, help="where packages are written and kept")
    parser.add_argument(
        "--types", default="6", help="how many are type-checked, or all"
    )
    parser.add_argument("--report", type=Path, help="where every verdict goes, as JSON")
    words = parser.parse_args()
    if not words.folder.is_dir():
        print(
            f"no corpus: {words.folder} is not there; name another folder with CORPUS=…"
        )
        return 0
    workspace = words.keep or Path(tempfile.mkdtemp(prefix="corpus-"))
    try:
        found = documents(words.folder, workspace / "documents")
        found = [path for path in found if words.only in path.name]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            by_size = sorted(found, key=lambda path: path.stat().st_size)
            made = pool.map(judge, by_size, [workspace] * len(by_size))
            judged = dict(zip(by_size, made, strict=True))
        verdicts = [judged[path] for path in found]
        wanted = len(found) if words.types == "all" else int(words.types)
        step = max(1, len(found) // max(1, wanted))
        if wanted:
            add_types(found[::step], verdicts[::step], workspace)
        if words.report:
            data = [verdict.as_data() for verdict in verdicts]
            words.report.write_text(json.dumps(data, indent=1), encoding="utf-8")
        print(table(verdicts))
        return 0 if all(verdict.is_good for verdict in verdicts) else 1
    finally:
        if not words.keep:
            shutil.rmtree(workspace, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
