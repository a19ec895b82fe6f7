"""A study with a user's members of each kind, from the user's folder; no file of the package is edited."""

import csv
import textwrap

import yaml

from tests.workflow.project import Project

FILES = {
    "fetching/artifacts/own_digits.py": """
        '''MNIST's package, under another name.'''
        from quantshift.fetching.artifacts import mnist

        ORIGINS = {"package": mnist.ORIGINS["package"]}
        """,
    "datasets/half_digits.py": """
        '''The first of MNIST's digits.'''
        from quantshift.core.dataset_facts import facts_of
        from quantshift.data.splits import Raw
        from quantshift.datasets import mnist

        FACTS = facts_of("half_digits")

        def read(folder):
            raw, train, test = mnist.read(folder), FACTS.training_count, FACTS.test_count
            training = raw.train_inputs[:train], raw.train_labels[:train]
            return Raw(*training, raw.test_inputs[:test], raw.test_labels[:test])
        """,
    "datasets/half_digits.toml": """
        artifact = "own_digits"
        modality = "image"
        shape = [1, 28, 28]
        classes = 10
        counts = {training = 3_000, test = 1_000}
        label = "Half of the digits"
        """,
    "architectures/tiny_net.py": """
        '''One convolution and one dense layer.'''
        import math

        from torch import nn

        MODALITY = "image"
        LABEL = "Tiny"

        def build(shape, classes):
            layers = nn.Conv2d(shape[0], 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(4), nn.Flatten()
            return nn.Sequential(*layers, nn.Linear(4 * math.prod(shape[1:]) // 16, classes))
        """,
    "training/methods/smoothed.py": """
        '''Training on smoothed labels.'''
        from torch.nn import functional

        from quantshift.training.method import Method

        SETTINGS = {"smoothing": {"type": "number", "minimum": 0, "maximum": 1, "description": "of the labels"}}

        class Smoothed(Method):
            def loss(self, model, inputs, labels, progress):
                return functional.cross_entropy(model(inputs), labels, label_smoothing=self.settings["smoothing"])

        METHOD = Smoothed
        """,
    "shifts/light/dim.py": """
        '''Less light.'''

        LEVELS = (0.8, 0.6, 0.4, 0.3, 0.2)

        def apply(images, severity, generator):
            return (images * LEVELS[severity - 1]).astype(images.dtype)
        """,
    "quantizers/schemes/rounded.py": """
        '''Weights rounded to a number of bits of a float.'''
        import numpy as np
        import onnx
        from onnx import numpy_helper

        OPTIONS = {"bits": {"type": "integer", "minimum": 1, "default": 8, "maximum": 23, "description": "bits"}}

        def quantize(source, target, options, inputs, record):
            model = onnx.load(source)
            for item in model.graph.initializer:
                values = numpy_helper.to_array(item)
                if values.dtype == np.float32:
                    fraction, exponent = np.frexp(values)
                    steps = 2.0 ** options["bits"]
                    rounded = np.ldexp(np.rint(fraction * steps) / steps, exponent).astype(np.float32)
                    item.CopyFrom(numpy_helper.from_array(rounded, item.name))
            onnx.save(model, target)
        """,
    "detectors/second_logit.py": """
        '''The second logit minus the first.'''
        import numpy as np

        def score(logits):
            ordered = np.sort(np.asarray(logits, dtype=np.float64), axis=1)
            return ordered[:, -2] - ordered[:, -1]
        """,
}
SETTINGS = {"epochs": 1, "batch_size": 64, "learning_rate": 0.003, "schedule": "cosine", "threads": 1}
CONFIG = {
    "members": ["own"],
    "study": {"datasets": ["half_digits"], "methods": ["standard", "smoothed"], "quantizers": ["coarse"], "seeds": [0]},
    "artifacts": {"own_digits": ["package"]},
    "datasets": {
        "half_digits": {
            "architectures": ["tiny_net"],
            "suites": ["light"],
            "validation": 500,
            "calibration": 50,
            "train_limit": 1_500,
            "test_limit": 500,
            "shift_limit": 200,
        }
    },
    "suites": {"light": {"shifts": {"dim": [1, 5]}}},
    "training": {"half_digits": {"standard": SETTINGS, "smoothed": SETTINGS | {"smoothing": 0.1}}},
    "quantizers": {"coarse": {"scheme": "rounded", "bits": 2}},
    "retraining": {"protocols": []},
}


def rows(project, table):
    with (project.folder / f"results/tables/{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_study_with_only_the_users_members(tmp_path):
    project = Project.copied(tmp_path / "study")
    for name, content in FILES.items():
        file = project.folder / "own" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(content), encoding="utf-8")
    (project.folder / "own.yaml").write_text(yaml.safe_dump(CONFIG), encoding="utf-8")
    project.run("--configfile", "own.yaml")
    evaluation = rows(project, "evaluation")
    assert {(row["dataset"], row["architecture"], row["method"], row["variant"]) for row in evaluation} == {
        ("half_digits", "tiny_net", method, variant)
        for method in ("smoothed", "standard")
        for variant in ("coarse", "float32")
    }
    assert {(row["suite"], row["shift"], row["severity"]) for row in evaluation} == {
        ("clean", "none", "0"),
        ("light", "dim", "1"),
        ("light", "dim", "5"),
    }
    assert any(float(row["disagreement_rate"]) > 0 for row in evaluation)
    assert "second_logit" in {row["metric"] for row in rows(project, "detectors")}
    page = (project.folder / "results/report.html").read_text(encoding="utf-8")
    assert "Half of the digits" in page
    # A changed member reruns exactly the jobs that use it; a comment reruns nothing.
    shift = project.folder / "own/shifts/light/dim.py"
    shift.write_text(shift.read_text(encoding="utf-8") + "# as measured\n", encoding="utf-8")
    project.edit("own/datasets/half_digits.toml", new="# as counted\n")
    assert project.plan("--configfile", "own.yaml").jobs == []
    # A label changes only what readers see.
    (shift.parent / "__init__.py").write_text('LABEL = "Less light"\n', encoding="utf-8")
    project.edit("own/datasets/half_digits.toml", "Half of", "Some of")
    assert project.plan("--configfile", "own.yaml").rules == {"figure", "report_page"}
    shift.write_text(shift.read_text(encoding="utf-8").replace("0.8", "0.7"), encoding="utf-8")
    planned = project.plan("--configfile", "own.yaml").rules
    assert "shift" in planned
    assert not planned & {"fetch", "dataset", "train", "export", "quantize", "inspect"}
    # So does a changed fact.
    project.edit("own/datasets/half_digits.toml", "3_000", "2_900")
    planned = project.plan("--configfile", "own.yaml").rules
    assert {"dataset", "train", "graph"} <= planned
    assert "fetch" not in planned


def test_a_data_set_without_facts_is_reported_in_one_line(tmp_path):
    project = Project.copied(tmp_path / "study")
    (project.folder / "own/datasets").mkdir(parents=True)
    (project.folder / "own/datasets/half.py").write_text("def read(folder): ...\n", encoding="utf-8")
    outcome = project.snakemake("-n", "--config", "members=[own]")
    assert outcome.code == 1
    assert "own/datasets/half.toml is missing: write the facts about the data set half into it" in outcome.output
    assert "Traceback" not in outcome.output


def test_a_member_that_is_defined_twice_is_rejected(tmp_path):
    project = Project.copied(tmp_path / "study")
    (project.folder / "own/architectures").mkdir(parents=True)
    (project.folder / "own/architectures/lenet5.py").write_text("MODALITY = 'image'\n", encoding="utf-8")
    outcome = project.snakemake("-n", "--config", "members=[own]")
    assert outcome.code == 1
    assert "architectures/lenet5 is defined twice" in outcome.output
    assert "Traceback" not in outcome.output


def test_a_missing_folder_is_rejected(tmp_path):
    project = Project.copied(tmp_path / "study")
    outcome = project.snakemake("-n", "--config", "members=[own]")
    assert outcome.code == 1
    assert 'members: "own" is not a folder' in outcome.output
