"""openapi-spec-validator as a second opinion: what it finds that our own checks did not."""

from __future__ import annotations

from typing import Any

from clientpress.diagnostics import Place, Report
from clientpress.document.sources import Source


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
        source.data, base_uri=source.uri
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
