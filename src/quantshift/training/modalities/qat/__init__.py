"""Settings of quantization-aware training by modality."""
