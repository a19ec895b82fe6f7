"""Readers of a user's own data files: `read.read` returns named inputs, labels, groups and origins of samples.

The files are never changed. They are not trusted: nothing is unpickled, sizes are checked before anything is read, and
names in an archive are never used as paths.
"""
