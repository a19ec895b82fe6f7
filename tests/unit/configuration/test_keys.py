"""The schema, the default config and config/README.md have the same keys."""

import json
import re

import pytest
import yaml
from tests.wrong_configs import properties

from quantshift.core import members
from quantshift.studies.arxiv_2204_04220.published_tables import VARIANTS


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
    return [(path, definition) for path, definition in properties(schema) if path[-1] != "*"]


def test_each_property_of_the_schema_has_a_description(schema):
    for path, definition in keys(schema):
        assert definition["description"], path


def test_each_mapping_of_the_schema_is_strict(schema):
    strict = {path: definition for path, definition in keys(schema) if "properties" in definition}
    strict[()] = schema
    for path, definition in strict.items():
        assert definition["additionalProperties"] is False, path


def test_each_key_of_the_schema_is_in_the_default_config(schema, default_config):
    missing = {path for path, _ in keys(schema) if not contains(default_config, path)}
    assert missing <= {("quantizers", "*", "threads"), ("datasets", "*", "methods")} | {
        ("training", "*", "*", "augmentation", *rest) for rest in ((), ("crop_padding",), ("horizontal_flip",))
    }


def test_each_key_of_the_schema_is_in_the_readme(schema, readme):
    for path, definition in keys(schema):
        if definition.get("type") == "object" and "properties" in definition:
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
        assert all(definition["description"] for definition in settings.values())
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


def test_the_published_study_without_the_archives_has_the_same_hyperparameters(root):
    paper, offline = (
        yaml.safe_load((root / f"config/{name}.yaml").read_text(encoding="utf-8"))
        for name in ("paper", "paper_offline")
    )
    datasets = set(paper["study"].pop("datasets")) - {"iwildcam"}
    assert set(offline["study"].pop("datasets")) == set(offline["training"]) == datasets
    for section in ("study", "retraining", "export", "training"):
        assert offline[section] == paper[section], section
    assert offline["architectures"].items() <= paper["architectures"].items()
    assert offline["suites"]["cifar10_c"]["shifts"] == paper["suites"]["cifar10_c"]["shifts"]
    for dataset in datasets:
        differing = {"suites"} if dataset == "imdb" else set()
        assert {
            key for key, value in offline["datasets"][dataset].items() if value != paper["datasets"][dataset][key]
        } == (differing), dataset


def test_the_default_config_covers_all_members(default_config):
    mnist_c = default_config["suites"]["mnist_c"]["shifts"]
    assert set(mnist_c) == set(members.names("shifts/mnist_c"))
    assert {*default_config["training"]["mnist"], "continued"} == set(members.names("training/methods"))
    assert {preset["scheme"] for preset in default_config["quantizers"].values()} == set(
        members.names("quantizers/schemes")
    )
