"""Vega can draw the charts, and no two names look the same."""

import pytest
import vl_convert

from quantshift.report.charts import specifications

METRICS = ("energy", "entropy", "gini", "least_confidence", "logit_margin", "margin", "max_logit", "odd")
POINTS = {
    "gains": [{"size": 25, "rate": 1, "low": 0.5, "high": 2, "variant": "static int8"}],
    "effects": [
        {"scope": "all", "verdict": "supported", "value": 1, "low": 0, "high": 2, "published_value": 1, "null": 0}
    ],
    "roc": [{"metric": "margin", "alarms": x, "caught": x, "index": x} for x in (0, 100)],
    "precision": [{"metric": "margin", "caught": x, "precision": x, "index": x} for x in (0, 100)],
    "margins": [{"kind": "agree", "margin": x, "share": 50} for x in (0.0001, 1)],
    "threshold": [{"sent": x, "caught": x, "index": x} for x in (0, 100)],
}


@pytest.mark.parametrize("name", POINTS)
def test_each_chart_is_drawn(name):
    specification = specifications(["static_int8", "float16"], METRICS)[name]
    assert not {"$schema", "config"} & set(specification)
    specification |= {"datasets": {"points": POINTS[name]}, "width": 300, "height": 200}
    drawing = vl_convert.vegalite_to_svg(specification)
    assert "mark-" in drawing
    assert "<title>" not in drawing


def test_every_metric_has_a_distinct_look():
    lines = specifications(["static_int8"], METRICS)["roc"]["layer"][1]["encoding"]
    looks = list(zip(lines["color"]["scale"]["range"], map(tuple, lines["strokeDash"]["scale"]["range"]), strict=True))
    assert len(set(looks)) == len(METRICS)


def test_axes_have_units():
    for name, specification in specifications(["static_int8"], METRICS).items():
        layers = specification.get("layer", [specification])
        titles = [
            layer["encoding"][axis].get("title") or "" for layer in layers for axis in "xy" if axis in layer["encoding"]
        ]
        assert name == "effects" or any("%" in title for title in titles)
