"""Models in several modules: whoever looks into one finds the names of the others, and nothing is loaded before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clientpress import generate
from tests.generator.making import document, json_body, operation, write

NAMES = [f"Thing{number}" for number in range(60)]


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package whose models fill many modules, each with names of another one."""
    schemas: dict[str, Any] = {}
    paths: dict[str, Any] = {}
    for number, name in enumerate(NAMES):
        other = NAMES[number ^ 1]
        # Two aliases, the second of which has the first in a union.
        schemas[f"{name}Either"] = {"oneOf": [{"type": "string"}, ref(other)]}
        schemas[f"{name}Several"] = {
            "anyOf": [
                ref(f"{name}Either"),
                {"type": "array", "items": ref(f"{name}Either")},
            ]
        }
        fields = {
            f"field_{i}": {"type": "string", "description": "A text."}
            for i in range(12)
        }
        schemas[name] = {
            "type": "object",
            "properties": {
                **fields,
                "other": ref(other),
                "either": ref(f"{name}Either"),
                "several": {"oneOf": [ref(f"{name}Several"), {"type": "null"}]},
            },
        }
        paths[f"/{name.lower()}"] = {
            "get": operation(
                responses={"200": {"description": "", **json_body(ref(name))}}
            )
        }
    made = tmp_path_factory.mktemp("many")
    generate(write(made, document(schemas, paths)), made / "many")
    return made


def python(folder: Path, code: str) -> str:
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=folder, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_there_are_several_modules_which_can_be_imported(folder: Path) -> None:
    modules = sorted(p.stem for p in (folder / "many/models").glob("[a-z]*.py"))
    assert len(modules) > 20
    for module in modules:
        python(folder, f"import many.models.{module}")


def test_every_model_explains_itself(folder: Path) -> None:
    code = f"""
import inspect, typing, pydoc
from many import models
for name in {NAMES}:
    model = getattr(models, name)
    hints = typing.get_type_hints(model)
    assert hints["other"].__args__[0].__name__.startswith("Thing"), hints["other"]
    assert "other" in inspect.signature(model).parameters
    assert name in pydoc.render_doc(model)
pydoc.render_doc(models)
"""
    python(folder, code)


def test_msgspec_reads_a_model_itself(folder: Path) -> None:
    code = """
import msgspec
from many.models import Thing3
thing = msgspec.json.decode(b'{"other": {"field_1": "a"}}', type=Thing3)
print(type(thing.other).__name__, thing.other.field_1)
"""
    assert python(folder, code) == "Thing2 a\n"


def test_reading_a_model_loads_what_it_needs(folder: Path) -> None:
    code = """
import sys
from many import decode
from many.models import Thing5
thing = decode(Thing5, b'{"field_1": "a"}')
loaded = [m for m in sys.modules if m.startswith("many.models.")]
print(thing.field_1, len(loaded))
"""
    assert python(folder, code) == "a 2\n"
