"""The user's own file, from which a model of a run was prepared."""

from pathlib import Path

from quantshift.core.errors import Message, QuantshiftError
from quantshift.core.names import GIVEN
from quantshift.guards.last_run import read_config
from quantshift.guards.run import Run
from quantshift.models.given.read import Source, read


def source_of(run: Run) -> tuple[Source | None, list[Message]]:
    """Return the user's own file, or None with the reason; a trained model has none, and no reason.

    Args:
        run: the model.
    """
    if run.model.method != GIVEN:
        return None, []
    config = read_config(run.folder)
    try:
        file = run.folder / Path(config["models"][run.model.architecture]["file"])
        source = read(file)
    except (KeyError, QuantshiftError) as error:
        reason = f"no model {error} in results/run.json" if isinstance(error, KeyError) else str(error)
        return None, [
            f"the file has the inputs and the answer of the prepared copy, since your file is absent: {reason}"
        ]
    answer = run.record["output"]["name"]
    if answer not in {item.name for item in source.model.graph.output}:
        return None, [
            f"the file has the inputs and the answer of the prepared copy: yours has no output {answer!r} now"
        ]
    return source, []
