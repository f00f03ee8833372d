"""Document to api: one file an OpenAPI object, one file an extension."""
