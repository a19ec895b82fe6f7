"""The command itself: help, version, exit codes, light imports and completion."""

import os
import subprocess
import sys

import pytest

from quantshift import __version__
from quantshift.command.exit_codes import of_decisions
from quantshift.command.main import main, quantshift

LARGE = ("numpy", "pandas", "scipy", "torch", "onnx", "onnxruntime", "pydantic", "yaml", "snakemake", "sklearn")


def test_help_is_fast_because_it_imports_little(python):
    program = (
        "import resource, sys\n"
        "from quantshift.command.main import main\n"
        "assert main(['check', '--help']) == 0\n"
        f"print([name for name in {LARGE!r} if name in sys.modules])\n"
        "print(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))"
    )
    *_, imported, seconds = python(program).stdout.splitlines()
    assert imported == "[]"
    assert float(seconds) < 0.5


@pytest.mark.parametrize("name", quantshift.commands)
def test_each_command_has_help_with_examples(capsys, name):
    assert main([name, "--help"]) == 0
    assert f"quantshift {name}" in capsys.readouterr().out.partition("Example")[2]


def test_without_arguments_help_is_shown(capsys):
    assert main([]) == 0
    assert "Exit codes: 0 ship" in capsys.readouterr().out


def test_the_version_is_that_of_the_package(capsys):
    assert main(["--version"]) == 0
    assert __version__ in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["chekc"], ["gate", "--on", "all"], ["--nothing"], ["gate", "surplus"]])
def test_wrong_usage_is_one_line_and_code_3(capsys, arguments):
    assert main(arguments) == 3
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert error.count("\n") == 1


def test_a_bug_is_no_decision(monkeypatch, capsys):
    monkeypatch.setattr(quantshift, "main", lambda *_, **__: 1 / 0)
    assert main([]) == 4
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_one_sentence(capsys, tmp_path):
    (tmp_path / "file").touch()
    assert main(["init", "--directory", str(tmp_path / "file/folder")]) == 3
    error = capsys.readouterr().err
    assert "cannot be used (Not a directory)" in error
    assert error.count("\n") == 1


def test_the_worst_decision_has_the_code():
    assert of_decisions(["ship"]) == 0
    assert of_decisions(["ship", "cannot tell"]) == 2
    assert of_decisions(["do not ship", "cannot tell", "ship"]) == 1


@pytest.mark.parametrize(("words", "completed"), [("quantshift ga", "gate"), ("quantshift gate --acc", "--accept")])
def test_a_shell_completes_commands_and_options(words, completed):
    program = "from quantshift.command.main import main; main([])"
    environment = {
        **os.environ,
        "_QUANTSHIFT_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert f"plain,{completed}" in done.stdout.splitlines()


def test_init_writes_a_config_once(capsys, tmp_path):
    folder = str(tmp_path / "own")
    assert main(["init", "--directory", folder]) == 0
    content = (tmp_path / "own/quantshift.yaml").read_bytes()
    assert main(["init", "--directory", folder]) == 3
    assert "exists already" in capsys.readouterr().err
    assert (tmp_path / "own/quantshift.yaml").read_bytes() == content


def test_the_example_is_a_valid_config(default_config):
    import yaml

    from quantshift.command.config import default_presets, overridden
    from quantshift.command.init import EXAMPLE
    from quantshift.configuration.check import check

    config = yaml.safe_load(EXAMPLE)
    check(overridden(default_config, config), fetching=False)
    assert config["decision"] == default_config["decision"]
    assert config["study"]["quantizers"] == default_presets(default_config, None)
    # The lines that are switched off are valid too.
    more = yaml.safe_load(EXAMPLE.replace("    # ", "    ").replace("      # ", "      "))
    check(overridden(default_config, more), fetching=False)
    assert more["data"]["my_data"]["shifted"]["noisy"]["paired"] is True
