"""Random changes of training inputs, by modality."""
