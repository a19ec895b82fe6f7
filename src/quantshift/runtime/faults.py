"""Errors of onnxruntime in plain words."""

import re

import onnxruntime

from quantshift.core.errors import Message

VERSION = onnxruntime.__version__
# Patterns of onnxruntime's messages, each with a sentence for people; {0}, {1}, ... are the groups.
PATTERNS = (
    (
        r"Opset (\d+) is under development[\s\S]*support for domain (\S+) is till opset (\d+)",
        "it uses opset {0} of {1}, but onnxruntime "
        + VERSION
        + " supports opset {2} at most: export it with opset {2} "
        "or lower",
    ),
    (
        r"Unsupported model IR version: (\d+), max supported IR version: (\d+)",
        "it has IR version {0}, but onnxruntime "
        + VERSION
        + " supports {1} at most: export it with an older version of "
        "onnx",
    ),
    (
        r"No Op registered for (\S+) with domain_version of (\d+)",
        "its operator {0} does not exist in opset {1}: export it without this operator, or with the opset that has it",
    ),
    (
        r"Fatal error: (\S+):([^\s(]+)\(-?\d+\) is not a registered function/op",
        "its operator {1} of the domain {0} is a custom one that onnxruntime lacks: export it with standard operators",
    ),
    (
        r'\("[^"]*", ([^,]+), "[^"]*", -1\)[\s\S]*No opset import for domain \'([^\']*)\'',
        "its operator {0} is of the domain {1}, for which it states no opset: export it with standard operators",
    ),
    (
        r"Could not find an implementation for (\w+)\((\d+)\)",
        "onnxruntime "
        + VERSION
        + " cannot compute its operator {0} (version {1}) for these types on the CPU: export it "
        "with another opset, or with float32 tensors",
    ),
    (
        r"No graph was found in the protobuf",
        "it has no graph: export it again",
    ),
)


def explain(error: Exception) -> Message:
    """Return what an error of onnxruntime means and what to do about it.

    >>> explain(Exception("[ONNXRuntimeError] : 1 : FAIL : Fatal error: mine:Foo(-1) is not a registered function/op"))
    'its operator Foo of the domain mine is a custom one that onnxruntime lacks: export it with standard operators'
    """
    text = str(error)
    for pattern, sentence in PATTERNS:
        if match := re.search(pattern, text):
            return sentence.format(*match.groups())
    return f"onnxruntime reports: {brief(error)}; export the model again"


def brief(error: Exception) -> Message:
    """Return the first line of an error, without onnxruntime's codes and paths of its source files.

    >>> brief(Exception("[ONNXRuntimeError] : 2 : INVALID_ARGUMENT : Invalid model.  Node input 'z' is no input."))
    "Invalid model. Node input 'z' is no input"
    """
    text = re.sub(r"^\[ONNXRuntimeError\] : \d+ : \w+ : ", "", str(error).strip())
    text = re.sub(r"/\S*onnxruntime\S*\.(?:cc|h):\d+ (?:.*\) )?", "", text)
    line = " ".join((text.splitlines() or [type(error).__name__])[0].split())
    return (line[:300] or type(error).__name__).rstrip(".: ")
