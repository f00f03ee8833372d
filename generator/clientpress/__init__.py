"""Generates typed Python clients and decoders from OpenAPI documents."""

from clientpress.diagnostics import Diagnostic, InputError, Report
from clientpress.generating import Outcome, generate

__version__ = "0.1.0"

__all__ = ["Diagnostic", "InputError", "Outcome", "Report", "__version__", "generate"]
