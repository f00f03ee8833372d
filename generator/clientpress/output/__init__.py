"""Text to files: compare, write, and keep the manifest."""
