"""The judge of whole clients: what a document says against what the generated package does.

The document is read, its values are made and the requests are judged by code of this folder and
by libraries (openapi-core, jsonschema-rs); from the generator come the package and the plan that
says which argument stands for what.
"""
