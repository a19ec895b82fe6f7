"""The keys of the config."""

from typing import Annotated, Any, Literal

from pydantic import Field

from quantshift.configuration.model.datasets import Dataset, Suite
from quantshift.configuration.model.decision import Decision
from quantshift.configuration.model.given import Data, Model
from quantshift.configuration.model.inference import Export, Inference, Quantizer
from quantshift.configuration.model.study import Grid, Retraining
from quantshift.configuration.model.training import Training
from quantshift.configuration.model.values import FilePath, Name, References, Section, Unique, key

Origins = Annotated[References, Field(min_length=1)]


class Configuration(Section):
    """The configuration of a quantshift study."""

    study: Grid = key("the grid: every combination of these is run")
    data_directory: FilePath = key(
        "folder for files that you have already. Each is `<data_directory>/<artifact>/<file>`; a relative path starts "
        "where Snakemake runs (`--directory`). To use a file that you add after a run, delete "
        "`results/fetched/<artifact>`",
        reruns="fetching onward",
    )
    members: Annotated[list[FilePath], Field(max_length=20), *Unique] = key(
        "folders of your own members, laid out like `src/quantshift`. An architecture `my_net` is "
        "`<folder>/architectures/my_net.py`; a relative path starts where Snakemake runs (`--directory`)",
        reruns="what uses a changed member",
    )
    device: Literal["auto", "cpu", "cuda"] = key(
        "where models are trained. With `cuda`, training jobs request a GPU from a cluster",
        reruns="all training onward",
    )
    precision: Literal["float32", "tf32", "bfloat16"] = key(
        "precision of the multiplications in training: 24, 11 or 8 significant bits. Weights and the optimizer are "
        "always float32. `tf32` is `float32` on a CPU. With `bfloat16`, `qat` and `continued` use `tf32`, since "
        "`bfloat16` cannot hold the levels of int8. Each is repeatable on the same device",
        reruns="all training onward",
    )
    artifacts: dict[Name, Origins] = key(
        "origins of each fetched artifact, tried in order. They are `file` (your copy), `package` and `home` (the "
        "public source)",
        reruns="fetching onward",
    )
    datasets: dict[Name, Dataset] = key("data sets")
    architectures: dict[Name, dict[str, Any]] = key(
        "options of architectures, which each architecture's file defines. See below",
        reruns="that architecture's models onward",
    )
    suites: dict[Name, Suite] = key("suites of shifts", max_length=200)
    training: dict[Name, dict[Name, Training]] = key(
        "hyperparameters by data set and method; a method's file defines additional ones"
    )
    retraining: Retraining = key(
        "further training of models, with the inputs on which their variants disagree added to the training inputs"
    )
    export: Export = key("export to ONNX")
    inference: Inference = key("how to run float32 and, unless a preset overrides it, every quantizer")
    quantizers: dict[Name, Quantizer] = key("named presets: a scheme and its options", max_length=200)
    models: dict[Name, Model] = key("your own models, each an ONNX file; they are evaluated beside the trained ones")
    data: dict[Name, Data] = key("your own data, for your own models")
    decision: Decision = key("requirements for shipping a quantized variant")
