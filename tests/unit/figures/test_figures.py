"""Each figure, on small studies, is drawn without warnings, has a title, and stays within its picture."""

import warnings

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from quantshift.core import members
from quantshift.plotting.style import save
from quantshift.plotting.words import words

FIGURES = members.names("figures")
STUDIES = {
    "several of each": {},
    "no disagreement": {"count": lambda **_: 0},
    "always": {"count": lambda **_: 1000},
    "study disagreement": {"count": lambda **cell: int(cell["shift"] == "fog")},
    "study variant": {"variants": ["float16"]},
    "study shift": {"shifts": {"mnist_c": [("fog", 5)]}},
    "study of each": {
        "methods": ["standard"],
        "variants": ["float16"],
        "shifts": {"mnist_c": [("fog", 5)]},
        "seeds": [0],
    },
    "several severities": {"shifts": {"mnist_c": [("fog", 1), ("fog", 3), ("fog", 5), ("stripe", 0)]}},
    "only a natural shift": {"shifts": {"digits": [("digits", 0)]}},
    "only the clean set": {"shifts": {}},
    "seven suites": {"shifts": {f"suite_{letter}": [(f"shift_{letter}", 1)] for letter in "abcdefg"}},
    "no applicable variant": {"variants": []},
    "seven variants": {"variants": [f"preset_{letter}" for letter in "abcdefg"]},
}


def draw(figure, tables):
    """Draw a figure from its tables, and lay it out."""
    module = members.load("figures", figure)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = module.draw({name: tables[name] for name in module.TABLES}, "mnist", "lenet5")
        picture.draw_without_rendering()
    return picture


def texts(picture):
    return [text for text in picture.findobj(Text) if text.get_visible() and text.get_text().strip()]


@pytest.mark.parametrize("study", STUDIES)
@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_is_drawn_within_its_picture(tables, figure, study):
    picture = draw(figure, tables(**STUDIES[study]))
    assert "LeNet-5 on MNIST" in picture.get_suptitle()
    width, height = picture.canvas.get_width_height()
    for axis in picture.axes:
        assert min(axis.get_window_extent().width, axis.get_window_extent().height) > 2
    # The box of an axis includes its title and its labels.
    for part in [*picture.axes, *picture.texts, *picture.legends]:
        box = part.get_tightbbox()
        assert box.x0 > -1, part
        assert box.y0 > -1, part
        assert box.x1 < width + 1, part
        assert box.y1 < height + 1, part


@pytest.mark.parametrize("figure", FIGURES)
def test_the_same_tables_give_the_same_file(tables, figure, tmp_path):
    for name in ("first.svg", "second.svg"):
        save(draw(figure, tables(methods=["standard"])), tmp_path / name)
    assert (tmp_path / "first.svg").read_bytes() == (tmp_path / "second.svg").read_bytes()


@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_has_a_category_and_a_caption(figure):
    constants = members.constants(f"figures/{figure}")
    assert constants["CATEGORY"]
    assert constants["CAPTION"].endswith(".")
    assert constants["TABLES"]


@pytest.mark.parametrize("figure", FIGURES)
def test_other_architectures_are_omitted(tables, figure):
    study = tables(methods=["standard"])
    other = {name: table.assign(architecture="lenet1", method="other_method") for name, table in study.items()}
    both = {name: type(table)(_joined(table, other[name])) for name, table in study.items()}
    alone = [text.get_text() for text in texts(draw(figure, study))]
    assert [text.get_text() for text in texts(draw(figure, both))] == alone


def _joined(table, other):
    return pd.concat([table, other], ignore_index=True)


def test_the_heat_map_starts_with_the_clean_set_and_names_every_shift(tables):
    picture = draw("heat_map", tables())
    axes = [axis for axis in picture.axes if axis.get_label() != "<colorbar>"]
    labels = [label.get_text() for label in axes[-1].get_xticklabels()]
    assert labels == ["clean", "canny edges", "dotted line", "fog 5", "impulse noise 4", "digits"]
    assert [axis.get_title(loc="left") for axis in axes] == ["quantization-aware training", "standard training"]
    for axis in axes:
        assert [label.get_text() for label in axis.get_yticklabels()] == ["dynamic int8", "float16", "static int8"]


def test_the_cells_of_the_heat_map_show_means_over_seeds(tables):
    counts = {"none": 10, "fog": 300, "shear": 0}
    study = tables(
        methods=["standard"],
        variants=["float16"],
        shifts={"mnist_c": [("fog", 5), ("shear", 2)]},
        count=lambda **cell: counts[cell["shift"]] * (1 + cell["seed"]),
    )
    axis = draw("heat_map", study).axes[0]
    # Means of 1 and 2 %, 30 and 60 %, and 0 and 0 %.
    assert [text.get_text() for text in axis.texts] == ["1.5", "45", "0"]
    image = axis.images[0].get_array()
    assert image.mask.tolist() == [[False, False, True]]


def test_a_shift_with_several_severities_has_one_column_in_the_heat_map(tables):
    picture = draw("heat_map", tables(shifts={"mnist_c": [("fog", 1), ("fog", 5), ("shear", 2)]}))
    labels = [label.get_text() for label in picture.axes[1].get_xticklabels()]
    assert labels == ["clean", "fog 1, 5", "shear 2"]


def test_detectors_are_sorted_by_mean_and_variants_without_disagreements_have_no_mark(tables):
    picture = draw("detectors", tables(variants=["static_int8", "float16"], methods=["standard"]))
    (axis,) = picture.axes
    labels = [label.get_text() for label in axis.get_yticklabels()]
    assert labels == ["generalized entropy", "entropy", "margin"]
    (legend,) = picture.legends
    assert [text.get_text() for text in legend.get_texts()] == ["static int8"]


@pytest.mark.parametrize(
    "others",
    [
        pytest.param({("stripe", 0): 900, ("shear", 2): 900}, id="shifts with study level"),
        pytest.param({("fog", 2): 900, ("frost", 3): 900}, id="severities that not all shifts have"),
    ],
)
def test_severity_lines_average_all_shifts_with_several_severities(tables, others):
    counts = {("fog", 1): 10, ("fog", 5): 100, ("frost", 1): 30, ("frost", 5): 200, **others}
    study = tables(
        methods=["standard"],
        variants=["float16"],
        seeds=[0],
        shifts={"mnist_c": list(counts)},
        count=lambda **cell: counts.get((cell["shift"], cell["severity"]), 0),
    )
    (line,) = draw("severity", study).axes[0].lines
    assert list(line.get_xdata()) == [1, 5]
    assert list(line.get_ydata()) == pytest.approx([2.0, 15.0])


def test_cells_have_readable_text_colours(tables):
    picture = draw("heat_map", tables())
    image = picture.axes[0].images[0]
    for text in picture.axes[0].texts:
        x, y = (int(value) for value in text.get_position())
        red, green, blue, _ = image.cmap(image.norm(image.get_array()[y, x]))
        brightness = 0.299 * red + 0.587 * green + 0.114 * blue
        dark = text.get_color() == "black"
        assert (brightness > 0.35) if dark else (brightness < 0.6)


def test_clean_and_shifted_shows_measured_rates_and_the_clean_rate_compared_with(tables):
    """The effect is 5 percentage points (3 to 8); the clean test set's rate is 2 %, the suite's mean rate 9 %."""
    study = {"methods": ["standard"], "variants": ["float16"], "shifts": {"mnist_c": [("fog", 5), ("shear", 0)]}}
    counts = {"none": 20, "fog": 70, "shear": 110}
    count = {"count": lambda **cell: counts[cell["shift"]]}
    picture = draw("clean_and_shifted", tables(**study, seeds=[0], **count))
    lines = picture.axes[0].lines
    marks = {
        marker: [line.get_xdata()[0] for line in lines if line.get_marker() == marker] for marker in ("o", "s", "|")
    }
    # The effect implies a clean rate of 4 %, which differs from the clean test set's rate.
    assert marks == {"o": pytest.approx([2.0]), "s": pytest.approx([9.0]), "|": pytest.approx([4.0])}
    bars = [list(line.get_xdata()) for line in lines if len(line.get_xdata()) == 2]
    assert bars == [pytest.approx([1.0, 3.0]), pytest.approx([7.0, 12.0])]
    # Seeds without spread do not narrow the interval.
    several = draw("clean_and_shifted", tables(**study, seeds=[0, 1], **count))
    bars = [list(line.get_xdata()) for line in several.axes[0].lines if len(line.get_xdata()) == 2]
    assert bars[0] == pytest.approx([1.0, 3.0])
    named = [text.get_text() for text in picture.legends[0].get_texts()]
    assert named == ["clean test set", "clean rate to compare with", "MNIST-C, mean over its test sets"]


def test_the_clean_rate_of_several_seeds_has_the_error_of_seeds_and_inputs(tables):
    study = {"methods": ["standard"], "variants": ["float16"], "shifts": {"mnist_c": [("fog", 5)]}}
    rates = {0: 10, 1: 20, 2: 30}  # in 1,000 inputs
    created = tables(**study, seeds=[0, 1, 2], count=lambda **cell: rates[cell["seed"]])
    picture = draw("clean_and_shifted", created)
    bars = [list(line.get_xdata()) for line in picture.axes[0].lines if len(line.get_xdata()) == 2]
    # The mean is 2 %, its standard error 1 / sqrt(3), and the 97.5 % quantile of t with 2 degrees of freedom 4.303; the
    # error due to the inputs, which all seeds share, is added.
    clean = created["evaluation"].query("suite == 'clean' and variant == 'float16'")
    inputs = 100 * float((clean["disagreement_high"] - clean["disagreement_rate"]).mean())
    assert bars[0] == pytest.approx([0.0, 2 + np.hypot(4.303 / 3**0.5, inputs)], abs=1e-3)


def test_clean_and_shifted_has_a_panel_for_each_method(tables):
    picture = draw("clean_and_shifted", tables())
    assert [axis.get_title(loc="left") for axis in picture.axes] == ["quantization-aware", "standard"]
    assert [label.get_text() for label in picture.axes[0].get_yticklabels()] == [
        words(variant) for variant in ("dynamic_int8", "float16", "static_int8")
    ]


def test_published_has_a_point_for_each_test_set_including_rates_of_0(tables):
    study = tables(methods=["standard"], variants=["float16"], count=lambda **cell: 50 if cell["shift"] == "fog" else 0)
    axis = draw("published", study).axes[0]
    (points,) = [line for line in axis.lines if line.get_marker() not in ("None", "")]
    assert len(points.get_xdata()) == 2 * 5
    low, high = axis.get_ylim()
    assert all(low <= rate <= high for rate in points.get_ydata())
    assert max(points.get_ydata()) == 0.05
    assert "float16: 0.50" in [text.get_text() for text in axis.get_legend().get_texts()]


def test_published_marks_undefined_rank_correlations(tables):
    study = tables(methods=["standard"], variants=["float16"])
    study["published_comparison"]["spearman"] = float("nan")
    axis = draw("published", study).axes[0]
    assert [text.get_text() for text in axis.get_legend().get_texts()] == ["float16: undefined"]


def test_published_without_common_cells_is_reported(tables):
    study = tables()
    study["published_comparison"] = study["published_comparison"].iloc[:0]
    picture = draw("published", study)
    assert any("no published rates" in text.get_text() for text in texts(picture))
