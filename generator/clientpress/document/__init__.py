"""Text to a resolved document: load with positions, resolve references, check, normalise."""
