"""The mark of a method that the document calls deprecated (PEP 702)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Type checkers bring its types with them, so that it need not be installed.
    from typing_extensions import deprecated as deprecated
else:

    def deprecated(message):
        """Mark a method; type checkers and editors tell whoever calls it."""

        def mark(method):
            method.__deprecated__ = message
            return method

        return mark
