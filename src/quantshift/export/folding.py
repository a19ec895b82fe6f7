"""What is constant in a graph is computed when the file is written, not at each run."""

import onnx
import onnxscript.optimizer

# Constants of up to as many elements: all weights of a recurrent layer.
LARGEST = 1 << 26


def fold(graph: onnx.ModelProto, *, whole: bool = False) -> onnx.ModelProto:
    """Return a graph with its constants computed and batch normalization folded into the convolution before it.

    Args:
        graph: the graph; it is changed.
        whole: whether large constants, such as weights, are computed as well.
    """
    if not whole:
        return onnxscript.optimizer.optimize(graph)
    return onnxscript.optimizer.optimize(graph, input_size_limit=LARGEST, output_size_limit=LARGEST)
