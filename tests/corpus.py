"""`make corpus`: the models of every document of a folder, counted.

    python -m tests.corpus FOLDER [--only TEXT] [--write FOLDER] [--types N]

A document *plans* when it is parsed and planned without an error, *renders* when every file of
its models parses, *compiles* and *imports* when Python takes each module, is *black* when black
would change nothing, *clean* when pyright strict finds nothing, and *decodes* when each example
in it that fits its own schema decodes. Black and pyright take long, so they look at the
documents that issue trackers talk about most and at a sample of the others (`--types`).
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clientpress.diagnostics import Report, Severity
from clientpress.document.checks import Examples
from clientpress.pipeline import load, read_api
from clientpress.plan.package import plan_package
from clientpress.render.package import render_models

LARGE = ("github.", "stripe.", "openai.", "kubernetes-")
STEPS = ("plans", "renders", "compiles", "imports", "black", "clean", "decodes")

# Runs in an interpreter of its own: load every module, prepare every model, decode the examples.
PROBE = """
import importlib, json, pkgutil, sys, time
sys.path.insert(0, sys.argv[1])
package = importlib.import_module(sys.argv[2] + ".models")
start = time.process_time()
for module in pkgutil.iter_modules(package.__path__):
    importlib.import_module(package.__name__ + "." + module.name)
seconds = time.process_time() - start
decoding = importlib.import_module(sys.argv[2] + "._runtime.decoding")
failures, count = [], 0
for name, value in json.load(open(sys.argv[3])):
    count += 1
    try:
        decoding.Json(name).decode(json.dumps(value).encode())
    except Exception as error:
        failures.append(f"{name}: {type(error).__name__}: {str(error)[:160]}")
for name in package.__all__:
    if hasattr(getattr(package, name), "__total__"):
        continue  # a TypedDict is for checkers
    try:
        decoding.Json(name).decode(b"[0")
    except decoding.MisfitError:
        pass
print(json.dumps({"seconds": seconds, "examples": count, "failures": failures}))
"""


@dataclass
class Row:
    """What came of one document."""

    name: str
    done: dict[str, bool] = field(default_factory=dict[str, bool])
    cause: str = ""
    seconds: float = 0.0
    import_seconds: float = 0.0
    definitions: int = 0
    lines: int = 0
    examples: int = 0

    def fail(self, step: str, cause: str) -> None:
        self.done[step] = False
        self.cause = self.cause or f"{step}: {cause}"


def run_one(path: Path, folder: Path, types: bool) -> Row:
    """Every step for one document; the steps after a failure are left out."""
    row = Row(path.name)
    start = time.process_time()
    report = Report()
    document = load(path, report)
    api = read_api(document, report) if document else None
    errors = [d for d in report if d.severity is Severity.ERROR]
    if api is None or document is None or errors:
        row.fail("plans", errors[0].message if errors else "cannot be read")
        return row
    plan = plan_package(api, "client", {}, report)
    row.done["plans"] = True
    try:
        files = render_models(plan, "Models of a corpus document.")
    except AssertionError as error:
        row.fail("renders", str(error))
        return row
    row.done["renders"] = True
    row.seconds = time.process_time() - start
    row.definitions = len(plan.models.definitions)
    row.lines = sum(
        text.count("\n") for path, text in files.items() if path.startswith("models/")
    )
    package = folder / f"m_{path.stem.replace('-', '_').replace('.', '_')}"
    for name, text in files.items():
        target = package / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    _compile(package, row)
    names = plan.models.names
    examples = [
        [names[place], value]
        for place, value in Examples(
            document.sources, document.entry, document.version
        ).of_components()
        if place in names and value is not None
    ]
    _import(package, row, examples)
    if types:
        _black(package, row)
        _pyright(package, row)
    return row


def _compile(package: Path, row: Row) -> None:
    for path in package.rglob("*.py"):
        try:
            compile(path.read_text(encoding="utf-8"), str(path), "exec")
        except (SyntaxError, ValueError) as error:
            row.fail("compiles", f"{path.name}: {error}")
            return
    row.done["compiles"] = True


def _import(package: Path, row: Row, examples: list[list[Any]]) -> None:
    listed = package.parent / f"{package.name}.examples.json"
    listed.write_text(json.dumps(examples), encoding="utf-8")
    command = [
        sys.executable,
        "-c",
        PROBE,
        str(package.parent),
        package.name,
        str(listed),
    ]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        row.fail("imports", result.stderr.strip().rpartition("\n")[2][:200])
        return
    found = json.loads(result.stdout)
    row.done["imports"] = True
    row.import_seconds, row.examples = found["seconds"], found["examples"]
    row.done["decodes"] = True
    if found["failures"]:
        row.fail(
            "decodes",
            f"{len(found['failures'])} of {row.examples}: {found['failures'][0]}",
        )


def _black(package: Path, row: Row) -> None:
    command = [
        sys.executable,
        "-m",
        "black",
        "--quiet",
        "--check",
        "--config",
        "/dev/null",
        str(package / "models"),
    ]
    row.done["black"] = True
    if subprocess.run(command, capture_output=True, check=False).returncode:
        row.fail("black", "black would change the text")


def _pyright(package: Path, row: Row) -> None:
    settings = {
        "typeCheckingMode": "strict",
        "include": [package.name],
        "pythonVersion": "3.11",
    }
    project = package.parent / "pyrightconfig.json"
    project.write_text(json.dumps(settings), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pyright",
        "--pythonpath",
        sys.executable,
        "-p",
        str(project),
        "--outputjson",
    ]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        found = [
            d
            for d in json.loads(result.stdout)["generalDiagnostics"]
            if d["severity"] in ("error", "warning")
        ]
    except (ValueError, KeyError):
        row.fail("clean", f"pyright did not run: {result.stderr[-200:]}")
        return
    row.done["clean"] = True
    if found:
        row.fail(
            "clean",
            f"{len(found)} findings: {Path(found[0]['file']).name}: {found[0]['message'][:160]}",
        )


def documents(folder: Path, unpacked: Path) -> list[Path]:
    """The documents of a folder; an archive in it is unpacked first."""
    for archive in folder.glob("*.tar.xz"):
        with tarfile.open(archive) as tar:
            tar.extractall(unpacked, filter="data")
        folder = unpacked
    if (folder / "documents").is_dir():
        folder = folder / "documents"
    return sorted(
        p
        for p in folder.rglob("*")
        if p.suffix in (".json", ".yaml", ".yml") and p.is_file()
    )


def table(rows: Iterable[Row]) -> str:
    """The counts, then the causes."""
    rows = list(rows)
    lines = [
        f"{len(rows)} documents, {sum(r.definitions for r in rows):,} definitions, {sum(r.lines for r in rows):,} lines"
    ]
    for step in STEPS:
        tried = [row for row in rows if step in row.done]
        lines.append(
            f"  {step:9} {sum(row.done[step] for row in tried):4} of {len(tried):4}"
        )
    lines.append(f"  examples decoded: {sum(r.examples for r in rows):,}")
    lines.append(
        f"  CPU seconds to make the models: {sum(r.seconds for r in rows):.1f}"
    )
    for row in rows:
        if row.name.startswith(LARGE):
            lines.append(
                f"  {row.name:28} {row.definitions:6,} definitions {row.lines:8,} lines "
                f"{row.seconds:6.2f} s to make, {row.import_seconds:5.2f} s to import all"
            )
    lines += [f"  failed: {row.name}: {row.cause}" for row in rows if row.cause]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__.partition("\n")[0] if __doc__ else ""
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--write", type=Path)
    parser.add_argument(
        "--types",
        type=int,
        default=6,
        help="how many of the others are given to black and pyright",
    )
    words = parser.parse_args()
    if not words.folder.is_dir():
        print(
            f"no corpus: {words.folder} is not there; name another folder with CORPUS=…"
        )
        return 0
    folder = words.write or Path(tempfile.mkdtemp(prefix="corpus-"))
    try:
        found = [
            p
            for p in documents(words.folder, folder / "documents")
            if words.only in p.name
        ]
        step = max(1, len(found) // max(1, words.types))
        sampled = {p for i, p in enumerate(found) if words.types and i % step == 0}
        rows = list[Row]()
        for path in found:
            wanted = path.name.startswith(LARGE) or path in sampled
            rows.append(run_one(path, folder, wanted and words.types > 0))
            if rows[-1].cause:
                print(f"  {path.name}: {rows[-1].cause}", file=sys.stderr, flush=True)
        print(table(rows))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"  peak memory: {peak} MiB")
        return 1 if any(row.cause for row in rows) else 0
    finally:
        if not words.write:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
