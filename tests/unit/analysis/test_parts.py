import numpy as np
import pytest

from quantshift.data.retraining_split import parts


def test_the_published_protocol_counts_what_it_trains_on():
    halves = parts("published", "mnist", np.arange(7))
    assert halves.searched.all()
    assert halves.counted.all()


@pytest.mark.parametrize("count", [1, 2, 9, 500])
def test_held_out_halves_have_no_input_in_common(count):
    halves = parts("held_out", "mnist", np.arange(count) + 60_000)
    assert (halves.searched ^ halves.counted).all()
    assert halves.searched.sum() == count // 2


def test_the_control_has_the_halves_of_held_out():
    sources = np.repeat(np.arange(40), 3)
    control, held_out = (parts(protocol, "mnist", sources) for protocol in ("control", "held_out"))
    assert np.array_equal(control.counted, held_out.counted)
    assert np.array_equal(control.searched, held_out.searched)


def test_inputs_of_one_source_are_in_one_half():
    sources = np.repeat(np.arange(40), 3)
    halves = parts("held_out", "mnist", sources)
    assert not set(sources[halves.searched]) & set(sources[halves.counted])
    assert halves.searched.sum() == 60


def test_halves_do_not_depend_on_the_order():
    sources = np.arange(100)
    order = np.random.default_rng(0).permutation(100)
    first, second = (parts("held_out", "mnist", ordered) for ordered in (sources, sources[order]))
    assert np.array_equal(first.searched[order], second.searched)


def test_each_data_set_has_different_random_halves():
    sources = np.arange(1000)
    first, other = (parts("held_out", dataset, sources).searched for dataset in ("mnist", "imdb"))
    assert 400 < (first == other).sum() < 600
    assert 200 < first[:500].sum() < 300
