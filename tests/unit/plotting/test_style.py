import itertools

import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from quantshift.plotting import style


def drawn(value=1.0):
    picture = style.figure(8, 2)
    axis = picture.subplots()
    axis.plot([0, value], [0, 1], label="a line")
    axis.set_title("a title")
    picture.legend()
    return picture


@pytest.mark.parametrize("count", [1, 2, 6, 7, 12, 30])
def test_no_two_names_look_the_same(count):
    names = [f"name {index}" for index in range(count)]
    looks = style.look(names)
    assert list(looks) == names
    assert len({tuple(look.values()) for look in looks.values()}) == count


def test_up_to_six_names_have_distinct_colours_and_markers():
    looks = style.look(list("abcdef"))
    assert len({look["color"] for look in looks.values()}) == 6
    assert len({look["marker"] for look in looks.values()}) == 6
    for first, second in itertools.combinations(looks.values(), 2):
        assert sum(abs(a - b) for a, b in zip(to_rgb(first["color"]), to_rgb(second["color"]), strict=True)) > 0.3


def test_later_names_do_not_change_a_look():
    assert style.look(["a"])["a"] == style.look(["a", "b", "c"])["a"]


def test_the_same_picture_gives_the_same_svg(tmp_path):
    for name in ("first.svg", "second.svg"):
        style.save(drawn(), tmp_path / name)
    content = (tmp_path / "first.svg").read_bytes()
    assert content == (tmp_path / "second.svg").read_bytes()
    style.save(drawn(2.0), tmp_path / "second.svg")
    assert content != (tmp_path / "second.svg").read_bytes()


def test_the_svg_contains_text_and_no_date(tmp_path):
    style.save(drawn(), tmp_path / "picture.svg")
    text = (tmp_path / "picture.svg").read_text(encoding="utf-8")
    assert ">a title<" in text
    assert "<dc:date>" not in text


def test_each_suffix_has_its_format_and_no_other_file_remains(tmp_path):
    style.save(drawn(), tmp_path / "picture.svg", tmp_path / "picture.png")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["picture.png", "picture.svg"]
    with Image.open(tmp_path / "picture.png") as image:
        assert image.format == "PNG"
        assert image.size == (1200, 300)


def test_a_picture_that_cannot_be_drawn_leaves_nothing(tmp_path):
    picture = drawn()
    picture.axes[0].set_title("$\\nothing{$")
    with pytest.raises(ValueError, match="nothing"):
        style.save(picture, tmp_path / "picture.png")
    assert list(tmp_path.iterdir()) == []
