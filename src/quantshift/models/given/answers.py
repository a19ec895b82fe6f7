"""Choose the output with the answers, by what the outputs are and what the user states."""

from collections.abc import Sequence
from pathlib import Path

from quantshift.core.errors import Message, QuantshiftError
from quantshift.core.members import hint
from quantshift.core.signature import BY_CLASS, LABEL, OUTPUTS, SCORE
from quantshift.models.given.candidates import CERTAIN, FLOATS, HALF, Candidate, core
from quantshift.models.given.choices import Choices
from quantshift.models.given.origin import SIGMOID


def choose(outputs: Sequence[Candidate], choices: Choices, file: Path) -> tuple[Candidate, float | None]:
    """Return the output with the answers, and the threshold of a score.

    Args:
        outputs: what each output may be.
        choices: the user's statements.
        file: the user's file, for messages.

    Raises:
        QuantshiftError: no output fits, or several do.
    """
    if choices.answers is not None and choices.answers not in OUTPUTS:
        raise QuantshiftError(f"--answers {choices.answers} is no kind of answers: {hint(choices.answers, OUTPUTS)}")
    named = [item for item in outputs if choices.output in (None, item.item.name)]
    if not named:
        names = [item.item.name for item in outputs]
        raise QuantshiftError(f"{file} has no output {choices.output!r}: {hint(str(choices.output), names)}")
    fitting = [item for item in named if item.kind]
    if choices.answers is not None:
        fitting = [stated for item in named if (stated := _stated(item, choices.answers)) is not None]
        if not fitting:
            raise QuantshiftError(
                f"{file} has no output that fits --answers {choices.answers}, which needs {_needs(choices.answers)}; "
                f"its outputs are {_list(named)}"
            )
    if not fitting:
        raise _no_classifier(named, file)
    chosen = _best(fitting, file)
    return chosen, _threshold(chosen, choices, file)


def _stated(candidate: Candidate, answers: str) -> Candidate | None:
    """Return an output as the kind that the user states, or None if its shape or type does not fit."""
    shape, dtype = core(candidate.item), candidate.item.dtype
    reason = "you state it"
    if answers in BY_CLASS and len(shape) == 1 and shape[0] is not None and dtype in FLOATS:
        return candidate._replace(kind=answers, classes=shape[0], reason=reason)
    if answers == SCORE and not shape and dtype in FLOATS:
        return candidate._replace(kind=SCORE, classes=2, reason=reason)
    if answers == LABEL and candidate.kind == LABEL:
        return candidate._replace(reason=reason)
    return None


def _needs(answers: str) -> Message:
    shape = {SCORE: "[n] or [n, 1] of float numbers", LABEL: "[n] or [n, 1] of whole numbers"}
    return shape.get(answers, "[n, classes] of float numbers, 2 classes or more")


def _best(fitting: Sequence[Candidate], file: Path) -> Candidate:
    """Return the one output that is the model's answer.

    Raises:
        QuantshiftError: several outputs may be.
    """
    # Labels follow from the numbers for the classes, which state more.
    rest = [item for item in fitting if item.kind != LABEL] or list(fitting)
    # The probabilities of logits give the same answers.
    rest = [item for item in rest if not any(_softmax_of(item, other) for other in rest)]
    # Features are what the answer is computed from.
    rest = [
        item for item in rest if not any(item.item.name in other.origin.ancestors for other in rest if other != item)
    ]
    if len(rest) > 1:
        certain = [item for item in rest if item.origin.operator in CERTAIN]
        rest = certain if len(certain) == 1 else rest
    if len(rest) != 1:
        raise QuantshiftError(
            f"{file} has several outputs that may be the answer ({_list(rest or fitting)}): name one, as in "
            f"--output {(rest or fitting)[0].item.name}"
        )
    return rest[0]


def _softmax_of(item: Candidate, logits: Candidate) -> bool:
    """Return whether an output is only the softmax of another one."""
    return item != logits and item.origin.operator in CERTAIN and item.origin.before == logits.item.name


def _threshold(chosen: Candidate, choices: Choices, file: Path) -> float | None:
    """Return the threshold of a score, or None for another kind.

    Raises:
        QuantshiftError: a score lacks a threshold, or another kind has one.
    """
    if chosen.kind != SCORE:
        if choices.threshold is not None:
            raise QuantshiftError(
                f"--threshold is for scores, but the output {chosen.item.name} of {file} is read as {chosen.kind}: "
                "leave it out, or state --answers score"
            )
        return None
    if choices.threshold is not None:
        return choices.threshold
    if chosen.origin.operator == SIGMOID:
        return HALF
    raise QuantshiftError(
        f"the output {chosen.item.name} of {file} is a score without a sigmoid, so its threshold is not known: state "
        "--threshold T"
    )


def _no_classifier(outputs: Sequence[Candidate], file: Path) -> QuantshiftError:
    """Return the error for a model without a classifier's answer."""
    reasons = "; ".join(f"{item.shown}: {item.reason}" for item in outputs)
    single = [item for item in outputs if not core(item.item) and item.item.dtype in FLOATS]
    if single:
        advice = (
            f"if a threshold T on {single[0].item.name} decides, state --answers score --threshold T, which compares "
            "the sides of T"
        )
    else:
        advice = "only classifiers and scores with a threshold can be compared, so add such an output to the model"
    return QuantshiftError(f"{file} is no classifier ({reasons}): {advice}")


def _list(outputs: Sequence[Candidate]) -> str:
    return ", ".join(item.shown for item in outputs)
