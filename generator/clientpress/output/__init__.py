"""Text to files: comparing, writing, the manifest."""
