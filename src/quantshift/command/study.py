"""`quantshift study`: run the workflow in the current folder."""

import click

from quantshift.command.exit_codes import INTERRUPTED, RUN_FAILED, WRONG_INPUT

# Arguments of Snakemake that state how many jobs run at a time, or that run none.
STATING_CORES = {
    *("--cores", "-c", "--jobs", "-j", "--profile", "--executor", "-e", "--dry-run", "--dryrun", "-n", "--unlock"),
    *("--touch", "-t", "--help", "-h", "--version", "-v", "--summary", "-S", "--lint", "--list-rules", "-l"),
}
EXAMPLES = """\b
Examples:
  quantshift study -n                                   # list the jobs of the default study
  quantshift study --cores 4                            # run it
  quantshift study --cores 4 --configfile quantshift.yaml
  quantshift study --report report.zip
"""
CODES = "Exit codes: 0 the run succeeded, 3 the config or an argument is wrong, 4 a job failed, 130 interrupted."


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False}, epilog=f"{EXAMPLES}\n{CODES}"
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[SNAKEMAKE ARGUMENTS]...")
def study(arguments: tuple[str, ...]) -> int:
    """Run the workflow in this folder, with the arguments of Snakemake.

    Without a --configfile this is the default study. All cores are used unless you state --cores. `quantshift gate`
    decides on the result.
    """
    from quantshift.command.run import run

    stated = {argument.partition("=")[0] for argument in arguments}
    outcome = run([*arguments] if stated & STATING_CORES else ["--cores", "all", *arguments])
    if outcome.interrupted:
        return INTERRUPTED
    if not outcome.code:
        return 0
    # Snakemake has shown the error.
    return RUN_FAILED if outcome.failures else WRONG_INPUT
