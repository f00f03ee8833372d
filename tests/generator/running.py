"""Models of a document as an imported package, with a JSON Schema validator beside them.

What the validator takes must decode and encode back to the same JSON; what it refuses because of
types must be refused with the place.
"""

from __future__ import annotations

import importlib
import itertools
import json
import sys
from collections.abc import Iterator, Mapping
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import jsonschema_rs

from clientpress.diagnostics import pointer_steps
from clientpress.document.data import is_array, is_object
from clientpress.plan.package import plan_package
from clientpress.plan.schema_names import nullable
from clientpress.plan.types import Plan
from clientpress.printing import as_text
from clientpress.render.package import render_models
from tests.generator.making import document, findings, parsed

_numbers = itertools.count()


class Running:
    """The imported models of some component schemas.

    Raises AssertionError where the document has errors.
    """

    def __init__(
        self, folder: Path, schemas: Mapping[str, Any], version: str = "3.2.0"
    ) -> None:
        api, report = parsed(folder, document(schemas, openapi=version))
        assert not report.has_errors, as_text(report)
        self.plan: Plan = plan_package(api, "package", {}, report)
        self.findings = findings(report)
        names = self.plan.models.names
        self._names = {pointer_steps(p.pointer)[-1]: names[p] for p in api.components}
        self._types = {
            pointer_steps(p.pointer)[-1]: (
                f"Union[{names[p]}, None]"
                if nullable(api.schemas[p], api.schemas)
                else names[p]
            )
            for p in api.components
        }
        self._schemas = dict(schemas)
        self.files = render_models(self.plan, "Tried.")
        self._package = _imported(folder, self.files)

    def runtime(self, module: str) -> Any:
        """A module of the package's own runtime."""
        return importlib.import_module(f"{self._package}._runtime.{module}")

    def model(self, name: str) -> Any:
        """A class or alias of the models, by the name of its component."""
        models = importlib.import_module(f"{self._package}.models")
        return getattr(models, self._names[name])

    def decode(self, name: str, value: Any) -> Any:
        """What a JSON value becomes as an instance of a component."""
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        return self.runtime("values.decoding").Json(self._types[name]).decode(data)

    def back(self, name: str, value: Any) -> Any:
        """The JSON that is sent for a decoded JSON value."""
        encoded = self.runtime("values.encoding").encode(self.decode(name, value))
        return json.loads(encoded)

    def misfits(self, name: str, value: Any) -> list[str] | None:
        """The places where a value does not fit; None where it is taken."""
        try:
            self.decode(name, value)
        except self.runtime("values.decoding").MisfitError as error:
            return [issue.path for issue in error.issues if not issue.is_format]
        return None

    def is_valid(self, name: str, value: Any) -> bool:
        """What a JSON Schema validator says."""
        whole = {
            "$ref": f"#/components/schemas/{name}",
            "components": {"schemas": self._schemas},
        }
        validator = jsonschema_rs.Draft202012Validator(
            whole, validate_formats=False, ignore_unknown_formats=True
        )
        return validator.is_valid(value)


def _imported(folder: Path, files: Mapping[str, str]) -> str:
    name = f"tried_{next(_numbers)}"
    for path, text in files.items():
        target = folder / name / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    where = folder / name
    spec = spec_from_file_location(
        name, where / "__init__.py", submodule_search_locations=[str(where)]
    )
    assert spec and spec.loader
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return name


def differences(left: Any, right: Any, at: str = "") -> Iterator[str]:
    """The places where two JSON values differ; numbers count by their value, and true is not 1."""
    if is_object(left) and is_object(right):
        for key in {**left, **right}:
            if key in left and key in right:
                yield from differences(left[key], right[key], f"{at}/{key}")
            else:
                yield f"{at}/{key}"
    elif is_array(left) and is_array(right):
        if len(left) != len(right):
            yield at
        for i, (one, other) in enumerate(zip(left, right, strict=False)):
            yield from differences(one, other, f"{at}/{i}")
    elif isinstance(left, bool) or isinstance(right, bool):
        if left is not right:
            yield at
    elif left != right:
        yield at
