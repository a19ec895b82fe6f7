"""The one exception that is meant to be read by the user, and the type of its wording.

Standard library only, as all of this folder.
"""

from typing import TypeAlias

Message: TypeAlias = str
"""The text of an error or of a log line. A function that returns one gives it to nothing else: what it says may change
without running any job again (see `quantshift.jobs.syntax`)."""


class QuantshiftError(Exception):
    """A mistake or fault that the user can mend.

    The message is plain text that says what is wrong, where, what was expected and what to do. It is shown without
    a traceback; every other exception is a bug of ours and is shown with one.
    """


class DiskFullError(QuantshiftError):
    """There is no space left on the disk, which no other source of the same thing would change."""
