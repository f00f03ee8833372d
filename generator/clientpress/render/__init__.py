"""Plan to text: views of finished fragments, the safety gate, Jinja, layout."""
