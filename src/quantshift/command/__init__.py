"""The command `quantshift`: check your own model, decide on finished runs, and run studies.

Modules that define commands and their options import only click and the standard library at the top, so that `--help`
is fast. The work itself imports what it needs.
"""
