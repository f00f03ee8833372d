"""Batches: files of requests, runs of jobs, and outcomes beside what was asked."""
