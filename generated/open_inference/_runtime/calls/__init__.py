# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""One call: options, credentials, retries, hooks, and what its answer becomes."""
