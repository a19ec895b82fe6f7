"""Files: written atomically with checksums, and read with checks."""
