"""From a torch model to an ONNX file that says the same."""
