"""The commands on the page about own models are valid, and its PyTorch example can be checked."""

import re
import shlex
import subprocess
import sys

import click
import pytest

from quantshift.command.main import main, quantshift


@pytest.fixture(scope="module")
def page(root):
    """The text of the page."""
    return (root / "docs/how-to/own_model.md").read_text(encoding="utf-8")


def commands(text):
    """Return the commands in the shell blocks of a page."""
    return re.findall(r"^(quantshift .*)$", "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL)), re.MULTILINE)


def test_each_command_is_valid(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for line in commands(page):
        for word in shlex.split(line):
            file = word.partition("=")[2] or word
            if re.fullmatch(r"\w+\.(onnx|npz|npy|csv|json)", file):
                (tmp_path / file).touch()
        (tmp_path / "photos").mkdir(exist_ok=True)
        _, name, *arguments = shlex.split(line)
        with click.Context(quantshift) as context:
            quantshift.commands[name].make_context(name, arguments, parent=context)


def test_the_pytorch_example_can_be_checked(page, tmp_path, monkeypatch, capsys):
    section = page[page.index("## From PyTorch") : page.index("## From scikit-learn")]
    (program,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True, capture_output=True, timeout=300)
    monkeypatch.chdir(tmp_path)
    (line,) = commands(section)
    assert main([*shlex.split(line)[1:], "--dry-run"]) == 0
    assert "given_shift 1" in capsys.readouterr().out
    assert sorted(file.name for file in tmp_path.iterdir()) == ["model.onnx", "noisy.npz", "test.npz"]
