"""Samples are divided by group, and shifted sets get the sources of the test set or their own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quantshift.core.errors import QuantshiftError
from quantshift.data.readers.division import calibration_size, divide
from quantshift.data.readers.given import GivenInputs, Groups, Labels
from quantshift.data.readers.origins import Origins
from quantshift.data.readers.pairing import paired_sources


@given(st.lists(st.integers(-3, 20), min_size=12, max_size=80), st.integers(3, 6), st.integers(0, 3), st.integers(0, 9))
def test_parts_are_disjoint_by_group_and_cover_all_samples(groups, size, other, seed):
    clusters = np.array(groups)
    sizes = {"calibration": size, "choice": other}
    try:
        parts = divide(clusters, sizes, seed)
    except QuantshiftError as error:
        assert "no group of the data fits" in str(error)  # noqa: PT017 - both outcomes are right
        return
    assert list(parts) == ["calibration", "choice", "test"]
    assert sorted(np.concatenate(list(parts.values())).tolist()) == list(range(len(clusters)))
    sets = [set(clusters[index].tolist()) for index in parts.values()]
    assert sum(map(len, sets)) == len(set().union(*sets))
    assert all(len(parts[name]) <= wanted for name, wanted in sizes.items())
    again = divide(clusters, sizes, seed)
    assert all(np.array_equal(parts[name], again[name]) for name in parts)


def test_samples_without_groups_fill_each_part():
    parts = divide(np.arange(1000), {"calibration": 200, "choice": 100})
    assert [len(index) for index in parts.values()] == [200, 100, 700]
    other = divide(np.arange(1000), {"calibration": 200}, seed=1)
    assert not np.array_equal(parts["calibration"], other["calibration"])
    assert np.array_equal(parts["calibration"], divide(np.arange(1000), {"calibration": 200})["calibration"])


def test_names_of_groups_do_not_matter():
    groups = np.repeat(np.arange(50), 3)
    first, second = (divide(values, {"calibration": 30})["calibration"] for values in (groups, groups * 7 - 4))
    assert np.array_equal(first, second)


def test_too_few_samples_are_reported():
    with pytest.raises(
        QuantshiftError, match="the data has 10 samples, too few for 8 for calibration and at least 5 for test"
    ):
        divide(np.arange(10), {"calibration": 8}, least=5)
    with pytest.raises(QuantshiftError, match=r"no group of the data fits into 3 samples for calibration.*has 5"):
        divide(np.repeat([1, 2], 5), {"calibration": 3})
    assert calibration_size(30) == 6


def samples(count, labels=None, groups=None, files=None):
    return GivenInputs(
        "tensor",
        {"x": np.zeros((count, 2))},
        Origins("a", np.arange(count), files),
        labels=None if labels is None else Labels(np.array(labels), None),
        groups=None if groups is None else Groups(np.array(groups), None),
    )


def test_a_paired_set_has_the_sources_of_the_test_set():
    test = samples(3, [0, 1, 1], [4, 4, 9])
    assert paired_sources(test, samples(3), "fog").tolist() == [4, 4, 9]
    assert paired_sources(samples(3), samples(3), "fog").tolist() == [0, 1, 2]
    with pytest.raises(QuantshiftError, match="'fog' has 2 samples and the test set 3"):
        paired_sources(test, samples(2), "fog")
    with pytest.raises(QuantshiftError, match="another label than the test set in 1 rows, first in row 1"):
        paired_sources(test, samples(3, [0, 0, 1]), "fog")


def test_copies_of_images_are_paired_by_name():
    test = samples(2, files=["a/1.jpg", "b/2.jpg"])
    assert paired_sources(test, samples(2, files=["a/1.png", "b/2.png"]), "fog").tolist() == [0, 1]
    with pytest.raises(QuantshiftError, match=r"the image 'b/3\.jpg' where the test set has 'b/2\.jpg'"):
        paired_sources(test, samples(2, files=["a/1.jpg", "b/3.jpg"]), "fog")
