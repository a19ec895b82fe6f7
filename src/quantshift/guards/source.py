"""The user's own file, from which a model of a run was prepared."""

from typing import TypedDict

from quantshift.core.errors import Message, QuantshiftError
from quantshift.core.names import GIVEN
from quantshift.guards.last_run import read_config
from quantshift.guards.run import Run
from quantshift.models.given.digest import digest
from quantshift.models.given.read import Source, read
from quantshift.storage.records import read_record


class _Signature(TypedDict):
    digest: str


def source_of(run: Run) -> tuple[Source | None, list[Message]]:
    """Return the user's own file, and what a user of the guarded file must mind; a trained model has neither.

    The file is None, with a note, if it is absent now.

    Args:
        run: the model.

    Raises:
        QuantshiftError: the file is not the one that the run has read.
    """
    if run.model.method != GIVEN:
        return None, []
    settings = read_config(run.folder)["models"][run.model.architecture]
    constants = sorted({**settings.get("constants", {}), **settings.get("constant_files", {})})
    notes: list[Message] = [f"the input {name} is part of the file, with the value of the check" for name in constants]
    try:
        source = read(run.folder / settings["file"])
    except QuantshiftError as error:
        absent = "the file has the inputs and the answer of the prepared copy, since your file is absent"
        return None, [*notes, f"{absent}: {error}"]
    signature = run.folder / "results/models" / run.model.path / "signature.json"
    if digest(source.file) != read_record(signature, _Signature, "the signature of a model")["digest"]:
        raise QuantshiftError(
            f"{source.file} was changed since the last run, so its outputs would not fit the model in the guarded "
            "file: run quantshift check again"
        )
    return source, notes
