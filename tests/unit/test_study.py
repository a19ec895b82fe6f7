"""The grid that a config defines."""

import itertools

import pytest

from quantshift.core import members
from quantshift.core.model_id import ModelId
from quantshift.core.names import FLOAT32, PROTOCOLS
from quantshift.core.test_set import CLEAN, VALIDATION, TestSet
from quantshift.quantizers.schemes import weight_only
from quantshift.study import Study, test_folder

# Keep pytest from collecting this as a test.
test_folder.__test__ = False

CONFIG = {
    "study": {
        "datasets": ["mnist"],
        "methods": ["standard", "qat"],
        "quantizers": ["static_int8", "dynamic_int8"],
        "seeds": [3, 0],
    },
    "datasets": {
        "mnist": {
            "architectures": ["lenet5", "lenet1"],
            "suites": ["mnist_c", "digits"],
            "validation": 50,
            "calibration": 40,
            "train_limit": None,
            "test_limit": 30,
        }
    },
    "suites": {
        "mnist_c": {"source": "generated", "shifts": {"stripe": [0], "shear": [], "fog": [5, 1]}},
        "digits": {"source": "generated", "shifts": {"digits": [0]}},
    },
    "training": {"mnist": {"standard": {"epochs": 1, "threads": 2}, "qat": {"epochs": 2, "start_from": "standard"}}},
    "retraining": {
        "protocols": ["published", "held_out"],
        "methods": ["qat"],
        "quantizers": ["static_int8", "not_in_the_study"],
        "seeds": [3],
        "epochs": 5,
        "learning_rate_factor": 0.5,
    },
    "inference": {"batch_size": 64, "threads": 1},
    "models": {},
    "data": {},
    "quantizers": {
        "static_int8": {"scheme": "static", "per_channel": False, "threads": 2},
        "dynamic_int8": {"scheme": "dynamic", "batch_size": 1},
        "not_in_the_study": {"scheme": "float16"},
    },
}


@pytest.fixture
def study():
    return Study(CONFIG)


def test_only_disagreements_of_quantizers_in_the_study_are_used(study):
    assert study.disagreeing == ["static_int8"]
    none = CONFIG["retraining"] | {"quantizers": ["not_in_the_study"]}
    assert Study(CONFIG | {"retraining": none}).disagreeing == study.quantizers


def test_models_are_all_combinations_sorted(study):
    expected = itertools.product(["mnist"], ["lenet1", "lenet5"], ["qat", "standard"], [0, 3])
    assert study.models == [ModelId(*names) for names in expected]
    assert study.architectures == [("mnist", "lenet1"), ("mnist", "lenet5")]


def test_the_order_in_the_config_does_not_change_the_models(study):
    grid = CONFIG["study"]
    reversed_study = Study(CONFIG | {"study": {key: names[::-1] for key, names in grid.items()}})
    assert reversed_study.models == study.models


def test_a_data_set_may_override_the_seeds():
    datasets = {"mnist": CONFIG["datasets"]["mnist"] | {"seeds": [7]}}
    assert {model.seed for model in Study(CONFIG | {"datasets": datasets}).models} == {7}


def test_the_config_overrides_default_options_of_architectures(tmp_path, monkeypatch):
    (tmp_path / "architectures").mkdir()
    member = 'OPTIONS = {"width": {"default": 1.0}, "depth": {"default": 2}}\n'
    (tmp_path / "architectures/some_net.py").write_text(member)
    monkeypatch.setattr(members, "PACKAGE", tmp_path)
    config = CONFIG | {"architectures": {"some_net": {"width": 0.5}}}
    assert Study(config).architecture_options("some_net") == {"width": 0.5, "depth": 2}


def test_architectures_without_options_have_none(study):
    assert Study(CONFIG | {"architectures": {}}).architecture_options("lenet5") == {}


def test_the_path_of_a_model():
    assert ModelId("mnist", "lenet5", "qat", 3).path == "mnist/lenet5/qat/3"


def test_the_selected_models_are_retrained_by_each_protocol(study):
    models = [ModelId("mnist", architecture, "qat", 3) for architecture in ("lenet1", "lenet5")]
    assert study.retrained == [(model, protocol) for model in models for protocol in ("held_out", "published")]
    assert models[0].retrained("held_out").path == "mnist/lenet1/qat.held_out/3"
    all_protocols = CONFIG["retraining"] | {"protocols": list(PROTOCOLS)}
    assert len(Study(CONFIG | {"retraining": all_protocols}).retrained) == 2 * 3


def test_retrained_models_are_exported_too():
    study = Study(CONFIG)
    assert study.exported[: len(study.models)] == study.models
    assert study.exported[len(study.models) :] == [model.retrained(protocol) for model, protocol in study.retrained]


def test_without_protocols_nothing_is_retrained():
    assert Study(CONFIG | {"retraining": CONFIG["retraining"] | {"protocols": []}}).retrained == []


def test_retraining_uses_the_settings_of_the_method():
    first = {"epochs": 2, "learning_rate": 0.01, "start_from": "standard", "warm_up": 0.7, "epsilon": 0.3, "threads": 2}
    study = Study(CONFIG | {"training": {"mnist": {"adversarial": first}}})
    second = {"epochs": 5, "learning_rate": 0.005, "warm_up": 0, "epsilon": 0.3, "threads": 2}
    assert study.retraining("mnist", "adversarial") == second
    assert first["epochs"] == 2
    plain = Study(CONFIG | {"training": {"mnist": {"standard": {"epochs": 1, "learning_rate": 1}}}})
    assert plain.retraining("mnist", "standard") == {"epochs": 5, "learning_rate": 0.5}


def test_the_control_has_the_settings_of_its_method(default_config):
    study = Study(default_config)
    for dataset in default_config["datasets"]:
        aware = study.training(dataset, "qat")
        assert study.training(dataset, "continued") == {key: aware[key] for key in aware if key != "range_momentum"}
        assert aware["start_from"] == "standard"
    model = ModelId("mnist", "lenet5", "continued", 2)
    assert study.start(model) == ModelId("mnist", "lenet5", "standard", 2)
    assert study.retraining("mnist", "continued")["epochs"] == default_config["retraining"]["epochs"]


def test_variants_are_float32_and_the_quantizers_in_order(study):
    assert study.variants == [FLOAT32, "static_int8", "dynamic_int8"]
    assert study.quantizers == ["static_int8", "dynamic_int8"]


def test_suites_start_with_the_clean_one(study):
    assert study.suites("mnist") == ["clean", "mnist_c", "digits"]


def test_a_suite_without_severities_is_omitted():
    suites = {"digits": {"shifts": {"digits": []}}, "mnist_c": {"shifts": {"fog": [5]}}}
    study = Study({"datasets": {"mnist": {"suites": ["mnist_c", "digits"]}}, "suites": suites, "data": {}})
    assert study.suites("mnist") == ["clean", "mnist_c"]


def test_the_test_sets_of_a_suite(study):
    assert study.test_sets("mnist", "clean") == [CLEAN] == [TestSet("clean", "none", 0)]
    assert [test_set.key for test_set in study.test_sets("mnist", "mnist_c")] == ["stripe/0", "fog/5", "fog/1"]
    assert study.all_test_sets("mnist") == [
        CLEAN,
        TestSet("mnist_c", "stripe", 0),
        TestSet("mnist_c", "fog", 5),
        TestSet("mnist_c", "fog", 1),
        TestSet("digits", "digits", 0),
    ]


def test_a_study_knows_whether_any_shift_has_several_severities(study):
    assert study.has_severities("mnist")
    single = CONFIG["suites"] | {"mnist_c": {"source": "generated", "shifts": {"fog": [5]}}}
    assert not Study(CONFIG | {"suites": single}).has_severities("mnist")


def test_the_validation_data_are_predicted_with_the_clean_test_set_but_in_no_table(study):
    assert study.predicted("mnist", "clean") == [CLEAN, VALIDATION]
    assert study.predicted("mnist", "digits") == study.test_sets("mnist", "digits")
    assert test_folder("mnist", VALIDATION) == "results/datasets/mnist/validation"
    assert VALIDATION not in study.all_test_sets("mnist")


def test_the_folders_of_test_sets():
    assert test_folder("mnist", CLEAN) == "results/datasets/mnist/test"
    assert test_folder("mnist", TestSet("mnist_c", "fog", 5)) == "results/shifts/mnist/mnist_c/fog/5"


def test_the_model_that_a_model_starts_from(study):
    assert study.start(ModelId("mnist", "lenet1", "qat", 3)) == ModelId("mnist", "lenet1", "standard", 3)
    assert study.start(ModelId("mnist", "lenet1", "standard", 3)) is None


def test_a_pretrained_architecture_starts_from_its_artifact_or_from_another_method():
    options = {"resnet50": {"pretrained": True}}
    training = {"emoji": {"standard": {}, "qat": {"start_from": "standard"}}}
    study = Study(CONFIG | {"architectures": options, "training": training})
    assert study.pretrained(ModelId("emoji", "resnet50", "standard", 0)) == "imagenet_resnet50"
    assert study.pretrained(ModelId("emoji", "resnet50", "qat", 0)) is None
    assert study.pretrained(ModelId("emoji", "densenet121", "standard", 0)) is None


def test_a_preset_includes_defaults_but_not_how_it_is_run(study):
    preset = study.preset("static_int8")
    options = members.constants("quantizers/schemes/static")["OPTIONS"]
    assert preset["scheme"] == "static"
    assert preset["per_channel"] is False
    assert preset["calibration_samples"] == options["calibration_samples"]["default"]
    assert set(preset) == {"scheme", *options}
    assert "batch_size" not in study.preset("dynamic_int8")


def test_stating_a_default_does_not_change_a_preset():
    options = members.constants("quantizers/schemes/dynamic")["OPTIONS"]
    stated = {"scheme": "dynamic"} | {name: option["default"] for name, option in options.items()}
    config = CONFIG | {"quantizers": {"short": {"scheme": "dynamic"}, "long": stated}}
    assert list(Study(config).preset("short").items()) == list(Study(config).preset("long").items())


def test_the_inference_settings_of_variants(study):
    assert study.inference(FLOAT32) == {"batch_size": 64, "threads": 1, "entries": {}}
    assert study.inference("static_int8") == {"batch_size": 64, "threads": 2, "entries": {}}
    assert study.inference("dynamic_int8") == {"batch_size": 1, "threads": 1, "entries": {}}


def test_a_scheme_may_set_session_entries():
    presets = {"mine": {"scheme": "weight_only", "bits": 4}}
    assert Study(CONFIG | {"quantizers": presets}).inference("mine")["entries"] == weight_only.SESSION


def test_splits_and_training(study):
    assert study.splits("mnist") == {"validation": 50, "calibration": 40, "train_limit": None, "test_limit": 30}
    assert study.training("mnist", "standard") == {"epochs": 1, "threads": 2}
    study.training("mnist", "standard")["epochs"] = 9
    assert CONFIG["training"]["mnist"]["standard"]["epochs"] == 1


def test_the_artifact_of_a_data_set(study):
    assert study.artifact("mnist") == "mnist"


def test_the_sources_of_test_sets(study):
    assert study.source_kind("mnist_c", "fog") == "synthetic"
    assert study.source_kind("digits", "digits") == "natural"
    archive = CONFIG["suites"] | {"mnist_c": {"source": "archive", "shifts": {"fog": [5]}}}
    assert Study(CONFIG | {"suites": archive}).source_kind("mnist_c", "fog") == "archive"


def test_the_size_of_the_default_study(default_config):
    study = Study(default_config)
    assert len([model for model in study.models if model.dataset == "mnist"]) == 2 * 5 * 3
    assert len(study.all_test_sets("mnist")) == 18


@pytest.mark.parametrize(
    ("preset", "saturates"),
    [
        ({"scheme": "static", "weight_type": "int8"}, True),
        ({"scheme": "static", "weight_type": "int8", "reduce_range": True}, False),
        ({"scheme": "static", "weight_type": "uint8"}, False),
        ({"scheme": "static"}, True),
        ({"scheme": "static", "activation_type": "uint16"}, False),
        ({"scheme": "dynamic", "weight_type": "int8"}, True),
        ({"scheme": "weight_only"}, False),
    ],
)
def test_presets_that_saturate_on_some_cpus(preset, saturates):
    assert Study(CONFIG | {"quantizers": {"mine": preset}}).saturates("mine") is saturates


def test_the_artifacts_of_a_study(default_config):
    study = default_config["study"]
    study["datasets"] = ["mnist"]
    assert Study(default_config).artifacts == ["mnist"]  # the digits come with scikit-learn
    default_config["suites"]["mnist_c"]["source"] = "archive"
    assert Study(default_config).artifacts == ["mnist", "mnist_c"]
    study["datasets"] = ["imdb", "emoji"]
    default_config["datasets"]["imdb"]["suites"] = ["customer_reviews"]
    default_config["datasets"]["emoji"]["suites"] = ["vendor"]
    assert Study(default_config).artifacts == ["emoji_google", "emoji_twitter", "imdb", "vader"]
    default_config["architectures"]["resnet50"] = {"pretrained": True}
    assert "imagenet_resnet50" in Study(default_config).artifacts


def test_the_subjects_of_jobs(default_config):
    default_config["study"] |= {"datasets": ["mnist", "emoji"], "methods": ["qat"], "quantizers": ["float16"]}
    default_config["datasets"]["mnist"] |= {"architectures": ["lenet5"], "suites": ["mnist_c", "digits"], "seeds": [3]}
    default_config["datasets"]["emoji"] |= {"suites": ["vendor"]}
    default_config["retraining"] |= {"protocols": ["held_out"], "methods": ["qat"], "seeds": [3]}
    subjects = Study(default_config).subjects()
    model, again = "mnist/lenet5/qat/3", "mnist/lenet5/qat.held_out/3"
    for subject in (
        "",
        *("emoji_google", "emoji_twitter", "mnist", "emoji", "mnist/lenet5"),
        *("mnist/digits/digits/0", "mnist/mnist_c/stripe/0", "emoji/vendor/vendor/0", "heat_map/emoji/resnet50"),
        # Quantization-aware training starts from the standard weights, which are not in the study.
        *(model, again, "mnist/lenet5/standard/3", f"{model}/held_out"),
        *(f"{path}/{variant}" for path in (model, again) for variant in ("float32", "float16")),
        *(f"{path}/float16/{suite}" for path in (model, again) for suite in ("clean", "mnist_c", "digits")),
    ):
        assert subject in subjects, subject
    for subject in (
        *("emoji_facebook", "imdb", "mnist/vendor/vendor/0", "mnist/lenet1/qat/3", "mnist/lenet5/qat/0"),
        *("mnist/lenet5/standard/3/float32", f"{model}/static_int8", f"{model}/float16/vendor", f"{model}/published"),
    ):
        assert subject not in subjects, subject


def test_a_variant_that_the_user_gives_is_one_of_its_model_alone():
    own = {"file": "a.onnx", "data": "rows"}
    models = {"a": own | {"variants": {"theirs": "q.onnx", "other": "o.onnx"}}, "b": own}
    study = Study(CONFIG | {"architectures": {}, "models": models, "data": {"rows": {"test": {"file": "rows.npy"}}}})
    first, second = study.given
    assert study.variants_of(first) == [*study.variants, "theirs", "other"]
    assert study.variants_of(second) == study.variants_of(study.trained[0]) == study.variants
    assert study.own_variants == ["other", "theirs"]
    assert study.inference("theirs") == {"batch_size": 64, "threads": 1, "entries": {}}
    assert {"rows/a/given/0/theirs/clean"} <= study.subjects()
    assert "rows/b/given/0/theirs" not in study.subjects()
