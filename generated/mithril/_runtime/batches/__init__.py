# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Batches: files of requests, runs of jobs, and outcomes beside what was asked."""
