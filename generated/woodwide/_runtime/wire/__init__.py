# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""What goes over the wire: URLs, parameters, bodies, messages, errors, and the HTTP library."""
