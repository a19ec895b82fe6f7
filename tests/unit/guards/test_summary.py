"""What a guard's facts and its sentence say, for each kind of threshold, speed and reason."""

import numpy as np
import pytest

from quantshift.guards import summary
from quantshift.guards.detectors import DETECTORS, SMALLEST, TIES, WORDS, flagged
from quantshift.guards.record import Promise, Rejected, record

FACTS = {
    "kind": "logits",
    "detector": "logit_margin",
    "threshold": 0.3259,
    "accept": 0.001,
    "confidence": 0.95,
    "variant": "int8",
    "check": {"n": 1000, "sources": 1000, "disagreements": 0, "high": 0.0006},
    "bytes": {"guard": 3e6, "float32": 2e6, "variant": 1e6},
    "run_rows": {"rows": 1000, "max_difference": 0},
    "threads": 1,
    "choice_inputs": 200,
    "sent": 0.3,
    "speedup_over_float32": 0.8,
    "timed_rows": 1000,
    "batch_size": 64,
    "outputs": ["logits"],
    "notes": [],
    "outcome": "written",
}


def facts(**changes):
    return dict(summary.facts(FACTS | changes))


def test_a_threshold_is_a_number():
    assert facts()["answers"] == (
        "int8; a row goes to float32 if the difference of its two largest logits is below 0.3259"
    )


@pytest.mark.parametrize(("kind", "detector"), [(kind, name) for kind in DETECTORS for name in DETECTORS[kind]])
def test_the_smallest_threshold_is_stated_in_words(kind, detector):
    answers = facts(kind=kind, detector=detector, threshold=SMALLEST)["answers"]
    assert answers == f"int8; a row goes to float32 only if {TIES[kind, detector]}"
    assert set(TIES) == set(WORDS)
    margins = np.array([0, SMALLEST, 1], dtype=np.float32)
    assert flagged(margins, SMALLEST).tolist() == [True, False, False]


@pytest.mark.parametrize(("speed", "words"), [(3.2, "faster"), (0.8, "slower"), (1.002, "as fast as")])
def test_the_speed_is_plain(speed, words):
    assert facts(speedup_over_float32=speed)["speed"].startswith(f"it is {words} ")
    assert f"; it is {words} " in summary.sentence(FACTS | {"speedup_over_float32": speed})


def test_a_slower_guard_has_the_reason():
    assert facts()["speed"] == (
        "it is slower than float32, at 0.80 × its speed, because the quantized model computes all rows, and float32 "
        "computes 30 % of them again; measured on 1,000 clean test inputs (64 per call, 1 thread)"
    )


@pytest.mark.parametrize(
    ("rejected", "outcome", "text"),
    [
        (
            [Rejected("a", "it is slow", "be patient"), Rejected("b", "it is slow", "be patient")],
            "no guard",
            "no guard is written for the promise that at most 1 % of answers differ from float32’s, with 95 % "
            "confidence: a, b: it is slow; what to do: be patient",
        ),
        (
            [Rejected("a", "it cannot be joined")],
            "no guard",
            "no guard is written for the promise that at most 1 % of answers differ from float32’s, with 95 % "
            "confidence: a: it cannot be joined",
        ),
        (
            [Rejected("a", "it is slow", "be patient"), Rejected("b", "too few", "give more", 299)],
            "cannot tell",
            "cannot tell whether a guard would keep the promise that at most 1 % of answers differ from float32’s, "
            "with 95 % confidence, so none is written: a: it is slow; b: too few; what to do: be patient; give more",
        ),
    ],
)
def test_the_sentence_states_why_there_is_none_and_what_to_do(rejected, outcome, text):
    content = record("data/net/given/0", "logits", None, rejected, Promise(0.01, 0.95, 1.1), "guard.onnx")
    assert content["outcome"] == outcome
    assert summary.sentence(content) == text
