"""How long a job's process takes to start."""

from quantshift.planning.start import loaded, start


def test_imports_are_taken_and_nothing_else(root):
    taken = loaded(root / "workflow/scripts/dataset.py").splitlines()
    assert taken[0] == "import snakemake.script"
    assert "from quantshift.jobs.job import job" in taken
    assert all(line.startswith(("import ", "from ")) for line in taken)


def test_heavy_imports_take_longer(tmp_path):
    (tmp_path / "light.py").write_text("import json\nraise SystemExit(snakemake)", encoding="utf-8")
    (tmp_path / "heavy.py").write_text("import torch", encoding="utf-8")
    assert 0 < start(tmp_path / "light.py") < start(tmp_path / "heavy.py")


def test_a_script_with_a_command_line_of_its_own_does_without_snakemake(root):
    taken = loaded(root / "workflow/scripts/evaluate.py").splitlines()
    assert "from quantshift.runtime.evaluate import evaluate" in taken
    assert "import snakemake.script" not in taken
