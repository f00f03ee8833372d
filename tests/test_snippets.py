"""Snippets: a piece of a document beside the Python that it becomes.

Each file of `tests/snippets` explains one idea and has pairs of fenced blocks: `yaml`, then
`python`. The YAML is a set of component schemas, or sections of a document. The Python is
what follows the imports: of all modules of the models, of the groups if there are paths, and of
`webhooks.py` if something is sent.
`make accept` rewrites the Python.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from clientpress.diagnostics import Report
from clientpress.pipeline import build
from clientpress.printing import as_text

SNIPPETS = sorted(Path(__file__).parent.glob("snippets/*.md"))
_PAIR = re.compile(
    r"```yaml\n(?P<yaml>.*?)```\n+```python\n(?P<python>.*?)```", re.DOTALL
)
_SECTIONS = {"paths", "components", "webhooks", "x-webhooks"}
_WARNINGS = re.compile(r"^document\.yaml:\d+:\d+: ", re.MULTILINE)


def generated(text: str, folder: Path) -> str:
    """The Python that a snippet becomes; warnings stand first, as comments."""
    fragment = yaml.safe_load(text)
    if not _SECTIONS & set(fragment):
        text = "components:\n  schemas:\n" + "".join(
            f"    {line}\n" for line in text.splitlines()
        )
    head = "openapi: 3.2.0\ninfo: {title: Snippet, version: '1'}\n"
    if "paths" not in fragment:
        head += "paths: {}\n"
    path = folder / "document.yaml"
    path.write_text(head + text)
    report = Report()
    made = build(path, "client", "header", {}, report, full=False)
    assert made, as_text(report)
    warnings = [f"# {d.severity}: {d.message}\n" for d in report]
    wanted = [
        p
        for p in made.files
        if p.startswith(("models/", "groups/", "webhooks"))
        and not p.endswith("__init__.py")
    ]
    return "".join(warnings) + "\n\n".join(
        _below_imports(made.files[path]) for path in wanted
    )


def _below_imports(text: str) -> str:
    """The text of a module from its first definition on."""
    start = re.search(r"^(?:class |[A-Za-z_]\w*(?:: | = ))", text, re.MULTILINE)
    assert start, text
    return text[start.start() :]


@pytest.mark.parametrize("path", SNIPPETS, ids=lambda path: path.stem)
def test_snippet(path: Path, tmp_path: Path, accepts: bool) -> None:
    text = path.read_text()
    pairs = list(_PAIR.finditer(text))
    assert pairs, f"{path.name} has no yaml block followed by a python block"
    expected = text
    for pair in reversed(pairs):
        found = generated(pair["yaml"], tmp_path)
        expected = (
            expected[: pair.start("python")] + found + expected[pair.end("python") :]
        )
    if accepts and expected != text:
        path.write_text(expected)
        print(f"accepted {path.name}")
        return
    assert text == expected
