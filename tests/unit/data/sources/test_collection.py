import numpy as np

from quantshift.data.sources.collection import array, distinct

PAIRS = [(f"text {number}", number % 2) for number in range(200)]


def test_each_text_comes_once():
    texts, labels = distinct(PAIRS + PAIRS[:50])
    assert sorted(texts) == sorted(text for text, _ in PAIRS)
    assert texts.dtype == object
    assert labels.dtype == np.int64
    labels_by_text = dict(PAIRS)
    assert [labels_by_text[text] for text in texts] == labels.tolist()


def test_the_order_depends_only_on_the_texts():
    texts, _ = distinct(PAIRS)
    again, _ = distinct(reversed(PAIRS))
    assert texts.tolist() == again.tolist() != [text for text, _ in PAIRS]
    fewer, _ = distinct(PAIRS[:100])
    assert fewer.tolist() == [text for text in texts if text in dict(PAIRS[:100])]


def test_sorted_labels_are_mixed():
    _, labels = distinct([(f"text {number}", int(number < 500)) for number in range(1000)])
    assert 30 < labels[:100].sum() < 70


def test_texts_with_two_labels_are_left_out():
    texts, _ = distinct([("fine", 0), ("good", 1), ("fine", 1), ("fine", 0)])
    assert texts.tolist() == ["good"]


def test_given_texts_are_left_out():
    texts, labels = distinct(PAIRS, without=[text for text, _ in PAIRS[1:]])
    assert (texts.tolist(), labels.tolist()) == (["text 0"], [0])


def test_texts_of_equal_length_do_not_become_a_matrix():
    assert array(["ab", "cd"]).shape == (2,)
    assert array([]).shape == (0,)
