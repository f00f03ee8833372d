"""Results that take more than one answer: pages, jobs, streams, files."""
