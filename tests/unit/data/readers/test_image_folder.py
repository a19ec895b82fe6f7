"""Folders of images: classes, order, decoding, sizes, and files that cannot be used."""

import os
import random
import tracemalloc

import cv2
import numpy as np
import pytest
from PIL import Image

from quantshift.core.errors import QuantshiftError
from quantshift.data.preprocessing import prepare
from quantshift.data.readers.expected import ModelInput
from quantshift.data.readers.image_options import ImageOptions, Values
from quantshift.data.readers.read import read
from quantshift.data.readers.specs import describe
from quantshift.data.readers.truth import TruthOptions
from quantshift.storage.arrays import Rows, parts, read_array, write_array

ANY = ImageOptions(values="0..1")
ORIENTATION = 0x0112


def save(path, pixels, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.asarray(pixels, dtype=np.uint8)).save(path, **options)
    return path


def grey(value, height=4, width=6):
    return np.full((height, width, 3), value)


def images(folder, options=ANY, **others):
    """Return the decoded images of a folder."""
    return next(iter(read(folder, images=options, **others).inputs.values()))[:]


@pytest.fixture
def pets(tmp_path):
    """Five images in two class folders, and an empty one."""
    folder = tmp_path / "pets"
    for name, value in (("dog/10.png", 1), ("dog/9.PNG", 2), ("cat/b.jpg", 3), ("cat/deep/a.png", 4), ("cat/c.png", 5)):
        save(folder / name, grey(value))
    (folder / "bird").mkdir()
    return folder


def test_class_folders_are_labels_and_the_order_is_sorted(pets):
    data = read(pets, images=ANY)
    assert list(data.origins.files) == ["cat/b.jpg", "cat/c.png", "cat/deep/a.png", "dog/10.png", "dog/9.PNG"]
    assert data.labels.names == ("bird", "cat", "dog")
    assert data.labels.values.tolist() == [1, 1, 1, 2, 2]
    assert data.modality == "image"
    assert data.groups is None
    assert data.origins[3] == ("dog/10.png", None, None)
    rows = data.inputs["input"]
    assert isinstance(rows, Rows)
    assert rows.shape == (5, 3, 4, 6)
    assert rows[:][:, 0, 0, 0].tolist() == [3, 5, 4, 1, 2]
    chosen = data.select(np.array([4, 0]))
    assert chosen.inputs["input"][:][:, 0, 0, 0].tolist() == [2, 3]
    assert chosen.labels.values.tolist() == [2, 1]
    assert chosen.origins[0].file == "dog/9.PNG"


def test_a_file_of_names_gives_the_order_of_the_classes(pets, tmp_path):
    (tmp_path / "labels.txt").write_text("dog\ncat\nbird\n", encoding="utf-8")
    labels = read(pets, images=ANY, truth=TruthOptions(classes=tmp_path / "labels.txt")).labels
    assert labels.names == ("dog", "cat", "bird")
    assert labels.values.tolist() == [1, 1, 1, 0, 0]
    (tmp_path / "labels.txt").write_text("dog\nbird\n", encoding="utf-8")
    with pytest.raises(QuantshiftError, match="the label 'cat', which is not among the names"):
        read(pets, images=ANY, truth=TruthOptions(classes=tmp_path / "labels.txt"))


def test_class_folders_may_be_numbers(tmp_path):
    for name in ("0", "2", "10"):
        save(tmp_path / f"a/{name}/x.png", grey(0))
    labels = read(tmp_path / "a", images=ANY).labels
    assert labels.values.tolist() == [0, 10, 2]
    assert labels.names is None


def test_without_class_folders_there_are_no_labels(pets, tmp_path):
    data = read(pets, images=ANY, by_class=False)
    assert data.labels is None
    assert len(data) == 5
    save(pets / "top.png", grey(0))
    with pytest.raises(
        QuantshiftError, match=r"outside of folders, such as 'top\.png', and in folders, such as 'cat/b\.jpg'"
    ):
        read(pets, images=ANY)
    with pytest.raises(QuantshiftError, match=r"the image 'top\.png' in no class"):
        read(pets, images=ANY, by_class=True)
    assert len(read(pets, images=ANY, by_class=False)) == 6


def test_labels_and_groups_by_file_name(tmp_path):
    folder = tmp_path / "a"
    for name in ("x.png", "y.png"):
        save(folder / name, grey(0))
    (folder / "labels.csv").write_text(
        "file,label,group\ny.png,dog,1\nother.png,emu,1\nx.png,cat,2\n", encoding="utf-8"
    )
    truth = TruthOptions(labels=folder / "labels.csv", groups=folder / "labels.csv")
    data = read(folder, images=ANY, truth=truth)
    assert data.labels.values.tolist() == [0, 1]
    assert data.clusters().tolist() == [2, 1]
    save(folder / "z.png", grey(0))
    with pytest.raises(QuantshiftError, match=r"labels\.csv has no row for the image 'z\.png'"):
        read(folder, images=ANY, truth=truth)


def test_the_model_gives_size_colours_and_layout(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (8, 8, 3))
    save(tmp_path / "a/x.png", pixels)
    spec = ModelInput("pixels:0", "uint8", (8, 8, 3))
    data = read(tmp_path / "a", [spec])
    (record,) = describe(data, [spec])
    assert record == {
        "name": "pixels:0",
        "stored": "uint8",
        "dtype": "uint8",
        "shape": [8, 8, 3],
        "preprocessing": {"scale": 1.0, "layout": "NHWC"},
    }
    np.testing.assert_array_equal(prepare(data.inputs["pixels:0"][:], record)[0], pixels)
    grey_model = ModelInput("x", "float32", (1, 4, 4))
    assert read(tmp_path / "a", [grey_model], images=ANY).inputs["x"].shape == (1, 1, 4, 4)
    with pytest.raises(
        QuantshiftError, match=r"the model takes float32, so state which values it takes for pixels: 0\.\.1"
    ):
        read(tmp_path / "a", [grey_model])
    with pytest.raises(QuantshiftError, match="for a single input, but the model takes 'x', 'y'"):
        read(tmp_path / "a", [grey_model, ModelInput("y", "int64", ())])
    with pytest.raises(QuantshiftError, match=r"samples of shape \[3, 4, 4\].*takes \[1, 4, 4\]"):
        read(tmp_path / "a", [grey_model], images=ImageOptions(values="0..1", colours=3))


def test_the_presets_give_the_values_of_training(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (4, 4, 3))
    save(tmp_path / "a/x.png", pixels)
    spec = ModelInput("x", "float32", (3, 4, 4))
    chw = pixels.transpose(2, 0, 1)
    mean, std = np.reshape([0.485, 0.456, 0.406], (3, 1, 1)), np.reshape([0.229, 0.224, 0.225], (3, 1, 1))
    for values, expected in (
        ("0..1", chw / 255),
        ("0..255", chw),
        ("-1..1", chw / 127.5 - 1),
        ("imagenet", (chw / 255 - mean) / std),
        (Values(0.5, (1, 2, 3)), chw / 2 - np.reshape([1, 2, 3], (3, 1, 1))),
    ):
        data = read(tmp_path / "a", [spec], images=ImageOptions(values=values))
        (record,) = describe(data, [spec])
        np.testing.assert_allclose(prepare(data.inputs["x"][:], record)[0], expected, rtol=0, atol=2e-6)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"values": "0-1"}, r"values is '0-1', expected 0\.\.1, 0\.\.255, -1\.\.1 or imagenet"),
        ({"values": Values(0.0)}, "expected finite numbers"),
        ({"values": Values(1.0, (), (0.0,))}, "a scale and std that are not 0"),
        ({"fit": "squash"}, "fit is 'squash', expected stretch, crop or exact"),
        ({"colours": 4}, "colours is 4, expected 1 or 3"),
        ({"layout": "HWC"}, "layout is 'HWC', expected NCHW or NHWC"),
        ({"size": (0, 5)}, "expected a height and a width of at least 1"),
        ({"size": (224, 224), "fit": "crop", "shorter": 200}, "shorter is 200"),
    ],
)
def test_options_that_cannot_be_are_rejected(options, message):
    with pytest.raises(QuantshiftError, match=rf"images: .*{message}"):
        ImageOptions(**options)
    with pytest.raises(QuantshiftError, match="2 numbers of mean for 3 channels"):
        ImageOptions(values=Values(1.0, (1.0, 2.0))).preprocessing("float32")
    with pytest.raises(QuantshiftError, match=r"takes uint8, so values must be '0\.\.255', not '0..1'"):
        ANY.preprocessing("uint8")


def test_sizes(tmp_path):
    """The left half is black and the right half white."""
    pixels = grey(0, 20, 40)
    pixels[:, 20:] = 255
    save(tmp_path / "a/x.png", pixels)
    stretched = images(tmp_path / "a", ImageOptions(values="0..1", size=(10, 4)))[0, 0]
    assert stretched.shape == (10, 4)
    assert stretched[:, 0].tolist() == [0] * 10
    assert stretched[:, 3].tolist() == [255] * 10
    centre = images(tmp_path / "a", ImageOptions(values="0..1", size=(20, 20), fit="crop"))[0, 0]
    np.testing.assert_array_equal(centre, pixels[:, 10:30, 0])
    small = images(tmp_path / "a", ImageOptions(values="0..1", size=(8, 8), fit="crop", shorter=20))[0, 0]
    np.testing.assert_array_equal(small, pixels[6:14, 16:24, 0])
    save(tmp_path / "a/y.png", grey(0, 10, 10))
    with pytest.raises(
        QuantshiftError, match=r"y\.png cannot be used: it is 10 x 10 pixels, expected 20 x 40; resize it"
    ):
        images(tmp_path / "a")


@pytest.mark.parametrize(
    ("height", "width", "scaled", "corner"),
    [
        (50, 71, (32, 45), (2, 8)),
        (90, 33, (87, 32), (30, 2)),
        (64, 64, (32, 32), (2, 2)),
        (37, 200, (32, 172), (2, 72)),
    ],
)
def test_the_crop_is_that_of_torchvision(tmp_path, height, width, scaled, corner):
    """Resize(32) and CenterCrop(28): the longer side is rounded down, and the corner is rounded half to even."""
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    save(tmp_path / "a/x.png", pixels)
    resized = np.asarray(Image.fromarray(pixels).resize(scaled[::-1], Image.Resampling.BILINEAR))
    expected = resized[corner[0] : corner[0] + 28, corner[1] : corner[1] + 28]
    options = ImageOptions(values="imagenet", size=(28, 28), fit="crop", shorter=32)
    np.testing.assert_array_equal(images(tmp_path / "a", options)[0], expected.transpose(2, 0, 1))


def test_photos_are_turned_upright(tmp_path):
    pixels = np.zeros((4, 6, 3), np.uint8)
    pixels[0] = 255
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # to be turned clockwise
    save(tmp_path / "a/x.png", pixels, exif=exif)
    upright = images(tmp_path / "a")[0, 0]
    np.testing.assert_array_equal(upright, np.rot90(pixels[..., 0], -1))
    stored = images(tmp_path / "a", ImageOptions(values="0..1", orientation="stored"))[0, 0]
    np.testing.assert_array_equal(stored, pixels[..., 0])


def test_palettes_transparency_and_other_modes(tmp_path):
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA"):
        Image.new("RGB", (2, 2), "white").convert(mode).save(tmp_path / f"{mode}.png")
    Image.new("CMYK", (2, 2), (0, 0, 0, 0)).save(tmp_path / "cmyk.jpg")
    Image.new("RGBA", (2, 2), (255, 0, 0, 0)).save(tmp_path / "clear.png")
    np.testing.assert_array_equal(images(tmp_path), 255)
    for kind in ("BMP", "GIF", "PPM", "TIFF", "WEBP"):
        save(tmp_path / f"other/{kind}.{kind.lower()}", grey(255), lossless=True)
    np.testing.assert_array_equal(images(tmp_path / "other"), 255)


def test_sixteen_bits(tmp_path):
    """Grey values of 16 bits have no scale of their own; those of colours are reduced to 8 bits, as Pillow does."""
    Image.fromarray(np.full((2, 2), 40_000, dtype=np.uint16)).save(tmp_path / "a.png")
    with pytest.raises(
        QuantshiftError, match=r"a\.png cannot be used: its pixels have the mode I;16.*convert it to 8 bits"
    ):
        images(tmp_path)
    (tmp_path / "a.png").unlink()
    colours = np.random.default_rng(0).integers(0, 1 << 16, (4, 6, 3), dtype=np.uint16)
    cv2.imwrite(str(tmp_path / "b.png"), colours[..., ::-1])
    np.testing.assert_array_equal(images(tmp_path)[0], (colours >> 8).transpose(2, 0, 1))


def test_a_photo_with_a_preview_is_the_photo(tmp_path):
    photo, preview = Image.new("RGB", (8, 8), "white"), Image.new("RGB", (2, 2), "black")
    photo.save(tmp_path / "a.jpg", format="MPO", save_all=True, append_images=[preview])
    np.testing.assert_array_equal(images(tmp_path), np.full((1, 3, 8, 8), 255))


@pytest.mark.parametrize("name", ["a.gif", "a.png", "a.webp", "a.tiff"])
def test_animations_and_pages_are_rejected(tmp_path, name):
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / name, save_all=True, append_images=frames[1:])
    with pytest.raises(QuantshiftError, match=rf"{name} cannot be used: it has 2 frames or pages"):
        images(tmp_path)


@pytest.mark.parametrize("name", ["a.jpg", "a.png"])
def test_truncated_files_and_other_content_are_rejected(tmp_path, name):
    whole = save(tmp_path / name, np.random.default_rng(0).integers(0, 256, (40, 40, 3))).read_bytes()
    for content in (whole[:-40], whole[: len(whole) // 2], b"", b"<html>not found</html>", b"%PDF-1.4"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(QuantshiftError, match=rf"{name} cannot be read as an image .*convert it or move it"):
            images(tmp_path)


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.gif", "a.tiff", "a.bmp"])
@pytest.mark.filterwarnings("ignore")
def test_any_damage_is_reported_with_the_files_name(tmp_path, name):
    """Any content gives either an image or a QuantshiftError that names the file."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    pixels = np.random.default_rng(0).integers(0, 256, (16, 16, 3))
    whole = save(tmp_path / name, pixels, exif=exif).read_bytes()
    draw = random.Random(0)
    options = ImageOptions(values="0..1", size=(16, 16))
    for _ in range(150):
        content = bytearray(whole)
        for _ in range(draw.randint(1, 8)):
            content[draw.randrange(min(len(content), 300))] = draw.randrange(256)
        (tmp_path / name).write_bytes(content)
        try:
            assert images(tmp_path, options).shape == (1, 3, 16, 16)
        except QuantshiftError as error:
            message = str(error)
            assert str(tmp_path / name) in message


def test_too_many_pixels_are_rejected_before_decoding(tmp_path):
    from tests.unit.data.test_image_files import bomb

    (tmp_path / "a.png").write_bytes(bomb(60_000, 60_000))
    tracemalloc.start()
    with pytest.raises(QuantshiftError, match=r"a\.png cannot be .*pixels"):
        images(tmp_path, ImageOptions(values="0..1", size=(8, 8)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1 << 20
    save(tmp_path / "a.png", np.zeros((2, 40_000, 3)))
    with pytest.raises(QuantshiftError, match=r"a\.png cannot be used: it is 2 x 40000 pixels, too long for 'crop'"):
        images(tmp_path, ImageOptions(values="0..1", size=(224, 224), fit="crop", shorter=256))


def test_other_files_are_named_and_those_of_systems_are_not_read(pets):
    for name in (".DS_Store", "cat/Thumbs.db", "__MACOSX/x.png", ".git/y.png", "desktop.ini"):
        (pets / name).parent.mkdir(exist_ok=True)
        (pets / name).write_bytes(b"x")
    data = read(pets, images=ANY)
    assert len(data) == 5
    assert data.labels.names == ("bird", "cat", "dog")
    (pets / "cat/notes.txt").write_bytes(b"x")
    with pytest.raises(QuantshiftError, match=r"cat/notes\.txt is not an image by its name.*move it to another folder"):
        read(pets, images=ANY)
    (pets / "cat/notes.txt").rename(pets / "cat/line\n.png")
    with pytest.raises(QuantshiftError, match="cannot be printed: rename it"):
        read(pets, images=ANY)


def test_empty_and_absent_folders(tmp_path):
    with pytest.raises(QuantshiftError, match="has no images"):
        read(tmp_path)


def test_links_are_followed_and_loops_are_rejected(tmp_path):
    save(tmp_path / "elsewhere/x.png", grey(7))
    (tmp_path / "a").mkdir()
    (tmp_path / "a/cat").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "a/dog").mkdir()
    (tmp_path / "a/dog/y.png").symlink_to(tmp_path / "elsewhere/x.png")
    data = read(tmp_path / "a", images=ANY)
    assert list(data.origins.files) == ["cat/x.png", "dog/y.png"]
    assert images(tmp_path / "a")[:, 0, 0, 0].tolist() == [7, 7]
    (tmp_path / "a/dog/again").symlink_to(tmp_path / "a")
    with pytest.raises(QuantshiftError, match="leads back to itself"):
        read(tmp_path / "a", images=ANY)
    (tmp_path / "a/dog/again").unlink()
    (tmp_path / "a/dog/gone.png").symlink_to(tmp_path / "nothing")
    with pytest.raises(QuantshiftError, match=r"gone\.png is a link to nothing"):
        read(tmp_path / "a", images=ANY)


def test_a_link_never_shows_a_file_that_is_no_image(tmp_path):
    (tmp_path / "secret").write_text("password", encoding="utf-8")
    (tmp_path / "a").mkdir()
    (tmp_path / "a/x.png").symlink_to(tmp_path / "secret")
    with pytest.raises(QuantshiftError, match=r"x\.png cannot be read as an image") as caught:
        images(tmp_path / "a")
    assert "password" not in str(caught.value)


def test_a_pipe_does_not_block(tmp_path):
    os.mkfifo(tmp_path / "x.png")
    with pytest.raises(QuantshiftError, match=r"x\.png is not a regular file"):
        read(tmp_path, images=ANY)


def test_thousands_of_images_need_little_memory(tmp_path):
    """300 MB of pixels from 2,000 files, of which 4 MB are in memory at a time."""
    content = save(tmp_path / "x.png", grey(9, 8, 8)).read_bytes()
    for number in range(2000):
        path = tmp_path / f"a/{number % 10}/{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    tracemalloc.start()
    data = read(tmp_path / "a", images=ImageOptions(values="imagenet", size=(224, 224)))
    rows = data.inputs["input"]
    for part in parts(rows.select(np.arange(0, 2000, 4)), 4 << 20):
        assert part.max() == 9
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert rows.shape == (2000, 3, 224, 224)
    assert peak < 12 << 20


def test_images_are_written_as_the_workflow_stores_them(pets, tmp_path):
    rows = read(pets, images=ANY).inputs["input"]
    write_array(tmp_path / "inputs.npy", rows)
    np.testing.assert_array_equal(read_array(tmp_path / "inputs.npy"), rows[:])
