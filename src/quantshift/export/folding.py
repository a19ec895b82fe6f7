"""Constant folding: constants of a graph are computed once, when the file is written, and not at each run."""

import onnx
import onnxscript.optimizer

# Maximum number of elements of a computed constant, enough for all weights of a recurrent layer.
MAX_ELEMENTS = 1 << 26


def fold(graph: onnx.ModelProto, *, large: bool = False) -> onnx.ModelProto:
    """Return a graph with constants computed and batch normalization folded into the preceding convolution.

    Args:
        graph: the graph; it is changed.
        large: whether large constants, such as weights, are computed as well.
    """
    if not large:
        return onnxscript.optimizer.optimize(graph)
    return onnxscript.optimizer.optimize(graph, input_size_limit=MAX_ELEMENTS, output_size_limit=MAX_ELEMENTS)
