"""The keys of `models.<name>` and `data.<name>`: a user's own models and data."""

from typing import Annotated, Literal

from pydantic import Field

from quantshift.configuration.model.datasets import MAX_INPUTS
from quantshift.configuration.model.values import FilePath, Name, Reference, References, Section, key

MODEL = "that model's cells"
DATA = "the cells of the models that use it"
Text = Annotated[str, Field(min_length=1, max_length=500)]
# Pixels, and the scores of models, are far below these.
Number = Annotated[float, Field(ge=-1e12, le=1e12)]
Factor = Annotated[float, Field(gt=0, le=1e12)]
Length = Annotated[int, Field(ge=1, le=1_000_000)]


class Model(Section):
    """The keys of a user's own model."""

    file: FilePath = key(
        "the float32 model, an ONNX file; it is not changed. A relative path starts where Snakemake runs "
        "(`--directory`)",
        reruns=MODEL,
    )
    data: Reference = key("data to evaluate it on, from the keys of `data`", reruns=MODEL)
    output: Text = key(
        "name of the output that holds its answers; left out: the one that can", default=None, reruns=MODEL
    )
    answers: Literal["logits", "probabilities", "score", "label"] = key(
        "what that output holds: for each class a logit or a probability, one score that is compared with "
        "`threshold`, or the class itself; left out: derived from the graph",
        default=None,
        reruns=MODEL,
    )
    threshold: Number = key("threshold of a score; left out: 0.5 after a sigmoid", default=None, reruns=MODEL)
    constants: dict[Text, Number] = key(
        "values of inputs that are the same for all samples, by the name of the input. Such inputs become part of the "
        "model, so the data do not hold them",
        default={},
        max_length=1000,
        reruns=MODEL,
    )
    constant_files: dict[Text, FilePath] = key(
        "the same for inputs that are arrays: a `.npy` file with the whole input, or an `.npz` file that holds it "
        "under its name",
        default={},
        max_length=1000,
        reruns=MODEL,
    )
    variants: dict[Name, FilePath] = key(
        "quantized files of this model from elsewhere, ONNX files that are not changed; each is evaluated like a "
        "preset, and only for this model",
        default={},
        max_length=50,
        reruns="that variant's cells, and the tables",
    )


class Files(Section):
    """The files of samples, with files of their labels and groups if these are separate."""

    file: FilePath = key(
        "samples: `.npz` or `.npy`, a folder of images, or a table of texts or numbers (`.csv`, `.parquet`)",
        reruns=DATA,
    )
    labels: FilePath = key(
        "labels of the samples, if they are in a file of their own (`.npy`, `.csv`, or `.txt` with one per line)",
        default=None,
        reruns=DATA,
    )
    groups: FilePath = key(
        "groups of the samples, in the same form; samples of a group, such as frames of one video, are one cluster in "
        "the statistics",
        default=None,
        reruns=DATA,
    )


class Shifted(Files):
    """The files of a shifted test set."""

    paired: bool = key(
        "whether sample i is a changed copy of test sample i, which then gives its label and group",
        default=False,
        reruns=DATA,
    )


class Images(Section):
    """How images in a folder become a model's inputs."""

    values: Literal["imagenet", "0..1", "0..255", "-1..1"] = key(
        "values that the model takes for pixels", default=None, reruns=DATA
    )
    scale: Factor = key("factor on pixels 0..255, in place of `values`", default=None, reruns=DATA)
    mean: list[Number] = key("subtracted from each channel after scaling", default=None, max_length=4, reruns=DATA)
    std: list[Factor] = key("each channel is then divided by it", default=None, max_length=4, reruns=DATA)
    size: Annotated[list[Length], Field(min_length=2, max_length=2)] = key(
        "height and width; left out: those of the model", default=None, reruns=DATA
    )
    fit: Literal["stretch", "crop", "exact"] = key(
        "`stretch` resizes to the size, `crop` resizes and cuts out the centre, `exact` rejects images of another size",
        default="stretch",
        reruns=DATA,
    )
    shorter: Length = key(
        "with `crop`, the length of the shorter side before the centre is cut out", default=None, reruns=DATA
    )
    filter: Literal["bilinear", "bicubic", "nearest", "lanczos"] = key(
        "filter for resizing", default="bilinear", reruns=DATA
    )
    grey: bool = key(
        "whether images are read in grey; left out: as the model's number of channels says", default=None, reruns=DATA
    )
    layout: Literal["NCHW", "NHWC"] = key("order of the model's axes", default=None, reruns=DATA)
    channels: Literal["RGB", "BGR"] = key("order of the model's channels", default="RGB", reruns=DATA)
    orientation: Literal["upright", "stored"] = key(
        "whether photos are turned as their EXIF data state", default="upright", reruns=DATA
    )


class Texts(Section):
    """How texts become a model's inputs."""

    tokenizer: FilePath = key("a `tokenizer.json` of Hugging Face", reruns=DATA)
    length: Length = key("tokens of each text; longer texts are cut, shorter ones padded", reruns=DATA)
    inputs: dict[Text, Literal["input_ids", "attention_mask", "token_type_ids", "position_ids"]] = key(
        "what an input of the model is, by its name; others are recognized by their names",
        default={},
        reruns=DATA,
    )
    pad_token: Text = key("token for padding", default=None, reruns=DATA)
    column: Text = key("column of texts", default="text", reruns=DATA)


class Table(Section):
    """How a table of numbers becomes a model's inputs."""

    columns: list[Text] = key(
        "columns of features in the model's order; left out: all but labels and groups",
        default=None,
        max_length=100_000,
        reruns=DATA,
    )
    by_column: bool = key("whether each column is an input of its own", default=None, reruns=DATA)
    missing: bool = key("whether an empty cell becomes NaN; otherwise it is rejected", default=False, reruns=DATA)


class Data(Section):
    """The keys of a user's own data."""

    test: Files = key("the clean test set")
    calibration: Files = key(
        "inputs for calibration, which are not in the test set; left out: `calibration_samples` of the test samples, "
        "which then are not in the test set",
        default=None,
    )
    calibration_samples: int = key(
        "number of test samples that become calibration data, if there is no file of them; left out: a fifth of them, "
        "at most 500",
        default=None,
        ge=1,
        le=MAX_INPUTS,
        reruns=DATA,
    )
    shifted: dict[Name, Shifted] = key("your own shifted test sets", default={}, max_length=200)
    names: FilePath = key(
        "names of the classes, one per line in the order of the model's classes", default=None, reruns=DATA
    )
    images: Images = key("how images become inputs", default=None)
    texts: Texts = key("how texts become inputs", default=None)
    table: Table = key("how a table of numbers becomes inputs", default=None)
    shifts: References = key(
        "suites of corruptions that are applied to the test data, from the keys of `suites`, such as `images`, "
        "`features` and `texts`; `auto` is the one of these three that fits. The corrupted samples are paired with "
        "the test samples",
        default=[],
        reruns="the new suite's cells",
    )
    shift_limit: int = key(
        "number of test samples to which each corruption is applied, a random sample; left out: 1000. Each corruption "
        "has its own sample, which its severities share",
        default=None,
        ge=1,
        le=MAX_INPUTS,
        reruns="the corrupted test sets onward",
    )
