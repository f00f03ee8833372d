"""The `x-clientpress-` extensions, a file for each topic. docs/extensions.md has the grammar."""
