import numpy as np
import pytest

from quantshift.core import members
from quantshift.plotting.words import percent, shift_label, words


@pytest.mark.parametrize("folder", ["architectures", "datasets", "training/methods", "shifts/mnist_c", "shifts/digits"])
def test_each_members_name_is_readable(folder):
    for name in members.names(folder):
        assert words(name)
        assert "_" not in words(name)


def test_percents_are_short_and_within_rounding():
    for rate in np.concatenate([np.linspace(0.001, 1, 500), np.geomspace(1e-4, 1, 200)]):
        text = percent(float(rate))
        assert len(text) <= 4
        assert float(text) == pytest.approx(100 * rate, rel=0.06, abs=0.0051)


def test_0_differs_from_a_small_rate():
    assert percent(0.0) == "0"
    assert percent(0.0001) == "0.01"


def test_labels_include_severities_of_shifts_with_levels():
    assert shift_label("motion_blur", [1]) == "motion blur 1"
    assert shift_label("none", [0]) == "clean"
