"""Arrays of a user become the inputs of a model: names, types, shapes, layouts, labels and groups."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quantshift.core.errors import QuantshiftError
from quantshift.data.preprocessing import prepare
from quantshift.data.readers.expected import Converted, ModelInput, convert
from quantshift.data.readers.image_options import ImageOptions
from quantshift.data.readers.read import read
from quantshift.data.readers.specs import describe
from quantshift.data.readers.truth import TruthOptions

IDS = ModelInput("input_ids", "int64", (None,))
MASK = ModelInput("attention_mask", "int64", (None,))
FEATURES = ModelInput("x", "float32", (4,))


@pytest.fixture
def npz(tmp_path):
    def write(**arrays):
        np.savez(tmp_path / "data.npz", **arrays)
        return tmp_path / "data.npz"

    return write


@pytest.fixture
def npy(tmp_path):
    def write(array):
        np.save(tmp_path / "data.npy", array)
        return tmp_path / "data.npy"

    return write


def fed(data, inputs):
    """Return what the model gets, by input name."""
    return {spec["name"]: prepare(data.inputs[spec["name"]][:], spec) for spec in describe(data, inputs)}


def test_several_inputs_with_labels_and_groups(npz):
    ids, mask = np.arange(12).reshape(4, 3), np.ones((4, 3), np.int64)
    path = npz(input_ids=ids, attention_mask=mask, labels=np.array([0, 2, 1, 1]), groups=np.array([7, 7, -1, 9]))
    data = read(path, [IDS, MASK])
    assert len(data) == 4
    assert data.modality == "tensor"
    np.testing.assert_array_equal(data.inputs["input_ids"], ids)
    assert list(data.inputs) == ["input_ids", "attention_mask"]
    assert data.labels.values.tolist() == [0, 2, 1, 1]
    assert data.labels.values.dtype == np.int64
    assert data.labels.names is None
    assert data.clusters().tolist() == [7, 7, -1, 9]
    assert data.origins[2] == ("data.npz", 2, None)


def test_an_input_may_be_called_labels(npz):
    path = npz(labels=np.zeros((3, 4), np.float32), truth=np.array([0, 1, 0]))
    data = read(path, [ModelInput("labels", "float32", (4,))], truth=TruthOptions(labels="truth"))
    assert list(data.inputs) == ["labels"]
    assert data.labels.values.tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"input_ids": np.zeros((3, 2), int)}, "holds 'input_ids', but the model takes 'input_ids', 'attention_mask': "
         "'attention_mask' is missing; save each input under its name"),
        ({"input_ids": np.zeros((3, 2), int), "mask": np.zeros((3, 2), int)},
         "'attention_mask' is missing and 'mask' is not an input"),
        ({"input_ids": np.zeros((3, 2), int), "attention_mask": np.zeros((2, 2), int)},
         "inputs with different numbers of samples: input_ids 3, attention_mask 2"),
        ({"input_ids": np.zeros((3, 2), int), "attention_mask": np.zeros(3, int)}, r"shape \[\].*takes \['any'\]"),
        ({"input_ids": np.zeros((3, 2)), "attention_mask": np.zeros((3, 2), int)},
         "is float64, but the model takes int64"),
        ({"input_ids": np.int64(3), "attention_mask": np.zeros((3, 2), int)}, "a single number"),
    ],
)  # fmt: skip
def test_inputs_that_do_not_fit_are_named(npz, arrays, message):
    with pytest.raises(QuantshiftError, match=message) as caught:
        read(npz(**arrays), [IDS, MASK])
    assert "data.npz" in str(caught.value)


def test_arrays_with_different_numbers_of_samples_are_rejected(npz):
    path = npz(x=np.zeros((5, 4), np.float32), anchors=np.zeros((2, 3)))
    with pytest.raises(QuantshiftError, match=r"different numbers of samples.*state an input that is the same for all"):
        read(path, [FEATURES, ModelInput("anchors", "float32", (3,))])


def test_a_single_array_gets_the_models_name(npy):
    path = npy(np.arange(8.0).reshape(2, 4))
    data = read(path, [FEATURES])
    actual = fed(data, [FEATURES])["x"]
    assert actual.dtype == np.float32
    np.testing.assert_array_equal(actual, np.arange(8).reshape(2, 4))
    assert data.select(np.array([1])).inputs["x"][:].tolist() == [[4, 5, 6, 7]]
    with pytest.raises(QuantshiftError, match="a single array, but the model takes 'input_ids', 'attention_mask'"):
        read(path, [IDS, MASK])
    with pytest.raises(QuantshiftError, match=r"samples of shape \[4\], but the model's input 'y' takes \[5\]"):
        read(path, [ModelInput("y", "float32", (5,))])


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1), st.sampled_from(["int8", "uint8", "int32", "uint64"]))
def test_integers_are_converted_or_rejected(values, dtype):
    limits = np.iinfo(dtype)
    rows = convert(np.array(values, dtype=np.int64), dtype, "data.npy")
    if all(limits.min <= value <= limits.max for value in values):
        assert rows[:].tolist() == values
        assert rows[:].dtype == np.dtype(dtype)
    else:
        with pytest.raises(QuantshiftError, match=r"data\.npy holds values outside the range"):
            rows[:]


def test_conversions_are_lazy_and_lose_nothing():
    rows = convert(np.array([1.5, np.nan, np.inf, 1e300]), "float32", "a.npy")
    assert isinstance(rows, Converted)
    assert rows.select(slice(2))[:].tolist()[0] == 1.5
    np.testing.assert_array_equal(rows[:3], np.array([1.5, np.nan, np.inf], np.float32))
    with pytest.raises(QuantshiftError, match="outside the range of float32"):
        rows[:]
    assert convert(np.array([True, False]), "float32", "a.npy")[:].tolist() == [1, 0]
    big = np.array([1.5, 2], dtype=">f4")
    assert convert(big, "float32", "a.npy")[:].dtype == np.dtype("float32")
    with pytest.raises(QuantshiftError, match="is float64, but the model takes bool"):
        convert(np.array([1.5]), "bool", "a.npy")
    with pytest.raises(QuantshiftError, match="the model takes texts"):
        convert(np.array([1.5]), "str", "a.npy")


PIXELS = np.random.default_rng(0).integers(0, 256, (5, 6, 4, 3), dtype=np.uint8)


@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
@pytest.mark.parametrize("channels", ["RGB", "BGR"])
def test_bytes_are_stored_as_images_and_fed_in_the_models_layout(npy, layout, channels):
    """An array is in the model's layout; shifts and pages need the channels first, and red first."""
    pixels = PIXELS[..., ::-1] if channels == "BGR" else PIXELS
    array = pixels if layout == "NHWC" else pixels.transpose(0, 3, 1, 2)
    spec = ModelInput("image", "float32", array.shape[1:])
    data = read(npy(array), [spec], images=ImageOptions(values="0..1", channels=channels))
    assert data.modality == "image"
    np.testing.assert_array_equal(data.inputs["image"], PIXELS.transpose(0, 3, 1, 2))
    np.testing.assert_allclose(fed(data, [spec])["image"], array / 255, rtol=0, atol=1e-6)


def test_a_model_that_takes_bytes_needs_no_options(npy):
    spec = ModelInput("pixels:0", "uint8", (6, 4, 3))
    data = read(npy(PIXELS), [spec])
    assert data.modality == "image"
    assert data.inputs["pixels:0"].shape == (5, 3, 6, 4)
    np.testing.assert_array_equal(fed(data, [spec])["pixels:0"], PIXELS)


def test_grey_images_without_an_axis_of_channels(npy):
    spec = ModelInput("image", "float32", (6, 4))
    data = read(npy(PIXELS[..., 0]), [spec], images=ImageOptions(values="-1..1"))
    np.testing.assert_allclose(fed(data, [spec])["image"], PIXELS[..., 0] / 127.5 - 1, rtol=0, atol=1e-6)
    assert data.modality == "tensor"


def test_bytes_for_a_float_model_need_a_stated_preprocessing(npy):
    spec = ModelInput("image", "float32", (6, 4, 3))
    with pytest.raises(
        QuantshiftError, match=r"holds bytes \(uint8\), but the model takes float32: state which values"
    ):
        read(npy(PIXELS), [spec])
    with pytest.raises(QuantshiftError, match=r"holds no bytes.*leave the options out"):
        read(npy(PIXELS / 255), [spec], images=ImageOptions(values="0..1"))


def test_the_layout_is_named_when_the_channels_are_on_another_axis(npy):
    spec = ModelInput("image", "float32", (3, 6, 4))
    with pytest.raises(QuantshiftError, match=r"\[6, 4, 3\].*takes \[3, 6, 4\]; the channels are on another axis"):
        read(npy(PIXELS.astype(np.float32)), [spec])


def test_without_a_model_arrays_are_returned_as_they_are(npz, npy):
    data = read(npz(a=np.zeros((2, 3)), label=np.array(["cat", "ant"])))
    assert data.inputs["a"].dtype == np.float64
    assert data.labels.values.tolist() == [1, 0]
    assert data.labels.names == ("ant", "cat")
    assert list(read(npy(np.zeros(3))).inputs) == ["input"]


def test_labels_in_files_of_their_own(npy, tmp_path):
    path = npy(np.zeros((3, 4), np.float32))
    np.save(tmp_path / "labels.npy", np.array([1, 0, 1]))
    (tmp_path / "labels.txt").write_text("dog\ncat\ndog\n", encoding="utf-8")
    (tmp_path / "labels.csv").write_text("id,label,group\n1,dog,a\n2,cat,b\n3,dog,a\n", encoding="utf-8")
    for name in ("labels.npy", "labels.txt", "labels.csv"):
        data = read(path, [FEATURES], truth=TruthOptions(labels=tmp_path / name))
        assert data.labels.values.tolist() == [1, 0, 1], name
    data = read(path, [FEATURES], truth=TruthOptions(groups=tmp_path / "labels.csv"))
    assert data.groups.values.tolist() == [0, 1, 0]
    assert data.groups.names == ("a", "b")
    (tmp_path / "classes.txt").write_text("dog\nbird\ncat\n", encoding="utf-8")
    truth = TruthOptions(labels=tmp_path / "labels.txt", classes=tmp_path / "classes.txt")
    labels = read(path, [FEATURES], truth=truth).labels
    assert labels.values.tolist() == [0, 2, 0]
    assert labels.names == ("dog", "bird", "cat")


def test_unknown_formats_and_absent_files(tmp_path):
    (tmp_path / "a.pkl").write_bytes(b"x")
    with pytest.raises(QuantshiftError, match=r"a\.pkl has an unknown format: expected \.npz, \.npy"):
        read(tmp_path / "a.pkl")
    with pytest.raises(QuantshiftError, match=r"b\.h5 is missing"):
        read(tmp_path / "b.h5")
    with pytest.raises(QuantshiftError, match="c is missing"):
        read(tmp_path / "c")
