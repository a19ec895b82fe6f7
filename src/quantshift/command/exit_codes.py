"""Exit codes of all commands."""

from collections.abc import Iterable

from quantshift.core.errors import QuantshiftError

SHIP = 0
DO_NOT_SHIP = 1
CANNOT_TELL = 2
WRONG_INPUT = 3
RUN_FAILED = 4
# That of a shell for a program that Ctrl-C ended.
INTERRUPTED = 130

# By the words of `quantshift.decision.decide`, which is not imported because `--help` does not need it.
BY_DECISION = {"ship": SHIP, "do not ship": DO_NOT_SHIP, "cannot tell": CANNOT_TELL}
# From the best decision to the worst one.
SEVERITY = (SHIP, CANNOT_TELL, DO_NOT_SHIP)

HELP = (
    "Exit codes: 0 ship, 1 do not ship, 2 cannot tell, 3 the input or the config is wrong, 4 a run failed, "
    "130 interrupted."
)


class RunFailedError(QuantshiftError):
    """A run failed although its input is valid; the message names the log and its last line."""


def of_decisions(decisions: Iterable[str]) -> int:
    """Return the exit code for the decisions on several models: that of the worst one.

    >>> of_decisions(["ship", "cannot tell"]), of_decisions(["ship", "do not ship", "cannot tell"])
    (2, 1)
    """
    return max((BY_DECISION[decision] for decision in decisions), key=SEVERITY.index)
