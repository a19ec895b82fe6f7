"""What quantization-aware training rounds, by modality."""
