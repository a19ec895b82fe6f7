"""Statistics over logits and disagreements: rates with intervals, effects, tests and verdicts."""
