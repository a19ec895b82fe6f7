"""Inference: sessions of onnxruntime, and the logits and probabilities that they give."""
