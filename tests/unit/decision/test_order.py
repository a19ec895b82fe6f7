"""Models and variants follow the order of the config."""

from types import SimpleNamespace

from quantshift.decision.order import configured, sorter

CONFIG = {
    "models": {},
    "study": {"datasets": ["mnist", "emoji"], "methods": ["standard", "qat"], "quantizers": ["static_int8", "float16"]},
    "datasets": {
        "mnist": {"architectures": ["lenet5", "lenet1"]},
        "emoji": {"architectures": ["resnet50"], "methods": ["mixup", "qat"]},
    },
}


def candidate(dataset, architecture, method, name):
    return SimpleNamespace(dataset=dataset, architecture=architecture, method=method, name=name)


def test_candidates_follow_the_order_of_the_config():
    expected = [
        candidate("mnist", "lenet5", "standard", "static_int8"),
        candidate("mnist", "lenet5", "standard", "float16"),
        candidate("mnist", "lenet5", "qat", "static_int8"),
        candidate("mnist", "lenet1", "standard", "static_int8"),
        candidate("emoji", "resnet50", "qat", "float16"),
        candidate("emoji", "resnet50", "mixup", "static_int8"),
    ]
    assert sorted(expected[3:] + expected[:3], key=sorter(configured(CONFIG))) == expected


def test_variants_that_the_user_gives_follow_the_presets():
    models = {
        "a": {"data": "rows", "variants": {"theirs": "q.onnx", "old": "o.onnx"}},
        "b": {"data": "rows", "variants": {"newer": "n.onnx", "theirs": "r.onnx"}},
    }
    assert configured(CONFIG | {"models": models})["name"] == ["static_int8", "float16", "theirs", "old", "newer"]
