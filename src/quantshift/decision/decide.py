"""The decision for each model under a policy: ship, do not ship or cannot tell, with the variant and reasons.

`report/script/decide.js` implements the same rules, for readers who change the policy on the page; both are tested with
the cases in `tests/vectors/decision.json`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from quantshift.decision import gain
from quantshift.decision.candidates import Candidate, Rate
from quantshift.decision.not_applicable import NotApplicable
from quantshift.decision.numbers import exact_percent, percent
from quantshift.decision.policy import CLEAN, SHIFTED, Policy

Word = Literal["ship", "do not ship", "cannot tell"]
SHIP: Word = "ship"
DO_NOT_SHIP: Word = "do not ship"
CANNOT_TELL: Word = "cannot tell"
# A model's decision is the first of these that any of its variants has.
WORDS: tuple[Word, ...] = (SHIP, CANNOT_TELL, DO_NOT_SHIP)

# A quantized variant of a model.
Entry: TypeAlias = Candidate | NotApplicable

NONE_APPLICABLE = "no variant is applicable to this model"
NO_SHIFTED_SET = "judged on the clean test set: there is no shifted one"
SATURATES = "sums overflow on this run’s CPU: other CPUs give different answers"
SATURATES_WITHOUT_VNNI = "different answers on CPUs without VNNI, where sums overflow"


@dataclass(frozen=True)
class VariantDecision:
    """Whether one variant of a model may ship.

    Attributes:
        variant: its name.
        decision: one of WORDS.
        reasons: reasons as text.
        cautions: further warnings as text.
    """

    variant: str
    decision: Word
    reasons: list[str]
    cautions: list[str]


@dataclass(frozen=True)
class Unmeasured:
    """A variant whose preset a model cannot take.

    Attributes:
        variant: its name.
        reason: why the model cannot take the preset.
    """

    variant: str
    reason: str


@dataclass(frozen=True)
class ModelDecision:
    """Whether a model may ship quantized, and as which variant.

    Attributes:
        dataset: name of the data set.
        architecture: name of the architecture.
        method: training method of the model.
        decision: one of WORDS.
        variant: the variant to ship, or else the variant that comes closest to it; None if no variant is applicable.
        reasons: the reasons for the decision: those of this variant, or that no variant is applicable.
        variants: the decision for each variant that is applicable, in the order of the candidates.
        not_applicable: the other variants, in their order.
    """

    dataset: str
    architecture: str
    method: str
    decision: Word
    variant: str | None
    reasons: list[str]
    variants: list[VariantDecision]
    not_applicable: list[Unmeasured]


def decide(entries: Iterable[Entry], policy: Policy) -> list[ModelDecision]:
    """Return the decision for each model, in the order in which models first occur among the entries.

    A model ships as the variant with the largest gain among those that may ship, or the first of several. If none may
    ship, the result names the variant with the lowest upper limit among those with the model's decision.
    A model without an applicable variant does not ship.

    Args:
        entries: the measurements, and the variants whose presets the models cannot take.
        policy: the requirements.
    """
    models: dict[tuple[str, str, str], list[Entry]] = {}
    for entry in entries:
        models.setdefault((entry.dataset, entry.architecture, entry.method), []).append(entry)
    return [_of_model(names, model, policy) for names, model in models.items()]


def judged(candidate: Candidate, policy: Policy) -> Rate:
    """Return the rate to compare with the accepted share; the clean rate if there is no shifted test set."""
    if policy.test_sets == CLEAN:
        return candidate.clean
    return (candidate.shifted or candidate.clean) if policy.test_sets == SHIFTED else candidate.worst


def _of_model(names: tuple[str, str, str], entries: Sequence[Entry], policy: Policy) -> ModelDecision:
    candidates = [entry for entry in entries if isinstance(entry, Candidate)]
    unmeasured = [Unmeasured(entry.variant, entry.reason) for entry in entries if isinstance(entry, NotApplicable)]
    if not candidates:
        return ModelDecision(*names, DO_NOT_SHIP, None, [NONE_APPLICABLE], [], unmeasured)
    decisions = [_of_variant(candidate, policy) for candidate in candidates]
    word = next(word for word in WORDS if any(decision.decision == word for decision in decisions))
    eligible = [pair for pair in zip(candidates, decisions, strict=True) if pair[1].decision == word]
    if word == SHIP:
        chosen, decision = max(eligible, key=lambda pair: gain.score(pair[0], policy.gain))
    else:
        chosen, decision = min(eligible, key=lambda pair: judged(pair[0], policy).high)
    return ModelDecision(*names, word, chosen.variant, decision.reasons, decisions, unmeasured)


def _of_variant(candidate: Candidate, policy: Policy) -> VariantDecision:
    answers, reason = _answers(judged(candidate, policy), policy.accept)
    lacking = gain.lacking(candidate, policy.gain)
    if answers == DO_NOT_SHIP or lacking:
        word, reasons = DO_NOT_SHIP, ([reason] if answers == DO_NOT_SHIP else []) + lacking
    else:
        word, reasons = answers, [reason] + (gain.gained(candidate, policy.gain) if answers == SHIP else [])
    return VariantDecision(candidate.variant, word, reasons, _cautions(candidate, policy))


def _answers(rate: Rate, accept: float) -> tuple[Word, str]:
    """Return the decision that follows from a rate alone, and the reason."""
    accepted = f"({exact_percent(accept)} % accepted)"
    if rate.n == 0:
        return CANNOT_TELL, "there are no test inputs"
    if rate.high <= accept:
        return SHIP, f"at most {percent(rate.high)} % of answers differ {accepted}"
    if rate.low > accept:
        return DO_NOT_SHIP, f"at least {percent(rate.low)} % of answers differ {accepted}"
    span = f"{percent(rate.low)} to {percent(rate.high)} % of answers differ"
    return CANNOT_TELL, f"{span} {accepted}: too few test inputs to tell"


def _cautions(candidate: Candidate, policy: Policy) -> list[str]:
    cautions = [NO_SHIFTED_SET] if policy.test_sets != CLEAN and candidate.shifted is None else []
    if candidate.may_saturate:
        cautions.append(SATURATES)
    elif candidate.saturates_without_vnni:
        cautions.append(SATURATES_WITHOUT_VNNI)
    return cautions
