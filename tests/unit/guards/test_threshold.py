"""A guard's threshold on known data, and how often its promise is broken over many simulated data sets."""

import numpy as np
import pytest

from quantshift.analysis.statistics.exact import exact_rate
from quantshift.analysis.statistics.intervals import one_sided
from quantshift.analysis.statistics.mean_rate import SharedSources
from quantshift.core.test_set import CLEAN, VALIDATION
from quantshift.guards.detectors import flagged, margins
from quantshift.guards.parts import Part, divide
from quantshift.guards.promise import ALL_SHIFTED, BROKEN, CANNOT_TELL, HELD, outcomes
from quantshift.guards.threshold import Chosen, Unchosen, choose
from quantshift.tasks.classification import CLASSIFICATION

OUTPUT = {"name": "logits", "kind": "logits", "classes": 2}
ACCEPT, CONFIDENCE = 0.01, 0.95
SIMULATIONS = 300
# A margin is exponentially distributed, and an answer differs with the probability PEAK * exp(-margin / WIDTH).
PEAK, WIDTH = 0.5, 0.2


def part(certainty, disagrees, sources=None, test_set=CLEAN):
    """Return a part with these margins between two logits."""
    outputs = np.stack([certainty, np.zeros_like(certainty)], axis=1).astype(np.float32)
    reference = np.where(disagrees[:, None], outputs[:, ::-1], outputs)
    # A margin of 0 would be a tie, in which both answer class 0.
    sources = np.arange(len(certainty)) if sources is None else sources
    return Part.of(test_set, reference, outputs, sources, CLASSIFICATION)


def simulated(generator, count, size=1):
    """Return a part of `count` sources with up to `size` inputs each, which share a margin and whether it differs."""
    certainty = generator.exponential(size=count)
    differs = generator.random(count) < PEAK * np.exp(-certainty / WIDTH)
    sizes = generator.integers(1, size + 1, size=count)
    repeat = np.repeat(np.arange(count), sizes)
    # Some inputs of a source are answered differently from the others.
    flips = generator.random(len(repeat)) < 0.7
    return part(certainty[repeat] + 1e-4, differs[repeat] & flips, repeat), size


def upper_limit(events, n):
    """Return the upper limit of a rate."""
    return one_sided(events, n, CONFIDENCE)[1]


def true_rate(threshold, size=1):
    """Return the rate of answers that differ and have a margin of at least the threshold."""
    scale = 1 / (1 + 1 / WIDTH)
    return 0.7 * PEAK * scale * np.exp(-max(0.0, threshold - 1e-4) / scale)


@pytest.mark.parametrize(("count", "size"), [(2500, 1), (900, 1), (1200, 4)])
def test_the_promise_is_broken_no_more_often_than_stated(count, size):
    generator = np.random.default_rng(count)
    broken = written = 0
    for _ in range(SIMULATIONS):
        choice, _ = simulated(generator, 300, size)
        check, _ = simulated(generator, count, size)
        chosen = choose(choice, check, OUTPUT, ACCEPT, CONFIDENCE)
        if isinstance(chosen, Chosen):
            written += 1
            broken += true_rate(chosen.threshold) > ACCEPT
    print(written, broken)
    assert written > SIMULATIONS / 2
    # Two standard errors above 5 %.
    assert broken / SIMULATIONS <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / SIMULATIONS)


def test_the_simulation_would_show_a_threshold_that_is_not_checked():
    generator = np.random.default_rng(0)
    broken = 0
    for _ in range(100):
        check, _ = simulated(generator, 2500)
        certainty = margins(check.outputs, OUTPUT, "logit_margin")
        steps = np.quantile(certainty, np.linspace(0, 1, 200))
        rates = [(check.disagrees & ~flagged(certainty, step)).mean() for step in steps]
        broken += true_rate(float(steps[np.argmax(np.array(rates) <= ACCEPT)])) > ACCEPT
    assert broken > 20


def test_the_smallest_threshold_that_passes_is_used():
    certainty = np.linspace(0.01, 10, 1000)
    disagrees = certainty < 1
    chosen = choose(part(certainty, disagrees), part(certainty, disagrees), OUTPUT, ACCEPT, CONFIDENCE)
    assert isinstance(chosen, Chosen)
    # Of 1,000 inputs, 4 may differ: the upper limit of 5 is 1.05 %.
    assert upper_limit(4, 1000) < ACCEPT < upper_limit(5, 1000)
    assert 0.95 <= chosen.threshold <= 1.01
    assert chosen.check.high <= ACCEPT
    assert chosen.sent == pytest.approx(0.0975, abs=0.01)


def test_too_few_inputs_state_how_many_it_takes():
    few = part(np.ones(298), np.zeros(298, bool))
    chosen = choose(few, few, OUTPUT, ACCEPT, CONFIDENCE)
    assert isinstance(chosen, Unchosen)
    assert chosen.inputs_needed == 299
    assert "1 % with 95 % confidence needs 299 independent inputs without a disagreement" in chosen.reason
    enough = part(np.ones(299), np.zeros(299, bool))
    chosen = choose(few, enough, OUTPUT, ACCEPT, CONFIDENCE)
    assert isinstance(chosen, Unchosen)
    assert chosen.inputs_needed is None


def test_inputs_of_one_source_count_once_without_a_disagreement():
    sources = np.repeat(np.arange(200), 3)
    few = part(np.ones(600), np.zeros(600, bool), sources)
    chosen = choose(few, few, OUTPUT, ACCEPT, CONFIDENCE)
    assert isinstance(chosen, Unchosen)
    assert "600 inputs of 200 sources" in chosen.reason


def test_answers_that_differ_with_certainty_have_no_threshold():
    certainty = np.linspace(0.01, 10, 1000)
    certain = part(np.concatenate([certainty, np.full(20, 50.0)]), np.arange(1020) >= 1000)
    chosen = choose(part(certainty, np.zeros(1000, bool)), certain, OUTPUT, ACCEPT, CONFIDENCE)
    assert isinstance(chosen, Unchosen)
    assert chosen.inputs_needed is None
    assert "no threshold keeps the promise" in chosen.reason


def test_a_variant_that_keeps_the_promise_alone_needs_no_guard():
    certainty = np.linspace(0.01, 10, 1000)
    chosen = choose(*[part(certainty, certainty < 0.03)] * 2, OUTPUT, ACCEPT, CONFIDENCE)
    assert isinstance(chosen, Unchosen)
    assert "it keeps the promise without a guard" in chosen.reason


def test_the_detector_that_sends_fewer_rows_is_used():
    generator = np.random.default_rng(1)
    # A third logit near the second one makes the difference of the probabilities small, and only such answers differ.
    second, third = -generator.uniform(0.5, 1.5, 2000), -generator.uniform(0, 4, 2000)
    outputs = np.stack([np.zeros(2000), second, second + third], axis=1).astype(np.float32)
    disagrees = np.zeros(2000, bool)
    order = np.argsort(margins(outputs, OUTPUT, "margin"))
    disagrees[order[:200]] = True
    whole = Part(CLEAN, outputs, outputs, disagrees, np.arange(2000))
    logits = margins(outputs, OUTPUT, "logit_margin")
    assert not (np.argsort(logits)[:200] == order[:200]).all()
    chosen = choose(whole, whole, OUTPUT, ACCEPT, CONFIDENCE)
    assert isinstance(chosen, Chosen)
    assert chosen.detector == "margin"


def test_the_parts_share_no_source():
    sources = np.repeat(np.arange(100), 2)
    clean = part(np.ones(200), np.zeros(200, bool), sources)
    other = part(np.ones(50), np.zeros(50, bool), -1 - np.arange(50), VALIDATION)
    assert divide(clean, other) == (other, clean)
    for validation in (part(np.ones(0), np.zeros(0, bool)), part(np.ones(4), np.zeros(4, bool), np.arange(4))):
        choice, check = divide(clean, validation)
        assert len(choice) == 40
        assert len(check) == 160
        assert not np.isin(choice.sources, check.sources).any()


def test_the_promise_on_shifted_sets_is_held_broken_or_open():
    certainty = np.linspace(0.01, 10, 1000)
    clean = part(certainty, certainty < 1)
    chosen = choose(clean, clean, OUTPUT, ACCEPT, CONFIDENCE)
    assert isinstance(chosen, Chosen)
    sets = [CLEAN._replace(suite="own", shift=name) for name in ("same", "hard", "small")]
    masks = [certainty < 1, certainty < 3, np.zeros(100, bool)]
    shifted = [
        part(certainty[: len(mask)], mask, test_set=test_set) for test_set, mask in zip(sets, masks, strict=True)
    ]
    results = outcomes(clean, shifted, chosen, OUTPUT, ACCEPT, CONFIDENCE)
    assert [item["promise"] for item in results] == [HELD, HELD, BROKEN, CANNOT_TELL, BROKEN]
    assert results[-1]["suite"] == ALL_SHIFTED
    assert results[2]["rate_before"] == pytest.approx(0.299, abs=0.001)
    assert results[2]["rate"] == pytest.approx(0.299 - results[2]["sent"], abs=0.001)


def test_limits_of_independent_inputs_are_exact():
    events = np.arange(1000) < 3
    rate = exact_rate(SharedSources([np.arange(1000)]), [events], CONFIDENCE)
    assert rate.effective_n == pytest.approx(1000)
    assert rate.high == pytest.approx(upper_limit(3, 1000))


@pytest.mark.parametrize(("accept", "needed"), [(0.001, "2,995"), (1.0, "1"), (1e-12, "more than 1,000,000,000")])
def test_no_inputs_at_all_are_too_few(accept, needed):
    empty = part(np.ones(0), np.zeros(0, bool))
    choice, check = divide(empty, empty)
    chosen = choose(choice, check, OUTPUT, accept, CONFIDENCE)
    assert isinstance(chosen, Unchosen)
    assert f"needs {needed} independent inputs without a disagreement, but the check has 0 inputs" in chosen.reason
    assert chosen.inputs_needed is not None
