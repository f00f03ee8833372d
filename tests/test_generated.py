"""The committed clients: they are what the generator makes, and packages that can be trusted in
any project.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import black
import pytest
from click.testing import CliRunner

from clientpress.cli import main
from clientpress.render.runtime_copy import HEADER

ROOT = Path(__file__).resolve().parent.parent
GENERATED = ROOT / "generated"
PACKAGES = sorted(path for path in GENERATED.iterdir() if (path / "py.typed").exists())
RUNTIME = ROOT / "generator" / "clientpress" / "runtime"

each_package = pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)


def python(
    code: str, *arguments: str, folder: Path = GENERATED, **variables: str
) -> str:
    """What a fresh interpreter prints."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        **variables,
    }
    command = [sys.executable, "-W", "error", "-c", code, *arguments]
    result = subprocess.run(
        command, capture_output=True, text=True, env=environment, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_there_are_clients() -> None:
    assert [package.name for package in PACKAGES] == [
        "mithril",
        "open_inference",
        "woodwide",
        "xai_batches",
    ]


def test_the_committed_clients_are_what_the_generator_makes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(main, ["check"])
    assert result.exit_code == 0, result.output


@each_package
def test_the_runtime_is_copied_verbatim(package: Path) -> None:
    copies = sorted((package / "_runtime").rglob("*.py"))
    assert copies
    for copy in copies:
        assert (
            copy.read_text()
            == HEADER + (RUNTIME / copy.relative_to(package / "_runtime")).read_text()
        )


@each_package
def test_black_would_change_nothing(package: Path) -> None:
    mode = black.Mode()
    for path in package.rglob("*.py"):
        text = path.read_text()
        assert black.format_str(text, mode=mode) == text, path


def test_a_union_is_always_written_with_bars() -> None:
    cases = (ROOT / "tests" / "cases").glob("*/expected/**/*.py")
    files = [path for path in (*GENERATED.rglob("*.py"), *cases) if path.is_file()]
    own = [path for path in files if "_runtime" not in path.parts]
    assert len(own) > 120
    assert [p for p in own if re.search(r"\b(Union|Optional)\b", p.read_text())] == []


@each_package
def test_each_file_says_where_it_comes_from_and_that_it_is_free(package: Path) -> None:
    for path in package.rglob("*.py"):
        first = path.read_text().partition("\n")[0]
        assert first.startswith("# @generated "), path
        assert first.endswith("MIT-0. # ruff: noqa"), path


@each_package
def test_importing_the_package_loads_next_to_nothing(package: Path) -> None:
    loaded = python(f"import sys, {package.name}; print(*sys.modules)").split()
    assert {"msgspec", "httpx2", "ssl", "asyncio", "typing"} & set(loaded) <= {"typing"}
    own = [name for name in loaded if name.startswith(f"{package.name}.")]
    lazy = "_runtime", "_runtime.values", "_runtime.values.lazy"
    assert own == [f"{package.name}.{name}" for name in lazy]


@each_package
def test_every_module_imports_first(package: Path) -> None:
    modules = [
        ".".join(path.relative_to(GENERATED).with_suffix("").parts).removesuffix(
            ".__init__"
        )
        for path in sorted(package.rglob("*.py"))
    ]
    code = """
import os, sys
for name in sys.argv[1:]:
    child = os.fork()
    if not child:
        __import__(name)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0, name
"""
    python(code, *modules)


@each_package
def test_importing_everything_opens_no_file_for_writing_no_socket_no_process(
    package: Path,
) -> None:
    code = """
import importlib, pkgutil, sys
import msgspec
package = importlib.import_module(sys.argv[1])
def watch(event, arguments):
    writes = event == "open" and arguments[1] and set(str(arguments[1])) & set("wax+")
    assert not writes and not event.startswith(("socket.", "subprocess.", "os.exec", "os.fork")), (event, arguments)
sys.addaudithook(watch)
names = [m.name for m in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]
for name in names:
    importlib.import_module(name)
print(len(names))
"""
    assert int(python(code, package.name)) > 20


@each_package
def test_misspelt_names_are_attribute_errors(package: Path) -> None:
    code = f"""
import {package.name} as package
from {package.name} import models
for module in (package, models):
    try:
        module.Clinet
    except AttributeError as error:
        assert "Clinet" in str(error)
    else:
        raise SystemExit("no error")
    assert set(getattr(module, "__all__", ())) <= set(dir(module))
    for name in dir(module):
        getattr(module, name)
"""
    python(code)


@each_package
def test_two_copies_under_other_names_live_in_one_process(
    package: Path, tmp_path: Path
) -> None:
    shutil.copytree(package, tmp_path / "first")
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "__init__.py").touch()
    shutil.copytree(package, tmp_path / "vendor" / "second")
    code = """
import first, vendor.second as second
from first._runtime.values.decoding import Json as One
from vendor.second._runtime.values.decoding import Json as Two
name = next(name for name in dir(first.models) if name.startswith("Error"))
assert first.Client is not second.Client
for package, Json in ((first, One), (second, Two)):
    assert type(Json(name).decode(b'{"error": "e", "detail": "d"}')) is getattr(package.models, name)
assert getattr(first.models, name) is not getattr(second.models, name)
"""
    python(code, folder=tmp_path)


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_the_same_bytes_whatever_the_hash_seed_and_the_folder(
    seed: str, tmp_path: Path
) -> None:
    (tmp_path / "ein Ördner").mkdir()
    folder = tmp_path / "ein Ördner" / "xai_batches"
    spec = tmp_path / "xai_batches.yaml"
    shutil.copy(ROOT / "specs" / "xai_batches.yaml", spec)
    code = 'import sys, clientpress; clientpress.generate(*sys.argv[1:], features=["capture", "hooks"])'
    python(code, str(spec), str(folder), folder=ROOT / "generator", PYTHONHASHSEED=seed)
    made = {
        path.relative_to(folder): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    committed = {
        path.relative_to(GENERATED / "xai_batches"): path.read_bytes()
        for path in (GENERATED / "xai_batches").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert made.keys() == committed.keys()
    assert [str(path) for path in made if made[path] != committed[path]] == []


def test_an_alias_can_be_part_of_a_union_that_is_evaluated() -> None:
    """As in a signature of a module without `from __future__ import annotations`."""
    code = "from open_inference import models; print(models.TensorData | None, int | models.TensorData)"
    assert "TensorData" in python(code)


EXPLAIN = """
import importlib, inspect, pydoc, sys, typing
from msgspec import Struct
from msgspec.json import Decoder

models = importlib.import_module(f"{sys.argv[1]}.models")
classes = [c for c in vars(models).values() if isinstance(c, type)]
classes = [c for c in classes if issubclass(c, Struct) and c.__module__ == models.__name__]
assert classes
for cls in classes:
    assert typing.get_type_hints(cls).keys() >= inspect.get_annotations(cls).keys()
    assert list(inspect.signature(cls).parameters) == list(cls.__struct_fields__)
    if sys.argv[1] == "woodwide":  # where msgspec knows all unions itself
        Decoder(cls)
pydoc.render_doc(sys.argv[1])
pydoc.render_doc(models.__name__)
"""


@each_package
def test_models_explain_themselves(package: Path) -> None:
    """The names in annotations, which are text, are found in the module of the models."""
    python(EXPLAIN, package.name)
