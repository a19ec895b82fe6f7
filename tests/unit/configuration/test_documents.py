"""Generated documents match the model of the config's keys, and editors reject what the check rejects."""

import copy
import json

import pytest
import yaml
from jsonschema import Draft202012Validator
from snakemake.utils import update_config
from tests.wrong_configs import EXAMPLE, wrong_configs

from quantshift.configuration.documents import README, SCHEMA, readme, schema_file
from quantshift.configuration.model.config import Configuration
from quantshift.configuration.shape import shape
from quantshift.configuration.unwritable import unwritable
from quantshift.configuration.violations import violations

HINT = "run `make config-docs` and commit the file"


def test_the_schema_for_editors_is_up_to_date(root):
    assert (root / SCHEMA).read_text(encoding="utf-8") == schema_file(), HINT


def test_the_table_of_the_keys_is_up_to_date(root):
    text = (root / README).read_text(encoding="utf-8")
    assert text == readme(text), HINT


@pytest.fixture(scope="module")
def editor():
    Draft202012Validator.check_schema(shape(Configuration))
    return Draft202012Validator(shape(Configuration))


def override(default, text):
    config = copy.deepcopy(default)
    update_config(config, yaml.safe_load(text))
    return config


def test_editors_accept_the_shipped_configs_although_they_are_partial(root):
    editor = Draft202012Validator(json.loads((root / SCHEMA).read_text(encoding="utf-8")))
    files = list((root / "config").glob("*.yaml"))
    assert len(files) > 3
    for file in files:
        editor.validate(yaml.safe_load(file.read_text(encoding="utf-8")))


def test_editors_reject_what_the_check_rejects(editor, default_config):
    rejected = 0
    default_config |= EXAMPLE
    for case in wrong_configs(shape(Configuration), default_config):
        config = override(default_config, case.text)
        valid = not list(violations(config, Configuration, ()))
        # JSON has no NaN and no halves of surrogate pairs; only in Python does `$` match before a line break.
        if not list(unwritable(config, ())) and not case.value.endswith("\\n"):
            assert editor.is_valid(config) == valid, case
            rejected += not valid
    assert rejected > 400
