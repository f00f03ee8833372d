# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Tables in CSV, JSON, Parquet and Arrow: reading and writing."""
