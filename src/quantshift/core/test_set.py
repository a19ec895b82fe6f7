"""The name of a test set."""

from typing import NamedTuple

from quantshift.core.names import CLEAN_SUITE, NO_SHIFT, VALIDATION_SHIFT


class TestSet(NamedTuple):
    """A test set of a suite: the clean one, or a shift at a severity.

    Attributes:
        suite: name of the suite; `clean` for the clean test set.
        shift: name of the shift; `none` for the clean test set.
        severity: 1..5, or 0 if the shift has only one level.
    """

    suite: str
    shift: str
    severity: int

    @property
    def key(self) -> str:
        """Return the test set's name within its suite."""
        return f"{self.shift}/{self.severity}"

    @property
    def path(self) -> str:
        """Return the test set's part of a path, and its key in archives of all suites.

        >>> TestSet("mnist_c", "fog", 0).path
        'mnist_c/fog/0'
        """
        return f"{self.suite}/{self.key}"

    @classmethod
    def parse(cls, path: str) -> "TestSet":
        """Return the test set in a path.

        Raises:
            ValueError: the path does not have three parts, or the last part is not a number.

        >>> TestSet.parse("mnist_c/fog/0").shift
        'fog'
        """
        suite, shift, severity = path.split("/")
        return cls(suite, shift, int(severity))


# Keep pytest from collecting this class as a test because of its name.
TestSet.__test__ = False  # type: ignore[attr-defined]


CLEAN = TestSet(CLEAN_SUITE, NO_SHIFT, 0)
# The clean validation data, which detectors are fitted on: predicted together with the clean test set, in no table.
VALIDATION = TestSet(CLEAN_SUITE, VALIDATION_SHIFT, 0)
