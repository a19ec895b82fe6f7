"""The page lists models and variants as the config does."""

import dataclasses

from quantshift.report.order import configured
from quantshift.report.shipping import Line, Rate

CONFIG = {
    "study": {"datasets": ["mnist", "emoji"], "methods": ["standard", "qat"], "quantizers": ["static_int8", "float16"]},
    "datasets": {
        "mnist": {"architectures": ["lenet5", "lenet1"]},
        "emoji": {"architectures": ["resnet50"], "methods": ["mixup", "qat"]},
    },
}
LINE = Line(
    dataset="mnist",
    architecture="lenet5",
    method="standard",
    variant="static_int8",
    seeds=1,
    clean=Rate("clean", "none", 0, 10, 0.0, 0.0, 0.3, 0.0),
    worst=None,
    shifted_sets=0,
    accuracy_float32=0.9,
    accuracy_change=0.0,
    size=0.25,
    speed=None,
    quantized_weights=1.0,
    integer_compute=1.0,
    may_saturate=False,
    saturates_without_vnni=True,
    withheld={"size": None, "speed": "its speed was not measured"},
)


def line(dataset, architecture, method, variant):
    return dataclasses.replace(LINE, dataset=dataset, architecture=architecture, method=method, variant=variant)


def test_lines_come_as_the_config_has_them():
    wanted = [
        line("mnist", "lenet5", "standard", "static_int8"),
        line("mnist", "lenet5", "standard", "float16"),
        line("mnist", "lenet5", "qat", "static_int8"),
        line("mnist", "lenet1", "standard", "static_int8"),
        line("emoji", "resnet50", "qat", "float16"),
        line("emoji", "resnet50", "mixup", "static_int8"),
    ]
    shuffled = wanted[3:] + wanted[:3]
    assert sorted(shuffled, key=configured(CONFIG)) == wanted
