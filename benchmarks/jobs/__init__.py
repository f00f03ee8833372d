"""The four jobs of `docs/jobs`, beside the same jobs by hand."""
