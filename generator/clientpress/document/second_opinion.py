"""openapi-spec-validator as a second opinion: what it finds that our own checks did not."""

from __future__ import annotations

from typing import Any

from clientpress.diagnostics import Place, Report
from clientpress.document.data import is_array, is_object
from clientpress.document.reading import Source


def _without_patterns(data: Any) -> Any:
    """The document less every `pattern`: the validator tries them on defaults by Python's `re`,
    for which `(a+)+$` takes for ever. Our own checks compare with an engine that is linear.
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


def ask_second_opinion(source: Source, report: Report) -> None:
    """Report the validator's findings at places that have none yet."""
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
    told = {diagnostic.place for diagnostic in report}
    validator = validators[str(source.data["openapi"])[:3]](
        _without_patterns(source.data), base_uri=source.uri
    )
    try:
        errors = list(validator.iter_errors())
    except Exception as error:
        # It stumbles over some broken documents; whatever that is, it is no finding about a place.
        if not report.has_errors:
            report.error(
                "E101",
                Place(source.name),
                f"openapi-spec-validator cannot read this document: {error!r}",
            )
        return
    for found in errors:
        steps = [str(step) for step in getattr(found, "absolute_path", ())]
        place = Place(source.name).child(*steps)
        if place not in told:
            report.error(
                "E101",
                place,
                str(getattr(found, "message", found)).partition("\n")[0],
                "Found by openapi-spec-validator.",
            )
