"""One call: options, credentials, retries, hooks, and what its answer becomes."""
