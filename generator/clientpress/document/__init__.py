"""Text to a resolved document: load it with positions, resolve references, check, normalise."""
