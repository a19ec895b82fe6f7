"""From a float32 ONNX file to a quantized one."""
