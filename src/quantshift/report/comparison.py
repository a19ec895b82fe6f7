"""The page that compares two runs: what changed in decisions, rates and inputs. It needs no script."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from quantshift.core import members
from quantshift.core.test_set import TestSet
from quantshift.decision.disagreeing import count
from quantshift.decision.numbers import percent
from quantshift.plotting import html
from quantshift.plotting.words import words
from quantshift.report.gallery import key
from quantshift.storage.files import read_json

TEMPLATES = Path(__file__).parent / "templates"
RATES = {"clean": "clean", "shifted": "shifted", "worst": "worst test set"}
# Inputs of a variant that the page shows in each direction.
SHOWN = 24


def render(changes: Mapping[str, Any], results: Path) -> str:
    """Return the page.

    Args:
        changes: what changed since the other run (see `quantshift.decision.baseline.compare`).
        results: the folder of the present run's results, whose details have pictures and texts of inputs.

    Raises:
        QuantshiftError: a file of the results is damaged.
    """
    environment = html.environment(TEMPLATES)
    environment.filters |= {"words": words, "percent": percent}
    return environment.get_template("comparison.html.j2").render(
        style=Markup((TEMPLATES / "page.css").read_text(encoding="utf-8")),
        file=changes["file"],
        other_policy=changes["policy_before"] is not None,
        sentence=sentence(changes),
        regressions=changes["regressions"],
        models=[_model(model, results) for model in changes["models"]],
        rates=RATES,
        badge=lambda decision: (decision or "absent").replace(" ", "-"),
    )


def sentence(changes: Mapping[str, Any]) -> str:
    """Return how many decisions, and how many inputs, are others than before.

    >>> model = {"decision": "ship", "decision_before": "cannot tell", "variants": [{"newly": [{"inputs": [4, 7]}],
    ...          "no_longer": []}, {"newly": None, "no_longer": None}]}
    >>> sentence({"models": [model], "regressions": []})
    'The decision on 1 of 1 model changed. 2 inputs newly disagree, and 0 no longer do. Nothing became worse.'
    """
    models = changes["models"]
    changed = sum(model["decision"] != model["decision_before"] for model in models)
    variants = [variant for model in models for variant in model["variants"] if variant["newly"] is not None]
    newly, no_longer = (sum(count(variant[name]) for variant in variants) for name in ("newly", "no_longer"))
    inputs = (
        f"{newly:,} input{'' if newly == 1 else 's'} newly disagree{'s' if newly == 1 else ''}, and {no_longer:,} no "
        f"longer do{'es' if no_longer == 1 else ''}."
        if variants
        else "Single inputs are not compared."
    )
    worse = len(changes["regressions"])
    outcome = (
        f"{worse} result{' is' if worse == 1 else 's are'} worse than before." if worse else "Nothing became worse."
    )
    return (
        f"The decision on {changed} of {len(models)} model{'' if len(models) == 1 else 's'} changed. {inputs} {outcome}"
    )


def _model(model: Mapping[str, Any], results: Path) -> dict[str, Any]:
    """Return a model's changes with what the page shows of single inputs."""
    details = results / f"details/{model['dataset']}/{model['architecture']}.json"
    contents = read_json(details) if details.is_file() else {"inputs": {}, "kind": ""}
    variants = [
        {
            **variant,
            "counts": {
                name: None if variant[name] is None else count(variant[name]) for name in ("newly", "no_longer")
            },
            "lists": {name: _inputs(variant[name] or (), contents) for name in ("newly", "no_longer")},
        }
        for variant in model["variants"]
    ]
    return {**model, "changed": model["decision"] != model["decision_before"], "variants": variants}


def _inputs(groups: Sequence[Mapping[str, Any]], contents: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the first inputs of groups by test set: place, name, and picture or text where the details have it."""
    shown = []
    show = members.load("report/modalities", contents["kind"]).markup if contents["kind"] else Markup.escape
    for group in groups:
        test_set = TestSet(group["suite"], group["shift"], group["severity"])
        names = group.get("names") or [None] * len(group["inputs"])
        for number, name in zip(group["inputs"], names, strict=True):
            content = contents["inputs"].get(key(test_set, number))
            shown.append(
                {
                    "place": "clean"
                    if group["suite"] == "clean"
                    else f"{words(group['shift'])} {group['severity'] or ''}".strip(),
                    "name": name or f"input {number}",
                    "seed": group["seed"],
                    "content": None if content is None else show(content),
                }
            )
    # Inputs with a picture or text come first.
    return sorted(shown, key=lambda each: each["content"] is None)[:SHOWN]
