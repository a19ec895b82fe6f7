"""The answer to "can I ship it?" as a sentence; `report/script/answer.js` implements the same rules."""

from collections import Counter
from collections.abc import Callable, Sequence

from quantshift.decision.decide import CANNOT_TELL, SHIP, ModelDecision
from quantshift.decision.gain import NEEDED
from quantshift.decision.numbers import exact_percent
from quantshift.decision.policy import CLEAN, SHIFTED, WORST, Policy

WHERE = {
    CLEAN: "on the clean test set",
    SHIFTED: "on the shifted data as a whole",
    WORST: "on the worst test set, shifted or clean",
}


def answer(decisions: Sequence[ModelDecision], policy: Policy, scope: str, words: Callable[[str], str]) -> str:
    """Return how many models may ship, and as which variants.

    Args:
        decisions: the decision on each model.
        policy: the requirements.
        scope: which models these are, such as " (standard training)"; empty for all.
        words: returns the readable name of a variant.
    """
    shipped = [model for model in decisions if model.decision == SHIP]
    variants = Counter(str(model.variant) for model in shipped).most_common()
    listed = ", ".join(f"{words(variant)} for {number}" for variant, number in variants)
    undecided = sum(model.decision == CANNOT_TELL for model in decisions)
    refused = len(decisions) - len(shipped) - undecided
    models = f"{len(decisions):,} model{'' if len(decisions) == 1 else 's'}"
    return (
        f"With at most {exact_percent(policy.accept)} % different answers {WHERE[policy.on]} "
        f"and {NEEDED[policy.gain]}, {len(shipped) or 'none'} of {models}{scope} may ship"
        + (f": {listed}" if listed else "")
        + (f"; {refused} may not" if 0 < refused < len(decisions) else "")
        + (f"; {undecided} cannot be decided" if undecided else "")
        + "."
    )
