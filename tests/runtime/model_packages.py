"""Generated packages in small: a copy of the runtime beside a few hand-written model modules."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import clientpress.runtime

RUNTIME = Path(clientpress.runtime.__file__).parent

HEADER = '''"""Models."""
from __future__ import annotations

from typing import Annotated, ClassVar, Literal, TypeAlias, Union

from .._runtime.values.enums import OpenInt, OpenStr
from .._runtime.values.integers import StrInt
from .._runtime.values.marks import Discriminator, Unknown
from .._runtime.values.model import ApiModel, UNSET, UnsetType, const, field
from .._runtime.values.open_model import OpenModel, extras
'''
"""What every model module starts with. As in generated code, whatever else annotations name
(other models, JsonValue, Decimal, dt, ...) is imported for checkers only, so not here."""

EXPORTS = '''"""Models; each loads on first use."""
from importlib import import_module

_EXPORTS = {exports!r}


def __getattr__(name):
    module = _EXPORTS.get(name)
    if module is None:
        raise AttributeError(name)
    value = globals()[name] = getattr(import_module(f"{{__name__}}.{{module}}"), name)
    return value
'''

_numbers = itertools.count()


class Package:
    """An imported package, and short forms of what tests do with it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.models: Any = import_module(f"{name}.models")

    def runtime(self, module: str) -> Any:
        """A module of the package's own runtime."""
        return import_module(f"{self.name}._runtime.{module}")

    def decode(
        self, tp: object, document: object, issues: list[Any] | None = None
    ) -> Any:
        """Decode JSON text, or plain data made into JSON text."""
        data = (
            document if isinstance(document, bytes) else json.dumps(document).encode()
        )
        return self.runtime("values.decoding").Json(tp).decode(data, issues)

    def encode(self, value: object, unknown: Any = None) -> Any:
        """What goes out for a value, as plain data."""
        encode = self.runtime("values.encoding").encode
        return json.loads(encode(value) if unknown is None else unknown.encode(value))

    def misfits(self, tp: object, document: object) -> list[str]:
        """The places where a document does not fit."""
        try:
            self.decode(tp, document)
        except self.runtime("values.decoding").MisfitError as error:
            return [issue.path for issue in error.issues]
        return []

    def loaded(self) -> set[str]:
        """The modules of models that are loaded."""
        prefix = f"{self.name}.models."
        return {
            name.removeprefix(prefix) for name in sys.modules if name.startswith(prefix)
        }


def write_package(folder: Path, modules: Mapping[str, str]) -> None:
    """Write a package with these model modules (module name: text without header)."""
    shutil.copytree(
        RUNTIME, folder / "_runtime", ignore=shutil.ignore_patterns("__pycache__")
    )
    (folder / "__init__.py").write_text("")
    (folder / "models").mkdir()
    exports: dict[str, str] = {}
    for module, text in modules.items():
        (folder / "models" / f"{module}.py").write_text(HEADER + text)
        names = re.findall(r"^class (\w+)|^(\w+): TypeAlias", text, re.MULTILINE)
        exports |= {first or second: module for first, second in names}
    (folder / "models" / "__init__.py").write_text(EXPORTS.format(exports=exports))


def build_package(folder: Path, modules: Mapping[str, str]) -> Package:
    """Write a package into an empty folder and import it under a name of its own."""
    name = f"sample_api_{next(_numbers)}"
    write_package(folder / name, modules)
    spec = spec_from_file_location(
        name,
        folder / name / "__init__.py",
        submodule_search_locations=[str(folder / name)],
    )
    assert spec is not None and spec.loader is not None
    module: ModuleType = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return Package(name)
