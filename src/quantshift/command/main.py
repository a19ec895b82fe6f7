"""The command `quantshift`."""

import os
import sys
import traceback
from collections.abc import Sequence

import click

from quantshift import __version__
from quantshift.command.check import check
from quantshift.command.exit_codes import HELP, INTERRUPTED, RUN_FAILED, WRONG_INPUT, RunFailedError
from quantshift.command.gate import gate
from quantshift.command.guard import guard
from quantshift.command.init import init
from quantshift.command.plan import plan
from quantshift.command.report import report
from quantshift.command.study import study
from quantshift.core.errors import QuantshiftError

NAME = "quantshift"
COMPLETION = """\b
Shell completion: add one line to the file that your shell starts with.
  bash: eval "$(_QUANTSHIFT_COMPLETE=bash_source quantshift)"
  zsh:  eval "$(_QUANTSHIFT_COMPLETE=zsh_source quantshift)"
  fish: _QUANTSHIFT_COMPLETE=fish_source quantshift | source
"""
EXAMPLES = """\b
Examples:
  quantshift check model.onnx --data test.npz    may this model be shipped quantized?
  quantshift gate --accept 0.005 --junit ci.xml  decide again, by another policy
  quantshift guard --accept 0.001                quantized, with float32 for uncertain inputs
  quantshift study                               run the default study in this folder
"""


@click.group(epilog=f"{EXAMPLES}\n{HELP}\n\n{COMPLETION}", invoke_without_command=True)
@click.version_option(__version__, prog_name=NAME)
@click.pass_context
def quantshift(context: click.Context) -> int:
    """Does a quantized model still give the answers of the float model, on the data that it will really meet?"""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
    return 0


for command in (check, gate, guard, report, study, plan, init):
    quantshift.add_command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code (see `quantshift.command.exit_codes`).

    Args:
        arguments: the arguments; by default those of the process.
    """
    try:
        code = quantshift.main(arguments, prog_name=NAME, standalone_mode=False)
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else NAME
        click.echo(f"error: {error.format_message()} See {command} --help.", err=True)
        return WRONG_INPUT
    except click.ClickException as error:
        click.echo(f"error: {error.format_message()}", err=True)
        return WRONG_INPUT
    except RunFailedError as error:
        click.echo(f"error: {error}", err=True)
        return RUN_FAILED
    except QuantshiftError as error:
        click.echo(f"error: {error}", err=True)
        return WRONG_INPUT
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        # Nobody reads the output; Python would report this again when it closes it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return RUN_FAILED
    except OSError as error:
        click.echo(f"error: {error.filename} cannot be used ({error.strerror}): choose another one", err=True)
        return WRONG_INPUT
    except Exception:
        # Python's own code, 1, would be that of a decision.
        traceback.print_exc()
        return RUN_FAILED
    return code if isinstance(code, int) else 0
