"""The style of all figures, and how they are saved."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from quantshift.storage.files import atomic

# Okabe and Ito's palette (2008), which colour-blind readers can distinguish, without black and yellow.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
MARKERS = ("o", "s", "^", "D", "v", "P")
SEQUENTIAL = "cividis"
NARROWEST = 7.2

SETTINGS: dict[str, Any] = {
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 10,
    "figure.constrained_layout.use": True,
    "figure.dpi": 100,
    "font.size": 9,
    "legend.frameon": False,
    "savefig.dpi": 150,
    # Keep text as text, and make files reproducible.
    "svg.fonttype": "none",
    "svg.hashsalt": "quantshift",
}


def figure(width: float, height: float) -> Figure:
    """Return an empty figure in the common style; sizes are in inches, and the width is at least NARROWEST."""
    for name, value in SETTINGS.items():
        mpl.rcParams[name] = value  # type: ignore[index]
    return Figure(figsize=(max(width, NARROWEST), height))


def without_variants(model: str) -> Figure:
    """Return a figure that states that a model, by its readable name, has no variant to show."""
    picture = figure(4.0, 1.0)
    picture.suptitle(f"{model}: no variant is applicable to this model")
    return picture


def look(names: list[str]) -> dict[str, dict[str, str]]:
    """Return the colour and the marker of each name, by name; each name has a unique pair."""
    # Colours repeat after the sixth name, with different markers.
    return {
        name: {
            "color": COLOURS[index % len(COLOURS)],
            "marker": MARKERS[(index + index // len(COLOURS)) % len(MARKERS)],
        }
        for index, name in enumerate(names)
    }


def save(picture: Figure, *paths: Path) -> None:
    """Write a figure to each path, in the format of its suffix."""
    for path in paths:
        with atomic(path) as temporary:
            picture.savefig(temporary, metadata={"Date": None} if path.suffix == ".svg" else None)
