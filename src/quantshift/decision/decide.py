"""The decision for each model under a policy: ship, do not ship or cannot tell, with the variant and reasons.

`report/script/decide.js` implements the same rules, for readers who change the policy on the page; both are tested with
the cases in `tests/vectors/decision.json`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from quantshift.decision import gain
from quantshift.decision.candidates import Candidate
from quantshift.decision.float32 import Float32
from quantshift.decision.inputs_needed import inputs_needed
from quantshift.decision.not_applicable import NotApplicable
from quantshift.decision.numbers import exact_percent, percent
from quantshift.decision.policy import CLEAN, SHIFTED, WORST, Policy
from quantshift.decision.rates import Rate, simultaneous

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
# Reasons of all variants, because float32's answers are not sound, or the beginnings of such reasons.
ONE_CLASS = "float32 gives the same answer to all test inputs"
TOO_FEW_LABELS = "too few labelled inputs to show that float32 is above chance"
NEAR_CHANCE = "float32 answers "
# Names of classes in a reason.
SHOWN_CLASSES = 5
SATURATES_WITHOUT_VNNI = "different answers on CPUs without VNNI, where sums overflow"


@dataclass(frozen=True)
class VariantDecision:
    """Whether one variant of a model may ship.

    Attributes:
        name: its name.
        decision: one of WORDS.
        reasons: reasons as text.
        cautions: further warnings as text.
        inputs_needed: number of test inputs with which it could ship, if nothing but too few inputs prevents it; else
            None.
    """

    name: str
    decision: Word
    reasons: list[str]
    cautions: list[str]
    inputs_needed: int | None


@dataclass(frozen=True)
class Unmeasured:
    """A variant whose preset a model cannot take.

    Attributes:
        name: its name.
        reason: why the model cannot take the preset.
    """

    name: str
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
        inputs_needed: that of this variant; None without one.
        variants: the decision for each variant that is applicable, in the order of the candidates.
        not_applicable: the other variants, in their order.
    """

    dataset: str
    architecture: str
    method: str
    decision: Word
    variant: str | None
    reasons: list[str]
    inputs_needed: int | None
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
    if policy.on == CLEAN:
        return candidate.clean
    return (candidate.shifted or candidate.clean) if policy.on == SHIFTED else candidate.worst


def is_about_float32(reason: str) -> bool:
    """Return whether a reason is that float32's answers are not sound, so that it is one of all variants.

    >>> is_about_float32(ONE_CLASS), is_about_float32("0 % of its weights are quantized")
    (True, False)
    """
    return reason.startswith((ONE_CLASS, TOO_FEW_LABELS, NEAR_CHANCE))


def _of_model(names: tuple[str, str, str], entries: Sequence[Entry], policy: Policy) -> ModelDecision:
    candidates = [entry for entry in entries if isinstance(entry, Candidate)]
    unmeasured = [Unmeasured(entry.name, entry.reason) for entry in entries if isinstance(entry, NotApplicable)]
    if not candidates:
        return ModelDecision(*names, DO_NOT_SHIP, None, [NONE_APPLICABLE], None, [], unmeasured)
    decisions = [_of_variant(candidate, policy) for candidate in candidates]
    word = next(word for word in WORDS if any(decision.decision == word for decision in decisions))
    eligible = [pair for pair in zip(candidates, decisions, strict=True) if pair[1].decision == word]
    if word == SHIP:
        _, chosen = max(eligible, key=lambda pair: gain.score(pair[0], policy.gain))
    else:
        _, chosen = min(eligible, key=lambda pair: judged(pair[0], policy).high)
    return ModelDecision(*names, word, chosen.name, chosen.reasons, chosen.inputs_needed, decisions, unmeasured)


def _of_variant(candidate: Candidate, policy: Policy) -> VariantDecision:
    word, reasons, needed = _decision(candidate, policy)
    cautions = [caution for caution in _cautions(candidate, policy) if caution not in reasons]
    return VariantDecision(candidate.name, word, reasons, cautions, needed)


def _decision(candidate: Candidate, policy: Policy) -> tuple[Word, list[str], int | None]:
    """Return the decision on a variant, the reasons and the number of inputs needed.

    What comes first decides: float32's answers are not sound; too many answers differ; too little is quantized; the
    gain is too small; and last, whatever leaves the rate open.
    """
    rate = judged(candidate, policy)
    if unsound := _unsound(candidate.float32, policy):
        return CANNOT_TELL, unsound, None
    unquantized, lacking = _unquantized(candidate, policy), gain.lacking(candidate, policy.gain)
    if rate.n and rate.low > policy.accept:
        reason = f"at least {percent(rate.low)} % of answers differ {_accepted(policy)}"
        return DO_NOT_SHIP, [reason, *(unquantized or lacking)], None
    if unquantized:
        return CANNOT_TELL, unquantized, None
    if lacking:
        return DO_NOT_SHIP, lacking, None
    untested, too_few = _untested(candidate, policy), rate.n == 0 or rate.high > policy.accept
    needed = _needed(candidate, policy) if too_few else None
    if too_few:
        return CANNOT_TELL, [*untested, _too_few(candidate, policy, needed)], None if untested else needed
    reason = f"at most {percent(rate.high)} % of answers differ {_accepted(policy)}"
    if untested:
        return CANNOT_TELL, [*untested, reason], None
    return SHIP, [reason, *gain.gained(candidate, policy.gain)], None


def _unsound(float32: Float32, policy: Policy) -> list[str]:
    """Return why differences from float32 show nothing; empty if its answers are sound."""
    reasons = []
    accuracy, chance, kappa = float32.accuracy, float32.chance, float32.kappa
    if accuracy is not None and chance is not None and kappa is not None and kappa < policy.min_kappa:
        # kappa is a lower limit; with few labels it is low even if all answers are right.
        estimate = (accuracy - chance) / (1 - chance) if chance < 1 else 0.0
        reasons.append(
            f"{TOO_FEW_LABELS} ({percent(accuracy)} % correct, chance {percent(chance)} %)"
            if estimate >= policy.min_kappa
            else f"{NEAR_CHANCE}{percent(accuracy)} % correctly, where chance gives {percent(chance)} %: "
            "is the preprocessing right?"
        )
    if float32.classes_answered == 1:
        reasons.append(ONE_CLASS)
    return reasons


def _unquantized(candidate: Candidate, policy: Policy) -> list[str]:
    """Return whether too few weights are quantized; empty if enough are."""
    share = candidate.quantized_weight_share
    needed = f"at least {exact_percent(policy.min_quantized)} % needed"
    if share == 0:
        return ["0 % of its weights are quantized" + (f" ({needed})" if policy.min_quantized else "")]
    return [] if share >= policy.min_quantized else [f"only {percent(share)} % of its weights are quantized ({needed})"]


def _untested(candidate: Candidate, policy: Policy) -> list[str]:
    """Return what the test inputs or this CPU cannot show, however few answers differ."""
    reasons = []
    absent = candidate.float32.classes_without_inputs
    if policy.every_class and absent:
        shown = ", ".join(map(str, absent[:SHOWN_CLASSES]))
        more = f" and {len(absent) - SHOWN_CLASSES:,} more" if len(absent) > SHOWN_CLASSES else ""
        word = "class" if len(absent) == 1 else "classes"
        reasons.append(f"no test input has the {word} {shown}{more}")
    if candidate.may_saturate:
        reasons.append(SATURATES)
    return reasons


def _needed(candidate: Candidate, policy: Policy) -> int | None:
    confidence = policy.confidence
    if policy.on == WORST:
        confidence = simultaneous(confidence, candidate.shifted_sets + 1)
    return inputs_needed(judged(candidate, policy), policy.accept, confidence)


def _too_few(candidate: Candidate, policy: Policy, needed: int | None) -> str:
    """Return that there are too few test inputs, with the number that it takes."""
    rate = judged(candidate, policy)
    if rate.n == 0:
        return "there are no test inputs"
    span = f"{percent(rate.low)} to {percent(rate.high)} % of answers differ {_accepted(policy)}"
    if needed is None:
        return f"{span}: too few test inputs to tell"
    inputs = "test inputs"
    if candidate.shifted is not None and policy.on != CLEAN:
        inputs = "shifted test inputs" if policy.on == SHIFTED else "inputs in each test set"
    condition = "at this rate" if rate.limiting.rate else "if no answer differs"
    return f"{span}: too few test inputs to tell; {needed:,} {inputs} are needed {condition}"


def _accepted(policy: Policy) -> str:
    return f"({exact_percent(policy.accept)} % accepted)"


def _cautions(candidate: Candidate, policy: Policy) -> list[str]:
    cautions = [NO_SHIFTED_SET] if policy.on != CLEAN and candidate.shifted is None else []
    if candidate.may_saturate:
        cautions.append(SATURATES)
    elif candidate.saturates_without_vnni:
        cautions.append(SATURATES_WITHOUT_VNNI)
    return cautions
