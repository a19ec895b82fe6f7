"""Constants that are computed once, by onnxruntime itself, rather than at each run.

Its basic optimizations do so, and also fold batch normalization into convolutions and remove operators without effect.
They use ONNX's own operators alone, so the result can be quantized.
"""

from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import onnx
import onnxruntime
from onnx import ModelProto

from quantshift.core.errors import QuantshiftError
from quantshift.models.given.faults import brief
from quantshift.runtime.session import PROVIDERS, settings


def fold(model: ModelProto, file: Path) -> ModelProto:
    """Return a model with its constants computed.

    Args:
        model: the model.
        file: the user's file, for messages.

    Raises:
        QuantshiftError: the graph cannot be optimized, or not be written to the temporary folder.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "folded.onnx"
        options = settings()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.optimized_model_filepath = str(path)
        try:
            onnxruntime.InferenceSession(model.SerializeToString(), options, providers=PROVIDERS)
            return onnx.load(path)
        except Exception as error:  # onnxruntime exports no common class of its exceptions
            raise QuantshiftError(
                f"{file}: its graph could not be prepared in {gettempdir()} ({brief(error)}): free some space there, "
                "or export the model again with another opset"
            ) from error
