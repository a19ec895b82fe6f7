"""Pictures are decoded on access, and damaged or malicious files are rejected."""

import random
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from PIL import Image

from quantshift.core.errors import QuantshiftError
from quantshift.data.image_files import Pictures, decode, expect_all, file_in
from quantshift.storage import arrays
from quantshift.storage.arrays import Rows, read_array, select, write_array

RED, HALF_BLUE = (255, 0, 0), (0, 0, 255, 128)


def save(path, array, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path, **options)
    return path


@pytest.fixture
def many(tmp_path):
    """Seven pictures of 4 x 6 pixels, each of a different grey."""
    paths = [save(tmp_path / f"{n}.png", np.full((4, 6, 3), 10 * n, dtype=np.uint8)) for n in range(7)]
    return Pictures(paths, 4, 6)


def greys(decoded):
    return [int(value) for value in decoded[:, 0, 0, 0]]


def test_decoding_preserves_the_pixels_and_their_positions(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    decoded = decode(save(tmp_path / "a.png", pixels), 5, 7)
    np.testing.assert_array_equal(decoded, pixels.transpose(2, 0, 1))
    assert decoded.flags.c_contiguous
    assert decoded.dtype == np.uint8


def test_a_jpeg_is_decoded_approximately(tmp_path):
    pixels = np.tile(np.linspace(0, 255, 64).astype(np.uint8)[:, None, None], (1, 48, 3))
    decoded = decode(save(tmp_path / "a.jpg", pixels, quality=95), 64, 48)
    assert np.abs(decoded.astype(int) - pixels.transpose(2, 0, 1)).max() <= 4


def test_the_content_determines_the_format(tmp_path):
    pixels = np.full((3, 3, 3), 9, dtype=np.uint8)
    decoded = decode(save(tmp_path / "a.jpg", pixels, format="PNG"), 3, 3)
    np.testing.assert_array_equal(decoded, 9)


def test_shrinking_averages_the_whole_area(tmp_path):
    """A filter that skips pixels would lose half of the lines, which are one pixel wide."""
    pixels = np.zeros((64, 64, 3), dtype=np.uint8)
    pixels[::2] = 255
    decoded = decode(save(tmp_path / "a.png", pixels), 8, 8)
    assert decoded.shape == (3, 8, 8)
    assert np.abs(decoded.astype(float) - 127.5).max() < 8


def test_height_and_width_are_not_mixed_up(tmp_path):
    pixels = np.zeros((20, 40, 3), dtype=np.uint8)
    pixels[:, 20:] = 200
    decoded = decode(save(tmp_path / "a.png", pixels), 10, 4)
    assert decoded.shape == (3, 10, 4)
    np.testing.assert_array_equal(decoded[:, :, 0], 0)
    np.testing.assert_array_equal(decoded[:, :, 3], 200)


def test_transparency_becomes_white(tmp_path):
    pixels = np.zeros((1, 3, 4), dtype=np.uint8)
    pixels[0] = [(10, 20, 30, 0), HALF_BLUE, (*RED, 255)]
    decoded = decode(save(tmp_path / "a.png", pixels), 1, 3)
    assert decoded[:, 0, 0].tolist() == [255, 255, 255]
    assert decoded[:, 0, 1].tolist() == [127, 127, 255]
    assert decoded[:, 0, 2].tolist() == list(RED)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_eight_bit_modes_become_rgb(tmp_path, mode):
    Image.new("RGB", (4, 4), "white").convert(mode).save(tmp_path / "a.png")
    np.testing.assert_array_equal(decode(tmp_path / "a.png", 2, 2), np.full((3, 2, 2), 255))


def test_a_palette_with_a_transparent_entry(tmp_path):
    image = Image.new("P", (2, 1))
    image.putpalette([0, 0, 0, *RED])
    image.putpixel((1, 0), 1)
    image.save(tmp_path / "a.png", transparency=0)
    decoded = decode(tmp_path / "a.png", 1, 2)
    assert decoded[:, 0, 0].tolist() == [255, 255, 255]
    assert decoded[:, 0, 1].tolist() == list(RED)


def test_sixteen_bits_are_rejected(tmp_path):
    save(tmp_path / "a.png", np.full((2, 2), 40_000, dtype=np.uint16))
    with pytest.raises(QuantshiftError, match=r"a\.png cannot be read as a picture.*I;16"):
        decode(tmp_path / "a.png", 2, 2)


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP", "WEBP", "PPM"])
def test_other_formats_are_rejected(tmp_path, kind):
    save(tmp_path / "a.png", np.zeros((2, 2, 3), dtype=np.uint8), format=kind)
    with pytest.raises(QuantshiftError, match=r"a\.png cannot be read as a picture, expected a complete JPEG or PNG"):
        decode(tmp_path / "a.png", 2, 2)


@pytest.mark.parametrize("name", ["a.jpg", "a.png"])
def test_truncated_files_are_rejected(tmp_path, name):
    pixels = np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    whole = save(tmp_path / name, pixels).read_bytes()
    for length in (0, 1, 30, len(whole) // 2, len(whole) - 40):
        (tmp_path / name).write_bytes(whole[:length])
        with pytest.raises(QuantshiftError, match=rf"{name} cannot be read as a picture"):
            decode(tmp_path / name, 40, 40)


@pytest.mark.parametrize("name", ["a.jpg", "a.png"])
def test_any_damage_is_reported_with_the_files_name(tmp_path, name):
    """Any content gives either a picture or a QuantshiftError that names the file."""
    pixels = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    whole = save(tmp_path / name, pixels).read_bytes()
    draw = random.Random(0)
    messages = []
    for _ in range(300):
        content = bytearray(whole)
        for _ in range(draw.randint(1, 8)):
            content[draw.randrange(len(content))] = draw.randrange(256)
        (tmp_path / name).write_bytes(content)
        try:
            assert decode(tmp_path / name, 16, 16).shape == (3, 16, 16)
        except QuantshiftError as error:
            messages.append(str(error))
    assert len(messages) > 30
    assert all(str(tmp_path / name) in message for message in messages)


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def bomb(width, height):
    """Return a PNG of a few bytes that unpacks to a grey picture of the given size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(10_000, 5_001), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
@pytest.mark.filterwarnings("error")
def test_a_decompression_bomb_is_rejected_before_it_unpacks(tmp_path, size):
    (tmp_path / "a.png").write_bytes(bomb(*size))
    tracemalloc.start()
    with pytest.raises(QuantshiftError, match=r"a\.png cannot be read.*pixels"):
        decode(tmp_path / "a.png", 8, 8)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1 << 20


def test_the_message_names_a_missing_picture(tmp_path):
    with pytest.raises(QuantshiftError, match=r"gone\.png is missing"):
        decode(tmp_path / "gone.png", 8, 8)
    with pytest.raises(QuantshiftError, match="cannot be read"):
        decode(tmp_path, 8, 8)


def test_pictures_behave_like_an_array(many):
    assert isinstance(many, Rows)
    assert not isinstance(np.zeros(3), Rows)
    assert len(many) == 7
    assert many.shape == many[:].shape == (7, 3, 4, 6)
    assert many.dtype == many[:].dtype == np.uint8
    assert many[2].shape == (3, 4, 6)
    assert int(many[-1][0, 0, 0]) == 60
    assert greys(many[2:5]) == [20, 30, 40]
    assert greys(many[::-3]) == [60, 30, 0]
    assert greys(many[np.array([5, 0, 5])]) == [50, 0, 50]
    assert greys(np.stack(list(many))) == [0, 10, 20, 30, 40, 50, 60]
    assert many[np.array([], dtype=np.int64)].shape == (0, 3, 4, 6)
    with pytest.raises(IndexError):
        many[7]


def test_a_selection_reads_nothing(tmp_path):
    """None of these files exists."""
    absent = Pictures([tmp_path / f"{n}.png" for n in range(10)], 4, 6)
    chosen = select(absent, np.array([7, 1]))
    assert isinstance(chosen, Pictures)
    assert chosen.shape == (2, 3, 4, 6)
    assert [path.name for path in chosen.paths] == ["7.png", "1.png"]
    assert [path.name for path in chosen.select(slice(1)).paths] == ["7.png"]
    assert absent.select(slice(None)).shape == absent.shape


def test_selections_have_the_selected_rows(many):
    order = np.array([3, 1, 6])
    np.testing.assert_array_equal(select(many, order)[:], many[order])
    np.testing.assert_array_equal(select(many[:], order), many[order])


def test_lazy_and_whole_arrays_are_written_alike(many, tmp_path, monkeypatch):
    monkeypatch.setattr(arrays, "CHUNK", 3 * many[0].nbytes)
    write_array(tmp_path / "lazy.npy", many)
    write_array(tmp_path / "whole.npy", many[:])
    assert (tmp_path / "lazy.npy").read_bytes() == (tmp_path / "whole.npy").read_bytes()
    np.testing.assert_array_equal(read_array(tmp_path / "lazy.npy"), many[:])


def test_an_empty_selection_can_be_written(many, tmp_path):
    write_array(tmp_path / "none.npy", many.select(slice(0)))
    assert read_array(tmp_path / "none.npy").shape == (0, 3, 4, 6)


def test_pictures_larger_than_the_memory_are_written_in_parts(tmp_path, monkeypatch):
    """96 MB of pixels from one small file, with 2 MB in memory at a time."""
    path = save(tmp_path / "a.png", np.full((8, 8, 3), 77, dtype=np.uint8))
    large = Pictures([path] * 500, 256, 256)
    monkeypatch.setattr(arrays, "CHUNK", 2 << 20)
    tracemalloc.start()
    write_array(tmp_path / "large.npy", large)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 << 20
    assert (tmp_path / "large.npy").stat().st_size > 96_000_000
    written = read_array(tmp_path / "large.npy")
    assert written.shape == (500, 3, 256, 256)
    assert int(written[-1].min()) == int(written[0].max()) == 77


def test_a_picture_that_cannot_be_read_leaves_no_array(many, tmp_path):
    many.paths[5].write_bytes(b"no picture")
    with pytest.raises(QuantshiftError, match=r"5\.png cannot be read"):
        write_array(tmp_path / "out/lazy.npy", many)
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    "name",
    ["../a.jpg", "/etc/passwd", "b/a.jpg", "..", ".", "", "a\\b.jpg", "c:a.jpg", "a\0.jpg", "a\n.jpg", "a" * 300],
)
def test_names_that_leave_the_folder_are_rejected(tmp_path, name):
    with pytest.raises(QuantshiftError, match="is not the name of a file in"):
        file_in(tmp_path, name)


def test_plain_names_are_accepted(tmp_path):
    assert file_in(tmp_path, "8a7c-22 é.jpg") == tmp_path / "8a7c-22 é.jpg"


def test_absent_and_empty_pictures_are_counted(tmp_path):
    paths = [tmp_path / f"{n}.jpg" for n in range(5)]
    for path in paths[:3]:
        path.write_bytes(b"x")
    paths[1].write_bytes(b"")
    paths[3].mkdir()
    expect_all(paths[:1], "get it")
    with pytest.raises(QuantshiftError, match=r"3 of 5 pictures are missing or empty, first \S+1\.jpg: get it"):
        expect_all(paths, "get it")
