"""From labelled inputs to a trained model."""
