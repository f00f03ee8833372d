"""The Python of the pages is typed: what a reader copies passes a type checker."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from tests.docs.acme import write_package
from tests.docs.pages import blocks_of
from tests.docs.test_pages import OURS, ROOT

if TYPE_CHECKING:
    from pathlib import Path


def test_the_pages_pass_a_type_checker(tmp_path: Path) -> None:
    for page in OURS:
        lines: list[str] = []
        for block in blocks_of(page):  # every line where it is on the page
            lines += [""] * (block.line - 1 - len(lines)) + block.source.splitlines()
        # Named otherwise than the packages that it imports.
        text = "\n".join([*lines, ""])
        (tmp_path / f"page_{page.stem}.py").write_text(text, encoding="utf-8")
    write_package(tmp_path / "packages")
    settings: dict[str, Any] = {
        "typeCheckingMode": "standard",
        "pythonVersion": "3.11",
        "extraPaths": [str(ROOT / "generated"), "packages"],
        "exclude": ["packages"],
    }
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), "utf-8")
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable]
    ran = subprocess.run(
        [*command, "-p", str(tmp_path), "--outputjson"],
        capture_output=True,
        check=False,
    )
    said = json.loads(ran.stdout)
    found = [
        f"{each['file'].rpartition('page_')[2]}:{each['range']['start']['line'] + 1}:"
        f" {each['message']}"
        for each in said["generalDiagnostics"]
    ]
    assert not found, "\n".join(found)
    assert said["summary"]["filesAnalyzed"] == len(OURS)
