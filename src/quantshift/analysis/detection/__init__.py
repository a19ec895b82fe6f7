"""How well uncertainty scores rank disagreements."""
