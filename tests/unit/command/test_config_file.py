"""`quantshift.yaml` is rewritten while it is as the command wrote it; edits of its user are never lost."""

import pytest
import yaml

from quantshift.command.config_file import is_edited, rendered, store
from quantshift.configuration.user_files import CONFIG_FILE
from quantshift.core.errors import QuantshiftError

CONFIG = {"study": {"quantizers": ["float16"]}, "decision": {"accept": 0.01}}
OTHER = {"study": {"quantizers": ["float16", "weight_int8"]}, "decision": {"accept": 0.01}}


@pytest.fixture
def file(tmp_path):
    """A file that the command wrote."""
    file = tmp_path / "run" / CONFIG_FILE
    store(CONFIG, file, force=False)
    return file


def edit(file, old, new):
    content = file.read_text(encoding="utf-8")
    assert old in content
    file.write_text(content.replace(old, new), encoding="utf-8")


def test_it_is_written_with_its_folder(file):
    assert yaml.safe_load(file.read_text(encoding="utf-8")) == CONFIG
    assert not is_edited(file.read_text(encoding="utf-8"))


def test_the_same_options_do_not_touch_it(file):
    before = file.stat().st_mtime_ns
    assert store(CONFIG, file, force=False) is None
    assert file.stat().st_mtime_ns == before


def test_other_options_replace_it_if_it_was_not_edited(file):
    assert store(OTHER, file, force=False) is None
    assert yaml.safe_load(file.read_text(encoding="utf-8")) == OTHER


def test_an_edited_file_is_not_replaced(file):
    edit(file, "accept: 0.01", "accept: 0.05")
    content = file.read_bytes()
    with pytest.raises(QuantshiftError) as error:
        store(OTHER, file, force=False)
    assert "decision.accept is 0.05 there and 0.01 here" in str(error.value)
    assert 'study.quantizers is ["float16"] there and ["float16", "weight_int8"] here' in str(error.value)
    assert file.read_bytes() == content


def test_an_edit_that_changes_no_value_stays(file):
    edit(file, "study:", "# my comment\nstudy:")
    content = file.read_bytes()
    assert store(CONFIG, file, force=False) is None
    assert file.read_bytes() == content


def test_force_replaces_an_edited_file_and_keeps_each_copy(file):
    copies = []
    for accept in (0.05, 0.06):
        edit(file, "accept: 0.01", f"accept: {accept}")
        content = file.read_bytes()
        copy = store(CONFIG, file, force=True)
        assert copy.read_bytes() == content
        copies.append(copy.name)
    assert copies == [f"{CONFIG_FILE}.1", f"{CONFIG_FILE}.2"]
    assert file.read_text(encoding="utf-8") == rendered(CONFIG)


def test_a_file_of_the_user_counts_as_edited(file):
    file.write_text("study: {quantizers: []}\n", encoding="utf-8")
    with pytest.raises(QuantshiftError, match="was edited and differs"):
        store(CONFIG, file, force=False)


def test_a_damaged_file_is_reported_and_stays(file):
    file.write_text("study: [", encoding="utf-8")
    with pytest.raises(QuantshiftError, match="not YAML"):
        store(CONFIG, file, force=False)
    assert file.read_text(encoding="utf-8") == "study: ["
