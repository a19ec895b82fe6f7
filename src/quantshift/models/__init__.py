"""Models: torch models, built by name and stored as weights only, and ONNX files of users (`given`)."""
