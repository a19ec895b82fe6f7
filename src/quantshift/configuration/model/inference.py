"""The keys of `export`, `inference` and `quantizers.<name>`."""

from typing import Annotated

from pydantic import Field

from quantshift.configuration.model.values import Reference, Section, key

BatchSize = Annotated[int, Field(ge=1, le=65_536)]
Threads = Annotated[int, Field(ge=1, le=512)]
BATCH_SIZE = "inputs per batch; more would not fit into memory"
PRESET = "that preset's cells, and what compares and measures all presets of a model"
THREADS = "threads of one onnxruntime session, at most the cores of a large machine"


class Export(Section):
    """The keys of `export`."""

    parity_inputs: int = key(
        "validation inputs on which ONNX is compared with torch (training stores torch's answers to 1,000)",
        ge=2,
        le=1000,
        reruns="exports onward",
    )
    parity_tolerance: float = key(
        "largest accepted difference of a logit, relative to the largest logit if that exceeds 1",
        gt=0,
        le=1,
        reruns="exports onward",
    )


class Inference(Section):
    """The keys of `inference`."""

    batch_size: BatchSize = key(BATCH_SIZE, reruns="predictions")
    threads: Threads = key(THREADS, reruns="predictions")


class Quantizer(Section, extra="allow"):
    """The keys of every quantizer; a scheme's file defines its options."""

    scheme: Reference = key(
        "quantization scheme. Its options are keys next to it, see below",
        reruns=PRESET,
    )
    batch_size: BatchSize = key(BATCH_SIZE, default=None, reruns=PRESET)
    threads: Threads = key(THREADS, default=None, reruns=PRESET)
