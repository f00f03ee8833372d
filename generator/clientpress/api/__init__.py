"""What a document says, as frozen values without a word of Python."""
