"""The options of `quantshift check` that are keys of the config.

Each option states its key once: the config is built from this list, and messages about a key name its option.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from quantshift.command.parameters import FILE, INPUT, SHARE, Listed, Presets, Size

# Parts of keys that stand for the names of the user's model and data.
MODEL, DATA = "models.*", "data.*"
# The beginning of the keys of options that may be repeated, each with a name.
NAMED = {
    "models.*.variants.": "--variant",
    "models.*.constants.": "--constant",
    "models.*.constant_files.": "--constant",
    "data.*.shifted.": "--shifted",
}


@dataclass(frozen=True)
class Setting:
    """An option that is a key of the config.

    Attributes:
        option: the option, such as `--accept`.
        key: the key, with `*` for the name of the user's model or data.
        kind: type of the value.
        help: description of the option.
    """

    option: str
    key: str
    kind: "click.ParamType[Any]"
    help: str

    @property
    def name(self) -> str:
        """Return the name of the option's value in Python."""
        return self.option.removeprefix("--").replace("-", "_")

    @property
    def is_file(self) -> bool:
        """Return whether the value is a path."""
        return isinstance(self.kind, click.Path)


SETTINGS = (
    Setting("--data", f"{DATA}.test.file", INPUT, "test set: .npz, .npy, .csv, .parquet or a folder of images"),
    Setting("--labels", f"{DATA}.test.labels", FILE, "labels of the test set, if they are in a file of their own"),
    Setting(
        "--groups",
        f"{DATA}.test.groups",
        FILE,
        "groups of samples, such as frames of one video; each counts as one sample",
    ),
    Setting("--names", f"{DATA}.names", FILE, "names of the classes, one per line"),
    Setting("--calibration", f"{DATA}.calibration.file", INPUT, "inputs for calibration  [default: a part of --data]"),
    Setting(
        "--calibration-samples",
        f"{DATA}.calibration_samples",
        click.IntRange(1),
        "samples of the test set that become calibration data  [default: a fifth, at most 500]",
    ),
    Setting(
        "--shifts",
        f"{DATA}.shifts",
        Listed("SUITE,..."),
        "corruptions of the test set: auto, or images, features, texts or another suite of the config",
    ),
    Setting(
        "--shift-limit",
        f"{DATA}.shift_limit",
        click.IntRange(1),
        "test samples for each corruption of --shifts  [default: 1000]",
    ),
    Setting("--output", f"{MODEL}.output", click.STRING, "output with the answers  [default: the one that can]"),
    Setting(
        "--answers",
        f"{MODEL}.answers",
        click.Choice(["logits", "probabilities", "score", "label"]),
        "what that output holds  [default: derived from the graph]",
    ),
    Setting("--threshold", f"{MODEL}.threshold", click.FLOAT, "threshold of a score  [default: 0.5 after a sigmoid]"),
    Setting("--quantizers", "study.quantizers", Presets("A,B"), "presets to compare, or none  [default: six]"),
    Setting(
        "--batch-size",
        "inference.batch_size",
        click.IntRange(1, 65_536),
        "samples per call in deployment; if you state more than 1, dynamic_int8_batched is added  [default: 64]",
    ),
    Setting("--accept", "decision.accept", SHARE, "share of answers that may differ  [default: 0.01]"),
    Setting(
        "--on",
        "decision.test_sets",
        click.Choice(["clean", "shifted", "worst"]),
        "test sets to which --accept applies  [default: shifted]",
    ),
    Setting(
        "--confidence", "decision.confidence", click.FloatRange(0.5, 0.9999), "confidence of limits  [default: 0.95]"
    ),
    Setting(
        "--gain",
        "decision.gain",
        click.Choice(["size", "speed", "either"]),
        "what a variant must gain over float32  [default: size]",
    ),
    Setting(
        "--min-quantized",
        "decision.min_quantized",
        SHARE,
        "share of the weights that must be quantized; without any, no variant ships  [default: 0]",
    ),
    Setting(
        "--every-class",
        "decision.every_class",
        click.BOOL,
        "whether a test set with labels must have an input of each class  [default: true]",
    ),
    Setting(
        "--min-kappa",
        "decision.min_kappa",
        click.FloatRange(-1, 1),
        "with labels, the least Cohen's kappa of float32's answers and the labels  [default: 0.25]",
    ),
    Setting(
        "--values",
        f"{DATA}.images.values",
        click.Choice(["imagenet", "0..1", "0..255", "-1..1"]),
        "images: values that the model takes for pixels",
    ),
    Setting("--scale", f"{DATA}.images.scale", click.FLOAT, "images: factor on pixels 0..255, in place of --values"),
    Setting(
        "--mean", f"{DATA}.images.mean", Listed("M,M,M", float), "images: subtracted from the channels after --scale"
    ),
    Setting("--std", f"{DATA}.images.std", Listed("S,S,S", float), "images: each channel is then divided by it"),
    Setting("--size", f"{DATA}.images.size", Size(), "images: height and width  [default: those of the model]"),
    Setting(
        "--fit",
        f"{DATA}.images.fit",
        click.Choice(["stretch", "crop", "exact"]),
        "images: how they get that size  [default: stretch]",
    ),
    Setting(
        "--shorter",
        f"{DATA}.images.shorter",
        click.IntRange(1),
        "images: shorter side before --fit crop",
    ),
    Setting("--layout", f"{DATA}.images.layout", click.Choice(["NCHW", "NHWC"]), "images: order of the model's axes"),
    Setting(
        "--channels",
        f"{DATA}.images.channels",
        click.Choice(["RGB", "BGR"]),
        "images: order of the model's channels  [default: RGB]",
    ),
    Setting("--tokenizer", f"{DATA}.texts.tokenizer", FILE, "texts: tokenizer.json of the model"),
    Setting("--length", f"{DATA}.texts.length", click.IntRange(1), "texts: tokens of each text"),
    Setting("--column", f"{DATA}.texts.column", click.STRING, "texts: their column  [default: text]"),
    Setting("--columns", f"{DATA}.table.columns", Listed("A,B"), "tables: columns of features in the model's order"),
)
# The options that are also a policy for finished runs.
POLICY = tuple(setting for setting in SETTINGS if setting.key.startswith("decision."))


def options(settings: tuple[Setting, ...]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the decorator that adds options to a command."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for setting in reversed(settings):
            function = click.option(setting.option, setting.name, type=setting.kind, help=setting.help)(function)
        return function

    return decorate


def in_terms_of_options(message: str) -> str:
    """Return a message about keys of the config with the options in place of the keys that begin its lines.

    >>> in_terms_of_options('study.quantizers = ["int7"]: unknown')
    '--quantizers = ["int7"]: unknown'
    >>> in_terms_of_options("models.net.variants.float16: quantizers has a preset of this name")
    '--variant float16: quantizers has a preset of this name'
    >>> in_terms_of_options('data.data.shifted.noisy.file = "x.npz": there is no such file')
    '--shifted noisy = "x.npz": there is no such file'
    """
    by_key = {setting.key: setting.option for setting in SETTINGS}
    lines = []
    for line in message.splitlines():
        key = line.partition(" ")[0].rstrip(":")
        general = ".".join(
            "*" if position == 1 and key.startswith(("models.", "data.")) else part
            for position, part in enumerate(key.split("."))
        )
        known = [name for name in (general, general.partition("[")[0]) if name in by_key]
        start = next((start for start in NAMED if general.startswith(start)), None)
        if start is not None:
            name = general.removeprefix(start).removesuffix(".file").removesuffix(".paired")
            lines.append(line.replace(key, f"{NAMED[start]} {name}", 1))
        else:
            lines.append(line.replace(key, by_key[known[0]], 1) if known else line)
    return "\n".join(lines)
