"""Each mistake in a config is reported in one line: the key, the value and what was expected."""

import datetime
import re

import pytest

WRONG = [
    (
        "quantizers: {own: {scheme: static, operators: [Conv, Matmul]}}",
        "quantizers.own.operators = \"Matmul\": unknown; did you mean 'MatMul'?",
    ),
    ("quantizers: {own: {scheme: static, operators: Conv}}", 'quantizers.own.operators = "Conv"'),
    (
        "study: {quantizers: []}",
        "study.quantizers is empty: expected at least one preset for the models that the study",
    ),
    (
        "models: {mine: {file: m.onnx, data: mine, variants: {float16: q.onnx}}}\ndata: {mine: {test: {file: t.npz}}}",
        "models.mine.variants.float16: quantizers has a preset of this name; choose another name",
    ),
    (
        "models: {mine: {file: m.onnx, data: mine, variants: {own: ./m.onnx}}}\ndata: {mine: {test: {file: t.npz}}}",
        "models.mine.variants.own: ./m.onnx is the model itself, so nothing in it is quantized",
    ),
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
    (
        "training: {cifar10: {mixup: {augmentation: {crop_padding: -1, horizontal_flip: true}}}}",
        "training.cifar10.mixup.augmentation.crop_padding = -1: expected at least 0",
    ),
    (
        "training: {cifar10: {mixup: {augmentation: {crop_padding: 4}}}}",
        "training.cifar10.mixup.augmentation lacks the key horizontal_flip",
    ),
    (
        "training: {imdb: {mixup: {augmentation: {crop_padding: 4, horizontal_flip: true}}}}",
        "training.imdb.mixup.augmentation needs image inputs, but imdb has text inputs; remove it",
    ),
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
