"""Guards: a quantized model whose uncertain rows are answered by float32, in one ONNX file.

`threshold` chooses how uncertain a row must be and checks the promise; `graph` builds the file; `measure` runs it.
"""
