"""The keys of `decision`."""

from typing import Literal

from quantshift.configuration.model.values import Section, key

RERUNS = "the decisions and the report"


class Decision(Section):
    """The keys of `decision`."""

    accept: float = key("share of inputs that a variant may answer differently from float32", ge=0, le=1, reruns=RERUNS)
    test_sets: Literal["clean", "shifted", "worst"] = key(
        "which rate must be at most `accept`. `clean` is the rate on the clean test set, `shifted` the mean rate of "
        "all shifted test sets, `worst` the rate on each test set, shifted or clean",
        reruns=RERUNS,
    )
    confidence: float = key(
        "confidence of each limit of a rate that is compared with `accept`", ge=0.5, le=0.9999, reruns=RERUNS
    )
    gain: Literal["size", "speed", "either"] = key(
        "what a variant must gain over float32. `size` is at most 0.9 × the bytes, `speed` at least 1.1 × the speed",
        reruns=RERUNS,
    )
    min_quantized: float = key(
        "share of the weights that must be quantized; a variant without any quantized weights never ships",
        ge=0,
        le=1,
        reruns=RERUNS,
    )
    every_class: bool = key("whether a test set with labels must have an input of each class", reruns=RERUNS)
    min_kappa: float = key(
        "with labels, how far float32 must be above chance on the clean test set: the least Cohen's kappa of its "
        "answers and the labels. If it is lower, the inputs are probably prepared wrongly",
        ge=-1,
        le=1,
        reruns=RERUNS,
    )
