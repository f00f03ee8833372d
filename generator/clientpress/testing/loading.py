"""A document for the tests of a user: read and looked over once, with findings as text."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clientpress.diagnostics import InputError, Report
from clientpress.document.data import is_object
from clientpress.document.normalise import version_of
from clientpress.document.structure import check_structure
from clientpress.printing import as_text
from clientpress.testing.findings import DocumentError
from clientpress.testing.reading import Documents

DocumentLike = str | os.PathLike[str] | Mapping[str, Any] | Documents
"""The path of a document, or a document, which may have been opened already."""


_PARTS = ("paths", "webhooks", "components")


def open_document(document: DocumentLike) -> Documents:
    """Read a document and check its structure.

    Raises:
        DocumentError: It cannot be used; has all findings with their places.
    """
    if isinstance(document, Documents):
        return document
    given = document if isinstance(document, Mapping) else Path(document)
    try:
        documents = Documents(given)
    except InputError as error:
        raise DocumentError(_shown(error.report)) from None
    data = documents.entry.data
    version = version_of(data)
    report = documents.report
    if version:
        source = documents.source(documents.entry.file)
        check_structure(source, version, report)
        if not any(is_object(data.get(word)) for word in _PARTS):
            report.strict()  # nothing can be made of it
    elif isinstance(given, Path):
        # The generator says what else it may be.
        from clientpress.pipeline import load

        report = Report()
        load(given, report)
    if report.has_errors:
        raise DocumentError(_shown(report))
    if not version:
        raise DocumentError("this is no OpenAPI 3.0, 3.1 or 3.2 document")
    return documents


def _shown(report: Report) -> str:
    return "the document cannot be used:\n" + as_text(report).rstrip()
