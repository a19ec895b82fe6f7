"""Getting data: from the user's own files, from packages that carry them, or from their public homes."""
