"""Search for the types of operators to quantize, on calibration data: some types in 8 bits can ruin a model.

The first calibration inputs give the ranges, once for all sets. The others, on which no set was calibrated, show how
many answers of each set differ from float32's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from quantshift.core.errors import Message
from quantshift.core.signature import ModelRecord
from quantshift.data.stored_inputs import Inputs
from quantshift.quantizers.not_applicable import NotApplicableError
from quantshift.quantizers.operator_sets import OperatorSet
from quantshift.runtime.faults import brief
from quantshift.runtime.finite import finite_rows
from quantshift.runtime.network import Network
from quantshift.tasks.of_output import task_of

# At most so many inputs are answered by each set.
SCORED = 500
BATCH = 64


@dataclass(frozen=True)
class Trial:
    """A set of operators that was tried.

    Attributes:
        tried: the set.
        disagreements: number of the answers that differ from float32's; None if the set does not work.
        fault: why it does not work.
    """

    tried: OperatorSet
    disagreements: int | None
    fault: Message = ""


@dataclass(frozen=True)
class Search:
    """The result of a search.

    Attributes:
        chosen: the set with the fewest disagreements; of several, that with the most weights, then operators.
        trials: all sets in the order in which they were tried.
        scored: number of inputs that each of them has answered.
    """

    chosen: OperatorSet
    trials: list[Trial]
    scored: int

    def note(self) -> Message:
        """Return what was tried and chosen, in one sentence."""
        results = ", ".join(f"{trial.tried.name} {_share(trial, self.scored)}" for trial in self.trials)
        return (
            f"share of answers that differ from float32’s on {self.scored} calibration inputs not used for ranges: "
            f"{results}; quantized: {self.chosen.name} ({', '.join(self.chosen.operators)})"
        )


def search(
    sets: Sequence[OperatorSet], write: Callable[[OperatorSet], Path], source: Path, record: ModelRecord, inputs: Inputs
) -> Search:
    """Try sets of operators.

    Args:
        sets: the sets.
        write: writes the quantized model of a set and returns its file; it may raise any exception.
        source: the float32 ONNX file.
        record: its record.
        inputs: stored inputs for the comparison, [n, ...] each.

    Raises:
        NotApplicableError: no set works.
    """
    inputs = {name: values[:SCORED] for name, values in inputs.items()}
    task = task_of(record["output"])
    expected = task.answers(Network(source, record).predict(inputs, BATCH))
    trials = []
    for tried in sets:
        try:
            outputs = Network(write(tried), record).predict(inputs, BATCH)
        except Exception as error:  # onnxruntime's quantizers raise any exception
            trials.append(Trial(tried, None, brief(error)))
        else:
            trials.append(Trial(tried, int((~finite_rows(outputs) | (task.answers(outputs) != expected)).sum())))
        print(trials[-1], flush=True)
    working = [trial for trial in trials if trial.disagreements is not None]
    if not working:
        raise NotApplicableError(f"no set of operators can be quantized ({trials[0].fault})")
    best = min(working, key=lambda trial: (trial.disagreements, -trial.tried.weights, -trial.tried.nodes))
    return Search(best.tried, trials, len(expected))


def _share(trial: Trial, scored: int) -> str:
    """Return how many answers differ, in words."""
    return "fails" if trial.disagreements is None else f"{100 * trial.disagreements / scored:.3g} %"
