# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Results that take more than one response: pages, jobs, streams, files."""
