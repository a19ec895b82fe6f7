"""What a check ends with: what was understood, the variants, the decision and where the report is."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quantshift.command.notes import note_lines
from quantshift.command.tables import aligned, not_applicable_lines, variant_rows
from quantshift.core.errors import QuantshiftError
from quantshift.core.model_id import ModelId
from quantshift.core.names import APPLICABLE, GIVEN
from quantshift.core.signature import Signature
from quantshift.decision import record as decisions
from quantshift.decision.decide import SHIP, is_about_float32
from quantshift.decision.numbers import percent
from quantshift.storage.records import read_as, read_record

DECISION = Path("results/decision.json")
REPORT = Path("results/report.html")
# What was understood, by the keys of a signature's `understood`.
UNDERSTOOD = ("inputs", "output", "answers", "classes", "batch", "changes")


class Described(Signature):
    """A model's signature with its description in words (see `quantshift.models.given.describe`)."""

    understood: dict[str, Any]


@dataclass(frozen=True)
class Summary:
    """The results of a run.

    Attributes:
        folder: the folder of the run.
        record: the content of `results/decision.json`.
        understood: by data set and model, what was understood about the user's own models.
    """

    folder: Path
    record: decisions.DecisionRecord
    understood: Mapping[tuple[str, str], Mapping[str, Any]]

    def text(self) -> str:
        """Return the summary for a terminal."""
        blocks = []
        for model in self.record["models"]:
            described = self.understood.get((model["dataset"], model["architecture"]))
            understanding = [] if described is None else understood_lines(described, model)
            blocks.append("\n".join([f"{model['model']}:", *understanding]))
            blocks.append(
                "\n".join([aligned(variant_rows(model)), *not_applicable_lines(model), *note_lines(self.folder, model)])
            )
            blocks.append(sentence(model))
        blocks.append(f"report: {self.folder / REPORT}")
        return "\n\n".join(blocks)


def read(folder: Path) -> Summary:
    """Read the results of a run.

    Raises:
        QuantshiftError: a file is missing or damaged.
    """
    file = folder / DECISION
    record = read_as(file, decisions.DecisionRecord, decisions.NAME)
    if not record["models"]:
        raise QuantshiftError(
            f"{file} has no variants: expected at least one preset (--quantizers, or study.quantizers in the config)"
        )
    understood = {}
    for model in record["models"]:
        if model["method"] == GIVEN:
            path = ModelId(model["dataset"], model["architecture"], GIVEN, 0).path
            signature = read_record(
                folder / "results/models" / path / "signature.json", Described, "the signature of a model"
            )
            understood[model["dataset"], model["architecture"]] = signature["understood"]
    return Summary(folder, record, understood)


def understood_lines(understood: Mapping[str, Any], model: Mapping[str, Any]) -> list[str]:
    """Return what was understood about a model and its test data, a line for each fact."""
    lines = []
    for name in UNDERSTOOD:
        value = understood[name]
        values = (value or ["none"]) if isinstance(value, list) else [value]
        lines += [f"  {'' if number else name:9} {text}" for number, text in enumerate(values)]
    measured = [variant for variant in model["variants"] if variant["status"] == APPLICABLE]
    if measured:
        clean, accuracy = measured[0]["clean"], model["float32"]["accuracy"]
        labels = "without labels" if accuracy is None else f"float32 answers {percent(accuracy)} % correctly"
        sets = measured[0]["shifted_sets"]
        shifted = f"; {sets} shifted test set{'' if sets == 1 else 's'}" if sets else "; no shifted test set"
        lines.append(f"  {'test set':9} {clean['n']:,} inputs, {labels}{shifted}")
    return lines


def sentence(model: Mapping[str, Any]) -> str:
    """Return the decision on a model in one sentence, with the words of decision.json."""
    # Of float32's answers, no variant comes closer to shipping than another.
    if model["variant"] is None or any(map(is_about_float32, model["reasons"])):
        return f"{model['decision']}: {'; '.join(model['reasons'])}"
    (chosen,) = [variant for variant in model["variants"] if variant["name"] == model["variant"]]
    closest = "" if model["decision"] == SHIP else " comes closest"
    reasons = "; ".join([*chosen["reasons"], *chosen["cautions"]])
    return f"{model['decision']}: {model['variant']}{closest}: {reasons}"


def steps(counts: Mapping[str, int]) -> str:
    """Return the steps that would run, in words.

    >>> steps({"quantize": 2, "all": 1})
    '2 steps would run: quantize 2'
    >>> steps({})
    'nothing has changed since the last run: no step would run'
    """
    # This one collects the others.
    counted = {rule: count for rule, count in counts.items() if rule != "all"}
    if not counted:
        return "nothing has changed since the last run: no step would run"
    listed = ", ".join(f"{rule} {count}" for rule, count in counted.items())
    return f"{sum(counted.values())} steps would run: {listed}"
