"""Document to api: one file for each OpenAPI object, and for each extension."""
