"""Seeds depend only on names."""

import itertools

import numpy as np

from quantshift.seeds import derive_seed, generator


def test_a_seed_is_the_same_in_another_process(python):
    program = "from quantshift.seeds import derive_seed; print(derive_seed('train', 'mnist', 0))"
    assert int(python(program).stdout) == derive_seed("train", "mnist", 0)


def test_seeds_are_in_the_range_of_numpy_and_torch():
    seeds = [derive_seed("name", index) for index in range(2000)]
    assert all(0 <= seed < 2**63 for seed in seeds)
    assert len(set(seeds)) == len(seeds)
    # They fill the range: half of them have the highest bit set.
    assert 900 < sum(seed >= 2**62 for seed in seeds) < 1100


def test_names_are_not_concatenated():
    parts = [("ab", "c"), ("a", "bc"), ("abc",), ("a", "b", "c"), ("c", "ab"), ("abc", "")]
    seeds = [derive_seed(*names) for names in parts]
    assert len(set(seeds)) == len(parts)


def test_generators_with_different_names_draw_different_numbers():
    draws = [generator("shift", name).random(4) for name in ("fog", "shear", "rotate")]
    for first, second in itertools.combinations(draws, 2):
        assert not np.any(first == second)
    np.testing.assert_array_equal(generator("shift", "fog").random(4), draws[0])


def test_drawing_from_one_generator_does_not_change_another():
    expected = generator("b").random(3)
    generator("a").random(1000)
    np.testing.assert_array_equal(generator("b").random(3), expected)
