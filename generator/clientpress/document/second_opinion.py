"""openapi-spec-validator as a second opinion: findings which our own checks do not have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from clientpress.diagnostics import Place, Report
from clientpress.document.data import is_array, is_object
from clientpress.document.reading import Source
from clientpress.document.sources import Sources


def _without_patterns(data: Any) -> Any:
    """The data without every `pattern`.

    The validator applies patterns to defaults with Python's `re`, which takes for ever on `(a+)+$`. Our
    own checks use an engine that runs in linear time.
    """
    if is_object(data):
        return {
            key: _without_patterns(value)
            for key, value in data.items()
            if key != "pattern" or not isinstance(value, str)
        }
    if is_array(data):
        return [_without_patterns(item) for item in data]
    return data


class _Handlers(Mapping[str, Callable[[str], Any]]):
    """Gives the validator other files, whatever their scheme, from our sources.

    Otherwise it would fetch what references lead to, whether the user allowed that or not.
    """

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def __getitem__(self, scheme: str) -> Callable[[str], Any]:
        return lambda uri: _without_patterns(self._sources.data_at(uri))

    def __contains__(self, scheme: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def ask_second_opinion(source: Source, sources: Sources, report: Report) -> None:
    """Report findings of the validator at places that have no finding yet."""
    from jsonschema_path import SchemaPath
    from openapi_spec_validator import (
        OpenAPIV30SpecValidator,
        OpenAPIV31SpecValidator,
        OpenAPIV32SpecValidator,
    )

    validators: dict[str, Any] = {
        "3.0": OpenAPIV30SpecValidator,
        "3.1": OpenAPIV31SpecValidator,
        "3.2": OpenAPIV32SpecValidator,
    }
    reported = {diagnostic.place for diagnostic in report}
    try:
        path = SchemaPath.from_dict(
            _without_patterns(source.data),
            base_uri=source.uri,
            handlers=_Handlers(sources),
        )
        validator = validators[str(source.data["openapi"])[:3]](path)
        errors = list(validator.iter_errors())
    except Exception as error:
        # It fails on some broken documents, with any kind of error, which is not a finding at a place.
        if not report.has_errors:
            report.slip(
                "CP101",
                Place(source.name),
                f"openapi-spec-validator cannot read this document: {error!r}",
            )
        return
    for problem in errors:
        steps = [str(step) for step in getattr(problem, "absolute_path", ())]
        place = Place(source.name).child(*steps)
        if place not in reported:
            report.slip(
                "CP101",
                place,
                str(getattr(problem, "message", problem)).partition("\n")[0],
                "Found by openapi-spec-validator.",
            )
