"""Each mistake in a config is reported in one line: the key, the value and what was expected."""

import copy
import datetime
import functools
import json
import re

import pytest
import yaml
from snakemake.utils import update_config
from tests.wrong_configs import properties

from quantshift.configuration.check import check
from quantshift.core import members
from quantshift.core.errors import QuantshiftError
from quantshift.studies.arxiv_2204_04220.published_tables import VARIANTS


@pytest.fixture
def mistakes(root, default_config):
    """Return a function that reports the mistakes in a user's config, which overrides the default config.

    The keys `removed` are deleted from the default config first.
    """

    def check_config(own, removed=(), *, fetching=True):
        config = copy.deepcopy(default_config)
        for path in removed:
            *parents, key = path.split(".")
            del functools.reduce(dict.__getitem__, parents, config)[key]
        update_config(config, yaml.safe_load(own) if isinstance(own, str) else own)
        try:
            check(config, fetching=fetching)
        except QuantshiftError as error:
            return str(error).splitlines()
        return []

    return check_config


def test_the_default_config_is_valid(mistakes):
    assert mistakes({}) == []


def test_the_users_folder_must_exist_only_where_files_are_fetched(mistakes):
    assert len(mistakes({"data_directory": "nowhere"})) == 1
    assert mistakes({"data_directory": "nowhere"}, fetching=False) == []


def test_the_shipped_configs_are_valid(root, mistakes):
    files = sorted((root / "config").glob("*.yaml"))
    assert "smoke.yaml" in [file.name for file in files]
    for file in files:
        assert mistakes(file.read_text(encoding="utf-8")) == [], file


@pytest.mark.parametrize(
    "own",
    [
        "quantizers: {weight_int4: {scheme: weight_only, bits: 4}}\nstudy: {quantizers: [weight_int4]}",
        "quantizers: {half: {scheme: float16, batch_size: 8, threads: 2}}",
        "suites: {mnist_c: {source: archive}}",
        "study: {datasets: [cifar10]}\n"
        "suites: {cifar10_c: {source: archive, shifts: {fog: [1, 5]}}}\nartifacts: {cifar10_c: [file]}",
        "suites: {mnist_c: {shifts: {fog: [1, 2, 3, 4, 5], shear: []}}}",
        "suites: {mild: {collection: mnist_c, source: generated, shifts: {fog: [1]}}}",
        "datasets: {mnist: {suites: []}}",
        "datasets: {mnist: {suites: [digits], train_limit: 10}}",
        "study: {seeds: [0, 1, 17]}",
        "training: {mnist: {standard: {learning_rate: 1}}}",
        "quantizers: {own: {scheme: static, calibration_samples: 5000}}",
        "quantizers: {own: {scheme: static, activation_type: int8}}",
        "retraining: {methods: [standard, qat], seeds: [2, 0], protocols: [held_out]}",
        "retraining: {protocols: []}\nstudy: {methods: [mixup]}",
        "datasets: {mnist: {methods: [standard, qat]}, imdb: {methods: [mixup]}}",
    ],
)
def test_valid_configs_are_accepted(mistakes, own):
    assert mistakes(own) == []


WRONG = [
    (
        "quantizers: {own: {scheme: static, activation_type: int8, weight_type: uint8}}",
        'quantizers.own.activation_type = "int8": onnxruntime supports it only with weight_type: int8',
    ),
    (
        "study: {methods: [qat, mixup]}",
        "retraining.methods has \"standard\", but the study's models have ['mixup', 'qat']: remove it there, "
        "or set retraining.protocols: [] to retrain nothing",
    ),
    (
        "datasets: {mnist: {methods: [standard, mixupp]}}",
        "datasets.mnist.methods = \"mixupp\": unknown; did you mean 'mixup'?",
    ),
    ("retraining: {methods: [mixupp]}", "retraining.methods = \"mixupp\": unknown; did you mean 'mixup'?"),
    (
        "retraining: {seeds: [0, 7]}",
        "retraining.seeds has 7, but the study's models have the seeds [0, 1, 2]: remove it there",
    ),
    ("retraining: {protocols: [heldout]}", "retraining.protocols[0] = \"heldout\": did you mean 'held_out'?"),
    (
        "retraining: {quantizers: [static_int9]}",
        "retraining.quantizers = \"static_int9\": unknown; did you mean 'static_int8'?",
    ),
    (
        "datasets: {imdb: {suites: [cifar10_c]}}",
        "datasets.imdb.suites: cifar10_c needs image inputs, but imdb has text inputs",
    ),
    (
        "datasets: {mnist: {suites: [cifar10_c]}}",
        "datasets.mnist.suites: cifar10_c needs inputs with 3 channels, but mnist has inputs with 1 channel",
    ),
    (
        "datasets: {fashion_mnist: {suites: [digits]}}",
        "datasets.fashion_mnist.suites: digits needs inputs of shape (1, 28, 28), but fashion_mnist has inputs of "
        "shape (3, 32, 32)",
    ),
    (
        "datasets: {cifar10: {suites: [ood]}}",
        "datasets.cifar10.suites: ood needs 182 classes, but cifar10 has 10 classes",
    ),
    (
        "datasets: {emoji: {validation: 100000}}",
        "datasets.emoji: validation and calibration reserve 100100 inputs, but there are only 1286 training inputs",
    ),
    ("architectures: {nin: {pretrained: true}}", "architectures.nin.pretrained = true: unknown key"),
    (
        "architectures: {resnet50: {pretrained: true, widht: 0.5, width: 1.0}}",
        "architectures.resnet50.widht = 0.5: unknown key",
    ),
    (
        "architectures: {resnet50: {pretrained: true}}",
        "architectures.resnet50.width = 0.5: expected 1.0, as architectures.resnet50.pretrained needs it",
    ),
    (
        "datasets: {mnist: {train_limit: 57001}}",
        "datasets.mnist.train_limit = 57001: expected at most 39000, all that there are besides 21000",
    ),
    ("datasets: {mnist: {test_limit: 10001}}", "datasets.mnist.test_limit = 10001: expected at most 10000"),
    ("datasets: {mnist: {shift_limit: 10001}}", "datasets.mnist.shift_limit = 10001: expected at most 10000"),
    ("retraining: {methods: []}", "retraining.methods is empty: expected at least one entry"),
    ("retraining: {epochs: 0}", "retraining.epochs = 0: expected at least 1"),
    ("retraining: {learning_rate_factor: 0}", "retraining.learning_rate_factor = 0: expected more than 0"),
    # unknown keys
    ("studdy: {}", "studdy = {}: unknown key; did you mean 'study'?"),
    ("study: {method: [standard]}", "study.method = [\"standard\"]: unknown key; did you mean 'methods'?"),
    (
        "datasets: {mnist: {train_limits: 5}}",
        "datasets.mnist.train_limits = 5: unknown key; did you mean 'train_limit'?",
    ),
    ("export: {tolerance: 1}", "export.tolerance = 1: unknown key; did you mean 'parity_tolerance'?"),
    ("suites: {mnist_c: {shift: {}}}", "suites.mnist_c.shift = {}: unknown key; did you mean 'shifts'?"),
    # wrong types
    (
        "training: {mnist: {standard: {epochs: many}}}",
        'training.mnist.standard.epochs = "many": expected a whole number',
    ),
    ("training: {mnist: {standard: {epochs: 1.5}}}", "training.mnist.standard.epochs = 1.5: expected a whole number"),
    ("training: {mnist: {standard: {epochs: 2.0}}}", "training.mnist.standard.epochs = 2.0: expected a whole number"),
    ("training: {mnist: {standard: {epochs: null}}}", "training.mnist.standard.epochs = null: expected a whole number"),
    ("training: {mnist: {standard: {epochs: true}}}", "training.mnist.standard.epochs = true: expected a whole number"),
    ("training: {mnist: {mixup: {alpha: true}}}", "training.mnist.mixup.alpha = true: expected a number"),
    ("training: {mnist: {mixup: {alpha: '0.2'}}}", 'training.mnist.mixup.alpha = "0.2": expected a number'),
    ("study: {seeds: [1.0]}", "study.seeds[0] = 1.0: expected a whole number"),
    ("study: {seeds: 0}", "study.seeds = 0: expected a list"),
    (
        "training: {mnist: {mixup: {learning_rate: 1e-3}}}",
        "; YAML reads 1e-3 as a string: write 0.001 or 1.0e-3",
    ),
    ("suites: {own: {shifts: {fog: [1]}}}", "a suite of your own must name one of these as its collection"),
    ("study: {methods: standard}", 'study.methods = "standard": expected a list'),
    ("study: {methods: [1]}", "study.methods[0] = 1: expected a string"),
    ("study: {methods: [[standard]]}", 'study.methods[0] = ["standard"]: expected a string'),
    ("datasets: {mnist: {test_limit: all}}", 'datasets.mnist.test_limit = "all": expected a whole number or null'),
    ("data_directory: null", "data_directory = null: expected a string"),
    ("quantizers: {own: {scheme: 8}}", "quantizers.own.scheme = 8: expected a string"),
    ("quantizers: {own: {scheme: static, per_channel: 1}}", "quantizers.own.per_channel = 1: expected true or false"),
    ("quantizers: {own: static}", 'quantizers.own = "static": expected a mapping'),
    ("suites: {mnist_c: {shifts: {fog: 5}}}", "suites.mnist_c.shifts.fog = 5: expected a list"),
    ("suites: {mnist_c: {shifts: [fog]}}", 'suites.mnist_c.shifts = ["fog"]: expected a mapping'),
    ("suites: {mnist_c: {shifts: {fog: [true]}}}", "suites.mnist_c.shifts.fog[0] = true: expected a whole number"),
    ("study: [mnist, qat]", 'study = ["mnist", "qat"]: expected a mapping'),
    ("study: null", "study = null: expected a mapping"),
    ("datasets: []", "datasets = []: expected a mapping"),
    # out of range
    ("training: {mnist: {standard: {epochs: -1}}}", "training.mnist.standard.epochs = -1: expected at least 1"),
    ("training: {mnist: {standard: {epochs: 0}}}", "training.mnist.standard.epochs = 0: expected at least 1"),
    ("training: {mnist: {qat: {learning_rate: 0}}}", "training.mnist.qat.learning_rate = 0: expected more than 0"),
    ("training: {mnist: {adversarial: {epsilon: 2}}}", "training.mnist.adversarial.epsilon = 2: expected at most 1"),
    ("training: {mnist: {mixup: {alpha: .inf}}}", "training.mnist.mixup.alpha = inf: expected a finite number"),
    ("export: {parity_tolerance: .nan}", "export.parity_tolerance = nan: expected a finite number"),
    ("study: {seeds: [-1]}", "study.seeds[0] = -1: expected at least 0"),
    ("inference: {batch_size: 0}", "inference.batch_size = 0: expected at least 1"),
    ("suites: {mnist_c: {shifts: {fog: [9]}}}", "suites.mnist_c.shifts.fog[0] = 9: expected at most 5"),
    # severities that a shift does not have
    (
        "suites: {mnist_c: {shifts: {stripe: [3]}}}",
        "suites.mnist_c.shifts.stripe = [3]: stripe has no severity 3; it has [0]",
    ),
    (
        "suites: {mnist_c: {shifts: {fog: [0]}}}",
        "suites.mnist_c.shifts.fog = [0]: fog has no severity 0; it has [1, 2, 3, 4, 5]",
    ),
    (
        "suites: {digits: {shifts: {digits: [1]}}}",
        "suites.digits.shifts.digits = [1]: digits has no severity 1; it has [0]",
    ),
    (
        "suites: {mnist_c: {source: archive, shifts: {fog: [4]}}}",
        "suites.mnist_c.shifts.fog = [4]: fog has no severity 4 in the archive; it has [5]",
    ),
    (
        "suites: {cifar10_c: {source: archive, shifts: {fog: [0]}}}\nartifacts: {cifar10_c: [file]}",
        "suites.cifar10_c.shifts.fog = [0]: fog has no severity 0 in the archive; it has [1, 2, 3, 4, 5]",
    ),
    # unknown names
    ("device: gpu", "device = \"gpu\": did you mean 'cpu'? known: auto, cpu, cuda"),
    (
        "datasets: {mnist: {architectures: [lenet6]}}",
        'datasets.mnist.architectures = "lenet6": unknown; did you mean \'lenet',
    ),
    ("study: {methods: [standard, mixupp]}", "study.methods = \"mixupp\": unknown; did you mean 'mixup'?"),
    ("study: {datasets: [mnis]}", "study.datasets = \"mnis\": unknown; did you mean 'mnist'?"),
    ("study: {quantizers: [static_int4]}", "study.quantizers = \"static_int4\": unknown; did you mean 'static_int8'?"),
    ("datasets: {mnist: {suites: [mnistc]}}", "datasets.mnist.suites = \"mnistc\": unknown; did you mean 'mnist_c'?"),
    ("suites: {mnist_c: {source: made}}", 'suites.mnist_c.source = "made": known: generated, archive'),
    ("suites: {mnist_d: {source: generated, shifts: {}}}", "suites.mnist_d: unknown suite; did you mean 'mnist_c'?"),
    (
        "suites: {mild: {collection: mnist_d, source: generated, shifts: {}}}",
        "suites.mild.collection = \"mnist_d\": unknown; did you mean 'mnist_c'?",
    ),
    (
        "suites: {mild: {collection: mnist_c, source: generated, shifts: {frog: [1]}}}",
        "suites.mild.shifts.frog = [1]: unknown shift; did you mean 'fog'?",
    ),
    (
        "suites: {clean: {collection: mnist_c, source: generated, shifts: {fog: [1]}}}",
        "suites.clean: the name is reserved; choose another",
    ),
    (
        "suites: {all: {collection: mnist_c, source: generated, shifts: {fog: [1]}}}",
        "suites.all: the name is reserved; choose another",
    ),
    (
        "datasets: {imdb: {suites: [tweets, more]}}\n"
        "suites: {more: {collection: tweets, source: generated, shifts: {tweets: [0]}}}",
        "datasets.imdb.suites: tweets and more have the same inputs, tweets; remove one",
    ),
    (
        "study: {datasets: [fashion_mnist]}\nsuites: {cifar10_c: {source: archive}}",
        'datasets.fashion_mnist.suites: cifar10_c has the source "archive", which holds images of cifar10; ',
    ),
    (
        "datasets: {mnist: {architectures: [resnet50]}}",
        "datasets.mnist.architectures: resnet50 needs inputs with 3 channels, but mnist has inputs with 1 channel",
    ),
    ("datasets: {iwildcam: {validation: 10000}}", "datasets.iwildcam.validation = 10000: expected at most 7314, all"),
    ("data_directory: ~/nowhere", 'data_directory = "~/nowhere": no such folder'),
    ("suites: {archives: {source: generated, shifts: {mnist_c: [0]}}}", "suites.archives: unknown suite; "),
    ("suites: {'': {source: generated, shifts: {blur: [0]}}}", 'suites has the name "": expected'),
    ("suites: {../datasets: {source: generated, shifts: {mnist: [0]}}}", 'suites has the name "../datasets": '),
    (
        "suites: {mnist_c: {shifts: {frog: [1]}}}",
        "suites.mnist_c.shifts.frog = [1]: unknown shift; did you mean 'fog'?",
    ),
    ("artifacts: {mnist_d: [file]}", "artifacts.mnist_d = \"mnist_d\": unknown; did you mean 'mnist_c'?"),
    ("artifacts: {mnist: [file, packge]}", "artifacts.mnist = \"packge\": unknown; did you mean 'package'?"),
    ("artifacts: {mnist_c: [package]}", 'artifacts.mnist_c = "package": unknown; known: file, home'),
    ("training: {mnist: {mixupp: {}}}", "training.mnist.mixupp lacks the key epochs, batch_size"),
    ("training: {mnist: {qat: {start_from: standart}}}", "did you mean 'standard'?"),
    ("training: {mnist: {mixup: {start_from: mixup}}}", "mixup itself starts from another method"),
    (
        "training: {mnist: {qat: {schedule: linear}}}",
        "training.mnist.qat.schedule = \"linear\": did you mean 'cosine'? known: constant, cosine",
    ),
    # architectures
    ("architectures: {lenet6: {}}", 'architectures.lenet6 = "lenet6": unknown; did you mean \'lenet'),
    ("architectures: {lenet5: {width: 1}}", "architectures.lenet5.width = 1: unknown key; known: none"),
    (
        "architectures: {nin: {width: 0}}",
        "architectures.nin.width = 0: expected more than 0",
    ),
    ("datasets: {mnist: {seeds: [-1]}}", "datasets.mnist.seeds[0] = -1: expected at least 0"),
    # quantizers
    ("quantizers: {own: {scheme: statik}}", "quantizers.own.scheme = \"statik\": unknown; did you mean 'static'?"),
    ("quantizers: {own: {scheme: static, bits: 8}}", "quantizers.own.bits = 8: unknown key; known: scheme,"),
    ("quantizers: {own: {scheme: float16, bits: 8}}", "quantizers.own.bits = 8: unknown key; known: scheme,"),
    ("quantizers: {own: {scheme: weight_only, bits: 3}}", "quantizers.own.bits = 3: known: 4, 8"),
    (
        "quantizers: {own: {scheme: static, weight_type: int4}}",
        "quantizers.own.weight_type = \"int4\": did you mean 'int8'?",
    ),
    ("quantizers: {own: {bits: 8}}", "quantizers.own lacks the key scheme"),
    (
        "quantizers: {float32: {scheme: float16}}",
        "quantizers.float32: float32 is the model that quantizers are compared with",
    ),
    ("quantizers: {My-own: {scheme: float16}}", 'quantizers has the name "My-own": expected lower-case letters'),
    (
        "study: {datasets: [mnist]}\nquantizers: {static_int8: {calibration_samples: 1001}}",
        "quantizers.static_int8.calibration_samples = 1001: datasets.mnist.calibration reserves only 1000 inputs",
    ),
    (
        "study: {quantizers: [static_int8]}\ndatasets: {mnist: {calibration: 50}}",
        "quantizers.static_int8.calibration_samples = 100: datasets.mnist.calibration",
    ),
    # empty values and duplicates
    ("study: {methods: []}", "study.methods is empty: expected at least one entry"),
    ("study: {seeds: []}", "study.seeds is empty"),
    ("datasets: {mnist: {architectures: []}}", "datasets.mnist.architectures is empty"),
    ("artifacts: {mnist: []}", "artifacts.mnist is empty"),
    ("data_directory: ''", "data_directory is empty"),
    ("study: {seeds: [0, 1, 0]}", "study.seeds = [0, 1, 0]: an entry occurs twice"),
    ("study: {methods: [qat, qat]}", 'study.methods = ["qat", "qat"]: an entry occurs twice'),
    ("suites: {mnist_c: {shifts: {fog: [5, 5]}}}", "suites.mnist_c.shifts.fog = [5, 5]: an entry occurs twice"),
]


@pytest.mark.parametrize(("own", "line"), WRONG, ids=[own for own, _ in WRONG])
def test_a_mistake_is_reported_in_one_line(mistakes, own, line):
    lines = mistakes(own)
    assert len(lines) == 1
    assert lines[0].startswith("config: ")
    assert line in lines[0]


@pytest.mark.parametrize("key", ["adversarial.warm_up", "mixup.alpha", "qat.range_momentum", "standard.epochs"])
def test_a_missing_hyperparameter_is_reported(mistakes, key):
    method, _, name = key.partition(".")
    lines = mistakes({}, removed=[f"training.mnist.{key}"])
    assert lines == [f"config: training.mnist.{method} lacks the key {name}"]


def test_several_missing_keys_are_reported_in_one_line(mistakes):
    lines = mistakes({}, removed=["training.mnist.qat.schedule", "training.mnist.qat.batch_size"])
    assert lines == ["config: training.mnist.qat lacks the key batch_size, schedule"]
    assert mistakes({}, removed=["study", "device"]) == ["config: the config lacks the key study, device"]


def test_a_method_without_settings_is_reported(mistakes):
    lines = mistakes({}, removed=["training.mnist.mixup"])
    assert lines == ["config: training.mnist.mixup is missing: study.methods asks for it on mnist"]
    assert mistakes("study: {methods: [standard]}", removed=["training.mnist.mixup"]) == []


def test_a_control_needs_the_settings_of_its_method(mistakes):
    (line,) = mistakes("study: {methods: [standard, continued]}", removed=["training.mnist.qat"])
    assert line.startswith("config: training.mnist.qat is missing: study.methods asks for continued, which uses the ")
    assert line.endswith(" on mnist")


def test_a_control_must_not_have_its_own_settings(mistakes, default_config):
    own = {"training": {"mnist": {"continued": default_config["training"]["mnist"]["standard"]}}}
    assert mistakes(own) == [
        "config: training.mnist.continued: continued is the control of qat and uses the hyperparameters of "
        "training.mnist.qat; remove it here"
    ]


def test_an_unknown_method_with_settings_is_reported(mistakes, default_config):
    own = {"training": {"mnist": {"mixupp": default_config["training"]["mnist"]["mixup"]}}}
    (line,) = mistakes(own)
    assert "training.mnist.mixupp" in line
    assert "did you mean 'mixup'?" in line


def test_a_method_must_not_start_from_one_that_starts_from_another(mistakes):
    lines = mistakes("training: {mnist: {adversarial: {start_from: qat}}}")
    assert lines == ['config: training.mnist.adversarial.start_from = "qat": qat itself starts from another method']


def test_a_suite_without_an_archive_is_reported(mistakes):
    (line,) = mistakes("suites: {digits: {source: archive}}")
    assert line == 'config: suites.digits.source = "archive": digits has no archive, only cifar10_c, mnist_c have one'


def test_missing_artifacts_are_reported(mistakes):
    lines = mistakes({}, removed=["artifacts.mnist"])
    assert lines == ["config: artifacts.mnist is missing: datasets.mnist is read from it"]
    assert mistakes({}, removed=["artifacts.mnist_c"]) == []
    (line,) = mistakes("suites: {mnist_c: {source: archive}}", removed=["artifacts.mnist_c"])
    assert line.startswith("config: artifacts.mnist_c is missing: suites.mnist_c.source")


@pytest.mark.parametrize(("suite", "artifact"), [("vendor", "emoji_twitter"), ("ood", "iwildcam")])
def test_missing_artifacts_of_natural_shifts_are_reported(mistakes, default_config, suite, artifact):
    own = f"suites: {{{suite}: {{source: generated, shifts: {{{suite}: [0]}}}}}}"
    artifacts = f"artifacts: {{{artifact}: [file]}}\n"
    listed = [f"artifacts.{artifact}"] if artifact in default_config["artifacts"] else []
    assert mistakes(artifacts + own) == []
    expected = f"config: artifacts.{artifact} is missing: suites.{suite}.shifts.{suite} is read from it"
    assert expected in mistakes(own, removed=listed)
    # Another name for the same collection.
    renamed = f"suites: {{mine: {{collection: {suite}, source: generated, shifts: {{{suite}: [0]}}}}}}"
    assert f"config: artifacts.{artifact} is missing: suites.mine.shifts.{suite} is read from it" in mistakes(
        renamed, removed=listed
    )


def test_each_mistake_has_its_own_line(mistakes):
    lines = mistakes(
        """
study: {seeds: [-1], method: [standard], methods: []}
device: tpu
training: {mnist: {standard: {epochs: 0}}}
"""
    )
    assert len(lines) == 5
    for key in (
        "study.seeds[0]",
        "study.method =",
        "study.methods is empty",
        "device",
        "training.mnist.standard.epochs",
    ):
        assert sum(line.startswith(f"config: {key}") for line in lines) == 1


def test_each_unknown_name_has_its_own_line(mistakes):
    lines = mistakes("study: {methods: [mixupp, standard, qta]}\ndatasets: {mnist: {architectures: [lenet]}}")
    assert len(lines) == 3


@pytest.mark.parametrize(
    "own",
    [
        {"study": [1, 2]},
        {"study": datetime.date(2020, 1, 1)},
        "study: {seeds: [2020-01-01]}",
        "study: {seeds: [2020-01-01, 2020-01-01]}",
        "study: {seeds: 2020-01-01 10:00:00}",
        "study: {seeds: !!set {a, b}}",
        "study: {methods: [!!binary aGVsbG8=]}",
        "device: [auto]",
        "device: {cpu: 1}",
        "device: off",
        "export: 3",
        "artifacts: {mnist: {file: 1}}",
        "quantizers: null",
        "quantizers: {own: null}",
        "training: {mnist: [standard]}",
        "training: null",
        "suites: {mnist_c: null}",
        "datasets: {1: {architectures: [lenet1]}}",
        "datasets: {2020-01-01: {a: b}}",
        "datasets: {null: 1}",
        "quantizers: {8: {scheme: float16}}",
        "suites: {mnist_c: {shifts: {1: [1], true: [2]}}}",
        "training: {mnist: {1: {}}}",
        "study: {1: 2, a: b}",
        "1: 2\nunknown: 3",
        "2020-01-01: 2\nunknown: 3",
        "inference: {threads: [1]}",
        "export: {parity_inputs: 1.0e+3}",
        "study: {methods: ['']}",
        "study: {methods: [standard, null]}",
    ],
)
def test_odd_values_are_reported_without_a_traceback(mistakes, own):
    lines = mistakes(own)
    assert lines
    assert all(re.match(r"config: \S", line) for line in lines)


def contains(config, path):
    """Return whether a config contains a path; `*` is any name."""
    if not path:
        return True
    if not isinstance(config, dict):
        return False
    first, *rest = path
    values = list(config.values()) if first == "*" else [config[first]] if first in config else []
    return any(contains(value, rest) for value in values)


@pytest.fixture
def schema(root):
    return json.loads((root / "workflow/schemas/config.schema.json").read_text(encoding="utf-8"))


@pytest.fixture
def readme(root):
    return (root / "config/README.md").read_text(encoding="utf-8")


def keys(schema):
    """Return the path and schema of each key with a fixed name."""
    return [(path, about) for path, about in properties(schema) if path[-1] != "*"]


def test_each_property_of_the_schema_has_a_description(schema):
    for path, about in keys(schema):
        assert about["description"], path


def test_each_mapping_of_the_schema_is_strict(schema):
    strict = {path: about for path, about in keys(schema) if "properties" in about}
    strict[()] = schema
    for path, about in strict.items():
        assert about["additionalProperties"] is False, path


def test_each_key_of_the_schema_is_in_the_default_config(schema, default_config):
    missing = {path for path, _ in keys(schema) if not contains(default_config, path)}
    assert missing <= {("quantizers", "*", "threads"), ("datasets", "*", "methods")}


def test_each_key_of_the_schema_is_in_the_readme(schema, readme):
    for path, about in keys(schema):
        if about.get("type") == "object" and "properties" in about:
            continue  # the README lists its keys instead
        assert re.search(rf"`[\w.<>]*\b{path[-1]}(\.<\w+>)*`", readme), path


def test_each_option_of_a_scheme_is_in_the_readme_with_its_default(readme):
    for scheme in members.names("quantizers/schemes"):
        (row,) = re.findall(rf"^\| `{scheme}` \|(.*)\|$", readme, re.MULTILINE)
        options = members.constants(f"quantizers/schemes/{scheme}")["OPTIONS"]
        assert set(re.findall(r"`(\w+)` ?\(", row)) == set(options)
        for name, option in options.items():
            assert option["description"]
            default = str(option["default"]).lower()
            others = [str(choice) for choice in option.get("enum", []) if choice != option["default"]]
            stated = re.search(rf"`{name}` \((.*?)\)", row).group(1).replace("`", "")
            assert re.split(r"[;,] ", stated) == [default, *others], name


def test_each_setting_of_a_method_is_in_the_readme(readme):
    for method in members.names("training/methods"):
        (row,) = re.findall(rf"^\| `{method}` \|(.*)\|$", readme, re.MULTILINE)
        parts = [f"training/modalities/{method}/{name}" for name in members.names(f"training/modalities/{method}")]
        settings = {}
        for member in (f"training/methods/{method}", *parts):
            settings |= members.constants(member)["SETTINGS"]
        assert all(about["description"] for about in settings.values())
        assert set(re.findall(r"`(\w+)`", row)) == set(settings)


def test_the_default_config_states_every_option_of_the_presets_in_its_study(default_config):
    for name in default_config["study"]["quantizers"]:
        preset = default_config["quantizers"][name]
        options = members.constants(f"quantizers/schemes/{preset['scheme']}")["OPTIONS"]
        assert set(options) <= set(preset), name
        differing = {key for key, option in options.items() if preset[key] != option["default"]}
        assert differing == ({"reduce_range"} if name == "static_int8_portable" else set()), name


def test_the_published_study_has_the_four_published_quantizers(default_config, root):
    paper = yaml.safe_load((root / "config/paper.yaml").read_text(encoding="utf-8"))
    assert paper["study"]["quantizers"] == default_config["retraining"]["quantizers"] == list(VARIANTS)


def test_the_default_config_covers_all_members(default_config):
    mnist_c = default_config["suites"]["mnist_c"]["shifts"]
    assert set(mnist_c) == set(members.names("shifts/mnist_c"))
    assert {*default_config["training"]["mnist"], "continued"} == set(members.names("training/methods"))
    assert {preset["scheme"] for preset in default_config["quantizers"].values()} == set(
        members.names("quantizers/schemes")
    )
