"""A study with the sizes of the user's own models and data, which its config does not state."""

from collections.abc import Iterable

from quantshift.core.test_set import CLEAN, VALIDATION, TestSet
from quantshift.planning.own_files import OwnFiles
from quantshift.study import Config, Study


class PlannedStudy(Study):
    """A study whose jobs are planned.

    Args:
        config: the merged config, with absolute paths of the user's files.
        own: the sizes of these files; those of a study without own models need not be stated.
    """

    def __init__(self, config: Config, own: OwnFiles | None = None) -> None:
        """Store the config and the sizes."""
        super().__init__(config)
        self.own = own or OwnFiles()

    def samples(self, dataset: str, test_set: TestSet) -> int:
        """Return the number of samples in a test set of a user's own data, or in the calibration data."""
        counts = self.own.data[dataset].samples
        if test_set in counts:
            return counts[test_set]
        return min(counts[CLEAN], self.shift_limit(dataset) or counts[CLEAN])

    def total_samples(self, dataset: str, test_sets: Iterable[TestSet]) -> int:
        """Return the number of samples in several test sets of a user's own data."""
        return sum(self.samples(dataset, test_set) for test_set in test_sets)

    def calibration(self, dataset: str) -> int:
        """Return the number of samples in the calibration data of a user's own data."""
        return self.samples(dataset, VALIDATION)
