"""Export of torch models to equivalent ONNX files."""
