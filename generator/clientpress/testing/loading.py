"""A document for the tests of a user: read and checked, with findings as text."""

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
"""The path of a document, a document as data, or one that is opened already."""


_PARTS = ("paths", "webhooks", "components")


def open_document(document: DocumentLike) -> Documents:
    """Read a document and check its structure.

    Raises:
        DocumentError: It cannot be used; the text has all findings with their places.
    """
    if isinstance(document, Documents):
        return document
    unread = document if isinstance(document, Mapping) else Path(document)
    try:
        documents = Documents(unread)
    except InputError as error:
        raise DocumentError(_as_text(error.report)) from None
    data = documents.entry.data
    version = version_of(data)
    report = documents.report
    if version:
        source = documents.source(documents.entry.file)
        check_structure(source, version, report)
        if not any(is_object(data.get(word)) for word in _PARTS):
            report.strict()  # nothing can be read from it
    elif isinstance(unread, Path):
        # The generator tells what kind of file it is.
        from clientpress.pipeline import load

        report = Report()
        load(unread, report)
    if report.has_errors:
        raise DocumentError(_as_text(report))
    if not version:
        raise DocumentError("this is no OpenAPI 3.0, 3.1 or 3.2 document")
    return documents


def _as_text(report: Report) -> str:
    """The findings as text."""
    return "the document cannot be used:\n" + as_text(report).rstrip()
