"""The `x-clientpress-` extensions, one file each. The grammar is in docs/extensions.md."""
