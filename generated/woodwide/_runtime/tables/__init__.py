# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Tables: CSV, JSON, Parquet and Arrow, read and written."""
