"""The keys of the config."""

from typing import Annotated, Any, Literal

from pydantic import Field

from quantshift.configuration.model.datasets import Dataset, Suite
from quantshift.configuration.model.decision import Decision
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
        "where Snakemake runs (`--directory`). A file that comes there after a run is used once "
        "`results/fetched/<artifact>` is deleted",
        reruns="fetching onward",
    )
    members: Annotated[list[FilePath], Field(max_length=20), *Unique] = key(
        "folders of your own members, laid out like `src/quantshift`. An architecture `my_net` is "
        "`<folder>/architectures/my_net.py`; a relative path starts where Snakemake runs (`--directory`)",
        reruns="what uses a changed member",
    )
    device: Literal["auto", "cpu", "cuda"] = key(
        "where models are trained. For `cuda` a training asks a cluster for a GPU", reruns="all training onward"
    )
    artifacts: dict[Name, Origins] = key(
        "for each thing that is fetched, the origins that are tried, in order. There are `file` (yours), `package` and "
        "`home` (the public one)",
        reruns="fetching onward",
    )
    datasets: dict[Name, Dataset] = key("data sets")
    architectures: dict[Name, dict[str, Any]] = key(
        "options of architectures; an architecture's own ones are in its file. See below",
        reruns="that architecture's models onward",
    )
    suites: dict[Name, Suite] = key("suites of shifts", max_length=200)
    training: dict[Name, dict[Name, Training]] = key(
        "hyperparameters by data set and method; a method's own ones are in its file"
    )
    retraining: Retraining = key("models trained further with their disagreements among the training inputs")
    export: Export = key("export to ONNX")
    inference: Inference = key("how float32 is run, and every quantizer that does not say otherwise")
    quantizers: dict[Name, Quantizer] = key("named presets: a scheme and its options", max_length=200)
    decision: Decision = key("what is accepted of a quantized variant, and wanted from it")
