"""Tables in CSV, JSON, Parquet and Arrow: reading and writing."""
