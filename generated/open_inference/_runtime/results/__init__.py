# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Results that take more than one response: pages, jobs, streams, files."""
