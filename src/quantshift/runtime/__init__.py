"""Inference with onnxruntime: sessions, logits and probabilities."""
