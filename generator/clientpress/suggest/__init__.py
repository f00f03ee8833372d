"""What a document implies, but does not say: pages, streams, jobs, environment variables."""
