# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Tables in CSV, JSON, Parquet and Arrow: reading and writing."""
