"""What a generated package has as `tables`, so that calls find their layouts."""

from tests.runtime.result_tables import TABLES

__all__ = ["TABLES"]
