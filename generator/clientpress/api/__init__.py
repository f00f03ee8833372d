"""What a document says, as frozen values that do not depend on Python."""
