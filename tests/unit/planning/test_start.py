"""Measurement of the start of a job's process."""

from quantshift.planning.start import start, start_code


def test_the_start_consists_of_imports(root):
    lines = start_code(root / "workflow/scripts/dataset.py").splitlines()
    assert lines[0] == "import snakemake.script"
    assert "from quantshift.jobs.job import job" in lines
    assert all(line.startswith(("import ", "from ")) for line in lines)


def test_heavy_imports_take_longer(tmp_path):
    (tmp_path / "light.py").write_text("import json\nraise SystemExit(snakemake)", encoding="utf-8")
    (tmp_path / "heavy.py").write_text("import torch", encoding="utf-8")
    assert 0 < start(tmp_path / "light.py") < start(tmp_path / "heavy.py")


def test_a_script_with_its_own_command_line_does_not_import_snakemake(root):
    lines = start_code(root / "workflow/scripts/evaluate.py").splitlines()
    assert "from quantshift.runtime.evaluate import evaluate" in lines
    assert "import snakemake.script" not in lines
