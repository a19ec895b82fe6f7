"""The inputs to which a shift is applied: a random sample that depends only on names."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quantshift.core import members
from quantshift.data.windows import originals, window

COUNT = 1000
ALONE = np.arange(COUNT) + 50_000


def of(shift="fog", *, dataset="mnist", collection="mnist_c", sources=ALONE, limit=200):
    return window(dataset, collection, shift, sources, limit)


@st.composite
def grouped(draw):
    """Sources of inputs, some of them equal."""
    return np.array(draw(st.lists(st.integers(0, 20), min_size=1, max_size=60)), dtype=np.int64)


@given(grouped(), st.integers(1, 80))
def test_a_window_is_a_sorted_sample_of_the_requested_size(sources, limit):
    indices = of(sources=sources, limit=limit)
    assert indices.tolist() == sorted(set(indices.tolist()))
    assert len(indices) == min(limit, len(sources))
    assert 0 <= indices[0] <= indices[-1] < len(sources)


@pytest.mark.parametrize("limit", [None, COUNT, COUNT + 1])
def test_without_a_limit_a_window_is_all_inputs_in_their_order(limit):
    np.testing.assert_array_equal(of(limit=limit), np.arange(COUNT))


@pytest.mark.parametrize("changes", [{"shift": "shear"}, {"dataset": "emoji"}, {"collection": "cifar10_c"}])
def test_other_names_have_other_windows(changes):
    np.testing.assert_array_equal(of(), of())
    assert len(np.setdiff1d(of(), of(**changes))) > 100


def test_the_windows_of_a_collection_cover_far_more_inputs_than_one():
    """19 random windows of 30 inputs each, with the sizes of the default study's data sets."""
    shifts = members.names("shifts/cifar10_c")
    assert len(shifts) == 19
    for dataset, count, least in (("cifar10", 5000, 400), ("emoji", 585, 240)):
        windows = [of(shift, dataset=dataset, sources=np.arange(count), limit=30).tolist() for shift in shifts]
        assert len({tuple(indices) for indices in windows}) == len(shifts)
        assert len(set(np.concatenate(windows))) >= least


def test_all_positions_in_the_test_set_are_equally_likely():
    """The first half of MNIST's test set is easier than the second."""
    indices = np.concatenate([of(f"shift {number}", limit=100) for number in range(200)])
    counts = np.bincount(indices * 10 // COUNT)
    # 2,000 of each tenth on average, with a standard deviation of at most 42.
    assert (abs(counts - 2000) < 5 * 42).all()


@given(grouped(), st.integers(1, 60), st.integers(0, 20))
def test_larger_windows_contain_smaller_ones(sources, limit, more):
    assert set(of(sources=sources, limit=limit)) <= set(of(sources=sources, limit=limit + more))


@given(grouped(), st.integers(1, 80))
def test_at_most_one_source_is_incomplete(sources, limit):
    indices = of(sources=sources, limit=limit)
    incomplete = 0
    for source in set(sources[indices].tolist()):
        whole = np.flatnonzero(sources == source)
        included = np.intersect1d(whole, indices)
        # An incomplete source contributes its first inputs.
        np.testing.assert_array_equal(included, whole[: len(included)])
        incomplete += len(included) < len(whole)
    assert incomplete <= 1


@given(grouped(), st.integers(1, 80))
def test_originals_are_recovered_from_the_sources(sources, limit):
    indices = of(sources=sources, limit=limit)
    np.testing.assert_array_equal(originals(sources, sources[indices]), indices)


def test_other_inputs_have_no_original():
    np.testing.assert_array_equal(originals(ALONE, np.array([-5, 7, 50_003, 50_003, 99_999])), [-1, -1, 3, -1, -1])
    assert len(originals(ALONE, np.array([], dtype=np.int64))) == 0
