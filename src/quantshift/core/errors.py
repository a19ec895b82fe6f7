"""The exception that is shown to users, and the type of messages (standard library only, like all of this folder)."""

from typing import TypeAlias

# The beginnings of the line by which a job explains its error: any error, and a mistake in the user's model or data.
ERROR = "error: "
INPUT_ERROR = "input error: "

Message: TypeAlias = str
"""The text of an error or a log line. Use a returned `Message` for nothing else: a change of its wording reruns no job
(see `quantshift.jobs.syntax`)."""


class QuantshiftError(Exception):
    """A mistake or fault that the user can fix.

    The message is plain text: what is wrong, where, what was expected and what to do. It is shown without a traceback.
    Any other exception is a bug in quantshift and is shown with one.
    """


class InputError(QuantshiftError):
    """A mistake in the user's own model or data, by which the command ends with another exit code than a failed run."""


class RunError(QuantshiftError):
    """A fault of a run or of its results, not of the user's own model or data."""


class DiskFullError(RunError):
    """No space is left on the disk, so trying another source of a download does not help."""
