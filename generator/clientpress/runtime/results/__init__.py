"""Results that take more than one response: pages, jobs, streams, files."""
