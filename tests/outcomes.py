"""The files of a trained model, where tests want them."""

from pathlib import Path

from quantshift.training.outcome import Outcome


def outcome_in(folder: Path) -> Outcome:
    """Return the files of a trained model in a folder, by the names that the workflow gives them."""
    return Outcome(folder / "weights.npz", folder / "torch_logits.npy", folder / "training.json")
