"""A copy of the project that a test may run and change."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from quantshift.core.model_id import ModelId

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Outcome:
    """The result of a call of snakemake."""

    code: int
    output: str

    @property
    def jobs(self) -> list[tuple[str, dict[str, str]]]:
        """Return the jobs of a dry run: the rule and its wildcards, with the facets of a model's id."""
        jobs = []
        for block in re.split(r"\n(?=(?:local)?rule )", self.output)[1:]:
            rule = re.match(r"(?:local)?rule (\w+):", block)
            wildcards = re.search(r"^    wildcards: (.*)$", block, re.MULTILINE)
            pairs = (pair.split("=") for pair in wildcards.group(1).split(", ")) if wildcards else ()
            assert rule
            names = dict(pairs)
            if "model" in names:
                names |= {name: str(facet) for name, facet in ModelId.parse(names["model"])._asdict().items()}
            jobs.append((rule.group(1), names))
        return [job for job in jobs if job[0] not in ("all", "tables", "figures")]

    @property
    def rules(self) -> set[str]:
        """Return the rules of a dry run."""
        return {rule for rule, _ in self.jobs}


class Project:
    """A folder with a copy of the project; its package is imported instead of the installed one."""

    def __init__(self, folder: Path) -> None:
        """Store the folder of the copy."""
        self.folder = folder

    @classmethod
    def copied(cls, folder: Path) -> Self:
        """Copy the tracked and untracked files of the project."""
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        for name in listed.stdout.splitlines():
            if (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, folder / name)
        return cls(folder)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start snakemake in the copy."""
        return subprocess.Popen(
            [sys.executable, "-m", "snakemake", *arguments],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(self.folder / "src")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def snakemake(self, *arguments: str) -> Outcome:
        """Run snakemake in the copy."""
        process = self.start(*arguments)
        output, _ = process.communicate(timeout=560)
        return Outcome(process.returncode, output)

    def run(self, *arguments: str, cores: int = 2) -> Outcome:
        """Run snakemake with jobs, and fail the test if it fails."""
        outcome = self.snakemake("--cores", str(cores), *arguments)
        assert outcome.code == 0, outcome.output[-6000:]
        return outcome

    def plan(self, *arguments: str) -> Outcome:
        """Return the outcome of a dry run, and fail the test if it fails."""
        outcome = self.snakemake("-n", *arguments)
        assert outcome.code == 0, outcome.output[-6000:]
        return outcome

    def edit(self, name: str, old: str = "", new: str = "EDITED = True\n") -> None:
        """Replace a text in a file of the copy, or append the new text if there is no old one."""
        file = self.folder / name
        content = file.read_text(encoding="utf-8")
        assert old in content
        file.write_text(content.replace(old, new, 1) if old else content + new, encoding="utf-8")

    def write(self, name: str, content: str) -> str:
        """Write a file of the copy and return its name."""
        (self.folder / name).write_text(content, encoding="utf-8")
        return name
