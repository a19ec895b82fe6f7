"""The files of the workflow: in a checkout of the project, or inside the installed package."""

from pathlib import Path

from quantshift.core.errors import QuantshiftError

PACKAGE = Path(__file__).parents[1]
# The folder that the wheel has in place of a checkout (see pyproject.toml).
INSTALLED = PACKAGE / "_workflow"
CHECKOUT = PACKAGE.parents[1]


def root() -> Path:
    """Return the folder with the Snakefile, `workflow`, `config` and `profiles`.

    Raises:
        QuantshiftError: the installation lacks them.
    """
    for folder in (INSTALLED, CHECKOUT):
        if (folder / "Snakefile").is_file() and (folder / "workflow/rules").is_dir():
            return folder
    raise QuantshiftError(
        f"this installation of quantshift has no workflow: expected {INSTALLED / 'Snakefile'}; install it again"
    )


def default_config() -> Path:
    """Return the file with the default config."""
    return root() / "config/config.yaml"


def arguments() -> list[str]:
    """Return the arguments by which Snakemake finds the workflow and its profile from any folder."""
    folder = root()
    return ["--snakefile", str(folder / "Snakefile"), "--workflow-profile", str(folder / "profiles/default")]
