"""Tables: CSV, JSON, Parquet and Arrow, read and written."""
