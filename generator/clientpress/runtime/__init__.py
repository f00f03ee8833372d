"""The support package: copied as it is beside every generated client."""
