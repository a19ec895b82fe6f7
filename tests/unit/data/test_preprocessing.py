"""Stored inputs become model inputs: scale, mean, std, layout and order of channels."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quantshift.core.signature import Input
from quantshift.data.preprocessing import prepare, sample_shape


def spec(preprocessing, stored="uint8", dtype="float32"):
    return Input(name="x", stored=stored, dtype=dtype, shape=[None], preprocessing=preprocessing)


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (5, 3, 4, 6), dtype=np.uint8)


def both(stored, record):
    """Prepare with and without an array for the result; both must be equal."""
    fresh = prepare(stored, record)
    out = np.empty(fresh.shape, fresh.dtype)
    assert prepare(stored, record, out=out) is out
    np.testing.assert_array_equal(fresh, out)
    assert fresh.dtype == np.dtype(record["dtype"])
    return fresh


def test_a_scale_is_applied_in_the_models_type(images):
    np.testing.assert_array_equal(both(images, spec({"scale": 1 / 255})), images * np.float32(1 / 255))


def test_mean_and_std_of_each_channel_follow_the_scale(images):
    mean, std = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
    actual = both(images, spec({"scale": 1 / 255, "mean": mean, "std": std}))
    expected = (images / 255 - np.reshape(mean, (3, 1, 1))) / np.reshape(std, (3, 1, 1))
    np.testing.assert_allclose(actual, expected, rtol=0, atol=1e-6)


def test_one_mean_applies_to_all_channels(images):
    actual = both(images, spec({"scale": 1 / 127.5, "mean": [1.0]}))
    np.testing.assert_allclose(actual, images / 127.5 - 1, rtol=0, atol=1e-6)
    assert both(np.array([[0, 255]], np.uint8), spec({"scale": 1 / 127.5, "mean": [1.0]})).tolist() == [[-1, 1]]


def test_channels_last_and_blue_first_with_means_in_the_models_order(images):
    """The mean of blue comes first, as in Caffe's models."""
    mean = [103.939, 116.779, 123.68]
    record = spec({"scale": 1.0, "mean": mean, "layout": "NHWC", "channels": "BGR"})
    expected = images.transpose(0, 2, 3, 1)[..., ::-1] - np.float32(mean)
    np.testing.assert_allclose(both(images, record), expected, rtol=0, atol=1e-4)


def test_bytes_can_be_rearranged_without_arithmetic(images):
    record = spec({"scale": 1.0, "layout": "NHWC"}, dtype="uint8")
    np.testing.assert_array_equal(both(images, record), images.transpose(0, 2, 3, 1))


def test_other_inputs_are_returned_unchanged():
    ids = np.arange(6).reshape(2, 3)
    record = spec(None, stored="int64", dtype="int64")
    assert prepare(ids, record) is ids
    np.testing.assert_array_equal(both(ids, record), ids)
    with pytest.raises(TypeError, match="x is stored as int64, but these inputs are float32"):
        prepare(ids.astype(np.float32), record)


@given(
    st.lists(st.integers(1, 5), min_size=3, max_size=3),
    st.sampled_from(["NCHW", "NHWC"]),
    st.sampled_from(["RGB", "BGR"]),
    st.booleans(),
)
def test_the_shape_is_known_without_computing(shape, layout, channels, with_mean):
    stored = np.zeros((2, *shape), np.uint8)
    preprocessing = {"scale": 0.5, "layout": layout, "channels": channels}
    if with_mean:
        preprocessing["mean"] = [1.0]
    assert prepare(stored, spec(preprocessing)).shape == (2, *sample_shape(tuple(shape), preprocessing))


def test_nothing_of_a_batchs_size_is_allocated():
    stored = np.zeros((64, 3, 64, 64), np.uint8)
    record = spec({"scale": 1 / 255, "mean": [0.5] * 3, "std": [0.25] * 3, "layout": "NHWC", "channels": "BGR"})
    out = np.empty((64, 64, 64, 3), np.float32)
    prepare(stored, record, out=out)
    tracemalloc.start()
    prepare(stored, record, out=out)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < out.nbytes / 8
