"""Generates typed Python clients and decoders from OpenAPI documents."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clientpress.diagnostics import Diagnostic, InputError, Report
    from clientpress.generating import Generated, generate
else:
    _HOMES = {
        "Diagnostic": "diagnostics",
        "InputError": "diagnostics",
        "Generated": "generating",
        "Report": "diagnostics",
        "generate": "generating",
    }

    def __getattr__(name):
        # Imported when first used: every run of pytest loads our plugin, which does not need them.
        from importlib import import_module

        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = import_module(f"clientpress.{_HOMES[name]}")
        value = globals()[name] = getattr(module, name)
        return value


__version__ = "0.1.0"

__all__ = ["Diagnostic", "InputError", "Generated", "Report", "__version__", "generate"]
