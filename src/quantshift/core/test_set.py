"""The name of a test set."""

from typing import NamedTuple

from quantshift.core.names import CLEAN_SUITE, NO_SHIFT, VALIDATION_SHIFT


class TestSet(NamedTuple):
    """A test set of a suite: the clean one, or a shift at a severity.

    Attributes:
        suite: name of the suite; the clean test set's is `clean`.
        shift: name of the shift; the clean test set's is `none`.
        severity: 1..5, or 0 where the shift has one level.
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
        """Return the test set that a path names.

        Raises:
            ValueError: the path does not have three parts, or the last one is not a number.

        >>> TestSet.parse("mnist_c/fog/0").shift
        'fog'
        """
        suite, shift, severity = path.split("/")
        return cls(suite, shift, int(severity))


# pytest takes classes whose names begin with `Test` for tests.
TestSet.__test__ = False  # type: ignore[attr-defined]


CLEAN = TestSet(CLEAN_SUITE, NO_SHIFT, 0)
# The clean validation data, on which detectors are fitted: predicted with the clean test set, and in no table.
VALIDATION = TestSet(CLEAN_SUITE, VALIDATION_SHIFT, 0)
