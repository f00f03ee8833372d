"""The tour of `make demo`: four documents, four clients, and what they do, against local servers."""
