"""What goes over the wire: URLs, parameters, bodies, messages, errors, and the HTTP library."""
