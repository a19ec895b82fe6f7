"""The decisions of the gate as text, Markdown and JUnit XML."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from quantshift.command import baseline_text
from quantshift.command.escaping import printable
from quantshift.command.summary import sentence
from quantshift.command.tables import markdown_table, not_applicable_lines, variant_rows
from quantshift.core.errors import QuantshiftError
from quantshift.decision.decide import CANNOT_TELL, DO_NOT_SHIP
from quantshift.decision.numbers import exact_percent
from quantshift.storage.files import write_bytes

Record = Mapping[str, Any]
# The elements of JUnit XML for the decisions other than ship.
ELEMENTS = {DO_NOT_SHIP: "failure", CANNOT_TELL: "error"}
TEST_SETS = {
    "clean": "on the clean test set",
    "shifted": "on the shifted data as a whole",
    "worst": "on the worst test set",
}


def write(file: Path, text: str) -> None:
    """Write a text.

    Raises:
        QuantshiftError: the file cannot be written.
    """
    try:
        write_bytes(file, text.encode())
    except OSError as error:
        raise QuantshiftError(f"{file} cannot be written ({error.strerror}): choose another file") from error


def policy_text(record: Record) -> str:
    """Return the policy in words."""
    policy = record["policy"]
    quantized = policy["min_quantized"]
    weights = f", at least {exact_percent(quantized)} % quantized weights" if quantized else ""
    gain = {"size": "a smaller file", "speed": "more speed", "either": "a smaller file or more speed"}[policy["gain"]]
    return (
        f"at most {exact_percent(policy['accept'])} % different answers {TEST_SETS[policy['on']]}, with "
        f"{exact_percent(policy['confidence'])} % confidence{weights}, and {gain}"
    )


def text(record: Record) -> str:
    """Return the decisions with a line for each model."""
    lines = [f"{model['model']}: {sentence(model)}" for model in record["models"]]
    counts = ", ".join(f"{word} {count}" for word, count in record["counts"].items())
    lines += [f"policy: {policy_text(record)}", f"models: {counts}"]
    return "\n".join([*lines, *baseline_text.blocks(record)])


def markdown(record: Record) -> str:
    """Return the decisions as Markdown, for a comment on a change."""
    parts = ["# May it ship quantized?", f"Accepted: {policy_text(record)}."]
    for model in record["models"]:
        parts += [f"## {model['model']}: {model['decision']}", sentence(model)]
        parts.append(markdown_table(variant_rows(model)))
        parts += [f"- {line}" for line in not_applicable_lines(model)]
    parts += baseline_text.markdown(record)
    return "\n\n".join(parts) + "\n"


def junit(record: Record) -> str:
    """Return the decisions as JUnit XML: a test case for each model, which fails unless it ships.

    `do not ship` is a failure and `cannot tell` an error. With a baseline, each model has a second test case.
    """
    decided = [model["decision"] for model in record["models"]]
    suite = ElementTree.Element(
        "testsuite",
        name="quantshift gate",
        tests="",
        failures="",
        errors=str(decided.count(CANNOT_TELL)),
    )
    for model in record["models"]:
        case = ElementTree.SubElement(suite, "testcase", classname="quantshift", name=model["model"])
        if element := ELEMENTS.get(model["decision"]):
            ElementTree.SubElement(case, element, type=model["decision"], message=sentence(model))
        output = ElementTree.SubElement(case, "system-out")
        output.text = sentence(model)
    regressions = baseline_text.junit(record, suite)
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(decided.count(DO_NOT_SHIP) + regressions))
    # XML forbids most control characters, even escaped.
    for part in suite.iter():
        part.text = part.text and printable(part.text)
        part.attrib.update({name: printable(value) for name, value in part.attrib.items()})
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"
