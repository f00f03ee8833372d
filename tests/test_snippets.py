"""Snippets: a piece of a document beside the Python that it becomes.

Each file of `tests/snippets` explains one idea and has pairs of fenced blocks: `yaml`, then
`python`. The YAML is a set of component schemas, or sections of a document. The Python is what
follows the imports: of all modules of the models, the groups, `servers.py` and `webhooks.py`.
Where there are security schemes, it is what clients take and send for them.
`make accept` rewrites the Python.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from pathlib import Path

import black
import pytest
import yaml

from clientpress.api.naming import Naming
from clientpress.diagnostics import Report
from clientpress.pipeline import build
from clientpress.printing import as_text

SNIPPETS = sorted(Path(__file__).parent.glob("snippets/*.md"))
_PAIR = re.compile(
    r"```yaml\n(?P<yaml>.*?)```\n+```python\n(?P<python>.*?)```", re.DOTALL
)
# Snippets about names that come from operationIds.
_BY_ID = {"names_of_operations"}
_SECTIONS = {"components", "paths", "servers", "tags", "webhooks", "x-webhooks"}
_SHOWN = ("models", "groups/", "servers.py", "webhooks.py")
_WARNINGS = re.compile(r"^document\.yaml:\d+:\d+: ", re.MULTILINE)


def generated(text: str, folder: Path, *, by_id: bool) -> str:
    """The Python that a snippet becomes; warnings stand first, as comments.

    Args:
        by_id: Whether the names of methods come from operationIds.
    """
    fragment = yaml.safe_load(text)
    if not fragment.keys() & _SECTIONS:
        text = "components:\n  schemas:\n" + "".join(
            f"    {line}\n" for line in text.splitlines()
        )
    head = "openapi: 3.2.0\ninfo: {title: Snippet, version: '1'}\n"
    if "paths" not in fragment:
        head += "paths: {}\n"
    path = folder / "document.yaml"
    path.write_text(head + text)
    report = Report()
    naming = Naming.OPERATION_ID if by_id else Naming.RESOURCE
    made = build(path, "client", "header", {}, report, full=False, naming=naming)
    assert made, as_text(report)
    warnings = [f"# {d.severity}: {d.message}\n" for d in report]
    if "securitySchemes" in (fragment.get("components") or {}):
        return "".join(warnings) + _security(made.files)
    wanted = [
        p for p in made.files if p.startswith(_SHOWN) and not p.endswith("__init__.py")
    ]
    shown = filter(None, (_below_imports(made.files[path]) for path in wanted))
    return "".join(warnings) + "\n\n".join(shown)


def _security(files: Mapping[str, str]) -> str:
    """What the API says of security, the credentials that the clients take, and the operations
    that say something else.
    """
    tree = ast.parse(files["client.py"])
    shown = [s for s in tree.body if isinstance(s, ast.Assign)]
    (api,) = [s.value for s in shown if isinstance(s.value, ast.Call)]
    api.keywords = [k for k in api.keywords if k.arg and k.arg.startswith(_OF_SECURITY)]
    lines = [ast.unparse(s) for s in shown]
    for made in tree.body:
        if isinstance(made, ast.ClassDef):
            (init,) = [
                s
                for s in made.body
                if isinstance(s, ast.FunctionDef) and s.name == "__init__"
            ]
            given = init.args.args[1:] + init.args.kwonlyargs
            taken = [ast.unparse(a) for a in given if a.arg not in _ALWAYS]
            lines.append(
                f"class {made.name}:\n    def __init__(self, {', '.join(taken)}): ..."
            )
    for path in sorted(files):
        if path.startswith("groups/") and not path.endswith("__init__.py"):
            for made in ast.parse(files[path]).body:
                if isinstance(made, ast.AnnAssign) and isinstance(made.value, ast.Call):
                    call = made.value
                    about = {k.arg: ast.unparse(k.value) for k in call.keywords}
                    for name in ("security", "scopes"):
                        if name in about:
                            lines.append(
                                f"{ast.unparse(made.target)}.{name} = {about[name]}"
                            )
    return black.format_str("\n".join(lines), mode=black.Mode())


_OF_SECURITY = ("security", "scopes")
_ALWAYS = ("base_url", "options", "user_agent", "verify", "proxy", "http_client")


def _below_imports(text: str) -> str:
    """The text of a module from its first definition on."""
    start = re.search(r"^(?:class |[A-Za-z_]\w*(?:: | = ))", text, re.MULTILINE)
    return text[start.start() :] if start else ""


@pytest.mark.parametrize("path", SNIPPETS, ids=lambda path: path.stem)
def test_snippet(path: Path, tmp_path: Path, accepts: bool) -> None:
    text = path.read_text()
    pairs = list(_PAIR.finditer(text))
    assert pairs, f"{path.name} has no yaml block followed by a python block"
    expected = text
    for pair in reversed(pairs):
        by_id = path.stem in _BY_ID
        found = generated(pair["yaml"], tmp_path, by_id=by_id)
        expected = (
            expected[: pair.start("python")] + found + expected[pair.end("python") :]
        )
    if accepts and expected != text:
        path.write_text(expected)
        print(f"accepted {path.name}")
        return
    assert text == expected
