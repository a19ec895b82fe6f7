"""The keys that name the user's files."""

from pathlib import Path

import pytest
import yaml

from quantshift.configuration.check import check, check_files
from quantshift.configuration.model.config import Configuration
from quantshift.configuration.user_files import ANY, KEYS, with_absolute_paths
from quantshift.core.errors import QuantshiftError

# The longest path (quantshift.configuration.model.values.FilePath).
LONGEST = 1024


def paths(node, definitions, path=()):
    """Yield the keys of a JSON schema whose values are paths."""
    node = {**definitions.get(node.get("$ref", "").split("/")[-1], {}), **node}
    if node.get("maxLength") == LONGEST:
        yield path
    inner = [(ANY, node[part]) for part in ("additionalProperties", "items") if isinstance(node.get(part), dict)]
    inner += [(ANY, schema) for schema in node.get("patternProperties", {}).values()]
    for name, schema in [*node.get("properties", {}).items(), *inner]:
        yield from paths(schema, definitions, (*path, name))
    for schema in node.get("anyOf", []):
        yield from paths(schema, definitions, path)


def test_every_key_with_a_path_of_the_user_is_known():
    schema = Configuration.model_json_schema()
    # The folder of downloads is no input of a job.
    assert set(paths(schema, schema["$defs"])) - {("data_directory",)} == KEYS


def test_paths_start_in_the_folder_of_the_run_even_behind_a_link(tmp_path):
    (tmp_path / "disk/run").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "disk/run")
    config = yaml.safe_load(
        """
        models: {net: {file: ../net.onnx, data: rows, constant_files: {a/b: b.npy}, variants: {theirs: /q/int8.onnx}}}
        data: {rows: {test: {file: rows.npy}, shifted: {noisy: {file: n.npy, paired: true}}, texts: {length: 4}}}
        members: [mine]
        """
    )
    folder = tmp_path.resolve() / "disk/run"
    expected = yaml.safe_load(
        f"""
        models: {{net: {{file: {folder.parent}/net.onnx, data: rows, constant_files: {{a/b: {folder}/b.npy}},
                         variants: {{theirs: /q/int8.onnx}}}}}}
        data: {{rows: {{test: {{file: {folder}/rows.npy}}, shifted: {{noisy: {{file: {folder}/n.npy, paired: true}}}},
                        texts: {{length: 4}}}}}}
        members: [{folder}/mine]
        """
    )
    assert with_absolute_paths(config, tmp_path / "link") == expected


def test_wrong_values_are_left_to_the_check():
    for config in ({"models": 3}, {"models": {"net": {"file": 3}}}, {"data": [{"test": "a"}]}, {"members": "a"}):
        assert with_absolute_paths(config, Path("/run")) == config


def test_each_missing_file_is_one_line_with_its_key(default_config, tmp_path):
    (tmp_path / "net.onnx").touch()
    default_config["models"] = {"net": {"file": "net.onnx", "data": "rows", "variants": {"theirs": "int8.onnx"}}}
    default_config["data"] = {"rows": {"test": {"file": "rows.npy", "labels": "labels.npy"}}}
    config = with_absolute_paths(default_config, tmp_path)
    check(config, fetching=False)
    with pytest.raises(QuantshiftError) as caught:
        check_files(config)
    lines = [line.partition(" = ") for line in str(caught.value).splitlines()]
    assert [(key, message.partition('"')[2].partition('"')[0]) for key, _, message in lines] == [
        ("config: models.net.variants.theirs", f"{tmp_path.resolve()}/int8.onnx"),
        ("config: data.rows.test.file", f"{tmp_path.resolve()}/rows.npy"),
        ("config: data.rows.test.labels", f"{tmp_path.resolve()}/labels.npy"),
    ]
