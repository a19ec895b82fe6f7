"""Paths of a trained model's files, for tests."""

from pathlib import Path

from quantshift.training.outcome import Outcome


def outcome_in(folder: Path) -> Outcome:
    """Return the paths of a trained model's files in a folder, with the workflow's file names."""
    return Outcome(folder / "weights.npz", folder / "torch_logits.npy", folder / "training.json")
