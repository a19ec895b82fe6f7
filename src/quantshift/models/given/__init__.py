"""A user's own ONNX file: read safely, prepared for onnxruntime's quantizers, described, and shown to be unchanged.

The user's file is never changed. No module of this folder imports torch.
"""
