"""Quantization of float32 ONNX models."""
